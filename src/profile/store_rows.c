/* What people and other tools see of a store, and what they change in it. */
#include "profile/store_private.h"

#if HAVE_SQLITE

static const char *column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)libsqlite.column_text(statement, column);
    return text ? text : "";
}

static struct span column_bytes(sqlite3_stmt *statement, int column)
{
    const void *bytes = libsqlite.column_blob(statement, column);
    return span_make(bytes ? bytes : "", (size_t)libsqlite.column_bytes(statement, column));
}

static int64_t column_time(sqlite3_stmt *statement, int column)
{
    return libsqlite.column_type(statement, column) == SQLITE_NULL
               ? TIME_NONE
               : libsqlite.column_int64(statement, column);
}

int store_show(struct store *store, const char *service, uint64_t id,
               int (*row)(void *context, const struct store_row *row), void *context, struct onset_error *err)
{
    sqlite3_stmt *rows = store_prepare(
        store,
        "select p.id, s.name, e.file, p.severity, p.kind, p.accepted, p.count,"
        " (select count(*) from pattern_day d where d.pattern = p.id), e.line, p.first_ns, p.last_ns, "
        "e.text, p.message,"
        " (select group_concat(trim(name || ' ' || writer), char(10)) from pattern_source x"
        "  join source on source.id = x.source where x.pattern = p.id)"
        " from pattern p join service s on s.id = p.service left join exemplar e on e.pattern = p.id"
        " where (?1 is null or s.name = ?1) and (?2 = 0 or p.id = ?2) order by s.name, p.count desc, p.id",
        err);
    int more = -1;
    if (rows)
        more = service ? store_step(store, err, rows, "ti", service, (int64_t)id)
                       : store_step(store, err, rows, "ni", (int64_t)id);
    for (; more > 0; more = store_next(store, rows, err)) {
        struct store_row r = {.id = (uint64_t)libsqlite.column_int64(rows, 0),
                              .service = column_text(rows, 1),
                              .file = column_text(rows, 2),
                              .severity = (uint8_t)libsqlite.column_int(rows, 3),
                              .kind = (uint8_t)libsqlite.column_int(rows, 4),
                              .accepted = libsqlite.column_int(rows, 5) != 0,
                              .count = (uint64_t)libsqlite.column_int64(rows, 6),
                              .days = (uint64_t)libsqlite.column_int64(rows, 7),
                              .line = (uint64_t)libsqlite.column_int64(rows, 8),
                              .first_ns = column_time(rows, 9),
                              .last_ns = column_time(rows, 10),
                              .text = column_bytes(rows, 11),
                              .message = column_bytes(rows, 12),
                              .sources = column_text(rows, 13)};
        if (row(context, &r) != 0)
            break;
    }
    libsqlite.finalize(rows);
    return more < 0 ? -1 : 0;
}

int64_t store_accept(struct store *store, uint64_t id, struct onset_error *err)
{
    sqlite3_stmt *set = store_prepare(store, "update pattern set accepted = 1 where id = ?", err);
    int status = set ? store_step(store, err, set, "i", (int64_t)id) : -1;
    int64_t count = libsqlite.changes(store->db);
    libsqlite.finalize(set);
    return status < 0 ? -1 : count;
}

int64_t store_forget(struct store *store, const char *service, uint64_t id, struct onset_error *err)
{
    static const char *const statements[] = {"delete from exemplar where pattern in temp.gone",
                                             "delete from pattern_source where pattern in temp.gone",
                                             "delete from pattern_day where pattern in temp.gone",
                                             "delete from pattern where id in temp.gone"};
    if (store_run(store, "create temp table gone(id integer primary key)", err) < 0)
        return -1;
    sqlite3_stmt *find =
        id ? store_prepare(store, "insert into temp.gone select id from pattern where id = ?", err)
           : store_prepare(
                 store,
                 "insert into temp.gone select id from pattern where service = (select id from service"
                 " where name = ?)",
                 err);
    int status = !find ? -1
                 : id  ? store_step(store, err, find, "i", (int64_t)id)
                       : store_step(store, err, find, "t", service);
    libsqlite.finalize(find);
    for (size_t i = 0; i < sizeof statements / sizeof *statements && status == 0; i++)
        status = store_run(store, statements[i], err);
    int64_t count = libsqlite.changes(store->db);
    if (status == 0 && !id) { /* a whole service: how long it was seen, too; its files stay known as learnt */
        sqlite3_stmt *days = store_prepare(
            store, "delete from service_day where service = (select id from service where name = ?)", err);
        status = days ? store_step(store, err, days, "t", service) : -1;
        libsqlite.finalize(days);
    }
    if (status == 0)
        status = store_run(store, "drop table temp.gone", err);
    return status < 0 ? -1 : count;
}

/* Export */

/* Days as bins: what is known of a day is its count, of the whole its first and last time. */
static void add_days(struct timeline *t, sqlite3_stmt *days, int64_t *first_ns, int64_t *last_ns)
{
    int64_t first = *first_ns / NS_PER_SECOND, last = *last_ns / NS_PER_SECOND, before = -1;
    uint64_t held = 0; /* of the day before */
    for (int more = libsqlite.step(days); more == SQLITE_ROW; more = libsqlite.step(days)) {
        int64_t second = libsqlite.column_int64(days, 0) * DAY_SECONDS;
        if (before < 0 && first < second) { /* older days are gone */
            first = second;
            *first_ns = second * NS_PER_SECOND;
        }
        second = second < first ? first : second > last ? last : second;
        if (held)
            timeline_add_slow(t, (uint32_t)before, held < UINT32_MAX ? (uint32_t)held : UINT32_MAX);
        before = second;
        held = (uint64_t)libsqlite.column_int64(days, 1);
    }
    bool alone = t->count == 0; /* one day: some of it first, one of it last */
    if (held > 1 || (alone && held))
        timeline_add_slow(t, (uint32_t)before,
                          held > UINT32_MAX ? UINT32_MAX : (uint32_t)(held - (held > 1)));
    if (held > 1 || (!alone && held))
        timeline_add_slow(t, (uint32_t)last, 1);
    if (alone && held == 1)
        *last_ns = *first_ns;
}

