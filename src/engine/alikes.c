/* Why 16 KB at a time and not line by line: the kernel hashes all lines at one call, and what a usual line
 * leaves behind for those behind it (the open record, the time that others inherit, the line before) is told
 * of the last one alone. What is left of a usual line is its time, its hash and one place of known.h. */
#include "engine/alikes.h"

#include "engine/scanner.h"

enum { AHEAD = 8 /* lines; their places are asked for */ };

/* False: few lines were alike. */
static bool judge_trial(struct alikes *a)
{
    bool few = false;
    if (++a->trial >= ALIKE_TRIAL) {
        few = a->lines_known < a->lines_tried / 4;
        a->trial = 0;
        a->lines_tried = a->lines_known = 0;
    }
    return !few;
}

void alikes_look(struct scanner *s, bool can)
{
    struct alikes *a = s->alikes;
    if (!a)
        return;
    bool values = (alike_is_values(&s->reader) || (a->values && !alike_skip(&s->reader))) &&
                  s->survey->bytes <= s->survey->count * ALIKE_VALUES_BYTES;
    a->skip = a->from = a->end = 0;
    a->values = false;
    if (!can || (a->later && a->later--))
        return;
    if (!judge_trial(a)) {
        a->later = values ? 0 : ALIKE_LATER; /* of these the survey waits as well */
        if (values)
            return;
    }
    a->skip = alike_skip(&s->reader);
    a->values = values;
    a->count = s->survey->count < ALIKE_HASHES ? s->survey->count : ALIKE_HASHES;
    a->lines_tried += a->count;
    if (a->skip)
        s->kernel->hash_lines(s->survey, a->count, a->skip, a->hashes);
    if (a->values)
        s->kernel->hash_whole(s->survey, a->count, a->hashes);
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

/* A line of named values that is alike `known`, as far as its masked bytes tell. first: of some; the others
 * must have the same flags. */
static inline bool read_values(struct scanner *s, const struct known_line *known, size_t start, bool first,
                               struct alike_line *ret_line)
{
    const struct known_values *v = known_values(&s->known, known);
    const struct survey *survey = s->survey;
    size_t time[2], word;
    uint16_t flags;
    if (!s->kernel->text_at(survey, start, v->behind + KNOWN_TIME, 2, time) ||
        !alike_time(&s->reader, span_make(survey->text + time[0] + 1, time[1] - time[0] - 1),
                    &ret_line->time_ns, &flags))
        return false;
    if (first)
        s->alikes->flags = flags;
    ret_line->text_at = (uint32_t)start;
    return flags == s->alikes->flags &&
           (v->word_bytes == 0 || (s->kernel->text_at(survey, start, v->behind + KNOWN_WORD, 1, &word) &&
                                   survey->bytes - word > KNOWN_WORD_BYTES &&
                                   memcmp(survey->text + word + 1, v->word, v->word_bytes) == 0));
}

/* What a line says. */
static struct span message_of(const struct scanner *s, const struct known_line *known,
                              const struct alike_line *line, size_t end)
{
    if (!s->alikes->values)
        return alike_text(line, s->survey->text, end);
    const struct known_values *v = known_values(&s->known, known);
    size_t at[2];
    if (!s->kernel->text_at(s->survey, line->text_at, v->behind + KNOWN_MESSAGE, 2, at))
        return (struct span){0};
    return span_trim(span_make(s->survey->text + at[0] + 1, at[1] - at[0] - 1));
}

/* The last of `count` lines leaves behind what scan_text would have left. */
static void leave_behind(struct scanner *s, const struct known_line *known, const struct alike_line *line,
                         size_t start, size_t end, uint64_t offset, size_t count)
{
    struct tally *t = &s->profile->tally;
    if (!s->reader.sequential) {
        join_took(&s->source_join, message_of(s, known, line, end), known->writer->key, line->time_ns);
        s->source_join.end = offset + end;
    }
    scanner_stamped(t, s->alikes->flags, count);
    t->records += count;
    s->lines += count;
    s->inherit_ns = line->time_ns;
    s->last_writer = known->writer;
    s->in_parts = false;
    s->before_at = offset + start;
    s->before = span_make(s->survey->text + start, end - start);
    s->alikes->lines_known += count;
}

size_t alikes_scan(struct scanner *s, size_t i, size_t start, uint64_t offset)
{
    const struct alikes *a = s->alikes;
    if (i >= a->count || alike_skip(&s->reader) != a->skip || alike_is_values(&s->reader) != a->values)
        return 0;
    if (!a->values && i >= a->end)
        read_lines(s, i, start);
    if (!s->known.lines)
        return 0;
    const uint8_t *bytes = s->survey->text;
    bool envelope = !a->values && a->flags & LINE_ENVELOPE, sequential = s->reader.sequential;
    struct alike_line last = {0};
    struct known_line *last_known = NULL;
    struct counted counted = {0};
    size_t last_start = start, end = 0, count = 0, text_bytes = 0;
    for (size_t stop = a->values ? a->count : a->end; i < stop; i++) {
        uint64_t hash = a->hashes[i];
        struct known_line *known = known_find(&s->known, hash);
        struct alike_line line;
        size_t line_end = s->survey->ends[i];
        if (i + AHEAD < a->count)
            known_prefetch(&s->known, a->hashes[i + AHEAD]);
        if (known->hash != hash || hash == 0)
            break;
        if (!a->values)
            line = a->lines[i - a->from];
        else if (!read_values(s, known, start, count == 0, &line))
            break;
        if (line.time_ns <= known->after_ns || line.text_at + known->alike.at >= line_end ||
            offset + start >= s->limit || !alike_shares(&known->alike, bytes + line.text_at))
            break;
        struct join *join = sequential ? &known->writer->join : &s->source_join;
        if (sequential)
            join_wait(join, offset + start);
        if ((sequential || !last_known) && !join_alike(join, envelope, known->writer->key))
            break;
        struct writer *w = known->writer;
        uint32_t second = profile_second(line.time_ns);
        known_count(known, line.time_ns, second);
        count_more(&counted, w->stream, line.time_ns, second);
        w->stream->zones |= a->flags & LINE_NO_ZONE ? STREAM_ZONELESS : STREAM_ZONED;
        w->counted = known->key;
        if (sequential) {
            join_took(join, message_of(s, known, &line, line_end), w->key, line.time_ns);
            join->end = offset + line_end;
        }
        text_bytes += line_end - line.text_at;
        last = line;
        last_known = known;
        last_start = start;
        end = line_end;
        start = line_end + 1;
        count++;
    }
    if (count == 0)
        return 0;
    count_all(&counted);
    s->known.counted = true;
    s->known_bytes += text_bytes;
    leave_behind(s, last_known, &last, last_start, end, offset, count);
    return count;
}

/* Are all its bytes kept as they are? */
static bool is_shown(const struct survey *survey, struct span word)
{
    size_t from = (size_t)(word.ptr - survey->text);
    for (size_t at = from; at < from + word.len; at++) {
        size_t i = SURVEY_MARGIN + at / 64;
        if (!((survey->keep[i] & ~survey->marks[i]) >> at % 64 & 1))
            return false;
    }
    return true;
}

static uint64_t learn_values(const struct scanner *s, size_t i, const struct line_text *text,
                             struct known_values *ret)
{
    enum { WHOLE = KNOWN_PLACES, PLACES };
    const struct survey *survey = s->survey;
    struct alike_values told;
    struct span word = {0};
    uint64_t hash = s->alikes->hashes[i];
    if (i >= s->alikes->count || hash == 0 || known_is(&s->known, hash) ||
        !alike_learn_values(&s->reader, text, &told) || (told.same && !is_shown(survey, told.message)))
        return 0;
    for (unsigned k = 0; k < told.count; k++)
        if (!is_shown(survey, told.words[k])) {
            if (word.len || told.words[k].len >= KNOWN_WORD_BYTES)
                return 0;
            word = told.words[k];
        }
    const uint8_t *bytes = survey->text;
    size_t start = (size_t)(text->raw.ptr - bytes);
    struct span with_end = span_make(word.len ? word.ptr : told.time.ptr, word.len ? word.len + 1 : 0);
    const size_t at[PLACES] = {
        [KNOWN_MESSAGE] = (size_t)(told.message.ptr - bytes) - 1,
        [KNOWN_MESSAGE_END] = (size_t)(told.message.ptr - bytes) + told.message.len,
        [KNOWN_TIME] = (size_t)(told.time.ptr - bytes) - 1,
        [KNOWN_TIME_END] = (size_t)(told.time.ptr - bytes) + told.time.len,
        [KNOWN_WORD] = (size_t)(with_end.ptr - bytes) - 1,
        [WHOLE] = survey->ends[i],
    };
    uint16_t behind[PLACES];
    s->kernel->masked_at(survey, start, at, PLACES, behind);
    if (behind[WHOLE] < ALIKE_VALUES_BYTES_MIN || behind[WHOLE] - behind[KNOWN_WORD] < KNOWN_WORD_BYTES)
        return 0;
    memcpy(ret->behind, behind, sizeof ret->behind);
    memcpy(ret->word, with_end.ptr, with_end.len);
    ret->word_bytes = (uint8_t)with_end.len;
    return hash;
}

uint64_t alikes_hash(const struct scanner *s, size_t i, const struct line_text *text,
                     struct batch_entry *entry)
{
    const struct alikes *a = s->alikes;
    entry->is_values = a->values;
    if (a->values) {
        entry->alike = (struct alike){0};
        return text->flags & (LINE_JSON | LINE_LOGFMT) ? learn_values(s, i, text, &entry->values) : 0;
    }
    if (i < a->from || i >= a->end)
        return 0;
    const struct alike_line *line = &a->lines[i - a->from];
    bool same = line->time_ns == text->time_ns && s->survey->text + line->text_at == text->message.ptr;
    return same && alike_learn(&s->reader, text, &entry->alike) ? a->hashes[i] : 0;
}
