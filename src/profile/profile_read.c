/* Why each line is written again and compared: a reader that checks every rule by itself is long, and each
 * rule it forgets is a hole; the writer knows them all. What lines cannot tell alone (order, sums, what
 * points to what) is checked across them, and the checksum finds what changed and still looks right. */
#include "profile/profile_lines.h"

#include "pattern/kernel.h"
#include "pattern/template.h"
#include "profile/odds.h"

#include <inttypes.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define AGAIN "make it again, or copy it again"

enum stage { STAGE_START, STAGE_PARTS, STAGE_STREAMS, STAGE_SERIES, STAGE_TALLY, STAGE_END };

struct profile_reading {
    struct profile *profile;
    XXH3_state_t *hash; /* of the lines so far */
    struct text line;   /* the open one */
    struct text again, text, message, name;
    struct profile_head head;
    enum stage stage; /* of the last line */
    uint64_t lines, parts, streams, series;
    uint64_t last_series;
    const struct stream *last_stream;
    char *last_part;
    bool failed;
    struct onset_error err;
};

/* The words of a line */

struct cursor {
    const uint8_t *p, *end;
    bool bad;
};

static bool next_is(const struct cursor *c, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(c->end - c->p) >= n && memcmp(c->p, text, n) == 0;
}

static void expect(struct cursor *c, const char *text)
{
    if (!c->bad && next_is(c, text))
        c->p += strlen(text);
    else
        c->bad = true;
}

/* ',"NAME":' when it is next */
static bool next_key(struct cursor *c, const char *name)
{
    size_t n = strlen(name);
    if (c->bad || (size_t)(c->end - c->p) < n + 4 || c->p[0] != ',' || c->p[1] != '"' ||
        memcmp(c->p + 2, name, n) != 0 || c->p[n + 2] != '"' || c->p[n + 3] != ':')
        return false;
    c->p += n + 4;
    return true;
}

static void key(struct cursor *c, const char *name)
{
    if (!next_key(c, name))
        c->bad = true;
}

static uint64_t take_number(struct cursor *c, uint64_t max)
{
    uint64_t value = 0;
    const uint8_t *start = c->p;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
        uint64_t digit = *c->p - (uint64_t)'0';
        if (value > (max - digit) / 10) {
            c->bad = true;
            return 0;
        }
        value = value * 10 + digit;
    }
    c->bad |= c->p == start;
    return value;
}

static uint64_t number(struct cursor *c, const char *name)
{
    key(c, name);
    return take_number(c, PROFILE_NUMBER_MAX);
}

static int64_t take_integer(struct cursor *c)
{
    bool negative = !c->bad && next_is(c, "-");
    c->p += negative;
    uint64_t value = take_number(c, INT64_MAX);
    return negative ? -(int64_t)value : (int64_t)value;
}

/* ns, or null: then `missing` */
static int64_t take_time(struct cursor *c, const char *name, int64_t missing)
{
    key(c, name);
    if (!c->bad && next_is(c, "null")) {
        c->p += 4;
        return missing;
    }
    return take_integer(c);
}

static uint64_t take_hex(struct cursor *c, const char *name)
{
    uint64_t value = 0;
    key(c, name);
    expect(c, "\"");
    if (c->bad || c->end - c->p < 17) {
        c->bad = true;
        return 0;
    }
    for (int i = 0; i < 16; i++) {
        uint8_t b = *c->p++;
        c->bad |= !((b >= '0' && b <= '9') || (b >= 'a' && b <= 'f'));
        value = value << 4 | (uint64_t)(b <= '9' ? b - '0' : b - 'a' + 10);
    }
    expect(c, "\"");
    return value;
}

static bool take_bool(struct cursor *c, const char *name)
{
    key(c, name);
    bool value = !c->bad && next_is(c, "true");
    expect(c, value ? "true" : "false");
    return value;
}

/* Only the escapes that the writer writes; all others fail when the line is written again. */
static void take_string(struct cursor *c, struct text *ret_text)
{
    text_clear(ret_text);
    expect(c, "\"");
    while (!c->bad && c->p < c->end && *c->p != '"') {
        const uint8_t *start = c->p;
        while (c->p < c->end && *c->p != '"' && *c->p != '\\')
            c->p++;
        text_add(ret_text, start, (size_t)(c->p - start));
        if (c->p == c->end || *c->p == '"')
            continue;
        uint8_t escape = c->end - c->p > 1 ? c->p[1] : 0;
        if (escape == 'u' && c->end - c->p >= 6) {
            unsigned code = 0;
            for (int i = 2; i < 6; i++)
                code = code << 4 | (unsigned)(c->p[i] <= '9' ? c->p[i] - '0' : c->p[i] - 'a' + 10) % 16;
            text_add_byte(ret_text, (uint8_t)code);
            c->p += 6;
        } else {
            text_add_byte(ret_text, escape == 'n'   ? '\n'
                                    : escape == 't' ? '\t'
                                    : escape == 'r' ? '\r'
                                                    : escape);
            c->p += escape ? 2 : 1;
        }
    }
    expect(c, "\"");
}

