#include "analysis/model.h"

#include "analysis/language.h"
#include "analysis/minting.h"
#include "analysis/starts.h"
#include "analysis/wording.h"
#include "pattern/template.h"
#include "profile/exemplar.h"
#include "record/severity.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define STRAY_RECORDS 5 /* far from all others that are taken for wrong clocks */

struct row { /* one series of either profile, on its way to a pattern */
    const struct series *series;
    const struct stream *stream;
    uint32_t service;
    bool baseline;
    struct span masked;
    uint16_t group; /* severity and kind: patterns of one group merge */
};

static int compare_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Clocks */

static int64_t clock_ahead(const struct model *m, const struct stream *stream)
{
    const struct clock_shift *shift = table_get(&m->shifts, stream->key);
    return shift ? shift->minutes * 60 * NS_PER_SECOND : 0;
}

static void align_clocks(struct model *m, const struct analysis_options *options)
{
    size_t n;
    struct stream **streams = profile_sorted_streams(m->logs, &n);
    m->clocks = clocks_find(m->logs, &m->arena, &m->clock_count);
    if (!m->clock_count && options->clock_minutes)
        m->clocks = clocks_in_zone(m->logs, options->clock_minutes, CLOCK_OF_END, &m->arena, &m->clock_count);
    else if (!m->clock_count && options->at_ns != TIME_NONE && options->at_zone_minutes &&
             clocks_fit_page(m->logs, options->at_ns, options->at_zone_minutes))
        m->clocks =
            clocks_in_zone(m->logs, options->at_zone_minutes, CLOCK_OF_PAGE, &m->arena, &m->clock_count);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m->clock_count; k++)
            if (m->clocks[k].aligned && streams[i]->zones != STREAM_ZONED &&
                strcmp(m->clocks[k].source, streams[i]->name) == 0)
                table_put(&m->shifts, streams[i]->key, &m->clocks[k]);
    free(streams);
}

/* Services */

static uint32_t service_index(const struct model *m, const char *name)
{
    size_t lo = 0, hi = m->service_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = strcmp(m->services[mid].name, name);
        if (c == 0)
            return (uint32_t)mid;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return 0;
}

static const char *service_name(const struct model *m, const struct stream *stream, bool baseline)
{
    return baseline ? renames_get(m->renames, m->rename_count, stream->service) : stream->service;
}

static void add_stream(struct model *m, struct stream *stream, bool baseline)
{
    struct service *s = &m->services[service_index(m, service_name(m, stream, baseline))];
    if (baseline) {
        s->baseline_records += stream->records;
        s->baseline_overflow += stream->overflow;
        if (!stream->by_order && stream->last_ns > stream->first_ns)
            s->baseline_seconds += (double)(stream->last_ns - stream->first_ns) / NS_PER_SECOND;
        return;
    }
    s->streams[s->stream_count++] = stream;
    s->records += stream->records;
    if (stream->by_order || stream->records == 0)
        return;
    int64_t ahead_ns = clock_ahead(m, stream);
    if (stream->first_ns - ahead_ns < s->first_ns)
        s->first_ns = stream->first_ns - ahead_ns;
    if (stream->last_ns - ahead_ns > s->last_ns)
        s->last_ns = stream->last_ns - ahead_ns;
}

struct stretch { /* of records, in seconds */
    int64_t from, to;
    double records;
};

