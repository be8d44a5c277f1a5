/* Lines within what runtimes, agents and journals write around them. */
#include "check_line.h"

Test(line_envelopes, cri)
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

Test(line_envelopes, docker)
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

Test(line_envelopes, kubectl_timestamps)
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

Test(line_envelopes, kubectl_prefix)
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

Test(line_envelopes, compose)
{
    static const struct expected rows[] = {
        {"web-1  | 2026-03-17T21:09:50Z listening", "2026-03-17T21:09:50Z", 0, "web-1", "listening", 0},
        {"db-1   | ready", NULL, 0, "db-1", "ready", 0},
        {"web-1  | got it", NULL, 0, "web-1", "got it", 0},
        {"db-1   |   nested", NULL, 0, "db-1", "nested", LINE_INDENTED},
    };
    CHECK(FORMAT_PLAIN, true, rows);
}

Test(line_envelopes, stern)
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

Test(line_envelopes, logfmt)
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

Test(line_envelopes, journal_json)
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

Test(line_envelopes, journal_export)
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

Test(line_envelopes, part_at_the_end_comes_out)
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
