/* The way through a line: prefix (kubectl, compose, stern), then either an object, pairs, or a stamp; behind
 * a stamp CRI, syslog, or the text. Whatever an envelope held is looked at again (peel_inside), at most
 * DEPTH_MAX times. The outermost time stays, but for that of a relay (peel_relay.c); the innermost explicit
 * severity wins, because agents and init systems call everything INFO. */
#include "record/line.h"

#include "record/peel.h"
#include "record/request.h"
#include "record/twins.h"
#include "record/unescape.h"

#include <stdlib.h>

enum { DEPTH_MAX = 32 }; /* bounds the stack; each envelope around text doubles its escapes */

void line_reader_init(struct line_reader *reader, const struct stamp_context *context)
{
    *reader = (struct line_reader){.stamp = *context, .may_escape = true};
    struct reader_state *state = memory_alloc(sizeof *state);
    field_names_init(&state->names);
    parts_init(&state->parts);
    journal_init(&state->journal, &state->names);
    blocks_init(&state->blocks, &state->names);
    for (int i = 0; i < 2; i++) {
        layouts_init(&state->objects[i], false);
        layouts_init(&state->pairs[i], true);
    }
    reader->state = state;
}

void line_reader_done(struct line_reader *reader)
{
    if (!reader || !reader->state)
        return;
    struct reader_state *state = reader->state;
    parts_done(&state->parts);
    journal_done(&state->journal);
    blocks_done(&state->blocks);
    for (int i = 0; i < 2; i++) {
        layouts_done(&state->objects[i]);
        layouts_done(&state->pairs[i]);
    }
    state->scratch.overflow = &reader->scratch;
    scratch_done(&state->scratch);
    arena_done(&reader->scratch);
    free(state);
    reader->state = NULL;
}

/* The reader may have been moved in memory since the last call: its arena is borrowed anew each time. */
static struct reader_state *state_of(struct line_reader *reader)
{
    struct reader_state *state = reader->state;
    state->scratch.overflow = &reader->scratch;
    return state;
}

void line_reader_recycle(struct line_reader *reader)
{
    struct reader_state *state = state_of(reader);
    scratch_recycle(&state->scratch);
    for (int i = 0; i < 2; i++) {
        twins_recycle(state->objects[i].twins);
        twins_recycle(state->pairs[i].twins);
    }
}

void line_reader_forget(struct line_reader *reader)
{
    struct reader_state *state = state_of(reader);
    reader->cache = reader->inner_cache = (struct stamp_cache){0};
    state->syslog_memo = (struct syslog_memo){0};
    state->cri = (struct cri_memo){0};
    state->layout = (struct stamp_layout){0};
    state->around = AROUND_ANY;
    memset(state->memo, 0, sizeof state->memo);
    for (int i = 0; i < 2; i++) {
        layouts_forget(&state->objects[i]);
        layouts_forget(&state->pairs[i]);
    }
}

void line_reader_rewind(struct line_reader *reader)
{
    line_reader_forget(reader);
    line_parts_forget(reader->state);
    state_of(reader)->head_flags = 0;
    line_reader_recycle(reader);
    reader->place = reader->began = (struct line_place){0};
}

void line_parts_forget(struct reader_state *state)
{
    parts_forget(&state->parts);
    journal_reset(&state->journal);
    blocks_reset(&state->blocks);
    state->head_flags = 0;
}

/* Without the CR and the byte order mark of Windows, the CR that serial consoles write behind the newline,
 * and the NUL bytes that holes in files read as. */
static struct span trim_ends(struct span raw)
{
    while (raw.len && (raw.ptr[raw.len - 1] == '\r' || raw.ptr[raw.len - 1] == 0))
        raw.len--;
    while (raw.len && (raw.ptr[0] == 0 || raw.ptr[0] == '\r'))
        raw.ptr++, raw.len--;
    return span_starts(raw, "\xef\xbb\xbf") ? span_skip(raw, 3) : raw;
}

struct span line_clean(struct reader_state *state, struct span raw)
{
    raw = trim_ends(raw);
    if (unescape_has_terminal(raw))
        return unescape_terminal(&state->scratch, raw);
    return raw;
}

bool line_take_prefix(enum line_prefix prefix, struct span text, struct envelope *ret_envelope)
{
    switch (prefix) {
    case PREFIX_COMPOSE: return envelope_compose(text, ret_envelope);
    case PREFIX_STERN:
        return envelope_stern(text, ret_envelope) || envelope_stern_stamped(text, ret_envelope);
    default: return text.len > 5 && text.ptr[0] == '[' && envelope_kubectl(text, ret_envelope);
    }
}

