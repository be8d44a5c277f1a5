#include "report/report_catalogue.h"

#include "base/json_writer.h"
#include "base/text.h"

#define SCHEMA   "onset-catalogue/1"
#define ID_WIDTH 36

static const char *role_text(const struct rule *rule)
{
    return rule->role == ROLE_UNKNOWN ? "unknown" : role_name(rule->role);
}

int report_catalogue_text(const struct rule *const *rules, size_t count, const struct report_style *style,
                          onset_sink sink, void *context)
{
    struct text out;
    text_init(&out, 0);
    text_printf(&out, "%s%-*s  %-8s  %-8s  %s%s\n", style->color ? "\x1b[1m" : "", ID_WIDTH, "RULE", "LAYER",
                "ROLE", "TITLE", style->color ? "\x1b[0m" : "");
    for (size_t i = 0; i < count; i++)
        text_printf(&out, "%-*s  %-8s  %-8s  %s\n", ID_WIDTH, rules[i]->id, layer_name(rules[i]->layer),
                    role_text(rules[i]), rules[i]->title);
    int rc = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    return rc;
}

int report_catalogue_json(const struct rule *const *rules, size_t count, onset_sink sink, void *context)
{
    struct text out;
    text_init(&out, 0);
    struct json_writer json = {.out = &out, .indent = true};
    json_open_document(&json, SCHEMA);
    json_key(&json, "rules");
    json_open(&json, '[');
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rules[i];
        const char *const fields[][2] = {{"id", rule->id},
                                         {"layer", layer_name(rule->layer)},
                                         {"role", role_text(rule)},
                                         {"pattern", rule->pattern},
                                         {"title", rule->title},
                                         {"hint", rule->hint},
                                         {"runbook_url", rule->runbook_url}};
        json_open(&json, '{');
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
            json_key(&json, fields[k][0]);
            json_cstring(&json, fields[k][1]);
        }
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    text_add_byte(&out, '\n');
    int rc = sink(context, (const char *)out.ptr, out.len);
    text_done(&out);
    return rc;
}
