/* Tables of comma separated values, as one record a line. As many lines come out as go in, whatever the cells
 * hold. */
#include "fuzz/decode.h"

static size_t newlines(struct span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span input = span_make(bytes, size);
    struct text text;
    text_init(&text, 0);
    codec_columns_possible(input);
    codec_columns_likely(input);
    decode_all(&codec_columns, input, &text);
    require(newlines(text_span(&text)) == newlines(input));
    text_done(&text);
    return 0;
}
