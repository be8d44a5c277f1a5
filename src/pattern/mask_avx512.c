/* The AVX-512 kernel (F, DQ, BW, VL, VBMI, VBMI2, GFNI). mask_scalar.c says what it computes, mask_block.h
 * how runs are found.
 *
 *      for each 64 bytes of the message, and once for the rest (0..63 bytes; a short message is all rest)
 *          load them, look up their classes, make one 64-bit mask per class
 *          plan: which bytes to keep, which become MASK_BYTE (mask_block.h)
 *          put MASK_BYTE at the marks, spaces at the blanks; compress what is kept; store
 *      take the trailing space back
 *
 * Departures:
 * 1. Classes come from one vpermi2b: its 128-byte table is two registers, and the low 7 bits of a byte are
 *    the index. Bytes >= 0x80 alias ASCII there and are overwritten.
 * 2. The rest is one masked load, which does not touch what it leaves out.
 * 3. vpcompressb goes to a register and then to memory as a whole: to memory it is microcode on Zen 4. So up
 *    to 64 bytes behind the output are written, which is why out has room for n + 64. */
#include "pattern/kernel.h"

#if defined(__x86_64__)

#include "pattern/mask_block.h"
#include "pattern/mask_hash.h"

/* clang-format off */
#define W  CLASS_WORD
#define WD (CLASS_WORD | CLASS_DIGIT)

static const _Alignas(64) uint8_t classes_of[128] = {
    ['\t'] = CLASS_BLANK,    [' '] = CLASS_BLANK | CLASS_SEPARATOR, ['"'] = CLASS_SEPARATOR | CLASS_QUOTE,
    ['='] = CLASS_SEPARATOR, [':'] = CLASS_SEPARATOR,               ['('] = CLASS_SEPARATOR,
    ['['] = CLASS_SEPARATOR, [','] = CLASS_SEPARATOR,
    /* words */
    ['_'] = W, ['-'] = W, ['.'] = W, ['0' ... '9'] = WD,
    ['A' ... 'Z'] = W, ['a' ... 'z'] = W,
};

/* For the last letters of names, the last but one, two and three: whose they are. By the low six bits of a byte:
 * some marks and digits look like letters. */
enum { STATUS = 1, CODE = 2, EXIT = 4, SIGNAL = 8, ERRNO = 16, HTTP = 32, SQLSTATE = 64 };
#define LETTER(c, names) [(c) & 31] = (names), [((c) & 31) | 32] = (names)
static const _Alignas(64) uint8_t letters_of[4][64] = {
    {LETTER('s', STATUS), LETTER('e', CODE | SQLSTATE), LETTER('t', EXIT), LETTER('l', SIGNAL), LETTER('o', ERRNO),
     LETTER('p', HTTP)},
    {LETTER('u', STATUS), LETTER('d', CODE), LETTER('i', EXIT), LETTER('a', SIGNAL), LETTER('n', ERRNO),
     LETTER('t', HTTP | SQLSTATE)},
    {LETTER('t', STATUS | HTTP), LETTER('o', CODE), LETTER('x', EXIT), LETTER('n', SIGNAL), LETTER('r', ERRNO),
     LETTER('a', SQLSTATE)},
    {LETTER('a', STATUS), LETTER('c', CODE), LETTER('e', EXIT), LETTER('g', SIGNAL), LETTER('r', ERRNO),
     LETTER('h', HTTP), LETTER('t', SQLSTATE)},
};
/* clang-format on */

struct block {
    __m512i bytes;
};

static inline struct block block_load(const uint8_t *p)
{
    return (struct block){_mm512_loadu_si512(p)};
}

static inline struct block block_rest(const uint8_t *p, size_t n, size_t at)
{
    return (struct block){_mm512_maskz_loadu_epi8(_bzhi_u64(~0ull, (unsigned)(n - at)), p + at)};
}

static inline uint64_t block_equal(struct block b, char byte)
{
    return _mm512_cmpeq_epi8_mask(b.bytes, _mm512_set1_epi8(byte));
}

