/* Batches and arrays of JSON, as one record a line. Whole lines without a bracket or quote at their start are
 * no JSON and pass as they are. */
#include "fuzz/decode.h"

static bool is_plain(struct span text)
{
    for (struct span rest = text; rest.len;) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        bool letter = (unsigned)(rest.ptr[0] | 0x20) - 'a' < 26;
        if (!end || !letter)
            return false;
        rest = span_skip(rest, (size_t)(end + 1 - rest.ptr));
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span input = span_make(bytes, size);
    struct text text;
    text_init(&text, 0);
    codec_documents_possible(input);
    codec_documents_likely(input);
    decode_all(&codec_documents, input, &text);
    bool whole = size && bytes[size - 1] == '\n'; /* a line that is no JSON passes without its newline, too */
    require(!whole || text.len == 0 || text.ptr[text.len - 1] == '\n');
    if (is_plain(input))
        require(span_equal(text_span(&text), input));
    text_done(&text);
    return 0;
}
