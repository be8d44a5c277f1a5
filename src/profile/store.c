/* Why WAL: readers see the last commit while one learns, and a commit is one write to the end of a file. Why
 * the rows of a service lie together (WITHOUT ROWID): judging reads whole services, and only those that the
 * logs are of. */
#include "base/late.h"
#include "pattern/template.h"
#include "profile/store_private.h"
#include "profile/store_sums.h"

#if HAVE_SQLITE

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_MS 5000 /* for another writer; readers never wait */

/* Those of version 1. */
#define TABLES                                                                                               \
    "create table meta(name text primary key, value integer not null) without rowid;"                        \
    "create table service(id integer primary key, name text not null unique);"                               \
    "create table service_day(service integer not null, day integer not null, records integer not null,"     \
    " seconds real not null, primary key(service, day)) without rowid;"                                      \
    "create table source(id integer primary key, service integer not null, name text not null,"              \
    " writer text not null, unique(service, name, writer));"                                                 \
    "create table pattern(service integer not null, fingerprint integer not null, id integer not null "      \
    "unique,"                                                                                                \
    " kind integer not null, severity integer not null, count integer not null, first_ns integer, last_ns "  \
    "integer,"                                                                                               \
    " accepted integer not null, masked integer not null, message blob not null,"                            \
    " primary key(service, fingerprint)) without rowid;"                                                     \
    "create index pattern_masked on pattern(masked);"                                                        \
    "create table exemplar(pattern integer primary key, first_ns integer, file text not null, line integer " \
    "not null,"                                                                                              \
    " offset integer not null, text blob not null);"                                                         \
    "create table pattern_day(pattern integer not null, day integer not null, count integer not null,"       \
    " primary key(pattern, day)) without rowid;"                                                             \
    "create table pattern_source(pattern integer not null, source integer not null,"                         \
    " primary key(pattern, source)) without rowid;"                                                          \
    "create table learnt(id integer primary key, service text not null, name text not null, head_hash "      \
    "integer not null,"                                                                                      \
    " head_bytes integer not null, offset integer not null, lines integer not null, seen_ns integer not "    \
    "null);"
#define MERGED "create table merged(service integer primary key, key integer not null, memo blob not null);"

/* SQLite tries several ways, and keeps the reason of the last one. */
static const char *why_not_opened(const struct store *store)
{
    const char *slash = strrchr(store->path, '/');
    char *folder = slash ? strndup(store->path, (size_t)(slash - store->path) + 1) : strdup(".");
    bool exists = access(store->path, F_OK) == 0;
    int denied = exists ? access(store->path, R_OK) : access(folder, W_OK | X_OK);
    const char *reason = denied ? strerror(errno) : libsqlite.errmsg(store->db);
    struct stat st;
    if (!denied && stat(store->path, &st) == 0 && S_ISDIR(st.st_mode))
        reason = strerror(EISDIR);
    free(folder);
    return reason;
}

int store_fail(struct store *store, struct onset_error *err)
{
    int code = libsqlite.errcode(store->db);
    if (libsqlite.extended_errcode(store->db) == SQLITE_IOERR_DATA)
        return error_set(
            err,
            "'%s' is damaged, or another program wrote into it (a page does not have its checksum): "
            "take a copy of it, or learn anew into another file",
            store->path);
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, "'%s' is being written by another process: try again when it has ended",
                         store->path);
    case SQLITE_READONLY:
        return error_set(err, "'%s' cannot be written: it, or its folder, is read-only", store->path);
    case SQLITE_FULL:
        return error_set(err, "cannot write '%s': the disk is full, and it is as it was before", store->path);
    case SQLITE_IOERR:
        return error_set(err, "cannot write '%s': %s, and it is as it was before", store->path,
                         libsqlite.errmsg(store->db));
    case SQLITE_NOTADB:
        return error_set(err, "'%s' is no baseline, or a damaged one: 'onset learn' makes one", store->path);
    case SQLITE_CORRUPT:
        return error_set(err, "'%s' is damaged (%s): take a copy of it, or learn anew into another file",
                         store->path, libsqlite.errmsg(store->db));
    case SQLITE_CANTOPEN: return error_set(err, "cannot open '%s': %s", store->path, why_not_opened(store));
    default: return error_set(err, "cannot use '%s': %s", store->path, libsqlite.errmsg(store->db));
    }
}

