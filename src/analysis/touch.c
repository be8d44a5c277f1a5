#include "analysis/touch.h"

#include "analysis/language.h"
#include "record/severity.h"

#define MINUTE_NS (60 * NS_PER_SECOND)

static struct span message_of(const struct news *n)
{
    return exemplar_message(&n->series->exemplar);
}

/* Nothing that is logged as trouble, or for developers alone. */
static bool may_change(const struct news *n)
{
    const struct pattern *p = n->pattern;
    return p->kind == SERIES_RECORD && p->role == ROLE_UNKNOWN && !p->startup && !p->guessed_time &&
           (p->severity == 0 || (p->severity >= SEVERITY_INFO && p->severity < SEVERITY_WARN)) &&
           language_alters(message_of(n));
}

/* Does the line name a host by its first label that a line of the trouble names? */
static bool names_host(const struct links *links, const struct news *n, const struct hypothesis *trouble,
                       const struct news *end)
{
    for (const struct news *t = trouble->first; t < end && t->time_ns <= trouble->last_ns; t++)
        if (t->pattern->service == trouble->service && links_names_host(links, n->series, t->series))
            return true;
    return false;
}

/* Does the first trouble of another service name what the line names? end: of the news. */
static bool is_in_trouble(const struct links *links, const struct news *n, const struct news *end,
                          const struct hypothesis *events, size_t count, const struct onset_split *split)
{
    struct link_words words = {.count = 0};
    links_add(links, n->series, &words);
    for (size_t i = 0; i < count; i++) {
        const struct hypothesis *o = &events[i];
        if (o->service != n->pattern->service && o->mass >= 0.5 && o->time_ns >= n->time_ns &&
            o->time_ns <= split->time_ns + MINUTE_NS &&
            (links_share_name(&words, &o->words) || names_host(links, n, o, end)))
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
                is_in_trouble(links, n, end, events, count, split)) {
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
