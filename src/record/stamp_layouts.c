/* The layouts of dates and times, from the first byte up to the seconds.
 *
 * The length of the leading run of digits and the byte behind it choose one layout; a layout that does not
 * fit is never tried as another. So the cost is that of one reader, and what fails has looked at few bytes.
 *
 * Order of day and month in numbers, as strtotime(3) of PHP has it: "8/7/2026" is American, "7.8.2026" and
 * "7-8-2026" are European, unless a number above 12 here or elsewhere in the source says otherwise
 * (stamp_tail.c).
 */
#include "record/stamp_reader.h"

/* "2012-025": day of the year. */
static bool set_day_of_year(struct stamp_head *h, int day_of_year)
{
    struct civil civil = civil_from_ns((civil_days(h->year, 1, 1) + day_of_year - 1) * 86400 * NS_PER_SECOND);
    h->month = (uint8_t)civil.month;
    h->day = (uint8_t)civil.day;
    return day_of_year >= 1 && civil.year == h->year;
}

/* "2026-W32-5T14:31:05": week and day of ISO 8601, whose first week holds the fourth of January; p: at the W.
 */
static const uint8_t *week_date(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    int week = r->end - p > 6 ? two_digits(p + 1) : -1;
    unsigned day = week > 0 && p[3] == '-' ? digit_of(p[4]) : 0;
    if (week < 1 || week > 53 || day < 1 || day > 7 || h->year < YEAR_MIN || h->year >= YEAR_MAX)
        return miss(r, p);
    int64_t fourth = civil_days(h->year, 1, 4),
            monday = fourth - (fourth + 3) % 7; /* 1970 began on a Thursday */
    struct civil civil = civil_from_ns((monday + (week - 1) * 7 + day - 1) * 86400 * NS_PER_SECOND);
    h->year = civil.year;
    h->month = (uint8_t)civil.month;
    h->day = (uint8_t)civil.day;
    return joint_and_clock(r, p + 5);
}

/* "2026-08-07 14:31:05", "2026/8/7 ...", "2026.08.07-14.31.05", "2026:08:07-14:31:05", "2012-025T...",
 * "2012.025 ..."; Chromium's "0807/143105". */
static const uint8_t *year_first(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    const uint8_t *end = r->end, *q;
    uint8_t separator = p[4];
    h->year = year_of(p);
    if (end - p >= 11 && p[7] == separator && (h->month = (uint8_t)two_digits(p + 5)) <= 12 &&
        (h->day = (uint8_t)two_digits(p + 8)) <= 31) {
        if (!is_digit(p[10])) {
            if ((p[10] == 'T' || p[10] == ' ') && (q = clock_read(r, p + 11, false)))
                return q;
            return joint_and_clock(r, p + 10);
        }
        return miss(r, p + 10);
    }
    p += 5;
    if (*p == 'W' && separator == '-')
        return week_date(r, p);
    int n = digit_run(p, end, 7);
    if (n == 6 && separator == '/') {
        h->month = (uint8_t)(h->year / 100);
        h->day = (uint8_t)(h->year % 100);
        h->year = 0;
        return clock_compact(r, p);
    }
    if (n == 3 && separator != ':' &&
        (separator == '-' || next_is(p + 3, end, ' ') || next_is(p + 3, end, 'T'))) {
        if (h->year < YEAR_MIN || h->year >= YEAR_MAX ||
            !set_day_of_year(h, (int)digit_of(p[0]) * 100 + two_digits(p + 1)))
            return miss(r, p);
        return joint_and_clock(r, p + 3);
    }
    if (n == 0 && (q = month_read(p, end, &h->month)) && next_is(q, end, separator)) /* 2026-Aug-07 */
        p = q + 1;
    else if ((q = short_number(p, end, &h->month)) && next_is(q, end, separator))
        p = q + 1;
    else
        return miss(r, p);
    q = short_number(p, end, &h->day);
    return q ? joint_and_clock(r, q) : miss(r, p);
}

static bool is_ordinal(const uint8_t *p)
{
    return !is_letter(p[2]) && memchr("snrt", p[0] | 0x20, 4) &&
           (memcmp(p, "st", 2) == 0 || memcmp(p, "nd", 2) == 0 || memcmp(p, "rd", 2) == 0 ||
            memcmp(p, "th", 2) == 0);
}

