/* scan_part: a part of a compressed file that can be cut, scanned so that all parts together say what the
 * whole file does. A part begins at a place that is told by its own text alone: behind its first newline
 * stands a line, and the first line after that one which starts a record (join_boundary) is the first of the
 * part. What is before it belongs to the part before, which runs on up to it; a part without such a line is
 * read by the part before as a whole. */
#ifndef ONSET_ENGINE_SCAN_PART_H
#define ONSET_ENGINE_SCAN_PART_H

#include "engine/plan.h"

/* While parts are scanned nobody knows how long the text before them is: offsets are relative to the part,
 * with its number above. */
#define PART_SHIFT 40

struct part_scan {
    struct scanner *scanner;
    struct input *input; /* may be read and closed after this, no more */
    struct plan_file *file;
    uint32_t part;
    uint8_t *buffer;
    size_t size; /* several times LINE_BYTES_MAX */
    bool ahead;
    void (*progress)(void *context, const struct input *input);
    void *context;
    /* what came of it: the first part that could not be decoded as a whole, of those that were read */
    const char *broken_reason; /* NULL: all could */
    uint32_t broken_part;
    uint64_t broken_bytes; /* of text in front of the first hole in it */
};

/* Fills file->chunk_bytes[part]. Returns 0, or -1 when the part, or one that it runs on into, cannot be
 * read. */
int scan_part(struct part_scan *scan, struct onset_error *err);

#endif
