/* Zones: offsets, the abbreviations that have one common meaning in logs, and the names of regions that PHP
 * and others write. */
#include "record/stamp_parts.h"

/* CST, IST and BST have several meanings: the ones most often met in logs are taken (US, India, Britain). */
static bool zone_minutes_of(const uint8_t *p, size_t len, int *ret_minutes)
{
    static const struct {
        char name[5];
        int16_t minutes;
    } zones[] = {{"UTC", 0},     {"GMT", 0},     {"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300},
                 {"MST", -420},  {"MDT", -360},  {"PST", -480}, {"PDT", -420}, {"CET", 60},   {"CEST", 120},
                 {"EET", 120},   {"EEST", 180},  {"WET", 0},    {"WEST", 60},  {"MSK", 180},  {"JST", 540},
                 {"KST", 540},   {"IST", 330},   {"BST", 60},   {"AEST", 600}, {"AEDT", 660}, {"ACST", 570},
                 {"AWST", 480},  {"NZST", 720},  {"NZDT", 780}, {"HKT", 480},  {"SGT", 480},  {"SAST", 120},
                 {"AKST", -540}, {"AKDT", -480}, {"HST", -600}};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (memcmp(zones[i].name, p, 3) != 0)
            continue;
        uint8_t fourth = (uint8_t)zones[i].name[3];
        if (len == 3 ? fourth == 0 : fourth == p[3]) {
            *ret_minutes = zones[i].minutes;
            return true;
        }
    }
    return false;
}

static const uint8_t *zone_name_read(const uint8_t *p, const uint8_t *end, int *ret_minutes)
{
    size_t len = 0;
    while (len < 5 && p + len < end && is_upper(p[len]))
        len++;
    if (len == 1 && p[0] == 'Z')
        *ret_minutes = 0;
    else if (len < 3 || len > 4 || (p[len - 1] != 'T' && p[len - 1] != 'C' && p[len - 1] != 'K') ||
             !zone_minutes_of(p, len, ret_minutes))
        return NULL;
    p += len;
    return p < end && (is_letter(*p) || is_digit(*p) || *p == '_') ? NULL : p;
}

/* "+02", "+0200", "+02:00", DB2's minutes "+120"; digits_min 4 asks for minutes. */
static const uint8_t *offset_read(const uint8_t *p, const uint8_t *end, int digits_min, int *ret_minutes)
{
    if (end - p < 3 || (*p != '+' && *p != '-'))
        return NULL;
    int sign = *p++ == '-' ? -1 : 1;
    int hours = two_digits(p), minutes = 0;
    p += 2;
    if (hours < 0)
        return NULL;
    if (digits_min == 2 && p < end && is_digit(*p) && (p + 1 == end || p[1] == ' ')) {
        minutes = hours * 10 + (int)digit_of(*p);
        *ret_minutes = sign * minutes;
        return minutes <= 14 * 60 ? p + 1 : NULL;
    }
    if (hours > 14)
        return NULL;
    const uint8_t *q = p + (p < end && *p == ':');
    if (end - q >= 2 && (minutes = two_digits(q)) >= 0 && minutes < 60)
        p = q + 2;
    else if (digits_min > 2)
        return NULL;
    else
        minutes = 0;
    if (p < end && is_digit(*p))
        return NULL;
    *ret_minutes = sign * (hours * 60 + minutes);
    return p;
}

/* "+2", "-5:30" behind GMT or UTC */
static const uint8_t *short_offset(const uint8_t *p, const uint8_t *end, int *ret_minutes)
{
    int minutes = 0;
    if (end - p < 2 || (*p != '+' && *p != '-') || !is_digit(p[1]))
        return NULL;
    int sign = *p == '-' ? -1 : 1, hours = (int)digit_of(p[1]);
    p += 2;
    if (end - p >= 3 && *p == ':' && (minutes = two_digits(p + 1)) >= 0 && minutes < 60)
        p += 3;
    else
        minutes = 0;
    if (p < end && is_digit(*p))
        return NULL;
    *ret_minutes = sign * (hours * 60 + minutes);
    return p;
}

/* "-03" behind a blank: zones that PostgreSQL and date(1) have no letters for. Behind it a bracket, a dash, a
 * capital or a year: "-10 items" is no zone. */
