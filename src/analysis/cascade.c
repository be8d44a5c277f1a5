#include "analysis/cascade.h"

#include "onset.h"
#include "record/severity.h"

#include <math.h>
#include <stdlib.h>

#define MINUTE_NS     (60 * NS_PER_SECOND)
#define HEALED_LASTED MINUTE_NS
#define HEALED_MILD   (10 * MINUTE_NS) /* probes fail while the pods of a rollout start, one by one */
#define HEALED_SINCE  (5 * MINUTE_NS)
#define CHANGES_MAX   24
#define WORDED_MAX    3 /* times that a line without a rule may be said and still be a change, not routine */
#define STEPS_MAX     12
#define CHANGE_BEFORE (60 * MINUTE_NS) /* changes that are listed, new or not */
#define CHANGE_AFTER  (5 * MINUTE_NS)

static const char *copy_span(struct arena *arena, struct span text)
{
    return (const char *)arena_copy(arena, text).ptr;
}

static struct span message_of(const struct series *s)
{
    return exemplar_message(&s->exemplar);
}

struct moment {
    const struct exemplar *line;
    int64_t time_ns;
};

/* Nearer to the onset; before it rather than after it. */
static bool nearer(int64_t t, int64_t than, int64_t onset)
{
    if (than == TIME_NONE || (t <= onset) != (than <= onset))
        return than == TIME_NONE || t <= onset;
    return t <= onset ? t > than : t < than;
}

/* The occurrence of a change that lies nearest to the onset, of those whose time is known to the instant: the
 * lines that are kept, and the last of each source. A restart that a log told of for long may be the one that
 * counts. */
static struct moment nearest(const struct model *m, const struct pattern *p, int64_t onset)
{
    struct moment best = {NULL, TIME_NONE};
    for (uint32_t i = 0; i < p->part_count; i++) {
        const struct series *s = p->parts[i];
        int64_t first = series_time(m, s), last = first + s->last_ns - s->first_ns;
        for (size_t k = 0; k <= s->turn_count; k++) {
            const struct exemplar *line = k ? &s->turns[k - 1] : &s->exemplar;
            int64_t t = first + line->time_ns - s->first_ns;
            if (t <= m->last_ns && nearer(t, best.time_ns, onset))
                best = (struct moment){line, t};
        }
        if (last != first && last <= m->last_ns && nearer(last, best.time_ns, onset))
            best = (struct moment){&s->exemplar, last};
    }
    return best;
}

/* Latest first. */
static int compare_change(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    if (x->seconds_before != y->seconds_before)
        return x->seconds_before < y->seconds_before ? -1 : 1;
    int c = strcmp(x->first.source, y->first.source);
    return c ? c : (x->first.offset < y->first.offset) - (x->first.offset > y->first.offset);
}

static int compare_nearest(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    double near = fabs(x->seconds_before), far = fabs(y->seconds_before);
    return near != far ? (near < far ? -1 : 1) : compare_change(a, b);
}

/* Distances are from zero, the onset that the report speaks of: the trigger, not the first trouble. */
static void fill_changes(struct findings *f, const struct model *m, int64_t onset, int64_t zero)
{
    struct change *list = arena_alloc(&f->arena, (m->pattern_count + 1) * sizeof *list);
    for (size_t i = 0; i < m->pattern_count; i++) {
        const struct pattern *p = &m->patterns[i];
        if (p->role != ROLE_CHANGE || p->kind == SERIES_DETAIL)
            continue;
        if (!p->rule &&
            (p->count > WORDED_MAX || p->baseline_count || (p->severity && p->severity < SEVERITY_INFO)))
            continue;
        struct moment nearest_one = nearest(m, p, onset);
        int64_t t = nearest_one.time_ns;
        if (t == TIME_NONE || t < onset - CHANGE_BEFORE || t > onset + CHANGE_AFTER)
            continue;
        const struct exemplar *e = nearest_one.line;
        struct change *c = &list[f->change_count++];
        *c = (struct change){.service = arena_string(&f->arena, m->services[p->service].name),
                             .title = arena_string(&f->arena, p->rule ? p->rule->title : ""),
                             .layer = p->layer,
                             .seconds_before = (double)(zero - t) / NS_PER_SECOND,
                             .is_new = p->baseline_count == 0 && p->first_ns == t};
        c->first = (struct place){.source = arena_string(&f->arena, profile_file_name(m->logs, e->file)),
                                  .stream = "",
                                  .line = e->line,
                                  .offset = e->offset,
                                  .time_ns = m->by_order ? TIME_NONE : t,
                                  .text = arena_copy(&f->arena, span_make(e->text, e->raw_bytes)),
                                  .message = arena_copy(&f->arena, exemplar_message(e))};
    }
    qsort(list, f->change_count, sizeof *list, compare_nearest);
    if (f->change_count > CHANGES_MAX)
        f->change_count = CHANGES_MAX;
    qsort(list, f->change_count, sizeof *list, compare_change);
    f->changes = list;
}

