/* stamp_layout: how the stamp of a line looked that began with one. The next line mostly differs in some
 * digits, and then its time is a sum. Answers as stamp_find does, or not at all. Private to record; here and
 * not behind a call because nearly every line is asked.
 *
 *      bytes     2026-08-07 14:31:05,123 INFO
 *      fixed     11111111111  1  1  1   1        equal in every line
 *      digits               11 11 11 111         any digit
 */
#ifndef ONSET_RECORD_STAMP_LAYOUT_H
#define ONSET_RECORD_STAMP_LAYOUT_H

#include "record/stamp.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define STAMP_LAYOUT_BYTES 32
struct stamp_layout { /* zeroed: knows none */
    uint8_t bytes[STAMP_LAYOUT_BYTES];
    uint32_t fixed, digits;               /* bit i: byte i */
    uint8_t end;                          /* of the stamp: there the text begins */
    uint8_t text_min;                     /* bytes that a line must have */
    uint8_t clock_at, clock_bytes;        /* 8 for "14:31:05", 6 for "143105", 0: the clock is fixed */
    uint8_t fraction_at, fraction_digits; /* 3, 6, 9 or 0 */
    uint8_t flags;                        /* of the stamp */
    bool open_ended;                      /* a zone or half of the day may follow */
    int64_t start_ns;                     /* what is fixed of the time */
};

/* Learn from text, in which stamp was just found, by this cache. Forgets what it knew where the stamp is of
 * another kind. */
void stamp_layout_learn(struct stamp_layout *layout, const struct stamp_cache *cache, struct span text,
                        const struct stamp *stamp);

/* Text behind a stamp that tells no zone: does it begin as a zone or AM and PM do? */
bool stamp_layout_goes_on(const uint8_t *text);

#if defined(__SSE2__)
static inline uint32_t layout_bits(__m128i low, __m128i high)
{
    return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
}

static inline __m128i layout_load(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i layout_digits(__m128i bytes)
{
    __m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    return _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
}

/* One to eight digits at p, which has eight bytes: the last one in the highest byte. */
static inline uint64_t layout_word(const uint8_t *p, unsigned digits)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return x << (64 - 8 * digits);
}

