/* Marks by AVX2 (and BMI, PCLMUL). Two registers make a block; the last one of a line reaches back into the
 * one before. */
#include "record/marks.h"

#if defined(__x86_64__)

#include "record/layout.h"
#include "record/marks_block.h"

#include <immintrin.h>
#include <string.h>

struct block {
    __m256i low, high;
};

static inline struct block load(const uint8_t *p)
{
    return (struct block){_mm256_loadu_si256((const __m256i *)(const void *)p),
                          _mm256_loadu_si256((const __m256i *)(const void *)(p + 32))};
}

static inline uint64_t bits(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

static inline uint64_t equal(struct block b, char c)
{
    __m256i all = _mm256_set1_epi8(c);
    return bits(_mm256_cmpeq_epi8(b.low, all), _mm256_cmpeq_epi8(b.high, all));
}

static inline uint32_t find(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash, bool json)
{
    struct marks_state state = {0};
    uint32_t count = 0;
    uint8_t rest[64] = {0};
    for (uint32_t at = 0; at < n; at += 64) {
        uint32_t before = 0; /* of bytes that the block before had */
        const uint8_t *from = p + at;
        if (n - at < 64 && n >= 64) {
            before = 64 - (n - at);
            from -= before;
        } else if (n < 64) {
            from = memcpy(rest, p, n);
        }
        struct block b = load(from);
        uint64_t marks = marks_quotes(equal(b, '"') >> before, equal(b, '\\') >> before, &state);
        if (!json)
            marks = marks_pairs(marks, (equal(b, ' ') | equal(b, '\t')) >> before, &state);
        count += marks_write(marks, at, ret_at + count, json ? MARKS_STEP_JSON : MARKS_STEP_PAIRS);
    }
    *ret_backslash = state.backslash != 0;
    return count;
}

static inline bool gap_is(const uint8_t *p, size_t there, const struct layout_node *node)
{
    if (there < LAYOUT_GAP_BYTES)
        return memcmp(p, node->text, node->bytes) == 0;
    __m256i gap = _mm256_loadu_si256((const __m256i *)(const void *)node->text);
    __m256i same = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(const void *)p), gap);
    return _bzhi_u32(~(uint32_t)_mm256_movemask_epi8(same), node->bytes) == 0;
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

/* For eight bits, a byte for each that is set: its number. */
#define PLACE(m, i)                                                                                          \
    ((m) >> (i)&1 ? (uint64_t)(i) << 8 * __builtin_popcount((m) & ((1u << (i)) - 1)) : (uint64_t)0)
#define ROW(m)                                                                                               \
    PLACE(m, 0) | PLACE(m, 1) | PLACE(m, 2) | PLACE(m, 3) | PLACE(m, 4) | PLACE(m, 5) | PLACE(m, 6) |        \
        PLACE(m, 7)
#define ROWS_4(m)  ROW(m), ROW(m + 1u), ROW(m + 2u), ROW(m + 3u)
#define ROWS_16(m) ROWS_4(m), ROWS_4(m + 4u), ROWS_4(m + 8u), ROWS_4(m + 12u)
#define ROWS_64(m) ROWS_16(m), ROWS_16(m + 16u), ROWS_16(m + 32u), ROWS_16(m + 48u)
static const uint64_t places[256] = {ROWS_64(0u), ROWS_64(64u), ROWS_64(128u), ROWS_64(192u)};

/* Of bytes[0, 64) those that are kept, to out; eight bytes behind them may be overwritten. */
static inline uint8_t *squeeze(const uint8_t *bytes, uint64_t kept, uint8_t *out)
{
    for (unsigned i = 0; i < 8; i++, kept >>= 8) {
        __m128i eight = _mm_loadl_epi64((const __m128i *)(const void *)(bytes + 8 * i));
        __m128i order = _mm_loadl_epi64((const __m128i *)(const void *)&places[kept & 0xff]);
        _mm_storel_epi64((__m128i *)(void *)out, _mm_shuffle_epi8(eight, order));
        out += _mm_popcnt_u32(kept & 0xff);
    }
    return out;
}

/* The backslashes that begin an escape are squeezed out; letters that mean another byte are seldom, and put
 * in one by one. A block ends before an escape that it does not hold whole. */
static size_t unescape(const uint8_t *p, size_t n, uint8_t *out, size_t *ret_read)
{
    const uint8_t *start = out;
    size_t at = 0;
    bool ends = false;
    for (uint32_t used = 1; at < n && used && !ends; at += used) {
        uint8_t rest[64];
        const uint8_t *bytes = p + at;
        used = 64;
        if (n - at < 64) {
            used = (uint32_t)(n - at);
            memset(rest, 0, sizeof rest);
            bytes = memcpy(rest, bytes, used);
        }
        struct block b = load(bytes);
        uint64_t slashes = equal(b, '\\');
        if (!slashes) {
            memcpy(out, bytes, 64);
            out += used;
            continue;
        }
        struct marks_state state = {0};
        uint64_t escaped = marks_escaped(slashes, &state), begin = slashes & ~escaped;
        uint64_t others = escaped & ~(slashes | equal(b, '"') | equal(b, '/'));
        used -= (uint32_t)(begin >> (used - 1)); /* begin has no bits behind it */
        others = _bzhi_u64(others, used);
        for (uint64_t left = others; left && !ends; left &= left - 1) {
            uint32_t i = (uint32_t)_tzcnt_u64(left);
            ends = bytes[i] >= 128 || !marks_meant[bytes[i]];
            used = ends ? i - 1 : used;
        }
        uint64_t kept = _bzhi_u64(~begin, used);
        uint8_t *end = squeeze(bytes, kept, out);
        for (others = _bzhi_u64(others, used); others; others &= others - 1) {
            uint32_t i = (uint32_t)_tzcnt_u64(others);
            out[_mm_popcnt_u64(_bzhi_u64(kept, i))] = marks_meant[bytes[i]];
        }
        out = end;
    }
    *ret_read = at;
    return (size_t)(out - start);
}

const struct marks_kernel marks_avx2 = {"avx2", json, pairs, walk, unescape};

#endif
