/* What a change is about: each story has one change and the same trouble, and differs in what the change
 * names, in what its service said before, or in what it did earlier. */
#include "make_profile.h"

#include "analysis/rank.h"

#define HOUR 3600.0
#define END  (HOUR + 600)

struct told { /* of the event that begins with a line */
    double subject, routine, harmless, destruction, superseded, untied;
};

/* Two services work, a third one fails at HOUR; what more there is was said by the caller. */
static struct told judge_story(struct story *s, const char *begin)
{
    story_steady(s, "shop", 0, END, 2, SEVERITY_INFO, "request % served");
    story_steady(s, "ledger", 0, END, 3, SEVERITY_INFO, "page % written");
    story_steady(s, "rollout", 0, END, 30, SEVERITY_INFO, "round % is done");
    story_steady(s, "shop", HOUR, END, 2, SEVERITY_ERROR, "page % was refused");
    struct profile logs = story_profile(s, 0), empty;
    profile_init(&empty);
    struct analysis_options options = story_options();
    struct model m;
    model_make(&m, &logs, &empty, &options);
    size_t news_count, count;
    int64_t from = story_ns(HOUR - 1800), to = story_ns(END);
    struct news *news = news_find(&m, from, to, NULL, 0, &news_count);
    struct onset_split split = {.found = true, .time_ns = story_ns(HOUR), .effect_ns = story_ns(HOUR)};
    struct hypothesis *list = rank_make(&m, news, news_count, from, to, TIME_NONE, &split, &count);
    struct told told = {0};
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        const struct exemplar *e = &list[i].first->series->exemplar;
        if (!span_starts(span_make(e->text, e->raw_bytes), begin))
            continue;
        found = true;
        for (size_t k = 0; k < list[i].evidence_count; k++) {
            const struct evidence *v = &list[i].evidence[k];
            told.subject += strcmp(v->kind, "subject") == 0 ? v->bits : 0;
            told.routine += strcmp(v->kind, "routine") == 0 ? v->bits : 0;
            told.destruction += strcmp(v->kind, "destruction") == 0 ? v->bits : 0;
            told.untied += strcmp(v->kind, "untied") == 0 ? v->bits : 0;
            told.superseded += strcmp(v->kind, "superseded") == 0 ? v->bits : 0;
            told.harmless += strcmp(v->kind, "harmless") == 0 ? v->bits : 0;
        }
    }
    cr_assert(found, "an event begins with '%s'", begin);
    model_done(&m);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&empty);
    story_done(s);
    return told;
}

