/* One pass over the members of the object. Objects inside are entered only under names that can hold
 * something we look for (fields.c), at most LEVEL_MAX deep; everything else is skipped by counting brackets
 * outside of strings. */
#include "record/json_line.h"

#include "record/find.h"
#include "record/layout.h"
#include "record/telling_act.h"

enum { LEVEL_MAX = 6, PATH_BYTES_MAX = 96, LATER = 40 };

struct json {
    const uint8_t *p, *end;
    struct fields *fields;
    struct scratch *scratch;
};

enum kind { KIND_STRING, KIND_WORD, KIND_OBJECT, KIND_ARRAY };

struct member {
    struct span name;
    struct field_value value; /* of a string or word; for the others json->p stands on the bracket */
    enum kind kind;
};

static inline void skip_space(struct json *json)
{
    if (json->p<json->end && * json->p> ' ') /* nearly always */
        return;
    while (json->p < json->end &&
           (*json->p == ' ' || *json->p == '\t' || *json->p == '\n' || *json->p == '\r'))
        json->p++;
}

static bool take(struct json *json, uint8_t byte)
{
    if (json->p >= json->end || *json->p != byte)
        return false;
    json->p++;
    return true;
}

/* json->p behind the opening quote; afterwards behind the closing one. */
static bool read_string(struct json *json, struct span *ret_text, bool *ret_escaped)
{
    const uint8_t *start = json->p, *p = start;
    *ret_escaped = false;
    for (;;) {
        p = find_quote(p, json->end);
        if (p >= json->end)
            return false;
        if (*p == '"')
            break;
        *ret_escaped = true;
        p += 2;
        if (p > json->end)
            return false;
    }
    *ret_text = span_make(start, (size_t)(p - start));
    json->p = p + 1;
    return true;
}

/* A number, true, false, null, NaN. */
static bool read_word(struct json *json, struct span *ret_text)
{
    const uint8_t *start = json->p, *p = find_word_end(start, json->end);
    json->p = p;
    *ret_text = span_make(start, (size_t)(p - start));
    return p > start;
}

/* Over an object or array; json->p stands on its bracket. */
static bool skip_nested(struct json *json)
{
    const uint8_t *p = json->p, *end = json->end;
    int depth = 0;
    while ((p = find_nesting(p, end)) < end) {
        switch (*p++) {
        case '"':
            while ((p = find_quote(p, end)) < end && *p != '"')
                p += end - p > 1 ? 2 : 1;
            if (p >= end)
                return false;
            p++;
            break;
        case '{':
        case '[':
            if (++depth > JSON_DEPTH_MAX)
                return false;
            break;
        default:
            if (--depth > 0)
                break;
            json->p = p;
            return true;
        }
    }
    return false;
}

static bool read_value(struct json *json, struct member *ret_member)
{
    skip_space(json);
    if (json->p >= json->end)
        return false;
    ret_member->value = (struct field_value){0};
    switch (*json->p) {
    case '"':
        json->p++;
        ret_member->kind = KIND_STRING;
        ret_member->value.quoted = true;
        return read_string(json, &ret_member->value.text, &ret_member->value.escaped);
    case '{': ret_member->kind = KIND_OBJECT; return true;
    case '[': ret_member->kind = KIND_ARRAY; return true;
    default: ret_member->kind = KIND_WORD; return read_word(json, &ret_member->value.text);
    }
}

static bool read_member(struct json *json, struct member *ret_member)
{
    bool escaped;
    skip_space(json);
    if (!take(json, '"') || !read_string(json, &ret_member->name, &escaped))
        return false;
    skip_space(json);
    return take(json, ':') && read_value(json, ret_member);
}

/* The next name, when it is the one that the layout of the source has there: json->p is behind its colon
 * then. Members that nobody asks for and that are no objects are passed over on the way. */
static const struct field_memo_name *take_known(struct json *json)
{
    struct field_memo *memo = json->fields->memo;
    const struct field_memo_name *known = NULL;
    const uint8_t *p, *end = json->end;
    skip_space(json);
    for (p = json->p; memo && (known = field_memo_match(memo, p, end)); json->fields->count++) {
        json->p = p += known->bytes;
        if (known->role != FIELD_OTHER || p == end)
            break;
        if (*p == '"') {
            p = find_quote(p + 1, end);
            if (p == end || *p != '"')
                break; /* escapes */
            p++;
        } else {
            p = find_word_end(p, end);
        }
        if (p == json->p || p == end || *p != ',')
            break; /* an object, blanks, the last member */
        json->p = ++p;
        skip_space(json);
        p = json->p;
    }
    return known;
}

