#include "record/unescape.h"

#include "base/utf8.h"
#include "record/marks.h"

#include <string.h>

#define ESC 0x1b

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Four hex digits at p, or -1. */
static int32_t hex_unit(const uint8_t *p, const uint8_t *end)
{
    if (end - p < 4)
        return -1;
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* *p is behind "\u". Six input bytes give at most three, twelve give four. */
static uint8_t *put_unicode(uint8_t *out, const uint8_t **p, const uint8_t *end)
{
    int32_t unit = hex_unit(*p, end);
    if (unit < 0) {
        *out++ = '\\';
        *out++ = 'u';
        return out;
    }
    *p += 4;
    uint32_t code = (uint32_t)unit;
    if (unit >= 0xD800 && unit < 0xDC00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        int32_t low = hex_unit(*p + 2, end);
        if (low >= 0xDC00 && low < 0xE000) {
            *p += 6;
            code = 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
        }
    }
    if (code >= 0xD800 && code < 0xE000)
        code = 0xFFFD;
    return put_utf8(out, code);
}

struct span unescape_json(struct scratch *scratch, struct span text)
{
    if (text.len == 0)
        return text;
    uint8_t *start = scratch_alloc(scratch, text.len + MARKS_SLACK), *out = start;
    const uint8_t *p = text.ptr, *end = p + text.len;
    marks_unescape *unescape = marks_kernel()->unescape;
    for (;;) {
        size_t read;
        out += unescape(p, (size_t)(end - p), out, &read);
        p += read;
        if (end - p < 2) {
            if (p < end)
                *out++ = *p++;
            break;
        }
        uint8_t escaped = p[1];
        p += 2;
        if (escaped == 'u') {
            out = put_unicode(out, &p, end);
        } else {
            *out++ = '\\';
            *out++ = escaped;
        }
    }
    scratch_shrink(scratch, start, (size_t)(out - start));
    return span_make(start, (size_t)(out - start));
}

/* Where the sequence that begins at p[0] == ESC ends. A sequence that does not end takes the rest of the line
 * when it holds a text (OSC, APC, DCS, PM, SOS), else two bytes. */
static const uint8_t *skip_sequence(const uint8_t *p, const uint8_t *end)
{
    if (end - p < 2)
        return end;
    uint8_t kind = p[1];
    p += 2;
    if (kind == '[') {
        const uint8_t *q = p;
        while (q < end && *q >= 0x20 && *q < 0x40)
            q++;
        return q < end && *q >= 0x40 && *q < 0x7f ? q + 1 : p;
    }
    if (memchr("]_P^X", kind, 5)) {
        for (; p < end; p++) {
            if (*p == 7)
                return p + 1;
            if (*p == ESC)
                return p + 1 < end && p[1] == '\\' ? p + 2 : p;
        }
        return end;
    }
    if (kind == '(' || kind == ')')
        return p < end ? p + 1 : end;
    return p;
}

/* A line of Buildkite's job log begins with its time in such a text, "bk;t=1786113065123": that is kept. */
static uint8_t *put_time(uint8_t *out, const uint8_t *p, const uint8_t *end)
{
    static const char mark[] = "t=1";
    enum { DIGITS = 13 };
    const uint8_t *from = p[1] == '_' ? memmem(p, (size_t)(end - p), mark, sizeof mark - 1) : NULL;
    size_t n = 2;
    while (from && from + n < end && (unsigned)from[n] - '0' < 10)
        n++;
    if (!from || n != DIGITS + 2 || from + n == end)
        return out;
    memcpy(out, from, n);
    out[n] = ' ';
    return out + n + 1;
}

struct span unescape_terminal(struct scratch *scratch, struct span text)
{
    if (text.len == 0)
        return text;
    uint8_t *start = scratch_alloc(scratch, text.len), *out = start;
    const uint8_t *p = text.ptr, *end = p + text.len;
    while (p < end) {
        const uint8_t *escape = memchr(p, ESC, (size_t)(end - p));
        size_t plain = (size_t)((escape ? escape : end) - p);
        memcpy(out, p, plain);
        out += plain;
        p += plain;
        if (p == end)
            break;
        const uint8_t *behind = skip_sequence(p, end);
        if (out == start && behind - p > 2)
            out = put_time(out, p, behind);
        p = behind;
    }
    scratch_shrink(scratch, start, (size_t)(out - start));
    return span_make(start, (size_t)(out - start));
}

bool unescape_has_terminal(struct span text)
{
    return text.len && memchr(text.ptr, ESC, text.len);
}
