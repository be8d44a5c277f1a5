#include "report/report_follow.h"

#include "base/json_writer.h"

#include <stdio.h>

#define SCHEMA "onset-follow/1"

static void add_clock(struct text *out, int64_t time_ns)
{
    struct civil c = civil_from_ns(time_ns);
    text_printf(out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

static const char *const verdicts[] = {"nothing", "found", "cannot-judge"};

static void add_counts(struct text *out, const struct follow_report *r)
{
    text_printf(out, "%llu lines of %llu source%s", (unsigned long long)r->lines,
                (unsigned long long)r->sources, r->sources == 1 ? "" : "s");
}

static void add_standing(struct text *out, const struct follow_report *r)
{
    bool first = r->index == 0, was_first = r->index_before == 0;
    text_puts(out, first && was_first ? "still the first hypothesis"
                   : first            ? "now the first hypothesis"
                   : was_first        ? "no longer the first hypothesis"
                                      : "another hypothesis");
    text_printf(out, ", confidence %.0f%% before\n", r->confidence_before * 100);
}

static void add_event(struct text *out, const struct follow_report *r)
{
    const struct findings *f = r->findings;
    switch (r->event) {
    case FOLLOW_WATCHING:
        add_counts(out, r);
        text_puts(out, " are known as normal; watching\n");
        break;
    case FOLLOW_CANDIDATE:
        text_puts(out, r->index == 0 ? "something began" : "another hypothesis");
        if (r->index == 0 && f->onset_from_ns != TIME_NONE) {
            text_puts(out, " at ");
            add_clock(out, f->onset_from_ns);
        }
        text_add_byte(out, '\n');
        break;
    case FOLLOW_UPDATE: add_standing(out, r); break;
    case FOLLOW_OVER:
        text_puts(out, "over: the new messages have stopped and the usual ones are back\n");
        break;
    case FOLLOW_AGAIN: text_puts(out, "the new messages are back\n"); break;
    case FOLLOW_END:
        add_counts(out, r);
        text_puts(out, r->verdict == ONSET_FOUND     ? ": something began\n"
                       : r->verdict == ONSET_NOTHING ? ": nothing began\n"
                                                     : ": too few to know what is normal\n");
        break;
    }
}

int report_follow_text(const struct follow_report *r, const struct report_style *style, onset_sink sink,
                       void *context)
{
    struct text out;
    text_init(&out, 0);
    add_clock(&out, r->now_ns);
    text_puts(&out, " UTC  ");
    add_event(&out, r);
    if (r->event == FOLLOW_CANDIDATE || r->event == FOLLOW_UPDATE) {
        report_text_candidate(r->findings, r->index + 1, style, &out);
        text_add_byte(&out, '\n');
    }
    int status = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    return status ? -1 : 0;
}

int report_follow_json(const struct follow_report *r, onset_sink sink, void *context)
{
    static const char *const events[] = {"watching", "candidate", "update", "over", "again", "end"};
    struct text out;
    text_init(&out, 0);
    struct json_writer json = {.out = &out, .first = true};
    json_open_document(&json, SCHEMA);
    json_key(&json, "event");
    json_cstring(&json, events[r->event]);
    json_key(&json, "time");
    json_time(&json, r->now_ns);
    if (r->findings) {
        json_key(&json, "onset_from");
        json_time(&json, r->findings->onset_from_ns);
        json_key(&json, "onset_to");
        json_time(&json, r->findings->onset_to_ns);
    }
    if (r->event == FOLLOW_CANDIDATE || r->event == FOLLOW_UPDATE) {
        json_key(&json, "candidate");
        report_json_candidate(&json, &r->findings->candidates[r->index], r->index + 1);
    }
    if (r->event == FOLLOW_UPDATE) {
        json_key(&json, "rank_before");
        json_unsigned(&json, r->index_before + 1);
        json_key(&json, "confidence_before");
        json_number(&json, r->confidence_before, 3);
    }
    if (r->event == FOLLOW_END) {
        json_key(&json, "verdict");
        json_cstring(&json, verdicts[r->verdict]);
    }
    json_key(&json, "lines");
    json_unsigned(&json, r->lines);
    json_key(&json, "sources");
    json_unsigned(&json, r->sources);
    json_close(&json, '}');
    text_add_byte(&out, '\n');
    int status = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    return status ? -1 : 0;
}
