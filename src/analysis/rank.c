/* The weights are round numbers with a reason each; none was fitted. What a pilot learnt stands beside them.
 */
#include "analysis/rank.h"

#include "analysis/blame.h"
#include "analysis/chain.h"
#include "analysis/filled.h"
#include "analysis/subject.h"
#include "analysis/touch.h"
#include "record/severity.h"

#include <math.h>
#include <stdlib.h>

#define MINUTE_NS (60 * NS_PER_SECOND)
#define AFTER_NS  (10 * MINUTE_NS) /* effects that a cause is credited with */
#define PRECEDES  4.0 /* bits for preceding every effect: as much as severity and role together may say */
#define LITTLE_MASS                                                                                          \
    4.0 /* of trouble proves neither order nor kinship: a share of it is shrunk by so much                   \
         */
#define ERROR_BITS        3.0 /* severity is small and saturating: real triggers are often INFO */
#define WARN_BITS         1.5
#define ONCE_BITS         0.5 /* of a warning that was said once, in words that tell nothing: any day has some */
#define CAUSE_BITS        3.0
#define TOLD_LEVEL_BITS   1.0 /* what severity adds to words that tell a cause */
#define EFFECT_LEVEL_BITS 2.0 /* an effect, as an error */
#define CHANGE_BITS       5.0 /* most outages begin with one, few lines are one, and no level adds to it */
#define LIFECYCLE_BITS                                                                                       \
    3.0 /* a process that starts or stops tells that something was done, not what: of forty such answers     \
           three were right */
#define SYMPTOM_BITS  -2.0
#define ABSENCE_BITS  0.5 /* an effect that names what is missing points at it */
#define BENIGN_BITS   -5.0
#define WORDING       0.67 /* what words are worth beside a rule that knows the software */
#define LINK_BITS     2.0  /* for naming what all the later trouble names */
#define PLACE_BITS    2.0  /* for all the later trouble on its host, where there are several */
#define ALIKE         0.5  /* that effects speak alike is to be expected */
#define SILENT_BITS   2.0  /* what wording is worth for a cause: a dead part cannot say it itself */
#define DESTROYS_BITS 1.0
#define REPLICA_BITS                                                                                         \
    0.5 /* for each doubling of its replicas beyond two: what all share is no cause of it                    \
         */
#define REPLICA_MOST   2.0
#define FAR_BITS       -1.0  /* for each doubling of the minutes between it and the first trouble */
#define FAR_CHANGE     0.67  /* of it for a change: caches run out and pools fill before it is felt */
#define FILLS_SECONDS  600.0 /* what fills up takes minutes where other things take seconds */
#define FULL_NS        (20 * NS_PER_SECOND)
#define PLACES_MIN     3
#define WORK_COUNT     5 /* times and seconds that make a plain line a part of the work */
#define WORK_SECONDS   10
#define STARTUP_BITS   -3.0
#define LATE_BITS      -3.0
#define SKEW_NS        (2 * NS_PER_SECOND)
#define REACTION_BITS  -2.0 /* as an effect loses */
#define REACTION_SHARE 0.67 /* of the trouble that came after a change, at least, or it answers the rest */

static const char *duration(struct model *m, double seconds)
{
    if (seconds < 1)
        return arena_printf(&m->arena, "%.0f ms", seconds * 1000);
    if (seconds < 120)
        return arena_printf(&m->arena, "%.0f s", seconds);
    if (seconds < 7200)
        return arena_printf(&m->arena, "%.0f min", seconds / 60);
    if (seconds < 172800)
        return arena_printf(&m->arena, "%.0f h", seconds / 3600);
    return arena_printf(&m->arena, "%.0f days", seconds / 86400);
}

static bool plausible(const struct hypothesis *h)
{
    return h->severity >= SEVERITY_WARN || h->role == ROLE_CAUSE || h->role == ROLE_CHANGE;
}

