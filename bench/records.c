/* records: what the record stage alone takes, one core: lines -> time, level, writer, message, record. Counts
 * stand beside the times: kernels that disagree on them are wrong.
 *
 *      records NAME FILE [ROUNDS]              ONSET_CPU chooses the kernel
 *
 * Works as the engine does: 16 KB at a time, first the line ends, then those lines, while the bytes are in
 * the cache. A round that looks for line ends alone is taken off. Prints one line with the median of the
 * rounds. */
#include "pattern/kernel.h"
#include "record/join.h"
#include "record/line.h"
#include "record/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BLOCK_BYTES = 16 << 10, HEAD_BYTES = 64 << 10, BATCH_LINES = 256, ROUNDS_MAX = 99 };

struct counts {
    uint64_t lines, records, timed, levelled, message_bytes;
};

struct stage {
    const struct kernel *kernel;
    struct line_reader reader;
    struct join join;
    int64_t last_ns;
    unsigned batch;
    struct counts counts;
    uint32_t ends[BLOCK_BYTES];
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

/* What scanner.c does with a line before it goes to a batch, with one writer. */
static void read_line(struct stage *stage, const uint8_t *p, size_t n)
{
    enum { WRITER = 1 };
    struct counts *counts = &stage->counts;
    struct line_text text;
    struct line line;
    counts->lines++;
    if (++stage->batch == BATCH_LINES) {
        line_reader_recycle(&stage->reader);
        stage->batch = 0;
    }
    if (line_parse_text(&stage->reader, span_make(p, n), &text) &&
        join_text(&stage->join, text.message, text.flags & LINE_ENVELOPE, true, WRITER, text.time_ns)) {
        counts->timed++;
        counts->records++;
        counts->levelled += text.flags & (LINE_JSON | LINE_LOGFMT) && text.severity;
        counts->message_bytes += text.message.len;
        stage->last_ns = text.time_ns;
        return;
    }
    if (!line_parse(&stage->reader, span_make(p, n), &line) || line.flags & LINE_EMPTY)
        return;
    if (line.time_ns != TIME_NONE)
        stage->last_ns = line.time_ns;
    counts->timed += line.time_ns != TIME_NONE;
    counts->levelled += line.severity != 0;
    counts->message_bytes += line.message.len;
    counts->records +=
        join_next(&stage->join, &line, WRITER, stage->last_ns, stage->reader.stamped) == JOINED_RECORD;
}

/* One pass over text, whose last byte is a newline. lines_only: find their ends, no more. */
static void pass(struct stage *stage, struct span text, bool lines_only)
{
    bool escapes;
    for (size_t at = 0; at < text.len;) {
        const uint8_t *block = text.ptr + at;
        size_t size = text.len - at < BLOCK_BYTES ? text.len - at : BLOCK_BYTES, start = 0;
        escapes = false;
        size_t count = stage->kernel->lines(block, size, stage->ends, BLOCK_BYTES, &escapes);
        stage->reader.may_escape = escapes;
        if (count == 0) { /* a longer line */
            const uint8_t *end = memchr(block + size, '\n', text.len - at - size);
            stage->ends[count++] = (uint32_t)(end - block);
            stage->reader.may_escape = true;
        }
        for (size_t i = 0; i < count && !lines_only; i++) {
            read_line(stage, block + start, stage->ends[i] - start);
            start = stage->ends[i] + 1;
        }
        at += stage->ends[count - 1] + 1;
    }
}

static uint64_t median_ns(struct stage *stage, struct span text, bool lines_only, size_t rounds)
{
    uint64_t ns[ROUNDS_MAX];
    for (size_t i = 0; i < rounds; i++) {
        line_reader_rewind(&stage->reader);
        stage->join = (struct join){.last_ns = TIME_NONE};
        stage->counts = (struct counts){0};
        uint64_t start = now_ns();
        pass(stage, text, lines_only);
        ns[i] = now_ns() - start;
    }
    qsort(ns, rounds, sizeof *ns, compare_u64);
    return ns[rounds / 2];
}

static void *need(void *memory)
{
    if (!memory) {
        fprintf(stderr, "records: out of memory\n");
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
    if (argc < 3) {
        fprintf(stderr, "usage: records NAME FILE [ROUNDS]\n");
        return 2;
    }
    size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 5;
    if (rounds < 1 || rounds > ROUNDS_MAX)
        rounds = 5;
    struct span text = read_file(argv[2]);
    struct stage *stage = need(calloc(1, sizeof *stage));
    struct onset_error err;
    stage->kernel = kernel_choose(getenv("ONSET_CPU"), &err);
    if (!stage->kernel) {
        fprintf(stderr, "records: no kernel '%s' here\n", getenv("ONSET_CPU"));
        return 2;
    }
    struct stamp_context context = {.reference_ns = 1800000000 * NS_PER_SECOND};
    line_reader_init(&stage->reader, &context);
    line_reader_learn(&stage->reader, span_make(text.ptr, text.len < HEAD_BYTES ? text.len : HEAD_BYTES));
    uint64_t without = median_ns(stage, text, true, rounds), with = median_ns(stage, text, false, rounds);
    double ns = with > without ? (double)(with - without) : 1;
    const struct counts *c = &stage->counts;
    printf("%-8s %-8s %9llu %9llu %9llu %9llu %9.1f %9.1f %8.1f %7.2f\n", argv[1], marks_kernel()->name,
           (unsigned long long)c->lines, (unsigned long long)c->records, (unsigned long long)c->timed,
           (unsigned long long)c->levelled, (double)text.len / (double)c->lines,
           (double)c->message_bytes / (double)c->lines, ns / (double)c->lines, (double)text.len / ns);
    line_reader_done(&stage->reader);
    free(stage);
    free((void *)text.ptr);
    return 0;
}
