/* The text report, for a person at a terminal in the middle of an outage. The first screen answers; what
 * follows lets the reader check the answer. The whole report is built in memory (findings are bounded) and
 * handed to the sink at once.
 *
 * Two rules hold everywhere: text that may come from a log passes clean.h, and a line never exceeds the
 * width, except a command or link to copy, which would be useless when cut. */
#include "report/report.h"

#include "report/clean.h"

#include <math.h>
#include <stdio.h>

#define COLUMNS_DEFAULT 100
#define COLUMNS_MIN     60
#define INDENT          3  /* of everything below a heading */
#define LABEL           8  /* "where   " */
#define WHY_FIRST       4  /* evidence sentences shown for the first candidate */
#define CHANGES_MAX     10 /* rows of "what changed" */
#define CASCADE_MAX     12

struct page {
    struct text out, row;
    const struct findings *f;
    int64_t onset_ns; /* start of the onset; TIME_NONE when nothing began or there are no times */
    size_t columns;
    bool color, ascii;
};

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_GREEN, INK_YELLOW, INK_CYAN };

static void ink(struct page *p, enum ink ink)
{
    static const char *const codes[] = {"0", "1", "2", "1;31", "1;32", "1;33", "36"};
    if (p->color)
        text_printf(&p->out, "\x1b[%sm", codes[ink]);
}

static struct span words(const char *text)
{
    return span_of(text ? text : "");
}

/* Clean text in at most `columns` columns (never 0), padded with spaces to `pad`. */
static void put(struct page *p, struct span text, size_t columns, size_t pad)
{
    size_t used = clean_add(&p->out, text, columns ? columns : 1, p->ascii);
    for (; used < pad; used++)
        text_add_byte(&p->out, ' ');
}

static void spaces(struct page *p, size_t count)
{
    while (count--)
        text_add_byte(&p->out, ' ');
}

/* A row of a table: clean cells of a fixed width, cut as a whole to the width of the page. */
static void cell(struct page *p, struct span text, size_t columns)
{
    size_t used = clean_add(&p->row, text, columns, p->ascii);
    for (; used < columns + 1; used++)
        text_add_byte(&p->row, ' ');
}

static void end_row(struct page *p, enum ink color, struct span last)
{
    clean_add(&p->row, last, 0, p->ascii);
    size_t len = p->row.len;
    while (len && p->row.ptr[len - 1] == ' ')
        len--;
    spaces(p, INDENT);
    if (color != INK_PLAIN)
        ink(p, color);
    clean_add(&p->out, span_make(p->row.ptr, len), p->columns - INDENT, p->ascii);
    if (color != INK_PLAIN)
        ink(p, INK_PLAIN);
    text_add_byte(&p->out, '\n');
    text_clear(&p->row);
}

static void end(struct page *p)
{
    text_add_byte(&p->out, '\n');
}

/* Words over as many lines as allowed, from the given indent to the right edge. The cursor stands at the
 * indent. */
static void flow(struct page *p, enum ink color, struct span text, size_t indent, size_t lines_max)
{
    size_t room = p->columns > indent + 8 ? p->columns - indent : 8;
    if (color != INK_PLAIN)
        ink(p, color);
    clean_wrap(&p->out, text, room, indent, lines_max, p->ascii);
    if (color != INK_PLAIN)
        ink(p, INK_PLAIN);
    end(p);
}

static void label(struct page *p, const char *name)
{
    spaces(p, INDENT);
    ink(p, INK_DIM);
    put(p, span_of(name), LABEL, LABEL);
    ink(p, INK_PLAIN);
}

static void heading(struct page *p, const char *name)
{
    end(p);
    ink(p, INK_BOLD);
    text_puts(&p->out, name);
    ink(p, INK_PLAIN);
    end(p);
}

/* Numbers and times */

static void add_count(struct text *out, uint64_t n) /* 1,234,567 */
{
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (size_t i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            text_add_byte(out, ',');
        text_add_byte(out, (uint8_t)digits[i]);
    }
}