static int compare_stretch(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Is what lies beyond the gap a few strays, farther away than all the rest is long? */
static bool strays(double records, double all, int64_t gap, int64_t rest)
{
    return records <= STRAY_RECORDS && records < all / 100 && gap > 3600 && gap > rest;
}

/* The timed records of the logs as stretches, ascending; returns how many. */
static size_t list_stretches(const struct model *m, struct stretch **ret_list)
{
    size_t bins = 0, n = 0;
    for (size_t i = 0; i < m->service_count; i++)
        for (size_t k = 0; k < m->services[i].stream_count; k++)
            bins += m->services[i].streams[k]->timeline.count;
    struct stretch *list = memory_alloc((bins + 1) * sizeof *list);
    for (size_t i = 0; i < m->service_count; i++)
        for (size_t k = 0; k < m->services[i].stream_count; k++) {
            const struct stream *stream = m->services[i].streams[k];
            const struct timeline *t = &stream->timeline;
            int64_t ahead = clock_ahead(m, stream) / NS_PER_SECOND;
            for (size_t b = 0; b < t->count && !stream->by_order; b++) {
                int64_t from = ((int64_t)t->bins[b].index << t->shift) - ahead;
                list[n++] = (struct stretch){from, from + ((int64_t)1 << t->shift), t->bins[b].count};
            }
        }
    qsort(list, n, sizeof *list, compare_stretch);
    *ret_list = list;
    return n;
}

/* A clock that was wrong for a moment, or a date in somebody's text, must not stretch the logs over years: a
 * few records far from all others do not count for the range. */
static void trim_range(struct model *m)
{
    struct stretch *list;
    size_t n = list_stretches(m, &list), lo = 0, hi = n;
    double all = 0, late = 0, early = 0, cut = 0;
    for (size_t i = 0; i < n; i++)
        all += list[i].records;
    for (; hi > lo + 1; hi--, cut = late) {
        late += list[hi - 1].records;
        if (!strays(late, all, list[hi - 1].from - list[hi - 2].to, list[hi - 2].to - list[lo].from))
            break;
    }
    late = cut;
    for (cut = 0; hi > lo + 1; lo++, cut = early) {
        early += list[lo].records;
        if (!strays(early, all, list[lo + 1].from - list[lo].to, list[hi - 1].to - list[lo + 1].from))
            break;
    }
    if (hi < n && list[hi - 1].to * NS_PER_SECOND < m->last_ns)
        m->last_ns = list[hi - 1].to * NS_PER_SECOND;
    if (lo > 0)
        m->first_ns = list[lo].from * NS_PER_SECOND;
    m->stray_records = (uint64_t)(late + cut);
    free(list);
}

static void make_services(struct model *m)
{
    size_t n[2], total = 0;
    struct stream **streams[2] = {profile_sorted_streams(m->logs, &n[0]),
                                  profile_sorted_streams(m->baseline, &n[1])};
    const char **names = memory_alloc((n[0] + n[1] + 1) * sizeof *names);
    for (int b = 0; b < 2; b++)
        for (size_t i = 0; i < n[b]; i++)
            names[total++] = service_name(m, streams[b][i], b == 1);
    qsort(names, total, sizeof *names, compare_name);
    m->services = arena_alloc(&m->arena, (total + 1) * sizeof *m->services);
    for (size_t i = 0; i < total; i++)
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0) {
            struct service *s = &m->services[m->service_count++];
            *s = (struct service){.name = names[i], .first_ns = INT64_MAX, .last_ns = INT64_MIN};
        }
    for (size_t i = 0; i < n[0]; i++)
        m->services[service_index(m, streams[0][i]->service)].stream_count++;
    for (size_t i = 0; i < m->service_count; i++) {
        struct service *s = &m->services[i];
        s->streams = arena_alloc(&m->arena, s->stream_count * sizeof *s->streams);
        s->stream_count = 0; /* counted again below */
    }
    for (int b = 0; b < 2; b++)
        for (size_t i = 0; i < n[b]; i++)
            add_stream(m, streams[b][i], b == 1);
    m->first_ns = INT64_MAX;
    m->last_ns = INT64_MIN;
    m->by_order = true;
    for (size_t i = 0; i < m->service_count; i++) {
        const struct service *s = &m->services[i];
        if (s->first_ns > s->last_ns)
            continue;
        m->by_order = false;
        m->first_ns = s->first_ns < m->first_ns ? s->first_ns : m->first_ns;
        m->last_ns = s->last_ns > m->last_ns ? s->last_ns : m->last_ns;
    }
    for (size_t i = 0; m->by_order && i < n[0]; i++) {
        m->first_ns = streams[0][i]->first_ns < m->first_ns ? streams[0][i]->first_ns : m->first_ns;
        m->last_ns = streams[0][i]->last_ns > m->last_ns ? streams[0][i]->last_ns : m->last_ns;
    }
    for (size_t i = 0; i < m->service_count; i++)
        m->has_baseline |= m->services[i].records > 0 && m->services[i].baseline_records > 0;
    int64_t *ahead = memory_alloc((n[0] + 1) * sizeof *ahead);
    for (size_t i = 0; i < m->service_count; i++) {
        struct service *s = &m->services[i];
        for (size_t k = 0; k < s->stream_count; k++)
            ahead[k] = clock_ahead(m, s->streams[k]) / NS_PER_SECOND;
        volume_make(&s->volume, s->streams, ahead, s->stream_count, m->by_order, &m->arena);
    }
    free(ahead);
    if (!m->by_order)
        trim_range(m);
    free(names);
    free(streams[0]);
    free(streams[1]);
}

