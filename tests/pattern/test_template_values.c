/* Values that are told by what other messages hold in the same place: written in several ways, several at
 * once, in lists; and what must not become a value. The messages imitate what common programs write. */
#include "messages.h"
#include "pattern/template_alias.h"

static bool same_template(const struct fixture *f, uint64_t group, const char *a, const char *b)
{
    return span_equal(template_of(f, group, a), template_of(f, group, b));
}

Test(template_values, one_value_written_in_several_ways)
{
    static const char *const rows[][2] = {
        {"closed, lifetime <1 sec", "closed, lifetime 00:12"},
        {"closed, lifetime <1 sec", "closed, lifetime 1:02:09"},
        {"job done in 12 ms", "job done in 3.5 s"},
        {"job done in 2m3s", "job done in 950ms"},
        {"read 1 file", "read 2 files"},
        {"sent 900 bytes to peer", "sent 1.2 MB to peer"},
        {"cache is 50% full", "cache is 7 full"},
        {"lease of 10.0.0.7 was renewed via eth0", "lease of 10.0.0.7 was renewed via lo"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture *f = fixture_new();
        add(f, 10, rows[i][0]);
        add(f, 10, rows[i][1]);
        merge(f);
        cr_expect(same_template(f, 10, rows[i][0], rows[i][1]), "'%s' and '%s'", rows[i][0], rows[i][1]);
        fixture_free(f);
    }
}

Test(template_values, two_messages_that_differ_in_a_word_stay_two)
{
    static const char *const rows[][2] = {
        {"link eth is up", "link eth is down"},
        {"session opened for job", "session closed for job"},
        {"backup succeeded for shop", "backup failed for shop"},
        {"got status 200 from shop", "got status 503 from shop"},
        {"exit code 0 of worker", "exit code 137 of worker"},
        {"check=db healthy=true", "check=db healthy=false"},
        {"disk state PASSED", "disk state FAILED"},
        {"12 bytes (3 KB) sent", "12 bytes sent"},
        {"took 5 minutes", "took 5 attempts"},
        {"reading from cache", "reading from disk"},
        {"state of the array md0 is 7 now", "state of the array md0 is MISSING now"},
        {"state of the array md0 is a7 now", "state of the array md0 is offline now"},
        {"worker of the shop left with exit code 3", "worker of the shop left with exit code 0xbeef07"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture *f = fixture_new();
        add(f, 10, rows[i][0]);
        add(f, 10, rows[i][1]);
        merge(f);
        cr_expect_not(same_template(f, 10, rows[i][0], rows[i][1]), "'%s' and '%s'", rows[i][0], rows[i][1]);
        fixture_free(f);
    }
}

Test(template_values, opposites_stay_apart_among_many_values)
{
    char message[MESSAGE_MAX];
    struct fixture *f = fixture_new();
    for (int i = 0; i < 40; i++) {
        snprintf(message, sizeof message, "door of hall %c%cx is open today", 'a' + i % 26, 'k' + i % 13);
        add(f, 10, message);
    }
    add(f, 10, "door of hall kitchen is closed today");
    add(f, 10, "door of hall closed is open today");
    merge(f);
    expect(f, 10, "door of hall akx is open today", "door of hall <*> is open today");
    expect(f, 10, "door of hall kitchen is closed today", "door of hall kitchen is closed today");
    expect(f, 10, "door of hall closed is open today", "door of hall closed is open today");
    fixture_free(f);
}

Test(template_values, statuses_stay_and_numbers_do_not)
{
    char message[MESSAGE_MAX];
    static const int statuses[] = {200, 201, 204, 301, 302, 400, 401, 403, 404, 429, 500, 502, 503};
    struct fixture *f = fixture_new();
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        snprintf(message, sizeof message, "upstream shop answered with status %d", statuses[i]);
        add(f, 10, message);
    }
    for (int i = 1; i < 60; i++) {
        snprintf(message, sizeof message, "key pressed, keycode %d", i);
        add(f, 10, message);
    }
    merge(f);
    expect(f, 10, "upstream shop answered with status 503", "upstream shop answered with status 503");
    expect(f, 10, "key pressed, keycode 7", "key pressed, keycode <*>");
    fixture_free(f);
}

Test(template_values, a_missing_value_is_a_value)
{
    struct fixture *f = fixture_new();
    add(f, 10, "acquire lock=1, ws=null, uid=3");
    add(f, 10, "acquire lock=1, ws=Source{10113}, uid=3");
    add(f, 10, "policy flags=ce set");
    add(f, 10, "policy flags=4f set");
    add(f, 10, "nothing but ws=null here");
    merge(f);
    expect(f, 10, "acquire lock=1, ws=null, uid=3", "acquire lock=<*>, ws=<*>, uid=<*>");
    expect(f, 10, "policy flags=ce set", "policy flags=<*> set");
    expect(f, 10, "nothing but ws=null here", "nothing but ws=null here");
    fixture_free(f);
}

Test(template_values, flags_of_a_dump_are_values)
{
    struct fixture *f = fixture_new();
    add(f, 10, "collapse flags=2, force=true, delayed=false");
    add(f, 10, "collapse flags=2, force=false, delayed=false");
    merge(f);
    expect(f, 10, "collapse flags=2, force=true, delayed=false",
           "collapse flags=<*>, force=<*>, delayed=<*>");
    fixture_free(f);
}

/* Several names in one message, most of them together only once. */
Test(template_values, many_names_at_once)
{
    static const char *const packages[] = {"org.karen", "com.lili",  "com.zomar",
                                           "org.stoti", "com.cutov", "org.bes"};
    static const char *const views[] = {"HomeView",    "CartView",    "MainService",
                                        "AudioWorker", "SyncHandler", "PayActivity"};
    static const char *const kinds[] = {"activity", "service"};
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 6; k += 1 + i % 2) {
            snprintf(message, sizeof message, "Start proc %s for %s %s view %s", packages[(i * 5 + k) % 6],
                     kinds[k % 2], packages[i], views[(i + k * 7) % 6]);
            add(f, 10, message);
        }
    merge(f);
    expect(f, 10, "Start proc org.karen for activity org.karen view HomeView",
           "Start proc <*> for activity <*> view <*>");
    fixture_free(f);
}

