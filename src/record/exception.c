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

void exception_split(struct span line, struct span *ret_type, struct span *ret_message)
{
    line = skip_fronts(line);
    *ret_type = span_make(line.ptr, 0);
    *ret_message = line;
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
