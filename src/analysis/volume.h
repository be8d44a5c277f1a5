/* volume: how much a service said in any stretch of time. The timelines of all its streams become one
 * ascending list of edges with what was said before each, so that a count costs two searches, however many
 * streams there are. */
#ifndef ONSET_ANALYSIS_VOLUME_H
#define ONSET_ANALYSIS_VOLUME_H

#include "base/arena.h"
#include "profile/profile.h"

struct volume_edge {
    int64_t second;
    double before; /* records before it; between two edges they come at a steady rate */
};

struct volume {
    struct volume_edge *edges; /* ascending, each second once */
    size_t count;
};

/* Of those streams whose times are seconds of a clock, which is so many seconds ahead for each of them (less
 * for those behind). Into the arena. */
void volume_make(struct volume *volume, struct stream *const *streams, const int64_t *ahead, size_t count,
                 bool by_order, struct arena *arena);
/* Records in [from, to) seconds: the sum of timeline_count over the same streams. */
double volume_count(const struct volume *volume, int64_t from, int64_t to);

#endif
