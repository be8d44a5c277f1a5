/* Each piece of evidence on a story that differs in that one thing; events; the order. Which weight each
 * has is no matter here: what counts more than what is. */
#include "make_profile.h"

#include "analysis/rank.h"

#define HOUR 3600.0
#define END  (HOUR + 600)

static struct profile logs, empty;
static struct analysis_options options;
static struct model model;
static struct hypothesis *list;
static size_t count;

/* The onset is at HOUR: it is given, not found. */
static void rank_story(struct story *s, int64_t at_ns)
{
    logs = story_profile(s, 0);
    profile_init(&empty);
    options = story_options();
    model_make(&model, &logs, &empty, &options);
    size_t news_count;
    int64_t from = story_ns(HOUR - 1800), to = story_ns(END);
    struct news *news = news_find(&model, from, to, NULL, 0, &news_count);
    struct onset_split split = {.found = true, .time_ns = story_ns(HOUR), .effect_ns = story_ns(HOUR)};
    list = rank_make(&model, news, news_count, from, to, at_ns, &split, &count);
    story_done(s);
}

static void done(void)
{
    model_done(&model);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&empty);
}

/* The event that begins with that line. */
static const struct hypothesis *find(const char *begin)
{
    for (size_t i = 0; i < count; i++) {
        const struct exemplar *e = &list[i].first->pattern->first->exemplar;
        if (span_starts(span_make(e->text, e->raw_bytes), begin))
            return &list[i];
    }
    cr_assert_fail("no event begins with '%s'", begin);
    return NULL;
}

/* Bits of one kind, 0 when there is none. */
static double bits_of(const struct hypothesis *h, const char *kind)
{
    double sum = 0;
    for (size_t i = 0; i < h->evidence_count; i++)
        if (strcmp(h->evidence[i].kind, kind) == 0)
            sum += h->evidence[i].bits;
    return sum;
}

static void tell_habit(struct story *s)
{
    story_steady(s, "web", 0, END, 1, SEVERITY_INFO, "request % served");
    story_steady(s, "stock", 0.5, END, 2, SEVERITY_INFO, "counted shelf %");
    story_steady(s, "ledger", 0.7, END, 2, SEVERITY_INFO, "booked entry %");
    story_steady(s, "clock", 0.8, END, 2, SEVERITY_INFO, "tick %");
}

Test(rank, severity_counts)
{
    static const uint8_t ladder[] = {SEVERITY_DEBUG, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR};
    double bits[4];
    for (int i = 0; i < 4; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "web", HOUR, ladder[i], "lamp is odd");
        rank_story(&s, TIME_NONE);
        bits[i] = bits_of(find("lamp"), "severity");
        done();
    }
    cr_expect_lt(bits[0], 0, "what is logged for developers speaks against it");
    cr_expect_eq(bits[1], 0);
    cr_expect(bits[2] > 0 && bits[3] > bits[2] && bits[3] <= 4, "%g, %g: small and growing", bits[2],
              bits[3]);
}

/* A warning in words that tell nothing counts in full when it is said again. */
Test(rank, a_warning_said_once)
{
    double bits[2];
    for (int again = 0; again < 2; again++) {
        struct story s = {0};
        tell_habit(&s);
        story_steady(&s, "web", HOUR, HOUR + (again ? 30 : 1), 5, SEVERITY_WARN, "lamp is odd");
        rank_story(&s, TIME_NONE);
        bits[again] = bits_of(find("lamp"), "severity");
        done();
    }
    cr_expect(bits[0] > 0 && bits[0] < bits[1], "%g, %g", bits[0], bits[1]);
}

/* Changes are no trouble and causes are: words that are at odds with the level are half believed. */
Test(rank, words_at_odds_with_the_level)
{
    static const struct {
        const char *line;
        uint8_t usual, odd;
    } rows[] = {{"lamps switched to version 5 by ops", SEVERITY_INFO, SEVERITY_WARN},
                {"licence of lamp has expired", SEVERITY_WARN, SEVERITY_INFO}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double bits[2];
        for (int odd = 0; odd < 2; odd++) {
            struct story s = {0};
            tell_habit(&s);
            story_say(&s, "web", HOUR, odd ? rows[i].odd : rows[i].usual, rows[i].line);
            rank_story(&s, TIME_NONE);
            bits[odd] = bits_of(find(rows[i].line), "language");
            done();
        }
        cr_expect(bits[1] > 0 && bits[1] < bits[0], "%s: %g, %g", rows[i].line, bits[0], bits[1]);
    }
}