static const uint8_t *hours_read(const uint8_t *p, const uint8_t *end, int *ret_minutes)
{
    int hours = end - p < 3 ? -1 : two_digits(p + 1);
    const uint8_t *next = p + 3 + (end - p > 3 && p[3] == ' ');
    bool year = end - next > 4 && two_digits(next) == 20 && two_digits(next + 2) >= 0 && next[4] == ' ';
    if (hours < 0 || hours > 14 || (next < end && !is_upper(*next) && !memchr("[](-", *next, 4) && !year))
        return NULL;
    *ret_minutes = *p == '-' ? -hours * 60 : hours * 60;
    return p + 3;
}

/* "(UTC+0200)", "(CEST)", "(+02:00)" */
static const uint8_t *bracketed_zone(const uint8_t *p, const uint8_t *end, int *ret_minutes)
{
    bool named = end - p > 4 && (is_upper(p[1]) || p[1] == '+' || p[1] == '-');
    const uint8_t *q = named ? zone_read(p + 1, end, ret_minutes) : NULL;
    return q && q < end && *q == ')' ? q + 1 : NULL;
}

const uint8_t *zone_read(const uint8_t *p, const uint8_t *end, int *ret_minutes)
{
    if (p == end)
        return NULL;
    const uint8_t *q = p + (*p == ' ');
    if (q == end)
        return NULL;
    if (*q == '(')
        return bracketed_zone(q, end, ret_minutes);
    if (*q == '+' || *q == '-') {
        const uint8_t *hours = q > p ? hours_read(q, end, ret_minutes) : NULL;
        p = hours ? hours : offset_read(q, end, q > p ? 4 : 2, ret_minutes);
        if (p && end - p >= 4 && *p == ' ' && is_upper(p[1])) { /* Go: "+0200 CEST", "+0000 UTC" */
            int ignored;
            q = zone_name_read(p + 1, end, &ignored);
            p = q ? q : p;
        }
        return p;
    }
    if (*q == 'z')
        return q == p && (q + 1 == end || !is_letter(q[1])) ? *ret_minutes = 0, q + 1 : NULL;
    if (!is_upper(*q))
        return NULL;
    q = zone_name_read(q, end, ret_minutes);
    if (q && q < end && (*q == '+' || *q == '-') && *ret_minutes == 0) { /* "GMT+0200 (Central ...)" */
        const uint8_t *offset = offset_read(q, end, 2, ret_minutes);
        offset = offset ? offset : short_offset(q, end, ret_minutes);
        if (offset && end - offset > 2 && offset[0] == ' ' && offset[1] == '(') {
            size_t most = (size_t)(end - offset) < 48 ? (size_t)(end - offset) : 48;
            const uint8_t *close = memchr(offset, ')', most);
            offset = close ? close + 1 : offset;
        }
        q = offset ? offset : q;
    } else if (q && end - q > 3 && *q == ' ' && *ret_minutes == 0) { /* TIBCO "GMT +2" */
        int minutes;
        const uint8_t *offset = short_offset(q + 1, end, &minutes);
        if (offset && (offset == end || *offset == ' ')) {
            *ret_minutes = minutes;
            q = offset;
        }
    }
    return q;
}

/* ---- regions ---- */

/* When summer time begins and ends, as the rules are since 1996 in Europe, 2007 in America, 2008 in
 * Australia. */
enum summer { SUMMER_NONE, SUMMER_EUROPE, SUMMER_AMERICA, SUMMER_AUSTRALIA, SUMMER_NEW_ZEALAND };

struct zone_region {
    char name[31];
    uint8_t summer;
    int16_t minutes; /* east of UTC in winter */
};

/* Those that people live in and whose rules did not change of late; another one is assumed to be UTC, like
 * none. */
