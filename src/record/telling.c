/* What a value is for is told by the last word of its name: "requestMethod", "http.request.method" and
 * "method" are one. */
#include "record/telling.h"
#include "record/telling_was.h"

#include "base/ascii.h"

#include <string.h>
#include <strings.h>

enum { VALUE_BYTES_MAX = 32, ACTION_BYTES_MAX = 96, REASON_BYTES_MAX = 200, PATH_BYTES_MAX = 200 };

enum part { /* in the order in which a text has them */
            PART_METHOD,
            PART_PATH,
            PART_PROTOCOL,
            PART_STATUS, /* of HTTP */
            PART_FLAGS,
            PART_ACTION,
            PART_RESULT,
            PART_REASON,
            PART_PARTY, /* the other side */
            PART_OTHER,
            PART_BARE /* only its name tells something */
};

enum { WORD_BYTES_MAX = 11 };

static const struct word {
    char text[WORD_BYTES_MAX + 1];
    uint8_t part;
} words[] = {
    /* in byte order */ {"action", PART_ACTION},
    {"addr", PART_BARE},
    {"address", PART_BARE},
    {"agent", PART_BARE},
    {"allowed", PART_RESULT},
    {"arn", PART_BARE},
    {"authority", PART_BARE},
    {"backend", PART_PARTY},
    {"cause", PART_REASON},
    {"client", PART_BARE},
    {"cluster", PART_PARTY},
    {"cookie", PART_BARE},
    {"desc", PART_REASON},
    {"description", PART_REASON},
    {"detail", PART_REASON},
    {"details", PART_REASON},
    {"email", PART_BARE},
    {"err", PART_REASON},
    {"error", PART_REASON},
    {"event", PART_ACTION},
    {"exception", PART_REASON},
    {"failed", PART_RESULT},
    {"failure", PART_REASON},
    {"flags", PART_FLAGS},
    {"for", PART_BARE},
    {"fwd", PART_BARE},
    {"guid", PART_BARE},
    {"hash", PART_BARE},
    {"host", PART_BARE},
    {"hostname", PART_BARE},
    {"id", PART_BARE},
    {"ids", PART_BARE},
    {"ip", PART_BARE},
    {"key", PART_BARE},
    {"kind", PART_ACTION},
    {"mail", PART_BARE},
    {"method", PART_METHOD},
    {"ok", PART_RESULT},
    {"op", PART_ACTION},
    {"operation", PART_ACTION},
    {"path", PART_PATH},
    {"phase", PART_ACTION},
    {"pool", PART_PARTY},
    {"port", PART_BARE},
    {"principal", PART_BARE},
    {"protocol", PART_PROTOCOL},
    {"ready", PART_RESULT},
    {"reason", PART_REASON},
    {"referer", PART_BARE},
    {"referrer", PART_BARE},
    {"remote", PART_BARE},
    {"route", PART_PARTY},
    {"router", PART_PARTY},
    {"session", PART_BARE},
    {"signature", PART_BARE},
    {"stage", PART_ACTION},
    {"success", PART_RESULT},
    {"target", PART_PATH},
    {"time", PART_BARE},
    {"token", PART_BARE},
    {"type", PART_ACTION},
    {"upstream", PART_PARTY},
    {"uri", PART_PATH},
    {"url", PART_PATH},
    {"user", PART_BARE},
    {"username", PART_BARE},
    {"uuid", PART_BARE},
    {"verb", PART_METHOD},
    {"version", PART_BARE},
    {"warning", PART_REASON},
};

static bool is_capital(uint8_t c)
{
    return (unsigned)c - 'A' < 26;
}

/* "upstream_cluster" -> "cluster", "requestMethod" -> "Method", "requestURI" -> "URI". */
static struct span last_word(struct span name)
{
    size_t at = name.len;
    for (; at && is_letter(name.ptr[at - 1]); at--) {
        bool next_small = at + 1 < name.len && !is_capital(name.ptr[at + 1]);
        if (at < name.len && is_capital(name.ptr[at]) && (next_small || !is_capital(name.ptr[at - 1])))
            break;
    }
    return span_skip(name, at);
}

