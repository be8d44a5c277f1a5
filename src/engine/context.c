/* The source is read from its beginning: that works for any compression and inside archives, and it is one
 * file. */
#include "engine/context.h"

#include "engine/reading.h"

struct search {
    struct findings *findings;
    const struct plan *plan;
    const struct kernel *kernel;
    struct context_line ring[2 * CONTEXT_LINES + 1]; /* the last lines, by number */
    size_t count;
};

static void keep(struct search *s, uint64_t number, struct span text)
{
    while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    if (text.len > CONTEXT_BYTES)
        text.len = CONTEXT_BYTES;
    s->ring[s->count++] = (struct context_line){number, arena_copy(&s->findings->arena, text)};
}

static int look(void *context, struct plan_file *file, struct input *input)
{
    struct search *s = context;
    const struct place *first = &s->findings->explained->first;
    if (strcmp(input->file->name, first->source) != 0)
        return 0;
    struct profile none;
    struct reading reading;
    struct reading_line line;
    profile_init(&none);
    uint64_t number = 0;
    if (reading_open(&reading, file, input, &s->plan->stamp, s->kernel, &none))
        while (number < first->line + CONTEXT_LINES && reading_next(&reading, &line))
            if (++number + CONTEXT_LINES >= first->line)
                keep(s, number, line.bytes);
    reading_close(&reading);
    profile_done(&none);
    return 1;
}

/* Does the plan's file hold the source: is it the source, or an archive around it? */
static bool holds(const struct plan_file *f, const char *source)
{
    struct span name = span_of(f->file->name);
    return span_starts(span_of(source), f->file->name) && (source[name.len] == 0 || source[name.len] == '!');
}

static bool is_line(const struct context_line *line, const struct place *place)
{
    size_t n = line->text.len < place->text.len ? line->text.len : place->text.len;
    return line->line == place->line && memcmp(line->text.ptr, place->text.ptr, n) == 0;
}

void context_read(struct findings *f, const struct plan *plan, const struct kernel *kernel)
{
    const struct place *first = &f->explained->first;
    struct plan one = {.files = memory_alloc(sizeof *one.files), .stamp = plan->stamp};
    for (size_t i = 0; i < plan->file_count && !one.file_count; i++) {
        const struct plan_file *file = &plan->files[i];
        if (file->role == ONSET_LOGS && !file->held && !file->binary && !file->profile &&
            holds(file, first->source))
            one.files[one.file_count++] = (struct plan_file){.file = file->file, .role = ONSET_LOGS};
    }
    struct search s = {.findings = f, .plan = plan, .kernel = kernel};
    reading_sources(&one, look, &s);
    plan_done(&one);
    bool there = false;
    for (size_t i = 0; i < s.count; i++)
        there |= is_line(&s.ring[i], first);
    if (!there)
        return;
    struct context_line *lines = arena_alloc(&f->arena, sizeof s.ring);
    memcpy(lines, s.ring, sizeof s.ring);
    f->explained->context = lines;
    f->explained->context_count = s.count;
}
