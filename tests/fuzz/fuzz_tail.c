/* Rotation. Each byte of the input is a step of whoever writes, copies, truncates, renames, removes and packs
 * app.log and its old versions, or a look of the reader. Lines are numbered: after a whole look, every one
 * that stands in a file was given once, and none is ever given twice. What was written and removed between
 * two looks may be lost. Not done: lines that nobody has looked at copied, their file replaced, and that one
 * copied or renamed, all before the next look; it looks like two versions that begin alike. */
#include "fuzz/fuzz.h"

#include "input/numbered.h"
#include "input/tail.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINES_MAX 4096
#define STEPS_MAX 200
#define KEPT      3 /* app.log.1 to app.log.3 */
#define BANNER    "2026-08-07T14:30:00Z INFO shop 4.2 started, pid 1\n"

static struct {
    char folder[128];
    struct tail_set *set;
    uint8_t given[LINES_MAX];
    struct numbered lines;
    unsigned written;
    int64_t now_ms;
    bool banner;           /* each new version begins with it */
    bool copied[KEPT + 1]; /* app.log.N is a copy: nobody else writes to it */
    size_t copied_bytes;   /* of a copy that is being made into app.log.1; 0: none */
    bool unseen_copy;      /* it was begun since the last look */
    bool copied_once;      /* ... and given up, while its lines go on in app.log */
} at;

static const char *name_of(unsigned version)
{
    static char names[4][192];
    static unsigned next;
    char *name = names[next++ % 4];
    if (version == 0)
        snprintf(name, sizeof *names, "%s/app.log", at.folder);
    else if (version > KEPT)
        snprintf(name, sizeof *names, "%s/app.log.2.gz", at.folder);
    else
        snprintf(name, sizeof *names, "%s/app.log.%u", at.folder, version);
    return name;
}

static bool exists(unsigned version)
{
    return access(name_of(version), F_OK) == 0;
}

static size_t take(void *context, struct tail_stream *stream, uint64_t version, uint64_t offset,
                   struct span bytes, bool end)
{
    (void)context, (void)stream, (void)version, (void)offset;
    size_t used = numbered_take(&at.lines, bytes, end);
    for (unsigned i = 0; i < at.written; i++)
        require(at.given[i] <= 1);
    return used;
}

static void write_to(unsigned version, unsigned lines)
{
    bool banner = at.banner && !exists(version);
    FILE *out = fopen(name_of(version), "a");
    require(out != NULL);
    if (banner || (at.banner && ftell(out) == 0))
        fputs(BANNER, out);
    for (; lines > 0 && at.written < LINES_MAX; lines--)
        fprintf(out, "line %u of the log.\n", at.written++);
    fclose(out);
}

/* Bytes [from, to) of app.log behind what is in the other file. */
static size_t copy(unsigned to_version, const char *to_name, size_t from, size_t part)
{
    static char buffer[LINES_MAX * 32];
    int in = open(name_of(0), O_RDONLY);
    int out =
        open(to_name ? to_name : name_of(to_version), O_WRONLY | O_CREAT | (from ? O_APPEND : O_TRUNC), 0644);
    require(in >= 0 && out >= 0);
    ssize_t n = pread(in, buffer, sizeof buffer, (off_t)from);
    size_t bytes = n > 0 ? (size_t)n / part : 0;
    require(write(out, buffer, bytes) == (ssize_t)bytes);
    close(in);
    close(out);
    return from + bytes;
}

static void shift(void)
{
    for (unsigned i = KEPT; i > 1; i--) {
        rename(name_of(i - 1), name_of(i));
        at.copied[i] = at.copied[i - 1];
    }
    at.copied[1] = false;
    at.copied_bytes = 0;
}

