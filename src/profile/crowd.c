/* Streams beyond the cap. Logs may have any number of files, pods and tags; a profile has not.
 *
 * Two samples that know nothing of each other, so that neither moves the limit of the other: the series of
 * smallest order (profile.c), and here the streams of smallest key. A stream that is in the sample has counts
 * of its own, which are exact, as no part can have left it out. The counts of the others are added up by
 * service: how much a service says is what analysis measures by. A series whose stream is not in the sample
 * is kept as any other, and with it the name of its stream.
 *
 * What is not in the sample takes its service from its name, not from its files: those may disagree, and not
 * every part has kept all of them. Where files of one such stream disagree on whether they have times, a sum
 * of parts may count some of it by order and some by time. */
#include "input/identity.h"
#include "profile/profile.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define REST_NAME   "(more sources)"
#define REST_OTHERS "(others)" /* the service of services beyond the cap */

static uint64_t rest_key(const char *service, bool by_order)
{
    return key_mix(XXH3_64bits(service, strlen(service)), by_order ? 4 : 3);
}

static bool is_others(const struct stream *stream)
{
    return stream->key == rest_key(REST_OTHERS, stream->by_order);
}

static bool is_crowd(const struct profile *profile, const struct stream *stream)
{
    return !stream->rest && stream->key > profile->stream_limit;
}

