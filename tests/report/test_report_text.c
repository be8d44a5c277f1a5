/* The text report of findings made by hand: is the answer there, on the first screen, within the width, and
 * clean. */
#include "report/clean.h"
#include "report/report.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND 1000000000LL
/* 2026-08-07 14:31:02.5 UTC, by date -u -d '2026-08-07 14:31:02' +%s */
#define ONSET_AT (1786113062 * SECOND + SECOND / 2)

static const struct evidence evidence[] = {
    {"language", 0.5, "weakest sentence"},
    {"precedence", 9, "second sentence: it comes before 14 of the 16 messages that are new afterwards"},
    {"novelty", 11, "first sentence: absent from 1,204,113 records over 13 days"},
    {"spread", -3, "speaks against it"},
    {"blame", 5, "third sentence: cart and orders name db:5432"},
    {"change-near", 3, "fourth sentence: a reload came 0.8 s before"},
};

struct story {
    struct findings f;
    struct candidate candidates[3];
    struct change changes[4];
    struct cascade_step cascade[2];
    const char *notes[1];
};

static void story_init(struct story *s)
{
    *s = (struct story){0};
    s->candidates[0] = (struct candidate){
        .service = "shop-db",
        .template_text = "sorry, too many clients already",
        .novelty = NOVELTY_NEW,
        .layer = LAYER_DB,
        .role = ROLE_CAUSE,
        .confidence = 0.72,
        .count_after = 12312,
        .sources = 1,
        .first = {.source = "pods/db.log",
                  .stream = "",
                  .line = 48213,
                  .time_ns = ONSET_AT - 1500000000,
                  .text = span_of("14:31:01 \x1b[31mFATAL\x1b[0m: sorry, too many clients already")},
        .evidence = evidence,
        .evidence_count = sizeof evidence / sizeof evidence[0],
        .title = "PostgreSQL has no free connection slot",
        .hint =
            "psql -c 'select state, count(*) from pg_stat_activity group by 1 order by 2 desc limit 10' shop",
        .runbook_url = "https://example.org/runbook"};
    s->candidates[0].spark[20] = 1;
    s->candidates[0].spark[30] = 7000;
    s->candidates[1] = s->candidates[0];
    s->candidates[1].title = NULL;
    s->candidates[1].service = "checkout";
    s->candidates[1].template_text = "connection to <*> refused";
    s->candidates[1].confidence = 0.1;
    s->candidates[1].first.time_ns = ONSET_AT + 2 * SECOND;
    s->candidates[1].first.line = 7;
    s->candidates[2] = s->candidates[1];
    s->candidates[2].template_text = "heartbeat";
    s->candidates[2].novelty = NOVELTY_GONE;
    s->candidates[2].count_before = 40;
    s->candidates[2].count_after = 0;
    s->candidates[2].confidence = 0.004;
    s->changes[0] =
        (struct change){s->candidates[0].first, "db", "PostgreSQL reloaded", LAYER_CONFIG, 22.5, true};
    s->changes[1] = (struct change){s->candidates[0].first, "cart", "deployed", LAYER_DEPLOY, -4, false};
    s->changes[1].first.message = span_of("cart 1.2 on web1");
    s->changes[2] = s->changes[3] = s->changes[1]; /* two pods within ten seconds, then one long before */
    s->changes[2].first.time_ns -= 9 * SECOND;
    s->changes[3].first.time_ns -= 30 * SECOND;
    s->cascade[0] = (struct cascade_step){"shop-db", "too many clients", ONSET_AT, 12, 0};
    s->cascade[1] = (struct cascade_step){"edge", "502 Bad Gateway", ONSET_AT + 91 * SECOND, 99999, 91};
    s->notes[0] = "Stamps without a zone were read as UTC.";
    s->f = (struct findings){.verdict = ONSET_FOUND,
                             .verdict_text = "something began in shop-db",
                             .window_from_ns = ONSET_AT - 1800 * SECOND,
                             .window_to_ns = ONSET_AT + 600 * SECOND,
                             .onset_from_ns = ONSET_AT,
                             .onset_to_ns = ONSET_AT + 8 * SECOND,
                             .onset_found = true,
                             .spark_from_ns = ONSET_AT - 1800 * SECOND,
                             .spark_to_ns = ONSET_AT + 600 * SECOND,
                             .baseline_records = 1204113,
                             .baseline_seconds = 13 * 86400,
                             .candidates = s->candidates,
                             .candidate_count = 3,
                             .changes = s->changes,
                             .change_count = 4,
                             .cascade = s->cascade,
                             .cascade_count = 2,
                             .coverage = {.bytes = 171234567,
                                          .lines = 1234567,
                                          .records = 1000,
                                          .stamped = 900,
                                          .inherited = 100,
                                          .patterns = 1234,
                                          .sources = 1,
                                          .first_ns = ONSET_AT - 3600 * SECOND,
                                          .last_ns = ONSET_AT,
                                          .overlong = 3,
                                          .inputs_broken = 1},
                             .notes = s->notes,
                             .note_count = 1};
    for (size_t i = 0; i < LAYER_COUNT; i++)
        s->f.layers[i].layer = (enum layer)i;
    s->f.layers[LAYER_DB].patterns = 3;
    s->f.layers[LAYER_DB].worst = "sorry, too many clients";
}

