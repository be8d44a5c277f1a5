/* Lines that masking makes equal: what alike.h tells of one must be what line_parse_text and join_text say of
 * it. */
#include "pattern/kernel.h"
#include "record/alike.h"
#include "record/join.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 60000, TEXT_BYTES = 400, ALIKE_MIN = 500 };

static uint64_t random_state = 7;

static unsigned below(unsigned n) /* splitmix64 */
{
    uint64_t x = random_state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (unsigned)(((x ^ x >> 31) >> 32) * n >> 32);
}

/* Words that something looks for at the beginning or end of a text, and such that masking takes away. */
static const char *const words[] = {"connection", "closed",  "at",     "from",     "panic:",    "Caused",
                                    "by:",        "thread",  "'main'", "stdout",   "F",         "st",
                                    "Jan",        "May",     "Sat",    "AM",       "PM",        "UTC",
                                    "(CEST)",     "Z",       "audit(", "=",        "a=b",       "level=",
                                    "[x]",        "note:",   "node:",  "n",        "goroutine", "File",
                                    "\"",         "%LINK-",  "Error:", "Foo.Bar(", "Next",      "Exit:",
                                    "Traceback",  "DETAIL:", "(x)",    ":",        "{",         "-",
                                    "status",     "exit",    "code:",  "#",        "...",       "$",
                                    "Foo$Bar",    "server"};
static const char *const numbers[] = {"7",
                                      "12345",
                                      "a1",
                                      "panic1",
                                      "at1",
                                      "x9-2",
                                      "Jan2",
                                      "503",
                                      "st0",
                                      "1st",
                                      "-4",
                                      "5ms",
                                      "n.js12",
                                      "A1",
                                      "Z0",
                                      "UTC2",
                                      "p1m",
                                      "10.0.4.17",
                                      "2026",
                                      "error7",
                                      "debug3",
                                      "stdou7",
                                      "\xc3\xa9"
                                      "1",
                                      "audit1",
                                      "File2",
                                      "F00"};

#define PICK(list) ((list)[below(sizeof(list) / sizeof *(list))])

/* Two texts of the same pieces; digits and blanks of the second are others, mostly. */
static void make_texts(char *one, char *two)
{
    char *p = stpcpy(one, below(2) ? "closing " : ""), *q = stpcpy(two, one);
    for (unsigned pieces = 1 + below(12), i = 0; i < pieces; i++) {
        if (below(3)) {
            const char *word = PICK(words);
            p = stpcpy(p, word), q = stpcpy(q, word);
        } else {
            p = stpcpy(p, PICK(numbers)), q = stpcpy(q, PICK(numbers));
        }
        if (below(8) == 0)
            continue;
        static const char *const blanks[] = {" ", "  ", "\t", " ", " ", " "};
        p = stpcpy(p, PICK(blanks)), q = stpcpy(q, below(2) ? PICK(blanks) : " ");
    }
    static const char *const ends[] = {"", "", "", ")", ":", " ", "\r", "x"};
    const char *end = PICK(ends);
    strcpy(p, end), strcpy(q, end);
}

struct source {
    const char *head;       /* what the reader learns from */
    const char *stamps[2];  /* of the two lines */
    const char *headers[6]; /* behind the stamps; each line has one of them */
};