static void add_counted(struct text *out, uint64_t n, const char *one, const char *many)
{
    add_count(out, n);
    text_printf(out, " %s", n == 1 ? one : many);
}

static void add_duration(struct text *out, double seconds) /* of a positive length, two units at most */
{
    if (seconds < 0.9995) {
        text_printf(out, "%.0f ms", seconds * 1000);
    } else if (seconds < 59.95) {
        text_printf(out, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
    } else {
        uint64_t s = seconds < 1e15 ? (uint64_t)(seconds + 0.5) : (uint64_t)1e15;
        if (s >= 48 * 3600) {
            add_counted(out, s / 86400, "day", "days");
            return;
        }
        bool hours = s >= 3600;
        unsigned unit = hours ? 3600 : 60, rest = (unsigned)(s % unit) / (hours ? 60 : 1);
        text_printf(out, "%u %s", (unsigned)(s / unit), hours ? "h" : "min");
        if (rest && s / unit < 10)
            text_printf(out, " %u %s", rest, hours ? "min" : "s");
    }
}

static void add_bytes(struct text *out, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 999.5 && unit < 6)
        value /= 1000, unit++;
    text_printf(out, unit && value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void add_date_time(struct text *out, int64_t time_ns) /* 2026-08-07 14:31:02.123 UTC */
{
    char iso[CIVIL_TEXT_BYTES];
    size_t len = civil_format(time_ns, iso);
    text_add(out, iso, 10);
    text_add_byte(out, ' ');
    text_add(out, iso + 11, len - 12);
    text_puts(out, " UTC");
}

/* Time of day; with the date when it is not the day of the onset. */
static void add_clock(struct text *out, int64_t onset_ns, int64_t time_ns, bool fraction)
{
    if (time_ns == TIME_NONE) {
        text_puts(out, "no time");
        return;
    }
    struct civil c = civil_from_ns(time_ns);
    int64_t day_ns = 86400 * NS_PER_SECOND;
    if (onset_ns == TIME_NONE || onset_ns / day_ns != time_ns / day_ns) {
        text_printf(out, "%04d-%02d-%02d ", c.year, c.month, c.day);
        fraction = false;
    }
    text_printf(out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
    if (fraction)
        text_printf(out, ".%03d", c.nanosecond / 1000000);
}

static void clock_cell(struct page *p, struct text *scratch, int64_t time_ns)
{
    text_clear(scratch);
    add_clock(scratch, p->onset_ns, p->f->by_order ? TIME_NONE : time_ns, true);
    cell(p, text_span(scratch), p->onset_ns == TIME_NONE ? 19 : 12);
}

static double seconds_between(int64_t from_ns, int64_t to_ns)
{
    return ((double)to_ns - (double)from_ns) / 1e9;
}

/* "3.2 s before the onset". The start of the interval is what it is measured from. */
static void add_distance(struct text *out, double seconds_before)
{
    if (fabs(seconds_before) < 0.0005) {
        text_puts(out, "at the onset");
        return;
    }
    add_duration(out, fabs(seconds_before));
    text_puts(out, seconds_before > 0 ? " before the onset" : " after the onset");
}

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

/* Parts of a candidate */

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
        add_counted(out, c->count_before + c->count_after, "time", "times");
        return;
    }
    bool gone = c->novelty == NOVELTY_GONE;
    text_puts(out, gone ? "stopped after " : "");
    add_counted(out, c->count_before, "time", "times");
    if (gone && !c->count_after)
        return;
    text_puts(out, gone ? ", " : " before, ");
    add_count(out, c->count_after);
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
    snprintf(left, sizeof left, "%-*zu", INDENT, number);
    size_t room = p->columns - INDENT - (*right ? strlen(right) + 2 : 0);
    ink(p, number == 1 ? INK_RED : INK_BOLD);
    text_puts(&p->out, left);
    put(p, words(c->title ? c->title : c->template_text), room, *right ? room + 2 : 0);
    ink(p, INK_PLAIN);
    text_puts(&p->out, right);
    end(p);
}

static void candidate_where(const struct candidate *c, struct text *scratch)
{
    text_clear(scratch);
    if (c->service && *c->service)
        text_printf(scratch, "%s, ", c->service);
    add_place(scratch, &c->first);
    if (c->sources > 1)
        text_printf(scratch, " and %zu more %s", c->sources - 1, c->sources == 2 ? "source" : "sources");
}

static void candidate_when(struct page *p, const struct candidate *c, struct text *scratch)
{
    text_clear(scratch);
    if (c->first.time_ns == TIME_NONE || p->f->by_order) {
        text_puts(scratch, "no time on this line; the order of lines stands in for it");
        return;
    }
    add_date_time(scratch, c->first.time_ns);
    if (p->onset_ns != TIME_NONE) {
        text_puts(scratch, ", ");
        add_distance(scratch, seconds_between(c->first.time_ns, p->onset_ns));
    }
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
    label(p, name);
    ink(p, INK_CYAN);
    clean_add(&p->out, span_of(text), 0, p->ascii);
    ink(p, INK_PLAIN);
    end(p);
}

static void first_candidate(struct page *p, const struct candidate *c, size_t number, struct text *scratch)
{
    size_t indent = INDENT + LABEL;
    candidate_heading(p, c, number);
    if (c->first.text.len) {
        label(p, "line");
        flow(p, INK_PLAIN, c->first.text, indent, 2);
    }
    if (c->also.source) {
        label(p, "with");
        flow(p, INK_PLAIN, c->also.text, indent, 1);
    }
    candidate_where(c, scratch);
    label(p, "where");
    flow(p, INK_PLAIN, text_span(scratch), indent, 1);
    candidate_when(p, c, scratch);
    label(p, "when");
    flow(p, INK_PLAIN, text_span(scratch), indent, 1);
    label(p, "seen");
    text_clear(scratch);
    add_what_is_new(scratch, c);
    const char *role = role_words(c->role);
    if (c->layer != LAYER_UNKNOWN)
        text_printf(scratch, "; layer %s", layer_name(c->layer));
    if (role)
        text_printf(scratch, "%s %s", c->layer != LAYER_UNKNOWN ? "," : ";", role);
    flow(p, INK_PLAIN, text_span(scratch), indent, 1);
    size_t index[WHY_FIRST], count = strongest(c, index, WHY_FIRST);
    for (size_t i = 0; i < count; i++) {
        label(p, i ? "" : "why");
        text_puts(&p->out, "- ");
        flow(p, INK_PLAIN, span_of(c->evidence[index[i]].sentence), indent + 2, 2);
    }
    copyable(p, "next", c->hint);
    copyable(p, "see", c->runbook_url);
    if (has_spark(c)) {
        label(p, "counts");
        add_spark(p, c->spark);
        text_clear(scratch);
        if (p->onset_ns != TIME_NONE && p->columns >= 2 * SPARK_BUCKETS) {
            text_puts(scratch, "  ");
            add_clock(scratch, p->onset_ns, p->f->spark_from_ns, false);
            text_puts(scratch, " to ");
            add_clock(scratch, p->onset_ns, p->f->spark_to_ns, false);
        }
        text_add(&p->out, scratch->ptr, scratch->len);
        end(p);
    }
}

static void other_candidate(struct page *p, const struct candidate *c, size_t number, struct text *scratch)
{
    candidate_heading(p, c, number);
    spaces(p, INDENT);
    bool wide = p->columns >= 2 * SPARK_BUCKETS;
    if (has_spark(c)) {
        add_spark(p, c->spark);
        if (!wide)
            end(p);
        spaces(p, wide ? 2 : INDENT);
    }
    text_clear(scratch);
    if (c->first.time_ns != TIME_NONE && p->onset_ns != TIME_NONE) {
        add_distance(scratch, seconds_between(c->first.time_ns, p->onset_ns));
        text_puts(scratch, "; ");
    }
    add_what_is_new(scratch, c);
    flow(p, INK_PLAIN, text_span(scratch), has_spark(c) && wide ? INDENT + SPARK_BUCKETS + 2 : INDENT, 1);
    candidate_where(c, scratch);
    spaces(p, INDENT);
    flow(p, INK_PLAIN, text_span(scratch), INDENT, 1);
    size_t index[1];
    if (strongest(c, index, 1)) {
        spaces(p, INDENT);
        flow(p, INK_PLAIN, span_of(c->evidence[index[0]].sentence), INDENT, 1);
    }
}

/* Sections */

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
    flow(p, inks[f->verdict], text_span(scratch), 0, 2);
    text_clear(scratch);
    if (p->onset_ns != TIME_NONE) {
        text_puts(scratch, "Onset ");
        add_date_time(scratch, p->onset_ns);
        if (f->onset_to_ns != TIME_NONE && f->onset_to_ns > p->onset_ns) {
            text_puts(scratch, ", or up to ");
            add_duration(scratch, seconds_between(p->onset_ns, f->onset_to_ns));
            text_puts(scratch, " later");
        }
        text_puts(scratch, ". ");
    }
    if (!f->by_order && f->coverage.records && f->window_from_ns != TIME_NONE) {
        text_puts(scratch, "Judged ");
        add_clock(scratch, p->onset_ns, f->window_from_ns, false);
        text_puts(scratch, " to ");
        add_clock(scratch, p->onset_ns, f->window_to_ns, false);
        text_puts(scratch, ".");
    }
    if (f->by_order)
        text_puts(scratch, " No line has a time: the order of lines stands in for it.");
    if (scratch->len)
        flow(p, INK_DIM, text_span(scratch), 0, 2);
}

