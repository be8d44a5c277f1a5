/* A layout is bytes that are equal in every line but for some digits:
 *
 *      bytes     2026-08-07 14:31:05,123 INFO
 *      fixed     11111111111  1  1  1   1
 *      digits               11 11 11 111
 */
#include "record/stamp_parts.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__SSE2__)
static uint32_t layout_bits(__m128i low, __m128i high)
{
    return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
}

static __m128i layout_load(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static __m128i layout_digits(__m128i bytes)
{
    __m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    return _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
}

/* One to eight digits at p, which has eight bytes: pairs, fours, all. */
static uint64_t layout_number(const uint8_t *p, unsigned digits)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    x = (x << (64 - 8 * digits) & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
    x = (x & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
    return (x & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
}

/* "14:31:05" or "143105" at p, which has eight bytes; false when there is no such time. */
static bool layout_clock(const uint8_t *p, bool colons, int64_t *ret_seconds)
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

/* The time of the stamp of text, if it is laid out so. False: it is not, or might not be. */
static bool layout_reads(const struct stamp_layout *layout, struct span text, int64_t *ret_time_ns)
{
    static const int32_t scale[] = {1000000000, 100000000, 10000000, 1000000, 100000,
                                    10000,      1000,      100,      10,      1};
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
    if (layout->fraction_digits)
        ns += (int64_t)layout_number(p + layout->fraction_at, layout->fraction_digits) *
              scale[layout->fraction_digits];
    *ret_time_ns = ns;
    return true;
}
#else
static bool layout_reads(const struct stamp_layout *layout, struct span text, int64_t *ret_time_ns)
{
    (void)layout, (void)text, (void)ret_time_ns;
    return false;
}
#endif

/* Does this byte, first of what is behind a stamp, leave the stamp as it is, and start nothing but text? */
static bool ends_before(const struct stamp_layout *layout, const uint8_t *p)
{
    static const uint8_t odd[256] = {[0 ... ' '] = 1, ['-'] = 1, ['|'] = 1, [':'] = 1, ['{'] = 1, ['@'] = 1,
                                     ['#'] = 1,       ['*'] = 1, ['.'] = 1, ['+'] = 1, [0x7f] = 1};
    return !odd[*p] && !(layout->open_ended && (may_be_half_day(p) || may_be_zone(p)));
}

bool stamp_layout_read(const struct stamp_layout *layout, struct span text, int64_t *ret_time_ns)
{
    return layout_reads(layout, text, ret_time_ns) && ends_before(layout, text.ptr + layout->end);
}

static uint32_t bits_from(unsigned from, unsigned count)
{
    return (uint32_t)((((uint64_t)1 << count) - 1) << from);
}

/* Why these conditions: whatever stamp_find and its like look at must be a fixed byte, a digit that any other
 * may stand for, or asked again for each line (ends_before). */
void stamp_layout_learn(struct stamp_layout *layout, const struct stamp_cache *cache, struct span text,
                        const struct stamp *stamp)
{
    enum { KIND_BYTES = 7 }; /* by these line_plain tells what kind of line it is */
    const struct stamp_head *h = &cache->head;
    unsigned at = cache->prefix_bytes, clock = at - cache->fixed_bytes, fraction = 0;
    int64_t seconds = 0, sub_ns = 0;
    layout->end = 0;
    if (at == 0 || stamp->begin || stamp->severity || (stamp->flags & STAMP_NO_DATE) ||
        stamp->end > STAMP_LAYOUT_BYTES || text.len < STAMP_LAYOUT_BYTES || !tail_is_plain(text, h))
        return;
    if (clock && cache->fixed_bytes < KIND_BYTES)
        return;
    if ((stamp->flags & STAMP_NO_YEAR) && !(cache->any_clock && (stamp->flags & STAMP_NO_ZONE)))
        return; /* which year is meant hangs on the clock */
    if (text.ptr[at] == '.' || text.ptr[at] == ',')
        while (is_digit(text.ptr[at + 1 + fraction]))
            fraction++;
    if (fraction > 6)
        return;
    if (clock)
        seconds = h->hour * 3600 + h->minute * 60 + h->second;
    for (unsigned i = 0; i < 9 && fraction; i++)
        sub_ns = sub_ns * 10 + (i < fraction ? digit_of(text.ptr[at + 1 + i]) : 0);
    memcpy(layout->bytes, text.ptr, STAMP_LAYOUT_BYTES);
    layout->digits = fraction ? bits_from(at + 1, fraction) : 0;
    if (clock)
        layout->digits |= bits_from(at - clock, clock);
    if (clock == 8)
        layout->digits &= ~(bits_from(at - 6, 1) | bits_from(at - 3, 1));
    layout->fixed = bits_from(0, stamp->end) & ~layout->digits;
    layout->clock_at = (uint8_t)(at - clock);
    layout->clock_bytes = (uint8_t)clock;
    layout->fraction_at = (uint8_t)(at + 1);
    layout->fraction_digits = (uint8_t)fraction;
    layout->flags = stamp->flags;
    layout->open_ended = (stamp->flags & STAMP_NO_ZONE) && !h->opener;
    layout->start_ns = stamp->time_ns - seconds * NS_PER_SECOND - sub_ns;
    layout->text_min =
        (uint8_t)(at + PLAIN_BYTES < STAMP_LAYOUT_BYTES ? STAMP_LAYOUT_BYTES : at + PLAIN_BYTES);
    layout->end = (uint8_t)stamp->end;
}
