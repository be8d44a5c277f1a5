/* One decoder feeds both callers: a step takes the next character off the input and tells what to print for
 * it and how wide that is. Cutting needs to look ahead only as far as "is there anything more", so a line of
 * any length costs no more than what is shown of it plus one character.
 *
 * Why CSI sequences go and other escapes stay visible: coloured logs are common and their codes are noise,
 * while any other escape in a log is unusual enough that a reader should see that it was there. */
#include "report/clean.h"

#define REPLACEMENT   0xFFFD
#define COMBINING_MAX 2

struct glyph {
    uint32_t code; /* what to print; 0: nothing */
    size_t width;  /* columns */
};

struct range {
    uint32_t first, last;
};

/* Zero width: combining marks of the common scripts, variation selectors. */
static const struct range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF},   {0x05C1, 0x05C2},
    {0x05C4, 0x05C5}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670},   {0x06D6, 0x06DC},
    {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, {0x0900, 0x0902},   {0x093A, 0x093A},
    {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},   {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF},   {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
};

/* Two columns: East Asian Wide and Fullwidth, emoji. */
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0},
    {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267F, 0x267F},
    {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA},
    {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440},
    {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A},
    {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6D7}, {0x1F6DC, 0x1F6DF}, {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC},
    {0x1F7E0, 0x1F7EB}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAFF},
    {0x20000, 0x3FFFD},
};

/* Characters that change direction, join or hide: a log line must not rearrange or hide the words around it.
 */
static const struct range hidden[] = {
    {0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x061C, 0x061C},   {0x115F, 0x1160},
    {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200F},   {0x202A, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE00FF},
};

static bool in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && code >= ranges[low].first;
}
#define IN(code, ranges) in_ranges(code, ranges, sizeof(ranges) / sizeof((ranges)[0]))

