/* help: everything that is printed about onset itself, made from the option table. Each function appends to
 * an output (output.h) and knows nothing of terminals. */
#ifndef ONSET_CLI_HELP_H
#define ONSET_CLI_HELP_H

#include "cli/options.h"
#include "cli/output.h"

void help_short(struct output *out);
void help_long(struct output *out);
void man_page(struct output *out);
void completions(struct output *out, const char *shell); /* "bash", "zsh" or "fish" */

/* Prose that help and the man page share; the list ends with a NULL term. */
struct help_row {
    const char *term, *text;
};
extern const struct help_row help_times[], help_exit_codes[], help_environment[], help_examples[];
extern const char help_tagline[], help_about[];

#endif