/* Text that an envelope held. */
void peel_inside(struct peel *peel, struct span text, int depth)
{
    struct line *line = peel->line;
    text = span_trim(text);
    size_t monotonic = envelope_monotonic(text); /* the kernel's, through syslog */
    if (monotonic) {
        text = span_skip(text, monotonic);
        line->flags |= text.len && is_blank(text.ptr[0]) ? LINE_INDENTED : 0;
        text = span_trim(text);
    }
    if (depth >= DEPTH_MAX || text.len == 0) {
        set_message(line, text);
        return;
    }
    if (peel_structured(peel, text, depth))
        return;
    struct stamp stamp;
    if (peel_find_inner_stamp(peel, text, &stamp)) {
        set_time(line, stamp.time_ns, stamp.flags);
        struct span rest = span_trim(span_skip(text, stamp.end));
        if (peel_structured(peel, rest, depth + 1))
            return;
        text = rest;
    }
    if (peel->default_severity)
        set_severity(peel, severity_of_header(text), false);
    set_message(line, text);
}

static bool is_5424(struct span text)
{
    const uint8_t *close =
        text.len && text.ptr[0] == '<' ? memchr(text.ptr, '>', text.len < 6 ? text.len : 6) : NULL;
    return close && span_starts(span_skip(text, (size_t)(close + 1 - text.ptr)), "1 ");
}

/* "<30>": of a level in such brackets ("<info>  [1786113065.123] text") no host and no tag follows. */
static bool has_priority(struct span text)
{
    return text.len > 1 && text.ptr[0] == '<' && (unsigned)text.ptr[1] - '0' < 10;
}

size_t line_facility(struct span text, uint8_t *ret_severity)
{
    size_t at = 0;
    for (int i = 0; i < 2; i++) {
        const uint8_t *blank = at < text.len ? memchr(text.ptr + at, ' ', text.len - at) : NULL;
        if (!blank)
            return 0;
        size_t end = (size_t)(blank - text.ptr);
        *ret_severity = severity_of_facility(span_make(text.ptr + at, end - at));
        at = end + 1;
        if (*ret_severity)
            return at;
    }
    return 0;
}

/* What follows the outermost stamp. */
static bool peel_stamped(struct peel *peel, struct span text, size_t end)
{
    struct line *line = peel->line;
    struct span rest = span_skip(text, end);
    struct envelope_cri cri;
    struct envelope syslog;
    if (rest.len > 7 && rest.ptr[0] == 's' && envelope_cri(rest, &cri)) {
        line->flags |= LINE_ENVELOPE;
        rest = cri.inside;
        if (peel->state->in_parts && !parts_add(&peel->state->parts, peel->reader, line, cri.error_stream,
                                                cri.partial, &rest, &peel->state->scratch))
            return false;
        if (rest.len && is_blank(rest.ptr[0]))
            line->flags |= LINE_INDENTED;
        peel_inside(peel, rest, 1);
        return true;
    }
    bool new_syslog = is_5424(text);
    uint8_t severity = 0;
    if (peel->state->facility)
        rest = span_skip(rest, line_facility(rest, &severity));
    if (severity)
        set_severity(peel, severity, severity >= SEVERITY_INFO && severity < SEVERITY_WARN);
    if (new_syslog ? envelope_syslog_5424(rest, &syslog)
                   : (peel->state->syslog || has_priority(text)) &&
                         envelope_syslog_cached(&peel->state->syslog_memo, rest, &syslog)) {
        line->flags |= LINE_ENVELOPE;
        set_stream(line, syslog.stream);
        if (new_syslog && span_starts(syslog.inside, " ")) /* rsyslog keeps the blank behind the old tag */
            syslog.inside = span_skip(syslog.inside, 1);
        if (syslog.inside.len && is_blank(syslog.inside.ptr[0]) && !peel->state->spaced)
            line->flags |= LINE_INDENTED;
        peel->relayed = true;
        peel_inside(peel, syslog.inside, 1);
        return true;
    }
    if ((peel->state->swarm && envelope_swarm(rest, &syslog)) ||
        (peel->state->log_stream && envelope_log_stream(rest, &syslog))) {
        line->flags |= LINE_ENVELOPE;
        set_stream(line, syslog.stream);
        if (syslog.inside.len && is_blank(syslog.inside.ptr[0]))
            line->flags |= LINE_INDENTED;
        peel_inside(peel, syslog.inside, 1);
        return true;
    }
    if (peel->state->relayed && peel_relayed(peel, rest))
        return true;
    if (peel->state->columns.csvlog && peel_csvlog(peel, text))
        return true;
    if (!peel->state->spaced)
        peel_judge_indent(line, text, end);
    if (peel->state->runtime) {
        line->flags |= LINE_ENVELOPE;
        rest = parts_without_stamps(rest, &peel->state->scratch);
        peel_inside(peel, rest, 1);
        return true;
    }
    bool object = rest.len && (rest.ptr[0] == '{' || peel->state->level_object);
    if (rest.len && (object || peel_may_be_pairs(rest)) && peel_structured(peel, rest, 1))
        return true;
    set_message(line, rest);
    return true;
}

