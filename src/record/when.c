/* Points in time as people type them on a command line; the public onset_time_parse and onset_zone_parse. */
#include <stdio.h>

#include "base/error.h"
#include "record/stamp.h"
#include "record/stamp_parts.h"

static int unreadable(const char *text, struct onset_error *err)
{
    return error_set(
        err, "cannot read time '%.64s': use RFC 3339, '2026-08-07 14:31', '14:31', '-1h', '@1786113060'",
        text);
}

/* systemd.time and kubectl: "1h", "1h30m", "2 days", "90min", "500ms" */
static int64_t unit_ns(struct span word)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ms", 1000000},
                 {"s", NS_PER_SECOND},
                 {"sec", NS_PER_SECOND},
                 {"second", NS_PER_SECOND},
                 {"seconds", NS_PER_SECOND},
                 {"m", 60 * NS_PER_SECOND},
                 {"min", 60 * NS_PER_SECOND},
                 {"minute", 60 * NS_PER_SECOND},
                 {"minutes", 60 * NS_PER_SECOND},
                 {"h", 3600 * NS_PER_SECOND},
                 {"hr", 3600 * NS_PER_SECOND},
                 {"hour", 3600 * NS_PER_SECOND},
                 {"hours", 3600 * NS_PER_SECOND},
                 {"d", 86400 * NS_PER_SECOND},
                 {"day", 86400 * NS_PER_SECOND},
                 {"days", 86400 * NS_PER_SECOND},
                 {"w", 7 * 86400 * NS_PER_SECOND},
                 {"week", 7 * 86400 * NS_PER_SECOND},
                 {"weeks", 7 * 86400 * NS_PER_SECOND}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (span_equal(word, span_of(units[i].name)))
            return units[i].ns;
    return 0;
}

/* "1h30m", "1.5h", "2 days": at most a century. */
static bool duration_read(struct span text, int64_t *ret_ns)
{
    const double most = 36525.0 * 86400e9;
    double total = 0;
    if (text.len == 0)
        return false;
    while (text.len) {
        double value = 0, scale = 1;
        size_t digits = 0, word = 0;
        bool point = false;
        for (; text.len && (is_digit(text.ptr[0]) || (text.ptr[0] == '.' && !point));
             text = span_skip(text, 1)) {
            if (text.ptr[0] == '.') {
                point = true;
                continue;
            }
            value = value * 10 + digit_of(text.ptr[0]);
            scale *= point ? 10 : 1;
            digits++;
        }
        text = span_trim(text);
        while (word < text.len && is_letter(text.ptr[word]))
            word++;
        int64_t unit = unit_ns(span_make(text.ptr, word));
        if (digits == 0 || digits > 15 || unit == 0)
            return false;
        total += value / scale * (double)unit;
        if (total > most)
            return false;
        text = span_trim(span_skip(text, word));
    }
    *ret_ns = (int64_t)total;
    return true;
}

/* "-1h", "+10min", "1h ago", "now", "now-1h" */
static bool relative_read(struct span text, int64_t now_ns, int64_t *ret_ns)
{
    int64_t duration;
    if (span_starts(text, "now")) {
        text = span_trim(span_skip(text, 3));
        if (text.len == 0)
            return *ret_ns = now_ns, true;
        if (text.ptr[0] != '-' && text.ptr[0] != '+')
            return false;
    }
    bool ago = text.len > 4 && memcmp(text.ptr + text.len - 4, " ago", 4) == 0;
    if (ago)
        text = span_trim(span_make(text.ptr, text.len - 4));
    int sign = ago ? -1 : 0;
    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
        if (ago && text.ptr[0] == '+')
            return false;
        sign = text.ptr[0] == '-' ? -1 : 1;
        text = span_trim(span_skip(text, 1));
    }
    if (sign == 0 || !duration_read(text, &duration) ||
        __builtin_add_overflow(now_ns, sign * duration, ret_ns))
        return false;
    return true;
}

/* "today", "yesterday", "tomorrow": midnight in the zone. */
static bool day_read(struct span text, int64_t now_ns, int zone_minutes, int64_t *ret_ns)
{
    int days = span_equal(text, span_of("today"))       ? 0
               : span_equal(text, span_of("yesterday")) ? -1
               : span_equal(text, span_of("tomorrow"))  ? 1
                                                        : 2;
    if (days == 2)
        return false;
    int64_t zone_ns = zone_minutes * 60 * NS_PER_SECOND;
    struct civil c = civil_from_ns(now_ns + zone_ns);
    *ret_ns = (civil_days(c.year, c.month, c.day) + days) * 86400 * NS_PER_SECOND - zone_ns;
    return true;
}

/* "14:31", "14:31:05.5", "14:31Z": the latest one that is not after now. */
static bool clock_read(struct span text, int64_t now_ns, int zone_minutes, int64_t *ret_ns)
{
    char dated[64];
    struct stamp stamp;
    size_t minutes = text.len > 1 && text.ptr[1] == ':' ? 4 : 5;
    if (text.len < minutes || text.len > 40 || text.ptr[minutes - 3] != ':')
        return false;
    bool seconds = text.len > minutes && text.ptr[minutes] == ':';
    int n = snprintf(dated, sizeof dated, "2000-01-01 %.*s%s%.*s", (int)minutes, (const char *)text.ptr,
                     seconds ? "" : ":00", (int)(text.len - minutes), (const char *)text.ptr + minutes);
    struct stamp_context context = {.reference_ns = now_ns, .zone_minutes = zone_minutes};
    if (!stamp_parse(span_make(dated, (size_t)n), &context, &stamp) || stamp.end != (size_t)n)
        return false;
    int64_t day_ns = 86400 * NS_PER_SECOND;
    int64_t ago = (now_ns - stamp.time_ns) % day_ns;
    *ret_ns = now_ns - (ago < 0 ? ago + day_ns : ago);
    return true;
}

int onset_time_parse(const char *text, int64_t now_ns, int zone_minutes, int64_t *ret_ns,
                     struct onset_error *err)
{
    struct stamp_context context = {.reference_ns = now_ns, .zone_minutes = zone_minutes};
    struct span span = span_trim(span_of(text));
    uint8_t flags;
    if (span.len == 0 || span.len > 100)
        return unreadable(text, err);
    if (relative_read(span, now_ns, ret_ns) || day_read(span, now_ns, zone_minutes, ret_ns) ||
        clock_read(span, now_ns, zone_minutes, ret_ns))
        return 0;
    if (span.ptr[0] == '@')
        span = span_skip(span, 1);
    if (stamp_value(span, &context, ret_ns, &flags))
        return 0;
    return unreadable(text, err);
}

int onset_zone_parse(const char *text, int *ret_minutes, struct onset_error *err)
{
    struct span span = span_trim(span_of(text));
    const uint8_t *end = span.ptr + span.len;
    if (span.len && zone_read(span.ptr, end, ret_minutes) == end)
        return 0;
    return error_set(err, "cannot read zone '%.64s': use 'UTC', 'Z', '+02:00' or '-0530'", text);
}
