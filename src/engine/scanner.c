/* Two passes over a batch, because they want different things: parsing is branchy and per line,
 * fingerprinting is branch-free and wants many messages at a call. Continuation lines that say nothing by
 * themselves (frames) never reach the kernel. */
#include "engine/scanner.h"

#include "engine/alikes.h"
#include "engine/judge.h"
#include "input/identity.h"

enum {
    LOOK_LINES = 1024,
    WRITERS_KEPT_MAX = 256, /* from one chunk to the next */
    SURVEY_LATER = 64,      /* blocks without a survey, where it was not worth it */
};

struct look {
    const uint32_t *ends;
    size_t count;
    bool escapes;
};

/* Where a writer is remembered: most sources have few, and their lines take turns. */
static struct writer **recent_writer(struct scanner *s, struct span name)
{
    unsigned at = name.len ? (unsigned)name.len + name.ptr[0] + 3u * name.ptr[name.len - 1] : 0;
    return &s->recent[at % RECENT_WRITERS];
}

static struct writer *find_writer(struct scanner *s, struct span name)
{
    struct writer **recent = recent_writer(s, name);
    if (*recent && span_equal((*recent)->name, name))
        return s->last_writer = *recent;
    uint64_t key = stream_key(span_of(s->source->stream), name);
    struct writer *writer = table_get(&s->writers, key);
    if (!writer) {
        writer = memory_alloc(sizeof *writer);
        writer->key = key;
        writer->join.last_ns = TIME_NONE;
        struct text service;
        text_init(&service, 256);
        if (name.len)
            identity_writer(name, &service);
        writer->stream =
            profile_stream(s->profile, span_of(s->source->stream), name,
                           name.len ? text_span(&service) : span_of(s->source->service), s->by_order);
        text_done(&service);
        writer->name = span_of(writer->stream->writer);
        table_put(&s->writers, key, writer);
    }
    return s->last_writer = *recent = writer;
}

/* The first time in the head: what lines before the first stamp inherit. */
static int64_t first_time(struct scanner *s)
{
    struct span head = s->source->head;
    int64_t first = TIME_NONE;
    while (head.len && first == TIME_NONE) {
        const uint8_t *end = memchr(head.ptr, '\n', head.len);
        size_t n = end ? (size_t)(end - head.ptr) : head.len;
        struct line line;
        if (line_parse(&s->reader, span_make(head.ptr, n), &line) && line.time_ns != TIME_NONE)
            first = line.time_ns;
        head = span_skip(head, n + 1);
    }
    struct line part; /* of a record longer than the head */
    while (first == TIME_NONE && line_finish(&s->reader, &part))
        first = part.time_ns;
    return first;
}

void scanner_init(struct scanner *s, const struct kernel *kernel, struct profile *profile,
                  const struct source *source)
{
    memset(s, 0, sizeof *s);
    s->kernel = kernel;
    s->profile = profile;
    s->source = source;
    s->scratch = memory_buffer(LINE_BYTES_MAX + 64);
    s->masked = memory_buffer(LINE_BYTES_MAX + 64);
    s->ends = memory_buffer(LOOK_LINES * sizeof *s->ends);
    s->survey = kernel->survey ? memory_buffer(sizeof *s->survey) : NULL;
    s->file = profile_file(profile, source->file);
    line_reader_init(&s->reader, &s->source->stamp);
    line_reader_learn(&s->reader, s->source->head);
    s->head_ns = first_time(s);
    s->alikes = kernel->survey ? memory_alloc(sizeof *s->alikes) : NULL;
    s->by_order = s->head_ns == TIME_NONE;
    scanner_again(s); /* what the look ahead left in multi-part framings must not show */
}

static void forget_writers(struct scanner *s)
{
    known_forget(&s->known);
    for (size_t i = 0; i < s->writers.size; i++)
        free(s->writers.slots[i].value);
    table_done(&s->writers);
    memset(s->recent, 0, sizeof s->recent);
    s->last_writer = NULL;
}

/* They are the same in another chunk, and so is what is known of them; what they wrote last is not. */
static void keep_writers(struct scanner *s)
{
    for (size_t i = 0; i < s->writers.size; i++) {
        struct writer *writer = s->writers.slots[i].value;
        if (!writer)
            continue;
        writer->join = (struct join){.last_ns = TIME_NONE};
        writer->head = writer->counted = 0;
    }
    s->last_writer = NULL;
}