/* Times */

int64_t stream_time(const struct model *m, const struct stream *stream, int64_t time_ns)
{
    if (!stream->by_order || m->by_order)
        return time_ns - clock_ahead(m, stream);
    double span = (double)(stream->last_ns - stream->first_ns) + 1;
    double share = (double)(time_ns - stream->first_ns) / span;
    return m->first_ns + (int64_t)(share * (double)(m->last_ns - m->first_ns));
}

/* The inverse of stream_time, in whole seconds of the stream's own clock. */
static int64_t own_second(const struct model *m, const struct stream *stream, int64_t time_ns)
{
    if (!stream->by_order || m->by_order)
        return (time_ns + clock_ahead(m, stream)) / NS_PER_SECOND;
    double span = (double)(m->last_ns - m->first_ns) + 1;
    double share = (double)(time_ns - m->first_ns) / span;
    share = share < -1 ? -1 : share > 2 ? 2 : share;
    return (stream->first_ns + (int64_t)(share * (double)(stream->last_ns - stream->first_ns + 1))) /
           NS_PER_SECOND;
}

double series_between(const struct model *m, const struct series *series, int64_t from_ns, int64_t to_ns)
{
    const struct stream *stream = profile_counted(m->logs, table_get(&m->logs->streams, series->stream));
    if (to_ns > m->horizon_ns)
        to_ns = m->horizon_ns;
    return timeline_count(&series->timeline, own_second(m, stream, from_ns), own_second(m, stream, to_ns));
}

int64_t series_time(const struct model *m, const struct series *series)
{
    const struct stream *stream = profile_counted(m->logs, table_get(&m->logs->streams, series->stream));
    return stream_time(m, stream, series->first_ns);
}

double pattern_count(const struct model *m, const struct pattern *p, int64_t from_ns, int64_t to_ns)
{
    double sum = 0;
    for (uint32_t i = 0; i < p->part_count; i++)
        sum += series_between(m, p->parts[i], from_ns, to_ns);
    return sum;
}

double service_count(const struct model *m, const struct service *s, int64_t from_ns, int64_t to_ns)
{
    double sum = 0;
    if (to_ns > m->horizon_ns)
        to_ns = m->horizon_ns;
    if (m->by_order || s->volume.count)
        sum = volume_count(&s->volume, from_ns / NS_PER_SECOND, to_ns / NS_PER_SECOND);
    for (size_t i = 0; i < s->stream_count && !m->by_order; i++)
        if (s->streams[i]->by_order)
            sum += timeline_count(&s->streams[i]->timeline, own_second(m, s->streams[i], from_ns),
                                  own_second(m, s->streams[i], to_ns));
    return sum;
}

/* Patterns */

