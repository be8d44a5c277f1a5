/* arena: memory that is freed all at once. Not thread-safe: one owner. Allocation never returns NULL: a
 * process that has no memory left aborts with one line (memory that a log can inflate is capped by its
 * container instead). */
#ifndef ONSET_BASE_ARENA_H
#define ONSET_BASE_ARENA_H

#include "base/span.h"

struct arena_block;
struct arena {
    struct arena_block *head;
    size_t bytes; /* handed out so far */
};

void *arena_alloc(struct arena *arena, size_t bytes);           /* 16-byte aligned, zeroed */
struct span arena_copy(struct arena *arena, struct span bytes); /* followed by a NUL that is not counted */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_string(struct arena *arena, const char *text); /* a copy; NULL of NULL */
void arena_done(struct arena *arena);                      /* accepts NULL and a zeroed arena */

/* malloc family that aborts instead of returning NULL. */
void *memory_alloc(size_t bytes);  /* zeroed */
void *memory_buffer(size_t bytes); /* not zeroed: of a large one only what is used costs anything */
void *memory_resize(void *ptr, size_t bytes);

#endif
