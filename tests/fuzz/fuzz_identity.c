/* Names of files, pods and tags: some service comes out of any name, and the name of a stream is final. */
#include "fuzz/fuzz.h"

#include "input/identity.h"

static void check(struct span name, struct text *service, struct text *stream, struct text *again)
{
    identity_service(name, service);
    require((service->len > 0) == (name.len > 0));
    identity_writer(name, service);
    require((service->len > 0) == (name.len > 0));
    identity_stream(name, stream);
    require(stream->len <= name.len && (stream->len > 0) == (name.len > 0));
    if (stream->len)
        identity_stream(text_span(stream), again);
    require(stream->len == 0 || span_equal(text_span(stream), text_span(again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span rest = span_make(bytes, size), name;
    struct text service, stream, again;
    text_init(&service, 0);
    text_init(&stream, 0);
    text_init(&again, 0);
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &name);
        check(name, &service, &stream, &again);
        free(copy);
    }
    text_done(&service);
    text_done(&stream);
    text_done(&again);
    return 0;
}
