/* profile_lines: the lines of a saved profile, one function each. Shared by the writer and by the reader,
 * which writes each line again to see that it is one of ours. No newline. */
#ifndef ONSET_PROFILE_PROFILE_LINES_H
#define ONSET_PROFILE_PROFILE_LINES_H

#include "profile/profile_file.h"

#define PROFILE_HEAD "{\"type\":\"onset-profile\",\"version\":"

struct profile_head {
    uint64_t masking, merging, order_limit, stream_limit, parts, streams, series;
    int64_t last_ns; /* TIME_NONE: nothing has a time */
};

void head_line(struct text *ret_text, const struct profile_head *head);
void part_line(struct text *ret_text, const struct part *part);
void stream_line(struct text *ret_text, const struct stream *stream);
void series_line(struct text *ret_text, const struct profile *profile, const struct series *series);
void tally_line(struct text *ret_text, const struct tally *tally);
void end_line(struct text *ret_text, uint64_t lines, uint64_t hash);

int64_t profile_last_time(const struct profile *profile); /* of the head: TIME_NONE when nothing has one */

/* Names of enum series_kind and of the numbers of a tally, in the order of the struct. */
extern const char *const series_kind_names[3];
extern const char *const tally_names[];

#endif
