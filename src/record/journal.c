/* A length that lies would swallow the rest of the file: beyond BINARY_BYTES_MAX it is not believed and
 * reading goes on at the next line; where the bytes do not end with a line, the entry is broken and the line
 * is read again as a field. */
#include "record/journal.h"

enum { FIELD_BYTES_MAX = 1 << 20, ENTRY_BYTES_MAX = 4 << 20, BINARY_BYTES_MAX = 16 << 20, LENGTH_BYTES = 8 };

void journal_init(struct journal *journal, const struct field_names *names)
{
    *journal = (struct journal){0};
    scratch_init(&journal->values, &journal->overflow);
    text_init(&journal->name, 256);
    text_init(&journal->binary, FIELD_BYTES_MAX);
    fields_init(&journal->fields, names, NULL, NULL);
}

void journal_done(struct journal *journal)
{
    scratch_done(&journal->values);
    arena_done(&journal->overflow);
    text_done(&journal->name);
    text_done(&journal->binary);
}

void journal_reset(struct journal *journal)
{
    fields_init(&journal->fields, journal->fields.names, NULL, NULL);
    scratch_recycle(&journal->values);
    text_clear(&journal->name);
    text_clear(&journal->binary);
    journal->binary_bytes = journal->seen = journal->lines = 0;
    journal->in_binary = journal->broken = journal->any = false;
}

static void add_field(struct journal *journal, struct span name, struct span value)
{
    struct field_name what = field_names_find(journal->fields.names, name);
    journal->any = true;
    if (what.role == FIELD_OTHER)
        return;
    if (journal->values.used + journal->overflow.bytes + value.len > ENTRY_BYTES_MAX) {
        journal->broken = true;
        return;
    }
    struct field_value kept = {scratch_copy(&journal->values, value), true, false};
    fields_add(&journal->fields, what, name, &kept, 0);
}

static bool is_name(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned)text.ptr[i] - 'A' >= 26 && (unsigned)text.ptr[i] - '0' >= 10 && text.ptr[i] != '_')
            return false;
    return text.len > 0 && text.len <= 64;
}

static void set_text(struct text *text, struct span value)
{
    text_clear(text);
    text_add(text, value.ptr, value.len);
}

static void leave_binary(struct journal *journal, bool broken)
{
    if (!broken) {
        struct span bytes = span_skip(text_span(&journal->binary), LENGTH_BYTES);
        add_field(journal, text_span(&journal->name), bytes);
    }
    journal->broken |= broken;
    journal->in_binary = false;
    text_clear(&journal->binary);
}

/* A line of a binary field: its bytes, and the newline that was cut off unless it ends the field. Returns
 * false when the line is not of the field after all. */
static bool add_binary(struct journal *journal, struct span line)
{
    if (journal->lines++) {
        text_add_byte(&journal->binary, '\n');
        journal->seen++;
    }
    text_add(&journal->binary, line.ptr, line.len);
    journal->seen += line.len;
    if (journal->seen >= LENGTH_BYTES && journal->binary_bytes == 0) {
        uint64_t bytes = 0;
        for (int i = LENGTH_BYTES - 1; i >= 0; i--)
            bytes = bytes << 8 | journal->binary.ptr[i];
        if (bytes > BINARY_BYTES_MAX) {
            leave_binary(journal, true);
            return true;
        }
        journal->binary_bytes = bytes + LENGTH_BYTES;
    }
    if (journal->binary_bytes == 0 || journal->seen < journal->binary_bytes)
        return true;
    bool broken = journal->seen > journal->binary_bytes;
    leave_binary(journal, broken);
    return !broken;
}

/* The entry is complete, if there is one. */
static bool complete(struct journal *journal)
{
    if (journal->any)
        fields_finish(&journal->fields);
    return journal->any;
}

bool journal_add(struct journal *journal, struct span line, const struct stamp_context *context,
                 struct stamp_cache *cache)
{
    journal->fields.context = context;
    journal->fields.cache = cache;
    if (journal->in_binary && add_binary(journal, line))
        return false;
    if (line.len == 0)
        return complete(journal);
    const uint8_t *equals = memchr(line.ptr, '=', line.len);
    struct span name = span_make(line.ptr, equals ? (size_t)(equals - line.ptr) : line.len);
    if (!is_name(name)) {
        journal->broken = journal->any = true;
        return false;
    }
    if (equals) {
        add_field(journal, name, span_skip(line, name.len + 1));
        return false;
    }
    set_text(&journal->name, name);
    text_clear(&journal->binary);
    journal->in_binary = true;
    journal->binary_bytes = journal->seen = journal->lines = 0;
    return false;
}

bool journal_finish(struct journal *journal)
{
    if (journal->in_binary)
        leave_binary(journal, true);
    return complete(journal);
}
