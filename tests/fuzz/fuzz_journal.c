/* journalctl -o export: lines of fields, binary ones with any length. */
#include "fuzz/fuzz.h"

#include "record/journal.h"

static void check(struct journal *journal)
{
    require(journal->severity <= 24);
    touch(text_span(&journal->message));
    touch(text_span(&journal->stream));
    journal_reset(journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span rest = span_make(bytes, size), line;
    struct journal journal;
    journal_init(&journal);
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &line);
        if (journal_add(&journal, line))
            check(&journal);
        free(copy);
    }
    if (journal_finish(&journal))
        check(&journal);
    journal_done(&journal);
    return 0;
}
