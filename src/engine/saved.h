/* saved: profiles that are read from inputs, in any compression, and written to sinks, with zstd or without.
 */
#ifndef ONSET_ENGINE_SAVED_H
#define ONSET_ENGINE_SAVED_H

#include "input/input.h"
#include "profile/profile.h"

/* The whole profile, or -1 with err naming the input. profile_done(ret_profile) in either case. buffer: any.
 */
int saved_read(struct input *input, uint8_t *buffer, size_t buffer_bytes, struct profile *ret_profile,
               struct onset_error *err);
/* Returns 0, or -1 once the sink does. */
int saved_write(const struct profile *profile, bool zstd, onset_sink sink, void *context);

#endif
