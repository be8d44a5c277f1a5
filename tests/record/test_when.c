#include <criterion/criterion.h>

#include "base/civil.h"
#include "onset.h"

/* 2026-08-07T15:00:00Z */
static const int64_t now_ns = 1786114800LL * NS_PER_SECOND;

Test(when, time_parse)
{
    static const struct {
        const char *text;
        int zone_minutes;
        const char *time; /* NULL: an error */
    } rows[] = {
        {"2026-08-07T14:31:05Z", 120, "2026-08-07T14:31:05Z"},
        {"2026-08-07T14:31:05.25+02:00", 0, "2026-08-07T12:31:05.250Z"},
        {"2026-08-07T14:31:05 +0200", 0, "2026-08-07T12:31:05Z"},
        {"2026-08-07 14:31", 0, "2026-08-07T14:31:00Z"},
        {"2026-08-07 14:31:05", 0, "2026-08-07T14:31:05Z"},
        {"2026-08-07 14:31", 120, "2026-08-07T12:31:00Z"},
        {"2026-08-07 14:31 UTC", 120, "2026-08-07T14:31:00Z"},
        {"2026-08-07T14:31Z", 120, "2026-08-07T14:31:00Z"},
        {"2026-08-07", 0, "2026-08-07T00:00:00Z"},
        {"2026-08-07", -60, "2026-08-07T01:00:00Z"},
        {"Aug  7 14:31:05", 0, "2026-08-07T14:31:05Z"},
        {"Fri, 07 Aug 2026 14:31:05 GMT", 120, "2026-08-07T14:31:05Z"},
        {"14:31", 0, "2026-08-07T14:31:00Z"},
        {"14:31:05", 0, "2026-08-07T14:31:05Z"},
        {"14:31:05.5", 0, "2026-08-07T14:31:05.500Z"},
        {"15:00", 0, "2026-08-07T15:00:00Z"},
        {"15:01", 0, "2026-08-06T15:01:00Z"},
        {"9:05", 0, "2026-08-07T09:05:00Z"},
        {"16:30", 120, "2026-08-07T14:30:00Z"},
        {"17:30", 120, "2026-08-06T15:30:00Z"},
        {"14:31Z", 120, "2026-08-07T14:31:00Z"},
        {"02:10", 600, "2026-08-06T16:10:00Z"},
        {"@1786113060", 0, "2026-08-07T14:31:00Z"},
        {"@1786113060.5", 0, "2026-08-07T14:31:00.500Z"},
        {"@1786113060123", 0, "2026-08-07T14:31:00.123Z"},
        {"1786113060", 0, "2026-08-07T14:31:00Z"},
        {"now", 120, "2026-08-07T15:00:00Z"},
        {" now ", 0, "2026-08-07T15:00:00Z"},
        {"now-1h", 0, "2026-08-07T14:00:00Z"},
        {"-1h", 120, "2026-08-07T14:00:00Z"},
        {"-30m", 0, "2026-08-07T14:30:00Z"},
        {"-30m ago", 0, "2026-08-07T14:30:00Z"},
        {"30 min ago", 0, "2026-08-07T14:30:00Z"},
        {"-1h30m", 0, "2026-08-07T13:30:00Z"},
        {"-1.5h", 0, "2026-08-07T13:30:00Z"},
        {"-2 days", 0, "2026-08-05T15:00:00Z"},
        {"-1w", 0, "2026-07-31T15:00:00Z"},
        {"+10min", 0, "2026-08-07T15:10:00Z"},
        {"-500ms", 0, "2026-08-07T14:59:59.500Z"},
        {"today", 0, "2026-08-07T00:00:00Z"},
        {"today", 120, "2026-08-06T22:00:00Z"},
        {"today", 600, "2026-08-07T14:00:00Z"}, /* there it is already the 8th */
        {"yesterday", 0, "2026-08-06T00:00:00Z"},
        {"foo", 0, NULL},
        {"", 0, NULL},
        {" ", 0, NULL},
        {"-", 0, NULL},
        {"-1", 0, NULL},
        {"1h", 0, NULL},
        {"-1x", 0, NULL},
        {"-h", 0, NULL},
        {"-999999999999y", 0, NULL},
        {"-99999999999999999999h", 0, NULL},
        {"25:00", 0, NULL},
        {"14:61", 0, NULL},
        {"14:3", 0, NULL},
        {"14:31 tomorrow", 0, NULL},
        {"2026-13-01", 0, NULL},
        {"2026-08-07 14:31:05 and more", 0, NULL},
        {"@12", 0, NULL},
        {"+1h ago", 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct onset_error err = {""};
        int64_t time_ns = 0;
        char time[CIVIL_TEXT_BYTES];
        int got = onset_time_parse(rows[i].text, now_ns, rows[i].zone_minutes, &time_ns, &err);
        cr_expect_eq(got, rows[i].time ? 0 : -1, "'%s': %d %s", rows[i].text, got, err.text);
        if (got != 0 || !rows[i].time)
            continue;
        civil_format(time_ns, time);
        cr_expect_str_eq(time, rows[i].time, "'%s': %s", rows[i].text, time);
    }
}

Test(when, time_error_shows_the_forms)
{
    struct onset_error err;
    int64_t time_ns;
    cr_assert_eq(onset_time_parse("foo", now_ns, 0, &time_ns, &err), -1);
    cr_expect_str_eq(err.text, "cannot read time 'foo': use RFC 3339, '2026-08-07 14:31', '14:31', '-1h', "
                               "'@1786113060'");
}

Test(when, zone_parse)
{
    static const struct {
        const char *text;
        int minutes; /* 9999: an error */
    } rows[] = {
        {"UTC", 0},       {"Z", 0},           {"z", 0},         {"GMT", 0},         {"+02:00", 120},
        {"-0530", -330},  {"+02", 120},       {"+0545", 345},   {"-03:30", -210},   {"CEST", 120},
        {"UTC+2", 120},   {"GMT-5:30", -330}, {"UTC+15", 9999}, {"UTC+02:00", 120}, {"+14:00", 840},
        {"+15:00", 9999}, {"+02:60", 9999},   {"", 9999},       {"2", 9999},        {"+2", 9999},
        {"+02:0", 9999},  {"FOO", 9999},      {"UTCx", 9999},   {"+0200x", 9999},   {"Europe/Berlin", 9999},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct onset_error err = {""};
        int minutes = 9999;
        int got = onset_zone_parse(rows[i].text, &minutes, &err);
        cr_expect_eq(got, rows[i].minutes == 9999 ? -1 : 0, "'%s': %d", rows[i].text, got);
        if (got == 0)
            cr_expect_eq(minutes, rows[i].minutes, "'%s': %d", rows[i].text, minutes);
        else
            cr_expect(err.text[0], "'%s'", rows[i].text);
    }
}
