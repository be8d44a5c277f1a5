/* How surprising a new pattern is: Good-Turing with shrinkage. Of a service that has said N records, n1 of
 * which were the only ones of their pattern, the next record is new with P = (n1 + K Pfleet) / (N + K + 1), K
 * = 30 records' worth of trust in the whole fleet's rate. (I. J. Good, "The population frequencies of
 * species", Biometrika 1953.) With a baseline, what was born in this run although it is absent there, up to a
 * minute ago, is a floor: another run is exposure, not truth. */
#include "analysis/news.h"

#include "record/severity.h"

#include <math.h>

#define MINUTE_NS       (60 * NS_PER_SECOND)
#define FLEET_RECORDS   30.0
#define NEW_VALUE_CAP   3.0      /* half of what a line is worth that is new as a whole */
#define ELSEWHERE_CAP   3.0      /* other services say it in normal times */
#define ENOUGH_BITS     3.0      /* of surprise at its absence that a new pattern needs to count in full */
#define CHANCE_BITS     3.0      /* of surprise that one of a dozen chronic errors has by chance */
#define FELT_BITS       5.0      /* beyond them, until an effect counts in full */
#define YOUNG_SECONDS   120.0    /* of past that are worth half; a tenth of a log of less than 20 minutes */
#define NEW_SOURCE_BITS BITS_CAP /* a service that never spoke before */
#define GONE_COUNT      20       /* records that make a habit */
#define GONE_PERIODS    20       /* of silence that break it */
#define GONE_SECONDS    60.0
#define GONE_BITS       3.0 /* less than a new line: work ends for many reasons */
#define RISEN_BITS      2.5 /* a birth that surprises less may be the first of something that surges ... */
#define RISEN_NS        (5 * MINUTE_NS) /* ... so much later */
#define HARDLY          20 /* records of the hour before, of a service that hardly spoke; then ... */
#define FLOOD           50 /* ... so many errors of one kind in five minutes are felt, though all it says is new */
#define SURGE_FACTOR    4.0 /* less is what a change of traffic does */

double severity_weight(uint8_t severity)
{
    if (severity == 0)
        return 0.25;
    if (severity < SEVERITY_INFO)
        return 0;
    if (severity < SEVERITY_WARN)
        return 0.1;
    if (severity < SEVERITY_ERROR)
        return 0.5;
    return severity < SEVERITY_FATAL ? 1.0 : 1.2;
}

bool pattern_is_trouble(const struct pattern *p)
{
    if (p->role == ROLE_BENIGN || p->role == ROLE_CHANGE)
        return false;
    return p->severity >= SEVERITY_ERROR || p->role == ROLE_SYMPTOM || p->role == ROLE_CAUSE;
}

bool pattern_is_act(const struct pattern *p)
{
    return p->role == ROLE_CHANGE && !p->lifecycle && !p->at_start && !p->startup && !p->guessed_time &&
           p->kind == SERIES_RECORD && p->severity < SEVERITY_ERROR &&
           (p->severity == 0 || p->severity >= SEVERITY_INFO);
}

/* How many of the ascending times lie before t. */
static size_t count_before(const int64_t *times, size_t n, int64_t t)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (times[mid] < t)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* What the cap of the baseline left out may have been this pattern; severe ones are left out last. */
static double chance_of_left_out(const struct service *s, const struct pattern *p)
{
    bool severe = p->severity >= SEVERITY_ERROR;
    return severe ? 0 : (double)s->baseline_overflow / ((double)s->baseline_records + 1);
}

static double chance_of_new(const struct model *m, const struct service *s, const struct pattern *pattern,
                            struct news *ret)
{
    int64_t t = pattern->first_ns;
    /* a tool that says one line was silent since the logs begin */
    int64_t begin = s->first_ns > m->last_ns || pattern->lone_start ? m->first_ns : s->first_ns;
    int64_t settled = t - MINUTE_NS;
    double run = settled > begin ? service_count(m, s, begin, settled) : 0;
    /* how often it says new things lately: over the younger half of its past, ten minutes at least */
    int64_t half = begin + (t - begin) / 2;
    if (half > t - 11 * MINUTE_NS)
        half = t - 11 * MINUTE_NS;
    if (half < begin)
        half = begin;
    double recent = settled > half ? service_count(m, s, half, settled) : 0;
    double births = (double)count_before(s->births, s->birth_count, settled) -
                    (double)count_before(s->births, s->birth_count, half);
    if (births < 0)
        births = 0;
    ret->exposure_records = run + (double)s->baseline_records;
    ret->exposure_seconds = (t > begin ? (double)(t - begin) / NS_PER_SECOND : 0) + s->baseline_seconds;
    double fleet = FLEET_RECORDS * m->fleet_new;
    double p = (births + fleet) / (recent + FLEET_RECORDS + 1);
    if (s->baseline_records) {
        double base = (fleet + 1) / ((double)s->baseline_records + FLEET_RECORDS + 1);
        double floor = run > 0 ? births / (recent + 1) : 0;
        p = base > floor ? base : floor;
    }
    return p < 1 ? p : 1;
}

