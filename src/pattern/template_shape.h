/* template_shape: variables that are told by how they look, not by how often they change.
 *
 * A pure function of one masked message (kernel.h): it knows no other line, so what it decides never changes
 * when a log grows. It replaces by MASK_BYTE
 *   - paths and URLs (the scheme stays), Windows and UNC paths, e-mail and user@host names, host names by
 * their ending;
 *   - dates that name a month or a weekday;
 *   - long hexadecimal words without a digit, and chains such as MAC and IPv6 addresses;
 *   - the name in 'for user NAME', the class in 'class a.b.Name';
 *   - what stands in quotes and holds a variable, base64, dumps of bytes;
 *   - an empty value: ' () ' beside ' (10.0.0.1) ';
 *   - a list of variables, which becomes one variable.
 * "address:port" stays two variables. */
#ifndef ONSET_PATTERN_TEMPLATE_SHAPE_H
#define ONSET_PATTERN_TEMPLATE_SHAPE_H

#include "base/span.h"

/* Room that out needs beyond masked.len. */
#define SHAPE_ROOM(n) ((n) + (n) / 2 + 16)

size_t template_shape(struct span masked, uint8_t *out);

#endif
