/* The names are those of the four formats: a name like "user" alone says too little. */
#include "record/telling_act.h"

enum { PART_BYTES_MAX = 128 };

struct act {
    struct span verb, kind, object, part, place, actor, failure, answer;
};

static struct span member_of(const struct telling *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(members[i].name, span_of(name)))
            return members[i].value.text;
    return (struct span){0};
}

static struct span first_of(const struct telling *members, size_t count, const char *const *names)
{
    struct span found = {0};
    for (; *names && found.len == 0; names++)
        found = member_of(members, count, *names);
    return found;
}

/* The string behind the name, which stands in quotes with its colon; the text may hold blanks around it. */
static struct span string_behind(struct span object, const char *name)
{
    const uint8_t *p = memmem(object.ptr, object.len, name, strlen(name));
    if (!p)
        return (struct span){0};
    struct span rest = span_trim(span_skip(object, (size_t)(p - object.ptr) + strlen(name)));
    if (rest.len && rest.ptr[0] == ':')
        rest = span_trim(span_skip(rest, 1));
    if (rest.len < 2 || rest.ptr[0] != '"')
        return (struct span){0};
    const uint8_t *end = memchr(rest.ptr + 1, '"', rest.len - 1);
    return end ? span_make(rest.ptr + 1, (size_t)(end - rest.ptr - 1)) : (struct span){0};
}

static struct span actor_of(const struct telling *members, size_t count, struct span object)
{
    static const char *const names[] = {"\"username\"", "\"userName\"", "\"name\"", "\"arn\"",
                                        "\"invokedBy\""};
    static const char *const flat[] = {"user.username", "caller",
                                       "protoPayload.authenticationInfo.principalEmail", NULL};
    struct span found = {0};
    for (size_t i = 0; object.len && i < sizeof names / sizeof *names && found.len == 0; i++)
        found = string_behind(object, names[i]);
    return found.len ? found : first_of(members, count, flat);
}

/* The first string of an object: what CloudTrail's requests are about. */
static struct span first_string(struct span object)
{
    const uint8_t *colon = object.len ? memchr(object.ptr, ':', object.len) : NULL;
    struct span rest =
        colon ? span_trim(span_skip(object, (size_t)(colon + 1 - object.ptr))) : (struct span){0};
    const uint8_t *end = rest.len > 1 && rest.ptr[0] == '"' ? memchr(rest.ptr + 1, '"', rest.len - 1) : NULL;
    return end ? span_make(rest.ptr + 1, (size_t)(end - rest.ptr - 1)) : (struct span){0};
}

static struct span last_part(struct span path)
{
    const uint8_t *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;
    return slash ? span_skip(path, (size_t)(slash + 1 - path.ptr)) : path;
}

static bool is_version(struct span part)
{
    return part.len > 1 && part.ptr[0] == 'v' && (unsigned)part.ptr[1] - '0' < 10;
}

/* "google.cloud.run.v1.Services.ReplaceService" -> "ReplaceService", "v1.compute.firewalls.delete" ->
 * "compute.firewalls.delete": a number in a word would hide all of it. */
static struct span method_name(struct span method)
{
    size_t from = 0, at = 0;
    for (size_t i = 0; i <= method.len; i++)
        if (i == method.len || method.ptr[i] == '.') {
            from = i < method.len && is_version(span_make(method.ptr + at, i - at)) ? i + 1 : from;
            at = i < method.len ? i + 1 : at;
        }
    bool service = at < method.len && (unsigned)method.ptr[at] - 'A' < 26;
    return span_skip(method, service ? at : from);
}

/* "projects/81/secrets/orders-db/versions/3" -> "secrets/orders-db"; of a method that names the kind itself
 * the last part, but of what belongs to one two: "core-pg/users" of "cloudsql.users.update". */
static struct span resource_name(struct span path, struct span method)
{
    const uint8_t *versions = path.len ? memmem(path.ptr, path.len, "/versions/", 10) : NULL;
    if (versions)
        path.len = (size_t)(versions - path.ptr);
    struct span last = last_part(path), before = span_make(path.ptr, path.len - last.len);
    bool kind_is_told = method.len && memchr(method.ptr, '.', method.len);
    bool kind = last.len && method.len && memmem(method.ptr, method.len, last.ptr, last.len);
    if (before.len < 2 || !span_starts(path, "projects/") || (kind_is_told && !kind))
        return last;
    before.len--;
    struct span parent = last_part(before);
    return span_make(parent.ptr, parent.len + 1 + last.len);
}

