/* shift: work that stops, or begins, at one moment and stays so until there is trouble.
 *
 * What fills up or runs down is felt long after it was begun, but the logs show since when: a consumer that
 * was stopped says no more of its jobs, a logger that was told to say everything does. */
#ifndef ONSET_ANALYSIS_SHIFT_H
#define ONSET_ANALYSIS_SHIFT_H

#include "analysis/model.h"

struct shift {
    const struct pattern *pattern; /* of the work */
    int64_t time_ns;               /* of its last record, or of its first */
    bool began;
};

/* All that had ended or begun when there was trouble at until_ns, by time. Into the model's arena. */
struct shift *shifts_find(struct model *model, int64_t until_ns, size_t *ret_count);
/* The one that goes with what was done at t_ns; NULL: there is none. */
const struct shift *shift_at(const struct shift *shifts, size_t count, int64_t t_ns);

#endif
