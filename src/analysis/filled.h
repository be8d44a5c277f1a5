/* filled: does a line tell that something is full or used up, which took its time to become so? */
#ifndef ONSET_ANALYSIS_FILLED_H
#define ONSET_ANALYSIS_FILLED_H

#include "analysis/hypothesis.h"

/* A disk, a volume, memory, a quota, a table, a pool: in one of the lines that tell of the event. */
bool filled_is_told(const struct hypothesis *hypothesis);

#endif