static unsigned base64_digit(uint8_t c)
{
    return c >= 'A' && c <= 'Z'   ? c - 0u - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26u
           : c >= '0' && c <= '9' ? c - '0' + 52u
           : c == '+'             ? 62u
           : c == '/'             ? 63u
                                  : 64u;
}

static void take_base64(struct cursor *c, struct text *ret_text)
{
    text_clear(ret_text);
    expect(c, "\"");
    while (!c->bad && c->end - c->p >= 4 && *c->p != '"') {
        uint32_t block = 0;
        int kept = c->p[3] != '=' ? 3 : c->p[2] != '=' ? 2 : 1;
        for (int i = 0; i < 4; i++)
            block = block << 6 | base64_digit(c->p[i]) % 64;
        for (int i = 0; i < kept; i++)
            text_add_byte(ret_text, (uint8_t)(block >> (16 - 8 * i)));
        c->p += 4;
    }
    expect(c, "\"");
}

static struct span take_bytes(struct cursor *c, const char *name, const char *name_base64, struct text *text)
{
    key(c, name);
    take_string(c, text);
    if (next_key(c, name_base64))
        take_base64(c, text);
    return text_span(text);
}

static void take_timeline(struct cursor *c, struct timeline *t)
{
    uint64_t width = number(c, "bin_seconds");
    while (t->shift < 31 && (uint64_t)1 << t->shift < width)
        t->shift++;
    key(c, "bins");
    expect(c, "[");
    while (!c->bad && !next_is(c, "]")) {
        if (t->count == t->cap || (t->count && !next_is(c, ","))) {
            c->bad = true;
            return;
        }
        expect(c, t->count ? ",[" : "[");
        uint64_t second = take_number(c, UINT32_MAX);
        expect(c, ",");
        uint64_t count = take_number(c, UINT32_MAX);
        expect(c, "]");
        if (t->count == t->size) {
            t->size = t->size ? (uint16_t)(2 * t->size) : 2;
            t->bins = memory_resize(t->bins, t->size * sizeof *t->bins);
        }
        t->bins[t->count++] = (struct timeline_bin){(uint32_t)second >> t->shift, (uint32_t)count};
    }
    expect(c, "]");
}

/* Lines. Each returns whether it is one, as far as it can tell; the comparison behind tells the rest. */

static bool read_part(struct profile_reading *r, struct cursor *c)
{
    struct span name = take_bytes(c, "part", "part_base64", &r->name);
    bool missing = take_bool(c, "missing");
    text_add_byte(&r->name, 0);
    const char *text = (const char *)r->name.ptr;
    if (c->bad || (r->last_part && strcmp(r->last_part, text) >= 0))
        return false;
    profile_part(r->profile, text, missing);
    part_line(&r->again, &(struct part){(char *)r->name.ptr, missing});
    free(r->last_part);
    r->last_part = memory_alloc(name.len + 1);
    strcpy(r->last_part, text);
    r->parts++;
    return true;
}

static bool read_stream(struct profile_reading *r, struct cursor *c)
{
    uint64_t own = take_hex(c, "stream");
    struct span name = take_bytes(c, "name", "name_base64", &r->name);
    struct span writer = take_bytes(c, "writer", "writer_base64", &r->text);
    struct span service = take_bytes(c, "service", "service_base64", &r->message);
    bool by_order = take_bool(c, "by_order"), rest = take_bool(c, "rest");
    uint64_t zones = number(c, "zones");
    if (c->bad || own == 0 || zones > (STREAM_ZONELESS | STREAM_ZONED) ||
        table_get(&r->profile->streams, own))
        return false;
    struct stream *s = profile_load_stream(r->profile, own, name, writer, service, by_order);
    s->zones = (uint8_t)zones;
    s->rest = rest;
    s->records = number(c, "records");
    s->overflow = number(c, "overflow");
    s->first_ns = take_time(c, "first_ns", INT64_MAX);
    s->last_ns = take_time(c, "last_ns", INT64_MIN);
    take_timeline(c, &s->timeline);
    stream_line(&r->again, s);
    if (r->last_stream && stream_compare(r->last_stream, s) >= 0)
        return false;
    r->last_stream = s;
    r->streams++;
    return true;
}

