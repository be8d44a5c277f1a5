/* zstd_frames: private to the input stage. Where a zstd file may be cut: frames need nothing of each other.
 */
#ifndef ONSET_INPUT_ZSTD_FRAMES_H
#define ONSET_INPUT_ZSTD_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where frames begin, each at least `bytes` of text behind the one before (as far as blocks tell), the first
 * at 0; *ret_starts is to be freed. 0: there are not two of them. */
size_t zstd_frames(int fd, uint64_t bytes, uint64_t **ret_starts);

/* The way through one frame, by what its header and blocks say, whether they can be decoded or not. Begins
 * zeroed. */
struct zstd_walk {
    uint8_t head[8];
    size_t have;
    uint64_t skip; /* bytes of which nothing is asked */
    uint8_t sum_bytes;
    bool begun, ends;
    bool ended; /* the frame did */
    bool lost;  /* there is no such block */
};

/* Pass over so many of n bytes as are of the frame. */
size_t zstd_walk(struct zstd_walk *walk, const uint8_t *bytes, size_t n);

#endif