/* Which names may the bytes `back` before those of the block be a letter of? */
static inline __m512i letters(struct block b, const uint8_t *p, size_t len, size_t at, unsigned back)
{
    static const _Alignas(64) uint8_t places[64 + 3] = {
        0,  0,  0,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
        20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
        43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    __m512i bytes = b.bytes;
    if (back && at)
        bytes = len == 64 ? _mm512_loadu_si512(p + at - back)
                          : _mm512_maskz_loadu_epi8(_bzhi_u64(~0ull, (unsigned)len), p + at - back);
    else if (back)
        bytes = _mm512_maskz_permutexvar_epi8(~0ull << back, _mm512_loadu_si512(places + 3 - back), bytes);
    return _mm512_permutexvar_epi8(bytes, _mm512_load_si512(letters_of[back]));
}

static inline struct mask_classes classify(struct block b, const uint8_t *p, size_t len, size_t at)
{
    __m512i names = _mm512_and_si512(_mm512_and_si512(letters(b, p, len, at, 0), letters(b, p, len, at, 1)),
                                     _mm512_and_si512(letters(b, p, len, at, 2), letters(b, p, len, at, 3)));
    __m512i classes =
        _mm512_permutex2var_epi8(_mm512_load_si512(classes_of), b.bytes, _mm512_load_si512(classes_of + 64));
    classes = _mm512_mask_mov_epi8(classes, _mm512_movepi8_mask(b.bytes), _mm512_set1_epi8(CLASS_WORD));
    return (struct mask_classes){
        .word = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_WORD)),
        .digit = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_DIGIT)),
        .blank = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_BLANK)),
        .separator = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_SEPARATOR)),
        .quote = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_QUOTE)),
        .last = _mm512_test_epi8_mask(names, names),
    };
}

static inline size_t compact(struct block b, uint64_t blank, uint64_t keep, uint64_t marks, uint8_t *out)
{
    __m512i bytes = _mm512_mask_mov_epi8(b.bytes, blank, _mm512_set1_epi8(' '));
    bytes = _mm512_mask_mov_epi8(bytes, marks, _mm512_set1_epi8(MASK_BYTE));
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, bytes));
    return (size_t)_mm_popcnt_u64(keep);
}

/* Survey: what a byte is becomes eight bits of one lookup, and eight blocks at a time become eight masks of
 * each bit. A product with the unit vectors makes of eight bytes the eight parts of their masks; a shuffle
 * brings parts of one mask together, and then it is a matrix of 8 by 8 masks that is turned round. So no
 * class costs a comparison of its own, and the letters of names no lookups of theirs. For words, and for
 * other bytes: */
enum plane {
    PLANE_WORD,
    PLANE_FOURTH, /* letters that stand fourth, third, ... from the end of a name; of the last two places they
                     are */
    PLANE_THIRD,  /* told apart by code, exit, http, sqlstate; and status, signal, errno */
    PLANE_SECOND,
    PLANE_FIRST,
    PLANE_SECOND_TOO,
    PLANE_FIRST_TOO,
    PLANE_DIGIT,
    PLANES,
    PLANE_LOW = PLANE_SECOND_TOO, /* of digits: 1 to 5; for letters these are too many, by a few */
    PLANE_BLANK = PLANE_FOURTH,
    PLANE_QUOTE,
    PLANE_LINE,
    PLANE_COLON,
    PLANE_ESCAPE,
    PLANE_SEPARATOR,
};
#define EIGHT_BYTES (8 * 64)

/* clang-format off */
#define IS(plane)     (1 << PLANE_##plane)
#define BOTH(c, bits) [(c)] = IS(WORD) | (bits), [(c) - 0x20] = IS(WORD) | (bits)
static const _Alignas(64) uint8_t planes_of[128] = {
    ['\t'] = IS(BLANK), [' '] = IS(BLANK) | IS(SEPARATOR), ['"'] = IS(QUOTE) | IS(SEPARATOR), ['\n'] = IS(LINE),
    [':'] = IS(COLON) | IS(SEPARATOR), [0x1b] = IS(ESCAPE), ['='] = IS(SEPARATOR), ['('] = IS(SEPARATOR),
    ['['] = IS(SEPARATOR), [','] = IS(SEPARATOR),
    ['_'] = IS(WORD), ['-'] = IS(WORD), ['.'] = IS(WORD), ['0'] = IS(WORD) | IS(DIGIT),
    ['1' ... '5'] = IS(WORD) | IS(DIGIT) | IS(LOW), ['6' ... '9'] = IS(WORD) | IS(DIGIT),
    BOTH('a', IS(FOURTH) | IS(THIRD) | IS(SECOND_TOO)), BOTH('b', 0), BOTH('c', IS(FOURTH)), BOTH('d', IS(SECOND)),
    BOTH('e', IS(FOURTH) | IS(FIRST)), BOTH('f', 0), BOTH('g', IS(FOURTH)), BOTH('h', IS(FOURTH)), BOTH('i', IS(SECOND)),
    BOTH('j', 0), BOTH('k', 0), BOTH('l', IS(FIRST_TOO)), BOTH('m', 0), BOTH('n', IS(THIRD) | IS(SECOND_TOO)),
    BOTH('o', IS(THIRD) | IS(FIRST_TOO)), BOTH('p', IS(FIRST)), BOTH('q', 0), BOTH('r', IS(FOURTH) | IS(THIRD)),
    BOTH('s', IS(FIRST_TOO)), BOTH('t', IS(FOURTH) | IS(THIRD) | IS(SECOND) | IS(FIRST)), BOTH('u', IS(SECOND_TOO)),
    BOTH('v', 0), BOTH('w', 0), BOTH('x', IS(THIRD)), BOTH('y', 0), BOTH('z', 0),
};
#undef BOTH
#undef IS
#define ROW(i) (i), (i) + 8, (i) + 16, (i) + 24, (i) + 32, (i) + 40, (i) + 48, (i) + 56,
static const _Alignas(64) uint8_t parts_together[64] = {ROW(0) ROW(1) ROW(2) ROW(3) ROW(4) ROW(5) ROW(6) ROW(7)};
#undef ROW
/* clang-format on */

