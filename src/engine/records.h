/* records: every record of the files of a plan as one JSON line, in order.
 *
 * One thread, bounded memory: a record is written when it is complete and the ones before it are. Where
 * several writers take turns in one source, records wait for each other; OPEN_MAX of them at most, the oldest
 * is written then as it is. What could not be read is in the plan's files. */
#ifndef ONSET_ENGINE_RECORDS_H
#define ONSET_ENGINE_RECORDS_H

#include "engine/plan.h"
#include "onset.h"

#define RECORD_BODY_MAX (64 * 1024)

/* Returns what the sink returned; -1 ends it at once. */
int records(struct plan *plan, const struct kernel *kernel, onset_sink sink, void *context);

#endif