static void weigh_novelty(struct model *m, struct hypothesis *h, const struct onset_split *split)
{
    const struct news *n = h->lead;
    const char *service = m->services[h->service].name;
    if (n->novelty == NOVELTY_SURGE) {
        hypothesis_add(h, "surge", n->bits,
                       arena_printf(&m->arena, "%.0f in %s where %.1f were to be expected of %s", n->after,
                                    duration(m, n->exposure_seconds), n->before, service));
        return;
    }
    if (n->novelty == NOVELTY_GONE) {
        hypothesis_add(h, "gone", n->bits,
                       arena_printf(&m->arena, "said every %s for %s, then silent for %s",
                                    duration(m, n->before), duration(m, n->exposure_seconds),
                                    duration(m, n->after)));
        return;
    }
    if (n->novelty == NOVELTY_NEW_SOURCE) {
        hypothesis_add(h, "novelty", h->surprise,
                       arena_printf(&m->arena, "%s had said nothing before", service));
        return;
    }
    if (n->novelty == NOVELTY_NEW_VALUE) {
        hypothesis_add(h, "novelty", n->bits,
                       arena_printf(&m->arena,
                                    "says %s for the first time, where %llu records before said %s",
                                    values_said(m, n->value), (unsigned long long)n->value->records_before,
                                    n->value->before));
        return;
    }
    if (n->novelty == NOVELTY_AGAIN) {
        hypothesis_add(
            h, "again", n->bits,
            n->tied ? "the like was done to other things before, to what fails for the first time"
                    : arena_printf(&m->arena,
                                   "made %.0f times in the %s before, and again right before the trouble",
                                   n->before, duration(m, n->exposure_seconds)));
        return;
    }
    double near = split->found ? news_bits_near(m, n, split->time_ns) : 0;
    double away = (double)(n->time_ns - n->pattern->first_ns) / NS_PER_SECOND;
    const char *back = away > 0
                           ? arena_printf(&m->arena, ": it healed, and came back for good %s after the first",
                                          duration(m, away))
                           : "";
    const char *past =
        m->by_order ? "" : arena_printf(&m->arena, " and %s", duration(m, n->exposure_seconds));
    hypothesis_add(h, "novelty", near > h->surprise ? near : h->surprise,
                   arena_printf(&m->arena, "0 in %.0f records%s of %s before, then %.0f%s",
                                n->exposure_records, past, service, n->after, back));
    if (n->pattern->startup)
        hypothesis_add(h, "startup", STARTUP_BITS,
                       "said in the first seconds of a source, where everything is new");
}

static void weigh_severity(struct model *m, struct hypothesis *h)
{
    bool once = h->role == ROLE_UNKNOWN && h->worst->pattern->count == 1;
    double warn = once ? ONCE_BITS : WARN_BITS;
    double bits = h->severity >= SEVERITY_ERROR ? ERROR_BITS : h->severity >= SEVERITY_WARN ? warn : 0;
    if (h->severity && h->severity < SEVERITY_INFO)
        bits = -1;
    /* the level adds little to what the words say */
    double most = h->role == ROLE_CAUSE     ? TOLD_LEVEL_BITS
                  : h->role == ROLE_SYMPTOM ? EFFECT_LEVEL_BITS
                                            : bits;
    if (bits > most)
        bits = most;
    if (bits != 0)
        hypothesis_add(h, "severity", bits,
                       arena_printf(&m->arena, "logged as %s", severity_name(h->severity)));
}

/* Causes are logged as trouble, changes are not: a warning that something is "applied in memory" is none. */
static bool at_odds(const struct hypothesis *h)
{
    bool trouble = h->severity >= SEVERITY_WARN;
    return h->role == ROLE_CAUSE ? h->severity && !trouble : h->role == ROLE_CHANGE && trouble;
}

