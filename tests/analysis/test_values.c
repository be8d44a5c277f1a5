/* A place that held few words and takes a new one: between patterns, within one, against a baseline; and what
 * is none. */
#include "make_profile.h"

#include "analysis/values.h"

#define END 4200.0

static struct profile logs, past;
static struct analysis_options options;
static struct model model;
static struct value_news *values;
static size_t value_count;

static void values_of_story(struct story *s, struct story *before)
{
    logs = story_profile(s, 0);
    past = before ? story_profile(before, 0) : (struct profile){0};
    if (!before)
        profile_init(&past);
    options = story_options();
    model_make(&model, &logs, &past, &options);
    values = values_find(&model, story_ns(0), story_ns(END), &value_count);
    values = values_list(&model, values, value_count, story_ns(0), story_ns(END), &value_count);
    story_done(s);
    if (before)
        story_done(before);
}

static void done(void)
{
    model_done(&model);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&past);
}

static void expect_value(const char *before, const char *now, double second, uint64_t count)
{
    for (size_t i = 0; i < value_count; i++)
        if (strcmp(values[i].now, now) == 0) {
            cr_expect_str_eq(values[i].before, before);
            cr_expect_eq(values[i].time_ns, story_ns(second));
            cr_expect_eq(values[i].count, count);
            cr_expect_gt(values[i].bits, 4);
            return;
        }
    cr_expect_fail("'%s' is no new value", now);
}

Test(values, a_word_that_makes_a_pattern_of_its_own)
{
    struct story s = {0};
    story_steady(&s, "disk", 0, END, 2, SEVERITY_INFO, "self test of disk % state PASSED today");
    story_say(&s, "disk", 3001, SEVERITY_ERROR, "self test of disk % state FAILED today");
    story_say(&s, "disk", 3101, SEVERITY_ERROR, "self test of disk % state FAILED today");
    values_of_story(&s, NULL);
    cr_assert_eq(value_count, 1);
    expect_value("PASSED", "FAILED", 3001, 2);
    cr_expect_lt(labs((long)values[0].records_before - 1501), 40,
                 "one each two seconds, from 0 to 3000, in bins");
    cr_expect_not_null(values_of(values, value_count, values[0].pattern));
    done();
}

Test(values, a_place_that_has_a_name)
{
    struct story s = {0};
    story_steady(&s, "disk", 0, END, 2, SEVERITY_INFO, "self test of disk done drive=a state=PASSED");
    story_say(&s, "disk", 3001, SEVERITY_INFO, "self test of disk done drive=a state=FAILED");
    story_steady(&s, "argo", 0, END, 4, SEVERITY_INFO,
                 "sync of tenant done application=argo/shop, all is well");
    story_say(&s, "argo", 3002, SEVERITY_INFO, "sync of tenant done application=argo/pay, all is well");
    values_of_story(&s, NULL);
    cr_assert_eq(value_count, 2);
    expect_value("PASSED", "FAILED", 3001, 1);
    cr_expect_str_eq(values[0].name, "state");
    cr_expect_str_eq(values_said(&model, &values[0]), "state FAILED");
    expect_value("shop", "pay", 3002, 1);
    cr_expect_str_eq(values[1].name, "application");
    done();
}

Test(values, a_number_that_is_a_name)
{
    struct story s = {0};
    story_steady(&s, "web", 0, END, 2, SEVERITY_INFO, "request % answered with status 200");
    story_steady(&s, "web", 1, END, 60, SEVERITY_INFO, "request % answered with status 302");
    story_say(&s, "web", 3001, SEVERITY_INFO, "request % answered with status 503");
    values_of_story(&s, NULL);
    cr_assert_eq(value_count, 1);
    expect_value("200, 302", "503", 3001, 1);
    done();
}

Test(values, a_word_in_a_place_that_is_a_variable)
{
    static const char *const texts[] = {"moved the bucket % of the shop to region north for tonight",
                                        "moved the bucket % of the shop to region south for tonight",
                                        "moved the bucket % of the shop to region west for tonight",
                                        "moved the bucket % of the shop to region east for tonight",
                                        "moved the bucket % of the shop to region middle for tonight"};
    struct story s = {0};
    for (int i = 0; i < 5; i++)
        story_steady(&s, "store", i, END, 20, SEVERITY_INFO, texts[i]);
    story_say(&s, "store", 3007, SEVERITY_INFO,
              "moved the bucket % of the shop to region nowhere for tonight");
    values_of_story(&s, NULL);
    cr_assert_eq(model.pattern_count, 1, "one template");
    cr_assert_eq(value_count, 1);
    expect_value("north, south, west and 2 more", "nowhere", 3007, 1);
    done();
}

Test(values, the_baseline_knows_values)
{
    struct story s = {0}, before = {0};
    story_steady(&before, "disk", 0, 3000, 3, SEVERITY_INFO, "self test of disk % state PASSED today");
    story_say(&before, "disk", 77, SEVERITY_ERROR, "self test of disk % state FAILED today");
    story_say(&s, "disk", 10, SEVERITY_ERROR, "self test of disk % state FAILED today");
    story_say(&s, "disk", 20, SEVERITY_ERROR, "self test of disk % state SKIPPED today");
    values_of_story(&s, &before);
    cr_assert_eq(value_count, 1, "FAILED is known, and PASSED is not said any more");
    expect_value("FAILED, PASSED", "SKIPPED", 20, 1);
    done();
}

