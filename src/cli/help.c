#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#define TEXT_COLUMNS 80

const char help_tagline[] = "find the line that started an outage";
const char help_about[] =
    "onset reads the logs of a system that broke, finds when it began, and names the line that started it: "
    "the one that "
    "is new, early, and explains what came after. Logs are plain, .gz or .zst files, folders, or standard "
    "input; formats "
    "and times are recognised. The report goes to standard output, everything else to standard error.";

const struct help_row help_times[] = {
    {"-1h, -30m, -2d", "that long ago"},
    {"14:31", "the latest 14:31 that is not after now"},
    {"\"2026-08-07 14:31\"", "a date and time, seconds optional, in the zone of --tz"},
    {"2026-08-07T14:31:00Z", "RFC 3339"},
    {"@1786113060", "seconds since the epoch"},
    {"now, today, yesterday", "as they say"},
    {NULL, NULL},
};

const struct help_row help_exit_codes[] = {
    {"0", "it ran; with --exit-code also: nothing began here"},
    {"1", "with --exit-code: something was found"},
    {"2", "an error, even if the rest was reported"},
    {"3", "with --exit-code: too little is known to judge"},
    {NULL, NULL},
};

const struct help_row help_environment[] = {
    {"NO_COLOR", "no colour unless --color=always"},
    {"COLUMNS", "width of the report on a terminal"},
    {"ONSET_CPU", "scalar, avx2, avx512 or neon: use this instruction set"},
    {NULL, NULL},
};

const struct help_row help_examples[] = {
    {"kubectl logs -l app=shop --all-containers --prefix --timestamps --since=3h | onset",
     "what broke in a cluster"},
    {"journalctl -o short-iso-precise --since -6h | onset --at 02:10",
     "what broke on a host at ten past two"},
    {"onset --at \"2026-08-07 14:31\" /archive/2026-08-07/*.log.zst", "an outage from the archive"},
    {"onset --baseline /archive/monday/ --json --exit-code /var/log/shop/", "a step of a runbook"},
    {"onset -f --for 10m --exit-on-first --baseline /archive/monday/ /var/log/shop/",
     "a gate behind a deploy"},
    {NULL, NULL},
};

/* Words broken at TEXT_COLUMNS; the cursor stands at `indent`. */
static void flow(struct output *out, const char *text, size_t indent)
{
    size_t column = indent;
    while (*text) {
        size_t len = strcspn(text, " ");
        if (column > indent && column + 1 + len > TEXT_COLUMNS) {
            output_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            output_puts(out, " ");
            column++;
        }
        output_printf(out, "%.*s", (int)len, text);
        column += len;
        text += len + (text[len] == ' ');
    }
    output_puts(out, "\n");
}

/* "-n, --top N" */
static size_t option_words(const struct option_spec *spec, char *ret_words, size_t size)
{
    int n = spec->letter ? snprintf(ret_words, size, "-%c%s", spec->letter, spec->name ? ", " : "")
                         : snprintf(ret_words, size, "    ");
    if (spec->name)
        n += snprintf(ret_words + n, size - (size_t)n, "--%s", spec->name);
    if (spec->value)
        n += snprintf(ret_words + n, size - (size_t)n, " %s", spec->value);
    return (size_t)n;
}

static void usage(struct output *out)
{
    output_printf(out, "onset %s: %s\n\n", ONSET_VERSION, help_tagline);
    output_puts(out, "Usage: onset [scan] [OPTION]... [FILE]...\n"
                     "       onset follow [--for TIME] [--exit-on-first] [OPTION]... [FILE]...\n"
                     "       onset patterns [--annotate] [OPTION]... [FILE]...\n"
                     "       onset records | formats [OPTION]... [FILE]...\n"
                     "       onset profile [-o PATH] [OPTION]... [FILE]...\n"
                     "       onset merge [-o PATH] PROFILE...\n"
                     "       onset learn --baseline DB [OPTION]... [FILE]...\n"
                     "       onset baseline show | forget | export | accept DB [PATTERN]\n"
                     "       onset explain RANK|ID [--json] [OPTION]... [FILE]...\n"
                     "       onset catalogue [--json] [--patterns DIR] [LINE]...\n"
                     "       COMMAND | onset [OPTION]...\n");
}

static void option_list(struct output *out, bool details)
{
    enum { COLUMN = 28 };
    for (int group = 0; group < GROUP_COUNT; group++) {
        output_printf(out, "\n%s:\n", option_group_names[group]);
        for (size_t i = 0; i < OPTION_COUNT; i++) {
            const struct option_spec *spec = &option_table[i];
            if (!spec->visible || spec->group != (enum option_group)group)
                continue;
            char name[80];
            size_t used = option_words(spec, name, sizeof name);
            output_printf(out, "  %s%*s", name, used + 2 < COLUMN ? (int)(COLUMN - 2 - used) : 2, "");
            flow(out, spec->brief, used + 2 < COLUMN ? COLUMN : used + 4);
            if (details && spec->detail) {
                output_printf(out, "%*s", COLUMN, "");
                flow(out, spec->detail, COLUMN);
            }
        }
    }
}

static void rows(struct output *out, const char *title, const struct help_row *row)
{
    enum { COLUMN = 28 };
    output_printf(out, "\n%s:\n", title);
    for (; row->term; row++) {
        output_printf(out, "  %-*s", COLUMN - 2, row->term);
        flow(out, row->text, COLUMN);
    }
}

void help_short(struct output *out)
{
    usage(out);
    option_list(out, false);
    output_puts(out, "\n--help tells more: times, exit codes, examples.\n");
}

void help_long(struct output *out)
{
    usage(out);
    output_puts(out, "\n");
    flow(out, help_about, 0);
    option_list(out, true);
    rows(out, "TIME is one of", help_times);
    rows(out, "Exit codes", help_exit_codes);
    rows(out, "Environment", help_environment);
    output_puts(out, "\nExamples:\n");
    for (const struct help_row *row = help_examples; row->term; row++)
        output_printf(out, "  # %s\n  %s\n", row->text, row->term);
}
