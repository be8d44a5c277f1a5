/* Records that a runtime wrote in parts. Lines are laid out as containerd, docker's json-file driver and
 * kubectl do (16 KiB a part). */
#include "base/text.h"
#include "record/line.h"

#include <criterion/criterion.h>

enum { PART = 16384 };

static void add_filler(struct text *text, size_t bytes, char byte)
{
    for (size_t i = 0; i < bytes; i++)
        text_add_byte(text, (uint8_t)byte);
}

struct record {
    uint64_t line, offset;
    int64_t time_ns;
    uint16_t flags;
    char head[16], tail[16], stream[40];
    size_t bytes;
};

static void take(struct record *record, const struct line_reader *reader, const struct line *line)
{
    struct line_place place = line->flags & LINE_PARTS ? reader->began : reader->place;
    struct span m = line->message;
    size_t n = m.len < 10 ? m.len : 10;
    *record = (struct record){place.line, place.offset, line->time_ns, line->flags, "", "", "", m.len};
    memcpy(record->head, m.ptr, n);
    memcpy(record->tail, m.ptr + m.len - n, n);
    memcpy(record->stream, line->stream.ptr, line->stream.len < 39 ? line->stream.len : 39);
}

/* The records of a source; *ret_reader is learnt from its first 64 KiB. */
static size_t read_all(const struct text *text, struct record *records, size_t max,
                       struct line_reader *reader)
{
    struct stamp_context context = {.reference_ns = 1786200000LL * 1000000000};
    struct line line;
    size_t count = 0;
    line_reader_init(reader, &context);
    line_reader_learn(reader, span_make(text->ptr, text->len < 65536 ? text->len : 65536));
    reader->place = (struct line_place){0, 0};
    for (size_t at = 0; at < text->len;) {
        const uint8_t *end = memchr(text->ptr + at, '\n', text->len - at);
        size_t n = end ? (size_t)(end - text->ptr) - at : text->len - at;
        reader->place.line++;
        reader->place.offset = at;
        if (line_parse(reader, span_make(text->ptr + at, n), &line) && count < max)
            take(&records[count++], reader, &line);
        at += n + 1;
    }
    while (line_finish(reader, &line) && count < max)
        take(&records[count++], reader, &line);
    return count;
}

static void expect(const struct record *record, uint64_t line, size_t bytes, const char *head,
                   const char *tail)
{
    cr_expect_eq(record->line, line, "line %d, not %d", (int)record->line, (int)line);
    cr_expect_eq(record->bytes, bytes, "line %d: %zu bytes, not %zu", (int)line, record->bytes, bytes);
    cr_expect_str_eq(record->head, head);
    cr_expect_str_eq(record->tail, tail);
}

#define NS(second, fraction)                                                                                 \
    ((1786113065LL - 5 + (second)) * 1000000000 + (fraction)) /* 2026-08-07T14:31:0x */

Test(parts, cri_channels_take_turns)
{
    struct text t = {0};
    struct record r[8];
    struct line_reader reader;
    text_puts(
        &t,
        "2026-08-07T14:31:05.100000001Z stdout F first line\n2026-08-07T14:31:05.200000002Z stdout P start-");
    add_filler(&t, PART - 6, 'o');
    text_puts(&t, "\n2026-08-07T14:31:05.300000003Z stderr P error-");
    add_filler(&t, PART - 6, 'e');
    text_puts(&t, "\n2026-08-07T14:31:05.400000004Z stdout P ");
    add_filler(&t, PART, 'p');
    text_puts(&t, "\n2026-08-07T14:31:05.500000005Z stderr F -error-end\n2026-08-07T14:31:06.600000006Z "
                  "stdout F -stdout-end\n");
    cr_assert_eq(read_all(&t, r, 8, &reader), 3);
    cr_expect(reader.stamped && reader.sequential && reader.format == FORMAT_CRI);
    expect(&r[0], 1, 10, "first line", "first line");
    expect(&r[1], 3, PART + 10, "error-eeee", "-error-end");
    expect(&r[2], 2, 2 * PART + 11, "start-oooo", "stdout-end");
    cr_expect_eq(r[2].offset, 51);
    cr_expect_eq(r[2].time_ns, NS(5, 200000002));
    cr_expect_eq(r[1].time_ns, NS(5, 300000003));
    line_reader_done(&reader);
    text_done(&t);
}

/* 64 KiB without an end of a record, and in all: its time is known. */
Test(parts, nothing_but_parts)
{
    struct text t = {0};
    struct record r[2];
    struct line_reader reader;
    for (size_t i = 0; i < 6; i++) {
        text_printf(&t, "2026-08-07T14:31:05.%zu00000001Z stdout P ", i);
        add_filler(&t, PART, (char)('a' + i));
        text_puts(&t, "\n");
    }
    cr_assert_eq(read_all(&t, r, 2, &reader), 1);
    cr_expect(reader.stamped && reader.format == FORMAT_CRI);
    expect(&r[0], 1, 6 * PART, "aaaaaaaaaa", "ffffffffff");
    cr_expect_eq(r[0].time_ns, NS(5, 1));
    cr_expect_eq(r[0].flags & (LINE_UNFINISHED | LINE_STAMPED), LINE_UNFINISHED | LINE_STAMPED);
    line_reader_done(&reader);
    text_done(&t);
}

