#include "analysis/subject.h"

#include "base/ascii.h"

#define XXH_INLINE_ALL
#include "record/severity.h"

#include <xxhash.h>

#include <math.h>

#define MINUTE_NS       (60 * NS_PER_SECOND)
#define NAME_BYTES_MIN  3
#define NAME_BYTES_MAX  64
#define NAMED_BITS      2.0
#define CHANGED_BITS    1.0
#define NEAR_NS         MINUTE_NS /* in which what a change is about shows it */
#define LAYER_BITS      1.0
#define RESTART_SECONDS 30.0
#define PAST_NS         (10 * MINUTE_NS)
#define SILENCE         20.0 /* records that were to be expected for each that came */
#define ROUTINE_MIN     3    /* changes of a kind that make a routine */
#define ROUTINE_MOST    3.0
#define STEP_NS         (20 * NS_PER_SECOND) /* in which one change is a step of another */
#define SKEW_NS         (2 * NS_PER_SECOND)
#define RIVAL_BITS      3.0   /* by which a later change may be worth less */
#define UNTIED_BITS     -0.67 /* as much as distance takes: any change of half an hour may be there by chance */
#define RIVALS_MOST     2.0

struct subjects {
    struct table names;      /* hash of a name -> index of its service + 1 */
    const uint32_t *changes; /* patterns of changes, by service */
    const uint32_t *first;   /* of each service, and the end */
    struct arena arena;
};

static bool is_name_byte(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

static uint64_t key_of(struct span name)
{
    uint8_t low[NAME_BYTES_MAX];
    if (name.len > sizeof low)
        name.len = sizeof low;
    for (size_t i = 0; i < name.len; i++)
        low[i] = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? (uint8_t)(name.ptr[i] | 0x20) : name.ptr[i];
    return key_mix(XXH3_64bits(low, name.len), 17);
}

/* "mailer-58d9b7cc4-j6vqb" and "feed-store-19" are instances of mailer and feed-store. */
static struct span stem_of(struct span name)
{
    size_t part = 0;
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && is_digit(name.ptr[i]) && part)
            return span_make(name.ptr, part - 1);
        if (i < name.len && name.ptr[i] == '-')
            part = i + 1;
    }
    return name;
}

static void add_name(struct subjects *subjects, struct span name, size_t service)
{
    if (name.len < NAME_BYTES_MIN || !is_letter(name.ptr[0]))
        return;
    uint64_t key = key_of(name);
    if (!table_get(&subjects->names, key))
        table_put(&subjects->names, key, (void *)(uintptr_t)(service + 1));
}

struct subjects *subjects_new(const struct model *m)
{
    struct subjects *s = memory_alloc(sizeof *s);
    uint32_t *first = arena_alloc(&s->arena, (m->service_count + 2) * sizeof *first);
    for (size_t i = 0; i < m->service_count; i++) {
        struct span name = span_of(m->services[i].name);
        add_name(s, name, i);
        add_name(s, stem_of(name), i);
    }
    for (size_t i = 0; i < m->pattern_count; i++)
        first[m->patterns[i].service + 1] += m->patterns[i].role == ROLE_CHANGE;
    for (size_t i = 0; i < m->service_count; i++)
        first[i + 1] += first[i];
    uint32_t *changes = arena_alloc(&s->arena, (first[m->service_count] + 1) * sizeof *changes);
    uint32_t *at = memory_alloc((m->service_count + 1) * sizeof *at);
    memcpy(at, first, m->service_count * sizeof *at);
    for (size_t i = 0; i < m->pattern_count; i++)
        if (m->patterns[i].role == ROLE_CHANGE)
            changes[at[m->patterns[i].service]++] = (uint32_t)i;
    free(at);
    s->changes = changes;
    s->first = first;
    return s;
}

struct subjects *subjects_free(struct subjects *s)
{
    if (s) {
        table_done(&s->names);
        arena_done(&s->arena);
        free(s);
    }
    return NULL;
}

/* The service whose name, with dots in it, text begins with: "php8.2-fpm" of "php8.2-fpm.service", the
 * longest. As the table has it; 0: there is none, and *ret_end, the end of the name in its line, stays. */
