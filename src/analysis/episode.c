/* A daemon is restarted, a handful of requests fails, and all is well; minutes later the same requests fail
 * for another reason, and go on to. Who is paged asks about the second, and what was done before the first
 * has not begun it. */
#include "analysis/episode.h"

#include <stdlib.h>

#define QUIET_NS (90 * NS_PER_SECOND) /* without new trouble: what was before healed */
#define SOON_NS  (60 * NS_PER_SECOND) /* after the page is as good as at it */
#define FAR_MORE 4.0 /* times as much trouble as before: the little that healed was another thing */
#define HEALED   0.25

struct stretch { /* of time, in which a pattern was said */
    int64_t from_ns, to_ns;
    double count;
};

static bool counts(const struct news *n)
{
    return n->mass >= 0.5 && pattern_is_trouble(n->pattern) && n->novelty != NOVELTY_GONE;
}

static size_t bins_of(const struct pattern *p)
{
    size_t n = 0;
    for (uint32_t i = 0; i < p->part_count; i++)
        n += p->parts[i]->timeline.count;
    return n;
}

/* Bin by bin, since logs may span years, for what lies in [from_ns, to_ns). stretches: bins_of(p). */
static size_t add_stretches(const struct model *m, const struct pattern *p, int64_t from_ns, int64_t to_ns,
                            struct stretch *stretches)
{
    size_t n = 0;
    for (uint32_t i = 0; i < p->part_count; i++) {
        const struct timeline *t = &p->parts[i]->timeline;
        const struct stream *stream =
            profile_counted(m->logs, table_get(&m->logs->streams, p->parts[i]->stream));
        for (size_t k = 0; k < t->count; k++) {
            int64_t second = (int64_t)t->bins[k].index << t->shift,
                    behind = second + ((int64_t)1 << t->shift);
            int64_t from = stream_time(m, stream, second * NS_PER_SECOND),
                    to = stream_time(m, stream, behind * NS_PER_SECOND);
            double width = (double)(to - from);
            from = from < from_ns ? from_ns : from;
            to = to > to_ns ? to_ns : to;
            if (from < to)
                stretches[n++] = (struct stretch){from, to, t->bins[k].count * (double)(to - from) / width};
        }
    }
    return n;
}

static int compare_stretch(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    if (x->from_ns != y->from_ns)
        return x->from_ns < y->from_ns ? -1 : 1;
    return (x->to_ns > y->to_ns) - (x->to_ns < y->to_ns);
}

/* The beginning of the last trouble: that which no quiet stretch parts. TIME_NONE where it began with the
 * first, or is not far more than what healed. */
static int64_t begin_of_last(const struct model *m, const struct news *news, size_t count, int64_t from_ns,
                             int64_t to_ns)
{
    size_t bins = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        bins += counts(&news[i]) ? bins_of(news[i].pattern) : 0;
    struct stretch *stretches = memory_alloc((bins + 1) * sizeof *stretches);
    for (size_t i = 0; i < count; i++)
        if (counts(&news[i]))
            n += add_stretches(m, news[i].pattern, news[i].time_ns > from_ns ? news[i].time_ns : from_ns,
                               to_ns, stretches + n);
    qsort(stretches, n, sizeof *stretches, compare_stretch);
    double before = 0, sum = 0;
    int64_t begin = TIME_NONE, until = n ? stretches[0].to_ns : 0;
    for (size_t i = 0; i < n; i++) {
        if (stretches[i].from_ns - until >= QUIET_NS) {
            before += sum;
            sum = 0;
            begin = stretches[i].from_ns;
        }
        sum += stretches[i].count;
        if (stretches[i].to_ns > until)
            until = stretches[i].to_ns;
    }
    free(stretches);
    return sum >= FAR_MORE * before ? begin : TIME_NONE;
}

/* Where a pattern came back from then on; TIME_NONE if it did not, or hardly. */
static int64_t back_at(const struct model *m, const struct pattern *p, int64_t begin, int64_t to_ns)
{
    if (pattern_count(m, p, begin, to_ns) < FAR_MORE * pattern_count(m, p, p->first_ns, begin))
        return TIME_NONE;
    struct stretch *stretches = memory_alloc((bins_of(p) + 1) * sizeof *stretches);
    size_t n = add_stretches(m, p, begin, to_ns, stretches);
    int64_t from = TIME_NONE, width = NS_PER_SECOND;
    for (size_t i = 0; i < n; i++)
        if (from == TIME_NONE || stretches[i].from_ns < from)
            from = stretches[i].from_ns;
    for (uint32_t i = 0; i < p->part_count; i++) {
        int64_t own = ((int64_t)1 << p->parts[i]->timeline.shift) * NS_PER_SECOND;
        width = own > width ? own : width;
    }
    free(stretches);
    return from == TIME_NONE ? TIME_NONE : news_begin(m, p, from / width * width, width, to_ns);
}

void episode_settle(const struct model *m, struct news *news, size_t count, int64_t from_ns, int64_t at_ns)
{
    if (from_ns < m->first_ns)
        from_ns = m->first_ns;
    int64_t to_ns = at_ns != TIME_NONE && at_ns + SOON_NS < m->last_ns ? at_ns + SOON_NS : m->last_ns;
    if (m->by_order || to_ns <= from_ns)
        return;
    int64_t begin = begin_of_last(m, news, count, from_ns, to_ns);
    if (begin == TIME_NONE)
        return;
    for (size_t i = 0; i < count; i++) {
        if (!counts(&news[i]) || news[i].time_ns >= begin)
            continue;
        int64_t back = back_at(m, news[i].pattern, begin, to_ns);
        if (back != TIME_NONE)
            news[i].time_ns = back;
        else if (news[i].pattern->last_ns < begin)
            news[i].mass *= HEALED;
    }
    news_sort(news, count);
}
