/* Each table is one source: the first lines are also its head. Expected values are written by hand from the
 * lines. */
#include "record/line.h"
#include "record/severity.h"

#include <criterion/criterion.h>
#include <stdio.h>

struct expected {
    const char *raw;
    const char *time; /* NULL: none; "part": the line is not complete */
    int severity;
    const char *stream, *message;
    int flags; /* those of FLAGS_TESTED */
};

enum { FLAGS_TESTED = LINE_JSON | LINE_LOGFMT | LINE_INDENTED | LINE_EMPTY | LINE_BROKEN | LINE_ENVELOPE };

static struct stamp_context context(void)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    return (struct stamp_context){.reference_ns = civil_to_ns(&civil)};
}

static struct span head_of(const struct expected *rows, size_t count)
{
    static char head[65536];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(head + n, sizeof head - n, "%s\n", rows[i].raw);
    return span_make(head, n);
}

static void check_line(const char *source, const struct expected *row, const struct line *line)
{
    char time[CIVIL_TEXT_BYTES] = "none";
    if (line->time_ns != TIME_NONE)
        civil_format(line->time_ns, time);
    cr_expect_str_eq(time, row->time ? row->time : "none", "%s: time of '%s': %s", source, row->raw, time);
    cr_expect_eq((line->flags & LINE_STAMPED) != 0, row->time != NULL, "%s: stamped: '%s'", source, row->raw);
    cr_expect_eq(line->severity, row->severity, "%s: severity of '%s': %d", source, row->raw, line->severity);
    cr_expect(span_equal(line->stream, span_of(row->stream)), "%s: stream of '%s': '%.*s'", source, row->raw,
              (int)line->stream.len, (const char *)line->stream.ptr);
    cr_expect(span_equal(line->message, span_of(row->message)), "%s: message of '%s': '%.*s'", source,
              row->raw, (int)line->message.len, (const char *)line->message.ptr);
    cr_expect_eq(line->flags & FLAGS_TESTED, row->flags, "%s: flags of '%s': %d", source, row->raw,
                 line->flags & FLAGS_TESTED);
}

static void check_source(enum line_format format, bool sequential, const struct expected *rows, size_t count)
{
    const char *name = line_format_name(format);
    struct stamp_context about = context();
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, head_of(rows, count));
    cr_expect_eq(reader.format, format, "%s learnt as %s", name, line_format_name(reader.format));
    cr_expect_eq(reader.sequential, sequential, "%s sequential", name);
    for (size_t i = 0; i < count; i++) {
        bool complete = line_parse(&reader, span_of(rows[i].raw), &line);
        bool part = rows[i].time && strcmp(rows[i].time, "part") == 0;
        cr_expect_eq(complete, !part, "%s: completeness of '%s'", name, rows[i].raw);
        if (complete && !part)
            check_line(name, &rows[i], &line);
        line_reader_recycle(&reader);
    }
    line_reader_done(&reader);
}

#define CHECK(format, sequential, rows) check_source(format, sequential, rows, sizeof rows / sizeof *rows)

Test(line, plain)
{
    static const struct expected rows[] = {
        {"2026-03-17 21:09:50.544 INFO [main] shop.Cart : opened", "2026-03-17T21:09:50.544Z", 0, "",
         "INFO [main] shop.Cart : opened", 0},
        {"2026-03-17 21:09:50.544  INFO [main] shop.Cart : opened", "2026-03-17T21:09:50.544Z", 0, "",
         "INFO [main] shop.Cart : opened", 0},
        {"2026-03-17 21:09:51.000     deeper", "2026-03-17T21:09:51Z", 0, "", "deeper", LINE_INDENTED},
        {"\tat shop.Cart.add(Cart.java:10)", NULL, 0, "", "at shop.Cart.add(Cart.java:10)", LINE_INDENTED},
        {"no stamp here", NULL, 0, "", "no stamp here", 0},
        {"2026-03-17T21:09:52Z\tinfo\tready", "2026-03-17T21:09:52Z", 0, "", "info\tready", 0},
        {"2026-03-17 21:09:53 done\r", "2026-03-17T21:09:53Z", 0, "", "done", 0},
        {"2026-03-17 21:09:54 \x1b[31mred\x1b[0m text", "2026-03-17T21:09:54Z", 0, "", "red text", 0},
        {"2026-03-17 21:09:55 {\"level\":\"error\",\"msg\":\"inside\"}", "2026-03-17T21:09:55Z", 17, "",
         "inside", LINE_JSON},
        {"   ", NULL, 0, "", "", LINE_INDENTED | LINE_EMPTY},
        {"", NULL, 0, "", "", LINE_EMPTY},
        {"valid until 2027-01-01 00:00:00 as signed", NULL, 0, "",
         "valid until 2027-01-01 00:00:00 as signed", 0},
    };
    CHECK(FORMAT_PLAIN, false, rows);
}

