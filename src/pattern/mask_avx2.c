/* The AVX2 kernel (with BMI1, BMI2, LZCNT, POPCNT). mask_scalar.c says what it computes, mask_block.h how
 * runs are found; the way is that of mask_avx512.c:
 *
 *      for each 64 bytes of the message, and once for the rest (0..63 bytes; a short message is all rest)
 *          load them, look up their classes, make one 64-bit mask per class
 *          plan: which bytes to keep, which become MASK_BYTE (mask_block.h)
 *          put MASK_BYTE at the marks, spaces for tabs; compact what is kept
 *      take the trailing space back
 *
 * Departures:
 * 1. Classes come from two pshufb, by low and by high nibble; the `and` of the two has one bit per row of the
 *    ASCII table that the byte belongs to. Bytes >= 0x80 give 0 and are added by their sign bit.
 * 2. There is no masked load of bytes. The rest of a message of 64 bytes or more is loaded as its last 64,
 *    and the bytes that were done before are shifted out of the masks (skip). A message of 32 to 63 bytes is
 *    its first 32 and its last 32, which overlap: the second mask is laid over the first (shift), and the
 *    overlap is compacted once. A shorter one is copied to a buffer.
 * 3. There is no compress. Eight bytes at a time go through pshufb with a control from a table, and are
 *    stored as eight, whatever is kept of them: so up to 8 bytes behind the output are written. */
#include "pattern/kernel.h"

#if defined(__x86_64__)

#include "pattern/mask_block.h"
#include "pattern/mask_compact.h"
#include "pattern/mask_hash.h"

/* One bit for each set of low nibbles that goes with some high nibbles. Bit 7 stays free (see classify). */
enum row {
    ROW_TAB = 1,       /* 0x09 */
    ROW_SPACE = 2,     /* 0x20 */
    ROW_DASH = 4,      /* 0x2d 0x2e */
    ROW_UNDERLINE = 8, /* 0x5f */
    ROW_A_TO_O = 16,   /* 0x41..0x4f 0x61..0x6f */
    ROW_P_TO_Z = 32,   /* 0x50..0x5a 0x70..0x7a */
    ROW_DIGIT = 64,    /* 0x30..0x39 */
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

/* clang-format off */
static inline __m256i rows_of(__m256i bytes)
{
    enum { T = ROW_TAB, S = ROW_SPACE, M = ROW_DASH, U = ROW_UNDERLINE, A = ROW_A_TO_O, P = ROW_P_TO_Z, D = ROW_DIGIT };
    const __m256i by_low = TWICE(S | P | D, A | P | D, A | P | D, A | P | D, A | P | D, A | P | D, A | P | D, A | P | D,
                                 A | P | D, T | A | P | D, A | P, A, A, M | A, M | A, U | A);
    const __m256i by_high = TWICE(T, 0, S | M, D, A, P | U, A, P, 0, 0, 0, 0, 0, 0, 0, 0);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
    return _mm256_and_si256(_mm256_shuffle_epi8(by_low, bytes), _mm256_shuffle_epi8(by_high, high));
}
/* clang-format on */

static inline __m256i load32(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

static inline uint64_t bits(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

static inline __m256i equal(__m256i bytes, char c)
{
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c));
}

/* Up to 64 bytes in two registers. Byte i of the block is at i + skip of `low` if that is below 32, or else
 * at i + skip - shift of `high`. */
struct block {
    __m256i low, high;
    unsigned shift, skip;
};

static inline struct block block_load(const uint8_t *p)
{
    return (struct block){load32(p), load32(p + 32), 32, 0};
}

/* n < 32. */
static __attribute__((noinline)) struct block block_short(const uint8_t *p, size_t n)
{
    _Alignas(32) uint8_t copy[32] = {0};
    size_t half = n >= 16 ? 16 : n >= 8 ? 8 : n >= 4 ? 4 : 0;
    switch (half) { /* two halves, which may overlap */
    case 16: memcpy(copy, p, 16), memcpy(copy + n - 16, p + n - 16, 16); break;
    case 8: memcpy(copy, p, 8), memcpy(copy + n - 8, p + n - 8, 8); break;
    case 4: memcpy(copy, p, 4), memcpy(copy + n - 4, p + n - 4, 4); break;
    default:
        for (size_t i = 0; i < n; i++)
            copy[i] = p[i];
    }
    return (struct block){_mm256_load_si256((const __m256i *)copy), _mm256_setzero_si256(), 32, 0};
}

/* What is left of p[0, n) from `at` on, less than 64 bytes. */
static inline struct block block_rest(const uint8_t *p, size_t n, size_t at)
{
    if (n >= 64)
        return (struct block){load32(p + n - 64), load32(p + n - 32), 32, (unsigned)(64 - (n - at))};
    if (n >= 32)
        return (struct block){load32(p), load32(p + n - 32), (unsigned)(n - 32), 0};
    return block_short(p, n);
}

static inline uint64_t block_mask(struct block b, __m256i low, __m256i high)
{
    return (bits(low) | bits(high) << b.shift) >> b.skip;
}

/* Separators have low nibbles of their own, so one pshufb says which separator a byte would have to be. */
static inline __m256i separators(__m256i bytes)
{
    const __m256i by_low = TWICE(' ', 0, '"', 0, 0, 0, 0, 0, '(', 0, ':', '[', ',', '=', 0, 0);
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(by_low, bytes), bytes);
}

