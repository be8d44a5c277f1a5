/* What an outage goes back to, days before its window. */
#include "analysis/analysis.h"
#include "analysis/findings.h"
#include "make_profile.h"

#include "onset.h"

#define DAY 86400.0
#define END (3 * DAY)

static const struct {
    const char *why, *service, *failure;
    double period; /* seconds between its failures */
    size_t rank;   /* 0: it does not fit */
} rows[] = {
    {"a renewal that failed twice a day", "certd",
     "certificate ledger: order not finished, keeping the present one", DAY / 2, 2},
    {"once, and days ago, of that very name", "certbot",
     "Failed to renew certificate ledger.example with error: challenges failed", 9 * DAY, 1},
    {"a tool of its own name", "hooks", "certbot: the hook that copies it failed", 9 * DAY, 2},
    {"a backup that failed", "backup", "the nightly backup was not written", DAY / 2, 0},
    {"every minute all along: a habit", "certd", "certificate mirror: no answer", 60, 0},
};

Test(earlier, a_renewal_that_failed_days_before_the_expiry)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int at = 0; at < 2; at++) {
            struct story s = {0}, none = {0};
            story_steady(&s, "web", 0, END, 120, SEVERITY_INFO, "request % served");
            story_steady(&s, "web", END - 3600, END, 1, SEVERITY_INFO, "request % served");
            story_steady(&s, rows[i].service, 0, END, 7200, SEVERITY_INFO, "looked at everything");
            story_steady(&s, rows[i].service, 5000, END, rows[i].period, SEVERITY_WARN, rows[i].failure);
            story_steady(&s, "web", END - 600, END, 2, SEVERITY_ERROR,
                         "ledger answers nothing: certificate has expired, order % is lost");
            struct profile logs = story_profile(&s, 0), baseline = story_profile(&none, 0);
            struct analysis_options options = story_options();
            if (at)
                options.at_ns = story_ns(END - 500);
            struct findings *f = analyse(&logs, &baseline, &options);
            cr_expect_eq(f->verdict, ONSET_FOUND, "%s: %s", rows[i].why, f->verdict_text);
            cr_assert_gt(f->candidate_count, rows[i].rank == 1);
            const struct candidate *expiry = &f->candidates[rows[i].rank == 1];
            cr_expect_str_eq(expiry->service, "web", "%s", rows[i].why);
            cr_expect_eq(expiry->earlier.source != NULL, rows[i].rank > 0, "%s", rows[i].why);
            size_t rank = 0;
            for (size_t k = 0; k < f->candidate_count; k++)
                if (strcmp(f->candidates[k].service, rows[i].service) == 0 &&
                    f->candidates[k].first.time_ns == story_ns(5000))
                    rank = k + 1;
            cr_expect_eq(rank, rows[i].rank, "%s: rank %zu", rows[i].why, rank);
            cr_expect_eq(f->onset_from_ns, story_ns(END - 600), "the outage begins with the expiry");
            findings_free(f);
            catalogue_free(options.catalogue);
            profile_done(&logs);
            profile_done(&baseline);
            story_done(&s);
        }
}

/* A limit that was set hours before it was reached: on one machine after the other, and not since. */
Test(earlier, a_change_of_what_ran_full)
{
    static const struct {
        const char *why, *text;
        double period;
        size_t count;
        bool fits;
    } settings[] = {
        {"once", "Setting nf_conntrack_max to 32768", 1, 1, true},
        {"machine after machine", "Setting nf_conntrack_max to 32768", 120, 4, true},
        {"every hour", "Setting nf_conntrack_max to 32768", 3600, 20, false},
        {"of another thing", "Setting fs.file-max to 32768", 1, 1, false},
        {"not set", "Looking at nf_conntrack_max: 32768", 1, 1, false},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct story s = {0}, none = {0};
        story_steady(&s, "web", END - 7200, END, 1, SEVERITY_INFO, "request % served");
        story_steady(&s, "tuner", 0, END, 7200, SEVERITY_INFO, "looked at everything");
        for (size_t k = 0; k < settings[i].count; k++)
            story_say(&s, "tuner", 5000 + settings[i].period * (double)k, SEVERITY_INFO, settings[i].text);
        story_steady(&s, "kernel", 0, END, 3000, SEVERITY_INFO, "clock is steady");
        story_steady(&s, "kernel", END - 600, END, 2, SEVERITY_WARN,
                     "nf_conntrack: nf_conntrack: table full, dropping packet");
        story_steady(&s, "web", END - 590, END, 2, SEVERITY_ERROR,
                     "call of stock timed out, order % is lost");
        struct profile logs = story_profile(&s, 0), baseline = story_profile(&none, 0);
        struct analysis_options options = story_options();
        struct findings *f = analyse(&logs, &baseline, &options);
        bool found = false;
        for (size_t k = 0; k < f->candidate_count; k++)
            found |= strcmp(f->candidates[k].service, "tuner") == 0 &&
                     f->candidates[k].first.time_ns == story_ns(5000);
        cr_expect_eq(found, settings[i].fits, "%s", settings[i].why);
        findings_free(f);
        catalogue_free(options.catalogue);
        profile_done(&logs);
        profile_done(&baseline);
        story_done(&s);
    }
}

