/* The public API: one session is one plan, one scan, one analysis. */
#include "onset.h"

#include "analysis/analysis.h"
#include "analysis/model.h"
#include "base/cores.h"
#include "base/error.h"
#include "engine/annotate.h"
#include "engine/context.h"
#include "engine/follow.h"
#include "engine/formats.h"
#include "engine/records.h"
#include "engine/saved.h"
#include "engine/workers.h"
#include "input/tail.h"
#include "pattern/template.h"
#include "profile/store.h"
#include "report/report.h"
#include "report/report_catalogue.h"
#include "report/report_explain.h"
#include "report/report_patterns.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* Large enough that starting a chunk costs nothing beside scanning it, small enough that two workers end
 * together. */
#define CHUNK_BYTES (8u << 20)
/* Of a sum of hosts: each has series of its own for the same patterns. Where they come to so many, a sum
 * takes about 0.7 GiB; that of a few hosts takes what it took. */
#define SERIES_MAX_HOSTS ((size_t)16 * SERIES_MAX)

struct onset {
    struct onset_config config;
    const struct kernel *kernel;
    struct catalogue *catalogue;
    struct plan plan;
    struct profile profiles[2];
    struct findings *findings;
    bool scanned;
    char **paths; /* of the logs, as they were given */
    size_t path_count, path_size;
    bool journal; /* of this machine, too */
};

static int64_t clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

struct onset *onset_new(const struct onset_config *config, struct onset_error *err)
{
    struct onset *session = memory_alloc(sizeof *session);
    session->config = *config;
    profile_init(&session->profiles[0]);
    profile_init(&session->profiles[1]);
    for (int role = 0; role < 2 && config->series_max; role++)
        session->profiles[role].series_max = config->series_max;
    session->kernel = kernel_choose(getenv("ONSET_CPU"), err);
    if (!session->kernel)
        return onset_free(session);
    session->catalogue = catalogue_new(config->patterns, err);
    if (!session->catalogue)
        return onset_free(session);
    return session;
}

struct onset *onset_free(struct onset *session)
{
    if (!session)
        return NULL;
    session->findings = findings_free(session->findings);
    catalogue_free(session->catalogue);
    profile_done(&session->profiles[0]);
    profile_done(&session->profiles[1]);
    plan_done(&session->plan);
    for (size_t i = 0; i < session->path_count; i++)
        free(session->paths[i]);
    free(session->paths);
    free(session);
    return NULL;
}

static void keep_path(struct onset *session, const char *path)
{
    if (session->path_count == session->path_size) {
        session->path_size = session->path_size ? session->path_size * 2 : 8;
        session->paths = memory_resize(session->paths, session->path_size * sizeof *session->paths);
    }
    char *copy = memory_alloc(strlen(path) + 1);
    session->paths[session->path_count++] = memcpy(copy, path, strlen(path) + 1);
}

int onset_add(struct onset *session, const char *path, enum onset_role role, struct onset_error *err)
{
    if (input_list_add(&session->plan.lists[role], path, err) < 0)
        return -1;
    if (role == ONSET_LOGS)
        keep_path(session, path);
    return 0;
}

int onset_add_followed(struct onset *session, const char *path, struct onset_error *err)
{
    if (strcmp(path, "-") != 0 && tail_check(path, err) < 0)
        return -1;
    keep_path(session, path);
    return 0;
}

/* sd_journal_open would choose the same folders. */
int onset_add_journal(struct onset *session, struct onset_error *err)
{
    char id[33] = "", path[128];
    FILE *file = fopen("/etc/machine-id", "re");
    if (file) {
        if (fscanf(file, "%32[0-9a-f]", id) != 1)
            *id = 0;
        fclose(file);
    }
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "/%s/log/journal/%s", i ? "run" : "var", id);
        session->journal |= *id && input_list_add(&session->plan.lists[ONSET_LOGS], path, err) == 0;
    }
    return session->journal
               ? 0
               : error_set(err, "this machine keeps no journal in /var/log/journal and /run/log/journal");
}

int onset_add_profile(struct onset *session, const char *path, enum onset_role role, struct onset_error *err)
{
    return input_list_add_profile(&session->plan.lists[role], path, err);
}

void onset_add_missing(struct onset *session, const char *part)
{
    profile_part(&session->profiles[ONSET_LOGS], part, true);
}

