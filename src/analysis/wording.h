/* wording: what a message tells, by its words alone, where the catalogue knows no rule for it.
 *
 * A linear model (multinomial logistic regression over words, stems and pairs of words) that is trained while
 * onset is built, from the labelled messages of patterns/wording/. It knows no software; it has seen how
 * thousands of programs word a change, a fault, its consequences, and everyday work. Its shares are honest:
 * of the messages of programs it has not seen that it gives 80 %, about four in five are so (wording_to_c
 * --check prints that). */
#ifndef ONSET_ANALYSIS_WORDING_H
#define ONSET_ANALYSIS_WORDING_H

#include "analysis/wording_features.h"

struct wording {
    float share[WORDING_KINDS]; /* 0 .. 1, sum 1 */
};

/* severity: of the line, 0 where it has none (record/severity.h). */
struct wording wording_of(struct span message, unsigned severity);
/* The kind with the greatest share. */
enum wording_kind wording_kind(const struct wording *wording);

#define WORDING_SURE 0.75f /* a share that is enough to believe it */
#define WORDING_SURE_ACT                                                                                     \
    0.9f /* an act counts in full: what users do reads alike; at 0.5 it would for nothing */
enum { WORDING_SCALE = 16 }; /* weights are kept in steps of a sixteenth */

/* Weights of a feature: eight signed bytes, in the order of enum wording_kind. Made by wording_to_c. */
extern const int8_t wording_weights[WORDING_FEATURES][WORDING_KINDS];
extern const float wording_levels[WORDING_LEVELS][WORDING_KINDS]; /* what is added for a level */

#endif