static void pack(unsigned version)
{
    int out = open(name_of(KEPT + 1), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    require(out >= 0 && write(out, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10) == 10);
    close(out);
    unlink(name_of(version));
    at.copied[version] = false;
}

static void save_as_an_editor_does(void)
{
    char other[160];
    snprintf(other, sizeof other, "%s/.swap", at.folder);
    copy(0, other, 0, 1);
    FILE *out = fopen(other, "a");
    require(out != NULL);
    if (at.written < LINES_MAX)
        fprintf(out, "line %u of the log.\n", at.written++);
    fclose(out);
    rename(other, name_of(0));
    at.copied_once |= at.copied_bytes && at.unseen_copy;
    at.copied_bytes = 0; /* who copies has the old one open */
}

static void step(unsigned what)
{
    switch (what) {
    case 0:
    case 1:
    case 2: write_to(0, what == 2 ? 40 : what + 1); break;
    case 3: /* late, by who still holds the old one */
        if (exists(1) && !at.copied[1])
            write_to(1, 1);
        break;
    case 4: /* who rotates waits until a copy is made and used, or removed */
        if (exists(0) && !at.copied_bytes && !at.copied_once) {
            shift();
            rename(name_of(0), name_of(1));
        }
        break;
    case 5:
    case 6: /* copytruncate; 6 only begins to */
        if (exists(0) && !at.copied_bytes && !at.copied_once) {
            shift();
            at.copied[1] = at.unseen_copy = true;
            size_t bytes = copy(1, NULL, 0, what == 5 ? 1 : 2);
            if (what == 5)
                require(truncate(name_of(0), 0) == 0);
            else
                at.copied_bytes = bytes;
        }
        break;
    case 7:
        if (exists(0) && at.copied_bytes)
            at.copied_bytes = copy(1, NULL, at.copied_bytes, 1);
        break;
    case 8:
        if (exists(0)) {
            require(truncate(name_of(0), 0) == 0);
            at.copied_bytes = 0;
        }
        break;
    case 9:
        unlink(name_of(0));
        at.copied_bytes = 0;
        break;
    case 10: /* and what is packed: its inode comes back as another file */
        unlink(name_of(1));
        unlink(name_of(KEPT + 1));
        at.copied[1] = false;
        at.copied_bytes = 0;
        break;
    case 11:
        if (exists(0))
            save_as_an_editor_does();
        break;
    case 12:
        if (exists(2))
            pack(2);
        break;
    case 13: at.banner = !at.banner; break;
    case 14: at.now_ms += 3000; break;
    default: at.now_ms += 20000;
    }
}

static void check(void)
{
    DIR *dir = opendir(at.folder);
    require(dir != NULL);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[512], line[128];
        if (strncmp(entry->d_name, "app.log", 7) != 0 || strstr(entry->d_name, ".gz"))
            continue;
        snprintf(path, sizeof path, "%s/%s", at.folder, entry->d_name);
        FILE *in = fopen(path, "r");
        require(in != NULL);
        while (fgets(line, sizeof line, in)) {
            unsigned long number;
            size_t len = strlen(line);
            if (line[len - 1] == '\n' && numbered_read(span_make(line, len - 1), &number))
                require(at.given[number] == 1);
        }
        fclose(in);
    }
    closedir(dir);
}

static void empty_folder(void)
{
    DIR *dir = opendir(at.folder);
    require(dir != NULL);
    for (struct dirent *entry; (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char folder[128];
    struct onset_error err;
    if (!*folder) {
        const char *tmp = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%.80s/onset-fuzz-XXXXXX", tmp ? tmp : "/tmp");
        require(mkdtemp(folder) != NULL);
    }
    memset(&at, 0, sizeof at);
    memcpy(at.folder, folder, sizeof folder);
    empty_folder();
    at.lines = (struct numbered){.given = at.given, .count = LINES_MAX};
    at.set = tail_set_new(&(struct tail_reader){.take = take});
    require(tail_set_add(at.set, name_of(0), &err) == 0);
    for (size_t i = 0; i < size && i < STEPS_MAX; i++) {
        step(bytes[i] & 15);
        if (bytes[i] < 0x80)
            continue;
        at.unseen_copy = at.copied_once = false;
        bool all = bytes[i] & 0x40; /* else a version that was closed may have grown unseen */
        while (tail_set_read(at.set, at.now_ms, all))
            ;
        if (all)
            check();
    }
    while (tail_set_read(at.set, at.now_ms, true))
        ;
    tail_set_end(at.set);
    tail_set_free(at.set);
    check();
    empty_folder();
    return 0;
}
