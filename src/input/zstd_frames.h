/* zstd_frames: private to the input stage. Where a zstd file may be cut: frames need nothing of each other.
 */
#ifndef ONSET_INPUT_ZSTD_FRAMES_H
#define ONSET_INPUT_ZSTD_FRAMES_H

#include <stddef.h>
#include <stdint.h>

/* Where frames begin, each at least `bytes` of text behind the one before (as far as blocks tell), the first
 * at 0; *ret_starts is to be freed. 0: there are not two of them. */
size_t zstd_frames(int fd, uint64_t bytes, uint64_t **ret_starts);

#endif
