/* onset: find the line that started an outage.
 *
 * A session is made, told what to read, scanned, and asked for a report:
 *
 *     struct onset_error err;
 *     struct onset *session = onset_new(&(struct onset_config){0}, &err);
 *     onset_add(session, "/var/log/shop", ONSET_LOGS, &err);
 *     onset_scan(session, &err);
 *     onset_report(session, ONSET_TEXT, sink, context, &err);
 *     session = onset_free(session);
 *
 * Threads: one session belongs to one thread at a time; it starts its own workers while scanning. Sessions
 * are independent of each other. Errors: functions that can fail return a negative number and fill a
 * caller-owned `struct onset_error` with one line of text. What is wrong with the data is not an error: it is
 * counted and reported. Memory: everything that a session hands out lives until onset_free.
 */
#ifndef ONSET_H
#define ONSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ONSET_VERSION   "0.1.0"
#define ONSET_TIME_NONE INT64_MIN

struct onset_error {
    char text[512];
};

enum onset_role {
    ONSET_LOGS,    /* what is judged */
    ONSET_BASELINE /* what is known to be normal */
};

enum onset_format { ONSET_TEXT, ONSET_JSON };

enum onset_packing { ONSET_PLAIN, ONSET_ZSTD };

enum onset_verdict {
    ONSET_NOTHING,     /* nothing began here */
    ONSET_FOUND,       /* something began; candidates are ranked */
    ONSET_CANNOT_JUDGE /* too little is known to say */
};

struct onset_config {
    int threads;        /* workers; 0: as many as this process may use */
    size_t chunk_bytes; /* how a large file is cut; 0: default. The report does not depend on it. */
    int64_t at_ns;      /* when it was noticed (ns since the epoch), if has_at */
    int64_t since_ns;   /* judged from here, if has_since */
    int64_t until_ns;   /* judged up to here, if has_until */
    bool has_at, has_since, has_until;
    bool has_zone;       /* zone_minutes is known: no source's clock is doubted */
    int zone_minutes;    /* offset east of UTC for stamps that carry none; 0: UTC */
    int at_zone_minutes; /* the zone in which at_ns was written; 0: UTC, or none. Where no stamp carries a
                            zone and nothing was said around at_ns, they are read in this one. */
    int64_t now_ns;      /* what "now" is, for stamps without a year; 0: the clock */
    size_t series_max;   /* patterns of all streams that are kept; 0: default (32,768) */
    size_t top;          /* candidates to report; 0: default (5) */
    const char *explain; /* what onset_explain tells of: a rank ("1"), an id or its first 6 digits; or NULL */
    const char *patterns;    /* folder of more catalogue rules (*.yaml), or NULL */
    const char *host;        /* of what host the logs are: stands before their names; NULL: not told */
    const char *stdin_label; /* what standard input is called in reports; NULL: "stdin" */
    bool color;              /* text report with colour */
    bool ascii;              /* text report in ASCII only */
    int columns;             /* width of the text report; 0: 100 */
    /* Called from the scanning thread about ten times a second, or NULL. bytes_total is 0 when not known. */
    void (*progress)(void *context, uint64_t bytes_done, uint64_t bytes_total);
    /* Called once for each input that could not be read or was read only in part, in a fixed order, or NULL.
     */
    void (*warning)(void *context, const char *line);
    void *context;
};

struct onset;

/* Receives a report piece by piece; returns 0, or -1 to stop. */
typedef int (*onset_sink)(void *context, const char *bytes, size_t length);

struct onset *onset_new(const struct onset_config *config, struct onset_error *err); /* copies config */
struct onset *onset_free(struct onset *session); /* accepts NULL; returns NULL */

/* Name something to read: a file, a folder (walked), or "-" for standard input. Fails when it does not exist.
 */
int onset_add(struct onset *session, const char *path, enum onset_role role, struct onset_error *err);
/* In place of onset_add, for onset_follow: the file may come later, and it may be a pattern of glob(7), for
 * those that are there and those that will be. Fails when its folder does not exist either. */
int onset_add_followed(struct onset *session, const char *path, struct onset_error *err);

/* The systemd journal of this machine, as ONSET_LOGS. Fails when there is none. */
int onset_add_journal(struct onset *session, struct onset_error *err);

/* Name a saved profile, or a folder of them; anything else becomes an error of the scan. (onset_add takes
 * profiles too: they are told by their first line.) */
int onset_add_profile(struct onset *session, const char *path, enum onset_role role, struct onset_error *err);

/* The logs of this host, or whatever a part is, should be here and are not, unless a profile has them. */
void onset_add_missing(struct onset *session, const char *part);

/* Read everything. Returns the number of inputs that were broken (0: all was read), or -1: nothing can be
 * judged, as when a saved baseline is broken. */
int onset_scan(struct onset *session, struct onset_error *err);

/* Judge what was read (done once, on first use). */
enum onset_verdict onset_judge(struct onset *session);

int onset_report(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                 struct onset_error *err);

/* After onset_scan: the profile of what was scanned as ONSET_LOGS, logs and saved profiles added up. Equal
 * sums give equal bytes. */
int onset_save(struct onset *session, enum onset_packing packing, onset_sink sink, void *context,
               struct onset_error *err);

/* Remember. A baseline is an SQLite file that is learnt over months; name it with onset_add as ONSET_BASELINE
 * to judge by it. One process learns at a time, any number reads meanwhile. All of these fail in a build
 * without SQLite. */