static int to_text(void *context, const char *bytes, size_t length)
{
    text_add(context, bytes, length);
    return 0;
}

/* The report as a string; the caller frees it. */
static char *report_of(const struct findings *f, struct report_style style)
{
    struct text out;
    text_init(&out, 0);
    cr_assert_eq(report_text(f, &style, to_text, &out), 0);
    text_add_byte(&out, 0);
    return (char *)out.ptr;
}

static void expect_in(const char *report, const char *part)
{
    cr_expect(strstr(report, part), "'%s' is missing in:\n%s", part, report);
}

static void expect_not_in(const char *report, const char *part)
{
    cr_expect(!strstr(report, part), "'%s' is in:\n%s", part, report);
}

Test(report_text, answers_on_the_first_screen)
{
    struct story s;
    story_init(&s);
    char *report = report_of(&s.f, (struct report_style){.columns = 100});
    char *end = report;
    for (int line = 0; line < 24 && end; line++)
        end = strchr(end, '\n') + 1;
    cr_assert(end);
    *end = 0;
    static const char *const parts[] = {
        "Something began in shop-db.\nOnset 2026-08-07 14:31:02.500 UTC, or up to 8.0 s later. Judged "
        "14:01:02 to "
        "14:41:02.",
        "1  PostgreSQL has no free connection slot",
        "confidence 72%\n",
        "14:31:01 FATAL: sorry, too many clients already",
        "shop-db, pods/db.log:48213",
        "2026-08-07 14:31:01 UTC, 1.5 s before the onset",
        "new, 12,312 times; layer db, a known cause",
        "first sentence",
        "second sentence",
        "third sentence",
        "fourth sentence",
        "psql -c 'select state, count(*) from pg_stat_activity group by 1 order by 2 desc limit 10' shop\n",
        "https://example.org/runbook\n",
        "  14:01:02 to 14:41:02\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        expect_in(report, parts[i]);
    cr_expect(strstr(report, "first sentence") < strstr(report, "second sentence"));
    cr_expect(strstr(report, "third sentence") < strstr(report, "fourth sentence"));
    expect_not_in(report, "weakest sentence");
    expect_not_in(report, "speaks against it");
    free(report);
}

Test(report_text, goes_on_to_everything_else)
{
    struct story s;
    story_init(&s);
    char *report = report_of(&s.f, (struct report_style){0});
    static const char *const parts[] = {
        "2  connection to <*> refused",
        "2.0 s after the onset; new, 12,312 times\n",
        "   checkout, pods/db.log:7\n",
        "2.0 s after the onset; stopped after 40 times\n",
        "confidence <1%",
        "none of these: 18%",
        "   14:31:01.000 22 s before        db               PostgreSQL reloaded: 14:31:01 FATAL: sorry, "
        "too…\n"
        "   14:30:52.000 4.0 s after        cart             2 times (known) deployed\n"
        "   14:30:31.000 4.0 s after        cart             (known) deployed: cart 1.2 on web1\n",
        "   14:31:02.500 first         shop-db          12 times     too many clients\n",
        "   14:32:33.500 +1 min 31 s   edge             99,999 times 502 Bad Gateway\n",
        "Not over when the logs end.",
        "   dns        nothing\n   network    nothing\n",
        "   db         3 messages     sorry, too many clients\n",
        "   external   nothing\n",
        "1,234,567 lines (171 MB) from 1 source, 1,000 records, 1,234 distinct messages",
        "90.0% of lines carry a time, 10.0% take that of the line before; 13:31:02 to 14:31:02\n",
        "1,204,113 records over 13 days stand for what is normal",
        "1 input could not be read to its end; 3 lines were cut for their length",
        "Stamps without a zone were read as UTC.",
        /* nothing, one line, the most: all three are told apart */
        "\xE2\x96\x81\xE2\x96\x82\xE2\x96\x81",
        "\xE2\x96\x81\xE2\x96\x88\xE2\x96\x81",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        expect_in(report, parts[i]);
    free(report);
}

Test(report_text, keeps_the_width_except_for_what_is_copied)
{
    struct story s;
    story_init(&s);
    s.candidates[0].hint = s.candidates[0].runbook_url = s.candidates[1].hint = NULL;
    char wide[4096];
    memset(wide, 'w', sizeof wide);
    memcpy(wide, "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 9);
    wide[sizeof wide - 1] = 0;
    s.candidates[1].first.text = span_of(wide);
    s.candidates[1].template_text = s.candidates[1].service = s.changes[0].title = s.changes[1].service =
        wide;
    s.cascade[1].text = s.cascade[0].service = s.f.layers[LAYER_DB].worst = s.f.notes[0] = s.f.verdict_text =
        wide;
    s.candidates[0].first.source = wide;
    s.candidates[0].also = s.candidates[1].first;
    for (int columns = 60; columns <= 140; columns += 5) {
        char *report = report_of(&s.f, (struct report_style){.columns = columns, .ascii = columns % 2});
        for (char *line = report; *line; line += strcspn(line, "\n") + 1) {
            size_t len = strcspn(line, "\n"), used = clean_columns(span_make(line, len));
            cr_expect_leq(used, (size_t)columns, "%zu columns: %.*s", used, (int)len, line);
        }
        free(report);
    }
}

/* Every string that may come from a log is hostile here. */
Test(report_text, passes_no_control_byte_on)
{
    static const char hostile[] = "a\x1b]0;owned\x07\x1b[2J\x9b"
                                  "31m\xC2\x9B\r\n\x08z\xE2\x80\xAE";
    struct story s;
    story_init(&s);
    struct evidence sentence = {"novelty", 1, hostile};
    for (size_t i = 0; i < 3; i++) {
        struct candidate *c = &s.candidates[i];
        c->service = c->template_text = c->hint = c->runbook_url = c->first.source = c->first.stream =
            hostile;
        c->title = i ? hostile : NULL;
        c->first.text = span_make(hostile, sizeof hostile); /* with its NUL */
        c->also = c->first;
        c->evidence = &sentence;
        c->evidence_count = 1;
    }
    s.changes[0] = (struct change){s.candidates[0].first, hostile, NULL, LAYER_CONFIG, 22.5, true};
    s.changes[1].title = s.changes[1].service = hostile;
    s.cascade[0].service = s.cascade[0].text = hostile;
    s.f.layers[LAYER_DB].worst = s.f.notes[0] = s.f.verdict_text = hostile;
    for (int verdict = ONSET_NOTHING; verdict <= ONSET_CANNOT_JUDGE; verdict++) {
        s.f.verdict = verdict;
        for (int ascii = 0; ascii < 2; ascii++) {
            char *report = report_of(&s.f, (struct report_style){.ascii = ascii});
            for (const unsigned char *c = (unsigned char *)report; *c; c++) {
                bool control = (*c < 0x20 && *c != '\n') || *c == 0x7F || (c[0] == 0xC2 && c[1] < 0xA0);
                cr_expect(!control && !(ascii && *c >= 0x80), "byte %02x in:\n%s", *c, report);
            }
            expect_not_in(report, "\xE2\x80\xAE");
            free(report);
        }
    }
}

Test(report_text, colours_only_when_asked)
{
    struct story s;
    story_init(&s);
    char *plain = report_of(&s.f, (struct report_style){0});
    char *color = report_of(&s.f, (struct report_style){.color = true});
    cr_expect(!strchr(plain, '\x1b'));
    struct text stripped;
    text_init(&stripped, 0);
    for (const char *c = color; *c; c++) {
        if (*c == '\x1b')
            c += strcspn(c, "m");
        else
            text_add_byte(&stripped, (uint8_t)*c);
    }
    text_add_byte(&stripped, 0);
    cr_expect_str_eq((char *)stripped.ptr, plain, "colour changes nothing but colour");
    text_done(&stripped);
    free(plain);
    free(color);
}

Test(report_text, is_short_when_nothing_began)
{
    struct story s;
    story_init(&s);
    s.f.verdict = ONSET_NOTHING;
    s.f.verdict_text = NULL;
    s.f.candidate_count = s.f.cascade_count = s.f.change_count = 0;
    s.f.onset_from_ns = s.f.onset_to_ns = TIME_NONE;
    char *report = report_of(&s.f, (struct report_style){0});
    expect_in(report, "Nothing began here.\nJudged 2026-08-07 14:01:02 to 2026-08-07 14:41:02.\n");
    expect_in(report, "What was read\n");
    expect_not_in(report, "confidence");
    expect_not_in(report, "by layer");
    expect_not_in(report, "What changed");
    free(report);
}

/* Whoever named a time is shown what was new then, without a claim. */
Test(report_text, shows_what_was_new_where_a_time_was_named)
{
    for (int named = 0; named < 2; named++) {
        struct story s;
        story_init(&s);
        s.f.verdict = ONSET_NOTHING;
        s.f.verdict_text = "nothing in the window looks like a failure";
        s.f.onset_found = !named;
        s.f.onset_from_ns = s.f.onset_to_ns = TIME_NONE;
        char *report = report_of(&s.f, (struct report_style){0});
        expect_in(report, "Nothing in the window looks like a failure.\n");
        if (named)
            expect_in(report, "New all the same\n1  PostgreSQL has no free connection slot\n");
        else
            expect_not_in(report, "New all the same");
        expect_in(report, "What changed");
        expect_not_in(report, "confidence");
        free(report);
    }
}

Test(report_text, says_what_would_help_when_it_cannot_judge)
{
    struct story s;
    story_init(&s);
    s.f.verdict = ONSET_CANNOT_JUDGE;
    s.f.verdict_text = NULL;
    s.f.by_order = true;
    s.f.baseline_records = 0;
    s.f.change_count = 0;
    s.f.onset_from_ns = s.f.onset_to_ns = s.f.window_from_ns = s.f.window_to_ns = TIME_NONE;
    s.candidates[0].first.time_ns = TIME_NONE;
    char *report = report_of(&s.f, (struct report_style){0});
    expect_in(report, "Too little is known to judge.\n");
    expect_in(report, "No line has a time");
    expect_in(report, "Seen, but not judged\n1  PostgreSQL has no free connection slot\n");
    expect_in(report, "--baseline PATH");
    expect_in(report, "kubectl logs --timestamps");
    expect_not_in(report, "confidence");
    expect_not_in(report, "by layer");
    free(report);
}

static int refuse(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return -1;
}

Test(report_text, stops_when_the_sink_does)
{
    struct story s;
    story_init(&s);
    cr_expect_eq(report_text(&s.f, &(struct report_style){0}, refuse, NULL), -1);
}

/* Findings that hold as little as they may. */
Test(report_text, survives_empty_findings)
{
    for (int verdict = ONSET_NOTHING; verdict <= ONSET_CANNOT_JUDGE; verdict++) {
        struct candidate bare = {.first.time_ns = TIME_NONE};
        struct findings f = {.verdict = verdict,
                             .onset_from_ns = TIME_NONE,
                             .onset_to_ns = TIME_NONE,
                             .window_from_ns = TIME_NONE,
                             .window_to_ns = TIME_NONE,
                             .candidates = &bare,
                             .coverage = {.first_ns = TIME_NONE, .last_ns = TIME_NONE}};
        for (f.candidate_count = 0; f.candidate_count < 2; f.candidate_count++)
            free(report_of(&f, (struct report_style){.columns = 1}));
    }
}

/* Without times the numbers in the findings are positions, not times: none of them may be shown as one. */
Test(report_text, shows_no_times_when_order_stands_in)
{
    struct story s;
    story_init(&s);
    s.f.by_order = true;
    s.f.onset_from_ns = 12, s.f.onset_to_ns = 14, s.f.window_from_ns = 0, s.f.window_to_ns = 99;
    s.f.coverage.first_ns = s.f.coverage.last_ns = TIME_NONE;
    for (size_t i = 0; i < 3; i++)
        s.candidates[i].first.time_ns = 12;
    s.changes[0].first.time_ns = s.changes[1].first.time_ns = 3;
    s.cascade[0].time_ns = s.cascade[1].time_ns = 12;
    char *report = report_of(&s.f, (struct report_style){0});
    expect_in(report, "No line has a time");
    expect_in(report, "the order of lines stands in for it");
    expect_in(report, "pods/db.log:48213");
    expect_not_in(report, "1970");
    expect_not_in(report, "Judged");
    expect_not_in(report, "Onset ");
    expect_not_in(report, "the onset\n");
    free(report);
}
