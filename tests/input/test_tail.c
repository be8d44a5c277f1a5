#include "input/files.h"
#include "input/numbered.h"
#include "input/tail.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

TestSuite(tail, .init = folder_make, .fini = folder_remove);

#define NUMBERS 4000000

static struct {
    struct tail_set *set;
    struct numbered lines;
    struct text text;
} at;

static size_t take(void *context, struct tail_stream *stream, uint64_t version, uint64_t offset,
                   struct span bytes, bool end)
{
    (void)context, (void)stream, (void)version, (void)offset;
    return numbered_take(&at.lines, bytes, end);
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void follow(const char *path)
{
    struct onset_error err;
    memset(&at, 0, sizeof at);
    at.lines = (struct numbered){.given = calloc(NUMBERS, 1), .count = NUMBERS};
    at.set = tail_set_new(&(struct tail_reader){.take = take});
    cr_assert_eq(tail_set_add(at.set, path, &err), 0, "%s", err.text);
}

static int64_t pretended_ms; /* ahead of the clock */

static void read_all(bool all)
{
    while (tail_set_read(at.set, clock_ms() + pretended_ms, all))
        ;
}

static void done(void)
{
    at.set = tail_set_free(at.set);
    free(at.lines.given);
    text_done(&at.text);
}

static void append(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static void expect(const char *text)
{
    cr_assert(span_equal(text_span(&at.text), span_of(text)), "'%.*s', not '%s'", (int)at.text.len,
              at.text.ptr, text);
}

Test(tail, a_file_grows)
{
    char log[128];
    snprintf(log, sizeof log, "%s", path_of("app.log"));
    append(log, "2026-01-01 one\n2026-01-01 tw");
    follow(log);
    at.lines.keep = &at.text;
    read_all(false);
    expect("2026-01-01 one|");
    append(log, "o\nthree\n");
    read_all(false);
    expect("2026-01-01 one|2026-01-01 two|three|");
    append(log, "without newline");
    read_all(false);
    expect("2026-01-01 one|2026-01-01 two|three|");
    tail_set_end(at.set);
    expect("2026-01-01 one|2026-01-01 two|three|without newline|");
    done();
}

Test(tail, a_file_that_comes_later_and_others_beside_it)
{
    char log[128];
    snprintf(log, sizeof log, "%s", path_of("app.log"));
    follow(log);
    at.lines.keep = &at.text;
    read_all(false);
    append(path_of("other.log"), "not wanted\n");
    append(log, "wanted\n");
    read_all(false);
    expect("wanted|");
    done();

    follow(folder);
    at.lines.keep = &at.text;
    read_all(false);
    cr_assert_eq(mkdir(path_of("deep"), 0755), 0);
    read_all(false);
    append(path_of("deep/x.log"), "deep\n");
    read_all(false);
    expect("wanted|not wanted|deep|");
    cr_assert_eq(tail_set_count(at.set), 3);
    done();
    struct onset_error err;
    struct tail_set *set = tail_set_new(&(struct tail_reader){.take = take});
    cr_assert_eq(tail_set_add(set, "/no/such/folder/x.log", &err), -1);
    cr_assert_str_eq(err.text, "cannot open '/no/such/folder/x.log': No such file or directory");
    tail_set_free(set);
}

Test(tail, a_pattern_takes_files_that_come_later)
{
    char pattern[128];
    cr_assert_eq(mkdir(path_of("web"), 0755), 0);
    append(path_of("web/app.log"), "web\n");
    append(path_of("web/app.txt"), "not wanted\n");
    append(path_of("app.log"), "not wanted\n");
    snprintf(pattern, sizeof pattern, "%s", path_of("*/a*.log"));
    follow(pattern);
    at.lines.keep = &at.text;
    read_all(false);
    expect("web|");
    cr_assert_eq(mkdir(path_of("shop"), 0755), 0);
    cr_assert_eq(mkdir(path_of("shop/deep"), 0755), 0);
    read_all(false);
    append(path_of("shop/api.log"), "shop\n");
    append(path_of("shop/deep/api.log"), "not wanted\n");
    read_all(false);
    append(path_of("web/app.log"), "late\n");
    rename(path_of("web/app.log"), path_of("web/app.log.1"));
    append(path_of("web/app.log"), "next\n");
    read_all(false);
    expect("web|shop|late|next|");
    done();
}

Test(tail, a_folder_that_is_made_anew)
{
    char logs[128], log[128];
    snprintf(logs, sizeof logs, "%s", path_of("logs"));
    snprintf(log, sizeof log, "%s", path_of("logs/app.log"));
    cr_assert_eq(mkdir(logs, 0755), 0);
    append(log, "one\n");
    follow(logs);
    at.lines.keep = &at.text;
    read_all(false);
    for (int i = 0; i < 3; i++) {
        unlink(log);
        rmdir(logs);
        if (i == 1)
            read_all(true);
        cr_assert_eq(mkdir(logs, 0755), 0);
        append(log, i == 0 ? "two\n" : i == 1 ? "three\n" : "four\n");
        read_all(true);
    }
    append(log, "five\n");
    read_all(false);
    expect("one|two|three|four|five|");
    done();
}

static unsigned streams_gone;

static void take_gone(void *context, struct tail_stream *stream)
{
    (void)context, (void)stream;
    streams_gone++;
}

/* A node outlives its pods: what is known of a file ends some time after it was removed. */
Test(tail, ten_thousand_files_that_come_and_go)
{
    struct onset_error err;
    char name[64];
    memset(&at, 0, sizeof at);
    at.lines = (struct numbered){.given = calloc(NUMBERS, 1), .count = NUMBERS};
    at.set = tail_set_new(&(struct tail_reader){.take = take, .gone = take_gone});
    cr_assert_eq(tail_set_add(at.set, folder, &err), 0);
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof name, "pod-%d.log", i);
        append(path_of(name), "line 1 of a pod\n");
        read_all(false);
        unlink(path_of(name));
        if (i % 10 == 9) {
            pretended_ms += 300000;
            read_all(true);
        }
        cr_assert_leq(tail_set_count(at.set), 40);
    }
    cr_expect_eq(at.lines.others, 10000);
    cr_expect_gt(streams_gone, 9900);
    done();
}

