#include "analysis/answer.h"

#include "analysis/about.h"
#include "analysis/language.h"
#include "profile/exemplar.h"
#include "record/severity.h"

#include <math.h>

#define MINUTE_NS      (60 * NS_PER_SECOND)
#define NONE_OF_THEM   4.0  /* bits that an answer must beat to be believed: the prior of "none of them" */
#define BELIEF_MOST    0.97 /* one sure answer in thirty is wrong: what the log does not hold, no line tells */
#define BELIEVED       5    /* answers that share the belief, however many are shown */
#define EXPLAINED_BITS 2.0  /* what a hypothesis loses to one that explains it */
#define ALIKE_BITS     4.0 /* what a second row of the same kind loses: the place is worth more than it tells */
#define OTHER_PLACE    3   /* of the first answers, one should be a change where there was any ... */
#define OTHER_BITS     2.0 /* ... that is not far behind */
#define EXPLAINED_NS   (2 * MINUTE_NS)
#define REPEAT_NS      (10 * NS_PER_SECOND) /* one rule, one service: one thing said in several lines */

struct place answer_place(struct findings *f, const struct model *m, const struct series *s)
{
    const struct exemplar *e = &s->exemplar;
    const struct stream *stream = table_get(&m->logs->streams, s->stream);
    return (struct place){.source = arena_string(&f->arena, profile_file_name(m->logs, e->file)),
                          .stream = arena_string(&f->arena, stream->writer),
                          .line = e->line,
                          .offset = e->offset,
                          .time_ns = stream->by_order ? TIME_NONE : stream_time(m, stream, e->time_ns),
                          .text = arena_copy(&f->arena, span_make(e->text, e->raw_bytes)),
                          .message = arena_copy(&f->arena, exemplar_message(e)),
                          .excerpt = arena_copy(&f->arena, exemplar_excerpt(e))};
}

static void fill_spark(const struct findings *f, const struct model *m, const struct pattern *p,
                       uint32_t *spark)
{
    double width = (double)(f->spark_to_ns - f->spark_from_ns) / SPARK_BUCKETS;
    for (int i = 0; i < SPARK_BUCKETS; i++) {
        double n = pattern_count(m, p, f->spark_from_ns + (int64_t)(i * width),
                                 f->spark_from_ns + (int64_t)((i + 1) * width));
        spark[i] = n > 0 && n < 1 ? 1 : (uint32_t)(n + 0.5);
    }
}

static struct span message_of(const struct news *n)
{
    return exemplar_message(&n->series->exemplar);
}

/* What was changed, or what was not reached. */
static const char *about(const struct hypothesis *h, struct arena *arena)
{
    if (h->role == ROLE_CHANGE)
        return about_message(message_of(h->lead), arena);
    if (h->layer != LAYER_NETWORK && h->layer != LAYER_DNS && h->layer != LAYER_TLS)
        return NULL;
    const char *address = about_address(message_of(h->lead), arena);
    return address || !h->detail ? address : about_address(message_of(h->detail), arena);
}

