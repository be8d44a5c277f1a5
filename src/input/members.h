/* members: private to the input stage. What is inside a tar, zip or 7z archive, one member after the other,
 * through libarchive. Bytes come in through callbacks, so that an archive may itself be compressed, a pipe,
 * or a member of another one; nothing is ever written, names are only names.
 *
 *     while (members_next(members, &member, &reason) > 0)
 *         while ((n = members_read(members, buffer, size, &reason)) > 0) ...
 *
 * Members come in the order of the archive and are never held whole. A reason is a phrase that lives until
 * the next call. Without libarchive no members are ever made. */
#ifndef ONSET_INPUT_MEMBERS_H
#define ONSET_INPUT_MEMBERS_H

#include "base/span.h"

#include <sys/types.h>

enum archive_kind { ARCHIVE_NONE, ARCHIVE_TAR, ARCHIVE_ZIP, ARCHIVE_7Z };

struct members_source {
    void *context;
    ssize_t (*read)(void *context, uint8_t *buffer, size_t size); /* 0: the end; -1: broken */
    int64_t (*seek)(void *context, int64_t offset, int whence);   /* as lseek; NULL: a stream */
};

struct member {
    const char *name;    /* good until the next one; never empty, a leading "./" is removed */
    uint64_t size_bytes; /* 0: not told */
};

struct members;
#if HAVE_ARCHIVE
/* NULL: no memory, or libarchive is not installed. */
struct members *members_new(enum archive_kind kind, const struct members_source *source);
struct members *members_free(struct members *members); /* accepts NULL; returns NULL */
/* The next regular file that is not known to be empty: 1; 0 at the end; -1 when there was damage: at the end
 * too, as damage is read past where that is possible. */
int members_next(struct members *members, struct member *ret_member, const char **ret_reason);
/* Bytes of the member; 0 at its end; -1 when it is broken, behind the bytes that could be read. The next
 * member may be fine. */
ssize_t members_read(struct members *members, uint8_t *buffer, size_t size, const char **ret_reason);
const char *members_library(void); /* "libarchive 3.6.2", which this was built for */
#else
static inline struct members *members_new(enum archive_kind kind, const struct members_source *source)
{
    (void)kind, (void)source;
    return NULL;
}
static inline struct members *members_free(struct members *members)
{
    (void)members;
    return NULL;
}
static inline int members_next(struct members *members, struct member *ret_member, const char **ret_reason)
{
    (void)members, (void)ret_member, (void)ret_reason;
    return 0;
}
static inline ssize_t members_read(struct members *members, uint8_t *buffer, size_t size,
                                   const char **ret_reason)
{
    (void)members, (void)buffer, (void)size, (void)ret_reason;
    return 0;
}
#endif

#endif
