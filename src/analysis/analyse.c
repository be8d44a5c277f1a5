/* One function owns the flow: model, news, split, verdict, rank, and then the answer is written down. */
#include "analysis/analysis.h"

#include "analysis/again.h"
#include "analysis/answer.h"
#include "analysis/cascade.h"
#include "analysis/earlier.h"
#include "analysis/ending.h"
#include "analysis/episode.h"
#include "analysis/explain.h"
#include "analysis/minting.h"
#include "analysis/rank.h"
#include "analysis/values.h"
#include "onset.h"
#include "record/severity.h"

#include <math.h>

#define MINUTE_NS     (60 * NS_PER_SECOND)
#define WINDOW_BEFORE (30 * MINUTE_NS) /* 60 minutes cost a pilot .15 of its first hits */
#define CHANGES_BEFORE                                                                                       \
    (90 * MINUTE_NS) /* before that: what was changed may be felt late, it alone counts there */
#define WINDOW_AFTER  (10 * MINUTE_NS)
#define FAINT         3.0              /* nats below which no onset is seen */
#define SHORT_NS      (10 * MINUTE_NS) /* a log of which the first seconds are a good part */
#define MINTING_NOTES 3
#define LONG_OVER     MINUTE_NS /* at the page: what lasted less than BLIP is not what is asked about */
#define BLIP          (20 * NS_PER_SECOND)
#define WARNED_OVER   (2 * MINUTE_NS)  /* nor are effects that nobody logged as errors */
#define FAINT_REACH   (10 * MINUTE_NS) /* before the page, in which news that hardly recurs may be it */
#define RENAME_NOTES  3
#define MISSING_NAMED 10 /* the JSON report names all */
#define PAST_RECORDS  20 /* fewer say nothing about what is normal */
#define APART_NS      (3600 * NS_PER_SECOND)
#define SURE_SCORE                                                                                           \
    60.0 /* nats that are trouble even soon after the start of a short log: healthy ones reach 50 */
#define RUN_STARTS 3 /* times that a line may be said and still be how a run begins */

