#include "record/parts.h"

enum { TIME_FLAGS = LINE_STAMPED | LINE_NO_YEAR | LINE_NO_ZONE | LINE_NO_DATE };

enum { DOCKER_BYTES = 16384, RUNTIME_BYTES = 4096 }; /* buffers of runtimes are 4, 8 or 16 KiB */

void parts_init(struct parts *parts)
{
    for (size_t i = 0; i < PARTS_OPEN_MAX; i++)
        text_init(&parts->slots[i].text, PART_BYTES_MAX);
}

void parts_done(struct parts *parts)
{
    for (size_t i = 0; i < PARTS_OPEN_MAX; i++) {
        text_done(&parts->slots[i].text);
        text_done(&parts->slots[i].stream);
    }
}

void parts_forget(struct parts *parts)
{
    for (size_t i = 0; i < PARTS_OPEN_MAX; i++)
        parts->slots[i].open = false;
    parts->open = 0;
}

/* The record of that writer; NULL: it has none open. */
static struct part *find(struct parts *parts, struct span stream, bool error_channel)
{
    for (size_t i = 0; i < PARTS_OPEN_MAX && parts->open; i++) {
        struct part *part = &parts->slots[i];
        if (part->open && part->error_channel == error_channel &&
            span_equal(text_span(&part->stream), stream))
            return part;
    }
    return NULL;
}

static struct part *start(struct parts *parts, const struct line_reader *reader, const struct line *line,
                          bool error_channel)
{
    for (size_t i = 0; i < PARTS_OPEN_MAX; i++) {
        struct part *part = &parts->slots[i];
        if (part->open)
            continue;
        text_clear(&part->text);
        text_clear(&part->stream);
        text_add(&part->stream, line->stream.ptr, line->stream.len);
        part->time_ns = line->time_ns;
        part->time_flags = line->flags & TIME_FLAGS;
        part->began = reader->place;
        part->error_channel = error_channel;
        part->open = true;
        parts->open++;
        return part;
    }
    return NULL;
}

static struct span finish(struct parts *parts, struct part *part, struct line_reader *reader,
                          struct line *line, struct scratch *scratch)
{
    struct span text = scratch_copy(scratch, text_span(&part->text));
    line->raw = text;
    line->time_ns = part->time_ns;
    line->flags = (uint16_t)((line->flags & ~TIME_FLAGS) | part->time_flags | LINE_PARTS |
                             (part->text.truncated ? LINE_UNFINISHED : 0));
    reader->began = part->began;
    part->open = false;
    parts->open--;
    return text;
}

bool parts_add(struct parts *parts, struct line_reader *reader, struct line *line, bool error_channel,
               bool more, struct span *text, struct scratch *scratch)
{
    struct part *part = find(parts, line->stream, error_channel);
    if (!part && !more)
        return true;
    if (!part)
        part = start(parts, reader, line, error_channel);
    if (!part) {
        line->flags |= LINE_UNFINISHED;
        return true;
    }
    text_add(&part->text, text->ptr, text->len);
    part->end = reader->place_end;
    if (more)
        return false;
    *text = finish(parts, part, reader, line, scratch);
    return true;
}

/* The first that began; late: of those that have waited too long. NULL: there is none. */
static struct part *first_open(struct parts *parts, const struct line_reader *reader, bool late)
{
    struct part *first = NULL;
    for (size_t i = 0; i < PARTS_OPEN_MAX && parts->open; i++) {
        struct part *part = &parts->slots[i];
        if (part->open && (!late || line_waited(part->end, reader->place.offset)) &&
            (!first || part->began.offset < first->began.offset))
            first = part;
    }
    return first;
}

static bool give(struct parts *parts, struct part *part, struct line_reader *reader, struct line *line,
                 struct span *ret_text, struct scratch *scratch)
{
    if (!part)
        return false;
    line->stream = scratch_copy(scratch, text_span(&part->stream));
    line->flags |= LINE_ENVELOPE | LINE_UNFINISHED;
    *ret_text = finish(parts, part, reader, line, scratch);
    return true;
}

bool parts_next_late(struct parts *parts, struct line_reader *reader, struct line *line,
                     struct span *ret_text, struct scratch *scratch)
{
    return give(parts, first_open(parts, reader, true), reader, line, ret_text, scratch);
}

bool parts_next_open(struct parts *parts, struct line_reader *reader, struct line *line,
                     struct span *ret_text, struct scratch *scratch)
{
    return give(parts, first_open(parts, reader, false), reader, line, ret_text, scratch);
}

bool parts_docker_goes_on(struct span text)
{
    if (text.len < DOCKER_BYTES || text.ptr[text.len - 1] == '\n')
        return false;
    return text.len == DOCKER_BYTES || memmem(text.ptr, text.len, "\xef\xbf\xbd", 3);
}

/* The length of "2026-08-07T14:31:05.123456789Z ", with any fraction and zone, at the start of text; else 0.
 */
static size_t stamp_bytes(struct span text)
{
    static const char layout[] = "dddd-dd-ddTdd:dd:dd", zone[] = "dd:dd";
    size_t at = 0;
    if (text.len < sizeof layout + 2)
        return 0;
    for (; layout[at]; at++)
        if (layout[at] == 'd' ? (unsigned)text.ptr[at] - '0' > 9 : text.ptr[at] != (uint8_t)layout[at])
            return 0;
    if (text.ptr[at] == '.')
        for (at++; at < text.len && (unsigned)text.ptr[at] - '0' < 10;)
            at++;
    bool offset = at < text.len && (text.ptr[at] == '+' || text.ptr[at] == '-');
    if (!offset && (at >= text.len || text.ptr[at] != 'Z'))
        return 0;
    at += offset ? sizeof zone : 1;
    return at < text.len && text.ptr[at] == ' ' ? at + 1 : 0;
}

struct span parts_without_stamps(struct span text, struct scratch *scratch)
{
    uint8_t *out = NULL;
    size_t used = 0, from = 0;
    for (size_t at = RUNTIME_BYTES; at < text.len; at += RUNTIME_BYTES) {
        size_t n = stamp_bytes(span_skip(text, at));
        if (n == 0)
            continue;
        if (!out)
            out = scratch_alloc(scratch, text.len);
        memcpy(out + used, text.ptr + from, at - from);
        used += at - from;
        from = at + n;
        at = from;
    }
    if (!out)
        return text;
    memcpy(out + used, text.ptr + from, text.len - from);
    used += text.len - from;
    scratch_shrink(scratch, out, used);
    return span_make(out, used);
}