/* Where lines begin with their stamp, what is inside unstamped lines is no time of the log. */
Test(line, times_inside_text)
{
    static const struct expected rows[] = {
        {"2026-03-17 21:09:50 ERROR upstream said:", "2026-03-17T21:09:50Z", 0, "",
         "ERROR upstream said:", 0},
        {"Date: Sat, 29 Sep 2018 07:05:05 GMT", NULL, 0, "", "Date: Sat, 29 Sep 2018 07:05:05 GMT", 0},
        {"Last-Modified: 2018-09-29T07:05:05Z", NULL, 0, "", "Last-Modified: 2018-09-29T07:05:05Z", 0},
        {"since=\"2018-09-29T07:05:05Z\" until=never", NULL, 0, "",
         "since=\"2018-09-29T07:05:05Z\" until=never", 0},
        {"the order of \"2018-09-29 07:05:05\" is lost", NULL, 0, "",
         "the order of \"2018-09-29 07:05:05\" is lost", 0},
        {"{\"time\":\"2018-09-29T07:05:05Z\",\"msg\":\"a body\"}", NULL, 0, "", "a body", LINE_JSON},
        {"2026-03-17 21:09:51 INFO went on", "2026-03-17T21:09:51Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:52 INFO went on", "2026-03-17T21:09:52Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:53 INFO went on", "2026-03-17T21:09:53Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:54 INFO went on", "2026-03-17T21:09:54Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:55 INFO went on", "2026-03-17T21:09:55Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:56 INFO went on", "2026-03-17T21:09:56Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:57 INFO went on", "2026-03-17T21:09:57Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:58 INFO went on", "2026-03-17T21:09:58Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:09:59 INFO went on", "2026-03-17T21:09:59Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:10:00 INFO went on", "2026-03-17T21:10:00Z", 0, "", "INFO went on", 0},
        {"2026-03-17 21:10:01 INFO went on", "2026-03-17T21:10:01Z", 0, "", "INFO went on", 0},
        {"{\"time\":\"2026-03-17T21:10:02Z\",\"level\":\"error\",\"msg\":\"a line\"}", "2026-03-17T21:10:02Z",
         17, "", "a line", LINE_JSON},
        {"2026-03-17 21:10:03 {\"time\":\"2018-09-29T07:05:05Z\",\"msg\":\"inside\"}", "2026-03-17T21:10:03Z",
         0, "", "inside", LINE_JSON},
    };
    CHECK(FORMAT_PLAIN, false, rows);
}

Test(line, level_in_front_of_the_stamp)
{
    static const struct expected rows[] = {
        {"ERROR 2026-03-17 21:09:50 disk is full", "2026-03-17T21:09:50Z", 17, "", "disk is full", 0},
        {"INFO 2026-03-17 21:09:51 ok", "2026-03-17T21:09:51Z", 9, "", "ok", 0},
    };
    CHECK(FORMAT_PLAIN, false, rows);
}

Test(line, access)
{
    static const struct expected rows[] = {
        {"10.0.0.7 - ann [17/Mar/2026:21:09:50 +0100] \"GET /a HTTP/1.1\" 502 17", "2026-03-17T20:09:50Z", 0,
         "", "\"GET /a HTTP/1.1\" 502 17", 0},
        {"10.0.0.8 - - [17/Mar/2026:21:09:51 +0100] \"GET /b HTTP/1.1\" 200 1", "2026-03-17T20:09:51Z", 0, "",
         "\"GET /b HTTP/1.1\" 200 1", 0},
    };
    CHECK(FORMAT_ACCESS, false, rows);
}

Test(line, syslog)
{
    static const struct expected rows[] = {
        {"Mar 17 21:09:50 box sshd[311]: session closed", "2026-03-17T21:09:50Z", 0, "sshd", "session closed",
         LINE_ENVELOPE},
        {"Mar 17 21:09:51 box kernel: eth0 is down", "2026-03-17T21:09:51Z", 0, "kernel", "eth0 is down",
         LINE_ENVELOPE},
        {"Mar 17 21:09:51 box kernel: [    5.123456] eth0 is up", "2026-03-17T21:09:51Z", 0, "kernel",
         "eth0 is up", LINE_ENVELOPE},
        {"Mar 17 21:09:52 box last message repeated 3 times", "2026-03-17T21:09:52Z", 0, "",
         "last message repeated 3 times", LINE_ENVELOPE},
        {"<11>Mar 17 21:09:53 box app[7]: no route", "2026-03-17T21:09:53Z", 17, "app", "no route",
         LINE_ENVELOPE},
        {"<14>Mar 17 21:09:54 box app[7]: ERROR no route", "2026-03-17T21:09:54Z", 17, "app",
         "ERROR no route", LINE_ENVELOPE},
        {"Mar 17 21:09:55 box app[7]: {\"level\":\"warn\",\"msg\":\"slow\"}", "2026-03-17T21:09:55Z", 13,
         "app", "slow", LINE_ENVELOPE | LINE_JSON},
        {"Mar 17 21:09:56 box app[7]:  at main", "2026-03-17T21:09:56Z", 0, "app", "at main",
         LINE_ENVELOPE | LINE_INDENTED},
    };
    CHECK(FORMAT_SYSLOG, false, rows);
}