static void warn(struct onset *session, const char *line)
{
    if (session->config.warning)
        session->config.warning(session->config.context, line);
}

/* Tell what could not be read, in the order of names. Returns how many inputs were broken. */
static int tell_problems(struct onset *session)
{
    int broken = 0;
    char line[600];
    for (int role = 0; role < 2; role++)
        for (size_t i = 0; i < session->plan.lists[role].problem_count; i++, broken++)
            warn(session, session->plan.lists[role].problems[i]);
    for (size_t i = 0; i < session->plan.file_count; i++) {
        const struct plan_file *f = &session->plan.files[i];
        if (f->error.text[0]) {
            warn(session, f->error.text);
            broken++;
        } else if (f->binary) {
            snprintf(line, sizeof line, "'%s' is not text: left out", f->file->name);
            warn(session, line);
        } else if (f->short_read) {
            snprintf(line, sizeof line, "'%s' was truncated while it was read", f->file->name);
            warn(session, line);
            broken++;
        }
    }
    if (session->profiles[ONSET_LOGS].doubled) {
        snprintf(line, sizeof line,
                 "%" PRIu64
                 " patterns have the same first line in two of the inputs: what is in both counts twice",
                 session->profiles[ONSET_LOGS].doubled);
        warn(session, line);
    }
    return broken;
}

static int session_threads(const struct onset *session)
{
    return session->config.threads > 0 ? session->config.threads : cores_usable();
}

/* What is to be read, in order. Returns -1 when this session has read already. */
static int plan_inputs(struct onset *session, struct onset_error *err)
{
    if (session->scanned)
        return error_set(err, "a session scans once");
    session->scanned = true;
    struct onset_config *c = &session->config;
    for (int role = 0; role < 2; role++) {
        if (c->stdin_label)
            input_list_label(&session->plan.lists[role], c->stdin_label);
        input_list_sort(&session->plan.lists[role]);
    }
    if (c->host)
        input_list_host(&session->plan.lists[ONSET_LOGS], c->host);
    int64_t now_ns = c->now_ns ? c->now_ns : clock_now();
    int64_t at_ns = c->has_at ? c->at_ns : c->has_since ? c->since_ns : TIME_NONE;
    plan_make(&session->plan, c->chunk_bytes ? c->chunk_bytes : CHUNK_BYTES, session_threads(session),
              c->zone_minutes, at_ns, now_ns, c->now_ns != 0);
    for (size_t n = 0; n < session->plan.file_count && !c->series_max; n++)
        if (session->plan.files[n].of_hosts && session->plan.files[n].role == ONSET_LOGS)
            session->profiles[ONSET_LOGS].series_max = SERIES_MAX_HOSTS;
    for (int role = 0; role < 2; role++)
        if (session->profiles[role].series_max / 4 > STREAMS_MAX)
            session->profiles[role].streams_max = session->profiles[role].series_max / 4;
    return 0;
}

static void count_inputs(struct onset *session)
{
    for (size_t i = 0; i < session->plan.file_count; i++) {
        const struct plan_file *f = &session->plan.files[i];
        struct tally *t = &session->profiles[f->role].tally;
        t->inputs_binary += f->binary;
        t->inputs_broken += f->error.text[0] != 0;
        t->inputs_short += f->short_read;
    }
}

/* Without all of it, what is normal would look new. */
static bool find_broken_baseline(const struct onset *session, struct onset_error *err)
{
    size_t files = 0, binary = 0;
    for (size_t i = 0; i < session->plan.file_count; i++) {
        const struct plan_file *f = &session->plan.files[i];
        files += f->role == ONSET_BASELINE;
        binary += f->role == ONSET_BASELINE && f->binary;
        if (f->role == ONSET_BASELINE && (f->profile || f->file->profile) && f->error.text[0])
            return error_set(err, "the baseline cannot be used") < 0;
    }
    if (files && files == binary) /* a learnt one whose first bytes are damaged, most likely */
        return error_set(err, "the baseline cannot be used: it is no text, and no baseline either") < 0;
    return false;
}

/* Baselines that are stores, once it is known what the logs say. */
static int load_stores(struct onset *session, struct onset_error *err)
{
    int status = 0;
    for (size_t i = 0; i < session->plan.file_count && status == 0; i++) {
        const struct plan_file *f = &session->plan.files[i];
        if (!f->store || f->role != ONSET_BASELINE)
            continue;
        struct store *store = store_open(f->file->path, STORE_READ, err);
        status = store ? store_load(store, &session->profiles[ONSET_LOGS], session->kernel,
                                    &session->profiles[ONSET_BASELINE], err)
                       : -1;
        store_close(store);
    }
    return status;
}

