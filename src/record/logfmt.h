/* logfmt: lines of name=value pairs ("time=... level=info msg=\"...\" status=200"). */
#ifndef ONSET_RECORD_LOGFMT_H
#define ONSET_RECORD_LOGFMT_H

#include "record/fields.h"

/* False when text is not logfmt: it must start with a pair, and a level or message must be among the first
 * pairs, beside another pair. On success fields is finished. */
bool logfmt_read(struct span text, struct fields *fields);

#endif