/* "Aug  7 14:31:05", "Aug  7 2026 14:31:05", "Aug 07, 2026 2:31:05 PM", "aug/07/2026 14:31:05"; p: behind the
 * month. */
static const uint8_t *day_and_on(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    const uint8_t *end = r->end, *q;
    if (p == end)
        return miss(r, p);
    uint8_t separator = *p;
    if (separator == ' ')
        p = skip_blanks(p, end, 3);
    else if (separator == '/' || separator == '-')
        p++;
    else if (!is_digit(separator) || digit_run(p, end, 3) != 2) /* BeeGFS "Aug07" */
        return miss(r, p);
    q = short_number(p, end, &h->day);
    if (q && separator == ' ' && end - q > 2 && is_ordinal(q)) /* "July 23rd 2026" */
        q += 2;
    if (!q || q == end)
        return miss(r, p);
    p = q + (*q == ',');
    if (p > q && digit_run(p, end, 5) == 4 && p + 4 < end && p[4] != ':') { /* "August 07,2026" */
        h->year = year_of(p);
        return joint_and_clock(r, p + 4);
    }
    if (next_is(p, end, separator) && end - p >= 6 && digit_run(p + 1, end, 5) == 4 && p[5] != ':') {
        h->year = year_of(p + 1);
        return joint_and_clock(r, p + 5);
    }
    if (separator != ' ' && next_is(p, end, separator) && digit_run(p + 1, end, 3) == 2 &&
        next_is(p + 3, end, ' ')) { /* "Aug-07-26 14:31:05" */
        h->year = short_year(p + 1);
        return joint_and_clock(r, p + 3);
    }
    return joint_and_clock(r, p);
}

/* "07 Aug 2026 14:31:05", "07/Aug/2026:14:31:05", "07-Aug-26 ...", "07 Aug 14:31:05"; p: behind the day. */
static const uint8_t *month_name_second(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    uint8_t separator = *p;
    bool of = separator == ' ' && text_at(p + 1, r->end, "de "); /* "23 de julho de 2026" */
    p = month_read(p + (of ? 4 : 1), r->end, &h->month);
    if (!p)
        return NULL;
    if (of && text_at(p, r->end, " de "))
        p += 3;
    p += separator == ' ' && next_is(p, r->end, ','); /* "23 July, 2026" */
    if (next_is(p, r->end, separator) || next_is(p, r->end, ' ')) {
        int n = digit_run(p + 1, r->end, 5);
        if (n == 4 || (n == 2 && !next_is(p + 3, r->end, ':'))) {
            h->year = n == 4 ? year_of(p + 1) : short_year(p + 1);
            return joint_and_clock(r, p + 1 + n);
        }
    }
    return joint_and_clock(r, p);
}

/* "07Aug2026 14:31:05", "07Aug26 14:31:05" */
static const uint8_t *day_month_year(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    const uint8_t *q = month_name_read(p + 2, p + 5 < r->end ? p + 5 : r->end, &h->month);
    int n = q ? digit_run(q, r->end, 5) : 0;
    if (n != 4 && n != 2)
        return miss_word(r, p + 2);
    h->day = (uint8_t)two_digits(p);
    h->year = n == 4 ? year_of(q) : short_year(q);
    return joint_and_clock(r, q + n);
}

static bool names_half(const uint8_t *p, const uint8_t *end)
{
    p += next_is(p, end, ' ');
    return end - p > 1 && (p[0] == 'A' || p[0] == 'P') && p[1] == 'M';
}

/* "8/7/2026 2:31:05 PM", "7.8.2026 ...", "17/06/09 ...", Android's "08-07 ...", Snort's "08/07-14:31:05", a
 * bracketed
 * "[10.30 16:49:06]"; p: behind the first number, which is in head->month. */
