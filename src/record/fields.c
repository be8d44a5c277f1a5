/* Names are found by a hash of length, first, middle and last letter over a table of about 130 entries: most
 * names of a line are dismissed by one load. Letters are folded by setting bit 5, which maps a few other
 * bytes onto each other ('_' and DEL); no two names here differ only in such bytes. */
#include "record/fields.h"

#include "record/layout.h"
#include "record/severity.h"
#include "record/unescape.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { LEVEL_RANK_DOUBTFUL = 20 }; /* of names that often hold something else */
enum { TRACE_RANK_DOUBTFUL = 10 };
enum { TIME_RANK_LAST = 30 }; /* of names that merely end in "timestamp" */

struct entry {
    const char *name; /* lower case */
    uint8_t role, rank;
};

/* Ranks: smaller wins. PARENT.NAME stands for both the dotted name and the nested one. */
static const struct entry entries[] = {
    {"@timestamp", FIELD_TIME, 1},
    {"timestamp", FIELD_TIME, 2},
    {"time", FIELD_TIME, 3},
    {"ts", FIELD_TIME, 4},
    {"@t", FIELD_TIME, 4},
    {"t", FIELD_TIME, 5},
    {"eventtime", FIELD_TIME, 6},
    {"asctime", FIELD_TIME, 6},
    {"datetime", FIELD_TIME, 6},
    {"timeunixnano", FIELD_TIME, 6},
    {"time_unix_nano", FIELD_TIME, 6},
    {"timestamp_ns", FIELD_TIME, 6},
    {"timestamp_ms", FIELD_TIME, 6},
    {"timemillis", FIELD_TIME, 6},
    {"epoch_millis", FIELD_TIME, 6},
    {"epochmillis", FIELD_TIME, 6},
    {"epoch", FIELD_TIME, 7},
    {"unixtime", FIELD_TIME, 7},
    {"unix_time", FIELD_TIME, 7},
    {"event_time", FIELD_TIME, 7},
    {"event_ts", FIELD_TIME, 7},
    {"reqtimesec", FIELD_TIME, 7}, /* Akamai */
    {"created_at", FIELD_TIME, 8},
    {"date_create", FIELD_TIME, 8}, /* Slack */
    {"startutc", FIELD_TIME, 8},
    {"starttime", FIELD_TIME, 9},
    {"observedtimeunixnano", FIELD_TIME, 9},
    {"observed_timestamp", FIELD_TIME, 9},
    {"date", FIELD_TIME, 10},
    {"instant", FIELD_TIME, 6},
    {"instant.epochsecond", FIELD_SECONDS, 6},
    {"instant.nanoofsecond", FIELD_NANOS, 6},
    {"instant.seconds", FIELD_SECONDS, 6},
    {"instant.nanos", FIELD_NANOS, 6},
    {"instant.$date", FIELD_TIME, 5},
    {"instant.iso8601", FIELD_TIME, 5},
    {"timestampseconds", FIELD_SECONDS, 6},
    {"timestampnanos", FIELD_NANOS, 6},
    {"__realtime_timestamp", FIELD_JOURNAL, 1},
    {"_source_realtime_timestamp", FIELD_JOURNAL, 2},

    {"level", FIELD_LEVEL, 1},
    {"severity", FIELD_LEVEL, 2},
    {"lvl", FIELD_LEVEL, 3},
    {"loglevel", FIELD_LEVEL, 3},
    {"log_level", FIELD_LEVEL, 3},
    {"log.level", FIELD_LEVEL, 1},
    {"levelname", FIELD_LEVEL, 3},
    {"level_name", FIELD_LEVEL, 3},
    {"severitytext", FIELD_LEVEL, 3},
    {"severity_text", FIELD_LEVEL, 3},
    {"@l", FIELD_LEVEL, 3},
    {"level.name", FIELD_LEVEL, 3},
    {"level_value", FIELD_LEVEL, 9},
    {"s", FIELD_LEVEL, 9},
    {"at", FIELD_LEVEL, 20}, /* Heroku's router */
    {"@level", FIELD_LEVEL, 1},
    {"error_severity", FIELD_LEVEL, 3},
    {"leveldisplayname", FIELD_LEVEL, 3},
    {"syslog.severity.name", FIELD_LEVEL, 9},
    {"levelno", FIELD_PYTHON, 8},
    {"priority", FIELD_PRIORITY, 7},
    {"syslog_severity", FIELD_PRIORITY, 7},
    {"severitynumber", FIELD_OTEL, 2},
    {"severity_number", FIELD_OTEL, 2},

    {"message", FIELD_MESSAGE, 1},
    {"msg", FIELD_MESSAGE, 2},
    {"@m", FIELD_MESSAGE, 2},
    {"@message", FIELD_MESSAGE, 1},
    {"renderedmessage", FIELD_MESSAGE, 2},
    {"short_message", FIELD_MESSAGE, 2},
    {"@mt", FIELD_MESSAGE, 3},
    {"messagetemplate", FIELD_MESSAGE, 4},
    {"body", FIELD_MESSAGE, 4},
    {"body.stringvalue", FIELD_MESSAGE, 4},
    {"body.string_value", FIELD_MESSAGE, 4},
    {"body.kvlistvalue", FIELD_INSIDE, 0},
    {"body.kvlistvalue.values", FIELD_WRAPPER, 0},
    {"body.message", FIELD_MESSAGE, 4},
    {"body.msg", FIELD_MESSAGE, 4},
    {"log", FIELD_LOG, 3},
    {"log.message", FIELD_MESSAGE, 5},
    {"text", FIELD_MESSAGE, 60},
    {"textpayload", FIELD_MESSAGE, 6},
    {"event", FIELD_MESSAGE, 7},
    {"event.original", FIELD_MESSAGE, 9},
    {"resultdescription", FIELD_MESSAGE, 8},

    {"error", FIELD_ERROR, 1},
    {"err", FIELD_ERROR, 2},
    {"error.message", FIELD_ERROR, 1},
    {"err.message", FIELD_ERROR, 2},
    {"err.msg", FIELD_ERROR, 3},
    {"error.msg", FIELD_ERROR, 3},
    {"error.reason", FIELD_ERROR, 3},
    {"error.type", FIELD_ERROR, 8},
    {"errormessage", FIELD_ERROR, 2},
    {"error_message", FIELD_ERROR, 2},
    {"exception", FIELD_TRACE, 3},
    {"exception.message", FIELD_ERROR, 3},
    {"exception.exception_message", FIELD_ERROR, 3},
    {"exception.class", FIELD_ERROR, 8},
    {"exc_info", FIELD_TRACE, 4},
    {"@x", FIELD_TRACE, 4},
    {"cause", FIELD_ERROR, 5},
    {"cause.message", FIELD_ERROR, 5},
    {"reason", FIELD_ERROR, 6},
    {"stack_trace", FIELD_TRACE, 7},
    {"error.stack_trace", FIELD_TRACE, 9},
    {"error.stack", FIELD_TRACE, 9},
    {"error.stacktrace", FIELD_TRACE, 9},
    {"err.stack", FIELD_TRACE, 9},
    {"exception.stacktrace", FIELD_TRACE, 9},
    {"exception.stack_trace", FIELD_TRACE, 9},
    {"stack", FIELD_TRACE, 10},
    {"stacktrace", FIELD_TRACE, 10},
    {"traceback", FIELD_TRACE, 10},
    {"errorverbose", FIELD_TRACE, 10}, /* zap */
    {"thrown", FIELD_INSIDE, 0},
    {"thrown.message", FIELD_ERROR, 3},
    {"thrown.name", FIELD_ERROR, 8},

    {"service", FIELD_STREAM, 1},
    {"service.name", FIELD_STREAM, 1},
    {"service_name", FIELD_STREAM, 1},
    {"servicename", FIELD_STREAM, 1},
    {"dd.service", FIELD_STREAM, 1},
    {"servicecontext.service", FIELD_STREAM, 1},
    {"kubernetes.labels.app.kubernetes.io/name", FIELD_STREAM, 2},
    {"kubernetes.labels.app_kubernetes_io/name", FIELD_STREAM, 2},
    {"kubernetes.labels.app", FIELD_STREAM, 2},
    {"app", FIELD_STREAM, 2},
    {"application", FIELD_STREAM, 2},
    {"container", FIELD_STREAM, 3},
    {"container.name", FIELD_STREAM, 3},
    {"container_name", FIELD_STREAM, 3},
    {"kubernetes.container_name", FIELD_STREAM, 4},
    {"kubernetes.container.name", FIELD_STREAM, 4},
    {"kubernetes.pod_name", FIELD_STREAM, 5},
    {"kubernetes.pod.name", FIELD_STREAM, 5},
    {"syslog_identifier", FIELD_STREAM, 6},
    {"_systemd_unit", FIELD_STREAM, 7},
    {"_comm", FIELD_STREAM, 8},
    {"loggroup", FIELD_STREAM, 9},

    {"stream", FIELD_CHANNEL, 0},
    {"grpc.code", FIELD_STATUS, 0},
    {"state_code", FIELD_STATE, 0},
    {"sqlstate", FIELD_STATE, 0},
    {"sql_state", FIELD_STATE, 0},
    {"hostname", FIELD_HOST, 0},
    {"reqid", FIELD_REQUEST, 0},
    {"remoteaddr", FIELD_REQUEST, 1},
    {"name", FIELD_NAME, 9},

    {"dd", FIELD_INSIDE, 0},
    {"servicecontext", FIELD_INSIDE, 0},
    {"kubernetes.labels", FIELD_INSIDE, 0},
    {"syslog", FIELD_INSIDE, 0},
    {"syslog.severity", FIELD_INSIDE, 0},
    {"kubernetes", FIELD_INSIDE, 0},
    {"kubernetes.container", FIELD_INSIDE, 0},
    {"kubernetes.pod", FIELD_INSIDE, 0},
    {"http", FIELD_INSIDE, 0},
    {"http.response", FIELD_INSIDE, 0},
    {"response", FIELD_INSIDE, 0},
    {"resp", FIELD_INSIDE, 0},
    {"res", FIELD_INSIDE, 0},
    {"grpc", FIELD_INSIDE, 0},
    {"httprequest", FIELD_INSIDE, 0},
    {"fields", FIELD_WRAPPER, 0},
    {"@fields", FIELD_WRAPPER, 0},
    {"labels", FIELD_WRAPPER, 0},
    {"record", FIELD_WRAPPER, 0},
    {"attributes", FIELD_WRAPPER, 0},
    {"attr", FIELD_WRAPPER, 0},
    {"resource", FIELD_WRAPPER, 0},
    {"resource.attributes", FIELD_WRAPPER, 0},
    {"jsonpayload", FIELD_WRAPPER, 0},
    {"properties", FIELD_WRAPPER, 0},
    {"data", FIELD_WRAPPER, 0},
    {"resourcelogs", FIELD_WRAPPER, 0},
    {"scopelogs", FIELD_WRAPPER, 0},
    {"logrecords", FIELD_WRAPPER, 0},
};

