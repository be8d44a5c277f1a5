#include "engine/known.h"

enum { LINE_BYTES = 64 /* of a cache */ };
_Static_assert(sizeof(struct known_line) == LINE_BYTES, "each in one");

static void make_lines(struct known *known, size_t size, bool values)
{
    known->size = size;
    known->memory = memory_alloc((size + 1) * sizeof *known->lines);
    uintptr_t at = ((uintptr_t)known->memory + LINE_BYTES - 1) & ~(uintptr_t)(LINE_BYTES - 1);
    known->lines = (struct known_line *)at;
    known->values = values ? memory_alloc(size * sizeof *known->values) : NULL;
}

void known_done(struct known *known)
{
    free(known->memory);
    free(known->values);
    *known = (struct known){0};
}

/* A bin of the series is a part of one when it has been widened since. */
static void tell(struct known_line *line)
{
    struct series *series = line->series;
    if (line->count == 0)
        return;
    series->count += line->count;
    if (line->last_ns > series->last_ns)
        series->last_ns = line->last_ns;
    timeline_add_many(&series->timeline, line->bin << line->shift, line->count);
    line->count = 0;
}

void known_turn(struct known_line *line, uint32_t second)
{
    tell(line);
    line->shift = line->series->timeline.shift;
    line->bin = second >> line->shift;
}

/* Where a line of that hash is to stand: one that is full gives way. */
static struct known_line *place_for(const struct known *known, uint64_t hash)
{
    struct known_line *line = known_find(known, hash), *first = &known->lines[hash & (known->size - 1)];
    return line->hash == hash || (line->hash == 0 && first->hash) ? line : first;
}

/* No three lines share two places now that did not before. */
static void grow(struct known *known)
{
    struct known_line *lines = known->lines;
    struct known_values *values = known->values;
    void *memory = known->memory;
    make_lines(known, 2 * known->size, values);
    for (size_t i = 0; i < known->used_count; i++) {
        size_t from = known->used[i];
        struct known_line *to = place_for(known, lines[from].hash);
        *to = lines[from];
        known->used[i] = (uint16_t)(to - known->lines);
        if (values)
            known->values[known->used[i]] = values[from];
    }
    free(memory);
    free(values);
}

void known_learn(struct known *known, uint64_t hash, struct series *series, struct writer *writer,
                 const struct alike *alike, const struct known_values *values, uint64_t file, uint64_t offset)
{
    bool behind = file == series->exemplar.file && offset > series->exemplar.offset;
    if (!known->lines)
        make_lines(known, KNOWN_LINES_MIN, values);
    else if (values && !known->values)
        known->values = memory_alloc(known->size * sizeof *known->values);
    if (known->used_count >= known->size / 4 && known->size < KNOWN_LINES_MAX)
        grow(known);
    struct known_line *line = place_for(known, hash);
    if (values)
        known->values[line - known->lines] = *values;
    if (line->hash)
        tell(line);
    else
        known->used[known->used_count++] = (uint16_t)(line - known->lines);
    *line = (struct known_line){.hash = hash,
                                .series = series,
                                .writer = writer,
                                .key = series->key,
                                .after_ns = series->first_ns - behind,
                                .last_ns = series->last_ns,
                                .bin = UINT32_MAX,
                                .shift = series->timeline.shift,
                                .alike = *alike};
}

static void tell_stream(struct known_records *records)
{
    stream_count(records->stream, records->first_ns, records->last_ns, records->second, records->count);
    records->stream->zones |= records->zones;
    records->count = 0;
}

void known_next_second(struct known *known, struct known_records *records, struct stream *stream,
                       int64_t time_ns, uint32_t second)
{
    if (records->count) {
        tell_stream(records);
    } else {
        records->next = known->records;
        known->records = records;
    }
    records->stream = stream;
    records->second = second;
    records->first_ns = records->last_ns = time_ns;
    records->zones = 0;
}

void known_tell(struct known *known)
{
    if (known->counted)
        for (size_t i = 0; i < known->used_count; i++)
            tell(&known->lines[known->used[i]]);
    known->counted = false;
    for (; known->records; known->records = known->records->next)
        tell_stream(known->records);
}

void known_forget(struct known *known)
{
    known_tell(known);
    for (size_t i = 0; i < known->used_count; i++)
        known->lines[known->used[i]].hash = 0;
    known->used_count = 0;
}
