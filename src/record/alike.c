/* Why it is exact: of a text that is equal when masked, line_parse_text and join_text look at these.
 *
 * - Its first bytes (a CRI tag, a '%', a month or day, "audit(", the openings of glance.c): at most the first
 *   word and a byte behind its end.
 * - Where its first mark is, and whether that is '=' (peel_may_be_pairs).
 * - Its last byte (a colon, a bracket): masking keeps them; a digit behind 'n' is not learnt.
 * - Its length: of CRI and syslog, no longer than PLAIN_BYTES_MAX.
 * - What is behind the stamp (a zone, AM, PM): five bytes.
 *
 * Of named values:
 *
 * - What is between the values: no digit, and no blank was taken, so it is the same, and a line follows the
 *   same path (layout.h). A value begins and ends beside bytes that masking keeps, and a word of an object is
 *   made of all that a masked run is made of.
 * - Which twin it is (twins.h): the words that hold a digit are compared.
 * - How the message begins (begins_with_word), ends, and, where it may tell of a change, all of it.
 *
 * The rest of what they ask is known of the whole source, or of the record that is open. */
#include "record/alike.h"

#include "base/ascii.h"
#include "record/find.h"
#include "record/glance.h"
#include "record/peel.h"

enum { MARK_AT_MIN = 3, MARK_AT_MAX = 22 };

static inline int64_t read_time(const struct stamp_layout *layout, struct span line, bool envelope)
{
    int64_t time_ns;
    if (envelope)
        return stamp_layout_read(layout, line, &time_ns) ? time_ns : TIME_NONE;
    /* what may go on with the stamp, alike_learn asks */
    return layout_reads(layout, line, &time_ns) && stamp_layout_kind(line.ptr[layout->end]) != TEXT_ODD
               ? time_ns
               : TIME_NONE;
}

size_t alike_skip(const struct line_reader *reader)
{
    const struct reader_state *state = reader->state;
    bool known = state->around == AROUND_TEXT || state->around == AROUND_ENVELOPE;
    return known && !reader->may_escape && !state->parts.open ? state->layout.end : 0;
}

uint16_t alike_read(struct line_reader *reader, const uint8_t *bytes, size_t start, const uint32_t *ends,
                    size_t count, struct alike_line *ret_lines)
{
    struct reader_state *state = reader->state;
    const struct stamp_layout layout = state->layout;
    bool envelope = state->around == AROUND_ENVELOPE;
    for (size_t i = 0; i < count; start = ends[i++] + 1) {
        struct span line = span_make(bytes + start, ends[i] - start), inside, stream;
        while (line.len && line.ptr[line.len - 1] == '\r')
            line.len--;
        int64_t time_ns = read_time(&layout, line, envelope);
        ret_lines[i].text_at = (uint32_t)start + layout.end;
        if (envelope && time_ns != TIME_NONE) {
            if (line_plain_inside(reader, span_skip(line, layout.end), &inside, &stream) && inside.len)
                ret_lines[i].text_at = (uint32_t)(inside.ptr - bytes);
            else
                time_ns = TIME_NONE;
        }
        ret_lines[i].time_ns = time_ns;
    }
    return state->layout_flags;
}

static bool holds_digit(struct span text)
{
    bool digit = false;
    for (size_t i = 0; i < text.len; i++)
        digit |= is_digit(text.ptr[i]);
    return digit;
}

/* Is the last word masked? It may be, and be a part of that word. */
static bool ends_masked(struct span text)
{
    size_t at = text.len;
    while (at && !is_blank(text.ptr[at - 1]))
        at--;
    return holds_digit(span_skip(text, at));
}

static bool is_mark(uint8_t c)
{
    return is_blank(c) || c == '=' || c == ':' || c == '[';
}

/* A word without digits, and what it ends at. */
static bool learn_word(struct span text, struct alike *alike)
{
    size_t at = 0;
    while (at < text.len && at <= MARK_AT_MAX && !is_mark(text.ptr[at]))
        at++;
    if (at < MARK_AT_MIN || at > MARK_AT_MAX || at + 2 > text.len)
        return false;
    alike->at = (uint8_t)at;
    alike->bits = 0xffff;
    memcpy(&alike->bytes, text.ptr + at, sizeof alike->bytes);
    return text.ptr[at] != '=' && !holds_digit(span_make(text.ptr, at + 2));
}

bool alike_learn(const struct line_reader *reader, const struct line_text *text, struct alike *ret_alike)
{
    const struct reader_state *state = reader->state;
    struct span message = text->message;
    *ret_alike = (struct alike){0};
    if (holds_digit(text->stream)) /* the masked line tells no such writer */
        return false;
    uint8_t first = message.ptr[0];
    bool letter = (unsigned)(first | 0x20) - 'a' < 26;
    if (state->around == AROUND_ENVELOPE)
        return glance_is_text(message) && !(first == 'n' && ends_masked(message)) &&
               !(first == 's' && message.ptr[1] == 't') && learn_word(message, ret_alike);
    if (state->around != AROUND_TEXT || first == '(')
        return false;
    if (letter)
        return learn_word(message, ret_alike);
    if (is_digit(first)) { /* any other: no word begins with what stands beside them in the table */
        const uint8_t bits[2] = {0xf0, 0}, bytes[2] = {0x30, 0};
        memcpy(&ret_alike->bits, bits, sizeof bits);
        memcpy(&ret_alike->bytes, bytes, sizeof bytes);
        return true;
    }
    return first < 0x80 && first != '_' && first != '-' && first != '.'; /* no word */
}

/* ---- named values ---- */

bool alike_is_values(const struct line_reader *reader)
{
    const struct reader_state *state = reader->state;
    return state->around == AROUND_VALUES && !reader->may_escape && !state->parts.open;
}

/* Whatever its digits are, is it no line of another program, and is no number in it at its very start? */
static bool begins_with_word(struct span message)
{
    enum { MONTH_BYTES = 3 };
    size_t at = 0;
    if ((unsigned)message.ptr[0] - 'a' < 26)
        return true;
    while (at < message.len && is_letter(message.ptr[at]))
        at++;
    return at > MONTH_BYTES && (at == message.len || !marks_is_word(message.ptr[at]));
}

static void add_word(struct span word, struct alike_values *values)
{
    if (holds_digit(word))
        values->words[values->count++] = word;
}

bool alike_learn_values(const struct line_reader *reader, const struct line_text *text,
                        struct alike_values *ret_values)
{
    const struct reader_state *state = reader->state;
    const struct layouts *layouts = text->flags & LINE_JSON ? &state->objects[0] : &state->pairs[0];
    struct twin_values told;
    if (!twins_values(layouts, text->raw, &told) || !told.time.ptr || told.digits ||
        !begins_with_word(text->message))
        return false;
    ret_values->time = told.time;
    ret_values->message = told.message;
    ret_values->same = told.objects;
    ret_values->count = 0;
    for (unsigned i = 0; i < told.count; i++)
        add_word(told.words[i], ret_values);
    add_word(text->stream, ret_values);
    return true;
}

bool alike_time(const struct line_reader *reader, struct span value, int64_t *ret_time_ns,
                uint16_t *ret_flags)
{
    const struct reader_state *state = reader->state;
    uint8_t flags;
    bool read = field_time_again(&state->memo[0].day, value, ret_time_ns, &flags);
    *ret_flags = line_flags_of(flags);
    return read;
}
