/* progress: one line on a terminal's standard error while a scan runs: bytes, speed, time left. Shown from
 * one second on, so that a short run stays silent; erased before anything else is printed. Used by one
 * thread. */
#ifndef ONSET_CLI_PROGRESS_H
#define ONSET_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool enabled, shown;
    int64_t start_ns; /* monotonic */
};

void progress_init(struct progress *progress, bool enabled);
void progress_update(struct progress *progress, uint64_t bytes_done,
                     uint64_t bytes_total); /* total 0: not known */
void progress_erase(struct progress *progress);

#endif
