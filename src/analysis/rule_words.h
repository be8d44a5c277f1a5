/* rule_words: the words of which a text must hold at least one before a pattern can match it, so that a text
 * is looked at once for all rules and only the few rules whose words it holds run. Words are compared without
 * case (ASCII) and are kept as one string, separated by '\n'; "" means that nothing is known and the rule
 * must always run. */
#ifndef ONSET_ANALYSIS_RULE_WORDS_H
#define ONSET_ANALYSIS_RULE_WORDS_H

#include "base/arena.h"
#include "base/span.h"

#define RULE_WORD_BYTES_MIN 3  /* the index looks at three bytes at a time */
#define RULE_WORD_BYTES_MAX 64 /* longer ones are cut: a part of a needed word is needed too */

/* Lower case, from the expression itself. *ret_also: further sets of words, of each of which a text must hold
 * one, too; an empty line stands between two sets; "" where there is none. */
const char *rule_words_of(struct arena *arena, const char *pattern, const char **ret_also);
bool rule_words_in(const char *words, struct span text);    /* true when words is "" */
bool rule_words_all_in(const char *also, struct span text); /* the same */

/* Step through words: returns the next one (empty at the end of a set) and moves *at behind it. */
struct span rule_words_next(const char **at);

#endif
