/* glance: most messages are dismissed by a look at their first bytes: they begin as no stack frame, exception
 * or crash does. Which of them comes next nothing foretells, so there is no branch on what they say. */
#ifndef ONSET_RECORD_GLANCE_H
#define ONSET_RECORD_GLANCE_H

#include "base/span.h"

#include <stdbool.h>
#include <string.h>

/* False: it may be one; text that is too short for a look may be any. */
bool glance_is_text(struct span text);

#endif
