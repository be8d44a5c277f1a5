/* check_line: tables of lines of one source, and what each is to be read as. The first lines are also its
 * head. Expected values are written by hand from the lines.
 *
 *     static const struct expected rows[] = {{"2026-08-07T14:31:05Z INFO up", "2026-08-07T14:31:05Z", 9, "",
 * "INFO up", 0}}; CHECK(FORMAT_PLAIN, false, rows);
 */
#ifndef ONSET_TESTS_CHECK_LINE_H
#define ONSET_TESTS_CHECK_LINE_H

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

static inline struct stamp_context context(void)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    return (struct stamp_context){.reference_ns = civil_to_ns(&civil)};
}

static inline struct span head_of(const struct expected *rows, size_t count)
{
    static char head[65536];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(head + n, sizeof head - n, "%s\n", rows[i].raw);
    return span_make(head, n);
}

static inline void check_line(const char *source, const struct expected *row, const struct line *line)
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

static inline void check_source(enum line_format format, bool sequential, const struct expected *rows,
                                size_t count)
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

#endif
