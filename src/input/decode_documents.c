/* JSON that is not one record a line: an array of records, records printed over several lines, or batches of
 * records within an object (OTLP, CloudWatch, answers of Elasticsearch and Loki, and whatever else is named
 * below). Here and not where lines are read, because a batch is one line of megabytes, and lines are what
 * everything behind this is bounded by.
 *
 *     {"resourceLogs":[{"resource":R,"scopeLogs":[{"scope":S,"logRecords":[{"body":1},{"body":2}]}]}]}
 *
 * becomes
 *
 *     {"body":1,"scope":S,"resource":R}
 *     {"body":2,"scope":S,"resource":R}
 *
 * Loki's streams hold pairs, {"stream":S,"values":[["1786113065123456789","text"]]}: these become
 *
 *     {"timestamp":"1786113065123456789","message":"text", and the labels in S
 *
 * A record stands on the line where it begins: newlines that it held follow it as empty lines.
 *
 * Not a validator: white space outside of strings goes, brackets are counted, the members in front of a batch
 * go behind each of its records. What is no JSON passes line by line. */
#include "input/decoder.h"

#include "base/arena.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>

enum { LEVELS_MAX = 4, RECORD_BYTES_MAX = 1 << 20, CONTEXT_BYTES_MAX = 64 << 10, NAME_BYTES_MAX = 32 };
enum { OUT_BYTES = 256 << 10 }; /* what may wait before a record is added: "{}," can stand for 256 KiB */

enum place {
    OUTSIDE, /* between documents, or the elements of a batch */
    OBJECT,  /* in a record, or what holds a batch */
    VALUE,   /* an element that is no object */
    LINE     /* no JSON */
};

struct documents_state {
    enum place place;
    bool in_string, escaped, name_next, holds_batch;
    bool array_opens;         /* the last byte outside was a bracket */
    bool pair;                /* the object was an array of time and text */
    bool pairs;               /* the innermost batch holds such */
    size_t level;             /* batches that are open */
    size_t depth[LEVELS_MAX]; /* brackets of the object that were open around it */
    size_t members;           /* of a pair, so far */
    size_t newlines;          /* read, and not given yet */
    size_t early;             /* given, and not read yet: of records that end amid a line */
    size_t nest;              /* brackets open in the object or value */
    size_t name_at;           /* in record: where the last name of the object begins */
    struct text record;       /* what was read of it, without white space */
    struct text context[LEVELS_MAX];
    struct text out;
    size_t given; /* [given, out.len) waits */
};

static void *documents_start(void)
{
    struct documents_state *d = memory_alloc(sizeof *d);
    text_init(&d->record, RECORD_BYTES_MAX);
    text_init(&d->out, 0);
    for (size_t i = 0; i < LEVELS_MAX; i++)
        text_init(&d->context[i], CONTEXT_BYTES_MAX);
    return d;
}

static void documents_stop(void *state)
{
    struct documents_state *d = state;
    text_done(&d->record);
    text_done(&d->out);
    for (size_t i = 0; i < LEVELS_MAX; i++)
        text_done(&d->context[i]);
    free(d);
}

static bool is_one_of(struct span name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(name, span_of(names[i])))
            return true;
    return false;
}

/* Batches by a name of their own, wherever they are. */
static const char *const batches[] = {"resourceLogs", "resource_logs", "scopeLogs",
                                      "scope_logs",   "logRecords",    "instrumentationLibraryLogs",
                                      "log_records",  "logEvents"};
/* Those that could be anything, but not as the first name of a document: CloudTrail, Azure, the AWS CLI,
 * exports of hosted log services. */
static const char *const first_batches[] = {"Records", "records", "events", "logs", "entries"};

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof *(names))

static bool is_batch(struct span name, bool first)
{
    return IS_ONE_OF(name, batches) || (first && IS_ONE_OF(name, first_batches));
}

/* What kubectl -o json gives. */
static bool is_kubernetes_list(const struct documents_state *d, struct span name)
{
    static const char start[] = "{\"apiVersion\":\"v1\",";
    return d->level == 0 && span_equal(name, span_of("items")) && d->name_at == sizeof start - 1 &&
           memcmp(d->record.ptr, start, sizeof start - 1) == 0;
}