void scanner_again(struct scanner *s)
{
    line_reader_rewind(&s->reader);
    s->reader.may_escape = true;
    if (s->reader.sequential || s->writers.count > WRITERS_KEPT_MAX)
        forget_writers(s);
    else
        keep_writers(s);
    s->source_join = (struct join){.last_ns = TIME_NONE};
    s->inherit_ns = s->head_ns;
    s->limit = UINT64_MAX;
    s->lines = s->before_at = 0;
    s->before = (struct span){0};
    s->stopped = s->in_parts = s->skipping = s->surveyed = false;
    s->known_bytes = s->survey_later = 0;
    s->survey_again = true;
}

void scanner_done(struct scanner *s)
{
    forget_writers(s);
    line_reader_done(&s->reader);
    free(s->scratch);
    free(s->masked);
    free(s->ends);
    free(s->survey);
    free(s->alikes);
    known_done(&s->known);
    free(s->before_copy);
}

void scanner_move(struct scanner *s, struct profile *profile)
{
    known_forget(&s->known);
    s->profile = profile;
    s->file = profile_file(profile, s->source->file);
    for (size_t i = 0; i < s->writers.size; i++) {
        struct writer *writer = s->writers.slots[i].value;
        if (!writer)
            continue;
        const struct stream *old = writer->stream;
        writer->stream =
            profile_stream(profile, span_of(old->name), writer->name, span_of(old->service), old->by_order);
        writer->name = span_of(writer->stream->writer);
    }
}

/* What templates are made of: the message, and the values outside of it that tell its patterns apart. Only
 * the first line of a series pays for it. */
static struct span told_message(struct scanner *s, size_t i)
{
    struct span message = s->messages[i], statuses = s->entries[i].statuses;
    if (statuses.len == 0 || message.len + 1 + statuses.len > EXEMPLAR_BYTES_MAX)
        return message;
    uint8_t *p = mempcpy(s->scratch, message.ptr, message.len);
    *p++ = ' ';
    memcpy(p, statuses.ptr, statuses.len);
    return span_make(s->scratch, message.len + 1 + statuses.len);
}

/* A line of a series that is new, or one that comes before its first line. */
static void add_first(struct scanner *s, size_t i, const struct series *known)
{
    const struct batch_entry *e = &s->entries[i];
    uint8_t severity = known         ? known->severity
                       : e->severity ? e->severity
                                     : judge_message(s->kernel, s->messages[i], s->masked);
    struct occurrence o = {.time_ns = e->time_ns,
                           .file = s->file,
                           .offset = e->offset,
                           .line = e->line,
                           .chunk = s->chunk,
                           .raw = e->raw,
                           .message = told_message(s, i),
                           .head = e->kind == SERIES_RECORD ? 0
                                   : e->link                ? e->link
                                                            : e->writer->head,
                           .severity = severity,
                           .kind = e->kind};
    profile_add(s->profile, e->writer->stream, s->fingerprints[i], &o);
}

/* Slots, series and bins are asked for a pass before they are used: together they outgrow the near caches. */
static void find_series(const struct scanner *s, const uint64_t *keys, struct series **ret_series)
{
    for (size_t i = 0; i < s->count; i++)
        table_prefetch(&s->profile->series, keys[i]);
    for (size_t i = 0; i < s->count; i++) {
        ret_series[i] = profile_series(s->profile, keys[i]);
        __builtin_prefetch(ret_series[i]);
    }
    for (size_t i = 0; i < s->count; i++)
        if (ret_series[i])
            timeline_prefetch(&ret_series[i]->timeline);
}

static void flush(struct scanner *s)
{
    uint64_t keys[BATCH_SLOTS];
    struct series *known[BATCH_SLOTS];
    s->known_bytes += s->kernel->fingerprint(s->surveyed ? s->survey : NULL, s->messages, s->seeds, s->count,
                                             s->scratch, s->fingerprints);
    for (size_t i = 0; i < s->count; i++)
        keys[i] = series_key(s->entries[i].writer->stream->key, s->fingerprints[i]);
    find_series(s, keys, known);
    bool moved = false; /* a new series may have made the profile drop others */
    for (size_t i = 0; i < s->count; i++) {
        const struct batch_entry *e = &s->entries[i];
        struct series *series = moved ? profile_series(s->profile, keys[i]) : known[i];
        uint32_t second = profile_second(e->time_ns);
        if (e->kind == SERIES_RECORD) {
            e->writer->head = keys[i];
            stream_count(e->writer->stream, e->time_ns, e->time_ns, second, 1);
        }
        if (series_count(series, e->time_ns, second, s->file, e->offset)) {
            if (e->kind == SERIES_RECORD && e->link)
                known_learn(&s->known, e->link, series, e->writer, &e->alike,
                            e->is_values ? &e->values : NULL, s->file, e->offset);
        } else {
            if (!series && profile_is_full(s->profile))
                known_forget(&s->known);
            add_first(s, i, series);
            moved |= !series;
        }
    }
    s->count = 0;
    line_reader_recycle(&s->reader);
}

