/* Numbers and times in words, as the text reports say them. */
#ifndef ONSET_REPORT_PHRASE_H
#define ONSET_REPORT_PHRASE_H

#include "base/civil.h"
#include "base/text.h"

void phrase_count(struct text *out, uint64_t n); /* 1,234,567 */
void phrase_counted(struct text *out, uint64_t n, const char *one, const char *many);
void phrase_duration(struct text *out, double seconds); /* of a positive length, two units at most */
void phrase_bytes(struct text *out, uint64_t bytes);
void phrase_date_time(struct text *out, int64_t time_ns); /* 2026-08-07 14:31:02.123 UTC */

/* Time of day; with the date when it is not the day of the onset. */
void phrase_clock(struct text *out, int64_t onset_ns, int64_t time_ns, bool fraction);

/* "3.2 s before the onset". The start of the interval is what it is measured from. */
void phrase_distance(struct text *out, double seconds_before);
double phrase_seconds_between(int64_t from_ns, int64_t to_ns);

#endif
