/* kernels: what the tests of kernels share: those that run here, memory that ends at a page that may not be
 * touched, and text of all kinds. */
#ifndef ONSET_TESTS_PATTERN_KERNELS_H
#define ONSET_TESTS_PATTERN_KERNELS_H

#include "pattern/kernel.h"
#include "pattern/mask_hash.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SHORT_MAX   300
#define MESSAGE_MAX 5000
#define OFFSETS     64
#define KERNELS_MAX 3

static inline size_t kernels_here(const struct kernel *ret_kernels[KERNELS_MAX])
{
    static const char *const names[KERNELS_MAX] = {"scalar", "avx2", "avx512"};
    struct onset_error err;
    size_t count = 0;
    for (size_t i = 0; i < KERNELS_MAX; i++) {
        const struct kernel *kernel = kernel_choose(names[i], &err);
        if (kernel)
            ret_kernels[count++] = kernel;
    }
    return count;
}

/* Room for size bytes between two guard pages: [first, end), whole pages. */
struct room {
    uint8_t *map, *first, *end;
};

static inline struct room room_new(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inside = (size + page - 1) / page * page + page;
    uint8_t *map = mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(map, MAP_FAILED);
    cr_assert_eq(mprotect(map + page, inside, PROT_READ | PROT_WRITE), 0);
    return (struct room){map, map + page, map + page + inside};
}

static inline void room_free(struct room room)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap(room.map, (size_t)(room.end - room.map) + page);
}

static uint64_t random_state;

static inline uint32_t random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

/* Alphabets. */

static inline size_t put(uint8_t *p, size_t at, size_t n, const char *piece)
{
    for (; *piece && at < n; piece++)
        p[at++] = (uint8_t)*piece;
    return at;
}

static inline void fill_log(uint8_t *p, size_t n)
{
    static const char *const pieces[] = {
        "status=502",
        "\" 404 ",
        "exit code: 7",
        "errno (13)",
        "HTTP: [200",
        "signal,9",
        "code \"1",
        "status=50212",
        "\" 604 ",
        " ",
        "  ",
        " \t",
        "took 12ms",
        "10.0.0.1:8080",
        "/var/log/app.log",
        "blk_-1608999687919862906",
        "user",
        "[main]",
        "2026-08-07T14:31:05.123Z",
        "\xc3\xa9t\xc3\xa9",
        "=",
        ": ",
        ", ",
        "(",
        ")",
        "connection refused",
        "0x7f3a",
        "exit ",
        "7",
        "123",
        "1234",
        "12345",
        "e",
        "t",
        "\"",
        "Status: 503",
        "STATUS:  404",
        "a1b2-c3d4",
        "HTTP/1.1 503 ",
        " 0/1001/-1/-1/1001 503 ",
        "/30",
        " 200",
        "SQLSTATE[HY000]",
        "sqlstate: 57P01",
        "errno=-1",
        "exit -",
        "-12 ",
        "-1",
        "\r",
        "57P0",
    };
    for (size_t at = 0; at < n;)
        at = put(p, at, n, pieces[random_below(sizeof pieces / sizeof *pieces)]);
}

static inline void fill_from(uint8_t *p, size_t n, const char *letters)
{
    size_t count = strlen(letters);
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)letters[random_below((uint32_t)count)];
}

static inline void fill_digits(uint8_t *p, size_t n)
{
    fill_from(p, n, "0123456789");
}

static inline void fill_blanks(uint8_t *p, size_t n)
{
    fill_from(p, n, " \t");
}

static inline void fill_names(uint8_t *p, size_t n)
{
    fill_from(p, n, "123  ==::\"([,exitcode");
}

static inline void fill_spaced(uint8_t *p, size_t n)
{
    fill_from(p, n, "1235  ///-.httpP");
}

static inline void fill_states(uint8_t *p, size_t n)
{
    for (size_t at = 0; at < n;)
        at = put(p, at, n,
                 (const char *const[]){"sqlstate", "SQLState", "=", " ", "[", "HY000", "5", "P", "-", "state",
                                       "a"}[random_below(11)]);
}

static inline void fill_clean(uint8_t *p, size_t n)
{
    fill_from(p, n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-. /()<>");
}

static inline void fill_bytes(uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)random_below(256);
}

/* Tokens of 1 to 200 bytes, half of them with one digit somewhere, one or two delimiters between. */
static inline void fill_long_tokens(uint8_t *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t start = at, len = 1 + random_below(200);
        for (; at < n && at < start + len; at++)
            p[at] = (uint8_t)("abcxyz_-.\xc3"[random_below(10)]);
        if (random_below(2))
            p[start + random_below((uint32_t)(at - start))] = '5';
        if (at < n)
            p[at++] = (uint8_t)(" \t/="[random_below(4)]);
        if (at < n && random_below(2))
            p[at++] = ' ';
    }
}

/* Runs of digits, blanks, letters, and others, 1 to 80 bytes each: borders of runs at all places in a block.
 */
static inline void fill_runs(uint8_t *p, size_t n)
{
    static const char *const of[] = {"0123456789", " \t", "abc_-.", "/:=()"};
    for (size_t at = 0; at < n;) {
        size_t len = 1 + random_below(random_below(2) ? 80 : 5);
        len = len < n - at ? len : n - at;
        fill_from(p + at, len, of[random_below(4)]);
        at += len;
    }
}

static inline void fill_one_blank(uint8_t *p, size_t n)
{
    fill_from(p, n, "ab");
    if (n)
        p[random_below((uint32_t)n)] = ' ';
}

static const struct alphabet {
    const char *name;
    void (*fill)(uint8_t *p, size_t n);
} alphabets[] = {
    {"log", fill_log},     {"digits", fill_digits},       {"blanks", fill_blanks},
    {"names", fill_names}, {"spaced", fill_spaced},       {"states", fill_states},
    {"clean", fill_clean}, {"bytes", fill_bytes},         {"long tokens", fill_long_tokens},
    {"runs", fill_runs},   {"one blank", fill_one_blank},
};
#define ALPHABETS (sizeof alphabets / sizeof *alphabets)

#endif
