/* stamp: read the time stamp of a log line.
 *
 * A pure function of the text and the context: no state, no clock, no locale, so that any cut of a file into
 * chunks reads the same times. A cache only saves work on an unchanged prefix; it never changes an answer.
 *
 * Year, date or zone that the text lacks are taken from the context: the zone is `zone_minutes`; a missing
 * year is the latest one that does not put the stamp more than a day after `reference_ns`; a missing date is
 * the latest one that does not put it more than an hour after `reference_ns` (a day would always mean
 * tomorrow), nor more than twelve after `day_ns`, where the day is known. What was assumed is in
 * `flags`. Hostile values (month 13, year 0 or 9999, hour 25, epochs out of 1990..2100) are no stamp at all.
 */
#ifndef ONSET_RECORD_STAMP_H
#define ONSET_RECORD_STAMP_H

#include "base/civil.h"
#include "base/span.h"

enum stamp_flags {
    STAMP_NO_YEAR = 1,
    STAMP_NO_ZONE = 2,
    STAMP_NO_DATE = 4,
    STAMP_INSIDE = 8, /* found behind other words (access logs, "INFO 2026-..."): begin > 0 matters */
};

enum stamp_habits {
    STAMP_YEAR_BEHIND = 1, /* "Aug  7 14:31:05 2026 host": the year is there */
    STAMP_DOT_CLOCK = 2,   /* "14.31.05 JOB00012 text": lines begin with a time of day */
    STAMP_FOREIGN = 4,     /* "jeu. 23 juil. 2026 14:31:05": dates begin with words of another language */
    STAMP_UTC = 8,         /* what names no zone is in UTC: W3C says so of its format */
};

enum stamp_order { STAMP_ORDER_UNKNOWN, STAMP_DAY_FIRST, STAMP_MONTH_FIRST };

struct stamp_context {
    int64_t reference_ns;   /* newest time that is plausible */
    int zone_minutes;       /* east of UTC */
    enum stamp_order order; /* of "7/8/2026", where the source tells it */
    int64_t day_ns;         /* what a time of day alone is near to; 0: nothing is known */
    int64_t near_ns; /* what other sources tell: the order that comes near is taken where this one tells none;
                        0: nothing */
    uint8_t habits;  /* enum stamp_habits of the source */
};

/* Does a date at the start or behind other words tell the order of day and month: is one of them above 12 in
 * "13/8/2026"? STAMP_ORDER_UNKNOWN: it does not. */
enum stamp_order stamp_order_told(struct span text, const struct stamp_context *context);
/* A stamp without a year at the start, and behind it a number that could be one: 1; another word: -1; no such
 * stamp: 0. */
int stamp_year_told(struct span text, const struct stamp_context *context);
/* "14.31.05 text", which could be a clock. */
bool stamp_dot_clock_told(struct span text);
/* A date whose first word is a month or a day in another language than English. */
bool stamp_foreign_told(struct span text, const struct stamp_context *context);

struct stamp {
    int64_t time_ns;
    uint32_t begin, end; /* text[begin, end) is the stamp with its brackets and the separators after it:
                            text[end..] is what the line says */
    uint8_t
        severity; /* OpenTelemetry 1..24 when the stamp carries one (klog "E0807", syslog "<11>"), else 0 */
    uint8_t flags;
};

/* A stamp at the very start of text (after "[", "<PRI>", "<PRI>1 ", blanks). False when there is none. */
bool stamp_parse(struct span text, const struct stamp_context *context, struct stamp *ret_stamp);

/* A stamp at the start, else the first one within the leading words of the line. */
#define STAMP_FIND_BYTES 256
bool stamp_find(struct span text, const struct stamp_context *context, struct stamp *ret_stamp);

/* The first full date with a time, or epoch, anywhere in the first 4 KiB; else the first date without its
 * year or seconds; else the first time of day. For sources that are known to write it like that: a date in a
 * sentence passes as well. */
bool stamp_find_far(struct span text, const struct stamp_context *context, struct stamp *ret_stamp);

/* False: no stamp is at the very start. A quick look at two bytes. */
bool stamp_may_start(struct span text);

/* A whole field value (JSON "time": text or number as text, logfmt ts=): must be a stamp from end to end,
 * epoch seconds / ms / us / ns by magnitude, integer or fractional, included. */
bool stamp_value(struct span value, const struct stamp_context *context, int64_t *ret_time_ns,
                 uint8_t *ret_flags);

/* A time that was read without a zone, and what another value says of it: "+0200", "UTC", "(GMT+2:00)",
 * "Europe/Berlin". False: it is none. */
bool stamp_rezone(struct span zone, const struct stamp_context *context, int64_t *time_ns);

/* What the bytes up to the seconds say; private to stamp*.c, here only because a cache holds one. */
struct stamp_head {
    int64_t second_s;     /* the fields read as UTC, what is missing inferred; of an epoch: the time itself */
    int32_t year;         /* 0: not said */
    uint32_t begin, at;   /* where the stamp begins; the byte behind the seconds */
    uint32_t looked;      /* readers that failed before this head looked at no byte from here on */
    int32_t sub_ns;       /* of an epoch in ms, us or ns */
    int16_t zone_minutes; /* of HEAD_ZONE */
    uint32_t flags;
    uint8_t month, day, hour, minute, second; /* month 0: no date */
    uint8_t opener, severity;
};

/* Remembers the last head: same answers as stamp_find, a few ns when nothing up to the seconds changed. One
 * per stream and thread; zeroed is empty. */
#define STAMP_CACHE_BYTES 64
struct stamp_cache {
    uint8_t prefix[STAMP_CACHE_BYTES];
    uint32_t prefix_bytes; /* 0: empty */
    uint32_t fixed_bytes;  /* those of them before the clock */
    bool at_start;         /* not found behind other words */
    bool any_clock;        /* with any clock behind them the date is the same: */
    int64_t day_s;         /* its midnight */
    struct stamp_context context;
    struct stamp_head head;
};
/* inside: as stamp_find; else only a stamp at the very start counts. */
bool stamp_find_cached(struct stamp_cache *cache, struct span text, const struct stamp_context *context,
                       bool inside, struct stamp *ret_stamp);
/* The same in two steps. From the cache alone: false when it does not know, and then nothing was searched. */
bool stamp_find_again(struct stamp_cache *cache, struct span text, const struct stamp_context *context,
                      struct stamp *ret_stamp);
/* By a search, remembered in the cache. */
bool stamp_find_anew(struct stamp_cache *cache, struct span text, const struct stamp_context *context,
                     bool inside, struct stamp *ret_stamp);

#endif