/* Each of these is done between two looks, and is what logrotate, an editor or a deploy does. */
Test(tail, rotations_between_two_looks)
{
    char log[128], one[128], two[128], next[128];
    snprintf(log, sizeof log, "%s", path_of("app.log"));
    snprintf(one, sizeof one, "%s", path_of("app.log.1"));
    snprintf(two, sizeof two, "%s", path_of("app.log.2"));
    snprintf(next, sizeof next, "%s", path_of("next"));
    append(log, "the same banner at each start\na\n");
    follow(log);
    at.lines.keep = &at.text;
    read_all(false);
    expect("the same banner at each start|a|");
    text_clear(&at.text);

    /* by renaming, and its writer goes on a little with the old one */
    append(log, "b\n");
    rename(log, one);
    append(one, "late\n");
    append(log, "the same banner at each start\nc\n");
    read_all(false);
    expect("b|late|the same banner at each start|c|");
    text_clear(&at.text);

    /* twice between two looks */
    rename(one, two);
    rename(log, one);
    append(log, "the same banner at each start\nd\n");
    unlink(two);
    rename(one, two);
    rename(log, one);
    append(log, "the same banner at each start\ne\n");
    read_all(false);
    expect("the same banner at each start|e|the same banner at each start|d|");
    text_clear(&at.text);

    /* by copying and truncating: what was not yet read is in the copy only */
    unlink(one);
    unlink(two);
    read_all(false);
    append(log, "f\n");
    char command[1024];
    snprintf(command, sizeof command, "cp %s %s && : > %s", log, one, log);
    cr_assert_eq(system(command), 0);
    append(log,
           "the same banner at each start\ng, and longer than all that stood here before it was truncated\n");
    read_all(false);
    read_all(false);
    expect("f|the same banner at each start|g, and longer than all that stood here before it was truncated|");
    text_clear(&at.text);

    /* a copy that somebody makes for himself */
    snprintf(command, sizeof command, "cp %s %s", log, two);
    cr_assert_eq(system(command), 0);
    read_all(true);
    append(log, "h\n");
    read_all(true);
    expect("h|");
    text_clear(&at.text);

    /* as an editor saves: a new file with the old content, and more */
    snprintf(command, sizeof command, "cp %s %s && echo i >> %s && mv %s %s", log, next, next, next, log);
    cr_assert_eq(system(command), 0);
    read_all(false);
    append(log, "j\n");
    read_all(false);
    expect("i|j|");
    done();
}

