/* The same steps as in a scan (parse, time, writer, join), but a record is put together instead of counted. A
 * ring holds the records that may still go on: one for a source with one writer, up to OPEN_MAX where writers
 * take turns. Where they do without names (several pods or threads in one stream), the last TURNS_MAX records
 * that failed or hold a trace wait for what may still belong to them. */
#include "engine/records.h"

#include "base/json_writer.h"
#include "engine/judge.h"
#include "engine/reading.h"
#include "input/identity.h"
#include "record/exception.h"
#include "record/ids.h"
#include "record/severity.h"
#include "record/trace.h"

enum { OPEN_MAX = 256, WRITERS_MAX = 4096, WRITE_BYTES = 64 * 1024, TURNS_MAX = 8 };

struct record {
    int64_t time_ns;
    uint64_t line;
    uint16_t flags; /* of its first line */
    bool inherited; /* the time is that of a line before */
    bool complete;
    bool chained;     /* the next exception was caused by the one that is known */
    bool panics;      /* its first line tells of a panic */
    uint8_t trace;    /* kinds of traces it holds (trace.h) */
    bool trace_ended; /* with the exception of Python */
    uint8_t severity;
    struct text body, service, instance, exception, cause, ids[ID_KINDS];
};

struct record_writer {
    uint64_t key;
    struct join join;
    uint64_t record; /* number of its last record + 1; 0: none */
    struct text name, service;
};

struct recording {
    const struct kernel *kernel;
    const struct stamp_context *stamp;
    onset_sink sink;
    void *context;
    int rc; /* what the sink returned */
    struct profile profile;
    struct reading reading;
    struct record ring[OPEN_MAX]; /* records [first, next), each at its number modulo OPEN_MAX */
    uint64_t first, next;
    struct join source_join;
    struct table writers;
    struct record_writer *last_writer;
    struct text service, instance; /* of the source */
    uint64_t line;                 /* lines read */
    int64_t inherit_ns;
    struct record *carried; /* the record that the line before went to; NULL: it began one */
    struct text out;
    uint8_t *masked;
};

/* ---- writing ---- */

static void flush(struct recording *r)
{
    if (r->out.len && r->rc == 0)
        r->rc = r->sink(r->context, (const char *)r->out.ptr, r->out.len);
    text_clear(&r->out);
}

static void write_text(struct json_writer *json, const char *key, const struct text *text)
{
    json_key(json, key);
    if (text->len)
        json_string(json, text_span(text));
    else
        json_null(json);
}

static void write_assumed(struct json_writer *json, const struct record *record)
{
    static const struct {
        uint16_t flag;
        const char *name;
    } assumptions[] = {{LINE_NO_DATE, "date"}, {LINE_NO_YEAR, "year"}, {LINE_NO_ZONE, "zone"}};
    json_key(json, "assumed");
    json_open(json, '[');
    if (record->inherited)
        json_cstring(json, "time");
    else
        for (size_t i = 0; i < sizeof assumptions / sizeof *assumptions; i++)
            if (record->flags & assumptions[i].flag)
                json_cstring(json, assumptions[i].name);
    json_close(json, ']');
}

static void write_exception(struct json_writer *json, const struct record *record)
{
    struct span type, message;
    exception_split(text_span(&record->exception), &type, &message);
    json_key(json, "exception.type");
    if (type.len)
        json_string(json, type);
    else
        json_null(json);
    json_key(json, "exception.message");
    json_string(json, message);
    if (record->cause.len)
        write_text(json, "exception.cause", &record->cause);
}

static void write_attributes(struct json_writer *json, const struct record *record)
{
    json_key(json, "attributes");
    json_open(json, '{');
    if (record->exception.len)
        write_exception(json, record);
    static const char *const id_names[ID_KINDS] = {"trace_id", "span_id", "request_id"};
    for (int i = 0; i < ID_KINDS; i++)
        if (record->ids[i].len)
            write_text(json, id_names[i], &record->ids[i]);
    if (record->inherited || record->flags & (LINE_NO_DATE | LINE_NO_YEAR | LINE_NO_ZONE))
        write_assumed(json, record);
    if (record->body.truncated) {
        json_key(json, "truncated");
        json_bool(json, true);
    }
    json_close(json, '}');
}

