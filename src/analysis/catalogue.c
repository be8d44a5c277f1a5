/* Why it is quick: start-up files about a thousand words and compiles nothing; a text is passed over once
 * (rule_index) and only the few alternatives of rules whose words it holds run; an expression is compiled
 * when it is first needed, and goes to machine code once it has seen as much text as the JIT would have cost.
 */
#include "analysis/catalogue.h"

#include "analysis/catalogue_builtin.h"
#include "analysis/rule_file.h"
#include "analysis/rule_index.h"
#include "analysis/rule_regex.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#define TEXT_BYTES_MAX 4096 /* a rule sees no more of a text: the head of a trace says what it is */
/* The JIT takes about 100 us for an expression, the interpreter gets through some 4 KB in that time. */
#define BYTES_TO_HURRY 4096

struct expression {
    struct regex *regex;
    size_t bytes; /* of text that it has been tried on */
    bool hurried;
    bool bad; /* does not compile with this PCRE2 */
};

struct catalogue {
    struct rule_set extra;
    const struct rule **rules; /* in order of priority: the user's, then the built-in ones */
    struct rule_part *parts;   /* of all of them, in that order */
    struct expression *expressions;
    size_t count, part_count, limits;
    struct rule_index *index;
    struct matcher *matcher;
};

static int is_rule_file(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* not alphasort: that depends on the locale */
}

static int read_folder(const char *folder, struct rule_set *set, struct onset_error *err)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_rule_file, by_name), rc = 0;
    if (count < 0)
        return error_set(err, "cannot read folder '%.300s': %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        char *path = arena_printf(&set->arena, "%s/%s", folder, names[i]->d_name);
        if (rc == 0)
            rc = rule_file_read(path, set, err);
        free(names[i]);
    }
    free(names);
    return rc;
}

static void list_parts(struct catalogue *c)
{
    size_t most = builtin_part_count;
    for (size_t i = 0; i < c->extra.count; i++)
        most += c->extra.entries[i].part_count;
    c->parts = memory_alloc(most * sizeof *c->parts);
    for (size_t i = 0; i < c->extra.count; i++)
        for (size_t k = 0; k < c->extra.entries[i].part_count; k++) {
            c->parts[c->part_count] = c->extra.entries[i].parts[k];
            c->parts[c->part_count++].rule = i;
        }
    for (size_t i = 0; i < builtin_part_count; i++) {
        c->parts[c->part_count] = builtin_parts[i];
        c->parts[c->part_count++].rule += c->extra.count;
    }
}

struct catalogue *catalogue_new(const char *extra_folder, struct onset_error *err)
{
    struct catalogue *c = memory_alloc(sizeof *c);
    if (extra_folder && read_folder(extra_folder, &c->extra, err) < 0)
        return catalogue_free(c);
    c->count = c->extra.count + builtin_rule_count;
    c->rules = memory_alloc(c->count * sizeof *c->rules);
    for (size_t i = 0; i < c->count; i++)
        c->rules[i] = i < c->extra.count ? &c->extra.entries[i].rule : &builtin_rules[i - c->extra.count];
    list_parts(c);
    c->expressions = memory_alloc(c->part_count * sizeof *c->expressions);
    const char **words = memory_alloc(c->part_count * sizeof *words);
    for (size_t i = 0; i < c->part_count; i++)
        words[i] = c->parts[i].words;
    c->index = rule_index_new(words, c->part_count);
    free(words);
    c->matcher = matcher_new();
    if (!c->matcher) {
        error_set(err, "cannot start the catalogue: out of memory");
        return catalogue_free(c);
    }
    return c;
}

struct catalogue *catalogue_free(struct catalogue *c)
{
    if (!c)
        return NULL;
    for (size_t i = 0; c->expressions && i < c->part_count; i++)
        regex_free(c->expressions[i].regex);
    free(c->expressions);
    free(c->parts);
    free(c->rules);
    rule_index_free(c->index);
    matcher_free(c->matcher);
    rule_set_done(&c->extra);
    free(c);
    return NULL;
}

static bool part_matches(struct catalogue *c, size_t i, struct span text)
{
    struct expression *e = &c->expressions[i];
    if (!e->regex && !e->bad) {
        struct onset_error ignored;
        e->regex = regex_new(c->parts[i].pattern, &ignored);
        e->bad = !e->regex;
    }
    if (e->bad)
        return false;
    e->bytes += text.len;
    if (e->bytes >= BYTES_TO_HURRY && !e->hurried) {
        e->hurried = true;
        regex_hurry(e->regex);
    }
    enum matched matched = matcher_run(c->matcher, e->regex, text);
    c->limits += matched == MATCHED_LIMIT;
    return matched == MATCHED_YES;
}

size_t catalogue_match_all(struct catalogue *c, struct span text, const struct rule **ret_rules, size_t size)
{
    if (text.len > TEXT_BYTES_MAX)
        text.len = TEXT_BYTES_MAX;
    const uint64_t *could = rule_index_look(c->index, text);
    size_t n = 0;
    for (size_t s = 0; s < rule_index_sets(c->index); s++)
        for (uint64_t bits = could[s]; bits; bits &= bits - 1) {
            size_t i = s * 64 + (size_t)__builtin_ctzll(bits);
            const struct rule *rule = c->rules[c->parts[i].rule];
            bool known = n && ret_rules[n - 1] == rule; /* by another of its parts */
            if (n < size && !known && part_matches(c, i, text))
                ret_rules[n++] = rule;
            if (n == size)
                return n;
        }
    return n;
}

const struct rule *catalogue_match(struct catalogue *c, struct span text)
{
    const struct rule *first = NULL;
    catalogue_match_all(c, text, &first, 1);
    return first;
}

const struct rule *catalogue_rule(const struct catalogue *c, size_t index)
{
    return index < c->count ? c->rules[index] : NULL;
}

bool catalogue_knows(const struct rule *rule)
{
    return rule && rule->role != ROLE_UNKNOWN && strncmp(rule->id, "generic/", 8) != 0;
}

size_t catalogue_limits(const struct catalogue *c)
{
    return c->limits;
}

size_t catalogue_count(const struct catalogue *c)
{
    return c->count;
}
