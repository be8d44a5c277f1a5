#include "analysis/volume.h"

#include <stdlib.h>

struct bend { /* from here on so many more records a second */
    int64_t second;
    double rate;
};

static int compare_bend(const void *a, const void *b)
{
    const struct bend *x = a, *y = b;
    return (x->second > y->second) - (x->second < y->second);
}

void volume_make(struct volume *v, struct stream *const *streams, const int64_t *ahead, size_t count,
                 bool by_order, struct arena *arena)
{
    size_t bins = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        bins += streams[i]->by_order && !by_order ? 0 : streams[i]->timeline.count;
    struct bend *bends = memory_alloc((2 * bins + 1) * sizeof *bends);
    for (size_t i = 0; i < count; i++) {
        const struct timeline *t = &streams[i]->timeline;
        int64_t width = (int64_t)1 << t->shift;
        for (size_t k = 0; k < t->count && (!streams[i]->by_order || by_order); k++) {
            int64_t begin = ((int64_t)t->bins[k].index << t->shift) - ahead[i];
            double rate = (double)t->bins[k].count / (double)width; /* exact: the width is a power of two */
            bends[n++] = (struct bend){begin, rate};
            bends[n++] = (struct bend){begin + width, -rate};
        }
    }
    qsort(bends, n, sizeof *bends, compare_bend);
    v->edges = arena_alloc(arena, (n + 1) * sizeof *v->edges);
    double rate = 0, before = 0;
    for (size_t i = 0; i < n; i++) {
        if (v->count)
            before += i ? rate * (double)(bends[i].second - bends[i - 1].second) : 0;
        if (!v->count || v->edges[v->count - 1].second != bends[i].second)
            v->edges[v->count++] = (struct volume_edge){bends[i].second, before};
        rate += bends[i].rate;
    }
    free(bends);
}

static double before(const struct volume *v, int64_t second)
{
    size_t lo = 0, hi = v->count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (v->edges[mid].second <= second)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == 0)
        return 0;
    const struct volume_edge *e = &v->edges[lo - 1];
    if (lo == v->count)
        return e->before;
    double share = (double)(second - e->second) / (double)(e[1].second - e->second);
    return e->before + share * (e[1].before - e->before);
}

double volume_count(const struct volume *v, int64_t from, int64_t to)
{
    return v->count && to > from ? before(v, to) - before(v, from) : 0;
}