static double mass_of(const struct pattern *p, double bits)
{
    if (p->role == ROLE_BENIGN)
        return 0;
    double weight = severity_weight(p->severity);
    if (p->role == ROLE_CHANGE)
        weight = 0.1;
    else if (p->role == ROLE_SYMPTOM && weight < 0.8)
        weight = 0.8;
    if (p->kind == SERIES_DETAIL)
        weight *= 0.3;
    return bits * weight;
}

/* Bits of surprise at the absence of a pattern in the past. One that has always been there, n times in all,
 * is absent from the first T of T + A seconds with P = (A / (T + A))^n: near the start of a log that is no
 * surprise. */
static double surprise_of_absence(const struct model *m, const struct news *n, const struct pattern *p)
{
    double before = n->exposure_seconds + 1;
    double after = (double)(m->last_ns - p->first_ns) / NS_PER_SECOND + 1;
    return (double)p->count * log2((before + after) / after);
}

/* The first minutes of a past tell little in any case: 0..1. */
static double past_is_long(const struct model *m, const struct news *n)
{
    double before = n->exposure_seconds + 1;
    double young = (double)(m->last_ns - m->first_ns) / NS_PER_SECOND / 10;
    if (young > YOUNG_SECONDS && !m->by_order) /* by order a second is no second */
        young = YOUNG_SECONDS;
    return before / (before + young);
}

