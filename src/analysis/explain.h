/* explain: everything that is known of one pattern, whether it is a candidate or not. */
#ifndef ONSET_ANALYSIS_EXPLAIN_H
#define ONSET_ANALYSIS_EXPLAIN_H

#include "analysis/hypothesis.h"

#define EXPLAIN_ID_MIN 6 /* digits of an id that are enough; a shorter number is a rank */

/* which: a rank among the candidates of the findings ("1"), or an id or how it begins. Fills
 * findings->explained, or findings->explain_error. list: all hypotheses. */
void explain_fill(struct findings *findings, const struct model *model, const char *which,
                  const struct news *news, size_t news_count, const struct hypothesis *list, size_t count);

#endif