/* Of lines that no rule knows. */
Test(rank, wording_counts)
{
    static const char *const lines[] = {"lamps switched to version 5 by ops", "lamp is burnt",
                                        "lamp timed out", "licence of lamp has expired"};
    struct story s = {0};
    tell_habit(&s);
    static const char *const streams[] = {"web", "stock", "ledger", "clock"};
    for (int i = 0; i < 4; i++)
        story_say(&s, streams[i], HOUR, SEVERITY_WARN, lines[i]);
    rank_story(&s, TIME_NONE);
    double change = bits_of(find(lines[0]), "language"), plain = bits_of(find(lines[1]), "language"),
           effect = bits_of(find(lines[2]), "language"), cause = bits_of(find(lines[3]), "language");
    cr_expect_gt(change, 0);
    cr_expect_gt(cause, 0);
    cr_expect_eq(plain, 0);
    cr_expect_lt(effect, 0);
    cr_expect_eq(find(lines[0])->role, ROLE_CHANGE);
    cr_expect_eq(find(lines[3])->role, ROLE_CAUSE);
    cr_expect_eq(find(lines[2])->role, ROLE_SYMPTOM);
    done();
}

/* That a process stops or starts tells that something was done to it, not what: less than what was done. */
Test(rank, a_lifecycle_counts_less_than_what_was_changed)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "clock", HOUR - 20, SEVERITY_INFO, "clock daemon restarted");
    story_say(&s, "stock", HOUR - 20, SEVERITY_INFO, "shelf plan changed from 4 to 5 by ops");
    story_say(&s, "ledger", HOUR - 20, SEVERITY_INFO, "Started ledger.service - Booked entries.");
    story_say(&s, "lamps", HOUR - 20, SEVERITY_INFO, "got SIGHUP, reloading configuration");
    story_say(&s, "doors", HOUR - 20, SEVERITY_INFO, "limit of doors changed from 4 to 5 by ops");
    story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "lamp is burnt");
    rank_story(&s, TIME_NONE);
    double restart = bits_of(find("clock daemon"), "language"),
           rollout = bits_of(find("shelf plan"), "language");
    double started = bits_of(find("Started"), "catalogue"), hup = bits_of(find("got SIGHUP"), "language");
    cr_expect_float_eq(hup, restart, 1e-9, "read again, not changed");
    cr_expect_float_eq(bits_of(find("limit of doors"), "language"), rollout, 1e-9);
    cr_expect(restart > 0 && restart < rollout, "%g < %g", restart, rollout);
    cr_expect(started > 0 && started < rollout * 1.2, "%g", started);
    done();
}

/* Trouble on the host where it was said, of three hosts that do the same work. */
Test(rank, a_place_counts)
{
    static const char *const troubled[] = {"app-2/ledger", "app-1/ledger"};
    static const char *const streams[] = {"app-1/disk", "app-2/disk", "app-3/disk",
                                          "app-1/book", "app-2/book", "app-3/book"};
    double bits[2];
    for (int same = 0; same < 2; same++) {
        struct story s = {0};
        tell_habit(&s);
        for (int i = 0; i < 6; i++)
            story_steady(&s, streams[i], i, END, 30, SEVERITY_INFO,
                         i < 3 ? "turned % times" : "wrote page %");
        story_say(&s, "app-1/disk", HOUR - 5, SEVERITY_WARN, "plate is odd");
        story_steady(&s, troubled[same], HOUR, END, 9, SEVERITY_ERROR, "entry is burnt");
        rank_story(&s, TIME_NONE);
        bits[same] = bits_of(find("plate"), "place");
        done();
    }
    cr_expect_eq(bits[0], 0);
    cr_expect_gt(bits[1], 0);
}

