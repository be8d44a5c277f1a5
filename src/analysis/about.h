/* about: the names that a message ends with: "application shop, kind Deployment" of "Pruned application=shop
 * kind=Deployment". What a rule's title leaves out. */
#ifndef ONSET_ANALYSIS_ABOUT_H
#define ONSET_ANALYSIS_ABOUT_H

#include "base/arena.h"

/* The pairs at the end of the message, at most four; numbers are none. NULL when there are none. */
const char *about_message(struct span message, struct arena *arena);

#endif
