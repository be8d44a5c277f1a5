/* Why text and not packed numbers: what outlives the program that wrote it should be readable without it.
 * zstd takes out what the names of the fields cost. */
#include "profile/profile_lines.h"

#include "base/json_writer.h"
#include "pattern/kernel.h"
#include "pattern/template.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

const char *const series_kind_names[3] = {"record", "exception", "detail"};

const char *const tally_names[] = {
    "bytes",   "lines",   "records",  "continuations", "stamped",      "inherited",
    "untimed", "empty",   "overlong", "broken",        "no_year",      "no_zone",
    "no_date", "partial", "replaced", "inputs_broken", "inputs_short", "inputs_binary"};
_Static_assert(
    sizeof tally_names / sizeof *tally_names == sizeof(struct tally) / sizeof(uint64_t),
    "a number more in the tally needs a name here, and a new PROFILE_VERSION once one is released");

static void write_hex(struct json_writer *json, const char *key, uint64_t value)
{
    char text[16];
    for (int i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    json_key(json, key);
    json_string(json, span_make(text, sizeof text));
}

static void write_number(struct json_writer *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

static void write_time(struct json_writer *json, const char *key, int64_t time_ns, bool known)
{
    json_key(json, key);
    if (known)
        json_integer(json, time_ns);
    else
        json_null(json);
}

static void write_base64(struct json_writer *json, const char *key, struct span bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct text text;
    text_init(&text, 0);
    for (size_t i = 0; i < bytes.len; i += 3) {
        uint32_t left = (uint32_t)(bytes.len - i), block = (uint32_t)bytes.ptr[i] << 16;
        block |= left > 1 ? (uint32_t)bytes.ptr[i + 1] << 8 : 0;
        block |= left > 2 ? bytes.ptr[i + 2] : 0;
        text_add_byte(&text, (uint8_t)digits[block >> 18]);
        text_add_byte(&text, (uint8_t)digits[block >> 12 & 63]);
        text_add_byte(&text, left > 1 ? (uint8_t)digits[block >> 6 & 63] : '=');
        text_add_byte(&text, left > 2 ? (uint8_t)digits[block & 63] : '=');
    }
    json_key(json, key);
    json_string(json, text_span(&text));
    text_done(&text);
}

/* Log bytes of any encoding: as text to be read, and where that is not all of it, in base64 too. */
static void write_bytes(struct json_writer *json, const char *key, const char *key_base64, struct span bytes)
{
    json_key(json, key);
    json_string(json, bytes);
    if (!json_is_text(bytes))
        write_base64(json, key_base64, bytes);
}

static void write_timeline(struct json_writer *json, const struct timeline *timeline)
{
    write_number(json, "bin_seconds", (uint64_t)1 << timeline->shift);
    json_key(json, "bins");
    json_open(json, '[');
    for (size_t i = 0; i < timeline->count; i++) {
        json_open(json, '[');
        json_unsigned(json, (uint64_t)timeline->bins[i].index << timeline->shift);
        json_unsigned(json, timeline->bins[i].count);
        json_close(json, ']');
    }
    json_close(json, ']');
}

static struct json_writer line_start(struct text *text, const char *type)
{
    struct json_writer json = {.out = text};
    json_open(&json, '{');
    json_key(&json, "type");
    json_cstring(&json, type);
    return json;
}

void head_line(struct text *ret_text, const struct profile_head *head)
{
    struct json_writer json = line_start(ret_text, "onset-profile");
    write_number(&json, "version", PROFILE_VERSION);
    write_number(&json, "masking", head->masking);
    write_number(&json, "merging", head->merging);
    write_hex(&json, "order_limit", head->order_limit);
    write_hex(&json, "stream_limit", head->stream_limit);
    write_number(&json, "parts", head->parts);
    write_number(&json, "streams", head->streams);
    write_number(&json, "series", head->series);
    write_time(&json, "last_ns", head->last_ns, head->last_ns != TIME_NONE);
    json_close(&json, '}');
}

void part_line(struct text *ret_text, const struct part *part)
{
    struct json_writer json = line_start(ret_text, "part");
    write_bytes(&json, "part", "part_base64", span_of(part->name));
    json_key(&json, "missing");
    json_bool(&json, part->missing);
    json_close(&json, '}');
}

void stream_line(struct text *ret_text, const struct stream *s)
{
    struct json_writer json = line_start(ret_text, "stream");
    write_hex(&json, "stream", s->key);
    write_bytes(&json, "name", "name_base64", span_of(s->name));
    write_bytes(&json, "writer", "writer_base64", span_of(s->writer));
    write_bytes(&json, "service", "service_base64", span_of(s->service));
    json_key(&json, "by_order");
    json_bool(&json, s->by_order);
    json_key(&json, "rest");
    json_bool(&json, s->rest);
    write_number(&json, "zones", s->zones);
    write_number(&json, "records", s->records);
    write_number(&json, "overflow", s->overflow);
    write_time(&json, "first_ns", s->first_ns, s->records);
    write_time(&json, "last_ns", s->last_ns, s->records);
    write_timeline(&json, &s->timeline);
    json_close(&json, '}');
}

static void write_exemplar(struct json_writer *json, const struct profile *profile, const struct exemplar *e)
{
    write_bytes(json, "file", "file_base64", span_of(profile_file_name(profile, e->file)));
    write_number(json, "line", e->line);
    write_number(json, "offset", e->offset);
    write_bytes(json, "text", "text_base64", span_make(e->text, e->raw_bytes));
    write_bytes(json, "message", "message_base64", exemplar_message(e));
    write_number(json, "message_at", e->message_at);
}

void series_line(struct text *ret_text, const struct profile *profile, const struct series *s)
{
    const struct exemplar *e = &s->exemplar;
    struct json_writer json = line_start(ret_text, "series");
    write_hex(&json, "series", s->key);
    write_hex(&json, "stream", s->stream);
    write_hex(&json, "fingerprint", s->fingerprint);
    write_hex(&json, "head", s->head);
    json_key(&json, "kind");
    json_cstring(&json, series_kind_names[s->kind]);
    write_number(&json, "severity", s->severity);
    write_number(&json, "count", s->count);
    write_time(&json, "first_ns", s->first_ns, true);
    write_time(&json, "last_ns", s->last_ns, true);
    write_exemplar(&json, profile, e);
    json_key(&json, "turns");
    json_open(&json, '[');
    for (size_t i = 0; i < s->turn_count; i++) {
        json_open(&json, '{');
        json_key(&json, "time_ns");
        json_integer(&json, s->turns[i].time_ns);
        write_exemplar(&json, profile, &s->turns[i]);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_key(&json, "odds");
    json_open(&json, '[');
    for (size_t i = 0; i < s->odd_count; i++) {
        json_open(&json, '{');
        json_key(&json, "time_ns");
        json_integer(&json, s->odds[i].line.time_ns);
        write_number(&json, "places", s->odds[i].places);
        write_exemplar(&json, profile, &s->odds[i].line);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    write_timeline(&json, &s->timeline);
    json_close(&json, '}');
}

void tally_line(struct text *ret_text, const struct tally *tally)
{
    struct json_writer json = line_start(ret_text, "tally");
    for (size_t i = 0; i < sizeof *tally / sizeof(uint64_t); i++)
        write_number(&json, tally_names[i], ((const uint64_t *)tally)[i]);
    json_close(&json, '}');
}

void end_line(struct text *ret_text, uint64_t lines, uint64_t hash)
{
    struct json_writer json = line_start(ret_text, "end");
    write_number(&json, "lines", lines);
    write_hex(&json, "xxh3", hash);
    json_close(&json, '}');
}

struct saving {
    struct text line;
    XXH3_state_t hash;
    uint64_t lines;
    onset_sink sink;
    void *context;
    int status;
};

static void save_line(struct saving *s)
{
    text_add_byte(&s->line, '\n');
    XXH3_64bits_update(&s->hash, s->line.ptr, s->line.len);
    if (s->status == 0 && s->sink(s->context, (const char *)s->line.ptr, s->line.len) != 0)
        s->status = -1;
    s->lines++;
    text_clear(&s->line);
}

int64_t profile_last_time(const struct profile *profile)
{
    int64_t last = TIME_NONE;
    for (size_t i = 0; i < profile->streams.size; i++) {
        const struct stream *s = profile->streams.slots[i].value;
        if (s && !s->by_order && s->records && s->last_ns > last)
            last = s->last_ns;
    }
    return last;
}

int profile_save(const struct profile *profile, onset_sink sink, void *context)
{
    size_t part_count, stream_count, series_count;
    struct part **parts = profile_sorted_parts(profile, &part_count);
    struct stream **streams = profile_sorted_streams(profile, &stream_count);
    struct series **series = profile_sorted_series(profile, &series_count);
    struct saving s = {.sink = sink, .context = context};
    text_init(&s.line, 0);
    XXH3_64bits_reset(&s.hash);
    head_line(&s.line, &(struct profile_head){MASK_VERSION, TEMPLATE_VERSION, profile->order_limit,
                                              profile->stream_limit, part_count, stream_count, series_count,
                                              profile_last_time(profile)});
    save_line(&s);
    for (size_t i = 0; i < part_count; i++) {
        part_line(&s.line, parts[i]);
        save_line(&s);
    }
    for (size_t i = 0; i < stream_count; i++) {
        stream_line(&s.line, streams[i]);
        save_line(&s);
    }
    for (size_t i = 0; i < series_count && s.status == 0; i++) {
        series_line(&s.line, profile, series[i]);
        save_line(&s);
    }
    tally_line(&s.line, &profile->tally);
    save_line(&s);
    end_line(&s.line, s.lines, XXH3_64bits_digest(&s.hash));
    save_line(&s);
    text_done(&s.line);
    free(parts);
    free(streams);
    free(series);
    return s.status;
}

static int to_text(void *context, const char *bytes, size_t length)
{
    text_add(context, bytes, length);
    return 0;
}

void profile_write(const struct profile *profile, struct text *ret_text)
{
    profile_save(profile, to_text, ret_text);
}
