/* What a whole source tells of times that no line could tell by itself, and what it must not tell. */
#include "record/line.h"

#include <criterion/criterion.h>

static const struct {
    const char *name, *lines, *time; /* of the last line, now being 2026-11-21; NULL: none */
} sources[] = {
    {"time of day behind words",
     "** (app:12): WARNING **: 14:31:05.123: a\n** (app:12): WARNING **: 14:31:06.5: b",
     "2026-11-20T14:31:06.500Z"},
    {"how long each step took", "step a done 00:00:12\nstep b done 00:01:13\nstep c done 00:02:05", NULL},
    {"a span of time by its name", "copied a elapsed=01:02:03\ncopied b elapsed=01:02:04", NULL},
    {"a time of day here and there", "copied a\ncopied b at 14:31:05\ncopied c\ncopied d 14:31:05", NULL},
    {"milliseconds in a column", "REQUEST\t1\thome\t1786113065123\tOK\nREQUEST\t1\tcart\t1786113065124\tOK",
     "2026-08-07T14:31:05.124Z"},
    {"numbers of thirteen digits", "order 9786113065123 paid\norder 9786113065124 paid", NULL},
    {"numbers behind numbers",
     " 1  0  0 123456  78900 456789  0  0  1  2  3  4  1  0 99 2026-08-07 14:31:05\n"
     " 2  0  0 123456  78900 456789  0  0  1  2  3  4  1  0 99 2026-08-07 14:31:06",
     "2026-08-07T14:31:06Z"},
    {"a clock with dots", "14.31.05 JOB00012  $HASP373 A STARTED\n14.31.06 JOB00012  $HASP395 A ENDED",
     "2026-11-20T14:31:06Z"},
    {"a date with dots", "14.08.09 14:31:05 a\n14.08.09 14:31:06 b", "2009-08-14T14:31:06Z"},
    {"a date without a year behind words", "ERROR at Jul 23 14:31:05: a\nERROR at Jul 23 14:31:06: b",
     "2026-07-23T14:31:06Z"},
    {"pairs without quotes",
     "ts=2026-08-07 14:31:05 level=error msg=a\nts=2026-08-07 14:31:06 level=info msg=b",
     "2026-08-07T14:31:06Z"},
    {"a number behind an epoch",
     "ts=1786113065 12 parts level=error msg=a\nts=1786113066 13 parts level=info msg=b",
     "2026-08-07T14:31:06Z"},
    {"a stamp in front of a bar is no container", "1786113065 | ERROR | a\n1786113066 | INFO | b",
     "2026-08-07T14:31:06Z"},
    {"two blanks behind the stamp of s6-log",
     "2026-08-07 14:31:05.123456789  [INFO] a\n2026-08-07 14:31:06.123456789  b",
     "2026-08-07T14:31:06.123456789Z"},
    {"a version here and there", "10.12.05 is out\nnothing new\n10.12.06 is out", NULL},
};

Test(learn, times_of_a_source)
{
    const struct stamp_context context = {.reference_ns = 1795219200LL * NS_PER_SECOND};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct span text = span_of(sources[i].lines);
        const uint8_t *last = memrchr(text.ptr, '\n', text.len);
        char time[CIVIL_TEXT_BYTES] = "none";
        struct line_reader reader;
        struct line line;
        line_reader_init(&reader, &context);
        line_reader_learn(&reader, text);
        cr_assert(line_parse(&reader, span_skip(text, (size_t)(last + 1 - text.ptr)), &line));
        if (line.time_ns != TIME_NONE)
            civil_format(line.time_ns, time);
        cr_expect_str_eq(time, sources[i].time ? sources[i].time : "none", "%s: %s", sources[i].name, time);
        cr_expect(!(line.flags & LINE_INDENTED), "%s: goes on the line before", sources[i].name);
        line_reader_done(&reader);
    }
}
