/* Words are collected first and given a meaning afterwards, because a meaning can depend on a later word: a
 * time needs the zone and "now", and --help wins over everything that is wrong behind it. */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MAX    1024
#define TOP_MAX        1000
#define EXPLAIN_TOP    20 /* ranks that can be asked for without --top; the first five are those of a report */
#define LEARN_NS       (INT64_C(300) * 1000000000)
#define SERIES_MAX_MIN 100
#define SERIES_MAX_MAX (1 << 22)

const struct option_spec option_table[OPTION_COUNT] = {
#define OPTION(id, letter, name, value, choices, visible, group, brief, detail)                              \
    [OPTION_##id] = {letter, name, value, choices, visible, group, brief, detail},
#include "cli/options.def"
#undef OPTION
};

const char *const option_group_names[GROUP_COUNT] = {"What is judged", "What is read", "The report",
                                                     "The run", "About onset"};

struct given { /* the last value of each option; "" for one that takes none */
    const char *value[OPTION_COUNT];
};

static int fail(struct onset_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(struct onset_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return -1;
}

/* Edits (insert, delete, change, swap of neighbours) from a to b, for the nearest name; long words count as
 * far. */
static size_t edit_distance(const char *a, const char *b)
{
    enum { WORD_MAX = 24 };
    size_t n = strlen(a), m = strlen(b), d[WORD_MAX + 1][WORD_MAX + 1];
    if (n > WORD_MAX || m > WORD_MAX)
        return WORD_MAX;
    for (size_t i = 0; i <= n; i++) {
        for (size_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[n][m];
}

static int unknown_option(const char *name, struct onset_error *err)
{
    size_t best = strlen(name) / 3 + 1; /* farther than this is no hint */
    const char *nearest = NULL;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_spec *spec = &option_table[i];
        if (!spec->name || !spec->visible)
            continue;
        size_t distance = edit_distance(name, spec->name);
        if (strlen(name) >= 3 && strncmp(spec->name, name, strlen(name)) == 0)
            distance = 0;
        if (distance < best)
            best = distance, nearest = spec->name;
    }
    if (nearest)
        return fail(err, "unknown option '--%.100s', did you mean '--%s'?", name, nearest);
    return fail(err, "unknown option '--%.100s', see 'onset --help'", name);
}

static bool is_choice(const char *choices, const char *value)
{
    size_t len = strlen(value);
    for (const char *at = choices; len && at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL) {
        if (strncmp(at, value, len) == 0 && (at[len] == '|' || at[len] == 0))
            return true;
    }
    return false;
}

static int take(struct options *o, struct given *given, size_t id, const char *value, struct onset_error *err)
{
    const struct option_spec *spec = &option_table[id];
    if (spec->choices && !is_choice(spec->choices, value))
        return fail(err, "'%.100s' is not one of %s for '--%s'", value, spec->choices, spec->name);
    if (spec->value && !*value)
        return fail(err, "empty value for '--%s'", spec->name);
    given->value[id] = value;
    switch ((enum option_id)id) {
    case OPTION_BASELINE: o->baselines[o->baseline_count++] = value; break;
    case OPTION_FROM_PROFILE: o->profiles[o->profile_count++] = value; break;
    case OPTION_MISSING: o->missing[o->missing_count++] = value; break;
    case OPTION_SERVICE: o->service = value; break;
    case OPTION_JOURNAL: o->journal = true; break;
    case OPTION_FORCE: o->force = true; break;
    case OPTION_HOST: o->config.host = value; break;
    case OPTION_OUTPUT: o->output = strcmp(value, "-") ? value : NULL; break;
    case OPTION_FORMAT: o->format = strcmp(value, "json") == 0 ? ONSET_JSON : ONSET_TEXT; break;
    case OPTION_JSON: o->format = ONSET_JSON; break;
    case OPTION_COLOR:
        o->color = strcmp(value, "auto") == 0     ? WHEN_AUTO
                   : strcmp(value, "always") == 0 ? WHEN_ALWAYS
                                                  : WHEN_NEVER;
        break;
    case OPTION_ANNOTATE: o->annotate = true; break;
    case OPTION_EXIT_CODE: o->exit_code = true; break;
    case OPTION_QUIET: o->progress = o->warnings = false; break;
    case OPTION_NO_PROGRESS: o->progress = false; break;
    case OPTION_FOLLOW: o->job = JOB_FOLLOW; break;
    case OPTION_EXIT_ON_FIRST: o->follow.exit_on_first = o->exit_code = true; break;
    case OPTION_LABEL: o->config.stdin_label = value; break;
    case OPTION_PATTERNS: o->config.patterns = value; break;
    case OPTION_SHORT_HELP: o->action = ACTION_SHORT_HELP; break;
    case OPTION_HELP: o->action = ACTION_HELP; break;
    case OPTION_VERSION: o->action = ACTION_VERSION; break;
    case OPTION_MAN: o->action = ACTION_MAN; break;
    case OPTION_COMPLETIONS: o->action = ACTION_COMPLETIONS, o->shell = value; break;
    default: break; /* has a meaning later */
    }
    return 0;
}

/* "--name", "--name=value" or "--name value"; *at is moved past what was used. */
static int take_long(struct options *o, struct given *given, int argc, char **argv, int *at,
                     struct onset_error *err)
{
    const char *word = argv[(*at)++] + 2, *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word), id = 0;
    while (id < OPTION_COUNT && !(option_table[id].name && strlen(option_table[id].name) == len &&
                                  memcmp(option_table[id].name, word, len) == 0))
        id++;
    if (id == OPTION_COUNT) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)(len < 120 ? len : 120), word);
        return unknown_option(name, err);
    }
    if (!option_table[id].value) {
        if (equals)
            return fail(err, "option '--%s' takes no value", option_table[id].name);
        return take(o, given, id, "", err);
    }
    if (equals)
        return take(o, given, id, equals + 1, err);
    if (*at == argc)
        return fail(err, "option '--%s' needs a value", option_table[id].name);
    return take(o, given, id, argv[(*at)++], err);
}