static int64_t line_time(struct scanner *s, const struct line *line, uint64_t offset)
{
    struct tally *t = &s->profile->tally;
    if (s->by_order) {
        t->untimed++;
        return (int64_t)offset * 1000000; /* order stands in for time: a byte is a millisecond */
    }
    if (line->time_ns == TIME_NONE) {
        t->inherited++;
        return s->inherit_ns;
    }
    scanner_stamped(t, line->flags, 1);
    return s->inherit_ns = line->time_ns;
}

static uint8_t kind_of(enum joined joined)
{
    return joined == JOINED_RECORD      ? SERIES_RECORD
           : joined == JOINED_EXCEPTION ? SERIES_EXCEPTION
                                        : SERIES_DETAIL;
}

/* The next place in the batch. Its entry is for the caller to fill, field by field: one that is built
 * elsewhere and copied is loaded sixteen bytes at a time while the stores of eight still wait, which took a
 * tenth of all time. */
static struct batch_entry *next_entry(struct scanner *s, struct span message, uint64_t seed)
{
    size_t i = s->count++;
    s->messages[i].ptr = message.ptr;
    s->messages[i].len = message.len > LINE_BYTES_MAX ? LINE_BYTES_MAX : message.len; /* joined from parts:
                                                                the buffers of the kernel end here */
    s->seeds[i] = seed;
    return &s->entries[i];
}

/* Kinds have patterns of their own, and so has each severity that an envelope tells. */
static uint64_t seed_of(uint64_t seed, uint8_t severity, uint8_t kind)
{
    return key_mix(seed, (uint64_t)severity << 8 | kind);
}

/* What a message of several lines says behind its first one, and the causes in a trace beside it: as if they
 * stood on lines of their own. */
static void add_within(struct scanner *s, const struct line *line, const struct batch_entry *head)
{
    struct join_lines lines = {.rest = line->lines};
    struct batch_entry entry = *head;
    struct span text;
    enum joined joined;
    size_t most = s->count + WITHIN_MAX;
    entry.statuses = (struct span){0};
    join_lines_next(&lines, &text, &joined); /* the message */
    while (s->count < most && join_lines_next(&lines, &text, &joined)) {
        if (joined == JOINED_FRAME)
            continue;
        entry.raw = text;
        entry.kind = kind_of(joined);
        *next_entry(s, span_trim(text), seed_of(0, entry.severity, entry.kind)) = entry;
    }
    lines = (struct join_lines){.rest = line->trace};
    entry.kind = SERIES_EXCEPTION;
    while (s->count < most && join_lines_next(&lines, &text, &joined)) {
        entry.raw = span_trim(text);
        if (joined == JOINED_EXCEPTION &&
            !memmem(line->message.ptr, line->message.len, entry.raw.ptr, entry.raw.len))
            *next_entry(s, entry.raw, seed_of(0, entry.severity, entry.kind)) = entry;
    }
}

