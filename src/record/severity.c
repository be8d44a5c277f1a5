/* Levels are told by whole runs of word bytes (as the masking sees them) and never by a run that holds a
 * digit, so that all lines of one pattern get one level. */
#include "record/severity_parts.h"

/* By length: only those of the length of a word are compared with it. */
static const struct level levels[] = {
    {"trc", 3, 1, false},           {"dbg", 3, 5, false},
    {"inf", 3, 9, false},           {"log", 3, 9, true},
    {"wrn", 3, 13, false},          {"err", 3, 17, false},
    {"crt", 3, 18, false},          {"ftl", 3, 21, false},
    {"bug", 3, 17, true},           {"vrb", 3, 1, false},
    {"verb", 4, 1, true},           {"trce", 4, 1, false},
    {"emer", 4, 21, false},         {"dbug", 4, 5, false},
    {"fine", 4, 5, true},           {"info", 4, 9, false},
    {"note", 4, 10, true},          {"warn", 4, 13, false},
    {"eror", 4, 17, false},         {"erro", 4, 17, false},
    {"fail", 4, 17, true},          {"crit", 4, 18, false},
    {"oops", 4, 17, true},          {"noti", 4, 10, false},
    {"fata", 4, 21, false},         {"pani", 4, 21, false},
    {"debu", 4, 5, false},          {"debg", 4, 5, false},
    {"trace", 5, 1, false},         {"finer", 5, 2, true},
    {"debug", 5, 5, false},         {"warni", 5, 13, false},
    {"error", 5, 17, false},        {"alert", 5, 19, false},
    {"fatal", 5, 21, false},        {"panic", 5, 21, false},
    {"emerg", 5, 21, false},        {"major", 5, 17, true},
    {"minor", 5, 13, true},         {"finest", 6, 1, true},
    {"config", 6, 9, true},         {"system", 6, 9, true},
    {"notice", 6, 10, false},       {"severe", 6, 17, false},
    {"dpanic", 6, 21, false},       {"verbose", 7, 1, false},
    {"warning", 7, 13, false},      {"failure", 7, 17, true},
    {"success", 7, 9, true},        {"critical", 8, 18, false},
    {"emergency", 9, 21, false},    {"exception", 9, 17, false},
    {"information", 11, 9, true},   {"notification", 12, 10, true},
    {"informational", 13, 9, true},
};

/* The first level of a length, for each length. */
static const uint8_t first_of_length[] = {0, 0, 0, 0, 10, 28, 39, 45, 49, 50, 52, 52, 53, 54, 55};

/* The first letters of the levels of a length, a bit for each: most words are dismissed by it. */
#define BIT(letter) (1u << ((letter) - 'a'))
static const uint32_t starts_of_length[] = {
    [3] = BIT('b') | BIT('c') | BIT('d') | BIT('e') | BIT('f') | BIT('i') | BIT('l') | BIT('t') | BIT('v') |
          BIT('w'),
    [4] = BIT('c') | BIT('d') | BIT('e') | BIT('f') | BIT('i') | BIT('n') | BIT('o') | BIT('p') | BIT('t') |
          BIT('v') | BIT('w'),
    [5] = BIT('a') | BIT('d') | BIT('e') | BIT('f') | BIT('m') | BIT('p') | BIT('t') | BIT('w'),
    [6] = BIT('c') | BIT('d') | BIT('f') | BIT('n') | BIT('s'),
    [7] = BIT('f') | BIT('s') | BIT('v') | BIT('w'),
    [8] = BIT('c'),
    [9] = BIT('e'),
    [11] = BIT('i'),
    [12] = BIT('n'),
    [13] = BIT('i'),
};
#undef BIT

static bool same_letters(struct span word, const char *name)
{
    for (size_t i = 0; i < word.len; i++)
        if (lower(word.ptr[i]) != (uint8_t)name[i])
            return false;
    return true;
}

const struct level *level_find(struct span word)
{
    if (word.len > LEVEL_BYTES_MAX || !is_letter(word.ptr[0]) ||
        !(starts_of_length[word.len] >> ((word.ptr[0] | 0x20) - 'a') & 1))
        return NULL;
    char first = (char)(word.ptr[0] | 0x20);
    for (size_t i = first_of_length[word.len]; i < first_of_length[word.len + 1]; i++)
        if (first == levels[i].name[0] && same_letters(word, levels[i].name))
            return &levels[i];
    return NULL;
}

