/* Whoever reads gets what the kernel told, then a look at everything, once a second say: the kernel may tell
 * nothing of network file systems, and drops what it has no room for. How versions of a file are told apart
 * is in tail_kind.c. */
#include "input/tail_set.h"

#include "base/arena.h"

#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#define CALL_BYTES ((size_t)64 << 20) /* of all, before the caller has its turn */
#define ROTATED_MS 10000              /* a renamed file that did not grow for so long is closed */
#define REMOVED_MS 2000               /* ... and a removed one that has a successor */
#define DELETED_MS 600000             /* ... and one that has none */
#define GONE_MAX   1024               /* versions out of sight that are remembered */

char *tail_copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(memory_alloc(bytes), text, bytes);
}

void *tail_grow(void *items, size_t count, size_t *size, size_t item_bytes)
{
    if (count < *size)
        return items;
    *size = *size ? *size * 2 : 16;
    return memory_resize(items, *size * item_bytes);
}

struct tail_set *tail_set_new(const struct tail_reader *reader)
{
    struct tail_set *set = memory_alloc(sizeof *set);
    set->reader = *reader;
    set->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    set->buffer = memory_alloc(BUFFER_BYTES);
    return set;
}

int tail_set_descriptor(const struct tail_set *set)
{
    return set->notify;
}

size_t tail_set_count(const struct tail_set *set)
{
    return set->stream_count;
}

/* Truncated, or written anew, under its name. */
static void rewritten(struct tail_set *set, struct tail *t)
{
    for (size_t i = 0, n = set->folder_count; i < n; i++)
        tail_look(set, i); /* for copies that were made before */
    tail_leave(set, t);
}

/* Close what nobody will write to. Returns true when the version is forgotten. */
static bool retire(struct tail_set *set, size_t at)
{
    struct tail *t = set->tails[at];
    int64_t idle_ms = set->now_ms - t->grown_ms;
    struct stat st;
    if (t->fd < 0) {
        if (t->listed || set->now_ms - t->listed_ms < REMOVED_MS || /* a look may miss what is renamed */
            (!t->ignored && set->count < GONE_MAX))
            return false;
        tail_drop(set, at);
        return true;
    }
    if (t->copy_of)
        return false;
    bool followed = tail_has_successor(set, t), removed = fstat(t->fd, &st) == 0 && st.st_nlink == 0;
    if (removed && idle_ms >= (followed ? REMOVED_MS : DELETED_MS)) {
        tail_pump(set, t, true);
        tail_drop(set, at);
        return true;
    }
    if (followed && !removed && idle_ms >= ROTATED_MS && !tail_is_live(t))
        tail_close(set, t);
    return false;
}

static bool in_use(const struct tail_set *set, const struct tail_stream *stream)
{
    bool used = false;
    for (size_t i = 0; i < set->count; i++)
        used |= set->tails[i]->stream == stream;
    for (size_t i = 0; i < LEFT_MAX; i++)
        used |= set->left[i].stream == stream;
    return used;
}

static void stream_free(struct tail_stream *stream)
{
    input_file_done(&stream->file);
    free(stream);
}

static void drop_streams(struct tail_set *set)
{
    if (!set->dropped)
        return;
    set->dropped = false;
    size_t kept = 0;
    for (size_t i = 0; i < set->stream_count; i++) {
        struct tail_stream *stream = set->streams[i];
        if (in_use(set, stream)) {
            set->streams[kept++] = stream;
            continue;
        }
        if (set->reader.gone)
            set->reader.gone(set->reader.context, stream);
        stream_free(stream);
    }
    set->stream_count = kept;
}

/* What the kernel tells: folders to look at, files to read. */
static void hear(struct tail_set *set, bool *ret_lost)
{
    _Alignas(struct inotify_event) uint8_t buffer[16384];
    ssize_t n;
    while (set->notify >= 0 && (n = read(set->notify, buffer, sizeof buffer)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *e = (const struct inotify_event *)(buffer + at);
            at += (ssize_t)(sizeof *e + e->len);
            *ret_lost |= (e->mask & IN_Q_OVERFLOW) != 0;
            for (size_t i = 0; i < set->folder_count; i++)
                set->folders[i].changed |= set->folders[i].watch == e->wd;
            for (size_t i = 0; i < set->count; i++)
                if (set->tails[i]->watch == e->wd) {
                    set->tails[i]->dirty = true;
                    if (e->mask & IN_IGNORED)
                        set->tails[i]->watch = -1;
                    else if (e->mask & ~(uint32_t)IN_MODIFY)
                        for (size_t k = 0; k < set->folder_count; k++)
                            set->folders[k].changed = true;
                }
        }
}

static bool is_readable(const struct tail *t)
{
    return t->fd >= 0 && !t->copy_of && !t->undecided;
}

/* Each file in its turn, as long as there is time. True: there is more. */
static bool read_dirty(struct tail_set *set)
{
    uint64_t taken = 0;
    size_t from = set->turn;
    for (size_t k = 0; k < set->count && taken < CALL_BYTES; k++) {
        struct tail *t = set->tails[(from + k) % set->count];
        set->turn = from + k + 1;
        if (t->fd >= 0 && t->dirty && t->undecided) {
            tail_read_head(t, &t->at);
            tail_classify(set, t);
        }
        if (!t->dirty || !is_readable(t))
            continue;
        uint64_t begin = t->at.offset;
        enum pumped pumped = tail_pump(set, t, false);
        t->dirty = pumped != PUMPED_ALL;
        taken += t->at.offset - begin;
        if (pumped == PUMPED_REWRITTEN)
            rewritten(set, t);
        else
            tail_let_go(set, t);
    }
    bool more = false;
    for (size_t i = 0; i < set->count; i++)
        more |= set->tails[i]->dirty && is_readable(set->tails[i]);
    if (taken < CALL_BYTES)
        set->turn = 0;
    return more;
}

bool tail_set_read(struct tail_set *set, int64_t now_ms, bool all)
{
    set->now_ms = now_ms;
    hear(set, &all);
    for (size_t i = 0; i < set->folder_count; i++) {
        struct folder *f = &set->folders[i];
        struct stat st;
        if (f->changed || (all && stat(*f->path ? f->path : ".", &st) == 0 &&
                           (st.st_mtim.tv_sec != f->mtime.tv_sec || st.st_mtim.tv_nsec != f->mtime.tv_nsec ||
                            f->only))) /* a link of it may lead elsewhere */
            tail_look(set, i);
    }
    for (size_t i = 0; i < set->count; i++)
        set->tails[i]->dirty |= all;
    bool more = read_dirty(set);
    for (size_t i = 0; all && i < set->count;)
        i += !retire(set, i);
    if (all)
        drop_streams(set);
    return more;
}

void tail_set_end(struct tail_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->tails[i]->fd >= 0 && !set->tails[i]->copy_of)
            while (tail_pump(set, set->tails[i], true) == PUMPED_SOME)
                ;
}

struct tail_set *tail_set_free(struct tail_set *set)
{
    if (!set)
        return NULL;
    while (set->count)
        tail_drop(set, set->count - 1);
    for (size_t i = 0; i < set->folder_count; i++) {
        free(set->folders[i].path);
        free(set->folders[i].only);
    }
    for (size_t i = 0; i < set->stream_count; i++)
        stream_free(set->streams[i]);
    if (set->notify >= 0)
        close(set->notify);
    free(set->folders);
    free(set->tails);
    free(set->streams);
    free(set->buffer);
    free(set);
    return NULL;
}
