/* What is counted in, and what is aged out. A series of months has bins that are wider than a day, or lie
 * across midnight: such a bin counts for the day in which it starts. */
#include "profile/store_private.h"

#if HAVE_SQLITE

#define XXH_INLINE_ALL
#include <xxhash.h>

struct adding {
    struct store *store;
    const struct kernel *kernel;
    sqlite3_stmt *put_service, *get_service, *add_day, *put_source, *get_source;
    sqlite3_stmt *put_pattern, *add_pattern, *put_exemplar, *add_pattern_day, *put_pattern_source;
    struct onset_error *err;
};

static int prepare(struct adding *a)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } rows[] = {
        {&a->put_service, "insert or ignore into service(name) values(?)"},
        {&a->get_service, "select id from service where name = ?"},
        {&a->add_day, "insert into service_day values(?, ?, ?, ?) on conflict(service, day) do update set"
                      " records = records + excluded.records, seconds = seconds + excluded.seconds"},
        {&a->put_source, "insert or ignore into source(service, name, writer) values(?, ?, ?)"},
        {&a->get_source, "select id from source where service = ? and name = ? and writer = ?"},
        {&a->put_pattern, "insert or ignore into pattern values(?, ?, ?, ?, ?, 0, null, null, 0, ?, ?)"},
        {&a->add_pattern,
         "update pattern set count = count + ?3, first_ns = min(ifnull(first_ns, ?4), ifnull(?4, first_ns)),"
         " last_ns = max(ifnull(last_ns, ?5), ifnull(?5, last_ns)), accepted = max(accepted, ?6)"
         " where service = ?1 and fingerprint = ?2"},
        {&a->put_exemplar,
         "insert into exemplar values(?, ?, ?, ?, ?, ?) on conflict(pattern) do update set"
         " first_ns = excluded.first_ns, file = excluded.file, line = excluded.line,"
         " offset = excluded.offset, text = excluded.text where excluded.first_ns < first_ns"},
        {&a->add_pattern_day,
         "insert into pattern_day values(?, ?, ?) on conflict(pattern, day) do update set"
         " count = count + excluded.count"},
        {&a->put_pattern_source, "insert or ignore into pattern_source select ?1, ?2"
                                 " where (select count(*) from pattern_source where pattern = ?1) < ?3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(*rows[i].statement = store_prepare(a->store, rows[i].sql, a->err)))
            return -1;
    return 0;
}

static void done(struct adding *a)
{
    sqlite3_stmt *all[] = {a->put_service,     a->get_service,       a->add_day,     a->put_source,
                           a->get_source,      a->put_pattern,       a->add_pattern, a->put_exemplar,
                           a->add_pattern_day, a->put_pattern_source};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        libsqlite.finalize(all[i]);
}

static int64_t service_id(struct adding *a, const char *name)
{
    if (store_step(a->store, a->err, a->put_service, "t", name) < 0 ||
        store_step(a->store, a->err, a->get_service, "t", name) <= 0)
        return -1;
    return libsqlite.column_int64(a->get_service, 0);
}

static int64_t source_id(struct adding *a, int64_t service, const struct stream *stream)
{
    if (store_step(a->store, a->err, a->put_source, "itt", service, stream->name, stream->writer) < 0 ||
        store_step(a->store, a->err, a->get_source, "itt", service, stream->name, stream->writer) <= 0)
        return -1;
    return libsqlite.column_int64(a->get_source, 0);
}

struct day {
    int64_t day;
    uint64_t count;
};

/* The bins as days, ascending, into `days`, which has room for one a bin. */
static size_t list_days(const struct adding *a, const struct timeline *t, uint64_t count, int64_t first_ns,
                        bool timed, struct day *days)
{
    size_t n = 0;
    if (!timed) {
        days[0] = (struct day){a->store->now_ns / NS_PER_SECOND / DAY_SECONDS, count};
        return 1;
    }
    for (size_t i = 0; i < t->count; i++) {
        int64_t second = (int64_t)t->bins[i].index << t->shift;
        if (second < first_ns / NS_PER_SECOND)
            second = first_ns / NS_PER_SECOND;
        int64_t day = second / DAY_SECONDS;
        if (n && days[n - 1].day == day)
            days[n - 1].count += t->bins[i].count;
        else
            days[n++] = (struct day){day, t->bins[i].count};
    }
    return n;
}

/* How much of [first, last] lies in the day. */
static double seconds_of(int64_t day, const struct stream *s)
{
    double from = (double)day * DAY_SECONDS, to = from + DAY_SECONDS;
    double first = (double)s->first_ns / NS_PER_SECOND, last = (double)s->last_ns / NS_PER_SECOND;
    from = first > from ? first : from;
    to = last < to ? last : to;
    return to > from ? to - from : 0;
}

static int add_stream(struct adding *a, const struct stream *s)
{
    struct day days[STREAM_BINS];
    int64_t service = service_id(a, s->service);
    if (service < 0 || source_id(a, service, s) < 0)
        return -1;
    size_t n = s->records ? list_days(a, &s->timeline, s->records, s->first_ns, !s->by_order, days) : 0;
    for (size_t i = 0; i < n; i++)
        if (store_step(a->store, a->err, a->add_day, "iiid", service, days[i].day, (int64_t)days[i].count,
                       s->by_order ? 0.0 : seconds_of(days[i].day, s)) < 0)
            return -1;
    return 0;
}

static int add_pattern(struct adding *a, const struct profile *profile, const struct series *s, bool accepted,
                       struct store_gain *gain)
{
    const struct stream *stream = table_get(&profile->streams, s->stream);
    const struct exemplar *e = &s->exemplar;
    int64_t service = service_id(a, stream->service);
    int64_t source = service < 0 ? -1 : source_id(a, service, stream);
    if (source < 0)
        return -1;
    uint8_t masked[EXEMPLAR_BYTES_MAX + 64];
    struct span message = exemplar_message(e);
    size_t len = a->kernel->mask(message.ptr, message.len, masked);
    int64_t id = (int64_t)key_mix(XXH3_64bits(stream->service, strlen(stream->service)), s->fingerprint);
    int64_t fingerprint = (int64_t)s->fingerprint;
    if (store_step(a->store, a->err, a->put_pattern, "iiiiiib", service, fingerprint, id, (int64_t)s->kind,
                   (int64_t)s->severity, (int64_t)XXH3_64bits(masked, len), message) < 0)
        return -1;
    gain->patterns_new += (uint64_t)libsqlite.changes(a->store->db);
    gain->patterns++;
    bool timed = !stream->by_order && !accepted;
    if (store_step(a->store, a->err, a->add_pattern, timed ? "iiiiii" : "iiinni", service, fingerprint,
                   accepted ? (int64_t)0 : (int64_t)s->count, timed ? s->first_ns : (int64_t)accepted,
                   s->last_ns, (int64_t)accepted) < 0 ||
        store_step(a->store, a->err, a->put_exemplar, "iitiib", id, accepted ? INT64_MAX : s->first_ns,
                   profile_file_name(profile, e->file), (int64_t)e->line, (int64_t)e->offset,
                   span_make(e->text, e->raw_bytes)) < 0)
        return -1;
    if (accepted)
        return 0;
    struct day days[SERIES_BINS];
    size_t n = list_days(a, &s->timeline, s->count, s->first_ns, timed, days);
    for (size_t i = 0; i < n; i++)
        if (store_step(a->store, a->err, a->add_pattern_day, "iii", id, days[i].day, (int64_t)days[i].count) <
            0)
            return -1;
    return store_step(a->store, a->err, a->put_pattern_source, "iii", id, source, (int64_t)STORE_SOURCES_MAX);
}

int store_add(struct store *store, const struct profile *profile, const struct kernel *kernel, bool accepted,
              struct store_gain *ret_gain, struct onset_error *err)
{
    struct adding a = {.store = store, .kernel = kernel, .err = err};
    size_t n;
    int status = prepare(&a);
    *ret_gain = (struct store_gain){.records = profile->tally.records};
    struct stream **streams = profile_sorted_streams(profile, &n);
    for (size_t i = 0; i < n && status == 0 && !accepted; i++)
        status = add_stream(&a, streams[i]);
    free(streams);
    struct series **series = profile_sorted_series(profile, &n);
    for (size_t i = 0; i < n && status == 0; i++)
        status = add_pattern(&a, profile, series[i], accepted, ret_gain);
    free(series);
    done(&a);
    return status;
}

int store_retain(struct store *store, int64_t day, uint64_t *ret_dropped, struct onset_error *err)
{
    struct text sql;
    text_init(&sql, 0);
    text_printf(
        &sql,
        "create temp table aged as select distinct pattern from pattern_day where day < %lld;"
        "delete from pattern_day where day < %lld; delete from service_day where day < %lld;"
        "delete from learnt where seen_ns < %lld;"
        "update pattern set count = ifnull((select sum(count) from pattern_day where pattern = id), 0)"
        " where id in temp.aged;"
        "delete from temp.aged where pattern in (select pattern from pattern_day)"
        " or pattern in (select id from pattern where accepted);",
        (long long)day, (long long)day, (long long)day, (long long)day * DAY_SECONDS * NS_PER_SECOND);
    text_add_byte(&sql, 0);
    int status = store_run(store, (const char *)sql.ptr, err);
    text_done(&sql);
    if (status == 0)
        status = store_run(store,
                           "delete from exemplar where pattern in temp.aged;"
                           "delete from pattern_source where pattern in temp.aged;"
                           "delete from pattern where id in temp.aged;",
                           err);
    if (status == 0)
        *ret_dropped = (uint64_t)libsqlite.changes(store->db);
    return status == 0 ? store_run(store,
                                   "drop table temp.aged;"
                                   "delete from source where id not in (select source from pattern_source);",
                                   err)
                       : -1;
}

#endif
