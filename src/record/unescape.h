/* unescape: text as it was meant, built in scratch. The result is never longer than the input. */
#ifndef ONSET_RECORD_UNESCAPE_H
#define ONSET_RECORD_UNESCAPE_H

#include "record/scratch.h"

/* The inside of a JSON string. \uXXXX becomes UTF-8, a lone surrogate U+FFFD, an unknown escape stays as it
 * is. */
struct span unescape_json(struct scratch *scratch, struct span text);
/* A copy without terminal sequences: CSI (colours), OSC (titles, links), two-byte escapes. */
struct span unescape_terminal(struct scratch *scratch, struct span text);
bool unescape_has_terminal(struct span text); /* an ESC byte */

#endif
