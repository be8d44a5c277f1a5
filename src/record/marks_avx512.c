/* Marks by AVX-512 (VBMI, VBMI2). Offsets come from compressing the numbers 0 to 63 by the mask; the rest of
 * a line is a masked load. */
#include "record/marks.h"

#if defined(__x86_64__)

#include "record/layout.h"
#include "record/marks_block.h"

#include <immintrin.h>

/* clang-format off */
static const _Alignas(64) uint8_t numbers[64] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
/* clang-format on */

static inline uint64_t equal(__m512i bytes, char c)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
}

static inline uint32_t write(uint64_t marks, uint32_t at, uint16_t *ret_at)
{
    __m512i places = _mm512_maskz_compress_epi8(marks, _mm512_load_si512(numbers));
    __m512i base = _mm512_set1_epi16((short)at);
    uint32_t count = (uint32_t)_mm_popcnt_u64(marks);
    _mm512_storeu_si512(ret_at, _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(places)), base));
    if (count > 32)
        _mm512_storeu_si512(
            ret_at + 32, _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(places, 1)), base));
    return count;
}

static inline uint32_t find(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash, bool json)
{
    struct marks_state state = {0};
    uint32_t count = 0;
    for (uint32_t at = 0; at < n; at += 64) {
        __m512i bytes = n - at >= 64 ? _mm512_loadu_si512(p + at)
                                     : _mm512_maskz_loadu_epi8(_bzhi_u64(~0ull, n - at), p + at);
        uint64_t marks = marks_quotes(equal(bytes, '"'), equal(bytes, '\\'), &state);
        if (!json)
            marks = marks_pairs(marks, equal(bytes, ' ') | equal(bytes, '\t'), &state);
        count += write(marks, at, ret_at + count);
    }
    *ret_backslash = state.backslash != 0;
    return count;
}

static inline bool gap_is(const uint8_t *p, size_t there, const struct layout_node *node)
{
    (void)there; /* a masked load does not touch what it leaves out */
    __mmask32 bytes = _bzhi_u32(~0u, node->bytes);
    return _mm256_mask_cmpneq_epi8_mask(bytes, _mm256_maskz_loadu_epi8(bytes, p),
                                        _mm256_loadu_si256((const __m256i *)(const void *)node->text)) == 0;
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

/* The backslashes that begin an escape are squeezed out, and the letters behind them looked up. A block ends
 * before an escape that it does not hold whole. */
static size_t unescape(const uint8_t *p, size_t n, uint8_t *out, size_t *ret_read)
{
    const uint8_t *start = out;
    size_t at = 0;
    for (uint32_t used = 1; at < n && used; at += used) {
        used = n - at < 64 ? (uint32_t)(n - at) : 64;
        uint64_t there = _bzhi_u64(~0ull, used);
        __m512i bytes = _mm512_maskz_loadu_epi8(there, p + at);
        uint64_t slashes = equal(bytes, '\\');
        if (!slashes) {
            _mm512_storeu_si512(out, bytes);
            out += used;
            continue;
        }
        struct marks_state state = {0};
        uint64_t escaped = marks_escaped(slashes, &state) & there, begin = slashes & ~escaped;
        __m512i meant = _mm512_permutex2var_epi8(_mm512_load_si512(marks_meant), bytes,
                                                 _mm512_load_si512(marks_meant + 64));
        uint64_t other = escaped & (_mm512_testn_epi8_mask(meant, meant) | _mm512_movepi8_mask(bytes));
        used -= (uint32_t)(begin >> (used - 1)); /* begin has no bits behind it */
        if (other)
            used = (uint32_t)_tzcnt_u64(other) - 1;
        uint64_t kept = _bzhi_u64(~begin, used);
        _mm512_storeu_si512(out,
                            _mm512_maskz_compress_epi8(kept, _mm512_mask_mov_epi8(bytes, escaped, meant)));
        out += _mm_popcnt_u64(kept);
        if (other) {
            at += used;
            break;
        }
    }
    *ret_read = at;
    return (size_t)(out - start);
}

const struct marks_kernel marks_avx512 = {"avx512", json, pairs, walk, unescape};

#endif