static void count_newline(struct documents_state *d)
{
    if (d->early > 0)
        d->early--;
    else
        d->newlines++;
}

/* So that what comes next stands on its line; as many as there is room for. */
static void give_newlines(struct documents_state *d)
{
    for (; d->place == OUTSIDE && d->newlines > 0 && d->out.len < OUT_BYTES; d->newlines--)
        text_add_byte(&d->out, '\n');
}

static void end_line(struct documents_state *d)
{
    text_add_byte(&d->out, '\n');
    if (d->newlines > 0)
        d->newlines--;
    else
        d->early++;
    text_clear(&d->record);
    d->place = OUTSIDE;
    d->in_string = d->escaped = d->holds_batch = false;
    d->nest = 0;
}

/* The record with what the objects around it say, the innermost first. */
static void end_record(struct documents_state *d)
{
    bool whole = d->record.len > 0 && d->record.ptr[d->record.len - 1] == '}';
    text_add(&d->out, d->record.ptr, d->record.len - whole);
    for (size_t i = d->level; whole && i > 0; i--) {
        struct text *context = &d->context[i - 1];
        if (context->len > 1 && !context->truncated) {
            text_add_byte(&d->out, ',');
            text_add(&d->out, context->ptr + 1, context->len - 1);
        }
    }
    if (whole)
        text_add_byte(&d->out, '}');
    end_line(d);
}

static bool record_ends(const struct documents_state *d, const char *end)
{
    size_t n = strlen(end);
    return d->record.len >= n && memcmp(d->record.ptr + d->record.len - n, end, n) == 0;
}

static bool member_starts(const struct documents_state *d, const char *start)
{
    return span_starts(span_make(d->record.ptr + d->name_at, d->record.len - d->name_at), start);
}

/* record[from, to) is the context of what comes. */
static void open_batch(struct documents_state *d, size_t from, size_t to)
{
    d->depth[d->level] = d->nest;
    struct text *context = &d->context[d->level++];
    text_clear(context);
    text_add(context, d->record.ptr + from, to - from);
    text_clear(&d->record);
    d->place = OUTSIDE;
}

/* The answer of a search: {"took":1,...,"hits":{...,"hits":[; of Loki:
 * {...,"data":{"resultType":"streams","result":[. What is around it tells of the search, and is left out. */
static bool enter_answer(struct documents_state *d)
{
    bool hits = record_ends(d, "\"hits\":") && member_starts(d, "\"hits\":{");
    bool streams = record_ends(d, "\"result\":") && member_starts(d, "\"data\":{\"resultType\":\"streams\"");
    if (d->level > 0 || d->record.truncated || !(hits || streams))
        return false;
    open_batch(d, 0, 1);
    return true;
}

/* Does the array that begins here hold records? Then what was read of the object is their context. */
static bool enter_batch(struct documents_state *d)
{
    if (d->nest == 2)
        return enter_answer(d);
    if (d->nest != 1 || d->name_next || d->level == LEVELS_MAX || d->record.truncated)
        return false;
    const uint8_t *name = d->record.ptr + d->name_at + 1;
    size_t left = d->record.len - d->name_at - 1;
    const uint8_t *end = memchr(name, '"', left < NAME_BYTES_MAX ? left : NAME_BYTES_MAX);
    if (!end)
        return false;
    struct span batch = span_make(name, (size_t)(end - name));
    bool pairs = d->level == 1 && span_equal(batch, span_of("values")) &&
                 span_starts(text_span(&d->record), "{\"stream\":{");
    if (!pairs && !is_batch(batch, d->level == 0 && d->name_at == 1) && !is_kubernetes_list(d, batch))
        return false;
    size_t keep = d->name_at;
    while (keep > 1 && d->record.ptr[keep - 1] == ',')
        keep--;
    size_t from = 0;
    if (pairs && d->record.ptr[keep - 1] == '}') { /* the labels of a stream are fields of its records */
        from = sizeof "{\"stream\":" - 1;
        keep--;
    }
    open_batch(d, from, keep);
    d->pairs = pairs;
    return true;
}

