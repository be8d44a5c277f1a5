/* A change that was made before is a hypothesis when it came again right before the trouble, with its own
 * line; the probabilities are those of the Poisson process, by hand. */
#include "make_profile.h"

#include "analysis/again.h"

#define HOUR 3600.0
#define END  (HOUR + 600)

static struct story past; /* the baseline, if there is one */
static struct profile logs, baseline;
static struct analysis_options options;
static struct model model;

/* Trouble from HOUR on. Returns all news. */
static struct news *all_news(struct story *s, size_t *ret_count)
{
    story_steady(s, "web", 0, END, 1, SEVERITY_INFO, "request % served");
    story_steady(s, "shop", 0.5, END, 2, SEVERITY_INFO, "counted shelf %");
    story_steady(s, "shop", HOUR, END, 9, SEVERITY_ERROR, "the burnt-door is shut to req-0a1b2c3d4e5f");
    story_steady(s, "till9.1-east", 0, END, 5, SEVERITY_INFO, "counted coin %");
    story_steady(s, "till9.1-east", HOUR, END, 9, SEVERITY_ERROR, "no coin is left");
    logs = story_profile(s, 0);
    baseline = story_profile(&past, 0);
    options = story_options();
    model_make(&model, &logs, &baseline, &options);
    struct onset_split split = {.found = true, .time_ns = story_ns(HOUR), .effect_ns = story_ns(HOUR)};
    size_t count;
    struct news *news = news_find(&model, story_ns(HOUR - 1800), story_ns(END), NULL, 0, &count), *list;
    list = again_add(&model, news, count, &split, story_ns(HOUR - 1800), story_ns(HOUR - 600),
                     options.catalogue, ret_count);
    story_done(s);
    return list;
}

/* Of it, what came again. */
static struct news *again(struct story *s, size_t *ret_count)
{
    size_t count, kept = 0;
    struct news *list = all_news(s, &count);
    for (size_t i = 0; i < count; i++)
        if (list[i].novelty == NOVELTY_AGAIN)
            list[kept++] = list[i];
    *ret_count = kept;
    return list;
}

static void done(void)
{
    model_done(&model);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&baseline);
    story_done(&past);
}

Test(again, its_own_line_and_its_chance)
{
    struct story s = {0};
    size_t count;
    story_say(&s, "web", 600, SEVERITY_INFO, "configuration of lamps reloaded");
    story_say(&s, "web", 1800, SEVERITY_INFO, "configuration of shelves reloaded");
    story_say(&s, "web", 3000, SEVERITY_INFO, "configuration of lamps reloaded");
    story_say(&s, "web", HOUR - 300, SEVERITY_INFO, "configuration of lamps reloaded");
    struct news *list = again(&s, &count);
    cr_assert_eq(count, 1);
    cr_expect_eq(list[0].novelty, NOVELTY_AGAIN);
    cr_expect_eq(list[0].time_ns, story_ns(HOUR - 300));
    cr_expect_eq(list[0].series->exemplar.time_ns, story_ns(HOUR - 300));
    cr_expect_eq(list[0].before, 2); /* of that pattern */
    /* two in 3,300 s, 301 s away: 1 - exp(-2 * 301 / 3300) = 0.1667, 2.58 bits */
    cr_expect_float_eq(list[0].bits, 2.58, 0.01, "%f", list[0].bits);
    done();
}

/* Each names another thing, in a word of its own: nine series of one pattern, and none of them came twice. */
Test(again, the_only_line_of_its_series)
{
    static const char *const lines[] = {
        "configuration of anna was changed by ops", "configuration of bert was changed by ops",
        "configuration of carl was changed by ops", "configuration of dora was changed by ops",
        "configuration of emil was changed by ops", "configuration of finn was changed by ops",
        "configuration of gerd was changed by ops", "configuration of hugo was changed by ops",
        "configuration of ida was changed by ops"};
    struct story s = {0};
    size_t count;
    for (int i = 0; i < 9; i++)
        story_say(&s, "web", i < 8 ? 300 + 300 * i : HOUR - 5, SEVERITY_INFO, lines[i]);
    struct news *list = again(&s, &count);
    cr_assert_eq(count, 1);
    cr_expect_eq(list[0].time_ns, story_ns(HOUR - 5));
    cr_expect_eq(list[0].before, 8);
    const struct exemplar *e = &list[0].series->exemplar;
    cr_expect(span_starts(span_make(e->text, e->raw_bytes), "configuration of ida"));
    done();
}

