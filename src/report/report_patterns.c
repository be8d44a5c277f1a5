/* One row a template. The columns stand left of the template because that has no width. */
#include "report/report_patterns.h"

#include "base/json_writer.h"
#include "record/severity.h"
#include "report/clean.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SCHEMA        "onset-patterns/1"
#define SERVICE_WIDTH 20

static int compare_rows(const void *a, const void *b)
{
    const struct pattern *x = *(const struct pattern *const *)a, *y = *(const struct pattern *const *)b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

/* Patterns by falling count, then id; ret_lines: how many lines they stand for. Freed by the caller. */
static const struct pattern **sorted_rows(const struct model *m, uint64_t *ret_lines)
{
    const struct pattern **rows = memory_alloc((m->pattern_count + 1) * sizeof *rows);
    *ret_lines = 0;
    for (size_t i = 0; i < m->pattern_count; i++) {
        rows[i] = &m->patterns[i];
        *ret_lines += rows[i]->count;
    }
    qsort(rows, m->pattern_count, sizeof *rows, compare_rows);
    return rows;
}

static double share(const struct pattern *p, uint64_t lines)
{
    return lines ? (double)p->count / (double)lines : 0;
}

static void add_time(struct text *out, const struct model *m, int64_t time_ns)
{
    char text[CIVIL_TEXT_BYTES];
    struct civil c = civil_from_ns(time_ns);
    if (m->by_order || time_ns == TIME_NONE)
        snprintf(text, sizeof text, "%-19s", "-");
    else
        snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
                 c.second);
    text_printf(out, "%s  ", text);
}

static void add_row(struct text *out, const struct model *m, const struct pattern *p, uint64_t lines,
                    bool ascii)
{
    const char *severity = severity_name(p->severity);
    text_printf(out, "%016" PRIx64 "  %9" PRIu64 "  %5.1f%%  %-6s  ", p->id, p->count, 100 * share(p, lines),
                *severity ? severity : "-");
    add_time(out, m, p->first_ns);
    add_time(out, m, p->last_ns);
    size_t used = clean_add(out, span_of(m->services[p->service].name), SERVICE_WIDTH, ascii);
    text_printf(out, "%*s", (int)(SERVICE_WIDTH + 2 - used), "");
    clean_add(out, p->template_text, 0, ascii);
    text_add_byte(out, '\n');
}

int report_patterns_text(const struct model *m, const struct report_style *style, onset_sink sink,
                         void *context)
{
    struct text out;
    uint64_t lines;
    const struct pattern **rows = sorted_rows(m, &lines);
    text_init(&out, 0);
    text_printf(&out, "%s%-16s  %9s  %6s  %-6s  %-19s  %-19s  %-*s  %s%s\n", style->color ? "\x1b[1m" : "",
                "ID", "COUNT", "SHARE", "LEVEL", "FIRST", "LAST", SERVICE_WIDTH, "SERVICE", "TEMPLATE",
                style->color ? "\x1b[0m" : "");
    for (size_t i = 0; i < m->pattern_count; i++)
        add_row(&out, m, rows[i], lines, style->ascii);
    int rc = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    free(rows);
    return rc;
}

static void write_row(struct json_writer *json, const struct model *m, const struct pattern *p,
                      uint64_t lines)
{
    static const char *const kinds[] = {"record", "exception", "detail"};
    char id[17];
    snprintf(id, sizeof id, "%016" PRIx64, p->id);
    json_open(json, '{');
    json_key(json, "id");
    json_cstring(json, id);
    json_key(json, "service");
    json_cstring(json, m->services[p->service].name);
    json_key(json, "kind");
    json_cstring(json, kinds[p->kind]);
    json_key(json, "severity");
    json_unsigned(json, p->severity);
    json_key(json, "severity_text");
    json_cstring(json, severity_name(p->severity));
    json_key(json, "count");
    json_unsigned(json, p->count);
    json_key(json, "share");
    json_number(json, share(p, lines), 6);
    json_key(json, "first");
    json_time(json, m->by_order ? TIME_NONE : p->first_ns);
    json_key(json, "last");
    json_time(json, m->by_order ? TIME_NONE : p->last_ns);
    json_key(json, "template");
    json_string(json, p->template_text);
    json_key(json, "example");
    json_open(json, '{');
    json_key(json, "source");
    json_cstring(json, profile_file_name(m->logs, p->first->exemplar.file));
    json_key(json, "line");
    json_unsigned(json, p->first->exemplar.line);
    json_key(json, "text");
    json_string(json, span_make(p->first->exemplar.text, p->first->exemplar.raw_bytes));
    json_close(json, '}');
    json_close(json, '}');
}

int report_patterns_json(const struct model *m, onset_sink sink, void *context)
{
    struct text out;
    uint64_t lines;
    const struct pattern **rows = sorted_rows(m, &lines);
    text_init(&out, 0);
    struct json_writer json = {.out = &out, .indent = true};
    json_open_document(&json, SCHEMA);
    json_key(&json, "lines");
    json_unsigned(&json, lines);
    json_key(&json, "patterns");
    json_open(&json, '[');
    for (size_t i = 0; i < m->pattern_count; i++)
        write_row(&json, m, rows[i], lines);
    json_close(&json, ']');
    json_close(&json, '}');
    text_add_byte(&out, '\n');
    int rc = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    free(rows);
    return rc;
}
