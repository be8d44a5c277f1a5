/* Blocks double up to 1 MiB so that a small run stays small and a large one makes few calls. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(16) uint8_t bytes[];
};

static void *checked(void *ptr, size_t bytes)
{
    if (!ptr && bytes) {
        fprintf(stderr, "onset: out of memory (%zu bytes)\n", bytes);
        abort();
    }
    return ptr;
}

void *memory_alloc(size_t bytes)
{
    return checked(calloc(1, bytes ? bytes : 1), bytes);
}

void *memory_buffer(size_t bytes)
{
    return checked(malloc(bytes ? bytes : 1), bytes);
}

void *memory_resize(void *ptr, size_t bytes)
{
    return checked(realloc(ptr, bytes ? bytes : 1), bytes);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    bytes = (bytes + 15) & ~(size_t)15;
    struct arena_block *block = arena->head;
    if (!block || block->size - block->used < bytes) {
        size_t size = block ? block->size * 2 : 4096;
        if (size > 1 << 20)
            size = 1 << 20;
        if (size < bytes)
            size = bytes;
        block = memory_alloc(sizeof *block + size);
        block->size = size;
        block->next = arena->head;
        arena->head = block;
    }
    void *ptr = block->bytes + block->used;
    block->used += bytes;
    arena->bytes += bytes;
    return ptr;
}

struct span arena_copy(struct arena *arena, struct span bytes)
{
    uint8_t *copy = arena_alloc(arena, bytes.len + 1);
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    return span_make(copy, bytes.len);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

void arena_done(struct arena *arena)
{
    if (!arena)
        return;
    for (struct arena_block *b = arena->head, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    *arena = (struct arena){0};
}

char *arena_string(struct arena *arena, const char *text)
{
    return text ? (char *)arena_copy(arena, span_of(text)).ptr : NULL;
}
