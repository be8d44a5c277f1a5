/* The JSON report, schema "onset/1": the README documents its fields. Keys are stable; fields may be added.
 */
#include "report/report_json.h"

#include "base/json_writer.h"
#include "record/severity.h"

#define SCHEMA "onset/1"

void report_json_place(struct json_writer *json, const char *key, const struct place *place)
{
    json_key(json, key);
    if (!place->source) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    json_key(json, "source");
    json_cstring(json, place->source);
    json_key(json, "stream");
    json_cstring(json, place->stream);
    json_key(json, "line");
    json_unsigned(json, place->line);
    json_key(json, "offset");
    json_unsigned(json, place->offset);
    json_key(json, "time");
    json_time(json, place->time_ns);
    json_key(json, "text");
    json_string(json, place->text);
    json_key(json, "message");
    json_string(json, place->message);
    json_close(json, '}');
}

static void write_evidence(struct json_writer *json, const struct candidate *c)
{
    json_key(json, "evidence");
    json_open(json, '[');
    for (size_t i = 0; i < c->evidence_count; i++) {
        json_open(json, '{');
        json_key(json, "kind");
        json_cstring(json, c->evidence[i].kind);
        json_key(json, "bits");
        json_number(json, c->evidence[i].bits, 2);
        json_key(json, "sentence");
        json_cstring(json, c->evidence[i].sentence);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void report_json_candidate(struct json_writer *json, const struct candidate *c, size_t rank)
{
    json_open(json, '{');
    json_key(json, "rank");
    json_unsigned(json, rank);
    json_key(json, "id");
    json_cstring(json, c->id);
    json_key(json, "service");
    json_cstring(json, c->service);
    json_key(json, "novelty");
    json_cstring(json, novelty_name(c->novelty));
    json_key(json, "severity");
    json_unsigned(json, c->severity);
    json_key(json, "severity_text");
    json_cstring(json, severity_name(c->severity));
    json_key(json, "layer");
    json_cstring(json, layer_name(c->layer));
    json_key(json, "role");
    json_cstring(json, role_name(c->role));
    json_key(json, "bits");
    json_number(json, c->bits, 2);
    json_key(json, "confidence");
    json_number(json, c->confidence, 3);
    json_key(json, "template");
    json_cstring(json, c->template_text);
    report_json_place(json, "first", &c->first);
    report_json_place(json, "also", &c->also);
    report_json_place(json, "earlier", &c->earlier);
    json_key(json, "count_before");
    json_unsigned(json, c->count_before);
    json_key(json, "count_after");
    json_unsigned(json, c->count_after);
    json_key(json, "sources");
    json_unsigned(json, c->sources);
    json_key(json, "services_after");
    json_unsigned(json, c->services_after);
    write_evidence(json, c);
    json_key(json, "rule");
    json_cstring(json, c->rule ? c->rule->id : NULL);
    json_key(json, "title");
    json_cstring(json, c->title);
    json_key(json, "about");
    json_cstring(json, c->about);
    json_key(json, "hint");
    json_cstring(json, c->hint);
    json_key(json, "runbook_url");
    json_cstring(json, c->runbook_url);
    json_key(json, "spark");
    json_open(json, '[');
    for (int i = 0; i < SPARK_BUCKETS; i++) {
        bool indent = json->indent;
        json->indent = false;
        json_unsigned(json, c->spark[i]);
        json->indent = indent;
    }
    bool indent = json->indent;
    json->indent = false;
    json_close(json, ']');
    json->indent = indent;
    json_close(json, '}');
}

static void write_changes(struct json_writer *json, const struct findings *f)
{
    json_key(json, "changes");
    json_open(json, '[');
    for (size_t i = 0; i < f->change_count; i++) {
        const struct change *c = &f->changes[i];
        json_open(json, '{');
        json_key(json, "service");
        json_cstring(json, c->service);
        json_key(json, "title");
        json_cstring(json, c->title);
        json_key(json, "layer");
        json_cstring(json, layer_name(c->layer));
        json_key(json, "seconds_before");
        json_number(json, c->seconds_before, 3);
        json_key(json, "new");
        json_bool(json, c->is_new);
        report_json_place(json, "first", &c->first);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_values(struct json_writer *json, const struct findings *f)
{
    json_key(json, "new_values");
    json_open(json, '[');
    for (size_t i = 0; i < f->value_count; i++) {
        const struct new_value *v = &f->values[i];
        json_open(json, '{');
        json_key(json, "pattern");
        json_cstring(json, v->pattern);
        json_key(json, "service");
        json_cstring(json, v->service);
        json_key(json, "template");
        json_cstring(json, v->template_text);
        json_key(json, "name");
        json_cstring(json, *v->name ? v->name : NULL);
        json_key(json, "value");
        json_cstring(json, v->now);
        json_key(json, "before");
        json_cstring(json, v->before);
        json_key(json, "records_before");
        json_unsigned(json, v->records_before);
        json_key(json, "count");
        json_unsigned(json, v->count);
        json_key(json, "bits");
        json_number(json, v->bits, 2);
        report_json_place(json, "first", &v->first);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_cascade(struct json_writer *json, const struct findings *f)
{
    json_key(json, "cascade");
    json_open(json, '[');
    for (size_t i = 0; i < f->cascade_count; i++) {
        const struct cascade_step *s = &f->cascade[i];
        json_open(json, '{');
        json_key(json, "service");
        json_cstring(json, s->service);
        json_key(json, "time");
        json_time(json, s->time_ns);
        json_key(json, "lag_seconds");
        json_number(json, s->lag_seconds, 3);
        json_key(json, "count");
        json_unsigned(json, s->count);
        json_key(json, "text");
        json_cstring(json, s->text);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_key(json, "recovered");
    json_bool(json, f->recovered);
    json_key(json, "layers");
    json_open(json, '[');
    for (int l = 1; l < LAYER_COUNT; l++) {
        json_open(json, '{');
        json_key(json, "layer");
        json_cstring(json, layer_name(f->layers[l].layer));
        json_key(json, "patterns");
        json_unsigned(json, f->layers[l].patterns);
        json_key(json, "worst");
        json_cstring(json, f->layers[l].worst);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_coverage(struct json_writer *json, const struct findings *f)
{
    const struct coverage *c = &f->coverage;
    const struct {
        const char *key;
        uint64_t value;
    } rows[] = {{"bytes", c->bytes},
                {"lines", c->lines},
                {"records", c->records},
                {"continuations", c->continuations},
                {"stamped", c->stamped},
                {"inherited", c->inherited},
                {"untimed", c->untimed},
                {"empty", c->empty},
                {"overlong", c->overlong},
                {"broken", c->broken},
                {"partial", c->partial},
                {"replaced_characters", c->replaced},
                {"patterns", c->patterns},
                {"series", c->series},
                {"overflow_lines", c->overflow_lines},
                {"sources", c->sources},
                {"sources_untimed", c->sources_untimed},
                {"sources_binary", c->sources_binary},
                {"inputs_broken", c->inputs_broken},
                {"short_reads", c->short_reads}};
    json_key(json, "coverage");
    json_open(json, '{');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_key(json, rows[i].key);
        json_unsigned(json, rows[i].value);
    }
    json_key(json, "first");
    json_time(json, c->first_ns);
    json_key(json, "last");
    json_time(json, c->last_ns);
    json_key(json, "parts");
    json_unsigned(json, c->parts);
    json_key(json, "missing");
    json_open(json, '[');
    for (size_t i = 0; i < c->missing_count; i++)
        json_cstring(json, c->missing[i]);
    json_close(json, ']');
    json_close(json, '}');
}

int report_json(const struct findings *f, onset_sink sink, void *context)
{
    static const char *const verdicts[] = {"nothing", "found", "cannot-judge"};
    struct text text;
    text_init(&text, 0);
    struct json_writer json = {.out = &text, .indent = true};
    json_open_document(&json, SCHEMA);
    json_key(&json, "verdict");
    json_cstring(&json, verdicts[f->verdict]);
    json_key(&json, "verdict_text");
    json_cstring(&json, f->verdict_text);
    json_key(&json, "onset");
    json_open(&json, '{');
    json_key(&json, "from");
    json_time(&json, f->by_order ? TIME_NONE : f->onset_from_ns);
    json_key(&json, "to");
    json_time(&json, f->by_order ? TIME_NONE : f->onset_to_ns);
    json_key(&json, "found");
    json_bool(&json, f->onset_found);
    json_key(&json, "score");
    json_number(&json, f->onset_score, 2);
    json_key(&json, "by_order");
    json_bool(&json, f->by_order);
    json_close(&json, '}');
    json_key(&json, "window");
    json_open(&json, '{');
    json_key(&json, "from");
    json_time(&json, f->by_order || !f->coverage.records ? TIME_NONE : f->window_from_ns);
    json_key(&json, "to");
    json_time(&json, f->by_order || !f->coverage.records ? TIME_NONE : f->window_to_ns);
    json_close(&json, '}');
    json_key(&json, "baseline");
    json_open(&json, '{');
    json_key(&json, "records");
    json_unsigned(&json, f->baseline_records);
    json_key(&json, "seconds");
    json_number(&json, f->baseline_seconds, 3);
    json_close(&json, '}');
    json_key(&json, "candidates");
    json_open(&json, '[');
    for (size_t i = 0; i < f->candidate_count; i++)
        report_json_candidate(&json, &f->candidates[i], i + 1);
    json_close(&json, ']');
    write_changes(&json, f);
    write_values(&json, f);
    write_cascade(&json, f);
    write_coverage(&json, f);
    json_key(&json, "notes");
    json_open(&json, '[');
    for (size_t i = 0; i < f->note_count; i++)
        json_cstring(&json, f->notes[i]);
    json_close(&json, ']');
    json_close(&json, '}');
    text_add_byte(&text, '\n');
    int rc = sink(context, (const char *)text.ptr, text.len);
    text_done(&text);
    return rc;
}
