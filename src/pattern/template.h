/* template: patterns that differ only in variables, merged.
 *
 * A pure function of the set of masked messages: sorted input, sorted output, no order, no randomness. From
 * what one line tells to what many lines tell:
 *   header  what a source writes in front of every message is found over all its messages and cut off
 *           (template_header.h);
 *   shape   paths, hosts, dates, lists ... become variables by how they look, each line for itself
 *           (template_shape.h);
 *   words   the row of words, in which one value written in several ways is equal (template_words.h);
 *   slots   messages of one group that are equal but for one word merge where at least TEMPLATE_VALUES
 *           different words have been seen (template_slots.h);
 *   frames  the same for several words at once (template_frames.h);
 *   kin     lists of any length, and values that other messages taught (template_kin.h);
 *   gaps    values of several words, or of none, in a place that other messages opened (template_gaps.h).
 * Words that tell outcomes apart (up/down, opened/closed ...) stay, and so do few statuses. Neither groups
 * nor sources know of each other, but for the values that the groups of one source share. */
#ifndef ONSET_PATTERN_TEMPLATE_H
#define ONSET_PATTERN_TEMPLATE_H

#include "base/arena.h"
#include "base/table.h"

#define TEMPLATE_VERSION 6
#define TEMPLATE_VALUES  4
#define TEMPLATE_QUOTED  3 /* where all of them stand in quotes: the program says that they are values */
/* Where the values are plain words of a sentence: values and words in common together. "interrupt: illegal",
 * "trap", "privileged", "imprecise" (4 + 1) stay apart, "Failed password for root from 1 port 2" (4 + 5) does
 * not. */
#define TEMPLATE_EVIDENCE 9

struct template_input {
    uint64_t source;    /* whose header it carries (service): only messages of one source merge */
    uint64_t group;     /* and of one group (severity, kind) of it */
    struct span masked; /* as mask() gives it */
};

/* Inputs are sorted by source, group and text. What becomes of a source depends on its groups and texts
 * alone, not on its key. ret_ids[i]: index of the representative (smallest input index of its template);
 * ret_text[i] is set for representatives: the template with <*> for variables, in arena. */
/* memos: of sources that were merged before (template_memo.h), or NULL; texts that come from one lie in it.
 */
void template_merge(const struct template_input *inputs, size_t count, const struct table *memos,
                    struct arena *arena, uint32_t *ret_ids, struct span *ret_text);

void template_sort(struct template_input *inputs, size_t count); /* as it wants them */

/* Stable name of a template: depends on nothing but these. */
uint64_t template_id(struct span text, const char *service, uint8_t severity);

/* Can the template stand for this masked message? The header in front of it is free. */
bool template_fits(struct span text, struct span masked);

/* What stands at each <*> of the template in a masked message that fits it, the first max of them; behind
 * what is fixed only, so not at a <*> that starts the text. Returns how many; 0 when the message does not
 * fit. */
size_t template_values(struct span text, struct span masked, struct span *ret_values, size_t max);

#endif
