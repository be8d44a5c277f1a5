/* A line as one JSON object: its fields, its message, its summary, its time. */
#include "fuzz/fuzz.h"

#include "record/json_line.h"
#include "record/json_time.h"

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
        int64_t time_ns;
        uint8_t flags;
        fields_init(&fields, &names, &context, &cache);
        if (json_line_likely(text)) {
            bool whole = json_line_read(text, &fields, &scratch);
            require(fields.severity <= 24);
            touch(fields_message(&fields, &scratch));
            touch(fields_stream(&fields, &scratch));
            if (whole)
                touch(json_line_summary(text, &names, &scratch));
        }
        if (json_time_find(text, &context, &time_ns, &flags))
            require(time_ns > 0 && !(flags & (STAMP_NO_DATE | STAMP_NO_YEAR)));
        scratch_recycle(&scratch);
        free(copy);
    }
    scratch_done(&scratch);
    arena_done(&arena);
    return 0;
}