static const struct source sources[] = {
    {"2026-08-07 14:31:05,123 INFO  [main] com.example.Shop - started in 12 ms\n"
     "2026-08-07 14:31:06,124 WARN  [main] com.example.Shop - slow request\n",
     {"2026-08-07 14:31:07,125 ", "2026-08-07 23:59:58,999 "},
     {"", "INFO ", "- ", "1234 ", "[", "(pool-1) "}},
    {"2026-08-07 14:31:05,123 INFO  [main] com.example.Shop - started in 12 ms\n"
     "2026-08-07 14:31:06,124 WARN  [main] com.example.Shop - slow request\n",
     {"2026-08-07 14:31:07,125 ", "2026-08-07 23:59:58,999 "},
     {"host-1 ", "host-22 sshd[7]: ", "h1\tx=y: ", "st1 F ",
      "am-1-pm: ", "com.example.some.long.names.of.packages: "}},
    {"2026-08-07T14:31:05.123456789Z stdout F INFO started in 12 ms\n"
     "2026-08-07T14:31:06.123456789Z stderr F WARN slow request\n",
     {"2026-08-07T14:31:07.000000001Z ", "2026-08-07T23:59:58.999999999Z "},
     {"stdout F ", "stderr F ", "stdout\tF ", "stdout F  ", "stdout P ", "stdout F INFO "}},
    {"Aug  7 14:31:05 web-1 sshd[4211]: connection closed by 10.0.4.17\n"
     "Aug  7 14:31:06 web-1 kernel: device eth0 entered promiscuous mode\n",
     {"Aug  7 14:31:07 ", "Aug  7 23:59:58 "},
     {"web-1 sshd[4211]: ", "web-2 sshd[7]: ", "web-1 sshd[123456789012345678901234567890]: ",
      "web-1 kernel: ", "debug3 sshd[7]: ", "web-1 worker-1[7]: "}},
    {"Aug  7 14:31:05 web-1 sshd[4211]: connection closed by 10.0.4.17\n"
     "Aug  7 14:31:06 web-1 kernel: device eth0 entered promiscuous mode\n",
     {"Aug  7 14:31:07 ", "Aug  7 23:59:58 "},
     {"web-1 worker-1[7]: ", "web-1 worker-22[7]: ", "PM2 cron[8]: ", "web-1 worker-1: ", "web-1 cron[x1]: ",
      "web-22 cron[7]: "}},
};

/* line: without its newline, which follows. */
static bool reads(struct line_reader *reader, struct span line, const struct alike *alike, size_t want_skip,
                  int64_t *ret_time_ns, size_t *ret_at)
{
    uint32_t end = (uint32_t)line.len;
    static const uint64_t no_quotes[TEXT_BYTES / 64 + 1];
    struct alike_line read;
    size_t skip, at;
    enum alike_way way = alike_way(reader, &skip);
    if ((way != ALIKE_TEXT && way != ALIKE_ENVELOPE) || skip != want_skip)
        return false;
    alike_read(reader, line.ptr, 0, &end, 1, no_quotes, &read);
    at = read.at;
    if (read.time_ns == TIME_NONE || read.end != end ||
        (way == ALIKE_ENVELOPE && !(at = alike_inside(reader, alike, line.ptr, at, end))))
        return false;
    *ret_time_ns = read.time_ns;
    *ret_at = at;
    return at + alike->at < end && alike_shares(alike, line.ptr + at);
}

static bool masked_alike(struct span one, struct span two)
{
    static uint8_t masked[2][TEXT_BYTES + 64];
    size_t n = kernel_scalar.mask(one.ptr, one.len, masked[0]);
    return n == kernel_scalar.mask(two.ptr, two.len, masked[1]) && memcmp(masked[0], masked[1], n) == 0;
}

