/* What words tell of a line that no rule knows: roles, which of them wins, and lines that only look alike. */
#include "analysis/language.h"

#include <criterion/criterion.h>

Test(language, roles)
{
    static const struct {
        const char *line;
        enum role role;
    } rows[] = {
        /* changes: what somebody did */
        {"applying migration 0042_orders_add_tax_region", ROLE_CHANGE},
        {"Rolling out release 5.13.0", ROLE_CHANGE},
        {"configuration reloaded by root", ROLE_CHANGE},
        {"statement: ALTER TABLE orders ADD COLUMN region text", ROLE_CHANGE},
        {"reconfigured 3 listeners", ROLE_CHANGE},
        {"zone lab.internal: serial 41 -> 42", ROLE_CHANGE},
        {"maxmemory 256mb => 64mb", ROLE_CHANGE},
        {"tls_min \"1.2\" -> \"1.3\", takes effect at once", ROLE_CHANGE},
        {"policy: allkeys-lru -> noeviction, saved", ROLE_CHANGE},
        /* causes: what is wrong, said outright */
        {"certificate has expired", ROLE_CAUSE},
        {"write failed: No space left on device", ROLE_CAUSE},
        {"DEADLOCK detected", ROLE_CAUSE},
        {"environment variable DB_URL is not set", ROLE_CAUSE},
        {"EACCES: permission, open '/etc/cart/tax-table.json'", ROLE_CAUSE},
        {"could not read the tax table, continuing without it", ROLE_CAUSE},
        {"relation \"orders\" does not exist", ROLE_CAUSE},
        /* effects of something elsewhere */
        {"upstream timed out (110) while reading", ROLE_SYMPTOM},
        {"connect to db:5432: connection refused", ROLE_SYMPTOM},
        {"context deadline exceeded", ROLE_SYMPTOM},
        {"Giving up after 5 tries", ROLE_SYMPTOM},
        {"POST /checkout failed: ConnectionError: pool closed", ROLE_SYMPTOM},
        {"java.net.ConnectException: Operation not done", ROLE_SYMPTOM},
        /* an effect outweighs a cause, a cause outweighs a change */
        {"retrying the migration: file missing", ROLE_SYMPTOM},
        {"deployment: image is missing", ROLE_CAUSE},
        /* what a program does about it is less than what is wrong */
        {"quota of 50 GB used up, writes are refused", ROLE_CAUSE},
        {"nil pointer in applyCoupon, request aborted", ROLE_CAUSE},
        {"request was rejected", ROLE_SYMPTOM},
        {"Coupon rejected {\"code\":\"X1\",\"reason\":\"expired\"}", ROLE_SYMPTOM},
        /* what is denied is not said: a count of nothing, a word that turns it round */
        {"set 89 verified, 0 of 41223 blocks corrupt", ROLE_UNKNOWN},
        {"Done loading RDB, keys loaded: 12, keys expired: 0.", ROLE_UNKNOWN},
        {"task succeeded: {'expired': 0, 'errors': 0}", ROLE_UNKNOWN},
        {"no timeouts, 3 retried=0", ROLE_UNKNOWN},
        {"dracut module 'busybox' will not be installed", ROLE_UNKNOWN},
        {"worker 0 unreachable", ROLE_SYMPTOM},
        {"autopurge set to 0", ROLE_CHANGE},
        {"no route, timed out", ROLE_SYMPTOM},
        /* words inside words, and everyday lines */
        {"flagship store opened", ROLE_UNKNOWN},
        {"unrefusedly polite", ROLE_UNKNOWN},
        {"preapplying gloss", ROLE_UNKNOWN},
        {"missingly", ROLE_UNKNOWN},
        {"request served in 12 ms", ROLE_UNKNOWN},
        {"user logged in", ROLE_UNKNOWN},
        {"version 2 of the config in sync", ROLE_UNKNOWN},
        {"", ROLE_UNKNOWN},
        {"->", ROLE_UNKNOWN},
        {" -> ", ROLE_UNKNOWN},
        /* arrows that are no change of a value: code, addresses, paths */
        {"calling node->next of the list", ROLE_UNKNOWN},
        {"packet 10.0.0.1 -> 10.0.0.2", ROLE_UNKNOWN},
        {"flow 10.0.0.1:80 -> 10.0.0.2:81", ROLE_UNKNOWN},
        {"linked /var/a -> /var/b", ROLE_UNKNOWN},
        {"linked \"/var/a\" -> \"/var/b\"", ROLE_UNKNOWN},
        {"apt-daily.service: Deactivated successfully.", ROLE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(language_role(span_of(rows[i].line)), rows[i].role, "'%s' is a '%s', not a '%s'",
                     rows[i].line, role_name(language_role(span_of(rows[i].line))), role_name(rows[i].role));
}

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
    memcpy(line + 1000, "expired", 7);
    cr_expect_eq(language_role(span_make(line, sizeof line)), ROLE_UNKNOWN);
    memcpy(line + 100, "expired", 7);
    cr_expect_eq(language_role(span_make(line, sizeof line)), ROLE_CAUSE);
    cr_expect_eq(language_role(span_make("41 -> 42", 6)), ROLE_UNKNOWN, "there is no value behind it");
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
