/* mapped: private to the input stage. A file in memory that may be truncated while it is read. */
#ifndef ONSET_INPUT_MAPPED_H
#define ONSET_INPUT_MAPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Map the first `bytes` bytes of fd, which must stay open as long as the map. NULL when it cannot be mapped
 * or too many maps are open (MAPPED_SLOTS): read it instead. Thread-safe. */
#define MAPPED_SLOTS 512
const uint8_t *mapped_open(int fd, size_t bytes);
/* No thread may read the map any more. True: a page was missing and was read as NUL bytes. */
bool mapped_close(const uint8_t *map, size_t bytes);
/* Let go of the whole pages in [from, to); they are read again from the file if touched. */
void mapped_release(const uint8_t *map, size_t bytes, size_t from, size_t to);

#endif
