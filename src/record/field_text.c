/* What named values say, as text: the message with its error, statuses, who says it. */
#include "record/field_parts.h"
#include "record/unescape.h"

struct span field_value_text(struct field_value value, struct scratch *scratch)
{
    return value.escaped ? unescape_json(scratch, value.text) : value.text;
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
    if (fields->error.rank == FIELD_RANK_NONE || (fields->error_is_reason && message.len == 0))
        return message;
    struct span error = telling_line(field_value_text(fields->error.value, scratch));
    if (error.len > ERROR_BYTES_MAX)
        error.len = ERROR_BYTES_MAX;
    if (error.len == 0 || (message.len && memmem(message.ptr, message.len, error.ptr, error.len)))
        return message;
    struct span joint = span_of(fields->error_is_reason ? " reason: " : " error: ");
    joint = span_skip(joint, message.len ? 0 : 1);
    size_t bytes = message.len + joint.len + error.len;
    uint8_t *out = scratch_alloc(scratch, bytes), *p = out;
    if (message.len)
        p = mempcpy(p, message.ptr, message.len);
    p = mempcpy(p, joint.ptr, joint.len);
    memcpy(p, error.ptr, error.len);
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
    const struct field_status *order[FIELD_STATUSES_MAX + FIELD_OBJECTS_MAX];
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

/* "trip-2", "trip-7d9f8b6c5d-x2x4q" of "trip". */
static bool is_instance_of(struct span name, struct span service)
{
    return name.len > service.len && memcmp(name.ptr, service.ptr, service.len) == 0 &&
           name.ptr[service.len] == '-';
}

static struct span join_names(struct span first, const char *between, struct span second,
                              struct scratch *scratch)
{
    size_t n = strlen(between);
    uint8_t *out = scratch_alloc(scratch, first.len + n + second.len),
            *p = mempcpy(out, first.ptr, first.len);
    p = mempcpy(p, between, n);
    p = mempcpy(p, second.ptr, second.len);
    return span_make(out, (size_t)(p - out));
}

struct span fields_writer(const struct fields *fields, struct scratch *scratch)
{
    enum { CONTAINER = FIELD_RANK_APPLICATION + 1, WRAPPED = 40 };
    struct span service = fields_stream(fields, scratch);
    uint8_t stream_rank = fields->stream.rank, rank = fields->writer.rank;
    if (rank == FIELD_RANK_NONE)
        return service;
    struct span name = field_value_text(fields->writer.value, scratch);
    if (service.len == 0)
        return name;
    bool pod = rank % WRAPPED == FIELD_RANK_POD;
    if (!pod)
        return join_names(service, " @ ", name, scratch);
    if (stream_rank % WRAPPED >= CONTAINER)
        return join_names(name, "/", service, scratch);
    return is_instance_of(name, service) ? name : service;
}
