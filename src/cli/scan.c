/* Step two: the words are valid, now things are opened. A log that cannot be opened does not stop the others;
 * a baseline that cannot be opened stops the run, because without it everything would look new. */
#include "cli/scan.h"

#include "cli/complain.h"
#include "cli/follow.h"
#include "cli/progress.h"
#include "cli/terminal.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define WARNINGS_MAX 20 /* lines; the rest is counted, and the report counts all of them */

struct scan_run {
    struct progress progress;
    bool warnings;
    size_t warning_count;
};

static void on_progress(void *context, uint64_t bytes_done, uint64_t bytes_total)
{
    struct scan_run *run = context;
    progress_update(&run->progress, bytes_done, bytes_total);
}

static void on_warning(void *context, const char *line)
{
    struct scan_run *run = context;
    progress_erase(&run->progress);
    if (run->warnings && run->warning_count++ < WARNINGS_MAX)
        complain("%s", line);
}

/* Name all inputs. Returns how many could not be, or -1 when nothing can be judged. */
static int add_inputs(struct onset *session, const struct options *options)
{
    struct onset_error err;
    for (size_t i = 0; i < options->baseline_count && options->job != JOB_LEARN; i++) {
        if (onset_add(session, options->baselines[i], ONSET_BASELINE, &err) != 0) {
            complain("%s", err.text);
            return -1;
        }
    }
    int missing = 0;
    for (size_t i = 0; i < options->file_count; i++) {
        int status = options->job == JOB_MERGE
                         ? onset_add_profile(session, options->files[i], ONSET_LOGS, &err)
                     : options->job == JOB_FOLLOW ? onset_add_followed(session, options->files[i], &err)
                                                  : onset_add(session, options->files[i], ONSET_LOGS, &err);
        if (status != 0) {
            complain("%s", err.text);
            missing++;
        }
    }
    if (options->journal && onset_add_journal(session, &err) != 0) {
        complain("%s", err.text);
        missing++;
    }
    for (size_t i = 0; i < options->profile_count; i++) {
        if (onset_add_profile(session, options->profiles[i], ONSET_LOGS, &err) != 0) {
            complain("%s", err.text);
            return -1;
        }
    }
    for (size_t i = 0; i < options->missing_count; i++)
        onset_add_missing(session, options->missing[i]);
    if (options->profile_count)
        return missing;
    size_t named = options->file_count + options->journal;
    if (named)
        return (size_t)missing == named ? -1 : missing;
    if (isatty(STDIN_FILENO)) {
        complain("no FILE is given and standard input is a terminal, see 'onset --help'");
        return -1;
    }
    if (onset_add(session, "-", ONSET_LOGS, &err) != 0) {
        complain("%s", err.text);
        return -1;
    }
    return 0;
}

/* Read; jobs that write while they read do so. Returns as onset_scan. */
static int read_inputs(struct onset *session, const struct options *options, struct onset_learning *learning,
                       struct output *out, struct onset_error *err)
{
    if (options->annotate)
        return onset_annotate(session, output_sink, out, err);
    switch (options->job) {
    case JOB_RECORDS: return onset_records(session, output_sink, out, err);
    case JOB_LEARN: return onset_learn(session, options->baselines[0], learning, err);
    case JOB_FORMATS: return onset_formats(session, options->format, output_sink, out, err);
    default: return onset_scan(session, err);
    }
}

int scan_exit_status(const struct options *options, enum onset_verdict verdict)
{
    if (!options->exit_code)
        return EXIT_RAN;
    return verdict == ONSET_FOUND ? EXIT_FOUND : verdict == ONSET_CANNOT_JUDGE ? EXIT_CANNOT_JUDGE : EXIT_RAN;
}

/* What came of it, in one line. A refusal is told on standard error, where cron sends it to somebody. */
static int learnt(const struct onset_learning *l, const struct options *options, int status,
                  struct output *out)
{
    if (l->refused) {
        complain(
            "something began in these logs, so nothing was learnt: look with 'onset --baseline %s', or learn "
            "with --force",
            options->baselines[0]);
        return status == EXIT_RAN ? EXIT_FOUND : status;
    }
    output_printf(out,
                  "learnt %" PRIu64 " records of %" PRIu64 " new and %" PRIu64 " grown sources, %" PRIu64
                  " were known: %" PRIu64 " pattern%s new",
                  l->records, l->fresh, l->grown, l->unchanged, l->patterns_new,
                  l->patterns_new == 1 ? " is" : "s are");
    if (l->patterns_dropped)
        output_printf(out, ", %" PRIu64 " aged out", l->patterns_dropped);
    if (l->overflow)
        output_printf(out, "; %" PRIu64 " lines of patterns beyond the cap were not learnt", l->overflow);
    output_puts(out, "\n");
    return status;
}

