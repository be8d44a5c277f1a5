/* Levels are told by whole runs of word bytes (as the masking sees them) and never by a run that holds a
 * digit, so that all lines of one pattern get one level. */
#include "record/severity.h"

enum { LEVEL_BYTES_MAX = 13 };

struct level {
    char name[LEVEL_BYTES_MAX + 1]; /* lower case */
    uint8_t bytes;
    uint8_t severity;
    bool weak; /* also an everyday word: in a header it counts only in brackets or before a colon */
};

/* By length: only those of the length of a word are compared with it. */
static const struct level levels[] = {
    {"trc", 3, 1, false},           {"dbg", 3, 5, false},
    {"inf", 3, 9, false},           {"log", 3, 9, true},
    {"wrn", 3, 13, false},          {"err", 3, 17, false},
    {"crt", 3, 18, false},          {"ftl", 3, 21, false},
    {"bug", 3, 17, true},           {"verb", 4, 1, true},
    {"dbug", 4, 5, false},          {"fine", 4, 5, true},
    {"info", 4, 9, false},          {"note", 4, 10, true},
    {"warn", 4, 13, false},         {"eror", 4, 17, false},
    {"erro", 4, 17, false},         {"fail", 4, 17, true},
    {"crit", 4, 18, false},         {"oops", 4, 17, true},
    {"trace", 5, 1, false},         {"finer", 5, 2, true},
    {"debug", 5, 5, false},         {"warni", 5, 13, false},
    {"error", 5, 17, false},        {"alert", 5, 19, false},
    {"fatal", 5, 21, false},        {"panic", 5, 21, false},
    {"emerg", 5, 21, false},        {"finest", 6, 1, true},
    {"config", 6, 9, true},         {"system", 6, 9, true},
    {"notice", 6, 10, false},       {"severe", 6, 17, false},
    {"dpanic", 6, 21, false},       {"verbose", 7, 1, false},
    {"warning", 7, 13, false},      {"failure", 7, 17, true},
    {"success", 7, 9, true},        {"critical", 8, 18, false},
    {"emergency", 9, 21, false},    {"information", 11, 9, true},
    {"informational", 13, 9, true},
};

/* The first level of a length, for each length. */
static const uint8_t first_of_length[] = {0, 0, 0, 0, 9, 20, 29, 35, 39, 40, 41, 41, 42, 42, 43};

enum { MASKED_NUMBER = 1 }; /* what masking leaves of a run with a digit */

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static bool is_digit(uint8_t byte)
{
    return (unsigned)byte - '0' < 10;
}

static bool is_letter(uint8_t byte)
{
    return (unsigned)(byte | 0x20) - 'a' < 26;
}

static bool is_word(uint8_t byte)
{
    return is_letter(byte) || is_digit(byte) || byte == '_' || byte == '-' || byte == '.' || byte >= 0x80;
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static bool one_of(uint8_t byte, const char *set)
{
    return byte && strchr(set, byte);
}

/* The first letters of the levels of a length, a bit for each: most words are dismissed by it. */
#define BIT(letter) (1u << ((letter) - 'a'))
static const uint32_t starts_of_length[] = {
    [3] = BIT('b') | BIT('c') | BIT('d') | BIT('e') | BIT('f') | BIT('i') | BIT('l') | BIT('t') | BIT('w'),
    [4] = BIT('c') | BIT('d') | BIT('e') | BIT('f') | BIT('i') | BIT('n') | BIT('o') | BIT('v') | BIT('w'),
    [5] = BIT('a') | BIT('d') | BIT('e') | BIT('f') | BIT('p') | BIT('t') | BIT('w'),
    [6] = BIT('c') | BIT('d') | BIT('f') | BIT('n') | BIT('s'),
    [7] = BIT('f') | BIT('s') | BIT('v') | BIT('w'),
    [8] = BIT('c'),
    [9] = BIT('e'),
    [11] = BIT('i'),
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

static const struct level *find_level(struct span word)
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

static uint8_t severity_of_letter(uint8_t letter)
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

/* pino and bunyan count 10..60 from trace to fatal, logback's level_value 5000..40000 from trace to error. */
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
    if (number < 70)
        return by_ten[number / 10];
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
    for (size_t i = letters; i < value.len; i++)
        if (!is_digit(value.ptr[i]) && !one_of(value.ptr[i], "+-"))
            return SEVERITY_UNKNOWN;
    if (value.len == 2 && letters == 1 && value.ptr[0] == 'D') /* MongoDB's D1 to D5 */
        return SEVERITY_DEBUG;
    if (value.len == 1)
        return severity_of_letter(value.ptr[0] & ~0x20);
    const struct level *level = find_level(span_make(value.ptr, letters));
    return level ? level->severity : SEVERITY_UNKNOWN;
}

bool severity_is_everyday(struct span word)
{
    const struct level *level = word.len ? find_level(word) : NULL;
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
    static const struct {
        const char *word;
        uint8_t severity;
    } words[] = {{"Low", SEVERITY_INFO},
                 {"Medium", SEVERITY_WARN},
                 {"High", SEVERITY_ERROR},
                 {"Very-High", SEVERITY_CRITICAL}};
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
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal(value, span_of(words[i].word)))
            return words[i].severity;
    return severity_of_scale(value);
}