static uintptr_t dotted_at(const struct subjects *subjects, struct span text, size_t *ret_end)
{
    size_t end = 0;
    while (end < text.len && end < NAME_BYTES_MAX && (is_name_byte(text.ptr[end]) || text.ptr[end] == '.'))
        end++;
    for (size_t n = end; memchr(text.ptr, '.', n); n--) {
        bool whole = is_name_byte(text.ptr[n - 1]) && (n == end || text.ptr[n] == '.');
        uintptr_t service =
            whole ? (uintptr_t)table_get(&subjects->names, key_of(span_make(text.ptr, n))) : 0;
        if (!service)
            continue;
        *ret_end += n - (size_t)((const uint8_t *)memchr(text.ptr, '.', n) - text.ptr);
        return service;
    }
    return 0;
}

size_t subjects_named(const struct subjects *subjects, const struct series *series, uint32_t own,
                      uint32_t ret[SUBJECTS_NAMED])
{
    const struct exemplar *e = &series->exemplar;
    size_t n =
        0; /* what stands before the message is where it was said; fields may stand around one of JSON */
    for (size_t at = e->message_at < e->raw_bytes ? e->message_at : 0;
         at < e->raw_bytes && n < SUBJECTS_NAMED;) {
        size_t end = at;
        while (end < e->raw_bytes && is_name_byte(e->text[end]))
            end++;
        struct span word = {e->text + at, end - at};
        uintptr_t service = dotted_at(subjects, span_make(word.ptr, e->raw_bytes - at), &end);
        at = end + 1;
        if (!service && word.len >= NAME_BYTES_MIN)
            service = (uintptr_t)table_get(&subjects->names, key_of(word));
        if (!service && word.len >= NAME_BYTES_MIN)
            service = (uintptr_t)table_get(&subjects->names, key_of(stem_of(word)));
        bool seen = !service || service - 1 == own;
        for (size_t i = 0; i < n && !seen; i++)
            seen = ret[i] == service - 1;
        if (!seen)
            ret[n++] = (uint32_t)(service - 1);
    }
    return n;
}

/* Did the service talk before t, and hardly afterwards? */
static bool falls_silent(const struct model *m, const struct service *s, int64_t t)
{
    int64_t from = t + NEAR_NS / 2, to = from + PAST_NS / 2;
    if (to > m->last_ns)
        to = m->last_ns;
    if (to - from < NEAR_NS)
        return false;
    double expected = service_count(m, s, t - PAST_NS, t) * (double)(to - from) / (double)PAST_NS;
    return expected >= SILENCE / 2 && service_count(m, s, from, to) * SILENCE < expected;
}

static void weigh_named(const struct subjects *subjects, struct model *m, struct hypothesis *h,
                        const struct hypothesis *events, size_t count, const struct onset_split *split)
{
    uint32_t named[SUBJECTS_NAMED];
    size_t n = subjects_named(subjects, h->lead->series, h->service, named);
    int64_t trouble = h->time_ns > split->time_ns ? h->time_ns : split->time_ns;
    for (size_t k = 0; k < n; k++) {
        const struct service *s = &m->services[named[k]];
        const char *says = NULL;
        double bits = NAMED_BITS;
        for (size_t i = 0; i < count && !says; i++) {
            const struct hypothesis *o = &events[i];
            int64_t after = o->time_ns - h->time_ns, gap = o->time_ns - trouble;
            if (o->service != named[k] || after < 0)
                continue;
            if (h->lifecycle && h->place.count && o->place.count && !place_shared(&h->place, &o->place).len)
                continue; /* a process that starts here does not fail there */
            if (o->mass >= 0.5 && gap >= -NEAR_NS && gap <= NEAR_NS)
                says = "is among the first in trouble";
            else if (o->role == ROLE_CHANGE && after <= NEAR_NS) {
                says = "changed right after it";
                bits = CHANGED_BITS;
            }
        }
        if (!says && falls_silent(m, s, trouble))
            says = "fell silent after it";
        if (says) {
            double lag = (double)(split->time_ns - h->time_ns) / NS_PER_SECOND;
            if (h->lifecycle &&
                lag > RESTART_SECONDS) /* what it read or became shows in what it does at once */
                bits *= RESTART_SECONDS / lag;
            hypothesis_add(h, "subject", bits,
                           arena_printf(&m->arena, "%s, which it names, %s", s->name, says));
            return;
        }
    }
}

