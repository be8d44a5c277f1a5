#include "record/json_line.h"
#include "record/line.h"

#include <criterion/criterion.h>
#include <stdio.h>

struct expected {
    const char *text;
    const char *message; /* NULL: broken */
    const char *time;    /* NULL: none */
    int severity;
    const char *stream;
};

static const struct expected rows[] = {
    {"{}", "", NULL, 0, ""},
    {"{\"msg\":\"a\"}", "a", NULL, 0, ""},
    {" {\"msg\":\"a\"}", " {\"msg\":\"a\"}", NULL, 0, ""},
    {"{ \"msg\" : \"a\" , \"n\" : [1, {\"x\":\"]\"}] } ", "a", NULL, 0, ""},
    {"{\"msg\":\"a\"},", "a", NULL, 0, ""},
    {"{\"msg\":\"tab\\tquote\\\"slash\\\\ \\u00e9 \\ud83d\\ude00\"}",
     "tab\tquote\"slash\\ \xc3\xa9 \xf0\x9f\x98\x80", NULL, 0, ""},
    {"{\"msg\":\"lone \\ud83d end\"}", "lone \xef\xbf\xbd end", NULL, 0, ""},
    /* order of names does not matter, rank does */
    {"{\"event\":\"e\",\"message\":\"m\",\"msg\":\"n\"}", "m", NULL, 0, ""},
    {"{\"message\":\"\",\"msg\":\"n\"}", "n", NULL, 0, ""},
    {"{\"event\":\"login\"}", "login", NULL, 0, ""},
    {"{\"body\":{\"stringValue\":\"otel\"},\"severityNumber\":17}", "otel", NULL, 17, ""},
    {"{\"fields\":{\"message\":\"rust\"},\"level\":\"WARN\"}", "rust", NULL, 13, ""},
    {"{\"message\":{\"id\":7}}", "id", NULL, 0, ""},
    {"{\"message\":{\"msg\":\"in\",\"level\":\"error\"},\"level\":\"info\"}", "in", NULL, 17, ""},
    /* levels */
    {"{\"level\":30,\"msg\":\"a\"}", "a", NULL, 9, ""},
    {"{\"levelno\":40,\"msg\":\"a\"}", "a", NULL, 17, ""},
    {"{\"PRIORITY\":\"4\",\"msg\":\"a\"}", "a", NULL, 13, ""},
    {"{\"log.level\":\"error\",\"msg\":\"a\"}", "a", NULL, 17, ""},
    {"{\"log\":{\"level\":\"error\"},\"msg\":\"a\"}", "a", NULL, 17, ""},
    {"{\"s\":\"E\",\"msg\":\"a\"}", "a", NULL, 17, ""},
    {"{\"status\":503,\"msg\":\"a\"}", "a", NULL, 17, ""},
    {"{\"status\":503,\"level\":\"info\",\"msg\":\"a\"}", "a", NULL, 17, ""},
    /* times */
    {"{\"ts\":1773781790.5,\"msg\":\"a\"}", "a", "2026-03-17T21:09:50.500Z", 0, ""},
    {"{\"time\":1773781790500,\"msg\":\"a\"}", "a", "2026-03-17T21:09:50.500Z", 0, ""},
    {"{\"timeUnixNano\":\"1773781790000000007\",\"msg\":\"a\"}", "a", "2026-03-17T21:09:50.000000007Z", 0,
     ""},
    {"{\"instant\":{\"epochSecond\":1773781790,\"nanoOfSecond\":7000000},\"message\":\"a\"}", "a",
     "2026-03-17T21:09:50.007Z", 0, ""},
    {"{\"t\":{\"$date\":\"2026-03-17T21:09:50.5Z\"},\"msg\":\"a\"}", "a", "2026-03-17T21:09:50.500Z", 0, ""},
    {"{\"time\":\"12 ms\",\"timestamp\":\"2026-03-17T21:09:50Z\",\"msg\":\"a\"}", "a", "2026-03-17T21:09:50Z",
     0, ""},
    {"{\"@timestamp\":\"2026-03-17T21:09:50+01:00\",\"msg\":\"a\"}", "a", "2026-03-17T20:09:50Z", 0, ""},
    {"{\"timestamp\":{\"epochSecond\":1773781790,\"nano\":7000000},\"message\":\"a\"}", "a",
     "2026-03-17T21:09:50.007Z", 0, ""},
    {"{\"ts\":{\"$date\":{\"$numberLong\":\"1773781790500\"}},\"msg\":\"a\"}", "a",
     "2026-03-17T21:09:50.500Z", 0, ""},
    {"{\"dt\":\"2026-03-17T21:09:50Z\",\"msg\":\"a\"}", "a", "2026-03-17T21:09:50Z", 0, ""},
    /* what stores of logs hand out */
    {"{\"_index\":\"x\",\"_source\":{\"@timestamp\":\"2026-03-17T21:09:50Z\",\"message\":\"a\",\"log\":{"
     "\"level\":"
     "\"error\"}}}",
     "a", "2026-03-17T21:09:50Z", 17, ""},
    {"{\"result\":{\"_raw\":\"a\",\"_time\":\"2026-03-17T21:09:50Z\",\"host\":\"h\"}}", "a",
     "2026-03-17T21:09:50Z", 0, ""},
    /* errors */
    {"{\"msg\":\"a\",\"error\":\"b\"}", "a", NULL, 0, ""},
    {"{\"msg\":\"a\",\"error\":\"no route\\nframe\"}", "a error: no route", NULL, 0, ""},
    {"{\"msg\":\"a: no route\",\"error\":\"no route\"}", "a: no route", NULL, 0, ""},
    {"{\"msg\":\"a\",\"error\":false,\"err\":{\"type\":\"E\",\"message\":\"lost\"}}", "a error: lost", NULL,
     0, ""},
    {"{\"msg\":\"a\",\"exc_info\":\"Traceback (most recent call last):\\n  File\\nValueError: x\"}",
     "a error: ValueError: x", NULL, 0, ""},
    {"{\"error\":\"alone here\"}", "error: alone here", NULL, 0, ""},
    /* streams */
    {"{\"service\":\"cart\",\"msg\":\"a\"}", "a", NULL, 0, "cart"},
    {"{\"service\":{\"name\":\"cart\"},\"msg\":\"a\"}", "a", NULL, 0, "cart"},
    {"{\"kubernetes\":{\"pod_name\":\"p-0\",\"container_name\":\"c\"},\"msg\":\"a\"}", "a", NULL, 0, "c"},
    {"{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"pay\"}}]},"
     "\"body\":\"a\"}",
     "a", NULL, 0, "pay"},
    /* no message */
    {"{\"user\":7,\"outcome\":\"denied\",\"status\":403,\"time\":\"x\"}", "outcome=denied status=403 user",
     NULL, 0, ""},
    /* broken */
    {"{\"msg\":\"a\"", NULL, NULL, 0, ""},
    {"{\"msg\":\"a", NULL, NULL, 0, ""},
    {"{\"msg\":\"a\\\"}", NULL, NULL, 0, ""},
    {"{\"msg\" \"a\"}", NULL, NULL, 0, ""},
    {"{\"level\":\"error\",\"msg\":}", NULL, NULL, 17, ""},
    {"{\"msg\":\"a\"} tail", NULL, NULL, 0, ""},
    {"{", "{", NULL, 0, ""}, /* braces of other languages are text */
    {"{'msg':'a'}", "{'msg':'a'}", NULL, 0, ""},
    {"{0x17} mapped", "{0x17} mapped", NULL, 0, ""},
    {"{\"", NULL, NULL, 0, ""},
};