static void service_of(const struct stream *stream, struct text *ret_service)
{
    text_init(ret_service, 256);
    if (*stream->writer)
        identity_writer(span_of(stream->writer), ret_service);
    else
        identity_service(span_of(stream->name), ret_service);
    text_add_byte(ret_service, 0);
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The largest key that is still in a sample of `most`; UINT64_MAX when all are. */
static uint64_t limit_of(const struct table *table, bool rest, uint64_t limit, size_t most)
{
    uint64_t *keys = memory_alloc((table->count + 1) * sizeof *keys);
    size_t n = 0;
    for (size_t i = 0; i < table->size; i++) {
        const struct stream *s = table->slots[i].value;
        if (s && s->rest == rest && s->key <= limit && !(rest && is_others(s)))
            keys[n++] = s->key;
    }
    if (n > most) {
        qsort(keys, n, sizeof *keys, compare_u64);
        limit = keys[most - 1];
    }
    free(keys);
    return limit;
}

static struct stream *rest_of(struct profile *profile, const char *service, bool by_order)
{
    struct stream *rest = profile_load_stream(profile, rest_key(service, by_order), span_of(REST_NAME),
                                              (struct span){0}, span_of(service), by_order);
    rest->rest = true;
    return rest;
}

/* Hand its counts on to what its service said beyond the cap. */
static void give_counts(struct profile *profile, struct stream *stream)
{
    if (stream->records || stream->overflow) {
        stream->zones = 0; /* several files have no clock of their own */
        stream_merge(rest_of(profile, stream->rest ? REST_OTHERS : stream->service, stream->by_order),
                     stream);
    }
    stream->records = stream->overflow = 0;
    stream->first_ns = INT64_MAX;
    stream->last_ns = INT64_MIN;
    stream->zones = 0;
    timeline_done(&stream->timeline);
    timeline_init(&stream->timeline, STREAM_BINS);
}

static void name_service(struct stream *stream)
{
    struct text service;
    service_of(stream, &service);
    free(stream->service);
    stream->service = (char *)service.ptr;
}

static struct stream **all_streams(const struct profile *profile, size_t *ret_count)
{
    struct stream **list = memory_alloc((profile->streams.count + 1) * sizeof *list);
    *ret_count = 0;
    for (size_t i = 0; i < profile->streams.size; i++)
        if (profile->streams.slots[i].value)
            list[(*ret_count)++] = profile->streams.slots[i].value;
    return list;
}

/* Streams that are named by a series: key -> any value. */
static struct table named_streams(const struct profile *profile)
{
    struct table named = {0};
    for (size_t i = 0; i < profile->series.size; i++) {
        struct series *s = profile->series.slots[i].value;
        if (s)
            table_put(&named, s->stream, s);
    }
    return named;
}

static void drop_streams(struct profile *profile, uint64_t rest_limit)
{
    struct table old = profile->streams, named = named_streams(profile);
    profile->streams = (struct table){0};
    for (size_t i = 0; i < old.size; i++) {
        struct stream *s = old.slots[i].value;
        if (!s)
            continue;
        bool gone = s->rest ? s->key > rest_limit && !is_others(s)
                            : is_crowd(profile, s) && !table_get(&named, s->key);
        if (gone)
            stream_free(s);
        else
            table_put(&profile->streams, s->key, s);
    }
    table_done(&named);
    table_done(&old);
}

static void settle_streams(struct profile *profile)
{
    profile->stream_limit = limit_of(&profile->streams, false, profile->stream_limit, profile->streams_max);
    if (profile->stream_limit == UINT64_MAX)
        return;
    size_t count;
    struct stream **list = all_streams(profile, &count);
    for (size_t i = 0; i < count; i++)
        if (is_crowd(profile, list[i])) {
            name_service(list[i]);
            give_counts(profile, list[i]);
        }
    free(list);
    uint64_t rest_limit = limit_of(&profile->streams, true, UINT64_MAX, profile->streams_max);
    list = all_streams(profile, &count);
    for (size_t i = 0; i < count; i++)
        if (list[i]->rest && list[i]->key > rest_limit && !is_others(list[i]))
            give_counts(profile, list[i]);
    free(list);
    drop_streams(profile, rest_limit);
}

/* Names that no line stands in that is kept. */
static void drop_files(struct profile *profile)
{
    struct table old = profile->files;
    profile->files = (struct table){0};
    for (size_t i = 0; i < profile->series.size; i++) {
        const struct series *s = profile->series.slots[i].value;
        const struct exemplar *line;
        for (size_t k = 0; s && (line = series_kept(s, k)); k++) {
            uint64_t file = line->file;
            if (table_get(&profile->files, file))
                continue;
            struct table_slot *slot = table_slot(&old, file);
            table_put(&profile->files, slot->key, slot->value);
            slot->value = NULL;
        }
    }
    for (size_t i = 0; i < old.size; i++)
        free(old.slots[i].value);
    table_done(&old);
}

void profile_settle(struct profile *profile)
{
    profile_settle_series(profile);
    settle_streams(profile);
}

void profile_make_room(struct profile *profile)
{
    size_t names = profile->streams.count + profile->files.count;
    if (names < 2 * profile->names_kept + 4 * profile->streams_max)
        return;
    settle_streams(profile);
    drop_files(profile);
    profile->names_kept = profile->streams.count + profile->files.count;
}

const struct stream *profile_counted(const struct profile *profile, const struct stream *stream)
{
    if (!stream || !is_crowd(profile, stream))
        return stream;
    const struct stream *rest = table_get(&profile->streams, rest_key(stream->service, stream->by_order));
    if (!rest)
        rest = table_get(&profile->streams, rest_key(REST_OTHERS, stream->by_order));
    return rest ? rest : stream;
}

const char *profile_crowd_reason(const struct profile *profile)
{
    struct table named = named_streams(profile);
    const char *reason = NULL;
    for (size_t i = 0; i < profile->streams.size && !reason; i++) {
        const struct stream *s = profile->streams.slots[i].value;
        if (s && s->rest) {
            if (s->key != rest_key(s->service, s->by_order) || strcmp(s->name, REST_NAME) != 0 ||
                *s->writer || s->zones || s->records + s->overflow == 0 ||
                profile->stream_limit == UINT64_MAX)
                reason = "a rest that is none";
        } else if (s && is_crowd(profile, s)) {
            if (s->records || s->overflow || s->zones || !table_get(&named, s->key))
                reason = "a stream beyond the limit";
        }
    }
    table_done(&named);
    return reason;
}
