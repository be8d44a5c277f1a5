#include "engine/reading.h"

#define BUFFER_BYTES (1u << 20) /* four times the longest line: few moves of what is left */

bool reading_wanted(const struct plan_file *file)
{
    return file->role == ONSET_LOGS && !file->binary && !file->error.text[0];
}

int reading_open(struct reading *r, struct plan_file *file, const struct stamp_context *stamp,
                 const struct kernel *kernel, struct profile *profile)
{
    memset(r, 0, sizeof *r);
    r->file = file;
    if (!file->held && input_open(&r->own, file->file, &file->error) < 0)
        return -1;
    r->input = file->held ? file->held : &r->own;
    r->head = memory_alloc(HEAD_BYTES);
    r->buffer = memory_alloc(BUFFER_BYTES);
    struct onset_error ignored; /* met again by the reads */
    ssize_t n = plan_head(r->input, r->head, &ignored);
    r->source = (struct source){.file = file->file->name,
                                .stream = file->file->stream,
                                .service = file->file->service,
                                .head = {r->head, n > 0 ? (size_t)n : 0},
                                .stamp = *stamp};
    scanner_init(&r->scanner, kernel, profile, &r->source);
    return 0;
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
    ssize_t n = input_read(r->input, r->buffer + r->to, BUFFER_BYTES - r->to, &r->file->error);
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
    if (!r->input)
        return;
    scanner_done(&r->scanner);
    if (!r->file->held)
        input_close(r->input, &r->file->short_read);
    free(r->head);
    free(r->buffer);
    r->input = NULL;
}
