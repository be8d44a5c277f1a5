/* mask_survey: rules 1 to 3 of kernel.h for some KB of text at once, whatever lines it holds; a part of
 * mask_kernel.h. Four passes, each with all it needs in registers:
 *
 *      classify   each block of 64 bytes: one mask per class, one for the ends of lines
 *      plan       the masks of several blocks at a time: which bytes stay, which become marks
 *      names      the few places where the letters of a name may stand, or a status that the plan did not
 *                 see: that number stays
 *      compact    each block
 *
 * The plan has no branch and no look at single runs. A run is clean when no digit is met from its first byte
 * on, nor from its last byte back:
 *
 *      bytes      t o o k _ 1 2 m s   i n   a b
 *      plain      1 1 1 1 1 . . 1 1 . 1 1 . 1 1      word, and no digit
 *      starts     1 . . . . . . . . . 1 . . 1 .
 *      ahead      1 1 1 1 1 . . . . . 1 1 . 1 1      plain bits that the sum plain + starts has cleared
 *      back       . . . . . . . 1 1 . 1 1 . 1 1      the same with the bits in reverse order
 *      clean      . . . . . . . . . . 1 1 . 1 1      both
 *
 * Of a run across a border each part is looked at alone; then, if either holds a digit, the first part with
 * one keeps its mark and all else of the run goes. Runs across two borders and more are rare and done one by
 * one. */
#ifndef ONSET_PATTERN_MASK_SURVEY_H
#define ONSET_PATTERN_MASK_SURVEY_H

#include "pattern/mask_block.h"

/* As many masks as a register holds. */
#if defined(__AVX512F__)
#define LANES       8
#define LANES_OF(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7)
#elif defined(__AVX2__)
#define LANES       4
#define LANES_OF(f) f(0) f(1) f(2) f(3)
#else
#define LANES       2
#define LANES_OF(f) f(0) f(1)
#endif
_Static_assert(LANES <= SURVEY_MARGIN, "a register may reach behind the last block");

typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));
typedef uint64_t lanes_anywhere __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef uint8_t lane_bytes __attribute__((vector_size(8 * LANES)));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes lanes_load(const uint64_t *p)
{
    return (lanes) * (const lanes_anywhere *)p;
}

INLINE void lanes_store(uint64_t *p, lanes x)
{
    *(lanes_anywhere *)p = (lanes_anywhere)x;
}

/* Bit 0 becomes bit 63. */
INLINE lanes reverse(lanes x)
{
#if defined(__GFNI__) && LANES == 8 /* within bytes, as the product with a matrix */
    x = (lanes)_mm512_gf2p8affine_epi64_epi8((__m512i)x, _mm512_set1_epi64((int64_t)0x8040201008040201), 0);
#else
    x = (x >> 1 & 0x5555555555555555u) | (x & 0x5555555555555555u) << 1;
    x = (x >> 2 & 0x3333333333333333u) | (x & 0x3333333333333333u) << 2;
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0fu) | (x & 0x0f0f0f0f0f0f0f0fu) << 4;
#endif
#ifdef __clang__ /* has no __builtin_shuffle; it is for fuzzing, where nobody waits */
    for (int i = 0; i < LANES; i++)
        x[i] = __builtin_bswap64(x[i]);
    return x;
#else
#define BACKWARDS(i) 8 * i + 7, 8 * i + 6, 8 * i + 5, 8 * i + 4, 8 * i + 3, 8 * i + 2, 8 * i + 1, 8 * i,
    const lane_bytes bytes = {LANES_OF(BACKWARDS)};
#undef BACKWARDS
    return (lanes)__builtin_shuffle((lane_bytes)x, bytes);
#endif
}

/* Of each lane the one before it; of the first the last one of `before`. */
INLINE lanes lanes_before(lanes before, lanes x)
{
#ifdef __clang__
    lanes y = x;
    for (int i = 0; i < LANES; i++)
        y[i] = i ? x[i - 1] : before[LANES - 1];
    return y;
#else
#define ONE_LESS(i) LANES + i - 1,
    const lanes one_less = {LANES_OF(ONE_LESS)};
#undef ONE_LESS
    return __builtin_shuffle(before, x, one_less);
#endif
}

/* Each bit where the one before it was. */
INLINE lanes bit_before(lanes x, lanes before)
{
    return x << 1 | before >> 63;
}

/* All ones where x is not 0. */
INLINE lanes any(lanes x)
{
    return (lanes)(x != 0);
}

#ifdef EIGHT_BYTES
/* Of letters that are so many places from the end of a name, where that end would be. */
INLINE lanes letters_ahead(const lanes *planes, const lanes *before, enum plane plane, unsigned places)
{
    lanes letters = planes[plane] & planes[PLANE_WORD];
    return letters << places | lanes_before(before[plane] & before[PLANE_WORD], letters) >> (64 - places);
}

