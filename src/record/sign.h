/* sign: where a long text says that something failed. */
#ifndef ONSET_RECORD_SIGN_H
#define ONSET_RECORD_SIGN_H

#include "base/span.h"

enum { SIGN_SEARCHED_MAX = 64 * 1024 /* bytes behind `from` */ };

/* The first place from `from` on that names a failure (error, failed, exception, denied ..., in any case,
 * also within a word), unless it says that there was none ("errors": [], failed=0, "error": null). text.len:
 * there is none. */
size_t sign_find(struct span text, size_t from);

#endif
