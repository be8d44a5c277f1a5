#include "analysis/window.h"

#include "record/severity.h"

#include <math.h>
#include <stdlib.h>

#define BURST_NS       (300 * NS_PER_SECOND)
#define HISTORY_NS     (6 * 3600 * NS_PER_SECOND)
#define UNSURE_SECONDS 120.0 /* of logs before a moment that are half as good as a long past */
#define WORK_RECORDS   5.0   /* what is chronic comes with work: so many records of it are worth a second */
#define GOES_ON        5.0   /* records of trouble; fewer may be one hiccup */
#define UNFELT         0.1 /* of trouble that no one logs as such: health checks during a rollout, and the like */
#define ALONE_SCORE                                                                                          \
    20.0 /* nats that a log without a baseline must show: its own chronic errors reach 10 to 20 */

#define GIVEN_SCORE                                                                                          \
    8.0 /* nats that a named time must show: what is chronic in long logs reaches 3 to 8, outages 25 */
#define SHORT_NS      (600 * NS_PER_SECOND)
#define FELT_WARNINGS 50.0 /* of a kind that nobody logs as errors: as many as make a flood */
#define FEW_KINDS     2
#define CHANCE_BITS   20.0 /* at which one kind of error is no chronic one that comes in heaps */

struct masses { /* of news, which is sorted by time */
    const struct news *news;
    size_t count;
    double *sums; /* of the first i */
};

static size_t first_at(const struct masses *masses, int64_t time_ns)
{
    size_t lo = 0, hi = masses->count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (masses->news[mid].time_ns < time_ns)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static double mass_between(const struct masses *masses, int64_t from, int64_t to)
{
    return masses->sums[first_at(masses, to)] - masses->sums[first_at(masses, from)];
}

/* Poisson log likelihood ratio of what came in the stretch after t against the rate before it, at the width
 * of stretch that shows it best: an outage may begin with a bang or build up over minutes. */
static double score_at(const struct model *m, const struct masses *masses, int64_t t, double *ret_mass)
{
    static const int64_t widths[] = {15 * NS_PER_SECOND, 60 * NS_PER_SECOND, BURST_NS};
    int64_t from = t - HISTORY_NS > m->first_ns ? t - HISTORY_NS : m->first_ns;
    double rate = (mass_between(masses, from, t) + TRIFLE_MASS) / ((double)(t - from) + (double)BURST_NS);
    double best = 0;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        double expected = rate * (double)widths[i];
        double after = mass_between(masses, t, t + widths[i]);
        double score = after > expected ? after * log(after / expected) - (after - expected) : 0;
        if (score > best)
            best = score;
        *ret_mass = after;
    }
    /* at the very start of the logs nothing tells what is usual, but a baseline */
    double past = (double)(t - (from > m->first_ns ? from : m->known_from_ns)) / NS_PER_SECOND,
           unsure = UNSURE_SECONDS, normal = 0;
    for (size_t i = 0; i < m->service_count; i++) {
        const struct service *s = &m->services[i];
        normal = fmax(normal, fmax(s->baseline_seconds, (double)s->baseline_records / WORK_RECORDS));
    }
    past += normal < UNSURE_SECONDS ? normal : UNSURE_SECONDS; /* of another run: worth half */
    if (m->by_order) /* a second is no second then: a tenth of the log */
        unsure = (double)(m->last_ns - m->first_ns) / NS_PER_SECOND / 10;
    return best * (past + 1) / (past + 1 + unsure);
}

