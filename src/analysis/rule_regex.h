/* rule_regex: one PCRE2 expression with limits, compiled and run the same way wherever rules are checked or
 * used (the build tool, the loader, the catalogue). A matcher holds the scratch memory of one thread; a regex
 * may be shared. */
#ifndef ONSET_ANALYSIS_RULE_REGEX_H
#define ONSET_ANALYSIS_RULE_REGEX_H

#include "base/error.h"
#include "base/span.h"

enum matched { MATCHED_NO, MATCHED_YES, MATCHED_LIMIT };

struct regex;
struct regex *regex_new(const char *pattern,
                        struct onset_error *err); /* NULL and one line in err when it is wrong */
struct regex *regex_free(struct regex *regex);    /* accepts NULL; returns NULL */
void regex_hurry(struct regex *regex);            /* compile to machine code, where there is JIT */

struct matcher;
struct matcher *matcher_new(void);
struct matcher *matcher_free(struct matcher *matcher); /* accepts NULL; returns NULL */
enum matched matcher_run(struct matcher *matcher, const struct regex *regex, struct span text);

#endif
