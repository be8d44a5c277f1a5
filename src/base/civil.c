#include "base/civil.h"

#include <stdio.h>

int64_t civil_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool civil_valid(const struct civil *c)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (c->month < 1 || c->month > 12 || c->day < 1 || c->hour < 0 || c->hour > 23 || c->minute < 0 ||
        c->minute > 59 || c->second < 0 || c->second > 60)
        return false;
    bool leap = c->year % 4 == 0 && (c->year % 100 != 0 || c->year % 400 == 0);
    return c->day <= month_days[c->month - 1] + (c->month == 2 && leap);
}

int64_t civil_to_ns(const struct civil *c)
{
    int64_t seconds =
        civil_days(c->year, c->month, c->day) * 86400 + c->hour * 3600 + c->minute * 60 + c->second;
    return seconds * NS_PER_SECOND + c->nanosecond;
}

struct civil civil_from_ns(int64_t time_ns)
{
    int64_t seconds = time_ns / NS_PER_SECOND, ns = time_ns % NS_PER_SECOND;
    if (ns < 0)
        ns += NS_PER_SECOND, seconds--;
    int64_t days = seconds / 86400, rest = seconds % 86400;
    if (rest < 0)
        rest += 86400, days--;
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_shifted = (5 * day_of_year + 2) / 153;
    struct civil c;
    c.day = (int)(day_of_year - (153 * month_shifted + 2) / 5 + 1);
    c.month = (int)(month_shifted < 10 ? month_shifted + 3 : month_shifted - 9);
    c.year = (int)(year_of_era + era * 400 + (c.month <= 2));
    c.hour = (int)(rest / 3600);
    c.minute = (int)(rest / 60 % 60);
    c.second = (int)(rest % 60);
    c.nanosecond = (int)ns;
    return c;
}

size_t civil_format(int64_t time_ns, char *ret_text)
{
    struct civil c = civil_from_ns(time_ns);
    int n = snprintf(ret_text, CIVIL_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day,
                     c.hour, c.minute, c.second);
    size_t used = (size_t)n;
    if (c.nanosecond) {
        int digits = c.nanosecond % 1000000 == 0 ? 3 : c.nanosecond % 1000 == 0 ? 6 : 9;
        int value = c.nanosecond / (digits == 3 ? 1000000 : digits == 6 ? 1000 : 1);
        used += (size_t)snprintf(ret_text + used, CIVIL_TEXT_BYTES - used, ".%0*d", digits, value);
    }
    ret_text[used++] = 'Z';
    ret_text[used] = 0;
    return used;
}