/* ---- the header of a plain message ---- */

/* What is known of the words before the one that is looked at. */
struct header {
    struct span message;
    int words;     /* words of a sentence so far: letters only, not in brackets */
    int numbers;   /* runs with a digit so far, when there was nothing else */
    int depth;     /* open square brackets */
    bool wordless; /* nothing but numbers, brackets, names with a colon so far */
};

struct run {
    size_t begin, end;
    bool digit, upper, letters;
};

static struct run next_run(struct span text, size_t at)
{
    struct run run = {.begin = at, .upper = true, .letters = true};
    for (; at < text.len && is_word(text.ptr[at]); at++) {
        uint8_t byte = text.ptr[at];
        run.digit |= is_digit(byte);
        run.letters &= is_letter(byte);
        run.upper &= (unsigned)byte - 'A' < 26;
    }
    run.end = at;
    return run;
}

static uint8_t byte_at(struct span text, size_t at)
{
    return at < text.len ? text.ptr[at] : ' ';
}

/* "local.ERROR:" and "foo.WARNING:" (monolog): the run's last part, before a colon. */
static uint8_t level_of_channel(struct span text, struct run run)
{
    size_t dot = run.end;
    while (dot > run.begin && text.ptr[dot - 1] != '.')
        dot--;
    struct run last = next_run(text, dot);
    if (dot == run.begin || !last.upper || byte_at(text, run.end) != ':')
        return 0;
    const struct level *level = find_level(span_make(text.ptr + dot, run.end - dot));
    return level ? level->severity : 0;
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

/* Logcat: "E/Tag(  123):", "E/Tag:", and "1702 2395 E Tag:". */
static uint8_t level_of_letter(const struct header *header, struct run run)
{
    struct span text = header->message;
    uint8_t after = byte_at(text, run.end);
    if (!one_of(text.ptr[run.begin], "VDIWEF") || !header->wordless)
        return 0;
    if (after == '/' && run.begin == 0) {
        struct run tag = next_run(text, run.end + 1);
        uint8_t end = byte_at(text, tag.end);
        return tag.end - tag.begin >= 2 && (end == '(' || end == ':')
                   ? severity_of_letter(text.ptr[run.begin])
                   : 0;
    }
    if (header->numbers >= 2 && is_space(after) && is_letter(byte_at(text, run.end + 1)))
        return severity_of_letter(text.ptr[run.begin]);
    return 0;
}

/* "level=info", "severity=ERROR", "lvl=w", also quoted. */
static uint8_t level_of_pair(struct span text, struct run run)
{
    static const char *const keys[] = {"level", "lvl", "severity", "loglevel"};
    if (byte_at(text, run.end) != '=')
        return 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t n = strlen(keys[i]);
        if (run.end - run.begin != n || memcmp(text.ptr + run.begin, keys[i], n) != 0)
            continue;
        size_t at = run.end + 1;
        struct run value = next_run(text, byte_at(text, at) == '"' ? at + 1 : at);
        return value.digit ? 0
                           : severity_of_level(span_make(text.ptr + value.begin, value.end - value.begin));
    }
    return 0;
}

/* A level in the brackets of Xorg: "(EE)", "(WW)". */
static uint8_t level_of_xorg(struct span text, struct run run)
{
    const uint8_t *p = text.ptr + run.begin;
    if (run.end - run.begin != 2 || p[0] != p[1] || run.begin == 0 || p[-1] != '(' ||
        byte_at(text, run.end) != ')')
        return 0;
    return p[0] == 'E' || p[0] == 'W' || p[0] == 'I' ? severity_of_letter(p[0]) : 0;
}

/* "vpxd[45715] ", "[main] ": what comes behind a level and not behind the first word of a sentence. */
static bool names_a_process(struct span text, size_t at)
{
    struct run run = next_run(text, at);
    return byte_at(text, run.end) == '[' && !run.digit;
}

/* "DeprecationWarning: x", "UserWarning: x". */
static bool is_warning_class(struct span text, struct run run)
{
    static const char end[] = "Warning";
    size_t n = sizeof end - 1;
    return run.end - run.begin > n && byte_at(text, run.end) == ':' &&
           memcmp(text.ptr + run.end - n, end, n) == 0;
}

