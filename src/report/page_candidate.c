#include "report/page.h"

#include "report/clean.h"
#include "report/phrase.h"

#include <stdio.h>

#define EARLIER_BYTES 160
#define LINE_ROWS     2  /* of the line itself */
#define SAYS_ROWS     3  /* of what it says beyond them */
#define PLACE_COLUMNS 24 /* at least, for a file and a line */
#define WHY_FIRST     4  /* evidence sentences shown for the first candidate */

static void add_spark(struct page *p, const uint32_t *counts)
{
    uint64_t most = 0;
    for (size_t i = 0; i < SPARK_BUCKETS; i++)
        most = counts[i] > most ? counts[i] : most;
    for (size_t i = 0; i < SPARK_BUCKETS; i++) {
        /* Nothing is the lowest mark and only nothing is, so that one line among thousands can be seen. */
        size_t level = counts[i] ? (size_t)((counts[i] * (uint64_t)7 + most - 1) / most) : 0;
        if (p->ascii)
            text_add_byte(&p->out, (uint8_t) "_.:-=+*#"[level]);
        else
            text_add(&p->out, (const uint8_t[]){0xE2, 0x96, (uint8_t)(0x81 + level)}, 3);
    }
}

static bool has_spark(const struct candidate *c)
{
    for (size_t i = 0; i < SPARK_BUCKETS; i++) {
        if (c->spark[i])
            return true;
    }
    return false;
}

static void add_place(struct text *out, const struct place *place) /* shop/api.log:1234, written by cart */
{
    text_printf(out, "%s:%llu", place->source ? place->source : "?", (unsigned long long)place->line);
    if (place->stream && *place->stream)
        text_printf(out, " (%s)", place->stream);
}

static void add_what_is_new(struct text *out, const struct candidate *c)
{
    if (c->novelty == NOVELTY_NEW || c->novelty == NOVELTY_NEW_SOURCE) {
        text_puts(out, c->novelty == NOVELTY_NEW ? "new, " : "from a new source, ");
        phrase_counted(out, c->count_before + c->count_after, "time", "times");
        return;
    }
    if (c->novelty == NOVELTY_NEW_VALUE) {
        text_puts(out, "names something new, ");
        phrase_counted(out, c->count_after, "time", "times");
        return;
    }
    if (c->novelty == NOVELTY_AGAIN) {
        text_puts(out, "again, after ");
        phrase_counted(out, c->count_before, "time", "times");
        return;
    }
    bool gone = c->novelty == NOVELTY_GONE;
    text_puts(out, gone ? "stopped after " : "");
    phrase_counted(out, c->count_before, "time", "times");
    if (gone && !c->count_after)
        return;
    text_puts(out, gone ? ", " : " before, ");
    phrase_count(out, c->count_after);
    text_puts(out, " since");
}

static const char *role_words(enum role role)
{
    switch (role) {
    case ROLE_CAUSE: return "a known cause";
    case ROLE_CHANGE: return "a change";
    case ROLE_SYMPTOM: return "usually an effect";
    case ROLE_BENIGN: return "usually harmless";
    case ROLE_UNKNOWN: break;
    }
    return NULL;
}

/* "1  title                     confidence 72%" */
static void candidate_heading(struct page *p, const struct candidate *c, size_t number)
{
    char right[32] = "", left[24];
    int percent = (int)(c->confidence * 100 + 0.5);
    const char *form = percent < 1 ? "confidence <1%%" : "confidence %d%%";
    if (p->f->verdict == ONSET_FOUND)
        snprintf(right, sizeof right, form, percent);
    snprintf(left, sizeof left, "%-*zu", PAGE_INDENT, number);
    size_t room = p->columns - PAGE_INDENT - (*right ? strlen(right) + 2 : 0);
    page_ink(p, number == 1 ? INK_RED : INK_BOLD);
    text_puts(&p->out, left);
    struct text title;
    text_init(&title, 0);
    struct span words = page_words(c->title ? c->title : c->template_text);
    text_add(&title, words.ptr, words.len);
    if (c->title && c->about)
        text_printf(&title, ": %s", c->about);
    page_put(p, text_span(&title), room, *right ? room + 2 : 0);
    text_done(&title);
    page_ink(p, INK_PLAIN);
    text_puts(&p->out, right);
    page_end(p);
}