/* Pairs, fours, all. */
static inline uint64_t layout_number(uint64_t x)
{
    x = (x & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
    x = (x & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
    return (x & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
}

/* "14:31:05" or "143105" at p, which has eight bytes; false when there is no such time. */
static inline bool layout_clock(const uint8_t *p, bool colons, int64_t *ret_seconds)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    x &= colons ? 0x0f0f000f0f000f0fu : 0x0f0f0f0f0f0fu;
    x = x * 10 + (x >> 8);
    unsigned hour = x & 0xff, minute = x >> (colons ? 24 : 16) & 0xff,
             second = x >> (colons ? 48 : 32) & 0xff;
    *ret_seconds = hour * 3600 + minute * 60 + second;
    return (hour <= 23) & (minute <= 59) & (second <= 60);
}

static const int32_t layout_scale[] = {1000000000, 100000000, 10000000, 1000000, 100000,
                                       10000,      1000,      100,      10,      1};

/* Nanoseconds of the fraction of a stamp at p. */
static inline int64_t layout_fraction(const struct stamp_layout *layout, const uint8_t *p)
{
    const uint8_t *fraction = p + layout->fraction_at;
    if (!layout->fraction_digits)
        return 0;
    unsigned first = layout->fraction_digits < 8 ? layout->fraction_digits : 8;
    int64_t ns = (int64_t)layout_number(layout_word(fraction, first)) * layout_scale[first];
    return layout->fraction_digits > 8 ? ns + fraction[8] - '0' : ns;
}

/* The time of the stamp of text, if it is laid out so. False: it is not, or might not be. */
static inline bool layout_reads(const struct stamp_layout *layout, struct span text, int64_t *ret_time_ns)
{
    const uint8_t *p = text.ptr;
    if (!layout->end || text.len < layout->text_min)
        return false;
    __m128i low = layout_load(p), high = layout_load(p + 16);
    uint32_t same = layout_bits(_mm_cmpeq_epi8(low, layout_load(layout->bytes)),
                                _mm_cmpeq_epi8(high, layout_load(layout->bytes + 16)));
    uint32_t digits = layout_bits(layout_digits(low), layout_digits(high));
    if ((~same & layout->fixed) | (~digits & layout->digits))
        return false;
    int64_t ns = layout->start_ns, seconds;
    if (layout->clock_bytes) {
        if (!layout_clock(p + layout->clock_at, layout->clock_bytes == 8, &seconds))
            return false;
        ns += seconds * NS_PER_SECOND;
    }
    *ret_time_ns = ns + layout_fraction(layout, p);
    return true;
}
#else
static inline bool layout_reads(const struct stamp_layout *layout, struct span text, int64_t *ret_time_ns)
{
    (void)layout, (void)text, (void)ret_time_ns;
    return false;
}
#endif

/* layout_reads for lines that come one after the other: most are of the second of the line before. */
struct stamp_run {
    const struct stamp_layout *layout; /* borrowed */
#if defined(__SSE2__)
    __m128i low, high; /* bytes of the last one; 0: none yet */
#endif
    int64_t second_ns; /* its time without the fraction */
    uint32_t same;     /* bytes that differ when the second does */
    unsigned digits;   /* of the fraction, of the first eight bytes */
    int32_t scale;     /* of their number */
};

#if defined(__SSE2__)
static inline void stamp_run_start(struct stamp_run *run, const struct stamp_layout *layout)
{
    uint32_t fraction = (uint32_t)(((1ull << layout->fraction_digits) - 1) << layout->fraction_at);
    *run = (struct stamp_run){.layout = layout, .same = layout->fixed | (layout->digits & ~fraction)};
    run->digits = layout->fraction_digits < 8 ? layout->fraction_digits : 8;
    run->scale = layout_scale[run->digits];
}

static inline __attribute__((always_inline)) bool stamp_run_reads(struct stamp_run *run, struct span text,
                                                                  int64_t *ret_time_ns)
{
    const struct stamp_layout *layout = run->layout;
    const uint8_t *p = text.ptr;
    if (text.len < layout->text_min)
        return false;
    __m128i low = layout_load(p), high = layout_load(p + 16);
    uint32_t same = layout_bits(_mm_cmpeq_epi8(low, run->low), _mm_cmpeq_epi8(high, run->high));
    if (~same & run->same) {
        if (!layout_reads(layout, text, ret_time_ns))
            return false;
        run->low = low;
        run->high = high;
        run->second_ns = *ret_time_ns - layout_fraction(layout, p);
        return true;
    }
    *ret_time_ns = run->second_ns;
    if (run->digits) {
        const uint8_t *fraction = p + layout->fraction_at;
        uint64_t x = layout_word(fraction, run->digits),
                 threes = 0x3030303030303030u << (64 - 8 * run->digits);
        uint64_t high_halves = 0xf0f0f0f0f0f0f0f0u, sixes = 0x0606060606060606u;
        if (((x & high_halves) ^ threes) | (((x + sixes) & high_halves) ^ threes))
            return false;
        *ret_time_ns += (int64_t)layout_number(x) * run->scale;
        if (layout->fraction_digits > 8) {
            unsigned ninth = (unsigned)fraction[8] - '0';
            *ret_time_ns += ninth;
            return ninth < 10;
        }
    }
    return true;
}
#else
static inline void stamp_run_start(struct stamp_run *run, const struct stamp_layout *layout)
{
    *run = (struct stamp_run){.layout = layout};
}

static inline bool stamp_run_reads(struct stamp_run *run, struct span text, int64_t *ret_time_ns)
{
    return layout_reads(run->layout, text, ret_time_ns);
}
#endif

/* What the first byte of a text may do to the stamp in front of it. */
enum { TEXT_ODD = 1, TEXT_LETTER = 2 };

static inline unsigned stamp_layout_kind(uint8_t first)
{
    static const uint8_t kinds[256] = {[0 ... ' '] = TEXT_ODD,
                                       ['-'] = TEXT_ODD,
                                       ['|'] = TEXT_ODD,
                                       [':'] = TEXT_ODD,
                                       ['{'] = TEXT_ODD,
                                       ['@'] = TEXT_ODD,
                                       ['#'] = TEXT_ODD,
                                       ['*'] = TEXT_ODD,
                                       ['.'] = TEXT_ODD,
                                       ['+'] = TEXT_ODD,
                                       ['('] = TEXT_LETTER,
                                       [0x7f] = TEXT_ODD,
                                       ['A' ... 'Z'] = TEXT_LETTER,
                                       ['a'] = TEXT_LETTER,
                                       ['p'] = TEXT_LETTER,
                                       [0xe4 ... 0xe5] = TEXT_LETTER, /* may_be_half_day */
                                       [0xec] = TEXT_LETTER};
    return kinds[first];
}

/* The time of a stamp at the very start of text, which ends at layout->end, with plain text behind it (none
 * of blanks and - | : { @ # * . +). False: there may be none, or another. */
static inline bool stamp_layout_read(const struct stamp_layout *layout, struct span text,
                                     int64_t *ret_time_ns)
{
    if (!layout_reads(layout, text, ret_time_ns))
        return false;
    unsigned kind = stamp_layout_kind(text.ptr[layout->end]);
    return kind == 0 ||
           (kind == TEXT_LETTER && !(layout->open_ended && stamp_layout_goes_on(text.ptr + layout->end)));
}

#endif