static void hypotheses(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    end(p);
    first_candidate(p, &f->candidates[0], 1, scratch);
    double share = f->candidates[0].confidence;
    if (f->candidate_count > 1)
        heading(p, "Other hypotheses");
    for (size_t i = 1; i < f->candidate_count; i++) {
        other_candidate(p, &f->candidates[i], i + 1, scratch);
        share += f->candidates[i].confidence;
    }
    if (share < 0.995) {
        spaces(p, INDENT);
        text_printf(&p->out, "none of these: %.0f%%\n", (1 - share) * 100);
    }
}

static void what_would_help(struct page *p)
{
    heading(p, "What would help");
    if (!p->f->baseline_records) {
        spaces(p, INDENT);
        flow(p, INK_PLAIN,
             span_of("logs of a normal day: --baseline PATH, or the hours before it broke with --since"),
             INDENT, 2);
    }
    if (p->f->by_order || !p->f->coverage.stamped) {
        spaces(p, INDENT);
        flow(p, INK_PLAIN, span_of("lines with times, such as kubectl logs --timestamps gives"), INDENT, 2);
    }
    spaces(p, INDENT);
    flow(p, INK_PLAIN, span_of("the time at which it was noticed: --at TIME"), INDENT, 2);
}

static void changes(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    if (f->verdict == ONSET_FOUND || f->change_count)
        heading(p, p->onset_ns != TIME_NONE ? "What changed around the onset" : "What changed");
    if (f->verdict == ONSET_FOUND && !f->change_count)
        text_puts(&p->out, "   nothing that these logs tell of\n");
    for (size_t i = 0; i < f->change_count && i < CHANGES_MAX; i++) {
        const struct change *c = &f->changes[i];
        clock_cell(p, scratch, c->first.time_ns);
        if (p->onset_ns != TIME_NONE) {
            text_clear(scratch);
            if (c->first.time_ns != TIME_NONE) {
                add_duration(scratch, fabs(c->seconds_before));
                text_puts(scratch, c->seconds_before < 0 ? " after" : " before");
            }
            cell(p, text_span(scratch), 18);
        }
        cell(p, words(c->service), 16);
        text_clear(scratch);
        text_puts(scratch, c->is_new ? "" : "(known) ");
        if (c->title && *c->title)
            text_puts(scratch, c->title);
        else
            text_add(scratch, c->first.text.ptr, c->first.text.len);
        end_row(p, INK_PLAIN, text_span(scratch));
    }
    if (f->change_count > CHANGES_MAX)
        text_printf(&p->out, "   and %zu more\n", f->change_count - CHANGES_MAX);
}