/* The end of a batch: the object that holds it goes on. Its records are out. */
static void leave_batch(struct documents_state *d)
{
    if (d->level == 0)
        return; /* of the array that is the document */
    struct text *context = &d->context[--d->level];
    text_clear(&d->record);
    text_add(&d->record, context->ptr, context->len);
    d->place = OBJECT;
    d->nest = d->depth[d->level];
    d->holds_batch = true;
    d->name_next = d->pairs = false;
}

static void end_object(struct documents_state *d)
{
    if (!d->holds_batch) {
        end_record(d);
        return;
    }
    text_clear(&d->record);
    d->holds_batch = false;
    d->place = OUTSIDE;
}

static void start_pair(struct documents_state *d)
{
    static const char first[] = "{\"timestamp\":";
    d->place = OBJECT;
    d->nest = 1;
    d->members = 1;
    d->pair = true;
    d->name_next = d->holds_batch = false;
    text_add(&d->record, first, sizeof first - 1);
}

/* A bracket or comma of a pair itself; what else it holds is told under a third name. */
static void in_pair(struct documents_state *d, uint8_t byte)
{
    static const char second[] = ",\"message\":", third[] = ",\"attributes\":";
    if (byte == ',') {
        d->members++;
        text_add(&d->record, d->members == 2 ? second : third,
                 d->members == 2 ? sizeof second - 1 : sizeof third - 1);
        return;
    }
    text_add_byte(&d->record, '}');
    d->pair = false;
    d->nest = 0;
    end_record(d);
}

static void outside(struct documents_state *d, uint8_t byte)
{
    if (d->pairs && byte == '[') {
        start_pair(d);
        return;
    }
    if (byte == '{' || byte == '"') {
        d->place = byte == '{' ? OBJECT : VALUE;
        d->nest = byte == '{';
        d->in_string = byte == '"';
        d->name_next = true;
        d->holds_batch = false;
        text_add_byte(&d->record, byte);
    } else if (byte == ']') {
        leave_batch(d);
    } else if (byte == '[' && !d->array_opens) {
        d->array_opens = true;
        return;
    } else if (isspace(byte) && byte != '\n') {
        return;
    } else if (!isspace(byte) && byte != ',' && byte != '}') { /* "[2026-08-07 ..." is no array */
        d->place = LINE;
        if (d->array_opens)
            text_add_byte(&d->out, '[');
        text_add_byte(&d->out, byte);
    }
    d->array_opens = false;
}

/* A byte of an object, or of a value that is none, outside of strings. */
static void inside(struct documents_state *d, uint8_t byte)
{
    if (isspace(byte))
        return;
    if (byte == '"') {
        d->in_string = true;
        if (d->nest == 1 && d->name_next && d->place == OBJECT) {
            d->name_at = d->record.len;
            d->name_next = false;
        }
    }
    if (byte == '[' && d->place == OBJECT && !d->pair && enter_batch(d))
        return;
    if (d->pair && d->nest == 1 && (byte == ',' || byte == ']')) {
        in_pair(d, byte);
        return;
    }
    text_add_byte(&d->record, byte);
    if (byte == ',' && d->nest == 1)
        d->name_next = true;
    else if (byte == '{' || byte == '[')
        d->nest++;
    else if ((byte == '}' || byte == ']') && --d->nest == 0)
        end_object(d);
}

/* From p, inside a string: the bytes that belong to it. One that holds a newline is no string: what was
 * taken for a record is given as it is. */
static size_t string_bytes(struct documents_state *d, const uint8_t *p, size_t n)
{
    size_t i = 0;
    for (; i < n && d->in_string; i++) {
        if (p[i] == '\n') {
            text_add(&d->record, p, i);
            text_add(&d->out, d->record.ptr, d->record.len);
            d->level = 0;
            d->pair = d->pairs = false;
            count_newline(d);
            end_line(d);
            return i + 1;
        }
        d->in_string = d->escaped || p[i] != '"';
        d->escaped = !d->escaped && p[i] == '\\';
    }
    text_add(&d->record, p, i);
    if (!d->in_string && d->place == VALUE && d->nest == 0)
        end_record(d);
    return i;
}

