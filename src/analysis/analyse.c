/* One function owns the flow: model, news, split, verdict, rank, and then the answer is written down. */
#include "analysis/analysis.h"

#include "analysis/cascade.h"
#include "analysis/rank.h"
#include "onset.h"
#include "record/severity.h"

#include <math.h>

#define MINUTE_NS      (60 * NS_PER_SECOND)
#define WINDOW_BEFORE  (30 * MINUTE_NS) /* 60 minutes cost a pilot .15 of its first hits */
#define WINDOW_AFTER   (10 * MINUTE_NS)
#define NONE_OF_THEM   4.0 /* bits that an answer must beat to be believed: the prior of "none of them" */
#define EXPLAINED_BITS 2.0 /* what a hypothesis loses to one that explains it */
#define EXPLAINED_NS   (2 * MINUTE_NS)
#define FAINT          3.0                  /* nats below which no onset is seen */
#define SHORT_NS       (10 * MINUTE_NS)     /* a log of which the first seconds are a good part */
#define REPEAT_NS      (10 * NS_PER_SECOND) /* one rule, one service: one thing said in several lines */
#define MISSING_NAMED  10                   /* the JSON report names all */
#define PAST_RECORDS   20                   /* fewer say nothing about what is normal */

const char *novelty_name(enum novelty novelty)
{
    static const char *const names[] = {"known", "new", "surge", "gone", "new-source"};
    return names[novelty];
}

struct findings *findings_free(struct findings *f)
{
    if (f) {
        struct arena arena = f->arena;
        arena_done(&arena);
    }
    return NULL;
}

static const char *copy_string(struct arena *arena, const char *text)
{
    return text ? (const char *)arena_copy(arena, span_of(text)).ptr : NULL;
}

static void note(struct findings *f, const char *text)
{
    const char **notes = arena_alloc(&f->arena, (f->note_count + 1) * sizeof *notes);
    if (f->note_count)
        memcpy(notes, f->notes, f->note_count * sizeof *notes);
    notes[f->note_count++] = text;
    f->notes = notes;
}

/* What was read */

static void fill_coverage(struct findings *f, const struct model *m)
{
    const struct tally *t = &m->logs->tally;
    struct coverage *c = &f->coverage;
    *c = (struct coverage){.bytes = t->bytes,
                           .lines = t->lines,
                           .records = t->records,
                           .continuations = t->continuations,
                           .stamped = t->stamped,
                           .inherited = t->inherited,
                           .untimed = t->untimed,
                           .empty = t->empty,
                           .overlong = t->overlong,
                           .broken = t->broken,
                           .partial = t->partial,
                           .replaced = t->replaced};
    c->patterns = m->pattern_count;
    c->series = m->logs->series.count;
    for (size_t i = 0; i < m->service_count; i++)
        for (size_t k = 0; k < m->services[i].stream_count; k++) {
            const struct stream *s = m->services[i].streams[k];
            if (s->records == 0)
                continue;
            c->sources++;
            c->sources_untimed += s->by_order;
            c->overflow_lines += s->overflow;
        }
    c->first_ns = m->by_order || t->records == 0 ? TIME_NONE : m->first_ns;
    c->last_ns = m->by_order || t->records == 0 ? TIME_NONE : m->last_ns;
    f->by_order = m->by_order && t->records > 0;
    for (size_t i = 0; i < m->service_count; i++) {
        f->baseline_records += m->services[i].baseline_records;
        if (m->services[i].baseline_seconds > f->baseline_seconds)
            f->baseline_seconds = m->services[i].baseline_seconds;
    }
}

static void fill_parts(struct findings *f, const struct profile *logs)
{
    struct coverage *c = &f->coverage;
    struct part **parts = profile_sorted_parts(logs, &c->parts);
    c->missing = arena_alloc(&f->arena, (c->parts + 1) * sizeof *c->missing);
    for (size_t i = 0; i < c->parts; i++)
        if (parts[i]->missing)
            c->missing[c->missing_count++] = copy_string(&f->arena, parts[i]->name);
    free(parts);
}

static void note_missing(struct findings *f)
{
    const struct coverage *c = &f->coverage;
    struct text list;
    if (c->missing_count == 0)
        return;
    text_init(&list, 0);
    for (size_t i = 0; i < c->missing_count && i < MISSING_NAMED; i++)
        text_printf(&list, "%s%s", i ? ", " : "", c->missing[i]);
    if (c->missing_count > MISSING_NAMED)
        text_printf(&list, " and %zu more", c->missing_count - MISSING_NAMED);
    note(f, arena_printf(&f->arena, "%zu of %zu missing, nothing is known of: %.*s", c->missing_count,
                         c->parts, (int)list.len, (const char *)list.ptr));
    text_done(&list);
}

