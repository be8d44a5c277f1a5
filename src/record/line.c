/* The way through a line: prefix (kubectl, compose, stern), then either an object, pairs, or a stamp; behind
 * a stamp CRI, syslog, or the text. Whatever an envelope held is looked at again (look_inside), at most
 * DEPTH_MAX times. The outermost time stays; the innermost explicit severity wins, because agents and init
 * systems call everything INFO. */
#include "record/line.h"

#include "record/json_line.h"
#include "record/logfmt.h"
#include "record/reader_state.h"
#include "record/severity.h"
#include "record/unescape.h"

#include <stdlib.h>

enum { DEPTH_MAX = 4, PART_BYTES_MAX = 1 << 20 };

struct peel {
    struct line_reader *reader;
    struct reader_state *state;
    struct line *line;
    bool default_severity; /* line->severity is what syslog gives to anything */
};

void line_reader_init(struct line_reader *reader, const struct stamp_context *context)
{
    *reader = (struct line_reader){.stamp = *context, .may_escape = true};
    struct reader_state *state = memory_alloc(sizeof *state);
    field_names_init(&state->names);
    text_init(&state->part[0], PART_BYTES_MAX);
    text_init(&state->part[1], PART_BYTES_MAX);
    journal_init(&state->journal);
    reader->state = state;
}

void line_reader_done(struct line_reader *reader)
{
    if (!reader || !reader->state)
        return;
    struct reader_state *state = reader->state;
    text_done(&state->part[0]);
    text_done(&state->part[1]);
    journal_done(&state->journal);
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
    scratch_recycle(&state_of(reader)->scratch);
}

void line_parts_forget(struct reader_state *state)
{
    text_clear(&state->part[0]);
    text_clear(&state->part[1]);
    journal_reset(&state->journal);
}

/* Without the CR of Windows and the NUL bytes that holes in files read as. */
static struct span trim_ends(struct span raw)
{
    while (raw.len && (raw.ptr[raw.len - 1] == '\r' || raw.ptr[raw.len - 1] == 0))
        raw.len--;
    while (raw.len && raw.ptr[0] == 0)
        raw.ptr++, raw.len--;
    return raw;
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
    case PREFIX_STERN: return envelope_stern(text, ret_envelope);
    default: return text.len > 5 && text.ptr[0] == '[' && envelope_kubectl(text, ret_envelope);
    }
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static void set_message(struct line *line, struct span message)
{
    line->message = span_trim(message);
    if (line->message.len == 0)
        line->flags |= LINE_EMPTY;
}

static void set_stream(struct line *line, struct span stream)
{
    if (line->stream.len == 0)
        line->stream = stream;
}

static void set_time(struct line *line, int64_t time_ns, uint8_t stamp_flags)
{
    if (line->flags & LINE_STAMPED)
        return;
    line->time_ns = time_ns;
    line->flags |= LINE_STAMPED;
    if (stamp_flags & STAMP_NO_YEAR)
        line->flags |= LINE_NO_YEAR;
    if (stamp_flags & STAMP_NO_ZONE)
        line->flags |= LINE_NO_ZONE;
    if (stamp_flags & STAMP_NO_DATE)
        line->flags |= LINE_NO_DATE;
}

static void set_severity(struct peel *peel, uint8_t severity, bool is_default)
{
    if (!severity)
        return;
    peel->line->severity = severity;
    peel->default_severity = is_default;
}

/* Levels are padded ("  INFO"): two blanks before one are no indentation. */
static bool is_padded_level(struct span rest)
{
    size_t n = 0;
    while (n < rest.len && (unsigned)rest.ptr[n] - 'A' < 26)
        n++;
    return n >= 3 && n < 12 && severity_of_level(span_make(rest.ptr, n));
}

