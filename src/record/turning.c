/* A word counts when it is a stem with an ending of verbs behind it: "scaling" and "Scaled", not "scalar" or
 * "application". Words are told by their first letter, then by stem. */
#include "record/turning.h"

#include "base/ascii.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    LOOK_BYTES = 160, /* what a message tells comes first */
    STEM_BYTES = 12,
};

/* Stems of changes, and of work that begins, by their first letter; a bit for the second and third letter of
 * each, which most words do not have. */
#define P(second, third) (1ull << (((second)*7 + (third)) & 63))
struct stems {
    uint64_t pairs;
    const char (*changes)[STEM_BYTES], (*work)[STEM_BYTES]; /* an empty one ends them; NULL: none */
};
#define STEMS(...)                                                                                           \
    (const char[][STEM_BYTES])                                                                               \
    {                                                                                                        \
        __VA_ARGS__, ""                                                                                      \
    }
static const struct stems stems_of[26] = {
    ['a' - 'a'] = {P('c', 't') | P('l', 't') | P('p', 'p') | P('t', 't') | P('d', 'd'),
                   STEMS("activat", "alter", "appl", "attach", "add"), NULL},
    ['b' - 'a'] = {P('i', 'n') | P('e', 'g'), STEMS("bind"), STEMS("begin")},
    ['c' - 'a'] = {P('h', 'a') | P('o', 'n') | P('o', 'r') | P('r', 'e') | P('m', 'd') | P('o', 'm'),
                   STEMS("chang", "configur", "cordon", "creat"), STEMS("cmd", "command", "commit")},
    ['d' - 'a'] = {P('e', 'l') | P('e', 'p') | P('e', 'a') | P('e', 's') | P('e', 't') | P('i', 's') |
                       P('r', 'a') | P('r', 'o') | P('e', 'm') | P('e', 'r'),
                   STEMS("delet", "deploy", "deactivat", "destroy", "detach", "disabl", "drain", "drop",
                         "demot", "deregister"),
                   NULL},
    ['e' - 'a'] = {P('n', 'a') | P('v', 'i') | P('l', 'e') | P('x', 'e'), STEMS("enabl", "evict"),
                   STEMS("elect", "execut")},
    ['f' - 'a'] = {P('a', 'i'), STEMS("failover"), NULL},
    ['g' - 'a'] = {P('r', 'a'), STEMS("grant"), NULL},
    ['i' - 'a'] = {P('n', 's') | P('n', 'c') | P('m', 'p'), STEMS("install", "increas"), STEMS("import")},
    ['j' - 'a'] = {P('o', 'i'), NULL, STEMS("join")},
    ['k' - 'a'] = {P('i', 'l'), STEMS("kill"), NULL},
    ['l' - 'a'] = {P('a', 'u') | P('o', 'a'), NULL, STEMS("launch", "load")},
    ['m' - 'a'] = {P('i', 'g') | P('o', 'd') | P('o', 'v'), STEMS("migrat", "modif", "mov"), NULL},
    ['p' - 'a'] = {P('r', 'u') | P('r', 'o') | P('a', 't') | P('u', 'r') | P('u', 'b'),
                   STEMS("prun", "promot", "patch", "purg", "publish"), NULL},
    ['r' - 'a'] = {P('e', 'm') | P('e', 's') | P('e', 'l') | P('e', 'p') | P('o', 'l') | P('o', 't') |
                       P('e', 'v') | P('e', 'n') | P('e', 'c') | P('e', 'b') | P('e', 'd') | P('u', 'n'),
                   STEMS("remov", "restart", "reload", "replac", "rescal", "roll", "rotat", "revert", "revok",
                         "renam", "renew", "recreat", "rebalanc", "reconfigur", "reduc", "restor", "resync"),
                   STEMS("run")},
    ['s' - 'a'] = {P('c', 'a') | P('e', 't') | P('y', 'n') | P('w', 'i') | P('t', 'o') | P('h', 'r') |
                       P('u', 's') | P('w', 'a') | P('p', 'l') | P('c', 'h') | P('t', 'a'),
                   STEMS("scal", "set", "sett", "sync", "switch", "stop", "stopp", "shrink", "suspend",
                         "swap", "swapp", "split", "splitt"),
                   STEMS("schedul", "start")},
    ['t' - 'a'] = {P('e', 'r') | P('r', 'u') | P('o', 'g'), STEMS("terminat", "truncat", "toggl"), NULL},
    ['u' - 'a'] = {P('p', 'd') | P('p', 'g') | P('p', 's') | P('n', 'i') | P('n', 'r') | P('n', 'b'),
                   STEMS("updat", "upgrad", "upsert", "uninstall", "unregister", "unbind"), NULL},
    ['w' - 'a'] = {P('i', 't'), STEMS("withdraw"), NULL},
};
#undef STEMS

