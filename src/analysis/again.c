/* A deploy is new only once. When changes of a kind come n times in T seconds, one of them lies within d
 * seconds before any given moment with P = 1 - exp(-n d / T) (a Poisson process): the twelfth reload of the
 * day, ten seconds before the trouble, is no news and yet a surprise. And a change that was made to another
 * thing before is news when it is made to the thing that fails, however often its like came: by its words
 * alone it is known, by what it names it is not. Its own line is what tells which object it was about, so
 * only changes are meant of which the profile kept the last lines. */
#include "analysis/again.h"

#include "analysis/language.h"
#include "analysis/links.h"
#include "analysis/starts.h"
#include "analysis/subject.h"
#include "record/severity.h"

#include <math.h>
#include <stdlib.h>

#define MINUTE_NS  (60 * NS_PER_SECOND)
#define REACH_NS   (10 * MINUTE_NS)    /* before the trouble */
#define SKEW_NS    (2 * NS_PER_SECOND) /* behind it: clocks are not that equal */
#define APART_NS   MINUTE_NS           /* from the time before, else it is the same change */
#define BITS_LEAST 1.0
#define BITS_TIED                                                                                            \
    2.0 /* a change that was never made to what fails, as a known line that names a new value                \
         */
#define BITS_MOST   3.0 /* as a known line that names something new: it came before, and did no harm */
#define FELT_MASS   0.5 /* of news that is trouble */
#define LINES_MAX   64  /* last lines of a pattern that are looked at ... */
#define LINES_KNOWN 32  /* ... of them, of the baseline */

struct found { /* one line of a pattern of the logs */
    const struct series *series;
    const struct exemplar *line;
    int64_t time_ns;
    double before, seconds, bits;
};

struct says { /* what a line names */
    struct link_words words;
    uint32_t services[SUBJECTS_NAMED];
    size_t service_count;
};

struct trouble {
    uint32_t service;
    int64_t time_ns;
    struct link_words words;
};

struct asker {
    struct model *m;
    struct catalogue *catalogue;
    const struct news *news;
    size_t count;
    const struct onset_split *split;
    int64_t from_ns, to_ns, tied_from_ns;
    struct links links; /* these and the others are made when they are needed: when troubles is not NULL */
    struct subjects *subjects;
    struct trouble *troubles; /* of the first minute of it */
    size_t trouble_count;
    struct says *says; /* LINES_MAX, by found */
};

static bool is_open(const struct pattern *p)
{
    return p->kind == SERIES_RECORD && !p->accepted && !p->minted && !p->guessed_time &&
           (p->severity == 0 || p->severity >= SEVERITY_INFO);
}

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->line->file != y->line->file)
        return x->line->file < y->line->file ? -1 : 1;
    return (x->line->offset > y->line->offset) - (x->line->offset < y->line->offset);
}

/* Into a list of LINES_MAX, of which the earliest goes when it is full. */
static size_t put_line(struct found *lines, size_t count, const struct found *line)
{
    if (count < LINES_MAX) {
        lines[count] = *line;
        return count + 1;
    }
    size_t earliest = 0;
    for (size_t i = 1; i < count; i++)
        if (compare_found(&lines[i], &lines[earliest]) < 0)
            earliest = i;
    if (compare_found(line, &lines[earliest]) > 0)
        lines[earliest] = *line;
    return count;
}

/* The lines of a pattern that were kept, until to_ns, by time; those of the baseline stand before all. */
static size_t lines_of(const struct asker *a, const struct pattern *p, struct found lines[LINES_MAX])
{
    size_t n = 0;
    for (uint32_t i = 0; i < p->known_count; i++)
        for (size_t k = 0; k <= p->known[i]->turn_count && n < LINES_KNOWN; k++)
            lines[n++] = (struct found){
                .series = p->known[i], .line = series_kept(p->known[i], k), .time_ns = INT64_MIN};
    for (uint32_t i = 0; i < p->part_count; i++) {
        const struct series *s = p->parts[i];
        const struct stream *stream = table_get(&a->m->logs->streams, s->stream);
        for (size_t k = 0; k <= s->turn_count; k++) {
            struct found line = {.series = s, .line = series_kept(s, k)};
            line.time_ns = stream_time(a->m, stream, line.line->time_ns);
            if (line.time_ns <= a->to_ns)
                n = put_line(lines, n, &line);
        }
    }
    qsort(lines, n, sizeof *lines, compare_found);
    return n;
}

