/* json_line: what a line that is one JSON object says. No tree, no allocation unless a text holds escapes.
 *
 * Not a validator: it accepts what loggers write (NaN, a comma behind the object) and refuses what cannot be
 * told apart: strings that do not end, nesting beyond JSON_DEPTH_MAX, text behind the object. */
#ifndef ONSET_RECORD_JSON_LINE_H
#define ONSET_RECORD_JSON_LINE_H

#include "record/fields.h"
#include "record/telling.h"

enum { JSON_DEPTH_MAX = 1000 };

/* '{', then a name or '}': not a brace of another language. */
bool json_line_likely(struct span text);

/* text is likely an object. False: broken; what was read before the break is in fields. On success fields is
 * finished. */
bool json_line_read(struct span text, struct fields *fields, struct scratch *scratch);

/* For an object without a message: what it tells; empty when that is less than `least`. Built in scratch. */
struct span json_line_summary(struct span text, const struct field_names *names, enum telling_kind least,
                              struct scratch *scratch);

#endif
