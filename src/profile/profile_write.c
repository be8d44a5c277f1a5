/* The canonical text of a profile: one JSON object a line, sorted, so that equal profiles give equal bytes.
 */
#include "profile/profile.h"

#include "base/json_writer.h"

static void hex(struct json_writer *json, const char *key, uint64_t value)
{
    char text[17];
    for (int i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    json_key(json, key);
    json_string(json, span_make(text, 16));
}

static void write_timeline(struct json_writer *json, const struct timeline *timeline)
{
    json_key(json, "bin_seconds");
    json_unsigned(json, (uint64_t)1 << timeline->shift);
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

static void write_stream(struct json_writer *json, const struct stream *s)
{
    json_open(json, '{');
    json_key(json, "stream");
    json_cstring(json, s->name);
    json_key(json, "writer");
    json_cstring(json, s->writer);
    json_key(json, "service");
    json_cstring(json, s->service);
    hex(json, "key", s->key);
    json_key(json, "records");
    json_unsigned(json, s->records);
    json_key(json, "overflow");
    json_unsigned(json, s->overflow);
    json_key(json, "by_order");
    json_bool(json, s->by_order);
    json_key(json, "first_ns");
    json_integer(json, s->first_ns);
    json_key(json, "last_ns");
    json_integer(json, s->last_ns);
    write_timeline(json, &s->timeline);
    json_close(json, '}');
}

static void write_series(struct json_writer *json, const struct profile *profile, const struct series *s)
{
    const struct exemplar *e = &s->exemplar;
    json_open(json, '{');
    hex(json, "series", s->key);
    hex(json, "stream", s->stream);
    hex(json, "fingerprint", s->fingerprint);
    hex(json, "head", s->head);
    json_key(json, "kind");
    json_unsigned(json, s->kind);
    json_key(json, "severity");
    json_unsigned(json, s->severity);
    json_key(json, "count");
    json_unsigned(json, s->count);
    json_key(json, "first_ns");
    json_integer(json, s->first_ns);
    json_key(json, "last_ns");
    json_integer(json, s->last_ns);
    json_key(json, "file");
    json_cstring(json, profile_file_name(profile, e->file));
    json_key(json, "line");
    json_unsigned(json, e->line);
    json_key(json, "offset");
    json_unsigned(json, e->offset);
    json_key(json, "text");
    json_string(json, span_make(e->text, e->raw_bytes));
    json_key(json, "message");
    json_string(json, span_make(e->text + e->message_at, e->message_bytes));
    write_timeline(json, &s->timeline);
    json_close(json, '}');
}

void profile_write(const struct profile *profile, struct text *ret_text)
{
    size_t n;
    struct stream **streams = profile_sorted_streams(profile, &n);
    for (size_t i = 0; i < n; i++) {
        write_stream(&(struct json_writer){.out = ret_text}, streams[i]);
        text_add_byte(ret_text, '\n');
    }
    free(streams);
    struct series **series = profile_sorted_series(profile, &n);
    for (size_t i = 0; i < n; i++) {
        write_series(&(struct json_writer){.out = ret_text}, profile, series[i]);
        text_add_byte(ret_text, '\n');
    }
    free(series);
    const struct tally *t = &profile->tally;
    text_printf(ret_text,
                "{\"bytes\":%llu,\"lines\":%llu,\"records\":%llu,\"continuations\":%llu,\"stamped\":%llu,"
                "\"inherited\":%llu,\"untimed\":%llu,\"empty\":%llu,\"overlong\":%llu,\"broken\":%llu}\n",
                (unsigned long long)t->bytes, (unsigned long long)t->lines, (unsigned long long)t->records,
                (unsigned long long)t->continuations, (unsigned long long)t->stamped,
                (unsigned long long)t->inherited, (unsigned long long)t->untimed,
                (unsigned long long)t->empty, (unsigned long long)t->overlong, (unsigned long long)t->broken);
}
