/* A stamp anywhere in a line: the third column of a CSV, an attribute of an XML event, the end of a sentence.
 * Only for sources of which nearly every line holds one and no line has it in front: that is the evidence
 * which a single line cannot give. */
#include "record/stamp_parts.h"

enum { TEXT_BYTES = 4096 };
#define BARE_OLDEST_S (20LL * 366 * 86400)

/* May a stamp begin at `at`? Not inside a word, a path or a number. */
static bool may_begin(struct span text, size_t at)
{
    uint8_t c = text.ptr[at], before = at ? text.ptr[at - 1] : ' ';
    if (!is_digit(c) && !is_letter(c))
        return false;
    return !is_letter(before) && !is_digit(before) && before != '_' && before != '.' && before != '-' &&
           before != '/';
}

/* A full date, whole: with year and seconds; of bare numbers only those of the last decades. */
static bool believed(const struct stamp_head *h, const struct stamp_context *context, bool whole)
{
    if (!(h->flags & HEAD_EPOCH))
        return h->month && !(h->flags & HEAD_SIX_DIGITS) &&
               (!whole || ((h->year || h->flags & HEAD_WEEKDAY) && !(h->flags & HEAD_MINUTES)));
    int64_t newest = context->reference_ns / NS_PER_SECOND;
    return h->second_s >= 1000000000 &&
           (newest <= 0 || (h->second_s <= newest + 86400 && h->second_s >= newest - BARE_OLDEST_S));
}

static bool find(struct span text, const struct stamp_context *context, bool whole, struct stamp *ret_stamp)
{
    struct stamp_head head = {0};
    for (size_t at = 0; at < text.len; at++) {
        if (!may_begin(text, at))
            continue;
        head.flags = 0;
        head.opener = head.severity = 0;
        head.begin = (uint32_t)at;
        const uint8_t *behind = layout_read(text.ptr, text.ptr + at, text.ptr + text.len, &head);
        if (!behind)
            continue;
        head.at = (uint32_t)(behind - text.ptr);
        if (head_settle(&head, context) && believed(&head, context, whole) &&
            tail_read(text, &head, context, ret_stamp))
            return true;
    }
    return false;
}

/* "14:31:05", a column or behind words; not the value of a name, which may be any span of time. */
static bool find_clock(struct span text, const struct stamp_context *context, struct stamp *ret_stamp)
{
    enum { CLOCK_BYTES = 8 };
    for (size_t at = 0; at + CLOCK_BYTES <= text.len; at++) {
        const uint8_t *p = text.ptr + at;
        if (p[2] != ':' || p[5] != ':' || !may_begin(text, at) || (at && (p[-1] == '=' || p[-1] == ':')) ||
            !stamp_parse(span_skip(text, at), context, ret_stamp))
            continue;
        ret_stamp->begin = (uint32_t)at;
        ret_stamp->end += (uint32_t)at;
        ret_stamp->flags |= STAMP_INSIDE;
        return true;
    }
    return false;
}

/* "4:31" somewhere: without it neither a date without its seconds nor a time of day is there. */
static bool has_clock(struct span text)
{
    for (size_t at = 1; at + 3 <= text.len; at++) {
        const uint8_t *colon = memchr(text.ptr + at, ':', text.len - at - 2);
        if (!colon)
            return false;
        if (is_digit(colon[-1]) && is_digit(colon[1]) && is_digit(colon[2]))
            return true;
        at = (size_t)(colon - text.ptr);
    }
    return false;
}

bool stamp_find_far(struct span text, const struct stamp_context *context, struct stamp *ret_stamp)
{
    if (text.len > TEXT_BYTES)
        text.len = TEXT_BYTES;
    return find(text, context, true, ret_stamp) ||
           (has_clock(text) &&
            (find(text, context, false, ret_stamp) || find_clock(text, context, ret_stamp)));
}
