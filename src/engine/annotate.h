/* annotate: the template of every line, in order.
 *
 * Reads the files of a plan once, in one thread, and then writes "ID<TAB>TEMPLATE" for each physical line;
 * "-<TAB>" for a line with nothing on it. A line that only carries on a record (a stack frame) has the
 * template of the line before. Keeps four bytes a line. What could not be read is in the plan's files. */
#ifndef ONSET_ENGINE_ANNOTATE_H
#define ONSET_ENGINE_ANNOTATE_H

#include "engine/plan.h"
#include "onset.h"

/* Returns what the sink returned. */
int annotate(struct plan *plan, const struct kernel *kernel, onset_sink sink, void *context);

#endif
