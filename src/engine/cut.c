/* The same steps as in a scan (late parts, parse, writer), but of joins only what is known of them is kept:
 * to ask join_boundary costs no state, and a writer that it does not help is unknown at worst until he is
 * silent for long. */
#include "engine/cut.h"

#include "base/table.h"
#include "engine/scanner.h"

enum {
    LOOK_BYTES = 32 * LINE_WAIT_BYTES
}; /* then none is found: a file that is never cut is looked at twice */

struct voice {
    struct voice *next;
    struct line before; /* his last one; its text lives until the reader is recycled */
    uint64_t end;       /* of it */
    bool known;         /* how his records are joined does not hang on what is before `warm` */
};

struct listener {
    struct line_reader *reader;
    struct table voices; /* by a key of the name */
    struct voice *all, *last;
    size_t warm;
};

static struct voice *voice_of(struct listener *l, const struct line *line, size_t at)
{
    if (!line->stream.len && !(line->flags & LINE_STAMPED) && l->last)
        return l->last;
    uint64_t key = stream_key(span_of(""), line->stream);
    struct voice *voice = table_get(&l->voices, key);
    if (!voice) {
        voice = memory_alloc(sizeof *voice);
        voice->known = line_waited(l->warm, at);
        voice->next = l->all;
        l->all = voice;
        table_put(&l->voices, key, voice);
    }
    return l->last = voice;
}

static void listen(struct listener *l, const struct line *line, size_t at)
{
    if (line->flags & LINE_EMPTY)
        return;
    struct voice *voice = voice_of(l, line, at);
    if (voice->end && !voice->known)
        voice->known = line_waited(voice->end, at) || join_boundary(&voice->before, line);
    voice->before = *line;
    voice->end = l->reader->place_end;
}

static bool all_known(const struct listener *l, size_t at)
{
    const struct voice *voice = l->all;
    while (voice && (voice->known || line_waited(voice->end, at)))
        voice = voice->next;
    return voice == NULL;
}

static void forget(struct listener *l)
{
    for (struct voice *voice = l->all, *next; voice; voice = next) {
        next = voice->next;
        free(voice);
    }
    table_done(&l->voices);
}

/* The line at `at`. True: `warm` or the cut may be there. */
static bool read_line(struct listener *l, struct span raw, size_t at, size_t *from)
{
    struct line line, late;
    bool counts = l->warm != 0, full = false, at_rest = !line_in_parts(l->reader);
    l->reader->place = (struct line_place){0, at};
    while (line_late(l->reader, &late))
        if (counts)
            listen(l, &late, at);
    bool complete = line_parse(l->reader, raw, &line);
    if (complete) {
        full = line.flags & LINE_UNFINISHED; /* no room for a part: who was open before may differ */
        if (counts)
            listen(l, &line, at);
    }
    if (full)
        *from = at + raw.len;
    return at_rest && complete && (line.flags & LINE_STAMPED) && !(line.flags & LINE_EMPTY);
}

struct cut cut_find(struct line_reader *reader, const uint8_t *map, size_t from, size_t to, size_t size)
{
    struct listener l = {.reader = reader};
    struct cut cut = {.looked = true};
    const uint8_t *newline = map[from - 1] == '\n' ? map + from - 1 : memchr(map + from, '\n', to - from);
    size_t at = newline ? (size_t)(newline - map) + 1 : to, most = at + LOOK_BYTES;
    from = at;
    line_reader_rewind(reader);
    while (at < to && at < most && !cut.found) {
        newline = memchr(map + at, '\n', size - at);
        size_t stop = newline ? (size_t)(newline - map) : size;
        size_t n = stop - at > LINE_BYTES_MAX ? LINE_BYTES_MAX : stop - at;
        bool rests = read_line(&l, span_make(map + at, n), at, &from);
        if (l.warm) {
            cut.found = rests && line_waited(l.warm, at) && all_known(&l, at);
        } else {
            line_reader_recycle(reader);
            if (rests && line_waited(from, at)) {
                cut.warm = l.warm = at;
                continue; /* the line once more, as the first that counts: it is read as it was */
            }
        }
        if (!cut.found)
            at = stop + 1;
    }
    cut.at = at;
    forget(&l);
    line_reader_rewind(reader);
    return cut;
}
