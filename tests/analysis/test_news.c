/* What is new, surging or gone, and how surprising: near misses stand beside each. */
#include "make_profile.h"

#include "analysis/news.h"

#define HOUR 3600.0
#define END  (HOUR + 600)

static struct profile logs, empty;
static struct analysis_options options;
static struct model model;
static struct news *news;
static size_t news_count;

static void news_of(struct story *s, double from, double to)
{
    logs = story_profile(s, 0);
    profile_init(&empty);
    options = story_options();
    model_make(&model, &logs, &empty, &options);
    news = news_find(&model, story_ns(from), story_ns(to), NULL, 0, &news_count);
    for (size_t i = 1; i < news_count; i++)
        cr_assert_leq(news[i - 1].time_ns, news[i].time_ns, "news is sorted by time");
    story_done(s);
}

static void done(void)
{
    model_done(&model);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&empty);
}

/* The news whose first line begins so, or NULL. */
static const struct news *find(const char *begin)
{
    for (size_t i = 0; i < news_count; i++) {
        const struct exemplar *e = &news[i].pattern->first->exemplar;
        if (span_starts(span_make(e->text, e->raw_bytes), begin))
            return &news[i];
    }
    return NULL;
}

static void tell_habit(struct story *s)
{
    story_steady(s, "web", 0, END, 1, SEVERITY_INFO, "request % served");
    story_steady(s, "stock", 0.5, END, 2, SEVERITY_INFO, "counted shelf %");
}

Test(news, a_line_that_was_never_said)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "web", HOUR, SEVERITY_INFO, "lamp is lit");
    story_steady(&s, "web", HOUR + 1, HOUR + 100, 9, SEVERITY_ERROR, "lamp is broken");
    news_of(&s, HOUR - 1800, HOUR + 600);
    const struct news *lit = find("lamp is lit"), *broken = find("lamp is broken");
    cr_assert_not_null(lit);
    cr_assert_not_null(broken);
    cr_expect_eq(lit->novelty, NOVELTY_NEW);
    cr_expect_eq(lit->time_ns, story_ns(HOUR));
    cr_expect_gt(lit->bits, 5, "an hour without it: close to the cap, not %g", lit->bits);
    cr_expect_leq(lit->bits, BITS_CAP);
    cr_expect_gt(broken->mass, 5 * lit->mass, "an error is felt, a remark is not");
    cr_expect_float_eq(lit->exposure_seconds, HOUR, 1);
    cr_expect_float_eq(lit->exposure_records, HOUR - 60, 30, "%g", lit->exposure_records);
    cr_expect_null(find("request"), "what began before the window is no news in it");
    done();
}

Test(news, outside_of_the_window)
{
    static const struct {
        double from, to;
        bool inside;
    } rows[] = {{HOUR, HOUR, true}, {HOUR - 9, HOUR - 1, false}, {HOUR + 1, HOUR + 9, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "web", HOUR, SEVERITY_ERROR, "lamp is broken");
        news_of(&s, rows[i].from, rows[i].to);
        cr_expect_eq(find("lamp") != NULL, rows[i].inside, "%g to %g", rows[i].from, rows[i].to);
        done();
    }
}

/* A service that says something new every ten seconds surprises nobody when it does so again. */
Test(news, who_always_says_new_things_surprises_less)
{
    static char lines[360][32];
    struct story s = {0};
    tell_habit(&s);
    for (int i = 0; i < 360; i++) {
        snprintf(lines[i], sizeof lines[i], "%c%c%c hums a tune", 'a' + i / 26, 'a' + i % 26, 'z' - i % 26);
        story_say(&s, "radio", 10 * i, SEVERITY_INFO, lines[i]);
    }
    story_say(&s, "radio", HOUR, SEVERITY_ERROR, "lamp is broken");
    story_say(&s, "web", HOUR, SEVERITY_ERROR, "door is broken");
    news_of(&s, HOUR - 60, END);
    const struct news *radio = find("lamp"), *web = find("door");
    cr_assert_not_null(radio);
    cr_assert_not_null(web);
    cr_expect_lt(radio->bits, 1, "nearly all it says is new: %g", radio->bits);
    cr_expect_gt(web->bits, radio->bits + 1);
    done();
}