/* What a change began may show long before it is felt: work that is told of no more, or that begins. */
static void weigh_shift(struct model *m, struct hypothesis *h)
{
    for (size_t i = 0; i < h->evidence_count; i++)
        if (strcmp(h->evidence[i].kind, "subject") == 0)
            return;
    if (h->shift)
        hypothesis_add(h, "subject", NAMED_BITS,
                       arena_printf(&m->arena,
                                    h->shift->began ? "%s began other work then"
                                                    : "%s did no more of its work from then on",
                                    m->services[h->shift->pattern->service].name));
}

static bool same_kind(const struct pattern *a, const struct pattern *b)
{
    return a->rule == b->rule || (!catalogue_knows(a->rule) && !catalogue_knows(b->rule));
}

/* How many changes of this kind its service speaks of in the time that lies between it and the trouble, going
 * by the past: so many would have been there without any outage. */
static void weigh_routine(const struct subjects *subjects, struct model *m, struct hypothesis *h,
                          const struct onset_split *split)
{
    const struct service *s = &m->services[h->service];
    const struct pattern *p = h->lead->pattern;
    int64_t until = h->time_ns - MINUTE_NS, from = s->first_ns;
    double seconds = s->baseline_seconds, n = 0;
    if (m->by_order || h->lead->novelty == NOVELTY_NEW_SOURCE)
        return;
    if (until > from)
        seconds += (double)(until - from) / NS_PER_SECOND;
    for (uint32_t i = subjects->first[h->service]; i < subjects->first[h->service + 1]; i++) {
        const struct pattern *o = &m->patterns[subjects->changes[i]];
        if (!same_kind(o, p))
            continue;
        n += h->lead->novelty == NOVELTY_NEW && catalogue_knows(p->rule)
                 ? (o->baseline_count || o->first_ns < until)
                 : (double)o->baseline_count + (until > from ? pattern_count(m, o, from, until) : 0);
    }
    if (n < ROUTINE_MIN || seconds <= 0)
        return;
    double lag = h->time_ns < split->time_ns ? (double)(split->time_ns - h->time_ns) / NS_PER_SECOND : 0;
    double expected = n / seconds * (lag + (double)NEAR_NS / NS_PER_SECOND);
    double bits = log2(1 + expected);
    hypothesis_add(h, "routine", -(bits < ROUTINE_MOST ? bits : ROUTINE_MOST),
                   arena_printf(&m->arena, "%s told of %.0f such changes before", s->name, n));
}

/* A change that was made again, and again without harm, before the trouble came. */
static void weigh_harmless(struct model *m, struct hypothesis *h, const struct onset_split *split)
{
    const struct pattern *p = h->lead->pattern;
    int64_t to = split->time_ns;
    if (h->lead->novelty == NOVELTY_NEW_VALUE)
        return;
    /* half a minute later, or one replica after the other */
    bool rolling = to - h->time_ns < 5 * NEAR_NS / 2;
    double again = pattern_count(m, p, h->time_ns + (rolling ? NS_PER_SECOND : NEAR_NS / 2), to);
    if (again < (rolling ? ROUTINE_MIN : 1))
        return;
    double bits = log2(1 + again);
    hypothesis_add(h, "harmless", -(bits < ROUTINE_MOST ? bits : ROUTINE_MOST),
                   arena_printf(&m->arena, "said %.0f times more before there was trouble", again));
}

/* A service that speaks up for the first time says little where others do so too, long before or after. */
static void weigh_new_source(struct model *m, struct hypothesis *h)
{
    double others = 0;
    if (h->lead->novelty != NOVELTY_NEW_SOURCE || h->role == ROLE_CAUSE)
        return;
    for (size_t i = 0; i < m->service_count; i++) {
        const struct service *s = &m->services[i];
        int64_t gap = s->first_ns - h->time_ns;
        bool amid = s->first_ns <= s->last_ns && s->first_ns - m->first_ns > PAST_NS / 2;
        others += i != h->service && amid && (gap < -NEAR_NS || gap > NEAR_NS) && gap < PAST_NS;
    }
    if (others > 0)
        hypothesis_add(h, "routine", -log2(1 + others),
                       arena_printf(&m->arena, "%.0f other services spoke up amid the logs too", others));
}

