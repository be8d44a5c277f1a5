/* logfmt: lines of name=value pairs ("time=... level=info msg=\"...\" status=200"). */
#ifndef ONSET_RECORD_LOGFMT_H
#define ONSET_RECORD_LOGFMT_H

#include "record/fields.h"

/* False when text is not logfmt: it must start with a pair, and a level or message must be among the first
 * pairs, beside another pair. On success fields is finished. */
bool logfmt_read(struct span text, struct fields *fields);
/* The pairs of a line without a message, by name and without those that are its header, so that their order
 * does not matter, or as a request (telling.h); the text itself where other words stand between them. */
struct span logfmt_summary(struct span text, const struct field_names *names, struct scratch *scratch);

#endif