static void new_values(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    if (f->value_count)
        heading(p, "New values in known messages");
    for (size_t i = 0; i < f->value_count && i < CHANGES_MAX; i++) {
        const struct new_value *v = &f->values[i];
        clock_cell(p, scratch, v->first.time_ns);
        cell(p, words(v->service), 16);
        text_clear(scratch);
        text_printf(scratch, "%s -> %s: ", v->before, v->now);
        text_puts(scratch, v->template_text);
        end_row(p, INK_PLAIN, text_span(scratch));
    }
    if (f->value_count > CHANGES_MAX)
        text_printf(&p->out, "   and %zu more\n", f->value_count - CHANGES_MAX);
}

static void cascade(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    if (!f->cascade_count)
        return;
    heading(p, "How it spread");
    for (size_t i = 0; i < f->cascade_count && i < CASCADE_MAX; i++) {
        const struct cascade_step *s = &f->cascade[i];
        clock_cell(p, scratch, s->time_ns);
        text_clear(scratch);
        text_puts(scratch, i == 0 ? "trigger" : f->by_order ? "later" : "+");
        if (i && !f->by_order)
            add_duration(scratch, s->lag_seconds > 0 ? s->lag_seconds : 0);
        cell(p, text_span(scratch), 13);
        cell(p, words(s->service), 16);
        text_clear(scratch);
        add_counted(scratch, s->count, "time", "times");
        cell(p, text_span(scratch), 12);
        end_row(p, INK_PLAIN, words(s->text));
    }
    if (f->cascade_count > CASCADE_MAX)
        text_printf(&p->out, "   and %zu more\n", f->cascade_count - CASCADE_MAX);
    text_puts(&p->out, f->recovered ? "   Over: the new messages have stopped and the usual ones are back.\n"
                                    : "   Not over when the logs end.\n");
}

