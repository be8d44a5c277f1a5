/* A place is known again by the bytes before it: what is read from it is compared with them first, so a file
 * that was truncated and written anew is seen whatever its size. */
#include "input/tail_set.h"

#include "base/arena.h"
#include "base/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#define TURN_BYTES ((size_t)8 << 20) /* of one file, before the others have their turn */

#define FILE_EVENTS (IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)

void tail_close(struct tail_set *set, struct tail *t)
{
    if (t->watch >= 0)
        inotify_rm_watch(set->notify, t->watch);
    if (t->fd >= 0)
        close(t->fd);
    t->fd = t->watch = -1;
}

bool tail_reopen(struct tail_set *set, struct tail *t)
{
    struct stat st;
    errno = 0;
    t->fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (t->fd >= 0 && (fstat(t->fd, &st) < 0 || st.st_dev != t->device || st.st_ino != t->inode)) {
        close(t->fd);
        t->fd = -1;
    }
    if (t->fd >= 0 && set->notify >= 0) {
        char open_file[32]; /* the name may lead elsewhere by now */
        snprintf(open_file, sizeof open_file, "/proc/self/fd/%d", t->fd);
        t->watch = inotify_add_watch(set->notify, open_file, FILE_EVENTS);
    }
    t->dirty = true;
    t->grown_ms = set->now_ms;
    return t->fd >= 0;
}

void tail_ignore(struct tail_set *set, struct tail *t)
{
    t->copy_of = NULL;
    t->ignored = true;
    tail_close(set, t);
}

void tail_drop(struct tail_set *set, size_t at)
{
    struct tail *t = set->tails[at];
    for (size_t i = 0; i < set->count; i++)
        if (set->tails[i]->copy_of == t) /* it was not truncated: a copy that somebody made for himself */
            tail_ignore(set, set->tails[i]);
    tail_close(set, t);
    free(t->path);
    free(t);
    set->dropped = true;
    set->tails[at] = set->tails[--set->count];
}

static ssize_t read_at(int fd, uint8_t *buffer, size_t size, uint64_t offset)
{
    ssize_t n;
    while ((n = pread(fd, buffer, size, (off_t)offset)) < 0 && errno == EINTR)
        ;
    return n;
}