/* What survey_classify does, for eight blocks. before: the planes of the eight before them; becomes theirs.
 * Returns whether they hold an ESC. */
INLINE void survey_classify_eight(const uint8_t *p, size_t i, struct survey *s, lanes *before,
                                  uint64_t *ret_escapes, uint64_t *ret_tabs)
{
    lanes planes[PLANES];
    for (size_t at = 0; at < EIGHT_BYTES; at += 64)
        __builtin_prefetch(p + at + AHEAD_BYTES, 0, AHEAD_LEVEL);
    eight_planes(p, (__m512i *)planes);
    lanes word = planes[PLANE_WORD], other = ~word;
    lanes one = word & planes[PLANE_FIRST] & letters_ahead(planes, before, PLANE_SECOND, 1);
    lanes two = word & planes[PLANE_FIRST_TOO] & letters_ahead(planes, before, PLANE_SECOND_TOO, 1);
    lanes names = (one | two) & letters_ahead(planes, before, PLANE_THIRD, 2) &
                  letters_ahead(planes, before, PLANE_FOURTH, 3);
    lanes escapes = other & planes[PLANE_ESCAPE];
    lanes tabs = other & planes[PLANE_BLANK] & ~planes[PLANE_SEPARATOR];
    lanes_store(s->word + i, word);
    lanes_store(s->digit + i, planes[PLANE_DIGIT]);
    lanes_store(s->low + i, planes[PLANE_DIGIT] & planes[PLANE_LOW]);
    lanes_store(s->blank + i, other & planes[PLANE_BLANK]);
    lanes_store(s->quote + i, other & planes[PLANE_QUOTE]);
    lanes_store(s->last + i, names);
    lanes_store(s->separator + i, other & planes[PLANE_SEPARATOR]);
    lanes_store(s->line + i, other & planes[PLANE_LINE]);
    lanes_store(s->colon + i, other & planes[PLANE_COLON]);
    memcpy(before, planes, sizeof planes);
    *ret_escapes |= _mm512_test_epi64_mask((__m512i)escapes, (__m512i)escapes);
    *ret_tabs |= _mm512_test_epi64_mask((__m512i)tabs, (__m512i)tabs);
}
#else
enum { PLANES = 1 };
#define EIGHT_BYTES SIZE_MAX
INLINE void survey_classify_eight(const uint8_t *p, size_t i, struct survey *s, lanes *before,
                                  uint64_t *ret_escapes, uint64_t *ret_tabs)
{
    (void)p, (void)i, (void)s, (void)before, (void)ret_escapes, (void)ret_tabs;
}
#endif

INLINE void survey_classify(const uint8_t *p, size_t n, struct survey *s)
{
    uint64_t escapes = 0, tabs = 0;
    lanes before[PLANES] = {{0}};
    for (size_t at = 0; at < n;) {
        size_t i = SURVEY_MARGIN + at / 64, len = n - at < 64 ? n - at : 64;
        if (n - at >= EIGHT_BYTES) {
            survey_classify_eight(p + at, i, s, before, &escapes, &tabs);
            at += EIGHT_BYTES;
            continue;
        }
        struct block b = len < 64 ? block_rest(p, n, at) : block_load(p + at);
        struct mask_classes c = classify(b, p, len, at);
        __builtin_prefetch(p + at + AHEAD_BYTES, 0, AHEAD_LEVEL);
        s->word[i] = c.word;
        s->digit[i] = c.digit;
        s->blank[i] = c.blank;
        s->quote[i] = c.quote;
        s->last[i] = c.last;
        s->low[i] = 0;
        s->separator[i] = c.separator;
        s->line[i] = block_equal(b, '\n');
        s->colon[i] = block_equal(b, ':');
        escapes |= block_equal(b, 0x1b);
        tabs |= block_equal(b, '\t');
        at += 64;
    }
    s->escapes = escapes != 0;
    s->tabs = tabs != 0;
    size_t end = SURVEY_MARGIN + (n + 63) / 64;
    for (size_t i = end; i < end + SURVEY_MARGIN; i++)
        s->word[i] = s->digit[i] = s->blank[i] = s->quote[i] = 0;
    for (size_t i = 0; i < SURVEY_MARGIN; i++)
        s->word[i] = s->digit[i] = s->blank[i] = s->quote[i] = s->colon[i] = 0;
}

/* A quoted status that begins here has all that it hangs on in its block. */
#define STATUS_INSIDE (~0ull << NAME_SEPARATORS_MAX & ~0ull >> 3)

