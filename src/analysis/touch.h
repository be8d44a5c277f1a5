/* touch: lines that tell of a change in words that no rule and no phrase knows, and of the very thing that is
 * in trouble.
 *
 * "Delete <ARecord db-rw>", "Successfully changed password for user 'billing'": verbs like these are in half
 * of all lines, so alone they tell nothing. But what an engineer looks for is who had a hand in the thing
 * that fails; a verb of change beside the rare name that the first trouble of another service names is that.
 */
#ifndef ONSET_ANALYSIS_TOUCH_H
#define ONSET_ANALYSIS_TOUCH_H

#include "analysis/hypothesis.h"

/* Makes changes of the events that are such; those that came up only to be asked (news that came again, of no
 * known role) and are none are taken out. Events by time; returns how many are left. */
size_t touch_find(struct model *model, const struct links *links, struct hypothesis *events, size_t count,
                  const struct news *news, size_t news_count, const struct onset_split *split);

#endif
