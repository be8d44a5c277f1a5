#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "record/stamp_layout.h"

/* Every test reads with this context: 2026-08-07T15:00:00Z is the newest plausible time, no zone means UTC.
 */
static const struct stamp_context context = {.reference_ns = 1786114800LL * NS_PER_SECOND, .zone_minutes = 0};

enum { YEAR = STAMP_NO_YEAR, ZONE = STAMP_NO_ZONE, DATE = STAMP_NO_DATE, IN = STAMP_INSIDE };

struct sample {
    const char *line;
    const char *time; /* NULL: no stamp */
    int flags;
    const char *rest; /* the text behind the stamp */
};

static void check_sample(const struct sample *sample, bool found, const struct stamp *stamp)
{
    char time[CIVIL_TEXT_BYTES];
    size_t len = strlen(sample->line);
    cr_expect_eq(found, sample->time != NULL, "%s: %s", sample->line, found ? "found" : "not found");
    if (!found || !sample->time)
        return;
    civil_format(stamp->time_ns, time);
    cr_expect_str_eq(time, sample->time, "%s: got %s", sample->line, time);
    cr_expect_eq(stamp->flags, sample->flags, "%s: flags %d", sample->line, stamp->flags);
    cr_assert(stamp->begin <= stamp->end && stamp->end <= len, "%s", sample->line);
    cr_expect_str_eq(sample->line + stamp->end, sample->rest, "%s: rest '%s'", sample->line,
                     sample->line + stamp->end);
}

static void check_found(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct stamp stamp;
        bool found = stamp_find(span_of(samples[i].line), &context, &stamp);
        check_sample(&samples[i], found, &stamp);
    }
}

#define CHECK_FOUND(samples) check_found(samples, sizeof samples / sizeof *samples)