static bool is_reading(struct span verb)
{
    return span_equal(verb, span_of("get")) || span_equal(verb, span_of("list")) ||
           span_equal(verb, span_of("watch"));
}

static bool is_failure(struct span result)
{
    static const char *const words[] = {"Failed",  "Failure",     "failed",
                                        "failure", "ClientError", "ServerError"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal(result, span_of(words[i])))
            return true;
    return false;
}

static bool read_kubernetes(const struct telling *members, size_t count, struct act *act)
{
    act->verb = member_of(members, count, "verb");
    act->kind = member_of(members, count, "objectRef.resource");
    act->object = member_of(members, count, "objectRef.name");
    act->place = member_of(members, count, "objectRef.namespace");
    struct span code = member_of(members, count, "responseStatus.code"),
                reason = member_of(members, count, "responseStatus.reason");
    if (code.len == 3 &&
        code.ptr[0] == '4') /* a conflict, or what is not there: every controller meets them */
        act->answer = reason.len ? reason : code;
    if (code.len == 3 && code.ptr[0] == '5')
        act->failure = reason.len ? reason : code;
    act->part = member_of(members, count, "objectRef.subresource");
    return act->verb.len && act->kind.len && !is_reading(act->verb);
}

static bool read_cloud(const struct telling *members, size_t count, const struct telling_objects *objects,
                       struct act *act)
{
    static const char *const verbs[] = {"operationName", "operationName.value", "protoPayload.methodName",
                                        NULL};
    static const char *const about[] = {"protoPayload.resourceName", "resourceId", NULL};
    static const char *const results[] = {"resultType", "status.value", NULL};
    act->verb = member_of(members, count, "eventName");
    if (act->verb.len && member_of(members, count, "eventSource").len) {
        act->object = first_string(objects->parameters);
        act->failure = member_of(members, count, "errorCode");
        return true;
    }
    act->verb = first_of(members, count, verbs);
    if (member_of(members, count, "protoPayload.methodName").len) {
        act->verb = method_name(act->verb);
        act->object = resource_name(first_of(members, count, about), act->verb);
    } else {
        act->object = last_part(first_of(members, count, about));
    }
    struct span result = first_of(members, count, results);
    if (is_failure(result))
        act->failure = result;
    else
        act->failure = member_of(members, count, "protoPayload.status.message");
    return act->verb.len && act->object.len;
}

static uint8_t *put(uint8_t *p, const char *before, struct span text)
{
    if (text.len == 0)
        return p;
    p = mempcpy(p, before, strlen(before));
    return mempcpy(p, text.ptr, text.len < PART_BYTES_MAX ? text.len : PART_BYTES_MAX);
}

struct span telling_act(const struct telling *members, size_t count, const struct telling_objects *objects,
                        struct scratch *scratch)
{
    enum { PARTS = 8, BETWEEN_BYTES_MAX = 12 };
    struct act act = {0};
    if (!read_kubernetes(members, count, &act)) {
        if (act.kind.len)
            return (struct span){0};
        act = (struct act){0};
        if (!read_cloud(members, count, objects, &act))
            return (struct span){0};
    }
    act.actor = actor_of(members, count, objects->actor);
    if (act.actor.len == 0)
        return (struct span){0};
    uint8_t *out = scratch_alloc(scratch, PARTS * (PART_BYTES_MAX + BETWEEN_BYTES_MAX)), *p = out;
    p = put(p, "", act.verb);
    p = put(p, " ", act.kind);
    p = put(p, act.kind.len ? "/" : " ", act.object);
    p = put(p, "/", act.part);
    p = put(p, " in ", act.place);
    p = put(p, " by ", act.actor);
    p = put(p, " failed: ", act.failure);
    p = put(p, ": ", act.answer);
    return span_make(out, (size_t)(p - out));
}