Test(line, syslog_5424)
{
    static const struct expected rows[] = {
        {"<27>1 2026-03-17T21:09:50.5Z box api 77 - - cannot bind", "2026-03-17T21:09:50.500Z", 17, "api",
         "cannot bind", LINE_ENVELOPE},
        {"<30>1 2026-03-17T21:09:51Z box api 77 ID1 [a@1 k=\"v ] \\\" x\"][b] ready", "2026-03-17T21:09:51Z",
         9, "api", "ready", LINE_ENVELOPE},
        {"<30>1 2026-03-17T21:09:52Z - - - - -", "2026-03-17T21:09:52Z", 9, "", "",
         LINE_ENVELOPE | LINE_EMPTY},
    };
    CHECK(FORMAT_SYSLOG, false, rows);
}

Test(line, seconds_since_boot)
{
    static const struct expected rows[] = {
        {"[    5.123456] box systemd[1]: Started shop.", NULL, 0, "systemd", "Started shop.", LINE_ENVELOPE},
        {"[    6.123456] box nginx[7]: ready", NULL, 0, "nginx", "ready", LINE_ENVELOPE},
    };
    CHECK(FORMAT_SYSLOG, false, rows);
}

Test(line, envoy)
{
    static const struct expected rows[] = {
        {"[2026-03-17T21:09:50.250Z] \"GET /a HTTP/1.1\" 503 UF 0 91", "2026-03-17T21:09:50.250Z", 0, "",
         "\"GET /a HTTP/1.1\" 503 UF 0 91", 0},
    };
    CHECK(FORMAT_ACCESS, false, rows);
}

Test(line, journal_short_iso)
{
    static const struct expected rows[] = {
        {"2026-03-17T21:09:50+0100 box nginx[12]: worker died", "2026-03-17T20:09:50Z", 0, "nginx",
         "worker died", LINE_ENVELOPE},
        {"2026-03-17T21:09:51+0100 box systemd[1]: Started shop.", "2026-03-17T20:09:51Z", 0, "systemd",
         "Started shop.", LINE_ENVELOPE},
        {"2026-03-17T21:09:52+0100 box kernel: oops", "2026-03-17T20:09:52Z", 0, "kernel", "oops",
         LINE_ENVELOPE},
    };
    CHECK(FORMAT_SYSLOG, false, rows);
}

Test(line, a_logger_with_a_colon_is_no_syslog)
{
    static const struct expected rows[] = {
        {"2026-03-17T21:09:50Z main worker: text", "2026-03-17T21:09:50Z", 0, "", "main worker: text", 0},
        {"2026-03-17T21:09:51Z INFO shop.cart: text", "2026-03-17T21:09:51Z", 0, "", "INFO shop.cart: text",
         0},
    };
    CHECK(FORMAT_PLAIN, false, rows);
}

/* NetworkManager's own log: what stands in the brackets is no priority of syslog, and no host follows. */
Test(line, priority_without_a_stamp)
{
    static const struct expected rows[] = {
        {"<3>disk is slow", NULL, 17, "", "disk is slow", 0},
        {"<6>up", NULL, 9, "", "up", 0},
        {"<4>[   12.345678] usb 1-1: slow", NULL, 13, "", "usb 1-1: slow", 0},
        {"<9>text", NULL, 0, "", "<9>text", 0},
        {"<b>text", NULL, 0, "", "<b>text", 0},
    };
    CHECK(FORMAT_PLAIN, false, rows);
}

Test(line, a_level_in_priority_brackets_is_no_syslog)
{
    static const struct expected rows[] = {
        {"<info>  [1773781790.6771] Failed to create VTI interface", "2026-03-17T21:09:50.677100Z", 9, "",
         "Failed to create VTI interface", 0},
        {"<warn>  [1773781791.0005] device (eth0): link lost", "2026-03-17T21:09:51.000500Z", 13, "",
         "device (eth0): link lost", 0},
    };
    CHECK(FORMAT_PLAIN, false, rows);
}

