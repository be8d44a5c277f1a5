/* The time of day, and what joins it to its date. */
#include "record/stamp_reader.h"

const uint8_t *clock_compact(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    h->hour = (uint8_t)two_digits(p);
    h->minute = (uint8_t)two_digits(p + 2);
    h->second = (uint8_t)two_digits(p + 4);
    return p + 6;
}

/* "14:31:05" is "143105123" to the millisecond. */
const uint8_t *clock_compact_ms(const struct reader *r, const uint8_t *p)
{
    p = clock_compact(r, p);
    r->head->sub_ns = ((int32_t)digit_of(p[0]) * 100 + two_digits(p + 1)) * 1000000;
    return p + 3;
}

/* "14h31.05", "14h31m05s", "14h31:05"; p: behind the hour. */
static const uint8_t *clock_french(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    if (r->end - p < 6 || two_digits(p + 1) < 0 || two_digits(p + 4) < 0 || !memchr(".:m", p[3], 3))
        return NULL;
    h->minute = (uint8_t)two_digits(p + 1);
    h->second = (uint8_t)two_digits(p + 4);
    p += 6;
    return p[-3] == 'm' && next_is(p, r->end, 's') ? p + 1 : p;
}

/* "4:31:05", "14:31", "14.31.05", "14-31-05", "0:0:0" (loose: minutes and seconds may have one digit). */
static const uint8_t *clock_odd(const struct reader *r, const uint8_t *p, bool loose)
{
    struct stamp_head *h = r->head;
    p = short_number(p, r->end, &h->hour);
    if (p && next_is(p, r->end, 'h'))
        return clock_french(r, p);
    if (!p || p == r->end || (*p != ':' && *p != '.' && *p != '-'))
        return NULL;
    uint8_t separator = *p++;
    const uint8_t *q = short_number(p, r->end, &h->minute);
    if (!q || (q - p == 1 && !loose))
        return NULL;
    p = q;
    h->second = 0;
    if (next_is(p, r->end, separator)) {
        q = short_number(p + 1, r->end, &h->second);
        if (q && (q - p == 3 || loose))
            return q;
        h->second = 0;
    }
    if (separator != ':')
        return NULL;
    h->flags |= HEAD_MINUTES;
    return p;
}

const uint8_t *clock_read(const struct reader *r, const uint8_t *p, bool loose)
{
    struct stamp_head *h = r->head;
    if (r->end - p >= 8 && p[2] == ':' && p[5] == ':') {
        int hour = two_digits(p), minute = two_digits(p + 3), second = two_digits(p + 6);
        if ((hour | minute | second) >= 0) {
            h->hour = (uint8_t)hour;
            h->minute = (uint8_t)minute;
            h->second = (uint8_t)second;
            h->flags |= HEAD_CLOCK;
            return p + 8;
        }
    }
    return clock_odd(r, p, loose);
}

/* "2026-07-23 Thu 14:31:05", "2026/07/23 (Thu) 14:31:05": the byte in front of the clock. */
static const uint8_t *weekday_read(const uint8_t *p, const uint8_t *end)
{
    bool bracket = *p == '(';
    p = weekday_name_read(p + bracket, end);
    return p && (!bracket || next_is(p++, end, ')')) && next_is(p, end, ' ') ? p + 1 : NULL;
}

/* What stands between a date and its time: "T", " ", "_", "@", ", ", " - ", " -- ", " : ", ".", "::", "\"
 * \"", " time=".
 */
