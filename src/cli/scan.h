/* scan: the default job. Opens what the options name, scans, prints the report. Returns the exit code. */
#ifndef ONSET_CLI_SCAN_H
#define ONSET_CLI_SCAN_H

#include "cli/options.h"
#include "cli/output.h"

enum exit_code {
    EXIT_RAN = 0,
    EXIT_FOUND = 1,       /* with --exit-code */
    EXIT_ERROR = 2,       /* even if the rest was reported */
    EXIT_CANNOT_JUDGE = 3 /* with --exit-code */
};

int scan(const struct options *options, struct output *out);
int scan_exit_status(const struct options *options, enum onset_verdict verdict); /* of a run without errors */

#endif
