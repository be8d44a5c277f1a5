/* Why per line and before fingerprinting: a frame must not become a pattern, and whether a line is a frame
 * depends on its indentation, which masking removes. Most lines are stamped, start with a word and hold no
 * traceback: they leave after a few compares. */
#include "record/join.h"

#include "base/ascii.h"
#include "record/exception.h"
#include "record/find.h"
#include "record/glance.h"
#include "record/severity.h"

enum shape { SHAPE_TEXT, SHAPE_FRAME, SHAPE_EXCEPTION };

static bool ends_with(struct span s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.len >= n && memcmp(s.ptr + s.len - n, suffix, n) == 0;
}

static bool starts_any(struct span s, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (s.len && (uint8_t)list[i][0] == s.ptr[0] && span_starts(s, list[i]))
            return true;
    return false;
}

#define STARTS_ANY(s, ...)                                                                                   \
    starts_any(s, (const char *const[]){__VA_ARGS__},                                                        \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* How continuations begin. By their first byte. glance.c knows the first four bytes of each. */
static const struct opening {
    const char *text;
    enum shape shape;
} openings[] = {{"Caused by: ", SHAPE_EXCEPTION},
                {"CONTEXT:  ", SHAPE_FRAME},
                {"Suppressed: ", SHAPE_EXCEPTION},
                {"Stack trace:", SHAPE_FRAME},
                {"STATEMENT:  ", SHAPE_FRAME},
                {"panic: ", SHAPE_EXCEPTION},
                {"fatal error: ", SHAPE_EXCEPTION},
                {"from /", SHAPE_FRAME},
                {"---> ", SHAPE_EXCEPTION},
                {"--- End of", SHAPE_FRAME},
                {"Exception in thread ", SHAPE_EXCEPTION},
                {"Unhandled exception", SHAPE_EXCEPTION},
                {"Unhandled Exception:", SHAPE_EXCEPTION},
                {"Uncaught ", SHAPE_EXCEPTION},
                {"terminate called ", SHAPE_EXCEPTION},
                {"thread '", SHAPE_EXCEPTION},
                {"Fatal Python error: ", SHAPE_EXCEPTION},
                {"File \"", SHAPE_FRAME},
                {"PHP Fatal error: ", SHAPE_EXCEPTION},
                {"** (", SHAPE_EXCEPTION},
                {"[CIRCULAR REFERENCE", SHAPE_EXCEPTION},
                {"[cause]: ", SHAPE_EXCEPTION},
                {"at ", SHAPE_FRAME},
                {"... ", SHAPE_FRAME},
                {"goroutine ", SHAPE_FRAME},
                {"created by ", SHAPE_FRAME},
                {"During handling ", SHAPE_FRAME},
                {"DETAIL:  ", SHAPE_FRAME},
                {"The above exception ", SHAPE_FRAME},
                {"Traceback (", SHAPE_FRAME},
                {"stack backtrace:", SHAPE_FRAME},
                {"stack traceback", SHAPE_FRAME},
                {"^", SHAPE_FRAME},
                {"HINT:  ", SHAPE_FRAME},
                {"QUERY:  ", SHAPE_FRAME},
                {"note: ", SHAPE_FRAME},
                {"", SHAPE_TEXT}};

/* The first of those with this byte, counted from 1: most lines of a busy log are dismissed by one load. */
static const uint8_t opens[256] = {
    ['C'] = 1,  ['S'] = 3,  ['p'] = 6,  ['f'] = 7,  ['-'] = 9,  ['E'] = 11, ['U'] = 12, ['t'] = 15,
    ['F'] = 17, ['P'] = 19, ['*'] = 20, ['['] = 21, ['a'] = 23, ['.'] = 24, ['g'] = 25, ['c'] = 26,
    ['D'] = 27, ['T'] = 29, ['s'] = 31, ['^'] = 33, ['H'] = 34, ['Q'] = 35, ['n'] = 36};

/* "java.io.IOException: x", "ValueError: x", "exc.HTTPNotFound", "Foo::BarError (x)": a dotted name that ends
 * as exceptions are named, followed by a colon, a bracket, or the end of the line. */
static bool names_exception(struct span text)
{
    size_t n = 0;
    while (n < text.len && (is_letter(text.ptr[n]) || text.ptr[n] == '.' || text.ptr[n] == '_' ||
                            text.ptr[n] == '$' || (n && text.ptr[n] >= '0' && text.ptr[n] <= '9') ||
                            (text.ptr[n] == ':' && n + 2 < text.len && text.ptr[n + 1] == ':' && ++n)))
        n++;
    struct span name = {text.ptr, n};
    if (n < 5 || (n < text.len && text.ptr[n] != ':' && text.ptr[n] != ' ' && text.ptr[n] != '('))
        return false;
    if (n < text.len && text.ptr[n] == ' ' && (n + 1 >= text.len || text.ptr[n + 1] != '('))
        return false;
    return ends_with(name, "Error") || ends_with(name, "Exception") || ends_with(name, "Exit") ||
           ends_with(name, "Interrupt") || ends_with(name, "ExceptionGroup") || ends_with(name, "Failure") ||
           ends_with(name, "Throwable");
}

/* "#0 main () at a.c:1", "#1 {main}", "#2 0x7f00 in f"; "#98 server refused connection" says something. */
static bool is_numbered_frame(struct span text)
{
    if (text.ptr[0] != '#' || text.len < 2 || !is_digit(text.ptr[1]))
        return false;
    for (size_t i = 2; i < text.len; i++)
        if (memchr("({[/", text.ptr[i], 4) || (text.ptr[i] == 'x' && text.ptr[i - 1] == '0'))
            return true;
    return false;
}

static __attribute__((noinline)) enum shape shape_of(struct span text)
{
    if (text.len == 0)
        return SHAPE_TEXT;
    size_t first = opens[text.ptr[0]];
    for (size_t i = first - 1; first && (uint8_t)openings[i].text[0] == text.ptr[0]; i++)
        if (span_starts(text, openings[i].text))
            return openings[i].shape;
    if (text.ptr[text.len - 1] == ')' && exception_is_ruby(text))
        return SHAPE_EXCEPTION;
    if (span_starts(text, "Next ") && names_exception(span_skip(text, 5))) /* PHP */
        return SHAPE_EXCEPTION;
    if (is_numbered_frame(text))
        return SHAPE_FRAME;
    return names_exception(text) ? SHAPE_EXCEPTION : SHAPE_TEXT;
}

/* "main.(*Shop).pay(0xc000012120, ...)", "net/http.HandlerFunc.ServeHTTP(...)": a frame where Go tells of its
 * routines, else a sentence like any other. */
static bool is_go_frame(struct span text)
{
    if (text.len < 4 || text.ptr[text.len - 1] != ')' || text.ptr[0] == '(')
        return false;
    size_t n = 0;
    bool dotted = false;
    for (; n < text.len && text.ptr[n] > ' ' && text.ptr[n] != '('; n++)
        dotted |= text.ptr[n] == '.';
    return dotted && n < text.len && text.ptr[n] == '(';
}

/* "goroutine 1 [running]:" */
static bool is_goroutine(struct span text)
{
    return text.len > 12 && text.ptr[text.len - 1] == ':' && span_starts(text, "goroutine ");
}

bool join_is_exception(struct span text)
{
    return shape_of(text) == SHAPE_EXCEPTION;
}

/* "/srv/shop.js:12" alone on a line: where Node threw what is not caught. */
static bool is_node_place(struct span text)
{
    size_t n = text.len;
    while (n && text.ptr[n - 1] >= '0' && text.ptr[n - 1] <= '9')
        n--;
    return n > 4 && n < text.len && text.ptr[n - 1] == ':' && memchr(text.ptr, ' ', n) == NULL &&
           (memcmp(text.ptr + n - 4, ".js", 3) == 0 || memcmp(text.ptr + n - 4, "mjs", 3) == 0 ||
            memcmp(text.ptr + n - 4, ".ts", 3) == 0 || span_starts(text, "node:"));
}

/* What a runtime prints when a program dies: no logger writes it behind a line of its own. */
static bool starts_crash(struct span text, enum shape shape)
{
    if (shape == SHAPE_EXCEPTION)
        return STARTS_ANY(text, "panic: ", "fatal error: ", "Exception in thread ", "Unhandled exception. ",
                          "Unhandled Exception:", "thread '", "PHP Fatal error: ", "terminate called ",
                          "Fatal Python error: ") ||
               exception_is_ruby(text);
    switch (text.len ? text.ptr[0] : 0) { /* asked of nearly every line of a container */
    case 'S': return span_starts(text, "Segmentation fault");
    case 'A': return span_starts(text, "Aborted (core dumped)") || span_equal(text, span_of("Aborted"));
    case 'K': return span_equal(text, span_of("Killed"));
    case '/':
    case 'n': return is_node_place(text);
    default: return false;
    }
}

/* Neither a continuation by its shape nor a crash. */
static bool is_plain_text(struct span text)
{
    return glance_is_text(text) || (shape_of(text) == SHAPE_TEXT && !starts_crash(text, SHAPE_TEXT));
}

/* A line of a Python exception group: "  | ValueError: x", "  |   File ...", "  +-+---- 1 ----". */
static enum shape grouped_shape(struct span text)
{
    struct span inside = exception_ungroup(text);
    bool indented = text.len > 2 && text.ptr[2] == ' ';
    return text.ptr[0] == '|' && !indented && names_exception(inside) ? SHAPE_EXCEPTION : SHAPE_FRAME;
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

/* Padding of columns looks like the indentation of a traced line: "INFO  text", "[   main]", "Name     :
 * text". Such places are ruled out on both sides: no traceback starts behind them, and no boundary is refused
 * for them. */
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

/* Can a traceback start behind this? "xTraceback" has no header. */
static bool may_be_header(struct span header)
{
    size_t word = header.len;
    while (word && header.ptr[word - 1] == ' ')
        word--;
    uint8_t last = header.len ? header.ptr[header.len - 1] : ' ';
    return !is_letter(last) && !(last >= '0' && last <= '9') && !padded_before(header, word);
}

/* The blank that ends a header is cut off where nothing follows. */
static bool has_header(struct span text, struct span header)
{
    if (text.len + 1 == header.len && header.ptr[header.len - 1] == ' ')
        header.len--;
    return text.len >= header.len && (header.len == 0 || memcmp(text.ptr, header.ptr, header.len) == 0);
}

/* How bad the head of the record was; 0: it does not say. */
static uint8_t head_severity(const struct join *join)
{
    struct span head = {join->head, join->head_bytes};
    uint8_t severity = join->severity ? join->severity : severity_of_header(head);
    return severity ? severity : severity_of_words(head);
}

/* Does the death of a program begin here, behind a line that tells of something else? A traceback may also be
 * printed behind the line that tells of the failure. */
static bool starts_death(struct join *join, struct span text, enum shape shape)
{
    bool traceback = shape == SHAPE_FRAME && text.ptr[0] == 'T' && ends_in_traceback(text);
    if (!(traceback || starts_crash(text, shape)) || join->dead)
        return false;
    uint8_t severity = head_severity(join);
    join->dead = traceback ? severity && severity < SEVERITY_WARN : severity < SEVERITY_ERROR;
    return join->dead;
}

/* "Traceback" on a stamped line: part of the record before when that has the same header (LOG.exception
 * writes so). */
static __attribute__((noinline)) enum joined join_trace_head(struct join *join, struct span message,
                                                             bool close)
{
    size_t prefix = message.len - strlen("Traceback (most recent call last):");
    size_t shared = prefix < JOIN_HEAD ? prefix : JOIN_HEAD;
    bool same = join->head_bytes >= shared && memcmp(join->head, message.ptr, shared) == 0;
    join->tracing = prefix <= JOIN_PREFIX && may_be_header(span_make(message.ptr, prefix));
    join->traced_out = false;
    join->prefix_bytes = (uint16_t)(join->tracing ? prefix : 0);
    if (join->prefix_bytes)
        memcpy(join->prefix, message.ptr, prefix);
    if (prefix == 0 && starts_death(join, message, SHAPE_FRAME))
        return JOINED_RECORD;
    return close && join->open && same ? JOINED_FRAME : JOINED_RECORD;
}

/* How the line text carries on a traceback whose header is its first `prefix` bytes: as an exception, as a
 * frame (blanks, nothing, "During handling ..."), or not at all. */
static enum shape traced_shape(struct span text, size_t prefix)
{
    struct span body = span_skip(text, prefix);
    if (body.len == 0)
        return SHAPE_FRAME;
    bool indented = body.ptr[0] == '\t' || (body.len > 1 && body.ptr[0] == ' ' && body.ptr[1] == ' ');
    if (indented)
        return padded_after(body, 0) ? SHAPE_TEXT : SHAPE_FRAME;
    if (span_starts(body, "During handling ") || span_starts(body, "The above exception "))
        return SHAPE_FRAME;
    size_t n = 0;
    while (n < body.len && (is_letter(body.ptr[n]) || body.ptr[n] == '_' || body.ptr[n] == '.'))
        n++;
    bool named = n >= 4 && n < body.len && body.ptr[n] == ':'; /* "Invalid: text": a name of its own */
    return named || shape_of(body) == SHAPE_EXCEPTION ? SHAPE_EXCEPTION : SHAPE_TEXT;
}

/* A stamped line behind a stamped "Traceback" carries on when it has the same header; behind the exception
 * only what is no exception does. */
static __attribute__((noinline)) enum joined join_traced(struct join *join, const struct line *line)
{
    size_t prefix = join->prefix_bytes;
    if (prefix == 0 && line->flags & LINE_INDENTED)
        return JOINED_FRAME;
    if (has_header(line->message, span_make(join->prefix, prefix))) {
        enum shape shape = traced_shape(line->message, prefix);
        if (shape == SHAPE_FRAME)
            return JOINED_FRAME;
        if (shape == SHAPE_EXCEPTION && !join->traced_out) {
            join->traced_out = true;
            return JOINED_EXCEPTION;
        }
    }
    join->tracing = false;
    return JOINED_RECORD;
}

static enum joined joined_within(struct join_lines *lines, struct span line)
{
    struct span text = span_trim(line);
    enum shape shape = shape_of(text);
    bool indented = line.ptr[0] == ' ' || line.ptr[0] == '\t', tracing = lines->tracing;
    lines->goroutine |= is_goroutine(text);
    if (ends_in_traceback(text)) {
        lines->tracing = true;
        return JOINED_FRAME;
    }
    if (indented && text.ptr[0] == '|')
        shape = grouped_shape(text);
    lines->tracing &= indented || shape == SHAPE_FRAME;
    if (shape == SHAPE_EXCEPTION || (tracing && !lines->tracing))
        return JOINED_EXCEPTION;
    bool frame = shape == SHAPE_FRAME || indented || (lines->goroutine && is_go_frame(text));
    return frame ? JOINED_FRAME : JOINED_DETAIL;
}

bool join_lines_next(struct join_lines *lines, struct span *ret_line, enum joined *ret_joined)
{
    struct span line;
    do {
        if (lines->rest.len == 0)
            return false;
        const uint8_t *end = memchr(lines->rest.ptr, '\n', lines->rest.len);
        line = span_make(lines->rest.ptr, end ? (size_t)(end - lines->rest.ptr) : lines->rest.len);
        lines->rest = span_skip(lines->rest, line.len + 1);
    } while (span_trim(line).len == 0);
    *ret_line = line;
    *ret_joined = joined_within(lines, line);
    return true;
}

/* PostgreSQL stamps each line of an error: "[311] ERROR:  ...", "[311] DETAIL:  ...", "[311] STATEMENT: ...".
 */
static bool is_database_detail(struct span text)
{
    return STARTS_ANY(text, "DETAIL:  ", "HINT:  ", "STATEMENT:  ", "CONTEXT:  ", "QUERY:  ");
}

/* Such a line, behind the same header as the head of the record. */
static bool details_head(const struct join *join, struct span message)
{
    size_t most = join->head_bytes < message.len ? join->head_bytes : message.len;
    size_t shared = find_shared(join->head, message.ptr, most);
    uint8_t first = shared < message.len ? message.ptr[shared] : 0; /* asked of nearly every line */
    return (first == 'D' || first == 'H' || first == 'S' || first == 'C' || first == 'Q') &&
           is_database_detail(span_skip(message, shared));
}

static bool is_panic_head(struct span text)
{
    return text.len > 8 && text.ptr[0] == 't' && span_starts(text, "thread '");
}

/* "thread 'main' panicked at src/main.rs:3:5:" has what happened on the line behind it. */
static bool heads_panic(const struct join *join)
{
    return join->lines == 1 && is_panic_head(span_make(join->head, join->head_bytes));
}

/* An entry of MySQL's slow log: some have no stamp, all have many lines. */
static bool is_slow_entry(struct span text)
{
    return STARTS_ANY(text, "# User@Host:", "# Time:");
}

static __attribute__((noinline)) enum joined join_unstamped(struct join *join, const struct line *line)
{
    struct span text = span_trim(line->message);
    enum shape shape = shape_of(text);
    join->goroutine |= is_goroutine(text);
    if (join->goroutine && join->open && is_go_frame(text))
        return JOINED_FRAME;
    if (join->open && !(line->flags & LINE_INDENTED) && starts_death(join, text, shape))
        return JOINED_RECORD;
    if (join->open && (line->flags & LINE_INDENTED) && text.len && text.ptr[0] == '|')
        shape = grouped_shape(text);
    if (shape == SHAPE_EXCEPTION)
        return join->open ? JOINED_EXCEPTION : JOINED_RECORD;
    if (!join->open || is_slow_entry(text))
        return JOINED_RECORD;
    if (shape == SHAPE_FRAME || (line->flags & LINE_INDENTED))
        return JOINED_FRAME;
    /* SQL, dumps and wrapped text carry on; what speaks of a failure, or has a level, is heard by itself */
    return line->severity || severity_of_header(text) || severity_of_words(text) ? JOINED_RECORD
                                                                                 : JOINED_DETAIL;
}

/* Node shows the place in the code, and a blank line later what was thrown there. */
static bool is_caret(struct span text)
{
    size_t carets = 0;
    while (carets < text.len && text.ptr[carets] == '^')
        carets++;
    return carets && carets == text.len;
}

/* A line of a source without any times: only its shape tells, and for Python, Go and Node what was before. */
static __attribute__((noinline)) enum joined join_timeless(struct join *join, const struct line *line)
{
    struct span text = span_trim(line->message);
    enum shape shape = shape_of(text);
    bool tracing = join->tracing, indented = line->flags & LINE_INDENTED;
    join->goroutine |= is_goroutine(text);
    bool caret = indented && is_caret(text);
    join->tracing = (tracing && (indented || shape == SHAPE_FRAME)) || ends_in_traceback(text) || caret;
    if (!join->open)
        return JOINED_RECORD;
    if (caret)
        return JOINED_FRAME;
    if (tracing && !join->tracing)
        return JOINED_EXCEPTION;
    if ((tracing && indented) || (join->goroutine && (indented || is_go_frame(text))))
        return JOINED_FRAME;
    if (shape == SHAPE_EXCEPTION)
        return indented || span_starts(text, "Caused by") ? JOINED_EXCEPTION : JOINED_RECORD;
    if (shape == SHAPE_FRAME)
        return JOINED_FRAME;
    if (line->flags & LINE_INDENTED && severity_of_header(span_make(join->head, join->head_bytes)))
        return JOINED_DETAIL; /* .NET: "info: Category[0]", and the text on indented lines */
    return heads_panic(join) ? JOINED_DETAIL : JOINED_RECORD;
}

static enum joined join_kind(struct join *join, const struct line *line, int64_t time_ns, bool stamped)
{
    if (!stamped && !(join->open && is_slow_entry(span_make(join->head, join->head_bytes))))
        return join_timeless(join, line);
    if (!(line->flags & LINE_STAMPED))
        return join_unstamped(join, line);
    bool close = within_gap(join, time_ns);
    if (ends_in_traceback(line->message))
        return join_trace_head(join, line->message, close);
    if (!close)
        join->tracing = false;
    if (join->tracing) {
        enum joined traced = join_traced(join, line);
        if (traced != JOINED_RECORD)
            return traced;
    }
    if (!close || !join->open)
        return JOINED_RECORD;
    if (details_head(join, line->message))
        return JOINED_DETAIL;
    if (!(line->flags & (LINE_INDENTED | LINE_ENVELOPE)))
        return JOINED_RECORD;
    if (line->lines.len) /* who can write several lines at once does */
        return JOINED_RECORD;
    struct span text = span_trim(line->message);
    enum shape shape = glance_is_text(text) ? SHAPE_TEXT : shape_of(text);
    join->goroutine |= is_goroutine(text);
    if (!(line->flags & LINE_INDENTED) && starts_death(join, text, shape))
        return JOINED_RECORD;
    if (shape == SHAPE_EXCEPTION)
        return JOINED_EXCEPTION;
    if (join->goroutine && is_go_frame(text))
        return JOINED_FRAME;
    if (shape == SHAPE_FRAME || (line->flags & LINE_INDENTED))
        return JOINED_FRAME;
    return heads_panic(join) ? JOINED_DETAIL : JOINED_RECORD;
}

static void start_record(struct join *join, struct span message, uint8_t severity)
{
    join->open = true;
    join->severity = severity;
    join->lines = 0;
    join->head_bytes = (uint8_t)(message.len < JOIN_HEAD ? message.len : JOIN_HEAD);
    find_copy(join->head, message.ptr, join->head_bytes);
}

enum joined join_next(struct join *join, const struct line *line, uint64_t writer, int64_t time_ns,
                      bool stamped)
{
    if (writer != join->writer)
        join->open = join->tracing = join->goroutine = false;
    join->writer = writer;
    bool was_dead = join->dead;
    enum joined kind = join_kind(join, line, time_ns, stamped);
    bool died = join->dead && !was_dead;
    if (kind != JOINED_RECORD && join->lines >= JOIN_LINES_MAX)
        kind = JOINED_RECORD;
    if (kind == JOINED_RECORD) {
        join->dead = died;
        join->goroutine = join->goroutine && is_goroutine(span_trim(line->message));
        start_record(join, line->message, line->severity);
    }
    join->lines++;
    join->last_ns = time_ns;
    return kind;
}

bool join_alike(const struct join *join, bool envelope, uint64_t writer)
{
    return writer != join->writer || !(join->tracing || (envelope && (join->goroutine || heads_panic(join))));
}

void join_took(struct join *join, struct span message, uint64_t writer, int64_t time_ns)
{
    join->writer = writer;
    join->tracing = join->goroutine = join->dead = false;
    start_record(join, message, 0);
    join->lines = 1;
    join->last_ns = time_ns;
}

/* Details are looked for first: they are hardly ever there, while nothing foretells whether lines are close.
 */
bool join_text(struct join *join, struct span message, bool envelope, bool details, uint64_t writer,
               int64_t time_ns)
{
    bool same = writer == join->writer;
    bool colon = message.ptr[message.len - 1] == ':'; /* "Traceback ...:", "goroutine 1 [running]:" */
    if (colon ||
        (same && ((details && details_head(join, message) && join->open && within_gap(join, time_ns)) ||
                  (envelope && !is_plain_text(message)))) ||
        !join_alike(join, envelope, writer))
        return false;
    join_took(join, message, writer, time_ns);
    return true;
}

/* Could `before` and `line` both belong to one stamped traceback? Asked for every header that it could have
 * had. */
static bool may_be_traced(struct span before, struct span line)
{
    struct span longer = before.len > line.len ? before : line;
    uint8_t bytes[JOIN_PREFIX];
    size_t n = longer.len < JOIN_PREFIX ? longer.len : JOIN_PREFIX;
    memcpy(bytes, longer.ptr, n);
    if (n < JOIN_PREFIX)
        bytes[n++] = ' ';
    for (size_t prefix = 0; prefix <= n; prefix++) {
        struct span header = {bytes, prefix};
        if (!has_header(before, header) || !has_header(line, header) || !may_be_header(header))
            continue;
        enum shape a = traced_shape(before, prefix), b = traced_shape(line, prefix);
        if ((a == SHAPE_FRAME && b != SHAPE_TEXT) || (a == SHAPE_EXCEPTION && b == SHAPE_FRAME))
            return true;
    }
    return false;
}

bool join_boundary(const struct line *before, const struct line *line)
{
    if (!(before->flags & line->flags & LINE_STAMPED) || ((before->flags | line->flags) & LINE_EMPTY))
        return false;
    struct span text = span_trim(line->message);
    /* what they leave behind depends on what was before */
    if (ends_in_traceback(line->message) || is_goroutine(text))
        return false;
    int64_t gap = line->time_ns - before->time_ns;
    if (gap < 0 || gap > JOIN_GAP_NS || !span_equal(before->stream, line->stream))
        return true;
    if ((line->flags & LINE_INDENTED) || ends_in_traceback(before->message))
        return false;
    if ((line->flags & LINE_ENVELOPE) && is_panic_head(before->message))
        return false;
    if ((line->flags & LINE_ENVELOPE) &&
        (shape_of(text) != SHAPE_TEXT || is_go_frame(text) || starts_crash(text, SHAPE_TEXT)))
        return false;
    for (size_t i = 0; i <= JOIN_HEAD && i < line->message.len; i++)
        if (is_database_detail(span_skip(line->message, i)))
            return false;
    /* an indented line may be a frame of any traceback; what follows it must not be its exception */
    if ((before->flags & LINE_INDENTED) && traced_shape(line->message, 0) != SHAPE_TEXT)
        return false;
    return !may_be_traced(before->message, line->message);
}
