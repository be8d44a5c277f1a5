/* baseline: the commands that look at a baseline or change it by hand. Returns the exit code. */
#ifndef ONSET_CLI_BASELINE_H
#define ONSET_CLI_BASELINE_H

#include "cli/options.h"
#include "cli/output.h"
#include "cli/scan.h"

int baseline(const struct options *options, struct output *out);

#endif