/* Bit i: p[i] is a letter; n up to 64. What is from begin on can be read as well. */
static uint64_t letters_of(const uint8_t *begin, const uint8_t *p, size_t n)
{
    uint64_t letters = 0;
    size_t i = 0;
#if defined(__SSE2__)
    while (i < n && (size_t)(p - begin) + n >= 16) {
        size_t again = n - i < 16 ? 16 - (n - i) : 0; /* bytes that were looked at before */
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i - again));
        __m128i at = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i is = _mm_cmpeq_epi8(_mm_min_epu8(at, _mm_set1_epi8(25)), at);
        letters |= (uint64_t)((unsigned)_mm_movemask_epi8(is) >> again) << i;
        i += 16 - again;
    }
#else
    (void)begin;
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

static bool is_of(struct span word, const char (*list)[STEM_BYTES])
{
    const uint8_t *p = word.ptr;
    char opening[3] = {(char)(p[0] | 0x20), (char)(p[1] | 0x20), (char)(p[2] | 0x20)};
    for (; (*list)[0]; list++) {
        const char *stem = *list;
        if (memcmp(stem, opening, sizeof opening) != 0)
            continue;
        size_t n = sizeof opening;
        while (stem[n] && n < word.len && (p[n] | 0x20) == (uint8_t)stem[n])
            n++;
        if (!stem[n] && is_ending(p + n, word.len - n))
            return true;
    }
    return false;
}

/* p[0, n): a word of three letters or more, and what is behind it. */
static bool is_among(const uint8_t *p, size_t n, bool or_work)
{
    const struct stems *stems = &stems_of[(p[0] | 0x20) - 'a'];
    if (!(stems->pairs & P(p[1] | 0x20, p[2] | 0x20)))
        return false;
    size_t end = 3;
    while (end < n && is_letter(p[end]))
        end++;
    struct span word = span_make(p, end);
    return (stems->changes && is_of(word, stems->changes)) ||
           (or_work && stems->work && is_of(word, stems->work));
}

/* Words are found by where letters begin, sixty-four bytes at a time: by one byte after the other the ends of
 * words are as many branches that nothing foretells. */
static bool tells(struct span message, bool or_work)
{
    enum { BLOCKS = (LOOK_BYTES + 63) / 64 };
    size_t len = message.len < LOOK_BYTES ? message.len : LOOK_BYTES;
    uint64_t letters[BLOCKS + 1] = {0}, before = 0;
    for (size_t i = 0; i * 64 < len; i++)
        letters[i] = letters_of(message.ptr, message.ptr + i * 64, len - i * 64 < 64 ? len - i * 64 : 64);
    for (size_t i = 0; i * 64 < len; i++) {
        uint64_t here = letters[i], next = letters[i + 1];
        uint64_t words = here & ~(here << 1 | before) & (here >> 1 | next << 63) & (here >> 2 | next << 62);
        before = here >> 63;
        for (; words; words &= words - 1) {
            size_t at = i * 64 + (size_t)__builtin_ctzll(words);
            if (is_among(message.ptr + at, len - at, or_work))
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