/* What renews is told by the name of the service that speaks; of its failures the one counts that names what
 * is in trouble, not the last one. */
Test(earlier, a_renewal_that_was_declined_for_the_service_in_trouble)
{
    struct story s = {0}, none = {0};
    story_steady(&s, "ledger", 0, END, 120, SEVERITY_INFO, "request % served");
    story_steady(&s, "ledger", END - 3600, END, 1, SEVERITY_INFO, "request % served");
    story_steady(&s, "cert-renewer", 0, END, 7200, SEVERITY_INFO, "looked at everything");
    story_say(&s, "cert-renewer", END - DAY, SEVERITY_WARN,
              "authority said no, present bundle stays: target=ledger-grpc, role allows less");
    story_say(&s, "cert-renewer", END - DAY / 2, SEVERITY_WARN,
              "old/portal has a label that nobody knows, left alone");
    story_steady(&s, "ledger", END - 600, END, 2, SEVERITY_ERROR,
                 "handshake % failed: certificate has expired");
    struct profile logs = story_profile(&s, 0), baseline = story_profile(&none, 0);
    struct analysis_options options = story_options();
    options.at_ns = story_ns(END - 500);
    struct findings *f = analyse(&logs, &baseline, &options);
    cr_assert_gt(f->candidate_count, 1);
    cr_expect_str_eq(f->candidates[0].service, "cert-renewer");
    cr_expect_eq(f->candidates[0].first.time_ns, story_ns(END - DAY), "%s", f->candidates[0].first.text);
    findings_free(f);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&baseline);
    story_done(&s);
}

/* Something says that it is full, or that a certificate has expired; a day before, a line of which each row
 * lacks one thing told why. */
Test(earlier, what_was_not_cleared_or_not_taken)
{
    static const struct {
        const char *why, *service, *said;
        uint8_t severity;
        const char *trouble;
        bool fits;
    } lines[] = {
        {"a purge that failed", "log-purge", "catalogue of shelves: password is wrong", SEVERITY_ERROR,
         "page % is lost: no space left on device", true},
        {"what failed purges nothing", "log-shipper", "catalogue of shelves: password is wrong",
         SEVERITY_ERROR, "page % is lost: no space left on device", false},
        {"nothing is full", "log-purge", "catalogue of shelves: password is wrong", SEVERITY_ERROR,
         "page % is lost: shelf is corrupted", false},
        {"a newer one was not taken", "certsync", "ledger.int.example: newer version 7 there, keeping ours",
         SEVERITY_INFO, "handshake % failed: certificate has expired", true},
        {"it was taken", "certsync", "ledger.int.example: newer version 7 there, ours replaced",
         SEVERITY_INFO, "handshake % failed: certificate has expired", false},
        {"of no certificate", "filesync", "ledger.int.example: newer version 7 there, keeping ours",
         SEVERITY_INFO, "handshake % failed: certificate has expired", false},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct story s = {0}, none = {0};
        story_steady(&s, "ledger", 0, END, 120, SEVERITY_INFO, "request % served");
        story_steady(&s, "ledger", END - 3600, END, 1, SEVERITY_INFO, "request % served");
        story_steady(&s, lines[i].service, 0, END, 7200, SEVERITY_INFO, "looked at everything");
        story_say(&s, lines[i].service, END - DAY, lines[i].severity, lines[i].said);
        story_steady(&s, "ledger", END - 600, END, 2, SEVERITY_ERROR, lines[i].trouble);
        struct profile logs = story_profile(&s, 0), baseline = story_profile(&none, 0);
        struct analysis_options options = story_options();
        options.at_ns = story_ns(END - 500);
        struct findings *f = analyse(&logs, &baseline, &options);
        cr_assert_gt(f->candidate_count, 0);
        bool first = strcmp(f->candidates[0].service, lines[i].service) == 0 &&
                     f->candidates[0].first.time_ns == story_ns(END - DAY);
        cr_expect_eq(first, lines[i].fits, "%s: %s", lines[i].why, f->candidates[0].service);
        findings_free(f);
        catalogue_free(options.catalogue);
        profile_done(&logs);
        profile_done(&baseline);
        story_done(&s);
    }
}
