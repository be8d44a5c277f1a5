/* A .journal file as the text that `journalctl -o export` writes of it, through libsystemd: so one decoder of
 * records serves both. https://systemd.io/JOURNAL_EXPORT_FORMATS/
 *
 * libsystemd maps the file itself and reads it out of order. What is no file (a member of an archive, a
 * compressed file, a pipe) is first copied into a temporary one; journals are 128 MiB at most, unless
 * configured otherwise. libsystemd takes a file without a name for one that was deleted, so the copy has a
 * name, but only while it is opened. */
#include "input/decoder.h"

#if HAVE_SYSTEMD
#include "base/arena.h"
#include "input/journal_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES_MAX ((uint64_t)256 << 20)

struct journal_state {
    sd_journal *journal;
    struct text entry; /* [given, entry.len) waits */
    size_t given;
    uint64_t entries;
    char reason[96];
};

static void *journal_start(void)
{
    if (!libsystemd_ready())
        return NULL;
    struct journal_state *j = memory_alloc(sizeof *j);
    text_init(&j->entry, 0);
    return j;
}

static void journal_stop(void *state)
{
    struct journal_state *j = state;
    libsystemd.journal_close(j->journal);
    text_done(&j->entry);
    free(j);
}

static enum decode_status broken(struct journal_state *j, const char *what, int error,
                                 const char **ret_reason)
{
    const char *why = error == -EBADMSG           ? "damaged"
                      : error == -ENODATA         ? "truncated"
                      : error == -EPROTONOSUPPORT ? "of a newer systemd"
                                                  : strerror(-error);
    snprintf(j->reason, sizeof j->reason, "%s (%s)", what, why);
    *ret_reason = j->reason;
    return DECODE_BROKEN;
}

/* A file without a name; ret_folder tells where. */
static int temporary_file(const char **ret_folder)
{
    const char *folders[] = {getenv("TMPDIR"), "/tmp", "/dev/shm"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        int fd = folders[i] ? open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
        *ret_folder = folders[i];
        if (fd >= 0)
            return fd;
    }
    return -1;
}

/* All that is in raw goes to fd. DECODE_MORE: done. */
static enum decode_status copy(struct journal_state *j, struct raw *raw, int fd, const char **ret_reason)
{
    for (uint64_t copied = 0; copied <= COPY_BYTES_MAX;) {
        if (raw->from == raw->to && raw_fill(raw) < 0)
            return DECODE_UNREADABLE;
        if (raw->from == raw->to)
            return DECODE_MORE;
        ssize_t n = write(fd, raw->bytes + raw->from, raw->to - raw->from);
        if (n < 0 && errno != EINTR)
            return broken(j, "cannot copy the journal", -errno, ret_reason);
        raw->from += n > 0 ? (size_t)n : 0;
        copied += n > 0 ? (uint64_t)n : 0;
    }
    return broken(j, "a journal that is not a plain file", -EFBIG, ret_reason);
}

/* Takes fd. */
static enum decode_status open_fd(struct journal_state *j, int fd, const char **ret_reason)
{
    int error = fd < 0 ? -errno : libsystemd.journal_open_files_fd(&j->journal, &fd, 1, 0);
    if (error < 0 && fd >= 0)
        close(fd);
    return error < 0 ? broken(j, "unreadable journal", error, ret_reason) : DECODE_MORE;
}

static enum decode_status open_copy(struct journal_state *j, struct raw *raw, const char **ret_reason)
{
    const char *folder;
    char from[32], name[4096];
    int fd = temporary_file(&folder);
    if (fd < 0)
        return broken(j, "cannot copy the journal", -errno, ret_reason);
    enum decode_status status = copy(j, raw, fd, ret_reason);
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    snprintf(name, sizeof name, "%s/onset-%d-%d.journal", folder, getpid(), fd);
    if (status == DECODE_MORE && linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) < 0)
        status = broken(j, "cannot copy the journal", -errno, ret_reason);
    if (status != DECODE_MORE) {
        close(fd);
        return status;
    }
    status = open_fd(j, fd, ret_reason);
    unlink(name);
    return status;
}

static enum decode_status journal_open(struct journal_state *j, struct raw *raw, const char **ret_reason)
{
    struct stat st;
    bool plain = !raw->pull && fstat(raw->fd, &st) == 0 && S_ISREG(st.st_mode) && raw->to == 0;
    enum decode_status status =
        plain ? open_fd(j, fcntl(raw->fd, F_DUPFD_CLOEXEC, 3), ret_reason) : open_copy(j, raw, ret_reason);
    if (status != DECODE_MORE)
        return status;
    libsystemd.journal_set_data_threshold(j->journal, FIELD_BYTES_MAX);
    libsystemd.journal_seek_head(j->journal);
    if (plain)
        raw->read_bytes = (uint64_t)st.st_size;
    return DECODE_MORE;
}

static enum decode_status journal_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                       size_t *ret_bytes, const char **ret_reason)
{
    struct journal_state *j = state;
    if (!j->journal) {
        enum decode_status status = journal_open(j, raw, ret_reason);
        if (status != DECODE_MORE)
            return status;
    }
    size_t filled = 0;
    while (filled < size) {
        if (j->given == j->entry.len) {
            int more = journal_entry_next(j->journal, &j->entry);
            j->given = 0;
            j->entries += more > 0;
            if (more <= 0) {
                *ret_bytes = filled;
                return more == 0 ? DECODE_END : broken(j, "damaged journal", more, ret_reason);
            }
        }
        size_t left = j->entry.len - j->given, n = left < size - filled ? left : size - filled;
        memcpy(buffer + filled, j->entry.ptr + j->given, n);
        j->given += n;
        filled += n;
    }
    *ret_bytes = filled;
    return DECODE_MORE;
}

const struct codec codec_journal = {journal_start, journal_stop, journal_step};
#endif
