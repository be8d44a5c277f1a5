/* The kernels against the scalar one, as a program that needs nothing but the kernels: neon.sh runs it under
 * an emulator for a processor that is not here. test_kernel.c says what the scalar kernel must do. */
#include "pattern/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define LENGTH_MAX 400
#define MESSAGES   60000

static uint64_t random_state = 7;

static uint32_t below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

static void fill(uint8_t *p, size_t n)
{
    static const char *const pieces[] = {"status=502 ",
                                         "\" 404 ",
                                         "exit code: 7",
                                         "errno (13) ",
                                         "HTTP: [200] ",
                                         "a1 ",
                                         "word ",
                                         "  \t ",
                                         "10.0.0.1:80 ",
                                         "/x/y-9/z ",
                                         "\xc3\xa9t\xc3\xa9 ",
                                         "\n",
                                         "\x1b[0m",
                                         "signal,9 ",
                                         "0123456789abcdef",
                                         "----...___",
                                         "=\"",
                                         "(:"};
    for (size_t at = 0; at < n;) {
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
        for (; *piece && at < n; piece++)
            p[at++] = below(40) ? (uint8_t)*piece : (uint8_t)below(256);
    }
}

static int check(const struct kernel *kernel)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *map = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(map, page, PROT_NONE) || mprotect(map + 2 * page, page, PROT_NONE))
        return 1;
    static uint8_t out[2][LENGTH_MAX + 64], scratch[LENGTH_MAX + 64];
    static uint32_t ends[2][LENGTH_MAX];
    for (size_t i = 0; i < MESSAGES; i++) {
        size_t n = below(LENGTH_MAX);
        uint8_t *p = i % 2 ? map + page : map + 2 * page - n; /* flush with a page that cannot be read */
        fill(p, n);
        uint64_t seed = i, prints[2];
        struct span message = {p, n};
        size_t a = kernel_scalar.mask(p, n, out[0]), b = kernel->mask(p, n, out[1]);
        kernel_scalar.fingerprint(NULL, &message, &seed, 1, scratch, &prints[0]);
        kernel->fingerprint(NULL, &message, &seed, 1, scratch, &prints[1]);
        bool escapes[2] = {false, false};
        size_t cap = i % 3 ? LENGTH_MAX : 1 + below(80);
        size_t c = kernel_scalar.lines(p, n, ends[0], cap, &escapes[0]);
        size_t d = kernel->lines(p, n, ends[1], cap, &escapes[1]);
        if (a != b || memcmp(out[0], out[1], a) != 0 || prints[0] != prints[1] || c != d ||
            memcmp(ends[0], ends[1], c * sizeof **ends) != 0 || escapes[0] != escapes[1]) {
            printf("not ok - %s differs from scalar at message %zu of %zu bytes: '%.*s'\n", kernel->name, i,
                   n, (int)n, p);
            return 1;
        }
        static struct survey survey;
        if (!kernel->survey || !n)
            continue;
        size_t from = below(n), part = below(n - from + 1);
        kernel->survey(p, n, &survey);
        kernel_scalar.lines(p, n, ends[0], LENGTH_MAX, &escapes[0]);
        message = (struct span){p + from, part};
        kernel_scalar.fingerprint(NULL, &message, &seed, 1, scratch, &prints[0]);
        kernel->fingerprint(&survey, &message, &seed, 1, scratch, &prints[1]);
        if (prints[0] != prints[1] || memcmp(survey.ends, ends[0], survey.count * sizeof *survey.ends) != 0) {
            printf("not ok - %s: the survey differs at message %zu of %zu bytes: '%.*s'\n", kernel->name, i,
                   n, (int)n, p);
            return 1;
        }
    }
    munmap(map, 3 * page);
    printf("ok - %s agrees with scalar on %d messages\n", kernel->name, MESSAGES);
    return 0;
}

int main(void)
{
    static const char *const names[] = {"scalar", "avx2", "avx512", "neon"};
    struct onset_error err;
    int failed = 0, checked = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct kernel *kernel = kernel_choose(names[i], &err);
        if (kernel && ++checked)
            failed |= check(kernel);
    }
    return failed || !checked;
}
