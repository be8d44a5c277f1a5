/* learning: which part of each source is new to a store. Known sources are matched by service and first
 * bytes, so a log that was rotated, moved or compressed since is known again. Workers ask and tell under a
 * lock; what they told is put into the store when all of it is good. */
#ifndef ONSET_ENGINE_LEARNING_H
#define ONSET_ENGINE_LEARNING_H

#include "base/table.h"
#include "profile/store.h"

#include <pthread.h>

struct learning {
    struct store_source *known; /* by head_bytes */
    size_t known_count;
    struct store_source *learnt; /* what is to be put */
    size_t learnt_count, learnt_size;
    uint64_t fresh, grown, unchanged; /* sources */
    struct table claimed;             /* first bytes that a source of this run has */
    pthread_mutex_t mutex;
};

int learning_init(struct learning *learning, struct store *store, struct onset_error *err);
void learning_done(struct learning *learning);
int learning_put(const struct learning *learning, struct store *store, struct onset_error *err);

/* Where a source of this service, which starts like this, is to be gone on with. False: another source of
 * this run is the same. */
bool learning_claim(struct learning *learning, const char *service, struct span head,
                    struct store_source *ret_known);
/* It was read up to `offset` and has that many lines so far. known: as claimed. */
void learning_told(struct learning *learning, const struct store_source *known, const char *service,
                   const char *name, struct span head, uint64_t offset, uint64_t lines);

#endif