static int scan_inputs(struct onset *session, struct learning *learning)
{
    struct onset_config *c = &session->config;
    struct work work = {.plan = &session->plan,
                        .kernel = session->kernel,
                        .threads = session_threads(session),
                        .profiles = session->profiles,
                        .learning = learning,
                        .progress = c->progress,
                        .context = c->context};
    work_run(&work);
    if (c->host)
        profile_part(&session->profiles[ONSET_LOGS], c->host, false);
    count_inputs(session);
    return tell_problems(session);
}

int onset_scan(struct onset *session, struct onset_error *err)
{
    if (plan_inputs(session, err) < 0)
        return -1;
    int broken = scan_inputs(session, NULL);
    return find_broken_baseline(session, err) || load_stores(session, err) < 0 ? -1 : broken;
}

static int learn_all(struct onset *session, struct store *store, const struct learning *sources,
                     struct onset_learning *learning, int64_t now_ns, struct onset_error *err)
{
    struct store_gain gain;
    const struct profile *logs = &session->profiles[ONSET_LOGS];
    if (store_add(store, logs, session->kernel, false, &gain, err) < 0 ||
        learning_put(sources, store, err) < 0)
        return -1;
    int64_t oldest = now_ns / NS_PER_SECOND / 86400 - learning->retain_days;
    if (learning->retain_days && store_retain(store, oldest, &learning->patterns_dropped, err) < 0)
        return -1;
    if (store_merge(store, session->kernel, err) < 0 || store_commit(store, err) < 0)
        return -1;
    learning->records = gain.records;
    learning->patterns_new = gain.patterns_new;
    for (size_t i = 0; i < logs->streams.size; i++) {
        const struct stream *stream = logs->streams.slots[i].value;
        learning->overflow += stream ? stream->overflow : 0;
    }
    learning->fresh = sources->fresh;
    learning->grown = sources->grown;
    learning->unchanged = sources->unchanged;
    return 0;
}

int onset_learn(struct onset *session, const char *baseline, struct onset_learning *learning,
                struct onset_error *err)
{
    struct learning sources = {0};
    struct store *store = store_open(baseline, STORE_CREATE, err);
    int64_t now_ns = session->config.now_ns ? session->config.now_ns : clock_now();
    int broken = -1;
    session->config.chunk_bytes = SIZE_MAX; /* what is new of a file is behind what is known */
    /* the lock is taken first: what is known must not change while what is new is read */
    if (store && store_begin(store, now_ns, err) == 0 && learning_init(&sources, store, err) == 0 &&
        plan_inputs(session, err) == 0) {
        broken = scan_inputs(session, &sources);
        struct profile *logs = &session->profiles[ONSET_LOGS];
        profile_settle(logs);
        if (store_load(store, logs, session->kernel, &session->profiles[ONSET_BASELINE], err) < 0)
            broken = -1;
        else if (!learning->force && logs->tally.records && onset_judge(session) == ONSET_FOUND)
            learning->refused = true;
        else if (learn_all(session, store, &sources, learning, now_ns, err) < 0)
            broken = -1;
    }
    if (store)
        learning_done(&sources);
    store_close(store);
    return broken;
}

/* Learnt baselines, all of them: what the logs will say is not known yet. */
static int export_stores(struct onset *session, struct onset_error *err)
{
    int status = 0;
    for (size_t i = 0; i < session->plan.file_count && status == 0; i++) {
        const struct plan_file *f = &session->plan.files[i];
        if (!f->store)
            continue;
        struct store *store = store_open(f->file->path, STORE_READ, err);
        status = store ? store_export(store, &session->profiles[ONSET_BASELINE], err) : -1;
        store_close(store);
    }
    return status;
}

/* Compressed files beside those that are followed; with NULL, all are known: read them, and the baseline. */
static int read_past(void *context, const char *path, struct onset_error *err)
{
    struct onset *session = context;
    if (path) {
        if (input_list_add(&session->plan.lists[ONSET_BASELINE], path, err) < 0)
            warn(session, err->text);
        return 0;
    }
    if (session->plan.lists[ONSET_BASELINE].count) {
        if (plan_inputs(session, err) < 0)
            return -1;
        scan_inputs(session, NULL);
        if (find_broken_baseline(session, err) || export_stores(session, err) < 0)
            return -1;
    }
    session->scanned = true;
    return 0;
}

