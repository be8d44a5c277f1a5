/* libsqlite: private to the store. What is used of SQLite, which is loaded when the first baseline comes
 * (base/late.h), or linked in (LATE_SQLITE is no file name). Call libsqlite_ready first. */
#ifndef ONSET_PROFILE_LIBSQLITE_H
#define ONSET_PROFILE_LIBSQLITE_H

#if HAVE_SQLITE
#include <sqlite3.h>
#include <stdbool.h>

/* sqlite3_NAME */
#define LIBSQLITE_FUNCTIONS(F)                                                                               \
    F(bind_blob)                                                                                             \
    F(bind_double)                                                                                           \
    F(bind_int64)                                                                                            \
    F(bind_null)                                                                                             \
    F(bind_text)                                                                                             \
    F(busy_timeout)                                                                                          \
    F(changes)                                                                                               \
    F(close)                                                                                                 \
    F(close_v2)                                                                                              \
    F(column_blob)                                                                                           \
    F(column_bytes)                                                                                          \
    F(column_double)                                                                                         \
    F(column_int)                                                                                            \
    F(column_int64)                                                                                          \
    F(column_text)                                                                                           \
    F(column_type)                                                                                           \
    F(db_readonly)                                                                                           \
    F(errcode)                                                                                               \
    F(errmsg)                                                                                                \
    F(exec)                                                                                                  \
    F(extended_errcode)                                                                                      \
    F(file_control)                                                                                          \
    F(finalize)                                                                                              \
    F(get_autocommit)                                                                                        \
    F(initialize)                                                                                            \
    F(open)                                                                                                  \
    F(open_v2)                                                                                               \
    F(prepare_v2)                                                                                            \
    F(reset)                                                                                                 \
    F(step)                                                                                                  \
    F(vfs_find)                                                                                              \
    F(vfs_register)                                                                                          \
    F(wal_checkpoint_v2)

struct libsqlite {
#define F(name) __typeof__(sqlite3_##name) *name;
    LIBSQLITE_FUNCTIONS(F)
#undef F
};
extern struct libsqlite libsqlite;

bool libsqlite_ready(void); /* false: this system has none */
#endif

#endif