static void weigh_role(struct model *m, struct hypothesis *h)
{
    double bits = h->role == ROLE_CAUSE ? CAUSE_BITS
                  : h->role == ROLE_CHANGE
                      ? (h->severity >= SEVERITY_ERROR                     ? 0
                         : h->lifecycle && !evidence_left_out("lifecycle") ? LIFECYCLE_BITS
                                                                           : CHANGE_BITS)
                  : h->role == ROLE_SYMPTOM ? (h->absence ? ABSENCE_BITS : SYMPTOM_BITS)
                  : h->role == ROLE_BENIGN  ? BENIGN_BITS
                                            : 0;
    const char *const says[] = {
        "", "names a cause",
        h->lifecycle ? "tells that something was done, not what" : "is a change to the system",
        h->absence ? "tells what is missing elsewhere" : "is an effect of something elsewhere",
        "is harmless"};
    static const char *const words[] = {"", "a cause", "a change", "an effect of something elsewhere",
                                        "no harm"};
    if (catalogue_knows(h->rule) && bits != 0)
        hypothesis_add(h, "catalogue", bits,
                       arena_printf(&m->arena, "%s: such a line %s", h->rule->title, says[h->role]));
    else if (bits != 0)
        hypothesis_add(h, "language",
                       bits * WORDING * (at_odds(h) ? 0.5 : 1) *
                           (h->role == h->lead->pattern->role ? h->lead->pattern->belief : 1),
                       arena_printf(&m->arena, "it is worded like %s", words[h->role]));
}

/* Of what one operation did, what it took away is missed first. */
static void weigh_destruction(struct hypothesis *h)
{
    if (h->role == ROLE_CHANGE && (h->destroys || h->lead->pattern->destroys) &&
        h->lead->novelty != NOVELTY_GONE)
        hypothesis_add(h, "destruction", DESTROYS_BITS, "it takes something away");
}

static double unit_of(const struct onset_split *split)
{
    return split->unit_seconds > 0 ? split->unit_seconds : 60;
}

/* Is the first trouble that something is full? */
static bool fills(const struct hypothesis *events, size_t count, const struct onset_split *split)
{
    for (size_t i = 0; i < count && events[i].time_ns <= split->time_ns + FULL_NS; i++)
        if (events[i].role == ROLE_CAUSE && events[i].mass >= 0.5 &&
            events[i].time_ns >= split->time_ns - MINUTE_NS && filled_is_told(&events[i]))
            return true;
    return false;
}

/* What share of the other events' effect mass came after this one, and in how many services. */
static void weigh_precedence(struct model *m, struct hypothesis *h, const struct hypothesis *events,
                             size_t count, const struct onset_split *split)
{
    double after = 0, all = 0;
    uint8_t *seen = memory_alloc(m->service_count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct hypothesis *o = &events[i];
        if (o == h || o->mass < 0.5 || o->time_ns < split->time_ns - MINUTE_NS ||
            o->time_ns > split->time_ns + AFTER_NS)
            continue;
        all += o->mass;
        if (o->time_ns < h->time_ns)
            continue;
        after += o->mass;
        if (!seen[o->service] && o->service != h->service) {
            seen[o->service] = 1;
            h->services_after++;
        }
    }
    free(seen);
    h->share_after = all > 0 ? after / all : 0;
    if (all <= 0)
        return;
    double bits = PRECEDES * after / (all + LITTLE_MASS) * (plausible(h) ? 1 : 0.5);
    double lag = (double)(split->time_ns - h->time_ns) / NS_PER_SECOND;
    hypothesis_add(
        h, "precedence", bits,
        arena_printf(&m->arena, "%.0f %% of the trouble that is new came after it%s", 100 * h->share_after,
                     h->services_after ? arena_printf(&m->arena, ", in %zu other service%s",
                                                      h->services_after, h->services_after == 1 ? "" : "s")
                                       : ""));
    if (lag > 5 && !h->shift) { /* what shows from then on was not long in coming */
        double far = FAR_BITS * log2(1 + lag / (h->role == ROLE_CHANGE ? unit_of(split) : 60)) *
                     (h->role == ROLE_CHANGE && !h->lifecycle ? FAR_CHANGE : 1);
        hypothesis_add(h, "distance", far,
                       arena_printf(&m->arena, "%s before the first trouble", duration(m, lag)));
    }
}

