/* Whatever the cut, the number of workers, the kernel: one profile, byte for byte. Stricter than reports,
 * which show only what matters most. */
#include "engine/workers.h"

#include "engine/generate.h"
#include "input/files.h"
#include "profile/profile_file.h"

#include <criterion/criterion.h>

static void write_log(size_t kind, uint64_t seed, size_t bytes)
{
    char name[64];
    snprintf(name, sizeof name, "%s-%u.log", generate_kinds[kind].name, (unsigned)seed);
    FILE *out = fopen(path_of(name), "w");
    cr_assert(out);
    generate(out, kind, seed, bytes);
    cr_assert_eq(fclose(out), 0);
}

struct way {
    const char *kernel;
    int threads;
    size_t chunk_bytes;
};

/* The canonical text of the profile of the folder, scanned that way. */
static void scan(const struct way *way, struct text *ret_text)
{
    struct onset_error err;
    const char *reason;
    struct profile profiles[2];
    struct plan plan = {0};
    profile_init(&profiles[0]);
    profile_init(&profiles[1]);
    cr_assert_eq(input_list_add(&plan.lists[0], folder, &err), 0, "%s", err.text);
    input_list_sort(&plan.lists[0]);
    plan_make(&plan, way->chunk_bytes, way->threads, 0, TIME_NONE, 1786200000LL * NS_PER_SECOND, true);
    struct work work = {.plan = &plan,
                        .kernel = kernel_choose(way->kernel, &err),
                        .threads = way->threads,
                        .profiles = profiles};
    work_run(&work);
    cr_expect(profile_validate(&profiles[0], &reason), "%s", reason);
    text_init(ret_text, 0);
    profile_write(&profiles[0], ret_text);
    plan_done(&plan);
    profile_done(&profiles[0]);
    profile_done(&profiles[1]);
}

/* The first line in which they differ, for the message. */
static void tell(const char *what, const struct way *way, const struct text *a, const struct text *b)
{
    size_t at = 0, line = 0;
    for (size_t i = 0; i < a->len && i < b->len && a->ptr[i] == b->ptr[i]; i++)
        if (a->ptr[i] == '\n')
            line = i + 1;
    for (at = line; at < a->len && a->ptr[at] != '\n';)
        at++;
    size_t end = line;
    while (end < b->len && b->ptr[end] != '\n')
        end++;
    cr_expect_fail("%s: %s, %d threads, chunks of %zu:\n  %.*s\nnot\n  %.*s", what,
                   way->kernel ? way->kernel : "", way->threads, way->chunk_bytes, (int)(end - line),
                   (const char *)b->ptr + line, (int)(at - line), (const char *)a->ptr + line);
}

static void all_ways_agree(const char *what, const struct way *ways, size_t count)
{
    struct text first, other;
    scan(&ways[0], &first);
    cr_expect_gt(first.len, 1000, "%s", what);
    for (size_t i = 1; i < count; i++) {
        scan(&ways[i], &other);
        if (first.len != other.len || memcmp(first.ptr, other.ptr, first.len) != 0)
            tell(what, &ways[i], &first, &other);
        text_done(&other);
    }
    text_done(&first);
}

TestSuite(scan, .init = folder_make, .fini = folder_remove, .timeout = 120);

Test(scan, each_format_however_cut)
{
    static const struct way ways[] = {{"scalar", 1, SIZE_MAX}, {NULL, 1, 4096},  {NULL, 1, 4097},
                                      {NULL, 1, 7001},         {NULL, 1, 65536}, {NULL, 2, 10007},
                                      {NULL, 4, 30011}};
    for (size_t kind = 0; kind < GENERATE_KINDS; kind++)
        for (uint64_t seed = 1; seed < 3; seed++) {
            write_log(kind, seed, 150000);
            all_ways_agree(generate_kinds[kind].name, ways, sizeof ways / sizeof *ways);
            folder_remove();
            folder_make();
        }
}

Test(scan, all_formats_together)
{
    static const struct way ways[] = {
        {"scalar", 1, SIZE_MAX}, {NULL, 1, 100003}, {NULL, 2, 65536}, {NULL, 4, 50021}};
    for (size_t kind = 0; kind < GENERATE_KINDS; kind++)
        write_log(kind, 7, 300000);
    all_ways_agree("all", ways, sizeof ways / sizeof *ways);
}

Test(scan, more_patterns_than_a_profile_keeps)
{
    static const struct way ways[] = {
        {"scalar", 1, SIZE_MAX}, {NULL, 1, 300007}, {NULL, 2, 500009}, {NULL, 4, 100003}};
    write_log(GENERATE_KINDS - 1, 1, 2000000);
    write_log(GENERATE_KINDS - 1, 2, 2000000);
    all_ways_agree("flood", ways, sizeof ways / sizeof *ways);
}
