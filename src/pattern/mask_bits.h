/* mask_bits: the bit operations that mask_block.h thinks in. x86 has each as one instruction; elsewhere the
 * same names are a few portable ones, so that one text serves all kernels. */
#ifndef ONSET_PATTERN_MASK_BITS_H
#define ONSET_PATTERN_MASK_BITS_H

#if defined(__x86_64__)
#include <immintrin.h>
#else

#include <stdint.h>

static inline uint64_t _tzcnt_u64(uint64_t x)
{
    return x ? (uint64_t)__builtin_ctzll(x) : 64;
}

static inline uint64_t _lzcnt_u64(uint64_t x)
{
    return x ? (uint64_t)__builtin_clzll(x) : 64;
}

static inline uint64_t _blsr_u64(uint64_t x)
{
    return x & (x - 1);
}

static inline uint64_t _blsi_u64(uint64_t x)
{
    return x & -x;
}

static inline uint64_t _blsmsk_u64(uint64_t x)
{
    return x ^ (x - 1);
}

static inline uint64_t _bzhi_u64(uint64_t x, unsigned n)
{
    return n < 64 ? x & (((uint64_t)1 << n) - 1) : x;
}

static inline unsigned char _addcarry_u64(unsigned char carry, unsigned long long a, unsigned long long b,
                                          unsigned long long *ret_sum)
{
    unsigned long long sum;
    unsigned char over = __builtin_add_overflow(a, b, &sum);
    over |= __builtin_add_overflow(sum, carry, ret_sum);
    return over;
}

static inline uint64_t _pext_u64(uint64_t x, uint64_t mask)
{
    uint64_t out = 0;
    for (uint64_t bit = 1; mask; mask = _blsr_u64(mask), bit <<= 1)
        if (x & _blsi_u64(mask))
            out |= bit;
    return out;
}

static inline uint64_t _pdep_u64(uint64_t x, uint64_t mask)
{
    uint64_t out = 0;
    for (; mask && x; mask = _blsr_u64(mask), x >>= 1)
        if (x & 1)
            out |= _blsi_u64(mask);
    return out;
}

static inline int64_t _mm_popcnt_u64(uint64_t x)
{
    return __builtin_popcountll(x);
}

#endif
#endif