/* "NAME CONTAINER", as stern writes it, as kubectl does: "NAME/CONTAINER". */
static struct span stern_stream(struct peel *peel, struct span stream)
{
    struct span copy = scratch_copy(&peel->state->scratch, stream);
    uint8_t *blank = (uint8_t *)memchr(copy.ptr, ' ', copy.len);
    const uint8_t *last = memrchr(copy.ptr, ' ', copy.len); /* an old one puts a mark between them */
    if (!blank)
        return stream;
    *blank++ = '/';
    size_t tail = copy.len - (size_t)(last + 1 - copy.ptr);
    memmove(blank, last + 1, tail);
    return span_make(copy.ptr, (size_t)(blank - copy.ptr) + tail);
}

/* "<3>text" without a stamp: how the kernel and services of systemd tell the severity. */
static struct span take_priority(struct peel *peel, struct span text)
{
    size_t monotonic;
    if (text.len < 4 || text.ptr[0] != '<' || text.ptr[2] != '>' || (unsigned)text.ptr[1] - '0' > 7)
        return text;
    uint8_t severity = severity_of_syslog(text.ptr[1] - '0');
    set_severity(peel, severity, severity >= SEVERITY_INFO && severity < SEVERITY_WARN);
    text = span_skip(text, 3);
    monotonic = envelope_monotonic(text);
    return span_skip(text, monotonic);
}

static bool peel_line(struct peel *peel, struct span text)
{
    struct line *line = peel->line;
    struct envelope prefix;
    if ((peel->state->prefix != PREFIX_NONE || (text.len && text.ptr[0] == '[')) &&
        line_take_prefix(peel->state->prefix, text, &prefix)) {
        set_stream(line,
                   peel->state->prefix == PREFIX_STERN ? stern_stream(peel, prefix.stream) : prefix.stream);
        text = prefix.inside;
    }
    if (text.len == 0) {
        set_message(line, text);
        return true;
    }
    if (is_blank(text.ptr[0]))
        line->flags |= LINE_INDENTED;
    if (peel_structured(peel, text, 0)) {
        if (peel->twin)
            line_plain_learn_values(peel->state);
        return true;
    }
    if (peel_cmtrace(peel, text))
        return true;
    struct stamp stamp = {.end = (uint32_t)envelope_monotonic(text)};
    if (stamp.end)
        return peel_stamped(peel, text, stamp.end);
    if (!peel_find_stamp(peel, text, &stamp)) {
        peel_take_far(peel, text);
        if (peel->state->led && line->flags & LINE_STAMPED)
            line->flags &= (uint16_t)~LINE_INDENTED;
        if (peel->state->relayed)
            set_severity(peel, severity_of_cef(text), false);
        set_message(line, take_priority(peel, text));
        return true;
    }
    if (stamp.flags & STAMP_NO_DATE)
        peel_take_dated(peel->reader, text, &stamp);
    else if (stamp.begin)
        peel_take_created(peel->reader, text, &stamp);
    peel->state->begin = stamp.begin;
    set_time(line, stamp.time_ns, stamp.flags);
    if (peel->state->led)
        line->flags &= (uint16_t)~LINE_INDENTED;
    struct span message = stamp.begin ? peel_around(text, &stamp) : (struct span){0};
    if (message.len) {
        uint8_t severity = text.ptr[0] == '<' ? severity_of_xml(text) : severity_of_cef(message);
        set_severity(peel, severity, false);
        set_message(line, message);
        return true;
    }
    return peel_stamped(peel, text, stamp.end);
}