static const struct zone_region regions[] = {
    {"Africa/Johannesburg", SUMMER_NONE, 120},
    {"Africa/Lagos", SUMMER_NONE, 60},
    {"Africa/Nairobi", SUMMER_NONE, 180},
    {"Africa/Tunis", SUMMER_NONE, 60},
    {"America/Anchorage", SUMMER_AMERICA, -540},
    {"America/Argentina/Buenos_Aires", SUMMER_NONE, -180},
    {"America/Bogota", SUMMER_NONE, -300},
    {"America/Boise", SUMMER_AMERICA, -420},
    {"America/Buenos_Aires", SUMMER_NONE, -180},
    {"America/Caracas", SUMMER_NONE, -240},
    {"America/Chicago", SUMMER_AMERICA, -360},
    {"America/Denver", SUMMER_AMERICA, -420},
    {"America/Detroit", SUMMER_AMERICA, -300},
    {"America/Edmonton", SUMMER_AMERICA, -420},
    {"America/Halifax", SUMMER_AMERICA, -240},
    {"America/Lima", SUMMER_NONE, -300},
    {"America/Los_Angeles", SUMMER_AMERICA, -480},
    {"America/Mexico_City", SUMMER_NONE, -360},
    {"America/Montreal", SUMMER_AMERICA, -300},
    {"America/New_York", SUMMER_AMERICA, -300},
    {"America/Phoenix", SUMMER_NONE, -420},
    {"America/Regina", SUMMER_NONE, -360},
    {"America/Sao_Paulo", SUMMER_NONE, -180},
    {"America/Tijuana", SUMMER_AMERICA, -480},
    {"America/Toronto", SUMMER_AMERICA, -300},
    {"America/Vancouver", SUMMER_AMERICA, -480},
    {"America/Winnipeg", SUMMER_AMERICA, -360},
    {"Asia/Baghdad", SUMMER_NONE, 180},
    {"Asia/Bangkok", SUMMER_NONE, 420},
    {"Asia/Calcutta", SUMMER_NONE, 330},
    {"Asia/Dhaka", SUMMER_NONE, 360},
    {"Asia/Dubai", SUMMER_NONE, 240},
    {"Asia/Ho_Chi_Minh", SUMMER_NONE, 420},
    {"Asia/Hong_Kong", SUMMER_NONE, 480},
    {"Asia/Jakarta", SUMMER_NONE, 420},
    {"Asia/Karachi", SUMMER_NONE, 300},
    {"Asia/Kathmandu", SUMMER_NONE, 345},
    {"Asia/Kolkata", SUMMER_NONE, 330},
    {"Asia/Kuala_Lumpur", SUMMER_NONE, 480},
    {"Asia/Manila", SUMMER_NONE, 480},
    {"Asia/Riyadh", SUMMER_NONE, 180},
    {"Asia/Saigon", SUMMER_NONE, 420},
    {"Asia/Seoul", SUMMER_NONE, 540},
    {"Asia/Shanghai", SUMMER_NONE, 480},
    {"Asia/Singapore", SUMMER_NONE, 480},
    {"Asia/Taipei", SUMMER_NONE, 480},
    {"Asia/Tashkent", SUMMER_NONE, 300},
    {"Asia/Tokyo", SUMMER_NONE, 540},
    {"Asia/Yekaterinburg", SUMMER_NONE, 300},
    {"Atlantic/Reykjavik", SUMMER_NONE, 0},
    {"Australia/Adelaide", SUMMER_AUSTRALIA, 570},
    {"Australia/Brisbane", SUMMER_NONE, 600},
    {"Australia/Darwin", SUMMER_NONE, 570},
    {"Australia/Hobart", SUMMER_AUSTRALIA, 600},
    {"Australia/Melbourne", SUMMER_AUSTRALIA, 600},
    {"Australia/Perth", SUMMER_NONE, 480},
    {"Australia/Sydney", SUMMER_AUSTRALIA, 600},
    {"Etc/GMT", SUMMER_NONE, 0},
    {"Etc/UTC", SUMMER_NONE, 0},
    {"Europe/Amsterdam", SUMMER_EUROPE, 60},
    {"Europe/Athens", SUMMER_EUROPE, 120},
    {"Europe/Belgrade", SUMMER_EUROPE, 60},
    {"Europe/Berlin", SUMMER_EUROPE, 60},
    {"Europe/Bratislava", SUMMER_EUROPE, 60},
    {"Europe/Brussels", SUMMER_EUROPE, 60},
    {"Europe/Bucharest", SUMMER_EUROPE, 120},
    {"Europe/Budapest", SUMMER_EUROPE, 60},
    {"Europe/Copenhagen", SUMMER_EUROPE, 60},
    {"Europe/Dublin", SUMMER_EUROPE, 0},
    {"Europe/Helsinki", SUMMER_EUROPE, 120},
    {"Europe/Istanbul", SUMMER_NONE, 180},
    {"Europe/Kiev", SUMMER_EUROPE, 120},
    {"Europe/Kyiv", SUMMER_EUROPE, 120},
    {"Europe/Lisbon", SUMMER_EUROPE, 0},
    {"Europe/Ljubljana", SUMMER_EUROPE, 60},
    {"Europe/London", SUMMER_EUROPE, 0},
    {"Europe/Luxembourg", SUMMER_EUROPE, 60},
    {"Europe/Madrid", SUMMER_EUROPE, 60},
    {"Europe/Malta", SUMMER_EUROPE, 60},
    {"Europe/Minsk", SUMMER_NONE, 180},
    {"Europe/Moscow", SUMMER_NONE, 180},
    {"Europe/Oslo", SUMMER_EUROPE, 60},
    {"Europe/Paris", SUMMER_EUROPE, 60},
    {"Europe/Prague", SUMMER_EUROPE, 60},
    {"Europe/Riga", SUMMER_EUROPE, 120},
    {"Europe/Rome", SUMMER_EUROPE, 60},
    {"Europe/Sarajevo", SUMMER_EUROPE, 60},
    {"Europe/Sofia", SUMMER_EUROPE, 120},
    {"Europe/Stockholm", SUMMER_EUROPE, 60},
    {"Europe/Tallinn", SUMMER_EUROPE, 120},
    {"Europe/Vienna", SUMMER_EUROPE, 60},
    {"Europe/Vilnius", SUMMER_EUROPE, 120},
    {"Europe/Warsaw", SUMMER_EUROPE, 60},
    {"Europe/Zagreb", SUMMER_EUROPE, 60},
    {"Europe/Zurich", SUMMER_EUROPE, 60},
    {"Pacific/Auckland", SUMMER_NEW_ZEALAND, 720},
    {"Pacific/Honolulu", SUMMER_NONE, -600},
};