/* White space around `at`, where the header ends; the stamp may have taken some of it along. */
static void judge_indent(struct line *line, struct span text, size_t at)
{
    if (at == 0 || at >= text.len || (!is_blank(text.ptr[at]) && (at < 2 || !is_blank(text.ptr[at - 2]))))
        return; /* one blank at most */
    bool klog =
        line->severity && at < text.len && (unsigned)text.ptr[0] - 'A' < 26; /* pads its process number */
    if (klog)
        return;
    size_t end = at, blanks = 0;
    while (end < text.len && is_blank(text.ptr[end]))
        end++;
    while (blanks < end && is_blank(text.ptr[end - 1 - blanks]))
        blanks++;
    if (end < text.len && blanks > 1 && blanks < end && !is_padded_level(span_skip(text, end)))
        line->flags |= LINE_INDENTED;
}

static bool is_redis_mark(uint8_t byte)
{
    return byte == '#' || byte == '*' || byte == '-' || byte == '.';
}

/* "4018:M 28 Nov ... * text": what a mark means to Redis. The process number and role in front tell Redis. */
static uint8_t redis_severity(struct span text, const struct stamp *stamp)
{
    size_t i = 0, mark = stamp->end;
    bool bracket = text.len && text.ptr[0] == '[';
    i += bracket;
    size_t digits = i;
    while (i < text.len && (unsigned)text.ptr[i] - '0' < 10)
        i++;
    if (i == digits || i + 2 >= text.len || mark + 1 >= text.len || text.ptr[mark + 1] != ' ')
        return 0;
    bool role =
        text.ptr[i] == ':' && text.ptr[i + 1] && strchr("MSCX", text.ptr[i + 1]) && text.ptr[i + 2] == ' ';
    if (!role && !(bracket && text.ptr[i] == ']' && text.ptr[i + 1] == ' '))
        return 0;
    switch (text.ptr[mark]) {
    case '#': return SEVERITY_WARN;
    case '*': return SEVERITY_NOTICE;
    case '-':
    case '.': return SEVERITY_DEBUG;
    default: return 0;
    }
}

bool line_is_keyed(struct span text)
{
    size_t n = 0;
    while (n < text.len &&
           ((unsigned)(text.ptr[n] | 0x20) - 'a' < 26 || text.ptr[n] == '_' || text.ptr[n] == '-'))
        n++;
    return n > 0 && n < text.len && (text.ptr[n] == ':' || text.ptr[n] == '=');
}

bool line_is_epoch(struct span text)
{
    size_t n = 0;
    while (n < text.len && (unsigned)text.ptr[n] - '0' < 10)
        n++;
    return n >= 10;
}

/* A stamp behind other words is the line's own when that is how this source writes, when it is an access
 * log's, or when only a few words (a level, a thread, a host) come before it. */
static bool is_own_stamp(const struct reader_state *state, struct span text, const struct stamp *stamp)
{
    enum { HEADER_BYTES_MAX = 40, HEADER_WORDS_MAX = 3 };
    if (!(stamp->flags & STAMP_INSIDE) || stamp->begin == 0)
        return !state->outside ||
               ((state->keyed || !line_is_keyed(text)) && (state->epoch || !line_is_epoch(text)));
    if (state->inside)
        return true;
    struct span before = span_trim(span_make(text.ptr, stamp->begin));
    bool access = text.ptr[stamp->begin] == '[' && stamp->end < text.len && text.ptr[stamp->end] == '"';
    if (access)
        return true;
    if (state->outside)
        return severity_of_level(before) != 0;
    int words = 1;
    for (size_t i = 0; i < before.len; i++)
        words += before.ptr[i] == ' ';
    return before.len <= HEADER_BYTES_MAX && words <= HEADER_WORDS_MAX;
}

static bool find_stamp(struct peel *peel, struct stamp_cache *cache, struct span text,
                       struct stamp *ret_stamp)
{
    if (!stamp_find_cached(cache, text, &peel->reader->stamp, ret_stamp))
        return false;
    if (ret_stamp->end > text.len || !is_own_stamp(peel->state, text, ret_stamp))
        return false;
    uint8_t severity = ret_stamp->severity;
    if (!severity && ret_stamp->begin > 0)
        severity = severity_of_header(span_make(text.ptr, ret_stamp->begin));
    if (!severity && ret_stamp->end < text.len && is_redis_mark(text.ptr[ret_stamp->end]))
        severity = redis_severity(text, ret_stamp);
    bool priority = text.ptr[0] == '<';
    set_severity(peel, severity, priority && severity >= SEVERITY_INFO && severity < SEVERITY_WARN);
    return true;
}

