/* rule_parts: an expression as expressions of its own for each of its alternatives, "(?i)a b|c d" as "(?i)a
 * b" and "(?i)c d". Most alternatives of a rule have no word in the text at hand: they need not be tried, nor
 * compiled. One of the parts matches a text if, and only if, the whole does. */
#ifndef ONSET_ANALYSIS_RULE_PARTS_H
#define ONSET_ANALYSIS_RULE_PARTS_H

#include "base/arena.h"

struct rule_part {
    const char *pattern, *words, *also; /* rule_words.h */
    size_t rule;                        /* whose part; for the table that it stands in */
};

#define RULE_PARTS_MAX 64
/* Returns how many, at least 1: what cannot be cut is one part. words: of the whole pattern; parts that have
 * none of their own go by them. */
size_t rule_parts(struct arena *arena, const char *pattern, const char *words,
                  struct rule_part ret_parts[RULE_PARTS_MAX]);

#endif