Test(template_values, lists_of_any_length)
{
    static const char *const names[] = {"alpha.csv", "beta.csv", "gamma.csv", "delta.csv", "eta.csv",
                                        "theta.csv", "iota.csv", "kappa.csv", "rho.csv",   "tau.csv"};
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    for (int i = 0; i < 10; i++)
        for (int n = 1; n <= 4; n++) {
            size_t at = (size_t)snprintf(message, sizeof message, "Files ");
            for (int k = 0; k < n; k++)
                at += (size_t)snprintf(message + at, sizeof message - at, "%s%s", k ? ", " : "",
                                       names[(i + k * n * 3) % 10]);
            snprintf(message + at, sizeof message - at, " uploaded by shop");
            add(f, 10, message);
        }
    merge(f);
    expect(f, 10, "Files beta.csv uploaded by shop", "Files <*> uploaded by shop");
    cr_expect(same_template(f, 10, "Files beta.csv uploaded by shop", message));
    fixture_free(f);
}

Test(template_values, a_value_known_from_elsewhere)
{
    static const char *const users[] = {"kalo",  "miren", "tosa", "veldor",
                                        "inqua", "bestu", "nora", "phigan"};
    struct fixture *f = fixture_new();
    add_each(f, 10, "cart of customer %s was saved to disk", users, 8);
    add_each(f, 10, "dropped the session of %s", users, 2);
    add_each(f, 20, "dropped the session of %s", users, 2); /* of another service, which knows no users */
    merge(f);
    expect(f, 10, "dropped the session of kalo", "dropped the session of <*>");
    expect(f, 20, "dropped the session of kalo", "dropped the session of kalo");
    fixture_free(f);
}

/* Fixed phrases that share their length: the words belong together. */
Test(template_values, phrases_are_no_values)
{
    static const char *const phrases[] = {"illegal instruction", "bad address",     "page fault",
                                          "stack overflow",      "parity mismatch", "bus collision"};
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    for (int i = 0; i < 6; i++) {
        snprintf(message, sizeof message, "program interrupt: %s at 77", phrases[i]);
        add(f, 10, message);
    }
    merge(f);
    expect(f, 10, "program interrupt: page fault at 77", "program interrupt: page fault at <*>");
    fixture_free(f);
}

/* What systemd says: sentences of the same length, whose verbs and nouns go together. All their words vary,
 * none is a value, however many reasons there are. */
Test(template_values, verbs_and_nouns_are_no_values)
{
    static const char *const acts[] = {
        "parse bus message",    "store interface name",  "detect virtualization type",
        "open pin file",        "allocate event source", "set watchdog timeout",
        "read machine id",      "get link address",      "acquire seat lock",
        "load unit properties", "write audit trail",     "map shared segment"};
    static const char *const reasons[] = {"Connection refused", "Permission denied", "Invalid argument",
                                          "Broken pipe"};
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    for (int i = 0; i < 12; i++)
        for (int k = 0; k < 4; k++) {
            snprintf(message, sizeof message, "Failed to %s: %s", acts[i], reasons[k]);
            add(f, 10, message);
        }
    merge(f);
    cr_expect_not(same_template(f, 10, "Failed to open pin file: Broken pipe",
                                "Failed to read machine id: Broken pipe"));
    cr_expect_not(same_template(f, 10, "Failed to open pin file: Broken pipe",
                                "Failed to open pin file: Permission denied"));
    fixture_free(f);
}