/* "2 h", "30 min", "5 h 30 min" */
static const char *hours_text(struct arena *arena, int minutes)
{
    if (minutes % 60 == 0)
        return arena_printf(arena, "%d h", minutes / 60);
    return minutes < 60 ? arena_printf(arena, "%d min", minutes)
                        : arena_printf(arena, "%d h %d min", minutes / 60, minutes % 60);
}

static void note_clock(struct findings *f, const struct clock_shift *clock)
{
    const char *off = hours_text(&f->arena, abs(clock->minutes)),
               *way = clock->minutes > 0 ? "ahead" : "behind";
    if (clock->aligned)
        note(f, arena_printf(
                    &f->arena,
                    "'%s' names no zone and tells of the same trouble %s %s of the others: its clock was "
                    "aligned with theirs (--tz says what zone it is)",
                    clock->source, off, way));
    else
        note(f, arena_printf(
                    &f->arena,
                    "'%s' names no zone and runs %s %s of the others, as local time would: left as it is "
                    "(--tz says what zone it is)",
                    clock->source, off, way));
}

static void fill_notes(struct findings *f, const struct model *m)
{
    const struct tally *t = &m->logs->tally;
    note_missing(f);
    if (f->by_order)
        note(f, "no line carries a time: the order of lines stands in for time");
    else if (f->coverage.sources_untimed)
        note(f, arena_printf(&f->arena,
                             "%zu source%s without times: placed by order between the first and last time of "
                             "the others",
                             f->coverage.sources_untimed, f->coverage.sources_untimed == 1 ? "" : "s"));
    if (t->no_year)
        note(f, arena_printf(&f->arena, "%llu lines carry no year: the latest that fits was assumed",
                             (unsigned long long)t->no_year));
    if (t->no_zone)
        note(f, arena_printf(&f->arena, "%llu lines carry no zone: read as UTC unless --tz says otherwise",
                             (unsigned long long)t->no_zone));
    for (size_t i = 0; i < m->clock_count; i++)
        note_clock(f, &m->clocks[i]);
    if (m->stray_records)
        note(f, arena_printf(&f->arena,
                             "%llu records lie far from all others in time: their clock was not believed",
                             (unsigned long long)m->stray_records));
    if (t->overlong)
        note(f, arena_printf(&f->arena, "%llu lines were longer than 256 KiB: their rest was left out",
                             (unsigned long long)t->overlong));
    if (f->coverage.overflow_lines)
        note(f, arena_printf(&f->arena, "%llu lines of patterns beyond the cap of %d were counted, not kept",
                             (unsigned long long)f->coverage.overflow_lines, SERIES_MAX));
}

/* The answer */

