/* The text report, for a person at a terminal in the middle of an outage. The first screen answers; what
 * follows lets the reader check the answer. The whole report is built in memory (findings are bounded) and
 * handed to the sink at once.
 *
 * Two rules hold everywhere: text that may come from a log passes clean.h, and a line never exceeds the
 * width, except a command or link to copy, which would be useless when cut. */
#include "report/report.h"

#include "report/clean.h"
#include "report/page.h"
#include "report/phrase.h"

#include <math.h>

#define CHANGES_MAX     10 /* rows of "what changed" */
#define ONE_ROW_SECONDS 10 /* between changes of one kind that are one row */
#define CASCADE_MAX     12

static void clock_cell(struct page *p, struct text *scratch, int64_t time_ns)
{
    text_clear(scratch);
    phrase_clock(scratch, p->onset_ns, p->f->by_order ? TIME_NONE : time_ns, true);
    page_cell(p, text_span(scratch), p->onset_ns == TIME_NONE ? 19 : 12);
}

static void verdict(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    static const char *const texts[] = {"nothing began here", "something began here",
                                        "too little is known to judge"};
    static const enum ink inks[] = {INK_GREEN, INK_RED, INK_YELLOW};
    text_clear(scratch);
    text_puts(scratch, f->verdict_text && *f->verdict_text ? f->verdict_text : texts[f->verdict]);
    if (scratch->ptr[0] >= 'a' && scratch->ptr[0] <= 'z')
        scratch->ptr[0] -= 'a' - 'A';
    if (scratch->ptr[scratch->len - 1] != '.')
        text_add_byte(scratch, '.');
    page_flow(p, inks[f->verdict], text_span(scratch), 0, 2);
    text_clear(scratch);
    if (p->onset_ns != TIME_NONE) {
        text_puts(scratch, "Onset ");
        phrase_date_time(scratch, p->onset_ns);
        if (f->onset_to_ns != TIME_NONE && f->onset_to_ns > p->onset_ns) {
            text_puts(scratch, ", or up to ");
            phrase_duration(scratch, phrase_seconds_between(p->onset_ns, f->onset_to_ns));
            text_puts(scratch, " later");
        }
        text_puts(scratch, ". ");
    }
    if (!f->by_order && f->coverage.records && f->window_from_ns != TIME_NONE) {
        text_puts(scratch, "Judged ");
        phrase_clock(scratch, p->onset_ns, f->window_from_ns, false);
        text_puts(scratch, " to ");
        phrase_clock(scratch, p->onset_ns, f->window_to_ns, false);
        text_puts(scratch, ".");
    }
    if (f->by_order)
        text_puts(scratch, " No line has a time: the order of lines stands in for it.");
    if (scratch->len)
        page_flow(p, INK_DIM, text_span(scratch), 0, 2);
}

static void hypotheses(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    page_end(p);
    page_first_candidate(p, &f->candidates[0], 1, scratch);
    double share = f->candidates[0].confidence;
    if (f->candidate_count > 1)
        page_heading(p, "Other hypotheses");
    for (size_t i = 1; i < f->candidate_count; i++) {
        page_other_candidate(p, &f->candidates[i], i + 1, scratch);
        share += f->candidates[i].confidence;
    }
    if (share < 0.995) {
        page_spaces(p, PAGE_INDENT);
        text_printf(&p->out, "none of these: %.0f%%\n", (1 - share) * 100);
    }
}

static void would_help(struct page *p, const char *text)
{
    page_spaces(p, PAGE_INDENT);
    page_flow(p, INK_PLAIN, span_of(text), PAGE_INDENT, 2);
}

