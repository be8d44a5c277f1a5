/* rule_index: which rules could match a text, found in one pass over it. Holds the words of all rules by
 * three of their bytes; borrows the word strings. Used by one thread at a time. */
#ifndef ONSET_ANALYSIS_RULE_INDEX_H
#define ONSET_ANALYSIS_RULE_INDEX_H

#include "base/span.h"

struct rule_index;
struct rule_index *rule_index_new(const char *const *words,
                                  size_t rule_count);         /* words[i]: of rule i, rule_words.h */
struct rule_index *rule_index_free(struct rule_index *index); /* accepts NULL; returns NULL */

/* A bit set of rule_index_sets(index) 64-bit words: bit i is set when rule i could match. Lives until the
 * next call. */
const uint64_t *rule_index_look(struct rule_index *index, struct span text);
size_t rule_index_sets(const struct rule_index *index);

#endif
