/* The whole of the analysis on stories small enough to know the answer: what began, what began it, and when
 * nothing did. An hour of a small shop comes first; the stories differ in what happens at its end. */
#include "make_profile.h"

#include "onset.h"
#include "report/report.h"

#define HOUR 3600.0
#define END  (HOUR + 600)

/* Three services, each with a habit; web has errors that were there all along. */
static void tell_shop(struct story *s, double to)
{
    story_steady(s, "web", 0, to, 1, SEVERITY_INFO, "request % served");
    story_steady(s, "web", 20, to, 60, SEVERITY_ERROR, "card % was declined");
    story_steady(s, "ledger", 0.3, to, 2, SEVERITY_INFO, "booked entry %");
    story_steady(s, "stock", 0.6, to, 5, SEVERITY_INFO, "counted shelf %");
    story_steady(s, "stock", 40, to, 75, SEVERITY_WARN, "shelf % is nearly bare");
}

struct judged {
    struct profile logs, baseline;
    struct analysis_options options;
    struct findings *findings;
};

static struct judged judge_with(struct story *logs, struct story *baseline, double at, double since,
                                double until, uint64_t shuffle)
{
    struct judged j = {.logs = story_profile(logs, shuffle),
                       .baseline = story_profile(baseline, shuffle),
                       .options = story_options()};
    if (at >= 0)
        j.options.at_ns = story_ns(at);
    if (since >= 0)
        j.options.since_ns = story_ns(since);
    if (until >= 0)
        j.options.until_ns = story_ns(until);
    j.findings = analyse(&j.logs, &j.baseline, &j.options);
    story_done(logs);
    story_done(baseline);
    return j;
}

static struct judged judge(struct story *logs, double at)
{
    return judge_with(logs, &(struct story){0}, at, -1, -1, 0);
}

static void judged_done(struct judged *j)
{
    findings_free(j->findings);
    catalogue_free(j->options.catalogue);
    profile_done(&j->logs);
    profile_done(&j->baseline);
}

static bool says(const struct candidate *c, const char *words)
{
    return memmem(c->first.text.ptr, c->first.text.len, words, strlen(words)) != NULL;
}

/* 1 for the first; 0 when no candidate says it. */
static size_t rank_of(const struct findings *f, const char *words)
{
    for (size_t i = 0; i < f->candidate_count; i++)
        if (says(&f->candidates[i], words))
            return i + 1;
    return 0;
}

static const char *verdict_name(const struct findings *f)
{
    return f->verdict == ONSET_FOUND ? "found" : f->verdict == ONSET_NOTHING ? "nothing" : "cannot judge";
}

#define expect_verdict(j, want, when)                                                                        \
    cr_expect_eq((j).findings->verdict, want, "%s: %s (%s)", when, verdict_name((j).findings),               \
                 (j).findings->verdict_text)
#define expect_first(j, words, when)                                                                         \
    cr_expect_eq(rank_of((j).findings, words), 1, "%s: '%s' has rank %zu, not 1", when, words,               \
                 rank_of((j).findings, words))

Test(analyse, a_new_error_is_found_and_first)
{
    static const double ats[] = {-1, HOUR + 60};
    for (size_t i = 0; i < 2; i++) {
        struct story s = {0};
        tell_shop(&s, END);
        story_steady(&s, "ledger", HOUR, HOUR + 120, 2, SEVERITY_ERROR, "page % of the book is torn");
        struct judged j = judge(&s, ats[i]);
        const char *when = i ? "with --at" : "without --at";
        expect_verdict(j, ONSET_FOUND, when);
        expect_first(j, "is torn", when);
        const struct findings *f = j.findings;
        cr_expect_eq(f->onset_found, i == 0);
        cr_expect_eq(f->onset_from_ns, story_ns(HOUR), "%s: begun %.1f s off", when,
                     (double)(f->onset_from_ns - story_ns(HOUR)) / 1e9);
        cr_expect_leq(f->onset_from_ns, f->onset_to_ns);
        cr_assert_geq(f->candidate_count, 1);
        const struct candidate *c = &f->candidates[0];
        cr_expect_eq(c->novelty, NOVELTY_NEW);
        cr_expect_str_eq(c->service, "ledger");
        cr_expect_eq(c->first.time_ns, story_ns(HOUR));
        cr_expect_eq(c->first.line, 1801, "1800 entries were booked before it, not %llu",
                     (unsigned long long)c->first.line - 1);
        cr_expect_eq(c->count_before, 0);
        cr_expect_eq(c->count_after, 60);
        cr_expect_eq(c->sources, 1);
        judged_done(&j);
    }
}

