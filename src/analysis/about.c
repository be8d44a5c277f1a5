#include "analysis/about.h"

#include "base/ascii.h"

enum { PAIRS_MAX = 4, TOKENS_MAX = 16, VALUE_BYTES_MAX = 48 };

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

/* Where the value in quotes begins that the message ends with: blanks in it part no words. */
static size_t value_begin(struct span message)
{
    if (message.len < 3 || message.ptr[message.len - 1] != '"')
        return message.len;
    for (size_t at = message.len - 2; at > 0; at--)
        if (message.ptr[at] == '"')
            return message.ptr[at - 1] == '=' ? at : message.len;
    return message.len;
}

const char *about_message(struct span message, struct arena *arena)
{
    struct span names[TOKENS_MAX], values[TOKENS_MAX];
    size_t count = 0, shown = 0;
    const char *text = NULL;
    for (message = span_trim(message); message.len && count < TOKENS_MAX; count++) {
        size_t at = value_begin(message);
        while (at && message.ptr[at - 1] != ' ')
            at--;
        if (!read_pair(span_skip(message, at), &names[count], &values[count]))
            break;
        message = span_trim(span_make(message.ptr, at));
    }
    while (count-- > 0 && shown < PAIRS_MAX) {
        struct span value = values[count];
        if (!has_letter(value) || value.len > VALUE_BYTES_MAX || memchr(value.ptr, ' ', value.len))
            continue;
        text = arena_printf(arena, "%s%s%.*s %.*s", text ? text : "", text ? ", " : "", (int)names[count].len,
                            (const char *)names[count].ptr, (int)value.len, (const char *)value.ptr);
        shown++;
    }
    return text;
}

/* Addresses */

static bool is_host_byte(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
}

/* The bytes of a host that begins here, without dots at its end; 0: none. */
static size_t host_bytes(struct span text)
{
    size_t n = 0, dots = 0;
    bool letter = false;
    if (text.len && text.ptr[0] == '[') { /* IPv6 */
        for (n = 1; n < text.len && (is_digit(text.ptr[n]) || is_letter(text.ptr[n]) || text.ptr[n] == ':');
             n++)
            dots += text.ptr[n] == ':';
        return n < text.len && text.ptr[n] == ']' && dots > 1 ? n + 1 : 0;
    }
    for (; n < text.len && is_host_byte(text.ptr[n]); n++) {
        letter |= is_letter(text.ptr[n]);
        dots += text.ptr[n] == '.';
    }
    while (n && text.ptr[n - 1] == '.')
        n--;
    return letter || dots == 3 ? n : 0;
}

/* ":8080" behind a host: its bytes, 0 when it is none. */
static size_t port_bytes(struct span text)
{
    size_t n = 1;
    if (!text.len || text.ptr[0] != ':')
        return 0;
    while (n < text.len && is_digit(text.ptr[n]))
        n++;
    bool more = n + 1 < text.len && (text.ptr[n] == ':' || text.ptr[n] == '.') && text.ptr[n + 1] != ' ';
    bool ends = n == text.len || (!more && (!is_host_byte(text.ptr[n]) || text.ptr[n] == '.'));
    return n >= 3 && n <= 6 && ends ? n : 0;
}

/* "server.go:120" is a line of a program. */
static bool is_source(struct span host)
{
    static const char *const ends[] = {".go", ".c",  ".cc", ".cpp", ".h",   ".py", ".js",    ".ts", ".rb",
                                       ".rs", ".cs", ".ex", ".erl", ".php", ".pl", ".scala", ".kt", ".java"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (host.len > strlen(ends[i]) &&
            memcmp(host.ptr + host.len - strlen(ends[i]), ends[i], strlen(ends[i])) == 0)
            return true;
    return false;
}

static const char *address_at(struct span text, bool sure, struct arena *arena)
{
    size_t host = host_bytes(text), port = port_bytes(span_skip(text, host));
    bool name = memchr(text.ptr, '.', host) || memchr(text.ptr, '-', host) || text.ptr[0] == '[';
    if (!host || host > VALUE_BYTES_MAX ||
        (!sure && (!port || !name || is_source(span_make(text.ptr, host)))))
        return NULL;
    return arena_printf(arena, "%.*s", (int)(host + port), (const char *)text.ptr);
}

const char *about_address(struct span message, struct arena *arena)
{
    static const char *const before[] = {"ENOTFOUND ", "UnknownHostException: ", "lookup ", "://"};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        const uint8_t *hit = memmem(message.ptr, message.len, before[i], strlen(before[i]));
        size_t at = hit ? (size_t)(hit - message.ptr) + strlen(before[i]) : message.len;
        const char *address = at < message.len ? address_at(span_skip(message, at), true, arena) : NULL;
        if (address)
            return address;
    }
    for (size_t at = 0; at < message.len; at++) {
        if (at &&
            (is_host_byte(message.ptr[at - 1]) || message.ptr[at - 1] == '/' || message.ptr[at - 1] == ':'))
            continue;
        const char *address = address_at(span_skip(message, at), false, arena);
        if (address)
            return address;
    }
    return NULL;
}