Test(line, cri)
{
    static const struct expected rows[] = {
        {"2026-03-17T21:09:50.000000001Z stdout F plain text", "2026-03-17T21:09:50.000000001Z", 0, "",
         "plain text", LINE_ENVELOPE},
        {"2026-03-17T21:09:50.1Z stdout P first, ", "part", 0, "", "", 0},
        {"2026-03-17T21:09:50.2Z stderr F between", "2026-03-17T21:09:50.200Z", 0, "", "between",
         LINE_ENVELOPE},
        {"2026-03-17T21:09:50.3Z stdout P second, ", "part", 0, "", "", 0},
        {"2026-03-17T21:09:50.4Z stdout F third", "2026-03-17T21:09:50.100Z", 0, "", "first, second, third",
         LINE_ENVELOPE},
        {"2026-03-17T21:09:51Z stderr F 2026-03-17 21:09:50.999 WARN low", "2026-03-17T21:09:51Z", 0, "",
         "WARN low", LINE_ENVELOPE},
        {"2026-03-17T21:09:52Z stdout F {\"level\":\"fatal\",\"message\":\"gone\"}", "2026-03-17T21:09:52Z",
         21, "", "gone", LINE_ENVELOPE | LINE_JSON},
        {"2026-03-17T21:09:53Z stdout F \tat shop.Cart", "2026-03-17T21:09:53Z", 0, "", "at shop.Cart",
         LINE_ENVELOPE | LINE_INDENTED},
        {"2026-03-17T21:09:54Z stdout F ", "2026-03-17T21:09:54Z", 0, "", "", LINE_ENVELOPE | LINE_EMPTY},
        {"2026-03-17T21:09:55Z stdout F level=error msg=\"no luck\" code=7", "2026-03-17T21:09:55Z", 17, "",
         "no luck", LINE_ENVELOPE | LINE_LOGFMT},
    };
    CHECK(FORMAT_CRI, true, rows);
}

Test(line, docker)
{
    static const struct expected rows[] = {
        {"{\"log\":\"hello \\\"you\\\"\\n\",\"stream\":\"stdout\",\"time\":\"2026-03-17T21:09:50.25Z\"}",
         "2026-03-17T21:09:50.250Z", 0, "", "hello \"you\"", LINE_ENVELOPE},
        {"{\"log\":\"{\\\"level\\\":\\\"error\\\",\\\"msg\\\":\\\"deep\\\"}\\n\",\"stream\":\"stderr\","
         "\"time\":\"2026-03-17T21:09:"
         "51Z\"}",
         "2026-03-17T21:09:51Z", 17, "", "deep", LINE_ENVELOPE | LINE_JSON},
        {"{\"log\":\"    at run\\n\",\"stream\":\"stderr\",\"time\":\"2026-03-17T21:09:52Z\"}",
         "2026-03-17T21:09:52Z", 0, "", "at run", LINE_ENVELOPE | LINE_INDENTED},
        {"{\"log\":\"\\n\",\"stream\":\"stdout\",\"time\":\"2026-03-17T21:09:53Z\"}", "2026-03-17T21:09:53Z",
         0, "", "", LINE_ENVELOPE | LINE_EMPTY},
    };
    CHECK(FORMAT_DOCKER, true, rows);
}

Test(line, kubectl_timestamps)
{
    static const struct expected rows[] = {
        {"2026-03-17T21:09:50.553147619+08:00 2026-03-17 21:09:50.544  INFO 1 --- [main] c.a.n.Foo : text",
         "2026-03-17T13:09:50.553147619Z", 0, "", "INFO 1 --- [main] c.a.n.Foo : text", LINE_ENVELOPE},
        {"2026-03-17T21:09:50.653147619+08:00 Starting", "2026-03-17T13:09:50.653147619Z", 0, "", "Starting",
         LINE_ENVELOPE},
        {"2026-03-17T21:09:50.753147619+08:00 \tat c.a.n.Foo", "2026-03-17T13:09:50.753147619Z", 0, "",
         "at c.a.n.Foo", LINE_ENVELOPE | LINE_INDENTED},
        {"2026-03-17T21:09:50.853147619+08:00 ", "2026-03-17T13:09:50.853147619Z", 0, "", "",
         LINE_ENVELOPE | LINE_EMPTY},
    };
    CHECK(FORMAT_KUBECTL, false, rows);
}

Test(line, kubectl_prefix)
{
    static const struct expected rows[] = {
        {"[pod/cart-7d9f-x2x4q/cart] 2026-03-17 21:09:50 ERROR full", "2026-03-17T21:09:50Z", 0,
         "cart-7d9f-x2x4q/cart", "ERROR full", 0},
        {"[pod/pay-0/pay] {\"level\":\"warn\",\"msg\":\"slow\",\"service\":\"other\"}", NULL, 13, "pay-0/pay",
         "slow", LINE_JSON},
        {"[pod/pay-0/pay]     at run", NULL, 0, "pay-0/pay", "at run", LINE_INDENTED},
    };
    CHECK(FORMAT_KUBECTL, true, rows);
}

