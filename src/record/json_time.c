/* Names are judged by the words in them, loosely; values strictly. That pairs well: "request_time": 0.021 and
 * "lifetime": 3600 are no times, whatever the name suggests. The text is walked string by string; a string
 * with a colon behind it is a name, whatever object it is in, so that depth costs nothing. */
#include "record/json_time.h"

#include "record/stamp_parts.h"

enum { NAME_BYTES_MAX = 48, RANK_NONE = 0, TEXT_BYTES_MAX = 65536, DEPTH_MAX = 16 };

/* Lower case, without the marks between words: "@time_stamp", "timeStamp" and "Time-Stamp" are one. */
static struct span fold(struct span name, uint8_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++)
        if (is_letter(name.ptr[i]) || is_digit(name.ptr[i]))
            out[n++] = is_letter(name.ptr[i]) ? (uint8_t)(name.ptr[i] | 0x20) : name.ptr[i];
    return span_make(out, n);
}

static bool ends_in(struct span name, const char *word)
{
    size_t n = strlen(word);
    return name.len >= n && memcmp(name.ptr + name.len - n, word, n) == 0;
}

static bool holds(struct span name, const char *word)
{
    return memmem(name.ptr, name.len, word, strlen(word)) != NULL;
}

/* "edgeEndTimestamp", "end_time"; not "sendTime". */
static bool is_end(struct span name)
{
    static const char *const ends[] = {"endtimestamp", "endtime", "enddate", "endedat"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (ends_in(name, ends[i]))
            return name.len == n || name.ptr[name.len - n - 1] != 's';
    }
    return false;
}

/* How well a name names the time of the event; RANK_NONE: it does not. */
static int rank_of(struct span name)
{
    static const char *const whole[] = {
        "timestamp",   "time",         "eventtime",   "datetime",  "ts",          "systemtime",
        "timecreated", "creationtime", "logtime",     "eventdate", "timeiso8601", "timelocal",
        "msec",        "published",    "timestampms", "dt",        "tstamp",      "tsms"};
    static const char *const other[] = {"expir",  "valid", "notbefore", "notafter", "birth",
                                        "until",  "last",  "next",      "update",   "modif",
                                        "delete", "build", "first",     "previous"};
    static const char *const alone[] = {"when",     "occurred", "occured", "start",  "started",
                                        "received", "reported", "created", "logged", "timegenerated"};
    uint8_t folded[NAME_BYTES_MAX];
    bool at = (ends_in(name, "At") && name.len > 3) || ends_in(name, "_at");
    name = fold(name, folded);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (span_equal(name, span_of(whole[i])))
            return 4;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (span_equal(name, span_of(alone[i])))
            return 2;
    if (is_end(name) ||
        span_equal(name, span_of("numberlong"))) /* MongoDB's {"$date":{"$numberLong":"..."}} */
        return 1;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (holds(name, other[i]))
            return ends_in(name, "time") || ends_in(name, "date") || at ? 1 : RANK_NONE;
    if (ends_in(name, "timestamp") || ends_in(name, "datetime") || holds(name, "eventtime") ||
        span_equal(name, span_of("utctime")))
        return 3;
    if (at || ends_in(name, "time") || ends_in(name, "date") || holds(name, "timestamp"))
        return 2;
    return RANK_NONE;
}

/* A full date with its time of day, or an epoch that is not in the future. */
static bool value_read(struct span value, const struct stamp_context *context, int64_t *ret_time_ns,
                       uint8_t *ret_flags)
{
    enum { DATE_BYTES_MAX = 10 };
    bool bare = value.len > 0;
    for (size_t i = 0; i < value.len; i++)
        bare = bare && (is_digit(value.ptr[i]) || value.ptr[i] == '.');
    if ((!bare && value.len <= DATE_BYTES_MAX) || value.len < DATE_BYTES_MAX ||
        !stamp_value(value, context, ret_time_ns, ret_flags) || *ret_flags & (STAMP_NO_DATE | STAMP_NO_YEAR))
        return false;
    return !bare || context->reference_ns <= 0 ||
           *ret_time_ns < context->reference_ns + 366 * 86400 * NS_PER_SECOND;
}

/* LAUREL, audit records as objects: "ID":"1786113065.123:456". */
static struct span audit_id(struct span name, struct span value)
{
    enum { SECONDS_DIGITS = 10, STAMP_BYTES = 14 };
    bool fits = span_equal(name, span_of("ID")) && value.len > STAMP_BYTES + 1 &&
                value.ptr[SECONDS_DIGITS] == '.' && value.ptr[STAMP_BYTES] == ':';
    return fits ? span_make(value.ptr, STAMP_BYTES) : value;
}

/* p: behind the opening quote. Returns the closing one, end when there is none. */
static const uint8_t *string_end(const uint8_t *p, const uint8_t *end)
{
    while (p < end && *p != '"')
        p += *p == '\\' ? 2 : 1;
    return p < end ? p : end;
}

/* The string or number at p. */
static struct span value_at(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *start = p;
    if (p < end && *p == '"') {
        start = ++p;
        p = string_end(p, end);
        return span_make(start, (size_t)(p - start));
    }
    while (p < end && (is_digit(*p) || *p == '.'))
        p++;
    return span_make(start, (size_t)(p - start));
}

static const uint8_t *skip_space(const uint8_t *p, const uint8_t *end)
{
    while (p < end && (is_blank(*p) || *p == '\n' || *p == '\r'))
        p++;
    return p;
}

bool json_time_find(struct span text, const struct stamp_context *context, int64_t *ret_time_ns,
                    uint8_t *ret_flags)
{
    const uint8_t *p = text.ptr, *end = p + (text.len < TEXT_BYTES_MAX ? text.len : TEXT_BYTES_MAX);
    int best = 0, depth = 0;
    while (p < end) {
        if (*p != '"') {
            depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
            p++;
            continue;
        }
        const uint8_t *close = string_end(p + 1, end);
        struct span name = span_make(p + 1, (size_t)(close - p - 1));
        p = close == end ? end : skip_space(close + 1, end);
        if (p == end || *p != ':')
            continue;
        p = skip_space(p + 1, end);
        if (name.len < 2 || name.len > NAME_BYTES_MAX || p == end || (*p != '"' && !is_digit(*p)))
            continue;
        struct span value = audit_id(name, value_at(p, end));
        int rank = value.len == 14 && name.len == 2 ? 4 : rank_of(name);
        int score = rank == RANK_NONE ? 0 : rank * 2 * DEPTH_MAX - (depth < DEPTH_MAX ? depth : DEPTH_MAX);
        int64_t time_ns;
        uint8_t flags;
        if (score > best && value_read(value, context, &time_ns, &flags)) {
            best = score;
            *ret_time_ns = time_ns;
            *ret_flags = flags;
        }
    }
    return best > 0;
}