static int compare_row(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    int c = span_compare(x->masked, y->masked);
    if (c)
        return c;
    if (x->baseline != y->baseline)
        return x->baseline ? 1 : -1;
    return (x->series->key > y->series->key) - (x->series->key < y->series->key);
}

/* Series lie all over the memory: ask for one some slots ahead, and for its text when it has come. */
static void prefetch_row(const struct table *all, size_t i)
{
    const struct series *far = i + 16 < all->size ? all->slots[i + 16].value : NULL;
    const struct series *near = i + 8 < all->size ? all->slots[i + 8].value : NULL;
    if (far) {
        __builtin_prefetch(&far->exemplar);
        __builtin_prefetch(&far->stream);
    }
    if (near)
        __builtin_prefetch(near->exemplar.text);
}

static void add_rows(struct model *m, const struct profile *profile, bool baseline,
                     const struct kernel *kernel, struct row *rows, size_t *count)
{
    const struct table *all = &profile->series;
    const struct stream *last = NULL;
    uint32_t service = 0;
    for (size_t i = 0; i < all->size; i++) { /* in any order: the rows are sorted afterwards */
        const struct series *series = all->slots[i].value;
        prefetch_row(all, i);
        if (!series)
            continue;
        const struct exemplar *e = &series->exemplar;
        uint8_t *masked = arena_alloc(&m->arena, e->message_bytes + 64u);
        size_t len = kernel->mask(e->text + e->message_at, e->message_bytes, masked);
        const struct stream *stream = table_get(&profile->streams, series->stream);
        if (stream != last)
            service = service_index(m, service_name(m, last = stream, baseline));
        m->services[service].series++;
        struct row *row = &rows[(*count)++];
        *row = (struct row){series, stream, service, baseline, {masked, len}, 0};
        row->group = SERIES_GROUP(series->severity, series->kind);
    }
}

static void add_part(const struct model *m, struct pattern *p, const struct row *row)
{
    if (row->baseline) {
        p->known[p->known_count++] = row->series;
        p->baseline_count += row->series->count;
        p->accepted |= row->series->accepted;
        return;
    }
    int64_t first = stream_time(m, row->stream, row->series->first_ns);
    int64_t last = stream_time(m, row->stream, row->series->last_ns);
    p->count += row->series->count;
    if (!p->first || first < p->first_ns ||
        (first == p->first_ns && row->series->exemplar.offset < p->first->exemplar.offset)) {
        p->first = row->series;
        p->first_ns = first;
        p->guessed_time = row->stream->by_order && !m->by_order;
    }
    if (p->part_count == 0 || last > p->last_ns)
        p->last_ns = last;
    bool seen = false;
    for (uint32_t i = 0; i < p->part_count && !seen; i++)
        seen = p->parts[i]->stream == row->series->stream;
    p->streams += !seen;
    p->parts[p->part_count++] = row->series;
}

/* A change of which nothing was done, or trouble that is over: as wording, neither. */
static bool is_over(enum role role, struct span message)
{
    bool trouble = role == ROLE_SYMPTOM || role == ROLE_CAUSE;
    return (role == ROLE_CHANGE && language_undone(message)) ||
           ((trouble || role == ROLE_CHANGE) && language_recovers(message));
}

#define EITHER 0.35f /* of a sure share: about half of it */