static const uint8_t *numbers(const struct reader *r, const uint8_t *p, int first_digits)
{
    struct stamp_head *h = r->head;
    const uint8_t *end = r->end, *start = p;
    uint8_t separator = *p;
    p = short_number(p + 1, end, &h->day);
    if (!p || p == end)
        return miss(r, start + 1);
    const uint8_t *named = month_unit_read(p, end);
    if (named && next_is(named, end, separator) && digit_run(named + 1, end, 5) == 4) { /* "23-7月-2026" */
        uint8_t day = h->month;
        h->month = h->day;
        h->day = day;
        h->year = year_of(named + 1);
        return joint_and_clock(r, named + 5);
    }
    if (*p != separator || !is_digit(p + 1 < end ? p[1] : 0)) { /* month and day */
        bool padded = first_digits == 2 && p - start == 3;
        if ((!padded && separator != '/') || (separator == '.' && h->opener != '['))
            return miss(r, p);
        if (separator == '-')
            h->flags |= HEAD_COLUMNS;
        h->flags |= HEAD_MONTH_FIRST;
        const uint8_t *behind = *p == ' ' || padded ? joint_and_clock(r, p) : NULL; /* "7/23 14:31:05" */
        return padded || (behind && behind[-3] == ':' && !(h->flags & HEAD_MINUTES)) ? behind : miss(r, p);
    }
    int n = digit_run(p + 1, end, 5);
    if (n == 4) {
        h->year = year_of(p + 1);
        p += 5;
        if (text_at(p, end, " -- ")) { /* Suricata */
            uint8_t day = h->month;
            h->month = h->day;
            h->day = day;
        } else {
            h->flags |= HEAD_YEAR_LAST | (separator == '/' ? HEAD_MONTH_FIRST : HEAD_DAY_FIRST);
        }
        return joint_and_clock(r, p);
    }
    if (n != 2 || (separator == '.' && (first_digits != 2 || p - start != 3)))
        return miss(r, p);
    h->year = two_digits(p + 1);
    h->flags |= separator == '.' ? HEAD_DAY_FIRST : HEAD_SHORT_DATE;
    h->year += separator == '.' ? 2000 : 0; /* FRITZ!Box "07.08.26 14:31:05" */
    const uint8_t *behind = joint_and_clock(r, p + 3);
    bool whole =
        !(h->flags & HEAD_MINUTES) || next_is(p + 3, end, ',') || (behind && names_half(behind, end));
    return whole ? behind : miss(r, p + 3); /* "7/23/26, 2:31 PM", "23.07.26, 14:31" */
}

/* "20260807T143105", "20260807-143105123", "20260807-14:31:05", "20171223-22:15:29:606", "20260807/143105";
 * Dionaea's "07082026 14:31:05", Sonus's "08072026 143105" */
static const uint8_t *compact_date(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    const uint8_t *end = r->end;
    h->year = year_of(p);
    h->month = (uint8_t)two_digits(p + 4);
    h->day = (uint8_t)two_digits(p + 6);
    if (h->year < YEAR_MIN && year_of(p + 4) >= YEAR_MIN && year_of(p + 4) < YEAR_MAX) {
        h->year = year_of(p + 4);
        h->month = (uint8_t)two_digits(p);
        h->day = (uint8_t)two_digits(p + 2);
        h->flags |= HEAD_DAY_FIRST;
    }
    p += 8;
    if (p == end || (*p != 'T' && *p != '/' && *p != '-' && *p != '_' && *p != ' ' && *p != '.' && *p != ':'))
        return miss(r, p);
    p++;
    int n = digit_run(p, end, 10);
    if (n == 6 || n == 9)
        return n == 6 ? clock_compact(r, p) : clock_compact_ms(r, p);
    const uint8_t *q = clock_read(r, p, true);
    return q ? q : miss(r, p);
}

/* HDFS "081109 203615", MySQL 5 "130102  4:31:05" */
static const uint8_t *six_digit_date(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    h->year = 2000 + two_digits(p);
    h->month = (uint8_t)two_digits(p + 2);
    h->day = (uint8_t)two_digits(p + 4);
    p += 6;
    const uint8_t *q = skip_blanks(p, r->end, 2);
    if (q == p)
        return miss(r, p);
    int n = digit_run(q, r->end, 7);
    if (n == 6 && q - p == 1)
        return h->flags |= HEAD_SIX_DIGITS | HEAD_COMPACT, clock_compact(r, q);
    q = n > 0 && n <= 2 ? clock_read(r, q, false) : NULL;
    return q && !(h->flags & HEAD_MINUTES) ? q : miss(r, p);
}

static const uint8_t *fourteen_digits(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    h->year = year_of(p);
    h->month = (uint8_t)two_digits(p + 4);
    h->day = (uint8_t)two_digits(p + 6);
    return h->year < 1990 ? miss(r, p) : clock_compact(r, p + 8);
}

/* 3proxy's "260807143105.123": no more than its size tells that it is a time, so it must be a plausible one.
 */