/* Whose names' last letter may these be, or last but one, two, three? As in rows_of, with a bit for each
 * name. */
enum name { STATUS = 1, CODE = 2, EXIT = 4, SIGNAL = 8, ERRNO = 16, HTTP = 32, SQLSTATE = 64 };

/* clang-format off */
static inline __m256i letters(__m256i bytes, unsigned back)
{
    enum { U = STATUS, C = CODE, X = EXIT, G = SIGNAL, R = ERRNO, H = HTTP, Q = SQLSTATE };
    const __m256i by_low[4] = {
        TWICE(H, 0, 0, U, X, C | Q, 0, 0, 0, 0, 0, 0, G, 0, 0, R), /* s e t l o p e */
        TWICE(0, G, 0, 0, C | H | Q, U, 0, 0, 0, X, 0, 0, 0, 0, R, 0), /* u d i a n t t */
        TWICE(0, Q, R, 0, U | H, 0, 0, 0, X, 0, 0, 0, 0, 0, G, C), /* t o x n r t a */
        TWICE(0, U, R, C, Q, X, 0, G, H, 0, 0, 0, 0, 0, 0, 0), /* a c e g r h t */
    };
    static const uint8_t a_to_o[4] = {C | Q | G | R, C | X | G | R, C | G | Q, U | C | X | G | H};
    static const uint8_t p_to_z[4] = {U | X | H, U | H | Q, U | X | R | H, R | Q};
    const char a = (char)a_to_o[back], p = (char)p_to_z[back];
    const __m256i by_high = TWICE(0, 0, 0, 0, a, p, a, p, 0, 0, 0, 0, 0, 0, 0, 0);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
    return _mm256_and_si256(_mm256_shuffle_epi8(by_low[back], bytes), _mm256_shuffle_epi8(by_high, high));
}
/* clang-format on */

/* Bytes `back` further, 0 before the first. */
static inline __m256i moved(__m256i bytes, unsigned back)
{
    __m256i before = _mm256_permute2x128_si256(bytes, bytes, 0x08);
    switch (back) {
    case 1: return _mm256_alignr_epi8(bytes, before, 15);
    case 2: return _mm256_alignr_epi8(bytes, before, 14);
    default: return _mm256_alignr_epi8(bytes, before, 13);
    }
}

/* Bit i: byte i is the last letter of a name. What is too near to the start to be loaded again is only asked
 * for that letter. */
static inline uint64_t last_letters(struct block b, const uint8_t *p, size_t len, size_t at)
{
    __m256i low = letters(b.low, 0), high = letters(b.high, 0);
    size_t end = at + len, last = end >= 32 ? end - 32 : 0; /* where high begins, if there is one */
    for (unsigned back = 1; back < 4; back++) {
        if (at == 0)
            low = _mm256_and_si256(low, letters(moved(b.low, back), back));
        else if (end >= 64 + 3)
            low = _mm256_and_si256(low, letters(load32(p + end - 64 - back), back));
        if (last >= 3)
            high = _mm256_and_si256(high, letters(load32(p + last - back), back));
    }
    const __m256i none = _mm256_setzero_si256(), all = _mm256_set1_epi8(-1);
    return block_mask(b, _mm256_xor_si256(_mm256_cmpeq_epi8(low, none), all),
                      _mm256_xor_si256(_mm256_cmpeq_epi8(high, none), all));
}

static inline __m256i above(__m256i rows, int row)
{
    return _mm256_cmpgt_epi8(rows, _mm256_set1_epi8((char)row));
}

static inline struct mask_classes classify(struct block b, const uint8_t *p, size_t len, size_t at)
{
    __m256i low = rows_of(b.low), high = rows_of(b.high);
    uint64_t word = block_mask(b, _mm256_or_si256(above(low, ROW_TAB | ROW_SPACE), b.low),
                               _mm256_or_si256(above(high, ROW_TAB | ROW_SPACE), b.high));
    return (struct mask_classes){
        .word = word,
        /* ROW_DIGIT becomes the sign. */
        .digit = block_mask(b, _mm256_slli_epi16(low, 1), _mm256_slli_epi16(high, 1)),
        .blank = block_mask(b, above(low, 0), above(high, 0)) & ~word,
        .separator = block_mask(b, separators(b.low), separators(b.high)),
        .quote = block_mask(b, equal(b.low, '"'), equal(b.high, '"')),
        .last = last_letters(b, p, len, at),
    };
}

