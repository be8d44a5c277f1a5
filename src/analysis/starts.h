/* starts: what is said in the first seconds of a source, where everything is new, and what is news even
 * there. Sets known_from_ns of the model, and at_start, lone_start, startup and new_source of its patterns.
 */
#ifndef ONSET_ANALYSIS_STARTS_H
#define ONSET_ANALYSIS_STARTS_H

#include "analysis/model.h"

void starts_mark(struct model *model);
/* How long a source is taken to start, ns: STARTUP_NS, less in a log of minutes. */
int64_t starts_last(const struct model *model);

#endif