int store_run(struct store *store, const char *sql, struct onset_error *err)
{
    return libsqlite.exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : store_fail(store, err);
}

sqlite3_stmt *store_prepare(struct store *store, const char *sql, struct onset_error *err)
{
    sqlite3_stmt *statement = NULL;
    if (libsqlite.prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        store_fail(store, err);
    return statement;
}

/* Arguments by letter: i int64_t, t const char *, b struct span, d double, n null (no argument). */
static void bind(sqlite3_stmt *statement, const char *letters, va_list args)
{
    libsqlite.reset(statement);
    for (int i = 1; letters[i - 1]; i++) {
        struct span bytes;
        switch (letters[i - 1]) {
        case 'i': libsqlite.bind_int64(statement, i, va_arg(args, int64_t)); break;
        case 'd': libsqlite.bind_double(statement, i, va_arg(args, double)); break;
        case 't': libsqlite.bind_text(statement, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT); break;
        case 'b':
            bytes = va_arg(args, struct span);
            libsqlite.bind_blob(statement, i, bytes.len ? (const void *)bytes.ptr : "", (int)bytes.len,
                                SQLITE_TRANSIENT);
            break;
        default: libsqlite.bind_null(statement, i); break;
        }
    }
}

int store_step(struct store *store, struct onset_error *err, sqlite3_stmt *statement, const char *letters,
               ...)
{
    va_list args;
    va_start(args, letters);
    bind(statement, letters, args);
    va_end(args);
    int code = libsqlite.step(statement);
    if (code == SQLITE_ROW)
        return 1;
    return code == SQLITE_DONE ? 0 : store_fail(store, err);
}

int store_next(struct store *store, sqlite3_stmt *statement, struct onset_error *err)
{
    int code = libsqlite.step(statement);
    return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : store_fail(store, err);
}

static int64_t pragma(struct store *store, const char *sql)
{
    struct onset_error ignored;
    sqlite3_stmt *statement = store_prepare(store, sql, &ignored);
    int64_t value =
        statement && libsqlite.step(statement) == SQLITE_ROW ? libsqlite.column_int64(statement, 0) : -1;
    libsqlite.finalize(statement);
    return value;
}

static int make_tables(struct store *store, struct onset_error *err)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "pragma application_id=%d; pragma user_version=%d; insert into meta values('masking', %d), "
             "('merging', %d);",
             STORE_APPLICATION, STORE_VERSION, MASK_VERSION, TEMPLATE_VERSION);
    if (store_run(store, "begin immediate", err) < 0)
        return -1;
    if (pragma(store, "select count(*) from sqlite_master") == 0 &&
        (store_run(store, TABLES MERGED, err) < 0 || store_run(store, sql, err) < 0))
        return -1;
    return store_run(store, "commit", err);
}

/* What is held was masked and not merged, so an older merging costs nothing but ids that changed: whoever
 * writes takes it over (store_commit). */
static int check_merging(struct store *store, enum store_mode mode, struct onset_error *err)
{
    int64_t merging = pragma(store, "select coalesce((select value from meta where name = 'merging'), 0)");
    if (merging < 0)
        return store_fail(store, err);
    if (merging == TEMPLATE_VERSION || (merging < TEMPLATE_VERSION && mode != STORE_READ))
        return 0;
    return error_set(
        err, "the patterns of '%s' were merged by version %lld, this onset merges by version %d: %s",
        store->path, (long long)merging, TEMPLATE_VERSION,
        merging < TEMPLATE_VERSION ? "run 'onset learn' on it once, it keeps what it knows"
                                   : "use the onset that wrote it last, or learn anew into another file");
}

#define SCHEMA                                                                                               \
    "select group_concat(type || name || tbl_name || sql) from (select * from sqlite_master order by name)"

/* SQLite has no sums over its pages: a bit that flips in the text of a table's definition renames a column,
 * and what is joined by it is empty without an error. */
