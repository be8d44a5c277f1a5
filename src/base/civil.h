/* civil: the proleptic Gregorian calendar as arithmetic, no locale, no zone files, no clock.
 * Method: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
#ifndef ONSET_BASE_CIVIL_H
#define ONSET_BASE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_SECOND 1000000000LL
#define TIME_NONE     INT64_MIN /* no time known; every real time compares greater */

struct civil {
    int year;   /* e.g. 2026 */
    int month;  /* 1..12 */
    int day;    /* 1..31 */
    int hour;   /* 0..23 */
    int minute; /* 0..59 */
    int second; /* 0..60, leap second included */
    int nanosecond;
};

int64_t civil_days(int year, int month, int day); /* days since 1970-01-01 */
bool civil_valid(const struct civil *civil);      /* true when every field is in range for its month */
int64_t civil_to_ns(const struct civil *civil);   /* ns since the epoch, fields read as UTC */
struct civil civil_from_ns(int64_t time_ns);

/* RFC 3339 in UTC with as many fraction digits (0, 3, 6 or 9) as the value needs. Writes at most
 * CIVIL_TEXT_BYTES bytes with a NUL, returns the length. */
#define CIVIL_TEXT_BYTES 48
size_t civil_format(int64_t time_ns, char *ret_text);

#endif
