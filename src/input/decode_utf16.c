/* UTF-16, as Windows exports and PowerShell's `>` write it, and UTF-32, which few do, to UTF-8. A half of a
 * surrogate pair without the other, what is no character, and a part of one at the end become U+FFFD and are
 * counted. */
#include "input/decoder.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <stdlib.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { UTF8_BYTES_MAX = 4, REPLACEMENT = 0xFFFD, BYTE_ORDER_MARK = 0xFEFF };
enum { BARE_CHARACTERS = 12 }; /* half of the bytes of a stamp or a few words are zero */

struct utf16_state {
    bool big_endian;
    bool wide;    /* UTF-32 */
    bool started; /* the byte order mark is behind us */
    /* a character that did not fit into what the caller has left: [pending_from, pending_to) waits */
    uint8_t pending[UTF8_BYTES_MAX];
    size_t pending_from, pending_to;
};

static void *utf16_start(bool big_endian)
{
    struct utf16_state *u = memory_alloc(sizeof *u);
    u->big_endian = big_endian;
    return u;
}

static void *utf32_start(bool big_endian)
{
    struct utf16_state *u = utf16_start(big_endian);
    u->wide = true;
    return u;
}

static void *wide_le_start(void)
{
    return utf32_start(false);
}

static void *wide_be_start(void)
{
    return utf32_start(true);
}

static void *le_start(void)
{
    return utf16_start(false);
}

static void *be_start(void)
{
    return utf16_start(true);
}

static uint32_t unit_at(const struct utf16_state *u, const uint8_t *p)
{
    return u->big_endian ? (uint32_t)(p[0] << 8 | p[1]) : (uint32_t)(p[1] << 8 | p[0]);
}

static bool is_high(uint32_t unit)
{
    return (unit & 0xFC00) == 0xD800;
}

static bool is_low(uint32_t unit)
{
    return (unit & 0xFC00) == 0xDC00;
}

#if defined(__SSE2__)
/* Eight ASCII characters at a time, which nearly all of a log is. */
static void convert_ascii(struct utf16_state *u, struct raw *raw, uint8_t **out, const uint8_t *out_end)
{
    const __m128i other = _mm_set1_epi16((short)(u->big_endian ? 0x80FF : 0xFF80));
    while (raw->to - raw->from >= 16 && out_end - *out >= 8) {
        __m128i units = _mm_loadu_si128((const __m128i *)(const void *)(raw->bytes + raw->from));
        __m128i zero = _mm_cmpeq_epi16(_mm_and_si128(units, other), _mm_setzero_si128());
        if (_mm_movemask_epi8(zero) != 0xFFFF)
            return;
        if (u->big_endian)
            units = _mm_srli_epi16(units, 8);
        _mm_storel_epi64((__m128i *)(void *)*out, _mm_packus_epi16(units, units));
        raw->from += 16;
        *out += 8;
        u->started = true;
    }
}
#else
static void convert_ascii(struct utf16_state *u, struct raw *raw, uint8_t **out, const uint8_t *out_end)
{
    (void)u, (void)raw, (void)out, (void)out_end;
}
#endif

/* What is whole in raw and fits into [out, out_end). Returns the end of what was written. */
static uint8_t *convert(struct utf16_state *u, struct raw *raw, uint8_t *out, const uint8_t *out_end)
{
    while (raw->to - raw->from >= 2 && out_end - out >= UTF8_BYTES_MAX) {
        convert_ascii(u, raw, &out, out_end);
        if (raw->to - raw->from < 2 || out_end - out < UTF8_BYTES_MAX)
            break;
        uint32_t unit = unit_at(u, raw->bytes + raw->from);
        size_t used = 2;
        if (is_high(unit)) {
            if (raw->to - raw->from < 4 && !raw->end)
                break;
            uint32_t next = raw->to - raw->from < 4 ? 0 : unit_at(u, raw->bytes + raw->from + 2);
            if (is_low(next)) {
                unit = 0x10000 + ((unit & 0x3FF) << 10) + (next & 0x3FF);
                used = 4;
            }
        }
        if (is_high(unit) || is_low(unit)) {
            unit = REPLACEMENT;
            raw->replaced++;
        }
        if (u->started || unit != BYTE_ORDER_MARK)
            out = put_utf8(out, unit);
        u->started = true;
        raw->from += used;
    }
    return out;
}

