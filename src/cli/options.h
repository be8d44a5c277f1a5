/* options: what the command line says. Step one of two: words are validated here, nothing is opened.
 *
 *     struct options options;
 *     if (options_parse(&options, argc, argv, &err) != 0) ... one line in err.text, exit 2
 *     ... options_done(&options);
 *
 * Strings point into argv. */
#ifndef ONSET_CLI_OPTIONS_H
#define ONSET_CLI_OPTIONS_H

#include "onset.h"

enum option_id {
#define OPTION(id, letter, name, value, choices, visible, group, brief, detail) OPTION_##id,
#include "cli/options.def"
#undef OPTION
    OPTION_COUNT
};

enum option_group { GROUP_WINDOW, GROUP_INPUT, GROUP_OUTPUT, GROUP_RUN, GROUP_ABOUT, GROUP_COUNT };

struct option_spec {
    char letter;
    const char *name, *value, *choices;
    bool visible;
    enum option_group group;
    const char *brief, *detail;
};

extern const struct option_spec option_table[OPTION_COUNT]; /* indexed by enum option_id */
extern const char *const option_group_names[GROUP_COUNT];

enum action { ACTION_SCAN, ACTION_SHORT_HELP, ACTION_HELP, ACTION_VERSION, ACTION_MAN, ACTION_COMPLETIONS };
enum job {
    JOB_SCAN,
    JOB_PATTERNS,
    JOB_RECORDS,
    JOB_FORMATS,
    JOB_PROFILE,
    JOB_MERGE,
    JOB_LEARN,
    JOB_BASELINE,
    JOB_EXPLAIN,
    JOB_CATALOGUE,
    JOB_FOLLOW
}; /* of ACTION_SCAN */
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

struct options {
    enum action action;
    enum job job;
    bool annotate;              /* JOB_PATTERNS in that form */
    const char *shell;          /* of ACTION_COMPLETIONS */
    struct onset_config config; /* times, zone, top, threads, chunk_bytes, patterns, stdin_label are set */
    struct onset_follow_config follow; /* of JOB_FOLLOW */
    enum onset_format format;
    enum when color;
    bool exit_code, progress, warnings;
    bool journal;        /* of this machine, beside files */
    bool force;          /* of JOB_LEARN */
    int retain_days;     /* of JOB_LEARN; 0: keep all */
    const char *service; /* of JOB_BASELINE, or NULL */
    const char *output;  /* in place of standard output, or NULL */
    const char **files, **baselines, **profiles, **missing;
    size_t file_count, baseline_count, profile_count, missing_count;
};

int options_parse(struct options *options, int argc, char **argv, struct onset_error *err);
void options_done(struct options *options);

#endif