/* What the words of a message tell; ROLE_UNKNOWN where they tell none for sure, or that nothing happened. */
static enum role worded_role(struct span message, unsigned severity, struct pattern *p, bool *ret_lifecycle,
                             float *ret_belief)
{
    static const enum role roles[WORDING_KINDS] = {[WORDING_ACT] = ROLE_CHANGE,
                                                   [WORDING_LIFE] = ROLE_CHANGE,
                                                   [WORDING_CAUSE] = ROLE_CAUSE,
                                                   [WORDING_EFFECT] = ROLE_SYMPTOM};
    struct wording w = wording_of(message, severity);
    enum wording_kind kind = wording_kind(&w);
    p->lives = kind == WORDING_LIFE;
    *ret_lifecycle = kind == WORDING_LIFE && w.share[kind] >= WORDING_SURE;
    bool doubtful = kind == WORDING_ACT && w.share[kind] < WORDING_SURE_ACT;
    *ret_belief = doubtful ? (w.share[kind] - 0.5f) / (WORDING_SURE_ACT - 0.5f) : 1;
    if (w.share[kind] >= WORDING_SURE)
        return roles[kind];
    /* trouble for sure, and as well an effect as a cause: it is no reason to look no further */
    bool trouble = w.share[WORDING_CAUSE] + w.share[WORDING_EFFECT] >= WORDING_SURE;
    return trouble && w.share[WORDING_EFFECT] >= EITHER ? ROLE_SYMPTOM : ROLE_UNKNOWN;
}

void pattern_read(struct pattern *p, const struct exemplar *line, struct catalogue *catalogue)
{
    struct span message = span_make(line->text + line->message_at, line->message_bytes);
    bool for_developers = p->severity && p->severity < SEVERITY_INFO;
    p->rule = catalogue_match(catalogue, message);
    if (!p->rule && p->severity >= SEVERITY_WARN && line->raw_bytes > EXEMPLAR_BYTES_MAX)
        p->rule = catalogue_match(catalogue, exemplar_excerpt(line));
    bool ruled = p->rule && p->rule->role != ROLE_UNKNOWN;
    p->role = ruled ? p->rule->role : ROLE_UNKNOWN;
    p->belief = 1;
    bool restarts = ruled && p->rule->lifecycle && !catalogue_knows(p->rule);
    bool lifecycle = ruled && p->rule->lifecycle;
    if (!catalogue_knows(p->rule) && !for_developers) {
        bool lives;
        float belief;
        enum role worded = worded_role(message, p->severity, p, &lives, &belief);
        if (!ruled ||
            (restarts && (worded == ROLE_SYMPTOM || worded == ROLE_CAUSE))) /* it stops because of trouble */
            p->role = worded, p->belief = belief;
        lifecycle |= lives;
    }
    bool over = !catalogue_knows(p->rule) && is_over(p->role, message);
    if (over)
        p->role = ROLE_UNKNOWN;
    bool worded =
        !ruled || p->role != p->rule->role; /* what is missing may be worded like a cause: "no servers" */
    p->absence = (p->role == ROLE_SYMPTOM || p->role == ROLE_UNKNOWN || (p->role == ROLE_CAUSE && worded)) &&
                 !for_developers && !over && language_absence(message);
    if (p->absence && p->role == ROLE_UNKNOWN)
        p->role = ROLE_SYMPTOM;
    p->destroys = p->role == ROLE_CHANGE && language_destroys(message);
    p->lifecycle = p->role == ROLE_CHANGE && lifecycle;
    p->layer = p->rule ? p->rule->layer : LAYER_UNKNOWN;
}

static void finish_pattern(struct model *m, struct pattern *p, struct span template_text,
                           const struct analysis_options *options)
{
    p->template_text = template_text;
    p->id = key_mix(XXH3_64bits(template_text.ptr, template_text.len),
                    key_mix(XXH3_64bits(m->services[p->service].name, strlen(m->services[p->service].name)),
                            p->severity));
    if (!p->first)
        return;
    pattern_read(p, &p->first->exemplar, options->catalogue);
}