/* "-qe", "-n5", "-n 5"; *at is moved past what was used. */
static int take_short(struct options *o, struct given *given, int argc, char **argv, int *at,
                      struct onset_error *err)
{
    const char *letters = argv[(*at)++] + 1;
    for (; *letters; letters++) {
        size_t id = 0;
        while (id < OPTION_COUNT && option_table[id].letter != *letters)
            id++;
        if (id == OPTION_COUNT)
            return fail(err, "unknown option '-%c', see 'onset --help'", *letters);
        if (!option_table[id].value) {
            if (take(o, given, id, "", err) != 0)
                return -1;
            continue;
        }
        if (letters[1])
            return take(o, given, id, letters + 1, err);
        if (*at == argc)
            return fail(err, "option '-%c' needs a value", *letters);
        return take(o, given, id, argv[(*at)++], err);
    }
    return 0;
}

static int parse_number(const char *option, const char *text, long max, long *ret_number,
                        struct onset_error *err)
{
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (end == text || *end || errno || number < 0 || number > max || *text == '+' || *text == ' ')
        return fail(err, "'%.100s' is not a number from 0 to %ld for '--%s'", text, max, option);
    *ret_number = number;
    return 0;
}

/* "90d", or "90" */
static int parse_days(const char *text, int *ret_days, struct onset_error *err)
{
    char *end;
    long days = strtol(text, &end, 10);
    if (end == text || days < 1 || days > 36500 || (*end && strcmp(end, "d") != 0))
        return fail(err, "'%.100s' is not a number of days like 90d for '--retain'", text);
    *ret_days = (int)days;
    return 0;
}

static int parse_size(const char *option, const char *text, size_t *ret_bytes, struct onset_error *err)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    int shift = *end == 'K' || *end == 'k' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (end == text || end[shift > 0] || errno || text[0] < '0' || text[0] > '9' || number == 0 ||
        number > (1ull << 40 >> shift))
        return fail(err, "'%.100s' is not a size like 4096, 64K or 1M for '--%s'", text, option);
    *ret_bytes = (size_t)number << shift;
    return 0;
}

static int parse_time(const struct given *given, enum option_id id, const struct onset_config *config,
                      int64_t *ret_ns, bool *ret_has, struct onset_error *err)
{
    const char *text = given->value[id];
    if (!text)
        return 0;
    *ret_has = true;
    struct onset_error why;
    if (onset_time_parse(text, config->now_ns, config->zone_minutes, ret_ns, &why) != 0)
        return fail(err, "option '--%s': %.400s", option_table[id].name, why.text);
    return 0;
}

