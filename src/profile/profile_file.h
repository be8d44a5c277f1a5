/* profile_file: a profile as a file. NDJSON, described for readers of any kind in README.md here.
 *
 * The text is canonical: equal profiles give equal bytes, whatever they were added up from, and the reader
 * takes nothing that the writer would not have written. So a file that was read is a profile that could have
 * been made here, and whatever is done with it holds all that profile.h promises.
 *
 * Reading is fed with bytes as they come and adds to nothing: what it made is a profile of its own, valid
 * once profile_read_end returned 0.
 *
 *     struct profile_reading *r = profile_read_start(&profile);
 *     while ((n = read(...)) > 0 && profile_read(r, buffer, n, &err) == 0) ...
 *     ok = profile_read_end(r, &err) == 0;           in any case, once; frees r, not the profile
 *
 * Memory: the profile and one line. Errors say in which line, and what to do; they name no file: the caller
 * does.
 */
#ifndef ONSET_PROFILE_PROFILE_FILE_H
#define ONSET_PROFILE_PROFILE_FILE_H

#include "base/error.h"
#include "profile/profile.h"

#define PROFILE_VERSION    4
#define PROFILE_SERIES_MAX ((size_t)1 << 22) /* what a file may hold: a sum may have a cap of its own */
#define PROFILE_LINE_MAX   (4 << 20) /* bytes: the longest writer (256 KiB), escaped, and its base64 */
#define PROFILE_NUMBER_MAX ((uint64_t)1 << 53) /* counts: what every JSON reader keeps exactly */

/* One JSON object a line, into ret_text. The profile must be settled. */
void profile_write(const struct profile *profile, struct text *ret_text);
/* The same to a sink, line by line; returns 0, or -1 once the sink does. */
int profile_save(const struct profile *profile, onset_sink sink, void *context);

/* Does a source start as a saved profile of any version does? A few bytes are enough. */
bool profile_recognise(struct span head);
/* The latest time of a saved profile, from its first line; TIME_NONE when it has none. ret_parts: it names
 * the hosts that it is of. */
int64_t profile_newest(struct span head, bool *ret_parts);

struct profile_reading;
struct profile_reading *profile_read_start(struct profile *ret_profile); /* inits the profile */
int profile_read(struct profile_reading *reading, const uint8_t *bytes, size_t n, struct onset_error *err);
int profile_read_end(struct profile_reading *reading, struct onset_error *err);

#endif
