/* Marks by AVX2 (and BMI, PCLMUL). Two registers make a block; classes of bytes come from two look-ups by
 * nibble, of which the low one gives nothing for bytes from 0x80 on; the rest of a line is copied. */
#include "record/marks.h"

#if defined(__x86_64__)

#include "record/layout.h"
#include "record/marks_block.h"

#include <immintrin.h>
#include <string.h>

struct block {
    __m256i low, high;
};

static inline struct block load(const uint8_t *p)
{
    return (struct block){_mm256_loadu_si256((const __m256i *)(const void *)p),
                          _mm256_loadu_si256((const __m256i *)(const void *)(p + 32))};
}

static inline uint64_t bits(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

static inline uint64_t equal(struct block b, char c)
{
    __m256i all = _mm256_set1_epi8(c);
    return bits(_mm256_cmpeq_epi8(b.low, all), _mm256_cmpeq_epi8(b.high, all));
}

/* 0xff: no letter, no digit and none of + - . */
static inline __m256i no_word(__m256i bytes)
{
    enum { MARK = 1, DIGIT = 2, A = 4, P = 8 }; /* rows 2; 3; 4 and 6; 5 and 7 of the ASCII table */
    const __m256i by_low = _mm256_setr_epi8(
        DIGIT | P, DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, DIGIT | A | P,
        DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, A | P, MARK | A, A, MARK | A, MARK | A, A, DIGIT | P,
        DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, DIGIT | A | P,
        DIGIT | A | P, DIGIT | A | P, DIGIT | A | P, A | P, MARK | A, A, MARK | A, MARK | A, A);
    const __m256i by_high = _mm256_setr_epi8(0, 0, MARK, DIGIT, A, P, A, P, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                             MARK, DIGIT, A, P, A, P, 0, 0, 0, 0, 0, 0, 0, 0);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
    return _mm256_cmpeq_epi8(
        _mm256_and_si256(_mm256_shuffle_epi8(by_low, bytes), _mm256_shuffle_epi8(by_high, high)),
        _mm256_setzero_si256());
}

static inline uint64_t others_of(struct block b, bool json)
{
    return json ? bits(no_word(b.low), no_word(b.high)) : equal(b, ' ') | equal(b, '\t');
}

static inline uint32_t find(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash, bool json)
{
    struct marks_state state = {0};
    uint32_t count = 0, at = 0;
    for (; n - at >= 64; at += 64) {
        struct block b = load(p + at);
        count += marks_write(marks_block(equal(b, '"'), equal(b, '\\'), others_of(b, json), &state), at,
                             ret_at + count);
    }
    if (at < n) {
        uint8_t rest[64] = {0};
        memcpy(rest, p + at, n - at);
        struct block b = load(rest);
        uint64_t marks = marks_block(equal(b, '"'), equal(b, '\\'), others_of(b, json), &state);
        count += marks_write(_bzhi_u64(marks, n - at), at, ret_at + count);
    }
    *ret_backslash = state.backslash != 0;
    return count;
}

static inline bool gap_is(const uint8_t *p, size_t there, const struct layout_node *node)
{
    if (there < LAYOUT_GAP_BYTES)
        return memcmp(p, node->text, node->bytes) == 0;
    __m256i gap = _mm256_loadu_si256((const __m256i *)(const void *)node->text);
    __m256i same = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(const void *)p), gap);
    return _bzhi_u32(~(uint32_t)_mm256_movemask_epi8(same), node->bytes) == 0;
}

#include "record/layout_walk.h"

static uint32_t json(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash)
{
    return find(p, n, ret_at, ret_backslash, true);
}

static uint32_t pairs(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash)
{
    return find(p, n, ret_at, ret_backslash, false);
}

const struct marks_kernel marks_avx2 = {"avx2", json, pairs, walk};

#endif