static int compare_pattern(const void *a, const void *b)
{
    const struct pattern *x = a, *y = b;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    if (x->first->exemplar.file == y->first->exemplar.file &&
        x->first->exemplar.offset != y->first->exemplar.offset)
        return x->first->exemplar.offset < y->first->exemplar.offset ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static uint64_t text_key(struct span text)
{
    return key_mix(XXH3_64bits(text.ptr, text.len), 3);
}

/* patterns: all, those of the baseline alone too. A text is known elsewhere when another service says it in
 * the baseline, or said it a minute before. */
static void mark_elsewhere(struct model *m, const struct pattern *all, size_t count)
{
    struct table first = {
        0}; /* text -> the pattern that says it first; one of the baseline before any other */
    for (size_t i = 0; i < count; i++)
        if (all[i].parts && all[i].baseline_count)
            table_put(&first, text_key(all[i].template_text), (void *)&all[i]);
    for (size_t i = 0; i < m->pattern_count; i++) {
        struct pattern *p = &m->patterns[i];
        const struct pattern *other = table_get(&first, text_key(p->template_text));
        if (!other)
            table_put(&first, text_key(p->template_text), p);
        else if (other->service != p->service)
            p->known_elsewhere = other->baseline_count || p->first_ns - other->first_ns > 60 * NS_PER_SECOND;
        /* several programs say it, at one time or another: nobody did it to this one */
        p->lifecycle |= p->known_elsewhere && p->role == ROLE_CHANGE && !p->rule;
    }
    table_done(&first);
}

static void make_patterns(struct model *m, const struct analysis_options *options)
{
    size_t count = 0;
    struct row *rows = memory_alloc((m->logs->series.count + m->baseline->series.count + 1) * sizeof *rows);
    add_rows(m, m->logs, false, options->kernel, rows, &count);
    add_rows(m, m->baseline, true, options->kernel, rows, &count);
    qsort(rows, count, sizeof *rows, compare_row);
    struct template_input *inputs = memory_alloc((count + 1) * sizeof *inputs);
    uint32_t *ids = memory_alloc((count + 1) * sizeof *ids);
    struct span *texts = memory_alloc((count + 1) * sizeof *texts);
    uint32_t *sizes = memory_alloc((count + 1) * sizeof *sizes);
    for (size_t i = 0; i < count; i++)
        inputs[i] = (struct template_input){rows[i].service, rows[i].group, rows[i].masked};
    template_merge(inputs, count, &m->baseline->memos, &m->arena, ids, texts);
    for (size_t i = 0; i < count; i++)
        sizes[ids[i]]++;
    struct pattern *all = memory_alloc((count + 1) * sizeof *all);
    for (size_t i = 0; i < count; i++) {
        struct pattern *p = &all[ids[i]];
        if (!p->parts) {
            p->parts = arena_alloc(&m->arena, sizes[ids[i]] * sizeof *p->parts);
            p->known = arena_alloc(&m->arena, sizes[ids[i]] * sizeof *p->known);
            p->service = rows[i].service;
            p->severity = rows[i].series->severity;
            p->kind = rows[i].series->kind;
        }
        add_part(m, p, &rows[i]);
    }
    m->patterns = arena_alloc(&m->arena, (count + 1) * sizeof *m->patterns);
    m->past = arena_alloc(&m->arena, (count + 1) * sizeof *m->past);
    m->kernel = options->kernel;
    for (size_t i = 0; i < count; i++) {
        if (!all[i].parts)
            continue;
        finish_pattern(m, &all[i], texts[i], options);
        m->services[all[i].service].once += all[i].count + all[i].baseline_count == 1;
        if (all[i].count)
            m->patterns[m->pattern_count++] = all[i];
        else
            m->past[m->past_count++] = all[i];
    }
    qsort(m->patterns, m->pattern_count, sizeof *m->patterns, compare_pattern);
    mark_elsewhere(m, all, count);
    free(all);
    free(sizes);
    free(texts);
    free(ids);
    free(inputs);
    free(rows);
}

/* Exceptions point at the pattern of their record. */
static void link_heads(struct model *m)
{
    struct table of = {0};
    for (size_t i = 0; i < m->pattern_count; i++)
        for (uint32_t k = 0; k < m->patterns[i].part_count; k++)
            table_put(&of, m->patterns[i].parts[k]->key, &m->patterns[i]);
    for (size_t i = 0; i < m->pattern_count; i++) {
        const struct pattern *head =
            m->patterns[i].first->head ? table_get(&of, m->patterns[i].first->head) : NULL;
        m->patterns[i].head = head && head != &m->patterns[i] ? (int32_t)(head - m->patterns) : -1;
    }
    table_done(&of);
}

/* A moment before the horizon after which a pattern was not said until then, as near as its bins tell. */
static int64_t last_before_horizon(const struct model *m, const struct pattern *p)
{
    int64_t last = p->first_ns;
    for (uint32_t i = 0; i < p->part_count; i++) {
        const struct stream *stream =
            profile_counted(m->logs, table_get(&m->logs->streams, p->parts[i]->stream));
        const struct timeline *t = &p->parts[i]->timeline;
        int64_t horizon = own_second(m, stream, m->horizon_ns), to = 0;
        for (size_t k = 0; k < t->count && (int64_t)t->bins[k].index << t->shift < horizon; k++)
            to = ((int64_t)t->bins[k].index + 1) << t->shift;
        int64_t at = stream_time(m, stream, (to < horizon ? to : horizon) * NS_PER_SECOND);
        last = to && at > last ? at : last;
    }
    return last < m->horizon_ns ? last : m->horizon_ns - 1;
}

/* Forget what comes after the horizon. */
static void cut_at_horizon(struct model *m)
{
    if (m->horizon_ns >= m->last_ns || m->by_order)
        return;
    size_t kept = 0;
    for (size_t i = 0; i < m->pattern_count; i++) {
        struct pattern p = m->patterns[i];
        if (p.first_ns >= m->horizon_ns)
            continue;
        if (p.last_ns >= m->horizon_ns) {
            p.last_ns = last_before_horizon(m, &p);
            double n = pattern_count(m, &p, m->first_ns, m->horizon_ns);
            p.count = n < 1 ? 1 : (uint64_t)(n + 0.5);
        }
        m->patterns[kept++] = p;
    }
    m->pattern_count = kept;
    m->last_ns = m->horizon_ns - 1;
}

static void make_births(struct model *m)
{
    size_t *counts = memory_alloc((m->service_count + 1) * sizeof *counts);
    for (size_t i = 0; i < m->pattern_count; i++)
        counts[m->patterns[i].service]++;
    for (size_t i = 0; i < m->service_count; i++)
        m->services[i].births = arena_alloc(&m->arena, counts[i] * sizeof(int64_t));
    free(counts);
    double once = 0, records = 0;
    for (size_t i = 0; i < m->pattern_count; i++) {
        const struct pattern *p = &m->patterns[i];
        struct service *s = &m->services[p->service];
        if (p->baseline_count == 0 && !p->startup && !p->lone_start && !p->minted)
            s->births[s->birth_count++] = p->first_ns;
    }
    for (size_t i = 0; i < m->service_count; i++) {
        struct service *s = &m->services[i];
        qsort(s->births, s->birth_count, sizeof *s->births, compare_time);
        once += (double)s->once;
        records += (double)(s->records + s->baseline_records);
    }
    m->fleet_new = (once + 1) / (records + 2);
}

void model_make(struct model *model, const struct profile *logs, const struct profile *baseline,
                const struct analysis_options *options)
{
    *model = (struct model){.logs = logs, .baseline = baseline};
    model->horizon_ns = options->until_ns == TIME_NONE ? INT64_MAX : options->until_ns;
    if (!options->zone_given)
        align_clocks(model, options);
    model->renames = renames_find(logs, baseline, &model->arena, &model->rename_count);
    make_services(model);
    make_patterns(model, options);
    cut_at_horizon(model);
    link_heads(model);
    starts_mark(model);
    minting_mark(model);
    make_births(model);
}

void model_done(struct model *model)
{
    table_done(&model->shifts);
    arena_done(&model->arena);
}
