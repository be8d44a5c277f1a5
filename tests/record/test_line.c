/* Each table is one source: the first lines are also its head. Expected values are written by hand from the
 * lines. */
#include "check_line.h"

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