/* What stands in a fixed column of this source. */
static void take_columns(const struct columns *columns, struct line *line, struct scratch *scratch)
{
    if (line->flags & LINE_EMPTY)
        return;
    struct span request = columns_request(columns, line->raw, scratch);
    if (request.len)
        line->message = request;
    int status = columns->status ? columns_status(columns->status, line->raw) : 0;
    if (columns->level && !line->severity)
        line->severity = columns_severity(columns->level, line->message);
    if (!status || (columns->mixed && !columns_has_request(line->raw)))
        return;
    line->seed += (uint64_t)status;
    line->severity = status >= 500 ? SEVERITY_ERROR : SEVERITY_INFO;
}

/* A router tells the severity in the name of what happened. */
static void take_router(struct line *line)
{
    uint8_t severity = severity_of_router(line->message);
    line->severity = severity ? severity : line->severity;
}

/* java.util.logging gives a line to the stamp and the caller, and the next to level and text: one record.
 * False: the line with the stamp, which waits for the other. */
static bool join_headed(struct peel *peel)
{
    struct reader_state *state = peel->state;
    struct line *line = peel->line;
    struct span text = line->message;
    bool stamped = line->flags & LINE_STAMPED;
    if (line->flags & LINE_EMPTY || (!stamped && !state->parts.open))
        return true;
    if (stamped && line->severity) /* an object of another logger tells all by itself */
        return true;
    if (stamped) {
        uint8_t *head = scratch_alloc(&state->scratch, text.len + 1);
        memcpy(head, text.ptr, text.len);
        head[text.len] = ' ';
        text = span_make(head, text.len + 1);
        state->head_flags = line->flags;
    }
    if (!parts_add(&state->parts, peel->reader, line, false, stamped, &text, &state->scratch))
        return false;
    line->flags |= state->head_flags;
    set_message(line, text);
    return true;
}

/* Firebird, Ingres and Oracle's old alert log give a line to the stamp alone: the text behind it has its
 * time, and is a record of its own. Where there was no text behind the one before, nothing is lost but a
 * stamp. */
static void take_headed(struct reader_state *state, struct line *line)
{
    enum { TIME_FLAGS = LINE_STAMPED | LINE_NO_YEAR | LINE_NO_ZONE | LINE_NO_DATE };
    bool stamped = line->flags & LINE_STAMPED, empty = line->flags & LINE_EMPTY;
    if (empty && !stamped)
        return;
    if (state->head_flags && !stamped) {
        line->time_ns = state->head_ns;
        line->flags = (uint16_t)((line->flags & ~LINE_INDENTED) | state->head_flags);
    }
    state->head_flags = 0;
    if (empty && state->begin == state->bare_begin) {
        state->head_ns = line->time_ns;
        state->head_flags = line->flags & TIME_FLAGS;
    }
}

/* The journal's entry, or a block, as a line. Its values stand in memory that the next one uses again. */
static __attribute__((noinline)) void take_entry(struct peel *peel, struct fields *fields)
{
    struct scratch *scratch = &peel->state->scratch;
    fields->message.value.text = scratch_copy(scratch, fields->message.value.text);
    fields->stream.value.text = scratch_copy(scratch, fields->stream.value.text);
    peel->line->flags |= LINE_PARTS;
    peel->reader->began = peel->state->entry;
    peel_entry(peel, fields);
}

static void take_journal(struct peel *peel)
{
    struct journal *journal = &peel->state->journal;
    peel->line->flags |= journal->broken ? LINE_BROKEN : 0;
    take_entry(peel, &journal->fields);
    journal_reset(journal);
}

/* True when a block was complete. */
static bool take_block(struct peel *peel)
{
    struct blocks *blocks = &peel->state->blocks;
    bool complete = blocks_finish(blocks);
    if (complete) {
        peel->line->flags |= blocks->message.truncated ? LINE_UNFINISHED : 0;
        take_entry(peel, &blocks->fields);
    }
    blocks_reset(blocks);
    return complete;
}

static bool parse_block(struct peel *peel, struct span text)
{
    struct line_reader *reader = peel->reader;
    struct blocks *blocks = &peel->state->blocks;
    bool complete = blocks_starts(blocks, text) && take_block(peel);
    if (!blocks->any)
        peel->state->entry = reader->place;
    blocks_add(blocks, text, &reader->stamp, &reader->cache);
    return complete;
}

/* A message of several lines, which only an object, the journal or parts can hold: its first one makes the
 * pattern. */
static void split_message(struct line *line)
{
    struct span message = line->message;
    bool in_line = line->raw.len && message.ptr >= line->raw.ptr &&
                   message.ptr <= line->raw.ptr + line->raw.len; /* no newline there */
    if (message.len == 0 || (in_line && !(line->flags & LINE_PARTS)))
        return;
    while (message.len && message.ptr[0] == '\n')
        message = span_trim(span_skip(message, 1));
    const uint8_t *end = memchr(message.ptr, '\n', message.len);
    if (!end || message.len == 0)
        return;
    line->lines = message;
    line->message = span_trim(span_make(message.ptr, (size_t)(end - message.ptr)));
}