static const uint8_t *twelve_digits(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    h->year = 2000 + two_digits(p);
    h->month = (uint8_t)two_digits(p + 2);
    h->day = (uint8_t)two_digits(p + 4);
    h->flags |= HEAD_BARE_EPOCH | HEAD_MUST_BE_FINE;
    return clock_compact(r, p + 6);
}

/* Osmocom's "20260807143105123" */
static const uint8_t *seventeen_digits(const struct reader *r, const uint8_t *p)
{
    const uint8_t *q = fourteen_digits(r, p);
    return q && r->head->year < YEAR_MAX ? clock_compact_ms(r, p + 8) : miss(r, p + 17);
}

/* s, ms, us or ns by the number of digits. */
static const uint8_t *epoch_read(const struct reader *r, const uint8_t *p, int digits)
{
    struct stamp_head *h = r->head;
    int64_t seconds = 0, sub = 0, scale = 1;
    for (int i = 0; i < 10; i++)
        seconds = seconds * 10 + digit_of(p[i]);
    for (int i = 10; i < digits; i++)
        sub = sub * 10 + digit_of(p[i]);
    for (int i = digits; i < 19; i++)
        scale *= 10;
    h->second_s = seconds;
    h->sub_ns = (int32_t)(digits > 10 ? sub * scale : 0);
    h->flags |= HEAD_EPOCH | HEAD_BARE_EPOCH;
    return p + digits;
}

/* "1.786113065123456e+09": how zap's console writes seconds. */
static const uint8_t *epoch_exponent(const struct reader *r, const uint8_t *p)
{
    enum { SECONDS = 10, DIGITS_MAX = 19 };
    const uint8_t *q = p + 2;
    uint64_t value = digit_of(p[0]); /* 19 digits may be more than a signed number holds */
    int n = 1 + digit_run(q, r->end, DIGITS_MAX - 1);
    for (int i = 1; i < DIGITS_MAX; i++)
        value = value * 10 + (i < n ? digit_of(*q++) : 0);
    q = text_at(q, r->end, "e+09");
    if (!q || n < SECONDS)
        return NULL;
    r->head->second_s = (int64_t)(value / NS_PER_SECOND);
    r->head->sub_ns = (int32_t)(value % NS_PER_SECOND);
    r->head->flags |= HEAD_EPOCH | HEAD_BARE_EPOCH;
    return q;
}

/* "14:31:05"; "2:31PM", "2:31:05 PM" */
static const uint8_t *clock_only(const struct reader *r, const uint8_t *p)
{
    const uint8_t *q = clock_read(r, p, false);
    if (!q)
        return miss(r, p);
    r->head->flags |= q - p == 8 ? HEAD_NO_DATE : HEAD_NO_DATE | HEAD_HALF_DAY;
    return q;
}

/* z/OS "26219 14:31:05.12", "2026219 14:31:05.12": year, day of the year and hundredths, behind words. */
static const uint8_t *day_of_year_first(const struct reader *r, const uint8_t *p, bool long_year)
{
    struct stamp_head *h = r->head;
    h->year = long_year ? year_of(p) : 2000 + two_digits(p);
    p += long_year ? 2 : 0;
    int day = (int)digit_of(p[2]) * 100 + two_digits(p + 3);
    bool known = h->year >= YEAR_MIN && h->year < YEAR_MAX && set_day_of_year(h, day) && p > r->base;
    const uint8_t *q = known ? clock_read(r, p + 6, false) : NULL;
    bool hundredths = q && q - p == 14 && r->end - q > 3 && *q == '.' && digit_run(q + 1, r->end, 3) == 2;
    miss(r, p + 14); /* it hangs on what is behind the seconds */
    return hundredths ? q : NULL;
}

/* StorNext's "[0807 14:31:05]" */
static const uint8_t *month_and_day(const struct reader *r, const uint8_t *p)
{
    r->head->month = (uint8_t)two_digits(p);
    r->head->day = (uint8_t)two_digits(p + 2);
    return joint_and_clock(r, p + 4);
}

