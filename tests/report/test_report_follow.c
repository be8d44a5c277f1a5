/* What is told when a hypothesis stands elsewhere than when it was told last. */
#include "report/report_follow.h"

#include <criterion/criterion.h>
#include <stdio.h>

static int keep(void *context, const char *bytes, size_t length)
{
    text_add(context, bytes, length);
    return 0;
}

Test(report_follow, an_update_tells_how_it_stood_before)
{
    static const struct {
        size_t index, index_before;
        double before;
        const char *want;
    } rows[] = {
        {0, 0, 0.85, "14:31:02 UTC  still the first hypothesis, confidence 85% before\n1  "},
        {0, 2, 0.30, "14:31:02 UTC  now the first hypothesis, confidence 30% before\n1  "},
        {1, 0, 0.62, "14:31:02 UTC  no longer the first hypothesis, confidence 62% before\n2  "},
        {2, 1, 0.07, "14:31:02 UTC  another hypothesis, confidence 7% before\n3  "},
    };
    struct candidate candidates[3];
    for (size_t i = 0; i < 3; i++)
        candidates[i] = (struct candidate){.service = "shop",
                                           .template_text = "no connection",
                                           .confidence = 0.2,
                                           .count_after = 1,
                                           .first = {.source = "shop.log", .stream = "", .line = 1}};
    struct findings findings = {.verdict = ONSET_FOUND, .candidates = candidates, .candidate_count = 3};
    struct report_style style = {.columns = 80};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        /* 2026-08-07 14:31:02 UTC, by date -u -d '2026-08-07 14:31:02' +%s */
        struct follow_report report = {.event = FOLLOW_UPDATE,
                                       .findings = &findings,
                                       .index = rows[i].index,
                                       .index_before = rows[i].index_before,
                                       .confidence_before = rows[i].before,
                                       .now_ns = 1786113062 * NS_PER_SECOND};
        struct text out;
        text_init(&out, 0);
        cr_assert_eq(report_follow_text(&report, &style, keep, &out), 0);
        cr_expect(span_starts(text_span(&out), rows[i].want), "row %zu: '%.*s'", i, 80, (char *)out.ptr);
        text_clear(&out);
        report_follow_json(&report, keep, &out);
        text_add_byte(&out, 0);
        char want[64];
        snprintf(want, sizeof want, "\"rank_before\":%zu,\"confidence_before\":%.3f,",
                 rows[i].index_before + 1, rows[i].before);
        cr_expect(strstr((char *)out.ptr, want), "row %zu: no %s in %s", i, want, (char *)out.ptr);
        text_done(&out);
    }
}
