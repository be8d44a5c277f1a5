/* When it began, on news made by hand: mass and time alone decide. */
#include "analysis/window.h"
#include "record/severity.h"

#include <criterion/criterion.h>

#define SECONDS(s) ((int64_t)((s)*1e9))
#define HOUR       3600.0
#define NEWS_MAX   64

static struct pattern patterns[NEWS_MAX];
static struct news news[NEWS_MAX];
static size_t count;

/* Two hours of log, from second 0. */
static const struct model model = {.first_ns = 0, .last_ns = SECONDS(2 * HOUR), .horizon_ns = INT64_MAX};

static void say(uint32_t service, double second, double mass, uint8_t severity, enum role role)
{
    patterns[count] = (struct pattern){.service = service,
                                       .severity = severity,
                                       .role = role,
                                       .first_ns = SECONDS(second),
                                       .last_ns = SECONDS(second + 30)};
    news[count] = (struct news){.pattern = &patterns[count],
                                .novelty = NOVELTY_NEW,
                                .time_ns = SECONDS(second),
                                .bits = 6,
                                .mass = mass};
    count++;
}

static struct onset_split split(double from, double to)
{
    return split_find(&model, news, count, SECONDS(from), SECONDS(to));
}

Test(window, no_news_no_onset)
{
    cr_expect_not(split(0, 2 * HOUR).found);
    say(0, 100, 0.1, SEVERITY_INFO, ROLE_UNKNOWN);
    say(0, HOUR, 0.2, SEVERITY_INFO, ROLE_UNKNOWN);
    struct onset_split s = split(0, 2 * HOUR);
    cr_expect_not(s.found, "remarks are no onset");
    cr_expect_not(split_convinces(&model, &s, true));
}

Test(window, the_burst_and_not_the_trifles)
{
    for (int i = 1; i < 6; i++)
        say(0, 600 * i, 1, SEVERITY_WARN, ROLE_UNKNOWN);
    for (int i = 0; i < 6; i++)
        say((uint32_t)i % 3, HOUR + 2 * i, 5, SEVERITY_ERROR, ROLE_UNKNOWN);
    say(1, 2 * HOUR - 600, 5, SEVERITY_ERROR, ROLE_UNKNOWN);
    struct onset_split s = split(0, 2 * HOUR);
    cr_assert(s.found);
    cr_expect_eq(s.time_ns, SECONDS(HOUR));
    cr_expect_eq(s.effect_ns, SECONDS(HOUR));
    cr_expect_eq(s.services, 3);
    cr_expect_eq(s.patterns, 6);
    cr_expect_eq(s.warnings, 0);
    cr_expect_float_eq(s.lasted_seconds, 40, 0.001, "from the first to the last line of the last pattern");
    cr_expect(split_convinces(&model, &s, false));
}

/* The same burst, not looked at. */
Test(window, only_what_lies_inside)
{
    for (int i = 0; i < 6; i++)
        say(0, HOUR + 2 * i, 5, SEVERITY_ERROR, ROLE_UNKNOWN);
    say(0, 5000, 3, SEVERITY_ERROR, ROLE_UNKNOWN);
    cr_expect_not(split(0, HOUR - 1).found);
    cr_expect_not(split(6000, 2 * HOUR).found);
    cr_expect_eq(split(4000, 2 * HOUR).time_ns, SECONDS(5000));
    cr_expect_eq(split(0, 2 * HOUR).time_ns, SECONDS(HOUR));
}

/* An outage may build up over minutes: three minutes of small trouble begin where the first of it is. */
Test(window, a_slow_beginning)
{
    for (int i = 0; i < 10; i++)
        say((uint32_t)i % 4, HOUR + 20 * i, 2.5, SEVERITY_ERROR, ROLE_UNKNOWN);
    struct onset_split s = split(0, 2 * HOUR);
    cr_assert(s.found);
    cr_expect_eq(s.time_ns, SECONDS(HOUR), "%g s late", (double)s.time_ns / 1e9 - HOUR);
    count = 1;
    cr_expect_gt(s.score, 2 * split(0, 2 * HOUR).score, "all of it counts, not its first line alone");
}

/* A quiet change starts the burst: the effect is what comes after it. */
Test(window, the_effect_is_the_first_trouble)
{
    say(0, HOUR, 0.6, SEVERITY_INFO, ROLE_CHANGE);
    say(2, HOUR + 1, 0.6, SEVERITY_WARN, ROLE_UNKNOWN);
    for (int i = 0; i < 5; i++)
        say(2, HOUR + 2 + i, 6, SEVERITY_ERROR, ROLE_UNKNOWN);
    struct onset_split s = split(0, 2 * HOUR);
    cr_assert(s.found);
    cr_expect_eq(s.time_ns, SECONDS(HOUR));
    cr_expect_eq(s.effect_ns, SECONDS(HOUR + 1));
    cr_expect_eq(s.warnings, 1);
    cr_expect_eq(s.patterns, 5);
    cr_expect_eq(s.services, 1, "the change is no trouble of its service");
}