static void what_would_help(struct page *p)
{
    const struct findings *f = p->f;
    page_heading(p, "What would help");
    if (f->outside) {
        would_help(p, "logs of that time, or a time that these logs are of (below)");
        if (f->coverage.zoneless)
            would_help(p, "the zone of lines that carry none: --tz +02:00");
        return;
    }
    if (!f->baseline_records)
        would_help(p, "logs of a normal day: --baseline PATH, or the hours before it broke with --since");
    if (f->by_order || !f->coverage.stamped)
        would_help(p, "lines with times, such as kubectl logs --timestamps gives");
    would_help(p, "the time at which it was noticed: --at TIME");
}

/* How many changes from the first on are one row: one rule's, in one service, each soon before the one above
 * it (changes stand in falling order of time). Five pods that start are one thing that happened. */
static size_t same_changes(const struct change *c, size_t count)
{
    size_t n = 1;
    while (n < count && c->title && *c->title && c[n].title && !strcmp(c->title, c[n].title) &&
           !strcmp(c->service ? c->service : "", c[n].service ? c[n].service : "") &&
           c->is_new == c[n].is_new && c[n].first.time_ns != TIME_NONE &&
           c[n - 1].first.time_ns != TIME_NONE &&
           phrase_seconds_between(c[n].first.time_ns, c[n - 1].first.time_ns) <= ONE_ROW_SECONDS)
        n++;
    return n;
}

static void change_row(struct page *p, const struct change *c, size_t times, struct text *scratch)
{
    clock_cell(p, scratch, c->first.time_ns);
    if (p->onset_ns != TIME_NONE) {
        text_clear(scratch);
        if (c->first.time_ns != TIME_NONE && fabs(c->seconds_before) < 0.0005)
            text_puts(scratch, "at the onset");
        else if (c->first.time_ns != TIME_NONE) {
            phrase_duration(scratch, fabs(c->seconds_before));
            text_puts(scratch, c->seconds_before < 0 ? " after" : " before");
        }
        page_cell(p, text_span(scratch), 18);
    }
    page_cell(p, page_words(c->service), 16);
    text_clear(scratch);
    if (times > 1)
        text_printf(scratch, "%zu times ", times);
    text_puts(scratch, c->is_new ? "" : "(known) ");
    text_puts(scratch, c->title ? c->title : "");
    struct span says = c->first.message.len ? c->first.message : c->first.text;
    if (times == 1 && says.len) {
        text_puts(scratch, c->title && *c->title ? ": " : "");
        text_add(scratch, says.ptr, says.len);
    }
    page_end_row(p, INK_PLAIN, text_span(scratch));
}

static void changes(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    if (f->verdict == ONSET_FOUND || f->change_count)
        page_heading(p, p->onset_ns != TIME_NONE ? "What changed around the onset" : "What changed");
    if (f->verdict == ONSET_FOUND && !f->change_count)
        text_puts(&p->out, "   nothing that these logs tell of\n");
    size_t i = 0;
    for (size_t rows = 0; i < f->change_count && rows < CHANGES_MAX; rows++) {
        size_t n = same_changes(&f->changes[i], f->change_count - i);
        change_row(p, &f->changes[i + n - 1], n, scratch);
        i += n;
    }
    if (i < f->change_count)
        text_printf(&p->out, "   and %zu more\n", f->change_count - i);
}

static void new_values(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    if (f->value_count)
        page_heading(p, "New values in known messages");
    for (size_t i = 0; i < f->value_count && i < CHANGES_MAX; i++) {
        const struct new_value *v = &f->values[i];
        clock_cell(p, scratch, v->first.time_ns);
        page_cell(p, page_words(v->service), 16);
        text_clear(scratch);
        text_printf(scratch, "%s%s%s -> %s: ", v->name, *v->name ? " " : "", v->before, v->now);
        text_puts(scratch, v->template_text);
        page_end_row(p, INK_PLAIN, text_span(scratch));
    }
    if (f->value_count > CHANGES_MAX)
        text_printf(&p->out, "   and %zu more\n", f->value_count - CHANGES_MAX);
}

/* Is the first step the best hypothesis? */
static bool is_trigger(const struct findings *f, const struct cascade_step *s)
{
    const struct candidate *c = f->candidates;
    return f->candidate_count == 0 ||
           (c->first.time_ns == s->time_ns && c->service && strcmp(c->service, s->service) == 0);
}

