#include "record/ids.h"

#include "base/ascii.h"

enum { ID_BYTES_MIN = 4, ID_BYTES_MAX = 64, GAP_BYTES_MAX = 6, TRACE_DIGITS = 32, SPAN_DIGITS = 16 };

/* In lower case, without separators. */
static const struct name {
    const char *name;
    enum id_kind kind;
} names[] = {{"traceid", ID_TRACE},     {"spanid", ID_SPAN},           {"requestid", ID_REQUEST},
             {"reqid", ID_REQUEST},     {"correlationid", ID_REQUEST}, {"xrequestid", ID_REQUEST},
             {"requestuid", ID_REQUEST}};

static bool is_hex(uint8_t c)
{
    return is_digit(c) || (unsigned)(c | 0x20) - 'a' < 6;
}

static bool is_separator(uint8_t c)
{
    return c == '_' || c == '-' || c == '.';
}

/* Where name ends in text when it begins there, with any separators and case: 0: it does not. */
static size_t name_bytes(struct span text, const char *name)
{
    size_t at = 0;
    for (; *name; at++) {
        if (at < text.len && at && is_separator(text.ptr[at]))
            continue;
        if (at >= text.len || (text.ptr[at] | 0x20) != (uint8_t)*name)
            return 0;
        name++;
    }
    return at < text.len && (is_letter(text.ptr[at]) || is_digit(text.ptr[at])) ? 0 : at;
}

/* The value behind a name: past '=' or ':', quotes (with backslashes, where the JSON is in a string), blanks.
 */
static struct span value_of(struct span text)
{
    size_t at = 0, n = 0;
    bool told = false;
    while (at < text.len && at < GAP_BYTES_MAX && text.ptr[at] && strchr("\\\"'=: ", text.ptr[at])) {
        told |= text.ptr[at] == '=' || text.ptr[at] == ':';
        at++;
    }
    bool some = false, digit = false;
    for (; at + n < text.len && n <= ID_BYTES_MAX; n++) {
        uint8_t c = text.ptr[at + n];
        if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_')
            break;
        digit |= is_digit(c);
        some |= c != '0' && c != '-';
    }
    bool id = told && digit && some && n >= ID_BYTES_MIN && n <= ID_BYTES_MAX;
    return span_make(text.ptr + at, id ? n : 0);
}

/* "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" */
static void take_parent(struct span text, struct ids *ids)
{
    enum { TRACE_AT = 3, SPAN_AT = TRACE_AT + TRACE_DIGITS + 1, ALL = SPAN_AT + SPAN_DIGITS + 3 };
    size_t at = 0;
    while (at < text.len && at < GAP_BYTES_MAX && !is_hex(text.ptr[at]))
        at++;
    text = span_skip(text, at);
    if (text.len < ALL)
        return;
    for (size_t i = 0; i < ALL; i++) {
        bool dash = i == TRACE_AT - 1 || i == SPAN_AT - 1 || i == SPAN_AT + SPAN_DIGITS;
        if (dash ? text.ptr[i] != '-' : !is_hex(text.ptr[i]))
            return;
    }
    if (!ids->of[ID_TRACE].len)
        ids->of[ID_TRACE] = span_make(text.ptr + TRACE_AT, TRACE_DIGITS);
    if (!ids->of[ID_SPAN].len)
        ids->of[ID_SPAN] = span_make(text.ptr + SPAN_AT, SPAN_DIGITS);
}

static void look_at_name(struct span text, struct ids *ids)
{
    size_t parent = name_bytes(text, "traceparent");
    if (parent)
        take_parent(span_skip(text, parent), ids);
    if (text.len > 12 && span_starts(text, "req-") && is_hex(text.ptr[4]) && text.ptr[12] == '-' &&
        !ids->of[ID_REQUEST].len) { /* OpenStack: req-UUID */
        size_t n = 4;
        while (n < text.len && (is_hex(text.ptr[n]) || text.ptr[n] == '-'))
            n++;
        ids->of[ID_REQUEST] = span_make(text.ptr, n);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = ids->of[names[i].kind].len ? 0 : name_bytes(text, names[i].name);
        if (n)
            ids->of[names[i].kind] = value_of(span_skip(text, n));
    }
}

void ids_find(struct span text, struct ids *ret_ids)
{
    *ret_ids = (struct ids){0};
    for (size_t i = 0; i + 6 < text.len; i++) {
        uint8_t c = text.ptr[i] | 0x20;
        if (c != 't' && c != 's' && c != 'r' && c != 'c' && c != 'x')
            continue;
        bool starts = i == 0 || !is_letter(text.ptr[i - 1]) || /* "otelTraceId": a word of its own */
                      ((unsigned)text.ptr[i] - 'A' < 26 && (unsigned)text.ptr[i - 1] - 'a' < 26);
        if (starts)
            look_at_name(span_skip(text, i), ret_ids);
    }
}
