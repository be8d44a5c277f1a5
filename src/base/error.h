/* error: how an operating error travels up. A function that can fail takes a caller-owned `struct onset_error
 * *` (never NULL), fills it once with one line (no capital, no full stop, the subject in quotes) and returns
 * -1. Bad data is not an error: it is counted. */
#ifndef ONSET_BASE_ERROR_H
#define ONSET_BASE_ERROR_H

#include "onset.h"

/* Format into err->text; always returns -1 so that callers can `return error_set(...)`. */
int error_set(struct onset_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