static void weigh(const struct asker *a, const struct pattern *p, struct found *found)
{
    const struct model *m = a->m;
    const struct service *s = &m->services[p->service];
    int64_t t = found->time_ns, begin = s->first_ns < p->first_ns ? s->first_ns : p->first_ns;
    found->before = pattern_count(m, p, m->first_ns, t - APART_NS) + (double)p->baseline_count;
    found->seconds = (double)(t - begin) / NS_PER_SECOND + s->baseline_seconds;
    double gap = t < a->split->time_ns ? (double)(a->split->time_ns - t) / NS_PER_SECOND : 0;
    if (found->before >= 1 && found->seconds > 0)
        found->bits = -log2(1 - exp(-found->before * (gap + 1) / found->seconds));
}

static struct series *series_with(const struct found *line, struct series *room)
{
    *room = *line->series;
    room->exemplar = *line->line;
    return room;
}

static void make_troubles(struct asker *a)
{
    links_make(&a->links, a->m, a->from_ns);
    a->subjects = subjects_new(a->m);
    a->troubles = memory_alloc((a->count + 1) * sizeof *a->troubles);
    a->says = memory_alloc(LINES_MAX * sizeof *a->says);
    for (size_t i = 0; i < a->count; i++) {
        const struct news *n = &a->news[i];
        if (n->mass < FELT_MASS || n->time_ns < a->from_ns || n->time_ns > a->split->time_ns + MINUTE_NS)
            continue;
        struct trouble *t = &a->troubles[a->trouble_count++];
        *t = (struct trouble){.service = n->pattern->service, .time_ns = n->time_ns};
        links_add(&a->links, n->series, &t->words);
    }
}

/* In the first seconds of a source all that it looks after is named for the first time. */
static bool is_of_start(const struct asker *a, const struct pattern *p, const struct found *line)
{
    const struct model *m = a->m;
    if (m->services[p->service].baseline_records)
        return false;
    const struct stream *stream =
        profile_counted(m->logs, table_get(&m->logs->streams, line->series->stream));
    return line->time_ns - stream_time(m, stream, stream->first_ns) < starts_last(m);
}

/* Of what a line names, what none of the lines before it named; but for ids: that of a request is another one
 * in each. */
static struct says new_in(const struct says *lines, size_t at)
{
    struct says own = lines[at];
    for (size_t k = 0; k < at; k++) {
        links_remove(&own.words, &lines[k].words);
        for (size_t i = 0; i < lines[k].service_count; i++)
            for (size_t o = own.service_count; o-- > 0;)
                if (own.services[o] == lines[k].services[i])
                    own.services[o] = own.services[--own.service_count];
    }
    links_drop_ids(&own.words);
    return own;
}

/* Is a service that it names in trouble, or does the trouble of another service name the same? */
static bool names_what_fails(const struct asker *a, uint32_t service, const struct says *own, int64_t time_ns)
{
    for (size_t i = 0; i < a->trouble_count; i++) {
        const struct trouble *t = &a->troubles[i];
        if (t->time_ns < time_ns || t->service == service)
            continue;
        for (size_t k = 0; k < own->service_count; k++)
            if (own->services[k] == t->service)
                return true;
        if (links_share(&own->words, &t->words))
            return true;
    }
    return false;
}