static const uint8_t *joint_read(const struct reader *r, const uint8_t *p)
{
    const uint8_t *end = r->end, *q;
    if (p == end)
        return NULL;
    switch (*p) {
    case 'T':
    case 't':
    case '_':
    case '-':
    case '@':
    case '|':
    case ';': return p + 1;
    case ':': return p + 1 + next_is(p + 1, end, ':');
    case 'D': return digit_run(p + 1, end, 2) == 2 ? p + 1 : NULL; /* kdb+ */
    case '"':
        if ((q = text_at(p, end, "\" \"")) || (q = text_at(p, end, "\",\"")) ||
            (q = text_at(p, end, "\" time=\"")))
            return q;
        return (q = text_at(p, end, "\"\t\""));
    case '.': /* zpool history "2026-07-23.14:31:05", Hungary's "2026.07.23. 14:31:05" */
        return end - p > 3 && p[3] == ':' ? p + 1 : end - p > 3 && p[1] == ' ' ? p + 2 : NULL;
    case ',': return skip_blanks(p + 1, end, 2);
    case ']': return (q = text_at(p, end, "][")) ? q : text_at(p, end, "] ["); /* Rust's fern */
    case ' ':
    case '\t':
        p = skip_blanks(p, end, 8);
        if ((q = text_at(p, end, "-- ")) || (q = text_at(p, end, "- ")) || (q = text_at(p, end, "at ")) ||
            (q = text_at(p, end, ": ")) || (q = text_at(p, end, "| ")))
            return q;
        if (p < end && (is_letter(*p) || *p == '(') && (q = weekday_read(p, end)))
            return q;
        if ((q = text_at(p, end, "time=")) || (q = text_at(p, end, "Time=")))
            return r->head->flags |= HEAD_KEYS, q + next_is(q, end, '"');
        return p;
    default: return NULL;
    }
}

/* "下午 02:31:05", "오후 2:31:05", "周四 14:31:05.12" */
static const uint8_t *half_and_clock(const struct reader *r, const uint8_t *p)
{
    enum { DAY_BYTES_MAX = 9 };
    bool pm;
    const uint8_t *q = half_foreign_read(p, r->end, &pm);
    if (!q) {
        for (q = p; q < r->end && q - p < DAY_BYTES_MAX && *q >= 0x80; q++)
            ;
        q = next_is(q, r->end, ' ') ? clock_read(r, q + 1, false) : NULL;
        return q ? q : miss(r, p);
    }
    q = clock_read(r, skip_blanks(q, r->end, 1), false);
    if (!q || r->head->hour > 12)
        return miss(r, p);
    r->head->hour = (uint8_t)(r->head->hour % 12 + (pm ? 12 : 0));
    r->head->flags &= ~(uint32_t)HEAD_CLOCK;
    return q;
}

/* Any few marks, or a short word, with a whole clock behind: "2026-07-23 (14:31:05)", "[23.07.2026]
 * 14:31:05", "Jul 23, 2026 @ 14:31:05", "23.07.2026 um 14:31:05". */
static const uint8_t *odd_joint(const struct reader *r, const uint8_t *p)
{
    enum { MARKS_MAX = 4, WORD_MAX = 2, CLOCK_BYTES = 8 };
    const uint8_t *q = p, *end = r->end;
    while (q < end && q - p < MARKS_MAX && memchr(" ])>([<-@/", *q, 10))
        q++;
    if (q > p && q[-1] == ' ')
        for (p = q; q < end && q - p < WORD_MAX && (is_letter(*q) || *q >= 0x80);)
            q++;
    q += q > p && next_is(q, end, ' ') && q[-1] != ' ';
    bool clock = end - q >= CLOCK_BYTES && is_digit(q[0]) && is_digit(q[1]) && q[2] == ':' && q[5] == ':';
    return clock && (is_blank(q[-1]) || memchr("])>([<-@/", q[-1], 9)) ? q : NULL;
}

const uint8_t *joint_and_clock(const struct reader *r, const uint8_t *p)
{
    enum { COMPACT_BYTES = 6 };
    const uint8_t *q = joint_read(r, p);
    if (q && q < r->end && *q >= 0x80)
        return half_and_clock(r, q);
    const uint8_t *behind = q ? clock_read(r, q, false) : NULL;
    if (!behind && q && *p == 'T' && digit_run(q, r->end, COMPACT_BYTES + 1) == COMPACT_BYTES)
        return clock_compact(r, q); /* "2026-07-23T143105Z" */
    if (!behind && (q = odd_joint(r, p)))
        behind = clock_read(r, q, false);
    return behind ? behind : miss(r, p);
}
