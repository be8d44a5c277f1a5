/* The document API of libyaml keeps the line of every node, which the event API would too, but here a rule
 * can be read field by field in our order and not in that of the file. Files are small; nothing here is hot.
 */
#include "analysis/rule_file.h"

#include "analysis/rule_regex.h"
#include "analysis/rule_words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define ID_BYTES_MAX    64
#define FIELD_BYTES_MAX 2000
#define SAMPLES_MAX     50
#define RULES_MAX       20000 /* in one set */

static const char *const layer_names[LAYER_COUNT] = {
    [LAYER_UNKNOWN] = "",        [LAYER_DNS] = "dns",
    [LAYER_NETWORK] = "network", [LAYER_TLS] = "tls",
    [LAYER_LB] = "lb",           [LAYER_APP] = "app",
    [LAYER_DB] = "db",           [LAYER_CACHE] = "cache",
    [LAYER_QUEUE] = "queue",     [LAYER_STORAGE] = "storage",
    [LAYER_MEMORY] = "memory",   [LAYER_DEPLOY] = "deploy",
    [LAYER_CONFIG] = "config",   [LAYER_EXTERNAL] = "external",
};
static const char *const role_names[] = {
    [ROLE_UNKNOWN] = "",        [ROLE_CAUSE] = "cause",   [ROLE_CHANGE] = "change",
    [ROLE_SYMPTOM] = "symptom", [ROLE_BENIGN] = "benign",
};
#define ROLE_COUNT (sizeof role_names / sizeof *role_names)

enum field {
    FIELD_ID,
    FIELD_LAYER,
    FIELD_ROLE,
    FIELD_PATTERN,
    FIELD_TITLE,
    FIELD_HINT,
    FIELD_RUNBOOK_URL,
    FIELD_LIFECYCLE,
    FIELD_WORDS,
    FIELD_MATCH,
    FIELD_NOMATCH,
    FIELD_COUNT
};
static const struct {
    const char *name;
    bool is_list, is_optional;
} fields[FIELD_COUNT] = {
    [FIELD_ID] = {"id", false, false},
    [FIELD_LAYER] = {"layer", false, false},
    [FIELD_ROLE] = {"role", false, false},
    [FIELD_PATTERN] = {"pattern", false, false},
    [FIELD_TITLE] = {"title", false, false},
    [FIELD_HINT] = {"hint", false, false},
    [FIELD_WORDS] = {"words", true, true},
    [FIELD_RUNBOOK_URL] = {"runbook_url", false, true},
    [FIELD_LIFECYCLE] = {"lifecycle", false, true},
    [FIELD_MATCH] = {"match", true, false},
    [FIELD_NOMATCH] = {"nomatch", true, false},
};

struct reading { /* one file */
    const char *path;
    yaml_document_t *document;
    struct rule_set *set;
    struct matcher *matcher;
    struct onset_error *err;
};

const char *layer_name(enum layer layer)
{
    return (unsigned)layer < LAYER_COUNT ? layer_names[layer] : "";
}

const char *role_name(enum role role)
{
    return (unsigned)role < ROLE_COUNT ? role_names[role] : "";
}

static unsigned name_index(const char *const *names, size_t count, const char *name)
{
    for (unsigned i = 1; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

/* One line for a defect of the rule at `line`; id may be NULL. */
__attribute__((format(printf, 4, 5))) static int defect(struct reading *r, size_t line, const char *id,
                                                        const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (id)
        return error_set(r->err, "'%.120s' line %zu: rule '%s': %s", r->path, line, id, text);
    return error_set(r->err, "'%.120s' line %zu: %s", r->path, line, text);
}

static size_t line_of(const yaml_node_t *node)
{
    return node->start_mark.line + 1;
}

static struct span scalar_of(const yaml_node_t *node)
{
    return span_make(node->data.scalar.value, node->data.scalar.length);
}

/* `software/what`, lower case, so that ids can be typed, sorted and put into a URL. */
static bool id_valid(const char *id)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t software = strspn(id, allowed),
           what = id[software] == '/' ? strspn(id + software + 1, allowed) : 0;
    return software && what && !id[software + 1 + what] && software + what < ID_BYTES_MAX;
}

static bool printable(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] < 0x20 && text.ptr[i] != '\t') || text.ptr[i] == 0x7f)
            return false;
    return true;
}

