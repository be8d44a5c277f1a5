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
    {"supervisor report", SEVERITY_ERROR},
    {"undefined reference to", SEVERITY_ERROR},
    {"command not found", SEVERITY_ERROR},
    {"killed by signal", SEVERITY_ERROR},
    {"address already in use", SEVERITY_ERROR},
    {"syntax error", SEVERITY_ERROR},
    {"task timed out", SEVERITY_ERROR},
    {"connection timed out", SEVERITY_ERROR},
    {"not responding", SEVERITY_WARN},
    {"has not responded", SEVERITY_WARN},
    {"did not respond", SEVERITY_WARN},
    {"did not answer", SEVERITY_WARN},
    {"did not complete", SEVERITY_WARN},
    {"did not confirm", SEVERITY_WARN},
    {"no response from", SEVERITY_WARN},
    {"no route to host", SEVERITY_WARN},
    {"is unreachable", SEVERITY_WARN},
    {"timed out after", SEVERITY_WARN},
    {"timed out waiting", SEVERITY_WARN},
    {"timed out while", SEVERITY_WARN},
    {"lost connection to", SEVERITY_WARN},
    {"giving up after", SEVERITY_WARN},
    {"gave up after", SEVERITY_WARN},
};

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
               folds_to(span_skip(text, run.end), " in thread");
    bool enclosed = run.begin && text.ptr[run.begin - 1] == '(' && after == ')'; /* Ruby */
    bool class_error = span_ends(name, "Error") && (after == ':' || (enclosed && name.len > 5));
    return class_error && !folds_to(span_skip(text, run.end), ": none") &&
           !folds_to(span_skip(text, run.end), ": 0");
}

static bool is_one_of(struct span word, const char *const *words)
{
    for (; *words; words++)
        if (word.len == strlen(*words) && folds_to(word, *words))
            return true;
    return false;
}

static struct span span_of_run(struct span text, struct run run)
{
    return span_make(text.ptr + run.begin, run.end - run.begin);
}

/* Is the failure that begins at `at` one that was not, or might be: "no error", "if it failed", "0 FAILED"? A
 * number is masked: any may be 0. */
static bool is_denied(struct span text, size_t at)
{
    static const char *const words[] = {"no",    "not",    "without", "any",     "zero", "if",       "when",
                                        "on",    "unless", "for",     "last",    "of",   "previous", "or",
                                        "and",   "from",   "that",    "which",   "has",  "was",      "to",
                                        "after", "each",   "many",    "ignored", NULL};
    struct run before = run_before(text, at);
    size_t end = at;
    while (end && is_blank(text.ptr[end - 1]))
        end--;
    if (end && text.ptr[end - 1] == MASKED_NUMBER)
        return true;
    if (before.end - before.begin == 2 && folds_to(span_of_run(text, before), "an"))
        before = run_before(text, before.begin);
    return before.digit || (before.end > before.begin && is_one_of(span_of_run(text, before), words));
}

bool severity_is_nothing(struct span value, bool any_number)
{
    static const char *const words[] = {"none",  "null",    "nil",        "undefined", "false", "no", "ok",
                                        "empty", "success", "successful", "n/a",       "never", NULL};
    value = span_trim(value);
    if (value.len == 0 || one_of(value.ptr[0], "-=<"))
        return true;
    struct run run = next_run(value, 0);
    if (is_number(value.ptr[0])) {
        size_t end = value.ptr[0] == MASKED_NUMBER ? 1 : run.end;
        return any_number || end == value.len || one_of(value.ptr[end], ",;)");
    }
    if (value.len > 1 && one_of(value.ptr[0], "\"'[{(") && one_of(value.ptr[1], "\"']})"))
        return true;
    if (run.end > 1 && value.ptr[run.end - 1] == '.')
        run.end--;
    uint8_t after = byte_at(value, run.end), then = byte_at(value, run.end + 1);
    bool ends = run.end >= value.len || one_of(after, ",;).\"'") || (after == ' ' && one_of(then, "(["));
    return ends && is_one_of(span_of_run(value, run), words);
}

