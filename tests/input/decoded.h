/* decoded: what input gives for a file, by every route. */
#ifndef ONSET_TESTS_INPUT_DECODED_H
#define ONSET_TESTS_INPUT_DECODED_H

#include "input/files.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

struct outcome {
    struct text text;
    int opened, ended; /* what input_open and the last input_read returned */
    struct onset_error err;
    struct input input; /* after it was closed: only bytes_raw is of use */
};

/* Everything that is in a file, read `size` bytes at a time; peek_bytes are peeked at before each of the
 * first reads. */
static inline struct outcome take(const char *path, size_t size, size_t peek_bytes)
{
    struct outcome o = {0};
    struct input_file file = {.path = (char *)path, .name = (char *)"x"};
    uint8_t *buffer = malloc(size), *peeked = malloc(peek_bytes + 1);
    o.opened = input_open(&o.input, &file, &o.err);
    if (o.opened == 0) {
        ssize_t n, p;
        size_t reads = 0;
        do {
            struct onset_error ignored;
            p = peek_bytes && reads++ < 50 ? input_peek(&o.input, peeked, peek_bytes, &ignored) : -2;
            n = input_read(&o.input, buffer, size, &o.err);
            if (n > 0 && p != -2) {
                size_t both = n < p ? (size_t)n : (size_t)p;
                cr_assert(p > 0 && memcmp(buffer, peeked, both) == 0, "peek and read differ");
            }
            if (n > 0)
                text_add(&o.text, buffer, (size_t)n);
        } while (n > 0);
        o.ended = (int)n;
        cr_assert_eq(input_read(&o.input, buffer, size, &o.err), n, "the end stays the end");
        input_close(&o.input, NULL);
    }
    free(buffer);
    free(peeked);
    return o;
}

/* The same through a FIFO, fed by a child `step` bytes at a time. */
static inline struct outcome take_fed(struct span bytes, size_t step, size_t size, size_t peek_bytes)
{
    const char *path = path_of("fifo");
    remove(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_IGN);
        int fd = open(path, O_WRONLY);
        for (size_t at = 0; at < bytes.len; at += step) {
            size_t n = bytes.len - at < step ? bytes.len - at : step;
            if (write(fd, bytes.ptr + at, n) < 0)
                break;
        }
        _exit(0);
    }
    struct outcome o = take(path, size, peek_bytes);
    waitpid(child, NULL, 0);
    return o;
}

/* packed, by every route, gives plain, and ends so. */
static inline void check_all(const char *what, struct span packed, struct span plain, int ended,
                             const char *reason)
{
    static const struct {
        size_t read, peek, feed; /* feed 0: a regular file */
    } routes[] = {{1 << 20, 0, 0}, {1000, 0, 0},    {4096, 512, 0},  {100, 70000, 0},
                  {7, 3, 0},       {1 << 16, 0, 7}, {900, 600, 4000}};
    write_file(path_of("file"), packed.ptr, packed.len);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        struct outcome o = routes[i].feed ? take_fed(packed, routes[i].feed, routes[i].read, routes[i].peek)
                                          : take(path_of("file"), routes[i].read, routes[i].peek);
        cr_assert_eq(o.opened, 0, "%s, route %zu: %s", what, i, o.err.text);
        cr_assert(span_equal(text_span(&o.text), plain), "%s, route %zu: %zu bytes, not %zu", what, i,
                  o.text.len, plain.len);
        cr_assert_eq(o.ended, ended, "%s, route %zu: %s", what, i, o.err.text);
        if (reason)
            cr_assert_str_eq(o.err.text, reason, "%s, route %zu: %s", what, i, o.err.text);
        cr_assert(packed.len == 0 || o.input.bytes_raw == packed.len || o.input.bytes_raw == 0 || ended < 0);
        text_done(&o.text);
    }
}

#endif