/* Returns how many of the bytes it used: all, unless enough waits. */
static size_t take(struct documents_state *d, const uint8_t *p, size_t n)
{
    size_t i = 0;
    give_newlines(d);
    while (i < n && d->out.len < OUT_BYTES) {
        if (d->in_string) {
            i += string_bytes(d, p + i, n - i);
        } else if (d->place == LINE) {
            const uint8_t *end = memchr(p + i, '\n', n - i);
            size_t bytes = end ? (size_t)(end - p) - i : n - i;
            text_add(&d->out, p + i, bytes);
            i += bytes + (end != NULL);
            if (end) {
                count_newline(d);
                end_line(d);
            }
        } else {
            if (p[i] == '\n')
                count_newline(d);
            if (d->place == OUTSIDE)
                outside(d, p[i++]);
            else
                inside(d, p[i++]);
        }
        give_newlines(d);
    }
    return i;
}

static enum decode_status documents_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                         size_t *ret_bytes, const char **ret_reason)
{
    struct documents_state *d = state;
    (void)ret_reason;
    while (d->given == d->out.len) {
        text_clear(&d->out);
        d->given = 0;
        if (raw->from == raw->to && raw_fill(raw) < 0)
            return DECODE_UNREADABLE;
        if (raw->from == raw->to && d->record.len && !d->holds_batch) {
            d->level = 0;
            text_add(&d->out, d->record.ptr, d->record.len); /* cut off */
            end_line(d);
        } else if (raw->from == raw->to && (d->place != OUTSIDE || d->newlines == 0)) {
            return DECODE_END;
        }
        raw->from += take(d, raw->bytes + raw->from, raw->to - raw->from);
    }
    size_t left = d->out.len - d->given, n = left < size ? left : size;
    memcpy(buffer, d->out.ptr + d->given, n);
    d->given += n;
    *ret_bytes = n;
    return DECODE_MORE;
}

const struct codec codec_documents = {documents_start, documents_stop, documents_step};

/* ---- is it such a text? ---- */

enum { LOOK_BYTES = 512 };

/* What of the head decides, the same for a file and a slow pipe: up to the end of the first line that has
 * more on it than a bracket. ret_all: no more of it is needed. */
static struct span deciding(struct span head, bool *ret_all)
{
    size_t n = 0;
    bool more = false;
    while (n < head.len && n < LOOK_BYTES && !(more && head.ptr[n] == '\n')) {
        uint8_t c = head.ptr[n++];
        more |= !isspace(c) && c != '{' && c != '[';
    }
    *ret_all = n == LOOK_BYTES || n < head.len || (n > 0 && head.ptr[0] != '{' && head.ptr[0] != '[');
    return span_make(head.ptr, n);
}

static size_t skip_space(struct span text, size_t at)
{
    while (at < text.len && isspace(text.ptr[at]))
        at++;
    return at;
}

static bool follows(struct span text, size_t *at, char byte)
{
    size_t i = skip_space(text, *at);
    if (i >= text.len || text.ptr[i] != (uint8_t)byte)
        return false;
    *at = i + 1;
    return true;
}

bool codec_documents_possible(struct span head)
{
    bool all;
    deciding(head, &all);
    return head.len > 0 && !all;
}

bool codec_documents_likely(struct span head)
{
    bool all;
    struct span text = deciding(head, &all);
    size_t at = 0;
    if (text.len < 3 || (text.ptr[0] != '{' && text.ptr[0] != '['))
        return false;
    if (text.ptr[0] == '[') { /* [{"name" */
        at = 1;
        return follows(text, &at, '{') && follows(text, &at, '"');
    }
    at = skip_space(text, 1);
    bool apart = memchr(text.ptr, '\n', at) != NULL;
    if (at >= text.len || text.ptr[at] != '"')
        return false;
    if (apart)
        return true;
    struct span name = span_skip(text, at + 1);
    const uint8_t *end = memchr(name.ptr, '"', name.len);
    at = end ? (size_t)(end + 1 - text.ptr) : text.len;
    name.len = end ? (size_t)(end - name.ptr) : 0;
    if (is_batch(name, true) && follows(text, &at, ':') && follows(text, &at, '[') && follows(text, &at, '{'))
        return true;
    static const char *const inner[] = {"\"logEvents\":[",
                                        "\"hits\":{\"total\":", "{\"resultType\":\"streams\","};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        if (memmem(text.ptr, text.len, inner[i], strlen(inner[i])))
            return true;
    return false;
}