/* "shop, api-7/app.log:3533 and 2 more sources" on one row: a long path loses its beginning, as the file and
 * the line are what is looked for. */
static void candidate_where(struct page *p, const struct candidate *c, size_t indent, struct text *scratch)
{
    struct text place, more;
    text_init(&place, 0);
    text_init(&more, 0);
    struct place first = c->first;
    if (first.stream && c->service && !strcmp(first.stream, c->service))
        first.stream = NULL; /* said already */
    add_place(&place, &first);
    if (c->sources > 1)
        text_printf(&more, " and %zu more %s", c->sources - 1, c->sources == 2 ? "source" : "sources");
    text_clear(scratch);
    if (c->service && *c->service)
        text_printf(scratch, "%s, ", c->service);
    size_t taken = indent + clean_columns(text_span(scratch)) + more.len;
    clean_add_end(scratch, text_span(&place),
                  p->columns > taken + PLACE_COLUMNS ? p->columns - taken : PLACE_COLUMNS, p->ascii);
    text_add(scratch, more.ptr, more.len);
    page_flow(p, INK_PLAIN, text_span(scratch), indent, 1);
    text_done(&place);
    text_done(&more);
}

static void candidate_when(struct page *p, const struct candidate *c, struct text *scratch)
{
    text_clear(scratch);
    if (c->first.time_ns == TIME_NONE || p->f->by_order) {
        text_puts(scratch, "no time on this line; the order of lines stands in for it");
        return;
    }
    phrase_date_time(scratch, c->first.time_ns);
    if (p->onset_ns != TIME_NONE) {
        text_puts(scratch, ", ");
        phrase_distance(scratch, phrase_seconds_between(c->first.time_ns, p->onset_ns));
    }
}

/* "3 days before: W0706 certificate ledger: order not finished (certd.log:3)" */
static void candidate_earlier(const struct page *p, const struct candidate *c, struct text *scratch)
{
    text_clear(scratch);
    if (c->earlier.time_ns != TIME_NONE && c->first.time_ns != TIME_NONE && !p->f->by_order) {
        phrase_duration(scratch, phrase_seconds_between(c->earlier.time_ns, c->first.time_ns));
        text_puts(scratch, " earlier: ");
    }
    text_add(scratch, c->earlier.text.ptr,
             c->earlier.text.len < EARLIER_BYTES ? c->earlier.text.len : EARLIER_BYTES);
    text_puts(scratch, " (");
    add_place(scratch, &c->earlier);
    text_puts(scratch, ")");
}

/* Indices of the strongest evidence, strongest first, ties in the order given. Only what speaks for the
 * candidate. */
static size_t strongest(const struct candidate *c, size_t *ret_index, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < c->evidence_count; i++) {
        const struct evidence *e = &c->evidence[i];
        if (!(e->bits > 0) || !e->sentence || !*e->sentence)
            continue;
        size_t at = count;
        while (at && c->evidence[ret_index[at - 1]].bits < e->bits)
            at--;
        if (at == max)
            continue;
        if (count < max)
            count++;
        for (size_t j = count - 1; j > at; j--)
            ret_index[j] = ret_index[j - 1];
        ret_index[at] = i;
    }
    return count;
}

/* Something to copy: whole, on one line of its own. */
static void copyable(struct page *p, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    page_label(p, name);
    page_ink(p, INK_CYAN);
    clean_add(&p->out, span_of(text), 0, p->ascii);
    page_ink(p, INK_PLAIN);
    page_end(p);
}

/* What of a long line matters, where the rows that show its beginning do not. */
static struct span unseen(const struct page *p, const struct place *place, size_t indent)
{
    size_t row = p->columns > indent ? p->columns - indent : 1;
    if (place->excerpt.len || place->text.len <= LINE_ROWS * row)
        return place->excerpt;
    const uint8_t *at = memmem(place->text.ptr, place->text.len, place->message.ptr, place->message.len);
    bool begins_in_sight = at && (size_t)(at - place->text.ptr) < row;
    return begins_in_sight ? span_make(NULL, 0) : place->message;
}

