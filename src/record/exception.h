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
/* "shop.rb:5:in `pay': cannot pay (ShopError)": a line of Ruby that names what was thrown. */
bool exception_is_ruby(struct span line);
/* "X: text ---> Y: text" (.NET on one line): what stands behind the last arrow; empty: there is none. */
struct span exception_inner(struct span line);
/* "  | ValueError: x": the text of a line of a Python exception group. */
struct span exception_ungroup(struct span line);

#endif
