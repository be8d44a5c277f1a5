/* A word counts when it is a stem with an ending of verbs behind it: "scaling" and "Scaled", not "scalar" or
 * "application". Words are told by their first letter, then by stem. */
#include "record/turning.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { LOOK_BYTES = 160 }; /* what a message tells comes first */

/* Stems by their first letter; a bit for each second and each third letter, which most words do not have. */
#define B(letter) (1u << ((letter) - 'a'))
struct stems {
    uint32_t second, third;
    const char *list;
};
static const struct stems changes[26] = {
    ['a' - 'a'] = {B('c') | B('d') | B('l') | B('p') | B('t'), B('d') | B('p') | B('t'),
                   "activat alter appl attach add "},
    ['b' - 'a'] = {B('i'), B('n'), "bind "},
    ['c' - 'a'] = {B('h') | B('o') | B('r'), B('a') | B('e') | B('n') | B('r'),
                   "chang configur cordon creat "},
    ['d' - 'a'] = {B('e') | B('i') | B('r'),
                   B('a') | B('l') | B('m') | B('o') | B('p') | B('r') | B('s') | B('t'),
                   "delet deploy deactivat destroy detach disabl drain drop demot deregister "},
    ['e' - 'a'] = {B('n') | B('v'), B('a') | B('i'), "enabl evict "},
    ['f' - 'a'] = {B('a'), B('i'), "failover "},
    ['g' - 'a'] = {B('r'), B('a'), "grant "},
    ['i' - 'a'] = {B('n'), B('c') | B('s'), "install increas "},
    ['k' - 'a'] = {B('i'), B('l'), "kill "},
    ['m' - 'a'] = {B('i') | B('o'), B('d') | B('g') | B('v'), "migrat modif mov "},
    ['p' - 'a'] = {B('a') | B('r') | B('u'), B('b') | B('o') | B('r') | B('t') | B('u'),
                   "prun promot patch purg publish "},
    ['r' - 'a'] = {B('e') | B('o'),
                   B('b') | B('c') | B('d') | B('l') | B('m') | B('n') | B('p') | B('s') | B('t') | B('v'),
                   "remov restart reload replac rescal roll rotat revert revok renam renew "
                   "recreat rebalanc reconfigur reduc restor resync "},
    ['s' - 'a'] = {B('c') | B('e') | B('h') | B('p') | B('t') | B('u') | B('w') | B('y'),
                   B('a') | B('i') | B('l') | B('n') | B('o') | B('r') | B('s') | B('t'),
                   "scal set sett sync switch stop stopp shrink suspend swap swapp split splitt "},
    ['t' - 'a'] = {B('e') | B('o') | B('r'), B('g') | B('r') | B('u'), "terminat truncat toggl "},
    ['u' - 'a'] = {B('n') | B('p'), B('b') | B('d') | B('g') | B('i') | B('r') | B('s'),
                   "updat upgrad upsert uninstall unregister unbind "},
    ['w' - 'a'] = {B('i'), B('t'), "withdraw "},
};
#undef B

static bool is_letter(uint8_t c)
{
    return (unsigned)(c | 0x20) - 'a' < 26;
}

/* Bit i: p[i] is a letter; n up to 64. */
static uint64_t letters_of(const uint8_t *p, size_t n)
{
    uint64_t letters = 0;
    size_t i = 0;
#if defined(__SSE2__)
    for (; n - i >= 16; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        __m128i at = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i is = _mm_cmpeq_epi8(_mm_min_epu8(at, _mm_set1_epi8(25)), at);
        letters |= (uint64_t)(unsigned)_mm_movemask_epi8(is) << i;
    }
#endif
    for (; i < n; i++)
        letters |= (uint64_t)is_letter(p[i]) << i;
    return letters;
}

/* What a stem of a verb ends with where it tells of something done: "y" and "ies" of "apply". */
static bool is_ending(const uint8_t *p, size_t n)
{
    static const char endings[][5] = {"",  "e",   "s",    "es",  "ed",   "ing",
                                      "y", "ied", "ying", "ion", "ment", "n"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t len = strlen(endings[i]), at = 0;
        if (len != n)
            continue;
        while (at < n && (p[at] | 0x20) == (uint8_t)endings[i][at])
            at++;
        if (at == n)
            return true;
    }
    return false;
}

/* list: stems, a blank behind each */
static bool is_of(struct span word, const char *list)
{
    while (*list) {
        size_t n = 0;
        while (list[n] != ' ' && n < word.len && (word.ptr[n] | 0x20) == (uint8_t)list[n])
            n++;
        if (list[n] == ' ' && is_ending(word.ptr + n, word.len - n))
            return true;
        list = strchr(list, ' ') + 1;
    }
    return false;
}

/* Of work that begins, in the same way. */
#define B(letter) (1u << ((letter) - 'a'))
static const struct stems work[26] = {
    ['b' - 'a'] = {B('e'), B('g'), "begin "},
    ['c' - 'a'] = {B('m') | B('o'), B('d') | B('m'), "cmd command commit "},
    ['e' - 'a'] = {B('l') | B('x'), B('e'), "elect execut "},
    ['i' - 'a'] = {B('m'), B('p'), "import "},
    ['j' - 'a'] = {B('o'), B('i'), "join "},
    ['l' - 'a'] = {B('a') | B('o'), B('a') | B('u'), "launch load "},
    ['r' - 'a'] = {B('u'), B('n'), "run "},
    ['s' - 'a'] = {B('c') | B('t'), B('a') | B('h'), "schedul start "},
};
#undef B

/* p[0, n): a word of three letters or more, and what is behind it. */
static bool is_among(const uint8_t *p, size_t n, const struct stems *lists)
{
    const struct stems *stems = &lists[(p[0] | 0x20) - 'a'];
    if (!(stems->second >> ((p[1] | 0x20) - 'a') & stems->third >> ((p[2] | 0x20) - 'a') & 1))
        return false;
    size_t end = 3;
    while (end < n && is_letter(p[end]))
        end++;
    return is_of(span_make(p, end), stems->list);
}

/* Words are found by where letters begin, sixty-four bytes at a time: by one byte after the other the ends of
 * words are as many branches that nothing foretells. */
static bool tells(struct span message, bool or_work)
{
    enum { BLOCKS = (LOOK_BYTES + 63) / 64 };
    size_t len = message.len < LOOK_BYTES ? message.len : LOOK_BYTES;
    uint64_t letters[BLOCKS + 1] = {0}, before = 0;
    for (size_t i = 0; i * 64 < len; i++)
        letters[i] = letters_of(message.ptr + i * 64, len - i * 64 < 64 ? len - i * 64 : 64);
    for (size_t i = 0; i * 64 < len; i++) {
        uint64_t here = letters[i], next = letters[i + 1];
        uint64_t words = here & ~(here << 1 | before) & (here >> 1 | next << 63) & (here >> 2 | next << 62);
        before = here >> 63;
        for (; words; words &= words - 1) {
            size_t at = i * 64 + (size_t)__builtin_ctzll(words);
            const uint8_t *word = message.ptr + at;
            if (is_among(word, len - at, changes) || (or_work && is_among(word, len - at, work)))
                return true;
        }
    }
    return false;
}

bool turning_is_told(struct span message)
{
    return tells(message, false);
}

bool turning_is_work(struct span message)
{
    return tells(message, true);
}