static struct rule_samples copy_list(struct reading *r, const yaml_node_t *list)
{
    size_t count = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
    struct rule_samples samples = {arena_alloc(&r->set->arena, (count + 1) * sizeof(struct span)), count};
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = yaml_document_get_node(r->document, list->data.sequence.items.start[i]);
        samples.lines[i] = arena_copy(&r->set->arena, scalar_of(item));
    }
    return samples;
}

/* Right kind and size for its field? A sample may hold any byte that YAML lets through, the rest is one
 * printable line. */
static int check_field(struct reading *r, enum field f, const yaml_node_t *node, const char *id)
{
    size_t line = line_of(node);
    if (!fields[f].is_list) {
        if (node->type != YAML_SCALAR_NODE || node->data.scalar.length == 0)
            return defect(r, line, id, "'%s' must be text", fields[f].name);
        if (node->data.scalar.length > FIELD_BYTES_MAX || !printable(scalar_of(node)))
            return defect(r, line, id, "'%s' must be one printable line of at most %d bytes", fields[f].name,
                          FIELD_BYTES_MAX);
        return 0;
    }
    if (node->type != YAML_SEQUENCE_NODE)
        return defect(r, line, id, "'%s' must be a list", fields[f].name);
    size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count == 0 || count > SAMPLES_MAX)
        return defect(r, line, id, "'%s' must hold 1 to %d lines", fields[f].name, SAMPLES_MAX);
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = yaml_document_get_node(r->document, node->data.sequence.items.start[i]);
        if (item->type != YAML_SCALAR_NODE || item->data.scalar.length == 0)
            return defect(r, line_of(item), id, "'%s' must hold lines of text", fields[f].name);
    }
    return 0;
}

/* The nodes of a rule's fields, NULL where absent. */
static int collect_fields(struct reading *r, const yaml_node_t *map, const yaml_node_t **ret_nodes,
                          const char **ret_id)
{
    *ret_id = NULL;
    if (map->type != YAML_MAPPING_NODE)
        return defect(r, line_of(map), NULL, "a rule must be a mapping that begins with 'id:'");
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(r->document, pair->key);
        const char *name = key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : "";
        size_t f = 0;
        while (f < FIELD_COUNT && strcmp(fields[f].name, name) != 0)
            f++;
        if (f == FIELD_COUNT)
            return defect(r, line_of(key), *ret_id, "unknown field '%.60s'", name);
        if (ret_nodes[f])
            return defect(r, line_of(key), *ret_id, "field '%s' is there twice", name);
        ret_nodes[f] = yaml_document_get_node(r->document, pair->value);
        if (check_field(r, (enum field)f, ret_nodes[f], *ret_id) < 0)
            return -1;
        if (f == FIELD_ID) {
            const char *id = (const char *)arena_copy(&r->set->arena, scalar_of(ret_nodes[f])).ptr;
            if (!id_valid(id))
                return defect(r, line_of(key), NULL, "bad id '%.64s': want software/what in lower case", id);
            *ret_id = id;
        }
    }
    for (size_t f = 0; f < FIELD_COUNT; f++)
        if (!ret_nodes[f] && !fields[f].is_optional)
            return defect(r, line_of(map), *ret_id, "field '%s' is missing", fields[f].name);
    return 0;
}

