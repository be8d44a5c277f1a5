/* What the value of a name tells, one after the other; of several names with one meaning the best rank wins.
 */
#include "record/field_parts.h"
#include "record/layout.h"
#include "record/severity.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { LEVEL_RANK_DOUBTFUL = 20 }; /* of names that often hold something else */
enum { TRACE_RANK_DOUBTFUL = 10 };

void fields_init(struct fields *fields, const struct field_names *names, const struct stamp_context *context,
                 struct stamp_cache *cache)
{
    uint8_t *bytes = (uint8_t *)fields;
    for (size_t i = 0; i < offsetof(struct fields, statuses); i += 64)
        memset(bytes + i, 0, 64); /* a larger one is slow to begin; the statuses are counted */
    fields->names = names;
    fields->context = context;
    fields->cache = cache;
    fields->time_ns = TIME_NONE;
    fields->time_rank = fields->level_rank = FIELD_RANK_NONE;
    fields->message.rank = fields->error.rank = fields->trace.rank = FIELD_RANK_NONE;
    fields->stream.rank = fields->name.rank = fields->writer.rank = FIELD_RANK_NONE;
}

static int small_number(struct span text)
{
    int number = 0;
    if (text.len == 0 || text.len > 4)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned)text.ptr[i] - '0' > 9)
            return -1;
        number = number * 10 + (text.ptr[i] - '0');
    }
    return number;
}

enum { WORD_BYTES_MAX = 40 };

static bool is_short_word(struct span text)
{
    if (text.len == 0 || text.len > WORD_BYTES_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned)(text.ptr[i] | 0x20) - 'a' >= 26 && text.ptr[i] != '_')
            return false;
    return true;
}

/* "status", "http_status", "statusCode", "status_code"; not "exit_status". */
static bool is_http_name(struct span name)
{
    static const char *const ends[] = {"status", "statuscode", "status_code"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (name.len >= n && same_folded(name.ptr + name.len - n, ends[i], n))
            return name.len < n + 4 || !memmem(name.ptr, name.len - n, "exit", 4);
    }
    return false;
}

static void keep_status(struct field_status *status, struct span name, struct span value)
{
    if (name.len > FIELD_STATUS_NAME_MAX)
        name = span_skip(name, name.len - FIELD_STATUS_NAME_MAX);
    memcpy(status->name, name.ptr, name.len);
    status->name_bytes = (uint8_t)name.len;
    status->value = value;
}

static void tell_apart(struct fields *fields, struct span name, struct span value)
{
    fields->seed += XXH3_64bits_withSeed(value.ptr, value.len, XXH3_64bits(name.ptr, name.len));
    bool detail = span_starts(name, "err.") || span_starts(name, "error."); /* the error's text says it */
    if (fields->status_count < FIELD_STATUSES_MAX && !detail)
        keep_status(&fields->statuses[fields->status_count++], name, value);
}

/* A name: a word or several with marks between them, no number, no sentence. */
static void add_object(struct fields *fields, struct span name, const struct field_value *value)
{
    struct span text = value->text;
    if (value->quoted && !value->escaped && text.len <= FIELD_OBJECT_BYTES_MAX &&
        fields->object_count < FIELD_OBJECTS_MAX)
        keep_status(&fields->statuses[FIELD_STATUSES_MAX + fields->object_count++], name, text);
}

/* "stock-snapshot", "checkout.async_capture", "true": what holds a digit may be a new one each time. */
static bool is_subject(struct span text)
{
    if (text.len == 0 || text.len > FIELD_SUBJECT_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned)(text.ptr[i] | 0x20) - 'a' >= 26 && text.ptr[i] != '_' && text.ptr[i] != '-' &&
            text.ptr[i] != '.' && text.ptr[i] != ':')
            return false;
    return true;
}

