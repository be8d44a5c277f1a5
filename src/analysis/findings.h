/* findings: the answer, as data. Made by analysis, read by report; all memory belongs to `arena`. Times are
 * ns since the epoch, TIME_NONE when the source has none; bits are base-2 logarithms of odds. */
#ifndef ONSET_ANALYSIS_FINDINGS_H
#define ONSET_ANALYSIS_FINDINGS_H

#include "analysis/catalogue.h"
#include "base/arena.h"
#include "base/civil.h"

#define SPARK_BUCKETS 40

enum novelty {
    NOVELTY_KNOWN,
    NOVELTY_NEW,
    NOVELTY_SURGE,
    NOVELTY_GONE,
    NOVELTY_NEW_SOURCE,
    NOVELTY_NEW_VALUE,
    NOVELTY_AGAIN
};

struct place {          /* where a line is */
    const char *source; /* file name as given */
    const char *stream; /* writer inside the source ("" when it has one) */
    uint64_t line;      /* from 1 */
    uint64_t offset;    /* byte offset in the (decoded) source */
    int64_t time_ns;
    struct span text;    /* the raw line; of a long one 1 KiB and " ... ", the excerpt; may hold any byte */
    struct span message; /* what its writer said, without what is around it, at most 1 KiB */
    struct span excerpt; /* where the rest of a longer line first tells of a failure; mostly empty */
};

struct evidence {
    const char *kind;     /* novelty precedence severity catalogue spread language replica change-near ... */
    double bits;          /* may be negative */
    const char *sentence; /* for a person */
};

struct candidate {
    const char *id; /* 16 hex digits, stable */
    const char *service;
    const char *template_text; /* variables as <*> */
    enum novelty novelty;
    enum layer layer;
    enum role role;
    uint8_t severity;
    double bits;       /* sum of the evidence */
    double confidence; /* 0..1: share of the belief among the first five and "none of them"; 0 unless
                          something was found */
    struct place first;
    struct place also;    /* the exception or detail line that belongs to it; source NULL when none */
    struct place earlier; /* a failure of long before that it may go back to; source NULL when none */
    uint64_t count_before, count_after; /* its records before and since it began (new: 0 before) */
    size_t sources, services_after;     /* sources that say it; services that say new things after it */
    const struct evidence *evidence;
    size_t evidence_count;
    const struct rule *rule;                /* NULL when the catalogue knows nothing of it */
    const char *title, *hint, *runbook_url; /* NULL when there is none */
    const char *about;             /* "application shop": what is changed or not reached; NULL: not told */
    uint32_t spark[SPARK_BUCKETS]; /* counts over findings.spark_from .. spark_to */
};

struct change {
    struct place first;
    const char *service, *title; /* title: "" where the words alone tell of a change */
    enum layer layer;
    double seconds_before; /* the onset; negative: after it */
    bool is_new;
};

struct new_value { /* a place in a message that held few words and took another one */
    struct place first;
    const char *service, *pattern; /* pattern: its id */
    const char *template_text;
    const char *name;         /* of the place, "" when it has none */
    const char *now, *before; /* words; before: up to three, ", " between them */
    uint64_t count, records_before;
    double bits;
};

struct cascade_step {
    const char *service, *text;
    int64_t time_ns;
    uint64_t count;
    double lag_seconds; /* behind the trigger */
};

struct layer_row {
    enum layer layer;
    size_t patterns;   /* new or surging patterns of this layer */
    const char *worst; /* NULL: nothing */
};

struct coverage {
    uint64_t bytes, lines, records, continuations, stamped, zoneless, inherited, untimed, empty, overlong,
        broken, partial, replaced;
    uint64_t patterns, series, overflow_lines;
    size_t sources, sources_untimed, sources_binary, inputs_broken, short_reads;
    int64_t first_ns, last_ns;
    const char **missing; /* hosts, or other parts of a sum of profiles, that should be in it */
    size_t parts, missing_count;
};

struct explained_source {
    const char *source, *stream;
    uint64_t count, records;   /* of the pattern; of all that the source said */
    int64_t first_ns, last_ns; /* of the pattern; TIME_NONE when it is not there or has no time */
};

struct explained_neighbour { /* news of another moment, near in time */
    struct place first;
    const char *service;
    double seconds_after; /* negative: before */
    uint8_t severity;
    bool shares_words; /* rare ones, with what is explained */
};

struct context_line {
    uint64_t line;
    struct span text;
};

struct explained { /* all that is known of one pattern */
    const char *id, *service, *template_text;
    const char *standing;              /* what it is in the report, one sentence */
    const struct candidate *candidate; /* with the evidence; NULL when it is no hypothesis */
    size_t rank;                       /* of the candidate among those reported, from 1; 0: not among them */
    uint8_t severity;
    const struct rule *rule; /* that matches the line; NULL when none does */
    struct place first;
    int64_t last_ns;
    uint64_t count, baseline_count;
    int64_t minutes_from_ns; /* a whole minute; counts of the minutes from there on */
    const uint32_t *minutes;
    size_t minute_count;
    const struct explained_source *sources; /* of its service; those without it last */
    size_t source_count, sources_with;
    const struct place *together; /* the other new lines of the same moment */
    size_t together_count;
    const struct explained_neighbour *neighbours; /* by time */
    size_t neighbour_count;
    const struct context_line *context; /* of its source, its first line among them; filled by the engine */
    size_t context_count;
};

struct findings {
    struct arena arena;
    int verdict;                          /* enum onset_verdict */
    const char *verdict_text;             /* one sentence */
    int64_t window_from_ns, window_to_ns; /* what was judged */
    int64_t onset_from_ns, onset_to_ns;   /* when it began, as an interval; TIME_NONE when nothing did */
    double onset_score;                   /* log likelihood ratio of the onset, nats; 0 when there is none */
    bool onset_found;                     /* found by onset, not given */
    bool by_order;                        /* no times at all: order stands in for time */
    bool outside;                         /* cannot judge: no record lies in the window */
    bool zones_told;                      /* the clock of a source was doubted */
    bool recovered;
    bool healed; /* verdict "nothing": trouble that was short and is over; its hypotheses are told, without
                    confidence */
    int64_t spark_from_ns, spark_to_ns;
    uint64_t baseline_records;
    double baseline_seconds;
    struct candidate *candidates;
    size_t candidate_count;
    struct change *changes;
    size_t change_count;
    struct new_value *values; /* by time */
    size_t value_count;
    struct cascade_step *cascade;
    size_t cascade_count;
    struct layer_row layers[LAYER_COUNT];
    struct coverage coverage;
    struct explained *explained; /* when it was asked for, and found */
    const char *explain_error;   /* why it was not, one sentence */
    const char **notes;          /* what was assumed or lost, one sentence each */
    size_t note_count;
};

const char *novelty_name(enum novelty novelty); /* "new", "surge", "gone", "new-source", "known" */

#endif
