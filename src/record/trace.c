/* Python's names of exceptions have a module at most, Java's a package. */
#include "record/trace.h"

static struct trace_line exception_line(struct span text)
{
    size_t dots = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] != ':' && text.ptr[i] != ' '; i++)
        dots += text.ptr[i] == '.';
    if (span_starts(text, "panic: ") || span_starts(text, "fatal error: "))
        return (struct trace_line){.kind = TRACE_GO, .begins = true};
    if (dots > 1 || span_starts(text, "Exception in thread ") || span_starts(text, "Unhandled "))
        return (struct trace_line){.kind = TRACE_JAVA, .begins = true};
    return (struct trace_line){.kind = TRACE_PYTHON, .ends = true};
}

/* "main.(*Cart).Add(0x0, 0xc0000a6000)" */
static bool is_call(struct span text)
{
    size_t n = 0;
    bool dotted = false;
    for (; n < text.len && text.ptr[n] > ' ' && text.ptr[n] != '('; n++)
        dotted |= text.ptr[n] == '.';
    return dotted && n < text.len && text.ptr[n] == '(' && text.ptr[text.len - 1] == ')';
}

/* "/app/cart.go:55 +0x26" */
static bool is_go_place(struct span text)
{
    return text.len && text.ptr[0] == '/' && memmem(text.ptr, text.len, ".go:", 4);
}

struct trace_line trace_line_of(struct span text, enum joined joined)
{
    size_t indent = 0;
    while (indent < text.len && (text.ptr[indent] == ' ' || text.ptr[indent] == '\t'))
        indent++;
    bool tab = indent && text.ptr[0] == '\t';
    text = span_trim(text);
    if (span_starts(text, "at ") || span_starts(text, "... ") || span_starts(text, "Caused by: ") ||
        span_starts(text, "Suppressed: "))
        return (struct trace_line){.kind = TRACE_JAVA};
    if (span_starts(text, "Traceback ("))
        return (struct trace_line){.kind = TRACE_PYTHON, .begins = true};
    if (span_starts(text, "File \""))
        return (struct trace_line){.kind = TRACE_PYTHON};
    if (span_starts(text, "goroutine "))
        return (struct trace_line){.kind = TRACE_GO, .begins = true};
    if (span_starts(text, "created by ") || is_go_place(text) || (!indent && is_call(text)))
        return (struct trace_line){.kind = TRACE_GO};
    if (joined == JOINED_EXCEPTION)
        return exception_line(text);
    if (indent >= 4 && !tab)
        return (struct trace_line){.kind = TRACE_PYTHON, .weak = true};
    return (struct trace_line){.kind = TRACE_NONE};
}