static void layers(struct page *p, struct text *scratch)
{
    heading(p, "New messages by layer, from the edge inward");
    for (size_t i = LAYER_UNKNOWN + 1; i < LAYER_COUNT; i++) {
        const struct layer_row *row = &p->f->layers[i];
        cell(p, words(layer_name((enum layer)i)), 10);
        if (!row->patterns) {
            end_row(p, INK_DIM, span_of("nothing"));
            continue;
        }
        text_clear(scratch);
        add_counted(scratch, row->patterns, "message", "messages");
        cell(p, text_span(scratch), 14);
        end_row(p, INK_PLAIN, words(row->worst));
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
        add_counted(out, rows[i].count, rows[i].one, rows[i].many);
    }
}

static void coverage(struct page *p, struct text *scratch)
{
    const struct findings *f = p->f;
    const struct coverage *c = &f->coverage;
    size_t indent = INDENT + 10;
    heading(p, "What was read");
    text_clear(scratch);
    add_counted(scratch, c->lines, "line", "lines");
    text_puts(scratch, " (");
    add_bytes(scratch, c->bytes);
    text_puts(scratch, ") from ");
    add_counted(scratch, c->sources, "source", "sources");
    text_puts(scratch, ", ");
    add_counted(scratch, c->records, "record", "records");
    text_puts(scratch, ", ");
    add_counted(scratch, c->patterns, "distinct message", "distinct messages");
    spaces(p, INDENT);
    put(p, span_of("lines"), 10, 10);
    flow(p, INK_PLAIN, text_span(scratch), indent, 2);
    uint64_t all = c->stamped + c->inherited + c->untimed;
    if (all) {
        text_clear(scratch);
        text_printf(scratch, "%.1f%% of lines carry a time", 100 * (double)c->stamped / (double)all);
        if (c->inherited)
            text_printf(scratch, ", %.1f%% take that of the line before",
                        100 * (double)c->inherited / (double)all);
        if (c->first_ns != TIME_NONE && c->last_ns != TIME_NONE) {
            text_puts(scratch, "; ");
            add_clock(scratch, p->onset_ns, c->first_ns, false);
            text_puts(scratch, " to ");
            add_clock(scratch, p->onset_ns, c->last_ns, false);
        }
        spaces(p, INDENT);
        put(p, span_of("time"), 10, 10);
        flow(p, INK_PLAIN, text_span(scratch), indent, 2);
    }
    text_clear(scratch);
    if (f->baseline_records) {
        add_counted(scratch, f->baseline_records, "record", "records");
        if (f->baseline_seconds > 0) {
            text_puts(scratch, " over ");
            add_duration(scratch, f->baseline_seconds);
        }
        text_puts(scratch, " stand for what is normal");
    } else {
        text_puts(scratch, "none: nothing is known of normal days (--baseline)");
    }
    spaces(p, INDENT);
    put(p, span_of("baseline"), 10, 10);
    flow(p, INK_PLAIN, text_span(scratch), indent, 2);
    text_clear(scratch);
    coverage_lost(scratch, c);
    if (scratch->len) {
        spaces(p, INDENT);
        put(p, span_of("not whole"), 10, 10);
        flow(p, INK_PLAIN, text_span(scratch), indent, 4);
    }
    for (size_t i = 0; i < f->note_count; i++) {
        spaces(p, INDENT);
        put(p, span_of(i ? "" : "notes"), 10, 10);
        flow(p, INK_PLAIN, words(f->notes[i]), indent, 3);
    }
}