struct candidate answer_candidate(struct findings *f, const struct model *m, const struct hypothesis *h)
{
    const struct pattern *p = h->lead->pattern;
    const struct pattern *also = h->detail             ? h->detail->pattern
                                 : h->worst != h->lead ? h->worst->pattern
                                                       : NULL;
    struct candidate c = {.service = arena_string(&f->arena, m->services[h->service].name),
                          .novelty = h->lead->novelty,
                          .layer = h->layer,
                          .role = h->role,
                          .severity = h->severity,
                          .bits = h->bits,
                          .first = answer_place(f, m, h->lead->series),
                          .sources = p->streams,
                          .services_after = h->services_after,
                          .rule = h->rule};
    c.id = arena_printf(&f->arena, "%016llx", (unsigned long long)p->id);
    c.template_text = arena_string(&f->arena, (const char *)arena_copy(&f->arena, p->template_text).ptr);
    if (also)
        c.also = answer_place(f, m, (h->detail ? h->detail : h->worst)->series);
    if (h->earlier)
        c.earlier = answer_place(f, m, h->earlier->first);
    c.count_before = h->lead->novelty == NOVELTY_SURGE
                         ? (uint64_t)(pattern_count(m, p, m->first_ns, h->lead->time_ns) + 0.5)
                     : h->lead->novelty == NOVELTY_AGAIN     ? (uint64_t)(h->lead->before + 0.5)
                     : h->lead->novelty == NOVELTY_NEW_VALUE ? p->count - h->lead->value->count
                                                             : 0;
    c.count_after = p->count > c.count_before ? p->count - c.count_before : 0;
    struct evidence *evidence = arena_alloc(&f->arena, (h->evidence_count + 1) * sizeof *evidence);
    for (size_t i = 0; i < h->evidence_count; i++)
        evidence[i] = (struct evidence){h->evidence[i].kind, h->evidence[i].bits,
                                        arena_string(&f->arena, h->evidence[i].sentence)};
    c.evidence = evidence;
    c.evidence_count = h->evidence_count;
    if (h->rule) {
        c.title = arena_string(&f->arena, h->rule->title);
        c.hint = arena_string(&f->arena, h->rule->hint);
        c.runbook_url = arena_string(&f->arena, h->rule->runbook_url);
        c.about = about(h, &f->arena);
    }
    fill_spark(f, m, p, c.spark);
    return c;
}

/* Another view of something that is already listed: the same text in another service, or the same service
 * again within a second without anything to add. */
static bool repeats(const struct hypothesis *a, const struct hypothesis *b)
{
    bool value = a->lead->novelty == NOVELTY_NEW_VALUE && b->lead->novelty == NOVELTY_NEW_VALUE;
    if (!value && span_equal(a->lead->pattern->template_text, b->lead->pattern->template_text))
        return true;
    int64_t gap = a->time_ns - b->time_ns;
    return a->service == b->service && gap > -REPEAT_NS && gap < REPEAT_NS && a->rule && a->rule == b->rule;
}

/* Two lines of what one tool did: does `other` tell better what that was? It names what fails, or says that
 * something is another now, where `h` says what was run or set off. */
static bool tells_better(const struct hypothesis *other, const struct hypothesis *h)
{
    double theirs = hypothesis_tied_bits(other), own = hypothesis_tied_bits(h);
    if (theirs != own)
        return theirs > own;
    return !other->lifecycle && language_alters(message_of(other->lead)) &&
           (h->lifecycle || !language_alters(message_of(h->lead)));
}

/* One rule, one service, a few seconds: what one tool did is told in several lines, of which the one is shown
 * that tells it best. It has the bits of the best one. */
static struct hypothesis *representative(struct hypothesis *list, size_t count, struct hypothesis *best)
{
    struct hypothesis *chosen = best;
    for (size_t i = 0; i < count && best->role == ROLE_CHANGE && catalogue_knows(best->rule); i++) {
        struct hypothesis *o = &list[i];
        int64_t gap = o->time_ns - best->time_ns;
        if (o != best && o->role == ROLE_CHANGE && o->service == best->service && o->rule == best->rule &&
            gap > -REPEAT_NS && gap < REPEAT_NS && tells_better(o, chosen))
            chosen = o;
    }
    if (chosen->bits < best->bits)
        hypothesis_add(chosen, "steps", best->bits - chosen->bits,
                       "what was said of it within ten seconds weighs so much");
    return chosen;
}

/* Does an answer that is already given explain this one too? It came first, not long before, and both speak
 * of the same things, or the same service speaks on within seconds. */
static bool explains(const struct hypothesis *given, const struct hypothesis *h)
{
    int64_t gap = h->time_ns - given->time_ns;
    if (given->lead->novelty == NOVELTY_NEW_VALUE && h->lead->novelty == NOVELTY_NEW_VALUE)
        return false; /* one job does not start another */
    return gap >= 0 && gap < EXPLAINED_NS &&
           (given->service == h->service || links_share(&given->words, &h->words));
}

/* Is the answer that is already given of the same kind? One rule knows both, and they come close together or
 * name the same things: somebody's second statement, a flag that was switched back and forth. */
