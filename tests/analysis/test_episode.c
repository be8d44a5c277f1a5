/* Trouble that healed, and trouble that is there: near misses stand beside. */
#include "make_profile.h"

#include "analysis/episode.h"

#define HOUR 3600.0

static struct profile logs, empty;
static struct analysis_options options;
static struct model model;
static struct news *news;
static size_t news_count;

/* A blip of seconds at HOUR, `more` as many of the same errors a second from `again` on for a minute and a
 * half; paged at the end of that, or never. */
static void tell(double again, double more, bool paged)
{
    struct story s = {0};
    story_steady(&s, "web", 0, HOUR + 1200, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "stock", 0.3, HOUR + 1200, 2, SEVERITY_INFO, "counted shelf %");
    story_steady(&s, "web", HOUR, HOUR + 4, 1, SEVERITY_ERROR, "no answer from the ledger for %");
    story_steady(&s, "stock", HOUR, HOUR + 4, 0.5, SEVERITY_ERROR, "shelf % cannot be booked");
    story_steady(&s, "web", again + 0.5, again + 90, 1 / more, SEVERITY_ERROR,
                 "no answer from the ledger for %");
    logs = story_profile(&s, 0);
    profile_init(&empty);
    options = story_options();
    model_make(&model, &logs, &empty, &options);
    news = news_find(&model, story_ns(HOUR - 600), story_ns(HOUR + 1200), NULL, 0, &news_count);
    episode_settle(&model, news, news_count, story_ns(HOUR - 600), paged ? story_ns(again + 90) : TIME_NONE);
    story_done(&s);
}

static const struct news *find(const char *begin)
{
    for (size_t i = 0; i < news_count; i++) {
        const struct exemplar *e = &news[i].pattern->first->exemplar;
        if (span_starts(span_make(e->text, e->raw_bytes), begin))
            return &news[i];
    }
    cr_assert_fail("nothing says '%s'", begin);
    return NULL;
}

static void done(void)
{
    model_done(&model);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&empty);
}

Test(episode, what_came_back_counts_from_there)
{
    static const struct {
        const char *why;
        double again, more;
        bool paged, healed;
    } rows[] = {
        {"it came back after five minutes, for good", HOUR + 300, 1, true, true},
        {"nobody was paged", HOUR + 300, 1, false, true},
        {"half a minute later it is the same trouble", HOUR + 30, 1, true, false},
        {"as little as before", HOUR + 300, 0.1, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tell(rows[i].again, rows[i].more, rows[i].paged);
        const struct news *web = find("no answer"), *stock = find("shelf ");
        double moved = (double)(web->time_ns - web->pattern->first_ns) / 1e9,
               away = rows[i].again + 0.5 - HOUR;
        if (rows[i].healed)
            cr_expect(moved >= away && moved < away + 4, "%s: %.1f s later", rows[i].why, moved);
        else
            cr_expect_eq(moved, 0, "%s: %.1f s later", rows[i].why, moved);
        cr_expect_eq(stock->time_ns, story_ns(HOUR), "%s: what healed stays where it was", rows[i].why);
        double healed = stock->mass;
        for (size_t k = 1; k < news_count; k++)
            cr_expect_leq(news[k - 1].time_ns, news[k].time_ns, "%s: sorted", rows[i].why);
        done();
        if (rows[i].healed) {
            tell(HOUR + 30, 1, true);
            cr_expect_lt(healed, 0.5 * find("shelf ")->mass, "%s: it weighs less", rows[i].why);
            done();
        }
    }
}

/* A folder of old logs: what is done for each second of its years is never done. */
Test(episode, years_lie_between)
{
    const double year = 365 * 24 * HOUR, first = 11 * year, later = 12 * year;
    struct story s = {0};
    story_steady(&s, "web", 0, HOUR, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "web", first - HOUR, first + HOUR, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "web", first, first + 4, 1, SEVERITY_ERROR, "no answer from the ledger for %");
    story_steady(&s, "web", later - HOUR, later + 90, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "web", later, later + 90, 1, SEVERITY_ERROR, "no answer from the ledger for %");
    logs = story_profile(&s, 0);
    profile_init(&empty);
    options = story_options();
    model_make(&model, &logs, &empty, &options);
    news = news_find(&model, story_ns(0), story_ns(later + 90), NULL, 0, &news_count);
    episode_settle(&model, news, news_count, story_ns(0), TIME_NONE);
    story_done(&s);
    const struct news *web = find("no answer");
    cr_expect_geq(web->time_ns, story_ns(later - 2), "it began again then, in bins of two seconds");
    cr_expect_lt(web->time_ns, story_ns(later + 4));
    done();
}