static struct cascade_step step_of(struct findings *f, const struct model *m, const struct news *n,
                                   int64_t trigger)
{
    struct span text = message_of(n->series);
    return (struct cascade_step){
        .service = arena_string(&f->arena, m->services[n->pattern->service].name),
        .text = copy_span(&f->arena, span_make(text.ptr, text.len < 200 ? text.len : 200)),
        .time_ns = m->by_order ? TIME_NONE : n->time_ns,
        .count = n->novelty == NOVELTY_NEW_VALUE ? n->value->count : n->pattern->count,
        .lag_seconds = m->by_order ? 0 : (double)(n->time_ns - trigger) / NS_PER_SECOND};
}

/* The best hypothesis where it came first, and then the first new trouble of each service, in order of time.
 */
static void fill_steps(struct findings *f, const struct model *m, const struct news *news, size_t news_count,
                       const struct hypothesis *best, int64_t trigger)
{
    uint8_t *seen = memory_alloc(m->service_count + 1);
    struct cascade_step *steps = arena_alloc(&f->arena, STEPS_MAX * sizeof *steps);
    if (best && best->time_ns == trigger)
        steps[f->cascade_count++] = step_of(f, m, best->lead, trigger);
    for (size_t i = 0; i < news_count && f->cascade_count < STEPS_MAX; i++) {
        const struct pattern *p = news[i].pattern;
        if (news[i].time_ns < trigger || seen[p->service] || news[i].mass < 0.5 || !pattern_is_trouble(p))
            continue;
        seen[p->service] = 1;
        if (f->cascade_count == 0 || best->lead != &news[i])
            steps[f->cascade_count++] = step_of(f, m, &news[i], trigger);
    }
    free(seen);
    f->cascade = steps;
}

static void fill_layers(struct findings *f, const struct model *m, const struct news *news, size_t news_count,
                        int64_t from)
{
    double worst[LAYER_COUNT] = {0};
    for (int l = 0; l < LAYER_COUNT; l++)
        f->layers[l].layer = (enum layer)l;
    for (size_t i = 0; i < news_count; i++) {
        const struct pattern *p = news[i].pattern;
        if (news[i].time_ns < from || p->layer == LAYER_UNKNOWN || p->role == ROLE_BENIGN ||
            p->kind == SERIES_DETAIL)
            continue;
        struct layer_row *row = &f->layers[p->layer];
        row->patterns++;
        if (news[i].mass >= worst[p->layer]) {
            struct span text = message_of(p->first);
            worst[p->layer] = news[i].mass;
            row->worst =
                arena_printf(&f->arena, "%s: %s", m->services[p->service].name,
                             copy_span(&f->arena, span_make(text.ptr, text.len < 120 ? text.len : 120)));
        }
    }
}

/* From the first line of new trouble to the last one before a silence of five minutes; TIME_NONE when there
 * is none. Returns the mass of what came after that. */
static double trouble_range(const struct news *news, size_t news_count, int64_t onset, int64_t *ret_from,
                            int64_t *ret_to)
{
    double later = 0;
    *ret_from = *ret_to = TIME_NONE;
    for (size_t i = 0; i < news_count; i++) {
        if (news[i].time_ns < onset || !pattern_is_trouble(news[i].pattern))
            continue;
        if (*ret_from == TIME_NONE)
            *ret_from = *ret_to = news[i].time_ns;
        if (news[i].time_ns > *ret_to + HEALED_SINCE)
            later += news[i].mass;
        else if (news[i].pattern->last_ns > *ret_to)
            *ret_to = news[i].pattern->last_ns;
    }
    return later;
}

/* Over when the new trouble has been silent for the last three minutes of the log. */
static bool is_over(const struct model *m, const struct news *news, size_t news_count, int64_t onset)
{
    int64_t from, to;
    double later = trouble_range(news, news_count, onset, &from, &to);
    return to != TIME_NONE && !m->by_order && later <= TRIFLE_MASS && m->last_ns - to > 3 * MINUTE_NS;
}

bool cascade_healed(const struct model *m, const struct news *news, size_t news_count,
                    const struct onset_split *split, int64_t *ret_from, int64_t *ret_to)
{
    for (size_t i = 0; i < news_count; i++)
        if (news[i].novelty == NOVELTY_GONE && news[i].time_ns >= split->time_ns)
            return false;
    double later = trouble_range(news, news_count, split->time_ns, ret_from, ret_to);
    int64_t most = split_is_mild(split) ? HEALED_MILD : HEALED_LASTED;
    return *ret_to != TIME_NONE && !m->by_order && later <= TRIFLE_MASS && *ret_to - *ret_from < most &&
           m->last_ns - *ret_to > HEALED_SINCE;
}

void cascade_fill(struct findings *f, const struct model *m, const struct news *news, size_t news_count,
                  const struct hypothesis *list, size_t count, const struct onset_split *split)
{
    for (int l = 0; l < LAYER_COUNT; l++)
        f->layers[l].layer = (enum layer)l;
    int64_t onset = split->found ? split->time_ns : m->last_ns;
    if (m->pattern_count == 0)
        return;
    fill_changes(f, m, onset, f->onset_from_ns != TIME_NONE ? f->onset_from_ns : onset);
    if (f->verdict != ONSET_FOUND && !f->healed)
        return;
    int64_t trigger = count && list[0].time_ns < onset ? list[0].time_ns : onset;
    fill_steps(f, m, news, news_count, count ? &list[0] : NULL, trigger);
    fill_layers(f, m, news, news_count, trigger);
    f->recovered = is_over(m, news, news_count, onset);
}
