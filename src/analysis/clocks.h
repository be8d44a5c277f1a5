/* clocks: sources whose clock is a whole number of half hours off the others while they tell of the same
 * outage: a service that writes local time without a zone among others that write UTC.
 *
 * A pure function of a settled profile. A source is all streams of one name: one file, one clock. */
#ifndef ONSET_ANALYSIS_CLOCKS_H
#define ONSET_ANALYSIS_CLOCKS_H

#include "base/arena.h"
#include "profile/profile.h"

struct clock_shift {
    const char *source; /* stream name; borrowed from the profile */
    int minutes;        /* ahead of the others; never 0 */
    bool aligned;       /* a clear case: its times are to be read as so much earlier */
};

/* Sorted by source, into arena. Only sources that name no zone are doubted. */
struct clock_shift *clocks_find(const struct profile *profile, struct arena *arena, size_t *ret_count);

#endif