/* Another service has said it for half an hour: that one more says it is less of a surprise. */
Test(news, known_elsewhere)
{
    struct story s = {0};
    tell_habit(&s);
    story_steady(&s, "web", HOUR - 1800, END, 20, SEVERITY_ERROR, "lamp is broken");
    story_say(&s, "stock", HOUR, SEVERITY_ERROR, "lamp is broken");
    story_say(&s, "stock", HOUR + 1, SEVERITY_ERROR, "door is broken");
    news_of(&s, HOUR - 60, END);
    const struct news *lamp = find("lamp"), *door = find("door");
    cr_assert_not_null(lamp);
    cr_assert_not_null(door);
    cr_expect_leq(lamp->bits, 3);
    cr_expect_gt(door->bits, lamp->bits + 1);
    done();
}

/* What a process says in its first seconds is new by nature. */
Test(news, first_words)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "pay", 600, SEVERITY_INFO, "till is open");
    story_steady(&s, "pay", 601, END, 20, SEVERITY_ERROR, "drawer is stuck");
    story_say(&s, "post", 602, SEVERITY_INFO, "stamps are here"); /* three at once: a fleet */
    story_say(&s, "bell", 603, SEVERITY_INFO, "bell is hung");
    story_steady(&s, "pay", 602, END, 1, SEVERITY_INFO, "paid bill %");
    story_steady(&s, "pay", 900, END, 20, SEVERITY_ERROR, "drawer is lost");
    news_of(&s, 60, END);
    const struct news *banner = find("till"), *early = find("drawer is stuck"),
                      *later = find("drawer is lost");
    cr_assert_not_null(banner);
    cr_assert_not_null(early);
    cr_assert_not_null(later);
    cr_expect_eq(banner->mass, 0, "a banner is nothing that anyone feels");
    cr_expect_lt(early->mass, later->mass / 2);
    cr_expect_lt(early->bits, later->bits);
    cr_expect(banner->pattern->startup && early->pattern->startup && !later->pattern->startup);
    done();
}

/* Eight replicas take the place of an old one, one after the other, and say what a start says; some say more.
 */
Test(news, the_start_of_one_replica)
{
    static const char *const names[] = {"pay#0", "pay#1", "pay#2", "pay#3",
                                        "pay#4", "pay#5", "pay#6", "pay#7"};
    for (size_t broken = 1; broken <= 8; broken++) {
        struct story s = {0};
        tell_habit(&s);
        story_steady(&s, "pay#old", 0, 1800, 1, SEVERITY_INFO, "paid bill %");
        for (size_t i = 0; i < 8; i++) {
            story_say(&s, names[i], 1800 + 4 * (double)i, SEVERITY_INFO, "till is open");
            story_steady(&s, names[i], 1801 + 4 * (double)i, END, 5, SEVERITY_INFO, "paid bill %");
            if (i < broken)
                story_say(&s, names[i], 1801 + 4 * (double)i, SEVERITY_FATAL, "drawer has no key");
        }
        news_of(&s, 60, END);
        const struct news *banner = find("till"), *fatal = find("drawer");
        cr_assert_not_null(banner);
        cr_assert_not_null(fatal);
        cr_expect(banner->pattern->startup, "all of them say it");
        cr_expect_eq(fatal->pattern->startup, broken > 2, "%zu of 8 say it", broken);
        done();
    }
}

Test(news, new_source)
{
    /* how many services speak for the first time in the same minute, at second 1800 */
    for (int n = 1; n <= 4; n++) {
        static const char *const names[] = {"tidy", "mop", "broom", "brush"};
        struct story s = {0};
        tell_habit(&s);
        for (int i = 0; i < n; i++)
            story_say(&s, names[i], 1800 + i, SEVERITY_INFO, "moving shelves");
        news_of(&s, 60, END);
        const struct news *tidy = find("moving");
        cr_assert_not_null(tidy);
        cr_expect_eq(tidy->novelty == NOVELTY_NEW_SOURCE, n <= 2, "%d at once", n);
        done();
    }
}

