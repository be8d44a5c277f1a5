/* analysis: profiles in, findings out. Pure functions: no clock, no files, no threads. */
#ifndef ONSET_ANALYSIS_ANALYSIS_H
#define ONSET_ANALYSIS_ANALYSIS_H

#include "analysis/findings.h"
#include "pattern/kernel.h"
#include "profile/profile.h"

struct analysis_options {
    int64_t at_ns, since_ns, until_ns; /* TIME_NONE when not given */
    int at_zone_minutes;               /* of at_ns, east of UTC; 0: not told */
    int clock_minutes;                 /* the zone of logs of which none names one; 0: not known */
    bool zone_given;                   /* what names no zone is in a known one: no clock is doubted */
    bool whole; /* the logs are there to their end: what ends them is no line that others will follow */
    size_t top; /* candidates to return */
    const char *explain;         /* findings.explained is made of it (see explain.h); NULL: of nothing */
    const struct kernel *kernel; /* to mask exemplars */
    struct catalogue *catalogue;
};

/* logs: what is judged; baseline: what is known to be normal (may be empty). Both must be settled. Free with
 * findings_free. */
struct findings *analyse(const struct profile *logs, const struct profile *baseline,
                         const struct analysis_options *options);
struct findings *findings_free(struct findings *findings);

#endif