static void write_record(struct recording *r, const struct record *record)
{
    struct json_writer json = {.out = &r->out};
    json_open(&json, '{');
    json_key(&json, "time");
    json_time(&json, record->time_ns);
    json_key(&json, "severity");
    json_unsigned(&json, record->severity);
    json_key(&json, "severity_text");
    json_cstring(&json, severity_name(record->severity));
    write_text(&json, "service", &record->service);
    write_text(&json, "instance", &record->instance);
    json_key(&json, "source");
    json_cstring(&json, r->reading.source.file);
    json_key(&json, "line");
    json_unsigned(&json, record->line);
    json_key(&json, "body");
    json_string(&json, text_span(&record->body));
    write_attributes(&json, record);
    json_close(&json, '}');
    text_add_byte(&r->out, '\n');
    if (r->out.len >= WRITE_BYTES)
        flush(r);
}

/* Write the oldest records as long as they are complete; with `all`, also those that are not. */
static void write_complete(struct recording *r, bool all)
{
    for (; r->first < r->next; r->first++) {
        const struct record *record = &r->ring[r->first % OPEN_MAX];
        if (!record->complete && !all)
            return;
        write_record(r, record);
    }
}

/* The same, when a writer without a name begins another record: of those that may go on, the last ones wait.
 */
static void write_ended(struct recording *r)
{
    for (; r->first < r->next; r->first++) {
        const struct record *record = &r->ring[r->first % OPEN_MAX];
        if ((record->trace || record->panics || record->severity >= SEVERITY_ERROR) &&
            r->next - r->first <= TURNS_MAX)
            return;
        write_record(r, record);
    }
}

/* ---- who ---- */

static void set_text(struct text *text, struct span from)
{
    text_clear(text);
    text_add(text, from.ptr, from.len);
}

/* word, when it is service and something with a number or hash behind it; else empty. */
static struct span replica_in(struct span word, struct span service)
{
    if (word.len > service.len && memcmp(word.ptr, service.ptr, service.len) == 0)
        for (size_t i = service.len; i < word.len; i++)
            if ((unsigned)word.ptr[i] - '0' < 10)
                return word;
    return span_make(word.ptr, 0);
}

/* The part of a source's name that tells replicas apart: the last one of its path that begins as the service
 * does and goes on ("cart-7d9f8b6c5d-x2x4q", "web-01"). Empty when there is none. */
static struct span replica_of(struct span name, struct span service)
{
    struct span whole = service;
    const uint8_t *dot = service.len ? memchr(service.ptr, '.', service.len) : NULL;
    if (dot)
        service.len = (size_t)(dot - service.ptr);
    struct span found = {name.ptr, 0};
    while (name.len && service.len && !found.len) {
        const uint8_t *slash = memrchr(name.ptr, '/', name.len);
        struct span word = slash ? span_skip(name, (size_t)(slash + 1 - name.ptr)) : name;
        name.len = slash ? (size_t)(slash - name.ptr) : 0;
        if (word.len > 4 && memcmp(word.ptr + word.len - 4, ".log", 4) == 0)
            word.len -= 4;
        if (span_equal(word, whole))
            continue;
        found = replica_in(word, service);
        const uint8_t *from = memchr(word.ptr, '_', word.len), *to = memrchr(word.ptr, '_', word.len);
        if (!found.len && from < to) /* "NAMESPACE_POD_UID" */
            found = replica_in(span_make(from + 1, (size_t)(to - from - 1)), service);
    }
    return found;
}

static void forget_writers(struct recording *r)
{
    for (size_t i = 0; i < r->writers.size; i++) {
        struct record_writer *writer = r->writers.slots[i].value;
        if (!writer)
            continue;
        text_done(&writer->name);
        text_done(&writer->service);
        free(writer);
    }
    table_done(&r->writers);
    r->last_writer = NULL;
}