static void add_status(struct fields *fields, struct span name, struct span value, uint8_t rank)
{
    bool negative = value.len > 1 && value.ptr[0] == '-';
    int number = small_number(negative ? span_skip(value, 1) : value);
    bool null = value.len == 4 && memcmp(value.ptr, "null", 4) == 0;
    if (rank == FIELD_RANK_SUBJECT ? null || !is_subject(value)
                                   : number < 0 && (null || !is_short_word(value)))
        return;
    if (number >= 200 && number < 400 && !negative && is_http_name(name))
        value = span_of("ok"); /* fields_statuses says why */
    tell_apart(fields, name, value);
    if (number >= 100 && number <= 599 && !negative && fields->http_status < number)
        fields->http_status = number;
}

static void add_state(struct fields *fields, struct span value)
{
    enum { STATE_BYTES = 5 };
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned)value.ptr[i] - 'A' >= 26 && (unsigned)value.ptr[i] - '0' > 9)
            return;
    if (value.len == STATE_BYTES)
        fields->seed += XXH3_64bits(value.ptr, value.len);
}

/* A value that must be a time from end to end. */
static bool read_time(struct fields *fields, struct span value, int64_t *ret_ns, uint8_t *ret_flags)
{
    struct stamp stamp;
    /* Most are full dates in one layout: the cache knows the prefix. */
    if (value.len >= 19 && value.ptr[4] == '-' &&
        stamp_find_cached(fields->cache, value, fields->context, false, &stamp) && stamp.begin == 0 &&
        stamp.end == value.len && !(stamp.flags & STAMP_INSIDE)) {
        *ret_ns = stamp.time_ns;
        *ret_flags = stamp.flags;
        return true;
    }
    return stamp_value(value, fields->context, ret_ns, ret_flags);
}

static void add_time(struct fields *fields, struct span value, uint8_t rank)
{
    if (value.len == 10 && value.ptr[4] == '-')
        fields->date = value;
    if (value.len < 32 && value.len >= 8 && value.ptr[2] == ':')
        fields->clock = value;
    if (rank >= fields->time_rank || value.len < 8)
        return;
    uint8_t flags = 0;
    int64_t time_ns;
    if (!fields->memo || !field_time_again(&fields->memo->day, value, &time_ns, &flags)) {
        if (!read_time(fields, value, &time_ns, &flags))
            return;
        if (fields->memo)
            field_time_keep(&fields->memo->day, value, time_ns, flags);
    }
    fields->time_ns = time_ns;
    fields->time_flags = flags;
    fields->time_rank = rank;
}

static void add_level(struct fields *fields, uint8_t severity, uint8_t rank)
{
    fields->has_level_name |= severity || rank < LEVEL_RANK_DOUBTFUL;
    if (severity == 0 || rank >= fields->level_rank)
        return;
    fields->severity = severity;
    fields->level_rank = rank;
}

/* All bytes of 2 to 8; with the length it is the text. */
static uint64_t text_word(struct span text)
{
    if (text.len < 4)
        return text.ptr[0] | (unsigned)text.ptr[1] << 8 | (unsigned)text.ptr[text.len - 1] << 16;
    uint32_t begin, end;
    memcpy(&begin, text.ptr, sizeof begin);
    memcpy(&end, text.ptr + text.len - sizeof end, sizeof end);
    return begin | (uint64_t)end << 32;
}

static uint8_t level_or_rating(struct span text)
{
    uint8_t severity = severity_of_level(text);
    return severity ? severity : severity_of_rating(text);
}

/* level_or_rating, which most lines ask for the same few words. */
static uint8_t severity_of_word(struct field_memo *memo, struct span text)
{
    if (!memo || text.len < 2 || text.len > 8)
        return level_or_rating(text);
    uint64_t word = text_word(text);
    unsigned at = text.ptr[0] / 2 % 4; /* other for debug, info, warn, error */
    if (memo->levels[at].word != word || memo->levels[at].bytes != text.len) {
        memo->levels[at].word = word;
        memo->levels[at].bytes = (uint8_t)text.len;
        memo->levels[at].severity = level_or_rating(text);
    }
    return memo->levels[at].severity;
}

