/* fields: lines of named values, each read into fresh fields. What fuzz_json_line.c and fuzz_logfmt.c share.
 */
#ifndef TESTS_FUZZ_FIELDS_H
#define TESTS_FUZZ_FIELDS_H

#include "fuzz/fuzz.h"
#include "record/fields.h"

/* text: without its newline. */
typedef void fields_reader(struct span text, struct fields *fields, struct scratch *scratch);

static inline int read_lines(const uint8_t *bytes, size_t size, fields_reader *read)
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
        read(text, &fields, &scratch);
        scratch_recycle(&scratch);
        free(copy);
    }
    scratch_done(&scratch);
    arena_done(&arena);
    return 0;
}

/* What was read is a severity and texts that are still there. */
static inline void touch_fields(const struct fields *fields, struct scratch *scratch)
{
    require(fields->severity <= 24);
    touch(fields_message(fields, scratch));
    touch(fields_stream(fields, scratch));
}

#endif