static struct place make_place(struct findings *f, const struct model *m, const struct series *s)
{
    const struct exemplar *e = &s->exemplar;
    const struct stream *stream = table_get(&m->logs->streams, s->stream);
    return (struct place){.source = copy_string(&f->arena, profile_file_name(m->logs, e->file)),
                          .stream = copy_string(&f->arena, stream->writer),
                          .line = e->line,
                          .offset = e->offset,
                          .time_ns = stream->by_order ? TIME_NONE : stream_time(m, stream, e->time_ns),
                          .text = arena_copy(&f->arena, span_make(e->text, e->raw_bytes))};
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

static struct candidate make_candidate(struct findings *f, const struct model *m, const struct hypothesis *h)
{
    const struct pattern *p = h->lead->pattern;
    const struct pattern *also = h->detail             ? h->detail->pattern
                                 : h->worst != h->lead ? h->worst->pattern
                                                       : NULL;
    struct candidate c = {.service = copy_string(&f->arena, m->services[h->service].name),
                          .novelty = h->lead->novelty,
                          .layer = h->layer,
                          .role = h->role,
                          .severity = h->severity,
                          .bits = h->bits,
                          .first = make_place(f, m, p->first),
                          .sources = p->streams,
                          .services_after = h->services_after,
                          .rule = h->rule};
    c.id = arena_printf(&f->arena, "%016llx", (unsigned long long)p->id);
    c.template_text = copy_string(&f->arena, (const char *)arena_copy(&f->arena, p->template_text).ptr);
    if (also)
        c.also = make_place(f, m, also->first);
    c.count_before = h->lead->novelty == NOVELTY_SURGE
                         ? (uint64_t)(pattern_count(m, p, m->first_ns, h->lead->time_ns) + 0.5)
                         : 0;
    c.count_after = p->count > c.count_before ? p->count - c.count_before : 0;
    struct evidence *evidence = arena_alloc(&f->arena, (h->evidence_count + 1) * sizeof *evidence);
    for (size_t i = 0; i < h->evidence_count; i++)
        evidence[i] = (struct evidence){h->evidence[i].kind, h->evidence[i].bits,
                                        copy_string(&f->arena, h->evidence[i].sentence)};
    c.evidence = evidence;
    c.evidence_count = h->evidence_count;
    if (h->rule) {
        c.title = copy_string(&f->arena, h->rule->title);
        c.hint = copy_string(&f->arena, h->rule->hint);
        c.runbook_url = copy_string(&f->arena, h->rule->runbook_url);
    }
    fill_spark(f, m, p, c.spark);
    return c;
}

/* Another view of something that is already listed: the same text in another service, or the same service
 * again within a second without anything to add. */
static bool repeats(const struct hypothesis *a, const struct hypothesis *b)
{
    if (span_equal(a->lead->pattern->template_text, b->lead->pattern->template_text))
        return true;
    int64_t gap = a->time_ns - b->time_ns;
    return a->service == b->service && gap > -REPEAT_NS && gap < REPEAT_NS && a->rule && a->rule == b->rule;
}

/* Does an answer that is already given explain this one too? It came first, not long before, and both speak
 * of the same things, or the same service speaks on within seconds. */
static bool explains(const struct hypothesis *given, const struct hypothesis *h)
{
    int64_t gap = h->time_ns - given->time_ns;
    return gap >= 0 && gap < EXPLAINED_NS &&
           (given->service == h->service || links_share(&given->words, &h->words));
}

/* The best of what is left, where what the kept ones explain already counts less: the first answers should be
 * different hypotheses, not one cascade told five times. */
static struct hypothesis *choose_next(struct hypothesis *list, size_t count, struct hypothesis *const *kept,
                                      size_t kept_count)
{
    struct hypothesis *best = NULL;
    double best_bits = 0;
    bool best_explained = false;
    for (size_t i = 0; i < count && list[i].bits > best_bits;
         i++) { /* list is sorted: no later one can win */
        bool again = false, explained = false;
        for (size_t k = 0; k < kept_count; k++) {
            again |= kept[k] == &list[i] || repeats(kept[k], &list[i]);
            explained |= explains(kept[k], &list[i]);
        }
        double bits = list[i].bits - (explained ? EXPLAINED_BITS : 0);
        if (!again && bits > best_bits) {
            best = &list[i];
            best_bits = bits;
            best_explained = explained;
        }
    }
    if (best_explained)
        rank_add(best, "explained", -EXPLAINED_BITS, "an answer above explains it");
    return best;
}

static void fill_candidates(struct findings *f, const struct model *m, struct hypothesis *list, size_t count,
                            size_t top)
{
    struct hypothesis **kept = memory_alloc((top + 1) * sizeof *kept);
    size_t n = 0;
    while (n < top && (kept[n] = choose_next(list, count, kept, n)) != NULL)
        n++;
    f->candidates = arena_alloc(&f->arena, (n + 1) * sizeof *f->candidates);
    double sum = exp2(NONE_OF_THEM);
    for (size_t i = 0; i < n; i++)
        sum += exp2(kept[i]->bits < 60 ? kept[i]->bits : 60);
    for (size_t i = 0; i < n; i++) {
        struct candidate c = make_candidate(f, m, kept[i]);
        c.confidence = exp2(c.bits < 60 ? c.bits : 60) / sum;
        f->candidates[f->candidate_count++] = c;
    }
    free(kept);
}

/* Verdict */

static bool has_past(const struct model *m, int64_t from_ns)
{
    if (m->has_baseline && m->baseline->tally.records >= PAST_RECORDS)
        return true;
    double before = 0;
    for (size_t i = 0; i < m->service_count; i++)
        before += service_count(m, &m->services[i], m->first_ns, from_ns);
    return before >= PAST_RECORDS && (m->by_order || from_ns - m->first_ns >= MINUTE_NS);
}

static int judge(struct findings *f, const struct model *m, const struct analysis_options *o,
                 const struct onset_split *split, size_t hypotheses, bool faint)
{
    if (m->logs->tally.records == 0) {
        f->verdict_text = "nothing to judge: no records were read";
        return ONSET_CANNOT_JUDGE;
    }
    bool given = o->at_ns != TIME_NONE || o->since_ns != TIME_NONE;
    if (given && !m->by_order && (f->window_from_ns > m->last_ns || f->window_to_ns < m->first_ns)) {
        f->verdict_text = "cannot judge: no record lies in the window";
        return ONSET_CANNOT_JUDGE;
    }
    /* trouble since the first seconds of a short log: it may always have been there, or not */
    bool unknown = split->found && split->patterns && split->time_ns - m->first_ns < STARTUP_NS &&
                   m->last_ns - m->first_ns < SHORT_NS && !m->has_baseline && !m->by_order;
    if (!unknown &&
        (!split->found || hypotheses == 0 || (faint && !given) || !split_convinces(m, split, given))) {
        f->verdict_text = given ? "nothing new began in the window" : "nothing began here";
        return ONSET_NOTHING;
    }
    if (unknown || !has_past(m, split->time_ns)) {
        f->verdict_text =
            m->by_order
                ? "cannot judge: too few lines before it and no baseline"
                : arena_printf(&f->arena, "cannot judge: only %.0f s of logs before it and no baseline",
                               (double)(split->time_ns - m->first_ns) / NS_PER_SECOND);
        return ONSET_CANNOT_JUDGE;
    }
    return ONSET_FOUND;
}

static void set_window(struct findings *f, const struct model *m, const struct analysis_options *o)
{
    f->window_from_ns = m->first_ns;
    f->window_to_ns = m->last_ns;
    if (m->by_order)
        return;
    if (o->at_ns != TIME_NONE) {
        f->window_from_ns = o->at_ns - WINDOW_BEFORE;
        f->window_to_ns = o->at_ns + WINDOW_AFTER;
    }
    if (o->since_ns != TIME_NONE)
        f->window_from_ns = o->since_ns;
    if (o->until_ns != TIME_NONE)
        f->window_to_ns = o->until_ns;
}

static void set_spark_range(struct findings *f, const struct model *m, const struct onset_split *split)
{
    int64_t from = split->found ? split->time_ns - 20 * MINUTE_NS : m->first_ns;
    int64_t to = split->found ? split->time_ns + 20 * MINUTE_NS : m->last_ns;
    f->spark_from_ns = from > m->first_ns || m->by_order ? (m->by_order ? m->first_ns : from) : m->first_ns;
    f->spark_to_ns = (to < m->last_ns && !m->by_order ? to : m->last_ns) + 1;
}

struct findings *analyse(const struct profile *logs, const struct profile *baseline,
                         const struct analysis_options *options)
{
    struct arena arena = {0};
    struct findings *f = arena_alloc(&arena, sizeof *f);
    *f = (struct findings){.onset_from_ns = TIME_NONE, .onset_to_ns = TIME_NONE, .verdict_text = ""};
    f->arena = arena;
    struct model m;
    model_make(&m, logs, baseline, options);
    fill_coverage(f, &m);
    fill_parts(f, logs);
    fill_notes(f, &m);
    set_window(f, &m, options);
    size_t news_count, count;
    struct news *news = news_find(&m, f->window_from_ns, f->window_to_ns, &news_count);
    bool faint = false;
    struct onset_split split = split_find(&m, news, news_count, f->window_from_ns, f->window_to_ns);
    if (!split.found || split.score < FAINT) {
        /* nothing that recurs: one-off news may still be what is looked for */
        for (size_t i = 0; i < news_count; i++)
            news[i].mass = news[i].mass_any;
        split = split_find(&m, news, news_count, f->window_from_ns, f->window_to_ns);
        faint = true;
    }
    int64_t from = split.time_ns - WINDOW_BEFORE, to = split.time_ns + WINDOW_AFTER;
    if (m.by_order || from < f->window_from_ns)
        from = f->window_from_ns;
    if (m.by_order || to > f->window_to_ns)
        to = f->window_to_ns;
    struct hypothesis *list =
        rank_make(&m, news, split.found ? news_count : 0, from, to, options->at_ns, &split, &count);
    set_spark_range(f, &m, &split);
    f->onset_score = split.found ? split.score : 0;
    f->onset_found = options->at_ns == TIME_NONE && options->since_ns == TIME_NONE;
    f->verdict = judge(f, &m, options, &split, count, faint);
    if (count) /* with the verdict "nothing" too: what was new all the same */
        fill_candidates(f, &m, list, count, options->top);
    if (f->verdict == ONSET_FOUND) {
        int64_t trigger = f->candidate_count ? list[0].time_ns : split.time_ns;
        f->onset_from_ns = trigger < split.time_ns ? trigger : split.time_ns;
        f->onset_to_ns =
            split.effect_ns != TIME_NONE && split.effect_ns > split.time_ns ? split.effect_ns : split.time_ns;
        f->verdict_text = f->onset_found ? "something began here" : "something began in the window";
    }
    cascade_fill(f, &m, news, news_count, list, count, &split);
    model_done(&m);
    return f;
}
