/* catalogue_builtin: the table that rules_to_c makes from patterns/ while onset is built, in order of
 * priority. */
#ifndef ONSET_ANALYSIS_CATALOGUE_BUILTIN_H
#define ONSET_ANALYSIS_CATALOGUE_BUILTIN_H

#include "analysis/catalogue.h"
#include "analysis/rule_index.h"

extern const struct rule builtin_rules[];
extern const size_t builtin_rule_count;
extern const struct rule_index builtin_index; /* of the parts of all rules, in their order */

#endif
