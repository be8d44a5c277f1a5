/* complain: one line on standard error, "onset: ...", cleaned of control characters (a file name can hold
 * any). */
#ifndef ONSET_CLI_COMPLAIN_H
#define ONSET_CLI_COMPLAIN_H

void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