/* Length of the well-formed UTF-8 sequence at s (Unicode table 3-7), 0 when there is none; s is not empty. */
static size_t utf8_decode(struct span s, uint32_t *ret_code)
{
    uint8_t lead = s.ptr[0];
    size_t length = lead < 0x80   ? 1
                    : lead < 0xC2 ? 0
                    : lead < 0xE0 ? 2
                    : lead < 0xF0 ? 3
                    : lead < 0xF5 ? 4
                                  : 0;
    if (length == 0 || length > s.len)
        return 0;
    uint32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((s.ptr[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (s.ptr[i] & 0x3F);
    }
    if ((length == 3 && (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF))) ||
        (length == 4 && (code < 0x10000 || code > 0x10FFFF)))
        return 0;
    *ret_code = code;
    return length;
}

/* Length of a complete CSI sequence at s: ESC [ parameters intermediates final; 0 when there is none. */
static size_t csi_length(struct span s)
{
    if (s.len < 3 || s.ptr[0] != 0x1B || s.ptr[1] != '[')
        return 0;
    size_t i = 2;
    while (i < s.len && s.ptr[i] >= 0x30 && s.ptr[i] <= 0x3F)
        i++;
    while (i < s.len && s.ptr[i] >= 0x20 && s.ptr[i] <= 0x2F)
        i++;
    return i < s.len && s.ptr[i] >= 0x40 && s.ptr[i] <= 0x7E ? i + 1 : 0;
}

/* Take one character off *s; *marks counts the combining marks since the last base character. */
static struct glyph next_glyph(struct span *s, size_t *marks, bool ascii)
{
    size_t csi = csi_length(*s);
    if (csi) {
        *s = span_skip(*s, csi);
        return (struct glyph){0, 0};
    }
    uint32_t code = REPLACEMENT;
    size_t length = utf8_decode(*s, &code);
    *s = span_skip(*s, length ? length : 1);
    if (code == '\t' || code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029)
        code = ' ';
    else if (code < 0x20)
        code = ascii ? '?' : 0x2400 + code;
    else if (code == 0x7F)
        code = ascii ? '?' : 0x2421;
    else if (code >= 0x80 && code < 0xA0)
        code = REPLACEMENT;
    if (IN(code, hidden))
        return (struct glyph){0, 0};
    bool mark = IN(code, combining);
    *marks = mark ? *marks + 1 : 0;
    if (mark && (ascii || *marks > COMBINING_MAX))
        return (struct glyph){0, 0};
    if (ascii && code >= 0x80)
        code = '?';
    return (struct glyph){code, mark ? 0 : IN(code, wide) ? 2 : 1};
}

static void add_code(struct text *out, uint32_t code)
{
    uint8_t bytes[4];
    size_t n;
    if (code < 0x80) {
        bytes[0] = (uint8_t)code, n = 1;
    } else if (code < 0x800) {
        bytes[0] = (uint8_t)(0xC0 | code >> 6), n = 2;
    } else if (code < 0x10000) {
        bytes[0] = (uint8_t)(0xE0 | code >> 12), n = 3;
    } else {
        bytes[0] = (uint8_t)(0xF0 | code >> 18), n = 4;
    }
    for (size_t i = 1; i < n; i++)
        bytes[i] = (uint8_t)(0x80 | (code >> (6 * (n - 1 - i)) & 0x3F));
    text_add(out, bytes, n);
}

static void add_ellipsis(struct text *out, bool ascii)
{
    text_puts(out, ascii ? "~" : "\xE2\x80\xA6");
}

size_t clean_add(struct text *out, struct span bytes, size_t columns, bool ascii)
{
    size_t used = 0, marks = 0;
    size_t keep_len = out->len, keep_used = 0; /* where an ellipsis still fits */
    while (bytes.len) {
        struct glyph glyph = next_glyph(&bytes, &marks, ascii);
        if (glyph.code == 0)
            continue;
        if (columns && used + glyph.width > columns) {
            out->len = keep_len;
            add_ellipsis(out, ascii);
            return keep_used + 1;
        }
        add_code(out, glyph.code);
        used += glyph.width;
        if (used < columns)
            keep_len = out->len, keep_used = used;
    }
    return used;
}

size_t clean_add_end(struct text *out, struct span bytes, size_t columns, bool ascii)
{
    struct text whole;
    text_init(&whole, 0);
    size_t used = clean_add(&whole, bytes, 0, ascii);
    struct span rest = text_span(&whole);
    if (columns && used > columns) {
        add_ellipsis(out, ascii);
        size_t marks = 0;
        while (used > columns - 1)
            used -= next_glyph(&rest, &marks, false).width;
        used++;
    }
    text_add(out, rest.ptr, rest.len);
    text_done(&whole);
    return used;
}

/* The longest prefix of clean text that fits, ended between words where there is a space to end at. */
static size_t line_bytes(struct span s, size_t columns)
{
    size_t used = 0, marks = 0, last_space = 0;
    struct span rest = s;
    while (rest.len) {
        size_t at = s.len - rest.len;
        if (*rest.ptr == ' ')
            last_space = at;
        struct glyph glyph = next_glyph(&rest, &marks, false);
        if (used + glyph.width > columns)
            return last_space ? last_space : at ? at : s.len - rest.len;
        used += glyph.width;
    }
    return s.len;
}

size_t clean_wrap(struct text *out, struct span bytes, size_t columns, size_t indent, size_t lines_max,
                  bool ascii)
{
    struct text whole;
    text_init(&whole, 0);
    clean_add(&whole, bytes, 0, ascii);
    struct span rest = span_trim(text_span(&whole));
    size_t lines = 0;
    while (rest.len && lines < lines_max) {
        if (lines++) {
            text_add_byte(out, '\n');
            for (size_t i = 0; i < indent; i++)
                text_add_byte(out, ' ');
        }
        if (lines == lines_max) {
            clean_add(out, rest, columns, ascii);
            break;
        }
        size_t n = line_bytes(rest, columns);
        struct span line = span_trim(span_make(rest.ptr, n));
        text_add(out, line.ptr, line.len);
        rest = span_trim(span_skip(rest, n));
    }
    text_done(&whole);
    return lines;
}

size_t clean_columns(struct span clean)
{
    size_t used = 0, marks = 0;
    while (clean.len)
        used += next_glyph(&clean, &marks, false).width;
    return used;
}
