/* How the ways of rotating look from here.
 *
 * rename and create   the inode goes on under another name, still open: it is read to its end, and whatever
 * is written to it late. The new inode under the old name is read from its start. copy and truncate   a new
 * inode with the head of one that is still in its place: it is held, unread. When the original turns out
 * truncated, the copy is read from where the original was left. rename, repeatedly  several renamed versions
 * may appear between two looks: all are new inodes of the stream, and read from their start. save by an
 * editor   a new inode in the place of one that is gone, with the same bytes before the place that was
 * reached: it is read on from there. */
#include "input/tail.h"

#include "base/arena.h"
#include "base/table.h"
#include "input/identity.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)1 << 20)
#define TURN_BYTES   ((size_t)8 << 20)  /* of one file, before the others have their turn */
#define CALL_BYTES   ((size_t)64 << 20) /* of all, before the caller has its turn */
#define HEAD_LEAST   16                 /* bytes of the head that tell something */
#define DEPTH_MAX    16                 /* folders within folders */
#define ROTATED_MS   10000              /* a renamed file that did not grow for so long is closed */
#define REMOVED_MS   2000               /* ... and a removed one that has a successor */
#define DELETED_MS   600000             /* ... and one that has none */
#define LEFT_MAX     64                 /* truncated versions that a copy may still turn up of */
#define GONE_MAX     1024               /* versions out of sight that are remembered */

#define DIR_EVENTS                                                                                           \
    (IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define FILE_EVENTS (IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)

struct place { /* how far a version was read, and how to know it again */
    uint64_t offset, version;
    uint8_t mark[TAIL_MARK], head[TAIL_HEAD]; /* the bytes before offset, and the first ones */
    size_t mark_bytes, head_bytes;
    bool borrowed; /* the end of a copy of what was read further: nothing goes on from here but the copy */
};

struct left { /* what was truncated, and of which no copy was seen yet */
    struct tail_stream *stream;
    struct place place;
};

struct tail {
    struct tail_stream *stream;
    char *path; /* where it was seen last */
    uint64_t device, inode, birth;
    int fd;    /* -1: closed, nothing more is expected; opened again when it grows */
    int watch; /* -1: none */
    struct place at;
    struct tail *copy_of; /* held until that one is truncated */
    bool undecided;       /* too short to tell what it is; held too */
    bool ignored;         /* compressed, or a copy of what is read elsewhere */
    bool listed;          /* in the last look at its folder */
    bool unreadable;      /* it was told so */
    bool fresh;           /* it is not known yet what it is */
    bool dirty;
    int64_t grown_ms;
};

struct folder {
    char *path; /* "" for the working directory of a bare file name */
    char *only; /* the one stream that is wanted, or a pattern of glob(7) for them; NULL: all */
    bool glob;
    uint64_t device, inode;
    int watch, depth; /* depth: how many folders down from here are looked at */
    bool changed;
    struct timespec mtime;
};

struct tail_set {
    struct tail_reader reader;
    int notify;
    struct folder *folders;
    size_t folder_count, folder_size;
    struct tail **tails;
    size_t count, size, turn;
    struct tail_stream **streams;
    size_t stream_count, stream_size;
    struct left left[LEFT_MAX];
    size_t left_next;
    uint64_t versions;
    bool dropped; /* a version, since streams were looked at */
    int64_t now_ms;
    uint8_t *buffer;
};

static char *copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(memory_alloc(bytes), text, bytes);
}

static void *grow(void *items, size_t count, size_t *size, size_t item_bytes)
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

/* One version */

static void tail_close(struct tail_set *set, struct tail *t)
{
    if (t->watch >= 0)
        inotify_rm_watch(set->notify, t->watch);
    if (t->fd >= 0)
        close(t->fd);
    t->fd = t->watch = -1;
}

static bool tail_reopen(struct tail_set *set, struct tail *t)
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

static void ignore(struct tail_set *set, struct tail *t)
{
    t->copy_of = NULL;
    t->ignored = true;
    tail_close(set, t);
}