static void look_inside(struct peel *peel, struct span text, int depth);

static void take_fields(struct peel *peel, const struct fields *fields)
{
    struct line *line = peel->line;
    bool own = !peel->state->text || fields->has_level_name || fields->channel || fields->journal;
    if (fields->time_ns != TIME_NONE && own)
        set_time(line, fields->time_ns, fields->time_flags);
    line->seed += fields->seed;
    set_stream(line, fields_stream(fields, &peel->state->scratch));
    bool usual = fields->severity >= SEVERITY_INFO && fields->severity < SEVERITY_WARN;
    set_severity(peel, fields->severity, fields->journal && usual);
}

/* A message that an object held may be a whole line of another program. */
static bool may_hold_a_line(struct span message)
{
    if (message.len < 8)
        return false;
    uint8_t first = message.ptr[0], second = message.ptr[1];
    bool digit = (unsigned)first - '0' < 10 || (first == '[' && (unsigned)second - '0' < 10);
    bool month = (unsigned)first - 'A' < 26 && message.ptr[3] == ' ' && message.ptr[6] == ' ';
    return first == '{' || first == '<' || digit || month;
}

static __attribute__((noinline)) void peel_json(struct peel *peel, struct span text, int depth)
{
    struct line *line = peel->line;
    struct reader_state *state = peel->state;
    struct fields fields;
    fields_init(&fields, &state->names, &peel->reader->stamp,
                line->flags & LINE_STAMPED ? &peel->reader->inner_cache : &peel->reader->cache);
    bool whole = json_line_read(text, &fields, &state->scratch);
    take_fields(peel, &fields);
    if (!whole) {
        line->flags |= LINE_BROKEN;
        set_message(line, text);
        return;
    }
    bool docker = fields.log && fields.channel;
    struct span message = fields_message(&fields, &state->scratch);
    if (message.len == 0 && !docker && !fields.journal)
        message = json_line_summary(text, &state->names, &state->scratch);
    if (unescape_has_terminal(message))
        message = unescape_terminal(&state->scratch, message);
    while (message.len && (message.ptr[message.len - 1] == '\n' || message.ptr[message.len - 1] == '\r'))
        message.len--;
    if (docker || fields.journal) {
        line->flags |= LINE_ENVELOPE;
        if (message.len && is_blank(message.ptr[0]))
            line->flags |= LINE_INDENTED;
        look_inside(peel, message, depth + 1);
        return;
    }
    line->flags |= LINE_JSON;
    if (may_hold_a_line(message))
        look_inside(peel, message, depth + 1);
    else
        set_message(line, message);
}

