/* store: what is normal, remembered for months in one SQLite file. Patterns by service, with counts per day,
 * first and last seen, the first real line and who said it; and of every source how far it was learnt, so
 * that nothing counts twice.
 *
 * One process learns at a time (store_begin takes the write lock), any number reads meanwhile and sees what
 * was last committed. Whatever happens before store_commit returns leaves the file as it was: a kill, a full
 * disk, a power cut. What is added and what is remembered of its source are one transaction.
 *
 * A store made by another masking, or by a newer onset, is opened by nobody; one of an older merging or of
 * version 1, which had no checksums, only by whoever writes, and is taken over.
 *
 * A store holds no streams: to judge, store_load makes a profile with one stream for each service. Errors
 * name the file. Without SQLite (HAVE_SQLITE=0) opening fails with one line. One owner. */
#ifndef ONSET_PROFILE_STORE_H
#define ONSET_PROFILE_STORE_H

#include "base/error.h"
#include "pattern/kernel.h"
#include "profile/profile.h"

#define STORE_APPLICATION 0x6F6E7374 /* "onst", SQLite's application_id */
#define STORE_VERSION     2          /* of the file, SQLite's user_version */
#define STORE_HEAD_BYTES  (64 * 1024)
#define STORE_SOURCES_MAX 64 /* that are named of one pattern */

struct store;

enum store_mode {
    STORE_READ,  /* must exist; works on a file and in a folder that cannot be written */
    STORE_WRITE, /* must exist */
    STORE_CREATE /* made when it is not there */
};

bool store_recognise(struct span head); /* any SQLite file; whether it is ours is told by store_open */
struct store *store_open(const char *path, enum store_mode mode,
                         struct onset_error *err); /* NULL: err tells */
struct store *store_close(
    struct store *store); /* rolls back what is not committed; accepts NULL, returns NULL */

int store_begin(struct store *store, int64_t now_ns,
                struct onset_error *err); /* now: for what has no times */
int store_commit(struct store *store, struct onset_error *err);

/* How far a source was learnt. It is known again by its service and its first bytes, whatever it is called
 * now. */
struct store_source {
    char *service, *name;
    uint64_t head_hash, head_bytes; /* XXH3 of its first min(offset, STORE_HEAD_BYTES) decoded bytes */
    uint64_t offset, lines;         /* learnt so far */
    int64_t id;                     /* 0: new */
};

/* All that are known, into memory that store_sources_done frees. */
int store_sources(struct store *store, struct store_source **ret_sources, size_t *ret_count,
                  struct onset_error *err);
void store_sources_done(struct store_source *sources, size_t count);
int store_put_source(struct store *store, const struct store_source *source, struct onset_error *err);

struct store_gain { /* what an addition brought */
    uint64_t records, patterns, patterns_new;
};

/* Count a settled profile in. `accepted`: its patterns are normal, and count nothing. */
int store_add(struct store *store, const struct profile *profile, const struct kernel *kernel, bool accepted,
              struct store_gain *ret_gain, struct onset_error *err);
/* Keep at hand what the patterns of each service merge to; before store_commit, where patterns may be new. */
int store_merge(struct store *store, const struct kernel *kernel, struct onset_error *err);
/* Drop days before `day` (days since the epoch), and what was only seen then; accepted patterns stay. */
int store_retain(struct store *store, int64_t day, uint64_t *ret_dropped, struct onset_error *err);

/* Into `ret_profile`, which may hold other baselines: what judging these logs needs. Their services with up
 * to series_max patterns (those of the logs first), and where other services say the same, one of these. */
int store_load(struct store *store, const struct profile *logs, const struct kernel *kernel,
               struct profile *ret_profile, struct onset_error *err);
/* All of it, up to the cap of a profile. */
int store_export(struct store *store, struct profile *ret_profile, struct onset_error *err);

struct store_row { /* valid until the callback returns */
    uint64_t id;
    const char *service, *file, *sources;
    uint8_t severity, kind;
    bool accepted;
    uint64_t count, days, line;
    int64_t first_ns, last_ns; /* TIME_NONE: no times */
    struct span text, message;
};

/* By service, then most frequent first. service, id: only these; NULL, 0: all. The callback returns 0, or -1
 * to stop. */
int store_show(struct store *store, const char *service, uint64_t id,
               int (*row)(void *context, const struct store_row *row), void *context,
               struct onset_error *err);
/* Returns how many patterns it was, or -1. */
int64_t store_forget(struct store *store, const char *service, uint64_t id, struct onset_error *err);
int64_t store_accept(struct store *store, uint64_t id, struct onset_error *err);

const char *store_library(void); /* "SQLite 3.40.1", "" without */

#endif
