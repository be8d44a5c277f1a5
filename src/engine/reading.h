/* reading: one file of a plan, line by line, in one thread; for jobs that show each line or record where a
 * scan sums them up.
 *
 *     if (reading_open(&r, &file, &plan.stamp, kernel, &profile) == 0)
 *         while (reading_next(&r, &line)) ...
 *     reading_close(&r);
 *
 * What the head of the source taught is in r.scanner: its reader is fresh, so a job either feeds the scanner
 * or parses with the reader. Memory: one buffer of 1 MiB, however long a line is. What could not be read is
 * in the plan's file.
 */
#ifndef ONSET_ENGINE_READING_H
#define ONSET_ENGINE_READING_H

#include "engine/plan.h"

struct reading_line {
    struct span bytes; /* with the newline where there is one; an overlong line: its first LINE_BYTES_MAX + 1
                          bytes. Valid until the next call */
    uint64_t offset;   /* in the decoded file */
    bool last;         /* of its bytes nothing more will come, although no newline ends them */
};

struct reading { /* large, and must not be moved while open */
    struct plan_file *file;
    struct scanner scanner;
    struct source source;
    struct input own, *input;
    uint8_t *head, *buffer;
    size_t from, to; /* bytes of the buffer that wait */
    uint64_t offset; /* of buffer[from] */
    bool skipping;   /* inside the rest of an overlong line */
    bool ended;
};

/* -1: it cannot be read, as its error tells. profile: what the scanner counts into. reading_close in any
 * case. */
int reading_open(struct reading *reading, struct plan_file *file, const struct stamp_context *stamp,
                 const struct kernel *kernel, struct profile *profile);
bool reading_next(struct reading *reading, struct reading_line *ret_line);
void reading_close(struct reading *reading);

/* Is the file one that a job over the logs reads: no baseline, text, and could be opened? */
bool reading_wanted(const struct plan_file *file);

#endif