/* Another name without a path, to be expected the next time. */
static bool read_new(struct json *json, struct member *ret_member, struct field_name *ret_what)
{
    struct field_memo *memo = json->fields->memo;
    const uint8_t *start = json->p;
    if (!read_member(json, ret_member))
        return false;
    *ret_what = field_names_find(json->fields->names, ret_member->name);
    const uint8_t *end = ret_member->name.ptr + ret_member->name.len + 1;
    if (memo && *end == ':')
        field_memo_learn(memo, span_make(start, (size_t)(end + 1 - start)), *ret_what);
    return true;
}

/* Over a value that nobody asks for. */
static bool skip_value(struct json *json)
{
    struct span text;
    bool escaped;
    skip_space(json);
    if (json->p >= json->end)
        return false;
    switch (*json->p) {
    case '"': json->p++; return read_string(json, &text, &escaped);
    case '{':
    case '[': return skip_nested(json);
    default: return read_word(json, &text);
    }
}

/* Behind a member or element: true when another follows, ret_ok false when the text is broken. */
static bool another(struct json *json, uint8_t closing, bool *ret_ok)
{
    skip_space(json);
    *ret_ok = true;
    if (take(json, ','))
        return true;
    *ret_ok = take(json, closing);
    return false;
}

/* "MESSAGE":[72,105]: the journal's way to write what is not UTF-8. */
static bool read_bytes(struct json *json, struct field_name what, struct span name, uint8_t later)
{
    struct json ahead = *json;
    uint8_t *out = scratch_alloc(json->scratch, (size_t)(json->end - json->p)), *p = out;
    bool ok = true;
    ahead.p++;
    skip_space(&ahead);
    if (!take(&ahead, ']'))
        do {
            struct span word;
            unsigned byte = 0;
            skip_space(&ahead);
            if (!read_word(&ahead, &word) || word.len > 3)
                ok = false;
            for (size_t i = 0; ok && i < word.len; i++) {
                ok = (unsigned)word.ptr[i] - '0' < 10;
                byte = byte * 10 + (word.ptr[i] - '0');
            }
            ok = ok && byte < 256;
            *p++ = (uint8_t)byte;
        } while (ok && another(&ahead, ']', &ok));
    if (!ok) {
        scratch_shrink(json->scratch, out, 0);
        return false;
    }
    scratch_shrink(json->scratch, out, (size_t)(p - out));
    json->p = ahead.p;
    struct field_value value = {span_make(out, (size_t)(p - out)), true, false};
    fields_add(json->fields, what, name, &value, later);
    return true;
}

/* "MESSAGE":["one",[255,254]]: the journal's way to write a field that is there more than once; the first
 * counts. */
static bool read_first(struct json *json, struct field_name what, struct span name, uint8_t later)
{
    struct json ahead = *json;
    struct member first;
    ahead.p++;
    if (!read_value(&ahead, &first) || first.kind == KIND_OBJECT || first.kind == KIND_WORD)
        return false;
    if (first.kind == KIND_ARRAY && !read_bytes(&ahead, what, name, later))
        return false;
    if (!skip_nested(json))
        return false;
    if (first.kind == KIND_STRING)
        fields_add(json->fields, what, name, &first.value, later);
    return true;
}

static bool read_object(struct json *json, struct span path, uint8_t later, int level);

/* {"key":"service.name","value":{"stringValue":"shop"}}, OpenTelemetry's way to write an attribute. */
static bool read_attribute(struct json *json, uint8_t later)
{
    struct json ahead = *json;
    struct member name, value, inner;
    bool ok;
    ahead.p++;
    if (!read_member(&ahead, &name) || !span_equal(name.name, span_of("key")) || name.kind != KIND_STRING ||
        !another(&ahead, '}', &ok) || !read_member(&ahead, &value) ||
        !span_equal(value.name, span_of("value")))
        return false;
    inner = value;
    if (value.kind == KIND_OBJECT) {
        ahead.p++;
        if (!read_member(&ahead, &inner) || inner.kind > KIND_WORD || another(&ahead, '}', &ok) || !ok)
            return false;
    }
    if (inner.kind > KIND_WORD || another(&ahead, '}', &ok) || !ok)
        return false;
    json->p = ahead.p;
    layout_unfit(json->fields->record); /* a value is the name */
    struct field_name what = field_names_find(json->fields->names, name.value.text);
    fields_add(json->fields, what, name.value.text, &inner.value, later);
    return true;
}

