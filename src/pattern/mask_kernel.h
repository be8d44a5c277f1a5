/* mask_kernel: the functions of a SIMD kernel, over what only it can do. It is included behind:
 *
 *      struct block                        up to 64 bytes in registers
 *      block_load(p)                       64 bytes
 *      block_rest(p, n, at)                what is left of p[0, n) from `at` on: 1 to 63 bytes
 *      classify(block, p, len, at)         its classes (mask_block.h): it is p[at, at + len) of a longer text
 p; bits from len on are 0
 *      compact(block, blank, keep, marks, out)
 *                                          bytes that are kept to out, spaces for blanks, MASK_BYTE for
 marks;
 *                                          returns how many, writes up to 64
 *      block_equal(block, byte)            bit i: byte i is that; byte is not 0
 *      hash_block(lanes, p, n)             struct hash_lanes after one more block, p[0, n): n from 0 to 64,
 64 can be read
 *      hash_sum(lanes)                     the sum of them
 */
#ifndef ONSET_PATTERN_MASK_KERNEL_H
#define ONSET_PATTERN_MASK_KERNEL_H

#include "pattern/mask_block.h"
#include "pattern/mask_hash.h"
#include "pattern/mask_survey.h"

static inline size_t mask_message(const uint8_t *p, size_t n, uint8_t *out)
{
    struct mask_state state = MASK_STATE_START;
    size_t used = 0, at = 0;
    for (; n - at >= 64; at += 64) {
        struct block b = block_load(p + at);
        struct mask_classes c = classify(b, p, 64, at);
        struct mask_plan plan = mask_plan(&c, 64, &state, p, n, at);
        used -= plan.rewind;
        used += compact(b, c.blank, plan.keep, plan.marks, out + used);
    }
    if (at < n) {
        struct block b = block_rest(p, n, at);
        struct mask_classes c = classify(b, p, n - at, at);
        struct mask_plan plan = mask_plan(&c, (unsigned)(n - at), &state, p, n, at);
        used -= plan.rewind;
        used += compact(b, c.blank, plan.keep, plan.marks, out + used);
    }
    return used - (used && out[used - 1] == ' ');
}

static size_t mask(const uint8_t *p, size_t n, uint8_t *out)
{
    return mask_message(p, n, out);
}

/* A block may hold 64 ends: the last ends before cap are left to the scalar kernel, as are the last bytes. */
static size_t lines(const uint8_t *p, size_t n, uint32_t *ret_ends, size_t cap, bool *ret_escapes)
{
    size_t count = 0, at = 0;
    uint64_t escapes = 0;
    for (; n - at >= 64 && cap - count >= 64; at += 64) {
        struct block b = block_load(p + at);
        escapes |= block_equal(b, 0x1b);
        __builtin_prefetch(p + at + AHEAD_BYTES, 0, AHEAD_LEVEL);
        count += ends_write(block_equal(b, '\n'), (uint32_t)at, ret_ends + count);
    }
    *ret_escapes |= escapes != 0;
    size_t more = kernel_scalar.lines(p + at, n - at, ret_ends + count, cap - count, ret_escapes);
    for (size_t i = count; i < count + more; i++)
        ret_ends[i] += (uint32_t)at;
    return count + more;
}

/* mask_hash of p[0, n); 64 bytes behind its end can be read. */
static inline uint64_t hash(const uint8_t *p, size_t n)
{
    size_t first = n < HASH_BLOCK ? n : HASH_BLOCK, second = n - first;
    struct hash_lanes h = hash_block((struct hash_lanes){0}, p, first);
    h = hash_block(h, second ? p + HASH_BLOCK : p, second < HASH_BLOCK ? second : HASH_BLOCK);
    for (size_t at = 2 * HASH_BLOCK; at < n; at += HASH_BLOCK)
        h = hash_block(h, p + at, n - at < HASH_BLOCK ? n - at : HASH_BLOCK);
    return hash_sum(h) + n * HASH_LENGTH;
}

