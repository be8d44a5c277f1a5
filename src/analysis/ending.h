/* ending: logs that end with a death. A program that says what killed it as its last word need not say it
 * for ten seconds to be believed. */
#ifndef ONSET_ANALYSIS_ENDING_H
#define ONSET_ANALYSIS_ENDING_H

#include "analysis/window.h"

/* Is one of the new lines of the split fatal, or an exception that nothing caught, and the last that its
 * source says: the only source, or one that has been silent for long while the others go on? */
bool ending_is_death(const struct model *model, const struct news *news, size_t count,
                     const struct onset_split *split);

#endif