static double clamp(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

/* How far novelty counts, and how far it counts as an effect that somebody feels. An effect recurs, and a log
 * has many chronic errors of which some first show late by chance: where no other run vouches for the past,
 * more is asked. */
static void weigh_past(const struct model *m, const struct pattern *p, struct news *n)
{
    double surprise = surprise_of_absence(m, n, p);
    double counts = clamp((surprise + 1) / ENOUGH_BITS) * past_is_long(m, n);
    bool vouched = m->services[p->service].baseline_records > 0;
    double effect =
        n->bits * (vouched ? counts : clamp((surprise - CHANCE_BITS) / FELT_BITS) * past_is_long(m, n));
    n->bits_most = n->bits * past_is_long(m, n);
    n->bits *= counts;
    n->mass = mass_of(p, effect);
    n->mass_any = mass_of(p, n->bits);
}

double news_bits_near(const struct model *m, const struct news *n, int64_t onset_ns)
{
    double apart = fabs((double)(n->time_ns - onset_ns)) / NS_PER_SECOND + 1;
    double span = (double)(m->last_ns - m->first_ns) / NS_PER_SECOND + 1;
    double surprise = -log2(1 - exp(-(double)n->pattern->count * apart / span));
    double bits = n->novelty == NOVELTY_NEW ? n->bits_most * clamp(surprise / ENOUGH_BITS) : 0;
    return bits > n->bits ? bits : n->bits;
}

static bool birth(struct model *m, const struct pattern *p, struct news *ret)
{
    if (p->baseline_count || p->minted)
        return false;
    const struct service *s = &m->services[p->service];
    *ret = (struct news){.pattern = p, .novelty = NOVELTY_NEW, .time_ns = p->first_ns};
    if (p->new_source)
        ret->novelty = NOVELTY_NEW_SOURCE;
    double chance = chance_of_new(m, s, p, ret), left_out = chance_of_left_out(s, p);
    if (chance < left_out)
        chance = left_out;
    double bits = -log2(chance);
    if (p->known_elsewhere && bits > ELSEWHERE_CAP)
        bits = ELSEWHERE_CAP;
    ret->bits = bits > BITS_CAP ? BITS_CAP : bits < 0 ? 0 : bits;
    weigh_past(m, p, ret);
    if (p->new_source)
        ret->bits = NEW_SOURCE_BITS;
    ret->after = (double)p->count;
    if (p->startup) {
        /* what a process says when it starts is no news; trouble at a start may be */
        ret->bits *= 0.5;
        ret->bits_most *= 0.5;
        ret->mass *= pattern_is_trouble(p) ? 0.25 : 0;
        ret->mass_any *= pattern_is_trouble(p) ? 0.25 : 0;
    }
    return true;
}

/* The width of time, ns, in which the counts of a pattern and of its service are both exact: fine bins of one
 * beside coarse ones of the other look like a surge where only traffic changes, or where the log ends. */
static int64_t exact_width(const struct pattern *p, const struct service *s)
{
    uint8_t shift = 0;
    for (uint32_t i = 0; i < p->part_count; i++)
        if (p->parts[i]->timeline.shift > shift)
            shift = p->parts[i]->timeline.shift;
    for (size_t i = 0; i < s->stream_count; i++)
        if (s->streams[i]->timeline.shift > shift)
            shift = s->streams[i]->timeline.shift;
    return ((int64_t)1 << shift) * NS_PER_SECOND;
}

int64_t news_begin(const struct model *m, const struct pattern *p, int64_t t, int64_t width, int64_t to_ns)
{
    int64_t end = t + width;
    double seconds = (double)(to_ns - end) / NS_PER_SECOND, later = pattern_count(m, p, end, to_ns),
           took = later > 0 ? pattern_count(m, p, t, end) * seconds / later * NS_PER_SECOND : (double)width;
    int64_t begin = took < (double)width ? end - (int64_t)took : t;
    return begin / NS_PER_SECOND * NS_PER_SECOND + NS_PER_SECOND - 1;
}

/* A known pattern of trouble whose rate rises far beyond what its service's traffic does. */
static bool surge(struct model *m, const struct pattern *p, bool born, int64_t from_ns, int64_t to_ns,
                  struct news *ret)
{
    if (p->count < 10 || !pattern_is_trouble(p) || p->kind == SERIES_DETAIL || m->by_order || p->guessed_time)
        return false;
    const struct service *s = &m->services[p->service];
    int64_t best = 0, begin = 0;
    double best_score = 0, best_before = 0, best_after = 0;
    bool flood = born && p->severity >= SEVERITY_ERROR;
    int64_t width = exact_width(p, s), stretch = (5 * MINUTE_NS + width - 1) / width * width;
    int64_t step = width;
    while (step < MINUTE_NS || (to_ns - from_ns) / step > 240)
        step *= 2;
    if (to_ns > m->last_ns)
        to_ns = m->last_ns;
    for (int64_t t = from_ns / step * step + step; t + step <= to_ns; t += step) {
        int64_t past = (t - 60 * MINUTE_NS) / width * width;
        double after = pattern_count(m, p, t, t + stretch);
        if (after < 10)
            continue;
        double before = pattern_count(m, p, past, t);
        double volume_before = service_count(m, s, past, t),
               volume_after = service_count(m, s, t, t + stretch);
        double baseline = (double)s->baseline_records > 0
                              ? volume_after * (double)p->baseline_count / (double)s->baseline_records
                              : 0;
        double expected = volume_after * (before + 0.5) / (volume_before + 1);
        if (baseline > expected)
            expected = baseline;
        bool judged = volume_before >= 50 ||
                      (flood && volume_before < HARDLY && after >= FLOOD && t - m->first_ns >= 5 * MINUTE_NS);
        if (!judged || after < SURGE_FACTOR * expected)
            continue;
        double score = after * log(after / expected) - (after - expected);
        if (score > best_score)
            best_score = score, best = t, best_before = expected, best_after = after;
    }
    if (best_score < 10)
        return false;
    /* it begins within the stretch: where the rest of it is the most unlikely at the old rate */
    double most = 0;
    for (int64_t t = best; t < best + stretch; t += width) {
        double n = pattern_count(m, p, t, best + stretch),
               usual = best_before * (double)(best + stretch - t) / (double)stretch,
               bits = n > usual ? n * log(n / usual) - (n - usual) : 0;
        if (bits > most)
            most = bits, begin = news_begin(m, p, t, width, best + stretch);
    }
    if (begin < p->first_ns)
        begin = p->first_ns;
    *ret = (struct news){.pattern = p,
                         .novelty = NOVELTY_SURGE,
                         .time_ns = begin,
                         .exposure_seconds = (double)stretch / NS_PER_SECOND,
                         .before = best_before,
                         .after = best_after};
    double bits = log2(best_score), sure = bits > 10 ? 1 : bits / 10;
    ret->bits = bits > 5 ? 5 : bits;
    ret->mass = ret->mass_any = (sure > 0.5 ? sure : 0.5) * mass_of(p, ret->bits);
    return true;
}

/* A heartbeat that stops: said steadily, and silent since for many of its periods while the logs go on. */
static bool gone(struct model *m, const struct pattern *p, int64_t from_ns, int64_t to_ns, struct news *ret)
{
    if (p->count < GONE_COUNT || p->kind != SERIES_RECORD || p->role == ROLE_BENIGN || m->by_order ||
        p->guessed_time)
        return false;
    double lived = (double)(p->last_ns - p->first_ns) / NS_PER_SECOND;
    double period = lived / (double)(p->count - 1);
    double silent = (double)(m->last_ns - p->last_ns) / NS_PER_SECOND;
    if (p->last_ns < from_ns || p->last_ns > to_ns || silent < GONE_SECONDS || silent < GONE_PERIODS * period)
        return false;
    /* steady: no tenth of its life went by without it, and its service was not heard of anew since */
    for (int i = 0; i < 10; i++) {
        int64_t a = p->first_ns + (p->last_ns - p->first_ns) / 10 * i,
                b = p->first_ns + (p->last_ns - p->first_ns) / 10 * (i + 1);
        if (pattern_count(m, p, a, b + NS_PER_SECOND) < (double)p->count / 40)
            return false;
    }
    *ret = (struct news){
        .pattern = p, .novelty = NOVELTY_GONE, .time_ns = p->last_ns + (int64_t)(period * NS_PER_SECOND)};
    ret->before = period;
    ret->after = silent;
    ret->exposure_seconds = lived;
    ret->exposure_records = (double)p->count;
    ret->bits = GONE_BITS;
    return true;
}

static int compare_news(const void *a, const void *b)
{
    const struct news *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    const struct exemplar *ex = &x->series->exemplar, *ey = &y->series->exemplar;
    if (ex->file == ey->file && ex->offset != ey->offset)
        return ex->offset < ey->offset ? -1 : 1;
    return (x->pattern->id > y->pattern->id) - (x->pattern->id < y->pattern->id);
}

void news_sort(struct news *news, size_t count)
{
    if (count)
        qsort(news, count, sizeof *news, compare_news);
}

/* A known line that tells of a change, or of work that begins, and names what it never named before. */
static bool turn(const struct value_news *v, struct news *ret)
{
    const struct pattern *p = v->pattern;
    if (!v->turns || p->accepted || p->minted || p->guessed_time)
        return false;
    *ret = (struct news){.pattern = p,
                         .series = v->series,
                         .value = v,
                         .novelty = NOVELTY_NEW_VALUE,
                         .time_ns = v->time_ns,
                         .bits = v->chance_bits < NEW_VALUE_CAP ? v->chance_bits : NEW_VALUE_CAP,
                         .exposure_records = (double)v->records_before,
                         .before = (double)v->records_before,
                         .after = (double)v->count};
    return true;
}

struct news *news_find(struct model *m, int64_t from_ns, int64_t to_ns, const struct value_news *values,
                       size_t value_count, size_t *ret_count)
{
    struct news *list = arena_alloc(&m->arena, (m->pattern_count + value_count + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < m->pattern_count; i++) {
        const struct pattern *p = &m->patterns[i];
        bool inside = p->first_ns >= from_ns && p->first_ns <= to_ns;
        if (p->accepted)
            continue;
        bool born = inside && birth(m, p, &list[n]);
        struct news risen; /* what began as the log did, as a trifle, may become more */
        bool rose = (!born || list[n].bits < RISEN_BITS) && surge(m, p, born, from_ns, to_ns, &risen);
        if (rose && (!born || risen.time_ns - p->first_ns >= RISEN_NS))
            list[n] = risen;
        else if (rose && risen.mass > list[n].mass) /* a flood is felt, whoever always says new things */
            list[n].mass = list[n].mass_any = risen.mass;
        if (born || rose || gone(m, p, from_ns, to_ns, &list[n]))
            list[n++].series = p->first;
    }
    for (size_t i = 0; i < value_count; i++)
        n += turn(&values[i], &list[n]);
    news_sort(list, n);
    *ret_count = n;
    return list;
}

struct news *news_add_changes(struct model *m, const struct news *news, size_t count, int64_t from_ns,
                              int64_t to_ns, int64_t window_ns, size_t *ret_count)
{
    struct news *list = arena_alloc(&m->arena, (count + m->pattern_count + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < m->pattern_count && !m->by_order; i++) {
        const struct pattern *p = &m->patterns[i];
        if (p->first_ns >= from_ns && p->first_ns < window_ns && pattern_is_act(p) && !p->accepted &&
            birth(m, p, &list[n]))
            list[n++].series = p->first;
    }
    if (count)
        memcpy(list + n, news, count * sizeof *list);
    for (size_t i = 0; i < n + count; i++)
        list[i].early =
            list[i].time_ns >= from_ns && list[i].time_ns < to_ns && pattern_is_act(list[i].pattern);
    *ret_count = n + count;
    news_sort(list, *ret_count);
    return list;
}
