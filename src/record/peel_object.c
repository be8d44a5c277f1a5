/* Named values: a line, or the text of an envelope, that is one JSON object or pairs of name=value. */
#include "record/json_line.h"
#include "record/json_time.h"
#include "record/logfmt.h"
#include "record/peel.h"
#include "record/turning.h"
#include "record/twins.h"
#include "record/unescape.h"

static void start_fields(struct peel *peel, struct fields *fields)
{
    struct line_reader *reader = peel->reader;
    bool inner = peel->line->flags & LINE_STAMPED;
    fields_init(fields, &peel->state->names, &reader->stamp, inner ? &reader->inner_cache : &reader->cache);
    fields->memo = &peel->state->memo[inner];
    if (reader->long_way)
        return;
    fields->objects = &peel->state->objects[inner];
    fields->pairs = &peel->state->pairs[inner];
}

/* Is the object a line's own, and not a part of a message? */
static bool is_own(const struct peel *peel, const struct fields *fields)
{
    return !peel->state->text || peel->relayed || fields->has_level_name || fields->channel ||
           fields->journal;
}

static void take_fields(struct peel *peel, const struct fields *fields)
{
    struct line *line = peel->line;
    if (fields->time_ns != TIME_NONE && is_own(peel, fields)) {
        if (peel->relayed)
            peel_correct_time(peel, fields->time_ns, fields->time_flags, true);
        set_time(line, fields->time_ns, fields->time_flags);
    }
    bool carried = peel->state->carried && fields_carry_line(fields);
    set_stream(line, carried ? fields_writer(fields, &peel->state->scratch)
                             : fields_stream(fields, &peel->state->scratch));
    bool usual = fields->severity >= SEVERITY_INFO && fields->severity < SEVERITY_WARN;
    set_severity(peel, fields->severity, carried || (fields->journal && usual));
}

