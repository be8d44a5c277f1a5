/* journalctl -o export: lines of fields, binary ones with any length. */
#include "fuzz/fuzz.h"

#include "record/journal.h"

static void check(struct journal *journal)
{
    require(journal->fields.severity <= 24);
    touch(fields_message(&journal->fields, &journal->values));
    touch(fields_stream(&journal->fields, &journal->values));
    journal_reset(journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct stamp_context context = {.reference_ns = 1786114800LL * NS_PER_SECOND};
    struct stamp_cache cache = {0};
    struct span rest = span_make(bytes, size), line;
    struct field_names names;
    struct journal journal;
    field_names_init(&names);
    journal_init(&journal, &names);
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &line);
        if (journal_add(&journal, line, &context, &cache))
            check(&journal);
        free(copy);
    }
    if (journal_finish(&journal))
        check(&journal);
    journal_done(&journal);
    return 0;
}
