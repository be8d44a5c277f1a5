#include "record/glance.h"

#if defined(__SSE2__)
#include <emmintrin.h>

enum { GLANCE_BYTES = 18 }; /* a name, what ends it, and what is behind that */

/* How whatever join.c knows begins: its openings, crashes, and PHP's "Next ". Shorter ones are looked for
 * apart. */
static const _Alignas(16) char openings[][4] = {
    "Caus", "CONT", "Supp", "Stac", "STAT", "pani", "fata", "from", "--->", "--- ", "Exce", "Unha",
    "Unca", "term", "thre", "Fata", "File", "PHP ", "** (", "[CIR", "[cau", "... ", "goro", "crea",
    "Duri", "DETA", "The ", "Trac", "stac", "HINT", "QUER", "note", "Next", "Segm", "Abor", "Kill"};
_Static_assert(sizeof openings % 16 == 0, "four at a time");

static __m128i load(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

static __m128i in_range(__m128i bytes, char from, char count)
{
    __m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8(from));
    return _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8((char)(count - 1))), value);
}

static bool opens(const uint8_t *p)
{
    uint32_t first;
    memcpy(&first, p, sizeof first);
    __m128i word = _mm_set1_epi32((int)first), same = _mm_setzero_si128();
    for (size_t i = 0; i < sizeof openings; i += 16)
        same = _mm_or_si128(same, _mm_cmpeq_epi32(word, load((const char *)openings + i)));
    bool at = ((first ^ (uint32_t)('a' | 't' << 8 | ' ' << 16)) & 0xffffff) == 0;
    return (_mm_movemask_epi8(same) != 0) | at | (p[0] == '^') | (p[0] == '#');
}

/* Can the first word be the name of an exception? Those end before a colon or bracket. */
static bool may_be_name(const uint8_t *p)
{
    __m128i bytes = load(p), folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    __m128i name = _mm_or_si128(in_range(folded, 'a', 26), in_range(bytes, '0', 10));
    name = _mm_or_si128(name, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
    name = _mm_or_si128(name, _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')),
                                           _mm_cmpeq_epi8(bytes, _mm_set1_epi8('$'))));
    unsigned n = (unsigned)__builtin_ctz(~(unsigned)_mm_movemask_epi8(name));
    return (n == 16) | (p[n] == ':') | (p[n] == '(') | ((p[n] == ' ') & (p[n + 1] == '('));
}

bool glance_is_text(struct span text)
{
    if (text.len < GLANCE_BYTES)
        return false;
    uint8_t first = text.ptr[0], last = text.ptr[text.len - 1];
    bool place = ((first == 'n') | (first == '/')) & ((unsigned)last - '0' < 10); /* Node's */
    return !(opens(text.ptr) | may_be_name(text.ptr) | place | (last == ')'));
}
#else
bool glance_is_text(struct span text)
{
    (void)text;
    return false;
}
#endif