static const uint8_t *digits_first(const struct reader *r, const uint8_t *p)
{
    const uint8_t *end = r->end, *q;
    int n = digit_run(p, end, 20);
    uint8_t next = p + n < end ? p[n] : 0;
    switch (n) {
    case 1:
    case 2:
        if (next == ':' && end - p - n > 2 && is_digit(p[n + 1]))
            return clock_only(r, p);
        if (n == 1 && next == '.' && end - p > 16 && (q = epoch_exponent(r, p)))
            return q;
        if (next == '/' || next == '-' || next == '.' || next == ' ') {
            uint8_t number = (uint8_t)(n == 1 ? (int)digit_of(p[0]) : two_digits(p));
            r->head->day = number;
            const uint8_t *separator = p + n + (next == '.' && next_is(p + n + 1, end, ' ')); /* "23. Jul" */
            if (separator + 1 < end && (is_letter(separator[1]) || separator[1] >= 0x80))
                return (q = month_name_second(r, separator)) ? q : miss(r, separator);
            r->head->month = number;
            if (next != ' ')
                return numbers(r, p + n, n);
        }
        if (is_letter(next) && end - p > n + 3 && p[n + 2] == ' ' &&
            is_ordinal(p + n)) { /* "23rd July 2026" */
            r->head->day = (uint8_t)(n == 1 ? (int)digit_of(p[0]) : two_digits(p));
            return (q = month_name_second(r, p + n + 2)) ? q : miss(r, p + n + 2);
        }
        if (n == 2 && is_letter(next))
            return day_month_year(r, p);
        if (next >= 0x80 && (q = month_unit_read(p + n, end))) { /* "7月 23, 2026 2:31:05 下午" */
            r->head->month = (uint8_t)(n == 1 ? (int)digit_of(p[0]) : two_digits(p));
            return day_and_on(r, q);
        }
        break;
    case 4:
        if (end - p > 16 && (next >= 0x80 || (next == '.' && p[5] == ' '))) {
            r->head->year = year_of(p);
            return (q = east_asian_date(r, p + n)) ? q : miss(r, p + n);
        }
        if ((next == '-' || next == '/' || next == '.' ||
             ((next == ':' || next == '_') && p + 5 < end && is_digit(p[5]))) &&
            p + 5 < end)
            return year_first(r, p);
        if (next != ' ')
            break;
        if ((q = month_name_read(p + 5, end, &r->head->month))) {
            r->head->year = year_of(p);
            return day_and_on(r, q);
        }
        if (r->head->opener == '[' && digit_run(p + 5, end, 3) == 2 && next_is(p + 7, end, ':'))
            return month_and_day(r, p);
        if (digit_run(p + 5, end, 3) == 2) /* "2026 08 07 14:31:05" */
            return year_first(r, p);
        break;
    case 5:
        if (next == ' ' && end - p > 14)
            return day_of_year_first(r, p, false);
        break;
    case 7:
        if (next == ' ' && end - p > 16)
            return day_of_year_first(r, p, true);
        break;
    case 6: return six_digit_date(r, p);
    case 8: return compact_date(r, p);
    case 10:
    case 13:
    case 16:
    case 19: return epoch_read(r, p, n);
    case 12: return p == r->base ? twelve_digits(r, p) : miss(r, p + n);
    case 14: return fourteen_digits(r, p);
    case 17: return seventeen_digits(r, p);
    default: break;
    }
    if (n <= 10 && next == ':' && (q = p + n + 1, end - q >= 2) && q[1] == ' ' &&
        (*q == 'M' || *q == 'S' || *q == 'C' || *q == 'X')) { /* Redis "123:M 07 Aug 2026 14:31:05.123 * " */
        const uint8_t *day = q + 2;
        if ((q = short_number(day, end, &r->head->day)) && next_is(q, end, ' ') &&
            (q = month_name_second(r, q))) {
            r->head->flags |= HEAD_REDIS;
            return q;
        }
        return miss(r, day + 8);
    }
    return miss(r, p + n);
}

/* TAI64N: "@", 16 hex digits of seconds since 1970 TAI + 2^62, 8 of nanoseconds. As daemontools has it, TAI
 * is 10 s ahead for ever. */
static const uint8_t *tai64n_read(const struct reader *r, const uint8_t *p)
{
    uint64_t value[2] = {0, 0};
    if (r->end - p < 25)
        return miss(r, r->end);
    for (int i = 1; i < 25; i++) {
        unsigned digit = digit_of(p[i]);
        if (digit > 9 && (digit = (unsigned)p[i] - 'a' + 10) - 10 > 5)
            return miss(r, p + i);
        value[i > 16] = value[i > 16] * 16 + digit;
    }
    uint64_t seconds = value[0] - (1ULL << 62) - 10;
    if (seconds > (uint64_t)EPOCH_MAX_S || value[1] > 999999999)
        return miss(r, p + 25);
    r->head->second_s = (int64_t)seconds;
    r->head->sub_ns = (int32_t)value[1];
    r->head->flags |= HEAD_EPOCH;
    return p + 25;
}