/* Trouble in three services, two seconds apart: the first has all of the rest behind it, the last none. */
Test(rank, precedence_counts)
{
    struct story s = {0};
    tell_habit(&s);
    story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "lamp is burnt");
    story_steady(&s, "stock", HOUR + 2, END, 9, SEVERITY_ERROR, "door is burnt");
    story_steady(&s, "ledger", HOUR + 4, END, 9, SEVERITY_ERROR, "roof is burnt");
    rank_story(&s, TIME_NONE);
    const struct hypothesis *first = find("lamp"), *second = find("door"), *third = find("roof");
    cr_expect_float_eq(first->share_after, 1, 1e-9);
    cr_expect_float_eq(second->share_after, 0.5, 0.05);
    cr_expect_float_eq(third->share_after, 0, 1e-9);
    cr_expect_eq(first->services_after, 2);
    cr_expect_eq(second->services_after, 1);
    cr_expect_eq(third->services_after, 0);
    cr_expect_gt(bits_of(first, "precedence"), bits_of(second, "precedence"));
    cr_expect_gt(bits_of(second, "precedence"), bits_of(third, "precedence"));
    cr_expect_eq(first, &list[0], "all else is equal");
    done();
}

/* Nobody credits a line of half an hour ago with what happens now as one of a minute ago. */
Test(rank, distance_counts)
{
    static const double before[] = {1, 60, 180, 1200};
    double bits[4];
    for (int i = 0; i < 4; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "clock", HOUR - before[i], SEVERITY_WARN, "spring is odd");
        story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "lamp is burnt");
        rank_story(&s, TIME_NONE);
        bits[i] = bits_of(find("spring"), "distance");
        done();
    }
    cr_expect_eq(bits[0], 0, "a second is no distance");
    cr_expect(bits[1] < 0 && bits[2] < bits[1] && bits[3] < bits[2], "%g %g %g", bits[1], bits[2], bits[3]);
}

Test(rank, links_count)
{
    static const char *const lines[] = {"cutting ribbon lavender", "cutting ribbon crimson"};
    double bits[2];
    for (int i = 0; i < 2; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "clock", HOUR - 20, SEVERITY_WARN, lines[i]);
        story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "gift with lavender is torn");
        story_steady(&s, "stock", HOUR + 1, END, 9, SEVERITY_ERROR, "shelf of lavender is bare");
        rank_story(&s, TIME_NONE);
        bits[i] = bits_of(find("cutting"), "links");
        done();
    }
    cr_expect_gt(bits[0], 0);
    cr_expect_eq(bits[1], 0);
}

/* A change that names what the first trouble names is about it, however much other trouble there is. */
Test(rank, a_change_that_the_first_trouble_names)
{
    static const char *const lines[] = {"maxribbon 40 -> 10", "maxshelf 40 -> 10"};
    double bits[2];
    for (int i = 0; i < 2; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "clock", HOUR - 20, SEVERITY_INFO, lines[i]);
        story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "gift is torn: over maxribbon");
        story_steady(&s, "stock", HOUR + 1, END, 9, SEVERITY_ERROR, "counter is bare");
        story_steady(&s, "ledger", HOUR + 2, END, 9, SEVERITY_ERROR, "entry is blank");
        rank_story(&s, TIME_NONE);
        bits[i] = bits_of(find(lines[i]), "links");
        done();
    }
    cr_expect_geq(bits[0], 1.5);
    cr_expect_eq(bits[1], 0);
}

/* What follows a late error is little, and a little proves no kinship, whatever share of it names the same.
 */
Test(rank, a_share_of_little_is_little)
{
    double bits[2];
    for (int i = 0; i < 2; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "web", HOUR, SEVERITY_ERROR, "gift with lavender is torn");
        story_steady(&s, "stock", HOUR + 1, END, 9, SEVERITY_ERROR, "shelf of lavender is bare");
        if (i) {
            story_steady(&s, "ledger", HOUR + 2, END, 9, SEVERITY_ERROR, "lavender box is cut");
            story_steady(&s, "clock", HOUR + 3, END, 9, SEVERITY_ERROR, "lavender bag is bent");
        }
        rank_story(&s, TIME_NONE);
        bits[i] = bits_of(find("gift"), "links");
        done();
    }
    cr_expect(bits[0] > 0 && bits[1] > 1.2 * bits[0], "%g, %g", bits[0], bits[1]);
}

