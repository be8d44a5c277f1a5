/* Two kinds of evidence, because each alone is often chance. *Range*: logs that were collected together begin
 * and end together; a source that sticks out of the range of the others and fits into it after a shift has a
 * clock in another zone, or is another hour of a rotated log. *Trouble*: its errors that are new fall
 * together with those of the others after the shift, and did not before. Both make a clear case. So do two
 * sources or more whose ranges fit at both ends after the same shift, if none that names no zone is where the
 * others are: they write the local time of one place, and so does what else fits then. So does one alone that
 * fits after one shift only, where nothing speaks against that. A range that fits, but whose trouble falls
 * elsewhere, is reported and left as it is.
 *
 * The others are the sources that name a zone; where none does, the largest group of sources that begin and
 * end together, if it is at least two and more than half of all. A file in which some writers name a zone and
 * some do not is two sources; a writer that does both has no clock to judge. */
#include "analysis/clocks.h"

#include "record/severity.h"

enum {
    HALF_HOUR = 1800,
    SHIFTS_MAX = 28,    /* 14 h: no zone is farther from UTC */
    EDGE_SECONDS = 300, /* how far apart sources begin or end that were collected together */
    TOUCH_SECONDS = 60, /* how far apart errors of one outage are */
    COARSE_SHIFT = 9,   /* bins wider than 512 s tell nothing of when */
    FLEET_MIN = 2,
    AGREE_MIN = 2,
    PAGE_LATE_SECONDS = 900,
    PAGE_BEFORE_END = 2700, /* with the end of being late, an hour: one whole number of hours fits */
};
#define SAME      0.8 /* share of the errors that fall together: the same outage */
#define ELSEWHERE 0.2 /* and at another shift: not the same */

struct burst { /* errors, seconds since the epoch */
    int64_t from, to;
    double count;
};

struct source {
    const char *name;
    int64_t from, to; /* seconds */
    struct burst *bursts;
    size_t burst_count;
    uint8_t zones;
    bool reference;
    int edges;  /* half hours after which both ends fit; 0: none */
    bool alone; /* it fits after one shift alone, and nothing speaks against that */
};

struct clocks {
    struct source *sources;
    size_t count;
    struct table of;       /* stream key -> its source */
    struct burst *trouble; /* of the others: ascending, apart, widened */
    size_t trouble_count;
    int64_t from, to; /* of the others */
};

/* The seconds between which all records lie but a few strays at either end. */
static void widen_range(struct source *source, const struct stream *stream)
{
    enum { STRAYS_MAX = 5 };
    const struct timeline *t = &stream->timeline;
    uint64_t cut = stream->records / 100 < STRAYS_MAX ? stream->records / 100 : STRAYS_MAX;
    int64_t width = (int64_t)1 << t->shift, from = stream->first_ns / NS_PER_SECOND,
            to = stream->last_ns / NS_PER_SECOND;
    uint64_t before = 0, behind = 0;
    for (size_t i = 0; i < t->count && before + t->bins[i].count <= cut; before += t->bins[i++].count)
        from = ((int64_t)t->bins[i].index << t->shift) + width;
    for (size_t i = t->count; i > 0 && behind + t->bins[i - 1].count <= cut; behind += t->bins[--i].count)
        to = (int64_t)t->bins[i - 1].index << t->shift;
    source->from = from < source->from ? from : source->from;
    source->to = to > source->to ? to : source->to;
}

static void list_sources(struct clocks *c, const struct profile *profile)
{
    size_t n;
    struct table by_name = {0};
    struct stream **streams = profile_sorted_streams(profile, &n);
    c->sources = memory_alloc((n + 1) * sizeof *c->sources);
    for (size_t i = 0; i < n; i++) {
        if (streams[i]->by_order || streams[i]->records == 0 ||
            (streams[i]->zones != STREAM_ZONED && streams[i]->zones != STREAM_ZONELESS))
            continue;
        uint64_t key = stream_key(span_of(streams[i]->name), (struct span){0}) ^ streams[i]->zones;
        struct source *source = table_get(&by_name, key);
        if (!source) {
            source = &c->sources[c->count++];
            *source = (struct source){
                .name = streams[i]->name, .from = INT64_MAX, .to = INT64_MIN, .zones = streams[i]->zones};
            table_put(&by_name, key, source);
        }
        widen_range(source, streams[i]);
        table_put(&c->of, streams[i]->key, source);
    }
    free(streams);
    table_done(&by_name);
}

