#include "record/peel.h"

enum { PLAIN_BYTES_MAX = 4096 }; /* far from where runtimes cut */

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

bool peel_is_plain_inside(const struct reader_state *state, struct span text)
{
    return text.len && !state->inner_inside && (unsigned)(text.ptr[0] | 0x20) - 'a' < 26 &&
           !stamp_may_start(text) && !peel_may_be_pairs(text);
}

/* rest, behind the stamp: an envelope around plain text. */
static bool plain_envelope(struct line_reader *reader, struct reader_state *state, struct span rest,
                           struct line *line)
{
    struct envelope_cri cri;
    struct envelope syslog = {.inside = rest};
    bool is_cri = rest.len > 7 && rest.ptr[0] == 's' && envelope_cri(rest, &cri);
    if (is_cri != (reader->format == FORMAT_CRI) || rest.len > PLAIN_BYTES_MAX)
        return false;
    if (is_cri) {
        if (cri.partial || state->parts.open)
            return false;
        syslog.inside = cri.inside;
    } else if (state->syslog && !envelope_syslog_cached(&state->syslog_memo, rest, &syslog)) {
        return false;
    }
    if (!peel_is_plain_inside(state, syslog.inside))
        return false;
    line->message = trim_end(syslog.inside);
    line->stream = syslog.stream;
    line->flags = LINE_STAMPED | LINE_ENVELOPE;
    return true;
}

static bool plain_text(struct span rest, struct line *line)
{
    uint8_t first = rest.ptr[0];
    bool cri = first == 's' && rest.len > 1 && rest.ptr[1] == 't';
    if (cri || is_blank(first) || is_blank(rest.ptr[-2]) || peel_may_be_pairs(rest))
        return false;
    line->message = trim_end(rest);
    line->flags = LINE_STAMPED;
    return true;
}

static bool plain_rest(struct line_reader *reader, struct reader_state *state, struct span rest,
                       struct line *line)
{
    bool envelope = state->syslog || reader->format == FORMAT_CRI || state->runtime;
    return envelope ? plain_envelope(reader, state, rest, line) : plain_text(rest, line);
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
    if (stamp_layout_read(layout, text, &stamp.time_ns))
        return plain_rest(reader, state, span_skip(text, layout->end), line) &&
               take_stamp(line, stamp.time_ns, layout->flags);
    bool envelope = state->syslog || reader->format == FORMAT_CRI || state->runtime;
    if ((reader->format != FORMAT_PLAIN && !envelope) || state->prefix != PREFIX_NONE || state->relayed ||
        state->columns.csvlog || state->level_object || state->facility || !starts_plainly(text))
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
    state->layout_text =
        !envelope && !state->columns.level && !state->columns.status && !state->headed && !reader->long_way;
    return take_stamp(line, stamp.time_ns, stamp.flags);
}

bool line_parse_text(const struct line_reader *reader, struct span raw, struct line_text *ret_text)
{
    const struct reader_state *state = reader->state;
    struct line line;
    while (raw.len && raw.ptr[raw.len - 1] == '\r')
        raw.len--;
    if (!state->layout_text || reader->may_escape || raw.len == 0 || raw.ptr[raw.len - 1] == 0 ||
        !stamp_layout_read(&state->layout, raw, &line.time_ns) ||
        !plain_text(span_skip(raw, state->layout.end), &line) || line.message.ptr[0] == '%')
        return false; /* '%': a router's, which tells its level */
    take_stamp(&line, line.time_ns, state->layout.flags);
    *ret_text = (struct line_text){raw, line.message, line.time_ns, line.flags};
    return true;
}
