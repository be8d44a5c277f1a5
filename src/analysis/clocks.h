/* clocks: sources whose clock is a whole number of half hours off the others while they tell of the same
 * outage: a service that writes local time without a zone among others that write UTC.
 *
 * A pure function of a settled profile. A source is all streams of one name that write no zone: one file, one
 * clock. */
#ifndef ONSET_ANALYSIS_CLOCKS_H
#define ONSET_ANALYSIS_CLOCKS_H

#include "base/arena.h"
#include "profile/profile.h"

enum clock_reason {
    CLOCK_TELLS,   /* the trouble of the source and of the others is the same then, or only its range fits */
    CLOCKS_AGREE,  /* several sources are off by as much */
    CLOCK_OF_PAGE, /* in the zone of --at the logs are of that time */
};

struct clock_shift {
    const char *source; /* stream name; borrowed from the profile */
    int minutes;        /* ahead of the others; never 0 */
    bool aligned;       /* a clear case: its times are to be read as so much earlier */
    enum clock_reason reason;
};

/* Sorted by source, into arena. Only sources that name no zone are doubted. */
struct clock_shift *clocks_find(const struct profile *profile, struct arena *arena, size_t *ret_count);
/* Where none of them names a zone and nothing was said around at_ns, which was written in a zone so far east
 * of UTC: all of them, if in that zone something was said then. */
struct clock_shift *clocks_of_page(const struct profile *profile, int64_t at_ns, int zone_minutes,
                                   struct arena *arena, size_t *ret_count);

#endif