/* A record is kept up to 1 MiB, and what was cut is told; the next one is whole. */
Test(parts, a_record_without_end)
{
    struct text t = {0};
    struct record r[4];
    struct line_reader reader;
    for (size_t i = 0; i < 100; i++) {
        text_puts(&t, "2026-08-07T14:31:05.100000001Z stdout P ");
        add_filler(&t, PART, 'x');
        text_puts(&t, "\n");
    }
    text_puts(
        &t,
        "2026-08-07T14:31:05.100000001Z stdout F the end is cut off\n2026-08-07T14:31:06.1Z stdout F next\n");
    cr_assert_eq(read_all(&t, r, 4, &reader), 2);
    expect(&r[0], 1, 1 << 20, "xxxxxxxxxx", "xxxxxxxxxx");
    cr_expect(r[0].flags & LINE_UNFINISHED);
    expect(&r[1], 102, 4, "next", "next");
    cr_expect_not(r[1].flags & LINE_UNFINISHED);
    line_reader_done(&reader);
    text_done(&t);
}

/* Pods in one stream, as `tail` and agents write it: each has its own parts; beyond the cap a part stands
 * alone. */
Test(parts, pods_take_turns)
{
    struct text t = {0};
    struct record r[64];
    struct line_reader reader;
    for (int round = 0; round < 2; round++)
        for (int pod = 0; pod < 20; pod++) {
            text_printf(&t, "[pod/cart-%d/server] 2026-08-07T14:31:05.1%02dZ stdout %c %s-%02d,", pod, pod,
                        round ? 'F' : 'P', round ? "tail" : "head", pod);
            add_filler(&t, 200, 'x');
            text_puts(&t, round ? "end\n" : "\n");
        }
    size_t count = read_all(&t, r, 64, &reader);
    cr_assert_eq(count, 24, "%zu records", count); /* four heads stand alone, and so do their tails */
    size_t alone = 0;
    for (size_t i = 0; i < count; i++) {
        alone += (r[i].flags & LINE_UNFINISHED) != 0;
        if (r[i].flags & LINE_PARTS) {
            cr_expect_eq(r[i].bytes, 419);
            cr_expect(strncmp(r[i].head, "head-", 5) == 0 && strcmp(r[i].tail + 7, "end") == 0);
        }
    }
    cr_expect_eq(alone, 4);
    cr_expect_str_eq(r[4].stream, "cart-0/server");
    line_reader_done(&reader);
    text_done(&t);
}

Test(parts, docker)
{
    struct text t = {0};
    struct record r[8];
    struct line_reader reader;
    text_puts(&t, "{\"log\":\"one\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-07T14:31:05.100000001Z\"}\n{"
                  "\"log\":\"caf\\u00e9-");
    add_filler(&t, PART - 6, 'a');
    text_puts(&t,
              "\",\"stream\":\"stdout\",\"time\":\"2026-08-07T14:31:05.200000002Z\"}\n"
              "{\"log\":\"from "
              "stderr\\n\",\"stream\":\"stderr\",\"time\":\"2026-08-07T14:31:05.250000002Z\"}\n{\"log\":\"");
    add_filler(&t, PART, 'b');
    text_puts(&t,
              "\",\"stream\":\"stdout\",\"time\":\"2026-08-07T14:31:05.300000002Z\"}\n"
              "{\"log\":\"tail\\r\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-07T14:31:05.400000002Z\"}\n"
              "{\"log\":\"no newline\",\"stream\":\"stdout\",\"time\":\"2026-08-07T14:31:05.500000002Z\"}\n"
              "{\"log\":\"last\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-07T14:31:05.600000002Z\"}\n");
    cr_assert_eq(read_all(&t, r, 8, &reader), 5);
    cr_expect_eq(reader.format, FORMAT_DOCKER);
    expect(&r[0], 1, 3, "one", "one");
    expect(&r[1], 3, 11, "from stder", "rom stderr");
    expect(&r[2], 2, 2 * PART + 4, "caf\u00e9-aaaa", "bbbbbbtail");
    cr_expect_eq(r[2].time_ns, NS(5, 200000002));
    expect(&r[3], 6, 10, "no newline", "no newline"); /* a container that ended amid a line */
    expect(&r[4], 7, 4, "last", "last");
    line_reader_done(&reader);
    text_done(&t);
}

/* `kubectl logs --timestamps` with an older kubelet: a stamp before each part, in one line. */
Test(parts, stamps_within_a_line)
{
    struct text t = {0};
    struct record r[8];
    struct line_reader reader;
    text_puts(&t, "2026-08-07T14:31:05.100000001Z first\n2026-08-07T14:31:05.2Z head-");
    add_filler(&t, PART - 5, 'a');
    text_puts(&t, "2026-08-07T14:31:05.200500002+00:00 ");
    add_filler(&t, PART, 'b');
    text_puts(
        &t, "2026-08-07T14:31:05.2Z tail at 2026-08-07T14:31:09Z sharp\n2026-08-07T14:31:06.100000001Z last\n"
            "2026-08-07T14:31:06.200000001Z more\n2026-08-07T14:31:06.300000001Z more\n");
    cr_assert_eq(read_all(&t, r, 8, &reader), 5);
    expect(&r[1], 2, 2 * PART + 34, "head-aaaaa", ":09Z sharp");
    line_reader_done(&reader);
    text_done(&t);
}
