#include "record/audit_text.h"

#include "base/ascii.h"

enum { COMMAND_BYTES_MAX = 1024, ACTOR_BYTES_MAX = 64 };

static struct span value_of(const struct telling *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(members[i].name, span_of(name)))
            return members[i].value.text;
    return (struct span){0};
}

static int hex_of(uint8_t byte)
{
    return is_digit(byte) ? byte - '0' : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* Is the value bytes in hexadecimal? What is plain stands in quotes. */
static bool is_hex(struct span value)
{
    if (value.len < 2 || value.len % 2 || value.ptr[-1] == '"')
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (hex_of(value.ptr[i]) < 0)
            return false;
    return true;
}

/* The value as somebody typed it; the NUL between two arguments is a blank. */
static uint8_t *put(uint8_t *p, const uint8_t *end, struct span value)
{
    bool hex = is_hex(value);
    for (size_t i = 0; i < value.len && p < end; i += hex ? 2 : 1) {
        uint8_t byte = hex ? (uint8_t)(hex_of(value.ptr[i]) * 16 + hex_of(value.ptr[i + 1])) : value.ptr[i];
        *p++ = byte < ' ' ? ' ' : byte;
    }
    return p;
}

static uint8_t *put_words(uint8_t *p, const char *words)
{
    return mempcpy(p, words, strlen(words));
}

/* "a0", "a1", ... */
static bool is_argument(struct span name)
{
    if (name.len < 2 || name.ptr[0] != 'a')
        return false;
    for (size_t i = 1; i < name.len; i++)
        if (!is_digit(name.ptr[i]))
            return false;
    return true;
}

struct span audit_text(const struct telling *members, size_t count, struct scratch *scratch)
{
    enum { AROUND_BYTES = 64 };
    struct span type = value_of(members, count, "type"), command = value_of(members, count, "cmd"),
                title = value_of(members, count, "proctitle"), result = value_of(members, count, "res");
    bool run = span_equal(type, span_of("USER_CMD")) && command.len,
         execve = span_equal(type, span_of("EXECVE")) && value_of(members, count, "argc").len;
    if (!run && !execve && !(span_equal(type, span_of("PROCTITLE")) && title.len))
        return (struct span){0};
    uint8_t *out = scratch_alloc(scratch, COMMAND_BYTES_MAX + ACTOR_BYTES_MAX + AROUND_BYTES), *p = out;
    p = mempcpy(p, type.ptr, type.len);
    struct span actor = value_of(members, count, "AUID");
    if (run && actor.len && actor.len <= ACTOR_BYTES_MAX)
        p = mempcpy(put_words(p, " by "), actor.ptr, actor.len);
    p = put_words(p, run || execve ? ": COMMAND=" : ": ");
    const uint8_t *end = p + COMMAND_BYTES_MAX;
    p = put(p, end, run ? command : execve ? (struct span){0} : title);
    bool first = true;
    for (size_t i = 0; execve && i < count; i++) {
        if (!is_argument(members[i].name))
            continue;
        if (!first && p < end)
            *p++ = ' ';
        p = put(p, end, members[i].value.text);
        first = false;
    }
    if (run && result.len >= 6 && memcmp(result.ptr, "failed", 6) == 0)
        p = put_words(p, " ; failed");
    scratch_shrink(scratch, out, (size_t)(p - out));
    return span_make(out, (size_t)(p - out));
}