static bool has_tables(struct store *store, const char *tables)
{
    struct onset_error ignored;
    sqlite3 *fresh = NULL;
    sqlite3_stmt *want = NULL, *have = store_prepare(store, SCHEMA, &ignored);
    bool same = have && libsqlite.open(":memory:", &fresh) == SQLITE_OK &&
                libsqlite.exec(fresh, tables, NULL, NULL, NULL) == SQLITE_OK &&
                libsqlite.prepare_v2(fresh, SCHEMA, -1, &want, NULL) == SQLITE_OK &&
                libsqlite.step(have) == SQLITE_ROW && libsqlite.step(want) == SQLITE_ROW &&
                libsqlite.column_bytes(have, 0) == libsqlite.column_bytes(want, 0) &&
                memcmp(libsqlite.column_blob(have, 0), libsqlite.column_blob(want, 0),
                       (size_t)libsqlite.column_bytes(want, 0)) == 0;
    libsqlite.finalize(have);
    libsqlite.finalize(want);
    libsqlite.close(fresh);
    return same;
}

static int not_ours(struct store *store, struct onset_error *err)
{
    return error_set(
        err,
        "'%s' is damaged (its tables are not those of a baseline): take a copy of it, or learn anew "
        "into another file",
        store->path);
}

/* Version 1 had no sums of pages, and nothing merged. A kill amid this leaves it as it was, or with sums. */
static int take_over(struct store *store, struct onset_error *err)
{
    if (!has_tables(store, TABLES))
        return not_ours(store, err);
    char sql[sizeof MERGED + 64];
    snprintf(sql, sizeof sql, "begin immediate; " MERGED " pragma user_version=%d; commit", STORE_VERSION);
    store_sums_want(store->db);
    return store_run(store, "vacuum", err) < 0 ? -1 : store_run(store, sql, err);
}

static int check(struct store *store, enum store_mode mode, struct onset_error *err)
{
    int64_t application = pragma(store, "pragma application_id");
    if (application < 0)
        return store_fail(store, err);
    if (application != STORE_APPLICATION)
        return error_set(err, "'%s' is an SQLite file of another program", store->path);
    int64_t version = pragma(store, "pragma user_version");
    if (version == 1 && mode != STORE_READ) {
        if (take_over(store, err) < 0)
            return -1;
        version = STORE_VERSION;
    }
    if (version != STORE_VERSION)
        return error_set(err, "'%s' is a baseline of version %lld, this onset knows version %d: %s",
                         store->path, (long long)version, STORE_VERSION,
                         version == 1 ? "run 'onset learn' on it once, it keeps what it knows"
                                      : "learn anew into another file");
    if (!has_tables(store, TABLES MERGED) || !store_sums_has(store->db))
        return not_ours(store, err);
    int64_t masking = pragma(store, "select value from meta where name = 'masking'");
    if (masking < 0)
        return store_fail(store, err);
    if (masking != MASK_VERSION)
        return error_set(
            err,
            "the patterns of '%s' were masked by version %lld, this onset masks by version %d: learn "
            "anew into another file",
            store->path, (long long)masking, MASK_VERSION);
    return check_merging(store, mode, err);
}

/* Is all of it in the one file? Else what was committed last, or the sense of the file, is in the one beside
 * it. */
static bool settled(const struct store *store)
{
    struct text name;
    struct stat st;
    text_init(&name, 0);
    text_printf(&name, "%s-wal", store->path);
    text_add_byte(&name, 0);
    bool none = stat((const char *)name.ptr, &st) < 0 || st.st_size == 0;
    text_done(&name);
    return none;
}

/* In a folder that cannot be written SQLite reads only what it may take for unchanging. */
static int open_read(struct store *store, struct onset_error *err)
{
    struct text uri;
    text_init(&uri, 0);
    text_puts(&uri, "file:");
    for (const char *at = store->path; *at; at++)
        if (strchr("?#%", *at))
            text_printf(&uri, "%%%02x", (unsigned char)*at);
        else
            text_add_byte(&uri, (uint8_t)*at);
    size_t len = uri.len;
    int code = SQLITE_CANTOPEN;
    for (int immutable = 0; immutable < 1 + settled(store) && code != SQLITE_OK; immutable++) {
        uri.len = len;
        text_puts(&uri, immutable ? "?mode=ro&immutable=1" : "?mode=ro");
        text_add_byte(&uri, 0);
        libsqlite.close(store->db);
        store->db = NULL;
        code = libsqlite.open_v2((const char *)uri.ptr, &store->db,
                                 SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                                 store_sums_layer());
        libsqlite.busy_timeout(store->db, WAIT_MS);
        if (code == SQLITE_OK)
            code = libsqlite.exec(store->db, "select count(*) from sqlite_master", NULL, NULL, NULL);
        if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
            break;
    }
    text_done(&uri);
    return code == SQLITE_OK ? 0 : store_fail(store, err);
}