static uint8_t level_of_run(const struct header *header, struct run run)
{
    struct span text = header->message;
    size_t bytes = run.end - run.begin;
    if (run.digit)
        return 0;
    if (bytes == 1)
        return level_of_letter(header, run);
    if (is_warning_class(text, run))
        return SEVERITY_WARN;
    uint8_t severity = level_of_xorg(text, run);
    if (!severity)
        severity = level_of_pair(text, run);
    if (!severity && !run.letters)
        severity = level_of_channel(text, run);
    uint8_t behind = byte_at(text, run.end);
    if (!severity && !run.letters && (is_space(behind) || behind == ']'))
        severity = severity_of_facility(span_make(text.ptr + run.begin, bytes));
    if (severity || !run.letters)
        return severity;
    const struct level *level = find_level(span_make(text.ptr + run.begin, bytes));
    if (!level)
        return 0;
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    size_t padded = run.end; /* "[info     ]" */
    while (before == '[' && byte_at(text, padded) == ' ' && padded < text.len)
        padded++;
    bool enclosed = (before == '[' && byte_at(text, padded) == ']') || (before == '<' && after == '>') ||
                    (before == '*' && after == '*') || (before == '(' && after == ')') ||
                    (before == '|' && after == '|') ||
                    (before == ':' && after == ']' && header->depth > 0); /* "[core:error]" */
    bool capital = (unsigned)text.ptr[run.begin] - 'A' < 26;
    bool colon = after == ':' && (header->wordless ||
                                  (capital && !level->weak && header->words == 1 &&
                                   level->severity > SEVERITY_TRACE)); /* "PHP Warning:", no "Call Trace:" */
    colon |= header->wordless && !level->weak && after == ' ' && byte_at(text, run.end + 1) == ':' &&
             is_space(byte_at(text, run.end + 2)); /* "error : text" */
    bool column = after == '\t' && header->wordless && (run.begin == 0 || before == '\t');
    bool before_program = run.begin == 0 && after == ' ' && names_a_process(text, run.end + 1);
    if (enclosed || colon || column || before_program)
        return level->severity;
    bool ends = is_space(after) || one_of(after, "]:/,)|>;");
    bool starts = is_space(before) || one_of(before, "[(|<-:\"") || (before == '=' && run.begin == 1);
    return run.upper && !level->weak && ends && starts && header->words <= 2 ? level->severity : 0;
}

static bool has_letter(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_letter(text.ptr[i]))
            return true;
    return false;
}

