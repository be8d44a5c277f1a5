/* field_time: the value of a time, as most programs write it, read without a search: ten digits and a
 * fraction or thirteen (an epoch), or a date and clock whose date and zone are those of a value before.
 * Answers as stamp_value does, or not at all. */
#ifndef ONSET_RECORD_FIELD_TIME_H
#define ONSET_RECORD_FIELD_TIME_H

#include "record/stamp.h"

enum { FIELD_DATE_BYTES = 11, FIELD_ZONE_BYTES_MAX = 6 };

/* Of the dated value read last; saves work only, zeroed is empty. */
struct field_day {
    uint8_t date[FIELD_DATE_BYTES];     /* "2026-08-07T" */
    uint8_t mark;                       /* of its fraction; 0: it had none */
    uint8_t zone[FIELD_ZONE_BYTES_MAX]; /* "Z", "+02:00", "" */
    uint8_t zone_bytes;
    bool known;
    uint8_t flags;        /* of stamp.h */
    uint64_t clock;       /* its eight bytes, */
    int64_t clock_ns, ns; /* and when that was; midnight */
};

/* False: it is another kind of value. */
bool field_time_again(struct field_day *day, struct span value, int64_t *ret_time_ns, uint8_t *ret_flags);
/* Of a value that was read another way. */
void field_time_keep(struct field_day *day, struct span value, int64_t time_ns, uint8_t flags);

#endif
