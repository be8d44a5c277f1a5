/* template: patterns that differ only in variables, merged.
 *
 * A pure function of the set of masked messages: sorted input, sorted output, no order, no randomness. Each message is cut
 * into tokens (words, masked variables, punctuation). Two messages merge when they have the same number of tokens,
 * the same severity, and differ in exactly one word position where at least TEMPLATE_VALUES different words
 * have been seen in otherwise equal messages; this is repeated until nothing merges. A wildcard agrees only with a wildcard,
 * and words that tell outcomes apart (up/down, opened/closed ...) keep a position literal.
 */
#ifndef ONSET_PATTERN_TEMPLATE_H
#define ONSET_PATTERN_TEMPLATE_H

#include "base/arena.h"

#define TEMPLATE_VERSION 1
#define TEMPLATE_VALUES  4

struct template_input {
    uint64_t group;     /* only messages of one group merge (service, severity, kind) */
    struct span masked; /* as mask() gives it */
};

/* ret_ids[i]: index of the representative (smallest input index of its template); ret_text[i] is set for
 * representatives: the template with <*> for variables, in arena. Inputs should be sorted by the caller so that
 * indices are canonical. */
void template_merge(const struct template_input *inputs, size_t count, struct arena *arena, uint32_t *ret_ids,
                    struct span *ret_text);

#endif
