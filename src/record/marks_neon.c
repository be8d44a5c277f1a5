/* Marks by NEON, on the blocks of neon_block.h. */
#include "record/marks.h"

#if defined(__aarch64__)

#include "base/neon_block.h"
#include "record/layout.h"
#include "record/marks_block.h"

#include <string.h>

static inline uint64_t equal(struct block b, uint8_t c)
{
    for (int i = 0; i < 4; i++)
        b.part[i] = vceqq_u8(b.part[i], vdupq_n_u8(c));
    return bits(b);
}

static inline uint32_t find(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash, bool json)
{
    struct marks_state state = {0};
    uint32_t count = 0;
    for (uint32_t at = 0; at < n; at += 64) {
        uint8_t rest[64] = {0};
        uint32_t bytes = n - at < 64 ? n - at : 64;
        if (bytes < 64)
            memcpy(rest, p + at, bytes);
        struct block b = block_load(bytes < 64 ? rest : p + at);
        uint64_t marks = marks_quotes(equal(b, '"'), equal(b, '\\'), &state);
        if (!json)
            marks = marks_pairs(marks, equal(b, ' ') | equal(b, '\t'), &state);
        count += marks_write(marks, at, ret_at + count, json ? MARKS_STEP_JSON : MARKS_STEP_PAIRS);
    }
    *ret_backslash = state.backslash != 0;
    return count;
}

static inline bool gap_is(const uint8_t *p, size_t there, const struct layout_node *node)
{
    if (there < LAYOUT_GAP_BYTES)
        return memcmp(p, node->text, node->bytes) == 0;
    static const uint8_t numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8x16_t number = vld1q_u8(numbers), end = vdupq_n_u8(node->bytes);
    uint8x16_t low = vandq_u8(veorq_u8(vld1q_u8(p), vld1q_u8(node->text)), vcltq_u8(number, end));
    uint8x16_t high = vandq_u8(veorq_u8(vld1q_u8(p + 16), vld1q_u8(node->text + 16)),
                               vcltq_u8(vaddq_u8(number, vdupq_n_u8(16)), end));
    return vmaxvq_u8(vorrq_u8(low, high)) == 0;
}

#include "record/layout_walk.h"

static uint32_t json(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash)
{
    return find(p, n, ret_at, ret_backslash, true);
}

static uint32_t pairs(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash)
{
    return find(p, n, ret_at, ret_backslash, false);
}

const struct marks_kernel marks_neon = {"neon", json, pairs, walk, marks_unescape_scalar};

#endif