static void take(struct scanner *s, const struct line *line, uint64_t offset)
{
    struct tally *t = &s->profile->tally;
    t->broken += (line->flags & LINE_BROKEN) != 0;
    t->partial += (line->flags & LINE_UNFINISHED) != 0;
    if (line->flags & LINE_EMPTY) {
        t->empty++;
        if (line->time_ns != TIME_NONE) /* a stamp on a line of its own, for the lines behind it */
            s->inherit_ns = line->time_ns;
        return;
    }
    int64_t time_ns = line_time(s, line, offset);
    bool same_writer = !line->stream.len && !(line->flags & LINE_STAMPED) && s->last_writer;
    struct writer *w = same_writer ? s->last_writer : find_writer(s, line->stream);
    if (line->flags & LINE_STAMPED)
        w->stream->zones |= line->flags & LINE_NO_ZONE ? STREAM_ZONELESS : STREAM_ZONED;
    struct join *join = s->reader.sequential ? &w->join : &s->source_join;
    if (s->reader.sequential)
        join_wait(join, offset);
    enum joined joined = join_next(join, line, w->key, time_ns, scanner_by_times(s, line));
    join->end = s->reader.place_end;
    if (joined == JOINED_RECORD)
        t->records++;
    else
        t->continuations++;
    if (joined == JOINED_FRAME)
        return;
    struct line_place place = {s->lines, offset};
    if (line->flags & LINE_PARTS)
        place = s->reader.began;
    uint8_t kind = kind_of(joined);
    struct batch_entry *entry = next_entry(s, line->message, seed_of(line->seed, line->severity, kind));
    entry->raw = line->raw;
    entry->statuses = line->statuses;
    entry->time_ns = time_ns;
    entry->offset = place.offset;
    entry->line = place.line;
    entry->writer = w;
    entry->severity = line->severity;
    entry->kind = kind;
    entry->link = kind == SERIES_RECORD ? 0 : w->counted;
    if (kind == SERIES_RECORD)
        w->counted = 0;
    if (line->lines.len || line->trace.len)
        add_within(s, line, entry);
    if (s->count >= BATCH_LINES)
        flush(s);
}

/* Between two lines, as often as there are SCANNER_WRITERS_MAX of them. An open record may be the last
 * writer's; another one's ends here. */
static void forget_other_writers(struct scanner *s)
{
    flush(s);
    known_forget(&s->known);
    struct writer *last = s->last_writer;
    for (size_t i = 0; i < s->writers.size; i++)
        if (s->writers.slots[i].value != last)
            free(s->writers.slots[i].value);
    table_done(&s->writers);
    memset(s->recent, 0, sizeof s->recent);
    table_put(&s->writers, last->key, last);
    if (s->shares_profile)
        return;
    struct text name, service;
    text_init(&name, 0);
    text_init(&service, 0);
    text_add(&name, last->name.ptr, last->name.len);
    text_puts(&service, last->stream->service);
    profile_make_room(s->profile); /* the streams go, and this one comes back */
    last->stream = profile_load_stream(s->profile, last->key, span_of(s->source->stream), text_span(&name),
                                       text_span(&service), s->by_order);
    last->name = span_of(last->stream->writer);
    text_done(&name);
    text_done(&service);
}

/* May the line p[0, n) hold details, as of join_text? */
static inline bool may_detail(const struct scanner *s, const uint8_t *p, size_t n)
{
    if (!s->surveyed || !s->survey->colons)
        return !s->surveyed;
    size_t at = (size_t)(p - s->survey->text);
    return survey_has_colons(s->survey, at, at + n);
}

/* What scan_line would make of most lines, at a third of the cost: see line_parse_text and join_text. False:
 * it is another kind of line; nothing was done. i: its number among those that were looked at. */
static bool scan_text(struct scanner *s, const uint8_t *p, size_t n, uint64_t offset, size_t i)
{
    struct line_text text;
    if (s->writers.count >= SCANNER_WRITERS_MAX)
        forget_other_writers(s);
    if (s->by_order || n > LINE_BYTES_MAX || offset >= s->limit ||
        !line_parse_text(&s->reader, span_make(p, n), &text))
        return false;
    bool only = !text.stream.len && s->last_writer && !s->last_writer->name.len;
    struct writer *w = only ? s->last_writer : find_writer(s, text.stream);
    struct join *join = s->reader.sequential ? &w->join : &s->source_join;
    if (s->reader.sequential)
        join_wait(join, offset);
    if (!join_text(join, text.message, text.flags & LINE_ENVELOPE, may_detail(s, p, n), w->key, text.time_ns))
        return false;
    join->end = offset + n;
    struct tally *t = &s->profile->tally;
    scanner_stamped(t, text.flags, 1);
    t->records++;
    w->stream->zones |= text.flags & LINE_NO_ZONE ? STREAM_ZONELESS : STREAM_ZONED;
    s->inherit_ns = text.time_ns;
    s->lines++;
    s->before_at = offset;
    s->in_parts = false;
    s->before = span_make(p, n);
    struct batch_entry *entry = next_entry(s, text.message, seed_of(0, 0, SERIES_RECORD));
    entry->raw.ptr = text.raw.ptr;
    entry->raw.len = text.raw.len;
    entry->statuses = (struct span){0};
    entry->time_ns = text.time_ns;
    entry->offset = offset;
    entry->line = s->lines;
    entry->writer = w;
    entry->severity = 0;
    entry->kind = SERIES_RECORD;
    entry->link = alikes_may(s->alikes) ? alikes_hash(s, i, &text, entry) : 0;
    w->counted = 0;
    if (text.flags & (LINE_JSON | LINE_LOGFMT)) { /* they tell more than text does */
        s->seeds[s->count - 1] = seed_of(text.seed, text.severity, SERIES_RECORD);
        entry->statuses.ptr = text.statuses.ptr;
        entry->statuses.len = text.statuses.len;
        entry->severity = join->severity = text.severity;
    }
    if (s->count >= BATCH_LINES)
        flush(s);
    return true;
}

