/* Why per line and before fingerprinting: a frame must not become a pattern, and whether a line is a frame depends on its
 * indentation, which masking removes. Most lines are stamped, start with a word and hold no traceback: they leave
 * after a few compares. */
#include "record/join.h"

#include "record/severity.h"

enum shape { SHAPE_TEXT, SHAPE_FRAME, SHAPE_EXCEPTION };

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool ends_with(struct span s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.len >= n && memcmp(s.ptr + s.len - n, suffix, n) == 0;
}

static bool starts_any(struct span s, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_starts(s, list[i]))
            return true;
    return false;
}

#define STARTS_ANY(s, ...)                                                                                              \
    starts_any(s, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* "java.io.IOException: x", "ValueError: x", "exc.HTTPNotFound", "Foo::BarError (x)": a dotted name that ends as
 * exceptions are named, followed by a colon, a bracket, or the end of the line. */
static bool names_exception(struct span text)
{
    size_t n = 0;
    while (n < text.len && (is_letter(text.ptr[n]) || text.ptr[n] == '.' || text.ptr[n] == '_' || text.ptr[n] == '$' ||
                            (n && text.ptr[n] >= '0' && text.ptr[n] <= '9') ||
                            (text.ptr[n] == ':' && n + 2 < text.len && text.ptr[n + 1] == ':' && ++n)))
        n++;
    struct span name = {text.ptr, n};
    if (n < 5 || (n < text.len && text.ptr[n] != ':' && text.ptr[n] != ' ' && text.ptr[n] != '('))
        return false;
    if (n < text.len && text.ptr[n] == ' ' && (n + 1 >= text.len || text.ptr[n + 1] != '('))
        return false;
    return ends_with(name, "Error") || ends_with(name, "Exception") || ends_with(name, "Exit") ||
           ends_with(name, "Interrupt") || ends_with(name, "Failure") || ends_with(name, "Throwable");
}

static enum shape shape_of(struct span text)
{
    if (STARTS_ANY(text, "Caused by: ", "Suppressed: ", "panic: ", "fatal error: ", "---> ", "Exception in thread ",
                   "Unhandled exception", "Uncaught ", "thread '", "PHP Fatal error: ", "** (", "[CIRCULAR REFERENCE"))
        return SHAPE_EXCEPTION;
    if (STARTS_ANY(text, "at ", "File \"", "... ", "from /", "goroutine ", "created by ", "#", "--- End of", "During handling ",
                   "The above exception ", "Stack trace:", "stack backtrace:", "stack traceback", "Traceback (", "^",
                   "DETAIL:  ", "HINT:  ", "STATEMENT:  ", "CONTEXT:  ", "QUERY:  ", "note: run with "))
        return SHAPE_FRAME;
    return names_exception(text) ? SHAPE_EXCEPTION : SHAPE_TEXT;
}

static bool ends_in_traceback(struct span message)
{
    static const char tail[] = "Traceback (most recent call last):";
    return message.len >= sizeof tail - 1 && message.ptr[message.len - 1] == ':' && ends_with(message, tail);
}

static bool within_gap(const struct join *join, int64_t time_ns)
{
    return join->last_ns != TIME_NONE && time_ns >= join->last_ns && time_ns - join->last_ns <= JOIN_GAP_NS;
}

/* Padding of columns looks like the indentation of a traced line: "INFO  text", "[   main]", "Name     : text". Such
 * places are ruled out on both sides: no traceback starts behind them, and no boundary is refused for them. */
static bool padded_before(struct span text, size_t blank)
{
    if (blank && text.ptr[blank - 1] == '[')
        return true;
    struct span head = {text.ptr, blank};
    return ends_with(head, "INFO") || ends_with(head, "WARN");
}

static bool padded_after(struct span text, size_t blank)
{
    while (blank < text.len && (text.ptr[blank] == ' ' || text.ptr[blank] == '\t'))
        blank++;
    return blank < text.len && (text.ptr[blank] == ':' || text.ptr[blank] == '|');
}

static enum joined join_trace_head(struct join *join, struct span message, bool close)
{
    size_t prefix = message.len - strlen("Traceback (most recent call last):");
    size_t word = prefix;
    while (word && message.ptr[word - 1] == ' ')
        word--;
    join->tracing = prefix <= JOIN_PREFIX && !padded_before(message, word);
    join->traced_out = false;
    join->prefix_bytes = (uint16_t)(join->tracing ? prefix : 0);
    if (join->prefix_bytes)
        memcpy(join->prefix, message.ptr, prefix);
    return close && join->open ? JOINED_FRAME : JOINED_RECORD;
}

/* A stamped line behind a stamped "Traceback": carries on when it has the same header and then blanks, nothing, a frame or
 * an exception. After the exception only blanks, nothing and "During handling ..." carry on. */
static enum joined join_traced(struct join *join, struct span message, bool close)
{
    size_t prefix = join->prefix_bytes;
    size_t compare = message.len < prefix ? message.len : prefix;
    bool same = message.len >= prefix || message.len + 1 == prefix; /* the blank before an empty text may be cut off */
    if (close && same && memcmp(message.ptr, join->prefix, compare) == 0) {
        struct span body = span_skip(message, prefix);
        if (body.len == 0)
            return JOINED_FRAME;
        if ((body.ptr[0] == ' ' || body.ptr[0] == '\t') && !padded_after(body, 0))
            return JOINED_FRAME;
        if (span_starts(body, "During handling ") || span_starts(body, "The above exception "))
            return JOINED_FRAME;
        size_t n = 0;
        while (n < body.len && (is_letter(body.ptr[n]) || body.ptr[n] == '_' || body.ptr[n] == '.'))
            n++;
        bool named = n >= 4 && n < body.len && body.ptr[n] == ':'; /* "Invalid: text": a name of its own */
        if (!join->traced_out && (named || shape_of(body) == SHAPE_EXCEPTION)) {
            join->traced_out = true;
            return JOINED_EXCEPTION;
        }
    }
    join->tracing = false;
    return JOINED_RECORD;
}

static enum joined join_unstamped(const struct join *join, const struct line *line)
{
    struct span text = span_trim(line->message);
    enum shape shape = shape_of(text);
    if (shape == SHAPE_EXCEPTION)
        return join->open ? JOINED_EXCEPTION : JOINED_RECORD;
    if (!join->open)
        return JOINED_RECORD;
    if (shape == SHAPE_FRAME || (line->flags & LINE_INDENTED))
        return JOINED_FRAME;
    /* SQL, dumps and wrapped text carry on; what speaks of a failure, or has a level, is heard by itself */
    return line->severity || severity_of_header(text) || severity_of_words(text) ? JOINED_RECORD : JOINED_DETAIL;
}

/* A line of a source without any times: only its shape tells. */
static enum joined join_timeless(const struct join *join, const struct line *line)
{
    struct span text = span_trim(line->message);
    enum shape shape = shape_of(text);
    if (!join->open)
        return JOINED_RECORD;
    if (shape == SHAPE_EXCEPTION)
        return (line->flags & LINE_INDENTED) || span_starts(text, "Caused by") ? JOINED_EXCEPTION : JOINED_RECORD;
    return shape == SHAPE_FRAME ? JOINED_FRAME : JOINED_RECORD;
}

static enum joined join_kind(struct join *join, const struct line *line, int64_t time_ns, bool stamped)
{
    if (line->flags & LINE_EMPTY)
        return JOINED_EMPTY;
    if (!stamped)
        return join_timeless(join, line);
    if (!(line->flags & LINE_STAMPED))
        return join_unstamped(join, line);
    bool close = within_gap(join, time_ns);
    if (ends_in_traceback(line->message))
        return join_trace_head(join, line->message, close);
    if (join->tracing) {
        enum joined traced = join_traced(join, line->message, close);
        if (traced != JOINED_RECORD)
            return traced;
    }
    if (!(line->flags & (LINE_INDENTED | LINE_ENVELOPE)) || !close || !join->open)
        return JOINED_RECORD;
    enum shape shape = shape_of(span_trim(line->message));
    if (shape == SHAPE_EXCEPTION)
        return JOINED_EXCEPTION;
    return shape == SHAPE_FRAME || (line->flags & LINE_INDENTED) ? JOINED_FRAME : JOINED_RECORD;
}

enum joined join_next(struct join *join, const struct line *line, int64_t time_ns, bool stamped)
{
    enum joined kind = join_kind(join, line, time_ns, stamped);
    if (kind != JOINED_RECORD && kind != JOINED_EMPTY && join->lines >= JOIN_LINES_MAX)
        kind = JOINED_RECORD;
    if (kind == JOINED_RECORD) {
        join->open = true;
        join->lines = 0;
    }
    join->lines++;
    join->last_ns = time_ns;
    return kind;
}

/* Nothing in the line can carry on a record or be carried on by a stamped line. */
static bool plain(const struct line *line)
{
    if (!(line->flags & LINE_STAMPED) || (line->flags & (LINE_INDENTED | LINE_EMPTY | LINE_ENVELOPE)))
        return false;
    return !ends_in_traceback(line->message);
}

/* Could the line be one of a stamped traceback after which a traceback goes on? Asked generously. */
static bool may_be_traced(struct span message)
{
    if (message.len == 0 || message.ptr[message.len - 1] == ' ' || message.ptr[message.len - 1] == '.' ||
        message.ptr[message.len - 1] == ':')
        return true; /* ends as an empty text, "The above exception ...:" or "... occurred:" do */
    size_t n = message.len < JOIN_PREFIX + 2 ? message.len : JOIN_PREFIX + 2;
    for (size_t i = 0; i + 1 < n; i++) {
        bool blanks = (message.ptr[i] == ' ' || message.ptr[i] == '\t') &&
                      (message.ptr[i + 1] == ' ' || message.ptr[i + 1] == '\t');
        if (!blanks)
            continue;
        if (!padded_before(message, i) && !padded_after(message, i))
            return true;
        while (i + 1 < n && (message.ptr[i + 1] == ' ' || message.ptr[i + 1] == '\t'))
            i++;
    }
    return false;
}

bool join_boundary(const struct line *before, const struct line *line)
{
    if (!plain(line) || !(before->flags & LINE_STAMPED))
        return false;
    int64_t gap = line->time_ns - before->time_ns;
    if (gap < 0 || gap > JOIN_GAP_NS)
        return true;
    struct span a = before->message, b = line->message;
    bool bare_header = b.len < a.len && memcmp(a.ptr, b.ptr, b.len) == 0; /* the empty line that ends a traceback */
    return plain(before) && !bare_header && !may_be_traced(a) && !may_be_traced(b);
}
