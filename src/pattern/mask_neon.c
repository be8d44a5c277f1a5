/* The NEON kernel. mask_scalar.c says what it computes, mask_block.h how runs are found, mask_avx2.c how a
 * block goes: classes by two table look-ups, a plan, bytes compacted eight at a time. Departures:
 * 1. There is no movemask: neon_block.h makes one.
 * 2. What is left behind the last 64 bytes is copied to a buffer. */
#include "pattern/kernel.h"

#if defined(__aarch64__)

#include "base/neon_block.h"
#include "pattern/mask_block.h"
#include "pattern/mask_compact.h"
#include "pattern/mask_hash.h"

static inline struct block equal(struct block b, uint8_t c)
{
    struct block out;
    for (int i = 0; i < 4; i++)
        out.part[i] = vceqq_u8(b.part[i], vdupq_n_u8(c));
    return out;
}

/* The class bits of ASCII (mask_block.h) as the `and` of what the low and the high nibble allow: one bit for
 * each set of low nibbles that goes with some high ones, as in mask_avx2.c. */
enum row {
    ROW_TAB = 1,
    ROW_SPACE = 2,
    ROW_DASH = 4,
    ROW_UNDERLINE = 8,
    ROW_A_TO_O = 16,
    ROW_P_TO_Z = 32,
    ROW_DIGIT = 64
};

static inline uint8x16_t rows_of(uint8x16_t bytes)
{
    enum {
        T = ROW_TAB,
        S = ROW_SPACE,
        M = ROW_DASH,
        U = ROW_UNDERLINE,
        A = ROW_A_TO_O,
        P = ROW_P_TO_Z,
        D = ROW_DIGIT
    };
    static const uint8_t by_low[16] = {S | P | D, A | P | D, A | P | D, A | P | D,     A | P | D, A | P | D,
                                       A | P | D, A | P | D, A | P | D, T | A | P | D, A | P,     A,
                                       A,         M | A,     M | A,     U | A};
    static const uint8_t by_high[16] = {T, 0, S | M, D, A, P | U, A, P};
    return vandq_u8(vqtbl1q_u8(vld1q_u8(by_low), vandq_u8(bytes, vdupq_n_u8(15))),
                    vqtbl1q_u8(vld1q_u8(by_high), vshrq_n_u8(bytes, 4)));
}

/* Whose names' last letter may these be, or last but one, two, three? As in mask_avx2.c. */
static inline uint8x16_t letters(uint8x16_t bytes, unsigned back)
{
    enum { U = 1, C = 2, X = 4, G = 8, R = 16, H = 32, Q = 64 };
    static const uint8_t by_low[4][16] = {
        {H, 0, 0, U, X, C | Q, 0, 0, 0, 0, 0, 0, G, 0, 0, R},
        {0, G, 0, 0, C | H | Q, U, 0, 0, 0, X, 0, 0, 0, 0, R, 0},
        {0, Q, R, 0, U | H, 0, 0, 0, X, 0, 0, 0, 0, 0, G, C},
        {0, U, R, C, Q, X, 0, G, H, 0, 0, 0, 0, 0, 0, 0},
    };
    static const uint8_t a_to_o[4] = {C | Q | G | R, C | X | G | R, C | G | Q, U | C | X | G | H};
    static const uint8_t p_to_z[4] = {U | X | H, U | H | Q, U | X | R | H, R | Q};
    const uint8_t by_high[16] = {0, 0, 0, 0, a_to_o[back], p_to_z[back], a_to_o[back], p_to_z[back]};
    return vandq_u8(vqtbl1q_u8(vld1q_u8(by_low[back]), vandq_u8(bytes, vdupq_n_u8(15))),
                    vqtbl1q_u8(vld1q_u8(by_high), vshrq_n_u8(bytes, 4)));
}

/* Bit i: byte i is the last letter of a name. */
static inline uint64_t last_letters(struct block b, const uint8_t *p, size_t len, size_t at)
{
    uint8_t copy[3 + 64] = {0};
    const uint8_t *from = p + at;
    if (at == 0 || len < 64) {
        size_t before = at ? 3 : 0;
        memcpy(copy + 3 - before, p + at - before, len + before);
        from = copy + 3;
    }
    struct block last;
    for (int i = 0; i < 4; i++) {
        uint8x16_t names = letters(b.part[i], 0);
        for (unsigned back = 1; back < 4; back++)
            names = vandq_u8(names, letters(vld1q_u8(from + 16 * i - back), back));
        last.part[i] = vtstq_u8(names, names);
    }
    return bits(last);
}