static struct record_writer *find_writer(struct recording *r, struct span name)
{
    if (r->last_writer && span_equal(text_span(&r->last_writer->name), name))
        return r->last_writer;
    uint64_t key = stream_key(span_of(r->reading.source.stream), name);
    struct record_writer *writer = table_get(&r->writers, key);
    if (!writer) {
        if (r->writers.count == WRITERS_MAX) {
            write_complete(r, true);
            forget_writers(r);
        }
        writer = memory_alloc(sizeof *writer);
        writer->key = key;
        writer->join.last_ns = TIME_NONE;
        set_text(&writer->name, name);
        if (name.len)
            identity_writer(name, &writer->service);
        else
            set_text(&writer->service, text_span(&r->service));
        table_put(&r->writers, key, writer);
    }
    return r->last_writer = writer;
}

/* ---- records ---- */

/* The message with the indentation that parsing took from it, where it is still at hand. */
static struct span indented(const struct line *line)
{
    struct span text = line->message, raw = line->raw;
    if (text.ptr < raw.ptr || text.ptr > raw.ptr + raw.len)
        return text;
    while (text.ptr > raw.ptr && (text.ptr[-1] == ' ' || text.ptr[-1] == '\t'))
        text.ptr--, text.len++;
    if (text.ptr > raw.ptr && text.len > line->message.len)
        text = span_skip(text, 1); /* it parts the header from the text */
    return text;
}

static void start_record(struct recording *r, struct record_writer *writer, const struct line *line)
{
    if (writer->record > r->first)
        r->ring[(writer->record - 1) % OPEN_MAX].complete = true;
    if (!r->reading.scanner.reader.sequential)
        write_ended(r);
    else
        write_complete(r, false);
    if (r->next - r->first == OPEN_MAX) {
        r->ring[r->first % OPEN_MAX].complete = true;
        write_complete(r, false);
    }
    struct record *record = &r->ring[r->next++ % OPEN_MAX];
    writer->record = r->next;
    bool timed = line->time_ns != TIME_NONE;
    record->time_ns = timed ? line->time_ns : r->inherit_ns;
    record->inherited = !timed && record->time_ns != TIME_NONE;
    record->line = line->flags & LINE_PARTS ? r->reading.scanner.reader.began.line : r->line;
    record->flags = line->flags;
    record->complete = false;
    record->severity = line->severity ? line->severity : judge_message(r->kernel, line->message, r->masked);
    set_text(&record->service, text_span(&writer->service));
    set_text(&record->instance, text_span(writer->name.len ? &writer->name : &r->instance));
    set_text(&record->body, line->lines.len ? line->lines : line->message);
    text_clear(&record->exception);
    text_clear(&record->cause);
    record->chained = false;
    r->carried = NULL;
    struct trace_line trace = trace_line_of(line->message, JOINED_RECORD);
    record->trace = trace.begins ? trace.kind : TRACE_NONE;
    record->trace_ended = false;
    record->panics = memmem(line->message.ptr, line->message.len, "panic", 5) != NULL;
    if (join_is_exception(line->message))
        set_text(&record->exception, line->message);
    struct ids ids;
    ids_find(line->raw, &ids);
    for (int i = 0; i < ID_KINDS; i++)
        set_text(&record->ids[i], ids.of[i]);
}

/* Python tells the cause first, and then what came of it; so do PHP and Go, without a word between. */
static bool tells_chain(struct span text)
{
    return span_starts(text, "The above exception ") || span_starts(text, "During handling ");
}

/* Rust tells the reason on the line behind "thread 'main' panicked at src/main.rs:2:5:". */
static void tell_panic(struct record *record, struct span reason)
{
    struct span known = text_span(&record->exception);
    if (!span_starts(known, "thread '") || known.ptr[known.len - 1] != ':')
        return;
    text_clear(&record->exception);
    text_puts(&record->exception, "panic: ");
    text_add(&record->exception, reason.ptr, reason.len);
}

/* C++ tells the reason on an indented line behind "terminate called ... of 'std::runtime_error'". */
static void tell_what(struct record *record, struct span text)
{
    static const char mark[] = "what():  ";
    struct span known = text_span(&record->exception);
    if (!span_starts(known, "terminate called ") || !span_starts(text, mark) ||
        known.ptr[known.len - 1] != '\'')
        return;
    text_puts(&record->exception, ": ");
    text_add(&record->exception, text.ptr + sizeof mark - 1, text.len - sizeof mark + 1);
}

