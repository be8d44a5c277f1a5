/* kernel: how fast each kernel of this machine goes over a file, one core. Counts stand beside the times:
 * kernels that disagree on them are wrong.
 *
 *      kernel FILE [ROUNDS]
 *
 * Works as the engine does: 256 KiB at a time, first the line ends, then the fingerprints of those lines,
 * while the bytes are in the cache. Prints the median round. */
#include "pattern/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BLOCK_BYTES (256u << 10)
#define LINES_MAX   BLOCK_BYTES /* a line end takes a byte at least */
#define ROUNDS_MAX  99

struct work {
    uint32_t ends[LINES_MAX];
    struct span messages[LINES_MAX];
    uint64_t seeds[LINES_MAX];
    uint8_t scratch[BLOCK_BYTES + 64];
    struct survey survey;
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* one thread: other work on the machine counts less */
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t distinct(uint64_t *values, size_t count)
{
    size_t different = count != 0;
    qsort(values, count, sizeof *values, compare_u64);
    for (size_t i = 1; i < count; i++)
        different += values[i] != values[i - 1];
    return different;
}

static size_t messages_of(const uint8_t *block, const uint32_t *ends, size_t count, struct work *work)
{
    size_t start = 0;
    for (size_t i = 0; i < count; i++) {
        work->messages[i] = span_make(block + start, ends[i] - start);
        start = ends[i] + 1;
    }
    return start;
}

/* One pass over text, whose last byte is a newline; returns the number of lines. A line longer than a block
 * is cut. ret_fingerprints NULL: find the lines only. */
static size_t pass(const struct kernel *kernel, struct span text, struct work *work,
                   uint64_t *ret_fingerprints)
{
    size_t lines = 0;
    bool escapes = false;
    for (size_t at = 0; at < text.len;) {
        size_t left = text.len - at;
        const uint8_t *block = text.ptr + at;
        if (ret_fingerprints && kernel->survey) {
            kernel->survey(block, left < SURVEY_BYTES ? left : SURVEY_BYTES, &work->survey);
            size_t count = work->survey.count, used = messages_of(block, work->survey.ends, count, work);
            if (count) {
                kernel->fingerprint(&work->survey, work->messages, work->seeds, count, work->scratch,
                                    ret_fingerprints + lines);
                lines += count;
                at += used;
                continue;
            }
        }
        size_t size = left < BLOCK_BYTES ? left : BLOCK_BYTES;
        size_t count = kernel->lines(block, size, work->ends, LINES_MAX, &escapes);
        if (count == 0)
            work->ends[count++] = (uint32_t)size - 1;
        if (ret_fingerprints) {
            messages_of(block, work->ends, count, work);
            kernel->fingerprint(NULL, work->messages, work->seeds, count, work->scratch,
                                ret_fingerprints + lines);
        }
        lines += count;
        at += work->ends[count - 1] + 1;
    }
    return lines;
}

static double median_ns(const struct kernel *kernel, struct span text, struct work *work,
                        uint64_t *ret_fingerprints, size_t rounds, size_t *ret_lines)
{
    uint64_t ns[ROUNDS_MAX];
    for (size_t i = 0; i < rounds; i++) {
        uint64_t start = now_ns();
        *ret_lines = pass(kernel, text, work, ret_fingerprints);
        ns[i] = now_ns() - start;
    }
    qsort(ns, rounds, sizeof *ns, compare_u64);
    return (double)ns[rounds / 2];
}

static void *need(void *memory)
{
    if (!memory) {
        fprintf(stderr, "kernel: out of memory\n");
        exit(2);
    }
    return memory;
}

/* The whole file, with a newline added when the last line has none. */
static struct span read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    size_t size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = need(malloc(size + 1));
    size = fread(bytes, 1, size, file);
    fclose(file);
    if (size == 0 || bytes[size - 1] != '\n')
        bytes[size++] = '\n';
    return span_make(bytes, size);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: kernel FILE [ROUNDS]\n");
        return 2;
    }
    size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 5;
    if (rounds < 1 || rounds > ROUNDS_MAX)
        rounds = 5;
    struct span text = read_file(argv[1]);
    struct work *work = need(calloc(1, sizeof *work));

    printf("%-8s %10s %12s %9s %9s %9s %9s %9s\n", "kernel", "lines", "bytes", "lines GB/s", "ns/line",
           "GB/s", "distinct", "agrees");
    static const char *const names[] = {"scalar", "avx2", "avx512"};
    size_t first_distinct = 0;
    uint64_t *fingerprints = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct onset_error err;
        const struct kernel *kernel = kernel_choose(names[i], &err);
        if (!kernel)
            continue;
        size_t lines;
        double lines_ns = median_ns(kernel, text, work, NULL, rounds, &lines);
        if (!fingerprints)
            fingerprints = need(malloc(lines * sizeof *fingerprints));
        double ns = median_ns(kernel, text, work, fingerprints, rounds, &lines);
        size_t different = distinct(fingerprints, lines);
        if (i == 0)
            first_distinct = different;
        printf("%-8s %10zu %12zu %10.2f %9.1f %9.2f %9zu %9s\n", kernel->name, lines, text.len,
               (double)text.len / lines_ns, ns / (double)lines, (double)text.len / ns, different,
               different == first_distinct ? "yes" : "NO");
    }
    free(fingerprints);
    free(work);
    free((void *)text.ptr);
    return 0;
}