Test(values, names_and_first_words_are_none)
{
    static const char *const users[] = {"kalo", "miren",  "tosa",  "veldor", "inqua",  "bestu",
                                        "nora", "phigan", "elmar", "osti",   "blecu",  "wenhar",
                                        "zoli", "petsto", "urach", "kaloti", "mirado", "tosani"};
    struct story s = {0};
    char texts[18][80];
    for (int i = 0; i < 18; i++) { /* a new name every few minutes */
        snprintf(texts[i], sizeof texts[i], "the session of customer %s was renewed for a day", users[i]);
        story_steady(&s, "login", i * 200, END, 10, SEVERITY_INFO, texts[i]);
    }
    story_steady(&s, "job", 0, END, 5, SEVERITY_INFO, "starting"); /* nothing else in the message */
    story_say(&s, "job", 3001, SEVERITY_INFO, "stopping");
    story_say(&s, "lone", 5, SEVERITY_INFO,
              "self test of disk % state PASSED today"); /* too little is known */
    story_say(&s, "lone", 3001, SEVERITY_INFO, "self test of disk % state FAILED today");
    values_of_story(&s, NULL);
    cr_expect_eq(value_count, 0, "'%s'", value_count ? values[0].now : "");
    done();
}

Test(values, the_order_of_lines_does_not_matter)
{
    struct value_news first = {0};
    for (uint64_t shuffle = 0; shuffle < 3; shuffle++) {
        struct story s = {0};
        story_steady(&s, "web", 0, END, 2, SEVERITY_INFO, "request % answered with status 200");
        story_steady(&s, "web", 3001, END, 5, SEVERITY_INFO, "request % answered with status 503");
        logs = story_profile(&s, shuffle);
        profile_init(&past);
        options = story_options();
        model_make(&model, &logs, &past, &options);
        values = values_find(&model, story_ns(0), story_ns(END), &value_count);
        values = values_list(&model, values, value_count, story_ns(0), story_ns(END), &value_count);
        cr_assert_eq(value_count, 1);
        if (shuffle == 0)
            first = values[0];
        cr_expect_eq(first.time_ns, values[0].time_ns);
        cr_expect_eq(first.records_before, values[0].records_before);
        story_done(&s);
        done();
    }
}

/* Fingerprints keep no numbers; of seldom lines the profile keeps where one changed. */
Test(values, a_number_that_never_changed)
{
    struct story s = {0};
    story_steady(&s, "fx", 0, END, 2, SEVERITY_INFO, "rate asked");
    char texts[25][4][80]; /* they live as long as the story */
    for (int i = 0; i < 25; i++) {
        snprintf(texts[i][0], sizeof texts[i][0], "rates loaded pairs=%d took_ms=%d", i == 20 ? 14 : 30,
                 10 + i % 7);
        snprintf(texts[i][1], sizeof texts[i][1], "cache purged entries=%d",
                 i == 20 ? 3 : 0); /* 0: no habit */
        snprintf(texts[i][2], sizeof texts[i][2], "backup started on Mar %d",
                 i < 20 ? 12 : 13);                                              /* no state */
        snprintf(texts[i][3], sizeof texts[i][3], "served %d", i == 20 ? 7 : 9); /* tells of no change */
        for (int k = 0; k < 4; k++)
            story_say(&s, "fx", 10 + k + 150 * i, SEVERITY_INFO, texts[i][k]);
    }
    values_of_story(&s, NULL);
    cr_assert_eq(value_count, 1);
    cr_expect_str_eq(values[0].name, "pairs");
    cr_expect_str_eq(values[0].before, "30");
    cr_expect_str_eq(values[0].now, "14");
    cr_expect_eq(values[0].time_ns, story_ns(3010));
    cr_expect_lt(labs((long)values[0].records_before - 20), 2);
    done();
}

Test(values, a_number_that_the_baseline_or_another_replica_has_is_not_new)
{
    for (int other = 0; other < 2; other++) {
        struct story s = {0}, before = {0};
        story_steady(&s, "fx", 0, END, 2, SEVERITY_INFO, "rate asked");
        story_steady(&before, "fx", 0, END, 2, SEVERITY_INFO, "rate asked");
        for (int i = 0; i < 25; i++)
            story_say(&s, "fx", 10 + 150 * i, SEVERITY_INFO,
                      i == 20 ? "rates loaded pairs=14" : "rates loaded pairs=30");
        story_say(&before, "fx", 20, SEVERITY_INFO, "rates loaded pairs=30");
        story_say(&before, "fx", 30, SEVERITY_INFO,
                  other ? "rates loaded pairs=14" : "rates loaded pairs=30");
        values_of_story(&s, &before);
        cr_expect_eq(value_count, other ? 0u : 1u);
        done();
    }
}
