#include "analysis/starts.h"

#include "analysis/language.h"
#include "record/severity.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SEAM_NS         (600 * NS_PER_SECOND)
#define NEW_SOURCES_MAX 2 /* more at once are a fleet that starts */
#define LATE_START_NS                                                                                        \
    (300 * NS_PER_SECOND) /* after the first line of all: not the logs begin, the program does */
#define BESIDE_NS   (10 * NS_PER_SECOND)
#define BESIDE_MOST 3
#define BESIDE_FEW  2 /* new lines beside one that is no part of a start */
#define OTHERS_MIN  3 /* streams without a pattern for each that has it, to call it the doing of these */

static uint64_t name_key(const struct stream *stream)
{
    return key_mix(XXH3_64bits(stream->name, strlen(stream->name)), 3);
}

/* Does the baseline of a stream go over into its logs, as one run that was cut in two? */
static bool goes_over(const struct stream *before, const struct stream *stream)
{
    return before && !before->by_order && !stream->by_order && before->first_ns < stream->first_ns &&
           before->last_ns > stream->first_ns - SEAM_NS && before->last_ns < stream->last_ns;
}

static void find_past(struct model *m)
{
    m->known_from_ns = m->first_ns;
    for (size_t i = 0; i < m->logs->streams.size; i++) {
        const struct stream *stream = m->logs->streams.slots[i].value;
        const struct stream *before = stream ? table_get(&m->baseline->streams, stream->key) : NULL;
        if (stream && goes_over(before, stream) && before->first_ns < m->known_from_ns)
            m->known_from_ns = before->first_ns;
    }
}

/* How many services spoke for the first time within five minutes of t. */
static size_t starts_around(const struct model *m, int64_t t)
{
    size_t n = 0;
    for (size_t i = 0; i < m->service_count; i++) {
        const struct service *s = &m->services[i];
        int64_t gap = s->first_ns <= s->last_ns ? s->first_ns - t : INT64_MAX;
        n += gap > -300 * NS_PER_SECOND && gap < 300 * NS_PER_SECOND;
    }
    return n;
}

/* Do other starts of the service tell what a start says? Then what one start alone says, amid the logs, is
 * not of starting: one replica of many that cannot. Streams that only begin with the logs are no starts, but
 * show what the service says all the same. */
static bool unlike_other_starts(const struct model *m, const struct pattern *p, const struct stream *stream)
{
    const struct service *s = &m->services[p->service];
    return stream_time(m, stream, stream->first_ns) - m->first_ns > LATE_START_NS &&
           s->stream_count >= (OTHERS_MIN + 1) * p->streams;
}

/* Trouble that a writer tells as its first words of all, in a source that others have written to for long: it
 * did not just start, it had nothing to say. */
static bool speaks_up(const struct model *m, const struct pattern *p, const struct stream *stream,
                      const struct table *begun)
{
    const struct stream *first = table_get(begun, name_key(stream));
    int64_t speaks = stream_time(m, stream, stream->first_ns);
    return (p->severity >= SEVERITY_WARN || p->role == ROLE_CAUSE) && p->first_ns == speaks && first &&
           speaks - stream_time(m, first, first->first_ns) > LATE_START_NS;
}

/* Of each source the stream that spoke first. */
static void find_begun(const struct model *m, struct table *begun)
{
    for (size_t i = 0; i < m->logs->streams.size; i++) {
        struct stream *stream = m->logs->streams.slots[i].value;
        if (!stream || stream->by_order || !stream->records)
            continue;
        const struct stream *first = table_get(begun, name_key(stream));
        if (!first || stream->first_ns < first->first_ns)
            table_put(begun, name_key(stream), stream);
    }
}

/* How many other new patterns each pattern's service began to say within ten seconds of it, three at most on
 * either side: a program that starts says much at once. */
static uint8_t *count_beside(const struct model *m)
{
    uint8_t *beside = memory_alloc(m->pattern_count + 1);
    int64_t(*last)[BESIDE_MOST] = memory_alloc((m->service_count + 1) * sizeof *last);
    for (int back = 0; back < 2; back++) {
        for (size_t i = 0; i < m->service_count; i++)
            for (size_t k = 0; k < BESIDE_MOST; k++)
                last[i][k] = TIME_NONE;
        for (size_t n = 0; n < m->pattern_count; n++) {
            size_t i = back ? m->pattern_count - 1 - n : n;
            const struct pattern *p = &m->patterns[i];
            int64_t *times = last[p->service];
            if (p->baseline_count || p->kind != SERIES_RECORD)
                continue;
            for (size_t k = 0; k < BESIDE_MOST; k++)
                beside[i] += times[k] != TIME_NONE && llabs(p->first_ns - times[k]) <= BESIDE_NS;
            memmove(times + 1, times, (BESIDE_MOST - 1) * sizeof *times);
            times[0] = p->first_ns;
        }
    }
    free(last);
    return beside;
}

/* A change that is no process's start: what somebody did, settings that were read again, work that began. */
static bool is_of_no_start(const struct pattern *p)
{
    const struct exemplar *e = &p->first->exemplar;
    struct span message = exemplar_message(e);
    if (p->role == ROLE_CHANGE)
        return !p->lifecycle || language_reloads(message);
    return p->role == ROLE_UNKNOWN && language_begins(message);
}

int64_t starts_last(const struct model *m)
{
    int64_t span =
        m->last_ns > m->first_ns ? m->last_ns - m->first_ns : 0; /* of a log of seconds, 90 s would be all */
    return span < 5 * STARTUP_NS ? span / 5 : STARTUP_NS;
}

/* In the first seconds of a source everything is new. But a service that speaks up for the first time amid
 * the logs, when no others do (a migration tool, a job, a new pod), is news; and one line of a change, alone,
 * is no start of anything, but what somebody did. */
void starts_mark(struct model *m)
{
    int64_t start = starts_last(m);
    struct table begun = {0};
    uint8_t *beside = count_beside(m);
    find_past(m);
    find_begun(m, &begun);
    for (size_t i = 0; i < m->pattern_count; i++) {
        struct pattern *p = &m->patterns[i];
        const struct stream *stream =
            profile_counted(m->logs, table_get(&m->logs->streams, p->first->stream));
        const struct service *s = &m->services[p->service];
        int64_t born = p->first_ns - stream_time(m, stream, stream->first_ns);
        bool early = born < start && !m->by_order && !stream->by_order &&
                     !goes_over(table_get(&m->baseline->streams, stream->key), stream);
        bool amid = p->first_ns - s->first_ns < STARTUP_NS && s->first_ns - m->first_ns > LATE_START_NS;
        bool alone = is_of_no_start(p) && beside[i] <= BESIDE_FEW;
        bool unknown = alone && p->first_ns == s->first_ns && m->has_baseline && !s->baseline_records;
        p->new_source = early && (unknown || (amid && starts_around(m, s->first_ns) <= NEW_SOURCES_MAX));
        p->lone_start = early && !p->new_source && alone;
        p->at_start = early && !p->new_source && !alone;
        p->startup = p->at_start && s->baseline_records == 0 && !unlike_other_starts(m, p, stream) &&
                     !speaks_up(m, p, stream, &begun);
    }
    free(beside);
    table_done(&begun);
}