static void read_lines(struct asker *a, const struct pattern *p, const struct found *lines, size_t count)
{
    struct series room;
    if (!a->troubles)
        make_troubles(a);
    for (size_t i = 0; i < count; i++) {
        struct says *says = &a->says[i];
        says->words.count = 0;
        links_add(&a->links, series_with(&lines[i], &room), &says->words);
        says->service_count = subjects_named(a->subjects, &room, p->service, says->services);
    }
}

/* The last of the lines of a change that is the first of them to name what fails; else NULL. */
static struct found *tied_line(struct asker *a, const struct pattern *p, struct found *lines, size_t count)
{
    if (p->role != ROLE_CHANGE)
        return NULL;
    read_lines(a, p, lines, count);
    for (size_t i = count; i-- > 1 && lines[i].time_ns >= a->tied_from_ns;) {
        struct says own = new_in(a->says, i);
        if (names_what_fails(a, p->service, &own, lines[i].time_ns) && !is_of_start(a, p, &lines[i]))
            return &lines[i];
    }
    return NULL;
}

/* Is it news of its own already, of a new value say? */
static bool is_told(const struct asker *a, const struct found *found)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct exemplar *e = &a->news[i].series->exemplar;
        if (a->news[i].time_ns == found->time_ns && e->file == found->line->file &&
            e->offset == found->line->offset)
            return true;
    }
    return false;
}

static bool tell(const struct asker *a, const struct pattern *p, const struct found *found, bool tied,
                 struct news *ret)
{
    struct model *m = a->m;
    struct pattern *own = arena_alloc(&m->arena, sizeof *own);
    struct series *series = arena_alloc(&m->arena, sizeof *series);
    const struct exemplar *e = found->line;
    *own = *p;
    series_with(found, series);
    pattern_read(own, e, a->catalogue);
    if (!is_of_start(a, p, found)) /* its first line may have been */
        own->at_start = own->startup = own->lone_start = false;
    if (own->role != ROLE_CHANGE && (own->role != ROLE_UNKNOWN || !language_alters(exemplar_message(e))))
        return false;
    *ret = (struct news){.pattern = own,
                         .series = series,
                         .novelty = NOVELTY_AGAIN,
                         .tied = tied,
                         .time_ns = found->time_ns,
                         .bits = found->bits < BITS_MOST ? found->bits : BITS_MOST,
                         .exposure_records = found->before,
                         .exposure_seconds = found->seconds,
                         .before = found->before,
                         .after = pattern_count(m, p, found->time_ns, m->last_ns + 1)};
    return true;
}

/* A service that the line names changes right after it. */
static bool names_what_changes(const struct asker *a, const struct says *own, int64_t time_ns)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct pattern *p = a->news[i].pattern;
        int64_t after = a->news[i].time_ns - time_ns;
        for (size_t k = 0;
             k < own->service_count && p->role == ROLE_CHANGE && after >= 0 && after <= APART_NS; k++)
            if (own->services[k] == p->service)
                return true;
    }
    return false;
}

/* How near a line is to the trouble by what it alone of two names. */
static int nearness(const struct asker *a, const struct pattern *p, const struct says *line,
                    const struct says *other, int64_t time_ns)
{
    struct says two[] = {*other, *line}, own = new_in(two, 1);
    return names_what_fails(a, p->service, &own, time_ns) ? 2 : names_what_changes(a, &own, time_ns);
}

/* A new change that was made to several things within a minute: which of them is it told by? The first that
 * is nearer to the trouble than the first of all. */
static void choose_line(struct asker *a, struct news *news)
{
    struct found lines[LINES_MAX];
    const struct pattern *p = news->pattern;
    size_t n =
        p->role == ROLE_CHANGE && p->count > 1 && is_open(p) && !p->at_start ? lines_of(a, p, lines) : 0;
    if (n < 2 || lines[0].time_ns != news->time_ns)
        return;
    read_lines(a, p, lines, n);
    for (size_t i = 1; i < n && lines[i].time_ns - news->time_ns <= APART_NS; i++) {
        int own = nearness(a, p, &a->says[i], &a->says[0], lines[i].time_ns);
        if (own <= nearness(a, p, &a->says[0], &a->says[i], news->time_ns))
            continue;
        struct news line;
        if (!tell(a, p, &lines[i], true, &line))
            continue;
        news->pattern = line.pattern;
        news->series = line.series;
        news->time_ns = line.time_ns;
        return;
    }
}