static void hash_lines(const struct survey *s, size_t count, size_t skip, uint64_t *ret_hashes)
{
    for (size_t i = 0, start = 0; i < count; start = s->ends[i++] + 1) {
        size_t from = start + skip, to = s->ends[i];
        uint64_t tied = s->tied[SURVEY_MARGIN + from / 64] >> from % 64;
        ret_hashes[i] = 0;
        if (from >= to || tied & 1)
            continue;
        size_t begin = survey_place(s, from);
        ret_hashes[i] = fingerprint_mix(hash(s->masked + begin, survey_place(s, to) - begin), skip);
    }
}

/* For each block and one more: of how many before it a blank was taken away. */
static void count_blanks(const struct survey *s, uint16_t *ret_before)
{
    size_t blocks = (s->bytes + 63) / 64;
    uint16_t before = 0;
    for (size_t i = 0; i < blocks; i++) {
        ret_before[i] = before;
        before += (s->blank[SURVEY_MARGIN + i] & ~s->keep[SURVEY_MARGIN + i]) != 0;
    }
    ret_before[blocks] = before;
}

static void hash_whole(const struct survey *s, size_t count, uint64_t *ret_hashes)
{
    uint16_t blanks[SURVEY_BLOCKS + 1];
    count_blanks(s, blanks);
    for (size_t i = 0, from = 0; i < count; from = s->ends[i++] + 1) {
        size_t to = s->ends[i];
        uint64_t tied = s->tied[SURVEY_MARGIN + from / 64] >> from % 64;
        ret_hashes[i] = 0;
        if (from == to || tied & 1 || s->tabs || blanks[from / 64] != blanks[to / 64 + 1])
            continue;
        size_t begin = survey_place(s, from);
        ret_hashes[i] = fingerprint_mix(hash(s->masked + begin, survey_place(s, to) - begin), ~0ull);
    }
}

static void masked_at(const struct survey *s, size_t from, const size_t *at, size_t count,
                      uint16_t *ret_behind)
{
    size_t begin = survey_place(s, from);
    for (size_t i = 0; i < count; i++)
        ret_behind[i] = (uint16_t)(survey_place(s, at[i]) - begin);
}

static bool text_at(const struct survey *s, size_t from, const uint16_t *behind, size_t count, size_t *ret_at)
{
    size_t begin = survey_place(s, from), block = SURVEY_MARGIN + from / 64;
    if (begin + behind[count - 1] >= s->begin[SURVEY_MARGIN + (s->bytes + 63) / 64])
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t masked = begin + behind[i];
        while (s->begin[block + 1] <= masked)
            block++;
        uint64_t bit = _pdep_u64(1ull << (masked - s->begin[block]), s->keep[block]);
        ret_at[i] = 64 * (block - SURVEY_MARGIN) + (size_t)_tzcnt_u64(bit);
    }
    return true;
}

static void hash_spans(const struct survey *s, const struct survey_span *spans, size_t count,
                       uint64_t *ret_hashes)
{
    for (size_t i = 0; i < count; i++) {
        size_t from = spans[i].from, to = spans[i].to;
        uint64_t tied =
            s->tied[SURVEY_MARGIN + from / 64] >> from % 64 | s->tied[SURVEY_MARGIN + to / 64] >> to % 64;
        ret_hashes[i] = 0;
        if (from >= to || tied & 1)
            continue;
        size_t begin = survey_place(s, from);
        ret_hashes[i] = fingerprint_mix(hash(s->masked + begin, survey_place(s, to) - begin), 1);
    }
}

static size_t fingerprint(const struct survey *s, const struct span *messages, const uint64_t *seeds,
                          size_t count, uint8_t *scratch, uint64_t *ret_fingerprints)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        struct span masked;
        if (s && survey_knows(s, messages[i], &masked))
            known += messages[i].len;
        else
            masked = span_make(scratch, mask_message(messages[i].ptr, messages[i].len, scratch));
        ret_fingerprints[i] = fingerprint_mix(hash(masked.ptr, masked.len), seeds[i]);
    }
    return known;
}

#endif