const char *novelty_name(enum novelty novelty)
{
    static const char *const names[] = {"known", "new", "surge", "gone", "new-source", "new-value", "again"};
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
                           .zoneless = t->no_zone,
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
            c->missing[c->missing_count++] = arena_string(&f->arena, parts[i]->name);
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

/* Sources that were read in one zone are told in one line. */
static void note_clocks(struct findings *f, const struct clock_shift *clocks, size_t count)
{
    if (count == 0 || clocks[0].reason == CLOCK_TELLS) {
        for (size_t i = 0; i < count; i++)
            note_clock(f, &clocks[i]);
        return;
    }
    int minutes = abs(clocks[0].minutes);
    const char *more = count > 1 ? arena_printf(&f->arena, " and %zu more name", count - 1) : " names";
    note(f,
         arena_printf(&f->arena, "'%s'%s no zone: read as UTC%c%02d:%02d, %s (--tz says what zone it is)",
                      clocks[0].source, more, clocks[0].minutes > 0 ? '+' : '-', minutes / 60, minutes % 60,
                      clocks[0].reason == CLOCK_OF_PAGE ? "the zone of --at, as they are of that time then"
                      : clocks[0].reason == CLOCK_OF_END
                          ? "as --at is shortly before their end then, and nothing is wrong at it otherwise"
                          : "as they begin and end with the others then"));
}

static int compare_begin(const void *a, const void *b)
{
    const struct service *x = *(const struct service *const *)a, *y = *(const struct service *const *)b;
    return x->first_ns != y->first_ns ? (x->first_ns < y->first_ns ? -1 : 1) : strcmp(x->name, y->name);
}

/* Services that all fell silent before the others began, farther apart than either part is long: a clock or a
 * day is wrong, and nothing tells what came first. */
static void note_apart(struct findings *f, const struct model *m)
{
    size_t n = 0;
    const struct service **list = memory_alloc((m->service_count + 1) * sizeof *list);
    for (size_t i = 0; i < m->service_count; i++)
        if (m->services[i].records >= PAST_RECORDS && m->services[i].first_ns <= m->services[i].last_ns)
            list[n++] = &m->services[i];
    qsort(list, n, sizeof *list, compare_begin);
    int64_t last = n ? list[0]->last_ns : 0;
    for (size_t i = 1; i < n; i++) {
        int64_t gap = list[i]->first_ns - last;
        if (gap > APART_NS && gap > last - list[0]->first_ns && gap > list[i]->last_ns - list[i]->first_ns) {
            note(f,
                 arena_printf(&f->arena,
                              "'%s' and '%s' do not overlap: %.1f h lie between the last line of the one and "
                              "the first of the other, so what came first cannot be told across them",
                              list[i - 1]->name, list[i]->name, (double)gap / NS_PER_SECOND / 3600));
            break;
        }
        last = list[i]->last_ns > last ? list[i]->last_ns : last;
    }
    free(list);
}

/* A baseline that is of other services tells nothing; one under other names is taken for what it is. */
static void note_baseline(struct findings *f, const struct model *m)
{
    for (size_t i = 0; i < m->rename_count && i < RENAME_NOTES; i++)
        note(f, arena_printf(&f->arena, "'%s' in the baseline says what '%s' says: taken for its past",
                             m->renames[i].past, m->renames[i].now));
    if (m->baseline->tally.records && m->logs->tally.records && !m->has_baseline)
        note(f, "no service of the logs is in the baseline, by name or by what it says: it tells nothing");
}

static void fill_notes(struct findings *f, const struct model *m)
{
    const struct tally *t = &m->logs->tally;
    note_missing(f);
    note_baseline(f, m);
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
        note(f, arena_printf(&f->arena, "%llu lines carry no zone%s", (unsigned long long)t->no_zone,
                             m->clock_count && m->clocks[0].reason != CLOCK_TELLS
                                 ? ""
                                 : ": read as UTC unless --tz says otherwise"));
    note_clocks(f, m->clocks, m->clock_count);
    f->zones_told = m->clock_count > 0;
    note_apart(f, m);
    if (m->stray_records)
        note(f, arena_printf(&f->arena,
                             "%llu records lie far from all others in time: their clock was not believed",
                             (unsigned long long)m->stray_records));
    if (t->overlong)
        note(f, arena_printf(&f->arena, "%llu lines were longer than 256 KiB: their rest was left out",
                             (unsigned long long)t->overlong));
    if (f->coverage.overflow_lines)
        note(f, arena_printf(
                    &f->arena,
                    "%llu lines of patterns beyond the cap of %zu were counted, not kept (--series-max)",
                    (unsigned long long)f->coverage.overflow_lines, m->logs->series_max));
    if (m->logs->stream_limit != UINT64_MAX)
        note(f, arena_printf(&f->arena,
                             "more than %zu sources: what those beyond it said was counted by service",
                             m->logs->streams_max));
    const char **minting = memory_alloc((m->service_count + 1) * sizeof *minting);
    size_t count = minting_describe(m, &f->arena, minting);
    for (size_t i = 0; i < count && i < MINTING_NOTES; i++)
        note(f, minting[i]);
    free(minting);
}

static void fill_values(struct findings *f, const struct model *m, const struct value_news *values,
                        size_t count)
{
    f->values = arena_alloc(&f->arena, (count + 1) * sizeof *f->values);
    f->value_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct value_news *v = &values[i];
        const char *text = (const char *)v->pattern->template_text.ptr;
        f->values[i] = (struct new_value){
            .first = answer_place(f, m, v->series),
            .service = arena_printf(&f->arena, "%s", m->services[v->pattern->service].name),
            .pattern = arena_printf(&f->arena, "%016llx", (unsigned long long)v->pattern->id),
            .template_text = arena_printf(&f->arena, "%s", text),
            .name = arena_printf(&f->arena, "%s", v->name),
            .now = arena_printf(&f->arena, "%s", v->now),
            .before = arena_printf(&f->arena, "%s", v->before),
            .count = v->count,
            .records_before = v->records_before,
            .bits = v->bits};
    }
}

