/* The time of a program whose line came through others. A relay's header is later, coarser, and often without
 * year or zone; the agent of a container runtime reads the same clock as the program and its stamp stays. */
#include "record/json_line.h"
#include "record/peel.h"

/* Do two times differ by no more than zones can? The year of one that was assumed says nothing. */
static bool is_near(int64_t header_ns, bool no_year, int64_t time_ns)
{
    const int64_t most_ns = 15 * 3600 * NS_PER_SECOND;
    if (no_year) {
        struct civil header = civil_from_ns(header_ns);
        header.year = civil_from_ns(time_ns).year;
        header_ns = civil_to_ns(&header);
    }
    return header_ns - time_ns <= most_ns && time_ns - header_ns <= most_ns;
}

void peel_correct_time(struct peel *peel, int64_t time_ns, uint8_t stamp_flags, bool named)
{
    struct line *line = peel->line;
    bool more = line->flags & LINE_NO_YEAR || (named && !(stamp_flags & STAMP_NO_ZONE));
    if (!peel->relayed || !more || stamp_flags & (STAMP_NO_YEAR | STAMP_NO_DATE) ||
        !is_near(line->time_ns, line->flags & LINE_NO_YEAR, time_ns))
        return;
    peel->relayed = false;
    line->flags &= (uint16_t) ~(LINE_STAMPED | LINE_NO_YEAR | LINE_NO_ZONE | LINE_NO_DATE);
    set_time(line, time_ns, stamp_flags);
}

void peel_take_far(struct peel *peel, struct span text)
{
    struct stamp stamp;
    if (peel->state->far && !(peel->line->flags & LINE_STAMPED) && line_far_stamp(peel->reader, text, &stamp))
        set_time(peel->line, stamp.time_ns, stamp.flags);
}

bool line_far_stamp(const struct line_reader *reader, struct span text, struct stamp *ret_stamp)
{
    return stamp_find(text, &reader->stamp, ret_stamp) || stamp_find_far(text, &reader->stamp, ret_stamp);
}

/* Where "CEF:" or "LEEF:" stands in the first bytes of text; its length: nowhere. */
static size_t find_cef(struct span text)
{
    enum { HEADER_BYTES_MAX = 96 };
    size_t bytes = text.len < HEADER_BYTES_MAX ? text.len : HEADER_BYTES_MAX;
    const uint8_t *p = memmem(text.ptr, bytes, "CEF:", 4);
    p = p ? p : memmem(text.ptr, bytes, "LEEF:", 5);
    return p ? (size_t)(p - text.ptr) : text.len;
}

/* "192.0.2.7  {...}": the object behind the address of its sender, as relays without a tag write it. */
static struct span behind_address(struct span text)
{
    enum { ADDRESS_BYTES_MAX = 15 };
    size_t at = 0;
    text = span_trim(text);
    if (text.len < 3 || text.ptr[text.len - 1] != '}')
        return (struct span){0};
    while (at < ADDRESS_BYTES_MAX && at < text.len &&
           ((unsigned)text.ptr[at] - '0' < 10 || text.ptr[at] == '.'))
        at++;
    if (at == 0 || !is_blank(text.ptr[at]))
        return (struct span){0};
    text = span_trim(span_skip(text, at));
    return json_line_likely(text) ? text : (struct span){0};
}

bool line_is_relayed(struct span text)
{
    return find_cef(text) < text.len || behind_address(text).len;
}

bool peel_relayed(struct peel *peel, struct span text)
{
    struct stamp stamp;
    struct span event = span_skip(text, find_cef(text)), object = behind_address(text);
    peel->relayed = true;
    set_severity(peel, severity_of_cef(event), false);
    if (event.len && stamp_find(event, &peel->reader->stamp, &stamp))
        peel_correct_time(peel, stamp.time_ns, stamp.flags, true);
    bool whole = object.len && peel_structured(peel, object, 1);
    peel->relayed = false;
    return whole;
}