bool severity_speaks(struct span text, struct run run)
{
    static const char *const links[] = {"in", "from", "while",    "during",   "using",
                                        "at", "when", "response", "occurred", NULL};
    static const char *const nouns[] = {"handling", "reporting", "logging", "checking",
                                        "tracking", "testing",   "pending", "correcting",
                                        "missing",  "remaining", NULL};
    if (byte_at(text, run.end) != ' ')
        return false;
    if (byte_at(text, run.end + 1) == '(')
        return is_letter(byte_at(text, run.end + 2));
    struct run next = next_run(text, run.end + 1);
    struct span word = span_of_run(text, next);
    if (!next.letters || word.len == 0 || next.end >= text.len)
        return false;
    bool doing = word.len > 5 && span_ends(word, "ing") && !is_one_of(word, nouns);
    return doing || is_one_of(word, links);
}

/* May a sentence about a failure begin here: first, behind a mark, or behind one name ("CMake Error at")? */
static bool may_begin(struct span text, size_t at)
{
    size_t end = at;
    while (end && is_blank(text.ptr[end - 1]))
        end--;
    if (end == 0 || one_of(text.ptr[end - 1], ":])>|*-") || (end == 1 && text.ptr[0] == MASKED_NUMBER))
        return true;
    return end < at && run_before(text, at).begin == 0 && !is_denied(text, at);
}

/* "BUILD FAILED", "[  FAILED  ] Cart.Pay", "test pay ... FAILED", "<<< FAILURE!": a verdict in capitals. */
static bool is_verdict(struct span text, struct run run, bool failed)
{
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    if (before == '*' && failed)
        return true;
    if (!run.upper || !one_of(before, " [*(\t>") || !one_of(after, " ].!*),:;\t") ||
        is_denied(text, run.begin))
        return false;
    size_t next = run.end + (after == ':' || after == ' ');
    return next >= text.len || after == ']' || after == ')' ||
           !is_number(byte_at(text, next + is_blank(byte_at(text, next))));
}

/* "error: text", "failed: text", "Error in text", "rsync error: text", "link_stat failed: text", "ERROR
 * text". */
static bool tells_error(struct span text, struct run run)
{
    struct span word = span_of_run(text, run), rest = span_skip(text, run.end);
    bool error = folds_to(word, "error") &&
                 (word.len == 5 || (word.len == 6 && run.begin == 0 && lower(word.ptr[5]) == 's'));
    bool failed = word.len == 6 && folds_to(word, "failed"),
         failure = word.len == 7 && folds_to(word, "failure");
    if (run.begin == 0 && word.len == 4 && folds_to(word, "fail") && run.upper)
        return !severity_is_nothing(rest, true) && one_of(byte_at(text, run.end), " \t!");
    if (!error && !failed && !failure)
        return false;
    if ((failed || failure) && is_verdict(text, run, failed))
        return true;
    if (error && (folds_to(rest, " occurred") ? !is_denied(text, run.begin)
                                              : may_begin(text, run.begin) && severity_speaks(text, run)))
        return true;
    if (error && run.begin == 0 && run.upper && byte_at(text, run.end) == ' ')
        return !folds_to(rest, " summary") && !severity_is_nothing(rest, true);
    return rest.len > 2 && rest.ptr[0] == ':' && rest.ptr[1] == ' ' &&
           !severity_is_nothing(span_skip(rest, 2), true) && (run.begin == 0 || !is_denied(text, run.begin));
}

/* "IOERROR: text", "SYSERR(root): text", "CONSTRAINT_ERROR : text", "ERR_MODULE_NOT_FOUND text", "ALARM:
 * text" */
