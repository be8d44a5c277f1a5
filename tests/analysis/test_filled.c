/* What fills up takes its time: a change a quarter of an hour before is near then. */
#include "analysis/filled.h"
#include "analysis/findings.h"
#include "make_profile.h"

Test(filled, what_is_full)
{
    static const struct {
        const char *text;
        bool full;
    } rows[] = {
        {"write of page 12 failed: No space left on device", true},
        {"java.lang.OutOfMemoryError: Java heap space", true},
        {"Memory cgroup out of memory: Killed process 812 (ledger)", true},
        {"flood stage disk watermark [95%] exceeded on [n1]", true},
        {"FATAL: sorry, too many clients already", true},
        {"room 12 is ready", false},
        {"quotation 12 was sent", false},
        {"connect to ledger failed: Connection refused", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct series series = {0};
        series.exemplar.text = (uint8_t *)rows[i].text;
        series.exemplar.raw_bytes = series.exemplar.message_bytes = (uint32_t)strlen(rows[i].text);
        struct news news = {.series = &series};
        struct hypothesis h = {.lead = &news, .worst = &news};
        cr_expect_eq(filled_is_told(&h), rows[i].full, "%s", rows[i].text);
    }
}

#define TROUBLE 3600.0
#define END     (TROUBLE + 600)

/* Bits that distance takes from a change of 15 minutes before. */
static double distance(const char *trouble)
{
    struct story s = {0}, none = {0};
    story_steady(&s, "web", 0, END, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "storage", 0, END, 300, SEVERITY_INFO, "clock is steady");
    story_steady(&s, "operator", 0, END, 300, SEVERITY_INFO, "looked at everything");
    story_say(&s, "operator", TROUBLE - 900, SEVERITY_INFO,
              "Retention of page logs was changed from 1d to 30d");
    story_steady(&s, "storage", TROUBLE, END, 2, SEVERITY_ERROR, trouble);
    struct profile logs = story_profile(&s, 0), baseline = story_profile(&none, 0);
    struct analysis_options options = story_options();
    options.at_ns = story_ns(TROUBLE + 120);
    struct findings *f = analyse(&logs, &baseline, &options);
    double bits = 0;
    bool found = false;
    for (size_t i = 0; i < f->candidate_count; i++)
        for (size_t k = 0; k < f->candidates[i].evidence_count; k++)
            if (f->candidates[i].first.time_ns == story_ns(TROUBLE - 900)) {
                found = true;
                if (strcmp(f->candidates[i].evidence[k].kind, "distance") == 0)
                    bits = f->candidates[i].evidence[k].bits;
            }
    cr_expect(found, "%s", trouble);
    findings_free(f);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&baseline);
    story_done(&s);
    return bits;
}

Test(filled, a_change_some_time_before)
{
    cr_expect_float_eq(distance("page % was not written: certificate has expired"), -0.67 * 4, 0.02);
    cr_expect_float_eq(distance("page % was not written: No space left on device"), -0.67 * 1.32, 0.02);
}