uint64_t tail_size(const struct tail *t)
{
    struct stat st;
    return fstat(t->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

void tail_read_head(const struct tail *t, struct place *ret_place)
{
    ssize_t n = read_at(t->fd, ret_place->head, TAIL_HEAD, 0);
    ret_place->head_bytes = n > 0 ? (size_t)n : 0;
}

/* From the bytes that are taken, not from the file: it may be another one by now. False: it is. */
static bool grow_head(struct place *at, const uint8_t *bytes, size_t n)
{
    uint64_t from = at->offset - at->mark_bytes;
    if (from > at->head_bytes)
        return true;
    size_t known = at->head_bytes - (size_t)from, all = TAIL_HEAD - (size_t)from;
    if (memcmp(at->head + from, bytes, known < n ? known : n) != 0)
        return false;
    if (known < n) {
        size_t more = (n < all ? n : all) - known;
        memcpy(at->head + at->head_bytes, bytes + known, more);
        at->head_bytes += more;
    }
    return true;
}

void tail_start_over(struct tail_set *set, struct tail *t)
{
    t->at = (struct place){.version = ++set->versions};
}

bool tail_same_head(const struct place *a, const struct place *b)
{
    size_t both = a->head_bytes < b->head_bytes ? a->head_bytes : b->head_bytes;
    return both >= HEAD_LEAST && memcmp(a->head, b->head, both) == 0;
}

bool tail_same_end(const struct tail *copy, const struct tail *original)
{
    uint8_t a[TAIL_MARK], b[TAIL_MARK];
    uint64_t bytes = tail_size(copy), n = bytes < TAIL_MARK ? bytes : TAIL_MARK;
    return read_at(copy->fd, a, (size_t)n, bytes - n) == (ssize_t)n &&
           read_at(original->fd, b, (size_t)n, bytes - n) == (ssize_t)n && memcmp(a, b, (size_t)n) == 0;
}

bool tail_continues(struct tail *t, const struct place *at)
{
    uint8_t mark[TAIL_MARK];
    struct stat st;
    if (at->borrowed || !tail_same_head(at, &t->at) || fstat(t->fd, &st) < 0)
        return false;
    struct place place = *at;
    if ((uint64_t)st.st_size < at->offset) {
        place.borrowed = true;
        place.offset = (uint64_t)st.st_size;
        place.mark_bytes = place.offset < TAIL_MARK ? (size_t)place.offset : TAIL_MARK;
    }
    if (read_at(t->fd, mark, place.mark_bytes, place.offset - place.mark_bytes) != (ssize_t)place.mark_bytes)
        return false;
    if (place.offset == at->offset && memcmp(mark, at->mark, at->mark_bytes) != 0)
        return false;
    memcpy(place.mark, mark, place.mark_bytes);
    memcpy(place.head, t->at.head, TAIL_HEAD); /* its own: it may be longer, or shorter */
    place.head_bytes = t->at.head_bytes;
    if (place.offset > t->at.offset) /* of several the one that was read furthest */
        t->at = place;
    t->dirty = true;
    return true;
}

bool tail_is_rewritten(const struct tail *t)
{
    uint8_t mark[TAIL_MARK];
    size_t n = t->at.mark_bytes;
    return t->fd >= 0 &&
           (read_at(t->fd, mark, n, t->at.offset - n) != (ssize_t)n || memcmp(mark, t->at.mark, n) != 0);
}

/* `bytes` up to `used` were taken; [0, mark_bytes) of them stood before the offset. */
static void advance(struct tail *t, const uint8_t *bytes, size_t used)
{
    size_t have = t->at.mark_bytes + used, keep = have < TAIL_MARK ? have : TAIL_MARK;
    t->at.offset += used;
    t->at.borrowed &= used == 0;
    memmove(t->at.mark, bytes + have - keep, keep);
    t->at.mark_bytes = keep;
}

/* What a writer without O_APPEND leaves behind who truncated its file: a hole. */
static size_t hole(const uint8_t *bytes, size_t n)
{
    size_t at = 0;
    while (at < n && bytes[at] == 0)
        at++;
    return at;
}

enum pumped tail_pump(struct tail_set *set, struct tail *t, bool end)
{
    for (size_t taken = 0; taken < TURN_BYTES;) {
        struct stat st;
        if (fstat(t->fd, &st) < 0)
            return PUMPED_ALL;
        if ((uint64_t)st.st_size < t->at.offset)
            return PUMPED_REWRITTEN;
        if ((uint64_t)st.st_size == t->at.offset && taken)
            return PUMPED_ALL; /* else it may be another content of the same size */
        ssize_t n = read_at(t->fd, set->buffer, BUFFER_BYTES, t->at.offset - t->at.mark_bytes);
        if (n < (ssize_t)t->at.mark_bytes || memcmp(set->buffer, t->at.mark, t->at.mark_bytes) != 0)
            return n < 0 ? PUMPED_ALL : PUMPED_REWRITTEN;
        struct span bytes = span_skip(span_make(set->buffer, (size_t)n), t->at.mark_bytes);
        if (bytes.len == 0)
            return PUMPED_ALL;
        if (!grow_head(&t->at, set->buffer, (size_t)n))
            return PUMPED_REWRITTEN;
        size_t used =
            t->at.offset == 0 || hole(t->at.mark, t->at.mark_bytes) ? hole(bytes.ptr, bytes.len) : 0;
        if (used < bytes.len)
            used += set->reader.take(set->reader.context, t->stream, t->at.version, t->at.offset + used,
                                     span_skip(bytes, used), end);
        advance(t, set->buffer, used);
        if (used)
            t->grown_ms = set->now_ms;
        if (used == 0 || (used < bytes.len && (size_t)n < BUFFER_BYTES))
            return PUMPED_ALL;
        taken += used;
    }
    return PUMPED_SOME;
}

/* The number of an inode that was removed is soon given to another one: what tells them apart is its
 * generation, which is in its handle, or when it was made. */
uint64_t tail_birth(int fd)
{
    _Alignas(struct file_handle) uint8_t room[sizeof(struct file_handle) + MAX_HANDLE_SZ] = {0};
    struct file_handle *handle = (struct file_handle *)room;
    struct statx st;
    int mount;
    uint64_t birth = 0;
    handle->handle_bytes = MAX_HANDLE_SZ;
    if (name_to_handle_at(fd, "", handle, &mount, AT_EMPTY_PATH) == 0) {
        for (size_t i = 0; i < handle->handle_bytes; i++)
            birth = key_mix(birth, handle->f_handle[i]);
        return birth;
    }
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &st) == 0 && st.stx_mask & STATX_BTIME)
        birth = key_mix((uint64_t)st.stx_btime.tv_sec, st.stx_btime.tv_nsec);
    return birth;
}

static bool begins_as(const struct tail *t, const char *path)
{
    struct tail now = {.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (now.fd < 0)
        return true;
    tail_read_head(&now, &now.at);
    close(now.fd);
    return now.at.head_bytes >= t->at.head_bytes && memcmp(now.at.head, t->at.head, t->at.head_bytes) == 0;
}

bool tail_is_another(const struct tail *t, const char *path, bool bytes_too)
{
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC); /* what is asked is asked of one file, whoever has its name */
    bool another = false;
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == t->device && st.st_ino == t->inode) {
        char open_file[32];
        snprintf(open_file, sizeof open_file, "/proc/self/fd/%d", fd);
        another = (t->birth && t->birth != tail_birth(fd)) || (bytes_too && !begins_as(t, open_file));
    }
    if (fd >= 0)
        close(fd);
    return another;
}
