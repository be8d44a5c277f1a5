/* find: the first of a few bytes in p[0, n), sixteen at a time where the machine can. Nothing outside is
 * read. */
#ifndef ONSET_RECORD_FIND_H
#define ONSET_RECORD_FIND_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>

/* HIT: an expression over `bytes`, 16 of them, whose byte is 0xff where the search ends. */
#define FIND_BY_16(p, end, HIT)                                                                              \
    for (; (end) - (p) >= 16; (p) += 16) {                                                                   \
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p));                                 \
        unsigned hits = (unsigned)_mm_movemask_epi8(HIT);                                                    \
        if (hits)                                                                                            \
            return (p) + __builtin_ctz(hits);                                                                \
    }
#define FIND_IS(c) _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))
#endif

/* Are the first n bytes of a[0, 32) and b[0, 32) the same? n from 1 to 32. */
static inline bool find_same32(const uint8_t *a, const uint8_t *b, unsigned n)
{
#if defined(__SSE2__)
    __m128i low = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)a),
                                 _mm_loadu_si128((const __m128i *)(const void *)b));
    __m128i high = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(a + 16)),
                                  _mm_loadu_si128((const __m128i *)(const void *)(b + 16)));
    uint32_t differ = ~((uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16);
    return differ << (32 - n) == 0;
#else
    return memcmp(a, b, n) == 0;
#endif
}

#if defined(__SSE2__)
static inline uint64_t find_differ16(const uint8_t *a, const uint8_t *b)
{
    __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)a),
                                   _mm_loadu_si128((const __m128i *)(const void *)b));
    return (unsigned)_mm_movemask_epi8(equal) ^ 0xffffu;
}
#endif

/* How many bytes a[0, n) and b[0, n) share at their starts; n up to 64. The halves overlap, so that nothing
 * hangs on what they share and little on n. */
static inline size_t find_shared(const uint8_t *a, const uint8_t *b, size_t n)
{
    size_t i = 0;
#if defined(__SSE2__)
    uint64_t differ = 0;
    if (n >= 32) {
        differ = find_differ16(a + n - 32, b + n - 32) | find_differ16(a + n - 16, b + n - 16) << 16;
        differ = differ << (n - 32) | find_differ16(a, b) | find_differ16(a + 16, b + 16) << 16;
    } else if (n >= 16) {
        differ = find_differ16(a + n - 16, b + n - 16) << (n - 16) | find_differ16(a, b);
    }
    if (n >= 16)
        return differ ? (size_t)__builtin_ctzll(differ) : n;
#endif
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

/* p[0, n) to `to`, n up to 64, without a call. */
static inline void find_copy(uint8_t *to, const uint8_t *p, size_t n)
{
    if (n >= 32) {
        memcpy(to + n - 32, p + n - 32, 32);
        memcpy(to, p, 32);
    } else if (n >= 16) {
        memcpy(to + n - 16, p + n - 16, 16);
        memcpy(to, p, 16);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = p[i];
    }
}

/* p[0, 8) as one number. */
static inline uint64_t find_load8(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* Is c among p[0, 24)? */
static inline bool find_in24(const uint8_t *p, char c)
{
#if defined(__SSE2__)
    __m128i a = _mm_loadu_si128((const __m128i *)(const void *)p),
            b = _mm_loadu_si128((const __m128i *)(const void *)(p + 8)), of = _mm_set1_epi8(c);
    return _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(a, of), _mm_cmpeq_epi8(b, of))) != 0;
#else
    return memchr(p, c, 24) != NULL;
#endif
}

/* Where the first a or b of p[0, 32) is; 0 when there is none. */
static inline unsigned find_either32(const uint8_t *p, char a, char b)
{
#if defined(__SSE2__)
    uint32_t found = 0;
    for (unsigned i = 0; i < 2; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        found |= (uint32_t)_mm_movemask_epi8(_mm_or_si128(FIND_IS(a), FIND_IS(b))) << (16 * i);
    }
    return found ? (unsigned)__builtin_ctz(found) : 0;
#else
    unsigned at = 0;
    while (at < 32 && p[at] != (uint8_t)a && p[at] != (uint8_t)b)
        at++;
    return at < 32 ? at : 0;
#endif
}

/* Where the first c of p[0, n) is, mostly near its beginning; n when there is none. */
static inline size_t find_near(const uint8_t *p, size_t n, char c)
{
    size_t i = 0;
#if defined(__SSE2__)
    if (n >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned found = (unsigned)_mm_movemask_epi8(FIND_IS(c));
        if (found)
            return (size_t)__builtin_ctz(found);
        i = 16;
    }
#endif
    while (i < n && p[i] != (uint8_t)c)
        i++;
    return i;
}