/* What an exception line adds to what is known: the innermost cause is wanted. */
static void add_exception(struct record *record, struct span text)
{
    struct span cause = exception_cause(text);
    bool grouped = text.len && text.ptr[0] == '|'; /* one of a Python group, root causes first */
    text = exception_ungroup(text);
    struct span known = text_span(&record->exception), inner = exception_inner(text);
    if (known.len && exception_is_ruby(known) && exception_is_ruby(text)) /* the cause comes second */
        cause = text;
    record->chained |=
        span_starts(text, "Next ") || (span_starts(text, "panic: ") && span_starts(known, "panic: "));
    if (known.len == 0 || known.ptr[known.len - 1] == ':') { /* "Unhandled Exception:" */
        set_text(&record->exception, text);
        set_text(&record->cause, inner);
    } else if (cause.len) {
        set_text(&record->cause, cause); /* the last one is the innermost */
    } else if (grouped && record->cause.len == 0) {
        set_text(&record->cause, text);
    } else if (record->chained) {
        if (record->cause.len == 0)
            set_text(&record->cause, text_span(&record->exception));
        set_text(&record->exception, text);
        record->chained = false;
    }
}

/* What the lines of a message, or a trace beside it, tell of an exception. */
static void add_lines(struct record *record, struct span text, bool from_second)
{
    struct join_lines lines = {.rest = text};
    struct span line;
    enum joined joined;
    if (from_second)
        join_lines_next(&lines, &line, &joined);
    while (join_lines_next(&lines, &line, &joined)) {
        line = span_trim(line);
        record->chained |= joined == JOINED_FRAME && tells_chain(line);
        tell_what(record, line);
        if (joined == JOINED_DETAIL)
            tell_panic(record, line);
        else if (joined == JOINED_EXCEPTION)
            add_exception(record, line);
    }
}

static void carry_on(struct recording *r, struct record *record, const struct line *line, enum joined joined)
{
    struct span text = line->lines.len ? line->lines : indented(line);
    text_add_byte(&record->body, '\n');
    text_add(&record->body, text.ptr, text.len);
    record->chained |= joined == JOINED_FRAME && tells_chain(line->message);
    tell_what(record, line->message);
    if (joined == JOINED_DETAIL)
        tell_panic(record, line->message);
    if (joined != JOINED_EXCEPTION)
        return;
    add_exception(record, line->message);
    if (!record->severity)
        record->severity = judge_message(r->kernel, line->message, r->masked);
}

/* May a line that belongs to a trace be of this record? */
static bool may_hold(const struct record *record, struct trace_line what)
{
    if (what.begins && what.kind == TRACE_GO)
        return record->panics && !(record->trace & ~TRACE_GO);
    if (what.begins)
        return record->severity >= SEVERITY_ERROR && !(record->trace & ~what.kind);
    return record->trace & what.kind && !(what.kind == TRACE_PYTHON && record->trace_ended);
}

/* Which of the last records a line carries on, where writers without names take turns: the last one, unless
 * the line is of a trace that only an earlier one holds. */
static struct record *record_of(struct recording *r, struct record *last, const struct line *line,
                                enum joined joined)
{
    if (r->reading.scanner.reader.sequential)
        return last;
    struct trace_line what = trace_line_of(indented(line), joined);
    struct record *found = what.kind ? NULL : r->carried;
    for (uint64_t i = r->next; what.kind && i > r->first && r->next - i < TURNS_MAX && !found; i--) {
        struct record *record = &r->ring[(i - 1) % OPEN_MAX];
        found = may_hold(record, what) ? record : NULL;
    }
    found = found ? found : last;
    if (!what.weak)
        found->trace |= what.kind;
    found->trace_ended = what.ends || (found->trace_ended && !what.begins);
    return r->carried = found;
}

