/* quota: which series a full profile keeps, so that a family that makes patterns without end does not push
 * the others out.
 *
 * A family is what a stream says with the same first word, first two words, and so on up to QUOTA_WORDS; a
 * word that holds a digit is equal to any other such word. Of a family that shares d words at most series_max
 * >> d series are kept: those of smallest order. Severe series are of no family. Families know nothing of how
 * often a series came, which is known only in the end; they know what random values look like: many of them
 * behind the same words.
 *
 * What is kept is the same in any grouping of the parts, and what is kept was never dropped by a part: how
 * many of a family stand before a series in the order can only grow with the set. */
#ifndef ONSET_PROFILE_QUOTA_H
#define ONSET_PROFILE_QUOTA_H

#include "base/span.h"
#include "base/table.h"

#define QUOTA_WORDS 4

struct quota_families { /* of one series, from the largest to the smallest */
    uint64_t keys[QUOTA_WORDS];
    size_t count;
};

struct quota {         /* families at their quota, and the order beyond which they take no more */
    struct table full; /* family -> index into limits + 1 */
    uint64_t *limits;
    size_t count;
};

/* One entry of the set that is to be cut down. */
struct quota_entry {
    uint64_t order;
    const struct quota_families *families;
    void *series;
};

/* A function of the masked message: any line of a series tells the same. */
struct quota_families quota_families_of(uint64_t stream, struct span message);
void quota_done(struct quota *quota);
/* Sort entries by order, and move those that are kept to the front: at most `max`, and no family above its
 * quota. Orders below `exempt` have no family. Returns how many are kept; quota knows the full families
 * afterwards. */
size_t quota_choose(struct quota *quota, struct quota_entry *entries, size_t count, size_t max,
                    uint64_t exempt);
/* Would a new series be one too many in its family? */
bool quota_is_full(const struct quota *quota, uint64_t order, const struct quota_families *families);

#endif
