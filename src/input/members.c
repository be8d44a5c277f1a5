/* Why blocks and not archive_read_data: that one throws away what it has copied when the next block is
 * broken, and what could be read is to be given. Holes of sparse files are given as NUL bytes.
 *
 * libarchive turns names into the character set of the locale, which must not show in a report: whatever the
 * locale of the process, names are read in a UTF-8 one. */
#include "input/members.h"

#if HAVE_ARCHIVE
#include "base/arena.h"
#include "input/libarchive.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define READ_BYTES ((size_t)128 << 10)

struct members {
    struct archive *archive;
    struct members_source source;
    locale_t locale; /* 0: this system has no such locale */
    bool opened;
    bool broken;           /* nothing more can be read */
    bool damaged;          /* a damaged header was read past */
    bool member_broken;    /* nothing behind the block at hand can be read */
    const uint8_t *block;  /* what is left of the block at hand */
    size_t block_bytes;    /* of it */
    uint64_t at, block_at; /* in the member: next byte to give, where the block stands */
    char reason[200];      /* of whichever is set */
    uint8_t buffer[READ_BYTES];
};

static la_ssize_t give(struct archive *archive, void *context, const void **ret_bytes)
{
    struct members *m = context;
    ssize_t n = m->source.read(m->source.context, m->buffer, sizeof m->buffer);
    if (n < 0)
        libarchive.set_error(archive, EIO, "unreadable");
    *ret_bytes = m->buffer;
    return n;
}

static la_int64_t seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct members *m = context;
    int64_t at = m->source.seek(m->source.context, offset, whence);
    if (at < 0)
        libarchive.set_error(archive, EIO, "unreadable");
    return at < 0 ? ARCHIVE_FATAL : at;
}

struct members *members_new(enum archive_kind kind, const struct members_source *source)
{
    struct archive *archive = libarchive_ready() ? libarchive.read_new() : NULL;
    if (!archive)
        return NULL;
    struct members *m = memory_alloc(sizeof *m);
    m->archive = archive;
    m->source = *source;
    m->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (kind == ARCHIVE_TAR)
        libarchive.read_support_format_tar(archive);
    else if (kind == ARCHIVE_7Z)
        libarchive.read_support_format_7zip(archive);
    else
        libarchive.read_support_format_zip(
            archive); /* by its directory where it can seek, else as it comes */
    libarchive.read_set_callback_data(archive, m);
    libarchive.read_set_read_callback(archive, give);
    if (source->seek)
        libarchive.read_set_seek_callback(archive, seek);
    return m;
}

struct members *members_free(struct members *m)
{
    if (!m)
        return NULL;
    libarchive.read_free(m->archive);
    if (m->locale)
        freelocale(m->locale);
    free(m);
    return NULL;
}

/* Keep what libarchive says, as a phrase inside a sentence: once it has failed it talks about itself. */
static int fail(struct members *m, int status)
{
    const char *text = libarchive.error_string(m->archive);
    snprintf(m->reason, sizeof m->reason, "%s", text && *text ? text : "damaged");
    if (isupper((unsigned char)m->reason[0]) && islower((unsigned char)m->reason[1]))
        m->reason[0] = (char)tolower((unsigned char)m->reason[0]);
    m->broken |= status == ARCHIVE_FATAL;
    return -1;
}

static const char *name_of(struct archive_entry *entry)
{
    const char *name = libarchive.entry_pathname_utf8(entry);
    if (!name)
        name = libarchive.entry_pathname(entry);
    while (name && name[0] == '.' && name[1] == '/')
        name += 2;
    return name && *name ? name : "(no name)";
}

static bool wanted(struct archive_entry *entry)
{
    return libarchive.entry_filetype(entry) == AE_IFREG && !libarchive.entry_hardlink(entry) &&
           !libarchive.entry_symlink(entry) &&
           !(libarchive.entry_size_is_set(entry) && libarchive.entry_size(entry) == 0);
}

static int find_next(struct members *m, struct member *ret_member)
{
    struct archive_entry *entry;
    for (;;) {
        int status = libarchive.read_next_header(m->archive, &entry);
        if (status == ARCHIVE_EOF)
            return m->damaged ? -1 : 0;
        if ((status == ARCHIVE_RETRY || status < ARCHIVE_WARN) && !m->damaged)
            fail(m, status);
        if (status == ARCHIVE_RETRY) { /* a header that is none: the next one is looked for */
            m->damaged = true;
        } else if (status < ARCHIVE_WARN) {
            m->broken = true;
            return -1;
        } else if (wanted(entry)) {
            int64_t size = libarchive.entry_size_is_set(entry) ? libarchive.entry_size(entry) : 0;
            *ret_member = (struct member){name_of(entry), size > 0 ? (uint64_t)size : 0};
            return 1;
        }
    }
}

int members_next(struct members *m, struct member *ret_member, const char **ret_reason)
{
    m->at = m->block_at = m->block_bytes = 0;
    m->member_broken = false;
    *ret_reason = m->reason;
    if (m->broken)
        return -1;
    locale_t before = m->locale ? uselocale(m->locale) : (locale_t)0;
    int opened = m->opened ? ARCHIVE_OK : libarchive.read_open1(m->archive);
    m->opened = true;
    int status = opened < ARCHIVE_WARN ? fail(m, ARCHIVE_FATAL) : find_next(m, ret_member);
    if (m->locale)
        uselocale(before);
    return status;
}

/* 1 with a block at hand, which may be empty; 0 at the end of the member. */
static int next_block(struct members *m)
{
    if (m->member_broken)
        return -1;
    const void *block = NULL;
    size_t bytes = 0;
    la_int64_t at = 0;
    int status = libarchive.read_data_block(m->archive, &block, &bytes, &at);
    if (status == ARCHIVE_EOF)
        return 0;
    if (status < ARCHIVE_OK) { /* a warning, a wrong checksum, comes with the last block */
        m->member_broken = true;
        fail(m, status);
    }
    if (status < ARCHIVE_WARN)
        return -1;
    m->block = block;
    m->block_bytes = bytes;
    m->block_at = at > 0 && (uint64_t)at > m->at ? (uint64_t)at : m->at;
    return 1;
}

ssize_t members_read(struct members *m, uint8_t *buffer, size_t size, const char **ret_reason)
{
    *ret_reason = m->reason;
    while (m->at == m->block_at && m->block_bytes == 0) {
        int status = next_block(m);
        if (status <= 0)
            return status;
    }
    bool hole = m->at < m->block_at;
    uint64_t ready = hole ? m->block_at - m->at : m->block_bytes;
    size_t n = ready < size ? (size_t)ready : size;
    m->at += n;
    if (hole) {
        memset(buffer, 0, n);
    } else {
        memcpy(buffer, m->block, n);
        m->block += n;
        m->block_bytes -= n;
        m->block_at = m->at;
    }
    return (ssize_t)n;
}

const char *members_library(void)
{
    return ARCHIVE_VERSION_STRING;
}
#endif
