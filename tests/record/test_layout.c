/* Lines that are laid out as earlier ones are read by comparing (layout.h), those of CRI too (line_cri.c). A
 * reader that remembers must read every line as one that never does: here lines of many layouts, with values
 * and other bytes changed, left out or cut off. */
#include "record/layout.h"
#include "record/line.h"
#include "record/reader_state.h"
#include "record/twins.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINES_OF_A_SOURCE = 8, ROUNDS = 12000 };

static const char *const sources[][LINES_OF_A_SOURCE] = {
    {"{\"level\":\"info\",\"ts\":1786060800.003134,\"logger\":\"db\",\"msg\":\"pool grew to "
     "7\",\"status\":204}",
     "{\"level\":\"error\",\"ts\":1786060801.5,\"msg\":\"lost \\\"x\\\" \\u00e9\",\"error\":\"timed "
     "out\",\"n\":[1,2]}",
     "{\"level\":\"info\",\"ts\":1786060802.1,\"msg\":\"\",\"a\":{\"b\":[{\"c\":null}]},\"status\":\"503\"}",
     "{\"level\":\"warn\",\"ts\":\"2026-08-07T00:00:03.5Z\",\"msg\":{\"text\":\"nested\"},\"app\":\"shop\"}",
     "{ \"level\": \"info\", \"time\": 1786060804001, \"message\": \"spaced\", \"exit_code\": 7 }",
     "{\"msg\":\"one\",\"msg\":\"two\",\"level\":30,\"level\":50,\"time\":1786060805001,\"hostname\":\"h\","
     "\"name\":\"n\"}",
     "{\"level\":30,\"res\":{\"statusCode\":500},\"req\":{\"headers\":{\"user-agent\":\"curl\"}},\"msg\":"
     "\"a\"},",
     "{}"},
    {"{\"log\":\"plain text\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-07T00:00:00.003134718Z\"}",
     "{\"log\":\"{\\\"level\\\":\\\"error\\\",\\\"msg\\\":\\\"inner\\\"}\\n\",\"stream\":\"stderr\",\"time\":"
     "\"2026-08-07T00:00:01.1Z\"}",
     "{\"log\":\"level=warn msg=\\\"inner pairs\\\" "
     "code=7\\n\",\"stream\":\"stderr\",\"time\":\"2026-08-07T00:00:02.12Z\"}",
     "{\"log\":\"\\u001b[31mred\\u001b[0m\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-07T00:00:02Z\"}",
     "{\"log\":\"\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-07T00:00:02Z\"}",
     "{\"log\":\"2026-08-07 00:00:02,123 ERROR "
     "x\\r\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-07T00:00:02Z\"}",
     "{\"log\":\"\\tat "
     "a.b.C\\n\",\"stream\":\"stdout\",\"attrs\":{\"tag\":\"x\"},\"time\":\"2026-08-07T00:00:02Z\"}",
     "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"1786060804001\"}"},
    {"{\"MESSAGE\":\"Started "
     "x\",\"PRIORITY\":\"6\",\"__REALTIME_TIMESTAMP\":\"1786060800003134\",\"_COMM\":\"systemd\"}",
     "{\"MESSAGE\":[72,105],\"PRIORITY\":\"3\",\"__REALTIME_TIMESTAMP\":\"1786060800003134\",\"_COMM\":"
     "\"a\"}",
     "{\"MESSAGE\":[\"one\",[255,254]],\"PRIORITY\":\"3\",\"__REALTIME_TIMESTAMP\":\"1786060800003134\"}",
     "{\"MESSAGE\":null,\"PRIORITY\":\"3\",\"__REALTIME_TIMESTAMP\":\"1786060800003134\"}",
     "{\"timeUnixNano\":\"1786060800003134000\",\"severityNumber\":17,\"body\":{\"stringValue\":\"otel\"},"
     "\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}}]}",
     "{\"date\":\"2026-08-07\",\"time\":\"00:00:05\",\"message\":\"in two\",\"severity\":\"ERROR\"}",
     "{\"instant\":{\"epochSecond\":1786060800,\"nanoOfSecond\":3},\"thrown\":{\"message\":\"bad\"},"
     "\"message\":\"m\",\"level\":\"ERROR\"}",
     "{\"kubernetes\":{\"pod_name\":\"web-1\",\"labels\":{\"app\":\"web\"}},\"log\":\"x\",\"grpc.code\":"
     "\"OK\",\"sqlstate\":\"40001\"}"},
    {"ts=2026-08-07T00:00:00.003Z level=info caller=stock.go:242 component=db msg=\"grew to 7\" "
     "duration=244.908ms",
     "ts=2026-08-07T00:00:00.008Z level=error caller=x.go:7 msg=\"lost \\\"x\\\"\" err=\"timed out\" "
     "status=503",
     "time=\"2026-08-07T00:00:01Z\" level=warning msg=plain user= code=7",
     "level=info msg=\"\" a=b c=d e=f g=h i=j k=l m=n", "a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 level=info msg=late",
     "  level=info  msg=x\ty=\"z\"w=1  ", "level=info msg=say \"hi there\" x=1",
     "at=info method=GET path=\"/x\" status=200 C:\\dir=\"y\""},
    {"2026-08-07T00:00:00.003134718Z stdout F {\"level\":\"info\",\"msg\":\"in CRI\",\"code\":5}",
     "2026-08-07T00:00:00.003134718Z stdout F level=info msg=\"in CRI\" code=5",
     "2026-08-07T00:00:00.003134718Z stderr F {\"level\":\"error\",\"msg\":\"in \\\"CRI\\\"\",\"code\":5}",
     "2026-08-07T00:00:00.003134718Z stderr F {\"ts\":1786060801.5,\"level\":\"error\",\"msg\":\"level=warn "
     "msg=deeper\"}",
     "2026-08-07T00:00:00.003134718Z stdout F "
     "{\"message\":\"{\\\"level\\\":\\\"warn\\\",\\\"msg\\\":\\\"deeper\\\"}\"}",
     "2026-08-07T00:00:00.003134718Z stdout F INFO  text", "2026-08-07T00:00:00.1Z stdout F a=1 level=info",
     "2026-08-07T00:00:00.003134718Z stdout F"},
    {"2026-08-07T14:31:05.003134718Z stdout F INFO  [db.Pool] one text and more",
     "2026-08-07T14:31:05.903134718Z stderr F INFO  [db.Pool] other text",
     "2026-08-07T14:31:05.103134718Z stdout F   at a.b.C(D.java:7) indented",
     "2026-08-07T16:31:05.103134718+02:00 stdout F text of another zone",
     "2026-08-07T16:31:05.203134718+02:00 stderr F level=warn msg=\"pairs\"",
     "2026-08-07T14:31:06.103134718Z stdout F 2026-08-07 14:31:05,123 ERROR inner",
     "2026-08-07T14:31:05.103134718Z stdout F:x text", "2026-08-07T14:31:05.103134718Z stdout F "},
    {"{\"name\":\"cart\",\"hostname\":\"web-1\",\"pid\":7,\"level\":30,\"time\":1786060800123,\"msg\":\"one "
     "two\"}",
     "{\"level\":\"info\",\"time\":\"2026-08-07T00:00:01.5Z\",\"service\":\"cart\",\"status\":503,\"msg\":"
     "\"answered\"}",
     "{\"level\":\"info\",\"time\":\"2026-08-07T00:00:01.5Z\",\"app\":\"cart\",\"namespace\":\"shop\","
     "\"msg\":"
     "\"deleted pod\"}",
     "{\"time\":\"2026-08-07T00:00:02.5Z\",\"level\":\"INFO\",\"msg\":\"says "
     "little\",\"state\":\"READY\",\"result\":\"ok\",\"job\":\"reindex\"}",
     "{\"type\":\"access\",\"time\":\"2026-08-07 00:00:02,500\",\"level\":\"WARNING\",\"message\":\"slow\"}",
     "{\"level\":\"error\",\"ts\":1786060800.5,\"msg\":\"audit(1786060800.243:24287): x\"}",
     "{\"level\":\"error\",\"ts\":1786060800.5,\"msg\":\"2026-08-07 00:00:02 WARN inner\"}",
     "{\"status\":\"error\",\"ts\":1786060800,\"msg\":\" x \"}"},
    {"ts=1786060800.5 level=info msg=\"one two\" status=200 code=5",
     "time=2026-08-07T00:00:00Z level=info msg=\"three\" app=cart namespace=shop",
     "time=2026-08-07T00:00:00Z level=info msg=\"deleted\" app=cart namespace=shop",
     "time=2026-08-07T00:00:00+02:00 lvl=info msg=\"say \\\"it\\\"\" stream=stderr",
     "level=info ts=1786060800123 a=1 b=2 c=3 d=4 e=5 f=6 g=7 msg=\"late\"",
     "t=2026-08-07T00:00:00Z level=warn status=503 msg=\"answered\"",
     "level=info status=\"\" msg=\"no time\"", "level=info msg=\"  \" result=failed"},
};