/* The zone behind the time of day in "2026-08-07T14:31:05+02:00", "14:31 CEST"; 0 where there is none. */
static int zone_of(const char *text)
{
    struct onset_error ignored;
    int minutes = 0;
    const char *clock = strchr(text, ':');
    const char *zone = clock ? clock + strcspn(clock, "+-ABCDEFGHIJKLMNOPQRSTUVWXYZ") : "";
    return *zone && onset_zone_parse(zone, &minutes, &ignored) == 0 ? minutes : 0;
}

/* "30s", "10m", "2h", "1d"; a bare number is seconds. */
static int parse_duration(const struct given *given, enum option_id id, int64_t *ret_ns,
                          struct onset_error *err)
{
    const char *text = given->value[id];
    if (!text)
        return 0;
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : units;
    if (end == text || text[0] < '0' || text[0] > '9' || errno || !unit || (*end && end[1]) ||
        number > 3660 || (number == 0 && id == OPTION_FOR))
        return fail(err, "'%.100s' is not a time like 30s, 10m or 2h for '--%s'", text,
                    option_table[id].name);
    *ret_ns = number * seconds[unit - units] * 1000000000;
    return 0;
}

static int64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static size_t count_stdin(const char **paths, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += strcmp(paths[i], "-") == 0;
    return n;
}

/* Give the collected words their meaning, in the order in which they depend on each other. */
static int validate(struct options *o, const struct given *given, struct onset_error *err)
{
    struct onset_config *config = &o->config;
    if (given->value[OPTION_AT] && (given->value[OPTION_SINCE] || given->value[OPTION_UNTIL]))
        return fail(err, "'--at' and '--%s' exclude each other",
                    given->value[OPTION_SINCE] ? "since" : "until");
    struct onset_error why;
    const char *zone = given->value[OPTION_TZ];
    if (zone && onset_zone_parse(zone, &config->zone_minutes, &why) != 0)
        return fail(err, "option '--tz': %.400s", why.text);
    config->has_zone = zone != NULL;
    bool has_now = false;
    config->now_ns = clock_now_ns();
    if (parse_time(given, OPTION_NOW, config, &config->now_ns, &has_now, err) != 0 ||
        parse_time(given, OPTION_AT, config, &config->at_ns, &config->has_at, err) != 0 ||
        parse_time(given, OPTION_SINCE, config, &config->since_ns, &config->has_since, err) != 0 ||
        parse_time(given, OPTION_UNTIL, config, &config->until_ns, &config->has_until, err) != 0)
        return -1;
    config->at_zone_minutes = config->has_at ? zone_of(given->value[OPTION_AT]) : 0;
    if (config->has_since && config->has_until && config->since_ns >= config->until_ns)
        return fail(err, "'--since' is not before '--until'");
    if (!has_now)
        config->now_ns = 0; /* the engine asks the clock, and the files */
    long threads = 0, top = 0;
    const char *number = given->value[OPTION_THREADS];
    if (number && parse_number("threads", number, THREADS_MAX, &threads, err) != 0)
        return -1;
    number = given->value[OPTION_TOP];
    if (number && parse_number("top", number, TOP_MAX, &top, err) != 0)
        return -1;
    config->threads = (int)threads;
    config->top = (size_t)top;
    number = given->value[OPTION_SERIES_MAX];
    long series_max = 0;
    if (number && parse_number("series-max", number, SERIES_MAX_MAX, &series_max, err) != 0)
        return -1;
    if (number && series_max < SERIES_MAX_MIN)
        return fail(err, "'--series-max' is at least %d", SERIES_MAX_MIN);
    config->series_max = (size_t)series_max;
    if (given->value[OPTION_RETAIN] && parse_days(given->value[OPTION_RETAIN], &o->retain_days, err) != 0)
        return -1;
    if ((given->value[OPTION_RETAIN] || o->force) && o->job != JOB_LEARN)
        return fail(err, "'--%s' is for 'onset learn'", o->force ? "force" : "retain");
    if (o->service && o->job != JOB_BASELINE)
        return fail(err, "'--service' is for 'onset baseline'");
    if (o->job == JOB_LEARN && o->baseline_count != 1)
        return fail(err, "'onset learn' needs one '--baseline' to learn into");
    const char *size = given->value[OPTION_CHUNK_BYTES];
    if (size && parse_size("chunk-bytes", size, &config->chunk_bytes, err) != 0)
        return -1;
    o->follow.learn_ns = o->baseline_count ? 0 : LEARN_NS;
    if (parse_duration(given, OPTION_LEARN, &o->follow.learn_ns, err) != 0 ||
        parse_duration(given, OPTION_FOR, &o->follow.for_ns, err) != 0)
        return -1;
    if (o->job == JOB_FOLLOW && (config->has_at || config->has_since || config->has_until))
        return fail(err, "'onset follow' judges what comes: without '--at', '--since' and '--until'");
    for (size_t i = 0; o->job != JOB_FOLLOW && i < 3; i++) {
        static const enum option_id only[] = {OPTION_LEARN, OPTION_FOR, OPTION_EXIT_ON_FIRST};
        if (given->value[only[i]])
            return fail(err, "'--%s' is for 'onset follow'", option_table[only[i]].name);
    }
    o->follow.format = o->format;
    if (o->annotate && o->job != JOB_PATTERNS)
        return fail(err, "'--annotate' is for 'onset patterns'");
    if (o->annotate && o->format == ONSET_JSON)
        return fail(err, "'--annotate' is text");
    if (o->job == JOB_EXPLAIN && !config->explain)
        return fail(err, "'onset explain' needs a rank or an id, see 'onset --help'");
    if (o->job == JOB_EXPLAIN && config->top == 0)
        config->top = EXPLAIN_TOP;
    if (o->job == JOB_MERGE && o->file_count + o->profile_count == 0)
        return fail(err, "'onset merge' needs profiles to add up");
    if ((o->job == JOB_PROFILE || o->job == JOB_MERGE) && o->baseline_count)
        return fail(err, "'--baseline' is not for 'onset %s'", o->job == JOB_MERGE ? "merge" : "profile");
    if (o->journal && (o->job == JOB_MERGE || o->job == JOB_BASELINE || o->job == JOB_CATALOGUE))
        return fail(err, "'--journal' names logs");
    size_t inputs = count_stdin(o->files, o->file_count) + count_stdin(o->baselines, o->baseline_count) +
                    count_stdin(o->profiles, o->profile_count);
    return inputs > 1 ? fail(err, "standard input ('-') is named more than once") : 0;
}

