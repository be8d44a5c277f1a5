#include "record/scratch.h"

#include <stdlib.h>

void scratch_init(struct scratch *scratch, struct arena *overflow)
{
    *scratch = (struct scratch){.overflow = overflow};
}

void scratch_done(struct scratch *scratch)
{
    free(scratch->ptr);
    *scratch = (struct scratch){.overflow = scratch->overflow};
}

void scratch_recycle(struct scratch *scratch)
{
    size_t more = scratch->overflow->bytes;
    scratch->used = 0;
    if (more == 0)
        return;
    arena_done(scratch->overflow);
    size_t size = scratch->size + more;
    size = size < 4096 ? 4096 : size + size / 2;
    if (size > SCRATCH_BYTES_MAX)
        size = SCRATCH_BYTES_MAX;
    if (size <= scratch->size)
        return;
    scratch->ptr = memory_resize(scratch->ptr, size);
    scratch->size = size;
}

uint8_t *scratch_alloc(struct scratch *scratch, size_t bytes)
{
    if (!scratch->ptr || bytes > scratch->size - scratch->used)
        return arena_alloc(scratch->overflow, bytes);
    uint8_t *ptr = scratch->ptr + scratch->used;
    scratch->used += bytes;
    return ptr;
}

void scratch_shrink(struct scratch *scratch, const uint8_t *newest, size_t bytes_used)
{
    if (scratch->ptr && newest >= scratch->ptr && newest < scratch->ptr + scratch->used)
        scratch->used = (size_t)(newest - scratch->ptr) + bytes_used;
}

struct span scratch_copy(struct scratch *scratch, struct span text)
{
    if (text.len == 0)
        return text;
    uint8_t *copy = scratch_alloc(scratch, text.len);
    memcpy(copy, text.ptr, text.len);
    return span_make(copy, text.len);
}
