#include "profile/exemplar.h"

#include "record/severity.h"
#include "record/sign.h"
#include "record/turning.h"

#include <stdlib.h>

bool exemplar_before(const struct exemplar *a, const struct exemplar *b)
{
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns;
    if (a->file != b->file)
        return a->file < b->file;
    return a->offset < b->offset;
}

#define SIGN_LEAD 24 /* bytes of an excerpt that stand before the sign */

static const char joint[] = " ... "; /* between the beginning of a line and its excerpt */
enum { JOINT_BYTES = sizeof joint - 1 };

/* What a line says behind its first EXEMPLAR_BYTES_MAX bytes; empty when no failure is told there. */
static struct span excerpt_of(struct span raw)
{
    size_t sign = sign_find(raw, EXEMPLAR_BYTES_MAX);
    if (sign >= raw.len)
        return span_make(raw.ptr, 0);
    size_t from = sign - EXEMPLAR_BYTES_MAX > SIGN_LEAD ? sign - SIGN_LEAD : EXEMPLAR_BYTES_MAX;
    size_t bytes = raw.len - from, most = EXCERPT_BYTES_MAX - JOINT_BYTES;
    return span_make(raw.ptr + from, bytes < most ? bytes : most);
}

struct span exemplar_excerpt(const struct exemplar *e)
{
    return span_skip(span_make(e->text, e->raw_bytes), EXEMPLAR_BYTES_MAX + JOINT_BYTES);
}

/* bytes: at most so many of what exemplar_set would keep, and so the same from a line and from its copy */
static void set(struct exemplar *e, const struct occurrence *o, size_t bytes, struct span excerpt)
{
    size_t raw = o->raw.len < EXEMPLAR_BYTES_MAX ? o->raw.len : EXEMPLAR_BYTES_MAX;
    size_t message = o->message.len, most = EXEMPLAR_BYTES_MAX;
    uintptr_t at = (uintptr_t)o->message.ptr - (uintptr_t)o->raw.ptr;
    bool inside = at < raw; /* an unrelated pointer wraps to a huge distance */
    if (inside)
        most = raw - at;
    if (raw > bytes)
        raw = bytes;
    inside = at < raw;
    if (message > most)
        message = most;
    if (message > (inside ? raw - at : bytes))
        message = inside ? raw - at : bytes;
    size_t whole = raw + (excerpt.len ? JOINT_BYTES + excerpt.len : 0);
    e->text = memory_resize(e->text, whole + (inside ? 0 : message));
    if (raw)
        memcpy(e->text, o->raw.ptr, raw);
    if (excerpt.len) {
        memcpy(e->text + raw, joint, JOINT_BYTES);
        memcpy(e->text + raw + JOINT_BYTES, excerpt.ptr, excerpt.len);
    }
    if (!inside && message)
        memcpy(e->text + whole, o->message.ptr, message);
    e->raw_bytes = (uint16_t)whole;
    e->message_bytes = (uint16_t)message;
    e->message_at = (uint16_t)(inside ? at : whole);
    e->time_ns = o->time_ns;
    e->file = o->file;
    e->offset = o->offset;
    e->line = o->line;
    e->chunk = o->chunk;
}

void exemplar_set(struct exemplar *e, const struct occurrence *line)
{
    set(e, line, EXEMPLAR_BYTES_MAX, excerpt_of(line->raw));
}

void exemplar_keep(struct exemplar *e, const struct occurrence *line, size_t bytes)
{
    set(e, line, bytes, span_make(line->raw.ptr, 0));
}

struct occurrence exemplar_line(const struct exemplar *e)
{
    return (struct occurrence){.time_ns = e->time_ns,
                               .file = e->file,
                               .offset = e->offset,
                               .line = e->line,
                               .chunk = e->chunk,
                               .raw = span_make(e->text, e->raw_bytes),
                               .message = exemplar_message(e)};
}

void turns_done(struct series *series)
{
    for (size_t i = 0; i < series->turn_count; i++)
        free(series->turns[i].text);
    free(series->turns);
    series->turns = NULL;
    series->turn_count = 0;
}

static bool may_turn(const struct series *series)
{
    return series->kind == SERIES_RECORD && series->severity < SEVERITY_WARN && series->count <= TURNS_RARE &&
           !series->routine;
}

void turns_add(struct series *series, const struct occurrence *line)
{
    struct exemplar place = {.time_ns = line->time_ns, .file = line->file, .offset = line->offset};
    size_t n = series->turn_count, at = n;
    if (!may_turn(series) || (n == TURNS_KEPT && exemplar_before(&place, &series->turns[0])) ||
        !turning_is_work(line->message))
        return;
    if (!series->turns)
        series->turns = memory_alloc(TURNS_KEPT * sizeof *series->turns);
    uint8_t *room = NULL;
    if (n == TURNS_KEPT) {
        room = series->turns[0].text;
        memmove(series->turns, series->turns + 1, --n * sizeof *series->turns);
    }
    for (at = n; at && exemplar_before(&place, &series->turns[at - 1]); at--)
        series->turns[at] = series->turns[at - 1];
    series->turns[at] = (struct exemplar){.text = room};
    exemplar_keep(&series->turns[at], line, TURN_BYTES_MAX);
    series->turn_count = (uint8_t)(n + 1);
}

void turns_demote(struct series *series)
{
    struct occurrence line = exemplar_line(&series->exemplar);
    turns_add(series, &line);
}

void turns_merge(struct series *into, const struct series *from, bool with_first)
{
    struct occurrence line = exemplar_line(&from->exemplar);
    if (with_first)
        turns_add(into, &line);
    for (size_t i = 0; i < from->turn_count; i++) {
        line = exemplar_line(&from->turns[i]);
        turns_add(into, &line);
    }
}
