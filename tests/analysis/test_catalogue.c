/* The catalogue: what the loader refuses, what the built-in rules know, who wins, and limits. */
#include "analysis/catalogue.h"
#include "analysis/rule_file.h"
#include "analysis/rule_parts.h"
#include "analysis/rule_words.h"
#include "base/arena.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64];

static void make_folder(void)
{
    strcpy(folder, "/tmp/onset-rules-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void write_rules(const char *name, const char *yaml)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(yaml, file);
    fclose(file);
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(catalogue, .init = make_folder, .fini = remove_folder);

#define HEAD "- id: shop/cart\n  layer: app\n  role: cause\n  title: The cart is broken\n  hint: look\n"
#define RULE                                                                                                 \
    HEAD "  pattern: 'cart (?:is )?broken'\n  match: ['the cart is broken']\n  nomatch: ['the cart is "      \
         "fine']\n"

Test(catalogue, loader_refuses)
{
    static const struct {
        const char *yaml, *says[3];
    } rows[] = {
        {HEAD "  pattern: broken\n  nomatch: [fine]\n", {"line 1", "shop/cart", "'match' is missing"}},
        {HEAD "  pattern: broken\n  match: [broken]\n", {"line 1", "shop/cart", "'nomatch' is missing"}},
        {HEAD "  pattern: broken\n  match: []\n  nomatch: [fine]\n", {"line 7", "shop/cart", "1 to"}},
        {HEAD "  pattern: broken\n  match: broken\n  nomatch: [fine]\n",
         {"line 7", "shop/cart", "must be a list"}},
        {HEAD "  pattern: 'bro(ken'\n  match: [broken]\n  nomatch: [fine]\n",
         {"line 1", "shop/cart", "bad pattern at byte 7"}},
        {HEAD "  pattern: broken\n  match: [fine]\n  nomatch: [good]\n",
         {"line 1", "shop/cart", "must match 'fine'"}},
        {HEAD "  pattern: broken\n  match: [broken]\n  nomatch: [very broken]\n",
         {"line 1", "shop/cart", "must not match 'very broken'"}},
        {HEAD "  pattern: broken\n  words: [other]\n  match: [broken]\n  nomatch: [fine]\n",
         {"line 1", "shop/cart", "none of its words"}},
        {RULE RULE, {"line 9", "shop/cart", "the id is taken"}},
        {"- id: shop/cart\n  layer: kitchen\n  role: cause\n  pattern: abc\n  title: t\n  hint: h\n  match: "
         "[abc]\n  nomatch: [x]\n",
         {"line 2", "shop/cart", "unknown layer 'kitchen'"}},
        {"- id: shop/cart\n  layer: db\n  role: villain\n  pattern: abc\n  title: t\n  hint: h\n  match: "
         "[abc]\n  nomatch: [x]\n",
         {"line 3", "shop/cart", "unknown role 'villain'"}},
        {RULE "  runbook: https://example.com\n", {"line 9", "shop/cart", "unknown field 'runbook'"}},
        {RULE "  runbook_url: http://example.com\n", {"line 9", "shop/cart", "https://"}},
        {RULE "  lifecycle: maybe\n", {"line 9", "shop/cart", "'lifecycle' can only be 'true'"}},
        {RULE "  layer: db\n", {"line 9", "shop/cart", "there twice"}},
        {"- id: Shop Cart\n  layer: db\n", {"line 1", "bad id", "Shop Cart"}},
        {"- layer: db\n", {"line 1", "'id' is missing", ""}},
        {"- just text\n", {"line 1", "must be a mapping", ""}},
        {"id: shop/cart\n", {"line 1", "list of rules", ""}},
        {"", {"line 1", "no rules", ""}},
        {"- id: [\n", {"not YAML", "", ""}},
        {HEAD
         "  pattern: '^(a+)+$'\n  match: [aaa]\n  nomatch: ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab']\n",
         {"line 1", "shop/cart", "takes too long"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct onset_error err = {""};
        write_rules("a.yaml", rows[i].yaml);
        struct catalogue *catalogue = catalogue_new(folder, &err);
        cr_assert_null(catalogue, "row %zu was taken", i);
        cr_expect_not_null(strstr(err.text, "a.yaml'"), "row %zu: %s", i, err.text);
        cr_expect_null(strchr(err.text, '\n'), "row %zu: more than one line", i);
        for (size_t s = 0; s < 3; s++)
            cr_expect_not_null(strstr(err.text, rows[i].says[s]), "row %zu: want '%s' in: %s", i,
                               rows[i].says[s], err.text);
    }
}

Test(catalogue, folder_that_is_not_there)
{
    struct onset_error err = {""};
    cr_assert_null(catalogue_new("/nowhere/at-all", &err));
    cr_expect_str_eq(err.text, "cannot read folder '/nowhere/at-all': No such file or directory");
}

/* Lines that are not among the samples of the rules. */
Test(catalogue, knows_lines)
{
    static const struct {
        const char *line, *id;
        enum layer layer;
        enum role role;
    } rows[] = {
        {"FATAL:  sorry, too many clients already (db shop)", "postgresql/too-many-clients", LAYER_DB,
         ROLE_SYMPTOM},
        {"nginx: [emerg] invalid number of arguments in \"listen\" directive in /etc/nginx/nginx.conf:7",
         "nginx/emerg", LAYER_CONFIG, ROLE_CAUSE},
        {"2026/04/02 11:12:13 [error] 30#30: *7 connect() failed (113: No route to host) while connecting to "
         "upstream, client: "
         "10.9.8.7",
         "nginx/upstream-connect", LAYER_LB, ROLE_SYMPTOM},
        {"Server api/api-7 is DOWN, reason: Layer7 wrong status, code: 500, check duration: 3ms.",
         "haproxy/server-down", LAYER_LB, ROLE_SYMPTOM},
        {"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=mysqld,pid=77", "kernel/oom-kill",
         LAYER_MEMORY, ROLE_CAUSE},
        {"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time "
         "2026-04-02T11:12:13Z is after 2026-04-01T00:00:00Z",
         "tls/certificate-expired", LAYER_TLS, ROLE_CAUSE},
        {"getaddrinfo ENOTFOUND inventory.svc.local", "resolver/not-found", LAYER_DNS, ROLE_CAUSE},
        {"Scaled down replica set checkout-5b9c to 0 from 3", "kubernetes/rollout", LAYER_DEPLOY,
         ROLE_CHANGE},
        {"could not write to file \"pg_wal/xlogtemp.9\": No space left on device", "postgresql/disk-full",
         LAYER_STORAGE, ROLE_CAUSE},
        {"pam_unix(sshd:session): session closed for user bob", "sshd/bots", LAYER_APP, ROLE_BENIGN},
        {"OOM command not allowed when used memory > 'maxmemory'. script: ab", "redis/out-of-memory",
         LAYER_CACHE, ROLE_CAUSE},
        {"kafka: Shrinking ISR from 4,5,6 to 4. Leader: 4", "kafka/isr-shrink", LAYER_QUEUE, ROLE_SYMPTOM},
        {"botocore.exceptions.ClientError: An error occurred (ThrottlingException) when calling the Publish "
         "operation",
         "external/rate-limited", LAYER_EXTERNAL, ROLE_SYMPTOM},
        {"INFO listening on [::]:9000", "generic/starting", LAYER_DEPLOY, ROLE_CHANGE},
        /* why wins over what: the failure of a call that names the certificate */
        {"payment request failed: x509: certificate has expired", "tls/certificate-expired", LAYER_TLS,
         ROLE_CAUSE},
    };
    struct onset_error err;
    struct catalogue *catalogue = catalogue_new(NULL, &err);
    cr_assert_not_null(catalogue);
    cr_expect_geq(catalogue_count(catalogue), 150);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct rule *rule = catalogue_match(catalogue, span_of(rows[i].line));
        cr_assert_not_null(rule, "nothing known of: %s", rows[i].line);
        cr_expect_str_eq(rule->id, rows[i].id, "%s for: %s", rule->id, rows[i].line);
        cr_expect_eq(rule->layer, rows[i].layer);
        cr_expect_eq(rule->role, rows[i].role);
    }
    cr_expect_eq(catalogue_limits(catalogue), 0);
    catalogue_free(catalogue);
}

Test(catalogue, says_nothing_of_ordinary_lines)
{
    static const char *const lines[] = {
        "",
        "ab",
        "order 4121 placed by user 7",
        "version 1.4.3",
        "config loaded",
        "sync done in 12 ms",
        "the leader of the group is node 3",
        "GET /cart 200 12ms",
        "user bob logged in",
        "received 12 records",
        "\"GET /items/503 HTTP/1.1\" 200 512",
        "cache hit ratio 0.93",
        "transaction 812 committed",
        "session opened",
        "processed 500 messages in 504 ms",
    };
    struct onset_error err;
    struct catalogue *catalogue = catalogue_new(NULL, &err);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct rule *rule = catalogue_match(catalogue, span_of(lines[i]));
        cr_expect_null(rule, "%s for: %s", rule ? rule->id : "", lines[i]);
    }
    catalogue_free(catalogue);
}

Test(catalogue, users_rules_win)
{
    static const char line[] = "FATAL:  sorry, too many clients already";
    write_rules("10-mine.yaml",
                "- id: mine/clients\n  layer: network\n  role: benign\n  pattern: too many clients\n"
                "  title: t\n  hint: h\n  match: [too many clients]\n  nomatch: [few clients]\n");
    write_rules("20-mine.yml",
                "- id: postgresql/too-many-clients\n  layer: cache\n  role: change\n  pattern: sorry, too\n"
                "  title: t\n  hint: h\n  match: ['sorry, too']\n  nomatch: [sorry]\n");
    write_rules("notes.txt", "not a rule file");
    struct onset_error err = {""};
    struct catalogue *builtin = catalogue_new(NULL, &err), *catalogue = catalogue_new(folder, &err);
    cr_assert_not_null(catalogue, "%s", err.text);
    cr_expect_eq(catalogue_count(catalogue), catalogue_count(builtin) + 2);
    cr_expect_str_eq(catalogue_match(catalogue, span_of(line))->id, "mine/clients");
    /* a user may take over the id of a built-in rule */
    const struct rule *rule = catalogue_match(catalogue, span_of("sorry, too late"));
    cr_assert_not_null(rule);
    cr_expect_str_eq(rule->id, "postgresql/too-many-clients");
    cr_expect_eq(rule->layer, LAYER_CACHE);
    cr_expect_eq(rule->role, ROLE_CHANGE);
    cr_expect_null(rule->runbook_url);
    catalogue_free(catalogue);
    catalogue_free(builtin);
}

/* One id in two files of a folder is a defect of the second. */
/* "unknown": the rule has a title and a hint, and leaves the role to the words of the line. */
Test(catalogue, a_rule_without_a_role_of_its_own)
{
    struct onset_error err = {""};
    write_rules("a.yaml", "- id: shop/torn\n  layer: app\n  role: unknown\n  pattern: torn\n  title: t\n"
                          "  hint: h\n  match: [torn]\n  nomatch: [x]\n");
    struct catalogue *catalogue = catalogue_new(folder, &err);
    cr_assert_not_null(catalogue, "%s", err.text);
    const struct rule *rule = catalogue_match(catalogue, span_of("page is torn"));
    cr_assert_not_null(rule);
    cr_expect_eq(rule->role, ROLE_UNKNOWN);
    catalogue_free(catalogue);
}

Test(catalogue, ids_are_unique_over_files)
{
    write_rules("a.yaml", RULE);
    write_rules("b.yaml", RULE);
    struct onset_error err = {""};
    cr_assert_null(catalogue_new(folder, &err));
    cr_expect_not_null(strstr(err.text, "b.yaml' line 1: rule 'shop/cart': the id is taken by"), "%s",
                       err.text);
}

Test(catalogue, match_limit_is_no_match)
{
    write_rules(
        "slow.yaml",
        "- id: slow/rule\n  layer: app\n  role: cause\n  pattern: 'xyz(a+)+$'\n  title: t\n  hint: h\n"
        "  match: [xyzaaa]\n  nomatch: [xyz]\n");
    struct onset_error err = {""};
    struct catalogue *catalogue = catalogue_new(folder, &err);
    cr_assert_not_null(catalogue, "%s", err.text);
    char text[10000] = "xyz";
    memset(text + 3, 'a', 60);
    text[63] = 'b';
    cr_expect_null(catalogue_match(catalogue, span_make(text, 64)));
    cr_expect_eq(catalogue_limits(catalogue), 1);
    /* the same with machine code, after much text */
    memset(text + 64, ' ', sizeof text - 64);
    cr_expect_null(catalogue_match(catalogue, span_make(text, sizeof text)));
    cr_expect_null(catalogue_match(catalogue, span_make(text, 64)));
    cr_expect_eq(catalogue_limits(catalogue), 3);
    cr_expect_str_eq(catalogue_match(catalogue, span_of("xyzaaaa"))->id, "slow/rule");
    catalogue_free(catalogue);
}

/* The words must be in whatever the expression can match. */
Test(catalogue, words_of_expressions)
{
    static const struct {
        const char *pattern, *words, *also;
    } rows[] = {
        {"too many clients", "too many clients", NULL},
        {"Too Many|few", "too many\nfew", NULL},
        {"(?i)connection (?:refused|reset)", "connection ", "refused\nreset"},
        {"\\bconfig\\w* .*(?:map|set|secret) (?:was )?(?:changed|updated)\\b", "changed\nupdated",
         "config\n\nmap\nset\nsecret"},
        {"(?:lost|disk (?:full|failed))", "lost\ndisk ", NULL},
        {"(?:disk (?:full|failed))", "disk ", "full\nfailed"},
        {"(?:abc)?disk(?:def)*(?!never)", "disk", NULL},
        {"(?:abc)?defgh", "defgh", NULL},
        {"(?:abc){0,3}def", "def", NULL},
        {"colou?r", "colo", NULL},
        {"ab+cde", "cde", NULL},
        {"x[abc]y|z", "", NULL},
        {"\\bfoo\\.bar\\b", "foo.bar", NULL},
        {"foo\\d+bars", "bars", "foo"},
        {"(?!never)always", "always", NULL},
        {"abc(?=longer)d", "abcd", NULL},
        {"(?<name>alpha|omega)", "alpha\nomega", NULL},
        {"[]x]abc", "abc", NULL},
        {"abc|.*", "", NULL},
        {"\\Qa.b\\E", "", NULL},
        {"(?x) a b c d", "", NULL},
        {"(abc)\\1", "", NULL},
        {"a{2}bcde{0}", "bcd", NULL},
        {"(unbalanced", "", NULL},
    };
    struct arena arena = {NULL, 0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *also;
        cr_expect_str_eq(rule_words_of(&arena, rows[i].pattern, &also), rows[i].words, "%s", rows[i].pattern);
        cr_expect_str_eq(also, rows[i].also ? rows[i].also : "", "%s", rows[i].pattern);
    }
    cr_expect(rule_words_in("refused\nreset", span_of("Connection RESET by peer")));
    cr_expect_not(rule_words_in("refused\nreset", span_of("connection closed")));
    cr_expect(rule_words_in("", span_of("")));
    cr_expect(rule_words_all_in("config\n\nmap\nset", span_of("Config SET")));
    cr_expect_not(rule_words_all_in("config\n\nmap\nset", span_of("config")));
    cr_expect(rule_words_all_in("", span_of("")));
    arena_done(&arena);
}

/* An expression is cut at the bars that no group, class or escape holds, unless something reaches across. */
Test(catalogue, parts_of_expressions)
{
    static const struct {
        const char *pattern;
        size_t count;
        struct rule_part parts[3];
    } rows[] = {
        {"disk full", 1, {{.pattern = "disk full", .words = "disk full"}}},
        {"(?i)Disk Full|no space|\\d+",
         3,
         {{.pattern = "(?i)Disk Full", .words = "disk full"},
          {.pattern = "(?i)no space", .words = "no space"},
          {.pattern = "(?i)\\d+", .words = "given"}}},
        {"(?:up|down)stream\\|[]|x]|lost",
         2,
         {{.pattern = "(?:up|down)stream\\|[]|x]", .words = "stream|"},
          {.pattern = "lost", .words = "lost"}}},
        {"gone[[:alpha:]|]|(?<!a)lost(?=b|c)",
         2,
         {{.pattern = "gone[[:alpha:]|]", .words = "gone"},
          {.pattern = "(?<!a)lost(?=b|c)", .words = "lost"}}},
        {"a(?i)disk|full", 1, {{.pattern = "a(?i)disk|full", .words = "given"}}},
        {"(disk)|full\\1", 1, {{.pattern = "(disk)|full\\1", .words = "given"}}},
        {"(?<d>disk)|full", 1, {{.pattern = "(?<d>disk)|full", .words = "given"}}},
        {"(?x)disk |full", 1, {{.pattern = "(?x)disk |full", .words = "given"}}},
        {"\\Qa|b\\E", 1, {{.pattern = "\\Qa|b\\E", .words = "given"}}},
        {"disk|(full", 1, {{.pattern = "disk|(full", .words = "given"}}},
    };
    struct arena arena = {NULL, 0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule_part parts[RULE_PARTS_MAX];
        const char *words = rows[i].count == 1 && rows[i].parts[0].words[0] == 'd' ? "disk full" : "given";
        size_t count = rule_parts(&arena, rows[i].pattern, words, parts);
        cr_assert_eq(count, rows[i].count, "%s: %zu parts", rows[i].pattern, count);
        for (size_t k = 0; k < count; k++) {
            cr_expect_str_eq(parts[k].pattern, rows[i].parts[k].pattern, "%s", rows[i].pattern);
            cr_expect_str_eq(parts[k].words, rows[i].parts[k].words, "%s", rows[i].pattern);
        }
    }
    arena_done(&arena);
}
