/* rules_to_c: reads rule files while onset is built and prints the built-in table as C on stdout. Any defect
 * fails the build: those that rule_file finds, a rule without words (it would have to run on every text), and
 * a sample that an earlier rule takes away, which would make a rule that looks alive a dead one.
 *
 * Order is priority. The rules of files named generic*.yaml stand behind all others, because software that is
 * known wins over wording that is common. Among the others what is known to be harmless comes first (those
 * rules are narrow), then the causes, so that a line that tells of a failure *and* why is filed under why;
 * then the rest. Ties: as given. */
#include "analysis/rule_file.h"
#include "analysis/rule_index.h"
#include "analysis/rule_regex.h"

#include <stdio.h>
#include <stdlib.h>

struct table { /* rules in the order of priority */
    const struct rule_entry **entries;
    struct regex **regexes;
    size_t count;
};

/* 0 is looked at first. */
static unsigned tier_of(const struct rule_entry *entry)
{
    const char *slash = strrchr(entry->path, '/'), *name = slash ? slash + 1 : entry->path;
    if (strncmp(name, "generic", 7) == 0)
        return 3;
    return entry->rule.role == ROLE_BENIGN ? 0 : entry->rule.role == ROLE_CAUSE ? 1 : 2;
}

static void table_init(struct table *table, const struct rule_set *set, struct onset_error *err)
{
    *table = (struct table){memory_alloc((set->count + 1) * sizeof *table->entries),
                            memory_alloc((set->count + 1) * sizeof *table->regexes), 0};
    for (unsigned tier = 0; tier <= 3; tier++)
        for (size_t i = 0; i < set->count; i++)
            if (tier_of(&set->entries[i]) == tier) {
                table->entries[table->count] = &set->entries[i];
                table->regexes[table->count] = regex_new(set->entries[i].rule.pattern, err);
                regex_hurry(table->regexes[table->count++]);
            }
}

static void table_done(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        regex_free(table->regexes[i]);
    free(table->regexes);
    free(table->entries);
}

/* Returns the number of defects that show only when all rules are seen together. */
static size_t check_table(const struct table *table)
{
    struct matcher *matcher = matcher_new();
    size_t defects = 0, parts = 0;
    for (size_t i = 0; i < table->count; i++)
        parts += table->entries[i]->part_count;
    if (parts >= RULE_INDEX_MAX) {
        fprintf(stderr, "rules_to_c: %zu alternatives are more than the index holds\n", parts);
        defects++;
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct rule_entry *entry = table->entries[i];
        if (!*entry->words) {
            fprintf(stderr,
                    "rules_to_c: '%s' line %zu: rule '%s': no word of 3 bytes in the pattern, give 'words'\n",
                    entry->path, entry->line, entry->rule.id);
            defects++;
        }
        for (size_t s = 0; s < entry->match.count; s++)
            for (size_t j = 0; j < i; j++)
                if (matcher_run(matcher, table->regexes[j], entry->match.lines[s]) == MATCHED_YES) {
                    fprintf(stderr,
                            "rules_to_c: '%s' line %zu: rule '%s': rule '%s' takes its sample '%.*s'\n",
                            entry->path, entry->line, entry->rule.id, table->entries[j]->rule.id,
                            (int)entry->match.lines[s].len, (const char *)entry->match.lines[s].ptr);
                    defects++;
                    break;
                }
    }
    matcher_free(matcher);
    return defects;
}

/* A C string literal; three-digit octal escapes cannot swallow what follows them. */
static void print_string(const char *text)
{
    if (!text) {
        fputs("NULL", stdout);
        return;
    }
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c == '"' || *c == '\\' || *c == '?')
            printf("\\%c", *c);
        else if (*c < 0x20 || *c >= 0x7f)
            printf("\\%03o", *c);
        else
            putchar(*c);
    putchar('"');
}

static struct rule_index *make_index(const struct table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++)
        count += table->entries[i]->part_count;
    struct rule_part *parts = memory_alloc(count * sizeof *parts), *next = parts;
    for (size_t i = 0; i < table->count; i++)
        for (size_t k = 0; k < table->entries[i]->part_count; k++) {
            *next = table->entries[i]->parts[k];
            next++->rule = i;
        }
    struct rule_index *index = rule_index_new(parts, count);
    free(parts);
    return index;
}

static void print_index(const struct table *table)
{
    struct rule_index *index = make_index(table);
    puts("static const char text[] =");
    for (size_t at = 0; at < index->text_bytes; at += strlen(index->text + at) + 1) {
        print_string(index->text + at);
        puts("\"\\000\"");
    }
    puts(";\n\nstatic const struct indexed_part parts[] = {");
    for (size_t i = 0; i < index->part_count; i++)
        printf("{%u, %u, %u, %u},\n", index->parts[i].pattern, index->parts[i].words, index->parts[i].also,
               index->parts[i].rule);
    puts("{0}};\n\nstatic const struct indexed_word words[] = {");
    for (size_t i = 0; i < index->word_count; i++) {
        const struct indexed_word *word = &index->words[i];
        printf("{%u, %u, %u, %u, %u},\n", word->at, word->part, word->next, word->bytes, word->before);
    }
    puts("{0}};\n\nstatic const uint16_t slots[RULE_SLOTS] = {");
    for (size_t i = 0; i < RULE_SLOTS; i++)
        if (index->slots[i])
            printf("[%zu] = %u,\n", i, index->slots[i]);
    printf(
        "};\n\nconst struct rule_index builtin_index = {text, parts, words, slots, NULL, %zu, %zu, %zu};\n",
        index->text_bytes, index->part_count, index->word_count);
    rule_index_free(index);
}

static int print_table(const struct table *table)
{
    puts("/* Made by rules_to_c from patterns/; do not edit. */\n"
         "#include \"analysis/catalogue_builtin.h\"\n\n"
         "const struct rule builtin_rules[] = {");
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *rule = &table->entries[i]->rule;
        const char *string[] = {rule->id, rule->pattern, rule->title, rule->hint, rule->runbook_url};
        fputs("    {", stdout);
        for (size_t t = 0; t < sizeof string / sizeof *string; t++) {
            print_string(string[t]);
            fputs(",\n     ", stdout);
        }
        printf("%d /* %s */, %d /* %s */, %s},\n", (int)rule->layer, layer_name(rule->layer), (int)rule->role,
               role_name(rule->role), rule->lifecycle ? "true" : "false");
    }
    printf("    {0}};\n\nconst size_t builtin_rule_count = %zu;\n\n", table->count);
    print_index(table);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct rule_set set = {.count = 0};
    struct onset_error err;
    size_t defects = 0;
    for (int i = 1; i < argc; i++)
        if (rule_file_read(argv[i], &set, &err) < 0) {
            fprintf(stderr, "rules_to_c: %s\n", err.text);
            defects++;
        }
    struct table table;
    table_init(&table, &set, &err);
    defects += check_table(&table);
    int status = defects ? 1 : 0;
    if (!defects && print_table(&table) < 0) {
        fprintf(stderr, "rules_to_c: cannot write\n");
        status = 1;
    }
    table_done(&table);
    rule_set_done(&set);
    return status;
}