static int open_write(struct store *store, enum store_mode mode, struct onset_error *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (libsqlite.open_v2(store->path, &store->db, flags, store_sums_layer()) != SQLITE_OK)
        return store_fail(store, err);
    libsqlite.busy_timeout(store->db, WAIT_MS);
    if (libsqlite.db_readonly(store->db, "main") == 1)
        return error_set(err, "'%s' cannot be written: it, or its folder, is read-only", store->path);
    int64_t found = pragma(store, "select count(*) from sqlite_master");
    if (found < 0)
        return store_fail(store, err);
    if (found > 0)
        return 0;
    store_sums_want(store->db);
    return store_run(store, "pragma journal_mode=wal", err) < 0 || make_tables(store, err) < 0 ? -1 : 0;
}

struct store *store_open(const char *path, enum store_mode mode, struct onset_error *err)
{
    if (!libsqlite_ready()) {
        error_set(err, "cannot use '%s': %s is not installed", path, late_missing());
        return NULL;
    }
    struct store *store = memory_alloc(sizeof *store);
    store->path = strdup(path);
    struct stat st;
    int status = 0;
    if (mode != STORE_CREATE && stat(path, &st) < 0)
        status = error_set(err, "cannot open '%s': no such baseline, 'onset learn' makes one", path);
    else
        status = mode == STORE_READ ? open_read(store, err) : open_write(store, mode, err);
    if (status == 0)
        status = check(store, mode, err);
    if (status == 0) /* reading by mapping halves what a start costs */
        status = store_run(store,
                           "pragma synchronous=full; pragma mmap_size=268435456; pragma cache_size=-65536; "
                           "pragma temp_store=memory;",
                           err);
    return status == 0 ? store : store_close(store);
}

struct store *store_close(struct store *store)
{
    if (!store)
        return NULL;
    libsqlite.close_v2(store->db);
    free(store->path);
    free(store);
    return NULL;
}

int store_begin(struct store *store, int64_t now_ns, struct onset_error *err)
{
    store->now_ns = now_ns;
    return store_run(store, "begin immediate", err);
}

int store_commit(struct store *store, struct onset_error *err)
{
    char sql[80];
    snprintf(sql, sizeof sql, "insert or replace into meta values('merging', %d)", TEMPLATE_VERSION);
    if (store_run(store, sql, err) < 0 || store_run(store, "commit", err) < 0)
        return -1;
    libsqlite.wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                NULL); /* a reader may be in the way */
    return 0;
}

int store_sources(struct store *store, struct store_source **ret_sources, size_t *ret_count,
                  struct onset_error *err)
{
    size_t count = 0, size = 64;
    struct store_source *list = memory_alloc(size * sizeof *list);
    sqlite3_stmt *rows = store_prepare(
        store,
        "select id, service, name, head_hash, head_bytes, offset, lines from learnt order by head_bytes, id",
        err);
    int more = rows ? 1 : -1;
    while (rows && (more = store_next(store, rows, err)) > 0) {
        if (count == size)
            list = memory_resize(list, (size *= 2) * sizeof *list);
        list[count++] = (struct store_source){.id = libsqlite.column_int64(rows, 0),
                                              .service = strdup((const char *)libsqlite.column_text(rows, 1)),
                                              .name = strdup((const char *)libsqlite.column_text(rows, 2)),
                                              .head_hash = (uint64_t)libsqlite.column_int64(rows, 3),
                                              .head_bytes = (uint64_t)libsqlite.column_int64(rows, 4),
                                              .offset = (uint64_t)libsqlite.column_int64(rows, 5),
                                              .lines = (uint64_t)libsqlite.column_int64(rows, 6)};
    }
    libsqlite.finalize(rows);
    *ret_sources = list;
    *ret_count = count;
    return more < 0 ? -1 : 0;
}

