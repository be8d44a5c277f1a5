/* What templates cost: distinct masked messages into template_merge, at 1,000, 10,000 and 100,000 of them.
 *
 *     cc -O2 -std=c17 -D_GNU_SOURCE -Iinclude -Isrc -o templates_cost bench/templates_cost.c libonset.a &&
 * ./templates_cost
 *
 * Two mixes: "mixed", a log of many events with names and free text in them, and "unique", where no two
 * messages have anything in common. Prints milliseconds of the processor, the growth of the peak of memory,
 * templates, and the cost per message relative to the line before: n log n is about 1.2 to 1.3 a step of ten.
 */
#include "pattern/kernel.h"
#include "pattern/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static uint64_t random_state = 7;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

static void add_word(struct arena *arena, char *out, size_t *n)
{
    (void)arena;
    size_t len = 3 + random_below(7);
    for (size_t i = 0; i < len; i++)
        out[(*n)++] = (char)('a' + random_below(26));
}

/* One of 500 events of 8 to 20 words, one or two of them names; the event's words come from its number. */
static size_t mixed(char *out)
{
    uint32_t event = random_below(500);
    size_t n = (size_t)sprintf(out, "ERROR [worker-%c] com.shop.Service: ", MASK_BYTE);
    uint64_t kept = random_state;
    random_state = event + 1;
    size_t words = 8 + random_below(12), slot = 1 + random_below(6);
    for (size_t w = 0; w < words; w++) {
        if (w == slot || w == slot + 3) {
            uint64_t own = random_state;
            random_state = kept;
            add_word(NULL, out, &n);
            kept = random_state;
            random_state = own;
        } else if (w % 4 == 3) {
            out[n++] = MASK_BYTE;
        } else {
            add_word(NULL, out, &n);
        }
        out[n++] = ' ';
    }
    random_state = kept;
    return n - 1;
}

static size_t unique(char *out)
{
    size_t n = 0, words = 6 + random_below(14);
    for (size_t w = 0; w < words; w++) {
        add_word(NULL, out, &n);
        out[n++] = ' ';
    }
    return n - 1;
}

static int compare_input(const void *a, const void *b)
{
    return span_compare(((const struct template_input *)a)->masked,
                        ((const struct template_input *)b)->masked);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double run(const char *mix, size_t (*make)(char *out), size_t count, double before)
{
    struct arena arena = {0};
    struct template_input *inputs = memory_alloc(count * sizeof *inputs);
    uint32_t *ids = memory_alloc(count * sizeof *ids);
    struct span *texts = memory_alloc(count * sizeof *texts);
    char text[1024];
    for (size_t i = 0; i < count; i++)
        inputs[i] = (struct template_input){1, 1, arena_copy(&arena, span_make(text, make(text)))};
    qsort(inputs, count, sizeof *inputs, compare_input);
    struct rusage start, end;
    getrusage(RUSAGE_SELF, &start);
    double from = seconds();
    template_merge(inputs, count, NULL, &arena, ids, texts);
    double ms = (seconds() - from) * 1e3;
    getrusage(RUSAGE_SELF, &end);
    size_t templates = 0;
    for (size_t i = 0; i < count; i++)
        templates += ids[i] == i;
    double each = ms / (double)count;
    printf("%-8s %8zu messages %9.1f ms %7.1f MB %8zu templates", mix, count, ms,
           (double)(end.ru_maxrss - start.ru_maxrss) / 1024, templates);
    printf(before > 0 ? "   x%.2f a message\n" : "\n", each / before);
    arena_done(&arena);
    free(inputs);
    free(ids);
    free(texts);
    return each;
}

int main(void)
{
    for (int mix = 0; mix < 2; mix++) {
        double each = 0;
        for (size_t count = 1000; count <= 100000; count *= 10)
            each = run(mix ? "unique" : "mixed", mix ? unique : mixed, count, each);
    }
    return 0;
}
