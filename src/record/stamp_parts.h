/* stamp_parts: what the halves of the stamp reader hand each other. Private to stamp*.c.
 *
 * A stamp is read in two halves. The head is everything up to the seconds; it is found by its layout and
 * depends on no byte behind them. The tail (fraction, AM/PM, zone, a year at the end, brackets, separators)
 * is read by the same code for every layout. That cut is what makes the cache exact: equal bytes up to the
 * seconds mean an equal head, and the tail is read afresh for every line.
 */
#ifndef ONSET_RECORD_STAMP_PARTS_H
#define ONSET_RECORD_STAMP_PARTS_H

#include "base/ascii.h"
#include "record/stamp.h"

enum head_flags {
    HEAD_EPOCH = 1,           /* second_s is absolute */
    HEAD_WEEKDAY = 2,         /* a day's name in front: a year may follow the time (ctime) */
    HEAD_MINUTES = 4,         /* no seconds: must not be cached, the next line may have some */
    HEAD_HALF_DAY = 8,        /* is a time only with AM or PM behind it */
    HEAD_COLUMNS = 16,        /* fixed columns follow: blanks behind the stamp are no indentation */
    HEAD_REDIS = 32,          /* one byte of severity follows */
    HEAD_KEYS = 64,           /* date=... time=...: tz= may follow */
    HEAD_SHORT_DATE = 128,    /* dd/dd/dd: year, month, day hold the three as written */
    HEAD_MUST_CLOSE = 256,    /* is a stamp only when its bracket closes right behind it */
    HEAD_BARE_EPOCH = 512,    /* nothing but its size says that it is a time */
    HEAD_MUST_BE_FINE = 4096, /* is a stamp only with a fraction */
    HEAD_NO_DATE = 8192,      /* a time of day alone */
    HEAD_CLOCK = 16384,       /* ends in "hh:mm:ss", and its layout depends on none of these six digits */
    HEAD_COMPACT = 32768,     /* the same for "hhmmss" */
    HEAD_VALUE = 1024,        /* value of a time key */
    HEAD_SIX_DIGITS = 2048,   /* "081109 203615": nothing but a blank may follow */
    HEAD_MONTH_FIRST = 65536, /* dd/dd/yyyy: month and day as written; this order unless the source tells */
    HEAD_DAY_FIRST = 131072,  /* the other order, unless the source tells */
    HEAD_ZONE = 262144,       /* zone_minutes stood in front of it */
    HEAD_MUST_DATE = 524288,  /* is a stamp only with a date behind it */
    HEAD_YEAR_LAST = 2097152, /* "7.8.2026": ",12" behind the seconds are hundredths */
    HEAD_FOREIGN = 1048576,   /* asked for: names of other languages may begin it */
};

enum { YEAR_MIN = 1970, YEAR_MAX = 2100 };
#define EPOCH_MIN_S 631152000LL  /* 1990-01-01 */
#define EPOCH_MAX_S 4102444800LL /* 2100-01-01 */

/* A failing reader may have looked this far past the place it reports. */
enum { READER_LOOKAHEAD = 24 };

static inline unsigned digit_of(uint8_t c) /* above 9: no digit */
{
    return (unsigned)c - '0';
}
static inline bool is_upper(uint8_t c)
{
    return (unsigned)c - 'A' < 26;
}
static inline int two_digits(const uint8_t *p) /* -1: not two digits */
{
    unsigned a = digit_of(p[0]), b = digit_of(p[1]);
    return a > 9 || b > 9 ? -1 : (int)(a * 10 + b);
}
static inline int four_digits(const uint8_t *p)
{
    int a = two_digits(p), b = two_digits(p + 2);
    return a < 0 || b < 0 ? -1 : a * 100 + b;
}
static inline const uint8_t *skip_blanks(const uint8_t *p, const uint8_t *end, int most)
{
    while (p < end && most > 0 && is_blank(*p))
        p++, most--;
    return p;
}

