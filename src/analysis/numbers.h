/* numbers: a number that was the same in all lines of a pattern, and is another one now: "rates loaded
 * pairs=30" -> "pairs=14". Told of seldom lines alone, as profiles keep them (profile/odds.h). */
#ifndef ONSET_ANALYSIS_NUMBERS_H
#define ONSET_ANALYSIS_NUMBERS_H

#include "analysis/values.h"

/* Of patterns whose number changed in [from, to] ns, one for each line that did. Into the model's arena. */
struct value_news *numbers_find(struct model *model, int64_t from_ns, int64_t to_ns, size_t *ret_count);

#endif