static void tail_drop(struct tail_set *set, size_t at)
{
    struct tail *t = set->tails[at];
    for (size_t i = 0; i < set->count; i++)
        if (set->tails[i]->copy_of == t) /* it was not truncated: a copy that somebody made for himself */
            ignore(set, set->tails[i]);
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

static uint64_t size_of(const struct tail *t)
{
    struct stat st;
    return fstat(t->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static void read_head(const struct tail *t, struct place *ret_place)
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

static void start_over(struct tail_set *set, struct tail *t)
{
    t->at = (struct place){.version = ++set->versions};
}

static bool same_head(const struct place *a, const struct place *b)
{
    size_t both = a->head_bytes < b->head_bytes ? a->head_bytes : b->head_bytes;
    return both >= HEAD_LEAST && memcmp(a->head, b->head, both) == 0;
}

/* Is this a copy of what was read up to that place? Then go on from there; or from its end, when more was
 * read of the original after it was copied. */
static bool continues(struct tail *t, const struct place *at)
{
    uint8_t mark[TAIL_MARK];
    struct stat st;
    if (at->borrowed || !same_head(at, &t->at) || fstat(t->fd, &st) < 0)
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

/* Truncated since it was read last, or written anew. */
static bool is_rewritten(const struct tail *t)
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

enum pumped { PUMPED_ALL, PUMPED_SOME, PUMPED_REWRITTEN };

/* Hand out what is there. With `end`, also what has no newline. */
static enum pumped pump(struct tail_set *set, struct tail *t, bool end)
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

/* Streams */

static struct tail_stream *find_stream(struct tail_set *set, const char *path)
{
    struct text name;
    text_init(&name, 0);
    identity_stream(span_of(path), &name);
    struct tail_stream *found = NULL;
    for (size_t i = 0; i < set->stream_count && !found; i++)
        if (span_equal(span_of(set->streams[i]->file.stream), text_span(&name)))
            found = set->streams[i];
    if (!found) {
        found = memory_alloc(sizeof *found);
        /* a rotated version may be seen first; what follows it will have the plain name */
        text_add_byte(&name, 0);
        input_file_make(&found->file,
                        access((const char *)name.ptr, F_OK) == 0 ? (const char *)name.ptr : path);
        found->live = found->file.path;
        set->streams = grow(set->streams, set->stream_count, &set->stream_size, sizeof *set->streams);
        set->streams[set->stream_count++] = found;
    }
    text_done(&name);
    return found;
}

static bool is_live(const struct tail *t)
{
    return t->listed && strcmp(t->path, t->stream->live) == 0;
}

/* Of what is in the original at this moment, which may not have been looked at yet. */
static bool is_copy_now(const struct tail *copy, const struct tail *original)
{
    struct place now;
    if (original->fd < 0)
        return false;
    read_head(original, &now);
    return same_head(&now, &copy->at);
}

static bool has_successor(const struct tail_set *set, const struct tail *t)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->tails[i]->stream == t->stream && set->tails[i] != t && set->tails[i]->listed &&
            !set->tails[i]->ignored)
            return true;
    return false;
}

/* What it was is truncated: its rest may be in a copy. */
static void leave(struct tail_set *set, struct tail *t)
{
    struct tail *rest = NULL;
    for (size_t i = 0; i < set->count; i++) {
        struct tail *copy = set->tails[i];
        if (copy->copy_of != t)
            continue;
        bool of_old = same_head(&t->at, &copy->at);
        if (!of_old && is_copy_now(copy, t))
            continue;
        copy->copy_of = NULL;
        copy->dirty = true;
        if (!of_old || !continues(copy, &t->at))
            continue;
        if (!rest) {
            rest = copy;
        } else if (size_of(copy) > size_of(rest)) { /* one of them is enough: the longest */
            ignore(set, rest);
            rest = copy;
        } else {
            ignore(set, copy);
        }
    }
    /* what is shorter was copied before, and may be not the only one */
    if (t->at.offset && (!rest || size_of(rest) < t->at.offset))
        set->left[set->left_next++ % LEFT_MAX] = (struct left){t->stream, t->at};
    start_over(set, t);
}

static void take_all(struct tail_set *set, struct tail *t)
{
    enum pumped pumped;
    while (t->fd >= 0 && (pumped = pump(set, t, false)) != PUMPED_ALL)
        if (pumped == PUMPED_REWRITTEN)
            leave(set, t);
}

/* A copy is no longer than what it is made of, unless that was truncated since. */
static bool is_copy(const struct tail *t, const struct tail *other)
{
    uint64_t bytes = size_of(t);
    bool was = is_rewritten(other), longer = bytes > size_of(other);
    if (is_live(t) || !(is_live(other) || was || !t->listed))
        return false;
    return (same_head(&other->at, &t->at) && (was || !longer)) || (is_copy_now(t, other) && !longer);
}

/* A new inode under a name that is looked at: what is it? */
static void classify(struct tail_set *set, struct tail *t)
{
    if (input_is_packed(span_make(t->at.head, t->at.head_bytes))) {
        ignore(set, t);
        if (set->reader.other)
            set->reader.other(set->reader.context, t->path);
        return;
    }
    /* it may have just been made, or cp have just begun */
    t->undecided =
        t->at.head_bytes == 0 || (t->at.head_bytes < HEAD_LEAST && !is_live(t) && has_successor(set, t));
    for (size_t i = 0; i < set->count && !t->undecided; i++) {
        struct tail *other = set->tails[i];
        if (other == t || other->stream != t->stream || other->ignored || other->copy_of)
            continue;
        if (is_copy(t, other)) {
            t->copy_of = other;
            return;
        }
    }
    for (size_t i = 0; i < set->count && !t->undecided; i++) {
        struct tail *gone = set->tails[i];
        if (gone == t || gone->stream != t->stream || gone->listed)
            continue;
        if (gone->undecided) {
            read_head(gone, &gone->at);
            classify(set, gone);
        }
        if (gone->ignored || gone->copy_of || gone->undecided)
            continue;
        take_all(set, gone); /* what is in both is taken once */
        continues(t, &gone->at);
    }
    for (size_t i = 0; i < LEFT_MAX && !t->undecided; i++)
        if (set->left[i].stream == t->stream && continues(t, &set->left[i].place))
            set->left[i].stream = NULL;
}

/* The number of an inode that was removed is soon given to another one: what tells them apart is its
 * generation, which is in its handle, or when it was made. `path` may be "": `folder` itself. 0: neither is
 * told. */
static uint64_t birth_of(int folder, const char *path)
{
    _Alignas(struct file_handle) uint8_t room[sizeof(struct file_handle) + MAX_HANDLE_SZ] = {0};
    struct file_handle *handle = (struct file_handle *)room;
    struct statx st;
    int mount;
    uint64_t birth = 0;
    handle->handle_bytes = MAX_HANDLE_SZ;
    if (name_to_handle_at(folder, path, handle, &mount, *path ? AT_SYMLINK_FOLLOW : AT_EMPTY_PATH) == 0) {
        for (size_t i = 0; i < handle->handle_bytes; i++)
            birth = key_mix(birth, handle->f_handle[i]);
        return birth;
    }
    if (statx(folder, path, *path ? 0 : AT_EMPTY_PATH, STATX_BTIME, &st) == 0 && st.stx_mask & STATX_BTIME)
        birth = key_mix((uint64_t)st.stx_btime.tv_sec, st.stx_btime.tv_nsec);
    return birth;
}

/* The same bytes at its start, as far as they are known. */
static bool is_still(const struct tail *t, const char *path)
{
    struct tail now = {.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (now.fd < 0)
        return true;
    read_head(&now, &now.at);
    close(now.fd);
    return now.at.head_bytes >= t->at.head_bytes && memcmp(now.at.head, t->at.head, t->at.head_bytes) == 0;
}

static void found_file(struct tail_set *set, const char *path, const struct stat *st)
{
    for (size_t i = 0; i < set->count; i++) {
        struct tail *t = set->tails[i];
        if (t->device != st->st_dev || t->inode != st->st_ino)
            continue;
        bool changed = strcmp(t->path, path) != 0 || (uint64_t)st->st_size != t->at.offset;
        if (t->fd < 0 && (t->birth != birth_of(AT_FDCWD, path) || (changed && !is_still(t, path)))) {
            tail_drop(set, i);
            break;
        }
        if (!t->listed && strcmp(t->path, path) != 0) {
            free(t->path);
            t->path = copy_text(path);
        }
        t->listed = true;
        if (t->fd < 0 && !t->ignored && (uint64_t)st->st_size != t->at.offset && tail_reopen(set, t)) {
            t->fresh |= t->unreadable;
            t->unreadable = false;
        }
        return;
    }
    struct tail *t = memory_alloc(sizeof *t);
    *t = (struct tail){
        .path = copy_text(path), .device = st->st_dev, .inode = st->st_ino, .fd = -1, .watch = -1};
    t->listed = t->fresh = true;
    t->at.version = ++set->versions;
    t->stream = find_stream(set, path);
    if (strcmp(path, t->stream->file.stream) == 0)
        t->stream->live = t->stream->file.stream;
    t->birth = birth_of(AT_FDCWD, path);
    if (tail_reopen(set, t)) {
        t->birth = birth_of(t->fd, "");
    } else if (errno == ENOENT || errno == 0) { /* it has gone, or another one has come */
        free(t->path);
        free(t);
        return;
    } else {
        t->unreadable = true;
        t->fresh = false;
        if (set->reader.failed)
            set->reader.failed(set->reader.context, path, errno);
    }
    set->tails = grow(set->tails, set->count, &set->size, sizeof *set->tails);
    set->tails[set->count++] = t;
}

/* Folders */

static struct folder *add_folder(struct tail_set *set, const char *path, const char *only, bool glob,
                                 int depth)
{
    struct stat st;
    if (stat(*path ? path : ".", &st) < 0 || !S_ISDIR(st.st_mode))
        return NULL;
    for (size_t i = 0; i < set->folder_count; i++) {
        struct folder *f = &set->folders[i];
        bool same = f->device == st.st_dev && f->inode == st.st_ino;
        if (same && (!f->only || (only && strcmp(f->only, only) == 0 && f->glob == glob)))
            return f;
    }
    set->folders = grow(set->folders, set->folder_count, &set->folder_size, sizeof *set->folders);
    struct folder *f = &set->folders[set->folder_count++];
    *f = (struct folder){.path = copy_text(path),
                         .only = only ? copy_text(only) : NULL,
                         .glob = glob,
                         .device = st.st_dev,
                         .inode = st.st_ino,
                         .watch = -1,
                         .depth = depth,
                         .changed = true};
    if (set->notify >= 0)
        f->watch = inotify_add_watch(set->notify, *path ? path : ".", DIR_EVENTS);
    return f;
}

static char *join(const char *folder, const char *name)
{
    struct text path;
    text_init(&path, 0);
    text_puts(&path, folder);
    if (path.len && path.ptr[path.len - 1] != '/')
        text_add_byte(&path, '/');
    text_puts(&path, name);
    text_add_byte(&path, 0);
    return (char *)path.ptr;
}

static bool wanted(const struct folder *f, const char *path)
{
    if (!f->only)
        return true;
    struct text stream;
    text_init(&stream, 0);
    identity_stream(span_of(path), &stream);
    text_add_byte(&stream, 0);
    const char *name = (const char *)stream.ptr;
    bool same = f->glob
                    ? fnmatch(f->only, path, FNM_PATHNAME) == 0 || fnmatch(f->only, name, FNM_PATHNAME) == 0
                    : strcmp(name, f->only) == 0;
    text_done(&stream);
    return same;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* List a folder: which versions are still there, under which name, and which are new. */
static void look(struct tail_set *set, size_t at)
{
    struct folder f = set->folders[at]; /* adding folders moves them */
    struct stat st;
    set->folders[at].changed = false;
    if (stat(*f.path ? f.path : ".", &st) == 0) {
        set->folders[at].mtime = st.st_mtim;
        if (f.device != st.st_dev || f.inode != st.st_ino) { /* removed and made anew */
            set->folders[at].device = st.st_dev;
            set->folders[at].inode = st.st_ino;
            if (set->notify >= 0)
                set->folders[at].watch = inotify_add_watch(set->notify, *f.path ? f.path : ".", DIR_EVENTS);
        }
    }
    struct dirent **entries = NULL;
    int n = scandir(*f.path ? f.path : ".", &entries, NULL, by_name);
    for (size_t i = 0; i < set->count; i++) {
        struct tail *t = set->tails[i];
        const char *slash = strrchr(t->path, '/');
        size_t len = slash ? (size_t)(slash - t->path) : 0;
        size_t own = strlen(f.path);
        own -= own && f.path[own - 1] == '/';
        if (len == own && memcmp(t->path, f.path, own) == 0 && wanted(&f, t->path))
            t->listed = false;
    }
    for (int i = 0; i < n; i++) {
        char *path = join(f.path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && stat(path, &st) == 0) {
            if (S_ISDIR(st.st_mode) && f.depth > 0)
                add_folder(set, path, f.only, f.glob, f.depth - 1);
            else if (S_ISREG(st.st_mode) && wanted(&f, path))
                found_file(set, path, &st);
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
    for (size_t i = 0; i < set->count; i++) {
        if (!set->tails[i]->fresh)
            continue;
        set->tails[i]->fresh = false;
        read_head(set->tails[i], &set->tails[i]->at);
        classify(set, set->tails[i]);
    }
}

/* Where a path is looked for, and what it is in there. */
struct place_to_look {
    char *folder;
    struct text only; /* a stream or a pattern; empty: everything */
    bool glob;
    int depth;
};

static void split(const char *path, struct place_to_look *ret)
{
    struct stat st;
    bool exists = stat(path, &st) == 0;
    *ret = (struct place_to_look){.folder = copy_text(path)};
    text_init(&ret->only, 0);
    if (exists && S_ISDIR(st.st_mode)) {
        ret->depth = DEPTH_MAX;
        return;
    }
    ret->glob = !exists && path[strcspn(path, "*?[")];
    if (ret->glob) {
        text_puts(&ret->only, path);
        ret->folder[strcspn(path, "*?[")] = 0;
    } else {
        identity_stream(span_of(path), &ret->only);
    }
    char *slash = strrchr(ret->folder, '/');
    for (const char *p = path + (slash ? slash - ret->folder + 1 : 0); ret->glob && *p; p++)
        ret->depth += *p == '/';
    if (slash)
        slash[slash == ret->folder] = 0;
    else
        *ret->folder = 0;
}

static void split_done(struct place_to_look *place)
{
    text_done(&place->only);
    free(place->folder);
}

int tail_check(const char *path, struct onset_error *err)
{
    struct stat st;
    struct place_to_look place;
    split(path, &place);
    bool folder = stat(*place.folder ? place.folder : ".", &st) == 0 && S_ISDIR(st.st_mode);
    int why = errno;
    split_done(&place);
    return folder ? 0 : error_set(err, "cannot open '%s': %s", path, strerror(why));
}

int tail_set_add(struct tail_set *set, const char *path, struct onset_error *err)
{
    struct place_to_look place;
    split(path, &place);
    bool all = place.only.len == 0;
    text_add_byte(&place.only, 0);
    bool added =
        add_folder(set, place.folder, all ? NULL : (const char *)place.only.ptr, place.glob, place.depth);
    int why = errno;
    split_done(&place);
    return added ? 0 : error_set(err, "cannot open '%s': %s", path, strerror(why));
}

/* Truncated, or written anew, under its name. */
static void rewritten(struct tail_set *set, struct tail *t)
{
    for (size_t i = 0, n = set->folder_count; i < n; i++)
        look(set, i); /* for copies that were made before */
    leave(set, t);
}

/* Close what nobody will write to. Returns true when the version is forgotten. */
static bool retire(struct tail_set *set, size_t at)
{
    struct tail *t = set->tails[at];
    int64_t idle_ms = set->now_ms - t->grown_ms;
    struct stat st;
    if (t->fd < 0) {
        if (t->listed || (!t->ignored && set->count < GONE_MAX))
            return false;
        tail_drop(set, at);
        return true;
    }
    if (t->copy_of)
        return false;
    bool followed = has_successor(set, t), removed = fstat(t->fd, &st) == 0 && st.st_nlink == 0;
    if (removed && idle_ms >= (followed ? REMOVED_MS : DELETED_MS)) {
        pump(set, t, true);
        tail_drop(set, at);
        return true;
    }
    if (followed && !removed && idle_ms >= ROTATED_MS && !is_live(t))
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
            read_head(t, &t->at);
            classify(set, t);
        }
        if (!t->dirty || !is_readable(t))
            continue;
        uint64_t begin = t->at.offset;
        enum pumped pumped = pump(set, t, false);
        t->dirty = pumped != PUMPED_ALL;
        taken += t->at.offset - begin;
        if (pumped == PUMPED_REWRITTEN)
            rewritten(set, t);
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
            look(set, i);
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
            while (pump(set, set->tails[i], true) == PUMPED_SOME)
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