static bool near(int64_t a, int64_t b)
{
    return a - b <= EDGE_SECONDS && b - a <= EDGE_SECONDS;
}

static bool together(const struct source *a, const struct source *b)
{
    return near(a->from, b->from) && near(a->to, b->to);
}

/* Which sources the others are measured by. */
static bool choose_reference(struct clocks *c)
{
    size_t zoned = 0, best = 0, best_at = 0;
    for (size_t i = 0; i < c->count; i++)
        zoned += c->sources[i].reference = c->sources[i].zones == STREAM_ZONED;
    for (size_t i = 0; i < c->count && zoned == 0; i++) {
        size_t fleet = 0;
        for (size_t k = 0; k < c->count; k++)
            fleet += together(&c->sources[i], &c->sources[k]);
        if (fleet > best)
            best = fleet, best_at = i;
    }
    if (zoned == 0 && (best < FLEET_MIN || best * 2 <= c->count))
        return false;
    c->from = INT64_MAX;
    c->to = INT64_MIN;
    for (size_t i = 0; i < c->count; i++) {
        struct source *s = &c->sources[i];
        if (zoned == 0)
            s->reference = together(&c->sources[best_at], s);
        if (s->reference && s->from < c->from)
            c->from = s->from;
        if (s->reference && s->to > c->to)
            c->to = s->to;
    }
    return true;
}

/* Errors that were not there from the start. */
static void list_bursts(struct clocks *c, const struct profile *profile, struct arena *arena)
{
    size_t n;
    struct series **series = profile_sorted_series(profile, &n);
    for (int fill = 0; fill < 2; fill++) {
        for (size_t i = 0; i < n; i++) {
            struct source *source = table_get(&c->of, series[i]->stream);
            const struct timeline *t = &series[i]->timeline;
            if (!source || series[i]->severity < SEVERITY_ERROR || t->shift > COARSE_SHIFT ||
                series[i]->first_ns / NS_PER_SECOND < source->from + (source->to - source->from) / 10)
                continue;
            for (size_t b = 0; b < t->count; b++) {
                if (fill) {
                    int64_t from = (int64_t)t->bins[b].index << t->shift;
                    source->bursts[source->burst_count] =
                        (struct burst){from, from + ((int64_t)1 << t->shift), t->bins[b].count};
                }
                source->burst_count++;
            }
        }
        for (size_t i = 0; i < c->count && !fill; i++) {
            c->sources[i].bursts = arena_alloc(arena, (c->sources[i].burst_count + 1) * sizeof(struct burst));
            c->sources[i].burst_count = 0;
        }
    }
    free(series);
}