_Static_assert(sizeof entries / sizeof *entries < 255, "an entry must fit a byte");

static uint8_t name_hash(struct span name)
{
    const uint8_t *p = name.ptr;
    size_t n = name.len;
    return (uint8_t)(n * 29 + (p[0] | 0x20) * 7u + (p[n / 2] | 0x20) * 13u + (p[n - 1] | 0x20) * 3u);
}

void field_names_init(struct field_names *names)
{
    memset(names, 0, sizeof *names);
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        uint8_t *slot = &names->first[name_hash(span_of(entries[i].name))];
        names->bytes[i] = (uint8_t)strlen(entries[i].name);
        names->next[i] = *slot;
        *slot = (uint8_t)(i + 1);
    }
}

static bool same_folded(const uint8_t *bytes, const char *name, size_t n)
{
    const uint64_t fold = 0x2020202020202020u;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t a, b;
        memcpy(&a, bytes + i, 8);
        memcpy(&b, name + i, 8);
        if ((a | fold) != (b | fold))
            return false;
    }
    for (; i < n; i++)
        if ((bytes[i] | 0x20) != ((uint8_t)name[i] | 0x20))
            return false;
    return true;
}

/* The words that make "X_code" a code of success or failure; "country_code" tells nothing of it. */
static bool is_result_word(struct span before)
{
    static const char *const words[] = {"status", "exit", "error", "err",  "response", "resp",  "result",
                                        "return", "ret",  "http",  "grpc", "rpc",      "reason"};
    while (before.len && (before.ptr[before.len - 1] == '_' || before.ptr[before.len - 1] == '.' ||
                          before.ptr[before.len - 1] == '-'))
        before.len--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if (before.len >= n && same_folded(before.ptr + before.len - n, words[i], n))
            return true;
    }
    return false;
}

