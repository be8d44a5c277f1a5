/* Which lines are shown, and as what. */
#include "make_profile.h"

#define HOUR 3600.0
#define END  (HOUR + 600)

/* What one run of a tool did is one answer: the line that tells that something is another now, whatever was
 * run before it and set off by it; but the line that names what fails before any. */
Test(answer, the_line_that_tells_what_was_done)
{
    static const struct {
        const char *refreshed, *told;
    } rows[] = {{"lamp", "content changed"}, {"shop", "Triggered"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        char refresh[80];
        snprintf(refresh, sizeof refresh, "(/Stage[main]/Lamps/Service[%s]) Triggered 'refresh' from 1 event",
                 rows[i].refreshed);
        story_steady(&s, "tool", 0, END, 30, SEVERITY_INFO, "round % is done");
        story_steady(&s, "shop", 0, END, 2, SEVERITY_INFO, "counted shelf %");
        story_steady(&s, "shop", HOUR, END, 2, SEVERITY_ERROR, "shelf % is burnt");
        story_say(&s, "tool", HOUR - 5, SEVERITY_INFO,
                  "(/Stage[main]/Base/Exec[register]/returns) executed successfully");
        story_say(
            &s, "tool", HOUR - 3.5, SEVERITY_INFO,
            "(/Stage[main]/Lamps/File[/etc/lamp.conf]/content) content changed '{md5}4f1c' to '{md5}2ab9'");
        story_say(&s, "tool", HOUR - 2, SEVERITY_INFO, refresh);
        struct profile logs = story_profile(&s, 0), empty;
        profile_init(&empty);
        struct analysis_options options = story_options();
        struct findings *f = analyse(&logs, &empty, &options);
        size_t told = 0;
        for (size_t k = 0; k < f->candidate_count; k++) {
            if (strcmp(f->candidates[k].service, "tool") != 0)
                continue;
            told++;
            struct span text = f->candidates[k].first.text;
            cr_expect_not_null(memmem(text.ptr, text.len, rows[i].told, strlen(rows[i].told)),
                               "row %zu: %.*s", i, (int)text.len, (const char *)text.ptr);
        }
        cr_expect_eq(told, 1, "row %zu: %zu", i, told);
        findings_free(f);
        catalogue_free(options.catalogue);
        profile_done(&logs);
        profile_done(&empty);
        story_done(&s);
    }
}