static bool is_error_name(struct span text, struct run run)
{
    struct span name = span_of_run(text, run);
    uint8_t after = byte_at(text, run.end);
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] & 0x20 && name.ptr[i] != '_' && name.ptr[i] != '-')
            return false;
    if (run.begin == 0 && span_starts(name, "ERR_"))
        return name.len > 6 && after == ' ';
    bool colon = after == ':' || after == '(' || (after == ' ' && byte_at(text, run.end + 1) == ':');
    if (run.begin == 0 && span_equal(name, span_of("ALARM")))
        return after == ':';
    return colon && name.len > 5 && (span_ends(name, "ERROR") || span_ends(name, "ERR")) &&
           !severity_is_nothing(span_skip(text, run.end + 1 + (after == ' ')), true);
}

/* "Cannot open", "Unable to open", "Can't locate", "not ok 3 - text" (TAP), "make: *** text" */
static bool starts_with_failure(struct span text, size_t at)
{
    static const char *const starts[] = {"cannot ", "can't ", "could not ", "couldn't ", "unable to "};
    struct span rest = span_skip(text, at);
    if (!one_of(lower(rest.ptr[0]), "cun") ||
        (at && !(at > 1 && text.ptr[at - 1] == ' ' && one_of(text.ptr[at - 2], ":]"))))
        return false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (folds_to(rest, starts[i]))
            return true;
    return at == 0 && span_starts(rest, "not ok ");
}

/* "Start of 'db' on 'web1' failed", "subcommand failed." */
static bool ends_in_failed(struct span text, struct run run)
{
    return run.begin && run.end - run.begin == 6 && text.len - run.end <= 1 &&
           one_of(byte_at(text, run.end), " .!") && folds_to(span_of_run(text, run), "failed") &&
           !is_denied(text, run.begin);
}

/* SQL Server's "Msg 208, Level 16, State 1, Line 1" */
static bool is_message_of_sql(struct span text)
{
    return span_starts(text, "Msg ") && text.len > 4 && is_number(text.ptr[4]) &&
           memmem(text.ptr, text.len, ", Level ", 8) && memmem(text.ptr, text.len, ", State ", 8);
}

static bool is_make(struct span text)
{
    static const char stars[] = ": *** ";
    struct run run = next_run(text, 0);
    size_t at = run.end;
    if (byte_at(text, at) == '[' && is_number(byte_at(text, at + 1)))
        while (at < text.len && text.ptr[at++] != ']')
            ;
    return run.end && span_starts(span_skip(text, at), stars) && !span_ends(text, "***");
}

static uint8_t severity_of_failure(struct span text)
{
    /* First letters of the texts above. */
    static const char starts[] = "pkosfctaundihlg";
    uint8_t first = lower(text.ptr[0]), second = lower(byte_at(text, 1));
    if (!one_of(first, starts))
        return 0;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].text[0] == (char)first && failures[i].text[1] == (char)second &&
            folds_to(text, failures[i].text))
            return failures[i].severity;
    return 0;
}

uint8_t severity_of_words(struct span message)
{
    uint8_t worst = message.len && (is_make(message) || is_message_of_sql(message)) ? SEVERITY_ERROR : 0;
    for (size_t at = 0; at < message.len;) {
        if (!is_word(message.ptr[at])) {
            at++;
            continue;
        }
        struct run run = next_run(message, at);
        size_t whole = run.end;
        if (run.end - at > 1 && message.ptr[run.end - 1] == '.')
            run = next_run(span_make(message.ptr, run.end - 1), at); /* the end of a sentence */
        if (!run.digit && run.end - run.begin >= 3 && worst < SEVERITY_ERROR &&
            (is_exception(message, run) || tells_error(message, run) || is_error_name(message, run) ||
             starts_with_failure(message, run.begin) || ends_in_failed(message, run)))
            worst = SEVERITY_ERROR;
        size_t last = run.end; /* of a dotted name */
        while (last > at && message.ptr[last - 1] != '.')
            last--;
        uint8_t severity = run.digit ? 0 : severity_of_failure(span_skip(message, at));
        if (!run.digit && last > at && last < run.end && severity < SEVERITY_FATAL)
            severity = severity_of_failure(span_skip(message, last));
        if (severity > worst)
            worst = severity;
        at = whole;
    }
    return worst;
}