/* Of these layers trouble is seldom, and seldom of another layer's making: names that are not found after a
 * change of DNS, certificates that are refused after one of TLS. */
static bool is_telling(enum layer layer)
{
    return layer == LAYER_DNS || layer == LAYER_TLS || layer == LAYER_CACHE || layer == LAYER_QUEUE ||
           layer == LAYER_STORAGE;
}

static void weigh_layer(struct model *m, struct hypothesis *h, const struct hypothesis *events, size_t count,
                        const struct onset_split *split)
{
    for (size_t i = 0; i < count && is_telling(h->layer); i++) {
        const struct hypothesis *o = &events[i];
        bool trouble = o->role != ROLE_CHANGE && (o->severity >= SEVERITY_WARN || o->role == ROLE_CAUSE);
        if (!trouble || o->layer != h->layer || o->service == h->service || o->time_ns < h->time_ns ||
            o->time_ns > split->time_ns + NEAR_NS)
            continue;
        hypothesis_add(
            h, "layer", LAYER_BITS,
            arena_printf(&m->arena, "the first trouble is of the same layer, %s", layer_name(h->layer)));
        return;
    }
}

void subjects_weigh(const struct subjects *subjects, struct model *m, struct hypothesis *h,
                    const struct hypothesis *events, size_t count, const struct onset_split *split)
{
    if (m->by_order)
        return;
    weigh_new_source(m, h);
    if (h->role != ROLE_CHANGE || h->lead->novelty == NOVELTY_GONE)
        return;
    weigh_named(subjects, m, h, events, count, split);
    weigh_shift(m, h);
    weigh_routine(subjects, m, h, split);
    weigh_harmless(m, h, split);
    weigh_layer(m, h, events, count, split);
}

static bool is_made(const struct hypothesis *h)
{
    return h->role == ROLE_CHANGE && h->lead->novelty != NOVELTY_GONE;
}

static bool is_related(const struct hypothesis *h)
{
    for (size_t i = 0; i < h->evidence_count; i++) {
        const struct evidence *e = &h->evidence[i];
        if ((strcmp(e->kind, "subject") == 0 && e->bits >= CHANGED_BITS) ||
            (strcmp(e->kind, "links") == 0 && e->bits >= 1) || strcmp(e->kind, "steps") == 0 ||
            strcmp(e->kind, "layer") == 0)
            return true;
    }
    return false;
}

void subjects_supersede(struct model *m, struct hypothesis *events, size_t count,
                        const struct onset_split *split)
{
    double *bits = memory_alloc((count + 1) * sizeof *bits);
    size_t *asked = memory_alloc((m->service_count + 1) * sizeof *asked); /* for which event last, + 1 */
    for (size_t i = 0; i < count; i++)
        bits[i] = events[i].bits;
    for (size_t i = 0; i < count && !m->by_order; i++) {
        struct hypothesis *h = &events[i];
        size_t n = 0;
        if (!is_made(h) || is_related(h))
            continue;
        double lag = (double)(split->time_ns - h->time_ns) / NS_PER_SECOND;
        if (lag > 5)
            hypothesis_add(h, "untied",
                           UNTIED_BITS * log2(1 + lag / (split->unit_seconds > 0 ? split->unit_seconds : 60)),
                           "nothing ties it to the trouble");
        for (size_t k = i + 1; k < count; k++) {
            const struct hypothesis *o = &events[k];
            bool rival = is_made(o) && o->lead->novelty != NOVELTY_AGAIN && (!o->lifecycle || h->lifecycle) &&
                         !(o->service == h->service && links_share(&h->words, &o->words)) &&
                         o->time_ns > h->time_ns + STEP_NS && o->time_ns <= split->time_ns + SKEW_NS &&
                         bits[k] >= bits[i] - RIVAL_BITS;
            n += rival && asked[o->service] != i + 1;
            if (rival)
                asked[o->service] = i + 1;
        }
        if (n)
            hypothesis_add(h, "superseded", -fmin(log2(1 + (double)n), RIVALS_MOST),
                           arena_printf(&m->arena, "%zu service%s changed between it and the trouble", n,
                                        n > 1 ? "s" : ""));
    }
    free(asked);
    free(bits);
}