Test(line, compose)
{
    static const struct expected rows[] = {
        {"web-1  | 2026-03-17T21:09:50Z listening", "2026-03-17T21:09:50Z", 0, "web-1", "listening", 0},
        {"db-1   | ready", NULL, 0, "db-1", "ready", 0},
        {"web-1  | got it", NULL, 0, "web-1", "got it", 0},
        {"db-1   |   nested", NULL, 0, "db-1", "nested", LINE_INDENTED},
    };
    CHECK(FORMAT_PLAIN, true, rows);
}

Test(line, stern)
{
    static const struct expected rows[] = {
        {"cart-7d9f-x2x4q cart ERROR full", NULL, 0, "cart-7d9f-x2x4q/cart", "ERROR full", 0},
        {"\x1b[36mpay-0\x1b[0m \x1b[32mpay\x1b[0m got 3", NULL, 0, "pay-0/pay", "got 3", 0},
        {"pay-0 pay got 4", NULL, 0, "pay-0/pay", "got 4", 0},
        {"cart-7d9f-x2x4q cart again", NULL, 0, "cart-7d9f-x2x4q/cart", "again", 0},
        {"pay-0 pay got 5", NULL, 0, "pay-0/pay", "got 5", 0},
    };
    CHECK(FORMAT_PLAIN, true, rows);
}

Test(line, logfmt)
{
    static const struct expected rows[] = {
        {"time=\"2026-03-17T21:09:50Z\" level=info msg=\"a \\\"b\\\" c\" n=3", "2026-03-17T21:09:50Z", 9, "",
         "a \"b\" c", LINE_LOGFMT},
        {"ts=2026-03-17T21:09:51Z caller=main.go:5 level=error msg=failed err=\"no route\"",
         "2026-03-17T21:09:51Z", 17, "", "failed error: no route", LINE_LOGFMT},
        {"ts=2026-03-17T21:09:52Z level=warn component=db", "2026-03-17T21:09:52Z", 13, "", "component=db",
         LINE_LOGFMT}, /* by its keys, without time and level */
        {"ts=2026-03-17T21:09:52Z level=warn msg=tried err=<nil>", "2026-03-17T21:09:52Z", 13, "", "tried",
         LINE_LOGFMT},
        {"date=2026-03-17 time=21:09:53 level=notice msg=x", "2026-03-17T21:09:53Z", 10, "", "x",
         LINE_LOGFMT},
        {"key=value is no logfmt", NULL, 0, "", "key=value is no logfmt", 0},
    };
    CHECK(FORMAT_LOGFMT, false, rows);
}

Test(line, journal_json)
{
    static const struct expected rows[] = {
        {"{\"__REALTIME_TIMESTAMP\":\"1773781790000001\",\"PRIORITY\":\"3\",\"SYSLOG_IDENTIFIER\":\"nginx\","
         "\"_COMM\":\"x\","
         "\"MESSAGE\":\"worker died\"}",
         "2026-03-17T21:09:50.000001Z", 17, "nginx", "worker died", LINE_ENVELOPE},
        {"{\"__REALTIME_TIMESTAMP\":\"1773781791000000\",\"PRIORITY\":\"6\",\"_COMM\":\"x\",\"MESSAGE\":[72,"
         "105,10]}",
         "2026-03-17T21:09:51Z", 9, "x", "Hi", LINE_ENVELOPE},
        {"{\"__REALTIME_TIMESTAMP\":\"1773781792000000\",\"PRIORITY\":\"6\",\"MESSAGE\":\"ERROR lost\"}",
         "2026-03-17T21:09:52Z", 17, "", "ERROR lost", LINE_ENVELOPE},
        {"{\"__REALTIME_TIMESTAMP\":\"1773781793000000\",\"MESSAGE\":null}", "2026-03-17T21:09:53Z", 0, "",
         "null", LINE_ENVELOPE}, /* journalctl leaves out what is long, without --all */
        {"{\"__REALTIME_TIMESTAMP\":\"1773781793000000\",\"PRIORITY\":\"5\"}", "2026-03-17T21:09:53Z", 10, "",
         "", LINE_ENVELOPE | LINE_EMPTY},
        {"{\"MESSAGE\":[\"one\",\"two\"],\"SYSLOG_IDENTIFIER\":[[103,255],\"x\"],"
         "\"__REALTIME_TIMESTAMP\":\"1773781793000000\"}",
         "2026-03-17T21:09:53Z", 0, "g\xff", "one", LINE_ENVELOPE},
    };
    CHECK(FORMAT_JOURNAL_JSON, true, rows);
}