static bool take_exemplar(struct profile_reading *r, struct cursor *c, size_t most, struct exemplar *e)
{
    take_bytes(c, "file", "file_base64", &r->name);
    text_add_byte(&r->name, 0);
    e->line = number(c, "line");
    e->offset = number(c, "offset");
    struct span raw = take_bytes(c, "text", "text_base64", &r->text);
    struct span message = take_bytes(c, "message", "message_base64", &r->message);
    uint64_t at = number(c, "message_at");
    bool inside = at < raw.len;
    size_t raw_most = most == EXEMPLAR_BYTES_MAX ? EXEMPLAR_BYTES_MAX + EXCERPT_BYTES_MAX : most;
    if (c->bad || raw.len > raw_most || message.len > most || at > raw.len ||
        (inside && message.len > raw.len - at))
        return false;
    e->file = profile_file(r->profile, (const char *)r->name.ptr);
    e->raw_bytes = (uint16_t)raw.len;
    e->message_bytes = (uint16_t)message.len;
    e->message_at = (uint16_t)at;
    e->text = memory_alloc(raw.len + (inside ? 0 : message.len) + 1);
    memcpy(e->text, raw.ptr, raw.len);
    if (!inside && message.len)
        memcpy(e->text + raw.len, message.ptr, message.len);
    return true;
}

static bool take_turns(struct profile_reading *r, struct cursor *c, struct series *s)
{
    key(c, "turns");
    expect(c, "[");
    while (!c->bad && !next_is(c, "]")) {
        if (s->turn_count == TURNS_KEPT)
            return false;
        if (!s->turns)
            s->turns = memory_alloc(TURNS_KEPT * sizeof *s->turns);
        struct exemplar *e = &s->turns[s->turn_count++];
        *e = (struct exemplar){0};
        expect(c, s->turn_count > 1 ? ",{" : "{");
        expect(c, "\"time_ns\":");
        e->time_ns = take_integer(c);
        if (!take_exemplar(r, c, TURN_BYTES_MAX, e))
            return false;
        expect(c, "}");
    }
    expect(c, "]");
    return true;
}

static bool take_odds(struct profile_reading *r, struct cursor *c, struct series *s)
{
    key(c, "odds");
    expect(c, "[");
    while (!c->bad && !next_is(c, "]")) {
        if (s->odd_count == ODDS_PLACES)
            return false;
        s->odds = memory_resize(s->odds, (s->odd_count + 1u) * sizeof *s->odds);
        struct odd_line *odd = &s->odds[s->odd_count++];
        *odd = (struct odd_line){0};
        expect(c, s->odd_count > 1 ? ",{" : "{");
        expect(c, "\"time_ns\":");
        odd->line.time_ns = take_integer(c);
        odd->places = (uint16_t)number(c, "places");
        if (!take_exemplar(r, c, TURN_BYTES_MAX, &odd->line))
            return false;
        expect(c, "}");
    }
    expect(c, "]");
    return true;
}

static bool read_series(struct profile_reading *r, struct cursor *c)
{
    uint64_t own = take_hex(c, "series"), stream = take_hex(c, "stream");
    uint64_t fingerprint = take_hex(c, "fingerprint"), head = take_hex(c, "head");
    key(c, "kind");
    take_string(c, &r->name);
    uint8_t kind = 0;
    while (kind < 2 && !span_equal(text_span(&r->name), span_of(series_kind_names[kind])))
        kind++;
    uint64_t severity = number(c, "severity");
    if (c->bad || severity > 24 || own == 0 || (r->series && own <= r->last_series) ||
        r->series == PROFILE_SERIES_MAX)
        return false;
    struct series *s = profile_load_series(r->profile, own, stream, fingerprint, (uint8_t)severity, kind);
    s->head = head;
    s->count = number(c, "count");
    s->first_ns = take_time(c, "first_ns", INT64_MAX);
    s->last_ns = take_time(c, "last_ns", INT64_MIN);
    s->exemplar.time_ns = s->first_ns;
    if (!take_exemplar(r, c, EXEMPLAR_BYTES_MAX, &s->exemplar) || !take_turns(r, c, s) || !take_odds(r, c, s))
        return false;
    take_timeline(c, &s->timeline);
    series_line(&r->again, r->profile, s);
    r->last_series = own;
    r->series++;
    return true;
}