/* What tells apart patterns of one message. */
static void take_statuses(struct peel *peel, struct fields *fields, struct span message)
{
    struct line *line = peel->line;
    if (fields->object_count && turning_is_told(message))
        fields_take_objects(fields, line->stream);
    line->seed += fields->seed;
    if (fields->status_count && line->statuses.len == 0)
        line->statuses = fields_statuses(fields, &peel->state->scratch);
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

/* The text of an envelope of which the fields are told. */
static void peel_told(struct peel *peel, const struct fields *fields, struct span message, int depth)
{
    struct line *line = peel->line;
    if (fields->journal && fields->null_message && message.len == 0)
        message = span_of("null");
    line->flags |= LINE_ENVELOPE;
    if (message.len && is_blank(message.ptr[0]))
        line->flags |= LINE_INDENTED;
    peel_inside(peel, message, depth);
}

/* text: without terminal sequences, which escapes may hide; empty: not known to be. */
static struct span message_of(struct peel *peel, const struct fields *fields, struct span text)
{
    struct scratch *scratch = &peel->state->scratch;
    struct span message = fields_message(fields, scratch);
    bool part = text.len && message.ptr >= text.ptr && message.ptr < text.ptr + text.len;
    if (!part && unescape_has_terminal(message))
        message = unescape_terminal(scratch, message);
    while (message.len && (message.ptr[message.len - 1] == '\n' || message.ptr[message.len - 1] == '\r'))
        message.len--;
    return message;
}

void peel_entry(struct peel *peel, struct fields *fields)
{
    take_fields(peel, fields);
    struct span message = message_of(peel, fields, (struct span){0});
    take_statuses(peel, fields, message);
    peel->line->raw = message;
    peel_told(peel, fields, message, 1);
}

/* A line whose twin was read before. inner: within an envelope that told the time. */
static inline bool has_twin(struct reader_state *state, struct layouts *layouts, struct span text, bool json,
                            bool inner, struct twin_line *ret_own)
{
    if (!twins_find(layouts, text, &state->memo[inner].day, ret_own))
        return false;
    struct span message = ret_own->message;
    bool other_time = !inner && (json ? ret_own->time_ns == TIME_NONE && !state->text
                                      : !twin_is_timed(ret_own) && state->far);
    return !other_time && !(ret_own->objects && turning_is_told(message)) &&
           !(json && (may_hold_a_line(message) || message.ptr[message.len - 1] < ' '));
}

static bool take_twin(struct peel *peel, struct layouts *layouts, struct span text, bool json)
{
    struct line *line = peel->line;
    struct twin_line own;
    if (peel->relayed || !has_twin(peel->state, layouts, text, json, line->flags & LINE_STAMPED, &own))
        return false;
    if (twin_is_timed(&own))
        set_time(line, own.time_ns, own.time_flags);
    set_stream(line, own.stream);
    set_severity(peel, own.twin->severity, false);
    line->seed += own.twin->seed;
    if (line->statuses.len == 0)
        line->statuses = twin_statuses(&own);
    line->flags |= json ? LINE_JSON : LINE_LOGFMT;
    set_message(line, own.message);
    peel->twin = true;
    return true;
}

bool peel_values_text(struct reader_state *state, struct span raw, struct line_text *ret_text)
{
    enum { PAIRS_BYTES_MIN = 24 }; /* peel_may_be_pairs looks at so many */
    bool json = raw.ptr[0] == '{';
    struct layouts *layouts = json ? &state->objects[0] : &state->pairs[0];
    struct twin_line own;
    if ((!json && (raw.len < PAIRS_BYTES_MIN || (unsigned)(raw.ptr[0] | 0x20) - 'a' >= 26)) ||
        !layouts_match(layouts, raw) || !has_twin(state, layouts, raw, json, false, &own) ||
        !twin_is_timed(&own))
        return false;
    ret_text->raw = raw;
    ret_text->message = span_trim(own.message);
    ret_text->stream = own.stream;
    ret_text->statuses = twin_statuses(&own);
    ret_text->time_ns = own.time_ns;
    ret_text->seed = own.twin->seed;
    ret_text->flags = (uint16_t)(line_flags_of(own.time_flags) | (json ? LINE_JSON : LINE_LOGFMT));
    ret_text->severity = own.twin->severity;
    uint8_t first = ret_text->message.len ? ret_text->message.ptr[0] : '%';
    return first != '%' && first != '"'; /* a router's, a request: line_parse knows more of them */
}

/* After a line that another may be the twin of. */
static void keep_twin(struct peel *peel, struct layouts *layouts, struct span text,
                      const struct fields *fields)
{
    bool objects = fields->object_count && turning_is_told(fields->message.value.text);
    if (!peel->relayed && !objects)
        twins_keep(layouts, text, fields, is_own(peel, fields), &peel->state->scratch);
}

static __attribute__((noinline)) void peel_json(struct peel *peel, struct span text, int depth)
{
    struct line *line = peel->line;
    struct reader_state *state = peel->state;
    struct fields fields;
    struct layouts *layouts = &state->objects[(line->flags & LINE_STAMPED) != 0];
    bool laid_out = !peel->reader->long_way && layouts_match(layouts, text);
    if (laid_out && take_twin(peel, layouts, text, true))
        return;
    start_fields(peel, &fields);
    fields.laid_out = laid_out;
    bool whole = json_line_read(text, &fields, &state->scratch);
    if (fields.time_ns == TIME_NONE && !(line->flags & LINE_STAMPED) && !state->text)
        json_time_find(text, fields.context, &fields.time_ns, &fields.time_flags);
    take_fields(peel, &fields);
    if (!whole) {
        take_statuses(peel, &fields, (struct span){0});
        line->flags |= LINE_BROKEN;
        set_message(line, text);
        return;
    }
    bool carried = state->carried && fields_carry_line(&fields);
    bool docker = fields.log && fields.channel && !carried;
    struct span message = message_of(peel, &fields, text);
    take_statuses(peel, &fields, message);
    if (docker && state->in_parts) {
        struct span log = field_value_text(fields.message.value, &state->scratch);
        if (!parts_add(&state->parts, peel->reader, line, fields.error_channel, parts_docker_goes_on(log),
                       &message, &state->scratch)) {
            peel->incomplete = true;
            return;
        }
    }
    if (docker || carried || fields.journal) {
        peel_told(peel, &fields, message, depth + 1);
        return;
    }
    if (fields.message.rank == FIELD_RANK_NONE) { /* but for a detail, perhaps */
        enum telling_kind least = message.len ? TELLING_ACTION : TELLING_ANY;
        struct span told = json_line_summary(text, &state->names, least, &state->scratch);
        if (told.len)
            line->statuses = (struct span){0}; /* they are in it */
        message = told.len ? told : message;
    }
    line->flags |= LINE_JSON;
    if (fields.trace.rank != FIELD_RANK_NONE)
        line->trace = fields_trace(&fields, &state->scratch);
    if (laid_out)
        keep_twin(peel, layouts, text, &fields);
    if (may_hold_a_line(message))
        peel_inside(peel, message, depth + 1);
    else
        set_message(line, message);
}

static __attribute__((noinline)) bool peel_logfmt(struct peel *peel, struct span text)
{
    struct fields fields;
    struct layouts *layouts = &peel->state->pairs[(peel->line->flags & LINE_STAMPED) != 0];
    bool laid_out = !peel->reader->long_way && layouts_match(layouts, text);
    if (laid_out && take_twin(peel, layouts, text, false))
        return true;
    start_fields(peel, &fields);
    fields.laid_out = laid_out;
    if (!logfmt_read(text, &fields))
        return false;
    if (laid_out)
        keep_twin(peel, layouts, text, &fields);
    take_fields(peel, &fields);
    peel_take_far(peel, text);
    peel->line->flags |= LINE_LOGFMT;
    if (fields.message.rank == FIELD_RANK_NONE) {
        take_statuses(peel, &fields, (struct span){0});
        set_message(peel->line, logfmt_summary(text, &peel->state->names, &peel->state->scratch));
        peel->line->statuses = (struct span){0};
    } else {
        struct span message = fields_message(&fields, &peel->state->scratch);
        take_statuses(peel, &fields, message);
        set_message(peel->line, message);
        peel->line->trace = fields_trace(&fields, &peel->state->scratch);
    }
    return true;
}

bool peel_csvlog(struct peel *peel, struct span text)
{
    struct csvlog csvlog;
    if (!columns_csvlog(text, &peel->state->scratch, &csvlog))
        return false;
    for (size_t i = 0; i < csvlog.state.len; i++)
        peel->line->seed = peel->line->seed * 256 + csvlog.state.ptr[i];
    set_severity(peel, csvlog.severity, false);
    set_message(peel->line, csvlog.message);
    return true;
}

/* "INFO {...}": the level in front of an object that tells none itself. */
static struct span behind_level(struct span text, uint8_t *ret_severity)
{
    enum { LEVEL_BYTES_MAX = 13 };
    size_t n = 0, at;
    while (n < text.len && n <= LEVEL_BYTES_MAX && (unsigned)(text.ptr[n] | 0x20) - 'a' < 26)
        n++;
    for (at = n; at < text.len && (text.ptr[at] == ':' || is_blank(text.ptr[at])); at++)
        ;
    bool object = n >= 3 && at > n && at < text.len && text.ptr[at] == '{';
    *ret_severity = object ? severity_of_level(span_make(text.ptr, n)) : 0;
    return *ret_severity ? span_skip(text, at) : text;
}

/* "app.web<TAB>{...}": what Fluentd writes to files. */
static struct span behind_tag(struct span text, struct span *ret_tag)
{
    enum { TAG_BYTES_MAX = 128 };
    const uint8_t *tab = memchr(text.ptr, '\t', text.len < TAG_BYTES_MAX ? text.len : TAG_BYTES_MAX);
    size_t n = tab ? (size_t)(tab - text.ptr) : 0;
    bool tag = n && text.len > n + 1 && tab[1] == '{' && !memchr(text.ptr, ' ', n);
    *ret_tag = span_make(text.ptr, tag ? n : 0);
    return tag ? span_skip(text, n + 1) : text;
}

bool line_is_level_object(struct span text)
{
    uint8_t severity;
    struct span tag;
    if (text.len == 0 || text.ptr[text.len - 1] != '}' || text.ptr[0] == '{')
        return false;
    behind_level(text, &severity);
    behind_tag(text, &tag);
    return severity != 0 || tag.len;
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
bool peel_may_be_pairs(struct span text)
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
bool peel_structured(struct peel *peel, struct span text, int depth)
{
    if (text.len && text.ptr[0] == '@' && span_starts(text, "@cee:"))
        text = span_trim(span_skip(text, 5));
    uint8_t severity = 0;
    if (text.len && text.ptr[text.len - 1] == '}' && text.ptr[0] != '{')
        text = behind_level(text, &severity);
    struct span tag = {0};
    if (peel->state->level_object && !severity && text.ptr[0] != '{')
        text = behind_tag(text, &tag);
    if (json_line_likely(text)) {
        set_severity(peel, severity, false);
        set_stream(peel->line, tag);
        peel_json(peel, text, depth);
        return true;
    }
    return peel_may_be_pairs(text) && peel_logfmt(peel, text);
}
