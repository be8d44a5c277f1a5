/* model: two profiles as services and patterns. Analysis works on these few thousand rows and never on lines.
 *
 * A pattern is a template of one service: all series of its streams that differ only in variables, in the
 * logs and in the baseline together, so that a new value in an old slot is not news. Everything is sorted by
 * name or key: the model does not depend on the order in which anything was read. Memory belongs to the
 * model's arena. */
#ifndef ONSET_ANALYSIS_MODEL_H
#define ONSET_ANALYSIS_MODEL_H

#include "analysis/analysis.h"
#include "analysis/clocks.h"
#include "analysis/renames.h"
#include "analysis/volume.h"
#include "base/arena.h"

#define STARTUP_NS (90 * NS_PER_SECOND) /* what a process says in its first seconds */

struct service {
    const char *name;
    struct stream **streams; /* of the logs */
    size_t stream_count;
    struct volume volume; /* of its streams; of those without times only when no stream has any */
    uint64_t records, baseline_records;
    uint64_t
        baseline_overflow; /* records of the baseline of which the pattern is not known: beyond its cap */
    size_t series;         /* of logs and baseline */
    struct span minted;    /* first words of the patterns that it mints, empty when none (minting.h) */
    size_t minted_series;
    double baseline_seconds;
    int64_t first_ns, last_ns; /* in the logs */
    int64_t *births; /* times of patterns that are not in the baseline and not of a start, ascending */
    size_t birth_count;
    size_t once; /* patterns seen exactly once, logs and baseline */
};

struct pattern {
    uint64_t id; /* stable: service, severity and template text */
    uint32_t service;
    uint8_t severity, kind;
    enum role role;
    enum layer layer;
    const struct rule *rule;
    struct span template_text;
    const struct series **parts; /* of the logs, sorted by first line */
    const struct series **known; /* of the baseline */
    uint32_t part_count, known_count;
    uint32_t streams; /* different ones among parts */
    uint64_t count, baseline_count;
    int64_t first_ns, last_ns;  /* in the logs; interpolated where the source has no times */
    const struct series *first; /* with the earliest line */
    int32_t head;               /* pattern of the record that an exception belongs to, or -1 */
    bool absence;               /* a symptom that says what is not there */
    bool destroys;              /* a change that takes something away */
    bool lifecycle;             /* a change: a process tells that it begins or ends */
    bool lives;                 /* its words are nearest to those of a process that begins or ends */
    float belief;               /* of a role that words tell, 0 .. 1 */
    bool at_start;              /* born in the first seconds of a source */
    bool lone_start;            /* a change, born so, but nearly alone: a tool that did one thing */
    bool startup;               /* born in the first seconds of a source, with nothing to compare it with */
    bool new_source;            /* born with a service that had never spoken before, alone */
    bool guessed_time;          /* interpolated */
    bool accepted;              /* somebody said that it is normal */
    bool minted;                /* of a family that never repeats: not new, and no measure of news */
    bool known_elsewhere;       /* the same text is common in other services before */
};

struct model {
    struct arena arena;
    const struct profile *logs, *baseline;
    struct service *services;
    size_t service_count;
    struct pattern *patterns; /* those with count > 0, by first_ns, then id */
    size_t pattern_count;
    struct pattern *past; /* those of the baseline alone */
    size_t past_count;
    const struct kernel *kernel;
    int64_t first_ns, last_ns;  /* of all timed records; by order when nothing is timed */
    int64_t known_from_ns;      /* first_ns, or where a baseline begins that ends where the logs begin */
    int64_t horizon_ns;         /* what comes after it is not known yet: --until; INT64_MAX when not given */
    uint64_t stray_records;     /* far from all others: left out of the range */
    struct clock_shift *clocks; /* sources whose clock is off, by source */
    size_t clock_count;
    struct table shifts;    /* stream key -> the aligned one of its source */
    struct rename *renames; /* services of the baseline that are called otherwise in the logs */
    size_t rename_count;
    bool by_order;
    bool has_baseline; /* that knows a service of the logs */
    double fleet_new;  /* P(new) over all services */
};

void model_make(struct model *model, const struct profile *logs, const struct profile *baseline,
                const struct analysis_options *options);
void model_done(struct model *model);

/* What a line of the pattern tells: its rule, role, layer. By its first line, but for those who ask about
 * another one: a variable may make the difference. */
void pattern_read(struct pattern *pattern, const struct exemplar *line, struct catalogue *catalogue);

/* A time of a stream of the logs as the model has it: aligned with the others; by its place between the first
 * and the last time of the others where the stream has none. */
int64_t stream_time(const struct model *model, const struct stream *stream, int64_t time_ns);

/* Occurrences of a pattern in [from, to) ns. */
double pattern_count(const struct model *model, const struct pattern *pattern, int64_t from_ns,
                     int64_t to_ns);
/* The same of one series of the logs; and its first line's time, as pattern.first_ns. */
double series_between(const struct model *model, const struct series *series, int64_t from_ns, int64_t to_ns);
int64_t series_time(const struct model *model, const struct series *series);
/* Records of a service in [from, to) ns. */
double service_count(const struct model *model, const struct service *service, int64_t from_ns,
                     int64_t to_ns);

#endif