/* All lines of a day hold its date. */
Test(rank, dates_are_no_link)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "clock", HOUR - 20, SEVERITY_WARN, "cutting ribbon [date: 2026-03-11]");
    story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "gift is torn [date: 2026-03-11]");
    rank_story(&s, TIME_NONE);
    cr_expect_eq(bits_of(find("cutting"), "links"), 0);
    done();
}

/* A change after which its own service fails at once is no routine, nor is a warning. */
Test(rank, what_the_failure_of_its_service_follows)
{
    static const struct {
        const char *line, *stream;
        double gap;
        uint8_t severity;
        bool chain;
    } rows[] = {{"switched to the small lamp by ops", "web", 2, SEVERITY_INFO, true},
                {"switched to the small lamp by ops", "web", 30, SEVERITY_INFO, false},
                {"switched to the small lamp by ops", "stock", 2, SEVERITY_INFO, false},
                {"could not read /etc/lamps.json, going on", "web", 9, SEVERITY_WARN, true},
                {"lamps are counted", "web", 9, SEVERITY_INFO, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "web", HOUR, rows[i].severity, rows[i].line);
        story_steady(&s, rows[i].stream, HOUR + rows[i].gap, END, 9, SEVERITY_ERROR, "door is burnt");
        rank_story(&s, TIME_NONE);
        cr_expect_eq(bits_of(find(rows[i].line), "chain") > 0, rows[i].chain, "row %zu", i);
        done();
    }
}

/* Of changes that follow each other at once the first is what somebody did. */
Test(rank, a_chain_of_changes)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "clock", HOUR - 4, SEVERITY_INFO, "config changed by hand");
    story_say(&s, "stock", HOUR - 2, SEVERITY_INFO, "lamp daemon restarted");
    story_say(&s, "ledger", HOUR - 60, SEVERITY_INFO, "switched from lead to paper by ops");
    story_steady(&s, "stock", HOUR, END, 9, SEVERITY_ERROR, "door is burnt");
    rank_story(&s, TIME_NONE);
    cr_expect_gt(bits_of(find("config"), "chain"), 0);
    cr_expect_lt(bits_of(find("lamp daemon restarted"), "chain"), 0);
    cr_expect_eq(bits_of(find("switched"), "chain"), 0);
    done();
}

/* Work that never began before is something that was done; what begins again and again is routine. */
Test(rank, work_that_begins)
{
    static const struct {
        const char *line;
        double every;
        uint8_t severity;
        bool change;
    } rows[] = {{"export of lamps begins, 14 chunks", 900, SEVERITY_INFO, true},
                {"export of lamps goes on, 14 chunks", 900, SEVERITY_INFO, false},
                {"export of lamps begins, 14 chunks", 900, SEVERITY_DEBUG, false},
                {"export of lamps begins, % chunks", 20, SEVERITY_INFO, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_steady(&s, "ledger", HOUR - 20, END, rows[i].every, rows[i].severity, rows[i].line);
        story_steady(&s, "stock", HOUR, END, 9, SEVERITY_ERROR, "door is burnt");
        rank_story(&s, TIME_NONE);
        const struct hypothesis *h = find("export");
        cr_expect_eq(h->role == ROLE_CHANGE, rows[i].change, "row %zu", i);
        cr_expect(!rows[i].change || bits_of(h, "language") < 3, "it tells not what was done");
        done();
    }
}

/* Where a clock counts seconds, nothing tells what came first within one; but a process is started by what
 * was done. */
Test(rank, a_restart_in_the_second_of_a_change)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "clock", HOUR - 4 + 0.2, SEVERITY_INFO, "clock server restarted");
    story_say(&s, "ledger", HOUR - 4, SEVERITY_INFO, "switched from lead to paper by ops");
    story_steady(&s, "stock", HOUR, END, 9, SEVERITY_ERROR, "door is burnt");
    rank_story(&s, TIME_NONE);
    cr_expect_gt(bits_of(find("switched"), "chain"), 0);
    cr_expect_lt(bits_of(find("clock server restarted"), "chain"), 0);
    done();
}