static bool is_job(const char *word, enum job *ret_job)
{
    static const char *const jobs[] = {
        "scan",  "patterns", "records", "formats",   "profile", "merge",
        "learn", "baseline", "explain", "catalogue", "follow"}; /* by enum job */
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        if (strcmp(word, jobs[i]) == 0) {
            *ret_job = (enum job)i;
            return true;
        }
    }
    return false;
}

/* A word that is no option: a file, but the first one after "explain" tells what to explain. */
static void take_word(struct options *o, const char *word)
{
    if (o->job == JOB_EXPLAIN && !o->config.explain)
        o->config.explain = word;
    else
        o->files[o->file_count++] = word;
}

int options_parse(struct options *options, int argc, char **argv, struct onset_error *err)
{
    *options = (struct options){.progress = true, .warnings = true};
    size_t words = (size_t)(argc > 0 ? argc : 1);
    options->files = calloc(words, sizeof *options->files);
    options->baselines = calloc(words, sizeof *options->baselines);
    options->profiles = calloc(words, sizeof *options->profiles);
    options->missing = calloc(words, sizeof *options->missing);
    if (!options->files || !options->baselines || !options->profiles || !options->missing)
        return fail(err, "out of memory");
    struct given given = {0};
    bool only_files = false;
    for (int i = 1; i < argc;) {
        const char *word = argv[i];
        int status = 0;
        if (only_files || word[0] != '-' || !word[1]) {
            if (!*word)
                return fail(err, "empty file name");
            if (i > 1 || !is_job(word, &options->job))
                take_word(options, word);
            i++;
        } else if (word[1] != '-') {
            status = take_short(options, &given, argc, argv, &i, err);
        } else if (word[2]) {
            status = take_long(options, &given, argc, argv, &i, err);
        } else {
            only_files = true;
            i++;
        }
        if (status != 0)
            return -1;
        if (options->action != ACTION_SCAN)
            return 0;
    }
    return validate(options, &given, err);
}

void options_done(struct options *options)
{
    free(options->files);
    free(options->baselines);
    free(options->profiles);
    free(options->missing);
    *options = (struct options){0};
}
