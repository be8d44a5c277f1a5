/* rank: from news to hypotheses, each with its evidence in bits, in a total order. */
#ifndef ONSET_ANALYSIS_RANK_H
#define ONSET_ANALYSIS_RANK_H

#include "analysis/hypothesis.h"

/* Hypotheses for what happened around the split, best first. at_ns: when it was noticed, or TIME_NONE. Into
 * the model's arena. */
struct hypothesis *rank_make(struct model *model, const struct news *news, size_t count, int64_t from_ns,
                             int64_t to_ns, int64_t at_ns, const struct onset_split *split,
                             size_t *ret_count);

#endif