static bool alike(const struct hypothesis *given, const struct hypothesis *h)
{
    int64_t gap = h->time_ns - given->time_ns;
    bool close = gap > -EXPLAINED_NS && gap < EXPLAINED_NS;
    return given->service == h->service && given->rule && given->rule == h->rule &&
           (close || links_share(&given->words, &h->words));
}

/* A change that could have begun the trouble, and tells what was done: not what answers it, nor what a
 * process says of its own start or end. */
static bool is_other(const struct hypothesis *h)
{
    return h->role == ROLE_CHANGE && h->severity < SEVERITY_ERROR && h->share_after > 0.5 &&
           !h->lead->pattern->lifecycle && !h->lead->pattern->lives;
}

/* Work that is new and tells nothing: no hypothesis beside a change. */
static bool is_plain(const struct hypothesis *h)
{
    return h->role == ROLE_UNKNOWN && h->severity < SEVERITY_WARN;
}

/* The best of what is left, where what the kept ones explain already counts less: the first answers should be
 * different hypotheses, not one cascade told five times. */
static struct hypothesis *choose_next(struct hypothesis *list, size_t count, struct hypothesis *const *kept,
                                      size_t kept_count)
{
    struct hypothesis *best = NULL;
    double best_bits = 0, best_other = 0;
    double most = kept_count ? kept[kept_count - 1]->bits : 0;
    bool no_change = kept_count == OTHER_PLACE - 1 && !evidence_left_out("other");
    for (size_t k = 0; k < kept_count; k++)
        no_change &= !is_other(kept[k]);
    bool best_explained = false, best_alike = false;
    for (size_t i = 0; i < count; i++) {
        double more = !no_change ? 0 : best && is_plain(best) ? most : OTHER_BITS;
        if (list[i].bits + more <= best_bits)
            break; /* list is sorted: no later one can win */
        if (list[i].role == ROLE_BENIGN && catalogue_knows(list[i].rule))
            continue; /* somebody who knows it says that it does no harm */
        bool again = false, explained = false, kin = false;
        for (size_t k = 0; k < kept_count; k++) {
            again |= kept[k] == &list[i] || repeats(kept[k], &list[i]);
            explained |= explains(kept[k], &list[i]) && !evidence_left_out("explained");
            kin |= alike(kept[k], &list[i]) && !evidence_left_out("alike");
        }
        double bits = list[i].bits - (explained ? EXPLAINED_BITS : 0) - (kin ? ALIKE_BITS : 0), other = 0;
        if (no_change && is_other(&list[i]) && bits < most)
            other = fmin(best && is_plain(best) && bits > 0 ? most : OTHER_BITS, most - bits);
        if (!again && bits + other > best_bits) {
            best = &list[i];
            best_bits = bits + other;
            best_other = other;
            best_explained = explained;
            best_alike = kin;
        }
    }
    if (best)
        best = representative(list, count, best);
    if (best_explained)
        hypothesis_add(best, "explained", -EXPLAINED_BITS, "an answer above explains it");
    if (best_alike)
        hypothesis_add(best, "alike", -ALIKE_BITS, "an answer above is of the same kind");
    if (best && best_other > 0)
        hypothesis_add(best, "other", best_other, "no answer above is a change");
    return best;
}

void answer_fill(struct findings *f, const struct model *m, struct hypothesis *list, size_t count, size_t top)
{
    size_t n = 0, most = top > BELIEVED ? top : BELIEVED;
    struct hypothesis **kept = memory_alloc((most + 1) * sizeof *kept);
    while (n < most && (kept[n] = choose_next(list, count, kept, n)) != NULL)
        n++;
    double sum = exp2(NONE_OF_THEM);
    for (size_t i = 0; i < n && i < BELIEVED; i++)
        sum += exp2(kept[i]->bits < 60 ? kept[i]->bits : 60);
    if (n > top)
        n = top;
    f->candidates = arena_alloc(&f->arena, (n + 1) * sizeof *f->candidates);
    for (size_t i = 0; i < n; i++) {
        struct candidate c = answer_candidate(f, m, kept[i]);
        c.confidence = BELIEF_MOST * exp2(c.bits < 60 ? c.bits : 60) / sum;
        f->candidates[f->candidate_count++] = c;
    }
    free(kept);
}
