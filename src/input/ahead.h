/* ahead: decode in a thread of its own, a few blocks before who reads. Private to the input stage.
 *
 * One thread makes the bytes, one other reads them. Nothing that `step` touches may be used by the reader
 * from ahead_start until ahead_read has returned 0, or ahead_stop returned. */
#ifndef ONSET_INPUT_AHEAD_H
#define ONSET_INPUT_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#define AHEAD_BLOCKS 4
#define AHEAD_BYTES  ((size_t)512 << 10) /* of a block: larger ones leave the shared cache */

/* Up to size bytes into buffer; 0 at the end or on failure, and then it is not called again. *ret_progress is
 * handed to the reader together with the bytes. */
typedef size_t ahead_step(void *context, uint8_t *buffer, size_t size, uint64_t *ret_progress);

struct ahead;
/* NULL when there can be no thread: decode in this one. */
struct ahead *ahead_start(ahead_step *step, void *context);
/* Waits for the next bytes: as `step`, in the same order. */
size_t ahead_read(struct ahead *ahead, uint8_t *buffer, size_t size, uint64_t *ret_progress);
/* Ends the thread, which may be amid a step; what was not read is dropped. Accepts NULL, returns NULL. */
struct ahead *ahead_stop(struct ahead *ahead);

#endif
