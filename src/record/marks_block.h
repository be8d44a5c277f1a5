/* marks_block: marks of 64 bytes from bit masks of them. Bit i of a mask stands for byte i of the block. One
 * text for all kernels: a kernel makes the masks and writes the offsets.
 *
 * Which bytes are escaped (simdjson's way): every byte behind an odd number of backslashes. Of each run of
 * backslashes that starts at an odd place the sum with the whole mask leaves a bit behind its end; whether
 * that is an odd or even place tells the parity of its length.
 * Which are inside of strings: those with an odd number of quotes up to them, a prefix sum without carries.
 */
#ifndef ONSET_RECORD_MARKS_BLOCK_H
#define ONSET_RECORD_MARKS_BLOCK_H

#include "record/marks.h"

#if defined(__PCLMUL__) || defined(__BMI__)
#include <immintrin.h>
#endif

struct marks_state {
    uint64_t escaped; /* 1: the first byte of the next block is */
    uint64_t open;    /* all ones: the next block begins inside of a string */
    uint64_t behind;  /* 1: its first byte is behind one that divides and opens no string */
    uint64_t backslash;
};

static inline uint64_t marks_escaped(uint64_t backslash, struct marks_state *state)
{
    const uint64_t even = 0x5555555555555555u;
    backslash &= ~state->escaped;
    uint64_t behind = backslash << 1 | state->escaped;
    uint64_t odd_starts = backslash & ~even & ~behind, sum;
    state->escaped = __builtin_add_overflow(odd_starts, backslash, &sum);
    return (even ^ sum << 1) & behind;
}

/* Bit i: the sum of bits 0 to i, modulo 2. */
static inline uint64_t marks_prefix(uint64_t bits)
{
#if defined(__PCLMUL__)
    __m128i all = _mm_set1_epi8((char)0xff);
    return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), all, 0));
#else
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
#endif
}

/* The quotes that no backslash escapes. */
static inline uint64_t marks_quotes(uint64_t quote, uint64_t backslash, struct marks_state *state)
{
    if (__builtin_expect((backslash | state->escaped) != 0, 0)) {
        quote &= ~marks_escaped(backslash, state);
        state->backslash |= backslash;
    }
    return quote;
}

/* quote: not escaped; blank: spaces and tabs. */
static inline uint64_t marks_pairs(uint64_t quote, uint64_t blank, struct marks_state *state)
{
    uint64_t inside = marks_prefix(quote) ^ state->open;
    state->open = (uint64_t)((int64_t)inside >> 63);
    uint64_t divides = quote | (blank & ~inside), closes = divides & ~inside;
    uint64_t marks = divides & ~(closes << 1 | state->behind);
    state->behind = closes >> 63;
    return marks;
}

/* Offsets of the bits, `step` at a time, as many as 64 bytes mostly have: what is written too much is
 * overwritten. */
static inline uint32_t marks_write(uint64_t bits, uint32_t at, uint16_t *ret_at, uint32_t step)
{
    uint32_t count = (uint32_t)__builtin_popcountll(bits);
    for (uint32_t i = 0; i < count; i += step)
        for (uint32_t j = 0; j < step; j++) {
#if defined(__BMI__)
            ret_at[i + j] = (uint16_t)(at + (uint32_t)_tzcnt_u64(bits)); /* of none: 64 */
#else
            const uint64_t stop = (uint64_t)1 << 63; /* a bit to find when there is none left */
            ret_at[i + j] = (uint16_t)(at + (uint32_t)__builtin_ctzll(bits | stop));
#endif
            bits &= bits - 1;
        }
    return count;
}

enum { MARKS_STEP_JSON = 12, MARKS_STEP_PAIRS = 4 };

#endif