Test(line, journal_export)
{
    static const char source[] =
        "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1773781790000001\nPRIORITY=3\n_COMM=w\n"
        "_SYSTEMD_UNIT=web.service\nSYSLOG_IDENTIFIER=web\nMESSAGE=one\n\n"
        "__REALTIME_TIMESTAMP=1773781791000000\nMESSAGE\n\x0a\0\0\0\0\0\0\0two\nthree!\n"
        "PRIORITY=6\n\n"
        "MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\x7f\n__REALTIME_TIMESTAMP=1773781792000000\n\n"
        "__REALTIME_TIMESTAMP=1773781793000000\nMESSAGE=open at the end\n";
    static const struct expected rows[] = {
        {"1", "2026-03-17T21:09:50.000001Z", 17, "web", "one", LINE_ENVELOPE},
        {"2", "2026-03-17T21:09:51Z", 9, "", "two", LINE_ENVELOPE},
        {"3", "2026-03-17T21:09:52Z", 0, "", "", LINE_ENVELOPE | LINE_EMPTY | LINE_BROKEN},
        {"4", "2026-03-17T21:09:53Z", 0, "", "open at the end", LINE_ENVELOPE},
    };
    struct stamp_context about = context();
    struct line_reader reader;
    struct line line;
    size_t row = 0, size = sizeof source - 1;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, span_make(source, size));
    cr_assert_eq(reader.format, FORMAT_JOURNAL_EXPORT);
    cr_assert(reader.sequential && reader.stamped);
    for (size_t at = 0; at < size;) {
        const char *end = memchr(source + at, '\n', size - at);
        size_t bytes = (size_t)(end - source) - at;
        if (line_parse(&reader, span_make(source + at, bytes), &line) && row < 4)
            check_line("export", &rows[row++], &line);
        at += bytes + 1;
    }
    cr_assert_eq(row, 3);
    cr_assert(line_finish(&reader, &line));
    check_line("export", &rows[3], &line);
    cr_assert_not(line_finish(&reader, &line));
    line_reader_done(&reader);
}

Test(line, part_at_the_end_comes_out)
{
    struct stamp_context about = context();
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, span_of("2026-03-17T21:09:50Z stdout F a\n2026-03-17T21:09:50Z stdout F b\n"));
    cr_assert_not(line_parse(&reader, span_of("2026-03-17T21:09:51Z stderr P half of"), &line));
    cr_assert(line_finish(&reader, &line));
    cr_expect(span_equal(line.message, span_of("half of")));
    cr_assert_not(line_finish(&reader, &line));
    line_reader_done(&reader);
}

Test(line, newest_needs_a_full_date)
{
    static const struct {
        const char *head, *newest;
    } rows[] = {
        {"2026-03-17 21:09:50 a\n2026-03-17 21:09:49 b\n", "2026-03-17T21:09:50Z"},
        {"Mar 17 21:09:50 box sshd[1]: a\n", NULL},
        {"nothing\n", NULL},
    };
    struct stamp_context about = context();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line_reader reader;
        char text[CIVIL_TEXT_BYTES] = "none";
        line_reader_init(&reader, &about);
        line_reader_learn(&reader, span_of(rows[i].head));
        int64_t ahead, newest = line_reader_newest(&reader, span_of(rows[i].head), &ahead);
        if (newest != TIME_NONE)
            civil_format(newest, text);
        cr_expect_str_eq(text, rows[i].newest ? rows[i].newest : "none");
        line_reader_done(&reader);
    }
}

/* No number is above 12: what order the days and months come in tells the order of the numbers. */
Test(line, order_of_day_and_month)
{
    static const struct {
        const char *head;
        uint64_t want_ns; /* of its first line, in seconds */
    } rows[] = {
        /* default: as PHP's strtotime reads it */
        {"07/08/2026 10:00:00 a\n07/08/2026 10:00:01 b\n", 1783504800}, /* July 8 */
        {"07/08/2026 10:00:00 a\n08/08/2026 10:00:01 b\n", 1786096800}, /* August 7 */
        {"08/07/2026 10:00:00 a\n08/08/2026 10:00:01 b\n", 1786096800}, /* August 7 */
        {"07.08.2026 10:00:00 a\n07.09.2026 10:00:01 b\n", 1783504800}, /* July 8 and 9 */
        {"05/01/2026 10:00:00 a\n06/01/2026 09:00:00 b\n06/01/2026 11:00:00 c\n", 1767607200}, /* January 5 */
        {"05/06/2026 10:00:00 a\n05/07/2026 10:00:00 b\n05/05/2026 9:00:00 c\n", 1778061600},  /* May 6 */
    };
    struct stamp_context context = {.reference_ns = 1786300000LL * 1000000000};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line_reader reader;
        struct line line;
        line_reader_init(&reader, &context);
        line_reader_learn(&reader, span_of(rows[i].head));
        size_t n = strcspn(rows[i].head, "\n");
        cr_assert(line_parse(&reader, span_make(rows[i].head, n), &line));
        cr_expect_eq((uint64_t)(line.time_ns / 1000000000), rows[i].want_ns, "%s: %lld", rows[i].head,
                     (long long)(line.time_ns / 1000000000));
        line_reader_done(&reader);
    }
}

