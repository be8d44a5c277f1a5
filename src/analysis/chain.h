/* chain: changes that are steps of another. */
#ifndef ONSET_ANALYSIS_CHAIN_H
#define ONSET_ANALYSIS_CHAIN_H

#include "analysis/hypothesis.h"

/* For a change that others follow at once, and against what follows. */
void chain_weigh(struct model *model, struct hypothesis *hypothesis, const struct hypothesis *events,
                 size_t count);
/* What ties a step to the trouble (subject, links) ties what began the chain to it. */
void chain_pass_on(struct model *model, struct hypothesis *events, size_t count);

#endif
