/* reading: the sources of a plan, one after the other and line by line, in one thread; for jobs that show
 * each line or record where a scan sums them up. A source is a file or a member of an archive, as for a scan.
 *
 *     void job(void *context, struct plan_file *file, struct input *input)
 *     {
 *         if (reading_open(&r, file, input, &plan.stamp, kernel, &profile))
 *             while (reading_next(&r, &line)) ...
 *         reading_close(&r);
 *     }
 *     reading_sources(&plan, job, context);
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
    struct input *input; /* borrowed; NULL: not open */
    struct scanner scanner;
    struct source source;
    uint8_t *head, *buffer;
    size_t from, to; /* bytes of the buffer that wait */
    uint64_t offset; /* of buffer[from] */
    bool skipping;   /* inside the rest of an overlong line */
    bool ended;
};

/* Call `job` for each source of the logs, in the order of the plan, the members of an archive in the order of
 * the archive, until it returns non-zero, which is returned. Of several failures of a file the first is kept.
 * input->file is gone when the job returns. */
int reading_sources(struct plan *plan, int (*job)(void *context, struct plan_file *file, struct input *input),
                    void *context);

/* False: it is not text (a member; files of the plan are known to be), which the plan is told. profile: what
 * the scanner counts into. reading_close in any case. */
bool reading_open(struct reading *reading, struct plan_file *file, struct input *input,
                  const struct stamp_context *stamp, const struct kernel *kernel, struct profile *profile);
bool reading_next(struct reading *reading, struct reading_line *ret_line);
void reading_close(struct reading *reading);

#endif
