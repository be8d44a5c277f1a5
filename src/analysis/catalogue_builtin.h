/* catalogue_builtin: the table that rules_to_c makes from patterns/ while onset is built, in order of
 * priority. */
#ifndef ONSET_ANALYSIS_CATALOGUE_BUILTIN_H
#define ONSET_ANALYSIS_CATALOGUE_BUILTIN_H

#include "analysis/catalogue.h"
#include "analysis/rule_parts.h"

extern const struct rule builtin_rules[];
extern const struct rule_part builtin_parts[]; /* of all rules, in their order */
extern const size_t builtin_rule_count, builtin_part_count;

#endif
