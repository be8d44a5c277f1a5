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
                                     hash_whole, masked_at, text_at, survey};

#endif
