#include "analysis/explain.h"

#include "analysis/answer.h"
#include "pattern/template_alias.h"

#include <stdio.h>
#include <stdlib.h>

#define MINUTE_NS      (60 * NS_PER_SECOND)
#define NEIGHBOURS_MAX 8 /* on each side */
#define TOGETHER_MAX   8
#define SOURCES_MAX    50

/* Patterns that had the id before a place of theirs opened, told by the messages that they cover. */
static const struct pattern *find_renamed(const struct model *m, const char *which)
{
    char *end;
    uint64_t id = strtoull(which, &end, 16);
    uint8_t *masked = memory_alloc(EXEMPLAR_BYTES_MAX + 64);
    const struct pattern *found = NULL;
    for (size_t i = 0; i < m->pattern_count && end == which + 16 && !found; i++) {
        const struct pattern *p = &m->patterns[i];
        for (uint32_t k = 0; k < p->part_count + p->known_count && !found; k++) {
            const struct series *s = k < p->part_count ? p->parts[k] : p->known[k - p->part_count];
            const uint8_t *text = s->exemplar.text + s->exemplar.message_at;
            struct span message = span_make(masked, m->kernel->mask(text, s->exemplar.message_bytes, masked));
            if (template_had_id(p->template_text, message, m->services[p->service].name, p->severity, id))
                found = p;
        }
    }
    free(masked);
    return found;
}

static const struct pattern *find_pattern(struct findings *f, const struct model *m, const char *which)
{
    size_t len = strlen(which), rank = (size_t)strtoul(which, NULL, 10);
    if (len < EXPLAIN_ID_MIN && strspn(which, "0123456789") == len) {
        if (rank == 0 || rank > f->candidate_count) {
            f->explain_error = arena_printf(&f->arena, "there is no candidate %s: %zu are reported", which,
                                            f->candidate_count);
            return NULL;
        }
        which = f->candidates[rank - 1].id;
        len = strlen(which);
    }
    const struct pattern *found = NULL;
    for (size_t i = 0; i < m->pattern_count; i++) {
        char id[17];
        snprintf(id, sizeof id, "%016llx", (unsigned long long)m->patterns[i].id);
        if (strncmp(id, which, len) != 0)
            continue;
        if (found && found->id != m->patterns[i].id) {
            f->explain_error = arena_printf(&f->arena, "more than one id begins with '%s'", which);
            return NULL;
        }
        if (!found || m->patterns[i].kind < found->kind)
            found = &m->patterns[i];
    }
    if (!found)
        found = find_renamed(m, which);
    if (!found)
        f->explain_error = arena_printf(&f->arena, "no pattern of these logs has the id '%s'", which);
    return found;
}

static bool is_of(const struct hypothesis *h, const struct news *n)
{
    return n->pattern->service == h->service && n->time_ns >= h->time_ns && n->time_ns <= h->last_ns;
}

/* The event that the pattern belongs to, and its news in it. */
static const struct hypothesis *find_event(const struct pattern *p, const struct news *news,
                                           size_t news_count, const struct hypothesis *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].lead->pattern == p)
            return &list[i];
    for (size_t k = 0; k < news_count; k++)
        for (size_t i = 0; i < count && news[k].pattern == p; i++)
            if (is_of(&list[i], &news[k]))
                return &list[i];
    return NULL;
}

static const char *tell_standing(struct findings *f, const struct pattern *p, const struct hypothesis *h)
{
    struct explained *x = f->explained;
    if (h && h->lead->pattern != p)
        return arena_printf(&f->arena, "new, and part of what %016llx leads",
                            (unsigned long long)h->lead->pattern->id);
    if (h && h->role == ROLE_BENIGN)
        return "a rule says that it does no harm";
    if (h && x->rank)
        return arena_printf(&f->arena, "candidate %zu of %zu", x->rank, f->candidate_count);
    if (h)
        return "a hypothesis, but not among the candidates: too few bits, or one of them says the same";
    if (p->baseline_count)
        return arena_printf(&f->arena, "known: %llu times in the baseline",
                            (unsigned long long)p->baseline_count);
    if (p->first_ns < f->window_from_ns)
        return "known: it was there before the time that is judged";
    if (p->first_ns > f->window_to_ns)
        return "it began after the time that is judged";
    return "no hypothesis: it began too far from the onset, or there is none";
}

static void fill_minutes(struct findings *f, const struct model *m, const struct pattern *p)
{
    struct explained *x = f->explained;
    if (m->by_order)
        return;
    int64_t from = f->spark_from_ns - ((f->spark_from_ns % MINUTE_NS) + MINUTE_NS) % MINUTE_NS;
    size_t n = f->spark_to_ns > from ? (size_t)((f->spark_to_ns - from + MINUTE_NS - 1) / MINUTE_NS) : 0;
    if (n > 2 * SPARK_BUCKETS)
        n = 2 * SPARK_BUCKETS;
    uint32_t *minutes = arena_alloc(&f->arena, (n + 1) * sizeof *minutes);
    for (size_t i = 0; i < n; i++) {
        int64_t t = from + (int64_t)i * MINUTE_NS;
        double records = pattern_count(m, p, t, t + MINUTE_NS);
        minutes[i] = records > 0 && records < 1 ? 1 : (uint32_t)(records + 0.5);
    }
    x->minutes_from_ns = from;
    x->minutes = minutes;
    x->minute_count = n;
}

static int compare_source(const void *a, const void *b)
{
    const struct explained_source *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    int c = strcmp(x->source, y->source);
    return c ? c : strcmp(x->stream, y->stream);
}

