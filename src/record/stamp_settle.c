/* Which time the numbers of a head mean: order, year and date where the text leaves them open. */
#include "record/stamp_parts.h"

static int64_t fields_to_seconds(const struct stamp_head *h, int year)
{
    return civil_days(year, h->month, h->day) * 86400 + h->hour * 3600 + h->minute * 60 + h->second;
}

static bool day_exists(int year, int month, int day)
{
    static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* So many seconds after a time, in the zone of the stamp; a hostile time is cut to what a calendar can hold.
 */
static int64_t local_second(int64_t time_ns, int64_t slack_s, int zone_minutes)
{
    int64_t s = time_ns / NS_PER_SECOND;
    s = s < 0 ? 0 : s > EPOCH_MAX_S ? EPOCH_MAX_S : s;
    return s + slack_s + (int64_t)zone_minutes * 60;
}

/* What the fields mean in UTC, when year or date have to be inferred in this zone. */
static int64_t infer_seconds(const struct stamp_head *h, const struct stamp_context *context,
                             int zone_minutes)
{
    if (h->month == 0) {
        int64_t clock = h->hour * 3600 + h->minute * 60 + h->second;
        int64_t latest = local_second(context->reference_ns, 3600, zone_minutes),
                near = local_second(context->day_ns, 43199, zone_minutes);
        latest = context->day_ns && near < latest ? near : latest;
        return (latest - clock) / 86400 * 86400 + clock;
    }
    int64_t newest = local_second(context->reference_ns, 86400, zone_minutes);
    int year = civil_from_ns(newest * NS_PER_SECOND).year;
    for (int back = 0; back < 9; back++, year--) /* 9: from 1904 on, over a century without leap year */
        if (day_exists(year, h->month, h->day) && fields_to_seconds(h, year) <= newest)
            break;
    return fields_to_seconds(h, year);
}

/* "08/07/26": year first or month first, whichever is nearest before the newest plausible time. */
static void settle_short_date(struct stamp_head *h, const struct stamp_context *context)
{
    int a = h->month, b = h->day, c = h->year;
    int year_first = a + (a < 70 ? 2000 : 1900), year_last = c + (c < 70 ? 2000 : 1900);
    h->flags &= ~(uint32_t)HEAD_SHORT_DATE;
    bool day_first = context->order == STAMP_DAY_FIRST && day_exists(year_last, b, a);
    bool first = day_exists(year_first, b, c) && !day_first, last = day_exists(year_last, a, b) && !day_first;
    if (first && last) {
        int64_t newest = local_second(context->reference_ns, 86400, 0) / 86400;
        int64_t first_ago = newest - civil_days(year_first, b, c),
                last_ago = newest - civil_days(year_last, a, b);
        first = last_ago < 0 || (first_ago >= 0 && first_ago < last_ago);
    }
    h->year = first ? year_first : year_last;
    h->month = (uint8_t)(first ? b : a);
    h->day = (uint8_t)(first ? c : b);
    if (!first && !last && (a > 12 || day_first)) {
        h->month = (uint8_t)b;
        h->day = (uint8_t)a;
    }
}

/* "7/8/2026" as written, "month" in front: which one is the day? */
static void settle_order(struct stamp_head *h, const struct stamp_context *context)
{
    bool day_first =
        context->order == STAMP_ORDER_UNKNOWN ? h->flags & HEAD_DAY_FIRST : context->order == STAMP_DAY_FIRST;
    if (h->month > 12 || h->day > 12)
        day_first = h->month > 12;
    else if (h->year && context->order == STAMP_ORDER_UNKNOWN && context->reference_ns > 0) {
        /* what would lie in the future is meant the other way round */
        int64_t newest = local_second(context->reference_ns, 86400, 0) / 86400;
        int64_t as_day = civil_days(h->year, h->day, h->month),
                as_month = civil_days(h->year, h->month, h->day);
        if ((day_first ? as_day : as_month) > newest && (day_first ? as_month : as_day) <= newest)
            day_first = !day_first;
    }
    if (day_first) {
        uint8_t day = h->month;
        h->month = h->day;
        h->day = day;
    }
    h->flags &= ~(uint32_t)(HEAD_DAY_FIRST | HEAD_MONTH_FIRST);
}

bool head_settle(struct stamp_head *h, const struct stamp_context *context)
{
    if (h->flags & HEAD_EPOCH)
        return h->second_s >= EPOCH_MIN_S && h->second_s < EPOCH_MAX_S;
    if (h->hour > 23 || h->minute > 59 || h->second > 60)
        return false;
    if (h->flags & HEAD_SHORT_DATE)
        settle_short_date(h, context);
    if (h->flags & (HEAD_DAY_FIRST | HEAD_MONTH_FIRST))
        settle_order(h, context);
    if (context->habits & STAMP_YEAR_BEHIND && h->month && !h->year)
        h->flags |= HEAD_WEEKDAY; /* which says so as well */
    if (h->year && (h->year < YEAR_MIN || h->year >= YEAR_MAX))
        return false;
    if (!(h->flags & HEAD_NO_DATE) && !day_exists(h->year ? h->year : 2000, h->month, h->day))
        return false;
    h->second_s = h->year ? fields_to_seconds(h, h->year) : infer_seconds(h, context, context->zone_minutes);
    return true;
}

bool head_infer(const struct stamp_head *h, const struct stamp_context *context, int year, int half_day_s,
                int zone_minutes, int64_t *ret_seconds)
{
    struct stamp_head said = *h;
    said.hour = (uint8_t)(h->hour + half_day_s / 3600);
    if (year && (!said.month || !day_exists(year, said.month, said.day)))
        return false;
    *ret_seconds = year ? fields_to_seconds(&said, year) : infer_seconds(&said, context, zone_minutes);
    return true;
}