Test(tail, a_link_that_is_swapped)
{
    char link[128], old[128], new[128];
    snprintf(link, sizeof link, "%s", path_of("current.log"));
    cr_assert_eq(mkdir(path_of("v"), 0755), 0);
    snprintf(old, sizeof old, "%s", path_of("v/a.log"));
    snprintf(new, sizeof new, "%s", path_of("v/b.log"));
    append(old, "one\n");
    append(new, "two\n");
    cr_assert_eq(symlink(old, link), 0);
    follow(link);
    at.lines.keep = &at.text;
    read_all(false);
    append(old, "late\n");
    unlink(link);
    cr_assert_eq(symlink(new, link), 0);
    read_all(false);
    append(old, "later\n");
    append(new, "three\n");
    read_all(false);
    expect("one|late|two|later|three|");
    unlink(link); /* and back */
    cr_assert_eq(symlink(old, link), 0);
    read_all(false);
    append(old, "four\n");
    read_all(false);
    expect("one|late|two|later|three|four|");
    done();
}

Test(tail, holes_links_removal_and_packed_files)
{
    char log[128];
    snprintf(log, sizeof log, "%s", path_of("app.log"));
    int fd = open(log, O_WRONLY | O_CREAT, 0644); /* not O_APPEND */
    cr_assert(write(fd, "0123456789\n", 11) == 11);
    follow(folder);
    at.lines.keep = &at.text;
    read_all(false);
    cr_assert_eq(truncate(log, 0), 0);
    cr_assert(write(fd, "behind a hole\n", 14) == 14);
    read_all(false);
    read_all(false);
    expect("0123456789|behind a hole|");
    text_clear(&at.text);

    unlink(log); /* its writer goes on */
    cr_assert(write(fd, "removed\n", 8) == 8);
    read_all(true);
    append(log, "made anew\n");
    cr_assert(write(fd, "still\n", 6) == 6);
    read_all(true);
    pretended_ms += 60000;
    read_all(true);
    append(log, "and on\n");
    read_all(true);
    expect("removed|still|made anew|and on|");
    close(fd);

    text_clear(&at.text);
    write_file(path_of("app.log.2.gz"), "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
    read_all(true);
    expect("");
    done();
}

/* Most file systems give the number of an inode that was removed to the next file. */
Test(tail, an_inode_that_comes_back)
{
    char log[128], old[128], packed[128], line[32];
    snprintf(log, sizeof log, "%s", path_of("app.log"));
    snprintf(old, sizeof old, "%s", path_of("app.log.1"));
    snprintf(packed, sizeof packed, "%s", path_of("app.log.2.gz"));
    append(log, "2026-01-01 begin\n");
    follow(log);
    at.lines.keep = &at.text;
    read_all(true);
    for (int i = 0; i < 20; i++) {
        write_file(packed, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
        read_all(true);
        text_clear(&at.text);
        unlink(packed);
        rename(log, old);
        snprintf(line, sizeof line, "2026-01-01 line %d\n", i);
        append(log, line);
        read_all(true);
        snprintf(line, sizeof line, "2026-01-01 line %d|", i);
        expect(line);
    }
    done();
}

enum style { RENAME, COPY, SWAP };

static atomic_uint *turns; /* of the reader, shared with the writer */

/* The writer does not wait for the reader, but for that it has looked twice before a version is removed. */
static void let_the_reader_look(void)
{
    for (unsigned from = *turns; *turns - from < 2;)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

/* By the writer itself: what another one writes between the copy and the truncation is in neither file. */
static void copy_and_truncate(const char *log, const char *copy)
{
    static char buffer[65536];
    int in = open(log, O_RDWR), out = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ssize_t n;
    while ((n = read(in, buffer, sizeof buffer)) > 0)
        if (write(out, buffer, (size_t)n) != n)
            _exit(1);
    if (n < 0 || ftruncate(in, 0) != 0)
        _exit(1);
    close(in);
    close(out);
}

/* Writes numbered lines and rotates as fast as it can; at most `kept` old versions stay. */
static void write_and_rotate(enum style style, unsigned rotations, unsigned kept)
{
    unsigned long number = 0;
    char log[128], from[160], to[160];
    snprintf(log, sizeof log, "%s", path_of("app.log"));
    for (unsigned r = 0; r <= rotations; r++) {
        if (style == SWAP) {
            snprintf(to, sizeof to, "%s/app-%u.log", path_of("v"), r);
            append(to, "");
            snprintf(from, sizeof from, "%s", path_of("swap"));
            if (symlink(to, from) != 0 || rename(from, log) != 0)
                _exit(1);
        }
        FILE *out = fopen(log, "a");
        if (!out)
            _exit(1);
        for (unsigned i = 0; i < 200; i++) {
            fprintf(out, "line %lu of version %u.\n", number++, r);
            if (i % 50 == 7)
                fflush(out);
        }
        if (style == RENAME && r < rotations) { /* the rest is written to the renamed file */
            for (unsigned k = kept; k > 0; k--) {
                snprintf(from, sizeof from, k > 1 ? "%s.%u" : "%s", log, k - 1);
                snprintf(to, sizeof to, "%s.%u", log, k);
                rename(from, to);
            }
        }
        fclose(out);
        if (style == COPY && r < rotations) {
            for (unsigned k = kept; k > 1; k--) {
                snprintf(from, sizeof from, "%s.%u", log, k - 1);
                snprintf(to, sizeof to, "%s.%u", log, k);
                rename(from, to);
            }
            snprintf(to, sizeof to, "%s.1", log);
            copy_and_truncate(log, to);
        }
        if (style == SWAP || r % (kept / 2) == 0) /* what a link led to between two looks, nobody can know */
            let_the_reader_look();
    }
    _exit(0);
}

static void check_rotations(enum style style, unsigned rotations, unsigned kept)
{
    char log[128];
    snprintf(log, sizeof log, "%s", path_of("app.log"));
    if (style == SWAP)
        cr_assert_eq(mkdir(path_of("v"), 0755), 0);
    turns = mmap(NULL, sizeof *turns, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert(turns != MAP_FAILED);
    follow(log);
    pid_t child = fork();
    if (child == 0)
        write_and_rotate(style, rotations, kept);
    int status;
    for (; waitpid(child, &status, WNOHANG) == 0; ++*turns)
        tail_set_read(at.set, clock_ms(), *turns % 100 == 0);
    munmap(turns, sizeof *turns);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    read_all(true);
    read_all(true);
    unsigned long lost = 0, twice = 0, all = 200ul * (rotations + 1);
    for (unsigned long i = 0; i < all; i++) {
        lost += at.lines.given[i] == 0;
        twice += at.lines.given[i] > 1;
    }
    cr_assert(lost == 0 && twice == 0 && at.lines.others == 0, "of %lu lines, %lu lost, %lu twice, %lu torn",
              all, lost, twice, (unsigned long)at.lines.others);
    done();
}

Test(tail, a_thousand_rotations_by_renaming)
{
    check_rotations(RENAME, 1000, 20);
}

Test(tail, a_thousand_rotations_by_copying)
{
    check_rotations(COPY, 1000, 20);
}

Test(tail, a_thousand_swapped_links)
{
    check_rotations(SWAP, 1000, 0);
}