static bool read_array(struct json *json, struct span path, uint8_t later, int level)
{
    bool ok;
    json->p++;
    skip_space(json);
    if (take(json, ']'))
        return true;
    do {
        struct member element;
        if (!read_value(json, &element))
            return false;
        if (element.kind == KIND_OBJECT && !read_attribute(json, later) &&
            !read_object(json, path, later, level))
            return false;
        if (element.kind == KIND_ARRAY && !skip_nested(json))
            return false;
    } while (another(json, ']', &ok));
    return ok;
}

/* MESSAGE, _SYSTEMD_UNIT: only the journal writes arrays of bytes and of repeated fields. */
static bool is_journal_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned)name.ptr[i] - 'A' >= 26 && (unsigned)name.ptr[i] - '0' >= 10 && name.ptr[i] != '_')
            return false;
    return true;
}

/* An object or array behind a name. */
static bool read_nested(struct json *json, struct field_name what, struct span name, enum kind kind,
                        uint8_t later, int level)
{
    const uint8_t *start = json->p;
    if (what.role == FIELD_OTHER || what.role == FIELD_STATUS || level >= LEVEL_MAX)
        return skip_nested(json);
    if (what.role == FIELD_WRAPPER ||
        (what.role == FIELD_CHANNEL && kind == KIND_OBJECT)) { /* Loki's labels */
        uint8_t more = later < 2 * LATER ? later + LATER : later;
        return kind == KIND_OBJECT ? read_object(json, (struct span){0}, more, level + 1)
                                   : read_array(json, (struct span){0}, more, level + 1);
    }
    bool message = what.role == FIELD_MESSAGE || what.role == FIELD_LOG;
    if (kind == KIND_ARRAY ? message || is_journal_name(name) : message)
        layout_unfit(json->fields->record); /* what is read depends on values */
    if (kind == KIND_ARRAY && (message || is_journal_name(name)))
        return read_first(json, what, name, later) || read_bytes(json, what, name, later) ||
               skip_nested(json);
    if (kind == KIND_ARRAY)
        return skip_nested(json);
    if (what.role == FIELD_TIME)
        name = span_of("instant");
    if (what.role == FIELD_LEVEL)
        name = span_of("level");
    uint8_t rank = json->fields->message.rank;
    if (!read_object(json, name, later, level + 1))
        return false;
    if (what.role == FIELD_MESSAGE && json->fields->message.rank == rank &&
        !span_equal(name, span_of("event"))) {
        struct field_value whole = {span_make(start, (size_t)(json->p - start)), false, false};
        fields_add(json->fields, what, name, &whole, later + LATER);
    }
    return true;
}

/* path: names inside count as PATH.NAME; empty: as they are. */
static bool read_object(struct json *json, struct span path, uint8_t later, int level)
{
    bool ok;
    uint8_t dotted[PATH_BYTES_MAX];
    json->p++;
    skip_space(json);
    if (take(json, '}'))
        return true;
    do {
        struct member member;
        struct field_name what;
        struct span name;
        const struct field_memo_name *known = path.len == 0 ? take_known(json) : NULL;
        json->fields->count++;
        if (known && known->role == FIELD_OTHER) {
            if (!skip_value(json))
                return false;
            continue;
        }
        if (known) {
            name = span_make(json->p - known->bytes + 1, known->bytes - 3u); /* "name": */
            what = (struct field_name){(enum field_role)known->role, known->rank};
            if (!read_value(json, &member))
                return false;
        } else if (path.len == 0) {
            if (!read_new(json, &member, &what))
                return false;
            name = member.name;
        } else {
            if (!read_member(json, &member))
                return false;
            name = member.name;
            if (path.len + 1 + name.len <= sizeof dotted) {
                memcpy(dotted, path.ptr, path.len);
                dotted[path.len] = '.';
                if (name.len)
                    memcpy(dotted + path.len + 1, name.ptr, name.len);
                name = span_make(dotted, path.len + 1 + name.len);
            }
            what = field_names_find(json->fields->names, name);
        }
        if (member.kind >= KIND_OBJECT) {
            if (!read_nested(json, what, name, member.kind, later, level))
                return false;
        } else if (what.role != FIELD_OTHER) {
            fields_add(json->fields, what, name, &member.value, later);
        }
    } while (another(json, '}', &ok));
    return ok;
}

bool json_line_likely(struct span text)
{
    size_t at = 1;
    if (text.len < 2 || text.ptr[0] != '{')
        return false;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    return at < text.len && (text.ptr[at] == '"' || text.ptr[at] == '}');
}

/* A line that is laid out as an earlier one. */
static void read_laid_out(struct span text, struct fields *fields)
{
    const struct layouts *layouts = fields->objects;
    for (unsigned i = 0; i < layouts->work->value_count; i++) {
        struct field_value value;
        const struct layout_name *name = layout_value(layouts, text, i, &value);
        fields_add(fields, name->what, span_make(name->text, name->bytes), &value, name->later);
    }
    fields->count = layouts->work->pairs;
}

