/* Names to files. The order in which a folder is listed, and the order of arguments, must not show: names are
 * sorted, and every folder is entered once, by its own name first and through links only if it was not met
 * that way. That also makes loops of links harmless, and a tree with n links between its folders costs n, not
 * n!. */
#include "input/input.h"

#include "base/arena.h"
#include "input/identity.h"
#include "input/members.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define STDIN_NAME    "(standard input)" /* as grep calls it */
#define STDIN_SERVICE "stdin"

static char *copy_text(struct span text)
{
    char *copy = memory_alloc(text.len + 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

char *input_path(const char *folder, const char *name)
{
    struct text path;
    text_init(&path, 0);
    text_puts(&path, folder);
    if (path.len && path.ptr[path.len - 1] != '/')
        text_add_byte(&path, '/');
    text_puts(&path, name);
    char *joined = copy_text(text_span(&path));
    text_done(&path);
    return joined;
}

static void file_name(struct input_file *file, const char *name)
{
    struct text text;
    text_init(&text, 0);
    free(file->name);
    free(file->stream);
    free(file->service);
    file->name = copy_text(span_of(name));
    identity_stream(span_of(name), &text);
    file->stream = copy_text(text_span(&text));
    identity_service(span_of(strcmp(name, STDIN_NAME) == 0 ? STDIN_SERVICE : name), &text);
    file->service = copy_text(text_span(&text));
    text_done(&text);
}

static void list_file(struct input_list *list, const char *path, const struct stat *st, bool linked)
{
    if (list->count == list->size) {
        list->size = list->size ? list->size * 2 : 16;
        list->files = memory_resize(list->files, list->size * sizeof *list->files);
    }
    struct input_file *file = &list->files[list->count++];
    *file = (struct input_file){
        .path = copy_text(span_of(path)), .linked = linked, .regular = S_ISREG(st->st_mode)};
    if (file->regular) {
        file->size_bytes = (uint64_t)st->st_size;
        file->written_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
        file->device = st->st_dev;
        file->inode = st->st_ino;
    }
    file_name(file, path);
}

void input_file_make(struct input_file *ret_file, const char *path)
{
    *ret_file = (struct input_file){.path = copy_text(span_of(path)), .regular = true};
    file_name(ret_file, path);
}

static char *join_member(const char *archive, struct span member)
{
    struct text name;
    text_init(&name, 0);
    text_puts(&name, archive);
    text_add_byte(&name, '!');
    text_add(&name, member.ptr, member.len);
    char *joined = copy_text(text_span(&name));
    text_done(&name);
    return joined;
}

void input_file_member(struct input_file *ret_file, const struct input_file *archive,
                       const struct member *member)
{
    struct text text;
    text_init(&text, 0);
    *ret_file = (struct input_file){.name = join_member(archive->name, span_of(member->name)),
                                    .size_bytes = member->size_bytes};
    ret_file->path = copy_text(span_of(ret_file->name));
    identity_stream(span_of(member->name), &text);
    ret_file->stream = join_member(archive->name, text_span(&text));
    identity_service(span_of(member->name), &text);
    ret_file->service = copy_text(text_span(&text));
    text_done(&text);
}

static void list_problem(struct input_list *list, const char *folder, int error)
{
    if (list->problem_count == list->problem_size) {
        list->problem_size = list->problem_size ? list->problem_size * 2 : 8;
        list->problems = memory_resize(list->problems, list->problem_size * sizeof *list->problems);
    }
    struct text line;
    text_init(&line, 0);
    text_printf(&line, "cannot read folder '%s': %s", folder, strerror(error));
    list->problems[list->problem_count++] = copy_text(text_span(&line));
    text_done(&line);
}

/* Folders still to enter, and those entered. */
struct folder {
    char *path;
    uint64_t device, inode;
    bool linked;
};

struct folders {
    struct folder *items;
    size_t count, size;
};

static void folders_add(struct folders *folders, struct folder folder)
{
    if (folders->count == folders->size) {
        folders->size = folders->size ? folders->size * 2 : 16;
        folders->items = memory_resize(folders->items, folders->size * sizeof *folders->items);
    }
    folders->items[folders->count++] = folder;
}

static void folders_done(struct folders *folders)
{
    for (size_t i = 0; i < folders->count; i++)
        free(folders->items[i].path);
    free(folders->items);
}

/* Entered folders as an open-addressing set of (device, inode); never holds inode 0 twice by mistake because
 * the flag `used` is apart. */
struct entered {
    struct entered_key {
        uint64_t device, inode;
        bool used;
    } * keys;
    size_t count, size;
};

static struct entered_key *entered_find(struct entered *set, uint64_t device, uint64_t inode)
{
    size_t at = (size_t)((inode ^ device << 32) * 0x9e3779b97f4a7c15u >> 20) & (set->size - 1);
    while (set->keys[at].used && (set->keys[at].device != device || set->keys[at].inode != inode))
        at = (at + 1) & (set->size - 1);
    return &set->keys[at];
}

/* True the first time. */
static bool entered_add(struct entered *set, uint64_t device, uint64_t inode)
{
    if (set->count * 2 >= set->size) {
        struct entered old = *set;
        set->size = old.size ? old.size * 2 : 64;
        set->keys = memory_alloc(set->size * sizeof *set->keys);
        for (size_t i = 0; i < old.size; i++)
            if (old.keys[i].used)
                *entered_find(set, old.keys[i].device, old.keys[i].inode) = old.keys[i];
        free(old.keys);
    }
    struct entered_key *key = entered_find(set, device, inode);
    if (key->used)
        return false;
    *key = (struct entered_key){device, inode, true};
    set->count++;
    return true;
}

struct walk {
    struct input_list *list;
    struct folders own, links; /* links wait until no folder is left that has a name of its own */
    bool links_sorted;
    struct entered entered;
};

static void walk_entry(struct walk *walk, const struct folder *folder, DIR *dir, const struct dirent *entry)
{
    struct stat st;
    bool link = false;
    if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return; /* gone since it was listed */
    if (S_ISLNK(st.st_mode)) {
        link = true;
        if (fstatat(dirfd(dir), entry->d_name, &st, 0) < 0)
            return; /* dangling */
    }
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return;
    char *path = input_path(folder->path, entry->d_name);
    if (S_ISDIR(st.st_mode)) {
        struct folder found = {path, st.st_dev, st.st_ino, folder->linked || link};
        folders_add(link ? &walk->links : &walk->own, found);
        walk->links_sorted &= !link;
        return;
    }
    list_file(walk->list, path, &st, folder->linked || link);
    free(path);
}

static int walk_folder(struct walk *walk, const struct folder *folder)
{
    DIR *dir = opendir(folder->path);
    if (!dir)
        return errno;
    struct dirent *entry;
    while (errno = 0, (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            walk_entry(walk, folder, dir, entry);
    int error = errno;
    closedir(dir);
    return error;
}

static int compare_folders(const void *a, const void *b)
{
    return strcmp(((const struct folder *)b)->path,
                  ((const struct folder *)a)->path); /* last first: a stack */
}

static bool next_folder(struct walk *walk, struct folder *ret_folder)
{
    struct folders *from = walk->own.count ? &walk->own : &walk->links;
    if (from->count == 0)
        return false;
    if (from == &walk->links && !walk->links_sorted) {
        qsort(from->items, from->count, sizeof *from->items, compare_folders);
        walk->links_sorted = true;
    }
    *ret_folder = from->items[--from->count];
    return true;
}

static void walk_tree(struct walk *walk)
{
    struct folder folder;
    while (next_folder(walk, &folder)) {
        int error = entered_add(&walk->entered, folder.device, folder.inode) ? walk_folder(walk, &folder) : 0;
        if (error)
            list_problem(walk->list, folder.path, error);
        free(folder.path);
    }
}

static int add_folder(struct input_list *list, const char *path, const struct stat *st,
                      struct onset_error *err)
{
    struct walk walk = {.list = list};
    struct folder top = {.path = (char *)path, .device = st->st_dev, .inode = st->st_ino};
    entered_add(&walk.entered, top.device, top.inode);
    int error = walk_folder(&walk, &top);
    if (!error)
        walk_tree(&walk);
    folders_done(&walk.own);
    folders_done(&walk.links);
    free(walk.entered.keys);
    return error ? error_set(err, "cannot read folder '%s': %s", path, strerror(error)) : 0;
}

int input_list_add(struct input_list *list, const char *path, struct onset_error *err)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        if (fstat(STDIN_FILENO, &st) < 0)
            return error_set(err, "cannot read standard input: %s", strerror(errno));
        list_file(list, "-", &st, false);
        file_name(&list->files[list->count - 1], list->label ? list->label : STDIN_NAME);
        return 0;
    }
    if (stat(path, &st) < 0)
        return error_set(err, "cannot open '%s': %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return add_folder(list, path, &st, err);
    if (S_ISSOCK(st.st_mode) || S_ISBLK(st.st_mode))
        return error_set(err, "cannot read '%s': not a file, folder or stream", path);
    list_file(list, path, &st, false);
    return 0;
}

int input_list_add_profile(struct input_list *list, const char *path, struct onset_error *err)
{
    size_t before = list->count;
    int status = input_list_add(list, path, err);
    for (size_t i = before; i < list->count; i++)
        list->files[i].profile = true;
    return status;
}

static void put_host(const char *host, char **name)
{
    struct text text;
    text_init(&text, 0);
    text_puts(&text, host);
    text_add_byte(&text, ':');
    text_puts(&text, *name);
    free(*name);
    *name = copy_text(text_span(&text));
    text_done(&text);
}

void input_list_host(struct input_list *list, const char *host)
{
    for (size_t i = 0; i < list->count; i++) {
        put_host(host, &list->files[i].name);
        put_host(host, &list->files[i].stream);
    }
}

void input_list_label(struct input_list *list, const char *label)
{
    free(list->label);
    list->label = copy_text(span_of(label));
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->files[i].path, "-") == 0)
            file_name(&list->files[i], label);
}

void input_file_done(struct input_file *file)
{
    free(file->path);
    free(file->name);
    free(file->stream);
    free(file->service);
    *file = (struct input_file){0};
}

static int compare_names(const void *a, const void *b)
{
    const struct input_file *x = a, *y = b;
    int c = strcmp(x->name, y->name);
    return c ? c : strcmp(x->path, y->path);
}

/* One file's names side by side, the one to keep first; files that cannot be told stay apart by name. */
static int compare_files(const void *a, const void *b)
{
    const struct input_file *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    if (x->inode != y->inode)
        return x->inode < y->inode ? -1 : 1;
    if (x->inode != 0 && x->linked != y->linked)
        return x->linked ? 1 : -1;
    return compare_names(a, b);
}

static bool same_file(const struct input_file *x, const struct input_file *y)
{
    return strcmp(x->path, y->path) == 0 || (x->inode != 0 && x->device == y->device && x->inode == y->inode);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void input_list_sort(struct input_list *list)
{
    if (list->count > 0) {
        qsort(list->files, list->count, sizeof *list->files, compare_files);
        size_t kept = 1;
        for (size_t i = 1; i < list->count; i++) {
            if (same_file(&list->files[kept - 1], &list->files[i]))
                input_file_done(&list->files[i]);
            else
                list->files[kept++] = list->files[i];
        }
        list->count = kept;
        qsort(list->files, list->count, sizeof *list->files, compare_names);
    }
    if (list->problem_count > 0)
        qsort(list->problems, list->problem_count, sizeof *list->problems, compare_texts);
}

void input_list_done(struct input_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->count; i++)
        input_file_done(&list->files[i]);
    for (size_t i = 0; i < list->problem_count; i++)
        free(list->problems[i]);
    free(list->files);
    free(list->problems);
    free(list->label);
    *list = (struct input_list){0};
}
