/* language_denied: is what a phrase tells denied beside it ("0 of 412 blocks corrupt", "no timeouts",
 * "expired: 0", "not evicted")? A count of nothing, or a word that turns it round. */
#ifndef ONSET_ANALYSIS_LANGUAGE_DENIED_H
#define ONSET_ANALYSIS_LANGUAGE_DENIED_H

#include "base/span.h"

/* The phrase is text[begin, end). */
bool language_denied(struct span text, size_t begin, size_t end);

#endif
