/* answer: the best hypotheses as candidates of the findings: different ones, with what a report needs. */
#ifndef ONSET_ANALYSIS_ANSWER_H
#define ONSET_ANALYSIS_ANSWER_H

#include "analysis/hypothesis.h"

/* list: best first. Fills at most `top` candidates; findings.spark_from and spark_to must be set. */
void answer_fill(struct findings *findings, const struct model *model, struct hypothesis *list, size_t count,
                 size_t top);
struct candidate answer_candidate(struct findings *findings, const struct model *model,
                                  const struct hypothesis *hypothesis);
/* The first line of a series, copied into the findings. */
struct place answer_place(struct findings *findings, const struct model *model, const struct series *series);

#endif
