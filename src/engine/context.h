/* context: the lines around the one that is explained, read again from its source. */
#ifndef ONSET_ENGINE_CONTEXT_H
#define ONSET_ENGINE_CONTEXT_H

#include "analysis/findings.h"
#include "engine/plan.h"

#define CONTEXT_LINES 5    /* on each side */
#define CONTEXT_BYTES 1024 /* of a line */

/* Fills findings->explained->context; leaves it empty where the source cannot be read twice (standard input,
 * a saved profile) or has changed. After the scan. */
void context_read(struct findings *findings, const struct plan *plan, const struct kernel *kernel);

#endif
