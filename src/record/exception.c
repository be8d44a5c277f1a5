#include "record/exception.h"

static const char *const cause_marks[] = {"Caused by: ", "---> ", "[cause]: "};
static const char *const fronts[] = {"Caused by: ",
                                     "Suppressed: ",
                                     "---> ",
                                     "[cause]: ",
                                     "PHP Fatal error:  ",
                                     "Uncaught ",
                                     "Uncaught (in promise) ",
                                     "Unhandled exception. ",
                                     "Next ",
                                     "Unhandled exception: "};

static bool is_name(uint8_t c)
{
    return (unsigned)(c | 0x20) - 'a' < 26 || (unsigned)c - '0' < 10 || c == '.' || c == '_' || c == '$' ||
           c == '\\' || c == '/';
}

struct span exception_ungroup(struct span line)
{
    while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '|' || line.ptr[0] == '\t'))
        line = span_skip(line, 1);
    return line;
}

struct span exception_cause(struct span line)
{
    for (size_t i = 0; i < sizeof cause_marks / sizeof *cause_marks; i++)
        if (span_starts(line, cause_marks[i])) {
            struct span cause = span_skip(line, strlen(cause_marks[i]));
            return span_starts(cause, "[CIRCULAR REFERENCE") ? span_make(cause.ptr, 0) : cause;
        }
    return span_make(line.ptr, 0);
}

static struct span skip_fronts(struct span line)
{
    static const char thread[] = "Exception in thread \"";
    line = exception_ungroup(line);
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        if (span_starts(line, fronts[i])) {
            line = span_skip(line, strlen(fronts[i]));
            i = (size_t)-1;
        }
    if (span_starts(line, thread)) {
        struct span rest = span_skip(line, sizeof thread - 1);
        const uint8_t *end = memmem(rest.ptr, rest.len, "\" ", 2);
        if (end)
            return span_skip(rest, (size_t)(end + 2 - rest.ptr));
    }
    return line;
}

/* Where the text behind "FILE:LINE:in `NAME': " begins; 0: the line is none of Ruby's. From 3.4 on both
 * quotes are straight. */
static size_t ruby_text(struct span line)
{
    const uint8_t *in =
        line.len > 12 && line.ptr[line.len - 1] == ')' ? memmem(line.ptr, line.len, ":in ", 4) : NULL;
    if (!in || in == line.ptr || (unsigned)in[-1] - '0' > 9 || (in[4] != '`' && in[4] != '\''))
        return 0;
    struct span rest = span_skip(line, (size_t)(in + 5 - line.ptr));
    const uint8_t *end = memmem(rest.ptr, rest.len, "': ", 3);
    return end ? (size_t)(end + 3 - line.ptr) : 0;
}

bool exception_is_ruby(struct span line)
{
    return ruby_text(line) > 0;
}

static void split_ruby(struct span text, struct span *ret_type, struct span *ret_message)
{
    size_t n = text.len - 1;
    while (n && (is_name(text.ptr[n - 1]) || text.ptr[n - 1] == ':'))
        n--;
    bool told = n && text.ptr[n - 1] == '(';
    *ret_type = span_make(text.ptr + n, told ? text.len - 1 - n : 0);
    *ret_message = told ? span_trim(span_make(text.ptr, n - 1)) : text;
}

static const char arrow[] = " ---> ";

struct span exception_inner(struct span line)
{
    struct span inner = {line.ptr, 0};
    const uint8_t *at;
    while ((at = memmem(line.ptr, line.len, arrow, sizeof arrow - 1)))
        inner = line = span_skip(line, (size_t)(at + sizeof arrow - 1 - line.ptr));
    return inner;
}

void exception_split(struct span line, struct span *ret_type, struct span *ret_message)
{
    line = skip_fronts(line);
    const uint8_t *inner = memmem(line.ptr, line.len, arrow, sizeof arrow - 1);
    if (inner)
        line.len = (size_t)(inner - line.ptr);
    *ret_type = span_make(line.ptr, 0);
    *ret_message = line;
    size_t ruby = ruby_text(line);
    if (ruby) {
        split_ruby(span_skip(line, ruby), ret_type, ret_message);
        return;
    }
    static const char thrown[] = "terminate called after throwing an instance of '"; /* C++ */
    if (span_starts(line, thrown)) {
        struct span type = span_skip(line, sizeof thrown - 1);
        const uint8_t *end = memchr(type.ptr, '\'', type.len);
        type.len = end ? (size_t)(end - type.ptr) : type.len;
        *ret_type = type;
        *ret_message = span_skip(line, sizeof thrown - 1 + type.len + 3);
        return;
    }
    if (span_starts(line, "thread '")) { /* Rust */
        *ret_type = span_of("panic");
        return;
    }
    size_t n = span_starts(line, "fatal error: ") ? strlen("fatal error") : 0; /* Go */
    while (n < line.len && (is_name(line.ptr[n]) ||
                            (line.ptr[n] == ':' && n + 1 < line.len && line.ptr[n + 1] == ':' && ++n)))
        n++;
    if (n == 0 || (n < line.len && line.ptr[n] != ':'))
        return;
    *ret_type = span_make(line.ptr, n);
    *ret_message = span_trim(span_skip(line, n + 1));
}