static size_t check_source(const struct source *source)
{
    struct civil civil = {.year = 2026, .month = 8, .day = 9};
    struct stamp_context about = {.reference_ns = civil_to_ns(&civil)};
    struct line_reader reader;
    size_t alike_lines = 0;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, span_of(source->head));
    reader.may_escape = false;
    for (const char *p = source->head; *p; p = strchr(p, '\n') + 1) {
        struct line line;
        cr_assert(line_parse(&reader, span_make(p, (size_t)(strchr(p, '\n') - p)), &line));
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        char lines[2][TEXT_BYTES], texts[2][TEXT_BYTES];
        struct span line[2];
        make_texts(texts[0], texts[1]);
        for (unsigned i = 0; i < 2; i++) {
            int n = snprintf(lines[i], sizeof lines[i], "%s%s%s\n", source->stamps[i], PICK(source->headers),
                             texts[i]);
            cr_assert(n > 0 && (size_t)n < sizeof lines[i]);
            line[i] = span_make(lines[i], (size_t)n - 1);
        }
        struct line_text learnt, text;
        struct join join = {.last_ns = TIME_NONE}, fresh = join;
        struct alike alike;
        int64_t time_ns;
        size_t skip = strlen(source->stamps[0]), at;
        line_reader_recycle(&reader);
        if (!masked_alike(span_skip(line[0], skip), span_skip(line[1], skip)) ||
            !line_parse_text(&reader, line[0], &learnt) ||
            !join_text(&join, learnt.message, learnt.flags & LINE_ENVELOPE, false, 1, learnt.time_ns) ||
            !alike_learn(&reader, &learnt, &alike) || !reads(&reader, line[0], &alike, skip, &time_ns, &at) ||
            lines[0] + at != (const char *)learnt.message.ptr ||
            !reads(&reader, line[1], &alike, skip, &time_ns, &at))
            continue;
        alike_lines++;
        struct span said = alike_text(line[1].ptr, at, line[1].len);
        cr_assert(line_parse_text(&reader, line[1], &text), "%s%s", lines[0], lines[1]);
        cr_assert(text.time_ns == time_ns && text.flags == learnt.flags && span_equal(text.message, said) &&
                      span_equal(text.stream, learnt.stream),
                  "%s%s", lines[0], lines[1]);
        cr_assert(masked_alike(learnt.message, said), "%s%s", lines[0], lines[1]);
        bool envelope = text.flags & LINE_ENVELOPE;
        cr_assert(!envelope || join_alike(&join, envelope, 1), "%s", lines[0]); /* whatever comes */
        cr_assert(join_text(&fresh, said, envelope, false, 1, text.time_ns), "%s%s", lines[0], lines[1]);
        cr_assert_eq(join_alike(&join, envelope, 1), join_text(&join, said, envelope, false, 1, text.time_ns),
                     "%s%s", lines[0], lines[1]);
    }
    line_reader_done(&reader);
    return alike_lines;
}

Test(alike, what_masking_makes_equal_is_read_alike, .timeout = 120)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        size_t found = check_source(&sources[i]);
        cr_expect_geq(found, ALIKE_MIN, "source %zu: %zu lines", i, found);
    }
}

/* By hand: the writers of masked tags are not told apart, so no line of theirs is learnt; a word before the
 * mark that masking takes away may be any. */
Test(alike, what_the_masked_text_does_not_tell_is_not_learnt)
{
    static const struct {
        const char *line;
        bool learnt;
    } rows[] = {{"Aug  7 14:31:07 web-1 sshd[4211]: connection closed by 10.0.4.17", true},
                {"Aug  7 14:31:07 web-1 worker-1[4211]: connection closed by 10.0.4.17", false},
                {"Aug  7 14:31:07 web-1 sshd[4211]: conn1 closed by 10.0.4.17 for good", false},
                {"Aug  7 14:31:07 web-1 sshd[4211]: user=bob closed a connection", false},
                {"Aug  7 14:31:07 web-1 sshd[4211]: node started at line 12", false},
                {"Aug  7 14:31:07 web-1 sshd[4211]: node started at line 12 again", true}};
    static const char head[] = "Aug  7 14:31:05 web-1 sshd[4211]: connection closed by 10.0.4.17\n"
                               "Aug  7 14:31:06 web-1 kernel: device eth0 entered promiscuous mode\n";
    struct civil civil = {.year = 2026, .month = 8, .day = 9};
    struct stamp_context about = {.reference_ns = civil_to_ns(&civil)};
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, span_of(head));
    reader.may_escape = false;
    for (const char *p = head; *p; p = strchr(p, '\n') + 1)
        cr_assert(line_parse(&reader, span_make(p, strcspn(p, "\n")), &line));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line_text text;
        struct alike alike;
        bool learnt =
            line_parse_text(&reader, span_of(rows[i].line), &text) && alike_learn(&reader, &text, &alike);
        cr_expect_eq(learnt, rows[i].learnt, "%s", rows[i].line);
    }
    line_reader_done(&reader);
}

/* ---- named values ---- */