static inline uint8_t *compact16(__m128i bytes, unsigned keep, uint8_t *out)
{
    unsigned first = keep & 255, second = keep >> 8 & 255;
    __m128i by =
        _mm_set_epi64x((int64_t)(compact_by[second] + 0x0808080808080808u), (int64_t)compact_by[first]);
    bytes = _mm_shuffle_epi8(bytes, by);
    int64_t kept = _mm_cvtsi128_si64(bytes);
    memcpy(out, &kept, sizeof kept);
    out += _mm_popcnt_u32(first);
    kept = _mm_extract_epi64(bytes, 1);
    memcpy(out, &kept, sizeof kept);
    return out + _mm_popcnt_u32(second);
}

static inline uint8_t *compact32(__m256i bytes, uint32_t keep, uint8_t *out)
{
    out = compact16(_mm256_castsi256_si128(bytes), keep, out);
    return compact16(_mm256_extracti128_si256(bytes, 1), keep >> 16, out);
}

/* Bytes whose bit in marks is set become MASK_BYTE, tabs become spaces. */
static inline __m256i edit(__m256i bytes, uint32_t marks)
{
    const __m256i byte_of = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit_of = _mm256_set1_epi64x((int64_t)0x8040201008040201u);
    __m256i marked = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32((int)marks), byte_of), bit_of);
    bytes = _mm256_xor_si256(bytes, _mm256_and_si256(equal(bytes, '\t'), _mm256_set1_epi8('\t' ^ ' ')));
    return _mm256_blendv_epi8(bytes, _mm256_set1_epi8(MASK_BYTE), _mm256_cmpeq_epi8(marked, bit_of));
}

static inline size_t compact(struct block b, uint64_t blank, uint64_t keep, uint64_t marks, uint8_t *out)
{
    (void)blank;
    keep <<= b.skip;
    marks <<= b.skip;
    uint8_t *end = compact32(edit(b.low, (uint32_t)marks), (uint32_t)keep, out);
    end = compact32(edit(b.high, (uint32_t)(marks >> b.shift)), (uint32_t)(keep >> 32 << 32 >> b.shift), end);
    return (size_t)(end - out);
}

static inline uint64_t block_equal(struct block b, char byte)
{
    return block_mask(b, equal(b.low, byte), equal(b.high, byte));
}

struct hash_lanes {
    __m256i low, high;
};

/* Four lanes. Their product with a factor of 32 bits: halves by themselves. */
static inline __m256i hash_half(__m256i sums, __m256i bytes, const uint64_t *key, const uint64_t *factor)
{
    __m256i x = _mm256_xor_si256(bytes, _mm256_load_si256((const __m256i *)key));
    __m256i by = _mm256_load_si256((const __m256i *)factor);
    __m256i product = _mm256_mul_epu32(x, _mm256_srli_epi64(x, 32));
    sums = _mm256_add_epi64(_mm256_add_epi64(sums, bytes), product);
    __m256i high = _mm256_mul_epu32(_mm256_srli_epi64(sums, 32), by);
    return _mm256_add_epi64(_mm256_mul_epu32(sums, by), _mm256_slli_epi64(high, 32));
}

static inline struct hash_lanes hash_block(struct hash_lanes lanes, const uint8_t *p, size_t n)
{
    static const uint8_t kept[2 * HASH_BLOCK] = {[0 ... HASH_BLOCK - 1] = 0xff};
    const uint8_t *keep = kept + HASH_BLOCK - n;
    __m256i low = _mm256_and_si256(load32(p), load32(keep));
    __m256i high = _mm256_and_si256(load32(p + 32), load32(keep + 32));
    return (struct hash_lanes){hash_half(lanes.low, low, hash_key, hash_factor),
                               hash_half(lanes.high, high, hash_key + 4, hash_factor + 4)};
}

static inline uint64_t hash_sum(struct hash_lanes lanes)
{
    __m256i four = _mm256_add_epi64(lanes.low, lanes.high);
    __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
    return (uint64_t)_mm_cvtsi128_si64(two) + (uint64_t)_mm_extract_epi64(two, 1);
}

#include "pattern/mask_kernel.h"

const struct kernel kernel_avx2 = {"avx2",     lines,     mask,    fingerprint, hash_lines,
                                   hash_whole, masked_at, text_at, hash_spans,  survey};

#endif
