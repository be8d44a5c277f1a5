#include "record/stamp.h"

#include "record/stamp_parts.h"

bool stamp_parse(struct span text, const struct stamp_context *context, struct stamp *ret_stamp)
{
    struct stamp_head head;
    if (text.len > 4096)
        text.len = 4096;
    return head_at_start(text, context, &head) && tail_read(text, &head, context, ret_stamp);
}

/* "13/8/2026", "13.8.26": numbers that are divided alike, the year behind them. */
enum stamp_order stamp_order_told(struct span text, const struct stamp_context *context)
{
    enum { OPENER_BYTES = 24 };
    struct stamp stamp;
    int numbers[2];
    if (!stamp_find(text, context, &stamp))
        return STAMP_ORDER_UNKNOWN;
    const uint8_t *p = text.ptr + stamp.begin, *end = text.ptr + stamp.end;
    while (p < end && p - text.ptr < OPENER_BYTES + (ptrdiff_t)stamp.begin && !is_digit(*p))
        p++;
    uint8_t divider = 0;
    for (int i = 0; i < 2; i++) {
        int digits = 0;
        numbers[i] = 0;
        for (; p < end && is_digit(*p) && digits < 3; digits++)
            numbers[i] = numbers[i] * 10 + (int)digit_of(*p++);
        if (digits == 0 || digits > 2 || p == end || (i && *p != divider))
            return STAMP_ORDER_UNKNOWN;
        divider = *p++;
    }
    if ((divider != '/' && divider != '-' && divider != '.') || p == end || !is_digit(*p))
        return STAMP_ORDER_UNKNOWN;
    bool year_first = p + 2 < end && !is_digit(p[2]); /* "17/06/09 20:10:40" may be 2017 */
    if (numbers[0] > 12 && numbers[1] <= 12 && !year_first)
        return STAMP_DAY_FIRST;
    return numbers[1] > 12 && numbers[0] <= 12 ? STAMP_MONTH_FIRST : STAMP_ORDER_UNKNOWN;
}

int stamp_year_told(struct span text, const struct stamp_context *context)
{
    struct stamp stamp;
    struct stamp_context without = *context;
    without.habits &= (uint8_t)~STAMP_YEAR_BEHIND;
    if (!stamp_parse(text, &without, &stamp) || !(stamp.flags & STAMP_NO_YEAR) || stamp.flags & STAMP_NO_DATE)
        return 0;
    struct span rest = span_skip(text, stamp.end);
    int year = rest.len > 4 && rest.ptr[4] == ' ' ? four_digits(rest.ptr) : -1;
    int64_t newest = context->reference_ns / NS_PER_SECOND;
    int newest_year =
        newest > 0 && newest < EPOCH_MAX_S ? civil_from_ns(context->reference_ns).year : YEAR_MAX;
    return year >= 1990 && year <= newest_year + 1 ? 1 : -1;
}

/* A decimal number: value = mantissa * 10^-scale. Digits that do not fit are dropped from a fraction. */
static bool number_read(struct span value, uint64_t *ret_mantissa, int *ret_scale)
{
    const uint8_t *p = value.ptr, *end = p + value.len;
    uint64_t mantissa = 0;
    int scale = 0, digits = 0, exponent = 0;
    bool point = false;
    for (; p < end && (is_digit(*p) || (*p == '.' && !point)); p++) {
        if (*p == '.') {
            point = true;
        } else if (digits < 19) {
            mantissa = mantissa * 10 + digit_of(*p);
            digits += mantissa != 0;
            scale += point;
        } else if (!point) {
            return false;
        }
    }
    if (digits == 0 || p[-1] == '.')
        return false;
    if (end - p >= 2 && (*p | 0x20) == 'e') { /* 1.786113060e+09 */
        p += 1 + (p[1] == '+');
        for (; p < end && is_digit(*p) && exponent < 100; p++)
            exponent = exponent * 10 + (int)digit_of(*p);
        if (p[-1] == '+' || (p[-1] | 0x20) == 'e')
            return false;
    }
    *ret_mantissa = mantissa;
    *ret_scale = scale - exponent;
    return p == end;
}

/* What number_read and epoch_value would make of "1786113060.123456" and "1786113060123", as most loggers
 * write them. */
static bool plain_epoch(struct span value, int64_t *ret_ns)
{
    static const uint64_t scale_of[] = {1000000000, 100000000, 10000000, 1000000, 100000,
                                        10000,      1000,      100,      10,      1};
    const uint8_t *p = value.ptr, *end = p + value.len;
    uint64_t number = 0, ns = 0; /* 19 digits at most: no sum or product here is too large */
    while (p < end && is_digit(*p) && p - value.ptr < 14)
        number = number * 10 + digit_of(*p++);
    size_t digits = (size_t)(p - value.ptr);
    if (digits == 13 && p == end) {
        ns = number * 1000000;
    } else if (digits == 10 && p < end && *p == '.' && end - p > 1 && end - p <= 10) {
        for (p++; p < end && is_digit(*p); p++)
            number = number * 10 + digit_of(*p);
        ns = number * scale_of[p - value.ptr - 11];
    } else if (digits == 10 && p == end) {
        ns = number * NS_PER_SECOND;
    }
    *ret_ns = (int64_t)ns;
    return p == end && ns >= EPOCH_MIN_S * (uint64_t)NS_PER_SECOND &&
           ns < EPOCH_MAX_S * (uint64_t)NS_PER_SECOND;
}