/* Verdict */

/* A baseline that is worth the name. */
static bool has_normal(const struct model *m)
{
    return m->has_baseline && m->baseline->tally.records >= PAST_RECORDS;
}

static bool has_past(const struct model *m, int64_t from_ns)
{
    if (has_normal(m))
        return true;
    double before = 0;
    for (size_t i = 0; i < m->service_count; i++)
        before += service_count(m, &m->services[i], m->first_ns, from_ns);
    return before >= PAST_RECORDS && (m->by_order || from_ns - m->first_ns >= MINUTE_NS);
}

/* Is the log another run of what the baseline ran, a job of a CI system say? Both are one file and begin with
 * the same line, which is hardly said again. Somebody compares them then, and a run ends at its first error:
 * it need not go on. */
static bool is_rerun(const struct model *m)
{
    bool alone = has_normal(m) && m->logs->streams.count == 1;
    for (size_t i = 0; alone && i < m->pattern_count; i++) {
        const struct pattern *p = &m->patterns[i];
        if (p->first->exemplar.line != 1 || p->count > RUN_STARTS || p->baseline_count > RUN_STARTS)
            continue;
        for (uint32_t k = 0; k < p->known_count; k++)
            if (p->known[k]->exemplar.line == 1)
                return true;
    }
    return false;
}

/* Of a source that never repeats itself nothing tells what is normal. */
static bool says_nothing_twice(const struct model *m)
{
    double once = 0, records = 0, left_out = 0;
    for (size_t i = 0; i < m->service_count; i++) {
        once += (double)m->services[i].once;
        records += (double)(m->services[i].records + m->services[i].baseline_records);
        for (size_t k = 0; k < m->services[i].stream_count; k++)
            left_out += (double)m->services[i].streams[k]->overflow;
    }
    /* what was left out is like what was kept: patterns without end, or few patterns in streams without end
     */
    return left_out < records ? once / (records - left_out) > 0.5 : left_out > 0;
}

/* Is what began no trouble that somebody could be paged for then: over, and never logged as an error; or a
 * few lines that hardly recur, long before? */
static bool is_past(const struct onset_split *split, int64_t at_ns, bool faint)
{
    bool warned = split->severe == 0 && split->causes == 0;
    return (warned && split->trouble_to_ns != TIME_NONE && at_ns - split->trouble_to_ns > WARNED_OVER) ||
           (faint && at_ns - split->time_ns > FAINT_REACH);
}

