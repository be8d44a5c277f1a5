/* template_fold: what is one value although it is several variables: lists, dumps of bytes, a number and its
 * unit. */
#ifndef ONSET_PATTERN_TEMPLATE_FOLD_H
#define ONSET_PATTERN_TEMPLATE_FOLD_H

#include "base/span.h"

/* In place, on a message whose names are variables; returns how many bytes are left of n. */
size_t template_fold(uint8_t *p, size_t n);

#endif
