/* Rotation while the reader looks. Whoever writes and rotates moves on inside the system calls of the reader,
 * between any two of them, by schedules that are drawn but the same in each run. Lines are numbered: in the
 * end each one was given once. */
#include "input/files.h"
#include "input/numbered.h"
#include "input/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

enum { SCHEDULES = 300, ROTATIONS = 12, VERSION_LINES = 240, KEPT = 6, LINES_MAX = 4096 };

static enum way { RENAME, COPY, SWAP, WAYS } way;
static bool banner;        /* each version begins with it */
static unsigned rotations; /* done so far */
static unsigned at_step;   /* of one rotation */
static unsigned looks, looks_before;
static unsigned long written;
static int out = -1;
static bool inside = true; /* the writer's own calls */
static uint64_t random_state;
static uint32_t seldom;
static uint8_t given[LINES_MAX];
static struct numbered lines = {.given = given, .count = LINES_MAX};

static uint32_t below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

static const char *name_of(unsigned version)
{
    static char names[2][160];
    static unsigned next;
    char *name = names[next++ % 2];
    if (way == SWAP && version)
        snprintf(name, sizeof *names, "%s/v/app-%u.log", folder, version);
    else
        snprintf(name, sizeof *names, version ? "%s/app.log.%u" : "%s/app.log", folder, version);
    return name;
}

static void must(bool holds, const char *what)
{
    if (!holds) {
        perror(what);
        exit(2);
    }
}

static void open_new(unsigned version)
{
    if (out >= 0)
        close(out);
    out = (int)syscall(SYS_openat, AT_FDCWD, name_of(version), O_WRONLY | O_CREAT | O_APPEND, 0644);
    must(out >= 0, "open");
}

static void write_lines(unsigned n)
{
    struct text text;
    text_init(&text, 0);
    if (banner && lseek(out, 0, SEEK_END) == 0)
        for (int i = 0; i < 6; i++)
            text_puts(&text, "======== a banner that is the same at each start ========\n");
    for (unsigned i = 0; i < n; i++)
        text_printf(&text, "line %lu of version %u.\n", written++, rotations);
    must(write(out, text.ptr, text.len) == (ssize_t)text.len, "write");
    text_done(&text);
}

static void copy_half(unsigned half)
{
    static uint8_t buffer[65536];
    int from = (int)syscall(SYS_openat, AT_FDCWD, name_of(0), O_RDONLY);
    int to = (int)syscall(SYS_openat, AT_FDCWD, name_of(1), O_WRONLY | O_APPEND);
    must(from >= 0 && to >= 0, "open of a copy");
    size_t n = (size_t)read(from, buffer, sizeof buffer), begin = half ? n / 2 : 0;
    must(write(to, buffer + begin, half ? n - begin : n / 2) >= 0, "write of a copy");
    close(from);
    close(to);
}

/* Three steps write a version, KEPT - 1 shift the old ones, the others make a new one. */
static void rotate(unsigned step)
{
    if (step < 3) {
        write_lines(VERSION_LINES / 3);
    } else if (way == SWAP) {
        open_new(rotations + 2);
        must(symlink(name_of(rotations + 2), path_of("next")) == 0, "symlink");
        must(rename(path_of("next"), name_of(0)) == 0, "rename");
        at_step = 0;
    } else if (step < KEPT + 2) {
        unsigned to = KEPT + 2 - step + 1;
        rename(name_of(to - 1), name_of(to));
    } else if (way == RENAME) {
        if (step == KEPT + 2)
            rename(name_of(0), name_of(1));
        else if (step == KEPT + 3) /* late */
            write_lines(1);
        else
            open_new(0), at_step = 0;
    } else if (step == KEPT + 2) {
        close((int)syscall(SYS_openat, AT_FDCWD, name_of(1), O_WRONLY | O_CREAT | O_TRUNC, 0644));
    } else if (step < KEPT + 5) {
        copy_half(step - KEPT - 3);
    } else {
        must(ftruncate(out, 0) == 0, "truncate");
        at_step = 0;
    }
}

