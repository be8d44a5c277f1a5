#include "report/report_explain.h"

#include "base/json_writer.h"
#include "record/severity.h"
#include "report/clean.h"
#include "report/report_json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define SCHEMA     "onset-explain/1"
#define BAR        40 /* columns of the longest minute */
#define QUIET_SHOW 3  /* minutes without a count in a row that are shown one by one */
#define MINUTE_NS  (60 * NS_PER_SECOND)

struct page {
    struct text out;
    bool color, ascii;
};

static void heading(struct page *p, const char *name)
{
    text_printf(&p->out, "\n%s%s%s\n", p->color ? "\x1b[1m" : "", name, p->color ? "\x1b[0m" : "");
}

static void put(struct page *p, struct span text)
{
    clean_add(&p->out, text, 0, p->ascii);
}

static void add_time(struct text *out, int64_t time_ns, bool date)
{
    struct civil c = civil_from_ns(time_ns);
    if (time_ns == TIME_NONE) {
        text_puts(out, "no time");
        return;
    }
    if (date)
        text_printf(out, "%04d-%02d-%02d ", c.year, c.month, c.day);
    text_printf(out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

static void add_where(struct page *p, const struct place *place)
{
    put(p, span_of(place->source));
    text_printf(&p->out, ":%" PRIu64, place->line);
}

static void what(struct page *p, const struct findings *f)
{
    const struct explained *x = f->explained;
    const struct candidate *c = x->candidate;
    text_printf(&p->out, "%s%s  ", p->color ? "\x1b[1m" : "", x->id);
    put(p, span_of(x->service));
    text_printf(&p->out, "%s\n  ", p->color ? "\x1b[0m" : "");
    put(p, span_of(x->template_text));
    text_printf(&p->out, "\n\n  standing  %s", x->standing);
    if (c && x->rank && f->verdict == ONSET_FOUND)
        text_printf(&p->out, ", confidence %.0f%%", 100 * c->confidence);
    text_printf(&p->out,
                "\n  verdict   %s\n  severity  %s\n  count     %" PRIu64 " in the logs, %" PRIu64
                " in the baseline\n  first     ",
                f->verdict_text, *severity_name(x->severity) ? severity_name(x->severity) : "none", x->count,
                x->baseline_count);
    add_time(&p->out, x->first.time_ns, true);
    text_puts(&p->out, "  ");
    add_where(p, &x->first);
    text_puts(&p->out, "\n  last      ");
    add_time(&p->out, x->last_ns, true);
    text_puts(&p->out, "\n");
    if (x->rule) {
        text_printf(&p->out, "  rule      %s (%s, layer %s): %s\n  next      ", x->rule->id,
                    *role_name(x->rule->role) ? role_name(x->rule->role) : "the words decide",
                    layer_name(x->rule->layer), x->rule->title);
        put(p, span_of(x->rule->hint));
        text_puts(&p->out, "\n");
        if (x->rule->runbook_url)
            text_printf(&p->out, "  see       %s\n", x->rule->runbook_url);
    }
}

static void evidence(struct page *p, const struct candidate *c)
{
    if (!c)
        return;
    for (int against = 0; against < 2; against++) {
        bool any = false;
        for (size_t i = 0; i < c->evidence_count; i++) {
            const struct evidence *e = &c->evidence[i];
            if ((e->bits < 0) != (against == 1))
                continue;
            if (!any)
                heading(p, against ? "Against it" : "For it");
            any = true;
            text_printf(&p->out, "  %+5.1f bits  %-11s ", e->bits, e->kind);
            put(p, span_of(e->sentence));
            text_puts(&p->out, "\n");
        }
    }
    text_printf(&p->out, "  %+5.1f bits  in all\n", c->bits);
}

static void context(struct page *p, const struct explained *x)
{
    heading(p, "The lines around it");
    if (x->context_count == 0) {
        text_printf(&p->out, "  %8" PRIu64 " > ", x->first.line);
        put(p, x->first.text);
        text_puts(&p->out, "\n  (the source cannot be read again)\n");
        return;
    }
    for (size_t i = 0; i < x->context_count; i++) {
        const struct context_line *line = &x->context[i];
        text_printf(&p->out, "  %8" PRIu64 " %s ", line->line, line->line == x->first.line ? ">" : " ");
        put(p, line->text);
        text_puts(&p->out, "\n");
    }
}

static void together(struct page *p, const struct explained *x)
{
    if (x->together_count == 0)
        return;
    heading(p, "New at the same moment");
    for (size_t i = 0; i < x->together_count; i++) {
        text_puts(&p->out, "  ");
        add_where(p, &x->together[i]);
        text_puts(&p->out, "  ");
        put(p, x->together[i].text);
        text_puts(&p->out, "\n");
    }
}

static void minutes(struct page *p, const struct explained *x)
{
    uint32_t most = 0;
    for (size_t i = 0; i < x->minute_count; i++)
        most = x->minutes[i] > most ? x->minutes[i] : most;
    if (most == 0)
        return;
    heading(p, "Counts by minute");
    for (size_t i = 0; i < x->minute_count; i++) {
        size_t quiet = i;
        while (quiet < x->minute_count && x->minutes[quiet] == 0)
            quiet++;
        if (quiet - i > QUIET_SHOW) {
            text_puts(&p->out, "  ");
            add_time(&p->out, x->minutes_from_ns + (int64_t)i * MINUTE_NS, false);
            text_printf(&p->out, "  0 for %zu minutes\n", quiet - i);
            i = quiet - 1;
            continue;
        }
        int bar = (int)ceil((double)BAR * x->minutes[i] / most);
        text_puts(&p->out, "  ");
        add_time(&p->out, x->minutes_from_ns + (int64_t)i * MINUTE_NS, false);
        text_printf(&p->out, "  %" PRIu32 "%s", x->minutes[i], bar ? "  " : "");
        for (int k = 0; k < bar; k++)
            text_puts(&p->out, "#");
        text_puts(&p->out, "\n");
    }
}

static void sources(struct page *p, const struct explained *x)
{
    heading(p, "Where it was, and where of its service it was not");
    for (size_t i = 0; i < x->source_count; i++) {
        const struct explained_source *s = &x->sources[i];
        text_printf(&p->out, "  %9" PRIu64 " of %9" PRIu64 " records  ", s->count, s->records);
        put(p, span_of(s->source));
        if (*s->stream) {
            text_puts(&p->out, " ");
            put(p, span_of(s->stream));
        }
        if (s->count && s->first_ns != TIME_NONE) {
            text_puts(&p->out, "  ");
            add_time(&p->out, s->first_ns, false);
            text_puts(&p->out, " to ");
            add_time(&p->out, s->last_ns, false);
        }
        text_puts(&p->out, "\n");
    }
}

static void neighbours(struct page *p, const struct explained *x)
{
    if (x->neighbour_count == 0)
        return;
    heading(p, "What else was new, five minutes before and after (*: names the same things)");
    for (size_t i = 0; i < x->neighbour_count; i++) {
        const struct explained_neighbour *n = &x->neighbours[i];
        text_printf(&p->out, "  %+9.3f s %s %-5s ", n->seconds_after, n->shares_words ? "*" : " ",
                    *severity_name(n->severity) ? severity_name(n->severity) : "-");
        put(p, span_of(n->service));
        text_puts(&p->out, "  ");
        add_where(p, &n->first);
        text_puts(&p->out, "\n               ");
        put(p, n->first.text);
        text_puts(&p->out, "\n");
    }
}

int report_explain_text(const struct findings *f, const struct report_style *style, onset_sink sink,
                        void *sink_context)
{
    struct page p = {.color = style->color, .ascii = style->ascii};
    const struct explained *x = f->explained;
    text_init(&p.out, 0);
    what(&p, f);
    evidence(&p, x->candidate);
    context(&p, x);
    together(&p, x);
    minutes(&p, x);
    sources(&p, x);
    neighbours(&p, x);
    int rc = sink(sink_context, (const char *)p.out.ptr, p.out.len);
    text_done(&p.out);
    return rc;
}

static void write_rule(struct json_writer *json, const struct rule *rule)
{
    json_key(json, "rule");
    if (!rule) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    json_key(json, "id");
    json_cstring(json, rule->id);
    json_key(json, "role");
    json_cstring(json, role_name(rule->role));
    json_key(json, "layer");
    json_cstring(json, layer_name(rule->layer));
    json_key(json, "title");
    json_cstring(json, rule->title);
    json_key(json, "pattern");
    json_cstring(json, rule->pattern);
    json_key(json, "hint");
    json_cstring(json, rule->hint);
    json_key(json, "runbook_url");
    json_cstring(json, rule->runbook_url);
    json_close(json, '}');
}

static void write_lists(struct json_writer *json, const struct explained *x)
{
    json_key(json, "context");
    json_open(json, '[');
    for (size_t i = 0; i < x->context_count; i++) {
        json_open(json, '{');
        json_key(json, "line");
        json_unsigned(json, x->context[i].line);
        json_key(json, "text");
        json_string(json, x->context[i].text);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_key(json, "together");
    json_open(json, '[');
    for (size_t i = 0; i < x->together_count; i++) {
        json_open(json, '{');
        report_json_place(json, "first", &x->together[i]);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_key(json, "minutes_from");
    json_time(json, x->minute_count ? x->minutes_from_ns : TIME_NONE);
    json_key(json, "minutes");
    json_open(json, '[');
    for (size_t i = 0; i < x->minute_count; i++)
        json_unsigned(json, x->minutes[i]);
    json_close(json, ']');
    json_key(json, "sources");
    json_open(json, '[');
    for (size_t i = 0; i < x->source_count; i++) {
        const struct explained_source *s = &x->sources[i];
        json_open(json, '{');
        json_key(json, "source");
        json_cstring(json, s->source);
        json_key(json, "stream");
        json_cstring(json, s->stream);
        json_key(json, "count");
        json_unsigned(json, s->count);
        json_key(json, "records");
        json_unsigned(json, s->records);
        json_key(json, "first");
        json_time(json, s->first_ns);
        json_key(json, "last");
        json_time(json, s->last_ns);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_key(json, "neighbours");
    json_open(json, '[');
    for (size_t i = 0; i < x->neighbour_count; i++) {
        const struct explained_neighbour *n = &x->neighbours[i];
        json_open(json, '{');
        json_key(json, "seconds_after");
        json_number(json, n->seconds_after, 3);
        json_key(json, "service");
        json_cstring(json, n->service);
        json_key(json, "severity_text");
        json_cstring(json, severity_name(n->severity));
        json_key(json, "shares_words");
        json_bool(json, n->shares_words);
        report_json_place(json, "first", &n->first);
        json_close(json, '}');
    }
    json_close(json, ']');
}

int report_explain_json(const struct findings *f, onset_sink sink, void *sink_context)
{
    const struct explained *x = f->explained;
    struct text out;
    text_init(&out, 0);
    struct json_writer json = {.out = &out, .indent = true};
    json_open_document(&json, SCHEMA);
    json_key(&json, "id");
    json_cstring(&json, x->id);
    json_key(&json, "service");
    json_cstring(&json, x->service);
    json_key(&json, "template");
    json_cstring(&json, x->template_text);
    json_key(&json, "standing");
    json_cstring(&json, x->standing);
    json_key(&json, "verdict");
    json_cstring(&json, f->verdict_text);
    json_key(&json, "severity_text");
    json_cstring(&json, severity_name(x->severity));
    json_key(&json, "count");
    json_unsigned(&json, x->count);
    json_key(&json, "baseline_count");
    json_unsigned(&json, x->baseline_count);
    report_json_place(&json, "first", &x->first);
    json_key(&json, "last");
    json_time(&json, x->last_ns);
    write_rule(&json, x->rule);
    json_key(&json, "candidate");
    if (x->candidate)
        report_json_candidate(&json, x->candidate, x->rank);
    else
        json_null(&json);
    write_lists(&json, x);
    json_close(&json, '}');
    text_add_byte(&out, '\n');
    int rc = sink(sink_context, (const char *)out.ptr, out.len);
    text_done(&out);
    return rc;
}