static void reader_open(struct line_reader *reader)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    struct stamp_context context = {.reference_ns = civil_to_ns(&civil)};
    line_reader_init(reader, &context);
}

Test(json_line, objects)
{
    struct line_reader reader;
    struct line line;
    reader_open(&reader);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct expected *row = &rows[i];
        struct span raw = span_of(row->text), message = row->message ? span_of(row->message) : span_trim(raw);
        char time[CIVIL_TEXT_BYTES] = "none";
        cr_assert(line_parse(&reader, raw, &line));
        if (line.time_ns != TIME_NONE)
            civil_format(line.time_ns, time);
        if (row->text[0] == '{')
            cr_expect_eq((line.flags & LINE_BROKEN) != 0, !row->message, "%s: broken", row->text);
        cr_expect(span_equal(line.message, span_trim(message)), "%s: '%.*s'", row->text,
                  (int)line.message.len, (const char *)line.message.ptr);
        cr_expect_str_eq(time, row->time ? row->time : "none", "%s: %s", row->text, time);
        cr_expect_eq(line.severity, row->severity, "%s: %d", row->text, line.severity);
        cr_expect(span_equal(line.stream, span_of(row->stream)), "%s: '%.*s'", row->text,
                  (int)line.stream.len, (const char *)line.stream.ptr);
    }
    line_reader_done(&reader);
}

static uint64_t seed_of(struct line_reader *reader, const char *text)
{
    struct line line;
    cr_assert(line_parse(reader, span_of(text), &line));
    return line.seed;
}

