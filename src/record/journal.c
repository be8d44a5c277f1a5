/* A length that lies would swallow the rest of the file: beyond BINARY_BYTES_MAX it is not believed and
 * reading goes on at the next line; where the bytes do not end with a line, the entry is broken and the line
 * is read again as a field. */
#include "record/journal.h"

#include "record/fields.h"
#include "record/severity.h"

enum { TEXT_BYTES_MAX = 1 << 20, BINARY_BYTES_MAX = 16 << 20, LENGTH_BYTES = 8 };

void journal_init(struct journal *journal)
{
    *journal = (struct journal){.time_ns = TIME_NONE};
    text_init(&journal->name, 256);
    text_init(&journal->message, TEXT_BYTES_MAX);
    text_init(&journal->stream, FIELD_STREAM_BYTES_MAX);
    text_init(&journal->binary, TEXT_BYTES_MAX);
    journal_reset(journal);
}

void journal_done(struct journal *journal)
{
    text_done(&journal->name);
    text_done(&journal->message);
    text_done(&journal->stream);
    text_done(&journal->binary);
}

void journal_reset(struct journal *journal)
{
    text_clear(&journal->name);
    text_clear(&journal->message);
    text_clear(&journal->stream);
    text_clear(&journal->binary);
    journal->binary_bytes = journal->seen = journal->lines = 0;
    journal->time_ns = TIME_NONE;
    journal->stream_rank = FIELD_RANK_NONE;
    journal->severity = 0;
    journal->in_binary = journal->broken = journal->any = false;
}

static int64_t microseconds(struct span value)
{
    int64_t us = 0;
    if (value.len == 0 || value.len > 16)
        return TIME_NONE;
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned)value.ptr[i] - '0' > 9)
            return TIME_NONE;
        us = us * 10 + (value.ptr[i] - '0');
    }
    return us < 4102444800000000 ? us * 1000 : TIME_NONE; /* before the year 2100 */
}

static void set_text(struct text *text, struct span value)
{
    text_clear(text);
    text_add(text, value.ptr, value.len);
}

static void add_field(struct journal *journal, struct span name, struct span value)
{
    static const struct {
        const char *name;
        uint8_t rank;
    } streams[] = {{"SYSLOG_IDENTIFIER", 1}, {"_SYSTEMD_UNIT", 2}, {"_COMM", 3}};
    journal->any = true;
    if (span_equal(name, span_of("MESSAGE"))) {
        set_text(&journal->message, value);
    } else if (span_equal(name, span_of("__REALTIME_TIMESTAMP"))) {
        journal->time_ns = microseconds(value);
    } else if (span_equal(name, span_of("PRIORITY")) && value.len == 1) {
        journal->severity = severity_of_syslog(value.ptr[0] - '0');
    }
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        if (streams[i].rank < journal->stream_rank && value.len && value.len <= FIELD_STREAM_BYTES_MAX &&
            span_equal(name, span_of(streams[i].name))) {
            set_text(&journal->stream, value);
            journal->stream_rank = streams[i].rank;
        }
}

static bool is_name(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned)text.ptr[i] - 'A' >= 26 && (unsigned)text.ptr[i] - '0' >= 10 && text.ptr[i] != '_')
            return false;
    return text.len > 0 && text.len <= 64;
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

bool journal_add(struct journal *journal, struct span line)
{
    if (journal->in_binary && add_binary(journal, line))
        return false;
    if (line.len == 0)
        return journal->any;
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
    return journal->any;
}
