/* renames: services that have another name in the baseline than in the logs: `monday.log` beside
 * `tuesday.log`, a folder or a host that was called otherwise. What a name does not tell, the lines do.
 *
 * A pure function of two settled profiles. */
#ifndef ONSET_ANALYSIS_RENAMES_H
#define ONSET_ANALYSIS_RENAMES_H

#include "base/arena.h"
#include "profile/profile.h"

struct rename {
    const char *past, *now; /* names in the baseline and in the logs; borrowed from the profiles */
};

/* Sorted by past, into arena. A name that is in both is no rename. */
struct rename *renames_find(const struct profile *logs, const struct profile *baseline, struct arena *arena,
                            size_t *ret_count);
/* The name in the logs of a service of the baseline. */
const char *renames_get(const struct rename *list, size_t count, const char *past);

#endif