/* Exit code 1 with --exit-code: no rule matches the lines. */
static int show_catalogue(struct onset *session, const struct options *options, struct output *out)
{
    struct onset_error err;
    int rules = onset_catalogue(session, options->files, options->file_count, options->format, output_sink,
                                out, &err);
    if (rules < 0 && !out->closed && !out->error) {
        complain("%s", err.text);
        return EXIT_ERROR;
    }
    return rules == 0 && options->exit_code ? EXIT_FOUND : EXIT_RAN;
}

/* Read, judge, print. Returns the exit code as far as this part knows it. */
static int read_and_report(struct onset *session, const struct options *options, struct scan_run *run,
                           struct output *out)
{
    struct onset_error err;
    if (options->job == JOB_CATALOGUE)
        return show_catalogue(session, options, out);
    int missing = add_inputs(session, options);
    if (missing < 0)
        return EXIT_ERROR;
    if (options->job == JOB_FOLLOW)
        return follow(session, options, out, missing);
    struct onset_learning learning = {.force = options->force, .retain_days = options->retain_days};
    int broken = read_inputs(session, options, &learning, out, &err);
    progress_erase(&run->progress);
    if (run->warning_count > WARNINGS_MAX)
        complain("%zu more warnings", run->warning_count - WARNINGS_MAX);
    if (broken < 0 && (out->closed || out->error)) /* the latter is told by main */
        return EXIT_RAN;
    if (broken < 0) {
        complain("%s", err.text);
        return EXIT_ERROR;
    }
    int status = missing || broken ? EXIT_ERROR : EXIT_RAN;
    if (options->annotate || options->job == JOB_RECORDS || options->job == JOB_FORMATS)
        return status;
    if (options->job == JOB_LEARN)
        return learnt(&learning, options, status, out);
    if (options->job == JOB_MERGE && status == EXIT_ERROR)
        return status; /* a sum without one of its parts would look like the sum */
    if (options->job == JOB_PROFILE || options->job == JOB_MERGE) {
        if (onset_save(session, output_packing(options->output), output_sink, out, &err) != 0 &&
            !out->closed && !out->error)
            complain("%s", err.text), status = EXIT_ERROR;
        return status;
    }
    if (options->job == JOB_PATTERNS || options->job == JOB_EXPLAIN) {
        int rc = options->job == JOB_EXPLAIN
                     ? onset_explain(session, options->format, output_sink, out, &err)
                     : onset_patterns(session, options->format, output_sink, out, &err);
        if (rc != 0 && !out->closed && !out->error)
            complain("%s", err.text), status = EXIT_ERROR;
        return status;
    }
    enum onset_verdict verdict = onset_judge(session);
    if (onset_report(session, options->format, output_sink, out, &err) != 0 && !out->closed && !out->error) {
        complain("%s", err.text);
        return EXIT_ERROR;
    }
    return status == EXIT_RAN ? scan_exit_status(options, verdict) : status;
}

int scan(const struct options *options, struct output *out)
{
    struct scan_run run = {.warnings = options->warnings};
    progress_init(&run.progress, options->progress && terminal_can_erase(STDERR_FILENO));
    struct onset_config config = options->config;
    config.color = terminal_color(out->fd, options->color);
    config.ascii = terminal_ascii(out->fd);
    config.columns = terminal_columns(out->fd);
    config.progress = run.progress.enabled ? on_progress : NULL;
    config.warning = on_warning;
    config.context = &run;
    struct onset_error err;
    static struct onset *session; /* left to the system, which takes its memory back at once */
    session = onset_new(&config, &err);
    if (!session) {
        complain("%s", err.text);
        return EXIT_ERROR;
    }
    return read_and_report(session, options, &run, out);
}