/* Of "eventName", "methodName" and "operationName", as the audit logs of clouds have them. */
static bool names_action(struct span before)
{
    static const char *const names[] = {"event", "method", "operation"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (before.len >= n && strncasecmp((const char *)before.ptr + before.len - n, names[i], n) == 0 &&
            (before.len == n || before.ptr[before.len - n - 1] == '.'))
            return true;
    }
    return false;
}

static enum part part_of_name(struct span name)
{
    struct span word = last_word(name);
    char key[WORD_BYTES_MAX + 1] = {0};
    if (word.len == 0 || word.len > WORD_BYTES_MAX)
        return PART_OTHER;
    for (size_t i = 0; i < word.len; i++)
        key[i] = (char)(word.ptr[i] | 0x20);
    if (word.len == 4 && memcmp(key, "name", 4) == 0 && names_action(span_make(name.ptr, name.len - 4)))
        return PART_ACTION;
    size_t from = 0, to = sizeof words / sizeof *words;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int c = memcmp(key, words[middle].text, sizeof key);
        if (c == 0)
            return (enum part)words[middle].part;
        if (c < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return PART_OTHER;
}

static bool is_http_status(struct span text)
{
    return text.len == 3 && text.ptr[0] >= '1' && text.ptr[0] <= '5' && (unsigned)text.ptr[1] - '0' < 10 &&
           (unsigned)text.ptr[2] - '0' < 10;
}

static bool is_method(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter(text.ptr[i]))
            return false;
    return text.len >= 3 && text.len <= 16;
}

static bool begins_path(struct span text)
{
    return text.ptr[0] == '/' || span_starts(text, "http://") || span_starts(text, "https://");
}

static enum part part_of(const struct telling *m)
{
    struct span text = m->value.text;
    if (text.len == 0)
        return PART_BARE;
    if (m->role == FIELD_STATUS || m->role == FIELD_STATE)
        return is_http_status(text) ? PART_STATUS : text.len <= VALUE_BYTES_MAX ? PART_RESULT : PART_BARE;
    if (!m->value.quoted && !is_letter(text.ptr[0]))
        return PART_BARE;
    enum part part = m->role == FIELD_ERROR ? PART_REASON : part_of_name(m->name);
    if (!m->value.quoted)
        return part == PART_RESULT ? part : PART_BARE;
    bool fits = part == PART_METHOD     ? is_method(text)
                : part == PART_PATH     ? begins_path(text)
                : part == PART_PROTOCOL ? span_starts(text, "HTTP/")
                : part == PART_ACTION   ? text.len <= ACTION_BYTES_MAX
                                        : part == PART_REASON || text.len <= VALUE_BYTES_MAX;
    if (!fits)
        return part == PART_PATH || part == PART_METHOD || part == PART_PROTOCOL ? PART_OTHER : PART_BARE;
    return part;
}

enum telling_kind telling_kind(struct telling *members, size_t count)
{
    bool found[PART_BARE + 1] = {false};
    for (size_t i = 0; i < count; i++) {
        members[i].part = (uint8_t)part_of(&members[i]);
        found[members[i].part] = true;
    }
    return found[PART_METHOD] && found[PART_PATH] ? TELLING_REQUEST
           : found[PART_ACTION]                   ? TELLING_ACTION
                                                  : TELLING_ANY;
}

static bool comes_before(const struct telling *x, const struct telling *y)
{
    if (x->part != y->part)
        return x->part < y->part;
    int c = span_compare(x->name, y->name);
    return c ? c < 0 : span_compare(x->value.text, y->value.text) < 0;
}

/* They are few. */
static void sort_members(struct telling *members, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct telling member = members[i];
        size_t at = i;
        for (; at && comes_before(&member, &members[at - 1]); at--)
            members[at] = members[at - 1];
        members[at] = member;
    }
}

/* Its first line, without what a path is asked with. */
static struct span value_of(const struct telling *m, struct scratch *scratch)
{
    struct span text = field_value_text(m->value, scratch);
    size_t most = m->part == PART_PATH ? PATH_BYTES_MAX : REASON_BYTES_MAX, n = 0;
    while (n < text.len && n < most && text.ptr[n] != '\n' && (m->part != PART_PATH || text.ptr[n] != '?'))
        n++;
    return span_trim(span_make(text.ptr, n));
}