/* What share of the trouble that came later speaks of the same things, in other events of other services. */
static void weigh_links(struct model *m, struct hypothesis *h, const struct hypothesis *events, size_t count,
                        const struct onset_split *split)
{
    double shared = 0, all = 0;
    bool first = false;
    for (size_t i = 0; i < count; i++) {
        const struct hypothesis *o = &events[i];
        if (o->service == h->service || o->mass < 0.5 || o->time_ns < h->time_ns ||
            o->time_ns > split->time_ns + AFTER_NS)
            continue;
        all += o->mass;
        if (!links_share(&h->words, &o->words))
            continue;
        shared += o->mass;
        first |= o->time_ns <= split->time_ns + MINUTE_NS;
    }
    if (shared <= 0)
        return;
    if (first && h->role == ROLE_CHANGE && !h->lifecycle) {
        hypothesis_add(h, "links", LINK_BITS, "the first trouble in another service names the same thing");
        return;
    }
    double weight = h->role == ROLE_SYMPTOM && !h->absence ? ALIKE : 1;
    hypothesis_add(
        h, "links", LINK_BITS * weight * shared / (all + LITTLE_MASS),
        arena_printf(&m->arena,
                     "%.0f %% of the trouble that came later in other services names the same things",
                     100 * shared / all));
}

/* What share of the trouble that came later was said at the same place: on the same host or node. */
static void weigh_place(struct model *m, struct hypothesis *h, const struct hypothesis *events, size_t count,
                        const struct onset_split *split)
{
    double here = 0, all = 0;
    struct span place = {0};
    for (size_t i = 0; i < count; i++) {
        const struct hypothesis *o = &events[i];
        if (o == h || o->mass < 0.5 || o->time_ns < h->time_ns || o->time_ns > split->time_ns + AFTER_NS)
            continue;
        all += o->mass;
        struct span shared = place_shared(&h->place, &o->place);
        if (!shared.len)
            continue;
        here += o->mass;
        place = shared;
    }
    if (here > 0)
        hypothesis_add(h, "place", PLACE_BITS * here / (all + LITTLE_MASS),
                       arena_printf(&m->arena, "%.0f %% of the trouble that came later is on %.*s, too",
                                    100 * here / all, (int)place.len, (const char *)place.ptr));
}

/* A restart, a failover, more replicas: what is done once the trouble is there answers it. */
static void weigh_reaction(struct model *m, struct hypothesis *h, const struct onset_split *split)
{
    if (h->role == ROLE_CHANGE && !m->by_order && h->time_ns > split->time_ns + SKEW_NS &&
        h->share_after < REACTION_SHARE && h->lead->novelty != NOVELTY_GONE)
        hypothesis_add(h, "reaction", REACTION_BITS,
                       arena_printf(&m->arena, "%.0f %% of the trouble was there before it",
                                    100 * (1 - h->share_after)));
}

/* A plain line that keeps coming at a steady rate is workload, not an event. */
static void weigh_recurrence(struct model *m, struct hypothesis *h)
{
    const struct pattern *p = h->lead->pattern;
    if (plausible(h) || p->count < WORK_COUNT || h->lead->novelty == NOVELTY_SURGE ||
        h->lead->novelty == NOVELTY_GONE)
        return;
    double seconds = (double)(p->last_ns - p->first_ns) / NS_PER_SECOND;
    if (seconds < WORK_SECONDS)
        return;
    hypothesis_add(h, "recurrence", -2,
                   arena_printf(&m->arena, "then said %llu times more: part of the work",
                                (unsigned long long)(p->count - 1)));
}

static void weigh_replica(struct model *m, struct hypothesis *h)
{
    const struct service *s = &m->services[h->service];
    if (s->stream_count >= 3 && h->lead->pattern->streams == 1 &&
        (h->lead->pattern->count >= 2 || h->role == ROLE_CAUSE))
        hypothesis_add(h, "replica", fmin(REPLICA_BITS * log2((double)s->stream_count / 2), REPLICA_MOST),
                       arena_printf(&m->arena, "one of %zu replicas of %s", s->stream_count, s->name));
}