/* Where a number may begin in a block, if separators go on from the one before. */
#define NAME_BORDER ((1ull << (NAME_SEPARATORS_MAX + 1)) - 1)

/* Returns whether a block is one run from end to end. */
INLINE bool survey_plan(size_t end, struct survey *s)
{
    lanes zero = {0}, digits_at_tail = zero, whole = zero, colons = zero, reached = zero;
    for (size_t i = SURVEY_MARGIN; i < end; i += LANES) {
        lanes word = lanes_load(s->word + i), digit = lanes_load(s->digit + i);
        lanes starts = word & ~(word << 1), plain = word & ~digit;
        lanes ahead = plain & ~(plain + starts);
        lanes word_r = reverse(word), plain_r = reverse(plain), lasts_r = word_r & ~(word_r << 1);
        lanes back = reverse(plain_r & ~(plain_r + lasts_r));
        lanes masked = word & ~(ahead & back);
        /* parts of runs at the borders */
        lanes head = word & ~(word + 1), tail = reverse(word_r & ~(word_r + 1));
        lanes word_behind = lanes_load(s->word + i + 1);
        lanes head_behind = word_behind & ~(word_behind + 1);
        lanes goes_on_digit = any(head_behind & lanes_load(s->digit + i + 1)) & tail;
        lanes digits_before = lanes_before(digits_at_tail, any(tail & digit));
        digits_at_tail = any(tail & digit);
        lanes went_before = digits_before & head;
        lanes marks = starts & masked & ~went_before;
        lanes blank = lanes_load(s->blank + i), blank_before = lanes_load(s->blank + i - 1);
        lanes twice = blank & bit_before(blank, blank_before);
        lanes colon = lanes_load(s->colon + i), colon_before = lanes_load(s->colon + i - 1);
        colons |= twice & (colon << 2 | colon_before >> 62);
        lanes keep = ~twice & ~(masked | went_before | goes_on_digit);
        lanes word_before = lanes_load(s->word + i - 1);
        lanes went_on = bit_before(word, word_before);
        /* rule 1b, of three digits in a block */
        lanes lasts = word & ~(word >> 1), quote = lanes_load(s->quote + i);
        lanes status = lanes_load(s->low + i) & digit >> 1 & digit >> 2 & lasts >> 2 &
                       (blank & quote << 1) << 1 & STATUS_INSIDE;
        marks &= ~status;
        keep |= status | status << 1 | status << 2;
        lanes_store(s->marks + i, marks);
        lanes_store(s->keep + i, keep | marks);
        lanes_store(s->tied + i, (word & went_on) | status | status >> 1 | status >> 2 | status >> 3);
        whole |= (lanes)(word == ~zero);
        /* three bytes that start with a digit, behind a blank, behind a digit or a quote */
        lanes before = digit | quote;
        lanes before_before = lanes_load(s->digit + i - 1) | lanes_load(s->quote + i - 1);
        lanes spaced = blank & bit_before(before, before_before);
        lanes spaced_before = blank_before & before_before << 1;
        lanes ends = (word & ~(word >> 1)) >> 2 | 3ull << 62;
        lanes third = digit & ~went_on & ends & bit_before(spaced, spaced_before);
        /* behind separators behind the last letter of a name */
        lanes separator = lanes_load(s->separator + i), last = lanes_load(s->last + i);
        lanes passed = separator + (last << 1 & separator), reaches = ((separator & ~passed) | last) >> 63;
        lanes behind = (passed & ~separator) | (-lanes_before(reached, reaches) & NAME_BORDER);
        reached = reaches;
        lanes_store(s->number + i, (third | (behind & starts & (masked | tail))) & ~status);
    }
    uint64_t wholes = 0, colons_any = 0;
    for (size_t i = 0; i < LANES; i++) {
        wholes |= whole[i];
        colons_any |= colons[i];
    }
    s->colons = colons_any != 0;
    return wholes != 0;
}

/* Runs across two borders and more. */
static __attribute__((noinline)) void survey_long_runs(size_t end, struct survey *s)
{
    for (size_t i = SURVEY_MARGIN; i < end; i++) {
        if (s->word[i] != ~0ull)
            continue;
        size_t from = i - (s->word[i - 1] >> 63), to = i;
        unsigned begin = from < i ? 64 - (unsigned)_lzcnt_u64(~s->word[from]) : 0;
        uint64_t first = ~0ull << begin, digits = s->digit[from] & first;
        while (s->word[to] == ~0ull)
            digits |= to == from ? 0 : s->digit[to], to++;
        uint64_t last = ~s->word[to] & (s->word[to] + 1);
        last = s->word[to] & (last - 1);
        digits |= s->digit[to] & last;
        s->marks[from] &= ~first;
        s->keep[from] |= first;
        for (size_t k = from + 1; k < to; k++) {
            s->marks[k] = 0;
            s->keep[k] = ~0ull;
        }
        s->marks[to] &= ~last;
        s->keep[to] |= last;
        if (digits) {
            s->keep[from] &= ~first;
            for (size_t k = from + 1; k < to; k++)
                s->keep[k] = 0;
            s->keep[to] &= ~last;
            s->marks[from] |= 1ull << begin;
            s->keep[from] |= 1ull << begin;
        }
        i = to;
    }
}

