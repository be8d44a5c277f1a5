/* A line with a verb of change that no rule knows is a change when the first trouble names what it names;
 * each row lacks one thing of that. */
#include "make_profile.h"

#include "analysis/again.h"
#include "analysis/rank.h"

#define HOUR 3600.0
#define END  (HOUR + 600)

/* The role of the event that begins with the line; ROLE_BENIGN when there is no such event. */
static enum role role_of(struct story *s, const char *begin, bool *ret_destroys)
{
    story_steady(s, "web", 0, END, 1, SEVERITY_INFO, "request % served");
    story_steady(s, "shop", 0.5, END, 2, SEVERITY_INFO, "counted shelf %");
    story_steady(s, "rollout", 0, END, 30, SEVERITY_INFO, "round % is done");
    story_steady(s, "web", HOUR, END, 2, SEVERITY_ERROR,
                 "could not look up db-writer for writers: page % is lost");
    story_steady(s, "web", HOUR, END, 3, SEVERITY_ERROR,
                 "no address for pagekeeper.int.example: page % is lost");
    story_steady(s, "shop", HOUR + 300, END, 2, SEVERITY_ERROR, "no lavender in shelf %");
    struct profile logs = story_profile(s, 0), empty;
    profile_init(&empty);
    struct analysis_options options = story_options();
    struct model m;
    model_make(&m, &logs, &empty, &options);
    size_t news_count, count;
    int64_t from = story_ns(HOUR - 1800), to = story_ns(END);
    struct news *news = news_find(&m, from, to, NULL, 0, &news_count);
    struct onset_split split = {.found = true, .time_ns = story_ns(HOUR), .effect_ns = story_ns(HOUR)};
    news = again_add(&m, news, news_count, &split, from, from, options.catalogue, &news_count);
    struct hypothesis *list = rank_make(&m, news, news_count, from, to, TIME_NONE, &split, &count);
    enum role role = ROLE_BENIGN;
    for (size_t i = 0; i < count; i++) {
        const struct exemplar *e = &list[i].lead->series->exemplar;
        if (!span_starts(span_make(e->text, e->raw_bytes), begin))
            continue;
        role = list[i].role;
        for (size_t k = 0; k < list[i].evidence_count; k++)
            *ret_destroys |= strcmp(list[i].evidence[k].kind, "destruction") == 0;
    }
    model_done(&m);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&empty);
    story_done(s);
    return role;
}

Test(touch, what_makes_a_change)
{
    static const struct {
        const char *service, *text;
        uint8_t severity;
        enum role role;
        bool destroys;
    } rows[] = {
        {"rollout", "delete: db-writer", SEVERITY_INFO, ROLE_CHANGE, true},
        {"rollout", "modified: db-writer", SEVERITY_INFO, ROLE_CHANGE, false},
        {"rollout", "modified: db-writer", 0, ROLE_CHANGE, false},
        {"rollout", "created: db-writer", SEVERITY_INFO, ROLE_UNKNOWN, false}, /* as any request */
        {"rollout", "3 shelves, 1 modified (pagekeeper)", SEVERITY_INFO, ROLE_CHANGE, false}, /* of a host */
        {"rollout", "3 shelves, 1 modified (pagekeepers)", SEVERITY_INFO, ROLE_UNKNOWN, false},
        {"rollout", "3 shelves, 1 modified (address)", SEVERITY_INFO, ROLE_UNKNOWN, false},
        {"rollout", "modified: writers", SEVERITY_INFO, ROLE_UNKNOWN, false}, /* a plain word */
        {"rollout", "looked at: db-writer", SEVERITY_INFO, ROLE_UNKNOWN, false},
        {"rollout", "modified: db-reader", SEVERITY_INFO, ROLE_UNKNOWN, false},
        {"rollout", "modified: lavender", SEVERITY_INFO, ROLE_UNKNOWN, false}, /* later trouble */
        {"rollout", "modified: db-writer", SEVERITY_DEBUG, ROLE_UNKNOWN, false},
        {"rollout", "modified: db-writer", SEVERITY_WARN, ROLE_UNKNOWN, false},
        {"web", "modified: db-writer", SEVERITY_INFO, ROLE_UNKNOWN, false}, /* its own trouble */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        bool destroys = false;
        story_say(&s, rows[i].service, HOUR - 60, rows[i].severity, rows[i].text);
        enum role role = role_of(&s, rows[i].text, &destroys);
        cr_expect_eq(role, rows[i].role, "row %zu: role %d", i, role);
        cr_expect_eq(destroys, rows[i].destroys, "row %zu", i);
    }
}

/* A known line of that kind, which came again: an event where it is such a change, else none. */
Test(touch, what_came_again)
{
    static const char *const things[] = {"db-writer", "db-reader"};
    for (int i = 0; i < 2; i++) {
        char line[64];
        struct story s = {0};
        bool destroys = false;
        snprintf(line, sizeof line, "modified: %s", things[i]);
        for (int k = 0; k < 4; k++)
            story_say(&s, "rollout", k < 3 ? 400 * k + 100 : HOUR - 60, SEVERITY_INFO, line);
        cr_expect_eq(role_of(&s, line, &destroys), i ? ROLE_BENIGN : ROLE_CHANGE, "%s", line);
    }
}
