/* libsystemd: private to the input stage. What is used of that library, which is loaded when the first
 * journal comes (base/late.h), or linked in (LATE_SYSTEMD is no file name). Call libsystemd_ready first. */
#ifndef ONSET_INPUT_LIBSYSTEMD_H
#define ONSET_INPUT_LIBSYSTEMD_H

#if HAVE_SYSTEMD
#include <stdbool.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

/* sd_NAME */
#define LIBSYSTEMD_FUNCTIONS(F)                                                                              \
    F(id128_to_string)                                                                                       \
    F(journal_close)                                                                                         \
    F(journal_enumerate_available_data)                                                                      \
    F(journal_get_cursor)                                                                                    \
    F(journal_get_fd)                                                                                        \
    F(journal_get_monotonic_usec)                                                                            \
    F(journal_get_realtime_usec)                                                                             \
    F(journal_next)                                                                                          \
    F(journal_open)                                                                                          \
    F(journal_open_directory)                                                                                \
    F(journal_open_files_fd)                                                                                 \
    F(journal_process)                                                                                       \
    F(journal_restart_data)                                                                                  \
    F(journal_seek_cursor)                                                                                   \
    F(journal_seek_head)                                                                                     \
    F(journal_set_data_threshold)                                                                            \
    F(journal_test_cursor)

struct libsystemd {
#define F(name) __typeof__(sd_##name) *name;
    LIBSYSTEMD_FUNCTIONS(F)
#undef F
};
extern struct libsystemd libsystemd;

bool libsystemd_ready(void); /* false: this system has none */
#endif

#endif
