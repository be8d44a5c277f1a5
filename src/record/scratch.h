/* scratch: memory for what a reader has to build (unescaped text, joined parts), forgotten all at once.
 *
 * One block that is used again after every scratch_recycle; what does not fit goes to the arena, and the
 * block grows to what was needed (at most SCRATCH_BYTES_MAX), so that after warm-up there is no malloc. Spans
 * stay valid until scratch_recycle. */
#ifndef ONSET_RECORD_SCRATCH_H
#define ONSET_RECORD_SCRATCH_H

#include "base/arena.h"

#define SCRATCH_BYTES_MAX ((size_t)4 << 20)

struct scratch {
    uint8_t *ptr;
    size_t used, size;
    struct arena *overflow; /* borrowed */
};

void scratch_init(struct scratch *scratch, struct arena *overflow);
void scratch_done(struct scratch *scratch);
void scratch_recycle(struct scratch *scratch);
uint8_t *scratch_alloc(struct scratch *scratch, size_t bytes);
/* Give back the unused tail of the newest allocation. */
void scratch_shrink(struct scratch *scratch, const uint8_t *newest, size_t bytes_used);
struct span scratch_copy(struct scratch *scratch, struct span text);

#endif
