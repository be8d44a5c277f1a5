/* workers: threads that turn the items of a plan into one profile per role. Each worker owns its profiles
 * until they are added up; the sum has no order, so the result does not depend on the number of workers. */
#ifndef ONSET_ENGINE_WORKERS_H
#define ONSET_ENGINE_WORKERS_H

#include "engine/learning.h"
#include "engine/plan.h"

struct work {
    struct plan *plan;
    const struct kernel *kernel;
    int threads;
    struct profile *profiles;  /* two, by role; filled */
    struct learning *learning; /* NULL, or: only what is new of the logs; files must not be cut into chunks */
    void (*progress)(void *context, uint64_t bytes_done, uint64_t bytes_total);
    void *context;
};

void work_run(struct work *work);

#endif
