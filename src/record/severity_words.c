/* What only a failure says, for messages without a level. */
#include "record/severity_parts.h"

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
    {"crash report", SEVERITY_ERROR},
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

/* "error: text", "failed: text", "ERROR text", "FAIL text" and "Error in text" as the very first word. */
static bool starts_with_error(struct span text, struct run run)
{
    struct span word = span_make(text.ptr + run.begin, run.end - run.begin);
    struct span rest = span_skip(text, run.end);
    bool error = word.len == 5 && matches(word, "error"), failed = word.len == 6 && matches(word, "failed");
    if (run.begin == 0 && run.upper && word.len == 4 && matches(word, "fail"))
        return byte_at(text, run.end) == ' ';
    if (run.begin != 0 || (!error && !failed))
        return false;
    if (error && (matches(rest, " in ") || matches(rest, " from ") || matches(rest, " while ") ||
                  matches(rest, " during ") || matches(rest, " using ")))
        return true;
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
