#include "input/files.h"
#include "input/mapped.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

TestSuite(mapped, .init = folder_make, .fini = folder_remove);

#define PAGE 4096 /* in files; larger pages of a kernel still work, they only check less */

static void fill(const char *path, size_t bytes)
{
    uint8_t *block = malloc(bytes);
    memset(block, 'x', bytes);
    write_file(path, block, bytes);
    free(block);
}

static size_t count_x(const uint8_t *map, size_t bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++)
        count += map[i] == 'x';
    return count;
}

static void open_file(struct input *in, struct input_file *file, const char *path)
{
    struct onset_error err;
    *file = (struct input_file){.path = (char *)path, .name = (char *)path};
    cr_assert_eq(input_open(in, file, &err), 0, "%s", err.text);
}

Test(mapped, truncation_under_us_is_a_short_read)
{
    static const size_t left[] = {0, 1, PAGE, 5 * PAGE + 10, 19 * PAGE, 20 * PAGE + 99};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        const char *path = path_of("log");
        fill(path, 20 * PAGE + 100);
        struct input in;
        struct input_file file;
        open_file(&in, &file, path);
        cr_assert(in.map && in.map_bytes == 20 * PAGE + 100);
        cr_assert_eq(truncate(path, (off_t)left[i]), 0);
        cr_assert_eq(count_x(in.map, in.map_bytes), left[i]);
        bool short_read = false;
        input_close(&in, &short_read);
        cr_assert(short_read, "cut to %zu", left[i]);
    }
}

/* What was read before the cut is still told, and what has come back since is a hole all the same. */
Test(mapped, truncated_and_grown_again)
{
    const char *path = path_of("log");
    fill(path, 20 * PAGE);
    struct input in;
    struct input_file file;
    open_file(&in, &file, path);
    cr_assert_eq(truncate(path, 2 * PAGE), 0);
    cr_assert_eq(count_x(in.map, in.map_bytes), 2 * PAGE);
    fill(path, 20 * PAGE);
    bool short_read = false;
    input_close(&in, &short_read);
    cr_assert(short_read);
}

Test(mapped, an_undisturbed_file_is_not_short)
{
    const char *path = path_of("log");
    fill(path, 3 * PAGE + 7);
    struct input in;
    struct input_file file;
    open_file(&in, &file, path);
    bool short_read = true;
    cr_assert_eq(count_x(in.map, in.map_bytes), in.map_bytes);
    input_release(&in, 0, PAGE + 1);
    input_release(&in, PAGE + 1, in.map_bytes);
    input_release(&in, 5, 5);
    input_release(&in, 0, SIZE_MAX);
    cr_assert_eq(count_x(in.map, in.map_bytes), in.map_bytes, "released pages come back");
    input_close(&in, &short_read);
    cr_assert_not(short_read);
    input_close(NULL, NULL);
}

/* Read by several threads while it shrinks. */
static void *read_map(void *argument)
{
    const struct input *in = argument;
    size_t seen = 0;
    for (int round = 0; round < 5; round++)
        seen += count_x(in->map, in->map_bytes);
    return (void *)seen;
}

Test(mapped, many_readers)
{
    const char *path = path_of("log");
    fill(path, 512 * PAGE);
    struct input in;
    struct input_file file;
    open_file(&in, &file, path);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, read_map, &in), 0);
    for (off_t pages = 512; pages-- > 0;)
        cr_assert_eq(truncate(path, pages * PAGE), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    bool short_read = false;
    input_close(&in, &short_read);
    cr_assert(short_read);
}

/* More maps than the table holds: the rest is read. */
Test(mapped, table_full)
{
    const char *path = path_of("log");
    write_file(path, "hello\n", 6);
    enum { MANY = MAPPED_SLOTS + 3 };
    static struct input inputs[MANY];
    static struct input_file file;
    size_t mapped = 0;
    for (size_t i = 0; i < MANY; i++) {
        open_file(&inputs[i], &file, path);
        mapped += inputs[i].map != NULL;
    }
    cr_assert_eq(mapped, MAPPED_SLOTS);
    uint8_t buffer[10];
    struct onset_error err;
    for (size_t i = 0; i < MANY; i++) {
        cr_assert_eq(input_read(&inputs[i], buffer, sizeof buffer, &err), 6);
        cr_assert_eq(input_read(&inputs[i], buffer, sizeof buffer, &err), 0);
        input_close(&inputs[i], NULL);
    }
    open_file(&inputs[0], &file, path);
    cr_assert(inputs[0].map, "slots are given back");
    input_close(&inputs[0], NULL);
}

/* A fault elsewhere still kills, or goes to who was there before. */
static void exit_7(int signal_number)
{
    (void)signal_number;
    _exit(7);
}

static int die(bool handler, bool real)
{
    pid_t child = fork();
    if (child == 0) {
        signal(SIGBUS, handler ? exit_7 : SIG_DFL);
        const char *path = path_of("log");
        fill(path, 4 * PAGE);
        struct input in;
        struct input_file file;
        open_file(&in, &file, path);
        int fd = open(path, O_RDONLY);
        volatile uint8_t *other = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
        if (truncate(path, 0) != 0)
            _exit(1);
        if (count_x(in.map, in.map_bytes) != 0)
            _exit(2);
        if (real)
            _exit(other[0] + 3);
        raise(SIGBUS);
        _exit(4);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

Test(mapped, other_faults_are_not_swallowed)
{
    for (int real = 0; real < 2; real++) {
        int status = die(false, real);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS, "status %x", status);
        status = die(true, real);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7, "status %x", status);
    }
}
