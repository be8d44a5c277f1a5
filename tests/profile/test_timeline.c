/* A timeline is a function of the seconds it was given, never of their order or grouping. */
#include "profile/timeline.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 7;

static uint32_t below(uint32_t n)
{
    uint64_t x = random_state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((x ^ x >> 31) % n);
}

static void check(const struct timeline *t)
{
    const char *reason;
    cr_assert(timeline_validate(t, &reason), "%s", reason);
}

static bool equal(const struct timeline *a, const struct timeline *b)
{
    return a->count == b->count && a->shift == b->shift &&
           (a->count == 0 || memcmp(a->bins, b->bins, a->count * sizeof *a->bins) == 0);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Seconds in clumps of some width, over some range. */
static size_t make_seconds(uint32_t *seconds, size_t max)
{
    static const uint32_t ranges[] = {1, 30, 400, 86400, 90 * 86400, UINT32_MAX};
    size_t n = 1 + below((uint32_t)max - 1);
    uint32_t range = ranges[below(6)], base = below(3) ? 1786113000u : 0;
    if (range == UINT32_MAX)
        base = 0;
    for (size_t i = 0; i < n; i++)
        seconds[i] = i && below(4) == 0 ? seconds[below((uint32_t)i)] : base + below(range);
    return n;
}

/* The smallest shift at which no more than cap bins are occupied, found the slow way. */
static unsigned naive_shift(const uint32_t *sorted, size_t n, size_t cap)
{
    for (unsigned shift = 0;; shift++) {
        size_t bins = 0;
        for (size_t i = 0; i < n; i++)
            bins += i == 0 || sorted[i] >> shift != sorted[i - 1] >> shift;
        if (bins <= cap)
            return shift;
    }
}

Test(timeline, shift_and_bins_are_canonical)
{
    static const uint16_t caps[] = {2, 3, 7, 64, 512};
    static uint32_t seconds[3000], sorted[3000];
    for (int round = 0; round < 400; round++) {
        uint16_t cap = caps[round % 5];
        size_t n = make_seconds(seconds, 3000);
        struct timeline t;
        timeline_init(&t, cap);
        for (size_t i = 0; i < n; i++) {
            timeline_add(&t, seconds[i]);
            if (i % 64 == 0)
                check(&t);
        }
        check(&t);
        memcpy(sorted, seconds, n * sizeof *seconds);
        qsort(sorted, n, sizeof *sorted, compare);
        cr_assert_eq(t.shift, naive_shift(sorted, n, cap), "shift %u", t.shift);
        size_t at = 0;
        for (uint16_t b = 0; b < t.count; b++) {
            uint32_t count = 0;
            for (; at < n && sorted[at] >> t.shift == t.bins[b].index; at++)
                count++;
            cr_assert_eq(t.bins[b].count, count, "bin %u holds %u, not %u", t.bins[b].index, t.bins[b].count,
                         count);
        }
        cr_assert_eq(at, n, "%zu seconds are in no bin", n - at);
        timeline_done(&t);
    }
}

Test(timeline, merge_has_no_order)
{
    enum { PARTS = 7 };
    static uint32_t seconds[3000];
    for (int round = 0; round < 300; round++) {
        uint16_t cap = round % 2 ? 64 : 5;
        size_t n = make_seconds(seconds, 3000);
        struct timeline whole, parts[PARTS], empty;
        timeline_init(&whole, cap);
        timeline_init(&empty, cap);
        for (int p = 0; p < PARTS; p++)
            timeline_init(&parts[p], cap);
        for (size_t i = 0; i < n; i++) {
            timeline_add(&whole, seconds[i]);
            timeline_add(&parts[below(PARTS)], seconds[i]);
        }
        for (int left = PARTS; left > 1;) { /* any two become one, until one is left */
            int a = (int)below((uint32_t)left), b = (int)below((uint32_t)left);
            if (a == b)
                continue;
            timeline_merge(&parts[a], &parts[b]);
            check(&parts[a]);
            timeline_done(&parts[b]);
            parts[b] = parts[--left];
        }
        cr_assert(equal(&parts[0], &whole), "round %d", round);
        timeline_merge(&parts[0], &empty);
        cr_assert(equal(&parts[0], &whole), "an empty timeline changes something");
        timeline_merge(&empty, &whole);
        cr_assert(equal(&empty, &whole), "merging into an empty timeline is no copy");
        timeline_done(&parts[0]);
        timeline_done(&whole);
        timeline_done(&empty);
    }
}

Test(timeline, counts)
{
    static uint32_t seconds[500];
    for (int round = 0; round < 300; round++) {
        size_t n = make_seconds(seconds, 500);
        struct timeline t;
        timeline_init(&t, 64);
        for (size_t i = 0; i < n; i++)
            timeline_add(&t, seconds[i]);
        int64_t width = (int64_t)1 << t.shift;
        for (int query = 0; query < 20; query++) {
            int64_t from = (int64_t)seconds[below((uint32_t)n)] - below(1000);
            int64_t to = from + below(query % 2 ? 100000 : 1000);
            /* whole bins: exact */
            int64_t begin = from / width * width, end = to / width * width;
            if (from < 0)
                begin = 0;
            double exact = 0, at_least = 0, at_most = 0;
            for (size_t i = 0; i < n; i++) {
                int64_t bin = seconds[i] / width * width;
                exact += seconds[i] >= begin && seconds[i] < end;
                at_least += bin >= from && bin + width <= to;
                at_most += bin + width > from && bin < to;
            }
            cr_assert_float_eq(timeline_count(&t, begin, end), exact, 1e-6);
            double cut = timeline_count(&t, from, to);
            cr_assert(cut >= at_least - 1e-6 && cut <= at_most + 1e-6, "%f is not within %f..%f", cut,
                      at_least, at_most);
        }
        cr_assert_float_eq(timeline_count(&t, 0, (int64_t)1 << 33), (double)n, 1e-6);
        cr_assert_float_eq(timeline_count(&t, 100, 100), 0, 1e-9);
        timeline_done(&t);
    }
}

Test(timeline, cut_bins_count_in_proportion)
{
    struct timeline t;
    timeline_init(&t, 2);
    for (uint32_t second = 0; second < 16; second++) /* needs bins of 8 seconds */
        timeline_add(&t, second);
    cr_assert_eq(t.shift, 3);
    cr_expect_float_eq(timeline_count(&t, 0, 16), 16, 1e-9);
    cr_expect_float_eq(timeline_count(&t, 0, 4), 4, 1e-9);
    cr_expect_float_eq(timeline_count(&t, 6, 10), 4, 1e-9);
    cr_expect_float_eq(timeline_count(&t, 15, 99), 1, 1e-9);
    timeline_done(&t);
}

Test(timeline, saturates)
{
    struct timeline a, b;
    timeline_init(&a, 4);
    timeline_init(&b, 4);
    timeline_add_slow(&a, 10, UINT32_MAX - 1);
    timeline_add(&a, 10);
    timeline_add(&a, 10);
    cr_expect_eq(a.bins[0].count, UINT32_MAX);
    timeline_add_slow(&b, 10, 5);
    timeline_merge(&b, &a);
    cr_expect_eq(b.bins[0].count, UINT32_MAX);
    check(&b);
    timeline_done(&a);
    timeline_done(&b);
}
