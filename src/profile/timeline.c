/* Why the smallest shift and not a doubling range: the number of occupied bins never grows when bins are
 * widened, so "widen while there are more than cap" stops at the same shift however the events arrive, and
 * the union of two timelines needs at least the larger of their shifts. */
#include "profile/timeline.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

void timeline_init(struct timeline *timeline, uint16_t cap)
{
    *timeline = (struct timeline){.cap = cap};
}

void timeline_done(struct timeline *timeline)
{
    if (timeline)
        free(timeline->bins);
}

static uint32_t add_saturating(uint32_t a, uint32_t b)
{
    return a + b < a ? UINT32_MAX : a + b;
}

static void widen(struct timeline *t)
{
    uint16_t kept = 0;
    t->shift++;
    for (uint16_t i = 0; i < t->count; i++) {
        struct timeline_bin bin = {t->bins[i].index >> 1, t->bins[i].count};
        if (kept && t->bins[kept - 1].index == bin.index)
            t->bins[kept - 1].count = add_saturating(t->bins[kept - 1].count, bin.count);
        else
            t->bins[kept++] = bin;
    }
    t->count = kept;
    t->last = kept ? kept - 1 : 0;
}

/* First bin whose index is not below `index`. */
static uint16_t lower_bound(const struct timeline *t, uint32_t index)
{
    uint16_t lo = 0, hi = t->count;
    if (hi && t->bins[hi - 1].index < index)
        return hi;
    while (hi - lo > 0) { /* without a branch on what is found: nothing foretells it */
        uint16_t half = (uint16_t)((hi - lo + 1) / 2), mid = (uint16_t)(lo + half - 1);
        bool below = t->bins[mid].index < index;
        lo = below ? (uint16_t)(mid + 1) : lo;
        hi = below ? hi : mid;
    }
    return lo;
}

void timeline_add_slow(struct timeline *t, uint32_t second, uint32_t count)
{
    uint32_t index = second >> t->shift;
    uint16_t at = lower_bound(t, index);
    if (at < t->count && t->bins[at].index == index) {
        t->bins[at].count = add_saturating(t->bins[at].count, count);
        t->last = at;
        return;
    }
    if (t->count == t->size) {
        uint16_t size = t->size ? (uint16_t)(t->size * 2) : 2;
        if (size > t->cap + 1)
            size = (uint16_t)(t->cap + 1);
        t->bins = memory_resize(t->bins, size * sizeof *t->bins);
        t->size = size;
    }
    memmove(t->bins + at + 1, t->bins + at, (size_t)(t->count - at) * sizeof *t->bins);
    t->bins[at] = (struct timeline_bin){index, count};
    t->count++;
    t->last = at;
    while (t->count > t->cap)
        widen(t);
}

/* How many bins the sum of both has at the shift of `into`, the larger one. */
static size_t count_sum(const struct timeline *into, const struct timeline *from)
{
    size_t count = into->count, i = 0;
    unsigned shift = into->shift - from->shift;
    uint32_t before = 0;
    for (uint16_t k = 0; k < from->count; k++) {
        uint32_t index = from->bins[k].index >> shift;
        if (k && index == before)
            continue;
        before = index;
        while (i < into->count && into->bins[i].index < index)
            i++;
        count += i == into->count || into->bins[i].index != index;
    }
    return count;
}

/* Both ascend, so the sum is put together from its end, in place. */
void timeline_merge(struct timeline *into, const struct timeline *from)
{
    size_t count;
    while (into->shift < from->shift)
        widen(into);
    while ((count = count_sum(into, from)) > into->cap)
        widen(into);
    if (count > into->size) {
        into->bins = memory_resize(into->bins, count * sizeof *into->bins);
        into->size = (uint16_t)count;
    }
    struct timeline_bin *bins = into->bins;
    unsigned shift = into->shift - from->shift;
    size_t at = count, i = into->count, k = from->count;
    while (k) {
        uint32_t index = from->bins[k - 1].index >> shift;
        if (i && bins[i - 1].index > index) {
            bins[--at] = bins[--i];
            continue;
        }
        uint32_t sum = i && bins[i - 1].index == index ? bins[--i].count : 0;
        while (k && from->bins[k - 1].index >> shift == index)
            sum = add_saturating(sum, from->bins[--k].count);
        bins[--at] = (struct timeline_bin){index, sum};
    }
    into->count = (uint16_t)count;
    into->last = count ? (uint16_t)(count - 1) : 0;
}

double timeline_count(const struct timeline *t, int64_t from, int64_t to)
{
    double sum = 0;
    double width = (double)((int64_t)1 << t->shift);
    int64_t index = from > 0 ? from >> t->shift : 0;
    uint16_t i = index <= UINT32_MAX ? lower_bound(t, (uint32_t)index) : t->count;
    for (; i < t->count; i++) {
        int64_t begin = (int64_t)t->bins[i].index << t->shift, end = begin + ((int64_t)1 << t->shift);
        if (begin >= to)
            break;
        int64_t a = begin > from ? begin : from, b = end < to ? end : to;
        if (b > a)
            sum += t->bins[i].count * (double)(b - a) / width;
    }
    return sum;
}

bool timeline_validate(const struct timeline *t, const char **ret_reason)
{
    *ret_reason = NULL;
    if (t->count > t->cap)
        *ret_reason = "more bins than the cap";
    for (uint16_t i = 0; i < t->count; i++) {
        if (t->bins[i].count == 0)
            *ret_reason = "an empty bin is kept";
        if (i && t->bins[i - 1].index >= t->bins[i].index)
            *ret_reason = "bins out of order";
    }
    return *ret_reason == NULL;
}
