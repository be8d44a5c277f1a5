/* Which template does each line belong to? One pass that keeps eight bytes a line, so that pipes work too:
 * lines are fed to the scanner one at a time, and what it made of each is read off its batch. Slower than a
 * scan, which never looks back. */
#include "engine/annotate.h"

#include "engine/reading.h"
#include "pattern/template.h"
#include "report/clean.h"

#include <inttypes.h>
#include <stdio.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define WRITE_BYTES (1u << 20)
#define PART        UINT32_MAX /* a line of a record that is not complete yet */

struct seen { /* one masked message of a group */
    struct template_input input;
    const char *service;
    uint8_t severity;
    uint32_t index; /* in the list */
};

struct annotation {
    const struct kernel *kernel;
    const struct stamp_context *stamp;
    struct profile profile;
    struct reading reading;
    struct line_reader reader; /* for lines of which the scanner makes no series */
    struct arena arena;
    struct table of_series, of_text; /* -> struct seen */
    struct seen **list;
    size_t count, size;
    uint32_t *lines; /* index into list + 1, 0: nothing on the line */
    size_t line_count, line_size;
    size_t waiting; /* lines that are PART */
    uint32_t last;
    uint8_t *masked;
};

static struct seen *seen_new(struct annotation *a, const struct seen *from)
{
    struct seen *seen = arena_alloc(&a->arena, sizeof *seen);
    *seen = *from;
    seen->input.masked = arena_copy(&a->arena, from->input.masked);
    if (a->count == a->size) {
        a->size = a->size ? a->size * 2 : 4096;
        a->list = memory_resize(a->list, a->size * sizeof *a->list);
    }
    seen->index = (uint32_t)a->count;
    return a->list[a->count++] = seen;
}

/* The message of a group, known or new. bare: without the header that the source's other messages have. */
static struct seen *see(struct annotation *a, struct span message, const char *service, uint8_t severity,
                        uint8_t kind, bool bare)
{
    struct seen seen = {.service = service, .severity = severity};
    seen.input.masked = span_make(a->masked, a->kernel->mask(message.ptr, message.len, a->masked));
    seen.input.source = key_mix(XXH3_64bits(service, strlen(service)), bare ? 2 : 1);
    seen.input.group = (uint64_t)severity << 8 | kind;
    uint64_t key = key_mix(XXH3_64bits(seen.input.masked.ptr, seen.input.masked.len),
                           key_mix(seen.input.source, seen.input.group));
    struct seen *same = table_get(&a->of_text, key);
    if (!same)
        table_put(&a->of_text, key, same = seen_new(a, &seen));
    return same;
}

/* A line that the scan only counts (a frame, indented text, what is beyond a cap): here it gets a template
 * too. */
static uint32_t take_unkept(struct annotation *a, const struct scanner *s, struct span raw)
{
    struct line line;
    if (s->reader.sequential || !s->last_writer || !line_parse(&a->reader, raw, &line))
        return a->last;
    struct span message = line.message;
    if (message.len > EXEMPLAR_BYTES_MAX)
        message.len = EXEMPLAR_BYTES_MAX;
    bool bare = !(line.flags & LINE_STAMPED); /* it does not have the header of the source */
    struct seen *seen = see(a, message, s->last_writer->stream->service, line.severity, SERIES_RECORD, bare);
    line_reader_recycle(&a->reader);
    return seen->index + 1;
}

/* A line of which the scan made a series. */
static uint32_t take_series(struct annotation *a, const struct scanner *s)
{
    const struct batch_entry *e = &s->entries[0];
    const struct stream *stream = e->writer->stream;
    uint64_t key = series_key(stream->key, s->fingerprints[0]);
    const struct seen *known = table_get(&a->of_series, key);
    if (known)
        return known->index + 1;
    const struct series *series = profile_series(&a->profile, key);
    if (!series) /* beyond the profile's cap */
        return take_unkept(a, s, e->raw);
    struct span message = {series->exemplar.text + series->exemplar.message_at,
                           series->exemplar.message_bytes};
    struct seen *seen = see(a, message, stream->service, series->severity, e->kind, false);
    table_put(&a->of_series, key, seen);
    return seen->index + 1;
}

/* The record is complete of which the lines that wait are parts. */
static void settle_parts(struct annotation *a, uint32_t index)
{
    for (size_t i = a->line_count; a->waiting > 0; i--)
        if (a->lines[i - 1] == PART) {
            a->lines[i - 1] = index;
            a->waiting--;
        }
}

static void put_line(struct annotation *a, uint32_t index)
{
    if (a->line_count == a->line_size) {
        a->line_size = a->line_size ? a->line_size * 2 : 65536;
        a->lines = memory_resize(a->lines, a->line_size * sizeof *a->lines);
    }
    a->lines[a->line_count++] = index;
    a->waiting += index == PART;
}