/* Seconds, ms, us or ns: whichever falls between 1990 and 2100; the ranges do not overlap. */
static bool epoch_value(uint64_t mantissa, int scale, int64_t *ret_ns)
{
    for (int unit = 9; unit >= 0; unit -= 3) {
        int shift = unit - scale; /* ns = mantissa * 10^shift */
        uint64_t ns = mantissa;
        for (; shift > 0 && ns <= UINT64_MAX / 10; shift--)
            ns *= 10;
        for (; shift < 0 && ns > 0; shift++)
            ns /= 10;
        if (shift == 0 && ns >= (uint64_t)EPOCH_MIN_S * 1000000000 &&
            ns < (uint64_t)EPOCH_MAX_S * 1000000000) {
            *ret_ns = (int64_t)ns;
            return true;
        }
    }
    return false;
}

/* "2026-08-07", "2026/8/7", "20260807": midnight. */
static bool plain_date(struct span value, const struct stamp_context *context, int64_t *ret_ns)
{
    char text[32];
    struct stamp stamp;
    if (value.len < 8 || value.len > 10)
        return false;
    memcpy(text, value.ptr, value.len);
    memcpy(text + value.len, " 00:00:00", 9);
    if (!stamp_parse(span_make(text, value.len + 9), context, &stamp) || stamp.end != value.len + 9 ||
        (stamp.flags & (STAMP_NO_YEAR | STAMP_NO_DATE)))
        return false;
    *ret_ns = stamp.time_ns;
    return true;
}

/* "/Date(1786113065123)/", "\/Date(1786113065123+0200)\/": .NET's milliseconds. */
static bool net_date(struct span value, int64_t *ret_ns)
{
    static const char mark[] = "/Date(";
    enum { DIGITS = 13 };
    int64_t ms = 0;
    size_t at = value.len && value.ptr[0] == '\\';
    if (!span_starts(span_skip(value, at), mark) || value.len < at + sizeof mark + DIGITS)
        return false;
    const uint8_t *p = value.ptr + at + sizeof mark - 1;
    for (int i = 0; i < DIGITS; i++) {
        if (!is_digit(p[i]))
            return false;
        ms = ms * 10 + digit_of(p[i]);
    }
    if (is_digit(p[DIGITS]) || ms < EPOCH_MIN_S * 1000 || ms >= EPOCH_MAX_S * 1000)
        return false;
    *ret_ns = ms * 1000000;
    return true;
}

/* Windows counts tenths of microseconds: .NET since the year 1, FILETIME since 1601. Of the last and next
 * decades these have 18 digits; as nanoseconds since 1970 they would be of before 1991. */
static bool windows_ticks(struct span value, int64_t *ret_time_ns)
{
    enum { DIGITS = 18 };
    static const int64_t net = 621355968000000000, filetime = 116444736000000000,
                         decades = 4102444800LL * 10000000;
    int64_t ticks = 0;
    if (value.len != DIGITS)
        return false;
    for (size_t i = 0; i < DIGITS; i++) {
        if (!is_digit(value.ptr[i]))
            return false;
        ticks = ticks * 10 + (value.ptr[i] - '0');
    }
    int64_t epoch = ticks >= net ? net : filetime, since = ticks - epoch;
    if (since < decades / 4 || since > decades) /* 2002 to 2099 */
        return false;
    *ret_time_ns = since * 100;
    return true;
}

bool stamp_value(struct span value, const struct stamp_context *context, int64_t *ret_time_ns,
                 uint8_t *ret_flags)
{
    uint64_t mantissa;
    int scale;
    struct stamp stamp;
    *ret_flags = 0;
    if (value.len == 0 || value.len > 128)
        return false;
    if (windows_ticks(value, ret_time_ns) || plain_epoch(value, ret_time_ns) ||
        ((value.ptr[0] == '/' || value.ptr[0] == '\\') && net_date(value, ret_time_ns)))
        return true;
    if (is_digit(value.ptr[0]) && number_read(value, &mantissa, &scale) &&
        epoch_value(mantissa, scale, ret_time_ns))
        return true;
    if (stamp_parse(value, context, &stamp)) {
        *ret_time_ns = stamp.time_ns;
        *ret_flags = stamp.flags;
        return stamp.end == value.len;
    }
    *ret_flags = STAMP_NO_ZONE;
    return plain_date(value, context, ret_time_ns);
}
