/* minting: services that make a new pattern of nearly every line (payload dumps, SQL, random words). What
 * they say is bounded by the cap of the profile; the reader is told who it is and what it looks like. Of such
 * a family nothing below an error counts as new, and it does not make other news of its service look
 * ordinary. */
#ifndef ONSET_ANALYSIS_MINTING_H
#define ONSET_ANALYSIS_MINTING_H

#include "analysis/model.h"

#define MINTING_SERIES 1000 /* fewer cost nothing */

void minting_mark(struct model *model);

/* "shop mints patterns: 30,120 of them, 29,000 like 'query <*> took'", one sentence for each such service,
 * into the arena. Returns how many; ret_sentences has room for all services. */
size_t minting_describe(const struct model *model, struct arena *arena, const char **ret_sentences);

#endif