bool json_line_read(struct span text, struct fields *fields, struct scratch *scratch)
{
    struct json json = {text.ptr, text.ptr + text.len, fields, scratch};
    if (fields->laid_out) {
        read_laid_out(text, fields);
        fields_finish(fields);
        return true;
    }
    fields->record = fields->objects ? layouts_record(fields->objects, text) : NULL;
    if (fields->memo)
        field_memo_start(fields->memo);
    bool ok = read_object(&json, (struct span){0}, 0, 0);
    skip_space(&json);
    if (ok && take(&json, ','))
        skip_space(&json);
    ok = ok && json.p == json.end;
    if (ok && fields->record)
        layouts_learn(fields->objects, text, fields->count);
    fields->record = NULL;
    fields_finish(fields);
    return ok;
}

/* ---- an object without a message ---- */

enum { COLLECT_LEVELS = 2 };

struct collected {
    const struct field_names *names;
    struct telling members[TELLING_MAX];
    size_t count;
    struct telling_objects objects;
};

/* Of these objects only the name tells something: what is in them is anything. */
static bool is_closed(struct span name)
{
    static const char *const words[] = {"header", "user", "label", "annotation", "tag", "param", "identity"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        for (size_t at = 0; at + n <= name.len; at++)
            if ((name.ptr[at] | 0x20) == words[i][0] && memcmp(name.ptr + at + 1, words[i] + 1, n - 1) == 0)
                return true;
    }
    return false;
}

static struct span inner_name(struct span path, struct span name, struct scratch *scratch)
{
    if (path.len == 0)
        return name;
    uint8_t *out = scratch_alloc(scratch, path.len + 1 + name.len), *p = mempcpy(out, path.ptr, path.len);
    *p++ = '.';
    if (name.len)
        memcpy(p, name.ptr, name.len);
    return span_make(out, path.len + 1 + name.len);
}

static void keep_object(struct telling_objects *objects, struct span name, struct span text)
{
    if (span_equal(name, span_of("user")) || span_equal(name, span_of("userIdentity")) ||
        span_equal(name, span_of("identity")))
        objects->actor = text;
    else if (span_equal(name, span_of("requestParameters")))
        objects->parameters = text;
}

/* False: broken, or there are too many. */
static bool collect(struct json *json, struct collected *collected, struct span path, int level)
{
    bool ok;
    json->p++;
    skip_space(json);
    if (take(json, '}'))
        return true;
    do {
        struct member member;
        if (collected->count == TELLING_MAX || !read_member(json, &member))
            return false;
        if (path.len + 1 + member.name.len > TELLING_NAME_BYTES_MAX) {
            if (member.kind >= KIND_OBJECT && !skip_nested(json))
                return false;
            continue;
        }
        struct span name = inner_name(path, member.name, json->scratch);
        enum field_role role = field_names_find(collected->names, name).role;
        bool header =
            role == FIELD_TIME || role == FIELD_LEVEL || role == FIELD_STREAM || role == FIELD_JOURNAL;
        if (member.kind == KIND_OBJECT && !header && level < COLLECT_LEVELS && !is_closed(member.name)) {
            if (!collect(json, collected, name, level + 1))
                return false;
            continue;
        }
        const uint8_t *begin = json->p;
        if (member.kind >= KIND_OBJECT && !skip_nested(json))
            return false;
        if (member.kind == KIND_OBJECT && level == 0)
            keep_object(&collected->objects, member.name, span_make(begin, (size_t)(json->p - begin)));
        bool nothing = !member.value.quoted && span_equal(member.value.text, span_of("null"));
        if (!header && !nothing)
            collected->members[collected->count++] =
                (struct telling){.name = name, .value = member.value, .role = role};
    } while (another(json, '}', &ok));
    return ok;
}

struct span json_line_summary(struct span text, const struct field_names *names, enum telling_kind least,
                              struct scratch *scratch)
{
    struct json json = {text.ptr, text.ptr + text.len, NULL, scratch};
    struct collected collected = {.names = names, .count = 0};
    if (text.len && collect(&json, &collected, (struct span){0}, 0)) {
        struct span act = telling_act(collected.members, collected.count, &collected.objects, scratch);
        if (act.len)
            return act;
    }
    enum telling_kind kind = telling_kind(collected.members, collected.count);
    return kind < least ? (struct span){0} : telling_text(collected.members, collected.count, kind, scratch);
}
