/* Why not simply all: a start must not cost more the longer is remembered. Templates merge within a service,
 * so the patterns of services that the logs are not of change nothing, but for one question: does another
 * service say the same? That is asked by the hash of the masked message. */
#include "pattern/template_memo.h"
#include "profile/store_private.h"

#if HAVE_SQLITE

#define XXH_INLINE_ALL
#include <xxhash.h>

struct loading {
    struct store *store;
    struct profile *profile;
    sqlite3_stmt *rows, *exact, *elsewhere, *days, *merged;
    size_t left; /* patterns that fit */
    struct onset_error *err;
};

#define COLUMNS "fingerprint, kind, severity, count, accepted, message, first_ns, last_ns"

static struct stream *stream_of(struct loading *l, const char *service)
{
    return profile_stream(l->profile, span_of(service), span_of("learnt"), span_of(service), false);
}

/* The row that `statement` stands on. Times are of no use to who judges, and there may be none. */
static void add_row(struct loading *l, sqlite3_stmt *statement, const struct stream *stream)
{
    uint64_t fingerprint = (uint64_t)libsqlite.column_int64(statement, 0);
    uint64_t key = series_key(stream->key, fingerprint);
    if (l->left == 0 || profile_series(l->profile, key))
        return;
    struct series *s = profile_load_series(l->profile, key, stream->key, fingerprint,
                                           (uint8_t)libsqlite.column_int(statement, 2),
                                           (uint8_t)libsqlite.column_int(statement, 1));
    struct exemplar *e = &s->exemplar;
    s->accepted = libsqlite.column_int(statement, 4) != 0;
    s->count = (uint64_t)libsqlite.column_int64(statement, 3);
    s->count += s->count == 0; /* accepted, and never learnt */
    s->first_ns = e->time_ns = libsqlite.column_int64(statement, 6);
    s->last_ns = libsqlite.column_int64(statement, 7);
    int bytes = libsqlite.column_bytes(statement, 5);
    e->message_bytes = (uint16_t)(bytes < EXEMPLAR_BYTES_MAX ? bytes : EXEMPLAR_BYTES_MAX);
    e->text = memory_alloc(e->message_bytes + 1u);
    if (bytes)
        memcpy(e->text, libsqlite.column_blob(statement, 5), e->message_bytes);
    l->left--;
}

static int64_t service_of(struct loading *l, const char *name)
{
    sqlite3_stmt *get = store_prepare(l->store, "select id from service where name = ?", l->err);
    int more = get ? store_step(l->store, l->err, get, "t", name) : -1;
    int64_t id = more > 0 ? libsqlite.column_int64(get, 0) : more;
    libsqlite.finalize(get);
    return id;
}

/* Exposure: the stream lasts as many seconds as the service was seen. */
static int add_exposure(struct loading *l, int64_t service, struct stream *stream)
{
    if (store_step(l->store, l->err, l->days, "i", service) <= 0)
        return -1;
    stream->records = (uint64_t)libsqlite.column_int64(l->days, 0);
    stream->first_ns = 0;
    stream->last_ns = (int64_t)(libsqlite.column_double(l->days, 1) * NS_PER_SECOND);
    return 0;
}

static int load_memo(struct loading *l, int64_t service)
{
    int status = store_step(l->store, l->err, l->merged, "i", service);
    const void *memo = status > 0 ? libsqlite.column_blob(l->merged, 1) : NULL;
    if (memo)
        template_memos_put(&l->profile->memos, (uint64_t)libsqlite.column_int64(l->merged, 0),
                           span_make(memo, (size_t)libsqlite.column_bytes(l->merged, 1)));
    return status < 0 ? -1 : 0;
}

static int compare_service(const void *a, const void *b)
{
    return strcmp((*(struct stream *const *)a)->service, (*(struct stream *const *)b)->service);
}

/* First what the logs say, so that it is there whatever the cap. */
static int load_exact(struct loading *l, const struct profile *logs)
{
    size_t n;
    struct series **series = profile_sorted_series(logs, &n);
    int status = 0;
    for (size_t i = 0; i < n && status >= 0; i++) {
        const struct stream *stream = table_get(&logs->streams, series[i]->stream);
        status =
            store_step(l->store, l->err, l->exact, "ti", stream->service, (int64_t)series[i]->fingerprint);
        if (status > 0)
            add_row(l, l->exact, stream_of(l, stream->service));
    }
    free(series);
    return status < 0 ? -1 : 0;
}