/* Names (stamp_names.c). A name's reader returns the byte behind it, NULL when there is none. */
const uint8_t *month_name_read(const uint8_t *p, const uint8_t *end, uint8_t *ret_month);
const uint8_t *weekday_name_read(const uint8_t *p, const uint8_t *end);
const uint8_t *month_read(const uint8_t *p, const uint8_t *end, uint8_t *ret_month); /* in any language */
const uint8_t *weekday_foreign_read(const uint8_t *p, const uint8_t *end);
const uint8_t *month_unit_read(const uint8_t *p, const uint8_t *end);                 /* "月" */
const uint8_t *half_foreign_read(const uint8_t *p, const uint8_t *end, bool *ret_pm); /* "下午" */
uint8_t severity_letter(uint8_t letter); /* klog, glog, Ruby: 0 when the letter says nothing */

/* Layouts (stamp_layouts.c): a head that begins exactly at p. base is the start of the text. NULL when there
 * is none; head->looked then covers what was looked at. Fills head but for begin. */
const uint8_t *layout_read(const uint8_t *base, const uint8_t *p, const uint8_t *end,
                           struct stamp_head *head);

/* Settling (stamp_settle.c): check ranges and set second_s from the fields. False: no such time. */
bool head_settle(struct stamp_head *head, const struct stamp_context *context);

/* second_s when what stands behind the head changes which year or day was meant; year 0: none is said. False:
 * there is no such day. */
bool head_infer(const struct stamp_head *head, const struct stamp_context *context, int year, int half_day_s,
                int zone_minutes, int64_t *ret_seconds);

/* "14:31:05 UTC 08/07/2026", "14:31:05 on Fri Aug 7 2026": a date with its year behind a time of day, whose
 * head is `clock`. The byte behind it, NULL: there is none (stamp_date.c). */
const uint8_t *stamp_date_behind(const uint8_t *p, const uint8_t *end, const struct stamp_head *clock,
                                 const struct stamp_context *context, struct stamp_head *ret_head);

/* A glance at what is behind a time of day, five bytes of which are there: false where it is no such date. */
bool stamp_date_may_follow(const uint8_t *p);

/* Zone (stamp_zone.c): "Z", "+02", "+0200", "+02:00" here, " +0200", " UTC", " UTC+2" behind one blank. */
const uint8_t *zone_read(const uint8_t *p, const uint8_t *end, int *ret_minutes);
/* "Europe/Berlin": the byte behind the name, NULL when it is none; *ret_region is NULL when its rules are not
 * known. */
struct zone_region;
const uint8_t *zone_region_read(const uint8_t *p, const uint8_t *end, const struct zone_region **ret_region);
/* Minutes east of UTC when the clocks there say local_s (seconds since 1970 as if they were UTC). */
int zone_region_minutes(const struct zone_region *region, int64_t local_s);
/* Everything behind the seconds (stamp_tail.c). False: this is no stamp after all. */
bool tail_read(struct span text, const struct stamp_head *head, const struct stamp_context *context,
               struct stamp *ret_stamp);

/* Is the tail one of those that most lines have: a fraction of 3, 6 or 9 digits or none, a zone or none, a
 * bracket, one blank? Then bytes decide as they do in stamp_layout.h. */
enum { PLAIN_BYTES = 28 }; /* it looks at fewer */
bool tail_is_plain(struct span text, const struct stamp_head *head);

/* Could the two bytes behind a blank be "AM" or "PM", or begin one of half_foreign_read's? */
static inline bool may_be_half_day(const uint8_t *p)
{
    if (p[0] >= 0x80)
        return p[0] == 0xe4 || p[0] == 0xe5 || p[0] == 0xec;
    return ((p[0] | 0x20) == 'a' || (p[0] | 0x20) == 'p') && (p[1] | 0x20) == 'm';
}

/* Could the word at p, behind a blank, be a zone? As tail_zone asks; five bytes are there. */
static inline bool may_be_zone(const uint8_t *p)
{
    if (p[0] == '(') /* "(UTC+0200)" */
        return is_upper(p[1]) ? p[3] == 'T' || p[3] == 'C' || p[3] == 'K' || p[4] == 'T'
                              : p[1] == '+' || (p[1] == '-' && is_digit(p[2]));
    if (is_upper(p[0]))
        return p[0] == 'Z' || p[2] == 'T' || p[2] == 'C' || p[2] == 'K' || p[3] == 'T';
    return p[0] == '+' || (p[0] == '-' && is_digit(p[1]));
}

/* The head at the start of text, behind brackets, <PRI>, blanks (stamp_find.c). */
bool head_at_start(struct span text, const struct stamp_context *context, struct stamp_head *head);

#endif