/* Where it was, and where of its service it was not. */
static void fill_sources(struct findings *f, const struct model *m, const struct pattern *p)
{
    struct explained *x = f->explained;
    const struct service *s = &m->services[p->service];
    struct explained_source *list = arena_alloc(&f->arena, (s->stream_count + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < s->stream_count; i++) {
        const struct stream *stream = s->streams[i];
        if (stream->records == 0)
            continue;
        struct explained_source *e = &list[n++];
        *e = (struct explained_source){.source = arena_string(&f->arena, stream->name),
                                       .stream = arena_string(&f->arena, stream->writer),
                                       .records = stream->records,
                                       .first_ns = TIME_NONE,
                                       .last_ns = TIME_NONE};
        for (uint32_t k = 0; k < p->part_count; k++) {
            if (p->parts[k]->stream != stream->key)
                continue;
            e->count += p->parts[k]->count;
            if (stream->by_order)
                continue;
            if (e->first_ns == TIME_NONE || p->parts[k]->first_ns < e->first_ns)
                e->first_ns = p->parts[k]->first_ns;
            if (e->last_ns == TIME_NONE || p->parts[k]->last_ns > e->last_ns)
                e->last_ns = p->parts[k]->last_ns;
        }
        x->sources_with += e->count > 0;
    }
    qsort(list, n, sizeof *list, compare_source);
    x->sources = list;
    x->source_count = n < SOURCES_MAX ? n : SOURCES_MAX;
}

static void fill_together(struct findings *f, const struct model *m, const struct pattern *p,
                          const struct hypothesis *h, const struct news *news, size_t news_count)
{
    struct explained *x = f->explained;
    struct place *list = arena_alloc(&f->arena, TOGETHER_MAX * sizeof *list);
    for (size_t i = 0; h && i < news_count && x->together_count < TOGETHER_MAX; i++)
        if (is_of(h, &news[i]) && news[i].pattern != p)
            list[x->together_count++] = answer_place(f, m, news[i].series);
    x->together = list;
}

static void add_neighbour(struct findings *f, const struct model *m, const struct pattern *p,
                          const struct hypothesis *of, const struct hypothesis *h,
                          struct explained_neighbour *ret)
{
    *ret = (struct explained_neighbour){.first = answer_place(f, m, h->lead->series),
                                        .service = arena_string(&f->arena, m->services[h->service].name),
                                        .seconds_after = (double)(h->time_ns - p->first_ns) / NS_PER_SECOND,
                                        .severity = h->severity,
                                        .shares_words = of && links_share(&of->words, &h->words)};
}

static int compare_neighbour(const void *a, const void *b)
{
    const struct explained_neighbour *x = a, *y = b;
    if (x->seconds_after != y->seconds_after)
        return x->seconds_after < y->seconds_after ? -1 : 1;
    int c = strcmp(x->service, y->service);
    return c ? c : (x->first.offset > y->first.offset) - (x->first.offset < y->first.offset);
}

/* The nearest events within five minutes, on either side. */
static void fill_neighbours(struct findings *f, const struct model *m, const struct pattern *p,
                            const struct hypothesis *of, const struct hypothesis *list, size_t count)
{
    struct explained *x = f->explained;
    struct explained_neighbour *all = arena_alloc(&f->arena, (count + 1) * sizeof *all);
    size_t n = 0, middle = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t gap = list[i].time_ns - p->first_ns;
        if (&list[i] != of && gap > -5 * MINUTE_NS && gap < 5 * MINUTE_NS)
            add_neighbour(f, m, p, of, &list[i], &all[n++]);
    }
    qsort(all, n, sizeof *all, compare_neighbour);
    while (middle < n && all[middle].seconds_after < 0)
        middle++;
    size_t from = middle > NEIGHBOURS_MAX ? middle - NEIGHBOURS_MAX : 0;
    size_t to = n - middle > NEIGHBOURS_MAX ? middle + NEIGHBOURS_MAX : n;
    x->neighbours = all + from;
    x->neighbour_count = to - from;
}

void explain_fill(struct findings *f, const struct model *m, const char *which, const struct news *news,
                  size_t news_count, const struct hypothesis *list, size_t count)
{
    const struct pattern *p = find_pattern(f, m, which);
    if (!p)
        return;
    const struct hypothesis *h = find_event(p, news, news_count, list, count);
    struct explained *x = f->explained = arena_alloc(&f->arena, sizeof *x);
    *x = (struct explained){.id = arena_printf(&f->arena, "%016llx", (unsigned long long)p->id),
                            .service = arena_string(&f->arena, m->services[p->service].name),
                            .template_text = (const char *)arena_copy(&f->arena, p->template_text).ptr,
                            .severity = p->severity,
                            .rule = p->rule,
                            .first = answer_place(f, m, p->first),
                            .last_ns = m->by_order || p->guessed_time ? TIME_NONE : p->last_ns,
                            .count = p->count,
                            .baseline_count = p->baseline_count};
    if (h && h->lead->pattern == p) {
        struct candidate *c = arena_alloc(&f->arena, sizeof *c);
        *c = answer_candidate(f, m, h);
        x->candidate = c;
        for (size_t i = 0; i < f->candidate_count && !x->rank; i++)
            if (strcmp(f->candidates[i].id, x->id) == 0) {
                x->rank = i + 1;
                x->candidate = &f->candidates[i];
            }
    }
    x->standing = tell_standing(f, p, h);
    fill_minutes(f, m, p);
    fill_sources(f, m, p);
    fill_together(f, m, p, h, news, news_count);
    fill_neighbours(f, m, p, h, list, count);
}