static void tell_failed(void *context, const char *line)
{
    warn(context, line);
}

int onset_follow(struct onset *session, const struct onset_follow_config *config, onset_sink sink,
                 void *context, struct onset_error *err)
{
    const struct onset_config *c = &session->config;
    struct report_style style = {.color = c->color, .ascii = c->ascii, .columns = c->columns};
    if (session->scanned)
        return error_set(err, "a session scans once");
    input_list_done(&session->plan.lists[ONSET_LOGS]); /* they are followed by their paths */
    session->plan.lists[ONSET_LOGS] = (struct input_list){0};
    struct follow follow = {
        .kernel = session->kernel,
        .catalogue = session->catalogue,
        .stamp = {.reference_ns = c->now_ns ? c->now_ns : clock_now(), .zone_minutes = c->zone_minutes},
        .top = c->top ? c->top : 5,
        .vouched = session->plan.lists[ONSET_BASELINE].count > 0,
        .past = &session->profiles[ONSET_BASELINE],
        .own = &session->profiles[ONSET_LOGS],
        .paths = session->paths,
        .path_count = session->path_count,
        .journal = session->journal,
        .stdin_label = c->stdin_label,
        .config = config,
        .style = &style,
        .sink = sink,
        .context = context,
        .packed = read_past,
        .failed = tell_failed,
        .caller = session};
    return follow_run(&follow, err);
}

static void add_inputs(struct onset *session)
{
    struct coverage *coverage = &session->findings->coverage;
    for (int role = 0; role < 2; role++) {
        const struct tally *t = &session->profiles[role].tally;
        coverage->sources_binary += t->inputs_binary;
        coverage->inputs_broken += t->inputs_broken;
        coverage->short_reads += t->inputs_short;
    }
}

enum onset_verdict onset_judge(struct onset *session)
{
    const struct onset_config *c = &session->config;
    if (!session->findings) {
        struct analysis_options options = {.at_ns = c->has_at ? c->at_ns : TIME_NONE,
                                           .since_ns = c->has_since ? c->since_ns : TIME_NONE,
                                           .until_ns = c->has_until ? c->until_ns : TIME_NONE,
                                           .at_zone_minutes = c->at_zone_minutes,
                                           .zone_given = c->has_zone,
                                           .whole = true,
                                           .top = c->top ? c->top : 5,
                                           .explain = c->explain,
                                           .kernel = session->kernel,
                                           .catalogue = session->catalogue};
        session->findings = analyse(&session->profiles[0], &session->profiles[1], &options);
        add_inputs(session);
    }
    return session->findings->verdict;
}

int onset_report(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                 struct onset_error *err)
{
    onset_judge(session);
    const struct onset_config *c = &session->config;
    struct report_style style = {.color = c->color, .ascii = c->ascii, .columns = c->columns};
    int rc = format == ONSET_JSON ? report_json(session->findings, sink, context)
                                  : report_text(session->findings, &style, sink, context);
    return rc < 0 ? error_set(err, "cannot write the report") : 0;
}

int onset_explain(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                  struct onset_error *err)
{
    onset_judge(session);
    struct findings *f = session->findings;
    if (!f->explained)
        return error_set(err, "%s", f->explain_error ? f->explain_error : "nothing to explain was named");
    context_read(f, &session->plan, session->kernel);
    const struct onset_config *c = &session->config;
    struct report_style style = {.color = c->color, .ascii = c->ascii, .columns = c->columns};
    int rc = format == ONSET_JSON ? report_explain_json(f, sink, context)
                                  : report_explain_text(f, &style, sink, context);
    return rc < 0 ? error_set(err, "cannot write the report") : 0;
}

