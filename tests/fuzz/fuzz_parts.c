/* Records in parts of writers that take turns. A line of the input is one part: its first byte tells the
 * writer and the channel, the second one whether more is to come. What comes out is what went in, in order;
 * what does not fit any more is told. */
#include "fuzz/fuzz.h"

#include "record/parts.h"

enum { WRITERS = 24 };

struct writer {
    struct text given, taken;
    bool cut; /* parts beyond what is kept, or a part that stood for itself */
};

static void check_stamps(struct span text, struct scratch *scratch)
{
    struct span without = parts_without_stamps(text, scratch);
    require(without.len <= text.len);
    touch(without);
    parts_docker_goes_on(text);
}

static void take(struct writer *writer, const struct line *line, struct span text)
{
    writer->cut |= (line->flags & LINE_UNFINISHED) != 0;
    text_add(&writer->taken, text.ptr, text.len);
}

static struct writer *writer_of(struct writer *writers, struct span stream, bool error_channel)
{
    require(stream.len == 1 && stream.ptr[0] < WRITERS / 2);
    return &writers[stream.ptr[0] * 2 + error_channel];
}

static void add_part(struct parts *parts, struct line_reader *reader, struct writer *writers,
                     struct span text, struct scratch *scratch)
{
    uint8_t name = text.ptr[0] / 2 % (WRITERS / 2);
    bool error_channel = text.ptr[0] & 1, more = text.ptr[1] & 1;
    struct line line = {.stream = span_make(&name, 1), .time_ns = reader->place.line};
    struct writer *writer = &writers[name * 2 + error_channel];
    text = span_skip(text, 2);
    text_add(&writer->given, text.ptr, text.len);
    if (parts_add(parts, reader, &line, error_channel, more, &text, scratch))
        take(writer, &line, text);
    require(parts->open <= PARTS_OPEN_MAX);
}

/* Which channel an open record is of, only its slot tells. */
static void drain(struct parts *parts, struct line_reader *reader, struct writer *writers,
                  struct scratch *scratch)
{
    uint64_t before = 0;
    while (parts->open) {
        const struct part *first = NULL;
        for (size_t i = 0; i < PARTS_OPEN_MAX; i++)
            if (parts->slots[i].open && (!first || parts->slots[i].began.offset < first->began.offset))
                first = &parts->slots[i];
        bool error_channel = first->error_channel;
        struct line line = {.time_ns = TIME_NONE};
        struct span text;
        require(parts_next_open(parts, reader, &line, &text, scratch));
        require(reader->began.offset >= before && line.flags & LINE_UNFINISHED);
        before = reader->began.offset;
        text_add(&writer_of(writers, line.stream, error_channel)->taken, text.ptr, text.len);
    }
    struct line line = {0};
    struct span text;
    require(!parts_next_open(parts, reader, &line, &text, scratch));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span rest = span_make(bytes, size), text;
    struct writer writers[WRITERS] = {0};
    struct line_reader reader = {0};
    struct parts parts = {0};
    struct arena arena = {0};
    struct scratch scratch;
    scratch_init(&scratch, &arena);
    parts_init(&parts);
    check_stamps(rest, &scratch);
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &text);
        reader.place.line++;
        reader.place.offset += text.len + 1;
        if (text.len >= 2)
            add_part(&parts, &reader, writers, text, &scratch);
        free(copy);
    }
    drain(&parts, &reader, writers, &scratch);
    for (size_t i = 0; i < WRITERS; i++) {
        require(writers[i].taken.len == writers[i].given.len);
        require(writers[i].cut || span_equal(text_span(&writers[i].taken), text_span(&writers[i].given)));
        text_done(&writers[i].taken);
        text_done(&writers[i].given);
    }
    parts_done(&parts);
    scratch_done(&scratch);
    arena_done(&arena);
    return 0;
}