/* A record whose next part did not come in time: all of its lines were counted as continuations. It has a
 * batch of its own. */
static void take_late(struct scanner *s, uint64_t offset)
{
    struct line line;
    while (line_late(&s->reader, &line)) {
        s->profile->tally.continuations--;
        take(s, &line, offset);
        flush(s);
    }
}

/* One physical line. Returns false when the limit of the chunk stands before it. */
static bool scan_line(struct scanner *s, const uint8_t *p, size_t n, uint64_t offset)
{
    struct tally *t = &s->profile->tally;
    size_t cut = n > LINE_BYTES_MAX ? LINE_BYTES_MAX : n;
    struct line line;
    s->reader.place = (struct line_place){s->lines + 1, offset};
    if (line_in_parts(&s->reader))
        take_late(s, offset);
    bool complete = line_parse(&s->reader, span_make(p, cut), &line);
    if (offset >= s->limit && complete && s->before.ptr) {
        struct line before;
        bool may_escape = s->reader.may_escape;
        s->reader.may_escape = true; /* it may be of an earlier block */
        bool boundary = line_parse(&s->reader, s->before, &before) && join_boundary(&before, &line);
        s->reader.may_escape = may_escape;
        if (boundary) {
            s->stopped = true;
            return false;
        }
    }
    s->lines++;
    s->before_at = offset;
    t->overlong += n > LINE_BYTES_MAX;
    s->in_parts = !complete;
    if (!complete) {
        t->continuations++;
        return true;
    }
    s->before = span_make(p, cut);
    take(s, &line, offset);
    return true;
}

/* Where lines end in the bytes at `at`; returns how many bytes were looked at. */
static size_t look(struct scanner *s, const uint8_t *bytes, size_t n, bool whole_line, struct look *ret)
{
    s->surveyed = whole_line && s->survey && s->survey_later == 0;
    if (n > 2 * AHEAD_BYTES) /* kernel.h */
        (void)*(const volatile uint8_t *)(bytes + 2 * AHEAD_BYTES);
    if (s->surveyed) {
        size_t size = n < SURVEY_BYTES ? n : SURVEY_BYTES;
        s->kernel->survey(bytes, size, s->survey);
        *ret = (struct look){s->survey->ends, s->survey->count, s->survey->escapes};
        return size;
    }
    size_t size = n < 32768 ? n : 32768;
    bool escapes = false;
    size_t found = s->kernel->lines(bytes, size, s->ends, LOOK_LINES, &escapes);
    s->survey_later -= s->survey_later > 0;
    *ret = (struct look){s->ends, found, escapes};
    return found == LOOK_LINES ? s->ends[LOOK_LINES - 1] + 1 : size;
}

/* Its bytes go with the feed; behind a limit that is set the next line will be compared with it. */
static void keep_before(struct scanner *s)
{
    if (s->limit == UINT64_MAX || s->stopped || !s->before.ptr) {
        s->before = (struct span){0};
        return;
    }
    if (!s->before_copy)
        s->before_copy = memory_buffer(LINE_BYTES_MAX);
    memmove(s->before_copy, s->before.ptr, s->before.len);
    s->before.ptr = s->before_copy;
}

/* A survey is worth it where messages are most of the text, or lines are alike. */
static void end_survey(struct scanner *s)
{
    flush(s);
    bool first = s->survey_again; /* nothing is known of its lines yet, so none was alike another */
    if (s->known_bytes < s->survey->bytes / 3 && !first && !s->alikes->values)
        s->survey_later = SURVEY_LATER;
    s->survey_again = false;
    s->known_bytes = 0;
}