/* An error of one a minute for an hour; then for five minutes `factor` as many; the traffic changes by
 * `traffic`. */
Test(news, surge)
{
    static const struct {
        const char *why;
        double period_before, period_after, traffic_period;
        uint8_t severity;
        bool surges;
    } rows[] = {
        {"thirty times as many", 60, 2, 1, SEVERITY_ERROR, true},
        {"three times as many are within what traffic does", 60, 20, 1, SEVERITY_ERROR, false},
        {"no more than before", 60, 60, 1, SEVERITY_ERROR, false},
        {"thirty times as many in thirty times the traffic", 60, 2, 1.0 / 30, SEVERITY_ERROR, false},
        {"ten times as many of a plain line are work", 60, 2, 1, SEVERITY_INFO, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        story_steady(&s, "web", 0, HOUR, 1, SEVERITY_INFO, "request % served");
        story_steady(&s, "web", HOUR, HOUR + 300, rows[i].traffic_period, SEVERITY_INFO, "request % served");
        story_steady(&s, "web", HOUR + 300, END, 1, SEVERITY_INFO, "request % served");
        story_steady(&s, "web", 30, HOUR, rows[i].period_before, rows[i].severity, "card % was declined");
        story_steady(&s, "web", HOUR, HOUR + 300, rows[i].period_after, rows[i].severity,
                     "card % was declined");
        story_steady(&s, "web", HOUR + 300, END, 60, rows[i].severity, "card % was declined");
        news_of(&s, HOUR - 1800, END);
        const struct news *card = find("card");
        cr_expect_eq(card != NULL, rows[i].surges, "%s", rows[i].why);
        if (card) {
            cr_expect_eq(card->novelty, NOVELTY_SURGE);
            cr_expect_gt(card->bits, 0);
            cr_expect(card->time_ns > story_ns(HOUR - 90) && card->time_ns < story_ns(HOUR + 90),
                      "%s: %.0f s off", rows[i].why, (double)(card->time_ns - story_ns(HOUR)) / 1e9);
            cr_expect_gt(card->after, card->before);
        }
        done();
    }
}

/* What is said once a minute was said in the minutes before the surge, too: that is no part of it. */
Test(news, a_surge_begins_where_it_rises)
{
    double rise = 1500;
    struct story s = {0};
    story_steady(&s, "web", 0, 1800, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "web", 15, rise, 60, SEVERITY_ERROR, "card % was declined");
    story_steady(&s, "web", rise + 0.5, rise + 30, 1, SEVERITY_ERROR, "card % was declined");
    news_of(&s, 0, 1800);
    const struct news *card = find("card");
    cr_assert_not_null(card);
    cr_expect_eq(card->novelty, NOVELTY_SURGE);
    double late = (double)(card->time_ns - story_ns(rise + 0.5)) / 1e9;
    cr_expect(late > 0 && late < 5, "%.1f s, where the service is counted by four seconds", late);
    done();
}

/* A log of a quarter of an hour, in which everything is said for the first time: a refusal now and then, and
 * then of everybody. */
Test(news, a_trifle_of_the_first_minutes_may_surge)
{
    for (int rises = 0; rises < 2; rises++) {
        struct story s = {0};
        story_steady(&s, "web", 0, 1200, 0.5, SEVERITY_INFO, "request % served");
        story_steady(&s, "web", 20, 900, 40, SEVERITY_ERROR, "user % not found");
        story_steady(&s, "web", 900, 1200, rises ? 1 : 40, SEVERITY_ERROR, "user % not found");
        news_of(&s, 0, 1200);
        const struct news *refusal = find("user");
        bool surges = refusal && refusal->novelty == NOVELTY_SURGE;
        cr_expect_eq(surges, rises);
        if (surges)
            cr_expect(refusal->time_ns >= story_ns(870) && refusal->time_ns <= story_ns(930), "%.0f s",
                      (double)(refusal->time_ns - story_ns(900)) / 1e9);
        done();
    }
}

/* A standby that says a line now and then gets the work, and refuses all of it. Whatever it says is new. */
Test(news, a_flood_from_one_who_hardly_spoke_is_felt)
{
    double mass[2];
    for (int floods = 0; floods < 2; floods++) {
        struct story s = {0};
        static const char *const chatter[] = {"ready",        "loaded the shelf", "took the lamp",
                                              "gave it back", "counts apples",    "sorted the mail",
                                              "rests",        "swept the floor",  "wound the clock",
                                              "fed the cat",  "locked the door",  "lit the stove"};
        story_steady(&s, "web", 0, 1500, 1, SEVERITY_INFO, "request % served");
        for (int i = 0; i < 12; i++)
            story_say(&s, "spare", 120 + 80 * i, SEVERITY_INFO, chatter[i]);
        story_steady(&s, "spare", 1200, floods ? 1500 : 1210, 2, SEVERITY_ERROR, "no room for %");
        news_of(&s, 0, 1500);
        const struct news *refusal = find("no room");
        cr_assert_not_null(refusal);
        cr_expect_eq(refusal->novelty, NOVELTY_NEW);
        mass[floods] = refusal->mass;
        done();
    }
    cr_expect_gt(mass[1], 1.5 * mass[0]);
}

/* Most of a log lies behind it: that one line was not said in the first hour of ten is no surprise, that it
 * was said right before the onset is. */
Test(news, one_line_beside_the_onset)
{
    struct story s = {0};
    story_steady(&s, "web", 0, 10 * HOUR, 4, SEVERITY_INFO, "request % served");
    story_say(&s, "web", HOUR, SEVERITY_ERROR, "lamp is broken");
    news_of(&s, 0, 10 * HOUR);
    const struct news *lamp = find("lamp");
    cr_assert_not_null(lamp);
    cr_expect_lt(lamp->bits, 3);
    cr_expect_gt(news_bits_near(&model, lamp, story_ns(HOUR + 20)), 5);
    cr_expect_float_eq(news_bits_near(&model, lamp, story_ns(9 * HOUR)), lamp->bits, 1e-9, "far from it");
    done();
}

/* Half a day, so that bins are wide, those of the rare error wider than those of its service; traffic and
 * errors grow twentyfold in the middle of such a bin. */
Test(news, wide_bins_make_no_surge)
{
    int64_t wide = 1024, begin = STORY_BEGIN / NS_PER_SECOND;
    double rise = (double)((begin + 11 * 3600) / wide * wide + wide / 2 - begin);
    struct story s = {0};
    story_steady(&s, "web", 0, rise, 10, SEVERITY_INFO, "request % served");
    story_steady(&s, "web", 5, rise, 100, SEVERITY_ERROR, "card % was declined");
    story_steady(&s, "web", rise, 12 * HOUR, 0.5, SEVERITY_INFO, "request % served");
    story_steady(&s, "web", rise + 0.1, 12 * HOUR, 5, SEVERITY_ERROR, "card % was declined");
    news_of(&s, rise - 1800, 13 * HOUR);
    cr_expect_null(find("card"), "as many of a request as ever");
    done();
}

Test(news, gone)
{
    static const struct {
        const char *why;
        double from, to, period;
        bool gone;
    } rows[] = {
        {"a heartbeat of five seconds, silent for ten minutes", 0, HOUR, 5, true},
        {"it goes on to the end", 0, END, 5, false},
        {"silent for 40 s alone", 0, END - 40, 1, false},
        {"ten periods of silence break no habit of a minute", 0, HOUR, 60, false},
        {"ten times are no habit", HOUR - 50, HOUR, 5, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_steady(&s, "clock", rows[i].from, rows[i].to, rows[i].period, SEVERITY_INFO, "tick %");
        story_steady(&s, "clock", 0.5, END, 7, SEVERITY_INFO, "hand % moved");
        news_of(&s, HOUR - 300, END);
        const struct news *tick = find("tick");
        cr_expect_eq(tick && tick->novelty == NOVELTY_GONE, rows[i].gone, "%s", rows[i].why);
        if (tick && rows[i].gone) {
            cr_expect_float_eq(tick->before, rows[i].period, 0.1, "its period is %g s", tick->before);
            /* missed for the first time one period after its last */
            cr_expect_eq(tick->time_ns / NS_PER_SECOND, story_ns(HOUR) / NS_PER_SECOND);
        }
        done();
    }
}

/* A line that comes every five minutes, and came for the first time five minutes after the log began: by its
 * count it says little; a line that began late and comes as often says much. */
Test(news, absence_from_a_short_past_is_no_surprise)
{
    struct story s = {0};
    tell_habit(&s);
    story_steady(&s, "web", 290, END, 300, SEVERITY_ERROR, "lamp flickers");
    story_steady(&s, "web", HOUR, END, 5, SEVERITY_ERROR, "door is broken");
    news_of(&s, 60, END);
    const struct news *lamp = find("lamp"), *door = find("door");
    cr_assert_not_null(lamp);
    cr_assert_not_null(door);
    cr_expect_gt(door->bits, lamp->bits, "%g, %g", door->bits, lamp->bits);
    done();
}

Test(news, severity_weight_grows)
{
    static const uint8_t ladder[] = {SEVERITY_INFO, SEVERITY_UNKNOWN, SEVERITY_WARN, SEVERITY_ERROR,
                                     SEVERITY_FATAL};
    cr_expect_eq(severity_weight(SEVERITY_TRACE), 0);
    cr_expect_eq(severity_weight(SEVERITY_DEBUG), 0);
    for (size_t i = 1; i < sizeof ladder; i++)
        cr_expect_gt(severity_weight(ladder[i]), severity_weight(ladder[i - 1]), "severity %d", ladder[i]);
}

Test(news, trouble)
{
    static const struct {
        uint8_t severity;
        enum role role;
        bool trouble;
    } rows[] = {
        {SEVERITY_ERROR, ROLE_UNKNOWN, true}, {SEVERITY_FATAL, ROLE_UNKNOWN, true},
        {SEVERITY_WARN, ROLE_UNKNOWN, false}, {SEVERITY_UNKNOWN, ROLE_UNKNOWN, false},
        {SEVERITY_INFO, ROLE_SYMPTOM, true},  {SEVERITY_INFO, ROLE_CAUSE, true},
        {SEVERITY_ERROR, ROLE_BENIGN, false}, {SEVERITY_ERROR, ROLE_CHANGE, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pattern p = {.severity = rows[i].severity, .role = rows[i].role};
        cr_expect_eq(pattern_is_trouble(&p), rows[i].trouble, "severity %d, role '%s'", rows[i].severity,
                     role_name(rows[i].role));
    }
}

/* What was changed before the window is news, too; whatever else is new there is not. */
Test(news, a_change_of_long_before)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "web", HOUR - 3000, SEVERITY_INFO, "flag lamps set to off by anna, was on");
    story_say(&s, "web", HOUR - 2000, SEVERITY_INFO, "flag shelves set to off by anna, was on");
    story_say(&s, "stock", HOUR - 1800, SEVERITY_INFO, "lamp is lit");
    story_say(&s, "stock", HOUR - 1700, SEVERITY_ERROR, "lamp is broken");
    story_say(&s, "stock", HOUR - 600, SEVERITY_INFO, "cellar is empty");
    news_of(&s, HOUR - 900, END);
    cr_assert_eq(news_count, 1);
    for (int hours = 0; hours < 2; hours++) {
        size_t count;
        const struct news *list = news_add_changes(&model, news, 1, story_ns(HOUR - (hours ? 3500 : 2500)),
                                                   story_ns(HOUR - 900), story_ns(HOUR - 900), &count);
        cr_assert_eq(count, hours ? 3 : 2, "the cellar, and one flag or two: %zu", count);
        for (size_t i = 0; i < count; i++) {
            const struct exemplar *e = &list[i].series->exemplar;
            cr_expect_eq(list[i].early, span_starts(exemplar_message(e), "flag "), "%zu", i);
        }
    }
    done();
}
