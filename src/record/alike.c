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
#include "record/request.h"

enum {
    MARK_AT_MIN = 3,
    MARK_AT_MAX = 22,
    PAIRS_BYTES = 24, /* that peel_may_be_pairs looks at */
};

static inline __attribute__((always_inline)) int64_t read_time(struct stamp_run *run, struct span line,
                                                               bool plain)
{
    int64_t time_ns;
    if (!stamp_run_reads(run, line, &time_ns))
        return TIME_NONE;
    unsigned kind = stamp_layout_kind(line.ptr[run->layout->end]);
    bool reads =
        plain ? kind != TEXT_ODD /* what may go on with the stamp, alike_learn asks */
              : kind == 0 || (kind == TEXT_LETTER && !(run->layout->open_ended &&
                                                       stamp_layout_goes_on(line.ptr + run->layout->end)));
    return reads ? time_ns : TIME_NONE;
}

enum alike_way alike_way(const struct line_reader *reader, size_t *ret_skip)
{
    static const uint8_t ways[] = {
        [AROUND_TEXT] = ALIKE_TEXT, [AROUND_ENVELOPE] = ALIKE_ENVELOPE, [AROUND_BRACKET] = ALIKE_REQUEST};
    const struct reader_state *state = reader->state;
    *ret_skip = state->layout.end;
    return reader->may_escape || state->parts.open || !state->layout.end ? ALIKE_NONE : ways[state->around];
}

uint32_t alike_version(const struct line_reader *reader)
{
    const struct reader_state *state = reader->state;
    return state->layout_version;
}

static struct span line_at(const uint8_t *bytes, size_t start, size_t end)
{
    while (end > start && bytes[end - 1] == '\r')
        end--;
    return span_make(bytes + start, end - start);
}

static void read_requests(struct stamp_run *run, const uint8_t *bytes, size_t start, const uint32_t *ends,
                          size_t count, const uint64_t *quotes, struct alike_line *lines)
{
    for (size_t i = 0; i < count; start = ends[i++] + 1) {
        struct span line = line_at(bytes, start, ends[i]);
        size_t bracket = line_plain_bracket(line), at = start + bracket + run->layout->end, end = 0;
        lines[i].time_ns = bracket ? read_time(run, span_skip(line, bracket), false) : TIME_NONE;
        if (lines[i].time_ns != TIME_NONE && bytes[at] == '"') {
            struct span text = alike_text(bytes, at, ends[i]);
            end = request_end(bytes, quotes, at, at + text.len);
        }
        lines[i].at = (uint32_t)at;
        lines[i].end = (uint32_t)end;
        if (!end)
            lines[i].time_ns = TIME_NONE;
    }
}

uint16_t alike_read(struct line_reader *reader, const uint8_t *bytes, size_t start, const uint32_t *ends,
                    size_t count, const uint64_t *quotes, struct alike_line *ret_lines)
{
    struct reader_state *state = reader->state;
    const struct stamp_layout layout = state->layout;
    struct stamp_run run;
    stamp_run_start(&run, &layout);
    if (state->around == AROUND_BRACKET) {
        read_requests(&run, bytes, start, ends, count, quotes, ret_lines);
        return state->layout_flags;
    }
    bool plain = state->around == AROUND_TEXT;
    for (size_t i = 0; i < count; start = ends[i++] + 1) {
        ret_lines[i].at = (uint32_t)start + run.layout->end;
        ret_lines[i].end = ends[i];
        ret_lines[i].time_ns = read_time(&run, line_at(bytes, start, ends[i]), plain);
    }
    return state->layout_flags;
}

size_t alike_inside(struct line_reader *reader, const struct alike *alike, const uint8_t *bytes, size_t at,
                    size_t end)
{
    const struct reader_state *state = reader->state;
    struct span rest = line_at(bytes, at, end), inside;
    if (state->syslog && reader->format != FORMAT_CRI && rest.len <= PLAIN_BYTES_MAX &&
        !line_begins_cri(rest)) {
        size_t behind = envelope_syslog_known(&state->syslog_memo, alike->header, rest);
        if (behind)
            return behind < rest.len ? at + behind : 0;
    }
    bool read = line_plain_inside(reader, rest, &inside);
    return read && inside.len ? (size_t)(inside.ptr - bytes) : 0;
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

/* A word without digits, and what it ends at; that it is no name of a pair is seen in its first bytes. */
static bool learn_word(struct span text, struct alike *alike)
{
    size_t at = 0;
    while (at < text.len && at <= UINT8_MAX && !is_mark(text.ptr[at]))
        at++;
    if (at < MARK_AT_MIN || (at > MARK_AT_MAX && at < PAIRS_BYTES) || at > UINT8_MAX || at + 2 > text.len)
        return false;
    alike->at = (uint8_t)at;
    alike->bits = 0xffff;
    memcpy(&alike->bytes, text.ptr + at, sizeof alike->bytes);
    return text.ptr[at] != '=' && !holds_digit(span_make(text.ptr, at + 2));
}

static bool is_run(uint8_t c) /* as masking has it */
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c >= 0x80;
}

/* A text behind a stamp, whose first word holds a digit and is masked: a host, an id. By its first bytes it
 * is no zone, no half of a day and no CRI tag; and where no '=' comes before the first ':' or '[', it is no
 * pairs, wherever its blanks are and whichever they are. */
static bool learn_masked(struct span text, struct alike *alike)
{
    uint8_t first = text.ptr[0], second = text.len > 1 ? text.ptr[1] : 0;
    size_t at = 0, mark = 0;
    while (at < text.len && is_run(text.ptr[at]))
        at++;
    while (mark < text.len && text.ptr[mark] != '=' && text.ptr[mark] != ':' && text.ptr[mark] != '[')
        mark++;
    bool half = first == 'a' || first == 'p', tag = first == 's';
    if ((unsigned)first - 'a' >= 26 || at < 2 || !holds_digit(span_make(text.ptr, at)) ||
        (mark < text.len && text.ptr[mark] == '=') || (tag && second == 't') ||
        (half && (second | 0x20) == 'm'))
        return false;
    const uint8_t bits[2] = {0xff, half || tag ? 0xff : 0}, bytes[2] = {first, second & bits[1]};
    alike->at = 0;
    memcpy(&alike->bits, bits, sizeof bits);
    memcpy(&alike->bytes, bytes, sizeof bytes);
    return true;
}

bool alike_learn(const struct line_reader *reader, const struct line_text *text, struct alike *ret_alike)
{
    const struct reader_state *state = reader->state;
    struct span message = text->message;
    *ret_alike = (struct alike){0};
    if (state->around == AROUND_BRACKET) /* a quoted request */
        return true;
    if (holds_digit(text->stream)) /* the masked line tells no such writer */
        return false;
    uint8_t first = message.ptr[0];
    bool letter = (unsigned)(first | 0x20) - 'a' < 26;
    if (state->around == AROUND_ENVELOPE) {
        ret_alike->header = line_plain_place(reader, span_skip(text->raw, state->layout.end));
        return glance_is_text(message) && !(first == 'n' && ends_masked(message)) &&
               !(first == 's' && message.ptr[1] == 't') && learn_word(message, ret_alike);
    }
    if (state->around != AROUND_TEXT || first == '(')
        return false;
    if (letter)
        return learn_word(message, ret_alike) || learn_masked(message, ret_alike);
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
    struct reader_state *state = reader->state;
    uint8_t flags;
    bool read = field_time_again(&state->memo[0].day, value, ret_time_ns, &flags);
    *ret_flags = line_flags_of(flags);
    return read;
}