const uint8_t *zone_region_read(const uint8_t *p, const uint8_t *end, const struct zone_region **ret_region)
{
    const uint8_t *q = p;
    bool slash = false;
    for (; q < end && q - p < 40 && (is_letter(*q) || is_digit(*q) || *q == '/' || *q == '_' || *q == '-');
         q++)
        slash |= *q == '/';
    if (!slash || !is_upper(*p))
        return NULL;
    struct span name = span_make(p, (size_t)(q - p));
    *ret_region = NULL;
    for (size_t i = 0; i < sizeof regions / sizeof *regions && !*ret_region; i++)
        if (span_equal(name, span_of(regions[i].name)))
            *ret_region = &regions[i];
    return q;
}

/* Midnight of the nth Sunday of a month, from 1; 0: the last one. */
static int64_t sunday(int year, int month, int nth)
{
    enum { THURSDAY = 4 }; /* 1970-01-01 */
    int64_t first = civil_days(nth ? year : year + (month == 12), nth ? month : month % 12 + 1, 1);
    int weekday = (int)((first + THURSDAY) % 7);
    int64_t day = first + (7 - weekday) % 7;
    return (nth ? day + (nth - 1) * 7 : day - 7) * 86400;
}

int zone_region_minutes(const struct zone_region *region, int64_t local_s)
{
    enum { HOUR = 3600 };
    int year = civil_from_ns(local_s * NS_PER_SECOND).year;
    int64_t begin, end, utc = region->minutes * 60;
    bool summer;
    switch (region->summer) { /* begin and end by the clocks of the place; an hour that comes twice is the
                                 first one */
    case SUMMER_EUROPE:
        begin = sunday(year, 3, 0) + HOUR + utc;
        end = sunday(year, 10, 0) + 2 * HOUR + utc;
        summer = local_s >= begin && local_s < end;
        break;
    case SUMMER_AMERICA:
        begin = sunday(year, 3, 2) + 2 * HOUR;
        end = sunday(year, 11, 1) + 2 * HOUR;
        summer = local_s >= begin && local_s < end;
        break;
    case SUMMER_AUSTRALIA:
    case SUMMER_NEW_ZEALAND:
        end = sunday(year, 4, 1) + 3 * HOUR;
        begin = region->summer == SUMMER_AUSTRALIA ? sunday(year, 10, 1) : sunday(year, 9, 0);
        summer = local_s < end || local_s >= begin + 2 * HOUR;
        break;
    default: summer = false; break;
    }
    return region->minutes + (summer ? 60 : 0);
}

bool stamp_rezone(struct span zone, const struct stamp_context *context, int64_t *time_ns)
{
    const struct zone_region *region;
    const int64_t minute_ns = 60 * NS_PER_SECOND;
    int64_t local_ns = *time_ns + context->zone_minutes * minute_ns;
    int minutes;
    if (zone.len && (zone.ptr[0] == '(' || zone.ptr[0] == '"'))
        zone = span_skip(zone, 1);
    if (zone.len == 0)
        return false;
    const uint8_t *end = zone.ptr + zone.len;
    if (!zone_read(zone.ptr, end, &minutes)) {
        if (zone_region_read(zone.ptr, end, &region) != end || !region)
            return false;
        minutes = zone_region_minutes(region, local_ns / NS_PER_SECOND);
    }
    *time_ns = local_ns - minutes * minute_ns;
    return true;
}
