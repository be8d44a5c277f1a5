/* libsystemd follows rotation itself. What it cannot go on from (its descriptors ran out, a disk that fails)
 * is answered by opening the journal anew and going on behind the last entry that was given, by its cursor.
 */
#include "input/tail_journal.h"

#include "base/arena.h"
#include "base/late.h"
#include "input/journal_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if HAVE_SYSTEMD

struct tail_journal {
    sd_journal *journal; /* NULL: it is to be opened again */
    char *folder;
    int descriptor;
    struct text entry; /* [given, entry.len) waits */
    size_t given;
    struct text cursor; /* of the last entry that was given */
    uint64_t last_us;
};

/* Returns 0 or a negative errno. */
static int start(struct tail_journal *j)
{
    int status = j->folder ? libsystemd.journal_open_directory(&j->journal, j->folder, 0)
                           : libsystemd.journal_open(&j->journal, SD_JOURNAL_LOCAL_ONLY);
    if (status < 0) {
        j->journal = NULL;
        return status;
    }
    libsystemd.journal_set_data_threshold(j->journal, FIELD_BYTES_MAX);
    j->descriptor = libsystemd.journal_get_fd(j->journal);
    if (j->cursor.len == 0)
        return libsystemd.journal_seek_head(j->journal);
    return libsystemd.journal_seek_cursor(j->journal, (const char *)j->cursor.ptr);
}

static void stop(struct tail_journal *j)
{
    libsystemd.journal_close(j->journal);
    j->journal = NULL;
    j->descriptor = -1;
}

struct tail_journal *tail_journal_open(const char *folder, struct onset_error *err)
{
    if (!libsystemd_ready()) {
        error_set(err, "cannot read journals: %s is not installed", late_missing());
        return NULL;
    }
    struct tail_journal *j = memory_alloc(sizeof *j);
    text_init(&j->entry, 0);
    text_init(&j->cursor, 0);
    j->folder = folder ? strdup(folder) : NULL;
    int status = start(j);
    if (status < 0) {
        error_set(err, "cannot open %s%s%s: %s", folder ? "'" : "", folder ? folder : "the journal",
                  folder ? "'" : "", strerror(-status));
        return tail_journal_free(j);
    }
    return j;
}

struct tail_journal *tail_journal_free(struct tail_journal *j)
{
    if (!j)
        return NULL;
    stop(j);
    text_done(&j->entry);
    text_done(&j->cursor);
    free(j->folder);
    free(j);
    return NULL;
}

/* Of what was removed since, the cursor leads to an entry near it: was that one given? */
static bool is_given(struct tail_journal *j)
{
    uint64_t us;
    return j->cursor.len && (libsystemd.journal_test_cursor(j->journal, (const char *)j->cursor.ptr) > 0 ||
                             (libsystemd.journal_get_realtime_usec(j->journal, &us) >= 0 && us < j->last_us));
}

static void remember(struct tail_journal *j)
{
    static const char field[] = "__CURSOR="; /* an entry begins with it */
    const uint8_t *end = memchr(j->entry.ptr, '\n', j->entry.len);
    if (!end || !span_starts(text_span(&j->entry), field))
        return;
    const uint8_t *cursor = j->entry.ptr + strlen(field);
    text_clear(&j->cursor);
    text_add(&j->cursor, cursor, (size_t)(end - cursor));
    text_add_byte(&j->cursor, 0);
    libsystemd.journal_get_realtime_usec(j->journal, &j->last_us);
}

static bool next(struct tail_journal *j)
{
    bool anew = !j->journal;
    if (anew && start(j) < 0) {
        stop(j);
        return false;
    }
    int more;
    do
        more = journal_entry_next(j->journal, &j->entry);
    while (more > 0 && anew && is_given(j));
    j->given = 0;
    if (more <= 0)
        text_clear(&j->entry);
    if (more < 0)
        stop(j);
    else if (more > 0)
        remember(j);
    return more > 0;
}

size_t tail_journal_read(struct tail_journal *j, uint8_t *buffer, size_t size)
{
    size_t filled = 0;
    if (j->journal && libsystemd.journal_process(j->journal) < 0)
        stop(j);
    while (filled < size && (j->given < j->entry.len || next(j))) {
        size_t left = j->entry.len - j->given, n = left < size - filled ? left : size - filled;
        memcpy(buffer + filled, j->entry.ptr + j->given, n);
        j->given += n;
        filled += n;
    }
    return filled;
}

int tail_journal_descriptor(const struct tail_journal *j)
{
    return j->descriptor;
}

bool is_journal_file(const char *path)
{
    char magic[8];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool is = fd >= 0 && read(fd, magic, sizeof magic) == sizeof magic &&
              memcmp(magic, "LPKSHHRH", sizeof magic) == 0;
    if (fd >= 0)
        close(fd);
    return is;
}

#else

struct tail_journal *tail_journal_open(const char *folder, struct onset_error *err)
{
    (void)folder;
    error_set(err, "journal files are not supported by this build: pipe `journalctl -f -o export`");
    return NULL;
}

struct tail_journal *tail_journal_free(struct tail_journal *j)
{
    (void)j;
    return NULL;
}

size_t tail_journal_read(struct tail_journal *j, uint8_t *buffer, size_t size)
{
    (void)j, (void)buffer, (void)size;
    return 0;
}

int tail_journal_descriptor(const struct tail_journal *j)
{
    (void)j;
    return -1;
}

bool is_journal_file(const char *path)
{
    (void)path;
    return false;
}

#endif