/* m: a message; t, d: a time; l: a level; s: a status; v: any value, which the two lines need not share. */
static const char *const shapes[] = {
    "{\"level\":\"info\",\"ts\":%t,\"msg\":\"%m\",\"size\":%v,\"user\":\"%v\"}",
    "{\"level\":%l,\"time\":%t,\"pid\":17,\"res\":{\"statusCode\":%s},\"msg\":\"%m\"}",
    "{\"time\":\"%d\",\"service\":\"%v\",\"status\":%s,\"message\":\"%m\"}",
    "{\"time\":\"%d\",\"level\":\"warn\",\"queue\":\"%v\",\"message\":\"%m\", \"took\":%v}",
    "time=%d level=info msg=\"%m\" user=%v took=5ms",
    "level=warn ts=%d component=%v code=%s msg=\"%m\"",
    /* a name with a digit; what may be another program's line, or not */
    "ts=%d level=info p99=%v msg=\"%m\"",
    "{\"level\":\"info\",\"ts\":%t,\"msg\":\"Aug %v 14:31:05 shop: %m\"}",
};
static const char *const openings[] = {
    "order", "Order", "Aug",       "May",    "paid",   "set",
    "[",     "(",     "closed by", "audit(", "scaled", "2026-08-07 14:31:05",
    "{",     "<3>",   "GET /cart", "\\n",    "a  b"};
static const char *const values[] = {
    "7",   "12345",     "a1", "x9-2", "503", "20",    "30",   "1_000", "-4",   "set5",   "add3", "5\xc2\xb5s",
    "1+2", "worker-17", "A1", "200",  "set", "alice", "shop", "true",  "null", "a\\\"1", "7 8",  ""};

static char *put_value(char *p, char kind, unsigned choice)
{
    switch (kind) {
    case 't': return p + sprintf(p, "17861130%02u.%03u", choice, choice * 7);
    case 'd': return p + sprintf(p, "2026-08-07T14:31:%02u.%03uZ", choice, choice * 7);
    case 'l': return p + sprintf(p, "%u", 10 * (1 + choice % 5));
    case 's': return p + sprintf(p, "%u", 200 + choice % 4 * 101);
    default: return stpcpy(p, values[choice]);
    }
}

/* Two lines, each with a newline behind it. */
static void make_lines(const char *shape, char *one, char *two)
{
    enum { VALUES = sizeof values / sizeof *values };
    const char *opening = PICK(openings);
    bool more = below(2);
    for (; *shape; shape++) {
        unsigned a = below(VALUES), b = below(2) ? a : below(VALUES);
        if (*shape != '%') {
            *one++ = *two++ = *shape;
        } else if (*++shape != 'm') {
            one = put_value(one, *shape, a), two = put_value(two, *shape, b);
        } else {
            one = stpcpy(put_value(stpcpy(stpcpy(one, opening), " "), 'v', a), more ? " in time" : "");
            two = stpcpy(put_value(stpcpy(stpcpy(two, opening), " "), 'v', b), more ? " in time" : "");
        }
    }
    strcpy(one, "\n"), strcpy(two, "\n");
}

/* Part of the first line of a survey: what stands there in the second. */
static struct span place_in(const struct kernel *kernel, const struct survey *survey, struct span part)
{
    size_t at[2] = {(size_t)(part.ptr - survey->text) - 1, (size_t)(part.ptr - survey->text) + part.len};
    uint16_t behind[2];
    kernel->masked_at(survey, 0, at, 2, behind);
    cr_assert(kernel->text_at(survey, survey->ends[0] + 1, behind, 2, at));
    return span_make(survey->text + at[0] + 1, at[1] - at[0] - 1);
}

static bool same_words(const struct kernel *kernel, const struct survey *survey,
                       const struct alike_values *values_told)
{
    bool same = true;
    for (unsigned i = 0; i < values_told->count; i++)
        same &= span_equal(values_told->words[i], place_in(kernel, survey, values_told->words[i]));
    struct span message = values_told->message;
    return same && (!values_told->same || span_equal(message, place_in(kernel, survey, message)));
}