/* One change, a minute before two other services begin to complain of time-outs, many times. */
static void tell_change(struct story *s)
{
    tell_shop(s, END);
    story_say(s, "config", 5, SEVERITY_INFO, "watching rules"); /* it spoke before */
    story_steady(s, "config", 300, HOUR, 300, SEVERITY_INFO, "rules are as they were");
    story_say(s, "config", HOUR - 60, SEVERITY_INFO, "applying rules of revision lavender");
    story_steady(s, "web", HOUR, END - 60, 0.5, SEVERITY_ERROR, "request to ledger timed out after % ms");
    story_steady(s, "web", HOUR + 2, END - 60, 1, SEVERITY_WARN, "giving up on basket %");
    story_steady(s, "stock", HOUR + 1, END - 60, 2, SEVERITY_ERROR, "ledger did not answer, retry % follows");
}

/* What is done about it after the page is louder than what it was done about. */
Test(analyse, a_page_asks_about_what_had_begun)
{
    struct story s = {0};
    tell_shop(&s, END);
    story_steady(&s, "ledger", HOUR, HOUR + 300, 2, SEVERITY_ERROR, "page % of the book is torn");
    story_steady(&s, "web", HOUR + 300, HOUR + 320, 0.5, SEVERITY_ERROR, "no answer for request %");
    story_steady(&s, "stock", HOUR + 300, HOUR + 320, 0.5, SEVERITY_ERROR, "shelf % cannot be reached");
    story_steady(&s, "ledger", HOUR + 300.2, HOUR + 320, 0.5, SEVERITY_ERROR, "entry % lost its page");
    struct judged j = judge(&s, HOUR + 120);
    expect_verdict(j, ONSET_FOUND, "paged after two minutes");
    expect_first(j, "is torn", "paged after two minutes");
    cr_expect_eq(j.findings->onset_to_ns, story_ns(HOUR), "begun %.1f s off",
                 (double)(j.findings->onset_to_ns - story_ns(HOUR)) / 1e9);
    judged_done(&j);
}

/* Refusals of a restart heal; minutes later there are as many in every four seconds, and they stay. */
Test(analyse, what_came_back_began_when_it_came_back)
{
    struct story s = {0};
    tell_shop(&s, END);
    story_steady(&s, "web", HOUR, HOUR + 4, 1, SEVERITY_ERROR, "no answer from the ledger for %");
    story_steady(&s, "web", HOUR + 300, END, 0.5, SEVERITY_ERROR, "no answer from the ledger for %");
    struct judged j = judge(&s, HOUR + 360);
    expect_verdict(j, ONSET_FOUND, "paged after a minute");
    expect_first(j, "no answer", "paged after a minute");
    double late = (double)(j.findings->onset_to_ns - story_ns(HOUR + 300)) / 1e9;
    cr_expect(late >= 0 && late < 16, "%.1f s off", late);
    cr_assert_geq(j.findings->candidates[0].evidence_count, 1);
    const char *told = j.findings->candidates[0].evidence[0].sentence;
    cr_expect_not_null(strstr(told, "came back for good 5 min after"), "%s", told);
    judged_done(&j);
}