size_t scanner_feed(struct scanner *s, const uint8_t *bytes, size_t n, uint64_t offset, bool end)
{
    size_t start = 0, looked = 0; /* start of the open line; where the newline search stands */
    uint64_t lines = s->lines;
    bool open_escapes = false; /* the open line may hold an ESC */
    if (s->known.dropped != s->profile->dropped) {
        known_forget(&s->known);
        s->known.dropped = s->profile->dropped;
    }
    while (looked < n && !s->stopped) {
        struct look found;
        size_t at = looked;
        looked += look(s, bytes + at, n - at, at == start, &found);
        s->reader.may_escape = found.escapes || open_escapes;
        alikes_look(s, s->surveyed && !s->skipping && !s->by_order && !profile_is_full(s->profile));
        for (size_t i = 0, known; i < found.count; i += known + !known) {
            known = alikes_may(s->alikes) ? alikes_scan(s, i, start - at, offset + at) : 0;
            size_t stop = at + found.ends[known ? i + known - 1 : i];
            if (s->skipping)
                s->skipping = false;
            else if (!known && !scan_text(s, bytes + start, stop - start, offset + start, i) &&
                     !scan_line(s, bytes + start, stop - start, offset + start))
                break;
            start = stop + 1;
        }
        open_escapes = found.escapes || (open_escapes && found.count == 0);
        if (s->survey && found.count) { /* the next survey begins with a line */
            if (s->surveyed)
                end_survey(s);
            looked = looked < n ? start : n;
        }
    }
    s->surveyed = false;
    s->reader.may_escape = true;
    if (!s->stopped && start < n && !s->skipping && (end || n - start > LINE_BYTES_MAX)) {
        /* the last line has no newline, or is longer than a line may be: its rest is skipped */
        if (scan_line(s, bytes + start, n - start, offset + start)) {
            s->skipping = !end;
            start = n;
        }
    } else if (s->skipping) {
        start = n;
    }
    flush(s);
    known_tell(&s->known);
    keep_before(s);
    s->profile->tally.bytes += start;
    s->profile->tally.lines += s->lines - lines;
    return start;
}

void scanner_finish(struct scanner *s)
{
    struct line line;
    while (line_finish(&s->reader, &line)) {
        s->profile->tally.continuations--; /* all of its lines were counted so */
        take(s, &line, s->before_at);
    }
    flush(s);
}

size_t scanner_start(struct scanner *s, const uint8_t *map, size_t from, size_t to, size_t size)
{
    size_t at = from;
    if (at && map[at - 1] != '\n') {
        const uint8_t *newline = memchr(map + at, '\n', to - at);
        if (!newline)
            return to;
        at = (size_t)(newline - map) + 1;
    }
    if (at == 0 || at >= to)
        return at < to ? at : to;
    size_t before = at - 1;
    const uint8_t *previous = before ? memrchr(map, '\n', before) : NULL;
    size_t line_at = previous ? (size_t)(previous - map) + 1 : 0;
    struct line a, b;
    size_t cut = before - line_at > LINE_BYTES_MAX ? LINE_BYTES_MAX : before - line_at;
    bool known = line_parse(&s->reader, span_make(map + line_at, cut), &a);
    while (at < to) {
        const uint8_t *newline = memchr(map + at, '\n', size - at);
        size_t stop = newline ? (size_t)(newline - map) : size;
        size_t n = stop - at > LINE_BYTES_MAX ? LINE_BYTES_MAX : stop - at;
        bool complete = line_parse(&s->reader, span_make(map + at, n), &b);
        if (known && complete && join_boundary(&a, &b))
            break;
        a = b;
        known = complete;
        at = stop + 1;
    }
    line_reader_recycle(&s->reader);
    return at < to ? at : to;
}

/* Counted in bytes for so few at a time, by sums of single compares, the compiler does sixteen of them at
 * once. */
bool head_is_binary(struct span head)
{
    enum { AT_ONCE = 240 };
    size_t control = 0, bytes = head.len;
    while (head.len) {
        size_t n = head.len < AT_ONCE ? head.len : AT_ONCE;
        uint8_t holes = 0, low = 0, fine = 0;
        for (size_t i = 0; i < n; i++) {
            uint8_t c = head.ptr[i];
            holes += c == 0; /* they are left by copytruncate and by crashes */
            low += c < 0x20;
            fine += c == '\n';
            fine += c == '\r';
            fine += c == '\t';
            fine += c == 0x1b;
            fine += c == '\f';
            fine += c == '\b';
        }
        control += (size_t)(low - fine - holes);
        bytes -= holes;
        head = span_skip(head, n);
    }
    return control * 20 > bytes; /* more than one in twenty: text has none */
}