static uint8_t severity_of_python(struct span value)
{
    static const uint8_t by_ten[] = {
        0, SEVERITY_DEBUG, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR, SEVERITY_CRITICAL};
    int number = small_number(value);
    return number >= 0 && number < 60 ? by_ten[number / 10] : 0;
}

static uint8_t severity_of_nextcloud(int number)
{
    static const uint8_t levels[] = {SEVERITY_DEBUG, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR,
                                     SEVERITY_FATAL};
    return number < (int)(sizeof levels) ? levels[number] : 0;
}

static void add_text(struct field_text *slot, const struct field_value *value, uint8_t rank)
{
    if (value->text.len && rank < slot->rank)
        *slot = (struct field_text){*value, rank};
}

static bool says_nothing(struct span text)
{
    static const char *const words[] = {"none", "null", "nil", "<nil>", "undefined", "false", "true"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text.len == strlen(words[i]) && same_folded(text.ptr, words[i], text.len))
            return true;
    return text.len < 3;
}

/* Words only: "error": false, "error": 0 and "error": "none" say nothing. */
static void add_error(struct fields *fields, const struct field_value *value, uint8_t rank)
{
    if (!value->quoted || says_nothing(value->text))
        return;
    add_text(&fields->error, value, rank);
}

/* "BackOff", "KEDAScaleTargetDeactivated", "timeout" */
static void add_reason(struct fields *fields, struct span name, const struct field_value *value, uint8_t rank)
{
    if (!value->quoted || !is_short_word(value->text) || says_nothing(value->text)) {
        add_error(fields, value, rank);
        fields->error_is_reason |= fields->error.rank == rank;
        return;
    }
    fields->reason = true;
    tell_apart(fields, name, value->text);
}

/* "exception": "refused" is an error in one line; a name that could be anything ("stack": "prod") needs
 * several. */
static void add_trace(struct fields *fields, const struct field_value *value, uint8_t rank)
{
    bool lines = value->escaped && memmem(value->text.ptr, value->text.len, "\\n", 2);
    if (lines)
        add_text(&fields->trace, value, rank);
    if (lines || rank < TRACE_RANK_DOUBTFUL)
        add_error(fields, value, rank);
}

/* The kernel's "msg=audit(1786113065.243:24287):" is a time and a number; the other names say what happened.
 */
static bool take_audit(struct fields *fields, struct span text)
{
    static const char mark[] = "audit(";
    if (fields->audit || !span_starts(text, mark))
        return fields->audit;
    struct span time = span_skip(text, sizeof mark - 1);
    const uint8_t *end = memchr(time.ptr, ':', time.len);
    fields->audit = end != NULL;
    if (end)
        add_time(fields, span_make(time.ptr, (size_t)(end - time.ptr)), 0);
    return fields->audit;
}

static void add_message(struct fields *fields, const struct field_value *value, uint8_t rank)
{
    if (take_audit(fields, value->text))
        return;
    fields->has_message_name = true;
    if (!value->quoted && value->text.len == 4 && memcmp(value->text.ptr, "null", 4) == 0) {
        fields->null_message = true;
        return;
    }
    add_text(&fields->message, value, rank);
}

/* "line": 42, "line": "42" is a place in a program. */
static bool may_be_line(const struct field_value *value)
{
    bool number = value->text.len < 12;
    for (size_t i = 0; i < value->text.len && number; i++)
        number = (unsigned)value->text.ptr[i] - '0' < 10;
    return value->quoted && !number;
}

