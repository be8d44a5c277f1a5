/* template_gaps: values of several words, and of none.
 *
 * A template of many messages that has an opened place tells where values stand. Seldom messages that are
 * equal to it but for these places are covered by it, however many words they hold there: "job <*> is late"
 * covers "job nightly, weekly is late", "user '<*>' left" covers "user '' left". */
#ifndef ONSET_PATTERN_TEMPLATE_GAPS_H
#define ONSET_PATTERN_TEMPLATE_GAPS_H

#include "pattern/template_slots.h"

/* Returns whether anything merged. */
bool gaps_merge(struct row *rows, size_t count, const struct word_list *list);

#endif
