/* formats: what is recognised in each file of a plan. Scans them one after the other in one thread, each into
 * a profile of its own of which only the tally stays. What could not be read is in the plan's files. */
#ifndef ONSET_ENGINE_FORMATS_H
#define ONSET_ENGINE_FORMATS_H

#include "engine/plan.h"
#include "report/report_formats.h"

/* One row for each file of the logs, in order; borrows their names. Freed by the caller. */
struct formats_row *formats(struct plan *plan, const struct kernel *kernel, size_t *ret_count);

#endif