static uint64_t random_state;

static size_t below(size_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % n;
}

/* Up to three bytes of text changed, left out or doubled, mostly to what says nothing. */
static size_t change(char *text, size_t len)
{
    static const char telling[] = "\"\\{}[]:,= \t-+.0\x1b", other[] = "abcxyz0123456789";
    for (size_t changes = below(4); changes > 0 && len > 1; changes--) {
        size_t at = below(len);
        switch (below(12)) {
        case 0: len = at; break;
        case 1: memmove(text + at, text + at + 1, --len - at); break;
        case 2: memmove(text + at + 1, text + at, len++ - at); break;
        case 3:
        case 4: text[at] = telling[below(sizeof telling - 1)]; break;
        default: text[at] = other[below(sizeof other - 1)];
        }
    }
    return len;
}

static void check_same(const struct line *a, const struct line *b, struct span text)
{
    cr_assert(a->time_ns == b->time_ns && a->flags == b->flags && a->severity == b->severity &&
                  a->seed == b->seed && span_equal(a->message, b->message) &&
                  span_equal(a->stream, b->stream) && span_equal(a->statuses, b->statuses),
              "%.*s: %lld %x %u %llx '%.*s', %lld %x %u %llx '%.*s'", (int)text.len, (const char *)text.ptr,
              (long long)a->time_ns, a->flags, a->severity, (unsigned long long)a->seed, (int)a->message.len,
              (const char *)a->message.ptr, (long long)b->time_ns, b->flags, b->severity,
              (unsigned long long)b->seed, (int)b->message.len, (const char *)b->message.ptr);
}

