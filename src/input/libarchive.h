/* libarchive: private to the input stage. What is used of that library, which is loaded when the first
 * archive comes (base/late.h), or linked in (LATE_ARCHIVE is no file name). Call libarchive_ready first. */
#ifndef ONSET_INPUT_LIBARCHIVE_H
#define ONSET_INPUT_LIBARCHIVE_H

#if HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>

/* archive_NAME */
#define LIBARCHIVE_FUNCTIONS(F)                                                                              \
    F(entry_filetype)                                                                                        \
    F(entry_hardlink)                                                                                        \
    F(entry_pathname)                                                                                        \
    F(entry_pathname_utf8)                                                                                   \
    F(entry_size)                                                                                            \
    F(entry_size_is_set)                                                                                     \
    F(entry_symlink)                                                                                         \
    F(error_string)                                                                                          \
    F(filter_bytes)                                                                                          \
    F(filter_code)                                                                                           \
    F(read_data_block)                                                                                       \
    F(read_free)                                                                                             \
    F(read_new)                                                                                              \
    F(read_next_header)                                                                                      \
    F(read_open1)                                                                                            \
    F(read_set_callback_data)                                                                                \
    F(read_set_read_callback)                                                                                \
    F(read_set_seek_callback)                                                                                \
    F(read_support_filter_bzip2)                                                                             \
    F(read_support_filter_lz4)                                                                               \
    F(read_support_filter_xz)                                                                                \
    F(read_support_format_7zip)                                                                              \
    F(read_support_format_empty)                                                                             \
    F(read_support_format_raw)                                                                               \
    F(read_support_format_tar)                                                                               \
    F(read_support_format_zip)                                                                               \
    F(set_error)

struct libarchive {
#define F(name) __typeof__(archive_##name) *name;
    LIBARCHIVE_FUNCTIONS(F)
#undef F
};
extern struct libarchive libarchive;

bool libarchive_ready(void); /* false: this system has none */
#endif

#endif