static bool has_digit(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned)text.ptr[i] - '0' < 10)
            return true;
    return false;
}

static bool says_nothing(struct span text)
{
    return text.len == 0 || (text.len == 1 && text.ptr[0] == '-');
}

static uint8_t *put(uint8_t *p, struct span text)
{
    return text.len ? mempcpy(p, text.ptr, text.len) : p;
}

static uint8_t *put_pair(uint8_t *p, uint8_t *out, struct span name, struct span value)
{
    if (p > out)
        *p++ = ' ';
    p = put(p, name);
    if (value.len)
        *p++ = '=';
    return put(p, value);
}

/* What only a request has. */
static void settle_record(struct telling *m)
{
    if (m->part == PART_STATUS)
        m->part = PART_RESULT;
    else if (m->part <= PART_FLAGS)
        m->part = m->value.text.len <= VALUE_BYTES_MAX ? PART_OTHER : PART_BARE;
}

/* members by part. */
static uint8_t *put_request(const struct telling *members, size_t count, uint8_t *p, struct scratch *scratch)
{
    enum { PARTS = PART_FLAGS + 1 };
    struct span first[PARTS] = {{0}};
    uint8_t *out = p;
    for (size_t i = count; i-- > 0;)
        if (members[i].part < PARTS)
            first[members[i].part] = value_of(&members[i], scratch);
    *p++ = '"';
    p = put(p, first[PART_METHOD]);
    *p++ = ' ';
    p = put(p, first[PART_PATH]);
    if (first[PART_PROTOCOL].len) {
        *p++ = ' ';
        p = put(p, first[PART_PROTOCOL]);
    }
    p = mempcpy(p, "\" ", 2);
    p = first[PART_STATUS].len ? put(p, first[PART_STATUS]) : mempcpy(p, "-", 1);
    *p++ = ' ';
    p = first[PART_FLAGS].len ? put(p, first[PART_FLAGS]) : mempcpy(p, "-", 1);
    for (size_t i = 0; i < count; i++) {
        if (members[i].part < PART_RESULT)
            continue;
        struct span value = value_of(&members[i], scratch);
        bool tells = members[i].part != PART_PARTY || !has_digit(value);
        if (tells && !says_nothing(value))
            p = put_pair(p, out, members[i].name, value);
    }
    return p;
}

/* "newValue: flexible -> strict" */
static uint8_t *put_became(uint8_t *p, uint8_t *out, const struct telling *m)
{
    if (p > out)
        *p++ = ' ';
    p = put(p, m->name);
    p = mempcpy(p, ": ", 2);
    p = put(p, m->was);
    p = mempcpy(p, " -> ", 4);
    return put(p, m->value.text);
}

static uint8_t *put_record(const struct telling *members, size_t count, uint8_t *p, struct scratch *scratch)
{
    uint8_t *out = p;
    for (size_t i = 0; i < count; i++) {
        bool bare = members[i].part == PART_BARE;
        struct span value = bare ? (struct span){0} : value_of(&members[i], scratch);
        if (members[i].was.len) {
            p = put_became(p, out, &members[i]);
            continue;
        }
        p = put_pair(p, out, members[i].name, says_nothing(value) ? (struct span){0} : value);
    }
    return p;
}

struct span telling_text(struct telling *members, size_t count, enum telling_kind kind,
                         struct scratch *scratch)
{
    bool request = kind == TELLING_REQUEST;
    size_t bytes = 16, kept = 0;
    if (!request)
        count = telling_was(members, count);
    for (size_t i = 0; i < count; i++) {
        size_t value = members[i].value.text.len;
        if (request && members[i].part >= PART_OTHER)
            continue;
        if (!request)
            settle_record(&members[i]);
        if (members[i].was.len)
            members[i].part = PART_RESULT;
        bytes += members[i].name.len + (value < REASON_BYTES_MAX ? value : REASON_BYTES_MAX) + 2;
        bytes += members[i].was.len + 6;
        members[kept++] = members[i];
    }
    if (kept == 0)
        return (struct span){0};
    sort_members(members, kept);
    uint8_t *out = scratch_alloc(scratch, bytes);
    uint8_t *end =
        request ? put_request(members, kept, out, scratch) : put_record(members, kept, out, scratch);
    return span_make(out, (size_t)(end - out));
}
