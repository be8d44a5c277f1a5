/* A new version says the same in other words, and a bystander's new version does so, too: so the service as a
 * whole must say less by what ended, or many times as much. */
#include "analysis/shift.h"

#include "record/severity.h"

#include <stdlib.h>

#define MINUTE_NS (60 * NS_PER_SECOND)
#define PAST_NS   (10 * MINUTE_NS)
#define BLUR_NS   MINUTE_NS /* what is under way comes to its end, counts of a day are known to a minute */
#define LASTS_NS  (3 * MINUTE_NS) /* less may be a pause */
#define EXPECTED  20.0            /* records that did not come: fewer may be chance */
#define BEGUN     100.0           /* records that came */
#define LOUDER    4.0             /* times as much as the service said before */

static bool is_work(const struct pattern *p)
{
    return p->kind == SERIES_RECORD && p->role == ROLE_UNKNOWN && p->severity < SEVERITY_WARN &&
           !p->guessed_time && (double)p->count >= EXPECTED;
}

/* Its last record before until. */
static int64_t last_before(const struct model *m, const struct pattern *p, int64_t until)
{
    int64_t lo = p->first_ns, hi = until - LASTS_NS;
    if (p->last_ns < until)
        return p->last_ns;
    if (lo >= hi || pattern_count(m, p, hi, until) > 0)
        return until;
    while (hi - lo > NS_PER_SECOND) {
        int64_t mid = lo + (hi - lo) / 2;
        if (pattern_count(m, p, mid, until) > 0)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static double service_rate(const struct model *m, const struct pattern *p, int64_t from, int64_t to)
{
    return to > from ? service_count(m, &m->services[p->service], from, to) / (double)(to - from) : 0;
}

static bool has_ended(const struct model *m, const struct pattern *p, int64_t end, int64_t until)
{
    int64_t from = end - PAST_NS > p->first_ns ? end - PAST_NS : p->first_ns;
    double lasts = (double)(until - end), rate = pattern_count(m, p, from, end) / (double)(end - from);
    double just = pattern_count(m, p, end - LASTS_NS, end) / (double)LASTS_NS;
    return rate * lasts >= EXPECTED && just * lasts >= EXPECTED / 2 &&
           service_rate(m, p, from, end) - service_rate(m, p, end + BLUR_NS, until) >= rate / 2;
}

static bool has_begun(const struct model *m, const struct pattern *p, int64_t until)
{
    int64_t t = p->first_ns, from = t - PAST_NS > m->first_ns ? t - PAST_NS : m->first_ns;
    double all = pattern_count(m, p, t, until);
    return all >= BEGUN && 8 * pattern_count(m, p, until - (until - t) / 4, until) >= all &&
           service_rate(m, p, t, until) >= LOUDER * service_rate(m, p, from, t);
}

static int compare_shift(const void *a, const void *b)
{
    const struct shift *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->pattern->id > y->pattern->id) - (x->pattern->id < y->pattern->id);
}

struct shift *shifts_find(struct model *m, int64_t until, size_t *ret_count)
{
    struct shift *shifts = arena_alloc(&m->arena, (m->pattern_count + 1) * sizeof *shifts);
    size_t n = 0;
    for (size_t i = 0; i < m->pattern_count && !m->by_order; i++) {
        const struct pattern *p = &m->patterns[i];
        if (!is_work(p) || p->first_ns > until - LASTS_NS)
            continue;
        int64_t end = last_before(m, p, until);
        if (!p->baseline_count && p->first_ns - m->services[p->service].first_ns >= LASTS_NS &&
            has_begun(m, p, until))
            shifts[n++] = (struct shift){p, p->first_ns, true};
        else if (until - end >= LASTS_NS && end - p->first_ns >= LASTS_NS && has_ended(m, p, end, until))
            shifts[n++] = (struct shift){p, end, false};
    }
    qsort(shifts, n, sizeof *shifts, compare_shift);
    *ret_count = n;
    return shifts;
}

const struct shift *shift_at(const struct shift *shifts, size_t count, int64_t t)
{
    for (size_t i = 0; i < count && shifts[i].time_ns <= t + BLUR_NS; i++)
        if (shifts[i].time_ns >= t - (shifts[i].began ? 0 : BLUR_NS))
            return &shifts[i];
    return NULL;
}
