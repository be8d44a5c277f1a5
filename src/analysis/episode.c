/* A daemon is restarted, a handful of requests fails, and all is well; minutes later the same requests fail
 * for another reason, and go on to. Who is paged asks about the second, and what was done before the first
 * has not begun it. */
#include "analysis/episode.h"

#include <stdlib.h>

#define STEP_NS     (5 * NS_PER_SECOND)
#define QUIET_STEPS 18                   /* without new trouble: what was before healed */
#define SOON_NS     (60 * NS_PER_SECOND) /* after the page is as good as at it */
#define FAR_MORE    4.0 /* times as much trouble as before: the little that healed was another thing */
#define HEALED      0.25

static bool counts(const struct news *n)
{
    return n->mass >= 0.5 && pattern_is_trouble(n->pattern) && n->novelty != NOVELTY_GONE;
}

/* The beginning of the last trouble: that which no quiet stretch parts. TIME_NONE where it began with the
 * first, or is not far more than what healed. */
static int64_t begin_of_last(const struct model *m, const struct news *news, size_t count, int64_t from_ns,
                             int64_t to_ns)
{
    size_t steps = (size_t)((to_ns - from_ns) / STEP_NS) + 1, quiet = 0, begin = 0;
    double *felt = memory_alloc(steps * sizeof *felt), before = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < steps && counts(&news[i]); k++) {
            int64_t t = from_ns + (int64_t)k * STEP_NS;
            if (t + STEP_NS > news[i].time_ns)
                felt[k] += pattern_count(m, news[i].pattern, t, t + STEP_NS);
        }
    for (size_t k = 0; k < steps; k++) {
        if (felt[k] <= 0) {
            quiet++;
            continue;
        }
        if (quiet >= QUIET_STEPS) {
            before += sum;
            begin = k;
            sum = 0;
        }
        quiet = 0;
        sum += felt[k];
    }
    free(felt);
    return before > 0 && sum >= FAR_MORE * before ? from_ns + (int64_t)begin * STEP_NS : TIME_NONE;
}

/* Where a pattern came back from then on; TIME_NONE if it did not, or hardly. */
static int64_t back_at(const struct model *m, const struct pattern *p, int64_t begin, int64_t to_ns)
{
    uint8_t shift = 0;
    for (uint32_t i = 0; i < p->part_count; i++)
        if (p->parts[i]->timeline.shift > shift)
            shift = p->parts[i]->timeline.shift;
    int64_t width = ((int64_t)1 << shift) * NS_PER_SECOND;
    if (pattern_count(m, p, begin, to_ns) < FAR_MORE * pattern_count(m, p, p->first_ns, begin))
        return TIME_NONE;
    for (int64_t t = begin / width * width; t < to_ns; t += width)
        if (pattern_count(m, p, t, t + width) > 0)
            return news_begin(m, p, t, width, to_ns);
    return TIME_NONE;
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
