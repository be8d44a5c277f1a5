/* The words of 'onset baseline': VERB DB [PATTERN]. */
#include "cli/baseline.h"

#include "cli/complain.h"
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>

enum verb { SHOW, FORGET, EXPORT, ACCEPT, VERB_COUNT };

static const char *const verbs[VERB_COUNT] = {"show", "forget", "export", "accept"};

/* "0123456789abcdef", as 'show' prints it. */
static bool is_pattern(const char *text, uint64_t *ret_id)
{
    char *end;
    *ret_id = strtoull(text, &end, 16);
    return strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16 && *ret_id != 0;
}

static int forget(const char *path, const struct options *options, const char *pattern,
                  struct onset_error *err)
{
    uint64_t id = 0;
    if (pattern && !is_pattern(pattern, &id)) {
        complain("'%s' is no pattern: 'onset baseline show' prints them, 16 digits each", pattern);
        return EXIT_ERROR;
    }
    if (!pattern == !options->service) {
        complain("forget either a PATTERN or a --service");
        return EXIT_ERROR;
    }
    int64_t count = onset_baseline_forget(path, options->service, id, err);
    if (count == 0)
        complain("'%s' knows no such %s", path, pattern ? "pattern" : "service");
    else if (count < 0)
        complain("%s", err->text);
    return count > 0 ? EXIT_RAN : EXIT_ERROR;
}

static int accept_one(const char *path, const struct options *options, const char *pattern,
                      struct onset_error *err)
{
    uint64_t id = 0;
    if (!pattern) {
        complain("'onset baseline accept' needs a PATTERN, or a line of a log");
        return EXIT_ERROR;
    }
    bool by_id = is_pattern(pattern, &id);
    int64_t count =
        onset_baseline_accept(path, &options->config, id, by_id ? NULL : pattern, options->service, err);
    if (count == 0)
        complain("'%s' knows no such pattern%s", path,
                 by_id ? " (what a report shows is accepted by its line: accept DB LINE --service NAME)"
                       : "");
    else if (count < 0)
        complain("%s", err->text);
    return count > 0 ? EXIT_RAN : EXIT_ERROR;
}

int baseline(const struct options *options, struct output *out)
{
    struct onset_error err;
    size_t verb = 0;
    while (options->file_count && verb < VERB_COUNT && strcmp(options->files[0], verbs[verb]) != 0)
        verb++;
    if (options->file_count < 2 || verb == VERB_COUNT) {
        complain("'onset baseline' wants one of show, forget, export and accept, then a baseline");
        return EXIT_ERROR;
    }
    if (options->file_count > (verb == FORGET || verb == ACCEPT ? 3u : 2u)) {
        complain("'onset baseline %s' does not know what to do with '%s'", verbs[verb],
                 options->files[options->file_count - 1]);
        return EXIT_ERROR;
    }
    const char *path = options->files[1], *pattern = options->file_count > 2 ? options->files[2] : NULL;
    struct onset_config config = options->config;
    config.ascii = terminal_ascii(out->fd);
    int status = 0;
    switch ((enum verb)verb) {
    case FORGET: return forget(path, options, pattern, &err);
    case ACCEPT: return accept_one(path, options, pattern, &err);
    case EXPORT:
        status = onset_baseline_export(path, output_packing(options->output), output_sink, out, &err);
        break;
    default:
        status =
            onset_baseline_show(path, &config, options->service, options->format, output_sink, out, &err);
    }
    if (status == 0 || out->closed || out->error)
        return EXIT_RAN;
    complain("%s", err.text);
    return EXIT_ERROR;
}
