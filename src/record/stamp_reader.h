/* stamp_reader: what the readers of layouts share (stamp_layouts.c, stamp_clock.c). Private to them.
 *
 * A reader begins at p and returns the byte behind what it read; NULL: it is something else, and head->looked
 * covers what was looked at. */
#ifndef ONSET_RECORD_STAMP_READER_H
#define ONSET_RECORD_STAMP_READER_H

#include "record/stamp_parts.h"

struct reader {
    const uint8_t *base, *end;
    struct stamp_head *head;
};

/* p: how far a failing reader came. */
static inline const uint8_t *miss(const struct reader *r, const uint8_t *p)
{
    uint32_t looked = (uint32_t)(p - r->base) + READER_LOOKAHEAD;
    if (looked > r->head->looked)
        r->head->looked = looked;
    return NULL;
}

/* A word that is no name: one letter more than the longest name was looked at. */
static inline const uint8_t *miss_word(const struct reader *r, const uint8_t *p)
{
    uint32_t looked = (uint32_t)(p - r->base) + 12;
    if (looked > r->head->looked)
        r->head->looked = looked;
    return NULL;
}

/* The year as written; 0000 must not pass for "not said". */
static inline int year_of(const uint8_t *p)
{
    int year = four_digits(p);
    return year ? year : -1;
}

static inline int short_year(const uint8_t *p)
{
    int year = two_digits(p);
    return year + (year < 70 ? 2000 : 1900);
}

static inline bool next_is(const uint8_t *p, const uint8_t *end, uint8_t byte)
{
    return p < end && *p == byte;
}

static inline int digit_run(const uint8_t *p, const uint8_t *end, int most)
{
    int n = 0;
    while (n < most && p + n < end && is_digit(p[n]))
        n++;
    return n;
}

/* One or two digits; NULL when there are none or more. */
static inline const uint8_t *short_number(const uint8_t *p, const uint8_t *end, uint8_t *ret_value)
{
    int n = digit_run(p, end, 3);
    if (n == 0 || n > 2)
        return NULL;
    *ret_value = (uint8_t)(n == 1 ? digit_of(p[0]) : digit_of(p[0]) * 10 + digit_of(p[1]));
    return p + n;
}

static inline const uint8_t *text_at(const uint8_t *p, const uint8_t *end, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(end - p) >= n && memcmp(p, text, n) == 0 ? p + n : NULL;
}

/* stamp_clock.c */
const uint8_t *clock_compact(const struct reader *r, const uint8_t *p); /* "143105", six digits are there */
const uint8_t *clock_compact_ms(const struct reader *r, const uint8_t *p); /* "143105123", nine */
/* loose: minutes and seconds may have one digit. NULL without a word to head->looked. */
const uint8_t *clock_read(const struct reader *r, const uint8_t *p, bool loose);
/* What stands between a date and its time, and the time. */
const uint8_t *joint_and_clock(const struct reader *r, const uint8_t *p);

/* "2026年 7月 23日 ..."; p: behind the year (stamp_foreign.c) */
const uint8_t *east_asian_date(const struct reader *r, const uint8_t *p);

#endif
