/* neon_block: 64 bytes in four registers of NEON, and a mask of them. There is no movemask: each byte of a
 * comparison keeps the bit of its place, and three rounds of adding neighbours bring 64 of them into one
 * word. Included by kernels, where __aarch64__ is defined. */
#ifndef ONSET_BASE_NEON_BLOCK_H
#define ONSET_BASE_NEON_BLOCK_H

#include <arm_neon.h>
#include <stdint.h>

struct block {
    uint8x16_t part[4];
};

static inline struct block block_load(const uint8_t *p)
{
    return (struct block){{vld1q_u8(p), vld1q_u8(p + 16), vld1q_u8(p + 32), vld1q_u8(p + 48)}};
}

/* Bit i: byte i of the block is not 0; its bytes are 0 or 0xff. */
static inline uint64_t bits(struct block b)
{
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t place = vld1q_u8(places);
    uint8x16_t low = vpaddq_u8(vandq_u8(b.part[0], place), vandq_u8(b.part[1], place));
    uint8x16_t high = vpaddq_u8(vandq_u8(b.part[2], place), vandq_u8(b.part[3], place));
    uint8x16_t all = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

#endif
