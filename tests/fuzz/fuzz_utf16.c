/* UTF-16 and UTF-32 of either order: what comes out is UTF-8, and what is no character is counted. Lines that
 * end in CR: nothing but ends of lines changes. */
#include "fuzz/decode.h"

/* A character of at least as many bytes as it needs, no half of a pair; its length. */
static size_t character(struct span text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t first = text.ptr[0];
    size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t code = bytes == 1 ? first : first & (0x7Fu >> bytes);
    require((first < 0x80 || first >= 0xC2) && first < 0xF5 && bytes <= text.len);
    for (size_t i = 1; i < bytes; i++) {
        require((text.ptr[i] & 0xC0) == 0x80);
        code = code << 6 | (text.ptr[i] & 0x3F);
    }
    require(code >= least[bytes] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF));
    return bytes;
}

static void check(const struct codec *codec, struct span bytes)
{
    struct text text;
    text_init(&text, 0);
    uint64_t replaced = decode_all(codec, bytes, &text), found = 0;
    require(text.len <= bytes.len * 2 + 3);
    for (struct span rest = text_span(&text); rest.len;) {
        found += span_starts(rest, "\xef\xbf\xbd");
        rest = span_skip(rest, character(rest));
    }
    require(found >= replaced);
    text_done(&text);
}

static void check_cr(struct span bytes)
{
    struct text text;
    text_init(&text, 0);
    decode_all(&codec_cr, bytes, &text);
    size_t at = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] == '\n' && i && bytes.ptr[i - 1] == '\r')
            continue;
        require(at < text.len && text.ptr[at++] == (bytes.ptr[i] == '\r' ? '\n' : bytes.ptr[i]));
    }
    require(at == text.len);
    text_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span input = span_make(bytes, size);
    const struct codec *codec = codec_utf16_of(input);
    require(!codec || codec == &codec_utf16_le || codec == &codec_utf16_be || codec == &codec_utf32_le ||
            codec == &codec_utf32_be);
    check(&codec_utf16_le, input);
    check(&codec_utf16_be, input);
    check(&codec_utf32_le, input);
    check(&codec_utf32_be, input);
    check_cr(input);
    return 0;
}
