/* store_private: what the files of the store share. */
#ifndef ONSET_PROFILE_STORE_PRIVATE_H
#define ONSET_PROFILE_STORE_PRIVATE_H

#include "profile/store.h"

#if HAVE_SQLITE

#include "profile/libsqlite.h"

#define DAY_SECONDS 86400

struct store {
    sqlite3 *db;
    char *path;
    int64_t now_ns;
};

int store_fail(struct store *store, struct onset_error *err); /* says what SQLite says; -1 */
int store_run(struct store *store, const char *sql, struct onset_error *err);
sqlite3_stmt *store_prepare(struct store *store, const char *sql,
                            struct onset_error *err); /* NULL: err tells */
/* Bind and run to the first row. letters: i int64_t, d double, t const char *, b struct span, n null without
 * an argument. 1: a row, 0: the end, -1. */
int store_step(struct store *store, struct onset_error *err, sqlite3_stmt *statement, const char *letters,
               ...);
int store_next(struct store *store, sqlite3_stmt *statement, struct onset_error *err);

#endif
#endif
