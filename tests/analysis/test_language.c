/* What words tell of a line beside its kind, and lines that only look alike. */
#include "analysis/language.h"

#include <criterion/criterion.h>

Test(language, absence)
{
    static const struct {
        const char *line;
        bool absence;
    } rows[] = {
        {"connect: Connection refused", true},
        {"lookup ledger.internal: no such host", true},
        {"backend shop has no server is available", true},
        {"no live upstreams while connecting", true},
        {"upstream timed out", false}, /* slow, not absent */
        {"connection reset by peer", false},
        {"the offer was unrefused", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(language_absence(span_of(rows[i].line)), rows[i].absence, "'%s'", rows[i].line);
}

/* What a message is about stands at its front: a dump behind it does not count, and no byte behind the end is
 * looked at. */
Test(language, only_the_message_counts)
{
    char line[2000];
    memset(line, ' ', sizeof line);
    memcpy(line + 1000, "refused", 7);
    cr_expect_not(language_absence(span_make(line, sizeof line)));
    memcpy(line + 100, "refused", 7);
    cr_expect(language_absence(span_make(line, sizeof line)));
    cr_expect_not(language_absence(span_make(line + 100, 6)));
}

/* Lines of real programs: Terraform, SQL, external-dns. */
Test(language, what_takes_something_away)
{
    static const struct {
        const char *text;
        bool destroys;
    } rows[] = {
        {"aws_instance.web: Destroying... [id=i-0a1b2c3d]", true},
        {"  # aws_instance.web will be destroyed", true},
        {"REVOKE UPDATE ON stock FROM shop_app", true},
        {"Desired change: DELETE shop.example.com A", true},
        {"aws_instance.web: Modifying... [id=i-0a1b2c3d]", false},
        {"Apply complete! Resources: 1 added, 0 changed, 0 destroyed.", false},
        {"GRANT ALL ON stock TO shop_app", false},
        {"Desired change: UPSERT shop.example.com A", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(language_destroys(span_of(rows[i].text)), rows[i].destroys, "%s", rows[i].text);
}

/* Lines of real programs: PostgreSQL, nginx, HAProxy, Prometheus, systemd. No process reads anything again
 * when it starts. */
Test(language, what_reads_its_settings_again)
{
    static const struct {
        const char *text;
        bool reloads;
    } rows[] = {
        {"received SIGHUP, reloading configuration files", true},
        {"signal 1 (SIGHUP) received from 4711, reconfiguring", true},
        {"Reloaded nginx.service - A high performance web server", true},
        {"Completed loading of configuration file", false},
        {"database system is ready to accept connections", false},
        {"the preloaded set is empty", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(language_reloads(span_of(rows[i].text)), rows[i].reloads, "%s", rows[i].text);
}

/* Lines of real programs (Liquibase, Argo CD, yum), and in their manner. */
Test(language, what_was_not_done)
{
    static const struct {
        const char *text;
        bool undone;
    } rows[] = {
        {"Database is up to date, no changesets to execute", true},
        {"Skipping auto-sync: application status is Synced", true},
        {"Package git-1.8.3.1-12.el7_4.x86_64 already installed and latest version", true},
        {"reload skipped, ruleset 88 already active", true},
        {"applied 3 migrations, skipped: 0", false},
        {"configuration reloaded", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(language_undone(span_of(rows[i].text)), rows[i].undone, "%s", rows[i].text);
}

/* Fluentd, the kernel's NFS client in other words, Asterisk's and in their manner. */
Test(language, what_is_over)
{
    static const struct {
        const char *text;
        bool over;
    } rows[] = {
        {"retry succeeded. chunk_id=\"610a1f0c2b11\"", true},
        {"Persistent connection reestablished", true},
        {"peer ss-2 caught up, backlog 0", true},
        {"provider answering normally again, queue drained", true},
        {"terminal 88 online again after 41 min", true},
        {"replica has not recovered", false},
        {"connection failed again", false},
        {"try again later", false},
        {"up to 3 tries against", false},
        {"again", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(language_recovers(span_of(rows[i].text)), rows[i].over, "%s", rows[i].text);
}