/* "E0807 14:31:05.123456", "I20260807 ...", CockroachDB's "I260807 ...", Meteor's
 * "I20260807-14:31:05.123(2)" */
static const uint8_t *klog_read(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    uint8_t letter = *p++;
    int n = digit_run(p, r->end, 9);
    if ((n != 4 && n != 6 && n != 8) ||
        !(next_is(p + n, r->end, ' ') || (n == 8 && next_is(p + n, r->end, '-'))))
        return miss(r, p + n);
    if (n == 8)
        h->year = year_of(p), p += 4;
    if (n == 6)
        h->year = 2000 + two_digits(p), p += 2;
    h->month = (uint8_t)two_digits(p);
    h->day = (uint8_t)two_digits(p + 2);
    h->severity = severity_letter(letter);
    h->flags |= HEAD_COLUMNS;
    p += 4;
    p = *p == '-' ? p + 1 : skip_blanks(p, r->end, 2);
    const uint8_t *q = clock_read(r, p, false);
    return q && !(h->flags & HEAD_MINUTES) ? q : miss(r, p);
}

/* "Thu 2026-08-07 ...", "Sun Dec 04 ...", "Fri, 07 Aug 2026 ...", "Friday, 07-Aug-26 ..." */
static const uint8_t *behind_weekday(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    const uint8_t *q = p;
    if (next_is(p, r->end, ','))
        p++;
    p = skip_blanks(p, r->end, 2);
    if (p == q || p == r->end)
        return miss(r, p);
    h->flags |= HEAD_WEEKDAY;
    if (is_digit(*p))
        q = digits_first(r, p);
    else
        q = (q = month_read(p, r->end, &h->month)) ? day_and_on(r, q) : miss(r, p);
    return q && h->month ? q : miss(r, p);
}

/* A month or a day in another language. */
static const uint8_t *foreign_first(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    uint32_t flags = h->flags;
    const uint8_t *q = month_read(p, r->end, &h->month), *behind = q ? day_and_on(r, q) : NULL;
    if (behind)
        return behind;
    h->flags = flags;
    h->year = 0;
    h->month = 0;
    q = weekday_foreign_read(p, r->end); /* Spanish Tuesdays begin as March does */
    return q ? behind_weekday(r, q) : miss(r, p);
}

static const uint8_t *letters_first(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    const uint8_t *end = r->end, *q;
    if (end - p < 12)
        return miss_word(r, p);
    if (is_digit(p[1]))
        return is_upper(*p) && severity_letter(*p) ? klog_read(r, p) : miss_word(r, p);
    if (!is_letter(p[1])) {
        if (p[1] != ',' || p[2] != ' ' || p[3] != '[' || !is_upper(*p) ||
            (!(h->severity = severity_letter(*p)) && *p != 'A')) /* Ruby's ANY */
            return miss_word(r, p);
        h->opener = '['; /* Ruby "I, [2026-08-07T14:31:05.123456 #123]" */
        return is_digit(p[4]) ? digits_first(r, p + 4) : miss(r, p + 4);
    }
    if ((q = month_name_read(p, end, &h->month)))
        return day_and_on(r, q);
    if ((q = weekday_name_read(p, end)))
        return behind_weekday(r, q);
    return miss_word(r, p);
}

const uint8_t *layout_read(const uint8_t *base, const uint8_t *p, const uint8_t *end, struct stamp_head *head)
{
    struct reader r = {base, end, head};
    head->year = 0;
    head->month = head->day = 0;
    head->sub_ns = 0;
    if (p == end)
        return NULL;
    if (is_digit(*p))
        return digits_first(&r, p);
    if ((head->flags & HEAD_FOREIGN) && (is_letter(*p) || *p >= 0x80)) {
        const uint8_t *behind = is_letter(*p) ? letters_first(&r, p) : NULL;
        return behind ? behind : foreign_first(&r, p);
    }
    if (is_letter(*p))
        return letters_first(&r, p);
    return *p == '@' ? tai64n_read(&r, p) : miss_word(&r, p);
}