/* line_parse_text tells less than line_parse, and nothing else. */
static bool check_short(struct line_reader *reader, const struct line *want, struct span raw)
{
    struct line_text text;
    reader->may_escape = memchr(raw.ptr, 0x1b, raw.len) != NULL;
    if (!line_parse_text(reader, raw, &text))
        return false;
    struct line line = {.raw = text.raw,
                        .message = text.message,
                        .stream = text.stream,
                        .time_ns = text.time_ns,
                        .flags = text.flags};
    if (text.flags & (LINE_JSON | LINE_LOGFMT)) {
        line.statuses = text.statuses;
        line.seed = text.seed;
        line.severity = text.severity;
    }
    check_same(&line, want, raw);
    cr_assert(want->lines.len == 0 && want->trace.len == 0 && text.message.len);
    return true;
}

static size_t hits_of(const struct line_reader *reader)
{
    const struct reader_state *state = reader->state;
    size_t hits = 0;
    for (int i = 0; i < 2; i++)
        hits += state->objects[i].hits + state->pairs[i].hits;
    return hits;
}

static size_t twins_of(const struct line_reader *reader)
{
    const struct reader_state *state = reader->state;
    const struct layouts *all[] = {&state->objects[0], &state->objects[1], &state->pairs[0],
                                   &state->pairs[1]};
    size_t finds = 0;
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; all[i]->twins && j < all[i]->twins->plan_count; j++)
            finds += all[i]->twins->plans[j].finds;
    return finds;
}

/* These lines are less alike than it takes to keep on. */
static void keep_on(const struct line_reader *reader)
{
    struct reader_state *state = reader->state;
    for (int i = 0; i < 2; i++)
        state->objects[i].misses = state->pairs[i].misses = 0;
}

Test(layout, reads_as_the_long_way)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    struct stamp_context about = {.reference_ns = civil_to_ns(&civil)};
    size_t hits = 0, twins = 0, in_short = 0;
    random_state = 5;
    for (size_t s = 0; s < sizeof sources / sizeof *sources; s++) {
        struct line_reader one, two;
        struct line a, b;
        char head[8192];
        size_t n = 0;
        for (size_t i = 0; i < LINES_OF_A_SOURCE; i++)
            n += (size_t)snprintf(head + n, sizeof head - n, "%s\n", sources[s][i]);
        line_reader_init(&one, &about);
        line_reader_init(&two, &about);
        line_reader_learn(&one, span_make(head, n));
        line_reader_learn(&two, span_make(head, n));
        two.long_way = true;
        for (size_t i = 0; i < ROUNDS; i++) {
            const char *sample = sources[s][below(LINES_OF_A_SOURCE)];
            char *text = malloc(strlen(sample) + 4);
            size_t len = change(strcpy(text, sample), strlen(sample));
            text = realloc(text, len + (len == 0)); /* so that a sanitizer sees a byte too far */
            struct span raw = span_make(text, len);
            line_reader_forget(&two);
            size_t before = hits_of(&one), finds = twins_of(&one);
            bool complete = line_parse(&one, raw, &a);
            hits += hits_of(&one) > before;
            twins += twins_of(&one) > finds;
            keep_on(&one);
            cr_assert_eq(complete, line_parse(&two, raw, &b), "%.*s", (int)len, text);
            if (complete)
                check_same(&a, &b, raw);
            if (complete && !one.sequential)
                in_short += check_short(&one, &b, raw);
            one.may_escape = true;
            free(text);
            line_reader_recycle(&one);
            line_reader_recycle(&two);
            if (i % 2000 == 1999)
                line_reader_forget(&one);
        }
        line_reader_done(&one);
        line_reader_done(&two);
    }
    cr_expect_gt(hits, (size_t)ROUNDS, "%zu lines were like one before", hits);
    cr_expect_gt(in_short, (size_t)ROUNDS / 4, "%zu lines were read in short", in_short);
    cr_expect_gt(twins, (size_t)ROUNDS / 2, "%zu lines had a twin", twins);
}

