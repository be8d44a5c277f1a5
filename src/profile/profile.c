/* Why a bottom-k sample as the cap: LRU or first-come caps depend on arrival, so two workers, or two hosts,
 * would keep different series and their sum would be neither's. The k smallest of a fixed order are the same
 * however the parts are grouped (Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007). */
#include "profile/profile.h"

#include "pattern/template_memo.h"
#include "profile/exemplar.h"
#include "profile/odds.h"
#include "profile/rare.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

void profile_init(struct profile *profile)
{
    *profile = (struct profile){.order_limit = UINT64_MAX,
                                .series_max = SERIES_MAX,
                                .stream_limit = UINT64_MAX,
                                .streams_max = STREAMS_MAX};
}

static struct series *series_free(struct series *series)
{
    timeline_done(&series->timeline);
    free(series->exemplar.text);
    turns_done(series);
    odds_done(series);
    free(series);
    return NULL;
}

struct stream *stream_free(struct stream *stream)
{
    if (stream) {
        timeline_done(&stream->timeline);
        free(stream->name);
        free(stream->writer);
        free(stream->service);
        free(stream);
    }
    return NULL;
}

void profile_done(struct profile *profile)
{
    if (!profile)
        return;
    for (size_t i = 0; i < profile->series.size; i++)
        if (profile->series.slots[i].key)
            series_free(profile->series.slots[i].value);
    for (size_t i = 0; i < profile->streams.size; i++)
        if (profile->streams.slots[i].key)
            stream_free(profile->streams.slots[i].value);
    for (size_t i = 0; i < profile->files.size; i++)
        free(profile->files.slots[i].value);
    for (size_t i = 0; i < profile->parts.size; i++) {
        struct part *part = profile->parts.slots[i].value;
        if (part)
            free(part->name);
        free(part);
    }
    quota_done(&profile->quota);
    template_memos_done(&profile->memos);
    table_done(&profile->parts);
    table_done(&profile->series);
    table_done(&profile->streams);
    table_done(&profile->files);
}