static void take_line(struct annotation *a, struct scanner *s, const struct reading_line *line)
{
    uint64_t empty = a->profile.tally.empty;
    struct span raw = line->bytes;
    s->entries[0].writer = NULL;
    scanner_feed(s, raw.ptr, raw.len, line->offset, line->last);
    if (s->in_parts) {
        put_line(a, PART);
        return;
    }
    uint32_t index = 0;
    raw.len -= raw.len && raw.ptr[raw.len - 1] == '\n';
    if (s->entries[0].writer)
        index = take_series(a, s);
    else if (a->profile.tally.empty == empty)
        index = take_unkept(a, s, raw);
    if (index)
        a->last = index;
    settle_parts(a, index);
    put_line(a, index);
}

static int read_source(void *context, struct plan_file *f, struct input *input)
{
    struct annotation *a = context;
    struct reading *r = &a->reading;
    struct reading_line line;
    if (reading_open(r, f, input, a->stamp, a->kernel, &a->profile)) {
        a->last = 0;
        line_reader_init(&a->reader, a->stamp);
        line_reader_learn(&a->reader, r->source.head);
        while (reading_next(r, &line))
            take_line(a, &r->scanner, &line);
        r->scanner.entries[0].writer = NULL;
        scanner_finish(&r->scanner);
        settle_parts(a, r->scanner.entries[0].writer ? take_series(a, &r->scanner) : 0);
        line_reader_done(&a->reader);
    }
    reading_close(r);
    return 0;
}

static int compare_seen(const void *a, const void *b)
{
    const struct seen *x = *(const struct seen *const *)a, *y = *(const struct seen *const *)b;
    if (x->input.source != y->input.source)
        return x->input.source < y->input.source ? -1 : 1;
    if (x->input.group != y->input.group)
        return x->input.group < y->input.group ? -1 : 1;
    return span_compare(x->input.masked, y->input.masked);
}

/* "ID<TAB>TEMPLATE\n" of every seen message, in the order of the list. */
static struct span *make_rows(struct annotation *a)
{
    struct seen **sorted = memory_alloc((a->count + 1) * sizeof *sorted);
    struct template_input *inputs = memory_alloc((a->count + 1) * sizeof *inputs);
    uint32_t *ids = memory_alloc((a->count + 1) * sizeof *ids);
    struct span *texts = memory_alloc((a->count + 1) * sizeof *texts);
    struct span *rows = memory_alloc((a->count + 1) * sizeof *rows);
    memcpy(sorted, a->list, a->count * sizeof *sorted);
    qsort(sorted, a->count, sizeof *sorted, compare_seen);
    for (size_t i = 0; i < a->count; i++)
        inputs[i] = sorted[i]->input;
    template_merge(inputs, a->count, NULL, &a->arena, ids, texts);
    struct text row;
    text_init(&row, 0);
    for (size_t i = 0; i < a->count; i++) {
        const struct seen *seen = sorted[i];
        if (ids[i] == i) {
            text_clear(&row);
            text_printf(&row, "%016" PRIx64 "\t", template_id(texts[i], seen->service, seen->severity));
            clean_add(&row, texts[i], 0, false);
            text_add_byte(&row, '\n');
            rows[seen->index] = arena_copy(&a->arena, text_span(&row));
        } else {
            rows[seen->index] = rows[sorted[ids[i]]->index];
        }
    }
    text_done(&row);
    free(texts);
    free(ids);
    free(inputs);
    free(sorted);
    return rows;
}

static int write_rows(const struct annotation *a, onset_sink sink, void *context)
{
    struct span *rows = make_rows((struct annotation *)a);
    int rc = 0;
    struct text out;
    text_init(&out, 0);
    for (size_t i = 0; i < a->line_count && rc == 0; i++) {
        struct span row = a->lines[i] ? rows[a->lines[i] - 1] : span_of("-\t\n");
        text_add(&out, row.ptr, row.len);
        if (out.len > WRITE_BYTES || i + 1 == a->line_count) {
            rc = sink(context, (const char *)out.ptr, out.len);
            text_clear(&out);
        }
    }
    text_done(&out);
    free(rows);
    return rc;
}

int annotate(struct plan *plan, const struct kernel *kernel, onset_sink sink, void *context)
{
    struct annotation *a = memory_alloc(sizeof *a);
    a->kernel = kernel;
    a->stamp = &plan->stamp;
    a->masked = memory_alloc(LINE_BYTES_MAX + 64);
    profile_init(&a->profile);
    reading_sources(plan, read_source, a);
    int rc = write_rows(a, sink, context);
    profile_done(&a->profile);
    arena_done(&a->arena);
    table_done(&a->of_series);
    table_done(&a->of_text);
    free(a->list);
    free(a->lines);
    free(a->masked);
    free(a);
    return rc;
}
