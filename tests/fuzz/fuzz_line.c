/* The first half of the input is the head that a reader learns from, the second half is read line by line.
 * The answer must lie inside the line or in readable memory, and a line of a source that is not sequential
 * must read the same in a reader that has seen nothing before. */
#include "fuzz/fuzz.h"

#include "record/alike.h"
#include "record/line.h"
#include "record/severity.h"

enum { FLAGS_ALL = 2 * LINE_UNFINISHED - 1 };

static void check(const struct line *line)
{
    touch(line->raw);
    touch(line->message);
    touch(line->stream);
    touch(line->lines);
    touch(line->trace);
    require(line->lines.len == 0 || !memchr(line->message.ptr, '\n', line->message.len));
    require((line->flags & ~FLAGS_ALL) == 0);
    require(((line->flags & LINE_STAMPED) != 0) == (line->time_ns != TIME_NONE));
    require(((line->flags & LINE_EMPTY) != 0) == (line->message.len == 0));
    require(line->severity <= 24);
    require(severity_of_header(line->message) <= 24 && severity_of_words(line->message) <= 24);
}

static void check_same(const struct line *a, const struct line *b)
{
    require(a->time_ns == b->time_ns && a->flags == b->flags && a->severity == b->severity &&
            a->seed == b->seed);
    require(span_equal(a->message, b->message) && span_equal(a->stream, b->stream));
    require(span_equal(a->lines, b->lines) && span_equal(a->trace, b->trace));
}

/* The short way gives what the long one would, or nothing. */
static void check_short(struct line_reader *reader, struct line_reader *fresh, struct span raw)
{
    struct line_text text;
    struct line line;
    if (reader->sequential || !line_parse_text(reader, raw, &text))
        return;
    line_reader_forget(fresh);
    require(line_parse(fresh, raw, &line));
    require(text.time_ns == line.time_ns && text.flags == line.flags);
    require(span_equal(text.message, line.message) && span_equal(text.raw, line.raw));
    if (!(text.flags & (LINE_JSON | LINE_LOGFMT)))
        text.severity = 0, text.seed = 0, text.statuses = (struct span){0};
    require(text.message.len > 0 && line.severity == text.severity && line.seed == text.seed &&
            span_equal(text.stream, line.stream) && span_equal(text.statuses, line.statuses));
    line_reader_recycle(fresh);
    size_t skip;
    enum alike_way way = alike_way(reader, &skip);
    if (text.flags & (LINE_JSON | LINE_LOGFMT) || way == ALIKE_NONE)
        return;
    struct alike_line alike;
    uint32_t end = (uint32_t)raw.len;
    uint64_t *quotes = calloc(raw.len / 64 + 1, sizeof *quotes);
    require(quotes != NULL);
    for (size_t i = 0; i < raw.len; i++)
        quotes[i / 64] |= (uint64_t)(raw.ptr[i] == '"') << i % 64;
    alike_read(reader, raw.ptr, 0, &end, 1, quotes, &alike);
    free(quotes);
    if (alike.time_ns == TIME_NONE)
        return;
    require(alike.time_ns == text.time_ns && alike.at <= alike.end && alike.end <= raw.len);
    require(way != ALIKE_TEXT || raw.ptr + alike.at == text.message.ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    struct stamp_context context = {.reference_ns = civil_to_ns(&civil)};
    struct line_reader reader, fresh;
    struct line line, again;
    struct span head = span_make(bytes, size / 2), rest = span_skip(span_make(bytes, size), size / 2);
    line_reader_init(&reader, &context);
    line_reader_init(&fresh, &context);
    line_reader_learn(&reader, head);
    line_reader_learn(&fresh, head);
    while (rest.len) {
        struct span text;
        uint8_t *copy = take_line(&rest, &text);
        check_short(&reader, &fresh, text);
        bool complete = line_parse(&reader, text, &line);
        require(complete || reader.sequential);
        if (complete)
            check(&line);
        if (!reader.sequential) {
            line_reader_forget(&fresh);
            require(line_parse(&fresh, text, &again));
            check_same(&line, &again);
            line_reader_recycle(&fresh);
        }
        line_reader_recycle(&reader);
        free(copy);
    }
    while (line_finish(&reader, &line)) {
        check(&line);
        line_reader_recycle(&reader);
    }
    int64_t ahead;
    line_reader_newest(&reader, head, &ahead);
    line_reader_done(&reader);
    line_reader_done(&fresh);
    return 0;
}