/* Values are what is between the gaps, however a line is built: the long way's answers, by hand. */
Test(layout, knows_values_by_place)
{
    static const char *const lines[] = {
        "{\"level\":\"info\",\"msg\":\"one\",\"user\":\"a\"}",
        "{\"level\":\"error\",\"msg\":\"two \\\"quoted\\\"\",\"user\":\"b\"}",
        "{\"level\":\"info\",\"msg\":\"three\",\"level\":\"fatal\"}",
        "{\"level\":\"error\",\"msg\":\"four\",\"user\":\"\\\",\\\"level\\\":\\\"info\"}",
    };
    static const struct {
        int severity;
        const char *message;
    } want[] = {{9, "one"}, {17, "two \"quoted\""}, {9, "three"}, {17, "four"}};
    struct stamp_context about = {.reference_ns = 0};
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    for (size_t i = 0; i < 8; i++) {
        cr_assert(line_parse(&reader, span_of(lines[i % 4]), &line));
        cr_expect_eq(line.severity, want[i % 4].severity, "%s: %d", lines[i % 4], line.severity);
        cr_expect(span_equal(line.message, span_of(want[i % 4].message)), "%s: %.*s", lines[i % 4],
                  (int)line.message.len, (const char *)line.message.ptr);
        line_reader_recycle(&reader);
    }
    cr_expect_eq(hits_of(&reader), 6, "%zu", hits_of(&reader)); /* the first and the third make paths */
    line_reader_done(&reader);
}

/* A value that was empty in the line from which a path was learnt is asked for all the same. */
Test(layout, asks_for_what_was_empty)
{
    static const char *const lines[] = {"level=info msg=\"\" caller=a.go:7",
                                        "level=info msg=\"\" caller=b.go:8",
                                        "level=info msg=\"found\" caller=c.go:9",
                                        "{\"level\":\"info\",\"msg\":\"\",\"caller\":\"a.go\"}",
                                        "{\"level\":\"info\",\"msg\":\"\",\"caller\":\"b.go\"}",
                                        "{\"level\":\"info\",\"msg\":\"found\",\"caller\":\"c.go\"}"};
    struct stamp_context about = {.reference_ns = 0};
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_assert(line_parse(&reader, span_of(lines[i]), &line));
        if (i % 3 == 2)
            cr_expect(span_equal(line.message, span_of("found")), "%s: %.*s", lines[i], (int)line.message.len,
                      (const char *)line.message.ptr);
        line_reader_recycle(&reader);
    }
    line_reader_done(&reader);
}

/* Names that are other in each line are no layout: no more is kept of them than may be. */
Test(layout, is_bounded)
{
    struct stamp_context about = {.reference_ns = 0};
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    struct reader_state *state = reader.state;
    char text[4096];
    for (unsigned i = 0; i < 30000; i++) {
        size_t n = (size_t)snprintf(text, sizeof text, "{\"level\":\"info\",\"status_%u\":%u,\"msg\":\"x\"",
                                    i / 2, i);
        for (unsigned j = 0; j < i % 90; j++)
            n += (size_t)snprintf(text + n, sizeof text - n, ",\"key%u\":\"v\"", i + j);
        n += (size_t)snprintf(text + n, sizeof text - n, "}");
        cr_assert(line_parse(&reader, span_make(text, n), &line));
        cr_assert(span_equal(line.message, span_of("x")));
        cr_assert_leq(state->objects[0].node_count, LAYOUT_NODES_MAX);
        cr_assert_leq(state->objects[0].name_count, LAYOUT_NAMES_MAX);
        line_reader_recycle(&reader);
    }
    cr_expect(state->objects[0].off);
    line_reader_done(&reader);
}