Test(rank, a_tie_is_no_chain)
{
    for (int fine = 0; fine < 2; fine++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "clock", HOUR - 4 + (fine ? 0.001 : 0), SEVERITY_INFO, "config changed by hand");
        story_say(&s, "ledger", HOUR - 4 + 0.7, SEVERITY_INFO, "switched from lead to paper by ops");
        story_steady(&s, "stock", HOUR, END, 9, SEVERITY_ERROR, "door is burnt");
        rank_story(&s, TIME_NONE);
        cr_expect_eq(bits_of(find("config"), "chain") > 0, fine);
        cr_expect_eq(bits_of(find("switched"), "chain") < 0, fine);
        done();
    }
}

/* What ties a step to the trouble ties what began the chain to it. */
Test(rank, the_first_of_a_chain_has_the_ties_of_its_steps)
{
    for (int tied = 0; tied < 2; tied++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "clock", HOUR - 9.5, SEVERITY_INFO, "config changed by hand");
        story_say(&s, "ledger", HOUR - 4.5, SEVERITY_INFO,
                  tied ? "changed stock from 4 to 5" : "changed lamps from 4 to 5");
        story_steady(&s, "stock", HOUR, END, 9, SEVERITY_ERROR, "door is burnt");
        rank_story(&s, TIME_NONE);
        cr_expect_eq(bits_of(find("config"), "steps") > 1, tied);
        cr_expect_eq(bits_of(find("changed"), "steps"), 0);
        done();
    }
}

/* A change that comes when most of the trouble is there answers it; one after its first sign may not. */
Test(rank, what_answers_the_trouble)
{
    for (int late = 0; late < 2; late++) {
        struct story s = {0};
        tell_habit(&s);
        story_steady(&s, "stock", HOUR, END, 9, SEVERITY_ERROR, "door is burnt");
        story_say(&s, "clock", HOUR + (late ? 60 : 5), SEVERITY_INFO, "config changed by hand");
        story_steady(&s, "web", HOUR + 20, END, 9, SEVERITY_ERROR, "lamp is burnt");
        story_steady(&s, "ledger", HOUR + 30, END, 9, SEVERITY_ERROR, "entry is burnt");
        story_steady(&s, "clock", HOUR + 40, END, 9, SEVERITY_ERROR, "hand is burnt");
        rank_story(&s, TIME_NONE);
        cr_expect_eq(bits_of(find("config"), "reaction") < 0, late);
        done();
    }
}

/* What a process says of its start is no origin of a chain, though it is said first. */
Test(rank, a_lifecycle_leads_no_chain)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "clock", HOUR - 6, SEVERITY_INFO, "clock-agent restarted");
    story_say(&s, "stock", HOUR - 3, SEVERITY_INFO, "maxshelf 40 -> 10");
    story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "lamp is burnt");
    rank_story(&s, TIME_NONE);
    cr_expect_geq(bits_of(find("maxshelf"), "chain"), 0);
    done();
}

/* Who names a part that is not heard of says what that part cannot. */
Test(rank, a_silent_part_counts)
{
    static const struct {
        const char *line;
        bool silent;
    } rows[] = {
        {"connection to pay-bills:80 refused", true},  /* spoke until then */
        {"no instances of pay-coins", true},           /* made like the names here, without a log */
        {"connection to pay-cards:80 refused", false}, /* speaks on */
        {"no instances of bar-coins", false},          /* any word */
        {"no instances of pay-cards-7f9c", false},     /* an instance of one that speaks */
        {"cannot add to pay-coins", false},            /* nothing is missed */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_steady(&s, "pay-bills", 0, HOUR - 5, 3, SEVERITY_INFO, "paid bill %");
        story_steady(&s, "pay-cards", 0, END, 3, SEVERITY_INFO, "paid card %");
        story_steady(&s, "pay-notes", 0, END, 3, SEVERITY_INFO, "paid note %");
        story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, rows[i].line);
        rank_story(&s, TIME_NONE);
        cr_expect_eq(bits_of(find(rows[i].line), "silent") > 0, rows[i].silent, "'%s'", rows[i].line);
        done();
    }
}