/* name ends in word, as a word of its own: "status", "http_status", "http.status", "httpStatus". */
static bool ends_in_word(struct span name, const char *word, struct span *ret_before)
{
    size_t n = strlen(word);
    if (name.len < n || !same_folded(name.ptr + name.len - n, word, n))
        return false;
    *ret_before = span_make(name.ptr, name.len - n);
    if (ret_before->len == 0)
        return true;
    uint8_t last = name.ptr[name.len - n - 1], first = name.ptr[name.len - n];
    bool letter = (unsigned)(last | 0x20) - 'a' < 26;
    return !letter || ((unsigned)first - 'A' < 26 && (unsigned)last - 'a' < 26);
}

static bool is_status_name(struct span name)
{
    struct span before;
    switch (name.ptr[name.len - 1] | 0x20) {
    case 's': return ends_in_word(name, "status", &before);
    case 't': return ends_in_word(name, "result", &before) || ends_in_word(name, "verdict", &before);
    case 'h': return ends_in_word(name, "health", &before);
    case 'y': return ends_in_word(name, "healthy", &before);
    case 'e':
        if (ends_in_word(name, "state", &before) || ends_in_word(name, "outcome", &before))
            return true;
        if (!ends_in_word(name, "code", &before))
            return name.len >= 10 && same_folded(name.ptr + name.len - 10, "statuscode", 10);
        return before.len == 0 || before.ptr[before.len - 1] == '.' || is_result_word(before);
    case 'l': return ends_in_word(name, "signal", &before);
    case 'o': return ends_in_word(name, "errno", &before);
    default: return false;
    }
}