void fields_add(struct fields *fields, struct field_name what, struct span name,
                const struct field_value *value, uint8_t later)
{
    struct span text = value->text;
    uint8_t rank = (uint8_t)(what.rank + later);
    if (fields->record)
        layout_value_told(fields->record, what, name, *value, later, fields->count);
    switch (what.role) {
    case FIELD_TIME:
        fields->clef |= name.len == 2 && name.ptr[0] == '@';
        add_time(fields, text, rank);
        break;
    case FIELD_ZONE: fields->zone = text; break;
    case FIELD_SECONDS: fields->seconds = text; break;
    case FIELD_NANOS: fields->nanos = text; break;
    case FIELD_LEVEL:
        if (text.len == 1 && (unsigned)text.ptr[0] - '0' < 8)
            fields->digit_level = (uint8_t)(text.ptr[0] - '0' + 1);
        fields->number_level |= text.len == 2 && !value->quoted;
        add_level(fields, severity_of_word(fields->memo, text), rank);
        break;
    case FIELD_PYTHON: add_level(fields, severity_of_python(text), rank); break;
    case FIELD_PRIORITY:
        add_level(fields, text.len == 1 ? severity_of_syslog(text.ptr[0] - '0') : severity_of_level(text),
                  rank);
        break;
    case FIELD_OTEL: {
        int number = small_number(text);
        add_level(fields, number >= 1 && number <= 24 ? (uint8_t)number : 0, rank);
        break;
    }
    case FIELD_LOG:
        if (what.rank == FIELD_RANK_LINE && !may_be_line(value))
            break;
        fields->log = value->quoted;
        add_message(fields, value, rank);
        break;
    case FIELD_MESSAGE:
        fields->gelf |= name.len == 13 && same_folded(name.ptr, "short_message", 13);
        add_message(fields, value, rank);
        break;
    case FIELD_ERROR:
        add_error(fields, value, rank);
        if (fields->error.rank == rank)
            fields->error_is_reason = false;
        break;
    case FIELD_TRACE: add_trace(fields, value, rank); break;
    case FIELD_STREAM:
        if (value->quoted && text.len <= FIELD_STREAM_BYTES_MAX &&
            !span_equal(text, span_of("unknown_service"))) /* what Loki adds */
            add_text(&fields->stream, value, rank);
        if (what.rank == FIELD_RANK_APPLICATION)
            add_object(fields, name, value);
        break;
    case FIELD_CHANNEL:
        fields->error_channel = span_equal(text, span_of("stderr"));
        fields->channel |= fields->error_channel || span_equal(text, span_of("stdout"));
        break;
    case FIELD_JOURNAL:
        fields->journal = true;
        add_time(fields, text, rank);
        break;
    case FIELD_STATUS:
        if (name.len == 6 && what.rank != FIELD_RANK_SUBJECT && value->quoted && !severity_is_everyday(text))
            fields->status_level = severity_of_level(text);
        add_status(fields, name, text, what.rank);
        break;
    case FIELD_STATE: add_state(fields, text); break;
    case FIELD_REASON: add_reason(fields, name, value, rank); break;
    case FIELD_EVENT:
        fields->event_level = span_equal(text, span_of("Normal"))    ? SEVERITY_INFO
                              : span_equal(text, span_of("Warning")) ? SEVERITY_WARN
                                                                     : SEVERITY_UNKNOWN;
        break;
    case FIELD_OBJECT: add_object(fields, name, value); break;
    case FIELD_HOST: fields->host = true; break;
    case FIELD_WRITER:
        if (value->quoted && text.len <= FIELD_STREAM_BYTES_MAX)
            add_text(&fields->writer, value, rank);
        break;
    case FIELD_REQUEST: fields->request[what.rank] = true; break;
    case FIELD_NAME:
        if (value->quoted && text.len <= FIELD_STREAM_BYTES_MAX)
            add_text(&fields->name, value, rank);
        add_object(fields, name, value);
        break;
    case FIELD_INSIDE:
    case FIELD_WRAPPER: add_object(fields, name, value); break;
    case FIELD_OTHER: break;
    }
}

/* Digits to a number; false on anything else. */
static bool parse_digits(struct span text, int64_t limit, int64_t *ret_number)
{
    int64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned)text.ptr[i] - '0' > 9)
            return false;
        number = number * 10 + (text.ptr[i] - '0');
        if (number >= limit)
            return false;
    }
    *ret_number = number;
    return text.len > 0;
}

