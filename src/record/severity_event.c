/* Events of security devices and routers, whose severity stands at a fixed place. */
#include "record/severity_parts.h"

#include <strings.h>

/* 0 to 10 */
static uint8_t severity_of_scale(struct span value)
{
    static const uint8_t by_number[] = {SEVERITY_INFO,  SEVERITY_INFO,     SEVERITY_INFO,    SEVERITY_INFO,
                                        SEVERITY_WARN,  SEVERITY_WARN,     SEVERITY_WARN,    SEVERITY_ERROR,
                                        SEVERITY_ERROR, SEVERITY_CRITICAL, SEVERITY_CRITICAL};
    if (span_equal(value, span_of("10")))
        return by_number[10];
    return value.len == 1 && is_digit(value.ptr[0]) ? by_number[value.ptr[0] - '0'] : SEVERITY_UNKNOWN;
}

uint8_t severity_of_rating(struct span word)
{
    static const struct {
        const char *word; /* lower case */
        uint8_t severity;
    } words[] = {{"low", SEVERITY_INFO},
                 {"medium", SEVERITY_WARN},
                 {"high", SEVERITY_ERROR},
                 {"very-high", SEVERITY_CRITICAL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word.len == strlen(words[i].word) &&
            strncasecmp((const char *)word.ptr, words[i].word, word.len) == 0)
            return words[i].severity;
    return SEVERITY_UNKNOWN;
}

/* The digits behind "sev=" of a LEEF event. */
static struct span value_of_sev(struct span event)
{
    static const char name[] = "sev=";
    const uint8_t *p = memmem(event.ptr, event.len, name, sizeof name - 1);
    if (!p || is_letter(p[-1]))
        return (struct span){0};
    struct span value = span_skip(event, (size_t)(p - event.ptr) + sizeof name - 1);
    size_t n = 0;
    while (n < value.len && is_digit(value.ptr[n]))
        n++;
    return span_make(value.ptr, n);
}

uint8_t severity_of_cef(struct span event)
{
    enum { NUMBER_AT = 6 };
    size_t at = 0, pipes = 0;
    if (span_starts(event, "LEEF:")) /* 1 to 10 */
        return severity_of_scale(value_of_sev(event));
    if (!span_starts(event, "CEF:"))
        return SEVERITY_UNKNOWN;
    for (; at < event.len && pipes < NUMBER_AT; at++) {
        if (event.ptr[at] == '\\')
            at++;
        else
            pipes += event.ptr[at] == '|';
    }
    struct span value = span_skip(event, at);
    const uint8_t *end = value.len ? memchr(value.ptr, '|', value.len) : NULL;
    if (!end)
        return SEVERITY_UNKNOWN;
    value.len = (size_t)(end - value.ptr);
    uint8_t severity = severity_of_rating(value);
    return severity ? severity : severity_of_scale(value);
}

/* Windows counts from 1 (critical) to 5 (verbose); 0 is an audit. */
static uint8_t severity_of_windows(uint8_t digit)
{
    static const uint8_t by_number[] = {SEVERITY_FATAL, SEVERITY_ERROR, SEVERITY_WARN, SEVERITY_INFO,
                                        SEVERITY_DEBUG};
    return digit >= '1' && digit <= '5' ? by_number[digit - '1'] : SEVERITY_UNKNOWN;
}

uint8_t severity_of_xml(struct span text)
{
    static const struct {
        const char *mark;
        uint8_t end;
    } marks[] = {{"<Level>", '<'}, {"<level>", '<'}, {" level=\"", '"'}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const uint8_t *p = memmem(text.ptr, text.len, marks[i].mark, strlen(marks[i].mark));
        if (!p)
            continue;
        struct span value = span_skip(text, (size_t)(p - text.ptr) + strlen(marks[i].mark));
        const uint8_t *end = value.len ? memchr(value.ptr, marks[i].end, value.len) : NULL;
        if (!end || end == value.ptr)
            return SEVERITY_UNKNOWN;
        value.len = (size_t)(end - value.ptr);
        return value.len == 1 && i == 0 ? severity_of_windows(value.ptr[0]) : severity_of_level(value);
    }
    return SEVERITY_UNKNOWN;
}

/* The letters that end or divide the ids of messages: IBM's, VMS's, CA's. */
static uint8_t severity_of_id_letter(uint8_t letter)
{
    switch (letter) {
    case 'I': return SEVERITY_INFO;
    case 'W': return SEVERITY_WARN;
    case 'E':
    case 'N': /* DB2: "SQL1032N" */
    case 'S': return SEVERITY_ERROR;
    case 'C':
    case 'T': return SEVERITY_CRITICAL;
    case 'F': return SEVERITY_FATAL;
    default: return SEVERITY_UNKNOWN;
    }
}

/* "ANR2034E", "+CSQX208E", "DFHSI1517I", "AMQ9208E:": capitals, three to six digits, a letter;
 * "CAUAJM_E_10029",
 * "%SYSTEM-F-ACCVIO,", "E-JPR-000-000:"; "ORA-00600:", "TNS-12541:", "PLS-00201:". */
static uint8_t severity_of_id(struct span text)
{
    size_t at = byte_at(text, 0) == '+' || byte_at(text, 0) == '%' || byte_at(text, 0) == '*', begin = at,
           digits = 0;
    while (at < text.len && (unsigned)text.ptr[at] - 'A' < 26)
        at++;
    size_t letters = at - begin;
    uint8_t mark = byte_at(text, at), letter = byte_at(text, at + 1);
    if (letters < 2 || letters > 12)
        return 0;
    if ((mark == '_' || (mark == '-' && text.ptr[0] == '%')) && byte_at(text, at + 2) == mark)
        return mark == '-' && letter == 'S' ? SEVERITY_INFO /* VMS: a success */
                                            : severity_of_id_letter(letter);
    bool oracle = mark == '-' && letters == 3 &&
                  (span_starts(text, "ORA") || span_starts(text, "TNS") || span_starts(text, "PLS"));
    for (at += oracle; is_digit(byte_at(text, at)); at++)
        digits++;
    if (oracle)
        return digits == 5 && memcmp(text.ptr + at - 5, "00000", 5) != 0 ? SEVERITY_ERROR : 0;
    if (letters < 3 || digits < 3 || digits > 6 ||
        (at + 1 < text.len && is_word(text.ptr[at + 1]) && text.ptr[at + 1] != '.'))
        return 0;
    return severity_of_id_letter(byte_at(text, at));
}

uint8_t severity_of_router(struct span message)
{
    enum { WORDS_MAX = 4, LOOK_BYTES = 96 };
    size_t at = 0, end = message.len < LOOK_BYTES ? message.len : LOOK_BYTES;
    if (end == 0)
        return SEVERITY_UNKNOWN;
    for (int words = 0; words < WORDS_MAX && at < end; words++) {
        struct span rest = span_skip(message, at);
        const uint8_t *slash = memchr(rest.ptr, '/', rest.len < 24 ? rest.len : 24);
        bool comware =
            slash && slash[-(slash > rest.ptr)] >= 'A' && !memchr(rest.ptr, ' ', (size_t)(slash - rest.ptr));
        uint8_t severity = rest.ptr[0] == '%' || comware ? severity_of_cisco(rest) : 0;
        if (!severity)
            severity = severity_of_id(rest);
        if (severity)
            return severity;
        while (at < end && !is_blank(message.ptr[at]))
            at++;
        while (at < end && is_blank(message.ptr[at]))
            at++;
    }
    return SEVERITY_UNKNOWN;
}

uint8_t severity_of_facility(struct span word)
{
    static const char *const facilities[] = {
        "kern",     "user", "mail",   "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",
        "authpriv", "ftp",  "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};
    const uint8_t *dot = word.len > 6 && word.len < 20 ? memchr(word.ptr, '.', word.len) : NULL;
    if (!dot)
        return 0;
    struct span facility = {word.ptr, (size_t)(dot - word.ptr)};
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++)
        if (span_equal(facility, span_of(facilities[i])))
            return severity_of_level(span_skip(word, facility.len + 1));
    return 0;
}

uint8_t severity_of_cisco(struct span message)
{
    size_t at = 0;
    while (at < message.len && message.ptr[at] == '%')
        at++;
    for (size_t start = at; at + 2 < message.len && at < start + 40; at++) {
        uint8_t byte = message.ptr[at], next = message.ptr[at + 2];
        if ((byte == '-' || byte == '/') && (unsigned)message.ptr[at + 1] - '0' < 8 && next == byte)
            return at > start ? severity_of_syslog(message.ptr[at + 1] - '0') : 0;
        if (!is_digit(byte) && !((unsigned)byte - 'A' < 26) && byte != '_' && byte != '-')
            return 0;
    }
    return 0;
}
