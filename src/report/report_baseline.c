#include "report/report_baseline.h"

#include "base/json_writer.h"
#include "record/severity.h"
#include "report/clean.h"

#include <inttypes.h>
#include <stdio.h>

static void add_day(struct text *out, int64_t time_ns)
{
    struct civil c = civil_from_ns(time_ns);
    if (time_ns == TIME_NONE)
        text_printf(out, "%-12s", "-");
    else
        text_printf(out, "%04d-%02d-%02d  ", c.year, c.month, c.day);
}

void report_baseline_text(const struct store_row *row, bool first, const struct report_style *style,
                          struct text *ret_text)
{
    const char *severity = severity_name(row->severity);
    if (first)
        text_printf(ret_text, "%-16s  %9s  %5s  %-10s  %-10s  %-6s  %-20s  %s\n", "pattern", "count", "days",
                    "first", "last", "level", "service", "message");
    text_printf(ret_text, "%016" PRIx64 "  %9" PRIu64 "  %5" PRIu64 "  ", row->id, row->count, row->days);
    add_day(ret_text, row->first_ns);
    add_day(ret_text, row->last_ns);
    text_printf(ret_text, "%-6s  ", *severity ? severity : "-");
    size_t used = clean_add(ret_text, span_of(row->service), 20, style->ascii);
    text_printf(ret_text, "%*s%s", (int)(used < 20 ? 22 - used : 2), "", row->accepted ? "(accepted) " : "");
    clean_add(ret_text, row->message, 0, style->ascii);
    text_add_byte(ret_text, '\n');
}

static void write_time(struct json_writer *json, const char *key, int64_t time_ns)
{
    json_key(json, key);
    json_time(json, time_ns);
}

void report_baseline_json(const struct store_row *row, struct text *ret_text)
{
    char id[17];
    struct json_writer json = {.out = ret_text};
    snprintf(id, sizeof id, "%016" PRIx64, row->id);
    json_open(&json, '{');
    json_key(&json, "pattern");
    json_cstring(&json, id);
    json_key(&json, "service");
    json_cstring(&json, row->service);
    json_key(&json, "severity");
    json_unsigned(&json, row->severity);
    json_key(&json, "accepted");
    json_bool(&json, row->accepted);
    json_key(&json, "count");
    json_unsigned(&json, row->count);
    json_key(&json, "days");
    json_unsigned(&json, row->days);
    write_time(&json, "first", row->first_ns);
    write_time(&json, "last", row->last_ns);
    json_key(&json, "sources");
    json_open(&json, '[');
    for (const char *at = row->sources; *at; at += strcspn(at, "\n"), at += *at == '\n')
        json_string(&json, span_make(at, strcspn(at, "\n")));
    json_close(&json, ']');
    json_key(&json, "file");
    json_cstring(&json, row->file);
    json_key(&json, "line");
    json_unsigned(&json, row->line);
    json_key(&json, "text");
    json_string(&json, row->text);
    json_key(&json, "message");
    json_string(&json, row->message);
    json_close(&json, '}');
    text_add_byte(ret_text, '\n');
}
