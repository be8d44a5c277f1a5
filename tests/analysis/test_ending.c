/* Logs that end with a death: a program's last word is enough. */
#include "analysis/analysis.h"
#include "make_profile.h"

#include "onset.h"

static const struct {
    const char *why;
    uint8_t severity;
    bool exception;
    double after; /* seconds that the program goes on */
    bool others;  /* other programs go on for ten minutes */
    bool whole;
    int verdict;
} rows[] = {
    {"the last word of a pod", SEVERITY_FATAL, false, 0, false, true, ONSET_FOUND},
    {"... of one among others", SEVERITY_FATAL, false, 0, true, true, ONSET_FOUND},
    {"an exception that nothing caught", SEVERITY_ERROR, true, 0, false, true, ONSET_FOUND},
    {"an error at the end may be any", SEVERITY_ERROR, false, 0, false, true, ONSET_NOTHING},
    {"it goes on: a connection that ended", SEVERITY_FATAL, false, 120, false, true, ONSET_NOTHING},
    {"an exception that was caught", SEVERITY_ERROR, true, 120, true, true, ONSET_NOTHING},
    {"more may follow", SEVERITY_FATAL, false, 0, false, false, ONSET_NOTHING},
};

Test(ending, a_death_is_the_last_word)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0}, none = {0};
        story_steady(&s, "worker", 0, 600, 1, SEVERITY_INFO, "item % is done");
        story_steady(&s, "worker", 601, 600 + rows[i].after, 1, SEVERITY_INFO, "item % is done");
        if (rows[i].others)
            story_steady(&s, "web", 0, 1200, 1, SEVERITY_INFO, "request % served");
        story_say(&s, "worker", 600, rows[i].severity, "the ledger book has no page");
        struct profile logs = story_profile(&s, 0), baseline = story_profile(&none, 0);
        if (rows[i].exception) { /* the scanner links it to its record */
            struct story more = {0};
            story_line_add(&more, "worker", 600, rows[i].severity, SERIES_EXCEPTION, "BookError: no page");
            struct profile part = story_profile(&more, 0);
            for (size_t k = 0; k < logs.series.size; k++) {
                const struct series *head = logs.series.slots[k].value;
                for (size_t n = 0; head && head->severity == rows[i].severity && n < part.series.size; n++)
                    if (part.series.slots[n].value)
                        ((struct series *)part.series.slots[n].value)->head = head->key;
            }
            profile_merge(&logs, &part);
            profile_settle(&logs);
            profile_done(&part);
            story_done(&more);
        }
        struct analysis_options options = story_options();
        options.whole = rows[i].whole;
        struct findings *f = analyse(&logs, &baseline, &options);
        cr_expect_eq(f->verdict, rows[i].verdict, "%s: %s", rows[i].why, f->verdict_text);
        findings_free(f);
        catalogue_free(options.catalogue);
        profile_done(&logs);
        profile_done(&baseline);
        story_done(&s);
    }
}