static void page_init(struct page *p, const struct findings *f, const struct report_style *style)
{
    *p = (struct page){.f = f, .color = style->color, .ascii = style->ascii};
    p->onset_ns = f->verdict == ONSET_FOUND && !f->by_order ? f->onset_from_ns : TIME_NONE;
    p->columns = style->columns <= 0            ? COLUMNS_DEFAULT
                 : style->columns < COLUMNS_MIN ? COLUMNS_MIN
                                                : (size_t)style->columns;
    text_init(&p->out, 0);
    text_init(&p->row, 0);
}

void report_text_candidate(const struct findings *f, size_t number, const struct report_style *style,
                           struct text *out)
{
    struct page page;
    struct text scratch;
    page_init(&page, f, style);
    text_init(&scratch, 0);
    first_candidate(&page, &f->candidates[number - 1], number, &scratch);
    text_add(out, page.out.ptr, page.out.len);
    text_done(&scratch);
    text_done(&page.row);
    text_done(&page.out);
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
    } else if (f->verdict == ONSET_CANNOT_JUDGE && f->candidate_count) {
        heading(&page, "Seen, but not judged");
        for (size_t i = 0; i < f->candidate_count && i < 3; i++)
            other_candidate(&page, &f->candidates[i], i + 1, &scratch);
    }
    if (f->verdict == ONSET_CANNOT_JUDGE && f->coverage.records)
        what_would_help(&page);
    changes(&page, &scratch);
    new_values(&page, &scratch);
    if (f->verdict == ONSET_FOUND) {
        cascade(&page, &scratch);
        layers(&page, &scratch);
    }
    coverage(&page, &scratch);
    int status = sink(context, (const char *)page.out.ptr, page.out.len);
    text_done(&scratch);
    text_done(&page.row);
    text_done(&page.out);
    return status ? -1 : 0;
}
