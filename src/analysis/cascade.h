/* cascade: what changed before the onset, how trouble spread after it, and what each layer shows. */
#ifndef ONSET_ANALYSIS_CASCADE_H
#define ONSET_ANALYSIS_CASCADE_H

#include "analysis/hypothesis.h"

/* Was the new trouble short, or mild and some minutes long, has been over for a while, and left no part
 * silent? Then nobody is called for it: a blip. From its first line to its last one. */
bool cascade_healed(const struct model *model, const struct news *news, size_t news_count,
                    const struct onset_split *split, int64_t *ret_from, int64_t *ret_to);
/* Fills changes, cascade, layers and `recovered` of the findings. */
void cascade_fill(struct findings *findings, const struct model *model, const struct news *news,
                  size_t news_count, const struct hypothesis *list, size_t count,
                  const struct onset_split *split);

#endif
