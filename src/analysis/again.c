/* A deploy is new only once. When changes of a kind come n times in T seconds, one of them lies within d
 * seconds before any given moment with P = 1 - exp(-n d / T) (a Poisson process): the twelfth reload of the
 * day, ten seconds before the trouble, is no news and yet a surprise. Its own line is what tells which object
 * it was about, so only changes are meant of which the profile kept the last lines. */
#include "analysis/again.h"

#include "analysis/language.h"
#include "record/severity.h"

#include <math.h>

#define MINUTE_NS  (60 * NS_PER_SECOND)
#define REACH_NS   (10 * MINUTE_NS)    /* before the trouble */
#define SKEW_NS    (2 * NS_PER_SECOND) /* behind it: clocks are not that equal */
#define APART_NS   MINUTE_NS           /* from the time before, else it is the same change */
#define BITS_LEAST 1.0
#define BITS_MOST  3.0 /* as a known line that names something new: it came before, and did no harm */

static bool is_open(const struct pattern *p)
{
    return p->kind == SERIES_RECORD && !p->accepted && !p->minted && !p->guessed_time &&
           (p->severity == 0 || p->severity >= SEVERITY_INFO);
}

struct found { /* line NULL: none */
    const struct pattern *pattern;
    const struct series *series;
    const struct exemplar *line;
    int64_t time_ns;
    double before, seconds, bits;
};

/* The last line of a pattern in [from, to]. */
static struct found last_line(const struct model *m, const struct pattern *p, int64_t from, int64_t to)
{
    struct found last = {.pattern = p};
    for (uint32_t i = 0; i < p->part_count; i++) {
        const struct series *s = p->parts[i];
        const struct stream *stream = table_get(&m->logs->streams, s->stream);
        size_t lines = s->turn_count;                     /* its first line is not among them: */
        lines += s->fingerprint != p->first->fingerprint; /* it names another thing, in a word of its own */
        for (size_t k = 0; k < lines; k++) {
            const struct exemplar *line = k < s->turn_count ? &s->turns[k] : &s->exemplar;
            int64_t t = stream_time(m, stream, line->time_ns);
            if (t < from || t > to || (last.line && t <= last.time_ns))
                continue;
            last.series = s;
            last.line = line;
            last.time_ns = t;
        }
    }
    return last;
}

static bool came_again(const struct model *m, const struct onset_split *split, struct found *found)
{
    const struct pattern *p = found->pattern;
    const struct service *s = &m->services[p->service];
    int64_t t = found->time_ns, begin = s->first_ns < p->first_ns ? s->first_ns : p->first_ns;
    found->before = pattern_count(m, p, m->first_ns, t - APART_NS) + (double)p->baseline_count;
    found->seconds = (double)(t - begin) / NS_PER_SECOND + s->baseline_seconds;
    double gap = t < split->time_ns ? (double)(split->time_ns - t) / NS_PER_SECOND : 0;
    if (found->before < 1 || found->seconds <= 0)
        return false;
    found->bits = -log2(1 - exp(-found->before * (gap + 1) / found->seconds));
    return found->bits >= BITS_LEAST;
}

static bool tell(struct model *m, const struct found *found, struct catalogue *catalogue, struct news *ret)
{
    struct pattern *own = arena_alloc(&m->arena, sizeof *own);
    struct series *series = arena_alloc(&m->arena, sizeof *series);
    *own = *found->pattern;
    *series = *found->series;
    series->exemplar = *found->line;
    pattern_read(own, found->line, catalogue);
    const struct exemplar *e = found->line;
    if (own->role != ROLE_CHANGE &&
        (own->role != ROLE_UNKNOWN || !language_alters(span_make(e->text + e->message_at, e->message_bytes))))
        return false;
    *ret = (struct news){.pattern = own,
                         .series = series,
                         .novelty = NOVELTY_AGAIN,
                         .time_ns = found->time_ns,
                         .bits = found->bits < BITS_MOST ? found->bits : BITS_MOST,
                         .exposure_records = found->before,
                         .exposure_seconds = found->seconds,
                         .before = found->before,
                         .after = pattern_count(m, found->pattern, found->time_ns, m->last_ns + 1)};
    return true;
}

struct news *again_add(struct model *m, const struct news *news, size_t count,
                       const struct onset_split *split, int64_t from_ns, struct catalogue *catalogue,
                       size_t *ret_count)
{
    struct news *all = arena_alloc(&m->arena, (count + m->pattern_count + 1) * sizeof *all);
    if (count)
        memcpy(all, news, count * sizeof *all);
    *ret_count = count;
    int64_t from = split->time_ns - REACH_NS > from_ns ? split->time_ns - REACH_NS : from_ns;
    for (size_t i = 0; split->found && !m->by_order && i < m->pattern_count; i++) {
        if (!is_open(&m->patterns[i]))
            continue;
        struct found last = last_line(m, &m->patterns[i], from, split->time_ns + SKEW_NS);
        if (last.line && came_again(m, split, &last))
            *ret_count += tell(m, &last, catalogue, &all[*ret_count]);
    }
    news_sort(all, *ret_count);
    return all;
}