/* At the start of the logs nothing tells what is usual: the same burst counts less there, with times and
 * where order stands in for them. */
Test(window, nothing_is_known_at_the_start)
{
    static const double begin[] = {5, HOUR};
    for (int by_order = 0; by_order < 2; by_order++) {
        double score[2];
        struct model m = model;
        m.by_order = by_order;
        for (int k = 0; k < 2; k++) {
            count = 0;
            for (int i = 0; i < 4; i++)
                say(0, begin[k] + 2 * i, 5, SEVERITY_ERROR, ROLE_UNKNOWN);
            score[k] = split_find(&m, news, count, 0, SECONDS(2 * HOUR)).score;
        }
        cr_expect_lt(score[0], score[1] / 5, "%g and %g", score[0], score[1]);
    }
}

/* Trouble in a service that is new in trouble all the time is less of a burst. */
Test(window, noise_before_hides_a_burst)
{
    double score[2];
    for (int noisy = 0; noisy < 2; noisy++) {
        count = 0;
        for (int i = 0; noisy && i < 40; i++)
            say(0, 60 * i, 5, SEVERITY_ERROR, ROLE_UNKNOWN);
        for (int i = 0; i < 4; i++)
            say(0, HOUR + 2 * i, 5, SEVERITY_ERROR, ROLE_UNKNOWN);
        score[noisy] = split(HOUR - 60, 2 * HOUR).score;
    }
    cr_expect_lt(score[1], score[0]);
}

Test(window, convinces)
{
    static const struct {
        const char *why;
        struct onset_split split;
        bool alone, given; /* does it convince without --at, and with */
    } rows[] = {
        {"nothing was found",
         {.found = false, .score = 99, .mass = 99, .patterns = 9, .severe = 9},
         false,
         false},
        {"two services, several kinds",
         {.found = true, .score = 20, .mass = 30, .services = 2, .patterns = 4, .severe = 4, .events = 4},
         true,
         true},
        {"it goes on for a minute",
         {.found = true,
          .score = 30,
          .mass = 6,
          .services = 1,
          .patterns = 1,
          .severe = 1,
          .events = 60,
          .lasted_seconds = 60},
         true,
         true},
        {"a few warnings that nobody knows",
         {.found = true, .score = 12, .mass = 6, .warnings = 2, .events = 4, .told = 4},
         false,
         false},
        {"a peak: more of them, and no error",
         {.found = true, .score = 22, .mass = 6, .patterns = 1, .warnings = 2, .events = 32, .told = 32},
         false,
         false},
        {"a flood of them",
         {.found = true, .score = 22, .mass = 6, .warnings = 2, .events = 60, .told = 60},
         false,
         true},
        {"errors that come every hour or so, two within minutes",
         {.found = true, .score = 6, .mass = 5, .services = 1, .patterns = 1, .severe = 1, .events = 9},
         false,
         false},
        {"one error, once",
         {.found = true, .score = 30, .mass = 6, .services = 1, .patterns = 1, .severe = 1, .events = 1},
         false,
         true},
        {"five in a second are one hiccup",
         {.found = true,
          .score = 30,
          .mass = 6,
          .services = 1,
          .patterns = 1,
          .severe = 1,
          .events = 5,
          .lasted_seconds = 1},
         false,
         true},
        {"an error that comes once an hour or so, six in five minutes",
         {.found = true,
          .score = 40,
          .mass = 9,
          .services = 1,
          .patterns = 1,
          .severe = 1,
          .warnings = 1,
          .events = 12,
          .lasted_seconds = 317},
         false,
         true},
        {"a rollout: probes fail, logged as routine",
         {.found = true, .score = 30, .mass = 6, .patterns = 1, .events = 0.6, .lasted_seconds = 125},
         false,
         false},
        {"the same 600 times as warnings",
         {.found = true,
          .score = 30,
          .mass = 6,
          .patterns = 1,
          .events = 600,
          .told = 600,
          .lasted_seconds = 90},
         true,
         true},
        {"a cause, told as routine",
         {.found = true, .score = 30, .mass = 6, .patterns = 1, .causes = 1, .events = 0.1},
         false,
         true},
        {"new routine, no trouble at all", {.found = true, .score = 15, .mass = 4}, false, false},
        {"hardly more than before",
         {.found = true,
          .score = 1,
          .mass = 6,
          .services = 2,
          .patterns = 4,
          .severe = 4,
          .events = 60,
          .lasted_seconds = 60},
         false,
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(split_convinces(&model, &rows[i].split, false), rows[i].alone, "%s", rows[i].why);
        cr_expect_eq(split_convinces(&model, &rows[i].split, true), rows[i].given, "%s, with --at",
                     rows[i].why);
    }
}
