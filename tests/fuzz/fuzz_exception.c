/* What was thrown, and the ids that a line names: all of it lies in the line. */
#include "fuzz/fuzz.h"

#include "record/exception.h"
#include "record/ids.h"
#include "record/join.h"

static void check_exception(struct span text)
{
    struct span type, message;
    require(lies_in(exception_cause(text), text) && lies_in(exception_ungroup(text), text));
    exception_split(text, &type, &message);
    require(lies_in(message, text));
    touch(type); /* "panic" is none of the line's */
    join_is_exception(text);
}

static void check_ids(struct span text)
{
    struct ids ids;
    ids_find(text, &ids);
    for (int i = 0; i < ID_KINDS; i++)
        require(lies_in(ids.of[i], text));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span rest = span_make(bytes, size), text;
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &text);
        check_exception(text);
        check_ids(text);
        free(copy);
    }
    return 0;
}