/* Bit i: p[i] is c; n up to 64. What is from `begin` to p can be read as well. */
static inline uint64_t find_marks(const uint8_t *begin, const uint8_t *p, size_t n, char c)
{
    uint64_t marks = 0;
    size_t i = 0;
#if defined(__SSE2__)
    __m128i of = _mm_set1_epi8(c);
    for (; n - i >= 16; i += 16)
        marks |= (uint64_t)(unsigned)_mm_movemask_epi8(
                     _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + i)), of))
                 << i;
    if (i < n && (size_t)(p - begin) + n >= 16) {
        unsigned last = (unsigned)_mm_movemask_epi8(
            _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + n - 16)), of));
        return marks | (uint64_t)(last >> (16 - (n - i))) << i;
    }
#else
    (void)begin;
#endif
    for (; i < n; i++)
        marks |= (uint64_t)(p[i] == (uint8_t)c) << i;
    return marks;
}

/* Bit i: p[i] is c; all of p[0, 64) can be read. */
static inline uint64_t find_marks64(const uint8_t *p, char c)
{
    uint64_t marks = 0;
#if defined(__SSE2__)
    for (unsigned i = 0; i < 4; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        marks |= (uint64_t)(unsigned)_mm_movemask_epi8(FIND_IS(c)) << (16 * i);
    }
#else
    for (unsigned i = 0; i < 64; i++)
        marks |= (uint64_t)(p[i] == (uint8_t)c) << i;
#endif
    return marks;
}

/* Where the first c of p[0, 48) is, when no letter stands before it; 0: elsewhere, nowhere, or behind one. */
static inline unsigned find_unlettered48(const uint8_t *p, char c)
{
#if defined(__SSE2__)
    uint64_t marks = 0, letters = 0;
    for (unsigned i = 0; i < 3; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        __m128i is_letter = _mm_and_si128(_mm_cmpgt_epi8(folded, _mm_set1_epi8('a' - 1)),
                                          _mm_cmpgt_epi8(_mm_set1_epi8('z' + 1), folded));
        marks |= (uint64_t)(unsigned)_mm_movemask_epi8(FIND_IS(c)) << (16 * i);
        letters |= (uint64_t)(unsigned)_mm_movemask_epi8(is_letter) << (16 * i);
    }
    return marks && !(letters & (marks ^ (marks - 1))) ? (unsigned)__builtin_ctzll(marks) : 0;
#else
    unsigned at = 0;
    while (at < 48 && p[at] != (uint8_t)c && (unsigned)(p[at] | 0x20) - 'a' >= 26)
        at++;
    return at < 48 && p[at] == (uint8_t)c ? at : 0;
#endif
}

/* A quote or backslash; end when there is none. */
static inline const uint8_t *find_quote(const uint8_t *p, const uint8_t *end)
{
#if defined(__SSE2__)
    FIND_BY_16(p, end, _mm_or_si128(FIND_IS('"'), FIND_IS('\\')))
#endif
    while (p < end && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* A quote or a bracket of an object or array; end when there is none. */
static inline const uint8_t *find_nesting(const uint8_t *p, const uint8_t *end)
{
#if defined(__SSE2__)
    const __m128i fold = _mm_set1_epi8(0x20); /* makes '[' and ']' what '{' and '}' are */
    FIND_BY_16(p, end,
               _mm_or_si128(FIND_IS('"'),
                            _mm_or_si128(_mm_cmpeq_epi8(_mm_or_si128(bytes, fold), _mm_set1_epi8('{')),
                                         _mm_cmpeq_epi8(_mm_or_si128(bytes, fold), _mm_set1_epi8('}')))))
#endif
    while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}')
        p++;
    return p;
}

/* What is no letter, no digit, no byte above 0x7f and none of + - . _ ; end when there is none. */
static inline const uint8_t *find_word_end(const uint8_t *p, const uint8_t *end)
{
#if defined(__SSE2__)
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(folded, _mm_set1_epi8('a' - 1)),
                                        _mm_cmpgt_epi8(_mm_set1_epi8('z' + 1), folded));
        __m128i others = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('+' - 1)), /* + , - . / 0 to 9 */
                                       _mm_cmpgt_epi8(_mm_set1_epi8('9' + 1), bytes));
        others = _mm_andnot_si128(_mm_or_si128(FIND_IS(','), FIND_IS('/')), others);
        others = _mm_or_si128(_mm_or_si128(others, FIND_IS('_')), bytes); /* its highest bit counts */
        unsigned ends = ~(unsigned)_mm_movemask_epi8(_mm_or_si128(letters, others)) & 0xffff;
        if (ends)
            return p + __builtin_ctz(ends);
    }
#endif
    while (p < end && ((unsigned)(*p | 0x20) - 'a' < 26 || (unsigned)*p - '0' < 10 || *p == '+' ||
                       *p == '-' || *p == '.' || *p == '_' || *p >= 0x80))
        p++;
    return p;
}

/* A space or tab; end when there is none. */
static inline const uint8_t *find_blank(const uint8_t *p, const uint8_t *end)
{
#if defined(__SSE2__)
    FIND_BY_16(p, end, _mm_or_si128(FIND_IS(' '), FIND_IS('\t')))
#endif
    while (p < end && *p != ' ' && *p != '\t')
        p++;
    return p;
}

#endif
