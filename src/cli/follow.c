#include "cli/follow.h"

#include "cli/complain.h"
#include "cli/scan.h"

#include <signal.h>
#include <sys/resource.h>

static volatile int stop;

/* The first one asks to end, whichever comes second ends at once. */
static void on_signal(int number)
{
    (void)number;
    stop = 1;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

/* Each file that is followed is open. */
static void allow_many_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Tell what begins until a signal or a limit ends it, then report the whole. */
int follow(struct onset *session, const struct options *options, struct output *out, int missing)
{
    struct onset_error err;
    struct onset_follow_config config = options->follow;
    struct sigaction action = {.sa_handler = on_signal};
    config.stop = &stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    allow_many_files();
    int verdict = onset_follow(session, &config, output_now, out, &err);
    if (verdict < 0 && (out->closed || out->error))
        return EXIT_RAN;
    if (verdict >= 0 && verdict == ONSET_FOUND && options->format == ONSET_TEXT && !config.exit_on_first)
        verdict =
            onset_report(session, ONSET_TEXT, output_sink, out, &err) < 0 && !out->closed ? -1 : verdict;
    if (verdict < 0) {
        complain("%s", err.text);
        return EXIT_ERROR;
    }
    return missing ? EXIT_ERROR : scan_exit_status(options, (enum onset_verdict)verdict);
}