Test(line, same_answer_in_any_order)
{
    static const char *const lines[] = {
        "2026-03-17 21:09:50.1 INFO a",
        "{\"time\":\"2026-03-17T21:09:51Z\",\"msg\":\"b\"}",
        "2026-03-17 21:10:50.25 ERROR c",
        "level=info msg=d ts=2026-03-17T21:09:52Z",
        "2026-03-18 21:09:50 2026-01-01 10:00:00 e",
        "\tat f",
    };
    enum { COUNT = sizeof lines / sizeof *lines };
    struct stamp_context about = context();
    struct line_reader one, two;
    struct line a, b;
    line_reader_init(&one, &about);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < COUNT; k++) {
            line_reader_init(&two, &about);
            cr_assert(line_parse(&one, span_of(lines[(i * 5 + k * 7) % COUNT]), &a));
            cr_assert(line_parse(&two, span_of(lines[(i * 5 + k * 7) % COUNT]), &b));
            cr_expect(a.time_ns == b.time_ns && a.flags == b.flags && a.severity == b.severity &&
                      a.seed == b.seed && span_equal(a.message, b.message));
            line_reader_done(&two);
        }
    line_reader_done(&one);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Lines of one source, some with a byte changed, left out or cut off: the short way of plain lines gives what
 * the long one does, and what earlier lines left in the caches changes no answer. */
Test(line, caches_never_change_an_answer)
{
    static const char *const sources[][4] = {
        {"Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0",
         "Jun 14 15:16:02 combo kernel: audit(1122475266.4294965305:0): initialized",
         "Jun 15 02:04:59 combo sshd(pam_unix)[20882]: 2026-01-01 10:00:00 ERROR inner",
         "Jun 15 02:04:59 combo su: session opened for user cyrus by (uid=0)"},
        {"{\"level\":\"info\",\"ts\":1773781790.003028,\"logger\":\"a.b\",\"msg\":\"tab\\tmade\",\"status\":"
         "200}",
         "{\"level\":\"warn\",\"ts\":1773781791.5,\"logger\":\"a.b\",\"msg\":\"none\",\"err\":\"lost "
         "it\",\"status\":503}",
         "{\"level\":\"error\", "
         "\"ts\":1773781792,\"req\":{\"id\":\"}\",\"n\":[1,{\"a\":2}]},\"msg\":\"level=warn msg=b\"}",
         "{\"time\":1773781790123,\"level\":30,\"res\":{\"statusCode\":404},\"msg\":\"2026-03-17 21:09:50 "
         "x\"}"},
        {"ts=2026-03-17T21:09:50.123Z level=info caller=a.go:131 msg=\"opened \\\"a\\\"\" duration=470.119ms",
         "ts=2026-03-17T21:09:51.124Z level=error caller=b.go:7 msg=closed err=\"deadline exceeded\" "
         "status=503",
         "ts=2026-03-17T21:09:51+01:00 level=debug component=queue msg=late dur",
         "level=warn msg=\"no time\" a b=c"},
        {"10.4.1.7 - - [17/Mar/2026:21:09:50 +0000] \"GET /a HTTP/1.1\" 200 17 \"-\" \"curl/8\"",
         "10.4.1.9 - bob [17/Mar/2026:21:09:51 -0130] \"POST /b HTTP/1.1\" 502 17 \"-\" \"curl/8\"",
         "web.example - - [17/Mar/2026:21:09:51 +0000] \"GET /c HTTP/1.1\" 404 3 \"-\" \"x [y] z\"",
         "10.4.1.7 - - [18/Mar/2026:00:00:00 +0000] \"-\" 408 0 \"-\" \"-\""},
        {"2026-03-17T21:09:50.123456789Z stdout F INFO  [queue.Consumer] text",
         "2026-03-17T21:09:50.2Z stderr F  at x", "2026-03-17T21:09:51.123456789Z stdout P first and",
         "2026-03-17T21:09:51.123456789Z stdout F second part"},
        {"2026-03-17T21:09:50.123456789Z some text of a program",
         "2026-03-17T21:09:50.123456789Z a=b level=info msg=x",
         "2026-03-17T21:09:51.123456789Z \tat a.b.C(D.java:7)",
         "2026-03-17T21:09:51.123456789Z 2026-03-17 21:09:50 ERROR x"},
        {"Jun 14 15:16:01 combo sshd[19939]: Accepted password for bob",
         "Jun 14 15:16:02 stderr1 kernel: [  12.345678] usb",
         "Jun 15 02:04:59 combo app[7]: {\"level\":\"error\",\"msg\":\"lost\"}",
         "Jun 15 02:04:59 combo app: Mar 17 21:09:50 x"},
        {"2026-03-17 21:09:50,123 INFO  [worker-4] a.B - text",
         "2026-03-17 21:09:50,124 - INFO - [main] text", "\tat a.b.C(D.java:7)",
         "ERROR 2026-03-17 21:09:51,000 late [2026-03-17 21:09:51] \"x\""},
        {"[Sun Dec 04 04:47:44 2005] [error] mod_jk child workerEnv in error state 6",
         "[Sun Dec 04 04:51:08 2005] [notice] jk2_init() Found child 6725 in scoreboard slot 10",
         "[2026-03-17T21:09:50.123456Z] plain", "[2026-03-17 21:09:50 +0100] [7] text"},
        {"Jun 14 15:16:01 combo sshd[19939]: Accepted password for bob",
         "Jul 27 14:41:59 combo kernel: audit(1122475266.429:0): initialized",
         "Jun 15 02:04:59 combo crond[7]: Decoder started", "Jun 15 02:04:59 combo app[7]: DEBUG mark"},
        {"2026-03-17T21:09:50.123456789Z stdout F DEBUG [queue.Consumer] text",
         "2026-03-17T21:09:50.123456790Z stderr F Tue Mar 17 21:09:50 2026 text",
         "2026-03-17T21:09:51.123456789Z stdout F:x tagged text",
         "2026-03-17T21:09:51.123456789Z stdout F monitor text"},
    };
    static const char bytes[] = "0123456789:.,- []{}\"\\=TZ+aE\t";
    struct stamp_context about = context();
    uint64_t state = 3;
    for (size_t s = 0; s < sizeof sources / sizeof *sources; s++) {
        struct line_reader one, two;
        struct line a, b;
        char head[2048];
        int n = snprintf(head, sizeof head, "%s\n%s\n%s\n%s\n", sources[s][0], sources[s][1], sources[s][2],
                         sources[s][3]);
        line_reader_init(&one, &about);
        line_reader_init(&two, &about);
        line_reader_learn(&one, span_make(head, (size_t)n));
        line_reader_learn(&two, span_make(head, (size_t)n));
        two.long_way = true;
        for (size_t i = 0; i < 20000; i++) {
            char text[256];
            const char *sample = sources[s][next_random(&state) % 4];
            size_t len = strlen(sample);
            memcpy(text, sample, len);
            for (uint64_t change = next_random(&state) % 4; change > 0 && len > 0; change--) {
                size_t at = next_random(&state) % len;
                switch (next_random(&state) % 6) {
                case 0: len = at; break;
                case 1: memmove(text + at, text + at + 1, --len - at); break;
                default: text[at] = bytes[next_random(&state) % (sizeof bytes - 1)];
                }
            }
            char *copy = malloc(len + 1); /* of its own, so that a sanitizer sees a byte too far */
            memcpy(copy, text, len);
            line_reader_forget(&two);
            bool complete = line_parse(&one, span_make(copy, len), &a);
            cr_assert_eq(complete, line_parse(&two, span_make(copy, len), &b), "%.*s", (int)len, text);
            cr_assert(!complete || (a.time_ns == b.time_ns && a.flags == b.flags &&
                                    a.severity == b.severity && a.seed == b.seed &&
                                    span_equal(a.message, b.message) && span_equal(a.stream, b.stream)),
                      "%.*s", (int)len, text);
            free(copy);
            line_reader_recycle(&one);
            line_reader_recycle(&two);
        }
        line_reader_done(&one);
        line_reader_done(&two);
    }
}

