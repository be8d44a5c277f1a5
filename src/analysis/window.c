#include "analysis/window.h"

#include <math.h>

#define BURST_NS   (300 * NS_PER_SECOND)
#define HISTORY_NS (6 * 3600 * NS_PER_SECOND)
#define TRIFLE     2.0 /* mass that any stretch of five minutes may have */

static double mass_between(const struct news *news, size_t count, int64_t from, int64_t to)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        if (news[i].time_ns >= from && news[i].time_ns < to)
            sum += news[i].mass;
    return sum;
}

/* Poisson log likelihood ratio of the burst after t against the rate before it. */
static double score_at(const struct model *m, const struct news *news, size_t count, int64_t t, double *ret_mass)
{
    int64_t from = t - HISTORY_NS > m->first_ns ? t - HISTORY_NS : m->first_ns;
    double bursts_before = (double)(t - from) / BURST_NS;
    double before = mass_between(news, count, from, t);
    double after = mass_between(news, count, t, t + BURST_NS);
    double expected = (before + TRIFLE) / (bursts_before + 1);
    *ret_mass = after;
    return after > expected ? after * log(after / expected) - (after - expected) : 0;
}

static void describe(const struct model *m, const struct news *news, size_t count, struct onset_split *split)
{
    uint64_t seen[8] = {0}; /* services, as a small Bloom-free set: 512 bits are enough to count to two and more */
    int64_t last = split->time_ns;
    split->effect_ns = TIME_NONE;
    for (size_t i = 0; i < count; i++) {
        const struct pattern *p = news[i].pattern;
        int64_t t = news[i].time_ns;
        if (t < split->time_ns || t >= split->time_ns + BURST_NS || !pattern_is_trouble(p) || news[i].mass < 0.5)
            continue;
        if (split->effect_ns == TIME_NONE)
            split->effect_ns = t;
        uint32_t bit = p->service & 511;
        split->services += !(seen[bit >> 6] >> (bit & 63) & 1);
        seen[bit >> 6] |= (uint64_t)1 << (bit & 63);
        split->patterns++;
        split->events += pattern_count(m, p, split->time_ns - NS_PER_SECOND, split->time_ns + 6 * BURST_NS);
        if (p->last_ns > last)
            last = p->last_ns;
    }
    if (split->effect_ns != TIME_NONE)
        split->lasted_seconds = (double)(last - split->effect_ns) / NS_PER_SECOND;
}

struct onset_split split_find(const struct model *m, const struct news *news, size_t count, int64_t from_ns,
                              int64_t to_ns)
{
    struct onset_split best = {.effect_ns = TIME_NONE};
    for (size_t i = 0; i < count; i++) {
        if (news[i].time_ns < from_ns || news[i].time_ns > to_ns || news[i].mass <= 0.2 ||
            (i && news[i].time_ns == news[i - 1].time_ns && news[i - 1].mass > 0.2))
            continue;
        double mass;
        double score = score_at(m, news, count, news[i].time_ns, &mass);
        if (score > best.score) {
            best.score = score;
            best.mass = mass;
            best.time_ns = news[i].time_ns;
            best.found = true;
        }
    }
    if (best.found)
        describe(m, news, count, &best);
    return best;
}

bool split_convinces(const struct model *m, const struct onset_split *split)
{
    if (!split->found || split->patterns == 0 || split->score < 3)
        return false;
    if (m->by_order)
        return true;
    /* it must be felt in two places, or by several kinds of trouble, or go on for a while */
    return split->services >= 2 || split->patterns >= 3 || (split->events >= 5 && split->lasted_seconds >= 10);
}