static char *copy_text(struct span text)
{
    char *copy = memory_alloc(text.len + 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

uint64_t profile_file_key(const char *name)
{
    return key_mix(XXH3_64bits(name, strlen(name)), 1);
}

uint64_t profile_file(struct profile *profile, const char *name)
{
    uint64_t key = profile_file_key(name);
    if (!table_get(&profile->files, key))
        table_put(&profile->files, key, copy_text(span_of(name)));
    return key;
}

void profile_part(struct profile *profile, const char *name, bool missing)
{
    uint64_t key = key_mix(XXH3_64bits(name, strlen(name)), 2);
    struct part *part = table_get(&profile->parts, key);
    if (part) {
        part->missing &= missing;
        return;
    }
    part = memory_alloc(sizeof *part);
    *part = (struct part){copy_text(span_of(name)), missing};
    table_put(&profile->parts, key, part);
}

const char *profile_file_name(const struct profile *profile, uint64_t key)
{
    const char *name = table_get(&profile->files, key);
    return name ? name : "";
}

uint64_t stream_key(struct span name, struct span writer)
{
    return key_mix(XXH3_64bits(name.ptr, name.len), XXH3_64bits(writer.ptr, writer.len));
}

/* The key stands beside the names because a writer's name may hold any byte, and its copy ends at the first
 * NUL. */
static struct stream *make_stream(struct profile *profile, uint64_t key, struct span name, struct span writer,
                                  struct span service, bool by_order)
{
    struct stream *stream = table_get(&profile->streams, key);
    if (stream) {
        stream->by_order &= by_order;
        if (span_compare(service, span_of(stream->service)) < 0) {
            free(stream->service);
            stream->service = copy_text(service);
        }
        return stream;
    }
    stream = memory_alloc(sizeof *stream);
    *stream = (struct stream){.key = key,
                              .name = copy_text(name),
                              .writer = copy_text(writer),
                              .service = copy_text(service),
                              .first_ns = INT64_MAX,
                              .last_ns = INT64_MIN,
                              .by_order = by_order};
    timeline_init(&stream->timeline, STREAM_BINS);
    table_put(&profile->streams, key, stream);
    return stream;
}

struct stream *profile_stream(struct profile *profile, struct span name, struct span writer,
                              struct span service, bool by_order)
{
    return make_stream(profile, stream_key(name, writer), name, writer, service, by_order);
}

struct stream *profile_load_stream(struct profile *profile, uint64_t key, struct span name,
                                   struct span writer, struct span service, bool by_order)
{
    return make_stream(profile, key, name, writer, service, by_order);
}

#define ORDER_COMMON (1ull << 62) /* orders below are those of severe records */

/* Severe records first, then other records, then details; by hash within. */
static uint64_t order_key(uint64_t key, uint8_t severity, uint8_t kind)
{
    uint64_t class = severity >= 17 ? 0 : kind == SERIES_DETAIL ? 2 : 1;
    return class << 62 | key >> 2;
}

static void drop(struct profile *profile, struct series *series)
{
    struct stream *stream = table_get(&profile->streams, series->stream);
    stream->overflow += series->count;
    profile->dropped++;
    series_free(series);
}

/* Drop what is above order_limit: it counts as overflow of its stream. */
static void trim(struct profile *profile)
{
    struct table old = profile->series;
    profile->series = (struct table){0};
    for (size_t i = 0; i < old.size; i++) {
        struct series *s = old.slots[i].value;
        if (!s)
            continue;
        if (order_key(s->key, s->severity, s->kind) <= profile->order_limit) {
            table_put(&profile->series, s->key, s);
        } else {
            drop(profile, s);
        }
    }
    table_done(&old);
}

/* Keep the series_max series of smallest order key, less what families have above their quota. What was
 * capped once stays so: a family that was cut must not grow again from other parts. */
void profile_settle_series(struct profile *profile)
{
    size_t n = 0, count = profile->series.count;
    if (count <= profile->series_max && profile->order_limit == UINT64_MAX)
        return;
    struct quota_entry *entries = memory_alloc((count + 1) * sizeof *entries);
    for (size_t i = 0; i < profile->series.size; i++) {
        struct series *s = profile->series.slots[i].value;
        if (!s)
            continue;
        if (s->families.count == 0) /* it was loaded */
            s->families = quota_families_of(s->stream, exemplar_message(&s->exemplar));
        entries[n++] = (struct quota_entry){order_key(s->key, s->severity, s->kind), &s->families, s};
    }
    size_t kept = quota_choose(&profile->quota, entries, n, profile->series_max, ORDER_COMMON);
    uint64_t limit = kept == profile->series_max ? entries[kept - 1].order : UINT64_MAX - 1;
    if (limit < profile->order_limit)
        profile->order_limit = limit;
    struct table old = profile->series;
    profile->series = (struct table){0};
    for (size_t i = 0; i < n; i++) {
        struct series *s = entries[i].series;
        if (i < kept && entries[i].order <= profile->order_limit)
            table_put(&profile->series, s->key, s);
        else
            drop(profile, s);
    }
    table_done(&old);
    free(entries);
}

static struct series *series_new(struct profile *profile, uint64_t key, uint64_t stream, uint64_t fingerprint,
                                 uint8_t severity, uint8_t kind)
{
    if (profile->series.count >= profile->series_max + profile->series_max / 4)
        profile_settle_series(profile);
    struct series *series = memory_alloc(sizeof *series);
    *series = (struct series){.key = key,
                              .stream = stream,
                              .fingerprint = fingerprint,
                              .first_ns = INT64_MAX,
                              .last_ns = INT64_MIN,
                              .severity = severity,
                              .kind = kind};
    timeline_init(&series->timeline, SERIES_BINS);
    table_put(&profile->series, key, series);
    return series;
}

struct series *profile_load_series(struct profile *profile, uint64_t key, uint64_t stream,
                                   uint64_t fingerprint, uint8_t severity, uint8_t kind)
{
    return series_new(profile, key, stream, fingerprint, severity, kind);
}

static void make_routine(struct series *series)
{
    series->routine = true;
    turns_done(series);
    odds_done(series);
}

struct series *profile_add(struct profile *profile, struct stream *stream, uint64_t fingerprint,
                           const struct occurrence *o)
{
    uint64_t key = series_key(stream->key, fingerprint);
    struct series *series = table_get(&profile->series, key);
    if (!series) {
        uint64_t order = order_key(key, o->severity, o->kind);
        struct quota_families families = quota_families_of(stream->key, o->message);
        if (order > profile->order_limit ||
            (order >= ORDER_COMMON && quota_is_full(&profile->quota, order, &families))) {
            stream->overflow++;
            return NULL;
        }
        series = series_new(profile, key, stream->key, fingerprint, o->severity, o->kind);
        series->families = families;
    }
    struct exemplar place = {.time_ns = o->time_ns, .file = o->file, .offset = o->offset};
    if (!series->routine &&
        (series->count == TURNS_RARE || (profile->rare && !rare_count(profile->rare, key))))
        make_routine(series);
    if (series->count == 0 ||
        (o->time_ns <= series->exemplar.time_ns && exemplar_before(&place, &series->exemplar))) {
        if (series->count) {
            turns_demote(series);
            odds_demote(series, o);
        }
        exemplar_set(&series->exemplar, o);
        series->head = o->head;
    } else {
        turns_add(series, o);
        odds_add(series, o);
    }
    series->count++;
    if (o->time_ns < series->first_ns)
        series->first_ns = o->time_ns;
    if (o->time_ns > series->last_ns)
        series->last_ns = o->time_ns;
    timeline_add(&series->timeline, profile_second(o->time_ns));
    return series;
}

void stream_merge(struct stream *into, const struct stream *from)
{
    into->records += from->records;
    into->overflow += from->overflow;
    into->zones |= from->zones;
    if (from->first_ns < into->first_ns)
        into->first_ns = from->first_ns;
    if (from->last_ns > into->last_ns)
        into->last_ns = from->last_ns;
    timeline_merge(&into->timeline, &from->timeline);
}

static bool same_place(const struct exemplar *a, const struct exemplar *b)
{
    return a->time_ns == b->time_ns && a->file == b->file && a->offset == b->offset;
}

static void series_merge(struct series *into, const struct series *from)
{
    bool first = into->count == 0 || exemplar_before(&from->exemplar, &into->exemplar);
    turns_merge(into, from, !first);
    odds_merge(into, from, first);
    if (first) {
        if (into->count)
            turns_demote(into);
        uint8_t *text = into->exemplar.text;
        const struct exemplar *e = &from->exemplar;
        size_t bytes = e->raw_bytes + (e->message_at == e->raw_bytes ? e->message_bytes : 0u);
        into->exemplar = *e;
        into->exemplar.text = memory_resize(text, bytes);
        memcpy(into->exemplar.text, e->text, bytes);
        into->head = from->head;
    }
    into->count += from->count;
    if (into->count > TURNS_RARE) {
        turns_done(into);
        odds_done(into);
    }
    if (from->first_ns < into->first_ns)
        into->first_ns = from->first_ns;
    if (from->last_ns > into->last_ns)
        into->last_ns = from->last_ns;
    timeline_merge(&into->timeline, &from->timeline);
}

static void tally_merge(struct tally *into, const struct tally *from)
{
    uint64_t *a = (uint64_t *)into;
    const uint64_t *b = (const uint64_t *)from;
    for (size_t i = 0; i < sizeof *into / sizeof *a; i++)
        a[i] += b[i];
}

void profile_merge(struct profile *into, const struct profile *from)
{
    for (size_t i = 0; i < from->files.size; i++)
        if (from->files.slots[i].key)
            profile_file(into, from->files.slots[i].value);
    for (size_t i = 0; i < from->parts.size; i++) {
        const struct part *part = from->parts.slots[i].value;
        if (part)
            profile_part(into, part->name, part->missing);
    }
    for (size_t i = 0; i < from->streams.size; i++) {
        const struct stream *s = from->streams.slots[i].value;
        if (!s)
            continue;
        struct stream *own =
            make_stream(into, s->key, span_of(s->name), span_of(s->writer), span_of(s->service), s->by_order);
        own->rest = s->rest;
        stream_merge(own, s);
    }
    if (from->stream_limit < into->stream_limit)
        into->stream_limit = from->stream_limit;
    if (from->order_limit < into->order_limit) {
        into->order_limit = from->order_limit;
        trim(into);
    }
    for (size_t i = 0; i < from->series.size; i++) {
        const struct series *s = from->series.slots[i].value;
        if (!s)
            continue;
        struct series *own = table_get(&into->series, s->key);
        if (!own && order_key(s->key, s->severity, s->kind) > into->order_limit) {
            struct stream *stream = table_get(&into->streams, s->stream);
            stream->overflow += s->count;
            continue;
        }
        if (!own)
            own = series_new(into, s->key, s->stream, s->fingerprint, s->severity, s->kind);
        if (own->families.count == 0)
            own->families = s->families;
        into->doubled += own->count && same_place(&own->exemplar, &s->exemplar);
        series_merge(own, s);
    }
    tally_merge(&into->tally, &from->tally);
    into->doubled += from->doubled;
}

void profile_take(struct profile *into, struct profile *from)
{
    static const struct tally none;
    bool empty = !into->streams.count && !into->series.count && !into->files.count && !into->parts.count &&
                 into->order_limit == UINT64_MAX && into->stream_limit == UINT64_MAX && !into->doubled &&
                 memcmp(&into->tally, &none, sizeof none) == 0;
    if (empty && into->series_max == from->series_max && into->streams_max == from->streams_max) {
        profile_done(into);
        *into = *from;
        profile_init(from);
    } else {
        profile_merge(into, from);
        profile_done(from);
    }
}

void profile_number_lines(struct profile *profile,
                          struct chunk_base (*base)(void *context, uint64_t file, uint32_t chunk),
                          void *context)
{
    for (size_t i = 0; i < profile->series.size; i++) {
        struct series *s = profile->series.slots[i].value;
        struct exemplar *e;
        for (size_t k = 0; s && (e = series_kept(s, k)); k++) {
            if (e->chunk == 0)
                continue;
            struct chunk_base before = base(context, e->file, e->chunk);
            e->line += before.lines;
            e->offset += before.bytes;
            e->chunk = 0;
        }
    }
}

static int compare_series(const void *a, const void *b)
{
    const struct series *x = *(struct series *const *)a, *y = *(struct series *const *)b;
    return (x->key > y->key) - (x->key < y->key);
}

/* Names can be equal where a writer's holds a NUL. */
int stream_compare(const struct stream *a, const struct stream *b)
{
    int c = strcmp(a->name, b->name);
    if (!c)
        c = strcmp(a->writer, b->writer);
    return c ? c : (a->key > b->key) - (a->key < b->key);
}

static int compare_stream(const void *a, const void *b)
{
    return stream_compare(*(struct stream *const *)a, *(struct stream *const *)b);
}

static int compare_part(const void *a, const void *b)
{
    return strcmp((*(struct part *const *)a)->name, (*(struct part *const *)b)->name);
}

static void **values(const struct table *table, size_t *ret_count)
{
    void **list = memory_alloc((table->count + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].key)
            list[n++] = table->slots[i].value;
    *ret_count = n;
    return list;
}

struct series **profile_sorted_series(const struct profile *profile, size_t *ret_count)
{
    struct series **list = (struct series **)values(&profile->series, ret_count);
    qsort(list, *ret_count, sizeof *list, compare_series);
    return list;
}

struct stream **profile_sorted_streams(const struct profile *profile, size_t *ret_count)
{
    struct stream **list = (struct stream **)values(&profile->streams, ret_count);
    qsort(list, *ret_count, sizeof *list, compare_stream);
    return list;
}

struct part **profile_sorted_parts(const struct profile *profile, size_t *ret_count)
{
    struct part **list = (struct part **)values(&profile->parts, ret_count);
    qsort(list, *ret_count, sizeof *list, compare_part);
    return list;
}

static uint64_t binned(const struct timeline *timeline, bool *ret_full)
{
    uint64_t sum = 0;
    for (size_t b = 0; b < timeline->count; b++) {
        sum += timeline->bins[b].count;
        *ret_full |= timeline->bins[b].count == UINT32_MAX;
    }
    return sum;
}

/* Do the bins add up to the count (full ones count no further), and begin and end with the first and last
 * time? */
static bool bins_fit(const struct timeline *t, uint64_t count, int64_t first_ns, int64_t last_ns)
{
    bool full = false;
    uint64_t sum = binned(t, &full);
    if (full ? sum > count : sum != count)
        return false;
    return count == 0 || (t->bins[0].index == profile_second(first_ns) >> t->shift &&
                          t->bins[t->count - 1].index == profile_second(last_ns) >> t->shift);
}

/* Are the lines beside the first one few, in order, behind the first line, and of known files? */
static bool lines_fit(const struct profile *profile, const struct series *s)
{
    if (s->turn_count && (s->count > TURNS_RARE || s->turn_count >= s->count))
        return false;
    for (size_t i = 0; i < s->turn_count; i++)
        if (exemplar_before(&s->turns[i], i ? &s->turns[i - 1] : &s->exemplar) ||
            s->turns[i].time_ns > s->last_ns || !*profile_file_name(profile, s->turns[i].file))
            return false;
    for (size_t i = 0; i < s->odd_count; i++)
        if (!*profile_file_name(profile, s->odds[i].line.file))
            return false;
    return odds_fit(s);
}

bool profile_validate(const struct profile *profile, const char **ret_reason)
{
    *ret_reason = NULL;
    for (size_t i = 0; i < profile->series.size; i++) {
        const struct series *s = profile->series.slots[i].value;
        if (!s)
            continue;
        if (s->key != series_key(s->stream, s->fingerprint))
            *ret_reason = "a series under a key that is not its own";
        else if (!table_get(&profile->streams, s->stream))
            *ret_reason = "a series without its stream";
        else if (profile->series.count <= profile->series_max && /* else it is to be settled */
                 order_key(s->key, s->severity, s->kind) > profile->order_limit)
            *ret_reason = "a series beyond the limit";
        else if (s->count == 0 || s->first_ns > s->last_ns)
            *ret_reason = "a series that never happened";
        else if (!bins_fit(&s->timeline, s->count, s->first_ns, s->last_ns))
            *ret_reason = "a timeline that does not add up to the count";
        else if (s->exemplar.time_ns != s->first_ns)
            *ret_reason = "an exemplar that is not the first line";
        else if (!*profile_file_name(profile, s->exemplar.file))
            *ret_reason = "an exemplar of an unknown file";
        else if (!lines_fit(profile, s))
            *ret_reason = "lines that a series would not keep";
        else if (!timeline_validate(&s->timeline, ret_reason))
            return false;
        if (*ret_reason)
            return false;
    }
    for (size_t i = 0; i < profile->streams.size; i++) {
        const struct stream *s = profile->streams.slots[i].value;
        if (!s)
            continue;
        if (!timeline_validate(&s->timeline, ret_reason))
            return false;
        if (s->key != profile->streams.slots[i].key)
            *ret_reason = "a stream under a key that is not its own";
        else if ((s->records == 0) != (s->first_ns > s->last_ns))
            *ret_reason = "a stream that never spoke, or did and has no times";
        else if (!bins_fit(&s->timeline, s->records, s->first_ns, s->last_ns))
            *ret_reason = "a timeline that does not add up to the records";
        if (*ret_reason)
            return false;
    }
    return !*ret_reason;
}