static void cascade(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    if (!f->cascade_count)
        return;
    page_heading(p, "How it spread");
    for (size_t i = 0; i < f->cascade_count && i < CASCADE_MAX; i++) {
        const struct cascade_step *s = &f->cascade[i];
        clock_cell(p, scratch, s->time_ns);
        text_clear(scratch);
        text_puts(scratch, i == 0 ? (is_trigger(f, s) ? "trigger" : "first") : f->by_order ? "later" : "+");
        if (i && !f->by_order)
            phrase_duration(scratch, s->lag_seconds > 0 ? s->lag_seconds : 0);
        page_cell(p, text_span(scratch), 13);
        page_cell(p, page_words(s->service), 16);
        text_clear(scratch);
        phrase_counted(scratch, s->count, "time", "times");
        page_cell(p, text_span(scratch), 12);
        page_end_row(p, INK_PLAIN, page_words(s->text));
    }
    if (f->cascade_count > CASCADE_MAX)
        text_printf(&p->out, "   and %zu more\n", f->cascade_count - CASCADE_MAX);
    text_puts(&p->out, f->recovered ? "   Over: the new messages have stopped and the usual ones are back.\n"
                                    : "   Not over when the logs end.\n");
}

static void layers(struct page *p, struct text *scratch)
{
    page_heading(p, "New messages by layer, from the edge inward");
    for (size_t i = LAYER_UNKNOWN + 1; i < LAYER_COUNT; i++) {
        const struct layer_row *row = &p->f->layers[i];
        page_cell(p, page_words(layer_name((enum layer)i)), 10);
        if (!row->patterns) {
            page_end_row(p, INK_DIM, span_of("nothing"));
            continue;
        }
        text_clear(scratch);
        phrase_counted(scratch, row->patterns, "message", "messages");
        page_cell(p, text_span(scratch), 14);
        page_end_row(p, INK_PLAIN, page_words(row->worst));
    }
}

