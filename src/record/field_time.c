/* Eight digits are one number: whether they are digits, and what they sum up to, is asked of all at once. */
#include "record/field_time.h"

#include "record/find.h"
#include "record/stamp_parts.h"

enum { EPOCH_DIGITS = 10, MS_DIGITS = 13, DATED_BYTES = 19, FRACTION_DIGITS_MAX = 9 };

static const uint64_t zeros = 0x3030303030303030u;

/* Of eight bytes less '0' each. A byte above 0x89 carries into the next one, and fails by itself. */
static inline bool are_digits(uint64_t values)
{
    return ((values | (values + 0x7676767676767676u)) & 0x8080808080808080u) == 0;
}

/* The first digit is the lowest byte. */
static inline uint64_t number_of(uint64_t digits)
{
    digits = digits * 2561 >> 8;
    digits = (digits & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
    return (digits & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
}

/* The n digits before `end`, n from 1 to 9, as nanoseconds of a fraction; nine bytes before end can be read.
 * -1: not digits. */
static inline int64_t fraction_before(const uint8_t *end, size_t n)
{
    static const int32_t scale[] = {1000000000, 100000000, 10000000, 1000000, 100000,
                                    10000,      1000,      100,      10,      1};
    unsigned others = n < 8 ? 64 - 8 * (unsigned)n : 0, first = n > 8 ? digit_of(end[-9]) : 0;
    uint64_t digits = (find_load8(end - 8) ^ zeros) >> others << others;
    if (!are_digits(digits) || first > 9)
        return -1;
    return ((int64_t)first * 100000000 + (int64_t)number_of(digits)) * scale[n];
}

/* "1786113065.123456", "1786113065123", "1786113065" */
static bool epoch_again(struct span value, int64_t *ret_time_ns)
{
    const uint8_t *p = value.ptr;
    uint64_t last = find_load8(p + 2) ^ zeros;
    int64_t ns = 0;
    if (digit_of(p[0]) > 9 || digit_of(p[1]) > 9 || !are_digits(last))
        return false;
    int64_t seconds = (int64_t)(digit_of(p[0]) * 10 + digit_of(p[1])) * 100000000 + (int64_t)number_of(last);
    size_t behind = value.len - EPOCH_DIGITS, point = behind && p[EPOCH_DIGITS] == '.';
    if ((behind && !(point ? behind - 1 - 1 < FRACTION_DIGITS_MAX : value.len == MS_DIGITS)) ||
        seconds < EPOCH_MIN_S || seconds >= EPOCH_MAX_S)
        return false;
    if (behind)
        ns = fraction_before(p + value.len, behind - point);
    *ret_time_ns = seconds * NS_PER_SECOND + ns;
    return ns >= 0;
}

/* "14:31:05": seconds; -1: none, or a leap second. */
static int64_t clock_of(uint64_t text)
{
    const uint64_t marks = 0x0000ff0000ff0000u;
    uint64_t x = (text ^ zeros) & ~marks;
    if ((text & marks) != 0x00003a00003a0000u || !are_digits(x))
        return -1;
    x = x * 10 + (x >> 8);
    unsigned hour = x & 0xff, minute = x >> 24 & 0xff, second = x >> 48 & 0xff;
    int64_t seconds = hour * 3600 + minute * 60 + second;
    return (hour <= 23) & (minute <= 59) & (second <= 59) ? seconds : -1;
}

/* The fraction of a second, in nanoseconds; -1: something else. */
static inline int64_t fraction_of(struct span value, size_t zone_bytes, uint8_t mark)
{
    size_t bytes = value.len - zone_bytes - DATED_BYTES;
    if (bytes == 0)
        return 0;
    if (value.ptr[DATED_BYTES] != mark || bytes - 1 - 1 >= FRACTION_DIGITS_MAX ||
        (mark == ',' && (bytes - 1) % 3))
        return -1;
    return fraction_before(value.ptr + value.len - zone_bytes, bytes - 1);
}

bool field_time_again(struct field_day *day, struct span value, int64_t *ret_time_ns, uint8_t *ret_flags)
{
    *ret_flags = 0;
    if (value.len < EPOCH_DIGITS)
        return false;
    if (value.ptr[4] != '-')
        return epoch_again(value, ret_time_ns);
    size_t zone = day->zone_bytes;
    if (!day->known || value.len < DATED_BYTES + zone ||
        (find_load8(value.ptr) ^ find_load8(day->date)) |
            ((find_load8(value.ptr + 3) ^ find_load8(day->date + 3))))
        return false;
    const uint8_t *behind = value.ptr + value.len - zone;
    if (zone == 1 ? *behind != day->zone[0] : zone && memcmp(behind, day->zone, zone) != 0)
        return false;
    uint64_t clock = find_load8(value.ptr + FIELD_DATE_BYTES);
    if (__builtin_expect(clock != day->clock, 0)) { /* a branch: lines of a second stand together */
        int64_t seconds = clock_of(clock);
        if (seconds < 0)
            return false;
        day->clock = clock;
        day->clock_ns = day->ns + seconds * NS_PER_SECOND;
    }
    int64_t ns = fraction_of(value, zone, day->mark);
    *ret_time_ns = day->clock_ns + ns;
    *ret_flags = day->flags;
    return ns >= 0;
}

/* "Z", "+02:00", "+0200" at the end of a value; 0: none of them. */
static size_t zone_bytes_of(struct span value)
{
    const uint8_t *end = value.ptr + value.len;
    if (end[-1] == 'Z')
        return 1;
    for (size_t n = 5; n <= FIELD_ZONE_BYTES_MAX && value.len >= DATED_BYTES + n; n++)
        if (end[-(ptrdiff_t)n] == '+' || end[-(ptrdiff_t)n] == '-')
            return n;
    return 0;
}

void field_time_keep(struct field_day *day, struct span value, int64_t time_ns, uint8_t flags)
{
    if (value.len < DATED_BYTES || value.ptr[4] != '-' || value.ptr[7] != '-' ||
        (flags & ~(unsigned)STAMP_NO_ZONE))
        return;
    size_t zone = zone_bytes_of(value);
    uint8_t mark = value.len > DATED_BYTES + zone ? value.ptr[DATED_BYTES] : 0;
    uint64_t clock = find_load8(value.ptr + FIELD_DATE_BYTES);
    int64_t seconds = clock_of(clock), ns = fraction_of(value, zone, mark);
    if ((mark && mark != '.' && mark != ',') || seconds < 0 || ns < 0 ||
        (flags & STAMP_NO_ZONE) != (zone ? 0 : STAMP_NO_ZONE))
        return;
    memcpy(day->date, value.ptr, FIELD_DATE_BYTES);
    memcpy(day->zone, value.ptr + value.len - zone, zone);
    day->zone_bytes = (uint8_t)zone;
    day->mark = mark;
    day->clock = clock;
    day->clock_ns = time_ns - ns;
    day->ns = day->clock_ns - seconds * NS_PER_SECOND;
    day->flags = flags;
    day->known = true;
}
