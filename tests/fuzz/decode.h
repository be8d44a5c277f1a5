/* decode: a decoder of the input stage over bytes in memory, which come and go in pieces of any size. */
#ifndef TESTS_FUZZ_DECODE_H
#define TESTS_FUZZ_DECODE_H

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "input/decoder.h"

struct pieces {
    struct span rest;
    size_t bytes; /* of a piece */
};

static inline ssize_t pieces_pull(void *context, uint8_t *buffer, size_t size, struct onset_error *err)
{
    struct pieces *pieces = context;
    (void)err;
    size_t n = pieces->rest.len < pieces->bytes ? pieces->rest.len : pieces->bytes;
    n = n < size ? n : size;
    memcpy(buffer, pieces->rest.ptr, n);
    pieces->rest = span_skip(pieces->rest, n);
    return (ssize_t)n;
}

/* All of the text, read in pieces of in_bytes and given out in pieces of up to out_bytes. Returns how many
 * characters were replaced. */
static inline uint64_t decode_pieces(const struct codec *codec, struct span bytes, size_t in_bytes,
                                     size_t out_bytes, struct text *ret_text)
{
    struct pieces pieces = {bytes, in_bytes};
    struct raw raw;
    enum decode_status status;
    raw_init(&raw, -1);
    raw.pull = pieces_pull;
    raw.context = &pieces;
    void *state = codec->start();
    do {
        uint8_t *out = malloc(out_bytes); /* of its own, so that one byte too far is seen */
        const char *reason = NULL;
        size_t n = 0;
        require(out != NULL);
        status = codec->step(state, &raw, out, out_bytes, &n, &reason);
        require(n <= out_bytes && (status == DECODE_END || status == DECODE_MORE));
        text_add(ret_text, out, n);
        free(out);
    } while (status == DECODE_MORE);
    require(pieces.rest.len == 0 && raw.from == raw.to);
    codec->stop(state);
    uint64_t replaced = raw.replaced;
    raw_done(&raw);
    return replaced;
}

/* The same text, however it comes and goes. */
static inline uint64_t decode_all(const struct codec *codec, struct span bytes, struct text *ret_text)
{
    struct text again;
    text_init(&again, 0);
    uint64_t replaced = decode_pieces(codec, bytes, RAW_BYTES, 4096, ret_text);
    require(decode_pieces(codec, bytes, 1 + bytes.len % 7, 1 + bytes.len % 61, &again) == replaced);
    require(span_equal(text_span(ret_text), text_span(&again)));
    text_done(&again);
    return replaced;
}

#endif