int store_put_source(struct store *store, const struct store_source *s, struct onset_error *err)
{
    sqlite3_stmt *put =
        store_prepare(store,
                      "insert or replace into learnt(id, service, name, head_hash, head_bytes, offset,"
                      " lines, seen_ns) values(?, ?, ?, ?, ?, ?, ?, ?)",
                      err);
    int status = -1;
    if (put && s->id)
        status = store_step(store, err, put, "ittiiiii", s->id, s->service, s->name, (int64_t)s->head_hash,
                            (int64_t)s->head_bytes, (int64_t)s->offset, (int64_t)s->lines, store->now_ns);
    else if (put)
        status = store_step(store, err, put, "nttiiiii", s->service, s->name, (int64_t)s->head_hash,
                            (int64_t)s->head_bytes, (int64_t)s->offset, (int64_t)s->lines, store->now_ns);
    libsqlite.finalize(put);
    return status;
}

const char *store_library(void)
{
    return "SQLite " SQLITE_VERSION;
}

#else

/* Nothing can be opened, so the rest is never called with a store. */

struct store *store_open(const char *path, enum store_mode mode, struct onset_error *err)
{
    (void)mode;
    error_set(err, "cannot open '%s': this build has no SQLite, so it keeps no baselines", path);
    return NULL;
}

struct store *store_close(struct store *store)
{
    (void)store;
    return NULL;
}

const char *store_library(void)
{
    return "none";
}

static int none(struct onset_error *err)
{
    return error_set(err, "this build has no SQLite, so it keeps no baselines");
}

int store_begin(struct store *store, int64_t now_ns, struct onset_error *err)
{
    (void)store, (void)now_ns;
    return none(err);
}

int store_commit(struct store *store, struct onset_error *err)
{
    (void)store;
    return none(err);
}

int store_sources(struct store *store, struct store_source **ret_sources, size_t *ret_count,
                  struct onset_error *err)
{
    (void)store, (void)ret_sources, (void)ret_count;
    return none(err);
}

int store_put_source(struct store *store, const struct store_source *source, struct onset_error *err)
{
    (void)store, (void)source;
    return none(err);
}

int store_add(struct store *store, const struct profile *profile, const struct kernel *kernel, bool accepted,
              struct store_gain *ret_gain, struct onset_error *err)
{
    (void)store, (void)profile, (void)kernel, (void)accepted, (void)ret_gain;
    return none(err);
}

int store_merge(struct store *store, const struct kernel *kernel, struct onset_error *err)
{
    (void)store, (void)kernel;
    return none(err);
}

int store_retain(struct store *store, int64_t day, uint64_t *ret_dropped, struct onset_error *err)
{
    (void)store, (void)day, (void)ret_dropped;
    return none(err);
}

int store_load(struct store *store, const struct profile *logs, const struct kernel *kernel,
               struct profile *ret_profile, struct onset_error *err)
{
    (void)store, (void)logs, (void)kernel, (void)ret_profile;
    return none(err);
}

int store_export(struct store *store, struct profile *ret_profile, struct onset_error *err)
{
    (void)store, (void)ret_profile;
    return none(err);
}

int store_show(struct store *store, const char *service, uint64_t id,
               int (*row)(void *context, const struct store_row *row), void *context, struct onset_error *err)
{
    (void)store, (void)service, (void)id, (void)row, (void)context;
    return none(err);
}

int64_t store_forget(struct store *store, const char *service, uint64_t id, struct onset_error *err)
{
    (void)store, (void)service, (void)id;
    return none(err);
}

int64_t store_accept(struct store *store, uint64_t id, struct onset_error *err)
{
    (void)store, (void)id;
    return none(err);
}

#endif

bool store_recognise(struct span head)
{
    return span_starts(head, "SQLite format 3");
}

void store_sources_done(struct store_source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(sources[i].service);
        free(sources[i].name);
    }
    free(sources);
}
