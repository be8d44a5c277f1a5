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
    CLOCK_OF_END,  /* in that zone the page comes shortly before the logs end, as it does where they were
                      fetched  because of it */
};

struct clock_shift {
    const char *source; /* stream name; borrowed from the profile */
    int minutes;        /* ahead of the others; never 0 */
    bool aligned;       /* a clear case: its times are to be read as so much earlier */
    enum clock_reason reason;
};

/* Sorted by source, into arena. Only sources that name no zone are doubted. */
struct clock_shift *clocks_find(const struct profile *profile, struct arena *arena, size_t *ret_count);
/* All sources in one zone, so many minutes east of UTC, if none of them names one; of none otherwise. */
struct clock_shift *clocks_in_zone(const struct profile *profile, int zone_minutes, enum clock_reason reason,
                                   struct arena *arena, size_t *ret_count);
/* Where no source names a zone: was nothing said around at_ns as it stands, but in this zone? */
bool clocks_fit_page(const struct profile *profile, int64_t at_ns, int zone_minutes);
/* Where no source names a zone: the zone in which at_ns is shortly before the logs end (or right behind), in
 * minutes east of UTC; 0: none, or as it stands. trouble_ns: when trouble began going by the logs' own clock;
 * it must have been there at at_ns. TIME_NONE: not known, which is enough where nothing was said around
 * at_ns. */
int clocks_zone_of_page(const struct profile *profile, int64_t at_ns, int64_t trouble_ns);

#endif
