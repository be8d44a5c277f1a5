#include "analysis/ending.h"

#include "record/severity.h"

#define AFTER_IT_NS    (2 * NS_PER_SECOND) /* that a program may need to end */
#define WITHIN_NS      (300 * NS_PER_SECOND)
#define DEATHS_MAX     3  /* more are connections that end, or a habit */
#define HABIT_RECORDS  20 /* make a rhythm */
#define SILENT_PERIODS 20 /* break it */
#define SILENT_NS      (60 * NS_PER_SECOND)

static bool holds_exception(const struct model *m, const struct pattern *p)
{
    for (size_t i = 0; i < m->pattern_count; i++)
        if (m->patterns[i].head == p - m->patterns && m->patterns[i].kind == SERIES_EXCEPTION)
            return true;
    return false;
}

static size_t speaking_streams(const struct model *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->service_count; i++)
        for (size_t k = 0; k < m->services[i].stream_count; k++)
            n += m->services[i].streams[k]->records > 0;
    return n;
}

static bool ends_with(const struct model *m, const struct series *series, bool only)
{
    const struct stream *s = profile_counted(m->logs, table_get(&m->logs->streams, series->stream));
    if (s->by_order || s->rest || s->last_ns - series->last_ns > AFTER_IT_NS)
        return false;
    if (only)
        return true;
    int64_t silent = m->last_ns - stream_time(m, s, s->last_ns);
    return s->records >= HABIT_RECORDS && silent >= SILENT_NS &&
           silent / SILENT_PERIODS > (s->last_ns - s->first_ns) / (int64_t)(s->records - 1);
}

bool ending_is_death(const struct model *m, const struct news *news, size_t count,
                     const struct onset_split *split)
{
    bool only = speaking_streams(m) == 1;
    if (m->by_order || !split->found || m->horizon_ns != INT64_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct pattern *p = news[i].pattern;
        if (news[i].novelty != NOVELTY_NEW || p->kind != SERIES_RECORD || p->count > DEATHS_MAX ||
            p->severity < SEVERITY_ERROR || p->role == ROLE_BENIGN || news[i].time_ns < split->time_ns ||
            news[i].time_ns > split->time_ns + WITHIN_NS ||
            (p->severity < SEVERITY_FATAL && !holds_exception(m, p)))
            continue;
        for (uint32_t k = 0; k < p->part_count; k++)
            if (ends_with(m, p->parts[k], only))
                return true;
    }
    return false;
}
