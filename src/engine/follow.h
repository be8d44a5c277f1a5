/* follow: judge logs while they grow. A profile that grows (what is watched) beside one that holds what was
 * normal until now; each time something new is said, both are judged again. */
#ifndef ONSET_ENGINE_FOLLOW_H
#define ONSET_ENGINE_FOLLOW_H

#include "analysis/analysis.h"
#include "engine/plan.h"
#include "onset.h"
#include "pattern/kernel.h"
#include "profile/profile.h"
#include "report/report.h"

struct follow {
    const struct kernel *kernel;
    struct catalogue *catalogue;
    struct stamp_context stamp;
    size_t top;
    bool vouched;               /* a baseline was given: nothing needs to be learnt */
    struct profile *past, *own; /* known to be normal, and watched: empty at first */
    char *const *paths;         /* "-" is standard input */
    size_t path_count;
    bool journal; /* of this machine, too */
    const char *stdin_label;
    const struct onset_follow_config *config;
    const struct report_style *style;
    onset_sink sink;
    void *context;
    /* Compressed files that were found at the start, one by one, then NULL: the caller adds them, and the
     * baseline, to the past. Returns 0, or -1. */
    int (*packed)(void *caller, const char *path, struct onset_error *err);
    void (*failed)(void *caller, const char *line); /* a file cannot be read: one line about it */
    void *caller;
};

/* Returns an enum onset_verdict, or -1. */
int follow_run(struct follow *follow, struct onset_error *err);

#endif
