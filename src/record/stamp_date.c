/* A date behind the time of day. It is copied with a clock behind it and read as any other stamp. */
#include "record/stamp_parts.h"

enum { DATE_BYTES_MIN = 8, DATE_BYTES_MAX = 24 };

static size_t digit_run(const uint8_t *p, const uint8_t *end)
{
    size_t n = 0;
    while (p + n < end && is_digit(p[n]))
        n++;
    return n;
}

/* The length of what can be a date: up to its year of four digits, or from it on. */
static size_t date_bytes(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *start = p;
    end = end - p < DATE_BYTES_MAX ? end : p + DATE_BYTES_MAX;
    if (digit_run(p, end) == 4) {
        while (p < end && (is_digit(*p) || *p == '-' || *p == '/' || *p == '.'))
            p++;
        return (size_t)(p - start);
    }
    while (p < end) {
        size_t digits = digit_run(p, end);
        if (digits == 4)
            return (size_t)(p + 4 - start);
        if (digits > 2 || (digits == 0 && !is_letter(*p) && !is_blank(*p) && !memchr("-/.,", *p, 4)))
            return 0;
        p += digits ? digits : 1;
    }
    return 0;
}

bool stamp_date_may_follow(const uint8_t *p)
{
    if (*p == ',' && is_digit(p[1])) /* nmon "14:31:05,07-AUG-2026" */
        return true;
    p += *p == ',';
    return *p == ' ' && (is_digit(p[1]) || span_starts(span_make(p + 1, 3), "on ") ||
                         (is_letter(p[1]) && stamp_may_start(span_make(p + 1, 2))));
}

const uint8_t *stamp_date_behind(const uint8_t *p, const uint8_t *end, const struct stamp_head *clock,
                                 const struct stamp_context *context, struct stamp_head *ret_head)
{
    static const char midnight[] = " 00:00:00";
    uint8_t text[DATE_BYTES_MAX + sizeof midnight];
    if (end - p < DATE_BYTES_MIN + 1 || !stamp_date_may_follow(p))
        return NULL;
    p += 1 + (*p == ',' && p[1] == ' ');
    p += end - p > 3 && memcmp(p, "on ", 3) == 0 ? 3 : 0;
    size_t bytes = is_digit(*p) || is_letter(*p) ? date_bytes(p, end) : 0;
    if (bytes < DATE_BYTES_MIN || (p + bytes < end && (is_letter(p[bytes]) || is_digit(p[bytes]))))
        return NULL;
    memcpy(text, p, bytes);
    memcpy(text + bytes, midnight, sizeof midnight);
    *ret_head = *clock;
    ret_head->flags &= ~(uint32_t)HEAD_NO_DATE;
    size_t whole = bytes + sizeof midnight - 1;
    if (layout_read(text, text, text + whole, ret_head) != text + whole || !ret_head->month ||
        !ret_head->year)
        return NULL;
    ret_head->hour = clock->hour;
    ret_head->minute = clock->minute;
    ret_head->second = clock->second;
    return head_settle(ret_head, context) && ret_head->year ? p + bytes : NULL;
}
