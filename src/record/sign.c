#include "record/sign.h"

#include "base/ascii.h"

#include <stdbool.h>

static const char *const signs[] = {"error",  "errno", "fail",    "exception", "fatal",    "cannot",
                                    "denied", "panic", "refused", "timed out", "no such ", "traceback"};

/* Lower case, as all signs are. */
static bool begins(struct span text, const char *sign)
{
    size_t i = 0;
    for (; sign[i] && i < text.len; i++)
        if ((is_letter(text.ptr[i]) ? text.ptr[i] | 0x20 : text.ptr[i]) != (uint8_t)sign[i])
            return false;
    return !sign[i];
}

/* Behind the rest of its word a value that is nothing: "errors": [], failed=0. */
static bool of_none(struct span text)
{
    static const char *const nothing[] = {"0", "[]", "{}", "null", "none", "false", "nil"};
    size_t i = 0;
    bool assigned = false;
    while (i < text.len && is_letter(text.ptr[i]))
        i++;
    for (; i < text.len && text.ptr[i] && strchr("\\\"' :=", text.ptr[i]); i++)
        assigned |= text.ptr[i] == ':' || text.ptr[i] == '=';
    for (size_t k = 0; assigned && k < sizeof nothing / sizeof *nothing; k++)
        if (begins(span_skip(text, i), nothing[k]))
            return true;
    return false;
}

size_t sign_find(struct span text, size_t from)
{
    size_t end = text.len;
    if (from < end && end - from > SIGN_SEARCHED_MAX)
        end = from + SIGN_SEARCHED_MAX;
    for (size_t at = from; at < end; at++) {
        struct span rest = span_skip(text, at);
        for (size_t i = 0; is_letter(rest.ptr[0]) && i < sizeof signs / sizeof *signs; i++)
            if (begins(rest, signs[i]) && !of_none(rest))
                return at;
    }
    return text.len;
}
