/* The words that stamps are made of: English months and days (C locale; no program logs others by default)
 * and the zone abbreviations that have one common meaning in logs. */
#include "record/stamp_parts.h"

static uint32_t letters3(const uint8_t *p)
{
    return ((uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]) | 0x202020;
}

#define WORD3(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

/* Behind three letters: the rest of the full name, or no letter at all. */
static const uint8_t *name_rest(const uint8_t *p, const uint8_t *end, const char *rest)
{
    if (p == end || !is_alpha(*p))
        return p;
    for (; *rest; rest++, p++)
        if (p == end || (*p | 0x20) != *rest)
            return NULL;
    return p < end && is_alpha(*p) ? NULL : p;
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

/* CST, IST and BST have several meanings: the ones most often met in logs are taken (US, India, Britain). */
static bool zone_minutes_of(const uint8_t *p, size_t len, int *ret_minutes)
{
    static const struct {
        char name[5];
        int16_t minutes;
    } zones[] = {{"UTC", 0},     {"GMT", 0},     {"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300},
                 {"MST", -420},  {"MDT", -360},  {"PST", -480}, {"PDT", -420}, {"CET", 60},   {"CEST", 120},
                 {"EET", 120},   {"EEST", 180},  {"WET", 0},    {"WEST", 60},  {"MSK", 180},  {"JST", 540},
                 {"KST", 540},   {"IST", 330},   {"BST", 60},   {"AEST", 600}, {"AEDT", 660}, {"ACST", 570},
                 {"AWST", 480},  {"NZST", 720},  {"NZDT", 780}, {"HKT", 480},  {"SGT", 480},  {"SAST", 120},
                 {"AKST", -540}, {"AKDT", -480}, {"HST", -600}};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (memcmp(zones[i].name, p, 3) != 0)
            continue;
        uint8_t fourth = (uint8_t)zones[i].name[3];
        if (len == 3 ? fourth == 0 : fourth == p[3]) {
            *ret_minutes = zones[i].minutes;
            return true;
        }
    }
    return false;
}

const uint8_t *zone_name_read(const uint8_t *p, const uint8_t *end, int *ret_minutes)
{
    size_t len = 0;
    while (len < 5 && p + len < end && is_upper(p[len]))
        len++;
    if (len == 1 && p[0] == 'Z')
        *ret_minutes = 0;
    else if (len < 3 || len > 4 || (p[len - 1] != 'T' && p[len - 1] != 'C' && p[len - 1] != 'K') ||
             !zone_minutes_of(p, len, ret_minutes))
        return NULL;
    p += len;
    return p < end && (is_alpha(*p) || is_digit(*p) || *p == '_') ? NULL : p;
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
    case 'A': return 19;
    case 'F': return 21;
    default: return 0;
    }
}
