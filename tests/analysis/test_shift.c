/* Something is changed, work ends or begins with it, and nobody feels it until what fills up is full. */
#include "analysis/analysis.h"
#include "analysis/findings.h"
#include "make_profile.h"

#define FULL 10800.0 /* when it is felt */
#define END  (FULL + 600)

static const struct {
    const char *why, *change;
    double changed, ends; /* ends: of the old work */
    const char *work;     /* that begins then, or NULL */
    double period, stops; /* its period, and until when */
    bool first;
} rows[] = {
    {"a consumer is stopped, 50 min before", "Deployment renderer was scaled from 3 to 0", FULL - 3000,
     FULL - 3000, NULL, 0, 0, true},
    {"and 12 min before", "Deployment renderer was scaled from 3 to 0", FULL - 720, FULL - 720, NULL, 0, 0,
     true},
    {"it says the same in other words then", "Deployment renderer was scaled from 3 to 4", FULL - 3000,
     FULL - 3000, "drawing number % is ready", 2, END, false},
    {"it goes on", "Deployment renderer was scaled from 3 to 2", FULL - 3000, END, NULL, 0, 0, false},
    {"it had ended long before", "Deployment renderer was scaled from 3 to 0", FULL - 3000, FULL - 4000, NULL,
     0, 0, false},
    {"a logger says everything from then on", "Log level of renderer was changed to debug", FULL - 3000, END,
     "buffer % is passed on", 0.1, END, true},
    {"for five minutes only", "Log level of renderer was changed to debug", FULL - 3000, END,
     "buffer % is passed on", 0.1, FULL - 2700, false},
    {"a new version says a little more", "Deployment renderer was updated to version 12", FULL - 3000, END,
     "buffer % is passed on", 10, END, false},
};

Test(shift, a_change_that_shows_from_then_on)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0}, none = {0};
        story_steady(&s, "web", 0, END, 1, SEVERITY_INFO, "request % served");
        story_steady(&s, "operator", 0, END, 600, SEVERITY_INFO, "looked at everything");
        story_say(&s, "operator", rows[i].changed, SEVERITY_INFO, rows[i].change);
        story_steady(&s, "renderer", 0, rows[i].ends, 2, SEVERITY_INFO, "drawing % is done");
        if (rows[i].work)
            story_steady(&s, "renderer", rows[i].changed + 1, rows[i].stops, rows[i].period, SEVERITY_INFO,
                         rows[i].work);
        story_steady(&s, "storage", 0, END, 3000, SEVERITY_INFO, "clock is steady");
        story_steady(&s, "storage", FULL, END, 2, SEVERITY_ERROR,
                     "write of page % failed: No space left on device");
        story_steady(&s, "web", FULL + 5, END, 2, SEVERITY_ERROR,
                     "order % is lost, storage does not take it");
        struct profile logs = story_profile(&s, 0), baseline = story_profile(&none, 0);
        struct analysis_options options = story_options();
        options.at_ns = story_ns(FULL + 120);
        struct findings *f = analyse(&logs, &baseline, &options);
        cr_assert_gt(f->candidate_count, 0);
        bool first = strcmp(f->candidates[0].service, "operator") == 0 &&
                     f->candidates[0].first.time_ns == story_ns(rows[i].changed);
        cr_expect_eq(first, rows[i].first, "%s: first is %s", rows[i].why, f->candidates[0].first.text);
        findings_free(f);
        catalogue_free(options.catalogue);
        profile_done(&logs);
        profile_done(&baseline);
        story_done(&s);
    }
}