/* A harmless line adds nothing to the event it stands in. */
Test(rank, a_harmless_line_lends_no_level)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "web", HOUR, SEVERITY_INFO, "lamp is tested");
    story_say(&s, "web", HOUR + 0.1, SEVERITY_WARN, "option lamp is deprecated");
    rank_story(&s, TIME_NONE);
    cr_expect_eq(find("lamp is tested")->severity, SEVERITY_INFO);
    done();
}

/* A plain line that keeps coming is work. */
Test(rank, recurrence_counts)
{
    struct story s = {0};
    tell_habit(&s);
    story_steady(&s, "web", HOUR - 20, END, 3, SEVERITY_INFO, "polished lamp %");
    story_steady(&s, "clock", END - 15, END, 1, SEVERITY_INFO, "wound spring %"); /* the log ends soon */
    story_say(&s, "stock", HOUR - 20, SEVERITY_INFO, "moved the door");
    story_steady(&s, "ledger", HOUR, END, 9, SEVERITY_ERROR, "roof is burnt");
    rank_story(&s, TIME_NONE);
    cr_expect_lt(bits_of(find("polished"), "recurrence"), 0);
    cr_expect_lt(bits_of(find("wound"), "recurrence"), 0);
    cr_expect_eq(bits_of(find("moved"), "recurrence"), 0);
    cr_expect_gt(find("moved")->bits, find("polished")->bits);
    done();
}

/* What a process says when it starts is new by nature: it counts against it. */
Test(rank, first_words_count_less)
{
    struct story s = {0};
    tell_habit(&s);
    static const char *const pods[] = {"pay", "post", "bell"}; /* three at once: a fleet */
    for (int i = 0; i < 3; i++) {
        story_say(&s, pods[i], HOUR - 100 + i, SEVERITY_WARN, "till is odd");
        story_steady(&s, pods[i], HOUR - 99 + i, END, 1, SEVERITY_INFO, "paid bill %");
    }
    story_say(&s, "web", HOUR, SEVERITY_WARN, "lamp is odd");
    rank_story(&s, TIME_NONE);
    cr_expect_lt(bits_of(find("till"), "startup"), 0);
    cr_expect_eq(bits_of(find("lamp"), "startup"), 0);
    done();
}

Test(rank, what_comes_after_the_page_is_late)
{
    struct story s = {0};
    tell_habit(&s);
    story_steady(&s, "web", HOUR, END, 9, SEVERITY_ERROR, "lamp is burnt");
    story_steady(&s, "stock", HOUR + 90, END, 9, SEVERITY_ERROR, "door is burnt");
    story_steady(&s, "ledger", HOUR + 200, END, 9, SEVERITY_ERROR, "roof is burnt");
    rank_story(&s, story_ns(HOUR + 60));
    cr_expect_eq(bits_of(find("lamp"), "late"), 0);
    cr_expect_eq(bits_of(find("door"), "late"), 0, "within a minute of the page");
    cr_expect_lt(bits_of(find("roof"), "late"), 0);
    done();
}

/* Two services complain of the ledger by name; a third names it as a part of another word. */
Test(rank, blame_counts)
{
    static const struct {
        const char *a, *b;
        int blamers;
    } rows[] = {
        {"call of ledger timed out", "timeout at ledger:80", 2},
        {"call of ledger timed out", "timeout at stockledger", 1},
        {"call of ledgers timed out", "timeout at my-ledger", 0},
    };
    double bits[3];
    for (int i = 0; i < 3; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "ledger", HOUR, SEVERITY_WARN, "page is odd");
        story_steady(&s, "web", HOUR + 1, END, 9, SEVERITY_ERROR, rows[i].a);
        story_steady(&s, "stock", HOUR + 2, END, 9, SEVERITY_ERROR, rows[i].b);
        rank_story(&s, TIME_NONE);
        bits[i] = bits_of(find("page"), "blame");
        cr_expect_eq(bits[i] > 0, rows[i].blamers > 0, "'%s', '%s'", rows[i].a, rows[i].b);
        done();
    }
    cr_expect_gt(bits[0], bits[1], "two say more than one");
}