/* What systemd writes to the console. */
static uint8_t severity_of_console(struct span message)
{
    static const struct {
        char mark[9];
        uint8_t severity;
    } marks[] = {{"[  OK  ]", SEVERITY_INFO},
                 {"[ OK ]", SEVERITY_INFO}, /* as masking leaves it */
                 {"[FAILED]", SEVERITY_ERROR},
                 {"[DEPEND]", SEVERITY_ERROR},
                 {"[ TIME ]", SEVERITY_ERROR}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (span_starts(message, marks[i].mark))
            return marks[i].severity;
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

uint8_t severity_of_header(struct span message)
{
    enum { TOKENS_MAX = 8 };
    if (!has_letter(message))
        return 0; /* an access log's address */
    uint8_t console = message.ptr[0] == '[' ? severity_of_console(message) : 0;
    if (console)
        return console;
    struct header header = {.message = message, .wordless = true};
    int tokens = 0;
    for (size_t at = 0; at < message.len && tokens < TOKENS_MAX;) {
        uint8_t byte = message.ptr[at];
        if (!is_word(byte)) {
            header.numbers += byte == MASKED_NUMBER;
            header.depth += byte == '[';
            header.depth -= byte == ']' && header.depth > 0;
            tokens += is_space(byte) && at > 0 && !is_space(message.ptr[at - 1]);
            at++;
            continue;
        }
        struct run run = next_run(message, at);
        uint8_t severity = level_of_run(&header, run);
        if (severity)
            return severity;
        uint8_t after = byte_at(message, run.end);
        if (run.digit) {
            header.numbers++;
        } else if (run.letters && header.depth == 0 && is_space(after)) {
            header.words++;
            header.wordless = false;
        }
        at = run.end;
    }
    return 0;
}

/* ---- words of failure ---- */

struct failure {
    const char *text; /* from the start of a word; matched in this case, with a capital, and in capitals */
    uint8_t severity;
};

static const struct failure failures[] = {
    {"panic:", SEVERITY_FATAL},
    {"panicked at", SEVERITY_FATAL},
    {"kernel panic", SEVERITY_FATAL},
    {"out of memory", SEVERITY_FATAL},
    {"outofmemory", SEVERITY_FATAL},
    {"oom-kill", SEVERITY_FATAL},
    {"segfault", SEVERITY_FATAL},
    {"segmentation fault", SEVERITY_FATAL},
    {"core dumped", SEVERITY_FATAL},
    {"fatal:", SEVERITY_FATAL},
    {"fatal error", SEVERITY_FATAL},
    {"killed process", SEVERITY_FATAL},
    {"terminate called", SEVERITY_FATAL},
    {"traceback (most", SEVERITY_ERROR},
    {"call trace:", SEVERITY_ERROR},
    {"stack overflow", SEVERITY_ERROR},
    {"assertion failed", SEVERITY_ERROR},
    {"unhandled", SEVERITY_ERROR},
    {"uncaught", SEVERITY_ERROR},
    {"connection refused", SEVERITY_ERROR},
    {"connection reset by peer", SEVERITY_ERROR},
    {"no space left on device", SEVERITY_ERROR},
    {"permission denied", SEVERITY_ERROR},
    {"too many open files", SEVERITY_ERROR},
    {"failed to ", SEVERITY_ERROR},
    {"deadlock found", SEVERITY_ERROR},
    {"deadlock detected", SEVERITY_ERROR},
    {"i/o error", SEVERITY_ERROR},
    {"caused by:", SEVERITY_ERROR},
};

static bool matches(struct span text, const char *pattern)
{
    size_t i = 0;
    for (; pattern[i]; i++)
        if (i >= text.len || lower(text.ptr[i]) != (uint8_t)pattern[i])
            return false;
    return true;
}

static bool span_ends(struct span text, const char *end)
{
    size_t n = strlen(end);
    return text.len >= n && memcmp(text.ptr + text.len - n, end, n) == 0;
}

/* "ValueError:", "java.lang.IllegalStateException", "Exception in thread": names of exceptions. A lower-case
 * "exception" or "error" is a word of a sentence. */
static bool is_exception(struct span text, struct run run)
{
    struct span name = span_make(text.ptr + run.begin, run.end - run.begin);
    while (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    uint8_t after = byte_at(text, run.end);
    if (span_ends(name, "Exception"))
        return name.len > 9 || after == ':' || run.end - run.begin == text.len ||
               matches(span_skip(text, run.end), " in thread");
    bool enclosed = run.begin && text.ptr[run.begin - 1] == '(' && after == ')'; /* Ruby */
    bool class_error = span_ends(name, "Error") && (after == ':' || (enclosed && name.len > 5));
    return class_error && !matches(span_skip(text, run.end), ": none") &&
           !matches(span_skip(text, run.end), ": 0");
}

/* "error: text" and "ERROR text" as the very first word. */
static bool starts_with_error(struct span text, struct run run)
{
    struct span word = span_make(text.ptr + run.begin, run.end - run.begin);
    struct span rest = span_skip(text, run.end);
    if (run.begin != 0 || word.len != 5 || !matches(word, "error"))
        return false;
    return (run.upper && byte_at(text, run.end) == ' ') ||
           (rest.len > 2 && rest.ptr[0] == ':' && rest.ptr[1] == ' ' && !is_digit(rest.ptr[2]) &&
            !matches(rest, ": none"));
}

static uint8_t severity_of_failure(struct span text)
{
    /* First letters of the texts above. */
    static const char starts[] = "pkosfctaundi";
    uint8_t first = lower(text.ptr[0]), second = lower(byte_at(text, 1));
    if (!one_of(first, starts))
        return 0;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].text[0] == (char)first && failures[i].text[1] == (char)second &&
            matches(text, failures[i].text))
            return failures[i].severity;
    return 0;
}

uint8_t severity_of_words(struct span message)
{
    uint8_t worst = 0;
    for (size_t at = 0; at < message.len;) {
        if (!is_word(message.ptr[at])) {
            at++;
            continue;
        }
        struct run run = next_run(message, at);
        if (!run.digit && run.end - run.begin >= 3 && worst < SEVERITY_ERROR &&
            (is_exception(message, run) || starts_with_error(message, run)))
            worst = SEVERITY_ERROR;
        size_t last = run.end; /* of a dotted name */
        while (last > at && message.ptr[last - 1] != '.')
            last--;
        uint8_t severity = run.digit ? 0 : severity_of_failure(span_skip(message, at));
        if (!run.digit && last > at && last < run.end && severity < SEVERITY_FATAL)
            severity = severity_of_failure(span_skip(message, last));
        if (severity > worst)
            worst = severity;
        at = run.end;
    }
    return worst;
}
