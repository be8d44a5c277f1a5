/* earlier: failures and changes of long before the window that a hypothesis may go back to: the renewal that
 * failed in silence days before its certificate expired, the limit that was set an hour before it was
 * reached. */
#ifndef ONSET_ANALYSIS_EARLIER_H
#define ONSET_ANALYSIS_EARLIER_H

#include "analysis/hypothesis.h"

/* The hypotheses, and behind each of the first that goes back to such a failure (its `earlier`) the failure
 * itself, as one more. list: best first, as rank_make gives it; from_ns: where the window begins. Into the
 * model's arena. */
struct hypothesis *earlier_add(struct model *model, struct hypothesis *list, size_t count, int64_t from_ns,
                               size_t *ret_count);

#endif
