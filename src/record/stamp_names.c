/* The words that stamps are made of: English months and days (C locale; no program logs others by
 * default) and the letters of levels. */
#include "record/stamp_parts.h"

static uint32_t letters3(const uint8_t *p)
{
    return ((uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]) | 0x202020;
}

#define WORD3(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

/* Behind three letters: the rest of the full name, or no letter at all. */
static const uint8_t *name_rest(const uint8_t *p, const uint8_t *end, const char *rest)
{
    if (p == end || !is_letter(*p))
        return p;
    for (; *rest; rest++, p++)
        if (p == end || (*p | 0x20) != *rest)
            return NULL;
    return p < end && is_letter(*p) ? NULL : p;
}

const uint8_t *month_name_read(const uint8_t *p, const uint8_t *end, uint8_t *ret_month)
{
    static const char rests[12][10] = {"uary", "ruary", "ch",     "il",   "",      "e",
                                       "y",    "ust",   "tember", "ober", "ember", "ember"};
    unsigned month;
    if (end - p < 3)
        return NULL;
    switch (letters3(p)) {
    case WORD3('j', 'a', 'n'): month = 1; break;
    case WORD3('f', 'e', 'b'): month = 2; break;
    case WORD3('m', 'a', 'r'): month = 3; break;
    case WORD3('a', 'p', 'r'): month = 4; break;
    case WORD3('m', 'a', 'y'): month = 5; break;
    case WORD3('j', 'u', 'n'): month = 6; break;
    case WORD3('j', 'u', 'l'): month = 7; break;
    case WORD3('a', 'u', 'g'): month = 8; break;
    case WORD3('s', 'e', 'p'): month = 9; break;
    case WORD3('o', 'c', 't'): month = 10; break;
    case WORD3('n', 'o', 'v'): month = 11; break;
    case WORD3('d', 'e', 'c'): month = 12; break;
    default: return NULL;
    }
    *ret_month = (uint8_t)month;
    return name_rest(p + 3, end, rests[month - 1]);
}

const uint8_t *weekday_name_read(const uint8_t *p, const uint8_t *end)
{
    if (end - p < 3)
        return NULL;
    switch (letters3(p)) {
    case WORD3('m', 'o', 'n'):
    case WORD3('s', 'u', 'n'):
    case WORD3('f', 'r', 'i'): return name_rest(p + 3, end, "day");
    case WORD3('t', 'u', 'e'): return name_rest(p + 3, end, "sday");
    case WORD3('w', 'e', 'd'): return name_rest(p + 3, end, "nesday");
    case WORD3('t', 'h', 'u'): return name_rest(p + 3, end, "rsday");
    case WORD3('s', 'a', 't'): return name_rest(p + 3, end, "urday");
    default: return NULL;
    }
}

uint8_t severity_letter(uint8_t letter)
{
    switch (letter) {
    case 'V':
    case 'T': return 1;
    case 'D': return 5;
    case 'I': return 9;
    case 'N': return 10;
    case 'W': return 13;
    case 'E': return 17;
    case 'C': return 18;
    case 'F': return 21;
    default: return 0;
    }
}

/* Could a stamp start here? Most texts start with a word, and few words as a month or day does: with three
 * letters, and then the fourth of the whole name or no letter. Which word comes next nothing foretells: there
 * is no branch on the three. */
bool stamp_may_start(struct span text)
{
#define NAME(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
    static const uint32_t names[26][4] = {
        ['a' - 'a'] = {NAME('a', 'p', 'r', 'i'), NAME('a', 'u', 'g', 'u')},
        ['d' - 'a'] = {NAME('d', 'e', 'c', 'e')},
        ['f' - 'a'] = {NAME('f', 'e', 'b', 'r'), NAME('f', 'r', 'i', 'd')},
        ['j' - 'a'] = {NAME('j', 'a', 'n', 'u'), NAME('j', 'u', 'n', 'e'), NAME('j', 'u', 'l', 'y')},
        ['m' - 'a'] = {NAME('m', 'a', 'r', 'c'), NAME('m', 'a', 'y', 0), NAME('m', 'o', 'n', 'd')},
        ['n' - 'a'] = {NAME('n', 'o', 'v', 'e')},
        ['o' - 'a'] = {NAME('o', 'c', 't', 'o')},
        ['s' - 'a'] = {NAME('s', 'e', 'p', 't'), NAME('s', 'u', 'n', 'd'), NAME('s', 'a', 't', 'u')},
        ['t' - 'a'] = {NAME('t', 'u', 'e', 's'), NAME('t', 'h', 'u', 'r')},
        ['w' - 'a'] = {NAME('w', 'e', 'd', 'n')}};
    if (text.len < 4)
        return text.len > 1;
    const uint8_t *p = text.ptr;
    uint32_t word = NAME(p[0], p[1], p[2], p[3]) | 0x20202020, three = NAME(0xff, 0xff, 0xff, 0);
    if ((word & 0xff) - 'a' >= 26 || (word >> 8 & 0xff) - 'a' >= 26)
        return true;
    const uint32_t *name = names[(word & 0xff) - 'a'];
    bool first = ((word ^ name[0]) & three) == 0, second = ((word ^ name[1]) & three) == 0,
         third = ((word ^ name[2]) & three) == 0;
    if (!(first | second | third))
        return false;
    return (word >> 24) - 'a' >= 26 || word == name[first ? 0 : second ? 1 : 2];
#undef NAME
}