static size_t check_values(const struct kernel *kernel, const char *shape)
{
    static struct survey survey;
    struct stamp_context about = {.reference_ns = 1786200000000000000};
    struct line_reader reader, other;
    size_t alike_lines = 0;
    line_reader_init(&reader, &about);
    line_reader_init(&other, &about);
    other.long_way = true;
    for (unsigned round = 0; round < ROUNDS; round++) {
        char text[3 * TEXT_BYTES], two[TEXT_BYTES];
        struct line line;
        struct line_text learnt;
        struct alike_values told;
        struct join join = {.last_ns = TIME_NONE};
        uint64_t hashes[2];
        make_lines(shape, text, two);
        strcat(text, two);
        if (round == 0) {
            line_reader_learn(&reader, span_of(text));
            line_reader_learn(&other, span_of(text));
            reader.may_escape = other.may_escape = false;
        }
        kernel->survey((const uint8_t *)text, strlen(text), &survey);
        kernel->hash_whole(&survey, 2, hashes);
        struct span first = span_make(text, survey.ends[0]);
        struct span second = span_make(text + survey.ends[0] + 1, survey.ends[1] - survey.ends[0] - 1);
        line_reader_recycle(&reader);
        line_reader_recycle(&other);
        line_parse(&reader, first, &line);
        if (survey.colons || hashes[0] != hashes[1] || !hashes[0] || !alike_is_values(&reader) ||
            !line_parse_text(&reader, first, &learnt) ||
            !join_text(&join, learnt.message, false, false, 1, learnt.time_ns) ||
            !alike_learn_values(&reader, &learnt, &told) || !same_words(kernel, &survey, &told))
            continue;
        int64_t time_ns;
        uint16_t flags;
        struct span message = span_trim(place_in(kernel, &survey, told.message));
        bool timed = alike_time(&reader, place_in(kernel, &survey, told.time), &time_ns, &flags);
        if (!timed)
            continue;
        alike_lines++;
        cr_assert(line_parse(&other, second, &line), "%s", text);
        cr_assert(line.time_ns == time_ns && line.seed == learnt.seed && line.severity == learnt.severity &&
                      line.flags == ((learnt.flags & (LINE_JSON | LINE_LOGFMT)) | flags) &&
                      span_equal(line.stream, learnt.stream) && span_equal(line.statuses, learnt.statuses) &&
                      span_equal(line.message, message) && !line.lines.len && !line.trace.len,
                  "%s", text);
        cr_assert(masked_alike(learnt.message, message), "%s", text);
        join = (struct join){.last_ns = TIME_NONE};
        cr_assert(join_text(&join, message, false, false, 1, time_ns), "%s", text);
    }
    line_reader_done(&reader);
    line_reader_done(&other);
    return alike_lines;
}

Test(alike, named_values_that_masking_makes_equal_are_read_alike, .timeout = 120)
{
    enum { SHAPES = sizeof shapes / sizeof *shapes, NOT_LEARNT = 2 /* the last ones */ };
    const struct kernel *kernel = kernel_choose(NULL, NULL);
    for (size_t i = 0; kernel->survey && i < SHAPES; i++) {
        size_t found = check_values(kernel, shapes[i]);
        if (i >= SHAPES - NOT_LEARNT)
            cr_expect_eq(found, 0);
        else
            cr_expect_geq(found, ALIKE_MIN, "'%s': %zu lines", shapes[i], found);
    }
}

/* Of access logs: what is told of the server's words, and when, is what line_parse_text says; it is told of
 * all usual lines. The lines are as Apache and nginx document them. */