static void coverage_lost(struct text *out, const struct coverage *c)
{
    const struct {
        uint64_t count;
        const char *one, *many;
    } rows[] = {
        {c->inputs_broken, "input could not be read to its end", "inputs could not be read to their end"},
        {c->short_reads, "file shrank while it was read", "files shrank while they were read"},
        {c->sources_binary, "source holds no text and was left out",
         "sources hold no text and were left out"},
        {c->sources_untimed, "source has no times", "sources have no times"},
        {c->overlong, "line was cut for its length", "lines were cut for their length"},
        {c->broken, "line was damaged", "lines were damaged"},
        {c->partial, "record in parts has no end", "records in parts have no end"},
        {c->replaced, "character was none in its encoding and is shown as U+FFFD",
         "characters were none in their encoding and are shown as U+FFFD"},
        {c->overflow_lines, "line was counted without its text (limit reached)",
         "lines were counted without their text (limit reached)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!rows[i].count)
            continue;
        if (out->len)
            text_puts(out, "; ");
        phrase_counted(out, rows[i].count, rows[i].one, rows[i].many);
    }
}

static void coverage(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    const struct coverage *c = &f->coverage;
    size_t indent = PAGE_INDENT + 10;
    page_heading(p, "What was read");
    text_clear(scratch);
    phrase_counted(scratch, c->lines, "line", "lines");
    text_puts(scratch, " (");
    phrase_bytes(scratch, c->bytes);
    text_puts(scratch, ") from ");
    phrase_counted(scratch, c->sources, "source", "sources");
    text_puts(scratch, ", ");
    phrase_counted(scratch, c->records, "record", "records");
    text_puts(scratch, ", ");
    phrase_counted(scratch, c->patterns, "distinct message", "distinct messages");
    page_spaces(p, PAGE_INDENT);
    page_put(p, span_of("lines"), 10, 10);
    page_flow(p, INK_PLAIN, text_span(scratch), indent, 2);
    uint64_t all = c->stamped + c->inherited + c->untimed;
    if (all) {
        text_clear(scratch);
        text_printf(scratch, "%.1f%% of lines carry a time", 100 * (double)c->stamped / (double)all);
        if (c->inherited)
            text_printf(scratch, ", %.1f%% take that of the line before",
                        100 * (double)c->inherited / (double)all);
        if (c->first_ns != TIME_NONE && c->last_ns != TIME_NONE) {
            text_puts(scratch, "; ");
            phrase_clock(scratch, p->onset_ns, c->first_ns, false);
            text_puts(scratch, " to ");
            phrase_clock(scratch, p->onset_ns, c->last_ns, false);
        }
        page_spaces(p, PAGE_INDENT);
        page_put(p, span_of("time"), 10, 10);
        page_flow(p, INK_PLAIN, text_span(scratch), indent, 2);
    }
    text_clear(scratch);
    if (f->baseline_records) {
        phrase_counted(scratch, f->baseline_records, "record", "records");
        if (f->baseline_seconds > 0) {
            text_puts(scratch, " over ");
            phrase_duration(scratch, f->baseline_seconds);
        }
        text_puts(scratch, " stand for what is normal");
    } else {
        text_puts(scratch, "none: nothing is known of normal days (--baseline)");
    }
    page_spaces(p, PAGE_INDENT);
    page_put(p, span_of("baseline"), 10, 10);
    page_flow(p, INK_PLAIN, text_span(scratch), indent, 2);
    text_clear(scratch);
    coverage_lost(scratch, c);
    if (scratch->len) {
        page_spaces(p, PAGE_INDENT);
        page_put(p, span_of("not whole"), 10, 10);
        page_flow(p, INK_PLAIN, text_span(scratch), indent, 4);
    }
    for (size_t i = 0; i < f->note_count; i++) {
        page_spaces(p, PAGE_INDENT);
        page_put(p, span_of(i ? "" : "notes"), 10, 10);
        page_flow(p, INK_PLAIN, page_words(f->notes[i]), indent, 3);
    }
}

void report_text_candidate(const struct findings *f, size_t number, const struct report_style *style,
                           struct text *out)
{
    struct page page;
    struct text scratch;
    page_init(&page, f, style);
    text_init(&scratch, 0);
    page_first_candidate(&page, &f->candidates[number - 1], number, &scratch);
    text_add(out, page.out.ptr, page.out.len);
    text_done(&scratch);
    page_done(&page);
}

int report_text(const struct findings *f, const struct report_style *style, onset_sink sink, void *context)
{
    struct page page;
    struct text scratch;
    page_init(&page, f, style);
    text_init(&scratch, 0);
    verdict(&page, &scratch);
    if (f->verdict == ONSET_FOUND && f->candidate_count) {
        hypotheses(&page, &scratch);
    } else if ((f->verdict != ONSET_NOTHING || f->healed || !f->onset_found) && f->candidate_count) {
        page_heading(&page, f->healed                     ? "What it may have been"
                            : f->verdict == ONSET_NOTHING ? "New all the same"
                                                          : "Seen, but not judged");
        for (size_t i = 0; i < f->candidate_count && i < 3; i++)
            page_other_candidate(&page, &f->candidates[i], i + 1, &scratch);
    }
    if (f->verdict == ONSET_CANNOT_JUDGE && f->coverage.records)
        what_would_help(&page);
    changes(&page, &scratch);
    new_values(&page, &scratch);
    if (f->verdict == ONSET_FOUND || f->healed)
        cascade(&page, &scratch);
    if (f->verdict == ONSET_FOUND)
        layers(&page, &scratch);
    coverage(&page, &scratch);
    int status = sink(context, (const char *)page.out.ptr, page.out.len);
    text_done(&scratch);
    page_done(&page);
    return status ? -1 : 0;
}
