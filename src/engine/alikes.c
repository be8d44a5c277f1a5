/* Why 16 KB at a time and not line by line: the kernel hashes all lines at one call, and what a usual line
 * leaves behind for those behind it (the open record, the time that others inherit, the line before) is told
 * of the last one alone. What is left of a usual line is its time, its hash and one place of known.h. */
#include "engine/alikes.h"

#include "engine/scanner.h"

enum { AHEAD = 8 /* lines; their places are asked for */ };
_Static_assert(SURVEY_BYTES < LINE_WAIT_BYTES, "within a survey no writer waits");

/* False: few lines were alike. */
static bool judge_trial(struct alikes *a, bool values)
{
    if (++a->trial < (values ? ALIKE_VALUES_TRIAL : ALIKE_TRIAL))
        return true;
    bool few = a->lines_known < a->lines_tried / 4;
    if (!few)
        a->pause = 0;
    else
        a->pause = a->pause == 0 ? ALIKE_SOON : a->pause * 2 < ALIKE_LATE ? a->pause * 2 : ALIKE_LATE;
    a->trial = 0;
    a->lines_tried = a->lines_known = 0;
    return !few;
}

void alikes_look(struct scanner *s, bool can)
{
    struct alikes *a = s->alikes;
    if (!a)
        return;
    size_t skip;
    enum alike_way way = alike_way(&s->reader, &skip);
    bool values = (alike_is_values(&s->reader) || (a->values && way == ALIKE_NONE)) &&
                  s->survey->bytes <= s->survey->count * ALIKE_VALUES_BYTES;
    a->way = ALIKE_NONE;
    a->values = false;
    a->from = a->end = 0;
    a->most = ALIKE_LINES;
    if (!can || (a->later && a->later--))
        return;
    if (!judge_trial(a, values)) {
        a->later = values ? 0 : a->pause; /* of these the survey waits as well */
        if (values)
            return;
    }
    a->way = way;
    a->skip = skip;
    a->values = values;
    a->count = s->survey->count < ALIKE_HASHES ? s->survey->count : ALIKE_HASHES;
    a->lines_tried += a->count;
    if (way == ALIKE_TEXT || way == ALIKE_ENVELOPE)
        s->kernel->hash_lines(s->survey, a->count, skip, a->hashes);
    if (values)
        s->kernel->hash_whole(s->survey, a->count, a->hashes);
}

static void hash_requests(struct scanner *s)
{
    struct alikes *a = s->alikes;
    struct survey_span spans[ALIKE_LINES];
    for (size_t i = a->from; i < a->end; i++) {
        const struct alike_line *line = &a->lines[i - a->from];
        bool read = line->time_ns != TIME_NONE;
        spans[i - a->from] = (struct survey_span){read ? line->at : 0, read ? line->end : 0};
    }
    s->kernel->hash_spans(s->survey, spans, a->end - a->from, a->hashes + a->from);
}

/* From line i on, which begins at `start`. */
static void read_lines(struct scanner *s, size_t i, size_t start)
{
    struct alikes *a = s->alikes;
    size_t left = a->count - i;
    a->most = i < a->end ? ALIKE_FEW : a->most * 2 < ALIKE_LINES ? a->most * 2 : ALIKE_LINES;
    a->from = i;
    a->end = i + (left < a->most ? left : a->most);
    a->version = alike_version(&s->reader);
    a->flags = alike_read(&s->reader, s->survey->text, start, s->survey->ends + i, a->end - i,
                          s->survey->quote + SURVEY_MARGIN, a->lines);
    if (a->way == ALIKE_REQUEST)
        hash_requests(s);
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
    ret_line->at = (uint32_t)start;
    return flags == s->alikes->flags &&
           (v->word_bytes == 0 || (s->kernel->text_at(survey, start, v->behind + KNOWN_WORD, 1, &word) &&
                                   survey->bytes - word > KNOWN_WORD_BYTES &&
                                   memcmp(survey->text + word + 1, v->word, v->word_bytes) == 0));
}

/* What a line says whose text begins at text_at. */
static struct span message_of(const struct scanner *s, const struct known_line *known,
                              const struct alike_line *line, size_t text_at)
{
    if (!s->alikes->values)
        return alike_text(s->survey->text, text_at, line->end);
    const struct known_values *v = known_values(&s->known, known);
    size_t at[2];
    if (!s->kernel->text_at(s->survey, line->at, v->behind + KNOWN_MESSAGE, 2, at))
        return (struct span){0};
    return span_trim(span_make(s->survey->text + at[0] + 1, at[1] - at[0] - 1));
}

/* The last line of each writer leaves behind what scan_text would have left. */
static void leave_joins(struct scanner *s, struct writer *writers, uint64_t offset)
{
    for (struct writer *w = writers; w; w = w->taken.next) {
        const struct writer_taken *t = &w->taken;
        join_took(&w->join, message_of(s, t->known, &t->line, t->text_at), w->key, t->line.time_ns);
        w->join.end = offset + t->end;
    }
}

