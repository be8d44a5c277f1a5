/* template_kin: rows that are told to be one by what was found in others.
 *
 * lists_merge: rows that are equal when each list of variables counts as one, so that "files <*>, <*> sent"
 * and "files <*> sent" are one template. values_merge: rows that are equal when words which are values in
 * other messages of the same source count as variables: two lines about a user are enough when users are
 * known from others. brackets_merge: rows that a template with opened brackets covers. */
#ifndef ONSET_PATTERN_TEMPLATE_KIN_H
#define ONSET_PATTERN_TEMPLATE_KIN_H

#include "pattern/template_slots.h"

/* All return whether anything merged. */
bool lists_merge(struct row *rows, size_t count, const struct word_list *list);
bool values_merge(struct row *rows, size_t count, const struct word_list *list);

/* Rows that are equal to one of many messages but for known values, and for what stands inside brackets that
 * are a variable there. */
bool brackets_merge(struct row *rows, size_t count, const struct word_list *list);

#endif
