/* Which source's clock is off, on stories of one hour. "db" writes no zone; the others say UTC. */
#include "analysis/clocks.h"
#include "make_profile.h"

enum { HOUR = 3600 };

/* How the streams of a profile write their stamps: those whose names begin with name. */
static void set_zones(struct profile *profile, const char *name, uint8_t zones)
{
    size_t n;
    struct stream **streams = profile_sorted_streams(profile, &n);
    for (size_t i = 0; i < n; i++)
        if (strncmp(streams[i]->name, name, strlen(name)) == 0)
            streams[i]->zones = zones;
    free(streams);
}

/* An hour of three services; db, ahead by so many seconds, falls ill at db_trouble and the others at trouble.
 */
static void tell(struct story *s, double ahead, double db_trouble, double trouble)
{
    story_steady(s, "web", 0, HOUR, 2, SEVERITY_INFO, "request % served");
    story_steady(s, "cart", 1, HOUR, 3, SEVERITY_INFO, "cart % stored");
    story_steady(s, "db", ahead, ahead + HOUR, 5, SEVERITY_INFO, "checkpoint % complete");
    story_steady(s, "db", ahead + db_trouble, ahead + db_trouble + 300, 7, SEVERITY_ERROR, "disk full at %");
    story_steady(s, "web", trouble, trouble + 320, 3, SEVERITY_ERROR, "no answer of db to %");
}

static struct clock_shift *find(struct story *s, uint8_t db, uint8_t others, size_t *ret_count)
{
    static struct arena arena;
    struct profile profile = story_profile(s, 0);
    arena_done(&arena);
    arena = (struct arena){0};
    set_zones(&profile, "", others);
    set_zones(&profile, "db", db);
    struct clock_shift *shifts = clocks_find(&profile, &arena, ret_count);
    static char name[64];
    if (*ret_count) {
        snprintf(name, sizeof name, "%s", shifts[0].source);
        shifts[0].source = name;
    }
    profile_done(&profile);
    story_done(s);
    return shifts;
}

Test(clocks, local_time_among_utc_is_aligned)
{
    static const int minutes[] = {120, -300, 330, 30, -30, 600};
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        struct story s = {0};
        size_t n;
        tell(&s, minutes[i] * 60 + 4, 1800, 1805);
        struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
        cr_assert_eq(n, 1, "%d minutes: %zu found", minutes[i], n);
        cr_expect_str_eq(shifts[0].source, "db");
        cr_expect_eq(shifts[0].minutes, minutes[i], "%d for %d", shifts[0].minutes, minutes[i]);
        cr_expect(shifts[0].aligned);
    }
}

Test(clocks, most_agree_where_nobody_names_a_zone)
{
    struct story s = {0};
    size_t n;
    tell(&s, 7200, 1800, 1805);
    struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONELESS, &n);
    cr_assert_eq(n, 1);
    cr_expect_str_eq(shifts[0].source, "db");
    cr_expect(shifts[0].aligned && shifts[0].minutes == 120);
}

Test(clocks, another_hour_of_the_log_is_only_reported)
{
    struct story s = {0};
    size_t n;
    tell(&s, 7200, 600, 1805); /* its trouble is another one */
    struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
    cr_assert_eq(n, 1);
    cr_expect(!shifts[0].aligned && shifts[0].minutes == 120);
}

/* Three of an hour without any error, so that ranges alone tell: db and mail write no zone, web does. */
static void tell_of_two(struct story *s, double db_ahead, double mail_ahead)
{
    story_steady(s, "web", 0, HOUR, 2, SEVERITY_INFO, "request % served");
    story_steady(s, "db", db_ahead + 3, db_ahead + HOUR, 5, SEVERITY_INFO, "checkpoint % complete");
    story_steady(s, "db-mail", mail_ahead + 8, mail_ahead + HOUR, 9, SEVERITY_INFO, "mail % sent");
}

Test(clocks, two_that_agree_write_one_local_time)
{
    struct story s = {0};
    size_t n;
    tell_of_two(&s, 7200, 7200);
    struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
    cr_assert_eq(n, 2);
    for (size_t i = 0; i < n; i++)
        cr_expect(shifts[i].aligned && shifts[i].reason == CLOCKS_AGREE && shifts[i].minutes == 120);
}

