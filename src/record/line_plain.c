#include "record/find.h"
#include "record/peel.h"
#include "record/request.h"

/* Does text start as a stamp may, and as nothing else that peel_line knows? "2026-", "17/06/09", "[Sun", "Jun
 * 14". */
static bool starts_plainly(struct span text)
{
    const uint8_t *p = text.ptr;
    if (text.len < 16)
        return false;
    unsigned first = p[0], second = (unsigned)(p[1] | 0x20) - 'a', third = (unsigned)(p[2] | 0x20) - 'a';
    if (first - '0' < 10) /* and no epoch */
        return (unsigned)p[2] - '0' >= 10 || (unsigned)p[4] - '0' >= 10 || (unsigned)p[6] - '0' >= 10;
    if (first == '[')
        return second < 26 && p[1] != 'p'; /* kubectl's "[pod/" */
    return first - 'A' < 26 && second < 26 && third < 26 && p[3] == ' ';
}

static struct span trim_end(struct span text)
{
    while (text.len && (is_blank(text.ptr[text.len - 1]) || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}

/* peel_may_be_pairs, which is asked of nearly every line, where the answer is no at a glance. */
static bool may_be_pairs(struct span text)
{
    return (text.len < 24 || find_in24(text.ptr, '=')) && peel_may_be_pairs(text);
}

/* Would peel_inside leave this text as it is: a word that starts no stamp, object or pairs, and does not tell
 * the kernel's own time? */
bool peel_is_plain_inside(const struct reader_state *state, struct span text)
{
    return text.len && !state->inner_inside && (unsigned)(text.ptr[0] | 0x20) - 'a' < 26 &&
           !stamp_may_start(text) && !may_be_pairs(text) && !span_starts(text, "audit(");
}

enum { CRI_BYTES = 9 };

/* "stdout F " or "stderr F " */
static bool is_whole_cri(const uint8_t *p)
{
    uint64_t word = find_load8(p);
    return (word == find_load8((const uint8_t *)"stdout F") ||
            word == find_load8((const uint8_t *)"stderr F")) &&
           p[CRI_BYTES - 1] == ' ';
}

/* rest, behind the stamp: an envelope, and what is inside. Spans are given back as they are made, not in a
 * struct from which they would be copied before they are there. */
static inline bool plain_inside(struct line_reader *reader, struct reader_state *state, struct span rest,
                                struct span *ret_inside, struct span *ret_stream)
{
    struct envelope_cri cri;
    bool is_cri = rest.len > CRI_BYTES && is_whole_cri(rest.ptr);
    if (is_cri != (reader->format == FORMAT_CRI) || rest.len > PLAIN_BYTES_MAX ||
        (is_cri && state->parts.open) || (!is_cri && rest.ptr[0] == 's' && envelope_cri(rest, &cri)))
        return false; /* the last: with other tags */
    struct span inside = is_cri ? span_skip(rest, CRI_BYTES) : rest, stream = {0};
    if (!is_cri && state->syslog) {
        struct envelope syslog;
        if (!envelope_syslog_cached(&state->syslog_memo, rest, &syslog))
            return false;
        inside = span_make(syslog.inside.ptr, syslog.inside.len);
        stream = span_make(syslog.stream.ptr, syslog.stream.len);
    }
    ret_inside->ptr = inside.ptr;
    ret_inside->len = inside.len;
    ret_stream->ptr = stream.ptr;
    ret_stream->len = stream.len;
    return true;
}

bool line_plain_inside(struct line_reader *reader, struct span rest, struct span *ret_inside)
{
    struct span stream;
    return plain_inside(reader, reader->state, rest, ret_inside, &stream);
}

uint8_t line_plain_place(const struct line_reader *reader, struct span rest)
{
    const struct reader_state *state = reader->state;
    return state->syslog && reader->format != FORMAT_CRI ? envelope_syslog_place(rest) : 0;
}

static inline bool plain_envelope(struct line_reader *reader, struct reader_state *state, struct span rest,
                                  struct span *ret_message, struct span *ret_stream)
{
    struct span inside;
    if (!plain_inside(reader, state, rest, &inside, ret_stream) || !peel_is_plain_inside(state, inside))
        return false;
    inside = trim_end(inside);
    ret_message->ptr = inside.ptr;
    ret_message->len = inside.len;
    return true;
}

static bool plain_text(struct span rest, struct line *line)
{
    if (line_begins_cri(rest) || is_blank(rest.ptr[0]) || is_blank(rest.ptr[-2]) || may_be_pairs(rest))
        return false;
    line->message = trim_end(rest);
    line->flags = LINE_STAMPED;
    return true;
}

static bool plain_rest(struct line_reader *reader, struct reader_state *state, struct span rest,
                       struct line *line)
{
    bool envelope = state->syslog || reader->format == FORMAT_CRI || state->runtime;
    if (!envelope)
        return plain_text(rest, line);
    if (!plain_envelope(reader, state, rest, &line->message, &line->stream))
        return false;
    line->flags = LINE_STAMPED | LINE_ENVELOPE;
    return true;
}

static bool more_is_asked(const struct reader_state *state)
{
    return state->columns.level || state->columns.router || state->columns.status || state->columns.csvlog ||
           state->headed || state->bare || state->relayed || state->swarm || state->log_stream ||
           state->level_object;
}

static bool take_stamp(struct line *line, int64_t time_ns, uint8_t flags)
{
    line->time_ns = time_ns;
    line->flags |= flags & STAMP_NO_YEAR ? LINE_NO_YEAR : 0;
    line->flags |= flags & STAMP_NO_ZONE ? LINE_NO_ZONE : 0;
    return true;
}

/* The way of most lines, in one go: a stamp at the very start, then text, or an envelope around text. What
 * comes out is what peel_line would make of it. False: another kind of line. */
bool line_plain(struct line_reader *reader, struct reader_state *state, struct span text, struct line *line)
{
    struct stamp stamp;
    const struct stamp_layout *layout = &state->layout;
    if (state->around != AROUND_BRACKET && stamp_layout_read(layout, text, &stamp.time_ns))
        return plain_rest(reader, state, span_skip(text, layout->end), line) &&
               take_stamp(line, stamp.time_ns, layout->flags);
    bool envelope = state->syslog || reader->format == FORMAT_CRI || state->runtime;
    if ((reader->format != FORMAT_PLAIN && !envelope) || state->prefix != PREFIX_NONE || state->relayed ||
        state->swarm || state->log_stream || state->columns.csvlog || state->level_object ||
        state->facility || !starts_plainly(text))
        return false;
    if (!stamp_find_again(&reader->cache, text, &reader->stamp, &stamp) || stamp.begin || stamp.severity ||
        (stamp.flags & STAMP_NO_DATE) || stamp.end < 2 || stamp.end >= text.len)
        return false;
    struct span rest = span_skip(text, stamp.end);
    uint8_t first = rest.ptr[0];
    if (first == '{' || first == '@' || first == '\r' || is_redis_mark(first))
        return false;
    if (!plain_rest(reader, state, rest, line))
        return false;
    stamp_layout_learn(&state->layout, &reader->cache, text, &stamp);
    take_stamp(line, stamp.time_ns, stamp.flags);
    state->around = more_is_asked(state) ? AROUND_ANY : envelope ? AROUND_ENVELOPE : AROUND_TEXT;
    state->layout_flags = line->flags;
    state->layout_version++;
    return true;
}

/* Learn from a line whose stamp was found in its first bracket: text begins there. */
void line_plain_learn_bracket(struct line_reader *reader, struct reader_state *state, struct span text)
{
    struct stamp stamp;
    struct line line = {.flags = LINE_STAMPED};
    if (state->around == AROUND_BRACKET && stamp_layout_read(&state->layout, text, &stamp.time_ns))
        return;
    if (more_is_asked(state) || state->prefix != PREFIX_NONE || state->syslog || state->runtime ||
        !stamp_find_again(&reader->cache, text, &reader->stamp, &stamp))
        return;
    stamp_layout_learn(&state->layout, &reader->cache, text, &stamp);
    take_stamp(&line, stamp.time_ns, stamp.flags);
    state->layout_flags = line.flags;
    state->around = AROUND_BRACKET;
    state->layout_version++;
}

void line_plain_learn_values(struct reader_state *state)
{
    if (state->around == AROUND_ANY && !more_is_asked(state) && state->prefix == PREFIX_NONE)
        state->around = AROUND_VALUES;
}

size_t line_plain_bracket(struct span raw)
{
    enum { LOOK_BYTES = 48, ADDRESS_BYTES_MIN = 7 };
    if (raw.len <= 2 * LOOK_BYTES || (unsigned)raw.ptr[0] - '0' >= 10)
        return 0;
    size_t at = find_unlettered48(raw.ptr, '[');
    return at >= ADDRESS_BYTES_MIN ? at : 0;
}

bool line_parse_text(struct line_reader *reader, struct span raw, struct line_text *ret_text)
{
    struct reader_state *state = reader->state;
    enum stamp_around kind = state->around;
    size_t at = 0;
    while (raw.len && raw.ptr[raw.len - 1] == '\r')
        raw.len--;
    if (kind == AROUND_ANY || reader->may_escape || raw.len == 0 || raw.ptr[raw.len - 1] == 0)
        return false;
    if (kind == AROUND_VALUES) {
        bool read = peel_values_text(state, raw, ret_text);
        state->around = read ? AROUND_VALUES : AROUND_ANY;
        return read;
    }
    if ((kind == AROUND_BRACKET && !(at = line_plain_bracket(raw))) ||
        !stamp_layout_read(&state->layout, span_skip(raw, at), &ret_text->time_ns))
        return false;
    at += state->layout.end;
    ret_text->raw = raw;
    ret_text->flags = state->layout_flags;
    struct span text = span_make(raw.ptr + at, raw.len - at);
    if (kind == AROUND_ENVELOPE) /* '%': a router's, which tells its level */
        return plain_envelope(reader, state, text, &ret_text->message, &ret_text->stream) &&
               ret_text->message.ptr[0] != '%';
    /* what else is asked of such lines, the layout knows */
    if ((kind == AROUND_BRACKET && text.ptr[0] != '"') || line_begins_cri(text) || text.ptr[0] == '%' ||
        may_be_pairs(text))
        return false;
    ret_text->message = trim_end(text);
    if (kind == AROUND_BRACKET)
        ret_text->message = request_alone(ret_text->message, raw.ptr, &state->scratch);
    ret_text->stream = (struct span){0};
    return true;
}