static int load_services(struct loading *l, const struct profile *logs)
{
    size_t n;
    struct stream **streams = profile_sorted_streams(logs, &n);
    qsort(streams, n, sizeof *streams, compare_service);
    int status = 0;
    for (size_t i = 0; i < n && status >= 0; i++) {
        const char *name = streams[i]->service;
        int64_t id = i && strcmp(name, streams[i - 1]->service) == 0 ? 0 : service_of(l, name);
        if (id <= 0) {
            status = (int)id;
            continue;
        }
        struct stream *stream = stream_of(l, name);
        status = add_exposure(l, id, stream) < 0 ? -1 : load_memo(l, id);
        for (int more = status < 0 ? -1 : store_step(l->store, l->err, l->rows, "i", id);
             more != 0 && status >= 0; more = store_next(l->store, l->rows, l->err)) {
            if (more < 0)
                status = -1;
            else
                add_row(l, l->rows, stream);
            if (l->left == 0)
                break;
        }
    }
    free(streams);
    return status < 0 ? -1 : 0;
}

static int load_elsewhere(struct loading *l, const struct profile *logs, const struct kernel *kernel)
{
    uint8_t masked[EXEMPLAR_BYTES_MAX + 64];
    size_t n;
    struct series **series = profile_sorted_series(logs, &n);
    int status = 0;
    for (size_t i = 0; i < n && status >= 0; i++) {
        const struct exemplar *e = &series[i]->exemplar;
        const struct stream *stream = table_get(&logs->streams, series[i]->stream);
        if (profile_series(l->profile,
                           series_key(stream_of(l, stream->service)->key, series[i]->fingerprint)))
            continue;
        size_t len = kernel->mask(e->text + e->message_at, e->message_bytes, masked);
        status = store_step(l->store, l->err, l->elsewhere, "it", (int64_t)XXH3_64bits(masked, len),
                            stream->service);
        if (status > 0)
            add_row(l, l->elsewhere, stream_of(l, (const char *)libsqlite.column_text(l->elsewhere, 8)));
    }
    free(series);
    return status < 0 ? -1 : 0;
}

static uint64_t all_records(struct loading *l)
{
    sqlite3_stmt *sum = store_prepare(l->store, "select ifnull(sum(records), 0) from service_day", l->err);
    uint64_t records =
        sum && libsqlite.step(sum) == SQLITE_ROW ? (uint64_t)libsqlite.column_int64(sum, 0) : 0;
    libsqlite.finalize(sum);
    return records;
}

int store_load(struct store *store, const struct profile *logs, const struct kernel *kernel,
               struct profile *ret_profile, struct onset_error *err)
{
    struct loading l = {.store = store, .profile = ret_profile, .err = err};
    l.left = ret_profile->series.count < ret_profile->series_max
                 ? ret_profile->series_max - ret_profile->series.count
                 : 0;
    l.rows = store_prepare(store, "select " COLUMNS " from pattern where service = ?", err);
    l.exact = store_prepare(store,
                            "select " COLUMNS
                            " from pattern where service = (select id from service where name = ?)"
                            " and fingerprint = ?",
                            err);
    l.elsewhere = store_prepare(store,
                                "select " COLUMNS ", name from pattern join service on service.id = service"
                                " where masked = ? and name <> ? order by service limit 1",
                                err);
    l.days = store_prepare(
        store, "select ifnull(sum(records), 0), ifnull(sum(seconds), 0) from service_day where service = ?",
        err);
    l.merged = store_prepare(store, "select key, memo from merged where service = ?", err);
    int status = -1;
    bool alone = libsqlite.get_autocommit(store->db); /* not within store_begin: all of it as of one moment */
    if (l.rows && l.exact && l.elsewhere && l.days && l.merged &&
        (!alone || store_run(store, "begin", err) == 0)) {
        status = load_exact(&l, logs);
        if (status == 0)
            status = load_services(&l, logs);
        if (status == 0)
            status = load_elsewhere(&l, logs, kernel);
        ret_profile->tally.records += all_records(&l);
        if (alone && libsqlite.exec(store->db, "end", NULL, NULL, NULL) != SQLITE_OK)
            status = store_fail(store, err);
    }
    libsqlite.finalize(l.rows);
    libsqlite.finalize(l.exact);
    libsqlite.finalize(l.elsewhere);
    libsqlite.finalize(l.days);
    libsqlite.finalize(l.merged);
    return status;
}

#endif
