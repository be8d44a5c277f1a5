/* place: where a line was said: the host, node or rack of its source, by the folders and the words before the
 * message that lines of several services share, and most lines do not. */
#ifndef ONSET_ANALYSIS_PLACE_H
#define ONSET_ANALYSIS_PLACE_H

#include "analysis/model.h"

#define PLACE_WORDS 4 /* of a line; the rest is not looked at */

struct places;

struct place_words {
    struct span words[PLACE_WORDS]; /* into the profile */
    size_t count;
};

struct places *places_new(const struct model *model);
struct places *places_free(struct places *places);
/* How many places are known: with less than three, nothing can be told from where a line was said. */
size_t places_count(const struct places *places);
struct place_words places_of(const struct places *places, const struct model *model,
                             const struct series *series);
/* The word that both hold, empty when none. */
struct span place_shared(const struct place_words *a, const struct place_words *b);

#endif
