/* fuzz: what the fuzz targets share. Each target is one function over any bytes; under libFuzzer it is the
 * entry point, in the replay program (plain_replay.c) the build names it after its file. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdlib.h>

#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static inline void require(bool holds)
{
    if (!holds)
        abort();
}

/* Reads every byte: a span into memory that is gone is seen. */
static inline void touch(struct span text)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < text.len; i++)
        sum += text.ptr[i];
    __asm__ volatile("" ::"r"(sum));
}

/* part is empty or lies in whole. */
static inline bool lies_in(struct span part, struct span whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

/* The next line of *rest as a block of its own, so that one byte too far is seen; to be freed. *rest moves
 * on. */
static inline uint8_t *take_line(struct span *rest, struct span *ret_line)
{
    const uint8_t *end = memchr(rest->ptr, '\n', rest->len);
    size_t n = end ? (size_t)(end - rest->ptr) : rest->len;
    uint8_t *copy = malloc(n ? n : 1);
    require(copy != NULL);
    memcpy(copy, rest->ptr, n);
    *ret_line = span_make(copy, n);
    *rest = span_skip(*rest, n + 1);
    return copy;
}

#endif