/* Words given in YAML, or those of the expression itself. */
static const char *words_for(struct reading *r, const yaml_node_t *given, const char *pattern)
{
    const char *also;
    if (!given)
        return rule_words_of(&r->set->arena, pattern, &also);
    struct rule_samples list = copy_list(r, given);
    char *words = NULL;
    for (size_t i = 0; i < list.count; i++) {
        struct span word = list.lines[i];
        words = arena_printf(&r->set->arena, "%s%s%.*s", words ? words : "", words ? "\n" : "", (int)word.len,
                             (const char *)word.ptr);
    }
    for (char *c = words; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c |= 0x20;
    return words;
}

static int check_words(struct reading *r, const yaml_node_t *given, const char *id)
{
    for (yaml_node_item_t *i = given->data.sequence.items.start; i < given->data.sequence.items.top; i++) {
        struct span word = scalar_of(yaml_document_get_node(r->document, *i));
        if (word.len < RULE_WORD_BYTES_MIN || word.len > RULE_WORD_BYTES_MAX || !printable(word))
            return defect(r, line_of(given), id, "a word must have %d to %d bytes", RULE_WORD_BYTES_MIN,
                          RULE_WORD_BYTES_MAX);
    }
    return 0;
}

/* The parts whose words are in the line must say the same as the whole. */
static bool parts_agree(struct reading *r, const struct rule_entry *entry, struct span line, bool wanted)
{
    bool matches = false;
    for (size_t i = 0; i < entry->part_count; i++) {
        struct onset_error ignored;
        struct regex *regex = regex_new(entry->parts[i].pattern, &ignored);
        if (!regex)
            return false;
        bool tried =
            rule_words_in(entry->parts[i].words, line) && rule_words_all_in(entry->parts[i].also, line);
        matches |= tried && matcher_run(r->matcher, regex, line) == MATCHED_YES;
        regex_free(regex);
    }
    return matches == wanted;
}

/* Every sample must do what its list says, by the expression, by the words and by the parts alike. */
static int check_samples(struct reading *r, const struct rule_entry *entry)
{
    const char *id = entry->rule.id;
    struct onset_error why;
    struct regex *regex = regex_new(entry->rule.pattern, &why);
    if (!regex)
        return defect(r, entry->line, id, "%.200s", why.text);
    int rc = 0;
    for (size_t i = 0; i < entry->match.count + entry->nomatch.count && rc == 0; i++) {
        bool wanted = i < entry->match.count;
        struct span line = wanted ? entry->match.lines[i] : entry->nomatch.lines[i - entry->match.count];
        enum matched matched = matcher_run(r->matcher, regex, line);
        int shown = (int)(line.len < 100 ? line.len : 100);
        if (matched == MATCHED_LIMIT)
            rc = defect(r, entry->line, id, "the pattern takes too long on '%.*s'", shown, line.ptr);
        else if ((matched == MATCHED_YES) != wanted)
            rc = defect(r, entry->line, id, "the pattern %s '%.*s'", wanted ? "must match" : "must not match",
                        shown, line.ptr);
        else if (wanted && !rule_words_in(entry->words, line))
            rc = defect(r, entry->line, id, "none of its words is in '%.*s'", shown, line.ptr);
        else if (!parts_agree(r, entry, line, wanted))
            rc = defect(r, entry->line, id, "its alternatives say otherwise of '%.*s'", shown, line.ptr);
    }
    regex_free(regex);
    return rc;
}

static const char *text_of(struct reading *r, const yaml_node_t *node)
{
    return node ? (const char *)arena_copy(&r->set->arena, scalar_of(node)).ptr : NULL;
}

static int read_rule(struct reading *r, const yaml_node_t *map)
{
    const yaml_node_t *node[FIELD_COUNT] = {NULL};
    const char *id;
    if (collect_fields(r, map, node, &id) < 0)
        return -1;
    struct rule_set *set = r->set;
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->entries[i].rule.id, id) == 0)
            return defect(r, line_of(map), id, "the id is taken by '%.120s' line %zu", set->entries[i].path,
                          set->entries[i].line);
    struct rule_entry entry = {
        .rule = {.id = id,
                 .pattern = text_of(r, node[FIELD_PATTERN]),
                 .title = text_of(r, node[FIELD_TITLE]),
                 .hint = text_of(r, node[FIELD_HINT]),
                 .runbook_url = text_of(r, node[FIELD_RUNBOOK_URL]),
                 .layer =
                     name_index(layer_names, LAYER_COUNT, (const char *)node[FIELD_LAYER]->data.scalar.value),
                 .role =
                     name_index(role_names, ROLE_COUNT, (const char *)node[FIELD_ROLE]->data.scalar.value)},
        .match = copy_list(r, node[FIELD_MATCH]),
        .nomatch = copy_list(r, node[FIELD_NOMATCH]),
        .path = (const char *)arena_copy(&set->arena, span_of(r->path)).ptr,
        .line = line_of(map),
    };
    if (entry.rule.layer == LAYER_UNKNOWN)
        return defect(r, line_of(node[FIELD_LAYER]), id, "unknown layer '%.60s'",
                      text_of(r, node[FIELD_LAYER]));
    if (entry.rule.role == ROLE_UNKNOWN &&
        strcmp((const char *)node[FIELD_ROLE]->data.scalar.value, "unknown") != 0)
        return defect(r, line_of(node[FIELD_ROLE]), id, "unknown role '%.60s'", text_of(r, node[FIELD_ROLE]));
    if (entry.rule.runbook_url && strncmp(entry.rule.runbook_url, "https://", 8) != 0)
        return defect(r, line_of(node[FIELD_RUNBOOK_URL]), id, "'runbook_url' must begin with https://");
    entry.rule.lifecycle = node[FIELD_LIFECYCLE] != NULL;
    if (entry.rule.lifecycle &&
        (entry.rule.role != ROLE_CHANGE || !span_equal(scalar_of(node[FIELD_LIFECYCLE]), span_of("true"))))
        return defect(r, line_of(node[FIELD_LIFECYCLE]), id, "'lifecycle' can only be 'true', for a change");
    if (node[FIELD_WORDS] && check_words(r, node[FIELD_WORDS], id) < 0)
        return -1;
    entry.words = words_for(r, node[FIELD_WORDS], entry.rule.pattern);
    struct rule_part parts[RULE_PARTS_MAX];
    entry.part_count = rule_parts(&set->arena, entry.rule.pattern, entry.words, parts);
    entry.parts = arena_alloc(&set->arena, entry.part_count * sizeof *parts);
    memcpy(entry.parts, parts, entry.part_count * sizeof *parts);
    if (check_samples(r, &entry) < 0)
        return -1;
    if (set->count == RULES_MAX)
        return defect(r, entry.line, id, "more than %d rules", RULES_MAX);
    if (set->count == set->size) {
        set->size = set->size ? set->size * 2 : 64;
        set->entries = memory_resize(set->entries, set->size * sizeof *set->entries);
    }
    set->entries[set->count++] = entry;
    return 0;
}