static int compare_burst(const void *a, const void *b)
{
    const struct burst *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* The errors of the reference as stretches that do not touch. */
static void join_trouble(struct clocks *c, struct arena *arena)
{
    size_t total = 0, kept = 0;
    for (size_t i = 0; i < c->count; i++)
        total += c->sources[i].reference ? c->sources[i].burst_count : 0;
    struct burst *all = arena_alloc(arena, (total + 1) * sizeof *all);
    total = 0;
    for (size_t i = 0; i < c->count; i++)
        for (size_t b = 0; c->sources[i].reference && b < c->sources[i].burst_count; b++) {
            all[total] = c->sources[i].bursts[b];
            all[total].from -= TOUCH_SECONDS;
            all[total++].to += TOUCH_SECONDS;
        }
    qsort(all, total, sizeof *all, compare_burst);
    for (size_t i = 0; i < total; i++) {
        if (kept && all[i].from <= all[kept - 1].to) {
            if (all[i].to > all[kept - 1].to)
                all[kept - 1].to = all[i].to;
        } else {
            all[kept++] = all[i];
        }
    }
    c->trouble = all;
    c->trouble_count = kept;
}

/* Which share of a source's errors falls together with those of the others when it is read as so much
 * earlier. */
static double share_together(const struct clocks *c, const struct source *s, int64_t seconds)
{
    double all = 0, hit = 0;
    for (size_t b = 0; b < s->burst_count; b++) {
        int64_t from = s->bursts[b].from - seconds, to = s->bursts[b].to - seconds;
        size_t lo = 0, hi = c->trouble_count; /* the first stretch that ends behind `from` */
        while (lo < hi) {
            size_t mid = (lo + hi) / 2;
            if (c->trouble[mid].to <= from)
                lo = mid + 1;
            else
                hi = mid;
        }
        all += s->bursts[b].count;
        hit += lo < c->trouble_count && c->trouble[lo].from < to ? s->bursts[b].count : 0;
    }
    return all > 0 ? hit / all : 0;
}

/* Do the others have errors for less than half of their time? Else every shift would fit. */
static bool trouble_tells(const struct clocks *c)
{
    int64_t seconds = 0;
    for (size_t i = 0; i < c->trouble_count; i++)
        seconds += c->trouble[i].to - c->trouble[i].from;
    return seconds > 0 && seconds * 2 <= c->to - c->from;
}

/* Would it lie within the others if it were read as so much earlier? */
static bool fits(const struct clocks *c, const struct source *s, int half_hours)
{
    int64_t seconds = (int64_t)half_hours * HALF_HOUR;
    return s->from - seconds >= c->from - EDGE_SECONDS && s->to - seconds <= c->to + EDGE_SECONDS;
}

static bool fits_at_both_ends(const struct clocks *c, const struct source *s, int half_hours)
{
    int64_t seconds = (int64_t)half_hours * HALF_HOUR;
    return near(s->from - seconds, c->from) && near(s->to - seconds, c->to);
}

static struct clock_shift shift_of(const struct source *source, int minutes, bool aligned,
                                   enum clock_reason reason)
{
    return (struct clock_shift){source->name, minutes, aligned, reason};
}

static int minutes_of(int half_hours)
{
    return half_hours * (HALF_HOUR / 60);
}

static bool judge(const struct clocks *c, struct source *s, struct clock_shift *ret)
{
    int best = 0;
    double best_share = 0, second_share = 0;
    size_t fitting = 0;
    if (fits(c, s, 0))
        return false;
    for (int k = -SHIFTS_MAX; k <= SHIFTS_MAX; k++) {
        if (k == 0 || !fits(c, s, k))
            continue;
        fitting++;
        if (fits_at_both_ends(c, s, k))
            s->edges = k;
        double share = share_together(c, s, (int64_t)k * HALF_HOUR);
        if (share > best_share) {
            second_share = best_share;
            best_share = share;
            best = k;
        } else if (share > second_share) {
            second_share = share;
        }
    }
    bool same = best && best_share >= SAME && second_share <= ELSEWHERE &&
                share_together(c, s, 0) <= ELSEWHERE && trouble_tells(c) && (!s->edges || s->edges == best);
    bool compared = s->burst_count && c->trouble_count;
    s->alone = fitting == 1 && (compared ? best_share >= SAME : s->edges != 0);
    if (!same && !s->edges && !s->alone)
        return false;
    *ret = shift_of(s, minutes_of(same || !s->edges ? best : s->edges), same, CLOCK_TELLS);
    return true;
}

/* The half hours that sources without a zone are off, all that are; 0: they do not agree, or one needs none,
 * or they are the stretch right before or behind the others, as another hour of rotated logs, or too few tell
 * it. */
static int agreed(const struct clocks *c, const struct clock_shift *shifts, size_t count)
{
    size_t votes = 0;
    bool sure = false;
    for (size_t i = 0; i < c->count; i++) {
        const struct source *s = &c->sources[i];
        if (s->reference)
            continue;
        if (fits_at_both_ends(c, s, 0) ||
            ((s->edges || s->alone) && (near(s->from, c->to) || near(s->to, c->from))))
            return 0;
        votes += s->edges != 0;
        sure |= s->alone;
    }
    for (size_t i = 0; i < count; i++) {
        if (shifts[i].minutes != shifts[0].minutes)
            return 0;
        sure |= shifts[i].aligned;
    }
    return count && (sure || votes >= AGREE_MIN) ? shifts[0].minutes / minutes_of(1) : 0;
}

static size_t align_all(const struct clocks *c, int half_hours, struct clock_shift *shifts)
{
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++)
        if (!c->sources[i].reference && fits(c, &c->sources[i], half_hours))
            shifts[count++] = shift_of(&c->sources[i], minutes_of(half_hours), true, CLOCKS_AGREE);
    return count;
}

/* Is what would be aligned so, each by its own trouble? */
static bool all_aligned(const struct clocks *c, const struct clock_shift *shifts, size_t count,
                        int half_hours)
{
    size_t fitting = 0, aligned = 0;
    for (size_t i = 0; i < c->count; i++)
        fitting += !c->sources[i].reference && fits(c, &c->sources[i], half_hours);
    for (size_t i = 0; i < count; i++)
        aligned += shifts[i].aligned;
    return aligned == fitting;
}