/* One that has no errors to compare fits after one shift alone: nobody collects another hour beside these. */
Test(clocks, one_that_nothing_speaks_against)
{
    struct story s = {0};
    size_t n;
    story_steady(&s, "web", 0, HOUR, 2, SEVERITY_INFO, "request % served");
    story_steady(&s, "web", 1805, 2100, 3, SEVERITY_ERROR, "no answer of db to %");
    story_steady(&s, "db", 7203, 7200 + HOUR, 5, SEVERITY_INFO, "checkpoint % complete");
    struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
    cr_assert_eq(n, 1);
    cr_expect(shifts[0].aligned && shifts[0].reason == CLOCKS_AGREE && shifts[0].minutes == 120);
}

/* What falls together after one shift tells the zone of what has no errors, too. */
Test(clocks, one_tells_for_the_others)
{
    struct story s = {0};
    size_t n;
    tell(&s, 7200, 1800, 1805);
    story_steady(&s, "db-mail", 7200 + 600, 7200 + 900, 9, SEVERITY_INFO, "mail % sent");
    struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
    cr_assert_eq(n, 2);
    for (size_t i = 0; i < n; i++)
        cr_expect(shifts[i].aligned && shifts[i].minutes == 120);
}

/* Another: one is where it belongs; they do not agree; they are the hour before, as rotated logs are. */
Test(clocks, no_agreement)
{
    static const double ahead[][2] = {{7200, 0}, {7200, -18000}, {-HOUR, -HOUR}, {HOUR, HOUR}};
    for (size_t i = 0; i < sizeof ahead / sizeof *ahead; i++) {
        struct story s = {0};
        size_t n;
        tell_of_two(&s, ahead[i][0], ahead[i][1]);
        struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
        for (size_t k = 0; k < n; k++)
            cr_expect(!shifts[k].aligned, "%g and %g s", ahead[i][0], ahead[i][1]);
    }
}

Test(clocks, what_names_its_zone_is_believed)
{
    struct story s = {0};
    size_t n;
    tell(&s, 7200, 1800, 1805);
    find(&s, STREAM_ZONED, STREAM_ZONED, &n);
    cr_expect_eq(n, 0);
}

Test(clocks, neither_none_nor_some_minutes_nor_a_day)
{
    static const int minutes[] = {0, 1, 12, 45, 24 * 60};
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        struct story s = {0};
        size_t n;
        tell(&s, minutes[i] * 60, 1800, 1805);
        find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
        cr_expect_eq(n, 0, "%d minutes", minutes[i]);
    }
}

/* Errors all the time fit any shift. */
Test(clocks, steady_errors_are_no_evidence)
{
    struct story s = {0};
    size_t n;
    tell(&s, 7200, 600, 1805);
    story_steady(&s, "web", 0, HOUR, 20, SEVERITY_ERROR, "cannot send mail %");
    story_steady(&s, "db", 7200, 7200 + HOUR, 20, SEVERITY_ERROR, "cannot vacuum table %");
    struct clock_shift *shifts = find(&s, STREAM_ZONELESS, STREAM_ZONED, &n);
    cr_expect(n == 1 && !shifts[0].aligned);
}

/* The rest of the analysis sees one outage. */
Test(clocks, an_aligned_source_is_the_cause)
{
    struct story s = {0};
    struct profile none;
    tell(&s, 7200, 1800, 1805);
    struct profile profile = story_profile(&s, 0);
    profile_init(&none);
    set_zones(&profile, "", STREAM_ZONED);
    set_zones(&profile, "db", STREAM_ZONELESS);
    struct analysis_options options = story_options();
    struct findings *f = analyse(&profile, &none, &options);
    cr_expect_eq(f->verdict, ONSET_FOUND);
    cr_assert(f->candidate_count > 0);
    cr_expect_str_eq(f->candidates[0].service, "db");
    cr_expect_eq(f->candidates[0].first.time_ns, story_ns(1800));
    cr_expect_leq(f->coverage.last_ns, story_ns(HOUR));
    findings_free(f);
    options.zone_given = true;
    f = analyse(&profile, &none, &options);
    cr_expect_geq(f->coverage.last_ns, story_ns(7200 + HOUR - 10));
    findings_free(f);
    profile_done(&none);
    profile_done(&profile);
    catalogue_free(options.catalogue);
    story_done(&s);
}