static int read_document(struct reading *r)
{
    const yaml_node_t *root = yaml_document_get_root_node(r->document);
    if (!root)
        return defect(r, 1, NULL, "no rules in it");
    if (root->type != YAML_SEQUENCE_NODE)
        return defect(r, line_of(root), NULL, "want a list of rules ('- id: ...')");
    for (yaml_node_item_t *i = root->data.sequence.items.start; i < root->data.sequence.items.top; i++)
        if (read_rule(r, yaml_document_get_node(r->document, *i)) < 0)
            return -1;
    return 0;
}

int rule_file_read(const char *path, struct rule_set *set, struct onset_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return error_set(err, "cannot open '%.300s': %s", path, strerror(errno));
    yaml_parser_t parser;
    yaml_document_t document;
    struct reading r = {.path = path, .document = &document, .set = set, .err = err};
    int rc = -1;
    if (!yaml_parser_initialize(&parser)) {
        fclose(file);
        return error_set(err, "cannot read '%.300s': out of memory", path);
    }
    yaml_parser_set_input_file(&parser, file);
    if (!yaml_parser_load(&parser, &document)) {
        defect(&r, parser.problem_mark.line + 1, NULL, "not YAML: %s",
               parser.problem ? parser.problem : "unreadable");
    } else {
        r.matcher = matcher_new();
        rc = read_document(&r);
        matcher_free(r.matcher);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return rc;
}

void rule_set_done(struct rule_set *set)
{
    if (!set)
        return;
    free(set->entries);
    arena_done(&set->arena);
    *set = (struct rule_set){0};
}
