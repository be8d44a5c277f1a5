/* mask_compact: for kernels without a compress instruction. compact_by[m]: the numbers of the set bits of m,
 * one a byte, lowest first: the control by which a byte shuffle moves eight bytes together. */
#ifndef ONSET_PATTERN_MASK_COMPACT_H
#define ONSET_PATTERN_MASK_COMPACT_H

#include <stdint.h>

/* clang-format off */
#define BIT(m, i)  ((m) >> (i)&1 ? (uint64_t)(i) << 8 * __builtin_popcount((m) & ((1u << (i)) - 1)) : 0)
#define ROW(m)                                                                                                         \
    BIT(m, 0) | BIT(m, 1) | BIT(m, 2) | BIT(m, 3) | BIT(m, 4) | BIT(m, 5) | BIT(m, 6) | BIT(m, 7)
#define ROWS4(m)   ROW(m), ROW((m) + 1), ROW((m) + 2), ROW((m) + 3)
#define ROWS16(m)  ROWS4(m), ROWS4((m) + 4), ROWS4((m) + 8), ROWS4((m) + 12)
#define ROWS64(m)  ROWS16(m), ROWS16((m) + 16), ROWS16((m) + 32), ROWS16((m) + 48)
static const uint64_t compact_by[256] = {ROWS64(0u), ROWS64(64u), ROWS64(128u), ROWS64(192u)};
/* clang-format on */

#endif
