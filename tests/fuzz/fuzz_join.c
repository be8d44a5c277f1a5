/* Which lines are one record. The first half of the input is the head that the reader learns from. A line of
 * which join_boundary says that it starts a record does so whatever came earlier: a join that has seen
 * nothing before it says the same of it and of all lines behind it. */
#include "fuzz/fuzz.h"

#include "record/join.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct stamp_context context = {.reference_ns = 1786114800LL * NS_PER_SECOND};
    struct span rest = span_skip(span_make(bytes, size), size / 2), text;
    struct join join = {.last_ns = TIME_NONE}, fresh = join;
    struct line_reader reader;
    struct line line, before;
    bool any = false, cut = false;
    int64_t time_ns = context.reference_ns;
    uint8_t *copy_before = NULL;
    line_reader_init(&reader, &context);
    line_reader_learn(&reader, span_make(bytes, size / 2));
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &text);
        bool complete = line_parse(&reader, text, &line);
        if (!complete || line.flags & LINE_EMPTY) { /* no line to come stands right behind the one before */
            free(copy);
            any = false;
            continue;
        }
        time_ns = line.time_ns == TIME_NONE ? time_ns : line.time_ns;
        bool boundary = any && reader.stamped && !reader.sequential && join_boundary(&before, &line);
        enum joined joined = join_next(&join, &line, 1, time_ns, reader.stamped);
        require(joined <= JOINED_FRAME && join.lines <= JOIN_LINES_MAX);
        require(!boundary || joined == JOINED_RECORD);
        if (boundary)
            fresh = (struct join){.last_ns = TIME_NONE};
        cut |= boundary;
        if (cut)
            require(join_next(&fresh, &line, 1, time_ns, reader.stamped) == joined);
        free(copy_before);
        copy_before = copy;
        before = line;
        any = true;
        if (reader.sequential)
            line_reader_recycle(&reader);
    }
    free(copy_before);
    line_reader_done(&reader);
    return 0;
}