/* How often the very same was said before the line: of its series, where all lines that were kept are so, and
 * of the others. */
static double times_before(const struct asker *a, const struct found *lines, size_t at)
{
    double others = 0, own = 0;
    bool all = true;
    for (size_t i = 0; i < at; i++) {
        bool same = span_equal(exemplar_message(lines[at].line), exemplar_message(lines[i].line));
        bool apart = lines[i].series != lines[at].series;
        others += apart && same;
        own += !apart && same;
        all &= apart || same;
    }
    if (all)
        own = series_between(a->m, lines[at].series, a->m->first_ns, lines[at].time_ns);
    return others + own;
}

/* Is the line of a pattern that is news, and began within the minute? */
static bool is_new(const struct asker *a, const struct pattern *p, const struct found *found)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->news[i].pattern == p && !p->at_start && found->time_ns - a->news[i].time_ns <= APART_NS)
            return true;
    return false;
}

/* Two at most: the last one, and the last that names what fails. */
static size_t ask(struct asker *a, const struct pattern *p, struct news *ret)
{
    struct found lines[LINES_MAX];
    size_t n = lines_of(a, p, lines), told = 0;
    if (n < 2 || lines[n - 1].time_ns < a->tied_from_ns)
        return 0;
    struct found *last = &lines[n - 1], *tied = tied_line(a, p, lines, n);
    weigh(a, p, last);
    if (p->lifecycle &&
        !language_reloads(exemplar_message(last->line))) /* settings that are read again may be others */
        last->bits = fmin(last->bits, BITS_MOST) - log2(1 + times_before(a, lines, n - 1));
    if (tied && !is_told(a, tied) && !is_new(a, p, tied)) {
        weigh(a, p, tied);
        tied->bits = fmax(tied->bits, BITS_TIED);
        told += tell(a, p, tied, true, &ret[told]);
    }
    bool first = n == 1 || lines[n - 2].time_ns == INT64_MIN; /* a start says what every start says */
    if (last != tied && !first && last->time_ns >= a->from_ns && last->bits >= BITS_LEAST &&
        !is_told(a, last))
        told += tell(a, p, last, false, &ret[told]);
    return told;
}

struct news *again_add(struct model *m, const struct news *news, size_t count,
                       const struct onset_split *split, int64_t from_ns, int64_t changes_from_ns,
                       struct catalogue *catalogue, size_t *ret_count)
{
    struct news *all = arena_alloc(&m->arena, (count + 2 * m->pattern_count + 1) * sizeof *all);
    struct asker a = {.m = m,
                      .catalogue = catalogue,
                      .news = news,
                      .count = count,
                      .split = split,
                      .from_ns = split->time_ns - REACH_NS > from_ns ? split->time_ns - REACH_NS : from_ns,
                      .to_ns =
                          (split->effect_ns > split->time_ns ? split->effect_ns : split->time_ns) + SKEW_NS,
                      .tied_from_ns = changes_from_ns};
    if (count)
        memcpy(all, news, count * sizeof *all);
    *ret_count = count;
    for (size_t i = 0; split->found && !m->by_order && i < m->pattern_count; i++)
        if (is_open(&m->patterns[i]))
            *ret_count += ask(&a, &m->patterns[i], &all[*ret_count]);
    for (size_t i = 0; split->found && !m->by_order && i < count; i++)
        if (all[i].novelty == NOVELTY_NEW || all[i].novelty == NOVELTY_NEW_SOURCE)
            choose_line(&a, &all[i]);
    if (a.troubles)
        links_done(&a.links);
    subjects_free(a.subjects);
    free(a.troubles);
    free(a.says);
    news_sort(all, *ret_count);
    return all;
}
