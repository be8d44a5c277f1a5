/* formats: what is recognised in each source of a plan. Scans them one after the other in one thread, each
 * into a profile of its own of which only the tally stays. What could not be read is in the plan's files. */
#ifndef ONSET_ENGINE_FORMATS_H
#define ONSET_ENGINE_FORMATS_H

#include "engine/plan.h"
#include "report/report_formats.h"

struct formats {
    struct formats_row *rows; /* one for each source of the logs, in the order of their names */
    size_t count, size;
};

void formats_read(struct formats *ret_formats, struct plan *plan, const struct kernel *kernel);
void formats_done(struct formats *formats);

#endif
