/* catalogue_builtin: the table that rules_to_c makes from patterns/ while onset is built, in order of
 * priority. */
#ifndef ONSET_ANALYSIS_CATALOGUE_BUILTIN_H
#define ONSET_ANALYSIS_CATALOGUE_BUILTIN_H

#include "analysis/catalogue.h"

extern const struct rule builtin_rules[];
extern const char *const builtin_rule_words[]; /* see rule_words.h */
extern const size_t builtin_rule_count;

#endif