/* A line that names a part which is not heard of is the nearest to what that part would say. */
static void weigh_silent(struct model *m, struct hypothesis *h)
{
    if (!h->absence)
        return;
    const struct exemplar *e = &h->lead->series->exemplar;
    struct span name = blame_silent(m, exemplar_message(e), h->service, h->time_ns);
    if (name.len)
        hypothesis_add(h, "silent", SILENT_BITS,
                       arena_printf(&m->arena, "%.*s, which it names, says nothing itself from then on",
                                    (int)name.len, (const char *)name.ptr));
}

static void weigh_blame(struct model *m, struct hypothesis *h, const uint32_t *blamed)
{
    uint32_t n = blamed[h->service];
    if (n && h->role != ROLE_CHANGE)
        hypothesis_add(h, "blame", n > 1 ? 1 : 0.5,
                       arena_printf(&m->arena, "new trouble of %u other service%s names %s", n,
                                    n == 1 ? "" : "s", m->services[h->service].name));
}

static int compare_hypothesis(const void *a, const void *b)
{
    const struct hypothesis *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits > y->bits ? -1 : 1;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->lead->pattern->id > y->lead->pattern->id) - (x->lead->pattern->id < y->lead->pattern->id);
}

struct hypothesis *rank_make(struct model *m, const struct news *news, size_t count, int64_t from_ns,
                             int64_t to_ns, int64_t at_ns, const struct onset_split *given, size_t *ret_count)
{
    struct onset_split told = *given;
    const struct onset_split *split = &told;
    struct hypothesis *events = hypotheses_new(m, news, count, from_ns, to_ns, ret_count);
    struct links links;
    links_make(&links, m, from_ns);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct news *n = events[i].first;
        for (; n < news + count && n->time_ns <= events[i].last_ns; n++)
            if (n->pattern->service == events[i].service)
                links_add(&links, n->series, &events[i].words);
    }
    *ret_count = touch_find(m, &links, events, *ret_count, news, count, split);
    links_done(&links);
    struct places *places = places_new(m);
    for (size_t i = 0; i < *ret_count && places_count(places) >= PLACES_MIN; i++)
        events[i].place = places_of(places, m, events[i].lead->series);
    places_free(places);
    told.unit_seconds = fills(events, *ret_count, split) ? FILLS_SECONDS : 0;
    const uint32_t *blamed = blame_count(m, news, count, split);
    struct subjects *subjects = subjects_new(m);
    size_t shift_count;
    const struct shift *shifts = shifts_find(m, split->time_ns, &shift_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct hypothesis *h = &events[i];
        if (h->role == ROLE_CHANGE && !h->lifecycle)
            h->shift = shift_at(shifts, shift_count, h->time_ns);
        weigh_novelty(m, h, split);
        weigh_severity(m, h);
        weigh_role(m, h);
        weigh_destruction(h);
        weigh_precedence(m, h, events, *ret_count, split);
        weigh_links(m, h, events, *ret_count, split);
        weigh_place(m, h, events, *ret_count, split);
        chain_weigh(m, h, events, *ret_count);
        subjects_weigh(subjects, m, h, events, *ret_count, split);
        weigh_recurrence(m, h);
        weigh_reaction(m, h, split);
        if (at_ns != TIME_NONE && !m->by_order && h->time_ns > at_ns + MINUTE_NS)
            hypothesis_add(h, "late", LATE_BITS, "it came after the trouble was noticed");
        weigh_replica(m, h);
        weigh_silent(m, h);
        weigh_blame(m, h, blamed);
    }
    chain_pass_on(m, events, *ret_count);
    subjects_free(subjects);
    subjects_supersede(m, events, *ret_count, split);
    qsort(events, *ret_count, sizeof *events, compare_hypothesis);
    return events;
}