struct field_name field_names_find(const struct field_names *names, struct span name)
{
    if (name.len == 0)
        return (struct field_name){FIELD_OTHER, 0};
    for (unsigned i = names->first[name_hash(name)]; i; i = names->next[i - 1]) {
        const struct entry *entry = &entries[i - 1];
        if (names->bytes[i - 1] == name.len && same_folded(name.ptr, entry->name, name.len))
            return (struct field_name){(enum field_role)entry->role, entry->rank};
    }
    if (is_status_name(name))
        return (struct field_name){FIELD_STATUS, 0};
    if (name.len > 9 && (name.ptr[name.len - 1] | 0x20) == 'p' &&
        same_folded(name.ptr + name.len - 9, "timestamp", 9))
        return (struct field_name){FIELD_TIME, TIME_RANK_LAST};
    return (struct field_name){FIELD_OTHER, 0};
}

void field_memo_learn(struct field_memo *memo, struct span text, struct field_name what)
{
    if (text.len < 2 || text.len > FIELD_MEMO_BYTES)
        return;
    struct span inner = span_make(text.ptr + 1, text.len - 2); /* quotes and marks tell nothing */
    uint8_t number = name_hash(inner.len ? inner : text) % FIELD_MEMO_NAMES;
    struct field_memo_name *name = &memo->names[number];
    *memo->expected = number;
    memo->expected = &name->next;
    if (name->bytes == text.len && memcmp(name->text, text.ptr, text.len) == 0)
        return;
    *name = (struct field_memo_name){
        .bytes = (uint8_t)text.len, .role = (uint8_t)what.role, .rank = what.rank, .next = name->next};
    memcpy(name->text, text.ptr, text.len);
}

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
    fields->stream.rank = fields->name.rank = FIELD_RANK_NONE;
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