static inline struct mask_classes classify(struct block b, const uint8_t *p, size_t len, size_t at)
{
    static const uint8_t separators[16] = {' ', 0, '"', 0, 0, 0, 0, 0, '(', 0, ':', '[', ',', '=', 0, 0};
    struct block word, digit, blank, separator;
    for (int i = 0; i < 4; i++) {
        uint8x16_t bytes = b.part[i], low = vandq_u8(bytes, vdupq_n_u8(15)), rows = rows_of(bytes);
        word.part[i] =
            vorrq_u8(vcgtq_u8(rows, vdupq_n_u8(ROW_TAB | ROW_SPACE)), vcgeq_u8(bytes, vdupq_n_u8(0x80)));
        digit.part[i] = vtstq_u8(rows, vdupq_n_u8(ROW_DIGIT));
        blank.part[i] = vtstq_u8(rows, vdupq_n_u8(ROW_TAB | ROW_SPACE));
        separator.part[i] =
            vandq_u8(vceqq_u8(vqtbl1q_u8(vld1q_u8(separators), low), bytes), vcgtq_u8(bytes, vdupq_n_u8(0)));
    }
    return (struct mask_classes){bits(word),      bits(digit),         bits(blank),
                                 bits(separator), bits(equal(b, '"')), last_letters(b, p, len, at)};
}

static inline size_t compact(struct block b, uint64_t blank, uint64_t keep, uint64_t marks, uint8_t *out)
{
    (void)blank;
    static const uint8_t places[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    const uint8_t *begin = out;
    for (int i = 0; i < 8; i++, keep >>= 8, marks >>= 8) {
        uint8x8_t bytes = i % 2 ? vget_high_u8(b.part[i / 2]) : vget_low_u8(b.part[i / 2]);
        bytes = vbsl_u8(vceq_u8(bytes, vdup_n_u8('\t')), vdup_n_u8(' '), bytes);
        bytes = vbsl_u8(vtst_u8(vdup_n_u8((uint8_t)marks), vld1_u8(places)), vdup_n_u8(MASK_BYTE), bytes);
        vst1_u8(out, vtbl1_u8(bytes, vcreate_u8(compact_by[keep & 255])));
        out += _mm_popcnt_u64(keep & 255);
    }
    return (size_t)(out - begin);
}

static inline struct block block_rest(const uint8_t *p, size_t n, size_t at)
{
    uint8_t rest[64] = {0};
    memcpy(rest, p + at, n - at);
    return block_load(rest);
}

static inline uint64_t block_equal(struct block b, char byte)
{
    return bits(equal(b, (uint8_t)byte));
}

struct hash_lanes {
    uint64x2_t sums[4];
};

static inline struct hash_lanes hash_block(struct hash_lanes lanes, const uint8_t *p, size_t n)
{
    static const uint8_t kept[2 * HASH_BLOCK] = {[0 ... HASH_BLOCK - 1] = 0xff};
    const uint8_t *keep = kept + HASH_BLOCK - n;
    for (int i = 0; i < 4; i++) {
        uint8x16_t block = vandq_u8(vld1q_u8(p + 16 * i), vld1q_u8(keep + 16 * i));
        uint64x2_t bytes = vreinterpretq_u64_u8(block), x = veorq_u64(bytes, vld1q_u64(hash_key + 2 * i));
        uint64x2_t sums = vaddq_u64(lanes.sums[i], bytes);
        sums = vmlal_u32(sums, vmovn_u64(x), vshrn_n_u64(x, 32));
        uint32x2_t factor = vmovn_u64(vld1q_u64(hash_factor + 2 * i));
        uint64x2_t high = vmull_u32(vshrn_n_u64(sums, 32), factor); /* halves by themselves */
        lanes.sums[i] = vmlal_u32(vshlq_n_u64(high, 32), vmovn_u64(sums), factor);
    }
    return lanes;
}

static inline uint64_t hash_sum(struct hash_lanes lanes)
{
    uint64x2_t *s = lanes.sums;
    return vaddvq_u64(vaddq_u64(vaddq_u64(s[0], s[1]), vaddq_u64(s[2], s[3])));
}

#include "pattern/mask_kernel.h"

const struct kernel kernel_neon = {"neon",     lines,     mask,    fingerprint, hash_lines,
                                   hash_whole, masked_at, text_at, hash_spans,  survey};

#endif