void page_first_candidate(struct page *p, const struct candidate *c, size_t number, struct text *scratch)
{
    size_t indent = PAGE_INDENT + PAGE_LABEL;
    candidate_heading(p, c, number);
    if (c->first.text.len) {
        page_label(p, "line");
        page_flow(p, INK_PLAIN, c->first.text, indent, LINE_ROWS);
        struct span says = unseen(p, &c->first, indent);
        if (says.len) {
            page_label(p, "says");
            page_flow(p, INK_PLAIN, says, indent, SAYS_ROWS);
        }
    }
    if (c->also.source) {
        page_label(p, "with");
        page_flow(p, INK_PLAIN, c->also.text, indent, 1);
    }
    if (c->earlier.source) {
        page_label(p, "before");
        candidate_earlier(p, c, scratch);
        page_flow(p, INK_PLAIN, text_span(scratch), indent, 2);
    }
    page_label(p, "where");
    candidate_where(p, c, indent, scratch);
    candidate_when(p, c, scratch);
    page_label(p, "when");
    page_flow(p, INK_PLAIN, text_span(scratch), indent, 1);
    page_label(p, "seen");
    text_clear(scratch);
    add_what_is_new(scratch, c);
    const char *role = role_words(c->role);
    if (c->layer != LAYER_UNKNOWN)
        text_printf(scratch, "; layer %s", layer_name(c->layer));
    if (role)
        text_printf(scratch, "%s %s", c->layer != LAYER_UNKNOWN ? "," : ";", role);
    page_flow(p, INK_PLAIN, text_span(scratch), indent, 1);
    size_t index[WHY_FIRST], count = strongest(c, index, WHY_FIRST);
    for (size_t i = 0; i < count; i++) {
        page_label(p, i ? "" : "why");
        text_puts(&p->out, "- ");
        page_flow(p, INK_PLAIN, span_of(c->evidence[index[i]].sentence), indent + 2, 2);
    }
    copyable(p, "next", c->hint);
    copyable(p, "see", c->runbook_url);
    if (has_spark(c)) {
        page_label(p, "counts");
        add_spark(p, c->spark);
        text_clear(scratch);
        if (p->onset_ns != TIME_NONE && p->columns >= 2 * SPARK_BUCKETS) {
            text_puts(scratch, "  ");
            phrase_clock(scratch, p->onset_ns, p->f->spark_from_ns, false);
            text_puts(scratch, " to ");
            phrase_clock(scratch, p->onset_ns, p->f->spark_to_ns, false);
        }
        text_add(&p->out, scratch->ptr, scratch->len);
        page_end(p);
    }
}

void page_other_candidate(struct page *p, const struct candidate *c, size_t number, struct text *scratch)
{
    candidate_heading(p, c, number);
    page_spaces(p, PAGE_INDENT);
    bool wide = p->columns >= 2 * SPARK_BUCKETS;
    if (has_spark(c)) {
        add_spark(p, c->spark);
        if (!wide)
            page_end(p);
        page_spaces(p, wide ? 2 : PAGE_INDENT);
    }
    text_clear(scratch);
    if (c->first.time_ns != TIME_NONE && p->onset_ns != TIME_NONE) {
        phrase_distance(scratch, phrase_seconds_between(c->first.time_ns, p->onset_ns));
        text_puts(scratch, "; ");
    }
    add_what_is_new(scratch, c);
    page_flow(p, INK_PLAIN, text_span(scratch),
              has_spark(c) && wide ? PAGE_INDENT + SPARK_BUCKETS + 2 : PAGE_INDENT, 1);
    page_spaces(p, PAGE_INDENT);
    candidate_where(p, c, PAGE_INDENT, scratch);
    size_t index[1];
    if (strongest(c, index, 1)) {
        page_spaces(p, PAGE_INDENT);
        page_flow(p, INK_PLAIN, span_of(c->evidence[index[0]].sentence), PAGE_INDENT, 1);
    }
}