/* Lines that the head has none of: what their text tells of the time counts as if they stood alone. */
Test(line, short_way_knows_what_the_head_did_not_show)
{
    static const char head[] = "Jul 27 14:41:55 combo sshd[19939]: Accepted password for bob\n"
                               "Jul 27 14:41:56 combo kernel: Linux version 2.6.5\n";
    static const char *const lines[] = {"Jul 27 14:41:58 combo kernel: Linux version 2.6.5",
                                        "Jul 27 14:41:59 combo kernel: audit(1122475266.429:0): initialized",
                                        "Jul 27 14:42:00 combo crond[7]: Decoder started",
                                        "Jul 27 14:42:00 combo crond[7]: Jul 27 2005 14:42:00 started"};
    struct stamp_context about = context();
    struct line_reader one, two;
    struct line a, b;
    line_reader_init(&one, &about);
    line_reader_init(&two, &about);
    line_reader_learn(&one, span_of(head));
    line_reader_learn(&two, span_of(head));
    two.long_way = true;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct line_text text;
        bool in_short = line_parse_text(&one, span_of(lines[i]), &text);
        cr_assert(line_parse(&one, span_of(lines[i]), &a) && line_parse(&two, span_of(lines[i]), &b));
        cr_expect(!in_short || text.time_ns == b.time_ns, "%s", lines[i]);
        cr_expect_eq(a.time_ns, b.time_ns, "%s", lines[i]);
    }
    line_reader_done(&one);
    line_reader_done(&two);
}