static __attribute__((noinline)) bool peel_logfmt(struct peel *peel, struct span text)
{
    struct fields fields;
    fields_init(&fields, &peel->state->names, &peel->reader->stamp,
                peel->line->flags & LINE_STAMPED ? &peel->reader->inner_cache : &peel->reader->cache);
    if (!logfmt_read(text, &fields))
        return false;
    take_fields(peel, &fields);
    peel->line->flags |= LINE_LOGFMT;
    struct span message = fields_message(&fields, &peel->state->scratch);
    set_message(peel->line, fields.message.rank == FIELD_RANK_NONE ? text : message);
    return true;
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* 0 to 15: the first byte of p[0, 16) that is a blank, '=', ':' or '['; 16: none is. */
static unsigned first_mark(const uint8_t *p)
{
    bytes16 bytes;
    uint64_t marks[2];
    memcpy(&bytes, p, sizeof bytes);
    bytes16 found = (bytes16)((bytes == ' ') | (bytes == '=') | (bytes == ':') | (bytes == '['));
    memcpy(marks, &found, sizeof marks);
    return marks[0]   ? (unsigned)__builtin_ctzll(marks[0]) / 8
           : marks[1] ? 8 + (unsigned)__builtin_ctzll(marks[1]) / 8
                      : 16;
}

/* name= at the start; looked at before the costly question whether the whole line is pairs. Sixteen bytes at
 * a time: nearly every line is asked, some twice. */
static bool may_be_pairs(struct span text)
{
    size_t max = text.len < 24 ? text.len : 24;
    if (max < 8 || (unsigned)(text.ptr[0] | 0x20) - 'a' >= 26)
        return false;
    if (max >= 16) {
        size_t mark = first_mark(text.ptr);
        if (mark == 16)
            mark = max - 16 + first_mark(text.ptr + max - 16);
        return mark < max && text.ptr[mark] == '=';
    }
    for (size_t i = 1; i < max; i++) {
        uint8_t byte = text.ptr[i];
        if (byte == '=' || byte == ' ' || byte == ':' || byte == '[')
            return byte == '=';
    }
    return false;
}

/* An object or pairs; false when text is neither. */
static bool peel_structured(struct peel *peel, struct span text, int depth)
{
    if (text.len == 0)
        return false;
    if (text.ptr[0] == '@' && span_starts(text, "@cee:"))
        text = span_trim(span_skip(text, 5));
    if (json_line_likely(text)) {
        peel_json(peel, text, depth);
        return true;
    }
    return may_be_pairs(text) && peel_logfmt(peel, text);
}

/* Text that an envelope held. */
static void look_inside(struct peel *peel, struct span text, int depth)
{
    struct line *line = peel->line;
    text = span_trim(text);
    size_t monotonic = envelope_monotonic(text); /* the kernel's, through syslog */
    if (monotonic)
        text = span_trim(span_skip(text, monotonic));
    if (depth >= DEPTH_MAX || text.len == 0) {
        set_message(line, text);
        return;
    }
    if (peel_structured(peel, text, depth))
        return;
    struct stamp stamp;
    if (find_stamp(peel, &peel->reader->inner_cache, text, &stamp)) {
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

/* The joined text of a CRI record, or false while it is not complete. A source that was not learnt as CRI
 * gives its parts one by one: there a line must not depend on the ones before. */
static bool join_parts(struct peel *peel, const struct envelope_cri *cri, struct span *ret_text)
{
    struct text *part = &peel->state->part[cri->error_stream];
    *ret_text = cri->inside;
    if (peel->reader->format != FORMAT_CRI || (!cri->partial && part->len == 0))
        return true;
    if (part->len == 0)
        peel->state->part_ns[cri->error_stream] = peel->line->time_ns;
    text_add(part, cri->inside.ptr, cri->inside.len);
    if (cri->partial)
        return false;
    peel->line->time_ns = peel->state->part_ns[cri->error_stream];
    *ret_text = scratch_copy(&peel->state->scratch, text_span(part));
    text_clear(part);
    return true;
}

static bool is_5424(struct span text)
{
    const uint8_t *close =
        text.len && text.ptr[0] == '<' ? memchr(text.ptr, '>', text.len < 6 ? text.len : 6) : NULL;
    return close && span_starts(span_skip(text, (size_t)(close + 1 - text.ptr)), "1 ");
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
        if (!join_parts(peel, &cri, &rest))
            return false;
        if (rest.len && is_blank(rest.ptr[0]))
            line->flags |= LINE_INDENTED;
        look_inside(peel, rest, 1);
        return true;
    }
    bool new_syslog = is_5424(text);
    if (new_syslog ? envelope_syslog_5424(rest, &syslog)
                   : (peel->state->syslog || text.ptr[0] == '<') && envelope_syslog(rest, &syslog, NULL)) {
        line->flags |= LINE_ENVELOPE;
        set_stream(line, syslog.stream);
        if (syslog.inside.len && is_blank(syslog.inside.ptr[0]))
            line->flags |= LINE_INDENTED;
        look_inside(peel, syslog.inside, 1);
        return true;
    }
    judge_indent(line, text, end);
    if (peel->state->runtime) {
        line->flags |= LINE_ENVELOPE;
        look_inside(peel, rest, 1);
        return true;
    }
    if (rest.len && (rest.ptr[0] == '{' || may_be_pairs(rest)) && peel_structured(peel, rest, 1))
        return true;
    set_message(line, rest);
    return true;
}

/* A time of day that a process manager wrote ("11:47:34 1|app  | 2026-08-07 11:47:34: text") gives way to the
 * program's own stamp when that has a date. */
static void take_dated(const struct line_reader *reader, struct span text, struct stamp *stamp)
{
    enum { PREFIX_BYTES_MAX = 40 };
    struct span rest = span_skip(text, stamp->end);
    for (size_t at = 0; at + 2 < rest.len && at < PREFIX_BYTES_MAX; at++) {
        if (rest.ptr[at] != '|' || rest.ptr[at + 1] != ' ')
            continue;
        struct stamp own;
        if (stamp_parse(span_skip(rest, at + 2), &reader->stamp, &own) && !(own.flags & STAMP_NO_DATE)) {
            own.end += stamp->end + (uint32_t)at + 2;
            own.begin = stamp->begin;
            *stamp = own;
        }
        return;
    }
}

/* AWS load balancers ("https 2026-08-07T14:31:05.123456Z app/...") write when they answered, and behind the
 * rule's priority when the request came: that is the time of an access log. */
static void take_created(const struct line_reader *reader, struct span text, struct stamp *stamp)
{
    enum { STAMP_BYTES = 27 }; /* "2026-08-07T14:31:05.123456Z" */
    struct span rest = span_skip(text, stamp->end);
    if (stamp->begin > 6 || !span_starts(rest, "app/"))
        return;
    for (size_t n = rest.len; n > STAMP_BYTES;) { /* from the end: a request may hold anything */
        const uint8_t *z = memrchr(rest.ptr, 'Z', n);
        n = z ? (size_t)(z - rest.ptr) : 0;
        struct stamp created;
        if (n < STAMP_BYTES || n + 2 >= rest.len || z[1] != ' ' || z[2] != '"' ||
            rest.ptr[n - STAMP_BYTES] != ' ')
            continue;
        if (stamp_parse(span_make(z + 1 - STAMP_BYTES, STAMP_BYTES), &reader->stamp, &created) &&
            created.end == STAMP_BYTES) {
            stamp->time_ns = created.time_ns;
            return;
        }
    }
}

static bool peel_line(struct peel *peel, struct span text)
{
    struct line *line = peel->line;
    struct envelope prefix;
    if ((peel->state->prefix != PREFIX_NONE || (text.len && text.ptr[0] == '[')) &&
        line_take_prefix(peel->state->prefix, text, &prefix)) {
        set_stream(line, prefix.stream);
        text = prefix.inside;
    }
    if (text.len == 0) {
        set_message(line, text);
        return true;
    }
    if (is_blank(text.ptr[0]))
        line->flags |= LINE_INDENTED;
    if (peel_structured(peel, text, 0))
        return true;
    struct stamp stamp = {.end = (uint32_t)envelope_monotonic(text)};
    if (stamp.end)
        return peel_stamped(peel, text, stamp.end);
    if (!find_stamp(peel, &peel->reader->cache, text, &stamp)) {
        set_message(line, text);
        return true;
    }
    if (stamp.flags & STAMP_NO_DATE)
        take_dated(peel->reader, text, &stamp);
    else if (stamp.begin)
        take_created(peel->reader, text, &stamp);
    set_time(line, stamp.time_ns, stamp.flags);
    return peel_stamped(peel, text, stamp.end);
}

/* The journal's entry as a line. */
static __attribute__((noinline)) void take_entry(struct peel *peel)
{
    struct journal *journal = &peel->state->journal;
    struct scratch *scratch = &peel->state->scratch;
    struct line *line = peel->line;
    struct span message = line_clean(peel->state, scratch_copy(scratch, text_span(&journal->message)));
    line->raw = message;
    line->flags |= LINE_ENVELOPE | (journal->broken ? LINE_BROKEN : 0);
    if (journal->time_ns != TIME_NONE)
        set_time(line, journal->time_ns, 0);
    set_stream(line, scratch_copy(scratch, text_span(&journal->stream)));
    set_severity(peel, journal->severity,
                 journal->severity >= SEVERITY_INFO && journal->severity < SEVERITY_WARN);
    if (message.len && is_blank(message.ptr[0]))
        line->flags |= LINE_INDENTED;
    look_inside(peel, message, 1);
    journal_reset(journal);
}

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

/* The way of most lines, in one go: a stamp at the very start, then text. What comes out is what peel_line
 * would make of it. False: another kind of line. */
static bool parse_plain(struct line_reader *reader, const struct reader_state *state, struct span text,
                        struct line *line)
{
    struct stamp stamp;
    if (reader->format != FORMAT_PLAIN || state->prefix != PREFIX_NONE || state->syslog || state->runtime ||
        !starts_plainly(text))
        return false;
    if (!stamp_find_again(&reader->cache, text, &reader->stamp, &stamp) || stamp.begin || stamp.severity ||
        (stamp.flags & STAMP_NO_DATE) || stamp.end < 2 || stamp.end >= text.len)
        return false;
    struct span rest = span_skip(text, stamp.end);
    uint8_t first = rest.ptr[0];
    bool cri = first == 's' && rest.len > 1 && rest.ptr[1] == 't';
    bool odd = first == '{' || first == '@' || first == '\r' || is_redis_mark(first);
    if (cri || odd || is_blank(first) || is_blank(rest.ptr[-2]) || may_be_pairs(rest))
        return false;
    while (is_blank(rest.ptr[rest.len - 1]) || rest.ptr[rest.len - 1] == '\r')
        rest.len--;
    line->message = rest;
    line->time_ns = stamp.time_ns;
    line->flags = LINE_STAMPED;
    line->flags |= stamp.flags & STAMP_NO_YEAR ? LINE_NO_YEAR : 0;
    line->flags |= stamp.flags & STAMP_NO_ZONE ? LINE_NO_ZONE : 0;
    line->flags |= stamp.flags & STAMP_NO_DATE ? LINE_NO_DATE : 0;
    return true;
}

bool line_parse(struct line_reader *reader, struct span raw, struct line *ret_line)
{
    struct reader_state *state = state_of(reader);
    struct peel peel = {.reader = reader, .state = state, .line = ret_line};
    struct span text = raw;
    if (raw.len && (raw.ptr[0] == 0 || raw.ptr[raw.len - 1] <= '\r'))
        text = trim_ends(raw);
    *ret_line = (struct line){.raw = text, .time_ns = TIME_NONE};
    if (reader->format == FORMAT_JOURNAL_EXPORT) {
        if (!journal_add(&state->journal, raw))
            return false;
        take_entry(&peel);
        return true;
    }
    if (reader->may_escape && unescape_has_terminal(text))
        text = unescape_terminal(&state->scratch, text);
    return parse_plain(reader, state, text, ret_line) || peel_line(&peel, text);
}

bool line_finish(struct line_reader *reader, struct line *ret_line)
{
    struct reader_state *state = state_of(reader);
    struct peel peel = {.reader = reader, .state = state, .line = ret_line};
    *ret_line = (struct line){.time_ns = TIME_NONE};
    if (reader->format == FORMAT_JOURNAL_EXPORT) {
        if (!journal_finish(&state->journal))
            return false;
        take_entry(&peel);
        return true;
    }
    for (int i = 0; i < 2; i++) {
        if (state->part[i].len == 0)
            continue;
        ret_line->raw = scratch_copy(&state->scratch, text_span(&state->part[i]));
        text_clear(&state->part[i]);
        ret_line->flags |= LINE_ENVELOPE;
        set_time(ret_line, state->part_ns[i], 0);
        look_inside(&peel, ret_line->raw, 1);
        return true;
    }
    return false;
}

const char *line_format_name(enum line_format format)
{
    static const char *const names[] = {"plain",          "json",    "logfmt", "cri",
                                        "docker",         "kubectl", "syslog", "journal json",
                                        "journal export", "access"};
    return format >= FORMAT_PLAIN && format <= FORMAT_ACCESS ? names[format] : "plain";
}