/* What was removed before it was seen is lost: the writer waits for two whole looks now and then. */
static bool move_on(void)
{
    if (rotations == ROTATIONS ||
        (at_step == 0 && rotations % (way == SWAP ? 1 : KEPT / 2) == 0 && looks - looks_before < 2))
        return false;
    rotate(at_step++);
    if (at_step == 0) {
        rotations++;
        looks_before = looks;
    }
    return true;
}

static void maybe_move_on(void)
{
    if (inside)
        return;
    int error = errno;
    inside = true;
    while (below(seldom) == 0 && move_on())
        ;
    inside = false;
    errno = error;
}

/* These stand before those of the C library. */

int stat(const char *restrict path, struct stat *restrict st)
{
    maybe_move_on();
    return (int)syscall(SYS_newfstatat, AT_FDCWD, path, st, 0);
}

int fstat(int fd, struct stat *st)
{
    maybe_move_on();
    return (int)syscall(SYS_newfstatat, fd, "", st, AT_EMPTY_PATH);
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
    maybe_move_on();
    return syscall(SYS_pread64, fd, buffer, size, offset);
}

int open(const char *path, int flags, ...)
{
    maybe_move_on();
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0644);
}

int name_to_handle_at(int at, const char *path, struct file_handle *handle, int *mount, int flags)
{
    maybe_move_on();
    return (int)syscall(SYS_name_to_handle_at, at, path, handle, mount, flags);
}

static size_t take(void *context, struct tail_stream *stream, uint64_t version, uint64_t offset,
                   struct span bytes, bool end)
{
    (void)context, (void)stream, (void)version, (void)offset;
    maybe_move_on();
    return numbered_take(&lines, bytes, end);
}

static bool run(uint32_t seed)
{
    struct onset_error err;
    random_state = seed;
    seldom = 1u << (1 + below(6));
    banner = below(2);
    rotations = at_step = looks = looks_before = 0;
    written = lines.others = 0;
    memset(given, 0, sizeof given);
    folder_make();
    if (way == SWAP) {
        must(mkdir(path_of("v"), 0755) == 0 && symlink(name_of(1), name_of(0)) == 0, "symlink");
        open_new(1);
    } else {
        open_new(0);
    }
    struct tail_set *set = tail_set_new(&(struct tail_reader){.take = take});
    must(tail_set_add(set, name_of(0), &err) == 0, "add");
    inside = false;
    int64_t now_ms = 0;
    for (; rotations < ROTATIONS; looks++) {
        bool all = below(4) == 0;
        while (tail_set_read(set, now_ms += below(8) ? 1 : 4000, all))
            ;
        maybe_move_on();
    }
    inside = true;
    for (int i = 0; i < 2; i++)
        while (tail_set_read(set, now_ms, true))
            ;
    tail_set_end(set);
    tail_set_free(set);
    close(out);
    out = -1;
    unsigned lost = 0, twice = 0;
    for (unsigned long i = 0; i < written; i++)
        lost += given[i] == 0, twice += given[i] > 1;
    unsigned long torn = lines.others - (banner ? lines.others / 6 * 6 : 0);
    if (lost + twice + torn)
        printf("# schedule %u: of %lu lines %u lost, %u twice, %lu torn\n", seed, written, lost, twice, torn);
    folder_remove();
    return lost + twice + torn == 0;
}

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = {"renaming", "copying and truncating", "swapping a link"};
    bool good = true;
    for (way = RENAME; way < WAYS; way++) {
        unsigned bad = 0;
        for (uint32_t seed = argc > 1 ? (uint32_t)atoi(argv[1]) : 1, end = argc > 1 ? seed : SCHEDULES;
             seed <= end; seed++)
            bad += !run(seed);
        printf("%sok - %s: %u of %u schedules lose a line, or give one twice\n", bad ? "not " : "",
               names[way], bad, argc > 1 ? 1 : SCHEDULES);
        good &= bad == 0;
    }
    return good ? 0 : 1;
}
