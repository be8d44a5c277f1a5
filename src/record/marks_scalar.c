/* The definition of marks (marks.h), written to be read. Other kernels are tested against it. */
#include "base/ascii.h"
#include "record/layout.h"
#include "record/marks.h"

static inline uint32_t find(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash, bool json)
{
    uint32_t count = 0;
    bool escaped = false, open = false, behind = false; /* behind: what divides, and opens no string */
    *ret_backslash = false;
    for (uint32_t i = 0; i < n; i++) {
        bool quote = p[i] == '"' && !escaped;
        bool divides = quote || (!json && !open && is_blank(p[i]));
        open ^= quote;
        if (divides && (json || !behind))
            ret_at[count++] = (uint16_t)i;
        behind = divides && !(quote && open);
        *ret_backslash |= p[i] == '\\';
        escaped = p[i] == '\\' && !escaped;
    }
    return count;
}

static bool gap_is(const uint8_t *p, size_t there, const struct layout_node *node)
{
    (void)there;
    return memcmp(p, node->text, node->bytes) == 0;
}

#include "record/layout_walk.h"

static uint32_t json(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash)
{
    return find(p, n, ret_at, ret_backslash, true);
}

static uint32_t pairs(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash)
{
    return find(p, n, ret_at, ret_backslash, false);
}

size_t marks_unescape_scalar(const uint8_t *p, size_t n, uint8_t *out, size_t *ret_read)
{
    size_t at = 0, bytes = 0;
    while (at < n) {
        if (p[at] != '\\') {
            out[bytes++] = p[at++];
            continue;
        }
        uint8_t letter = at + 1 < n && p[at + 1] < 128 ? marks_meant[p[at + 1]] : 0;
        if (!letter)
            break;
        out[bytes++] = letter;
        at += 2;
    }
    *ret_read = at;
    return bytes;
}

const struct marks_kernel marks_scalar = {"scalar", json, pairs, walk, marks_unescape_scalar};
