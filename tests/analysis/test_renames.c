/* Which service of a baseline is which of the logs, where the names do not say. */
#include "analysis/renames.h"
#include "make_profile.h"

static struct rename *found;
static size_t count;
static struct arena arena;

static void find(struct story *logs, struct story *baseline)
{
    struct profile now = story_profile(logs, 0), past = story_profile(baseline, 0);
    found = renames_find(&now, &past, &arena, &count);
    for (size_t i = 0; i < count; i++) /* the profiles go */
        found[i] = (struct rename){arena_string(&arena, found[i].past), arena_string(&arena, found[i].now)};
    profile_done(&now);
    profile_done(&past);
    story_done(logs);
    story_done(baseline);
}

static void tell_shop(struct story *s, const char *name, double from)
{
    story_steady(s, name, from, from + 300, 1, SEVERITY_INFO, "request % served");
    story_steady(s, name, from, from + 300, 20, SEVERITY_WARN, "basket % was slow");
}

static void tell_mail(struct story *s, const char *name, double from)
{
    story_steady(s, name, from, from + 300, 2, SEVERITY_INFO, "queued letter %");
    story_steady(s, name, from, from + 300, 30, SEVERITY_INFO, "asked host % for its name");
}

Test(renames, the_same_lines_under_another_name)
{
    struct story now = {0}, past = {0};
    tell_shop(&past, "monday", 0);
    tell_mail(&past, "mail-old", 0);
    tell_shop(&now, "tuesday", 86400);
    tell_mail(&now, "mail-new", 86400);
    find(&now, &past);
    cr_assert_eq(count, 2);
    cr_expect_str_eq(found[0].past, "mail-old");
    cr_expect_str_eq(found[0].now, "mail-new");
    cr_expect_str_eq(found[1].past, "monday");
    cr_expect_str_eq(found[1].now, "tuesday");
    cr_expect_str_eq(renames_get(found, count, "monday"), "tuesday");
    cr_expect_str_eq(renames_get(found, count, "web"), "web");
    arena_done(&arena);
}

/* Most of what it says now is trouble; but what it said then it still says. */
Test(renames, a_service_that_is_swamped_by_errors)
{
    struct story now = {0}, past = {0};
    tell_shop(&past, "monday", 0);
    tell_shop(&now, "tuesday", 86400);
    story_steady(&now, "tuesday", 86400, 86700, 0.1, SEVERITY_ERROR, "till % is jammed");
    find(&now, &past);
    cr_expect_eq(count, 1);
    arena_done(&arena);
}

Test(renames, other_services_are_none)
{
    struct story now = {0}, past = {0};
    tell_shop(&past, "monday", 0);
    tell_mail(&now, "tuesday", 86400);
    find(&now, &past);
    cr_expect_eq(count, 0, "they say other things");

    tell_shop(&past, "web", 0);
    tell_shop(&past, "monday", 0);
    tell_shop(&now, "web", 86400);
    find(&now, &past);
    cr_expect_eq(count, 0, "web is web: there is none that monday could be");

    story_steady(&past, "monday", 0, 300, 1, SEVERITY_INFO, "heartbeat %");
    tell_mail(&past, "monday", 0);
    story_steady(&now, "tuesday", 86400, 86700, 1, SEVERITY_INFO, "heartbeat %");
    tell_shop(&now, "tuesday", 86400);
    find(&now, &past);
    cr_expect_eq(count, 0, "one line in common is none");

    find(&now, &past);
    cr_expect_eq(count, 0, "nothing was said");
    arena_done(&arena);
}
