#include "engine/reading.h"

#define BUFFER_BYTES (1u << 20) /* four times the longest line: few moves of what is left */

struct round { /* through the sources of a plan */
    int (*job)(void *context, struct plan_file *file, struct input *input);
    void *context;
};

static void keep_first(struct onset_error *error, const struct onset_error *next)
{
    if (!error->text[0])
        *error = *next;
}

static int visit(const struct round *round, struct plan_file *f, struct input *input)
{
    if (!input->archive)
        return round->job(round->context, f, input);
    struct input member;
    struct onset_error err;
    int more, rc = 0;
    while (rc == 0 && (more = input_next_member(input, &member, &err)) != 0) {
        if (more < 0) {
            keep_first(&f->error, &err);
            return 0;
        }
        rc = visit(round, f, &member);
        input_close(&member, NULL);
    }
    return rc;
}

int reading_sources(struct plan *plan, int (*job)(void *context, struct plan_file *file, struct input *input),
                    void *context)
{
    struct round round = {job, context};
    int rc = 0;
    for (size_t i = 0; i < plan->file_count && rc == 0; i++) {
        struct plan_file *f = &plan->files[i];
        struct input own, *input = f->held ? f->held : &own;
        if (f->role != ONSET_LOGS || f->binary || f->error.text[0])
            continue;
        if (!f->held && input_open(input, f->file, &f->error) < 0)
            continue;
        rc = visit(&round, f, input);
        if (!f->held)
            input_close(input, &f->short_read);
    }
    plan_list_binary_members(plan);
    return rc;
}

bool reading_open(struct reading *r, struct plan_file *file, struct input *input,
                  const struct stamp_context *stamp, const struct kernel *kernel, struct profile *profile)
{
    memset(r, 0, sizeof *r);
    r->file = file;
    r->head = memory_alloc(HEAD_BYTES);
    struct onset_error ignored; /* met again by the reads */
    ssize_t n = plan_head(input, r->head, &ignored);
    r->source = (struct source){.file = input->file->name,
                                .stream = input->file->stream,
                                .service = input->file->service,
                                .head = {r->head, n > 0 ? (size_t)n : 0},
                                .stamp = *stamp};
    if (input->file != file->file && head_is_binary(r->source.head)) {
        plan_binary_member(file, input->file);
        return false;
    }
    r->input = input;
    r->buffer = memory_alloc(BUFFER_BYTES);
    scanner_init(&r->scanner, kernel, profile, &r->source);
    return true;
}

/* More bytes behind those that wait. False at the end. */
static bool fill(struct reading *r)
{
    if (r->ended)
        return false;
    memmove(r->buffer, r->buffer + r->from, r->to - r->from);
    r->to -= r->from;
    r->from = 0;
    size_t mapped = r->input->map_at;
    struct onset_error err;
    ssize_t n = input_read(r->input, r->buffer + r->to, BUFFER_BYTES - r->to, &err);
    if (n < 0)
        keep_first(&r->file->error, &err);
    input_release(r->input, mapped, r->input->map_at);
    r->to += n > 0 ? (size_t)n : 0;
    r->ended = n <= 0;
    return !r->ended;
}

static void skip(struct reading *r, size_t bytes)
{
    r->from += bytes;
    r->offset += bytes;
}

bool reading_next(struct reading *r, struct reading_line *ret_line)
{
    size_t looked = 0;
    for (;;) {
        size_t n = r->to - r->from;
        const uint8_t *p = r->buffer + r->from, *newline = memchr(p + looked, '\n', n - looked);
        if (r->skipping) {
            skip(r, newline ? (size_t)(newline - p) + 1 : n);
            r->skipping = !newline;
            if (!newline && !fill(r))
                return false;
            continue;
        }
        if (!newline && n <= LINE_BYTES_MAX) {
            looked = n;
            if (fill(r))
                continue;
            if (n == 0)
                return false;
            p = r->buffer + r->from; /* the last line has no newline */
        }
        size_t bytes = newline ? (size_t)(newline - p) : n;
        r->skipping = bytes > LINE_BYTES_MAX;
        bytes = r->skipping ? LINE_BYTES_MAX + 1 : bytes + (newline != NULL);
        *ret_line = (struct reading_line){{p, bytes}, r->offset, r->skipping || !newline};
        skip(r, bytes);
        return true;
    }
}

void reading_close(struct reading *r)
{
    if (r->input)
        scanner_done(&r->scanner);
    free(r->head);
    free(r->buffer);
    r->head = r->buffer = NULL;
    r->input = NULL;
}
