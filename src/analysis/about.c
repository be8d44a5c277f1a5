#include "analysis/about.h"

enum { PAIRS_MAX = 4, TOKENS_MAX = 16, VALUE_BYTES_MAX = 48 };

static bool is_letter(uint8_t c)
{
    return (unsigned)(c | 0x20) - 'a' < 26;
}

static bool has_letter(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_letter(text.ptr[i]))
            return true;
    return false;
}

/* NAME=VALUE; false when the token is none. */
static bool read_pair(struct span token, struct span *ret_name, struct span *ret_value)
{
    size_t n = 0;
    while (n < token.len &&
           (is_letter(token.ptr[n]) || token.ptr[n] == '_' || token.ptr[n] == '.' || token.ptr[n] == '-'))
        n++;
    if (n == 0 || n + 1 >= token.len || token.ptr[n] != '=')
        return false;
    *ret_name = span_make(token.ptr, n);
    *ret_value = span_skip(token, n + 1);
    struct span *value = ret_value;
    if (value->len > 2 && value->ptr[0] == '"' && value->ptr[value->len - 1] == '"')
        *value = span_make(value->ptr + 1, value->len - 2);
    return true;
}

const char *about_message(struct span message, struct arena *arena)
{
    struct span names[TOKENS_MAX], values[TOKENS_MAX];
    size_t count = 0, shown = 0;
    const char *text = NULL;
    for (message = span_trim(message); message.len && count < TOKENS_MAX; count++) {
        size_t at = message.len;
        while (at && message.ptr[at - 1] != ' ')
            at--;
        if (!read_pair(span_skip(message, at), &names[count], &values[count]))
            break;
        message = span_trim(span_make(message.ptr, at));
    }
    while (count-- > 0 && shown < PAIRS_MAX) {
        struct span value = values[count];
        if (!has_letter(value) || value.len > VALUE_BYTES_MAX)
            continue;
        text = arena_printf(arena, "%s%s%.*s %.*s", text ? text : "", text ? ", " : "", (int)names[count].len,
                            (const char *)names[count].ptr, (int)value.len, (const char *)value.ptr);
        shown++;
    }
    return text;
}