/* date=2026-03-17 time=21:09:50 */
static void join_date(struct fields *fields)
{
    uint8_t both[48], *p = both;
    p = mempcpy(p, fields->date.ptr, fields->date.len);
    *p++ = ' ';
    p = mempcpy(p, fields->clock.ptr, fields->clock.len);
    int64_t time_ns;
    uint8_t flags = 0;
    if (!stamp_value(span_make(both, (size_t)(p - both)), fields->context, &time_ns, &flags))
        return;
    fields->time_ns = time_ns;
    fields->time_flags = flags;
    fields->time_rank = 0;
}

void fields_finish(struct fields *fields)
{
    int64_t seconds, nanos = 0;
    if (fields->date.len && fields->clock.len &&
        (fields->time_ns == TIME_NONE || fields->time_flags & STAMP_NO_DATE))
        join_date(fields);
    else if (fields->zone.len && fields->time_ns != TIME_NONE && fields->time_flags & STAMP_NO_ZONE &&
             stamp_rezone(fields->zone, fields->context, &fields->time_ns))
        fields->time_flags &= (uint8_t)~STAMP_NO_ZONE;
    if (fields->time_rank == FIELD_RANK_NONE && fields->seconds.len) {
        add_time(fields, fields->seconds, 0);
        if (fields->time_rank == 0 && parse_digits(fields->seconds, 10000000000, &seconds) &&
            parse_digits(fields->nanos, NS_PER_SECOND, &nanos))
            fields->time_ns += nanos;
    }
    if (fields->reason && !fields->severity && !fields->has_level_name)
        fields->severity = fields->event_level;
    if (!fields->severity && fields->gelf && fields->digit_level)
        fields->severity = severity_of_syslog(fields->digit_level - 1);
    if (!fields->severity && fields->request[0] && fields->request[1] && fields->digit_level)
        fields->severity = severity_of_nextcloud(fields->digit_level - 1);
    if (fields->http_status >= 500 && fields->severity && fields->severity <= SEVERITY_NOTICE)
        fields->severity = severity_of_http(fields->http_status); /* an access log calls everything INFO */
    if (!fields->severity && !fields->has_level_name) {
        bool failed = fields->http_status >= 500;
        bool clef = fields->clef && fields->message.rank != FIELD_RANK_NONE;
        fields->severity = failed                 ? severity_of_http(fields->http_status)
                           : fields->status_level ? fields->status_level
                           : clef                 ? SEVERITY_INFO
                                                  : SEVERITY_UNKNOWN;
    }
    if (fields->number_level && fields->host && fields->stream.rank == FIELD_RANK_NONE)
        fields->stream = fields->name;
}

/* Without what varies, as messages are masked: a run of letters and digits that holds a digit is nothing. */
static size_t mask_object(struct span text, uint8_t *out)
{
    size_t n = 0, run = 0;
    bool digit = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool is_digit = (unsigned)c - '0' < 10;
        bool word =
            is_digit || (unsigned)(c | 0x20) - 'a' < 26 || c == '_' || c == '-' || c == '.' || c >= 0x80;
        out[n++] = c;
        if (!word) {
            run = n;
            digit = false;
        } else if (digit || is_digit) {
            n = run;
            out[n++] = '#';
            digit = true;
        }
    }
    return n;
}

static bool is_name(struct span text)
{
    bool letter = false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ')
            return false;
        letter |= (unsigned)(text.ptr[i] | 0x20) - 'a' < 26;
    }
    return letter;
}

void fields_take_objects(struct fields *fields, struct span stream)
{
    for (size_t i = 0; i < fields->object_count; i++) {
        const struct field_status *object = &fields->statuses[FIELD_STATUSES_MAX + i];
        uint8_t masked[FIELD_OBJECT_BYTES_MAX];
        if (!is_name(object->value) || span_equal(object->value, stream))
            continue;
        size_t n = mask_object(object->value, masked);
        fields->seed += XXH3_64bits_withSeed(masked, n, XXH3_64bits(object->name, object->name_bytes));
        fields->statuses[fields->status_count++] = *object;
    }
}