Test(subject, a_change_that_names_what_fails)
{
    static const struct {
        const char *text;
        bool about;
    } rows[] = {
        {"changed shop from 4 to 5 by ops", true},
        {"changed pod/shop-5f7cd9b6c-jsqph from 4 to 5 by ops", true},
        {"changed shop-2 from 4 to 5 by ops", true},
        {"changed Shop, from 4 to 5 by ops", true},
        {"changed workshop from 4 to 5 by ops", false},
        {"changed ledger from 4 to 5 by ops", false},
        {"changed rollout from 4 to 5 by ops", false}, /* itself */
        {"changed zero from 4 to 5 by ops", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        story_say(&s, "rollout", HOUR - 100, SEVERITY_INFO, rows[i].text);
        struct told told = judge_story(&s, "changed");
        cr_expect_eq(told.subject > 0, rows[i].about, "%s: %g bits", rows[i].text, told.subject);
    }
}

Test(subject, a_change_that_names_what_falls_silent)
{
    for (int dies = 0; dies < 2; dies++) {
        struct story s = {0};
        story_steady(&s, "mailer", 0, dies ? HOUR - 20 : END, 2, SEVERITY_INFO, "mail % sent");
        story_say(&s, "rollout", HOUR - 20, SEVERITY_INFO, "changed mailer from 8 to 0");
        struct told told = judge_story(&s, "changed");
        cr_expect_eq(told.subject > 0, dies, "%g bits", told.subject);
    }
}

Test(subject, a_service_that_speaks_of_changes_all_day)
{
    struct story quiet = {0}, chatty = {0};
    story_say(&quiet, "rollout", HOUR - 300, SEVERITY_INFO, "restarting lamp daemon");
    double none = judge_story(&quiet, "restarting lamp daemon").routine;
    story_steady(&chatty, "rollout", 0, HOUR - 400, 60, SEVERITY_INFO, "restarted door daemon %");
    story_say(&chatty, "rollout", HOUR - 300, SEVERITY_INFO, "restarting lamp daemon");
    double some = judge_story(&chatty, "restarting lamp daemon").routine;
    cr_expect_float_eq(none, 0, 1e-9);
    /* one each minute: six are to be expected in the six minutes around */
    cr_expect(some < -2 && some > -3.5, "%g bits", some);
}

/* What a rule knows and says for the first time is measured by such first times, not by what was said again.
 */
Test(subject, a_new_line_among_repeated_ones)
{
    struct story same = {0}, other = {0};
    static const char *const doors[] = {
        "feature flag front.door set to on", "feature flag back.door set to on",
        "feature flag side.door set to on, at night", "feature flag trap.door set to off",
        "feature flag old.door set to on for staff"};
    story_steady(&same, "rollout", 0, HOUR - 400, 60, SEVERITY_INFO, doors[0]);
    story_say(&same, "rollout", HOUR - 300, SEVERITY_INFO, "feature flag lamps set to off, all of them");
    double again = judge_story(&same, "feature flag lamps").routine;
    for (int i = 0; i < 50; i++)
        story_say(&other, "rollout", 60 * i, SEVERITY_INFO, doors[i % 5]);
    story_say(&other, "rollout", HOUR - 300, SEVERITY_INFO, "feature flag lamps set to off, all of them");
    double various = judge_story(&other, "feature flag lamps").routine;
    cr_expect_float_eq(again, 0, 1e-9);
    cr_expect_lt(various, -0.2);
}

/* The last change before the trouble is asked first; one that names what fails stays, whatever came later. */
Test(subject, another_change_came_between)
{
    static const struct {
        const char *text, *later;
        double at;
        const char *who;
        double bits;
    } rows[] = {
        {"changed lamps from 4 to 5 by ops", "flag doors set to on by ops", HOUR - 100, "ledger", -1},
        {"changed lamps from 4 to 5 by ops", "flag doors set to on by ops", HOUR + 100, "ledger",
         0}, /* after the trouble */
        {"changed lamps from 4 to 5 by ops", "flag doors set to on by ops", HOUR - 290, "ledger",
         0}, /* a step of the first */
        {"changed lamps from 4 to 5 by ops", "flag doors set to on by ops", HOUR - 100, "rollout", -1},
        {"changed lamps from 4 to 5 by ops", "changed lamps from 4 to 5 for the rest", HOUR - 100, "rollout",
         0}, /* goes on with it */
        {"changed lamps from 4 to 5 by ops", "looking at the doors", HOUR - 100, "ledger", 0},
        {"changed lamps from 4 to 5 by ops", "restarted the doors", HOUR - 100, "ledger",
         0}, /* tells not what was done */
        {"changed shop from 4 to 5 by ops", "flag doors set to on by ops", HOUR - 100, "ledger", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        story_say(&s, "rollout", HOUR - 300, SEVERITY_INFO, rows[i].text);
        story_say(&s, rows[i].who, rows[i].at, SEVERITY_INFO, rows[i].later);
        struct told told = judge_story(&s, rows[i].text);
        cr_expect_float_eq(told.superseded, rows[i].bits, 1e-9, "row %zu: %g bits", i, told.superseded);
    }
}

/* Any change of half an hour may be there by chance; one that names what fails is not. */
Test(subject, what_nothing_ties_to_the_trouble)
{
    static const struct {
        const char *text;
        double before;
        bool loses;
    } rows[] = {{"changed lamps from 4 to 5 by ops", 300, true},
                {"changed lamps from 4 to 5 by ops", 3, false},
                {"changed shop from 4 to 5 by ops", 300, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        story_say(&s, "rollout", HOUR - rows[i].before, SEVERITY_INFO, rows[i].text);
        struct told told = judge_story(&s, rows[i].text);
        cr_expect_eq(told.untied < -0.5, rows[i].loses, "row %zu: %g bits", i, told.untied);
    }
}

/* Three later ones cost two bits, and more of them no more. */
Test(subject, many_changes_came_between)
{
    static const char *const later[] = {"flag doors set to on by ops", "changed tables from 4 to 5 by ops",
                                        "applied a new price list by ops",
                                        "switched from bank 1 to bank 2 by ops"};
    static const char *const who[] = {"ledger", "tables", "prices", "bank"};
    for (int n = 3; n <= 4; n++) {
        struct story s = {0};
        for (int i = 0; i < 4; i++)
            story_steady(&s, who[i], 1, END, 30, SEVERITY_INFO, "turn % is done");
        story_say(&s, "rollout", HOUR - 300, SEVERITY_INFO, "changed lamps from 4 to 5 by ops");
        for (int i = 0; i < n; i++)
            story_say(&s, who[i], HOUR - 200 + 40 * i, SEVERITY_INFO, later[i]);
        struct told told = judge_story(&s, "changed lamps from 4 to 5 by ops");
        cr_expect_float_eq(told.superseded, -2, 1e-9, "%d: %g bits", n, told.superseded);
    }
}

Test(subject, a_change_that_did_no_harm_the_first_time)
{
    struct story once = {0}, thrice = {0};
    story_say(&once, "rollout", HOUR - 900, SEVERITY_INFO, "restarting lamp daemon");
    double none = judge_story(&once, "restarting lamp daemon").harmless;
    for (int i = 0; i < 3; i++)
        story_say(&thrice, "rollout", HOUR - 900 + i * 200, SEVERITY_INFO, "restarting lamp daemon");
    double some = judge_story(&thrice, "restarting lamp daemon").harmless;
    cr_expect_float_eq(none, 0, 1e-9);
    cr_expect(some < -1, "%g bits", some);
}

/* One replica after the other: those before did no harm. */
Test(subject, a_rolling_change_that_did_no_harm_to_the_first)
{
    struct story rolling = {0}, once = {0};
    for (int i = 0; i < 6; i++)
        story_say(&rolling, "rollout", HOUR - 60 + i * 10, SEVERITY_INFO, "restarting lamp daemon");
    double some = judge_story(&rolling, "restarting lamp daemon").harmless;
    story_say(&once, "rollout", HOUR - 60, SEVERITY_INFO, "restarting lamp daemon");
    story_say(&once, "rollout", HOUR - 50, SEVERITY_INFO, "restarting lamp daemon");
    double none = judge_story(&once, "restarting lamp daemon").harmless;
    cr_expect(some < -2 && some >= -3, "%g bits", some);
    cr_expect_float_eq(none, 0, 1e-9);
}

/* Others that speak up lately say nothing of a disk that fails. */
Test(subject, a_cause_from_a_new_source_is_no_routine)
{
    static const char *const lines[] = {"lamps are counted here",
                                        "blk_update_request: I/O error, dev sdb, sector 122428048"};
    double bits[2];
    for (int i = 0; i < 2; i++) {
        struct story s = {0};
        story_say(&s, "left", HOUR - 1200, SEVERITY_INFO, "here");
        story_say(&s, "right", HOUR - 600, SEVERITY_INFO, "here, too");
        story_say(&s, "kernel", HOUR - 10, SEVERITY_INFO, lines[i]);
        bits[i] = judge_story(&s, lines[i]).routine;
    }
    cr_expect_lt(bits[0], -0.9);
    cr_expect_float_eq(bits[1], 0, 1e-9);
}

/* Two lines of one moment: what was taken away leads, whichever came first. */
Test(subject, destruction_leads_its_event)
{
    struct story s = {0};
    story_say(&s, "rollout", HOUR - 20.1, SEVERITY_INFO, "applied a new lamp by ops");
    story_say(&s, "rollout", HOUR - 20, SEVERITY_INFO, "deleted the old door, deployment is done by ops");
    struct told told = judge_story(&s, "applied");
    cr_expect(told.destruction > 0);
}