static int judge(struct findings *f, const struct model *m, const struct analysis_options *o,
                 const struct onset_split *split, const struct hypothesis *list, size_t hypotheses,
                 bool faint, const struct news *news, size_t news_count)
{
    if (m->logs->tally.records == 0) {
        f->verdict_text = "nothing to judge: no records were read";
        return ONSET_CANNOT_JUDGE;
    }
    bool given = o->at_ns != TIME_NONE || o->since_ns != TIME_NONE, asked = given || is_rerun(m);
    if (given && !m->by_order && (f->window_from_ns > m->last_ns || f->window_to_ns < m->first_ns)) {
        f->verdict_text = "cannot judge: no record lies in the window";
        f->outside = true;
        return ONSET_CANNOT_JUDGE;
    }
    if (o->whole && hypotheses && ending_is_death(m, news, news_count, split))
        return ONSET_FOUND;
    if (!has_normal(m) && m->logs->tally.records < PAST_RECORDS) {
        f->verdict_text =
            arena_printf(&f->arena, "cannot judge: only %llu record%s and no baseline",
                         (unsigned long long)m->logs->tally.records, m->logs->tally.records == 1 ? "" : "s");
        return ONSET_CANNOT_JUDGE;
    }
    if (says_nothing_twice(m)) {
        f->verdict_text = "cannot judge: most lines are said only once, so none of them is news";
        return ONSET_CANNOT_JUDGE;
    }
    /* trouble since the first seconds of a short log: it may always have been there, or not */
    bool unknown = split->found && split->patterns && split->time_ns - m->first_ns < STARTUP_NS &&
                   m->last_ns - m->first_ns < SHORT_NS && !has_normal(m) && !m->by_order &&
                   split->score < SURE_SCORE;
    if (!unknown &&
        (!split->found || hypotheses == 0 || (faint && !asked) || !split_convinces(m, split, asked) ||
         (o->at_ns != TIME_NONE && !m->by_order && is_past(split, o->at_ns, faint)))) {
        f->verdict_text = !given                       ? "nothing began here"
                          : split->found && hypotheses ? "nothing in the window looks like a failure"
                                                       : "nothing new began in the window";
        return ONSET_NOTHING;
    }
    int64_t from, to;
    bool known = hypotheses && list[0].role == ROLE_CAUSE; /* a disk that was full may be full again */
    bool healed = !unknown && !known && cascade_healed(m, news, news_count, split, &from, &to);
    bool blip = healed && split->causes == 0 && o->at_ns != TIME_NONE && o->at_ns - to > LONG_OVER &&
                to - from < BLIP;
    if (healed && (!asked || blip)) {
        char time[CIVIL_TEXT_BYTES];
        f->healed = true;
        civil_format(from, time);
        f->verdict_text = arena_printf(
            &f->arena, "nothing %s wrong any more: trouble of %.0f s at %s healed; --at %s about it",
            given ? "was" : "is", (double)(to - from) / NS_PER_SECOND, time,
            given ? "its time asks" : "asks");
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

/* What a pattern says differently is evidence for it. */
static void add_values(struct model *m, struct hypothesis *list, size_t count,
                       const struct value_news *values, size_t value_count)
{
    for (size_t i = 0; i < count; i++) {
        const struct value_news *v = values_of(values, value_count, list[i].lead->pattern);
        if (v)
            hypothesis_add(&list[i], "new-value", 0,
                           arena_printf(&m->arena, "says %s where %llu records before said %s",
                                        values_said(m, v), (unsigned long long)v->records_before, v->before));
    }
}

/* Who is paged asks about what had begun by then, where anything had: what is done about it breaks more. */
static struct onset_split find_split(const struct model *m, struct news *news, size_t count,
                                     const struct findings *f, int64_t at_ns, bool *ret_faint)
{
    int64_t from = f->window_from_ns, to = f->window_to_ns;
    *ret_faint = false;
    struct onset_split split = {.effect_ns = TIME_NONE};
    if (at_ns != TIME_NONE && !m->by_order && at_ns + MINUTE_NS < to)
        split = split_find(m, news, count, from, at_ns + MINUTE_NS);
    if (split_convinces(m, &split, true))
        return split;
    split = split_find(m, news, count, from, to);
    if (split.found && split.score >= FAINT)
        return split;
    /* nothing that recurs: one-off news may still be what is looked for */
    *ret_faint = true;
    for (size_t i = 0; i < count; i++)
        news[i].mass = news[i].mass_any;
    return split_find(m, news, count, from, to);
}

static struct findings *analyse_as_told(const struct profile *logs, const struct profile *baseline,
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
    size_t news_count, value_count, count;
    struct value_news *values = values_find(&m, f->window_from_ns, f->window_to_ns, &value_count);
    struct news *news = news_find(&m, f->window_from_ns, f->window_to_ns, values, value_count, &news_count);
    episode_settle(&m, news, news_count, f->window_from_ns, options->at_ns);
    bool faint;
    struct onset_split split = find_split(&m, news, news_count, f, options->at_ns, &faint);
    int64_t from = split.time_ns - WINDOW_BEFORE, to = split.time_ns + WINDOW_AFTER;
    if (m.by_order || from < f->window_from_ns)
        from = f->window_from_ns;
    if (m.by_order || to > f->window_to_ns)
        to = f->window_to_ns;
    int64_t changes_from = m.by_order || !split.found ? from : from - CHANGES_BEFORE;
    size_t told_count;
    struct news *told = again_add(&m, news, split.found ? news_count : 0, &split, from, changes_from,
                                  options->catalogue, &told_count);
    told = news_add_changes(&m, told, told_count, changes_from, from, f->window_from_ns, &told_count);
    struct hypothesis *list = rank_make(&m, told, told_count, from, to, options->at_ns, &split, &count);
    list = earlier_add(&m, list, count, split.found ? from : TIME_NONE, &count);
    values = values_list(&m, values, value_count, from, to, &value_count);
    add_values(&m, list, count, values, value_count);
    fill_values(f, &m, values, value_count);
    set_spark_range(f, &m, &split);
    f->onset_score = split.found ? split.score : 0;
    f->onset_found = options->at_ns == TIME_NONE && options->since_ns == TIME_NONE;
    f->verdict = judge(f, &m, options, &split, list, count, faint, news, split.found ? news_count : 0);
    if (count) /* with the verdict "nothing" too: what was new all the same */
        answer_fill(f, &m, list, count, options->top);
    if (f->verdict == ONSET_FOUND) {
        bool before = f->candidate_count && strcmp(list[0].evidence[0].kind, "earlier") == 0;
        int64_t trigger = f->candidate_count && !before ? list[0].time_ns : split.time_ns;
        f->onset_from_ns = trigger < split.time_ns ? trigger : split.time_ns;
        f->onset_to_ns =
            split.effect_ns != TIME_NONE && split.effect_ns > split.time_ns ? split.effect_ns : split.time_ns;
        f->verdict_text = f->onset_found ? "something began here" : "something began in the window";
    }
    for (size_t i = 0; i < f->candidate_count && f->verdict != ONSET_FOUND; i++)
        f->candidates[i].confidence = 0; /* shown all the same, but nothing is claimed */
    cascade_fill(f, &m, news, news_count, list, count, &split);
    if (options->explain)
        explain_fill(f, &m, options->explain, news, news_count, list, count);
    model_done(&m);
    return f;
}

/* Logs in local time and a page in UTC: nothing is wrong at it, or nothing was said then. */
static int zone_of_page(const struct profile *logs, const struct profile *baseline,
                        const struct analysis_options *options, const struct findings *f)
{
    if (options->at_ns == TIME_NONE || options->zone_given || f->by_order || f->zones_told ||
        (f->verdict != ONSET_NOTHING && !f->outside))
        return 0;
    struct analysis_options whole = *options;
    whole.at_ns = TIME_NONE;
    whole.explain = NULL;
    struct findings *all = analyse_as_told(logs, baseline, &whole);
    int minutes =
        all->verdict == ONSET_FOUND ? clocks_zone_of_page(logs, options->at_ns, all->onset_to_ns) : 0;
    findings_free(all);
    return minutes || !f->outside ? minutes : clocks_zone_of_page(logs, options->at_ns, TIME_NONE);
}

struct findings *analyse(const struct profile *logs, const struct profile *baseline,
                         const struct analysis_options *options)
{
    struct findings *f = analyse_as_told(logs, baseline, options);
    struct analysis_options local = *options;
    local.clock_minutes = zone_of_page(logs, baseline, options, f);
    if (local.clock_minutes == 0)
        return f;
    findings_free(f);
    return analyse_as_told(logs, baseline, &local);
}
