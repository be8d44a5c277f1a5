#include "record/logfmt.h"

enum { EARLY_PAIRS = 8 }; /* a level or message comes within these */

static bool is_name_byte(uint8_t byte)
{
    return (unsigned)(byte | 0x20) - 'a' < 26 || (unsigned)byte - '0' < 10 || byte == '_' || byte == '.' ||
           byte == '-' || byte == '@' || byte == '/';
}

/* name= at *at; moves *at behind it. */
static bool read_name(struct span text, size_t *at, struct span *ret_name)
{
    size_t start = *at, i = start;
    while (i < text.len && i - start < 64 && is_name_byte(text.ptr[i]))
        i++;
    if (i == start || i >= text.len || text.ptr[i] != '=')
        return false;
    *ret_name = span_make(text.ptr + start, i - start);
    *at = i + 1;
    return true;
}

static struct field_value read_value(struct span text, size_t *at)
{
    size_t start = *at, i = start;
    struct field_value value = {.quoted = true};
    if (i < text.len && text.ptr[i] == '"') {
        for (start = ++i; i < text.len && text.ptr[i] != '"'; i++)
            if (text.ptr[i] == '\\' && i + 1 < text.len) {
                value.escaped = true;
                i++;
            }
        value.text = span_make(text.ptr + start, i - start);
        *at = i < text.len ? i + 1 : i;
        return value;
    }
    while (i < text.len && text.ptr[i] != ' ' && text.ptr[i] != '\t')
        i++;
    value.text = span_make(text.ptr + start, i - start);
    *at = i;
    return value;
}

/* "msg" and the like count, "event" or "text" are everyday names. */
static bool is_told(const struct fields *fields)
{
    return fields->severity || fields->message.rank <= 2;
}

bool logfmt_read(struct span text, struct fields *fields)
{
    size_t at = 0;
    struct span name;
    for (;;) {
        while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
            at++;
        if (at >= text.len)
            break;
        if (!read_name(text, &at, &name)) {
            if (fields->count == 0)
                return false;
            while (at < text.len && text.ptr[at] != ' ' && text.ptr[at] != '\t')
                at++; /* a word between pairs */
            continue;
        }
        struct field_name what = field_names_find(fields->names, name);
        struct field_value value = read_value(text, &at);
        if (what.role != FIELD_OTHER && value.text.len)
            fields_add(fields, what, name, value, 0);
        fields->count++;
        if (fields->count == EARLY_PAIRS && !is_told(fields))
            return false;
    }
    fields_finish(fields);
    return fields->count >= 2 && is_told(fields);
}
