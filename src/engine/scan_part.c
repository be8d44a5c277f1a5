/* The buffer holds what was decoded and not yet scanned. Both sides of a cut look only at lines that end
 * within the part (the last part: at all), so they find the same place whatever the reads return. */
#include "engine/scan_part.h"

struct held {
    struct part_scan *scan;
    size_t bytes;
    uint64_t at;      /* of the first of them, in the part that is scanned */
    uint64_t decoded; /* of the part that is read */
    uint32_t part;    /* that one */
    struct onset_error *err;
};

static bool is_last(const struct part_scan *p, uint32_t part)
{
    return part + 1 == p->file->chunk_count;
}

static int open_part(struct held *h, uint32_t part)
{
    struct part_scan *p = h->scan;
    const uint64_t *starts = p->file->parts;
    h->decoded = 0;
    h->part = part;
    return input_part(p->input, starts[part], is_last(p, part) ? UINT64_MAX : starts[part + 1], p->ahead,
                      h->err);
}

/* More behind what is held: bytes, 0 at the end of the part, -1 on error. */
static ssize_t read_more(struct held *h)
{
    struct part_scan *p = h->scan;
    ssize_t n = input_read(p->input, p->buffer + h->bytes, p->size - h->bytes, h->err);
    uint64_t bytes;
    const char *reason = n < 0 ? input_broken(p->input, &bytes) : NULL;
    if (reason) { /* what could be decoded was: the part has ended */
        n = 0;
        if (!p->broken_reason) {
            p->broken_reason = reason;
            p->broken_part = h->part;
            p->broken_bytes = bytes;
        }
    }
    h->bytes += n > 0 ? (size_t)n : 0;
    h->decoded += n > 0 ? (uint64_t)n : 0;
    p->progress(p->context, p->input);
    return n;
}

static void drop(struct held *h, size_t n)
{
    h->at += n;
    h->bytes -= n;
    memmove(h->scan->buffer, h->scan->buffer + n, h->bytes);
}

static void feed(struct held *h, bool end)
{
    struct part_scan *p = h->scan;
    drop(h, scanner_feed(p->scanner, p->buffer, h->bytes, ((uint64_t)p->part << PART_SHIFT) + h->at, end));
}

/* Behind the first newline of the part. 1, 0: there is none, -1. */
static int pass_first_line(struct held *h)
{
    ssize_t n;
    while ((n = read_more(h)) > 0) {
        const uint8_t *newline = memchr(h->scan->buffer, '\n', h->bytes);
        drop(h, newline ? (size_t)(newline - h->scan->buffer) + 1 : h->bytes);
        if (newline)
            return 1;
    }
    return n < 0 ? -1 : 0;
}

/* To the first line of the part. 1, 0: there is none, -1. */
static int pass_to_start(struct held *h, bool last)
{
    struct part_scan *p = h->scan;
    for (ssize_t n = 1;; n = read_more(h)) {
        const uint8_t *newline = memrchr(p->buffer, '\n', h->bytes);
        size_t whole = n <= 0 && last ? h->bytes : newline ? (size_t)(newline - p->buffer) + 1 : 0;
        if (whole > 1) {
            size_t start = scanner_start(p->scanner, p->buffer, 1, whole, whole);
            if (start < whole) {
                drop(h, start);
                return 1;
            }
            /* the last whole line is what the next one is compared with */
            const uint8_t *before = whole > 1 ? memrchr(p->buffer, '\n', whole - 1) : NULL;
            drop(h, before ? (size_t)(before - p->buffer) + 1 : 0);
        }
        if (n <= 0)
            return n < 0 ? -1 : 0;
        if (h->bytes == p->size) { /* an overlong line: its first bytes are what is looked at */
            h->at += h->bytes - LINE_BYTES_MAX - 1;
            h->bytes = LINE_BYTES_MAX + 1;
        }
    }
}

/* All of the part that is open. `start`: where its text begins, when it may have a start of its own at which
 * the scan ends; else UINT64_MAX. */
static int scan_through(struct held *h, uint64_t start, bool last)
{
    struct scanner *s = h->scan->scanner;
    bool seek = start != UINT64_MAX;
    ssize_t n;
    do {
        size_t before = h->bytes;
        n = read_more(h);
        const uint8_t *newline = seek ? memchr(h->scan->buffer + before, '\n', h->bytes - before) : NULL;
        if (newline) { /* the line behind it is compared with, the one after that may be the start */
            uint64_t at = h->at + (uint64_t)(newline - h->scan->buffer);
            s->limit = ((uint64_t)h->scan->part << PART_SHIFT) + at + 2;
            seek = false;
        }
        feed(h, n < 0 || (n == 0 && last));
    } while (n > 0 && !s->stopped);
    s->limit = UINT64_MAX;
    return n < 0 ? -1 : 0;
}

int scan_part(struct part_scan *p, struct onset_error *err)
{
    struct held h = {.scan = p, .err = err};
    uint32_t part = p->part;
    int found = open_part(&h, part);
    if (found == 0)
        found = part == 0 ? 1 : pass_first_line(&h);
    if (found > 0 && part > 0)
        found = pass_to_start(&h, is_last(p, part));
    int status = found < 0 ? -1 : 0;
    if (found > 0) /* the first feed takes what the search for the start has read */
        status = scan_through(&h, UINT64_MAX, is_last(p, part));
    p->file->chunk_bytes[part] = h.decoded;
    while (found > 0 && status == 0 && !p->scanner->stopped && !is_last(p, part)) {
        uint64_t end = h.at + h.bytes;
        status = open_part(&h, ++part);
        if (status == 0)
            status = scan_through(&h, end, is_last(p, part));
    }
    return status;
}
