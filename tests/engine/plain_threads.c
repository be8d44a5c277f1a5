/* The public API with 1, 2 and 4 workers on a folder of every format, several sessions at once: equal
 * reports. A program of its own, because Criterion does not start under ThreadSanitizer: make CONFIG=tsan
 * build/tsan/tests/engine/plain_threads */
#include "generate.h"
#include "onset.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct report {
    char *bytes;
    size_t length;
};

struct run {
    const char *folder;
    int threads;
    size_t chunk_bytes;
    struct report report;
    atomic_int progressed;
};

static int take(void *context, const char *bytes, size_t length)
{
    struct report *report = context;
    report->bytes = realloc(report->bytes, report->length + length + 1);
    if (!report->bytes)
        abort();
    memcpy(report->bytes + report->length, bytes, length);
    report->length += length;
    return 0;
}

static void on_progress(void *context, uint64_t bytes_done, uint64_t bytes_total)
{
    struct run *run = context;
    run->progressed += bytes_done <= bytes_total;
}

static void *scan(void *argument)
{
    struct run *run = argument;
    struct onset_error err;
    struct onset_config config = {.threads = run->threads,
                                  .chunk_bytes = run->chunk_bytes,
                                  .now_ns = 1786200000LL * 1000000000,
                                  .top = 1000,
                                  .progress = on_progress,
                                  .context = run};
    struct onset *session = onset_new(&config, &err);
    if (!session || onset_add(session, run->folder, ONSET_LOGS, &err) != 0 ||
        onset_scan(session, &err) != 0 || onset_report(session, ONSET_JSON, take, &run->report, &err) != 0) {
        printf("not ok - scan with %d threads: %s\n", run->threads, err.text);
        exit(1);
    }
    onset_free(session);
    return NULL;
}

int main(void)
{
    char folder[] = "/tmp/onset-threads-XXXXXX", path[128];
    if (!mkdtemp(folder))
        return 2;
    for (size_t i = 0; i < GENERATE_KINDS; i++) {
        snprintf(path, sizeof path, "%s/%s.log", folder, generate_kinds[i].name);
        FILE *out = fopen(path, "w");
        if (!out)
            return 2;
        generate(out, i, 3, 200000);
        fclose(out);
    }
    struct run runs[] = {{folder, 1, 0, {0}, 0},     {folder, 2, 0, {0}, 0},     {folder, 4, 0, {0}, 0},
                         {folder, 4, 16384, {0}, 0}, {folder, 2, 50000, {0}, 0}, {folder, 1, 16384, {0}, 0}};
    enum { RUNS = sizeof runs / sizeof *runs };
    pthread_t threads[RUNS];
    for (size_t i = 0; i < RUNS; i++) /* the last two at the same time, each with workers of its own */
        if (i < RUNS - 2)
            scan(&runs[i]);
        else if (pthread_create(&threads[i], NULL, scan, &runs[i]) != 0)
            return 2;
    pthread_join(threads[RUNS - 2], NULL);
    pthread_join(threads[RUNS - 1], NULL);
    int failures = 0;
    for (size_t i = 1; i < RUNS; i++) {
        bool same = runs[i].report.length == runs[0].report.length && runs[0].report.length > 1000 &&
                    memcmp(runs[i].report.bytes, runs[0].report.bytes, runs[0].report.length) == 0;
        printf("%s - %d threads, chunks of %zu\n", same ? "ok" : "not ok", runs[i].threads,
               runs[i].chunk_bytes);
        failures += !same;
    }
    for (size_t i = 0; i < RUNS; i++)
        free(runs[i].report.bytes);
    for (size_t i = 0; i < GENERATE_KINDS; i++) {
        snprintf(path, sizeof path, "%s/%s.log", folder, generate_kinds[i].name);
        unlink(path);
    }
    rmdir(folder);
    return failures != 0;
}
