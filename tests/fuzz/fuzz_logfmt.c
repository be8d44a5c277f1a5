/* A line as pairs of name=value. */
#include "fuzz/fuzz.h"

#include "record/logfmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct stamp_context context = {.reference_ns = 1786114800LL * NS_PER_SECOND};
    struct span rest = span_make(bytes, size), text;
    struct field_names names;
    struct arena arena = {0};
    struct scratch scratch;
    field_names_init(&names);
    scratch_init(&scratch, &arena);
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &text);
        struct stamp_cache cache = {0};
        struct fields fields;
        fields_init(&fields, &names, &context, &cache);
        if (logfmt_read(text, &fields)) {
            require(fields.severity <= 24 && fields.count >= 2);
            touch(fields_message(&fields, &scratch));
            touch(fields_stream(&fields, &scratch));
        }
        scratch_recycle(&scratch);
        free(copy);
    }
    scratch_done(&scratch);
    arena_done(&arena);
    return 0;
}