struct onset_learning {
    bool force;      /* learn a window that is judged an outage, too */
    int retain_days; /* forget days older than that; 0: keep all */
    /* what came of it */
    bool refused;                     /* something began in it: nothing was learnt */
    uint64_t records, patterns_new;   /* learnt */
    uint64_t patterns_dropped;        /* older than retain_days */
    uint64_t overflow;                /* lines of patterns beyond the cap: not learnt */
    uint64_t fresh, grown, unchanged; /* sources: new; known, with something new; known and the same */
};

/* In place of onset_scan: read what is new of the ONSET_LOGS since they were learnt last (by first bytes and
 * offset, so rotation does not matter), and count it into the baseline, which is made when it is not there.
 * All or nothing: when it returns -1, or was killed, the file is as it was. Returns as onset_scan;
 * onset_judge and onset_report tell what was judged. */
int onset_learn(struct onset *session, const char *baseline, struct onset_learning *learning,
                struct onset_error *err);

/* The patterns of a baseline, by service, most frequent first: a table, or one JSON object a line. service:
 * only its; NULL: all. Of config color, ascii and columns count. */
int onset_baseline_show(const char *baseline, const struct onset_config *config, const char *service,
                        enum onset_format format, onset_sink sink, void *context, struct onset_error *err);
/* Forget one pattern, or, where it is 0, all of a service. Returns how many it were, or -1. */
int64_t onset_baseline_forget(const char *baseline, const char *service, uint64_t pattern,
                              struct onset_error *err);
/* This one is normal at any rate: a pattern by its id, or, where line is not NULL, what that line of a log
 * says, in service (NULL: the one it names). Returns how many it were (0: no such pattern), or -1. Of config
 * now_ns counts. */
int64_t onset_baseline_accept(const char *baseline, const struct onset_config *config, uint64_t pattern,
                              const char *line, const char *service, struct onset_error *err);
/* All of it as a saved profile. */
int onset_baseline_export(const char *baseline, enum onset_packing packing, onset_sink sink, void *context,
                          struct onset_error *err);

/* Everything that is known of what config.explain names: counts, where it was and was not, the lines around
 * it, the evidence. After onset_scan. Fails when there is no such candidate or pattern. */
int onset_explain(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                  struct onset_error *err);

/* The rules of the catalogue, in order of priority: those that match one of the lines, or all when no line is
 * given. Needs no scan. Returns how many rules, or -1. */
int onset_catalogue(struct onset *session, const char *const *lines, size_t count, enum onset_format format,
                    onset_sink sink, void *context, struct onset_error *err);

/* The table of templates of what was scanned as ONSET_LOGS, most frequent first: id, count, share, severity,
 * first and last time, service, text with <*> for variables. After onset_scan. */
int onset_patterns(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                   struct onset_error *err);

/* In place of onset_scan: read the ONSET_LOGS in one thread and write "ID<TAB>TEMPLATE" for each line, in
 * order
 * ("-<TAB>" for one with nothing on it). Returns the number of inputs that were broken, or -1. */
int onset_annotate(struct onset *session, onset_sink sink, void *context, struct onset_error *err);

/* In place of onset_scan: read the ONSET_LOGS in one thread and write each record as one line of JSON, in the
 * words of the OpenTelemetry log data model; files in the order of their names. Returns as onset_annotate. */
int onset_records(struct onset *session, onset_sink sink, void *context, struct onset_error *err);

/* In place of onset_scan: what is recognised in each source of the ONSET_LOGS (format, times, counts),
 * without any content. Returns as onset_annotate. */
int onset_formats(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                  struct onset_error *err);

struct onset_follow_config {
    int64_t learn_ns;         /* how much must be known as normal before anything is judged */
    int64_t for_ns;           /* end after so long; 0: never */
    bool exit_on_first;       /* end with the first thing found */
    enum onset_format format; /* of what is told: text, or one JSON object a line */
    const volatile int *stop; /* end when it becomes non-zero (a signal handler may set it); NULL: never */
};

/* In place of onset_scan: read the ONSET_LOGS while they grow (files through rotation, folders with the files
 * that are made in them, "-"), and tell what begins when it begins. What is there at the start, the
 * ONSET_BASELINE, and everything that comes until learn_ns are known, counts as normal. Ends when standard
 * input is all there is and ends. Told to end (stop, for_ns), it first reads what is there, for 3 s at most.
 * Returns an enum onset_verdict, or -1; onset_report judges what was watched.
 */
int onset_follow(struct onset *session, const struct onset_follow_config *config, onset_sink sink,
                 void *context, struct onset_error *err);

/* Read a point in time as people write it: RFC 3339, "2026-08-07 14:31[:05]", "14:31" (the latest one that is
 * not after now), "-1h", "-30m ago", "now", "today", "yesterday", or a Unix epoch ("@1786113060", seconds to
 * ns by size). Text without a zone is read with zone_minutes. */
int onset_time_parse(const char *text, int64_t now_ns, int zone_minutes, int64_t *ret_ns,
                     struct onset_error *err);

/* "UTC", "Z", "+02:00", "-0530" -> minutes east of UTC. */
int onset_zone_parse(const char *text, int *ret_minutes, struct onset_error *err);

/* What this build holds: version, kernels, libraries. One line each. */
const char *onset_build_info(void);

#ifdef __cplusplus
}
#endif
#endif