int onset_catalogue(struct onset *session, const char *const *lines, size_t count, enum onset_format format,
                    onset_sink sink, void *context, struct onset_error *err)
{
    size_t rules = 0, size = catalogue_count(session->catalogue);
    const struct rule **list = memory_alloc((size + 1) * sizeof *list);
    for (size_t i = 0; count == 0 && i < size; i++)
        list[rules++] = catalogue_rule(session->catalogue, i);
    for (size_t i = 0; i < count; i++) {
        const struct rule **matched = memory_alloc((size + 1) * sizeof *matched);
        size_t n = catalogue_match_all(session->catalogue, span_of(lines[i]), matched, size);
        for (size_t k = 0; k < n; k++) {
            bool again = false;
            for (size_t r = 0; r < rules; r++)
                again |= list[r] == matched[k];
            if (!again)
                list[rules++] = matched[k];
        }
        free(matched);
    }
    struct report_style style = {
        .color = session->config.color, .ascii = session->config.ascii, .columns = session->config.columns};
    int rc = format == ONSET_JSON ? report_catalogue_json(list, rules, sink, context)
                                  : report_catalogue_text(list, rules, &style, sink, context);
    free(list);
    return rc < 0 ? error_set(err, "cannot write the report") : (int)rules;
}

int onset_save(struct onset *session, enum onset_packing packing, onset_sink sink, void *context,
               struct onset_error *err)
{
    profile_settle(&session->profiles[ONSET_LOGS]);
    int rc = saved_write(&session->profiles[ONSET_LOGS], packing == ONSET_ZSTD, sink, context);
    return rc < 0 ? error_set(err, "cannot write the profile") : 0;
}

int onset_patterns(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                   struct onset_error *err)
{
    struct profile none;
    struct model model;
    struct analysis_options options = {.at_ns = TIME_NONE,
                                       .since_ns = TIME_NONE,
                                       .until_ns = TIME_NONE,
                                       .zone_given = true, /* times are shown as they were read */
                                       .kernel = session->kernel,
                                       .catalogue = session->catalogue};
    struct report_style style = {
        .color = session->config.color, .ascii = session->config.ascii, .columns = session->config.columns};
    profile_init(&none);
    profile_settle(&session->profiles[0]);
    model_make(&model, &session->profiles[0], &none, &options);
    int rc = format == ONSET_JSON ? report_patterns_json(&model, sink, context)
                                  : report_patterns_text(&model, &style, sink, context);
    model_done(&model);
    profile_done(&none);
    return rc < 0 ? error_set(err, "cannot write the report") : 0;
}

/* For the jobs that show lines. */
static void refuse_profiles(struct onset *session)
{
    for (size_t i = 0; i < session->plan.file_count; i++) {
        struct plan_file *f = &session->plan.files[i];
        if (f->profile && f->role == ONSET_LOGS && !f->error.text[0])
            error_set(&f->error, "'%s' is a saved profile: it has no lines to show", f->file->name);
    }
}

int onset_annotate(struct onset *session, onset_sink sink, void *context, struct onset_error *err)
{
    if (plan_inputs(session, err) < 0)
        return -1;
    refuse_profiles(session);
    int rc = annotate(&session->plan, session->kernel, sink, context);
    int broken = tell_problems(session);
    return rc < 0 ? error_set(err, "cannot write the report") : broken;
}

int onset_records(struct onset *session, onset_sink sink, void *context, struct onset_error *err)
{
    if (plan_inputs(session, err) < 0)
        return -1;
    refuse_profiles(session);
    int rc = records(&session->plan, session->kernel, sink, context);
    int broken = tell_problems(session);
    return rc < 0 ? error_set(err, "cannot write the records") : broken;
}

int onset_formats(struct onset *session, enum onset_format format, onset_sink sink, void *context,
                  struct onset_error *err)
{
    if (plan_inputs(session, err) < 0)
        return -1;
    refuse_profiles(session);
    struct formats formats;
    formats_read(&formats, &session->plan, session->kernel);
    struct report_style style = {
        .color = session->config.color, .ascii = session->config.ascii, .columns = session->config.columns};
    int rc = format == ONSET_JSON ? report_formats_json(formats.rows, formats.count, sink, context)
                                  : report_formats_text(formats.rows, formats.count, &style, sink, context);
    formats_done(&formats);
    int broken = tell_problems(session);
    return rc < 0 ? error_set(err, "cannot write the report") : broken;
}

const char *onset_build_info(void)
{
    static char info[512];
    struct onset_error err;
    const struct kernel *kernel = kernel_choose(getenv("ONSET_CPU"), &err);
    snprintf(info, sizeof info,
             "kernel: %s\ndecoders: %s\nmasking: version %d\nmerging: version %d\nbaselines: %s\n",
             kernel ? kernel->name : "none", input_libraries(), MASK_VERSION, TEMPLATE_VERSION,
             store_library());
    return info;
}