/* The same for UTF-32. */
static uint8_t *convert_wide(struct utf16_state *u, struct raw *raw, uint8_t *out, const uint8_t *out_end)
{
    enum { BYTES = 4, LAST = 0x10FFFF };
    for (; raw->to - raw->from >= BYTES && out_end - out >= UTF8_BYTES_MAX; raw->from += BYTES) {
        const uint8_t *p = raw->bytes + raw->from;
        uint32_t high = unit_at(u, u->big_endian ? p : p + 2), low = unit_at(u, u->big_endian ? p + 2 : p);
        uint32_t unit = high << 16 | low;
        if (unit > LAST || (unit >= 0xD800 && unit < 0xE000)) {
            unit = REPLACEMENT;
            raw->replaced++;
        }
        if (u->started || unit != BYTE_ORDER_MARK)
            out = put_utf8(out, unit);
        u->started = true;
    }
    return out;
}

/* Some bytes, 0 at the end, -1 when raw cannot be read. size is at least UTF8_BYTES_MAX. */
static ssize_t decode_some(struct utf16_state *u, struct raw *raw, uint8_t *buffer, size_t size)
{
    for (;;) {
        uint8_t *end = (u->wide ? convert_wide : convert)(u, raw, buffer, buffer + size);
        if (end > buffer)
            return end - buffer;
        if (raw->end && raw->from == raw->to)
            return 0;
        if (raw->end) { /* half a character */
            raw->from = raw->to;
            raw->replaced++;
            return put_utf8(buffer, REPLACEMENT) - buffer;
        }
        if (raw_fill(raw) < 0)
            return -1;
    }
}

static enum decode_status utf16_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                     size_t *ret_bytes, const char **ret_reason)
{
    struct utf16_state *u = state;
    (void)ret_reason;
    bool small = size < UTF8_BYTES_MAX;
    if (!small && u->pending_from == u->pending_to) {
        ssize_t n = decode_some(u, raw, buffer, size);
        *ret_bytes = n > 0 ? (size_t)n : 0;
        return n < 0 ? DECODE_UNREADABLE : n == 0 ? DECODE_END : DECODE_MORE;
    }
    if (u->pending_from == u->pending_to) {
        ssize_t n = decode_some(u, raw, u->pending, sizeof u->pending);
        if (n <= 0)
            return n < 0 ? DECODE_UNREADABLE : DECODE_END;
        u->pending_from = 0;
        u->pending_to = (size_t)n;
    }
    size_t n = u->pending_to - u->pending_from < size ? u->pending_to - u->pending_from : size;
    memcpy(buffer, u->pending + u->pending_from, n);
    u->pending_from += n;
    *ret_bytes = n;
    return DECODE_MORE;
}

const struct codec codec_utf16_le = {le_start, free, utf16_step};
const struct codec codec_utf16_be = {be_start, free, utf16_step};
const struct codec codec_utf32_le = {wide_le_start, free, utf16_step};
const struct codec codec_utf32_be = {wide_be_start, free, utf16_step};

const struct codec *codec_utf16_of(struct span head)
{
    const uint8_t *p = head.ptr;
    if (head.len < 2)
        return NULL;
    if (head.len >= 4 && memcmp(p, "\xff\xfe\0\0", 4) == 0)
        return &codec_utf32_le;
    if (head.len >= 4 && memcmp(p, "\0\0\xfe\xff", 4) == 0)
        return &codec_utf32_be;
    if (p[0] == 0xFF && p[1] == 0xFE)
        return &codec_utf16_le;
    if (p[0] == 0xFE && p[1] == 0xFF)
        return &codec_utf16_be;
    /* without the mark: the rest of a file that has one */
    if (head.len < 2 * BARE_CHARACTERS)
        return NULL;
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < 2 * BARE_CHARACTERS; i++)
        zeros[i & 1] += p[i] == 0;
    if (zeros[0] + zeros[1] != BARE_CHARACTERS || (zeros[0] && zeros[1]))
        return NULL;
    return zeros[0] ? &codec_utf16_be : &codec_utf16_le;
}
