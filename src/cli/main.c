/* onset: the program. Options, then one job, then the exit code. */
#include "cli/baseline.h"
#include "cli/complain.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/scan.h"

#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void print_version(struct output *out)
{
    output_puts(out, "onset " ONSET_VERSION "\n");
    const char *info = onset_build_info();
    size_t len = strlen(info);
    output_puts(out, info);
    if (len && info[len - 1] != '\n')
        output_puts(out, "\n");
}

static int run(const struct options *options, struct output *out)
{
    switch (options->action) {
    case ACTION_SCAN: return options->job == JOB_BASELINE ? baseline(options, out) : scan(options, out);
    case ACTION_SHORT_HELP: help_short(out); break;
    case ACTION_HELP: help_long(out); break;
    case ACTION_VERSION: print_version(out); break;
    case ACTION_MAN: man_page(out); break;
    case ACTION_COMPLETIONS: completions(out, options->shell); break;
    }
    return EXIT_RAN;
}

/* What one file needed is kept for the next: given back, it is zeroed and faulted in again, 40 pages a file.
 */
static void keep_freed_memory(void)
{
#if defined(__GLIBC__)
    mallopt(M_TRIM_THRESHOLD, 2 << 20);
    mallopt(M_MMAP_THRESHOLD, 512 << 10);
#endif
}

int main(int argc, char **argv)
{
    keep_freed_memory();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is seen by write */
    struct options options;
    struct onset_error err;
    static struct output out;
    output_init(&out, STDOUT_FILENO);
    int status = EXIT_ERROR;
    if (options_parse(&options, argc, argv, &err) != 0)
        complain("%s", err.text);
    else if (!options.output || output_open(&out, options.output) == 0)
        status = run(&options, &out);
    if (output_finish(&out, out.any || status != EXIT_ERROR) != 0) {
        if (options.output)
            complain("cannot write '%s': %s", options.output, strerror(out.error));
        else
            complain("cannot write the report: %s", strerror(out.error));
        status = EXIT_ERROR;
    }
    options_done(&options);
    return status;
}