/* Bits from `from` on, count of them from 1 to 63, of masks that hang together. */
INLINE void bits_set(uint64_t *masks, size_t from, size_t count, bool on)
{
    uint64_t bits = ~0ull >> (64 - count), *mask = masks + SURVEY_MARGIN + from / 64;
    uint64_t low = bits << from % 64, high = from % 64 ? bits >> (64 - from % 64) : 0;
    mask[0] = on ? mask[0] | low : mask[0] & ~low;
    mask[1] = on ? mask[1] | high : mask[1] & ~high;
}

/* The run at p[start, end) is a number that is a name, or it is not: a message that begins behind what this
 * hangs on must not be taken from the survey. (The letters of a name need no mention: they are one run.) */
static inline void survey_name(struct survey *s, size_t start, size_t end)
{
    if (is_name(s->text, start, end)) {
        bits_set(s->keep, start, end - start, true);
        bits_set(s->marks, start, end - start, false);
    }
    size_t from = name_reach(s->text, start);
    bits_set(s->tied, from, start + 1 - from, true);
}

static inline size_t run_end(const uint8_t *p, size_t n, size_t at)
{
    size_t end = at;
    while (end < n && end - at <= NAME_BYTES_MAX && is_word(p[end]))
        end++;
    return end;
}

static __attribute__((noinline)) void survey_names(struct survey *s, size_t i)
{
    size_t base = 64 * (i - SURVEY_MARGIN);
    for (uint64_t numbers = s->number[i]; numbers; numbers = _blsr_u64(numbers)) {
        size_t start = base + _tzcnt_u64(numbers), end = run_end(s->text, s->bytes, start);
        if (end - start <= NAME_BYTES_MAX)
            survey_name(s, start, end);
    }
}

static void survey(const uint8_t *p, size_t n, struct survey *s)
{
    size_t end = SURVEY_MARGIN + (n + 63) / 64, used = 0, count = 0;
    s->text = p;
    s->bytes = n;
    survey_classify(p, n, s);
    if (survey_plan(end, s))
        survey_long_runs(end, s);
    for (size_t i = SURVEY_MARGIN; i < end; i++)
        if (__builtin_expect(s->number[i] != 0, 0))
            survey_names(s, i);
    if (n % 64)
        s->keep[end - 1] = _bzhi_u64(s->keep[end - 1], (unsigned)(n % 64));
    for (size_t i = SURVEY_MARGIN, at = 0; at < n; i++, at += 64) {
        struct block b = n - at < 64 ? block_rest(p, n, at) : block_load(p + at);
        s->begin[i] = (uint32_t)used;
        used += compact(b, s->blank[i], s->keep[i], s->marks[i], s->masked + used);
        count += ends_write(s->line[i], (uint32_t)at, s->ends + count);
    }
    s->count = count;
    s->begin[end] = (uint32_t)used; /* where a message may end, if that is a border */
    s->keep[end] = s->tied[end] = 0;
}

INLINE size_t survey_place(const struct survey *s, size_t at)
{
    size_t i = SURVEY_MARGIN + at / 64;
    return s->begin[i] + (size_t)_mm_popcnt_u64(_bzhi_u64(s->keep[i], at % 64));
}

/* The masked bytes of a message, as the survey has them; false when it lies elsewhere, or what the survey
 * made of it hangs on bytes outside of it. */
INLINE bool survey_knows(const struct survey *s, struct span message, struct span *ret_masked)
{
    size_t from = (uintptr_t)message.ptr - (uintptr_t)s->text, to = from + message.len;
    if (from >= s->bytes || to > s->bytes || message.len == 0)
        return false;
    uint64_t tied =
        s->tied[SURVEY_MARGIN + from / 64] >> from % 64 | s->tied[SURVEY_MARGIN + to / 64] >> to % 64;
    uint8_t first = message.ptr[0], last = message.ptr[message.len - 1];
    if (tied & 1 || first == ' ' || last == ' ' || first == '\t' || last == '\t')
        return false;
    size_t begin = survey_place(s, from);
    *ret_masked = span_make(s->masked + begin, survey_place(s, to) - begin);
    return true;
}

#endif
