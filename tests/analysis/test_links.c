/* Which lines speak of the same thing: rare words tie them together, common words and short ones do not. */
#include "make_profile.h"

#include "analysis/links.h"

static struct profile logs, empty;
static struct analysis_options options;
static struct model model;
static struct links links;
static int64_t young_from = INT64_MAX;

static void links_of(struct story *s)
{
    logs = story_profile(s, 0);
    profile_init(&empty);
    options = story_options();
    model_make(&model, &logs, &empty, &options);
    links_make(&links, &model, young_from);
    story_done(s);
}

static void done(void)
{
    links_done(&links);
    model_done(&model);
    catalogue_free(options.catalogue);
    profile_done(&logs);
    profile_done(&empty);
}

static struct link_words words_of(const char *text)
{
    struct link_words words = {.count = 0};
    bool known = false;
    for (size_t i = 0; i < model.pattern_count; i++) {
        const struct exemplar *e = &model.patterns[i].first->exemplar;
        if (!span_equal(span_make(e->text, e->raw_bytes), span_of(text)))
            continue;
        known = true;
        links_add(&links, model.patterns[i].first, &words);
    }
    cr_assert(known, "no pattern begins with '%s'", text);
    for (size_t i = 1; i < words.count; i++)
        cr_assert_lt(words.words[i - 1], words.words[i], "words are ascending and each there once");
    return words;
}

Test(links, share)
{
    static const struct {
        const char *a, *b;
        bool share;
        const char *why;
    } rows[] = {
        {"altering table orders", "lock on orders is waited for", true, "a table"},
        {"volume pvc-7f3a2b lost", "mount of pvc-7f3a2b is slow", true, "a name with digits"},
        {"trace 4bf92f3577b34da6 begun", "span of 4bf92f3577b34da6 failed", true, "a trace"},
        {"batch 20260807 taken", "rows of 20260807 torn", true, "a long number"},
        {"port 54321 opened", "hole 54321 dug", false, "a short number is a port or a count"},
        {"the cat sat", "one cat ran", false, "a short word"},
        {"{'net.netfilter.nf_conntrack_max': 65536}", "nf_conntrack: nf_conntrack: table full", true,
         "a setting of the part"},
        {"DELETE x1.q7.db.lan.", "lookup x1.q7.db.lan: no such host", true, "a host, whose parts are short"},
        {"DELETE x1.q7.db.lan.", "lookup x2.q7.db.lan: no such host", false, "another host"},
        {"java.sql.db.lan", "no java.sql.db.lan", false, "a class"},
        {"from 1.2.3.4 on", "to 1.2.3.4 on", false, "addresses and versions"},
        {"q7.x1.mgr up", "q7.x1.pool up", false, "parts of one program"},
        {"SIGHUP received - reloading configuration", "the configuration is not readable", false,
         "words that logs are full of"},
        {"altering bills now", "order of lamps", false, "nothing in common"},
        {"Orders came", "orders went", false, "names are told apart by case"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s = {0};
        story_say(&s, "left", 1, SEVERITY_INFO, rows[i].a);
        story_say(&s, "right", 2, SEVERITY_INFO, rows[i].b);
        links_of(&s);
        struct link_words a = words_of(rows[i].a), b = words_of(rows[i].b);
        cr_expect_eq(links_share(&a, &b), rows[i].share, "'%s', '%s': %s", rows[i].a, rows[i].b, rows[i].why);
        cr_expect_eq(links_share(&b, &a), rows[i].share, "'%s', '%s': the other way round", rows[i].a,
                     rows[i].b);
        done();
    }
}

/* A word that many patterns hold ties nothing together: of a few patterns, more than four. */
Test(links, common_words_are_no_tie)
{
    static const char *const more[] = {"orders are late", "orders are many", "orders piled high",
                                       "orders went home"};
    for (size_t n = 0; n <= 4; n++) {
        struct story s = {0};
        story_say(&s, "left", 1, SEVERITY_INFO, "altering orders");
        story_say(&s, "right", 2, SEVERITY_INFO, "waiting on orders");
        for (size_t i = 0; i < n; i++)
            story_say(&s, "other", 3, SEVERITY_INFO, more[i]);
        links_of(&s);
        struct link_words a = words_of("altering orders"), b = words_of("waiting on orders");
        cr_expect_eq(links_share(&a, &b), n + 2 <= 4, "%zu patterns hold the word", n + 2);
        done();
    }
}

/* An id is named by all that goes wrong with it: that makes it no common word. A plain word it does. */
Test(links, what_all_the_trouble_names)
{
    static const struct {
        const char *name;
        double from;
        bool share;
    } rows[] = {{"key-3f0a7c1e92b4", 2, true},
                {"key-3f0a7c1e92b4", 100, false}, /* it was named all along */
                {"pay.int.acme.example", 2, true},
                {"pay.int.acme.example", 100, false},
                {"lavender-shelf", 2, false}};
    static const char *const more[] = {"write with %s failed", "%s is not there", "no page of %s", "lost %s",
                                       "%s again"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char lines[6][64];
        struct story s = {0};
        snprintf(lines[5], sizeof lines[5], "taking %s", rows[i].name);
        story_say(&s, "left", 1, SEVERITY_INFO, lines[5]);
        for (size_t k = 0; k < 5; k++) {
            snprintf(lines[k], sizeof lines[k], more[k], rows[i].name);
            story_say(&s, "right", 3 + (double)k, SEVERITY_INFO, lines[k]);
        }
        young_from = story_ns(rows[i].from);
        links_of(&s);
        struct link_words a = words_of(lines[5]), b = words_of(lines[0]);
        cr_expect_eq(links_share(&a, &b), rows[i].share, "row %zu", i);
        done();
    }
    young_from = INT64_MAX;
}

/* Forty words of five letters, none twice. */
static void many_words(char *line, size_t size, char last)
{
    size_t n = 0;
    for (int i = 0; i < 40; i++)
        n += (size_t)snprintf(line + n, size - n, "%c%c%ck%c ", 'a' + i / 26, 'a' + i % 26, 'z' - i % 26,
                              last);
    line[n - 1] = 0;
}

/* No more words are kept than there is room for, and none twice. */
Test(links, room_for_words)
{
    char one[250], other[250];
    many_words(one, sizeof one, 'q');
    many_words(other, sizeof other, 'x');
    struct story s = {0};
    story_say(&s, "left", 1, SEVERITY_INFO, one);
    story_say(&s, "right", 2, SEVERITY_INFO, other);
    links_of(&s);
    struct link_words words = words_of(one);
    cr_expect_eq(words.count, 40);
    for (size_t i = 0; i < model.pattern_count; i++)
        for (int again = 0; again < 3; again++)
            links_add(&links, model.patterns[i].first, &words);
    cr_expect_eq(words.count, LINK_WORDS);
    done();
}

Test(links, nothing_shares_nothing)
{
    struct link_words a = {.count = 0}, b = {.words = {7}, .count = 1};
    cr_expect_not(links_share(&a, &a));
    cr_expect_not(links_share(&a, &b));
    cr_expect_not(links_share(&b, &a));
    cr_expect(links_share(&b, &b));
}
