/* template_alias: what a template was called before.
 *
 * The id of a template changes when a place opens that held few words until then. It is found again by its
 * older ids: those of the texts that have, in some of the opened places, what one of its messages holds
 * there. */
#ifndef ONSET_PATTERN_TEMPLATE_ALIAS_H
#define ONSET_PATTERN_TEMPLATE_ALIAS_H

#include "base/span.h"

/* Did the template of this text have that id, when this masked message of it was there and places were not
 * opened yet? Not for its id now. */
bool template_had_id(struct span text, struct span masked, const char *service, uint8_t severity,
                     uint64_t id);

#endif
