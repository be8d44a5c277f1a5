/* Bits that flip in a baseline: whoever reads it is told, or gets what he got before. One bit in every so
 * many bytes of the file, each for itself.
 *
 * With arguments it runs SQL on a baseline as onset itself would, for tests that change one: what another
 * program writes has no checksums. plain_store_sums FILE SQL */
#include "engine/saved.h"
#include "onset.h"
#include "profile/profile_file.h"
#include "profile/store.h"
#include "profile/store_sums.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#if HAVE_SQLITE

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FLIPS 1000
#define LINES 300

static XXH3_state_t *seen;

static int take(void *context, const char *bytes, size_t length)
{
    (void)context;
    XXH3_64bits_update(seen, bytes, length);
    return 0;
}

static int take_row(void *context, const struct store_row *row)
{
    uint64_t numbers[] = {row->id,
                          row->severity,
                          row->kind,
                          row->accepted,
                          row->count,
                          row->days,
                          row->line,
                          (uint64_t)row->last_ns,
                          (uint64_t)row->first_ns};
    take(context, (const char *)numbers, sizeof numbers);
    take(context, row->service, strlen(row->service));
    take(context, row->file, strlen(row->file));
    take(context, row->sources, strlen(row->sources));
    take(context, (const char *)row->text.ptr, row->text.len);
    return take(context, (const char *)row->message.ptr, row->message.len);
}

static int take_sources(struct store *store, struct onset_error *err)
{
    struct store_source *sources;
    size_t count;
    int status = store_sources(store, &sources, &count, err);
    for (size_t i = 0; i < count; i++) {
        uint64_t numbers[] = {sources[i].head_hash, sources[i].head_bytes, sources[i].offset,
                              sources[i].lines};
        take(NULL, (const char *)numbers, sizeof numbers);
        take(NULL, sources[i].name, strlen(sources[i].name));
    }
    store_sources_done(sources, count);
    return status;
}

/* All that can be asked of a baseline. 0: it is damaged. */
static uint64_t read_all(const char *path, const struct profile *logs, struct onset_error *err)
{
    struct profile all, needed;
    profile_init(&all);
    profile_init(&needed);
    XXH3_64bits_reset(seen);
    struct store *store = store_open(path, STORE_READ, err);
    bool whole = store && store_show(store, NULL, 0, take_row, NULL, err) == 0 &&
                 take_sources(store, err) == 0 && store_export(store, &all, err) == 0 &&
                 profile_save(&all, take, NULL) == 0 &&
                 store_load(store, logs, &kernel_scalar, &needed, err) == 0;
    profile_settle(&needed);
    if (whole)
        profile_save(&needed, take, NULL);
    store_close(store);
    profile_done(&all);
    profile_done(&needed);
    return whole ? XXH3_64bits_digest(seen) | 1 : 0;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

/* Three services, a few patterns each, some of them long; learnt twice. */
static void learn(const char *folder, const char *database)
{
    static const char *const names[] = {"shop", "mail", "disk"};
    char path[300], tail[200];
    struct onset_error err;
    memset(tail, 'x', sizeof tail);
    for (int day = 1; day <= 2; day++) {
        struct onset_config config = {.now_ns = 1800000000000000000};
        struct onset *session = onset_new(&config, &err);
        for (int s = 0; s < 3; s++) {
            snprintf(path, sizeof path, "%s/%s-%d.log", folder, names[s], day);
            FILE *out = fopen(path, "w");
            for (int i = 0; i < LINES; i++)
                fprintf(out, "2026-11-0%dT10:%02d:%02dZ %s step %c%c of the %s took %d ms %.*s\n", day,
                        i / 60, i % 60, i % 7 ? "INFO" : "WARN", 'a' + i % 26, 'a' + i / 26, names[s], i,
                        i % 200, tail);
            fclose(out);
            onset_add(session, path, ONSET_LOGS, &err);
        }
        struct onset_learning learning = {.force = true};
        if (onset_learn(session, database, &learning, &err) != 0 || learning.records != 3 * LINES)
            fail("learn", err.text);
        onset_free(session);
    }
}

static int run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *why = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, store_sums_layer());
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, sql, NULL, NULL, &why);
    if (code != SQLITE_OK)
        fprintf(stderr, "%s: %s\n", path, why ? why : sqlite3_errstr(code));
    sqlite3_free(why);
    sqlite3_close(db);
    return code != SQLITE_OK;
}

int main(int argc, char **argv)
{
    if (argc == 3)
        return run_sql(argv[1], argv[2]);
    char folder[] = "/tmp/onset-sums-XXXXXX", database[64], copy[64], path[128];
    struct onset_error err = {""};
    seen = XXH3_createState();
    if (!mkdtemp(folder))
        fail("mkdtemp", "no folder");
    snprintf(database, sizeof database, "%s/a.db", folder);
    snprintf(copy, sizeof copy, "%s/b.db", folder);
    learn(folder, database);

    struct profile logs;
    profile_init(&logs);
    struct stream *stream = profile_stream(&logs, span_of("shop"), span_of(""), span_of("shop"), false);
    stream->records = 1;
    uint64_t want = read_all(database, &logs, &err);
    if (!want)
        fail("the baseline as it was made", err.text);

    struct stat st;
    int in = open(database, O_RDONLY), out = open(copy, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (in < 0 || out < 0 || fstat(in, &st) < 0)
        fail("open", database);
    uint8_t *bytes = malloc((size_t)st.st_size);
    if (read(in, bytes, (size_t)st.st_size) != st.st_size ||
        write(out, bytes, (size_t)st.st_size) != st.st_size)
        fail("copy", database);
    size_t told = 0, same = 0, silent = 0, step = (size_t)st.st_size / FLIPS + 1;
    for (size_t at = 0; at < (size_t)st.st_size; at += at < 200 ? 1 : step) {
        uint8_t byte = bytes[at] ^ (uint8_t)(1u << (at / step % 8));
        if (pwrite(out, &byte, 1, (off_t)at) != 1)
            fail("write", copy);
        uint64_t got = read_all(copy, &logs, &err);
        told += got == 0;
        same += got == want;
        if (got && got != want && silent++ < 5)
            fprintf(stderr, "a bit of byte %zu (page %zu, %zu) changes what is read, and nobody is told\n",
                    at, at / 4096 + 1, at % 4096);
        if (pwrite(out, bytes + at, 1, (off_t)at) != 1)
            fail("write", copy);
    }
    printf("%zu pages, flips: %zu told, %zu without effect, %zu in silence\n", (size_t)st.st_size / 4096,
           told, same, silent);
    profile_done(&logs);
    free(bytes);
    XXH3_freeState(seen);
    for (int day = 1; day <= 2; day++) {
        static const char *const names[] = {"shop", "mail", "disk"};
        for (int s = 0; s < 3; s++) {
            snprintf(path, sizeof path, "%s/%s-%d.log", folder, names[s], day);
            unlink(path);
        }
    }
    static const char *const ends[] = {"a.db", "b.db", "b.db-wal", "b.db-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, ends[i]);
        unlink(path);
    }
    rmdir(folder);
    return silent > 0 || told == 0;
}

#else

int main(void)
{
    return 0;
}

#endif
