/* about: what a rule's title leaves out. The names that the message of a change ends with: "application shop,
 * kind Deployment" of "Pruned application=shop kind=Deployment"; the address that a call did not reach:
 * "redis-master:6379". */
#ifndef ONSET_ANALYSIS_ABOUT_H
#define ONSET_ANALYSIS_ABOUT_H

#include "base/arena.h"

/* The pairs at the end of the message, at most four; numbers are none. NULL when there are none. */
const char *about_message(struct span message, struct arena *arena);
/* The first name that could not be looked up, else the first host with a port or in a URL. NULL when there is
 * none. */
const char *about_address(struct span message, struct arena *arena);

#endif
