#include "analysis/touch.h"

#include "analysis/language.h"
#include "record/severity.h"

#define MINUTE_NS (60 * NS_PER_SECOND)

static struct span message_of(const struct news *n)
{
    const struct exemplar *e = &n->series->exemplar;
    return span_make(e->text + e->message_at, e->message_bytes);
}

/* Nothing that is logged as trouble, or for developers alone. */
static bool may_change(const struct news *n)
{
    const struct pattern *p = n->pattern;
    return p->kind == SERIES_RECORD && p->role == ROLE_UNKNOWN && !p->startup && !p->guessed_time &&
           (p->severity == 0 || (p->severity >= SEVERITY_INFO && p->severity < SEVERITY_WARN)) &&
           language_alters(message_of(n));
}

/* Does the first trouble of another service name what the line names? */
static bool is_in_trouble(const struct links *links, const struct news *n, const struct hypothesis *events,
                          size_t count, const struct onset_split *split)
{
    struct link_words words = {.count = 0};
    links_add(links, n->series, &words);
    for (size_t i = 0; i < count; i++) {
        const struct hypothesis *o = &events[i];
        if (o->service != n->pattern->service && o->mass >= 0.5 && o->time_ns >= n->time_ns &&
            o->time_ns <= split->time_ns + MINUTE_NS && links_share_name(&words, &o->words))
            return true;
    }
    return false;
}

size_t touch_find(struct model *m, const struct links *links, struct hypothesis *events, size_t count,
                  const struct news *news, size_t news_count, const struct onset_split *split)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct hypothesis *h = &events[i];
        const struct news *end = news + news_count;
        for (const struct news *n = h->first; n < end && n->time_ns <= h->last_ns; n++)
            if (h->role == ROLE_UNKNOWN && !m->by_order && n->pattern->service == h->service &&
                !evidence_left_out("touch") && may_change(n) &&
                is_in_trouble(links, n, events, count, split)) {
                h->role = ROLE_CHANGE;
                h->lead = n;
                h->destroys = language_destroys(message_of(n));
            }
    }
    for (size_t i = 0; i < count; i++)
        if (events[i].role != ROLE_UNKNOWN || events[i].lead->novelty != NOVELTY_AGAIN)
            events[kept++] = events[i];
    return kept;
}