static const struct sample year_first[] = {
    {"2026-08-07T14:31:05Z up", "2026-08-07T14:31:05Z", 0, "up"},
    {"2026-08-07T14:31:05.5+02:00 up", "2026-08-07T12:31:05.500Z", 0, "up"},
    {"2026-08-07T14:31:05.123456789-0530 up", "2026-08-07T20:01:05.123456789Z", 0, "up"},
    {"2026-08-07T14:31:05.1234567Z up", "2026-08-07T14:31:05.123456700Z", 0, "up"},
    {"2026-08-07T14:31:05+02 up", "2026-08-07T12:31:05Z", 0, "up"},
    {"2026-08-07 14:31:05 +0200 up", "2026-08-07T12:31:05Z", 0, "up"},
    {"2026-08-07 14:31:05.000001 +0000 UTC m=+0.1", "2026-08-07T14:31:05.000001Z", 0, "m=+0.1"},
    {"2026-08-07_14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"2026-08-07 14:31:05", "2026-08-07T14:31:05Z", ZONE, ""},
    {"2026-08-07 14:31:05,123 INFO up", "2026-08-07T14:31:05.123Z", ZONE, "INFO up"},
    {"2026-08-07 14:31:05,123 - INFO  up", "2026-08-07T14:31:05.123Z", ZONE, "INFO  up"},
    {"2026-08-07 14:31:05,123:DEBUG:up", "2026-08-07T14:31:05.123Z", ZONE, "DEBUG:up"},
    {"2026-08-07 14:31:05.7|Warn|up", "2026-08-07T14:31:05.700Z", ZONE, "Warn|up"},
    {"2026-08-07 14:31:05.123  INFO 1 --- [main] up", "2026-08-07T14:31:05.123Z", ZONE,
     "INFO 1 --- [main] up"},
    {"2026-08-07 14:31:05   at Foo.bar", "2026-08-07T14:31:05Z", ZONE, "  at Foo.bar"},
    {"2026-08-07 14:31:05.123 UTC [123] LOG:  up", "2026-08-07T14:31:05.123Z", 0, "[123] LOG:  up"},
    {"2026-08-07 14:31:05.123 CEST [123] LOG:  up", "2026-08-07T12:31:05.123Z", 0, "[123] LOG:  up"},
    {"2026-08-07 14:31:05 EST up", "2026-08-07T19:31:05Z", 0, "up"},
    {"2026-08-07 14:31:05 XYT up", "2026-08-07T14:31:05Z", ZONE, "XYT up"},
    {"2026-08-07 14:31:05 ESTIMATE up", "2026-08-07T14:31:05Z", ZONE, "ESTIMATE up"},
    {"2026-08-07 14:31:05 -10 items", "2026-08-07T14:31:05Z", ZONE, "-10 items"},
    {"2026/08/07 14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"2026/08/07 14:31:05 [error] 12#12: *1 up", "2026-08-07T14:31:05Z", ZONE, "[error] 12#12: *1 up"},
    {"2026/8/7 4:31:05 up", "2026-08-07T04:31:05Z", ZONE, "up"},
    {"2026.08.07 14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"2026-08-07, 14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"2026-08-07 14:31 up", "2026-08-07T14:31:00Z", ZONE, "up"},
    {"2026-08-07\t14:31:05\tLAX1\t5", "2026-08-07T14:31:05Z", ZONE, "LAX1\t5"},
    {"\"2026-08-07\" \"14:31:05\" \"a\"", "2026-08-07T14:31:05Z", ZONE, "\"a\""},
    {"[2026-08-07 14:31:05] up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"[2026-08-07T14:31:05,123][INFO ][o.e.n.Node] up", "2026-08-07T14:31:05.123Z", ZONE,
     "[INFO ][o.e.n.Node] up"},
    {"[2026-08-07 14:31:05,123: INFO/Main] up", "2026-08-07T14:31:05.123Z", ZONE, "INFO/Main] up"},
    {"[2026-08-07 14:31:05 +0000] [12] [INFO] up", "2026-08-07T14:31:05Z", 0, "[12] [INFO] up"},
    {"[#|2026-08-07T14:31:05.123+0000|INFO|up", "2026-08-07T14:31:05.123Z", 0, "INFO|up"},
    {"I, [2026-08-07T14:31:05.123456 #123]  INFO -- : up", "2026-08-07T14:31:05.123456Z", ZONE,
     "INFO -- : up"},
    {"    2026/08/07 14:31:05 [INFO] agent: up", "2026-08-07T14:31:05Z", ZONE, "[INFO] agent: up"},
    {"2026-08-07-14.31.05.123456 up", "2026-08-07T14:31:05.123456Z", ZONE, "up"},
    {"20260807T143105Z up", "2026-08-07T14:31:05Z", 0, "up"},
    {"20260807-14:31:5:606|up", "2026-08-07T14:31:05.606Z", ZONE, "up"},
    {"20260807.143105,123:up", "2026-08-07T14:31:05.123Z", ZONE, "up"},
    {"20260807143105 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"20260807:143105123:12 up", "2026-08-07T14:31:05.123Z", ZONE, "12 up"},
    {"2026-08-07 14:31:05@123456 up", "2026-08-07T14:31:05.123456Z", ZONE, "up"},
    {"[2026-08-07 14:31:05,12] up", "2026-08-07T14:31:05.120Z", ZONE, "up"},
    {"2026-08-07 14:31:05,12 up", "2026-08-07T14:31:05Z", ZONE, "12 up"}, /* a column */
    {"[2026-08-07] [14:31:05] up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"2026-08-07 14h31.05 UTC:12: up", "2026-08-07T14:31:05Z", 0, "12: up"},
    {"2012-060T10:22:40 up", "2012-02-29T10:22:40Z", ZONE, "up"},
    {"081109 203615 148 INFO up", "2008-11-09T20:36:15Z", ZONE, "148 INFO up"},
    {"130102  4:31:05 [ERROR] up", "2013-01-02T04:31:05Z", ZONE, "[ERROR] up"},
    {"17/06/09 20:10:40 INFO up", "2017-06-09T20:10:40Z", ZONE, "INFO up"},
    {"\033[2m2026-08-07T14:31:05.123456Z\033[0m \033[32m INFO\033[0m up", "2026-08-07T14:31:05.123456Z", 0,
     "\033[32m INFO\033[0m up"},
    {"2026-09-28 04:30:30, Info                  CBS    up", "2026-09-28T04:30:30Z", ZONE,
     "Info                  CBS    up"},
    {"date=2026-08-07 time=14:31:05 devname=\"a\" tz=\"-0700\" up", "2026-08-07T21:31:05Z", 0,
     "devname=\"a\" tz=\"-0700\" up"},
};

Test(stamp, year_first)
{
    CHECK_FOUND(year_first);
}

static const struct sample month_and_day[] = {
    {"Aug  7 14:31:05 web sshd[1]: up", "2026-08-07T14:31:05Z", YEAR | ZONE, "web sshd[1]: up"},
    {"Aug 17 14:31:05 web up", "2025-08-17T14:31:05Z", YEAR | ZONE,
     "web up"}, /* ten days ahead: last year's */
    {"Aug  8 14:31:05 web up", "2026-08-08T14:31:05Z", YEAR | ZONE,
     "web up"}, /* within a day: a fast clock */
    {"Feb 29 10:00:00 web up", "2024-02-29T10:00:00Z", YEAR | ZONE, "web up"},
    {"Aug 07 14:31:05.123456 web up", "2026-08-07T14:31:05.123456Z", YEAR | ZONE, "web up"},
    {"<34>Aug  7 14:31:05 web su: up", "2026-08-07T14:31:05Z", YEAR | ZONE, "web su: up"},
    {"<34>1 2003-10-11T22:14:15.003Z web su - ID47 - up", "2003-10-11T22:14:15.003Z", 0,
     "web su - ID47 - up"},
    {"<189>123: *Aug  7 14:31:05.123: %LINK-3-UPDOWN: up", "2026-08-07T14:31:05.123Z", YEAR | ZONE,
     "%LINK-3-UPDOWN: up"},
    {"2026 Aug  7 14:31:05 web up", "2026-08-07T14:31:05Z", ZONE, "web up"},
    {"Aug-07-26 14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"Fri 07Aug26 14:31:05 - up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"23-07 14:31:05 up", "2026-07-23T14:31:05Z", YEAR | ZONE, "up"},
    {"Fri Aug 07 16:31:05 CEST 2026\t1786113065123\tup", "2026-08-07T14:31:05.123Z", 0, "1786113065123\tup"},
    {"Fri Aug 07 14:31:05 UTC 2026\t1786113066123\tup", "2026-08-07T14:31:05Z", 0, "1786113066123\tup"},
    {"Aug  7 2026 14:31:05 web up", "2026-08-07T14:31:05Z", ZONE, "web up"},
    {"Aug 07, 2026 2:31:05 PM org.a.B start", "2026-08-07T14:31:05Z", ZONE, "org.a.B start"},
    {"####<Aug 7, 2026 2:31:05,123 PM UTC> <Notice>", "2026-08-07T14:31:05.123Z", 0, "<Notice>"},
    {"aug/07/2026 14:31:05 system,info up", "2026-08-07T14:31:05Z", ZONE, "system,info up"},
    {"Fri 2026-08-07 14:31:05 UTC web up", "2026-08-07T14:31:05Z", 0, "web up"},
    {"[Sun Dec 04 04:47:44 2005] [notice] up", "2005-12-04T04:47:44Z", ZONE, "[notice] up"},
    {"[Sun Dec 04 04:47:44.123456 2005] [core:error] [pid 7] up", "2005-12-04T04:47:44.123456Z", ZONE,
     "[core:error] [pid 7] up"},
    {"Wed May 19 08:00:01 EST 2021 up", "2021-05-19T13:00:01Z", 0, "up"},
    {"Fri Aug  7 14:31:05.123 [initandlisten] up", "2026-08-07T14:31:05.123Z", YEAR | ZONE,
     "[initandlisten] up"},
    {"Fri Aug 07 2026 14:31:05 GMT+0200 (Central European Summer Time) up", "2026-08-07T12:31:05Z", 0, "up"},
    {"Fri, 07 Aug 2026 14:31:05 GMT up", "2026-08-07T14:31:05Z", 0, "up"},
    {"Friday, 07-Aug-26 14:31:05 GMT up", "2026-08-07T14:31:05Z", 0, "up"},
    {"07-Aug-2026 14:31:05.123 INFO [main] up", "2026-08-07T14:31:05.123Z", ZONE, "INFO [main] up"},
    {"[07-Aug-2026 14:31:05 UTC] PHP Warning:  up", "2026-08-07T14:31:05Z", 0, "PHP Warning:  up"},
    {"[07-Aug-2026 14:31:05 Europe/Berlin] PHP Notice:  up", "2026-08-07T12:31:05Z", 0, "PHP Notice:  up"},
    {"[07-Feb-2026 14:31:05 Europe/Berlin] PHP Notice:  up", "2026-02-07T13:31:05Z", 0, "PHP Notice:  up"},
    /* the days on which the clocks change: 2026-03-29 and 2026-10-25 in Europe, 03-08 and 11-01 in America */
    {"[29-Mar-2026 01:59:59 Europe/Berlin] up", "2026-03-29T00:59:59Z", 0, "up"},
    {"[29-Mar-2026 03:00:00 Europe/Berlin] up", "2026-03-29T01:00:00Z", 0, "up"},
    {"[25-Oct-2026 03:00:00 Europe/Berlin] up", "2026-10-25T02:00:00Z", 0, "up"},
    {"[25-Oct-2026 01:59:59 Europe/Berlin] up", "2026-10-24T23:59:59Z", 0, "up"},
    {"[25-Oct-2026 04:30:00 Europe/Athens] up", "2026-10-25T02:30:00Z", 0, "up"},
    {"[08-Mar-2026 01:59:59 America/New_York] up", "2026-03-08T06:59:59Z", 0, "up"},
    {"[08-Mar-2026 03:00:00 America/New_York] up", "2026-03-08T07:00:00Z", 0, "up"},
    {"[01-Nov-2026 02:00:00 America/New_York] up", "2026-11-01T07:00:00Z", 0, "up"},
    {"[01-Dec-2026 00:00:00 America/Sao_Paulo] up", "2026-12-01T03:00:00Z", 0, "up"},
    {"[05-Apr-2026 03:00:00 Australia/Sydney] up", "2026-04-04T17:00:00Z", 0, "up"},
    {"[04-Oct-2026 03:00:00 Australia/Sydney] up", "2026-10-03T16:00:00Z", 0, "up"},
    {"[27-Sep-2026 03:00:00 Pacific/Auckland] up", "2026-09-26T14:00:00Z", 0, "up"},
    {"[07-Aug-2026 14:31:05 Europe/Nowhere] up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"07 Aug 2026 14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"[123] 07 Aug 14:31:05.123 * up", "2026-08-07T14:31:05.123Z", YEAR | ZONE | IN, "* up"},
    {"7-Aug-2026::14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"[07/Aug/2026 14:31:05] \"GET / HTTP/1.1\" 200 5", "2026-08-07T14:31:05Z", ZONE,
     "\"GET / HTTP/1.1\" 200 5"},
    {"8/7/2026 2:31:05 PM up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"8/7/2026 12:31:05 AM up", "2026-08-07T00:31:05Z", ZONE, "up"},
    {"17/8/2025 14:31:05 up", "2025-08-17T14:31:05Z", ZONE, "up"},
    {"07.08.2026 14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"7/8/2026 -- 14:31:05 - <Notice> - up", "2026-08-07T14:31:05Z", ZONE, "<Notice> - up"},
    {"08/07/26 14:31:05 up", "2026-08-07T14:31:05Z", ZONE, "up"},
    {"[8/7/26 14:31:05:123 EDT] 0000000a up", "2026-08-07T18:31:05.123Z", 0, "0000000a up"},
    {"08/07/2026-14:31:05.123456  [**] up", "2026-08-07T14:31:05.123456Z", ZONE, " [**] up"},
    {"08/07-14:31:05.123456 [**] up", "2026-08-07T14:31:05.123456Z", YEAR | ZONE, "[**] up"},
    {"08-07 14:31:05.123  1234  1235 E Tag: up", "2026-08-07T14:31:05.123Z", YEAR | ZONE,
     "1234  1235 E Tag: up"},
    {"[08.07 14:31:05] a.exe - up", "2026-08-07T14:31:05Z", YEAR | ZONE, "a.exe - up"},
    {"[0807/143105.123456:ERROR:a.cc(12)] up", "2026-08-07T14:31:05.123456Z", YEAR | ZONE,
     "ERROR:a.cc(12)] up"},
};

Test(stamp, month_and_day)
{
    CHECK_FOUND(month_and_day);
}

static const struct sample epochs_and_clocks[] = {
    {"1786113060 up", "2026-08-07T14:31:00Z", 0, "up"},
    {"1786113060.123 up", "2026-08-07T14:31:00.123Z", 0, "up"},
    {"1786113060@12/34@a@b up", "2026-08-07T14:31:00Z", 0, "@12/34@a@b up"},
    {"1786113060123 up", "2026-08-07T14:31:00.123Z", 0, "up"},
    {"1786113060123456 up", "2026-08-07T14:31:00.123456Z", 0, "up"},
    {"1786113060123456789 up", "2026-08-07T14:31:00.123456789Z", 0, "up"},
    {"1786113060.123456\tC1\t10.0.0.1", "2026-08-07T14:31:00.123456Z", 0, "C1\t10.0.0.1"},
    {"[1786113060] SERVICE ALERT: up", "2026-08-07T14:31:00Z", 0, "SERVICE ALERT: up"},
    {"- 1117838570 2005.06.03 R02 up", "2005-06-03T22:42:50Z", IN, "2005.06.03 R02 up"},
    {"10000 1786113060.000541 brk(NULL)", "2026-08-07T14:31:00.000541Z", IN, "brk(NULL)"},
    {"type=SYSCALL msg=audit(1786113060.123:24287): arch=1", "2026-08-07T14:31:00.123Z", IN,
     "24287): arch=1"},
    {"@400000006a75ec2e0000007b up", "2026-08-07T14:31:00.000000123Z", 0, "up"},
    {"14:31:05.123 up", "2026-08-07T14:31:05.123Z", ZONE | DATE, "up"},
    {"15:59:59 up", "2026-08-07T15:59:59Z", ZONE | DATE, "up"},
    {"16:00:01 up", "2026-08-06T16:00:01Z", ZONE | DATE, "up"}, /* more than an hour ahead: yesterday's */
    {"[14:31:05] [Server thread/INFO]: up", "2026-08-07T14:31:05Z", ZONE | DATE, "[Server thread/INFO]: up"},
    {"2:31PM INF up", "2026-08-07T14:31:00Z", ZONE | DATE, "INF up"},
    {"4711 14:31:05.284771 execve(", "2026-08-07T14:31:05.284771Z", ZONE | DATE | IN, "execve("},
};

Test(stamp, epochs_and_clocks)
{
    CHECK_FOUND(epochs_and_clocks);
}

static const struct sample behind_words[] = {
    {"10.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 2", "2000-10-10T20:55:36Z", IN,
     "\"GET / HTTP/1.0\" 200 2"},
    {"example.org 10.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 2", "2000-10-10T20:55:36Z",
     IN, "\"GET / HTTP/1.0\" 200 2"},
    {"[pid: 8|app: 0|req: 1/1] 10.2.3.4 () {38 vars in 696 bytes} [Sun Mar 13 22:49:12 2016] GET /",
     "2016-03-13T22:49:12Z", ZONE | IN, "GET /"},
    {"INFO  2026-08-07 14:31:05,123 up", "2026-08-07T14:31:05.123Z", ZONE | IN, "up"},
    {"INFO  [main] 2026-08-07 14:31:05,123 A.java:12 - up", "2026-08-07T14:31:05.123Z", ZONE | IN,
     "A.java:12 - up"},
    {"[4711] 2026-08-07 14:31:05 up", "2026-08-07T14:31:05Z", ZONE | IN, "up"},
    {"shop - - 2026-08-07 14:31:05 up", "2026-08-07T14:31:05Z", ZONE | IN, "up"},
    {"http 2026-08-07T14:31:05.463821Z app/x 10.0.0.1:4", "2026-08-07T14:31:05.463821Z", IN,
     "app/x 10.0.0.1:4"},
    {"MainThread::INFO::2026-08-07 14:31:05,101::vdsm::up", "2026-08-07T14:31:05.101Z", ZONE | IN,
     "vdsm::up"},
    {"[GIN] 2026/02/07 - 10:49:33 | 401 | up", "2026-02-07T10:49:33Z", ZONE | IN, "401 | up"},
    {"[Nest] 7  - 08/02/2026, 7:32:47 PM    WARN [Auth] up", "2026-08-02T19:32:47Z", ZONE | IN,
     "WARN [Auth] up"},
    {"123:M 07 Aug 2026 14:31:05.123 * Ready", "2026-08-07T14:31:05.123Z", ZONE, "Ready"},
    {"level=info ts=2026-08-07T14:31:05.123Z msg=up", "2026-08-07T14:31:05.123Z", IN, "msg=up"},
    {"time=\"2026-08-07T14:31:05Z\" level=info msg=up", "2026-08-07T14:31:05Z", 0, "level=info msg=up"},
    {"time:07/Aug/2026:14:31:05 +0000\thost:a", "2026-08-07T14:31:05Z", 0, "host:a"},
    {"level=info msg=\"the disk of the web is full\" ts=1786113060.5", "2026-08-07T14:31:00.500Z", IN, ""},
    {"10,08/07/26,14:31:05,Assign,10.0.0.1", "2026-08-07T14:31:05Z", ZONE | IN, "Assign,10.0.0.1"},
    {"a.log:2026-08-07 14:31:05 up", "2026-08-07T14:31:05Z", ZONE | IN, "up"},
};

Test(stamp, behind_words)
{
    CHECK_FOUND(behind_words);
}

static const struct sample none[] = {
    {"", NULL, 0, ""},
    {"up", NULL, 0, ""},
    {"[   12.345678] usb 1-1: up", NULL, 0, ""},
    {"10.30.16.49 up", NULL, 0, ""},
    {"1.2.2026 up", NULL, 0, ""},
    {"2026-08-07 up", NULL, 0, ""},
    {"2026-13-07 14:31:05 up", NULL, 0, ""},
    {"2026-02-29 14:31:05 up", NULL, 0, ""},
    {"2026-08-07 25:31:05 up", NULL, 0, ""},
    {"0000-08-07 14:31:05 up", NULL, 0, ""},
    {"9999-08-07 14:31:05 up", NULL, 0, ""},
    {"2026-08-07 14:31:055 up", NULL, 0, ""},
    {"0001-01-01T00:00:00Z up", NULL, 0, ""},
    {"Aug 32 14:31:05 up", NULL, 0, ""},
    {"Augur 12 14:31:05 up", NULL, 0, ""},
    {"1234 up", NULL, 0, ""},
    {"1234567 up", NULL, 0, ""},
    {"0123456789 up", NULL, 0, ""},
    {"3000000000 bytes", NULL, 0, ""},
    {"1786113060x up", NULL, 0, ""},
    {"5000000000000 up", NULL, 0, ""},
    {"12:34:56:78:9a:bc up", NULL, 0, ""},
    {"12:34:56:ab:cd:ef up", NULL, 0, ""},
    {"14.31.05 up", NULL, 0, ""}, /* only where all lines begin so */
    {"<1786113060@host> up", NULL, 0, ""},
    {"12:34 up", NULL, 0, ""},
    {"2001:db8:10:20:30 up", NULL, 0, ""},
    {"valid until 2027-01-01 00:00:00", NULL, 0, ""},
    {"certificate of shop expires 2027-01-01 00:00:00", NULL, 0, ""},
    {"received 1786113060 bytes", NULL, 0, ""},
    {"took 14:31:05 in all", NULL, 0, ""},
    {"uptime=2026-08-07T14:31:05Z x", NULL, 0, ""},
    {"version=14:31:05 x", NULL, 0, ""},
    {"table 123456 200615 5", NULL, 0, ""},
    {"    at org.a.B.main(B.java:12)", NULL, 0, ""},
    {"<34>1 - web su - - - up", NULL, 0, ""},
};

Test(stamp, none)
{
    CHECK_FOUND(none);
}

Test(stamp, parse_only_at_start)
{
    static const struct sample samples[] = {
        {"2026-08-07T14:31:05Z up", "2026-08-07T14:31:05Z", 0, "up"},
        {"INFO 2026-08-07T14:31:05Z up", NULL, 0, ""},
        {"ts=2026-08-07T14:31:05Z up", NULL, 0, ""},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct stamp stamp;
        bool found = stamp_parse(span_of(samples[i].line), &context, &stamp);
        check_sample(&samples[i], found, &stamp);
    }
}

Test(stamp, severity_and_begin)
{
    static const struct {
        const char *line;
        unsigned severity, begin, end;
    } rows[] = {
        {"E0807 14:31:05.123456   12 file.go:3] up", 17, 0, 24},
        {"I20260807 14:31:05.123456    12 file.cc:3] up", 9, 0, 29},
        {"F0807 14:31:05.123456    12 file.cc:3] up", 21, 0, 25},
        {"W, [2026-08-07T14:31:05.123456 #123]  WARN -- : up", 13, 0, 38},
        {"<11>Aug  7 14:31:05 web up", 17, 0, 20},
        {"<14>Aug  7 14:31:05 web up", 9, 0, 20},
        {"9:M 07 Aug 2026 14:31:05.123 # up", 13, 0, 31},
        {"2026-08-07 14:31:05 up", 0, 0, 20},
        {"INFO 2026-08-07 14:31:05 up", 0, 5, 25},
        {"a - - [07/Aug/2026:14:31:05 +0000] x", 0, 6, 35},
        {"level=info ts=2026-08-07T14:31:05Z up", 0, 11, 35},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stamp stamp;
        cr_assert(stamp_find(span_of(rows[i].line), &context, &stamp), "%s", rows[i].line);
        cr_expect_eq(stamp.severity, rows[i].severity, "%s: severity %u", rows[i].line, stamp.severity);
        cr_expect_eq(stamp.begin, rows[i].begin, "%s: begin %u", rows[i].line, stamp.begin);
        cr_expect_eq(stamp.end, rows[i].end, "%s: end %u", rows[i].line, stamp.end);
    }
}

Test(stamp, zone_of_context)
{
    static const struct {
        const char *line, *time;
    } rows[] = {
        {"2026-08-07 14:31:05 up", "2026-08-07T12:31:05Z"},
        {"2026-08-07 14:31:05Z up", "2026-08-07T14:31:05Z"},
        {"Aug  7 14:31:05 up", "2026-08-07T12:31:05Z"},
        {"Aug  8 16:59:00 up", "2026-08-08T14:59:00Z"}, /* still within a day of 15:00 UTC */
        {"Aug  8 17:01:00 up", "2025-08-08T15:01:00Z"},
        {"17:59:00 up", "2026-08-07T15:59:00Z"},
        {"18:01:00 up", "2026-08-06T16:01:00Z"},
        {"1786113060 up", "2026-08-07T14:31:00Z"},
    };
    struct stamp_context east = context;
    east.zone_minutes = 120;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stamp stamp;
        char time[CIVIL_TEXT_BYTES];
        cr_assert(stamp_find(span_of(rows[i].line), &east, &stamp), "%s", rows[i].line);
        civil_format(stamp.time_ns, time);
        cr_expect_str_eq(time, rows[i].time, "%s: %s", rows[i].line, time);
    }
}

Test(stamp, value)
{
    static const struct {
        const char *value, *time;
        int flags;
    } rows[] = {
        {"2026-08-07T14:31:05.123Z", "2026-08-07T14:31:05.123Z", 0},
        {"2026-08-07 14:31:05", "2026-08-07T14:31:05Z", ZONE},
        {"2026-08-07", "2026-08-07T00:00:00Z", ZONE},
        {"2026/08/07", "2026-08-07T00:00:00Z", ZONE},
        {"1786113060", "2026-08-07T14:31:00Z", 0},
        {"1786113060.25", "2026-08-07T14:31:00.250Z", 0},
        {"1786113060123", "2026-08-07T14:31:00.123Z", 0},
        {"1786113060123.5", "2026-08-07T14:31:00.123500Z", 0},
        {"1786113060123456", "2026-08-07T14:31:00.123456Z", 0},
        {"1786113060123456789", "2026-08-07T14:31:00.123456789Z", 0},
        {"1.78611306e9", "2026-08-07T14:31:00Z", 0},
        {"1.786113060123e+09", "2026-08-07T14:31:00.123Z", 0},
        {"Fri, 07 Aug 2026 14:31:05 GMT", "2026-08-07T14:31:05Z", 0},
        {"2026-08-07T14:31:05Z x", NULL, 0},
        {"12", NULL, 0},
        {"1786113060.", NULL, 0},
        {"1786113060e", NULL, 0},
        {"17861130601234567890123", NULL, 0},
        {"9773781790123", NULL, 0}, /* 2279 */
        {"9786060101.5", NULL, 0},  /* 2280 */
        {"", NULL, 0},
        {"soon", NULL, 0},
        {"10.0.0.1", NULL, 0},
        {"2026-08", NULL, 0},
        {"20269999", NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t time_ns;
        uint8_t flags;
        char time[CIVIL_TEXT_BYTES];
        bool found = stamp_value(span_of(rows[i].value), &context, &time_ns, &flags);
        cr_assert_eq(found, rows[i].time != NULL, "%s", rows[i].value);
        if (!found)
            continue;
        civil_format(time_ns, time);
        cr_expect_str_eq(time, rows[i].time, "%s: %s", rows[i].value, time);
        cr_expect_eq(flags, rows[i].flags, "%s: flags %d", rows[i].value, flags);
    }
}

static const char *sample_line(size_t i)
{
    static const struct {
        const struct sample *samples;
        size_t count;
    } tables[] = {
        {year_first, sizeof year_first / sizeof *year_first},
        {month_and_day, sizeof month_and_day / sizeof *month_and_day},
        {epochs_and_clocks, sizeof epochs_and_clocks / sizeof *epochs_and_clocks},
        {behind_words, sizeof behind_words / sizeof *behind_words},
        {none, sizeof none / sizeof *none},
    };
    size_t total = 0;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        total += tables[t].count;
    i %= total;
    for (size_t t = 0;; i -= tables[t++].count)
        if (i < tables[t].count)
            return tables[t].samples[i].line;
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Property: whatever lines went before, the cached reader answers as the plain one. */
Test(stamp, cache_never_changes_an_answer)
{
    static const char bytes[] = "0123456789:.,- /[]TZAPM+\"=|;x\t";
    struct stamp_cache cache = {0};
    uint64_t state = 1;
    size_t found_count = 0;
    for (size_t i = 0; i < 300000; i++) {
        char line[256];
        const char *sample = sample_line(i / 64);
        size_t len = strlen(sample);
        memcpy(line, sample, len);
        for (uint64_t change = next_random(&state) % 4; change > 0 && len > 0; change--) {
            size_t at = next_random(&state) % len;
            switch (next_random(&state) % 4) {
            case 0: len = at; break;
            case 1:
                memmove(line + at, line + at + 1, len - at - 1);
                len--;
                break;
            default: line[at] = bytes[next_random(&state) % (sizeof bytes - 1)];
            }
        }
        struct stamp plain, cached;
        struct stamp_context now = context;
        now.zone_minutes = i % 1000 < 500 ? 0 : 60;
        bool found = stamp_find(span_make(line, len), &now, &plain);
        bool also = stamp_find_cached(&cache, span_make(line, len), &now, true, &cached);
        cr_assert_eq(found, also, "%.*s", (int)len, line);
        struct stamp parsed, at_start;
        bool starts = stamp_parse(span_make(line, len), &now, &parsed);
        cr_assert_eq(starts, stamp_find_cached(&cache, span_make(line, len), &now, false, &at_start), "%.*s",
                     (int)len, line);
        cr_assert(!starts || (parsed.time_ns == at_start.time_ns && parsed.end == at_start.end), "%.*s",
                  (int)len, line);
        found_count += found;
        if (found)
            cr_assert(plain.time_ns == cached.time_ns && plain.begin == cached.begin &&
                          plain.end == cached.end && plain.severity == cached.severity &&
                          plain.flags == cached.flags,
                      "%.*s", (int)len, line);
    }
    cr_expect_gt(found_count, 50000);
}

/* What a layout reads is what a search finds, whatever changed since the line that it was learnt from. */
Test(stamp, layout_never_changes_an_answer)
{
    static const char bytes[] = "0123456789:.,- /[]TZAPMKC+\"=|;x\t#*@{";
    static const char *const texts[] = {"worker 7 took 12 ms for a job", "AM is no time of day here, nor PM",
                                        "EST may be a zone, or a name it is",
                                        "[main] INFO started with 3 tasks",
                                        "INFO x.y.Z: and a text behind it"};
    struct stamp_cache cache = {0};
    struct stamp_layout layout = {0};
    uint64_t state = 1;
    size_t read_count = 0;
    for (size_t i = 0; i < 400000; i++) {
        char line[320];
        bool learn = i % 16 == 0;
        size_t len = (size_t)snprintf(line, sizeof line, "%.200s%s%s", sample_line(i / 64),
                                      i / 7 % 3 ? " " : "", texts[i / 16 % 5]);
        for (uint64_t change = learn ? 0 : next_random(&state) % 4; change > 0 && len > 0; change--) {
            size_t at = next_random(&state) % (next_random(&state) % 2 && len > 36 ? 36 : len);
            if (next_random(&state) % 8 == 0)
                len = at;
            else
                line[at] = bytes[next_random(&state) % (next_random(&state) % 2 ? 10 : sizeof bytes - 1)];
        }
        struct span text = span_make(line, len);
        struct stamp plain;
        int64_t time_ns;
        bool found = stamp_find(text, &context, &plain);
        if (stamp_layout_read(&layout, text, &time_ns)) {
            read_count++;
            cr_assert(found && plain.begin == 0 && plain.severity == 0, "%.*s", (int)len, line);
            cr_assert(plain.time_ns == time_ns && plain.end == layout.end && plain.flags == layout.flags,
                      "%.*s", (int)len, line);
        }
        if (learn && stamp_find_cached(&cache, text, &context, true, &plain) &&
            stamp_find_again(&cache, text, &context, &plain))
            stamp_layout_learn(&layout, &cache, text, &plain);
    }
    cr_expect_gt(read_count, 20000);
}

Test(stamp, layout_reads_what_only_differs_in_its_digits)
{
    static const struct {
        const char *first, *second;
        bool read;
    } rows[] = {
        {"2026-08-07 14:31:05,123 INFO a text", "2026-08-07 23:59:60,999 INFO b text", true},
        {"2026-08-07T14:31:05.123456Z started it", "2026-08-07T04:00:00.000001Z started it", true},
        {"2026-08-07T14:31:05.123456789Z stdout F", "2026-08-07T23:00:00.999999999Z stderr F", true},
        {"[Sun Dec 04 04:47:44 2005] [notice] workerEnv", "[Sun Dec 04 23:00:01 2005] [error] mod_jk", true},
        {"081109 203615 148 INFO dfs.DataNode", "081109 000000 35 INFO dfs.FSNamesystem", true},
        {"Jun 14 15:16:01 combo sshd(pam_unix)[19939]: x", "Jun 14 15:16:02 combo su(pam_unix)[21416]: y",
         true},
        {"2026-08-07 14:31:05,123 INFO a text", "2026-08-07 24:00:00,000 INFO b text", false},
        {"2026-08-07 14:31:05,123 INFO a text", "2026-08-08 14:31:05,123 INFO b text", false},
        {"2026-08-07 14:31:05,123 INFO a text", "2026-08-07 14:31:05.123 INFO b text", false},
        {"2026-08-07 14:31:05,123 INFO a text", "2026-08-07 14:31:05,1234INFO b text", false},
        {"2026-08-07 14:31:05 INFO a text is here", "2026-08-07 02:31:05 PM a text is here", false},
        {"2026-08-07 14:31:05 INFO a text is here", "2026-08-07 14:31:05 CEST text is here", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stamp_cache cache = {0};
        struct stamp_layout layout = {0};
        struct stamp stamp;
        int64_t time_ns;
        char lines[2][128];
        snprintf(lines[0], sizeof lines[0], "%s and so on, and so on", rows[i].first);
        snprintf(lines[1], sizeof lines[1], "%s and so on, and so on", rows[i].second);
        cr_assert(stamp_find_cached(&cache, span_of(lines[0]), &context, false, &stamp));
        stamp_layout_learn(&layout, &cache, span_of(lines[0]), &stamp);
        cr_expect_eq(stamp_layout_read(&layout, span_of(lines[1]), &time_ns), rows[i].read, "%s", lines[1]);
    }
}

/* No byte outside the span is looked at: every prefix of every line, in memory of its own (for the
 * sanitizers). */
Test(stamp, every_prefix)
{
    for (size_t i = 0; i < 160; i++) {
        const char *line = sample_line(i);
        for (size_t len = 0; len <= strlen(line); len++) {
            char *copy = malloc(len ? len : 1);
            struct stamp stamp;
            memcpy(copy, line, len);
            if (stamp_find(span_make(copy, len), &context, &stamp))
                cr_expect(stamp.begin <= stamp.end && stamp.end <= len, "%.*s", (int)len, line);
            free(copy);
        }
    }
}
