/* One row a source. The name stands last because it has no width. */
#include "report/report_formats.h"

#include "base/json_writer.h"
#include "report/clean.h"

#include <inttypes.h>

#define SCHEMA "onset-formats/1"

/* Lines that could carry a time: whole and not empty. */
static uint64_t lines_judged(const struct tally *t)
{
    return t->stamped + t->inherited + t->untimed;
}

static double share_timed(const struct tally *t)
{
    uint64_t lines = lines_judged(t);
    return lines ? (double)t->stamped / (double)lines : 0;
}

/* Is a part of the time, which `lacking` of the stamped lines do not tell, written or assumed? */
static const char *origin(const struct tally *t, uint64_t lacking)
{
    return t->stamped == 0 ? NULL : lacking == 0 ? "written" : lacking < t->stamped ? "mixed" : "assumed";
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static void add_row(struct text *out, const struct formats_row *row, bool ascii)
{
    const struct tally *t = &row->tally;
    text_printf(out,
                "%-14s  %-7s  %-10s  %-7s  %-7s  %5.1f%%  %9" PRIu64 "  %9" PRIu64 "  %9" PRIu64 "  %9" PRIu64
                "  ",
                row->format, row->stamped ? "yes" : "no", row->sequential ? "yes" : "no",
                or_dash(origin(t, t->no_zone)), or_dash(origin(t, t->no_year + t->no_date)),
                100 * share_timed(t), t->lines, t->records, t->continuations, t->broken + t->overlong);
    clean_add(out, span_of(row->source), 0, ascii);
    text_add_byte(out, '\n');
}

int report_formats_text(const struct formats_row *rows, size_t count, const struct report_style *style,
                        onset_sink sink, void *context)
{
    struct text out;
    text_init(&out, 0);
    text_printf(&out, "%s%-14s  %-7s  %-10s  %-7s  %-7s  %6s  %9s  %9s  %9s  %9s  %s%s\n",
                style->color ? "\x1b[1m" : "", "FORMAT", "STAMPED", "SEQUENTIAL", "ZONE", "YEAR", "TIMED",
                "LINES", "RECORDS", "CONTINUED", "NOT READ", "SOURCE", style->color ? "\x1b[0m" : "");
    for (size_t i = 0; i < count; i++)
        add_row(&out, &rows[i], style->ascii);
    int rc = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    return rc;
}

static void write_count(struct json_writer *json, const char *key, uint64_t count)
{
    json_key(json, key);
    json_unsigned(json, count);
}

static void write_row(struct json_writer *json, const struct formats_row *row)
{
    const struct tally *t = &row->tally;
    json_open(json, '{');
    json_key(json, "source");
    json_cstring(json, row->source);
    json_key(json, "format");
    json_cstring(json, row->format);
    json_key(json, "stamped");
    json_bool(json, row->stamped);
    json_key(json, "sequential");
    json_bool(json, row->sequential);
    json_key(json, "zone");
    json_cstring(json, origin(t, t->no_zone));
    json_key(json, "year");
    json_cstring(json, origin(t, t->no_year + t->no_date));
    json_key(json, "date");
    json_cstring(json, origin(t, t->no_date));
    json_key(json, "share_timed");
    json_number(json, share_timed(t), 6);
    write_count(json, "lines", t->lines);
    write_count(json, "records", t->records);
    write_count(json, "continuations", t->continuations);
    write_count(json, "empty", t->empty);
    write_count(json, "stamped_lines", t->stamped);
    write_count(json, "not_understood", t->broken);
    write_count(json, "overlong", t->overlong);
    write_count(json, "partial", t->partial);
    write_count(json, "replaced_characters", t->replaced);
    json_close(json, '}');
}

int report_formats_json(const struct formats_row *rows, size_t count, onset_sink sink, void *context)
{
    struct text out;
    text_init(&out, 0);
    struct json_writer json = {.out = &out, .indent = true};
    json_open_document(&json, SCHEMA);
    json_key(&json, "sources");
    json_open(&json, '[');
    for (size_t i = 0; i < count; i++)
        write_row(&json, &rows[i]);
    json_close(&json, ']');
    json_close(&json, '}');
    text_add_byte(&out, '\n');
    int rc = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    return rc;
}
