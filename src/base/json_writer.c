/* Why not a library: reports are streamed, their strings are log bytes of any encoding, and no tree is ever
 * needed; what is left is escaping. */
#include "base/json_writer.h"

#include "base/civil.h"

#include <inttypes.h>
#include <math.h>

static void separate(struct json_writer *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (!json->first)
        text_add_byte(json->out, ',');
    if (json->indent && json->depth) {
        text_add_byte(json->out, '\n');
        for (int i = 0; i < json->depth; i++)
            text_puts(json->out, "  ");
    }
    json->first = false;
}

void json_open(struct json_writer *json, char bracket)
{
    if (json->depth == 0)
        json->first = true;
    separate(json);
    text_add_byte(json->out, (uint8_t)bracket);
    json->depth++;
    json->first = true;
}

void json_open_document(struct json_writer *json, const char *schema)
{
    json_open(json, '{');
    json_key(json, "schema");
    json_cstring(json, schema);
}

void json_close(struct json_writer *json, char bracket)
{
    json->depth--;
    if (json->indent && !json->first) {
        text_add_byte(json->out, '\n');
        for (int i = 0; i < json->depth; i++)
            text_puts(json->out, "  ");
    }
    text_add_byte(json->out, (uint8_t)bracket);
    json->first = false;
}

/* Length of the valid UTF-8 sequence at p, 0 when there is none (RFC 3629: no overlong forms, no surrogates).
 */
static size_t sequence(const uint8_t *p, size_t n)
{
    if (p[0] < 0x80)
        return 1;
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || len > n)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF0 && p[1] < 0x90) ||
        (p[0] == 0xF4 && p[1] > 0x8F))
        return 0;
    return len;
}

bool json_is_text(struct span value)
{
    for (size_t i = 0, len; i < value.len; i += len)
        if ((len = sequence(value.ptr + i, value.len - i)) == 0)
            return false;
    return true;
}

static void quoted(struct text *out, struct span value)
{
    text_add_byte(out, '"');
    for (size_t i = 0; i < value.len;) {
        uint8_t c = value.ptr[i];
        size_t len = sequence(value.ptr + i, value.len - i);
        if (len == 0) {
            text_puts(out, "\xEF\xBF\xBD");
            i++;
        } else if (c == '"' || c == '\\') {
            text_add_byte(out, '\\');
            text_add_byte(out, c);
            i++;
        } else if (c == '\n' || c == '\t' || c == '\r') {
            text_puts(out, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
            i++;
        } else if (c < 0x20 || c == 0x7F) {
            text_printf(out, "\\u%04x", c);
            i++;
        } else {
            text_add(out, value.ptr + i, len);
            i += len;
        }
    }
    text_add_byte(out, '"');
}

void json_key(struct json_writer *json, const char *key)
{
    separate(json);
    quoted(json->out, span_of(key));
    text_add_byte(json->out, ':');
    if (json->indent)
        text_add_byte(json->out, ' ');
    json->after_key = true;
}

void json_string(struct json_writer *json, struct span value)
{
    separate(json);
    quoted(json->out, value);
}

void json_cstring(struct json_writer *json, const char *value)
{
    if (value)
        json_string(json, span_of(value));
    else
        json_null(json);
}

void json_integer(struct json_writer *json, int64_t value)
{
    separate(json);
    text_printf(json->out, "%" PRId64, value);
}

void json_unsigned(struct json_writer *json, uint64_t value)
{
    separate(json);
    text_printf(json->out, "%" PRIu64, value);
}

void json_number(struct json_writer *json, double value, int decimals)
{
    separate(json);
    if (!isfinite(value))
        text_puts(json->out, "null");
    else
        text_printf(json->out, "%.*f", decimals, value == 0 ? 0.0 : value);
}

void json_bool(struct json_writer *json, bool value)
{
    separate(json);
    text_puts(json->out, value ? "true" : "false");
}

void json_null(struct json_writer *json)
{
    separate(json);
    text_puts(json->out, "null");
}

void json_time(struct json_writer *json, int64_t time_ns)
{
    char text[CIVIL_TEXT_BYTES];
    if (time_ns == TIME_NONE)
        json_null(json);
    else
        json_string(json, span_make(text, civil_format(time_ns, text)));
}
