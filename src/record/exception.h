/* exception: the lines that name what was thrown, of the languages that join.h knows. */
#ifndef ONSET_RECORD_EXCEPTION_H
#define ONSET_RECORD_EXCEPTION_H

#include "base/span.h"

/* What such a line names as the cause of the one before: "Caused by: X", "---> X", "[cause]: X". Empty: it
 * does not; nor does a reference to one that was named before. */
struct span exception_cause(struct span line);
/* "X: text" apart, without what stands in front ("Exception in thread "main" X: text"). Either may be empty.
 */
void exception_split(struct span line, struct span *ret_type, struct span *ret_message);
/* "  | ValueError: x": the text of a line of a Python exception group. */
struct span exception_ungroup(struct span line);

#endif
