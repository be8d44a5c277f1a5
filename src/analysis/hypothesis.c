#include "analysis/hypothesis.h"

#include "analysis/language.h"
#include "record/severity.h"

#include <stdlib.h>

#define BEGINS_MOST 3 /* times that work began which is no routine yet */

/* One kind of evidence is left out of builds that bench/ablation makes. */
bool evidence_left_out(const char *kind)
{
#ifdef ONSET_ABLATION
    const char *without = getenv("ONSET_WITHOUT");
    return without && strcmp(without, kind) == 0;
#else
    (void)kind;
    return false;
#endif
}

void hypothesis_add(struct hypothesis *h, const char *kind, double bits, const char *sentence)
{
    if (evidence_left_out(kind))
        return;
    h->bits += bits;
    if (h->evidence_count < EVIDENCE_MAX)
        h->evidence[h->evidence_count++] = (struct evidence){kind, bits, sentence};
}

double hypothesis_tied_bits(const struct hypothesis *h)
{
    double bits = 0;
    for (size_t i = 0; i < h->evidence_count; i++)
        if (strcmp(h->evidence[i].kind, "subject") == 0 || strcmp(h->evidence[i].kind, "links") == 0)
            bits += h->evidence[i].bits;
    return bits;
}

static int role_rank(enum role role)
{
    return role == ROLE_CAUSE     ? 4
           : role == ROLE_CHANGE  ? 3
           : role == ROLE_SYMPTOM ? 2
           : role == ROLE_BENIGN  ? 0
                                  : 1;
}

/* A change that is logged for developers alone is none that an operator made; the banner with which a source
 * begins tells that it started, not that anything changed. */
static bool is_change(const struct pattern *p)
{
    return p->role == ROLE_CHANGE && !p->at_start && (p->severity == 0 || p->severity >= SEVERITY_INFO) &&
           p->severity < SEVERITY_ERROR;
}

/* Could the line be what an engineer looks for? The earliest such line leads its event. */
static bool tells(const struct news *n)
{
    const struct pattern *p = n->pattern;
    if (p->kind != SERIES_RECORD || p->role == ROLE_BENIGN)
        return false;
    return p->severity >= SEVERITY_WARN || p->role == ROLE_CAUSE || is_change(p) ||
           n->novelty == NOVELTY_NEW_VALUE || (n->novelty == NOVELTY_AGAIN && p->role == ROLE_CHANGE);
}

/* Work that begins and never did before: an export, a clean-up. It tells that something was done, not what.
 */
static bool begins_work(const struct news *n)
{
    const struct pattern *p = n->pattern;
    const struct exemplar *e = &n->series->exemplar;
    return !evidence_left_out("begins") && p->role == ROLE_UNKNOWN && p->kind == SERIES_RECORD &&
           !p->startup && !p->at_start &&
           (p->severity == 0 || (p->severity >= SEVERITY_INFO && p->severity < SEVERITY_WARN)) &&
           (n->novelty == NOVELTY_NEW || n->novelty == NOVELTY_NEW_SOURCE) && p->count <= BEGINS_MOST &&
           language_begins(exemplar_message(e));
}

/* Of what one tool did, that something is another now stands before what it ran, or set off by that. */
static bool alters(const struct news *n)
{
    const struct exemplar *e = &n->series->exemplar;
    return language_alters(exemplar_message(e));
}

static void join_event(struct hypothesis *h, const struct news *n)
{
    const struct pattern *p = n->pattern;
    bool changes = (n->novelty == NOVELTY_NEW_VALUE && p->role != ROLE_BENIGN) ||
                   (n->novelty == NOVELTY_AGAIN && p->role == ROLE_CHANGE);
    bool begins = begins_work(n);
    enum role role = changes || begins                         ? ROLE_CHANGE
                     : p->role == ROLE_CHANGE && !is_change(p) ? ROLE_UNKNOWN
                                                               : p->role;
    if (p->role == ROLE_BENIGN && n != h->first)
        return; /* it adds nothing, whatever its level */
    const struct pattern *lead = h->lead->pattern;
    bool takes = is_change(p) && is_change(lead) &&
                 ((p->destroys && !lead->destroys) || (!p->lifecycle && lead->lifecycle) ||
                  (p->rule == lead->rule && alters(n) && !alters(h->lead)));
    if ((tells(n) && !tells(h->lead)) || takes)
        h->lead = n;
    if (p->severity > h->severity || !h->worst) {
        h->severity = p->severity;
        h->worst = n;
    }
    if (p->kind == SERIES_EXCEPTION && !h->detail)
        h->detail = n;
    /* words of a plain remark beside a warning tell nothing of the warning, nor does wrapped text */
    bool remark = p->kind == SERIES_DETAIL ||
                  (p->kind == SERIES_RECORD && p->severity < SEVERITY_WARN && h->severity >= SEVERITY_WARN &&
                   role == ROLE_CAUSE && !catalogue_knows(p->rule));
    bool says_more = role == ROLE_CHANGE && h->role == ROLE_CHANGE && h->lifecycle && !p->lifecycle;
    if (n == h->first || (role_rank(role) > role_rank(h->role) && !remark) || says_more) {
        h->rule = p->rule;
        h->role = role;
        h->lifecycle = (p->lifecycle || begins) && n->novelty != NOVELTY_NEW_VALUE;
        h->layer = p->layer;
    }
    h->absence |= p->absence;
    if (n->bits > h->surprise)
        h->surprise = n->bits;
    if (n->mass > h->mass)
        h->mass = n->mass;
}

/* From one stamp to the next, at least: those of a clock that counts seconds may be an instant apart. */
static int64_t gap_between(int64_t from_ns, int64_t to_ns)
{
    bool seconds = from_ns % NS_PER_SECOND == 0 && to_ns % NS_PER_SECOND == 0;
    return to_ns - from_ns - (seconds ? NS_PER_SECOND - 1 : 0);
}

/* News is sorted by time: an event takes what its service says within BURST_GROUP_NS of its first line. */
struct hypothesis *hypotheses_new(struct model *m, const struct news *news, size_t count, int64_t from_ns,
                                  int64_t to_ns, size_t *ret_count)
{
    struct hypothesis *events = arena_alloc(&m->arena, (count + 1) * sizeof *events);
    struct hypothesis **open = memory_alloc((m->service_count + 1) * sizeof *open);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct pattern *p = news[i].pattern;
        if ((news[i].time_ns < from_ns && !news[i].early) || news[i].time_ns > to_ns ||
            (news[i].novelty == NOVELTY_NEW_VALUE && evidence_left_out("new-value")))
            continue;
        struct hypothesis *h = open[p->service];
        bool joins = h && gap_between(h->last_ns, news[i].time_ns) <= BURST_GROUP_NS &&
                     news[i].time_ns - h->time_ns <= BURST_SPAN_NS && !m->by_order && !p->guessed_time &&
                     news[i].novelty == h->lead->novelty && news[i].novelty != NOVELTY_SURGE;
        if (!joins && p->kind == SERIES_DETAIL)
            continue; /* wrapped text is no event of its own */
        if (!joins) {
            h = &events[n++];
            *h = (struct hypothesis){
                .lead = &news[i], .first = &news[i], .service = p->service, .time_ns = news[i].time_ns};
            open[p->service] = h;
        }
        h->last_ns = news[i].time_ns;
        join_event(h, &news[i]);
    }
    free(open);
    *ret_count = n;
    return events;
}