/* Who is paged asks about what is there, not about what was over by then and never more than a hiccup. */
Test(analyse, a_page_does_not_ask_about_what_was_over)
{
    static const struct {
        const char *why;
        uint8_t severity;
        double lasted, at;
        int verdict;
    } rows[] = {
        {"errors of ten seconds, half a minute ago", SEVERITY_ERROR, 10, HOUR + 40, ONSET_FOUND},
        {"errors of ten seconds, minutes ago", SEVERITY_ERROR, 10, HOUR + 200, ONSET_NOTHING},
        {"errors of two minutes, minutes ago", SEVERITY_ERROR, 120, HOUR + 310, ONSET_FOUND},
        {"a flood of warnings that goes on", SEVERITY_WARN, 120, HOUR + 110, ONSET_FOUND},
        {"a flood of warnings, minutes ago", SEVERITY_WARN, 120, HOUR + 310, ONSET_NOTHING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_shop(&s, HOUR + 1200);
        story_steady(&s, "web", HOUR, HOUR + rows[i].lasted, 0.5, rows[i].severity,
                     "upstream timed out (110: Connection timed out) for request %");
        struct judged j = judge(&s, rows[i].at);
        expect_verdict(j, rows[i].verdict, rows[i].why);
        judged_done(&j);
    }
}

Test(analyse, a_quiet_change_outranks_its_effects)
{
    static const double ats[] = {-1, HOUR + 90};
    for (size_t i = 0; i < 2; i++) {
        struct story s = {0};
        tell_change(&s);
        struct judged j = judge(&s, ats[i]);
        const char *when = i ? "with --at" : "without --at";
        expect_verdict(j, ONSET_FOUND, when);
        expect_first(j, "applying rules", when);
        /* the interval reaches from the trigger to the first effect */
        cr_expect_eq(j.findings->onset_from_ns, story_ns(HOUR - 60));
        cr_expect_eq(j.findings->onset_to_ns, story_ns(HOUR));
        judged_done(&j);
    }
}

Test(analyse, the_story_is_told_in_full)
{
    struct story s = {0};
    tell_change(&s);
    /* trouble of long before is no part of it */
    story_steady(&s, "ledger", HOUR - 1200, END, 60, SEVERITY_ERROR, "page % of the book is torn");
    struct judged j = judge(&s, -1);
    const struct findings *f = j.findings;
    bool listed = false;
    for (size_t i = 0; i < f->change_count; i++)
        if (strcmp(f->changes[i].service, "config") == 0) {
            listed = true;
            cr_expect_float_eq(f->changes[i].seconds_before, 0, 0.001, "the onset is the trigger's");
            cr_expect(f->changes[i].is_new);
        }
    cr_expect(listed, "the change is not among what changed");
    cr_assert_eq(f->cascade_count, 3, "%zu steps: the trigger; web and stock have new trouble",
                 f->cascade_count);
    cr_expect_str_eq(f->cascade[0].service, "config");
    cr_expect_str_eq(f->cascade[1].service, "web");
    cr_expect_str_eq(f->cascade[2].service, "stock");
    cr_expect_float_eq(f->cascade[0].lag_seconds, 0, 0.001);
    cr_expect_float_eq(f->cascade[1].lag_seconds, 60, 0.001);
    cr_expect_float_eq(f->cascade[2].lag_seconds, 61, 0.001);
    cr_expect_not(f->recovered, "the trouble lasts until a minute before the end");
    cr_expect_eq(f->coverage.first_ns, story_ns(0));
    cr_expect_eq(f->coverage.sources, 4);
    judged_done(&j);
}

Test(analyse, what_was_there_all_along_is_no_news)
{
    static const double ats[] = {-1, HOUR};
    for (size_t i = 0; i < 2; i++) {
        struct story s = {0};
        tell_shop(&s, END);
        story_steady(&s, "ledger", 10, END, 20, SEVERITY_ERROR, "page % of the book is torn");
        story_steady(&s, "stock", 15, END, 10, SEVERITY_ERROR, "scale % does not answer");
        struct judged j = judge(&s, ats[i]);
        expect_verdict(j, ONSET_NOTHING, i ? "with --at" : "without --at");
        judged_done(&j);
    }
}

/* A job of a minute, and an earlier run of it: one error at its end is what somebody looks for. The same
 * error in a service that was going on already, beside an hour of its past, is a one-off. */
Test(analyse, a_run_that_fails_where_another_did_not)
{
    for (int job = 0; job < 2; job++) {
        struct story past = {0}, now = {0};
        for (int k = 0; k < 2; k++) {
            struct story *s = k ? &now : &past;
            double from = k ? HOUR : 0;
            if (job)
                story_say(s, "build", from, SEVERITY_INFO, "console of this build begins");
            story_steady(s, "build", from + 0.5, from + 60, 0.5, SEVERITY_INFO, "compiled unit %");
            story_steady(s, "build", from + 1, from + 60, 2, SEVERITY_INFO, "linked unit %");
        }
        story_say(&now, "build", HOUR + 58, SEVERITY_ERROR, "the barrel test came out wrong");
        struct judged j = judge_with(&now, &past, -1, -1, -1, 0);
        expect_verdict(j, job ? ONSET_FOUND : ONSET_NOTHING, job ? "a run beside a run" : "a service");
        expect_first(j, "barrel test", job ? "a run beside a run" : "a service");
        judged_done(&j);
    }
}

static bool notes_say(const struct findings *f, const char *words)
{
    for (size_t i = 0; i < f->note_count; i++)
        if (strstr(f->notes[i], words))
            return true;
    return false;
}

/* 691 clean records of yesterday, in a file of another name; today 18 errors that are not among them. The
 * same errors yesterday are no news; and lines of another program are no past. */
Test(analyse, a_baseline_under_another_name)
{
    static const struct {
        const char *why, *serves, *fails;
        int verdict;
        const char *note;
    } rows[] = {{"clean", "request % served", NULL, ONSET_FOUND, "taken for its past"},
                {"as bad", "request % served", "basket % is lost", ONSET_NOTHING, "taken for its past"},
                {"another program", "wrote chunk %", NULL, ONSET_NOTHING, "it tells nothing"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story past = {0}, now = {0};
        story_steady(&past, "monday", 0, 600, 1, SEVERITY_INFO, rows[i].serves);
        story_steady(&past, "monday", 0.5, 600, 6.6, SEVERITY_WARN, "shelf % is nearly bare");
        if (rows[i].fails)
            story_steady(&past, "monday", 0.7, 600, 30, SEVERITY_ERROR, rows[i].fails);
        story_steady(&now, "tuesday", 86400, 86700, 1, SEVERITY_INFO, "request % served");
        story_steady(&now, "tuesday", 86400.5, 86700, 6.6, SEVERITY_WARN, "shelf % is nearly bare");
        story_steady(&now, "tuesday", 86401, 86455, 3, SEVERITY_ERROR, "basket % is lost");
        if (i == 2)
            story_steady(&past, "monday", 0.5, 600, 6.6, SEVERITY_WARN, "chunk % is large");
        struct judged j = judge_with(&now, &past, -1, -1, -1, 0);
        expect_verdict(j, rows[i].verdict, rows[i].why);
        cr_expect(notes_say(j.findings, rows[i].note), "%s", rows[i].why);
        judged_done(&j);
    }
}

/* A service of 20 records a second for half a minute: 691 records stand for more than their seconds do. */
Test(analyse, a_short_baseline_of_much_work)
{
    for (int bad = 0; bad < 2; bad++) {
        struct story past = {0}, now = {0};
        story_steady(&past, "web", 0, 34.5, 0.05, SEVERITY_INFO, "request % served");
        story_steady(&now, "web", HOUR, HOUR + 60, 0.05, SEVERITY_INFO, "request % served");
        if (bad)
            story_steady(&now, "web", HOUR + 10, HOUR + 60, 2.7, SEVERITY_ERROR, "basket % is lost");
        else
            story_steady(&now, "web", HOUR + 10, HOUR + 60, 25, SEVERITY_ERROR, "card % was declined");
        struct judged j = judge_with(&now, &past, -1, -1, -1, 0);
        expect_verdict(j, bad ? ONSET_FOUND : ONSET_NOTHING, bad ? "18 errors" : "two errors");
        judged_done(&j);
    }
}

/* Two services of one outage whose clocks are three days apart: no order can be told across them. Half an
 * hour of one service and the next half hour of all are no contradiction. */
Test(analyse, clocks_that_contradict_each_other)
{
    static const struct {
        const char *why;
        double shift; /* of ledger */
        bool apart;
    } rows[] = {{"one clock", 0, false},
                {"three days ahead", 3 * 86400, true},
                {"a day behind", -86400, true},
                {"seven minutes ahead", 420, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        double off = 2 * 86400, shift = off + rows[i].shift;
        story_steady(&s, "web", off, off + END, 1, SEVERITY_INFO, "request % served");
        story_steady(&s, "ledger", shift, shift + END, 2, SEVERITY_INFO, "booked entry %");
        story_steady(&s, "web", off + HOUR, off + END, 2, SEVERITY_ERROR, "basket % is lost");
        story_steady(&s, "ledger", shift + HOUR - 5, shift + END, 2, SEVERITY_ERROR, "page % is torn");
        struct judged j = judge(&s, -1);
        cr_expect_eq(notes_say(j.findings, "do not overlap"), rows[i].apart, "%s", rows[i].why);
        judged_done(&j);
    }
    struct story s = {0};
    tell_shop(&s, HOUR);
    story_steady(&s, "web", HOUR + 7200, HOUR + 9000, 1, SEVERITY_INFO, "request % served");
    struct judged j = judge(&s, -1);
    cr_expect_not(notes_say(j.findings, "do not overlap"), "web went on later: no clock is wrong");
    judged_done(&j);
}

/* An error of one in a minute becomes one in a second; the same with all traffic ten and more times greater
 * is as many errors a request as ever. */
Test(analyse, a_surge_is_news_and_more_traffic_is_not)
{
    for (int busy = 0; busy < 2; busy++) {
        struct story s = {0};
        tell_shop(&s, END);
        story_steady(&s, "web", HOUR, END, 1, SEVERITY_ERROR, "card % was declined");
        if (busy)
            story_steady(&s, "web", HOUR, END, 1.0 / 59, SEVERITY_INFO, "request % served");
        struct judged j = judge(&s, HOUR + 120);
        if (busy) {
            expect_verdict(j, ONSET_NOTHING, "sixty times the traffic");
            cr_expect_eq(rank_of(j.findings, "declined"), 0);
        } else {
            expect_verdict(j, ONSET_FOUND, "the same traffic");
            expect_first(j, "declined", "the same traffic");
            cr_assert_geq(j.findings->candidate_count, 1);
            cr_expect_eq(j.findings->candidates[0].novelty, NOVELTY_SURGE);
            cr_expect_gt(j.findings->candidates[0].count_before, 50);
        }
        judged_done(&j);
    }
}

Test(analyse, too_little_is_known_to_judge)
{
    /* seconds of past; since and until or -1 */
    static const struct {
        const char *when;
        double to, since, until;
        int verdict;
    } rows[] = {
        {"nothing was read", 0, -1, -1, ONSET_CANNOT_JUDGE},
        {"half a minute of past", 30, -1, -1, ONSET_CANNOT_JUDGE},
        {"an hour of past", HOUR, -1, -1, ONSET_FOUND},
        {"a window before the first line", HOUR, -7200, -3600, ONSET_CANNOT_JUDGE},
        {"a window behind the last line", HOUR, 2 * HOUR, 3 * HOUR, ONSET_CANNOT_JUDGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        if (rows[i].to > 0) {
            tell_shop(&s, rows[i].to + 300);
            story_steady(&s, "ledger", rows[i].to, rows[i].to + 120, 2, SEVERITY_ERROR,
                         "page % of the book is torn");
            story_steady(&s, "web", rows[i].to + 1, rows[i].to + 120, 2, SEVERITY_ERROR,
                         "shelf % has fallen over");
            story_steady(&s, "stock", rows[i].to + 2, rows[i].to + 120, 2, SEVERITY_FATAL,
                         "barrel % has burst");
        }
        struct judged j = {.logs = story_profile(&s, 0),
                           .baseline = story_profile(&(struct story){0}, 0),
                           .options = story_options()};
        if (rows[i].until != -1) {
            j.options.since_ns = story_ns(rows[i].since);
            j.options.until_ns = story_ns(rows[i].until);
        }
        j.findings = analyse(&j.logs, &j.baseline, &j.options);
        expect_verdict(j, rows[i].verdict, rows[i].when);
        story_done(&s);
        judged_done(&j);
    }
}

Test(analyse, order_stands_in_for_time)
{
    struct story s = {.by_order = true};
    story_steady(&s, "app", 0, 2000, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "app", 20.5, 2000, 60, SEVERITY_ERROR, "card % was declined");
    story_steady(&s, "app", 1500.5, 2000, 3, SEVERITY_ERROR, "page % of the book is torn");
    struct judged j = judge(&s, -1);
    expect_verdict(j, ONSET_FOUND, "by order");
    expect_first(j, "is torn", "by order");
    cr_expect(j.findings->by_order);
    cr_expect_eq(j.findings->coverage.first_ns, TIME_NONE);
    for (size_t i = 0; i < j.findings->candidate_count; i++)
        cr_expect_eq(j.findings->candidates[i].first.time_ns, TIME_NONE, "a time that no line has");
    cr_expect_geq(j.findings->note_count, 1, "that order stands in for time must be said");
    judged_done(&j);
}

/* The baseline is of another day. What it says is old, and it lets logs of a minute be judged. */
Test(analyse, a_baseline_makes_known_things_old)
{
    static const struct {
        const char *when;
        bool known;
        double past;
        int verdict;
    } rows[] = {
        {"new, though a baseline is there", false, HOUR, ONSET_FOUND},
        {"in the baseline", true, HOUR, ONSET_NOTHING},
        {"a minute of past and a baseline", false, 40, ONSET_FOUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0}, day_before = {0};
        double to = rows[i].past;
        tell_shop(&s, to + 300);
        story_steady(&s, "ledger", to, to + 120, 2, SEVERITY_ERROR, "page % of the book is torn");
        story_steady(&s, "stock", to + 3, to + 120, 2, SEVERITY_ERROR, "barrel % has burst");
        tell_shop(&day_before, HOUR);
        for (size_t k = 0; k < day_before.count; k++)
            day_before.lines[k].time_ns -= 24 * 3600 * NS_PER_SECOND;
        if (rows[i].known) {
            story_steady(&day_before, "ledger", -24 * HOUR, -23 * HOUR, 3, SEVERITY_ERROR,
                         "page % of the book is torn");
            story_steady(&day_before, "stock", -24 * HOUR, -23 * HOUR, 3, SEVERITY_ERROR,
                         "barrel % has burst");
        }
        struct judged j = judge_with(&s, &day_before, to + 60, -1, -1, 0);
        expect_verdict(j, rows[i].verdict, rows[i].when);
        if (rows[i].known) {
            cr_expect_eq(rank_of(j.findings, "torn"), 0, "what is in the baseline is not new");
        } else {
            cr_expect_leq(rank_of(j.findings, "torn"), 2);
            cr_expect_geq(rank_of(j.findings, "torn"), 1);
        }
        judged_done(&j);
    }
}

Test(analyse, until_is_a_horizon)
{
    static const struct {
        double until;
        int verdict;
    } rows[] = {{HOUR - 61, ONSET_NOTHING}, {HOUR - 5, ONSET_NOTHING}, {HOUR + 300, ONSET_FOUND}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_change(&s);
        struct judged j = judge_with(&s, &(struct story){0}, -1, -1, rows[i].until, 0);
        char when[64];
        snprintf(when, sizeof when, "until %.0f s", rows[i].until);
        expect_verdict(j, rows[i].verdict, when);
        for (size_t k = 0; k < j.findings->candidate_count; k++)
            cr_expect_lt(j.findings->candidates[k].first.time_ns, story_ns(rows[i].until),
                         "%s: a candidate of later", when);
        cr_expect_eq(rank_of(j.findings, "timed out") > 0, rows[i].verdict == ONSET_FOUND);
        judged_done(&j);
    }
}

/* A rolling release: each replica stops, starts, and says what a process says when it starts. */
Test(analyse, banners_of_a_restart_are_no_onset)
{
    struct story s = {0};
    tell_shop(&s, END);
    static const char *const replicas[] = {"pay#1", "pay#2", "pay#3", "pay#4"};
    for (int i = 0; i < 4; i++) {
        static const char *const banner[] = {"reading till %", "serving on gate %", "drawer % is open"};
        double stop = HOUR + 30 * i, start = stop + 5;
        for (int life = 0; life < 2; life++)
            for (int k = 0; k < 3; k++)
                story_say(&s, replicas[i], (life ? start : i) + k, SEVERITY_INFO, banner[k]);
        story_steady(&s, replicas[i], i + 5, stop, 1, SEVERITY_INFO, "paid bill %");
        story_say(&s, replicas[i], stop, SEVERITY_INFO, "closing the drawer of till %");
        story_steady(&s, replicas[i], start + 5, END, 1, SEVERITY_INFO, "paid bill %");
    }
    struct judged j = judge(&s, -1);
    expect_verdict(j, ONSET_NOTHING, "a rolling release");
    judged_done(&j);
}

/* New streams, as pods have new names: a fleet that starts amid the logs. */
Test(analyse, a_fleet_that_starts_is_no_onset)
{
    struct story s = {0};
    tell_shop(&s, END);
    static const char *const pods[] = {"mail#a", "mail#b", "print#a", "print#b", "scan#a", "fax#a"};
    for (int i = 0; i < 6; i++) {
        double start = HOUR + 4 * i;
        story_say(&s, pods[i], start, SEVERITY_INFO, "reading tray %");
        story_say(&s, pods[i], start + 1, SEVERITY_WARN, "tray % has no label");
        story_steady(&s, pods[i], start + 2, END, 1, SEVERITY_INFO, "sheet % is through");
    }
    struct judged j = judge(&s, -1);
    expect_verdict(j, ONSET_NOTHING, "a fleet starts");
    judged_done(&j);
}

/* A tool that had never spoken says one line; then others wait for what they need. Worded like a change it is
 * the answer; whatever its words, it is told, and told to be a new source. */
Test(analyse, a_new_source_alone_is_news)
{
    static const struct {
        const char *line;
        size_t rank;
    } rows[] = {{"schema of shelves migrated to version 8", 1}, {"moving shelves to the cellar", 3}};
    for (size_t i = 0; i < 2; i++) {
        struct story s = {0};
        tell_shop(&s, END);
        story_say(&s, "tidy", HOUR - 20, SEVERITY_INFO, rows[i].line);
        story_steady(
            &s, "stock", HOUR, END - 60, 2, SEVERITY_ERROR,
            "upstream timed out (110: Connection timed out) while reading response header from upstream");
        story_steady(&s, "web", HOUR + 1, END - 60, 1, SEVERITY_ERROR, "giving up on basket %, retry it");
        story_steady(&s, "ledger", HOUR + 2, END - 60, 1, SEVERITY_ERROR, "entry % timed out");
        struct judged j = judge(&s, -1);
        const struct findings *f = j.findings;
        expect_verdict(j, ONSET_FOUND, rows[i].line);
        size_t rank = rank_of(f, "shelves");
        cr_expect(rank > 0 && rank <= rows[i].rank, "'%s' has rank %zu", rows[i].line, rank);
        if (rank)
            cr_expect_eq(f->candidates[rank - 1].novelty, NOVELTY_NEW_SOURCE);
        judged_done(&j);
    }
}

/* Five minutes of logs were saved, and a baseline of another day. A tool that the baseline does not know has
 * one line there: what it did is told, however near to the beginning of the logs. What a program says that
 * starts is no such line. */
Test(analyse, a_tool_with_one_line_in_a_short_log)
{
    for (int starts = 0; starts < 2; starts++) {
        struct story s = {0}, past = {0};
        tell_shop(&s, 300);
        tell_shop(&past, HOUR);
        story_say(&s, "tidy", 100, SEVERITY_INFO, "schema of shelves migrated to version 8");
        for (int i = 0; i < 4 && starts; i++)
            story_say(&s, "tidy", 98 + i, SEVERITY_INFO,
                      (const char *const[]){"tidy 4.1 on host b", "reading keys", "lamp found", "ready"}[i]);
        story_steady(&s, "stock", 160, 300, 2, SEVERITY_ERROR, "upstream timed out after % ms");
        story_steady(&s, "ledger", 162, 300, 1, SEVERITY_ERROR, "entry % timed out");
        struct judged j = judge_with(&s, &past, 170, -1, -1, 0);
        expect_verdict(j, ONSET_FOUND, "a tool");
        size_t rank = rank_of(j.findings, "migrated");
        cr_expect_eq(rank == 1, !starts, "rank %zu", rank);
        judged_done(&j);
    }
}

/* Three effects are one hypothesis: the change before them has the third place at least. */
Test(analyse, one_of_the_first_answers_is_a_change)
{
    struct story s = {0};
    tell_shop(&s, END);
    story_say(&s, "tool", HOUR - 600, SEVERITY_INFO, "switched to lanes of the cellar by ops");
    story_steady(&s, "stock", HOUR, END, 2, SEVERITY_ERROR, "lane % is bent");
    story_steady(&s, "ledger", HOUR + 1, END, 1, SEVERITY_ERROR, "entry % is torn");
    story_steady(&s, "web", HOUR + 2, END, 1, SEVERITY_ERROR, "basket % fell down");
    story_steady(&s, "web", HOUR + 20, END, 1, SEVERITY_ERROR, "customer % left the queue");
    struct judged j = judge(&s, -1);
    size_t rank = rank_of(j.findings, "lanes of the cellar");
    cr_expect(rank > 0 && rank <= 3, "rank %zu", rank);
    for (size_t i = 1; i < j.findings->candidate_count; i++)
        cr_expect_leq(j.findings->candidates[i].bits, j.findings->candidates[i - 1].bits);
    judged_done(&j);
}

/* What a program says of its own start, nearer to the trouble, does not take that place; nor does a change
 * that came with the errors: neither tells another hypothesis. */
Test(analyse, the_change_among_the_first_answers_tells_what_was_done)
{
    static const char *const others[] = {"switched to lanes of the attic by ops",
                                         "restarting press daemon of hall b"};
    for (int i = 0; i < 2; i++) {
        struct story s = {0};
        tell_shop(&s, END);
        story_say(&s, "tool", HOUR - 400, SEVERITY_INFO, "switched to lanes of the cellar by ops");
        story_say(&s, "press", HOUR + (i ? -60 : 30), SEVERITY_INFO, others[i]);
        story_steady(&s, "stock", HOUR, END, 2, SEVERITY_ERROR, "lane % is bent");
        story_steady(&s, "ledger", HOUR + 1, END, 1, SEVERITY_ERROR, "entry % is torn");
        story_steady(&s, "web", HOUR + 2, END, 1, SEVERITY_ERROR, "basket % fell down");
        struct judged j = judge(&s, -1);
        size_t rank = rank_of(j.findings, "lanes of the cellar");
        cr_expect(rank > 0 && rank <= 3, "beside '%s': rank %zu", others[i], rank);
        judged_done(&j);
    }
}

/* A daemon that hardly speaks has one line in the logs: that settings were read again, or that work began, is
 * no part of a start. That it started is. */
Test(analyse, the_only_line_of_a_source)
{
    static const struct {
        const char *line;
        bool told;
    } rows[] = {{"received SIGHUP, reloading configuration files", true},
                {"export of the cellar begins", true},
                {"restarted on port 7070", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_shop(&s, END);
        story_say(&s, "quiet", HOUR - 60, 0, rows[i].line);
        for (int k = 0; k < 5; k++) /* others begin as well: no new source */
            story_say(&s, (const char *const[]){"aa", "bb", "cc", "dd", "ee"}[k], HOUR - 70, SEVERITY_INFO,
                      "tray % is open");
        story_steady(&s, "stock", HOUR, END, 2, SEVERITY_ERROR, "lane % is bent");
        story_steady(&s, "ledger", HOUR + 1, END, 1, SEVERITY_ERROR, "entry % is torn");
        struct judged j = judge(&s, -1);
        size_t rank = rank_of(j.findings, rows[i].line);
        cr_expect_eq(rank > 0 && rank <= 3, rows[i].told, "'%s': rank %zu", rows[i].line, rank);
        judged_done(&j);
    }
}

/* A log has told for an hour which jobs start; then one starts that never did, and others wait. The line is
 * known, the name in it is not. A line of every second is no job, whatever it names. */
Test(analyse, a_job_that_starts_for_the_first_time)
{
    static const char *const jobs[] = {
        "started the job sweep in the cellar", "started the job tally in the cellar",
        "started the job count in the cellar", "started the job post in the cellar",
        "started the job dust in the cellar"};
    for (int seldom = 0; seldom < 2; seldom++) {
        struct story s = {0};
        tell_shop(&s, END);
        for (int i = 0; i < 5; i++)
            story_steady(&s, "jobs", 60 * i, HOUR - 60, seldom ? 300 : 4, SEVERITY_INFO, jobs[i]);
        story_say(&s, "jobs", HOUR - 20, SEVERITY_INFO, "started the job purge in the cellar");
        story_steady(&s, "stock", HOUR, END, 2, SEVERITY_ERROR, "upstream timed out after % ms");
        story_steady(&s, "ledger", HOUR + 2, END, 1, SEVERITY_ERROR, "entry % timed out");
        struct judged j = judge(&s, -1);
        expect_verdict(j, ONSET_FOUND, "a job");
        size_t rank = rank_of(j.findings, "purge");
        if (seldom) {
            cr_assert(rank > 0 && rank <= 2, "rank %zu", rank);
            cr_expect_eq(j.findings->candidates[rank - 1].novelty, NOVELTY_NEW_VALUE);
            cr_expect_eq(j.findings->candidates[rank - 1].count_after, 1);
        } else {
            cr_expect_eq(rank, 0);
        }
        judged_done(&j);
    }
}

/* Two statements of one kind stand above all else: the second gives its place to another hypothesis. */
Test(analyse, one_kind_of_change_takes_one_place)
{
    struct story s = {0};
    tell_shop(&s, END);
    story_say(&s, "db", HOUR - 30, 0, "LOG:  statement: CREATE TABLE zones (name text)");
    story_say(&s, "db", HOUR - 5, 0, "LOG:  statement: ALTER TABLE entries ADD COLUMN zone text");
    story_say(&s, "tool", HOUR - 60, SEVERITY_INFO, "switched to lanes of the cellar by ops");
    story_steady(&s, "stock", HOUR, END, 2, SEVERITY_ERROR, "upstream timed out after % ms");
    story_steady(&s, "ledger", HOUR + 2, END, 1, SEVERITY_ERROR, "entry % timed out");
    struct judged j = judge(&s, -1);
    cr_expect_eq(rank_of(j.findings, "ALTER TABLE"), 1);
    cr_expect_gt(rank_of(j.findings, "CREATE TABLE"), rank_of(j.findings, "lanes of the cellar"));
    judged_done(&j);
}

Test(analyse, the_evidence_adds_up)
{
    struct story s = {0};
    tell_change(&s);
    struct judged j = judge(&s, HOUR + 90);
    const struct findings *f = j.findings;
    cr_assert_geq(f->candidate_count, 3);
    double believed = 0;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const struct candidate *c = &f->candidates[i];
        double sum = 0;
        cr_expect_gt(c->evidence_count, 0);
        for (size_t k = 0; k < c->evidence_count; k++) {
            sum += c->evidence[k].bits;
            cr_expect_gt(strlen(c->evidence[k].kind), 0);
            cr_expect_gt(strlen(c->evidence[k].sentence), 0);
        }
        cr_expect_float_eq(sum, c->bits, 1e-9, "candidate %zu: %g bits of evidence, %g in all", i, sum,
                           c->bits);
        cr_expect(c->confidence > 0 && c->confidence < 1);
        believed += c->confidence;
        if (i)
            cr_expect_geq(f->candidates[i - 1].bits, c->bits, "candidate %zu is better than the one above",
                          i);
    }
    cr_expect_lt(believed, 1, "'none of them' must have its share");
    judged_done(&j);
}

static int append(void *context, const char *bytes, size_t length)
{
    text_add(context, bytes, length);
    return 0;
}

/* Lines are read in any order, as threads do; all that is found must be the same. */
Test(analyse, the_order_of_reading_does_not_matter)
{
    struct text want;
    for (uint64_t shuffle = 0; shuffle < 6; shuffle++) {
        struct story s = {0};
        tell_change(&s);
        /* ties in time, in services that are alike */
        story_say(&s, "east#1", HOUR + 3, SEVERITY_ERROR, "bridge % is up");
        story_say(&s, "west#1", HOUR + 3, SEVERITY_ERROR, "bridge % is up");
        story_say(&s, "east#2", HOUR + 3, SEVERITY_ERROR, "bridge % is up");
        story_say(&s, "north", HOUR + 3, SEVERITY_ERROR, "tunnel is dark");
        story_say(&s, "south", HOUR + 3, SEVERITY_ERROR, "canal is dry");
        struct judged j = judge_with(&s, &(struct story){0}, -1, -1, -1, shuffle);
        struct text got;
        text_init(&got, 0);
        report_json(j.findings, append, &got);
        if (shuffle == 0) {
            want = got;
            cr_assert_gt(want.len, 1000);
        } else {
            cr_expect(got.len == want.len && memcmp(got.ptr, want.ptr, got.len) == 0,
                      "other findings after shuffle %d", (int)shuffle);
            text_done(&got);
        }
        judged_done(&j);
    }
    text_done(&want);
}

/* A restart that one host did long ago and another one right before the trouble: what changed tells of the
 * latter, and counts from the onset that the report names. */
Test(analyse, what_changed_tells_the_nearest_time)
{
    struct story s = {0};
    tell_change(&s);
    story_say(&s, "door#1", 600, SEVERITY_INFO, "restarting door daemon");
    story_say(&s, "door#2", HOUR - 70, SEVERITY_INFO, "restarting door daemon");
    struct judged j = judge(&s, -1);
    const struct findings *f = j.findings;
    bool listed = false;
    for (size_t i = 0; i < f->change_count; i++)
        if (strcmp(f->changes[i].service, "door") == 0) {
            listed = true;
            cr_expect_float_eq(f->changes[i].seconds_before, 10, 0.001, "%g", f->changes[i].seconds_before);
            cr_expect_not(f->changes[i].is_new, "it was said before");
        }
    cr_expect(listed);
    judged_done(&j);
}