/* Field by field, which is faster than to clear it as a whole. */
static inline void line_start(struct line *line, struct span raw)
{
    line->raw = raw;
    line->message = line->lines = line->trace = line->stream = line->statuses = (struct span){0};
    line->time_ns = TIME_NONE;
    line->seed = 0;
    line->flags = 0;
    line->severity = 0;
}

bool line_parse(struct line_reader *reader, struct span raw, struct line *ret_line)
{
    struct reader_state *state = state_of(reader);
    struct peel peel = {.reader = reader, .state = state, .line = ret_line};
    struct span text = raw;
    if (raw.len &&
        (raw.ptr[0] == 0 || raw.ptr[0] == '\r' || raw.ptr[0] == 0xef || raw.ptr[raw.len - 1] <= '\r'))
        text = trim_ends(raw);
    line_start(ret_line, text);
    reader->place_end = reader->place.offset + raw.len;
    if (reader->format == FORMAT_JOURNAL_EXPORT) {
        if (!state->journal.any && !state->journal.in_binary)
            state->entry = reader->place;
        if (!journal_add(&state->journal, raw, &reader->stamp, &reader->cache))
            return false;
        take_journal(&peel);
        split_message(ret_line);
        return true;
    }
    if (reader->format == FORMAT_BLOCKS) {
        bool complete = parse_block(&peel, text);
        split_message(ret_line);
        return complete;
    }
    if (reader->may_escape && unescape_has_terminal(text))
        text = unescape_terminal(&state->scratch, text);
    bool cri = !reader->long_way && reader->format == FORMAT_CRI, plain = false;
    bool complete = cri && line_cri(&peel, text);
    if (!complete) {
        plain = !reader->long_way && line_plain(reader, state, text, ret_line);
        complete = plain || peel_line(&peel, text);
        if (complete && cri)
            line_cri_keep(&peel, text);
    }
    if (!complete || peel.incomplete)
        return false;
    if (!plain)
        split_message(ret_line);
    if (ret_line->message.len && (ret_line->message.ptr[0] == '%' || state->columns.router))
        take_router(ret_line);
    if (ret_line->message.len && (ret_line->message.ptr[0] == '"' || state->columns.status))
        ret_line->message = request_alone(ret_line->message, ret_line->message.ptr, &state->scratch);
    if (state->bare)
        take_headed(state, ret_line);
    if (state->columns.level || state->columns.status)
        take_columns(&state->columns, ret_line, &state->scratch);
    return !state->headed || join_headed(&peel);
}

bool line_in_parts(const struct line_reader *reader)
{
    const struct reader_state *state = reader->state;
    return state->parts.open > 0;
}

bool line_late(struct line_reader *reader, struct line *ret_line)
{
    if (!line_in_parts(reader))
        return false;
    struct reader_state *state = state_of(reader);
    struct peel peel = {.reader = reader, .state = state, .line = ret_line};
    struct span text;
    line_start(ret_line, (struct span){0});
    if (!parts_next_late(&state->parts, reader, ret_line, &text, &state->scratch))
        return false;
    peel_inside(&peel, text, 1);
    split_message(ret_line);
    return true;
}

bool line_finish(struct line_reader *reader, struct line *ret_line)
{
    struct reader_state *state = state_of(reader);
    struct peel peel = {.reader = reader, .state = state, .line = ret_line};
    struct span text;
    line_start(ret_line, (struct span){0});
    if (reader->format == FORMAT_JOURNAL_EXPORT) {
        if (!journal_finish(&state->journal))
            return false;
        take_journal(&peel);
        split_message(ret_line);
        return true;
    }
    if (reader->format == FORMAT_BLOCKS) {
        bool complete = take_block(&peel);
        split_message(ret_line);
        return complete;
    }
    if (!parts_next_open(&state->parts, reader, ret_line, &text, &state->scratch))
        return false;
    peel_inside(&peel, text, 1);
    split_message(ret_line);
    return true;
}

const char *line_format_name(enum line_format format)
{
    static const char *const names[] = {"plain",          "json",    "logfmt",      "cri",
                                        "docker",         "kubectl", "syslog",      "journal json",
                                        "journal export", "access",  "event blocks"};
    return format >= FORMAT_PLAIN && format <= FORMAT_BLOCKS ? names[format] : "plain";
}
