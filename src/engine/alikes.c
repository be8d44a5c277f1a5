/* Why 16 KB at a time and not line by line: the kernel hashes all lines at one call, and what a usual line
 * leaves behind for those behind it (the open record, the time that others inherit, the line before) is told
 * of the last one alone. What is left of a usual line is its time, its hash and one place of known.h. */
#include "engine/alikes.h"

#include "engine/scanner.h"

enum { AHEAD = 8 /* lines; their places are asked for */ };

static void judge_trial(struct alikes *a)
{
    if (++a->trial < ALIKE_TRIAL)
        return;
    if (a->lines_known < a->lines_tried / 4)
        a->later = ALIKE_LATER;
    a->trial = 0;
    a->lines_tried = a->lines_known = 0;
}

void alikes_look(struct scanner *s, bool can)
{
    struct alikes *a = s->alikes;
    if (!a)
        return;
    a->skip = a->from = a->end = 0;
    if (!can || (a->later && a->later--))
        return;
    judge_trial(a);
    a->skip = alike_skip(&s->reader);
    a->count = s->survey->count < ALIKE_HASHES ? s->survey->count : ALIKE_HASHES;
    a->lines_tried += a->count;
    if (a->skip)
        s->kernel->hash_lines(s->survey, a->count, a->skip, a->hashes);
}

/* From line i on, which begins at `start`. */
static void read_lines(struct scanner *s, size_t i, size_t start)
{
    struct alikes *a = s->alikes;
    size_t left = a->count - i;
    a->from = i;
    a->end = i + (left < ALIKE_LINES ? left : ALIKE_LINES);
    a->flags = alike_read(&s->reader, s->survey->text, start, s->survey->ends + i, a->end - i, a->lines);
}

/* Some records of a stream, all of one second. */
struct counted {
    struct stream *stream; /* NULL: none yet */
    int64_t first_ns, last_ns;
    uint32_t second, count;
};

static inline void count_all(const struct counted *c)
{
    stream_count(c->stream, c->first_ns, c->last_ns, c->second, c->count);
}

/* One more; what stood there before is counted when it is of another stream or second. */
static inline void count_more(struct counted *c, struct stream *stream, int64_t time_ns, uint32_t second)
{
    if (c->stream != stream || c->second != second) {
        if (c->stream)
            count_all(c);
        *c = (struct counted){stream, time_ns, time_ns, second, 0};
    }
    c->count++;
    c->first_ns = time_ns < c->first_ns ? time_ns : c->first_ns;
    c->last_ns = time_ns > c->last_ns ? time_ns : c->last_ns;
}

/* The last of `count` lines leaves behind what scan_text would have left. */
static void leave_behind(struct scanner *s, struct writer *writer, const struct alike_line *line,
                         size_t start, size_t end, uint64_t offset, size_t count)
{
    const uint8_t *bytes = s->survey->text;
    struct tally *t = &s->profile->tally;
    if (!s->reader.sequential) {
        join_took(&s->source_join, alike_text(line, bytes, end), writer->key, line->time_ns);
        s->source_join.end = offset + end;
    }
    scanner_stamped(t, s->alikes->flags, count);
    t->records += count;
    s->lines += count;
    s->inherit_ns = line->time_ns;
    s->last_writer = writer;
    s->in_parts = false;
    s->before_at = offset + start;
    s->before = span_make(bytes + start, end - start);
    s->alikes->lines_known += count;
}

size_t alikes_scan(struct scanner *s, size_t i, size_t start, uint64_t offset)
{
    const struct alikes *a = s->alikes;
    if (i >= a->count || alike_skip(&s->reader) != a->skip)
        return 0;
    if (i >= a->end)
        read_lines(s, i, start);
    if (!s->known.lines)
        return 0;
    const uint8_t *bytes = s->survey->text;
    bool envelope = a->flags & LINE_ENVELOPE, sequential = s->reader.sequential;
    uint8_t zones = a->flags & LINE_NO_ZONE ? STREAM_ZONELESS : STREAM_ZONED;
    const struct alike_line *line = &a->lines[i - a->from], *last = NULL;
    struct writer *w = NULL;
    struct counted counted = {0};
    size_t last_start = start, end = 0, count = 0, text_bytes = 0;
    for (; i < a->end; i++, line++) {
        uint64_t hash = a->hashes[i];
        struct known_line *known = known_place(&s->known, hash);
        size_t line_end = s->survey->ends[i];
        if (i + AHEAD < a->count)
            __builtin_prefetch(known_place(&s->known, a->hashes[i + AHEAD]));
        if (known->hash != hash || hash == 0 || line->time_ns <= known->after_ns ||
            line->text_at + known->alike.at >= line_end || offset + start >= s->limit ||
            !alike_shares(&known->alike, bytes + line->text_at))
            break;
        struct join *join = sequential ? &known->writer->join : &s->source_join;
        if (sequential)
            join_wait(join, offset + start);
        if ((sequential || !w) && !join_alike(join, envelope, known->writer->key))
            break;
        w = known->writer;
        uint32_t second = profile_second(line->time_ns);
        known_count(known, line->time_ns, second);
        count_more(&counted, w->stream, line->time_ns, second);
        w->stream->zones |= zones;
        w->counted = known->key;
        if (sequential) {
            join_took(join, alike_text(line, bytes, line_end), w->key, line->time_ns);
            join->end = offset + line_end;
        }
        text_bytes += line_end - line->text_at;
        last = line;
        last_start = start;
        end = line_end;
        start = line_end + 1;
        count++;
    }
    if (count == 0)
        return 0;
    count_all(&counted);
    s->known_bytes += text_bytes;
    leave_behind(s, w, last, last_start, end, offset, count);
    return count;
}

uint64_t alikes_hash(const struct scanner *s, size_t i, const struct line_text *text, struct alike *ret_alike)
{
    const struct alikes *a = s->alikes;
    if (i < a->from || i >= a->end)
        return 0;
    const struct alike_line *line = &a->lines[i - a->from];
    bool same = line->time_ns == text->time_ns && s->survey->text + line->text_at == text->message.ptr;
    return same && alike_learn(&s->reader, text, ret_alike) ? a->hashes[i] : 0;
}
