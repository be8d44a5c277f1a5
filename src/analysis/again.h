/* again: changes that were made before, like so, and were made once more right before the trouble; those of
 * other things before, and now of what fails; and lines of no known role that only touch.h can tell to be
 * changes. */
#ifndef ONSET_ANALYSIS_AGAIN_H
#define ONSET_ANALYSIS_AGAIN_H

#include "analysis/news.h"
#include "analysis/window.h"

/* The news and, between them by time, one NOVELTY_AGAIN for each change whose last occurrence before the
 * split came so near to it as chance would hardly bring it there, and one for the last, from changes_from_ns
 * on, that names what is in trouble first and no such line before it named. Into memory of the model's arena.
 */
struct news *again_add(struct model *model, const struct news *news, size_t count,
                       const struct onset_split *split, int64_t from_ns, int64_t changes_from_ns,
                       struct catalogue *catalogue, size_t *ret_count);

#endif