static void describe(const struct model *m, const struct news *news, size_t count, struct onset_split *split)
{
    uint8_t *seen = memory_alloc(m->service_count + 1);
    int64_t last = split->time_ns;
    split->effect_ns = split->trouble_to_ns = TIME_NONE;
    for (size_t i = 0; i < count; i++) {
        const struct pattern *p = news[i].pattern;
        int64_t t = news[i].time_ns;
        bool trouble = pattern_is_trouble(p),
             warning = p->severity >= SEVERITY_WARN && p->role == ROLE_UNKNOWN;
        if (t < split->time_ns || t >= split->time_ns + BURST_NS || news[i].mass < 0.5 ||
            !(warning || trouble) || p->kind != SERIES_RECORD)
            continue;
        if (split->effect_ns == TIME_NONE)
            split->effect_ns = t;
        bool severe = trouble && p->severity >= SEVERITY_ERROR;
        split->services += severe && !seen[p->service];
        seen[p->service] |= severe;
        split->patterns += trouble;
        split->severe += severe;
        split->warnings += !trouble;
        split->causes += p->role == ROLE_CAUSE;
        double events = pattern_count(m, p, split->time_ns - NS_PER_SECOND, split->time_ns + 6 * BURST_NS);
        bool felt = p->severity >= SEVERITY_WARN;
        split->events += felt ? events : events * UNFELT;
        split->told += p->severity == 0 || felt ? events : 0;
        if (p->last_ns > last)
            last = p->last_ns;
        if (trouble && (split->trouble_to_ns == TIME_NONE || p->last_ns > split->trouble_to_ns))
            split->trouble_to_ns = p->last_ns;
    }
    free(seen);
    if (split->effect_ns != TIME_NONE)
        split->lasted_seconds = (double)(last - split->effect_ns) / NS_PER_SECOND;
}

struct onset_split split_find(const struct model *m, const struct news *news, size_t count, int64_t from_ns,
                              int64_t to_ns)
{
    struct onset_split best = {.effect_ns = TIME_NONE, .trouble_to_ns = TIME_NONE};
    struct masses masses = {news, count, memory_alloc((count + 1) * sizeof *masses.sums)};
    for (size_t i = 0; i < count; i++)
        masses.sums[i + 1] = masses.sums[i] + news[i].mass;
    for (size_t i = 0; i < count; i++) {
        if (news[i].time_ns < from_ns || news[i].time_ns > to_ns || news[i].mass <= 0.2 ||
            (i && news[i].time_ns == news[i - 1].time_ns && news[i - 1].mass > 0.2))
            continue;
        double mass;
        double score = score_at(m, &masses, news[i].time_ns, &mass);
        if (score > best.score) {
            best.score = score;
            best.mass = mass;
            best.time_ns = news[i].time_ns;
            best.found = true;
        }
    }
    free(masses.sums);
    if (best.found)
        describe(m, news, count, &best);
    return best;
}

/* How unlikely it is that records of one kind which might come at any time of the logs all come in this
 * stretch, where two of them have chosen it. Several kinds may tell of the same thing. */
static double heap_bits(const struct model *m, const struct onset_split *split, size_t kinds)
{
    double all = (double)(m->last_ns - m->first_ns) / NS_PER_SECOND;
    double share = all / (split->lasted_seconds + 60), records = split->events / (double)(kinds + !kinds);
    return share > 1 && records > 2 ? (records - 2) * log2(share) : 0;
}

bool split_is_mild(const struct onset_split *split)
{
    return split->severe == 0 && split->warnings == 0 && split->causes == 0;
}

bool split_convinces(const struct model *m, const struct onset_split *split, bool given)
{
    size_t kinds = split->patterns + split->warnings;
    if (!split->found || split->score < 3 || (kinds == 0 && split->mass < 3))
        return false;
    if (m->by_order)
        return true;
    if (given && split->patterns == 0 && split->events < GOES_ON)
        return false; /* a few warnings of unknown meaning: any quarter of an hour has some */
    if (given && split->score < GIVEN_SCORE && m->last_ns - m->first_ns >= SHORT_NS)
        return false;
    if (given) /* somebody was paged: the question is what, not whether, where anything is felt at all */
        return split->severe || split->causes || split->told >= FELT_WARNINGS;
    if (!m->has_baseline && split->score < ALONE_SCORE)
        return false;
    if (!m->has_baseline && kinds <= FEW_KINDS && split->services <= 1 &&
        heap_bits(m, split, kinds) < CHANCE_BITS)
        return false;
    /* it must go on for a while, or be felt in two places, or show in several ways */
    if (kinds > 0 && split->events >= GOES_ON && split->lasted_seconds >= 10 && split->score >= 5)
        return true;
    return split->score >= 8 && (split->services >= 2 || split->severe >= 3);
}
