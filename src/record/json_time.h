/* json_time: the time of an object none of whose usual names told one: any name that means a time, at any
 * depth. Slower than json_line, which it backs up; a pure function of text and context. */
#ifndef ONSET_RECORD_JSON_TIME_H
#define ONSET_RECORD_JSON_TIME_H

#include "record/stamp.h"

/* False when no value under such a name is a full date with a time, or an epoch. Names of other moments
 * (expiry, validity, birth) do not count; of several the one with the best name, then the outermost, then the
 * first. */
bool json_time_find(struct span text, const struct stamp_context *context, int64_t *ret_time_ns,
                    uint8_t *ret_flags);

#endif