static bool read_tally(struct profile_reading *r, struct cursor *c)
{
    uint64_t *numbers = (uint64_t *)&r->profile->tally;
    for (size_t i = 0; i < sizeof r->profile->tally / sizeof *numbers; i++)
        numbers[i] = number(c, tally_names[i]);
    tally_line(&r->again, &r->profile->tally);
    return true;
}

static int read_head(struct profile_reading *r, struct cursor *c, struct onset_error *err)
{
    expect(c, PROFILE_HEAD);
    uint64_t version = take_number(c, UINT64_MAX);
    if (c->bad)
        return error_set(err, "not a saved profile: 'onset profile' makes one");
    if (version != PROFILE_VERSION)
        return error_set(err,
                         "a profile of version %" PRIu64
                         ", this onset reads version %d: make it again with this "
                         "onset, or read it with one that knows its version",
                         version, PROFILE_VERSION);
    struct profile_head *head = &r->head;
    head->masking = number(c, "masking");
    if (!c->bad && head->masking != MASK_VERSION)
        return error_set(err,
                         "its patterns were masked by version %" PRIu64
                         ", this onset masks by version %d: make "
                         "it again with this onset",
                         head->masking, MASK_VERSION);
    head->merging = number(c, "merging");
    if (!c->bad && head->merging != TEMPLATE_VERSION)
        return error_set(err,
                         "its patterns were merged by version %" PRIu64
                         ", this onset merges by version %d: make "
                         "it again with this onset",
                         head->merging, TEMPLATE_VERSION);
    head->order_limit = take_hex(c, "order_limit");
    head->stream_limit = take_hex(c, "stream_limit");
    head->parts = number(c, "parts");
    head->streams = number(c, "streams");
    head->series = number(c, "series");
    head->last_ns = take_time(c, "last_ns", TIME_NONE);
    r->profile->order_limit = head->order_limit;
    r->profile->stream_limit = head->stream_limit;
    head_line(&r->again, head);
    return 0;
}

static int read_end(struct profile_reading *r, struct cursor *c, struct onset_error *err)
{
    uint64_t lines = number(c, "lines"), hash = take_hex(c, "xxh3"), own = XXH3_64bits_digest(r->hash);
    if (!c->bad && hash != own)
        return error_set(err, "its checksum is wrong, so it was changed or damaged: " AGAIN);
    if (!c->bad && lines != r->lines)
        return error_set(err, "it says %" PRIu64 " lines and has %" PRIu64 ": " AGAIN, lines, r->lines);
    end_line(&r->again, lines, hash);
    return 0;
}

static bool starts(struct cursor *c, const char *type)
{
    if (!next_is(c, type))
        return false;
    c->p += strlen(type);
    return true;
}

static int read_line(struct profile_reading *r, struct span line, struct onset_error *err)
{
    struct cursor c = {line.ptr, line.ptr + line.len, false};
    enum stage stage = STAGE_START;
    bool good = true;
    text_clear(&r->again);
    if (r->lines == 0) {
        if (read_head(r, &c, err) < 0)
            return -1;
        stage = STAGE_PARTS;
    } else if (starts(&c, "{\"type\":\"series\"")) {
        stage = STAGE_SERIES;
        good = r->stage <= stage && read_series(r, &c);
    } else if (starts(&c, "{\"type\":\"stream\"")) {
        stage = STAGE_STREAMS;
        good = r->stage <= stage && read_stream(r, &c);
    } else if (starts(&c, "{\"type\":\"part\"")) {
        stage = STAGE_PARTS;
        good = r->stage <= stage && read_part(r, &c);
    } else if (starts(&c, "{\"type\":\"tally\"")) {
        stage = STAGE_TALLY;
        good = r->stage < stage && read_tally(r, &c);
    } else if (starts(&c, "{\"type\":\"end\"") && r->stage == STAGE_TALLY) {
        stage = STAGE_END;
        if (read_end(r, &c, err) < 0)
            return -1;
    } else {
        good = false;
    }
    if (!good || c.bad || !span_equal(line, text_span(&r->again)))
        return error_set(err,
                         "line %" PRIu64 " is none that onset writes, so it was changed or damaged: " AGAIN,
                         r->lines + 1);
    r->stage = stage;
    r->lines++;
    return 0;
}