Test(alike, requests_end_where_they_are_read_to_end)
{
    static const struct {
        const char *line;
        bool told;
    } rows[] = {
        {"127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326 "
         "\"http://www.example.com/start.html\" \"Mozilla/4.08 [en] (Win98; I ;Nav)\"",
         true},
        {"192.0.2.117 - - [10/Oct/2000:13:55:37 -0700] \"GET /apache_pb.gif HTTP/1.0\" 404 12 "
         "\"-\" \"curl/8.4.0\"                                 ",
         true},
        {"192.0.2.117 - - [10/Oct/2000:13:55:38 -0700] \"POST /cart?id=12345678901234567890 HTTP/1.1\" 200 1 "
         "\"-\" \"-\"",
         true},
        {"192.0.2.117 - - [10/Oct/2000:13:55:38 -0700] \"GET /a/\\\"quoted\\\"/b HTTP/1.1\" 200 1 "
         "\"-\" \"Mozilla/5.0 (X11)\"",
         false},
        {"192.0.2.117 - - [10/Oct/2000:13:55:39 -0700] \"GET /cart HTTP/2.0\" 503 190 \"-\" \"curl/8.4.0\" "
         "31 "
         "0.000 [shop-cart-80] []",
         false},
        {"192.0.2.117 - - [10/Oct/2000:13:55:40 -0700] \"GET /cart HTTP/2.0\" 503 190 \"-\" \"curl/8.4.0\" "
         "31 "
         "0.000                    ",
         true},
        {"192.0.2.117 - - [10/Oct/2000:13:55:41 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326 "
         "\"http://www.example.com/start.html\" \"Mozilla/4.08 [en] (Win98; cut of",
         true},
    };
    enum { ROWS = sizeof rows / sizeof *rows, LOG_BYTES = 4096 };
    static char log[LOG_BYTES];
    uint64_t quotes[LOG_BYTES / 64] = {0};
    uint32_t ends[ROWS];
    struct alike_line lines[ROWS];
    struct civil civil = {.year = 2000, .month = 11, .day = 1};
    struct stamp_context about = {.reference_ns = civil_to_ns(&civil)};
    struct line_reader reader;
    struct line line;
    char *p = log;
    for (size_t i = 0; i < ROWS; i++) {
        p = stpcpy(p, rows[i].line);
        ends[i] = (uint32_t)(p - log);
        *p++ = '\n';
    }
    for (size_t i = 0; log[i]; i++)
        quotes[i / 64] |= (uint64_t)(log[i] == '"') << i % 64;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, span_of(log));
    reader.may_escape = false;
    for (size_t times = 0; times < 2; times++)
        cr_assert(line_parse(&reader, span_of(rows[0].line), &line));
    size_t skip, told = 0;
    cr_assert_eq(alike_way(&reader, &skip), ALIKE_REQUEST);
    alike_read(&reader, (const uint8_t *)log, 0, ends, ROWS, quotes, lines);
    for (size_t i = 0, start = 0; i < ROWS; start = ends[i++] + 1) {
        struct line_text text;
        struct alike alike;
        cr_assert(line_parse_text(&reader, span_make(log + start, ends[i] - start), &text), "%s",
                  rows[i].line);
        cr_expect_eq(lines[i].time_ns != TIME_NONE, rows[i].told, "%s", rows[i].line);
        if (lines[i].time_ns == TIME_NONE)
            continue;
        cr_expect_eq(lines[i].time_ns, text.time_ns);
        cr_expect(log + lines[i].at == (const char *)text.message.ptr &&
                      lines[i].end - lines[i].at == text.message.len && alike_learn(&reader, &text, &alike),
                  "%s", rows[i].line);
        told++;
    }
    line_reader_done(&reader);
    cr_expect_eq(told, 5);
}

/* A stamp of another day: what was read by the one before is stale. */
Test(alike, another_layout_is_another_version)
{
    static const char head[] = "2026-08-07 14:31:05,123 INFO  [main] com.example.Shop - started in 12 ms\n"
                               "2026-08-08 14:31:06,124 WARN  [main] com.example.Shop - slow request\n";
    struct civil civil = {.year = 2026, .month = 8, .day = 9};
    struct stamp_context about = {.reference_ns = civil_to_ns(&civil)};
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, span_of(head));
    reader.may_escape = false;
    uint32_t versions[2];
    const char *p = head;
    for (size_t i = 0; i < 2; i++, p = strchr(p, '\n') + 1) {
        for (size_t times = 0; times < 2;
             times++) /* once to find the stamp, once to see how it is laid out */
            cr_assert(line_parse(&reader, span_make(p, strcspn(p, "\n")), &line));
        versions[i] = alike_version(&reader);
    }
    cr_expect_neq(versions[0], versions[1]);
    line_reader_done(&reader);
}