/* What was done to the one that is named is said elsewhere. */
Test(rank, blame_is_nothing_of_a_change)
{
    struct story s = {0};
    tell_habit(&s);
    story_say(&s, "ledger", HOUR, SEVERITY_INFO, "switched to another page by ops");
    story_steady(&s, "web", HOUR + 1, END, 9, SEVERITY_ERROR, "call of ledger timed out");
    rank_story(&s, TIME_NONE);
    cr_expect_eq(find("switched")->role, ROLE_CHANGE);
    cr_expect_eq(bits_of(find("switched"), "blame"), 0);
    done();
}

Test(rank, one_of_many_replicas_counts)
{
    double bits[2];
    for (int many = 0; many < 2; many++) {
        struct story s = {0};
        static const char *const pods[] = {"pay#1", "pay#2", "pay#3", "pay#4", "pay#5", "pay#6",
                                           "pay#7", "pay#8", "pay#9", "pay#a", "pay#b", "pay#c"};
        tell_habit(&s);
        for (int i = 0; i < (many ? 12 : 3); i++) {
            story_steady(&s, pods[i], 0.1 * i, END, 2, SEVERITY_INFO, "paid bill %");
            story_steady(&s, pods[i], HOUR + 10, END, 9, SEVERITY_ERROR, "drawer is stuck");
        }
        story_steady(&s, "pay#2", HOUR, END, 9, SEVERITY_ERROR, "coin is bent");
        rank_story(&s, TIME_NONE);
        bits[many] = bits_of(find("coin"), "replica");
        cr_expect_eq(bits_of(find("drawer"), "replica"), 0, "all replicas say it");
        done();
    }
    cr_expect(bits[0] > 0 && bits[1] > bits[0], "%g, %g: what twelve do alike but one tells more", bits[0],
              bits[1]);
}

/* News of one service within what one request takes is one event; its earliest telling line leads it. */
Test(rank, events)
{
    static const struct {
        const char *why, *stream;
        double gap;
        size_t events;
    } rows[] = {
        {"at once", "web", 0, 1},
        {"within a request", "web", 0.2, 1},
        {"a second later", "web", 1.2, 2},
        {"later in the second", "web", 0.9, 2},
        {"an instant later, or two seconds, by a clock that counts seconds", "web", 1, 1},
        {"more than a second later by it", "web", 2, 2},
        {"another service", "stock", 0, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        tell_habit(&s);
        story_say(&s, "web", HOUR, SEVERITY_INFO, "lamp is tested");
        story_say(&s, rows[i].stream, HOUR + rows[i].gap, SEVERITY_ERROR, "door is burnt");
        rank_story(&s, TIME_NONE);
        cr_expect_eq(count, rows[i].events, "%s: %zu events", rows[i].why, count);
        if (rows[i].events == 1) {
            const struct hypothesis *h = &list[0];
            cr_expect_eq(h->severity, SEVERITY_ERROR);
            cr_expect_eq(h->lead->pattern->severity, SEVERITY_ERROR, "the remark does not lead");
            cr_expect_eq(h->time_ns, story_ns(HOUR), "but the event begins with it");
        }
        done();
    }
}

/* Best first; ties by time; all evidence is in the sum. */
Test(rank, the_order_is_total)
{
    struct story s = {0};
    tell_habit(&s);
    static const char *const streams[] = {"web", "stock", "ledger", "clock"};
    for (int i = 0; i < 4; i++) {
        story_say(&s, streams[i], HOUR, SEVERITY_ERROR, "lamp is burnt");
        story_say(&s, streams[i], HOUR + 30, SEVERITY_ERROR, "door is burnt");
        story_say(&s, streams[i], HOUR - 30, SEVERITY_INFO, "roof is clean");
    }
    rank_story(&s, TIME_NONE);
    cr_expect_eq(count, 12);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (size_t k = 0; k < list[i].evidence_count; k++)
            sum += list[i].evidence[k].bits;
        cr_expect_float_eq(sum, list[i].bits, 1e-9);
        if (i == 0)
            continue;
        const struct hypothesis *a = &list[i - 1], *b = &list[i];
        bool ordered =
            a->bits > b->bits || (a->bits == b->bits && a->time_ns < b->time_ns) ||
            (a->bits == b->bits && a->time_ns == b->time_ns && a->lead->pattern->id < b->lead->pattern->id);
        cr_expect(ordered, "places %zu and %zu", i - 1, i);
    }
    done();
}
