/* catalogue: what is known of the messages of real software: which layer speaks, and whether the line is a
 * cause, a change, a symptom of something elsewhere, or benign. Rules are data (patterns/NAME.yaml), built in
 * at compile time; a user's folder adds to them and wins over them. Rules run once per distinct pattern,
 * never per line.
 *
 * A rule in YAML:
 *     - id: postgresql/too-many-clients          unique, software/what
 *       layer: db             dns network tls lb app db cache queue storage memory deploy config external
 *       role: symptom         cause change symptom benign; unknown: the words of the line decide
 *       pattern: 'too many clients already'      PCRE2, anywhere in the message, UTF off, caseless with (?i)
 *       title: PostgreSQL has no free connection slot
 *       hint: psql -c 'select state, count(*) from pg_stat_activity group by 1'       first command to run
 *       runbook_url: https://...                                                      optional
 *       lifecycle: true          optional, of a change: a process tells that it starts or stops, not why
 *       match: ['FATAL:  sorry, too many clients already']     lines that it must match (at least one)
 *       nomatch: ['connection authorized: user=app']           lines that it must not match (at least one)
 *
 * A rule without samples, or that fails its own samples, fails the build; in a user's folder it is an error
 * that names the rule. Rules named generic/... know wording, not a program. Threads: a catalogue is used by
 * one thread at a time. */
#ifndef ONSET_ANALYSIS_CATALOGUE_H
#define ONSET_ANALYSIS_CATALOGUE_H

#include "base/error.h"
#include "base/span.h"

enum layer {
    LAYER_UNKNOWN,
    LAYER_DNS,
    LAYER_NETWORK,
    LAYER_TLS,
    LAYER_LB,
    LAYER_APP,
    LAYER_DB,
    LAYER_CACHE,
    LAYER_QUEUE,
    LAYER_STORAGE,
    LAYER_MEMORY,
    LAYER_DEPLOY,
    LAYER_CONFIG,
    LAYER_EXTERNAL,
    LAYER_COUNT
};
enum role { ROLE_UNKNOWN, ROLE_CAUSE, ROLE_CHANGE, ROLE_SYMPTOM, ROLE_BENIGN };

struct rule {
    const char *id, *pattern, *title, *hint, *runbook_url; /* runbook_url may be NULL */
    enum layer layer;
    enum role role;
    bool lifecycle; /* a change: tells that a process begins, ends or starts anew, not what was done */
};

struct catalogue;
struct catalogue *catalogue_new(const char *extra_folder,
                                struct onset_error *err); /* extra_folder may be NULL */
struct catalogue *catalogue_free(struct catalogue *catalogue);
/* The first rule, user's rules first, that matches the text; NULL when none does. A rule that hits PCRE2's
 * match limit counts as no match, and catalogue_limits counts it. */
const struct rule *catalogue_match(struct catalogue *catalogue, struct span text);
/* All rules that match the text, in order of priority; at most `size`, returns how many. */
size_t catalogue_match_all(struct catalogue *catalogue, struct span text, const struct rule **ret_rules,
                           size_t size);
const struct rule *catalogue_rule(const struct catalogue *catalogue, size_t index); /* in order of priority */
/* Does the rule know a program, or wording alone? */
bool catalogue_knows(const struct rule *rule);
size_t catalogue_limits(const struct catalogue *catalogue);
size_t catalogue_count(const struct catalogue *catalogue);

const char *layer_name(enum layer layer); /* "dns"; "" for unknown */
const char *role_name(enum role role);

#endif