static void set_exemplar(struct series *s, struct span text, struct span message)
{
    struct exemplar *e = &s->exemplar;
    const uint8_t *at = message.len && text.len ? memmem(text.ptr, text.len, message.ptr, message.len) : NULL;
    e->time_ns = s->first_ns;
    e->raw_bytes = (uint16_t)text.len;
    e->message_bytes = (uint16_t)message.len;
    e->message_at = (uint16_t)(at ? (size_t)(at - text.ptr) : text.len);
    e->text = memory_alloc(text.len + message.len + 1);
    memcpy(e->text, text.ptr, text.len);
    if (!at)
        memcpy(e->text + text.len, message.ptr, message.len);
}

static struct stream *export_stream(struct store *store, struct profile *profile, const char *service,
                                    bool timed, sqlite3_stmt *days, struct onset_error *err)
{
    struct stream *s =
        profile_stream(profile, span_of(service), span_of(timed ? "learnt" : "learnt without times"),
                       span_of(service), !timed);
    if (s->records || !timed)
        return s;
    if (store_step(store, err, days, "t", service) <= 0 || libsqlite.column_type(days, 0) == SQLITE_NULL)
        return s;
    s->first_ns = libsqlite.column_int64(days, 0) * DAY_SECONDS * NS_PER_SECOND;
    s->last_ns = (libsqlite.column_int64(days, 1) * DAY_SECONDS + DAY_SECONDS - 1) * NS_PER_SECOND;
    s->records = (uint64_t)libsqlite.column_int64(days, 2);
    return s;
}

static void finish_streams(struct profile *profile, sqlite3_stmt *days)
{
    for (size_t i = 0; i < profile->streams.size; i++) {
        struct stream *s = profile->streams.slots[i].value;
        if (!s || !s->records)
            continue;
        libsqlite.reset(days);
        libsqlite.bind_text(days, 1, s->service, -1, SQLITE_TRANSIENT);
        add_days(&s->timeline, days, &s->first_ns, &s->last_ns);
        profile->tally.records += s->records;
    }
}

int store_export(struct store *store, struct profile *ret_profile, struct onset_error *err)
{
    sqlite3_stmt *rows =
        store_prepare(store,
                      "select p.id, s.name, p.fingerprint, p.severity, p.kind, p.count, p.first_ns,"
                      " p.last_ns, e.file, e.line, e.offset, e.text, p.message from pattern p"
                      " join service s on s.id = p.service join exemplar e on e.pattern = p.id"
                      " where p.count > 0 order by p.service, p.fingerprint",
                      err);
    sqlite3_stmt *days =
        store_prepare(store, "select day, count from pattern_day where pattern = ? order by day", err);
    sqlite3_stmt *seen =
        store_prepare(store,
                      "select min(day), max(day), sum(records) from service_day where service ="
                      " (select id from service where name = ?)",
                      err);
    sqlite3_stmt *service_days =
        store_prepare(store,
                      "select day, records from service_day where service = (select id from"
                      " service where name = ?) order by day",
                      err);
    int more = rows && days && seen && service_days ? store_next(store, rows, err) : -1;
    uint64_t counted = 0;
    for (; more > 0; more = store_next(store, rows, err)) {
        bool timed = libsqlite.column_type(rows, 6) != SQLITE_NULL;
        struct stream *stream = export_stream(store, ret_profile, column_text(rows, 1), timed, seen, err);
        uint64_t fingerprint = (uint64_t)libsqlite.column_int64(rows, 2),
                 key = series_key(stream->key, fingerprint);
        struct series *s = profile_load_series(ret_profile, key, stream->key, fingerprint,
                                               (uint8_t)libsqlite.column_int(rows, 3),
                                               (uint8_t)libsqlite.column_int(rows, 4));
        s->count = (uint64_t)libsqlite.column_int64(rows, 5);
        s->first_ns = libsqlite.column_int64(rows, 6);
        s->last_ns = libsqlite.column_int64(rows, 7);
        if (timed && store_step(store, err, days, "i", libsqlite.column_int64(rows, 0)) > 0) {
            libsqlite.reset(days);
            add_days(&s->timeline, days, &s->first_ns, &s->last_ns);
        } else {
            timeline_add_slow(&s->timeline, 0, s->count < UINT32_MAX ? (uint32_t)s->count : UINT32_MAX);
        }
        set_exemplar(s, column_bytes(rows, 11), column_bytes(rows, 12));
        s->exemplar.file = profile_file(ret_profile, column_text(rows, 8));
        s->exemplar.line = (uint64_t)libsqlite.column_int64(rows, 9);
        s->exemplar.offset = (uint64_t)libsqlite.column_int64(rows, 10);
        counted += s->count;
    }
    finish_streams(ret_profile, service_days);
    struct tally *t = &ret_profile->tally;
    t->continuations = counted > t->records ? counted - t->records : 0;
    t->lines = t->records + t->continuations;
    profile_settle(ret_profile);
    libsqlite.finalize(rows);
    libsqlite.finalize(days);
    libsqlite.finalize(seen);
    libsqlite.finalize(service_days);
    return more < 0 ? -1 : 0;
}

#endif