/* What lines cannot tell alone. */
static int check_whole(const struct profile_reading *r, struct onset_error *err)
{
    const struct profile *p = r->profile;
    const char *reason;
    uint64_t records = 0, counted = 0, details = 0;
    if (r->head.parts != r->parts || r->head.streams != r->streams || r->head.series != r->series ||
        r->head.last_ns != profile_last_time(p))
        return error_set(err, "its first line tells other than what follows: " AGAIN);
    if (!profile_validate(p, &reason) || (reason = profile_crowd_reason(p)))
        return error_set(err, "it holds %s: " AGAIN, reason);
    for (size_t i = 0; i < p->streams.size; i++) {
        const struct stream *s = p->streams.slots[i].value;
        records += s ? s->records : 0;
        counted += s ? s->overflow : 0;
        if (records > PROFILE_NUMBER_MAX || counted > PROFILE_NUMBER_MAX)
            break;
    }
    for (size_t i = 0; i < p->series.size && counted <= PROFILE_NUMBER_MAX; i++) {
        const struct series *s = p->series.slots[i].value;
        counted += s ? s->count : 0;
        details += s && s->kind != SERIES_RECORD ? s->count : 0;
    }
    /* one line of JSON may hold a whole stack trace: details are not bounded by lines */
    if (records != p->tally.records || counted > PROFILE_NUMBER_MAX ||
        (details == 0 && counted > p->tally.records + p->tally.continuations))
        return error_set(err, "its counts do not add up: " AGAIN);
    return 0;
}

/* The open line, or a whole one that lies in what was fed. */
static int take_line(struct profile_reading *r, struct span line, struct onset_error *err)
{
    if (r->stage == STAGE_END)
        return error_set(err, "something follows its last line: " AGAIN);
    if (read_line(r, line, err) < 0)
        return -1;
    XXH3_64bits_update(r->hash, line.ptr, line.len);
    XXH3_64bits_update(r->hash, "\n", 1);
    return 0;
}

struct profile_reading *profile_read_start(struct profile *ret_profile)
{
    struct profile_reading *r = memory_alloc(sizeof *r);
    profile_init(ret_profile);
    ret_profile->series_max = PROFILE_SERIES_MAX; /* who adds it up has the cap */
    r->profile = ret_profile;
    r->hash = XXH3_createState();
    XXH3_64bits_reset(r->hash);
    text_init(&r->line, PROFILE_LINE_MAX);
    return r;
}

int profile_read(struct profile_reading *r, const uint8_t *bytes, size_t n, struct onset_error *err)
{
    while (n && !r->failed) {
        const uint8_t *newline = memchr(bytes, '\n', n);
        size_t len = newline ? (size_t)(newline - bytes) : n;
        if (!newline || r->line.len)
            text_add(&r->line, bytes, len);
        struct span line = r->line.len ? text_span(&r->line) : span_make(bytes, len);
        if (r->line.truncated)
            r->failed = error_set(err, "line %" PRIu64 " is too long: " AGAIN, r->lines + 1) < 0;
        else if (newline)
            r->failed = take_line(r, line, err) < 0;
        if (newline)
            text_clear(&r->line);
        bytes += len + (newline != NULL);
        n -= len + (newline != NULL);
    }
    return r->failed ? -1 : 0;
}

int profile_read_end(struct profile_reading *r, struct onset_error *err)
{
    int status = r->failed ? -1 : 0;
    if (!status && (r->stage != STAGE_END || r->line.len))
        status = error_set(err,
                           r->stage == STAGE_END ? "something follows its last line: " AGAIN
                                                 : "it is cut off behind line %" PRIu64 ": " AGAIN,
                           r->lines);
    if (!status)
        status = check_whole(r, err);
    XXH3_freeState(r->hash);
    text_done(&r->line);
    text_done(&r->again);
    text_done(&r->text);
    text_done(&r->message);
    text_done(&r->name);
    free(r->last_part);
    free(r);
    return status;
}

bool profile_recognise(struct span head)
{
    return span_starts(head, PROFILE_HEAD);
}

int64_t profile_newest(struct span head, bool *ret_parts)
{
    struct profile none;
    struct onset_error err;
    const uint8_t *newline = head.len ? memchr(head.ptr, '\n', head.len) : NULL;
    int64_t newest = TIME_NONE;
    struct profile_reading *r = profile_read_start(&none);
    if (newline && profile_read(r, head.ptr, (size_t)(newline - head.ptr) + 1, &err) == 0)
        newest = r->head.last_ns;
    *ret_parts = newest != TIME_NONE && r->head.parts > 0;
    profile_read_end(r, &err);
    profile_done(&none);
    return newest;
}
