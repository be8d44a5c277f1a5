#include "record/peel.h"

/* Does text start as a stamp may, and as nothing else that peel_line knows? "2026-", "17/06/09", "[Sun", "Jun
 * 14". */
static bool starts_plainly(struct span text)
{
    const uint8_t *p = text.ptr;
    if (text.len < 16)
        return false;
    unsigned first = p[0], second = (unsigned)(p[1] | 0x20) - 'a', third = (unsigned)(p[2] | 0x20) - 'a';
    if (first - '0' < 10) /* and no epoch */
        return (unsigned)p[2] - '0' >= 10 || (unsigned)p[4] - '0' >= 10 || (unsigned)p[6] - '0' >= 10;
    if (first == '[')
        return second < 26 && p[1] != 'p'; /* kubectl's "[pod/" */
    return first - 'A' < 26 && second < 26 && third < 26 && p[3] == ' ';
}

/* The way of most lines, in one go: a stamp at the very start, then text. What comes out is what peel_line
 * would make of it. False: another kind of line. */
bool line_plain(struct line_reader *reader, const struct reader_state *state, struct span text,
                struct line *line)
{
    struct stamp stamp;
    if (reader->format != FORMAT_PLAIN || state->prefix != PREFIX_NONE || state->syslog || state->runtime ||
        state->relayed || !starts_plainly(text))
        return false;
    if (!stamp_find_again(&reader->cache, text, &reader->stamp, &stamp) || stamp.begin || stamp.severity ||
        (stamp.flags & STAMP_NO_DATE) || stamp.end < 2 || stamp.end >= text.len)
        return false;
    struct span rest = span_skip(text, stamp.end);
    uint8_t first = rest.ptr[0];
    bool cri = first == 's' && rest.len > 1 && rest.ptr[1] == 't';
    bool odd = first == '{' || first == '@' || first == '\r' || is_redis_mark(first);
    if (cri || odd || is_blank(first) || is_blank(rest.ptr[-2]) || peel_may_be_pairs(rest))
        return false;
    while (is_blank(rest.ptr[rest.len - 1]) || rest.ptr[rest.len - 1] == '\r')
        rest.len--;
    line->message = rest;
    line->time_ns = stamp.time_ns;
    line->flags = LINE_STAMPED;
    line->flags |= stamp.flags & STAMP_NO_YEAR ? LINE_NO_YEAR : 0;
    line->flags |= stamp.flags & STAMP_NO_ZONE ? LINE_NO_ZONE : 0;
    line->flags |= stamp.flags & STAMP_NO_DATE ? LINE_NO_DATE : 0;
    return true;
}
