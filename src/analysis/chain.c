#include "analysis/chain.h"

#include "record/severity.h"

#include <math.h>

#define CHAIN_NS   (20 * NS_PER_SECOND)
#define CHAIN_BITS 1.0 /* for a change that another one, or trouble of its own service, follows at once */
#define STEPS_MOST 2.0 /* what a change is worth for what its steps name: as much as for naming it itself */

/* A clock that counts seconds does not tell what came first within one. */
static bool in_one_second(int64_t a, int64_t b)
{
    return (a % NS_PER_SECOND == 0 || b % NS_PER_SECOND == 0) && a / NS_PER_SECOND == b / NS_PER_SECOND;
}

/* Changes that follow each other at once in different services are one: the first is what somebody did, a
 * rollout before the restart, the others are done by it. A change after which its own service fails at once
 * is no routine: one process has one clock. */
void chain_weigh(struct model *m, struct hypothesis *h, const struct hypothesis *events, size_t count)
{
    const struct hypothesis *before = NULL, *after = NULL;
    bool warns = h->role != ROLE_CHANGE && h->role != ROLE_SYMPTOM && h->severity == SEVERITY_WARN;
    if ((h->role != ROLE_CHANGE && !warns) || h->lead->novelty == NOVELTY_GONE)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct hypothesis *o = &events[i];
        int64_t gap = o->time_ns - h->time_ns;
        bool changes =
            !warns && o->role == ROLE_CHANGE && o->service != h->service && o->lead->novelty != NOVELTY_GONE;
        bool fails = o->service == h->service && o->severity >= SEVERITY_ERROR && o->mass >= 0.5;
        bool again = o->lead->novelty == NOVELTY_AGAIN && h->lead->novelty != NOVELTY_AGAIN;
        bool leads = changes && !again && (!o->lifecycle || h->lifecycle);
        if (changes &&
            in_one_second(h->time_ns, o->time_ns)) /* what was done stands before what that started */
            gap = o->lifecycle - h->lifecycle;
        if (leads && gap < 0 && gap >= -CHAIN_NS)
            before = o;
        if ((changes || fails) && gap > 0 && gap <= CHAIN_NS && !after)
            after = o;
    }
    if (before)
        hypothesis_add(
            h, "chain", -CHAIN_BITS,
            arena_printf(&m->arena, "%s changed right before it", m->services[before->service].name));
    else if (after)
        hypothesis_add(h, "chain", CHAIN_BITS,
                       arena_printf(&m->arena,
                                    after->service == h->service ? "%s failed right after it"
                                                                 : "%s changed right after it",
                                    m->services[after->service].name));
}

/* What ties a step to the trouble ties what began the chain to it. */
void chain_pass_on(struct model *m, struct hypothesis *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hypothesis *h = &events[i];
        const struct hypothesis *step = NULL;
        double most = hypothesis_tied_bits(h), own = most;
        bool step_itself = false;
        for (size_t k = 0; k < h->evidence_count; k++)
            step_itself |= strcmp(h->evidence[k].kind, "chain") == 0 && h->evidence[k].bits < 0;
        if (h->role != ROLE_CHANGE || h->lead->novelty == NOVELTY_GONE || step_itself)
            continue;
        for (size_t k = i + 1; k < count && events[k].time_ns - h->time_ns <= CHAIN_NS; k++) {
            const struct hypothesis *o = &events[k];
            bool again = h->lead->novelty == NOVELTY_AGAIN && o->lead->novelty != NOVELTY_AGAIN;
            if (o->role != ROLE_CHANGE || o->service == h->service || o->lead->novelty == NOVELTY_GONE ||
                again || (h->lifecycle && !o->lifecycle) || hypothesis_tied_bits(o) <= most)
                continue;
            most = hypothesis_tied_bits(o);
            step = o;
        }
        if (step)
            hypothesis_add(h, "steps", fmin(most - own, STEPS_MOST),
                           arena_printf(&m->arena, "%s, which changed right after it, is tied to the trouble",
                                        m->services[step->service].name));
    }
}