/* The last of `count` lines leaves behind what scan_text would have left. */
static void leave_behind(struct scanner *s, const struct writer *writer, struct span message, int64_t time_ns,
                         size_t start, size_t end, uint64_t offset, size_t count)
{
    struct tally *t = &s->profile->tally;
    if (!s->reader.sequential) {
        join_took(&s->source_join, message, writer->key, time_ns);
        s->source_join.end = offset + end;
    }
    scanner_stamped(t, s->alikes->flags, count);
    t->records += count;
    s->lines += count;
    s->inherit_ns = time_ns;
    s->in_parts = false;
    s->before_at = offset + start;
    s->before = span_make(s->survey->text + start, end - start);
    s->alikes->lines_known += count;
}

/* Does the line that begins at `start` and ends at `end` say what `known` did? Where its text begins;
 * SIZE_MAX: it does not. */
static inline size_t text_of(struct scanner *s, const struct known_line *known, const struct alike_line *line,
                             size_t start, size_t end, bool envelope)
{
    const uint8_t *bytes = s->survey->text;
    size_t at = line->at;
    if (envelope && !(at = alike_inside(&s->reader, &known->alike, bytes, at, end)))
        return SIZE_MAX;
    bool shares = at + known->alike.at < end && alike_shares(&known->alike, bytes + at);
    return shares && !(s->survey->colons && survey_has_colons(s->survey, start, end)) ? at : SIZE_MAX;
}

/* See alikes_scan. values, envelope, sequential: constant for the compiler. */
static inline __attribute__((always_inline)) size_t scan(struct scanner *s, size_t i, size_t start,
                                                         uint64_t offset, bool values, bool envelope,
                                                         bool sequential)
{
    const struct alikes *a = s->alikes;
    const uint32_t *ends = s->survey->ends;
    const size_t stop = values ? a->count : a->end, first = i, first_start = start;
    const size_t ahead = a->way == ALIKE_REQUEST ? a->end : a->count;
    const uint64_t limit = s->limit > offset ? s->limit - offset : 0;
    struct alike_line line = {0};
    const struct known_line *last_known = NULL;
    size_t last_start = start, text_at = 0;
    struct writer *writers = NULL; /* that wrote some of them, where they take turns */
    s->alikes->run++;
    for (; i < stop; i++) {
        uint64_t hash = a->hashes[i];
        struct known_line *known = known_find(&s->known, hash);
        struct alike_line next;
        size_t end = ends[i], at;
        if (i + AHEAD < ahead)
            known_prefetch(&s->known, a->hashes[i + AHEAD]);
        if (known->hash != hash || hash == 0 || start >= limit)
            break;
        if (!values)
            next = a->lines[i - a->from];
        else if (!read_values(s, known, start, i == first, &next))
            break;
        if (next.time_ns <= known->after_ns ||
            (at = text_of(s, known, &next, start, end, envelope)) == SIZE_MAX)
            break;
        struct writer *writer = known->writer;
        if (sequential && writer->taken.run != a->run) { /* behind a known line any other may come */
            join_wait(&writer->join, offset + start);
            if (!join_alike(&writer->join, envelope, writer->key))
                break;
            writer->taken.run = a->run;
            writer->taken.next = writers;
            writers = writer;
        }
        if (!sequential && i == first && !join_alike(&s->source_join, envelope, writer->key))
            break;
        uint32_t second = profile_second(next.time_ns);
        known_count(known, next.time_ns, second);
        known_record(&s->known, &writer->records, writer->stream, next.time_ns, second,
                     a->flags & LINE_NO_ZONE ? STREAM_ZONELESS : STREAM_ZONED);
        writer->counted = known->key;
        if (sequential) {
            writer->taken.known = known;
            writer->taken.line = next;
            writer->taken.text_at = at;
            writer->taken.end = end;
        }
        line = next;
        last_known = known;
        text_at = at;
        last_start = start;
        start = end + 1;
    }
    if (i == first)
        return 0;
    leave_joins(s, writers, offset);
    s->known.counted = true;
    s->known_bytes += start - first_start;
    s->last_writer = last_known->writer;
    leave_behind(s, last_known->writer, message_of(s, last_known, &line, text_at), line.time_ns, last_start,
                 start - 1, offset, i - first);
    return i - first;
}

size_t alikes_scan(struct scanner *s, size_t i, size_t start, uint64_t offset)
{
    struct alikes *a = s->alikes;
    size_t skip;
    if (i >= a->count || alike_way(&s->reader, &skip) != a->way || skip != a->skip ||
        alike_is_values(&s->reader) != a->values)
        return 0;
    if (!a->values && (i >= a->end || a->version != alike_version(&s->reader)))
        read_lines(s, i, start);
    if (!s->known.lines)
        return 0;
    bool envelope = a->way == ALIKE_ENVELOPE;
    if (a->values)
        return scan(s, i, start, offset, true, false, s->reader.sequential);
    if (s->reader.sequential)
        return scan(s, i, start, offset, false, envelope, true);
    return envelope ? scan(s, i, start, offset, false, true, false)
                    : scan(s, i, start, offset, false, false, false);
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
    const uint8_t *from = s->survey->text + line->at, *end = s->survey->text + line->end;
    bool same = line->time_ns == text->time_ns;
    if (a->way == ALIKE_REQUEST)
        same &= from == text->message.ptr && end == from + text->message.len;
    return same && alike_learn(&s->reader, text, &entry->alike) ? a->hashes[i] : 0;
}
