/* find: the first of a few bytes in p[0, n), sixteen at a time where the machine can. Nothing outside is
 * read. */
#ifndef ONSET_RECORD_FIND_H
#define ONSET_RECORD_FIND_H

#include <stdint.h>

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