/* The masks of the 64 bytes at p, one for each plane. */
static inline __attribute__((always_inline)) __m512i block_planes(const uint8_t *p)
{
    const __m512i backwards = _mm512_set4_epi32(0x08090a0b, 0x0c0d0e0f, 0x00010203, 0x04050607);
    __m512i bytes = _mm512_loadu_si512(p);
    __m512i planes =
        _mm512_permutex2var_epi8(_mm512_load_si512(planes_of), bytes, _mm512_load_si512(planes_of + 64));
    planes = _mm512_mask_mov_epi8(planes, _mm512_movepi8_mask(bytes), _mm512_set1_epi8(1 << PLANE_WORD));
    planes = _mm512_shuffle_epi8(planes, backwards);
    planes = _mm512_gf2p8affine_epi64_epi8(_mm512_set1_epi64((int64_t)0x8040201008040201), planes, 0);
    return _mm512_permutexvar_epi8(_mm512_load_si512(parts_together), planes);
}

/* p[0, EIGHT_BYTES) */
static inline void eight_planes(const uint8_t *p, __m512i *ret_planes)
{
    __m512i a[8], b[8];
    for (int i = 0; i < 8; i++)
        a[i] = block_planes(p + 64 * i);
    for (int i = 0; i < 8; i += 2) {
        b[i] = _mm512_unpacklo_epi64(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi64(a[i], a[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int k = 0; k < 2; k++) {
            a[i + k] = _mm512_shuffle_i64x2(b[i + k], b[i + k + 2], 0x88);
            a[i + k + 2] = _mm512_shuffle_i64x2(b[i + k], b[i + k + 2], 0xdd);
        }
    for (int k = 0; k < 4; k++) {
        b[k] = _mm512_shuffle_i64x2(a[k], a[k + 4], 0x88);
        b[k + 4] = _mm512_shuffle_i64x2(a[k], a[k + 4], 0xdd);
    }
    for (int i = 0; i < 8; i++)
        ret_planes[i] = b[i];
}

struct hash_lanes {
    __m512i sums;
};

static inline struct hash_lanes hash_block(struct hash_lanes lanes, const uint8_t *p, size_t n)
{
    __m512i bytes = _mm512_maskz_loadu_epi8(_bzhi_u64(~0ull, (unsigned)n), p);
    __m512i x = _mm512_xor_si512(bytes, _mm512_load_si512(hash_key));
    __m512i product = _mm512_mul_epu32(x, _mm512_srli_epi64(x, 32));
    __m512i sums = _mm512_add_epi64(_mm512_add_epi64(lanes.sums, bytes), product);
    return (struct hash_lanes){_mm512_mullo_epi64(sums, _mm512_load_si512(hash_factor))};
}

static inline uint64_t hash_sum(struct hash_lanes lanes)
{
    /* not _mm512_reduce_add_epi64: its last step is a sum of signed numbers, which may overflow */
    __m256i four =
        _mm256_add_epi64(_mm512_castsi512_si256(lanes.sums), _mm512_extracti64x4_epi64(lanes.sums, 1));
    __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_add_epi64(two, _mm_unpackhi_epi64(two, two)));
}

#include "pattern/mask_kernel.h"

const struct kernel kernel_avx512 = {"avx512",   lines,     mask,    fingerprint, hash_lines,
                                     hash_whole, masked_at, text_at, hash_spans,  survey};

#endif