uint8_t level_of_mark(uint8_t letter)
{
    switch (letter) {
    case 'V':
    case 'T': return SEVERITY_TRACE;
    case 'D': return SEVERITY_DEBUG;
    case 'I': return SEVERITY_INFO;
    case 'N': return SEVERITY_NOTICE;
    case 'W': return SEVERITY_WARN;
    case 'E': return SEVERITY_ERROR;
    case 'C': return SEVERITY_CRITICAL;
    case 'A': return SEVERITY_ALERT;
    case 'F':
    case 'P': return SEVERITY_FATAL;
    default: return SEVERITY_UNKNOWN;
    }
}

/* pino and bunyan count 10..60 from trace to fatal, Monolog 100..600 from debug to emergency, logback's
 * level_value 5000..40000 from trace to error. */
static uint8_t severity_of_number(struct span value)
{
    unsigned number = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!is_digit(value.ptr[i]) || i == 5)
            return SEVERITY_UNKNOWN;
        number = number * 10 + (value.ptr[i] - '0');
    }
    static const uint8_t by_ten[] = {
        0, SEVERITY_TRACE, SEVERITY_DEBUG, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR, SEVERITY_FATAL};
    static const uint8_t by_myriad[] = {SEVERITY_TRACE, SEVERITY_DEBUG, SEVERITY_INFO, SEVERITY_WARN,
                                        SEVERITY_ERROR};
    static const uint8_t by_hundred[] = {
        0, SEVERITY_DEBUG, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR, SEVERITY_CRITICAL, SEVERITY_FATAL};
    if (number < 70)
        return by_ten[number / 10];
    if (number >= 100 && number <= 600 && number % 100 == 0)
        return by_hundred[number / 100];
    if (number == 250 || number == 550)
        return number == 250 ? SEVERITY_NOTICE : SEVERITY_ALERT;
    if (number >= 5000 && number < 50000)
        return by_myriad[number / 10000];
    return SEVERITY_UNKNOWN;
}

uint8_t severity_of_level(struct span value)
{
    value = span_trim(value);
    if (value.len >= 3 && (value.ptr[0] == '[' || value.ptr[0] == '<' || value.ptr[0] == '('))
        value = span_make(value.ptr + 1, value.len - 2);
    if (value.len == 0)
        return SEVERITY_UNKNOWN;
    if (is_digit(value.ptr[0]))
        return severity_of_number(value);
    size_t letters = 0; /* "INFO+2" and "debug3" are INFO and DEBUG */
    while (letters < value.len && is_letter(value.ptr[letters]))
        letters++;
    if (letters < value.len && value.ptr[letters] >= 0x80)
        return severity_of_foreign(value);
    for (size_t i = letters; i < value.len; i++)
        if (!is_digit(value.ptr[i]) && !one_of(value.ptr[i], "+-"))
            return SEVERITY_UNKNOWN;
    if (value.len == 2 && letters == 1 && value.ptr[0] == 'D') /* MongoDB's D1 to D5 */
        return SEVERITY_DEBUG;
    if (value.len == 1)
        return level_of_mark(value.ptr[0] & ~0x20);
    const struct level *level = level_find(span_make(value.ptr, letters));
    return level ? level->severity : letters == value.len ? severity_of_foreign(value) : SEVERITY_UNKNOWN;
}

bool severity_is_everyday(struct span word)
{
    const struct level *level = word.len ? level_find(word) : NULL;
    return level && level->weak;
}

uint8_t severity_of_syslog(int priority)
{
    static const uint8_t by_priority[] = {SEVERITY_FATAL, SEVERITY_ALERT,  SEVERITY_CRITICAL, SEVERITY_ERROR,
                                          SEVERITY_WARN,  SEVERITY_NOTICE, SEVERITY_INFO,     SEVERITY_DEBUG};
    return priority >= 0 && priority < 8 ? by_priority[priority] : SEVERITY_UNKNOWN;
}

uint8_t severity_of_http(int status)
{
    if (status < 100 || status > 599)
        return SEVERITY_UNKNOWN;
    return status >= 500 ? SEVERITY_ERROR : status >= 400 ? SEVERITY_WARN : SEVERITY_INFO;
}

const char *severity_name(uint8_t severity)
{
    static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    return severity >= 1 && severity <= 24 ? names[(severity - 1) / 4] : "";
}
