/* The AVX-512 kernel (F, DQ, BW, VL, VBMI, VBMI2). mask_scalar.c says what it computes, mask_block.h how runs
 * are found.
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

#define XXH_INLINE_ALL
#include <xxhash.h>

/* clang-format off */
#define W  CLASS_WORD
#define WD (CLASS_WORD | CLASS_DIGIT)
#define WL (CLASS_WORD | CLASS_LAST)

static const _Alignas(64) uint8_t classes_of[128] = {
    ['\t'] = CLASS_BLANK,    [' '] = CLASS_BLANK | CLASS_SEPARATOR, ['"'] = CLASS_SEPARATOR | CLASS_LAST,
    ['='] = CLASS_SEPARATOR, [':'] = CLASS_SEPARATOR,               ['('] = CLASS_SEPARATOR,
    ['['] = CLASS_SEPARATOR, [','] = CLASS_SEPARATOR,
    /* words */
    ['_'] = W, ['-'] = W, ['.'] = W, ['0' ... '9'] = WD,
    ['A' ... 'D'] = W, ['E'] = WL, ['F' ... 'K'] = W, ['L'] = WL, ['M' ... 'N'] = W, ['O' ... 'P'] = WL,
    ['Q' ... 'R'] = W, ['S' ... 'T'] = WL, ['U' ... 'Z'] = W,
    ['a' ... 'd'] = W, ['e'] = WL, ['f' ... 'k'] = W, ['l'] = WL, ['m' ... 'n'] = W, ['o' ... 'p'] = WL,
    ['q' ... 'r'] = W, ['s' ... 't'] = WL, ['u' ... 'z'] = W,
};
/* clang-format on */

static inline __m512i load(const uint8_t *p, size_t len)
{
    return len >= 64 ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi8(_bzhi_u64(~0ull, (unsigned)len), p);
}

static inline struct mask_classes classify(__m512i bytes)
{
    __m512i classes =
        _mm512_permutex2var_epi8(_mm512_load_si512(classes_of), bytes, _mm512_load_si512(classes_of + 64));
    classes = _mm512_mask_mov_epi8(classes, _mm512_movepi8_mask(bytes), _mm512_set1_epi8(CLASS_WORD));
    return (struct mask_classes){
        .word = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_WORD)),
        .digit = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_DIGIT)),
        .blank = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_BLANK)),
        .separator = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_SEPARATOR)),
        .last = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(CLASS_LAST)),
    };
}

/* Carry out the plan; returns how many bytes of out are used now. */
static inline size_t compact(__m512i bytes, uint64_t blank, struct mask_plan plan, uint8_t *out)
{
    bytes = _mm512_mask_mov_epi8(bytes, blank, _mm512_set1_epi8(' '));
    bytes = _mm512_mask_mov_epi8(bytes, plan.marks, _mm512_set1_epi8(MASK_BYTE));
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(plan.keep, bytes));
    return (size_t)_mm_popcnt_u64(plan.keep);
}

static inline size_t mask_message(const uint8_t *p, size_t n, uint8_t *out)
{
    struct mask_state state = MASK_STATE_START;
    size_t used = 0, at = 0;
    for (; n - at >= 64; at += 64) {
        __m512i bytes = _mm512_loadu_si512(p + at);
        struct mask_classes c = classify(bytes);
        struct mask_plan plan = mask_plan(c, 64, &state, p, n, at);
        used -= plan.rewind;
        used += compact(bytes, c.blank, plan, out + used);
    }
    if (at < n) {
        __m512i bytes = load(p + at, n - at);
        struct mask_classes c = classify(bytes);
        struct mask_plan plan = mask_plan(c, (unsigned)(n - at), &state, p, n, at);
        used -= plan.rewind;
        used += compact(bytes, c.blank, plan, out + used);
    }
    return used - (used && out[used - 1] == ' ');
}

static size_t mask(const uint8_t *p, size_t n, uint8_t *out)
{
    return mask_message(p, n, out);
}

static void fingerprint(const struct span *messages, const uint64_t *seeds, size_t count, uint8_t *scratch,
                        uint64_t *ret_fingerprints)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = mask_message(messages[i].ptr, messages[i].len, scratch);
        ret_fingerprints[i] = fingerprint_mix(XXH3_64bits(scratch, n), seeds[i]);
    }
}

/* A block may hold 64 ends: the last ends before cap are left to the scalar kernel, as are the last bytes. */
static size_t lines(const uint8_t *p, size_t n, uint32_t *ret_ends, size_t cap, bool *ret_escapes)
{
    size_t count = 0, at = 0;
    __mmask64 escapes = 0;
    for (; n - at >= 64 && cap - count >= 64; at += 64) {
        __m512i bytes = _mm512_loadu_si512(p + at);
        uint64_t ends = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
        escapes |= _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x1b));
        count += ends_write(ends, (uint32_t)at, ret_ends + count);
    }
    *ret_escapes |= escapes != 0;
    return lines_rest(p, n, at, ret_ends, count, cap, ret_escapes);
}

const struct kernel kernel_avx512 = {"avx512", lines, mask, fingerprint};

#endif
