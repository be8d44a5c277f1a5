/* store_sums: a checksum in each page of a store, which SQLite has none of.
 *
 * A layer between SQLite and the file: the last eight bytes of a page, which SQLite leaves alone when a store
 * is made so (RESERVE_BYTES), hold XXH3-64 of the others, seeded with the number of the page. It is put there
 * when a page goes to the file and compared when it is read or mapped: another one is SQLITE_IOERR_DATA. What
 * waits in the file beside it (WAL) has SQLite's own sums. */
#ifndef ONSET_PROFILE_STORE_SUMS_H
#define ONSET_PROFILE_STORE_SUMS_H

#if HAVE_SQLITE

#include "profile/libsqlite.h"
#include <stdbool.h>

#define STORE_SUM_BYTES 8

const char *store_sums_layer(void); /* the name to open a store with; registers it */
int store_sums_want(sqlite3 *db);   /* of a store that is about to be made, or vacuumed */
bool store_sums_has(sqlite3 *db);   /* do its pages have them? */

#endif
#endif