static bool is_short_word(struct span text)
{
    if (text.len == 0 || text.len > 24)
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

static void add_status(struct fields *fields, struct span name, struct span value)
{
    bool negative = value.len > 1 && value.ptr[0] == '-';
    int number = small_number(negative ? span_skip(value, 1) : value);
    bool null = value.len == 4 && memcmp(value.ptr, "null", 4) == 0;
    if (number < 0 && (null || !is_short_word(value)))
        return;
    if (number >= 200 && number < 400 && !negative && is_http_name(name))
        value = span_of("ok"); /* fields_statuses says why */
    fields->seed += XXH3_64bits_withSeed(value.ptr, value.len, XXH3_64bits(name.ptr, name.len));
    bool detail = span_starts(name, "err.") || span_starts(name, "error."); /* the error's text says it */
    if (fields->status_count < FIELD_STATUSES_MAX && !detail) {
        struct field_status *status = &fields->statuses[fields->status_count++];
        if (name.len > FIELD_STATUS_NAME_MAX)
            name = span_skip(name, name.len - FIELD_STATUS_NAME_MAX);
        memcpy(status->name, name.ptr, name.len);
        status->name_bytes = (uint8_t)name.len;
        status->value = value;
    }
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

/* ---- times of the second of the line before ---- */

enum { SECOND_BYTES = 19, EPOCH_BYTES = 10 };

static bool is_second(const struct field_second *second, const uint8_t *p)
{
    uint64_t differ = find_load8(p) ^ find_load8(second->text);
    if (second->bytes == EPOCH_BYTES)
        return (differ | (find_load8(p + 2) ^ find_load8(second->text + 2))) == 0;
    return (differ | (find_load8(p + 8) ^ find_load8(second->text + 8)) |
            (find_load8(p + 11) ^ find_load8(second->text + 11))) == 0;
}

/* What stands behind the second, in nanoseconds: ".5Z" to ".123456789Z", "Z" behind a date; ".5" to
 * ".123456789", three digits of milliseconds or nothing behind ten digits. -1: something else. */
static int64_t behind_second(struct span rest, bool epoch)
{
    static const int32_t scale[] = {100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
    int64_t ns = 0;
    size_t point = rest.len && rest.ptr[0] == '.', end = epoch ? rest.len : rest.len - 1;
    if (!epoch && (rest.len == 0 || rest.ptr[end] != 'Z'))
        return -1;
    if (end == 0)
        return 0;
    size_t digits = end - point;
    if (digits == 0 || digits > 9 || (!point && (!epoch || digits != 3)))
        return -1;
    for (size_t i = point; i < end; i++) {
        unsigned digit = (unsigned)rest.ptr[i] - '0';
        if (digit > 9)
            return -1;
        ns = ns * 10 + digit;
    }
    return ns * scale[digits - 1];
}

/* The time when it is one of the second before, else -1. */
static int64_t time_again(const struct field_second *second, struct span value)
{
    if (second->bytes == 0 || value.len < second->bytes || !is_second(second, value.ptr))
        return -1;
    int64_t ns = behind_second(span_skip(value, second->bytes), second->bytes == EPOCH_BYTES);
    return ns < 0 ? -1 : second->ns + ns;
}

static void keep_second(struct field_second *second, struct span value, int64_t time_ns, uint8_t flags)
{
    bool dated = value.len > SECOND_BYTES && value.ptr[4] == '-' && value.ptr[10] == 'T';
    size_t bytes = dated ? SECOND_BYTES : EPOCH_BYTES;
    bool digits = value.len >= EPOCH_BYTES;
    for (size_t i = 0; i < EPOCH_BYTES && digits; i++)
        digits = (unsigned)value.ptr[i] - '0' < 10;
    if (flags || (!dated && !digits))
        return;
    int64_t ns = behind_second(span_skip(value, bytes), !dated);
    if (ns < 0 || time_ns % NS_PER_SECOND != ns)
        return;
    memcpy(second->text, value.ptr, bytes);
    second->bytes = (uint8_t)bytes;
    second->ns = time_ns - ns;
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
    int64_t time_ns = fields->memo ? time_again(&fields->memo->second, value) : -1;
    if (time_ns < 0) {
        if (!read_time(fields, value, &time_ns, &flags))
            return;
        if (fields->memo)
            keep_second(&fields->memo->second, value, time_ns, flags);
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

/* severity_of_level, which most lines ask for the same few words. */
static uint8_t severity_of_word(struct field_memo *memo, struct span text)
{
    if (!memo || text.len < 2 || text.len > 8)
        return severity_of_level(text);
    uint64_t word = text_word(text);
    unsigned at = text.ptr[0] / 2 % 4; /* other for debug, info, warn, error */
    if (memo->levels[at].word != word || memo->levels[at].bytes != text.len) {
        memo->levels[at].word = word;
        memo->levels[at].bytes = (uint8_t)text.len;
        memo->levels[at].severity = severity_of_level(text);
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
        fields->log = value->quoted;
        add_message(fields, value, rank);
        break;
    case FIELD_MESSAGE:
        fields->gelf |= name.len == 13 && same_folded(name.ptr, "short_message", 13);
        add_message(fields, value, rank);
        break;
    case FIELD_ERROR: add_error(fields, value, rank); break;
    case FIELD_TRACE: add_trace(fields, value, rank); break;
    case FIELD_STREAM:
        if (value->quoted && text.len <= FIELD_STREAM_BYTES_MAX)
            add_text(&fields->stream, value, rank);
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
        if (name.len == 6 && value->quoted && !severity_is_everyday(text))
            fields->status_level = severity_of_level(text);
        add_status(fields, name, text);
        break;
    case FIELD_STATE: add_state(fields, text); break;
    case FIELD_HOST: fields->host = true; break;
    case FIELD_REQUEST: fields->request[what.rank] = true; break;
    case FIELD_NAME:
        if (value->quoted && text.len <= FIELD_STREAM_BYTES_MAX)
            add_text(&fields->name, value, rank);
        break;
    case FIELD_OTHER:
    case FIELD_INSIDE:
    case FIELD_WRAPPER: break;
    }
}

struct span field_value_text(struct field_value value, struct scratch *scratch)
{
    return value.escaped ? unescape_json(scratch, value.text) : value.text;
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
    if (fields->time_rank == FIELD_RANK_NONE && fields->seconds.len) {
        add_time(fields, fields->seconds, 0);
        if (fields->time_rank == 0 && parse_digits(fields->seconds, 10000000000, &seconds) &&
            parse_digits(fields->nanos, NS_PER_SECOND, &nanos))
            fields->time_ns += nanos;
    }
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

/* The first line says what happened; of a Python traceback the last one does. */
static struct span telling_line(struct span text)
{
    while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    if (span_starts(text, "Traceback (most recent")) {
        const uint8_t *last = memrchr(text.ptr, '\n', text.len);
        return last ? span_skip(text, (size_t)(last + 1 - text.ptr)) : text;
    }
    const uint8_t *end = text.len ? memchr(text.ptr, '\n', text.len) : NULL;
    if (end)
        text.len = (size_t)(end - text.ptr);
    return span_trim(text);
}

struct span fields_message(const struct fields *fields, struct scratch *scratch)
{
    enum { ERROR_BYTES_MAX = 1024 };
    struct span message = field_value_text(fields->message.value, scratch);
    if (fields->error.rank == FIELD_RANK_NONE)
        return message;
    struct span error = telling_line(field_value_text(fields->error.value, scratch));
    if (error.len > ERROR_BYTES_MAX)
        error.len = ERROR_BYTES_MAX;
    if (error.len == 0 || (message.len && memmem(message.ptr, message.len, error.ptr, error.len)))
        return message;
    static const char joint[] = " error: ";
    size_t skip = message.len ? 0 : 1;
    size_t bytes = message.len + sizeof joint - 1 - skip + error.len;
    uint8_t *out = scratch_alloc(scratch, bytes), *p = out;
    if (message.len)
        memcpy(p, message.ptr, message.len);
    p += message.len;
    memcpy(p, joint + skip, sizeof joint - 1 - skip);
    memcpy(p + sizeof joint - 1 - skip, error.ptr, error.len);
    return span_make(out, bytes);
}

struct span fields_trace(const struct fields *fields, struct scratch *scratch)
{
    bool any = fields->trace.rank != FIELD_RANK_NONE;
    return any ? field_value_text(fields->trace.value, scratch) : (struct span){0};
}

static struct span status_name(const struct field_status *status)
{
    return span_make(status->name, status->name_bytes);
}

struct span fields_statuses(const struct fields *fields, struct scratch *scratch)
{
    const struct field_status *order[FIELD_STATUSES_MAX];
    size_t bytes = 0;
    for (size_t i = 0; i < fields->status_count; i++) {
        const struct field_status *status = &fields->statuses[i];
        size_t at = i;
        for (; at && span_compare(status_name(status), status_name(order[at - 1])) < 0; at--)
            order[at] = order[at - 1];
        order[at] = status;
        bytes += status->name_bytes + status->value.len + 2;
    }
    if (bytes == 0)
        return (struct span){0};
    uint8_t *out = scratch_alloc(scratch, bytes), *p = out;
    for (size_t i = 0; i < fields->status_count; i++) {
        if (i)
            *p++ = ' ';
        p = mempcpy(p, order[i]->name, order[i]->name_bytes);
        *p++ = '=';
        p = mempcpy(p, order[i]->value.ptr, order[i]->value.len);
    }
    return span_make(out, (size_t)(p - out));
}

struct span fields_stream(const struct fields *fields, struct scratch *scratch)
{
    if (fields->stream.rank == FIELD_RANK_NONE)
        return (struct span){0};
    return field_value_text(fields->stream.value, scratch);
}