/* The quote that closes one value opens no other: tag="*job*", name=... */
Test(template_values, quoted_values_side_by_side)
{
    static const char *const tags[] = {"View Lock", "*job*", "AudioMix", "Sync Loop", "*alarm*"};
    struct fixture *f = fixture_new();
    add_each(f, 10, "lock release 17, tag=\"%s\", name=shop\", uid=5", tags, 5);
    merge(f);
    expect(f, 10, "lock release 17, tag=\"*job*\", name=shop\", uid=5",
           "lock release <*>, tag=\"<*>\", name=shop\", uid=<*>");
    fixture_free(f);
}

/* Jobs of cron: the brackets of most users were opened; those of a user with few jobs are opened too. */
Test(template_values, brackets_that_were_opened_elsewhere)
{
    static const char *const users[] = {"root",   "backup", "www-data", "postgres",
                                        "nobody", "munin",  "list",     "irc"};
    static const char *const jobs[] = {"run-parts /etc/daily", "test -x /usr/bin/a", "php -f /srv/b",
                                       "python /srv/c",        "nice tar cf /srv/d", "touch /run/e",
                                       "find /tmp -delete",    "make -C /srv/f"};
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    for (int u = 0; u < 7; u++)
        for (int j = 0; j < 8; j++) {
            snprintf(message, sizeof message, "(%s) CMD (%s)", users[u], jobs[j]);
            add(f, 10, message);
        }
    add(f, 10, "(irc) CMD (python /srv/c)");
    add(f, 10, "(irc) RELOAD (python /srv/c)");
    merge(f);
    expect(f, 10, "(irc) CMD (python /srv/c)", "(<*>) CMD (<*>)");
    expect(f, 10, "(irc) RELOAD (python /srv/c)", "(irc) RELOAD (python <*>)");
    fixture_free(f);
}

/* An id that was noted when a place had held one word leads to the template that has a variable there. */
Test(template_values, older_ids_are_known)
{
    static const char *const users[] = {"kalo", "miren", "tosa", "veldor", "inqua", "bestu"};
    static const char *const shops[] = {"north", "south", "east", "west", "harbour", "airport"};
    const char *message = "cart of customer kalo was saved to the shop north in 17 ms";
    char other[MESSAGE_MAX];
    struct fixture *alone = fixture_new(), *few = fixture_new(), *all = fixture_new();
    add(alone, 10, message);
    for (int u = 0; u < 6; u++)
        for (int s = 0; s < 6; s++) {
            snprintf(other, sizeof other, "cart of customer %s was saved to the shop %s in 8 ms", users[u],
                     shops[s]);
            add(all, 10, other);
            if (s == 0)
                add(few, 10, other);
        }
    merge(alone);
    merge(few);
    merge(all);
    struct span old = template_of(alone, 10, message), half = template_of(few, 10, message),
                now = template_of(all, 10, message), masked = alone->inputs[0].masked;
    cr_expect(span_equal(now, span_of("cart of customer <*> was saved to the shop <*> in <*> ms")));
    cr_expect(template_had_id(now, masked, "cart", 9, template_id(old, "cart", 9)));
    cr_expect(template_had_id(now, masked, "cart", 9, template_id(half, "cart", 9)), "one place was opened");
    cr_expect_not(template_had_id(now, masked, "cart", 17, template_id(old, "cart", 9)), "another severity");
    cr_expect_not(template_had_id(now, masked, "cart", 9, template_id(span_of("cart of nobody"), "cart", 9)));
    fixture_free(alone);
    fixture_free(few);
    fixture_free(all);
}

/* Three words in quotes are enough for a variable, three words of a sentence or three states of a pair are
 * not. */
Test(template_values, quoted_words_are_values_sooner)
{
    static const char *const tables[] = {"shop_items", "shop_users", "old_carts"};
    static const char *const words[] = {"warming", "idle", "draining"};
    static const char *const events[] = {"lock_lost", "order_made", "cart_left"};
    struct fixture *f = fixture_new();
    add_each(f, 10, "relation \"%s\" does not exist", tables, 3);
    add_each(f, 10, "the cache of the shop is %s", words, 3);
    add_each(f, 10, "order took event='%s' for the shop", events, 3);
    add_each(f, 20, "relation \"%s\" does not exist", tables, 2);
    merge(f);
    expect(f, 10, "relation \"shop_items\" does not exist", "relation \"<*>\" does not exist");
    expect(f, 10, "the cache of the shop is idle", "the cache of the shop is idle");
    expect(f, 10, "order took event='lock_lost' for the shop", "order took event='lock_lost' for the shop");
    expect(f, 20, "relation \"shop_items\" does not exist", "relation \"shop_items\" does not exist");
    fixture_free(f);
}
