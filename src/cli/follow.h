/* onset follow: tell what begins until a signal or a limit ends it, then report the whole. */
#ifndef ONSET_CLI_FOLLOW_H
#define ONSET_CLI_FOLLOW_H

#include "cli/options.h"
#include "cli/output.h"

/* The inputs of `session` are named; `missing` of them could not be. Returns the exit code. */
int follow(struct onset *session, const struct options *options, struct output *out, int missing);

#endif