static void take(struct recording *r, const struct line *line, uint64_t offset)
{
    const struct scanner *s = &r->reading.scanner;
    if (line->time_ns != TIME_NONE)
        r->inherit_ns = line->time_ns;
    if (line->flags & LINE_EMPTY)
        return;
    bool same_writer = !line->stream.len && !(line->flags & LINE_STAMPED) && r->last_writer;
    struct record_writer *writer = same_writer ? r->last_writer : find_writer(r, line->stream);
    struct join *join = s->reader.sequential ? &writer->join : &r->source_join;
    int64_t time_ns = s->by_order ? (int64_t)r->line * JOIN_GAP_NS : r->inherit_ns;
    if (s->reader.sequential)
        join_wait(join, offset);
    enum joined joined = join_next(join, line, writer->key, time_ns, scanner_by_times(s, line));
    join->end = s->reader.place_end;
    if (joined == JOINED_RECORD || writer->record <= r->first)
        start_record(r, writer, line);
    else
        carry_on(r, record_of(r, &r->ring[(writer->record - 1) % OPEN_MAX], line, joined), line, joined);
    if (line->lines.len || line->trace.len) {
        struct record *record = &r->ring[(writer->record - 1) % OPEN_MAX];
        add_lines(record, line->lines, true);
        add_lines(record, line->trace, false);
    }
}

static void take_line(struct recording *r, const struct reading_line *read)
{
    struct line_reader *reader = &r->reading.scanner.reader;
    struct span raw = read->bytes;
    struct line line;
    if (raw.len && raw.ptr[raw.len - 1] == '\n')
        raw.len--;
    if (raw.len > LINE_BYTES_MAX)
        raw.len = LINE_BYTES_MAX;
    reader->place = (struct line_place){++r->line, read->offset};
    while (line_late(reader, &line))
        take(r, &line, read->offset);
    if (!line_parse(reader, raw, &line))
        return;
    take(r, &line, read->offset);
    line_reader_recycle(reader);
}

static void read_lines(struct recording *r)
{
    const struct input_file *file = r->reading.input->file;
    struct reading_line line;
    struct line last;
    r->source_join = (struct join){.last_ns = TIME_NONE};
    r->line = 0;
    r->carried = NULL;
    r->inherit_ns = r->reading.scanner.inherit_ns;
    set_text(&r->service, span_of(file->service));
    set_text(&r->instance, replica_of(span_of(file->stream), text_span(&r->service)));
    while (r->rc == 0 && reading_next(&r->reading, &line))
        take_line(r, &line);
    while (r->rc == 0 && line_finish(&r->reading.scanner.reader, &last))
        take(r, &last, r->reading.scanner.reader.place.offset);
    write_complete(r, true);
    forget_writers(r);
}

static int read_source(void *context, struct plan_file *f, struct input *input)
{
    struct recording *r = context;
    if (reading_open(&r->reading, f, input, r->stamp, r->kernel, &r->profile))
        read_lines(r);
    reading_close(&r->reading);
    return r->rc;
}

static void record_init(struct record *record)
{
    text_init(&record->body, RECORD_BODY_MAX);
    text_init(&record->exception, EXEMPLAR_BYTES_MAX);
    text_init(&record->cause, EXEMPLAR_BYTES_MAX);
    for (int i = 0; i < ID_KINDS; i++)
        text_init(&record->ids[i], EXEMPLAR_BYTES_MAX);
}

static void record_done(struct record *record)
{
    text_done(&record->body);
    text_done(&record->service);
    text_done(&record->instance);
    text_done(&record->exception);
    text_done(&record->cause);
    for (int i = 0; i < ID_KINDS; i++)
        text_done(&record->ids[i]);
}

int records(struct plan *plan, const struct kernel *kernel, onset_sink sink, void *context)
{
    struct recording *r = memory_alloc(sizeof *r);
    r->kernel = kernel;
    r->stamp = &plan->stamp;
    r->sink = sink;
    r->context = context;
    r->masked = memory_alloc(JUDGE_BYTES_MAX + 64);
    profile_init(&r->profile);
    for (size_t i = 0; i < OPEN_MAX; i++)
        record_init(&r->ring[i]);
    reading_sources(plan, read_source, r);
    flush(r);
    int rc = r->rc;
    for (size_t i = 0; i < OPEN_MAX; i++)
        record_done(&r->ring[i]);
    profile_done(&r->profile);
    text_done(&r->service);
    text_done(&r->instance);
    text_done(&r->out);
    free(r->masked);
    free(r);
    return rc;
}
