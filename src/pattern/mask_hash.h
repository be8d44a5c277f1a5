/* mask_hash: 64 bits that stand for masked bytes. This is the definition; SIMD kernels do the same to eight
 * lanes at once, and to the first two blocks without asking how long the text is: most are no longer, and a
 * branch on the length is what most of XXH3 was spent on.
 *
 *      the bytes are blocks of eight lanes of 64 bits, little endian, zeros behind the end; at least two
 *      for each block, for each lane
 *          x = bytes ^ hash_key[lane]
 *          sum = (sum + bytes + low half of x * high half of x) * hash_factor[lane]
 *      hash = all sums + length * HASH_LENGTH
 *
 * Why: the product mixes a lane within itself, the bytes beside it keep what a factor of zero would lose, and
 * the factors, to the power of how many blocks follow, tell places apart, so that two changes in two places
 * cancel out no more often than chance has it. fingerprint_mix spreads the outcome over all bits. It is no
 * hash against an enemy, as XXH3 with a known seed is none. */
#ifndef ONSET_PATTERN_MASK_HASH_H
#define ONSET_PATTERN_MASK_HASH_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HASH_LANES = 8, HASH_BLOCK = 64 };
#define HASH_LENGTH 0x9E3779B97F4A7C15u

/* The square roots of the first primes, and the cube roots made odd: nobody chose them. */
static const _Alignas(64) uint64_t hash_key[HASH_LANES] = {
    0x6A09E667F3BCC908u, 0xBB67AE8584CAA73Bu, 0x3C6EF372FE94F82Bu, 0xA54FF53A5F1D36F1u,
    0x510E527FADE682D1u, 0x9B05688C2B3E6C1Fu, 0x1F83D9ABFB41BD6Bu, 0x5BE0CD19137E2179u};
static const _Alignas(64) uint64_t hash_factor[HASH_LANES] = {
    0x428A2F99u, 0x71374491u, 0xB5C0FBCFu, 0xE9B5DBA5u, 0x3956C25Bu, 0x59F111F1u, 0x923F82A5u, 0xAB1C5ED5u};

static inline uint64_t mask_hash(const uint8_t *p, size_t n)
{
    uint64_t sums[HASH_LANES] = {0}, hash = n * HASH_LENGTH;
    for (size_t at = 0; at < n || at < 2 * HASH_BLOCK; at += HASH_BLOCK) {
        uint64_t block[HASH_LANES] = {0};
        size_t left = at < n ? n - at : 0;
        if (left)
            memcpy(block, p + at, left < HASH_BLOCK ? left : HASH_BLOCK);
        for (size_t i = 0; i < HASH_LANES; i++) {
            uint64_t bytes = le64toh(block[i]), x = bytes ^ hash_key[i];
            sums[i] = (sums[i] + bytes + (x & UINT32_MAX) * (x >> 32)) * hash_factor[i];
        }
    }
    for (size_t i = 0; i < HASH_LANES; i++)
        hash += sums[i];
    return hash;
}

#endif