Test(json_line, seeds_tell_statuses_apart)
{
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"{\"msg\":\"a\",\"status\":200}", "{\"msg\":\"a\",\"status\":502}", false},
        {"{\"msg\":\"a\",\"status\":200,\"exit_code\":1}", "{\"exit_code\":1,\"status\":200,\"msg\":\"a\"}",
         true},
        {"{\"msg\":\"a\",\"http\":{\"status\":200}}", "{\"msg\":\"a\",\"http\":{\"status\":404}}", false},
        {"{\"msg\":\"a\",\"grpc.code\":\"OK\"}", "{\"msg\":\"a\",\"grpc.code\":\"Unavailable\"}", false},
        {"{\"msg\":\"a\",\"downstreamStatus\":200}", "{\"msg\":\"a\",\"downstreamStatus\":500}", false},
        /* RFC 9110: successes and redirections are one, failures each their own */
        {"{\"msg\":\"a\",\"status\":200}", "{\"msg\":\"a\",\"status\":\"204\"}", true},
        {"{\"msg\":\"a\",\"http_status_code\":301}", "{\"msg\":\"a\",\"http_status_code\":304}", true},
        {"{\"msg\":\"a\",\"statusCode\":200}", "{\"msg\":\"a\",\"statusCode\":302}", true},
        {"{\"msg\":\"a\",\"status\":403}", "{\"msg\":\"a\",\"status\":404}", false},
        {"{\"msg\":\"a\",\"status\":500}", "{\"msg\":\"a\",\"status\":503}", false},
        {"{\"msg\":\"a\",\"exit_status\":200}", "{\"msg\":\"a\",\"exit_status\":201}", false},
        {"{\"msg\":\"a\",\"code\":200}", "{\"msg\":\"a\",\"code\":204}", false},
        {"{\"msg\":\"a\",\"status\":-200}", "{\"msg\":\"a\",\"status\":-201}", false},
        {"{\"msg\":\"a\",\"status\":\"ok\"}", "{\"msg\":\"a\",\"status\":\"failed\"}", false},
        {"{\"msg\":\"a\",\"status\":123456}", "{\"msg\":\"a\",\"status\":654321}", true},
        {"{\"msg\":\"a\",\"country_code\":\"DE\"}", "{\"msg\":\"a\",\"country_code\":\"FR\"}", true},
        {"{\"msg\":\"a\",\"n\":1}", "{\"msg\":\"a\",\"n\":2}", true},
        {"level=info msg=a status=200", "level=info msg=a status=500", false},
        /* what job begins, which flag is set; a number is an id of a run */
        {"{\"msg\":\"job started\",\"job\":\"sweep\"}",
         "{\"msg\":\"job started\",\"job\":\"rebuild-search\"}", false},
        {"{\"msg\":\"a\",\"flagKey\":\"cart.notes\"}", "{\"msg\":\"a\",\"flagKey\":\"home.tiles\"}", false},
        {"{\"msg\":\"a\",\"enabled\":true}", "{\"msg\":\"a\",\"enabled\":false}", false},
        {"level=info msg=\"job started\" cron_job=sweep", "level=info msg=\"job started\" cron_job=tally",
         false},
        {"{\"msg\":\"a\",\"job\":17}", "{\"msg\":\"a\",\"job\":18}", true},
        {"{\"msg\":\"a\",\"job\":\"run-9f31\"}", "{\"msg\":\"a\",\"job\":\"run-77ac\"}", true},
        {"{\"msg\":\"a\",\"user\":\"mia\"}", "{\"msg\":\"a\",\"user\":\"tom\"}", true},
    };
    struct line_reader reader;
    reader_open(&reader);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        cr_expect_eq(seed_of(&reader, pairs[i].a) == seed_of(&reader, pairs[i].b), pairs[i].same, "%s",
                     pairs[i].a);
    cr_expect_eq(seed_of(&reader, "{\"msg\":\"a\"}"), 0);
    line_reader_done(&reader);
}

Test(json_line, nesting_has_a_limit)
{
    enum { DEEP = 5000 };
    static char text[2 * DEEP + 64];
    struct line_reader reader;
    struct line line;
    static const struct {
        int depth;
        bool broken;
    } depths[] = {{10, false}, {JSON_DEPTH_MAX, false}, {JSON_DEPTH_MAX + 1, true}, {DEEP, true}};
    reader_open(&reader);
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        size_t n = (size_t)snprintf(text, sizeof text, "{\"x\":");
        memset(text + n, '[', (size_t)depths[i].depth);
        memset(text + n + depths[i].depth, ']', (size_t)depths[i].depth);
        n += 2 * (size_t)depths[i].depth;
        text[n++] = '}';
        cr_assert(line_parse(&reader, span_make(text, n), &line));
        cr_expect_eq((line.flags & LINE_BROKEN) != 0, depths[i].broken, "%d", depths[i].depth);
    }
    line_reader_done(&reader);
}