/* A verb of change that no phrase knows is for touch.h to judge: it has no role yet. */
Test(again, a_verb_alone)
{
    struct story s = {0};
    size_t count;
    story_steady(&s, "web", 300, HOUR - 20, 900, SEVERITY_INFO, "modified: lamp");
    story_say(&s, "web", HOUR - 5, SEVERITY_INFO, "modified: lamp");
    struct news *list = again(&s, &count);
    cr_assert_eq(count, 1);
    cr_expect_eq(list[0].pattern->role, ROLE_UNKNOWN);
    done();
}

Test(again, what_is_none)
{
    static const struct {
        const char *text;
        double first, period, last;
        uint8_t severity;
        size_t count;
    } rows[] = {
        {"configuration of lamp was changed by ops", 300, 900, HOUR - 5, SEVERITY_INFO, 1},
        {"configuration of lamp was changed by ops", 300, 900, HOUR - 700, SEVERITY_INFO,
         0}, /* too long before */
        {"configuration of lamp was changed by ops", 200, 900, HOUR + 5, SEVERITY_INFO,
         0}, /* behind the trouble */
        {"configuration of lamp was changed by ops", HOUR - 30, 1e9, HOUR - 5, SEVERITY_INFO,
         0}, /* the same change, told twice */
        {"configuration of lamp was changed by ops", 100, 120, HOUR - 140, SEVERITY_INFO,
         0}, /* one was to be expected */
        {"configuration of lamp was changed by ops", 100, 100, HOUR - 5, SEVERITY_INFO,
         0}, /* a routine: more than 32 */
        {"(root) CMD (/opt/ban-pages)", 300, 900, HOUR - 5, SEVERITY_INFO,
         0}, /* as every quarter of an hour */
        {"(root) CMD (/opt/ban /page-%)", 300, 900, HOUR - 5, SEVERITY_INFO, 1},
        {"lamp was looked at", 300, 900, HOUR - 5, SEVERITY_INFO, 0},
        {"configuration of lamp was changed by ops", 300, 900, HOUR - 5, SEVERITY_DEBUG, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        size_t count;
        story_steady(&s, "web", rows[i].first, HOUR - 20, rows[i].period, rows[i].severity, rows[i].text);
        story_say(&s, "web", rows[i].last, rows[i].severity, rows[i].text);
        again(&s, &count);
        cr_expect_eq(count, rows[i].count, "row %zu: %zu", i, count);
        done();
    }
}

/* The like was done to something else: a line of its own where it names what fails, and no line before it
 * did. "shop" is a service in trouble, "burnt-door" what its trouble names. */
Test(again, to_another_thing)
{
    static const struct {
        const char *first, *second;
        double at, again;
        bool tied;
    } rows[] = {
        {"lamp-7", "shop-19", HOUR - 30, HOUR - 5, false},        /* one operation, and the first of all */
        {"lamp-7", "shop-19", HOUR - 580, HOUR - 500, true},      /* by chance at any time, but of the shop */
        {"lamp-7", "till9.1-east", HOUR - 580, HOUR - 500, true}, /* a name with a dot */
        {"lamp-7", "till9.2-east", HOUR - 580, HOUR - 500, false},
        {"lamp-7", "burnt-door", HOUR - 580, HOUR - 500, true}, /* what the shop fails with */
        {"shop-18", "shop-19", HOUR - 580, HOUR - 500, false},  /* as before */
        {"lamp-7", "lamp-8", HOUR - 580, HOUR - 500, false},
        {"lamp-7", "shop-19", HOUR - 620, HOUR + 5, false},    /* behind the trouble */
        {"lamp-7", "shop-19", HOUR - 1500, HOUR - 700, false}, /* long before it */
        {"lamp-7", "shop-19", 5, HOUR - 580, true},
        {"lamp-7", "req-0a1b2c3d4e5f", HOUR - 580, HOUR - 500, false}, /* a new one for each request */
        {"lamp-7", "shop-19", -100, HOUR - 500, true},                 /* before the logs: in the baseline */
        {"shop-18", "shop-19", -100, HOUR - 500, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char first[64], second[64];
        struct story s = {0};
        size_t count, told = 0;
        snprintf(first, sizeof first, "changed release /srv/apps/%s.war from 4 to 5 by ops", rows[i].first);
        snprintf(second, sizeof second, "changed release /srv/apps/%s.war from 4 to 5 by ops",
                 rows[i].second);
        story_steady(&s, "host", 0, END, 30, SEVERITY_INFO, "round % is done");
        story_say(rows[i].at < 0 ? &past : &s, "host", rows[i].at, SEVERITY_INFO, first);
        story_say(&s, "host", rows[i].again, SEVERITY_INFO, second);
        struct news *list = again(&s, &count);
        for (size_t k = 0; k < count; k++) {
            const struct exemplar *e = &list[k].series->exemplar;
            if (!list[k].tied)
                continue;
            told++;
            cr_expect(span_equal(span_make(e->text, e->raw_bytes), span_of(second)), "row %zu", i);
            cr_expect_geq(list[k].bits, 2, "row %zu", i);
        }
        cr_expect_eq(told, rows[i].tied, "row %zu: %zu", i, told);
        done();
    }
}

/* A new change of several things within a minute is told by the line that names what fails, or else what
 * changes right after it. */
Test(again, the_line_of_what_is_new)
{
    static const struct {
        const char *first, *second, *told;
        double apart;
    } rows[] = {
        {"lamp-7", "shop-19", "shop-19", 2},  {"shop-19", "lamp-7", "shop-19", 2},
        {"lamp-7", "web-4", "web-4", 2},      {"web-4", "shop-19", "shop-19", 2},
        {"shop-19", "web-4", "shop-19", 2},   {"lamp-7", "lamp-8", "lamp-7", 2},
        {"lamp-7", "shop-19", "lamp-7", 100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char first[64], second[64], told[64];
        struct story s = {0};
        size_t count, found = 0;
        snprintf(first, sizeof first, "changed release /srv/apps/%s.war from 4 to 5 by ops", rows[i].first);
        snprintf(second, sizeof second, "changed release /srv/apps/%s.war from 4 to 5 by ops",
                 rows[i].second);
        snprintf(told, sizeof told, "changed release /srv/apps/%s.war from 4 to 5 by ops", rows[i].told);
        story_steady(&s, "host", 0, END, 30, SEVERITY_INFO, "round % is done");
        story_say(&s, "host", HOUR - 300, SEVERITY_INFO, first);
        story_say(&s, "host", HOUR - 300 + rows[i].apart, SEVERITY_INFO, second);
        story_say(&s, "web", HOUR - 290, SEVERITY_INFO, "feature chimney was switched on by ops");
        struct news *list = all_news(&s, &count);
        for (size_t k = 0; k < count; k++) {
            const struct exemplar *e = &list[k].series->exemplar;
            struct span text = span_make(e->text, e->raw_bytes);
            if (list[k].novelty != NOVELTY_NEW || !span_starts(text, "changed"))
                continue;
            found++;
            cr_expect(span_equal(text, span_of(told)), "row %zu: %.*s", i, (int)text.len, text.ptr);
            cr_expect_eq(list[k].time_ns, e->time_ns, "row %zu", i);
        }
        cr_expect_eq(found, 1, "row %zu: %zu", i, found);
        done();
    }
}
