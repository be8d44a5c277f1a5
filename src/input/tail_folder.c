/* Where versions are found: folders, by their names. A path is a folder and the one stream that is wanted of
 * it, so a rotated version and a file that comes later need nothing of their own; a pattern likewise. */
#include "input/tail_set.h"

#include "base/arena.h"
#include "base/error.h"
#include "input/identity.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/inotify.h>

#define DEPTH_MAX 16 /* folders within folders */

#define DIR_EVENTS                                                                                           \
    (IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

static void found_file(struct tail_set *set, const char *path, const struct stat *st)
{
    for (size_t i = 0; i < set->count; i++) {
        struct tail *t = set->tails[i];
        if (t->device != st->st_dev || t->inode != st->st_ino)
            continue;
        bool changed = strcmp(t->path, path) != 0 || (uint64_t)st->st_size != t->at.offset;
        if (t->fd < 0 && tail_is_another(t, path, changed)) {
            tail_drop(set, i);
            break;
        }
        if (!t->listed && strcmp(t->path, path) != 0) {
            free(t->path);
            t->path = tail_copy_text(path);
        }
        t->listed = true;
        t->listed_ms = set->now_ms;
        if (t->fd < 0 && !t->ignored && (uint64_t)st->st_size != t->at.offset && tail_reopen(set, t)) {
            if (t->unreadable)
                t->birth = tail_birth(t->fd);
            t->fresh |= t->unreadable;
            t->unreadable = false;
        }
        return;
    }
    struct tail *t = memory_alloc(sizeof *t);
    *t = (struct tail){
        .path = tail_copy_text(path), .device = st->st_dev, .inode = st->st_ino, .fd = -1, .watch = -1};
    t->listed = t->fresh = true;
    t->listed_ms = set->now_ms;
    t->at.version = ++set->versions;
    t->stream = tail_find_stream(set, path);
    if (strcmp(path, t->stream->file.stream) == 0)
        t->stream->live = t->stream->file.stream;
    if (tail_reopen(set, t)) {
        t->birth = tail_birth(t->fd);
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
    set->tails = tail_grow(set->tails, set->count, &set->size, sizeof *set->tails);
    set->tails[set->count++] = t;
}

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
    set->folders = tail_grow(set->folders, set->folder_count, &set->folder_size, sizeof *set->folders);
    struct folder *f = &set->folders[set->folder_count++];
    *f = (struct folder){.path = tail_copy_text(path),
                         .only = only ? tail_copy_text(only) : NULL,
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

void tail_look(struct tail_set *set, size_t at)
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
        char *path = input_path(f.path, entries[i]->d_name);
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
        tail_read_head(set->tails[i], &set->tails[i]->at);
        tail_classify(set, set->tails[i]);
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
    *ret = (struct place_to_look){.folder = tail_copy_text(path)};
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
