#include "report/phrase.h"

#include <math.h>
#include <stdio.h>

void phrase_count(struct text *out, uint64_t n)
{
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (size_t i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            text_add_byte(out, ',');
        text_add_byte(out, (uint8_t)digits[i]);
    }
}

void phrase_counted(struct text *out, uint64_t n, const char *one, const char *many)
{
    phrase_count(out, n);
    text_printf(out, " %s", n == 1 ? one : many);
}

void phrase_duration(struct text *out, double seconds)
{
    if (seconds < 0.9995) {
        text_printf(out, "%.0f ms", seconds * 1000);
    } else if (seconds < 59.95) {
        text_printf(out, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
    } else {
        uint64_t s = seconds < 1e15 ? (uint64_t)(seconds + 0.5) : (uint64_t)1e15;
        if (s >= 48 * 3600) {
            phrase_counted(out, s / 86400, "day", "days");
            return;
        }
        bool hours = s >= 3600;
        unsigned unit = hours ? 3600 : 60, rest = (unsigned)(s % unit) / (hours ? 60 : 1);
        text_printf(out, "%u %s", (unsigned)(s / unit), hours ? "h" : "min");
        if (rest && s / unit < 10)
            text_printf(out, " %u %s", rest, hours ? "min" : "s");
    }
}

void phrase_bytes(struct text *out, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 999.5 && unit < 6)
        value /= 1000, unit++;
    text_printf(out, unit && value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

void phrase_date_time(struct text *out, int64_t time_ns)
{
    char iso[CIVIL_TEXT_BYTES];
    size_t len = civil_format(time_ns, iso);
    text_add(out, iso, 10);
    text_add_byte(out, ' ');
    text_add(out, iso + 11, len - 12);
    text_puts(out, " UTC");
}

void phrase_clock(struct text *out, int64_t onset_ns, int64_t time_ns, bool fraction)
{
    if (time_ns == TIME_NONE) {
        text_puts(out, "no time");
        return;
    }
    struct civil c = civil_from_ns(time_ns);
    int64_t day_ns = 86400 * NS_PER_SECOND;
    if (onset_ns == TIME_NONE || onset_ns / day_ns != time_ns / day_ns) {
        text_printf(out, "%04d-%02d-%02d ", c.year, c.month, c.day);
        fraction = false;
    }
    text_printf(out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
    if (fraction)
        text_printf(out, ".%03d", c.nanosecond / 1000000);
}

void phrase_distance(struct text *out, double seconds_before)
{
    if (fabs(seconds_before) < 0.0005) {
        text_puts(out, "at the onset");
        return;
    }
    phrase_duration(out, fabs(seconds_before));
    text_puts(out, seconds_before > 0 ? " before the onset" : " after the onset");
}

double phrase_seconds_between(int64_t from_ns, int64_t to_ns)
{
    return ((double)to_ns - (double)from_ns) / 1e9;
}
