/* Why it is quick: the words of the built-in rules are filed while onset is built, and nothing is compiled at
 * the start; a text is passed over once (rule_index) and only the few alternatives of rules whose words it
 * holds run; an expression is compiled when it is first needed, and goes to machine code once it has seen as
 * much text as the JIT would have cost. */
#include "analysis/catalogue.h"

#include "analysis/catalogue_builtin.h"
#include "analysis/rule_file.h"
#include "analysis/rule_index.h"
#include "analysis/rule_regex.h"
#include "base/table.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#define TEXT_BYTES_MAX 4096 /* a rule sees no more of a text: the head of a trace says what it is */
/* The JIT takes about 100 us for an expression, the interpreter gets through some 4 KB in that time. */
#define BYTES_TO_HURRY 4096

struct expression {
    struct regex *regex; /* NULL: does not compile with this PCRE2 */
    size_t bytes;        /* of text that it has been tried on */
    bool hurried;
};

/* Rules that are looked for together. */
struct rules {
    const struct rule_index *index;
    const struct rule *builtin;       /* the rules of the index, or */
    const struct rule_entry *entries; /* these */
    size_t count;
    struct table expressions; /* of parts that were tried: index + 1 -> struct expression */
    struct rule_look look;
};

enum { EXTRA, BUILTIN, SETS }; /* the user's rules come first */

struct catalogue {
    struct rule_set extra;
    struct rule_index *extra_index;
    struct rules sets[SETS];
    struct arena arena; /* of expressions */
    size_t limits;
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

static struct rule_index *index_extra(const struct rule_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += set->entries[i].part_count;
    struct rule_part *parts = memory_alloc(count * sizeof *parts), *next = parts;
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k < set->entries[i].part_count; k++) {
            *next = set->entries[i].parts[k];
            next++->rule = i;
        }
    struct rule_index *index = rule_index_new(parts, count);
    free(parts);
    return index;
}

struct catalogue *catalogue_new(const char *extra_folder, struct onset_error *err)
{
    struct catalogue *c = memory_alloc(sizeof *c);
    if (extra_folder && read_folder(extra_folder, &c->extra, err) < 0)
        return catalogue_free(c);
    if (c->extra.count)
        c->extra_index = index_extra(&c->extra);
    c->sets[EXTRA] =
        (struct rules){.index = c->extra_index, .entries = c->extra.entries, .count = c->extra.count};
    c->sets[BUILTIN] =
        (struct rules){.index = &builtin_index, .builtin = builtin_rules, .count = builtin_rule_count};
    for (struct rules *set = c->sets; set < c->sets + SETS; set++)
        if (set->count)
            set->look.found = arena_alloc(&c->arena, rule_index_sets(set->index) * sizeof(uint64_t));
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
    for (struct rules *set = c->sets; set < c->sets + SETS; set++) {
        for (size_t i = 0; i < set->expressions.size; i++)
            if (set->expressions.slots[i].key)
                regex_free(((struct expression *)set->expressions.slots[i].value)->regex);
        table_done(&set->expressions);
    }
    rule_index_free(c->extra_index);
    matcher_free(c->matcher);
    rule_set_done(&c->extra);
    arena_done(&c->arena);
    free(c);
    return NULL;
}

static struct expression *expression_of(struct catalogue *c, struct rules *set, size_t part)
{
    uint64_t key = key_mix(1, part);
    struct expression *e = table_get(&set->expressions, key);
    if (e)
        return e;
    struct onset_error ignored;
    e = arena_alloc(&c->arena, sizeof *e);
    *e =
        (struct expression){.regex = regex_new(set->index->text + set->index->parts[part].pattern, &ignored)};
    table_put(&set->expressions, key, e);
    return e;
}

static bool part_matches(struct catalogue *c, struct rules *set, size_t part, struct span text)
{
    struct expression *e = expression_of(c, set, part);
    if (!e->regex)
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

static const struct rule *rule_of(const struct rules *set, size_t rule)
{
    return set->builtin ? &set->builtin[rule] : &set->entries[rule].rule;
}

static size_t match_set(struct catalogue *c, struct rules *set, struct span text,
                        const struct rule **ret_rules, size_t size)
{
    size_t n = 0, sets = rule_index_sets(set->index);
    rule_index_look(set->index, text, &set->look);
    for (size_t s = 0; s < sets && n < size; s++)
        for (uint64_t bits = set->look.found[s]; bits && n < size; bits &= bits - 1) {
            size_t i = s * 64 + (size_t)__builtin_ctzll(bits);
            const struct rule *rule = rule_of(set, set->index->parts[i].rule);
            bool known = n && ret_rules[n - 1] == rule; /* by another of its parts */
            if (!known && rule_index_may(set->index, i, &set->look) && part_matches(c, set, i, text))
                ret_rules[n++] = rule;
        }
    return n;
}

size_t catalogue_match_all(struct catalogue *c, struct span text, const struct rule **ret_rules, size_t size)
{
    size_t n = 0;
    if (text.len > TEXT_BYTES_MAX)
        text.len = TEXT_BYTES_MAX;
    for (struct rules *set = c->sets; set < c->sets + SETS; set++)
        if (set->count)
            n += match_set(c, set, text, ret_rules + n, size - n);
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
    for (const struct rules *set = c->sets; set < c->sets + SETS; set++) {
        if (index < set->count)
            return rule_of(set, index);
        index -= set->count;
    }
    return NULL;
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
    return c->sets[EXTRA].count + c->sets[BUILTIN].count;
}
