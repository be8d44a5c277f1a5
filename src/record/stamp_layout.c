#include "record/stamp_layout.h"

#include "record/stamp_parts.h"

bool stamp_layout_goes_on(const uint8_t *text)
{
    return may_be_half_day(text) || may_be_zone(text);
}

static uint32_t bits_from(unsigned from, unsigned count)
{
    return (uint32_t)((((uint64_t)1 << count) - 1) << from);
}

/* Why these conditions: whatever stamp_find and its like look at must be a fixed byte, a digit that any other
 * may stand for, or asked again for each line (stamp_layout_read). */
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
    layout->open_ended = (stamp->flags & STAMP_NO_ZONE || cache->context.habits & STAMP_UTC) && !h->opener;
    layout->start_ns = stamp->time_ns - seconds * NS_PER_SECOND - sub_ns;
    layout->text_min =
        (uint8_t)(at + PLAIN_BYTES < STAMP_LAYOUT_BYTES ? STAMP_LAYOUT_BYTES : at + PLAIN_BYTES);
    layout->end = (uint8_t)stamp->end;
}