static int compare_shift(const void *a, const void *b)
{
    return strcmp(((const struct clock_shift *)a)->source, ((const struct clock_shift *)b)->source);
}

struct clock_shift *clocks_find(const struct profile *profile, struct arena *arena, size_t *ret_count)
{
    struct clocks c = {0};
    struct clock_shift *shifts = NULL;
    *ret_count = 0;
    list_sources(&c, profile);
    if (c.count > 1 && choose_reference(&c)) {
        shifts = arena_alloc(arena, (c.count + 1) * sizeof *shifts);
        list_bursts(&c, profile, arena);
        join_trouble(&c, arena);
        for (size_t i = 0; i < c.count; i++)
            if (!c.sources[i].reference)
                *ret_count += judge(&c, &c.sources[i], &shifts[*ret_count]);
        int half_hours = agreed(&c, shifts, *ret_count);
        if (half_hours && !all_aligned(&c, shifts, *ret_count, half_hours))
            *ret_count = align_all(&c, half_hours, shifts);
        qsort(shifts, *ret_count, sizeof *shifts, compare_shift);
    }
    table_done(&c.of);
    free(c.sources);
    return shifts;
}

/* The sources and their range; false where one names its zone, or there is none. */
static bool list_zoneless(struct clocks *c, const struct profile *profile)
{
    bool zoned = false;
    *c = (struct clocks){.from = INT64_MAX, .to = INT64_MIN};
    list_sources(c, profile);
    for (size_t i = 0; i < c->count; i++) {
        zoned |= c->sources[i].zones == STREAM_ZONED;
        c->from = c->sources[i].from < c->from ? c->sources[i].from : c->from;
        c->to = c->sources[i].to > c->to ? c->sources[i].to : c->to;
    }
    table_done(&c->of);
    return c->count && !zoned;
}

/* Is it a time that the logs are of, or one right behind their end? */
static bool holds(const struct clocks *c, int64_t second)
{
    return c->from <= second && second <= c->to + PAGE_LATE_SECONDS;
}

struct clock_shift *clocks_in_zone(const struct profile *profile, int zone_minutes, enum clock_reason reason,
                                   struct arena *arena, size_t *ret_count)
{
    struct clocks c;
    struct clock_shift *shifts = NULL;
    *ret_count = 0;
    if (list_zoneless(&c, profile)) {
        shifts = arena_alloc(arena, c.count * sizeof *shifts);
        for (size_t i = 0; i < c.count; i++)
            shifts[i] = shift_of(&c.sources[i], zone_minutes, true, reason);
        *ret_count = c.count;
        qsort(shifts, *ret_count, sizeof *shifts, compare_shift);
    }
    free(c.sources);
    return shifts;
}

bool clocks_fit_page(const struct profile *profile, int64_t at_ns, int zone_minutes)
{
    struct clocks c;
    int64_t at = at_ns / NS_PER_SECOND;
    bool fits_there =
        list_zoneless(&c, profile) && !holds(&c, at) && holds(&c, at + (int64_t)zone_minutes * 60);
    free(c.sources);
    return fits_there;
}

/* Shortly before the end, and after the trouble began. */
static bool is_page(const struct clocks *c, int64_t second, int64_t trouble_ns)
{
    int64_t trouble = trouble_ns / NS_PER_SECOND;
    return second > c->to - PAGE_BEFORE_END && second <= c->to + PAGE_LATE_SECONDS && second >= c->from &&
           (trouble_ns == TIME_NONE || (second >= trouble && second - trouble <= PAGE_BEFORE_END));
}

int clocks_zone_of_page(const struct profile *profile, int64_t at_ns, int64_t trouble_ns)
{
    struct clocks c;
    int found = 0;
    int64_t at = at_ns / NS_PER_SECOND;
    if (list_zoneless(&c, profile) && !is_page(&c, at, TIME_NONE) &&
        (trouble_ns != TIME_NONE || !holds(&c, at))) {
        /* most zones are whole hours from UTC; the others tell only where trouble says which */
        for (int half = 0; half <= (trouble_ns != TIME_NONE) && !found; half++)
            for (int k = -SHIFTS_MAX + half; k <= SHIFTS_MAX && !found; k += 2)
                if (is_page(&c, at + (int64_t)k * HALF_HOUR, trouble_ns))
                    found = minutes_of(k);
    }
    free(c.sources);
    return found;
}
