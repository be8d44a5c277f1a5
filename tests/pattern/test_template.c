/* Templates: what the shape of a value tells, what the columns of a source tell, what counting tells, and the
 * promises that hold for any input: no order, no duplicates, no neighbours, and each message fits its own
 * template. */
#include "messages.h"
#include "pattern/template_header.h"
#include "pattern/template_shape.h"

/* --- shape ---------------------------------------------------------------------------------------- */

Test(template, shapes_become_variables)
{
    static const struct {
        const char *message, *shaped; /* * stands for a variable */
    } rows[] = {
        {"open /var/lib/app/data failed", "open * failed"},
        {"open (/var/lib/app): denied", "open (*): denied"},
        {"cannot read '~/.config/app.conf'", "cannot read '*'"},
        {"loaded C:\\Windows\\system\\x.dll, done", "loaded *, done"},
        {"share \\\\files\\home is gone", "share * is gone"},
        {"call https://api.example.com/v1/items?id=3 took 5 ms", "call https://* took * ms"},
        {"peer /10.0.0.1:4433 left", "peer /*:* left"},
        {"mail to jane.roe@example.org bounced", "mail to * bounced"},
        {"lookup of mail.example.com failed", "lookup of * failed"},
        {"lookup of db.prod.example.co.uk failed", "lookup of * failed"},
        {"thread in com.example.shop.Worker died", "thread in com.example.shop.Worker died"},
        {"script run.daily.py ended", "script run.daily.py ended"},
        {"last seen Sun Jul 17 06:14:36 2005 by x", "last seen * by x"},
        {"May I help", "May I help"},
        {"object Handler@1f00aa77 lost", "object Handler@* lost"},
        {"wake by aa:bb:0c:dd:ee:ff", "wake by *"},
        {"from fe80::1:af:2 now", "from * now"},
        {"digest deadbeefcafe differs", "digest * differs"},
        {"the decade faded", "the decade faded"},
        {"session opened for user alice by root", "session opened for user * by root"},
        {"check pass; user unknown", "check pass; user unknown"},
        {"loading class org.acme.shop.Cart", "loading class *"},
        {"peer () is idle", "peer (*) is idle"},
        {"calling flush() now", "calling flush() now"},
        {"freed 12 KB of 3 MB", "freed * of *"},
        {"took 12 ms", "took * ms"},
        {"parts 1, 2, 3 and 4", "parts * and *"},
        {"blocks 1 2 3 4", "blocks *"},
        {"pair 1 2", "pair * *"},
        {"10.0.0.1:80 up", "*:* up"},
        {"offset +5", "offset *"},
        {"package a~1f~amd64~~6.1 installed", "package * installed"},
        {"read/write ratio", "read/write ratio"},
        {"status=502 for GET", "status=502 for GET"},
        {"Displayed org.acme/.HomeView now", "Displayed * now"},
        {"key Ab9+xYz/Qr+8s== added", "key * added"},
        {"lock a=1, ws=Source{104}, b=2", "lock a=*, ws=*, b=*"},
        {"ended task=Job{state=FAILED}", "ended task=Job{state=FAILED}"},
        {"unit \"SCSI:01:6005-08b4\" is gone", "unit \"*\" is gone"},
        {"said {\"k1:x\": \"up\"}", "said {\"*:x\": \"up\"}"},
        {"registers are: ba 01 ab 2f e0 df", "registers are: *"},
        {"parts 17 ad be", "parts * ad be"},
        {"object Handler@abcdefa lost", "object Handler@* lost"}, /* a hash code without a digit */
        {"key RSA SHA256:k3Jd/fhQ+ used", "key RSA *:* used"},
        {"key RSA SHA256:aBcdEfGHijkLmnOPqRstUv used", "key RSA *:* used"},
        {"cause SHA256:ThisOrganizationIsUnknown", "cause *:ThisOrganizationIsUnknown"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t masked[MESSAGE_MAX + 64], out[SHAPE_ROOM(MESSAGE_MAX + 64)];
        size_t n = kernel_scalar.mask((const uint8_t *)rows[i].message, strlen(rows[i].message), masked);
        n = template_shape(span_make(masked, n), out);
        for (size_t k = 0; k < n; k++)
            out[k] = out[k] == MASK_BYTE ? '*' : out[k];
        cr_expect(span_equal(span_make(out, n), span_of(rows[i].shaped)), "'%s' became '%.*s', not '%s'",
                  rows[i].message, (int)n, out, rows[i].shaped);
    }
}

/* --- header --------------------------------------------------------------------------------------- */

/* Twenty different sentences, each behind a header that `format` makes of a number, a name and the sentence.
 */
static const char *const sentences[] = {
    "cache is warm",       "lost the lease",      "retry 5 of 9",      "node 7 joined",
    "cannot open file",    "quorum reached",      "elected as leader", "snapshot took 8 ms",
    "dropping connection", "queue is full",       "bad checksum",      "found 12 orphans",
    "shutting down",       "waiting for peers",   "ready to serve",    "no route to host",
    "token has expired",   "disk is almost full", "rolled back tx 12", "applied migration 9",
};

#define SENTENCES (sizeof sentences / sizeof *sentences)

static void expect_cut(const char *what, const char *const *headers, size_t count)
{
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    for (size_t s = 0; s < SENTENCES; s++)
        for (size_t h = 0; h < count; h++) {
            snprintf(message, sizeof message, "%s%s", headers[h], sentences[s]);
            add(f, 10, message);
        }
    merge(f);
    for (size_t h = 0; h < count; h++) {
        snprintf(message, sizeof message, "%s%s", headers[h], "quorum reached");
        struct span text = template_of(f, 10, message);
        cr_expect(span_equal(text, span_of("quorum reached")), "%s: '%s' kept '%.*s'", what, headers[h],
                  (int)text.len, text.ptr);
    }
    fixture_free(f);
}

Test(template, headers_are_cut_off)
{
    static const char *const log4j[] = {
        "INFO [main] org.acme.Node: ", "WARN [pool-1-thread-2] org.acme.v2.Peer: ",
        "ERROR [IPC handler 3 on 80] org.acme.Store: "};
    static const char *const dashes[] = {"- INFO [worker:1@77] - ", "- WARN [QuorumPeer[id=1]/0:0@80] - ",
                                         "- ERROR [main:Node@5] - "};
    static const char *const brackets[] = {"[notice] ", "[error] ", "[warn] "};
    static const char *const pid[] = {"1702 2395 D Window: ", "1702 99 I Power: ", "5 6 W Audio: "};
    static const char *const flags[] = {"77 node-1 unix.hw new.state 1 ", "78 node-2 boot_cmd new 1 ",
                                        "79 gige7 node status 1 "};
    static const char *const pipes[] = {"Step_A|3002|", "Step_B|3002|", "Hi_Sync|3002|"};
    static const char *const cells[] = {"DEBUG | Stomp | Broker[localhost] Task-12 | ",
                                        "INFO  | Kaha  | Transport: tcp:///10.4.2.7:61616 | ",
                                        "WARN  | Broker | main | "};
    static const char *const levels[] = {"RAS KERNEL INFO ", "RAS APP FATAL ", "RAS MMCS ERROR "};
    static const char *const loggers[] = {"INFO shop.api.server [req-1 - -] ", "WARN shop.db [-] ",
                                          "INFO shop.api.cart.view [req-2 - -] "};
    static const char *const cluster[] = {"[2318] atlas corosync notice  [TOTEM] ",
                                          "[2318] hermes corosync debug   [KNET  ] "};
    static const char *const functions[] = {"atlas pacemaker-controld [2318] (do_state) \tinfo: ",
                                            "hermes pacemaker-fenced [2319] (main_loop) \twarning: "};
    static const char *const processes[] = {"atlas proftpd[2318] atlas (a.example.net[10.1.2.3]): ",
                                            "hermes proftpd[77] www.example.com (b.example.net[10.1.2.4]): "};
    static const char *const hosts[] = {"atlas mta[2318] ", "hermes mta[77] "};
    static const char *const spring[] = {
        "INFO 432 --- [main] org.acme.Cart : ", "WARN 77 --- [exec-3] org.acme.Peer : ",
        "ERROR 99 --- [main] org.acme.store.Disk : "};
    static const char *const programs[] = {"chrome.exe - ", "chrome.exe *64 - ", "mail.exe - "};
#define CUT(rows) expect_cut(#rows, rows, sizeof(rows) / sizeof *(rows))
    CUT(log4j);
    CUT(dashes);
    CUT(brackets);
    CUT(pid);
    CUT(flags);
    CUT(pipes);
    CUT(cells);
    CUT(levels);
    CUT(cluster);
    CUT(functions);
    CUT(processes);
    CUT(hosts);
    CUT(loggers);
    CUT(programs);
    CUT(spring);
}

Test(template, sentences_are_no_header)
{
    static const char *const plain[] = {""}, *const same_start[] = {"request "},
                             *const two[] = {"user ", "order "};
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    for (size_t s = 0; s < SENTENCES; s++) {
        snprintf(message, sizeof message, "%s%s", plain[0], sentences[s]);
        add(f, 10, message);
        snprintf(message, sizeof message, "%s%s", same_start[0], sentences[s]);
        add(f, 20, message);
        for (int k = 0; k < 2; k++) {
            snprintf(message, sizeof message, "%s%s", two[k], sentences[s]);
            add(f, 30, message);
        }
    }
    merge(f);
    expect(f, 10, "quorum reached", "quorum reached");
    expect(f, 20, "request quorum reached", "request quorum reached");
    expect(f, 30, "user quorum reached", "user quorum reached");
    expect(f, 30, "order quorum reached", "order quorum reached");
    fixture_free(f);
}

Test(template, a_level_in_a_sentence_is_no_header)
{
    struct fixture *f = fixture_new();
    add(f, 10, "request failed with error Connection reset");
    add(f, 10, "request failed with error Broken pipe");
    merge(f);
    expect(f, 10, "request failed with error Broken pipe", "request failed with error Broken pipe");
    fixture_free(f);
}

/* --- slots ---------------------------------------------------------------------------------------- */

Test(template, values_merge_and_sayings_do_not)
{
    static const char *const files[] = {"Alpha.xml", "Beta.xml", "Gamma.xml", "Delta.xml"};
    static const char *const roles[] = {"Judge", "Clerk", "Usher"};
    static const char *const outcomes[] = {"up", "down", "unknown", "flapping", "blocked"};
    static const char *const sayings[] = {"illegal", "trap", "privileged", "imprecise"};
    static const char *const verbs[] = {"Launching", "Killing", "Starting", "Finishing", "Pausing"};
    static const char *const regions[] = {"\"us east\"", "\"us west\"", "\"eu\"", "\"ap south\""};
    struct fixture *f = fixture_new();
    add_each(f, 10, "reading template %s again", files, 4);
    add_each(f, 10, "link of port lan is now %s for all", outcomes, 5);
    add_each(f, 10, "program interrupt: %s", sayings, 4);
    add_each(f, 10, "%s task 5", verbs, 5);
    add_each(f, 10, "moved bucket to %s today", regions, 4);
    add_each(f, 10, "only three of %s exist", roles, 3);
    merge(f);
    expect(f, 10, "reading template Beta.xml again", "reading template <*> again");
    expect(f, 10, "link of port lan is now flapping for all", "link of port lan is now flapping for all");
    expect(f, 10, "program interrupt: trap", "program interrupt: trap");
    expect(f, 10, "Killing task 5", "Killing task <*>");
    expect(f, 10, "moved bucket to \"us east\" today", "moved bucket to \"<*>\" today");
    expect(f, 10, "only three of Judge exist", "only three of Judge exist");
    fixture_free(f);
}

static uint64_t random_state;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

static void name(char *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (char)('a' + random_below(26));
    out[len] = 0;
}

Test(template, two_names_at_once_merge)
{
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX], who[16], where[16];
    random_state = 3;
    for (int i = 0; i < 200; i++) {
        name(who, 7);
        name(where, 9);
        snprintf(message, sizeof message, "login of %s at desk %s was very slow today", who, where);
        add(f, 10, message);
    }
    merge(f);
    expect(f, 10, message, "login of <*> at desk <*> was very slow today");
    fixture_free(f);
}

Test(template, bracket_of_any_length_merges)
{
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX], word[16];
    random_state = 5;
    for (int i = 0; i < 40; i++) {
        size_t n = (size_t)snprintf(message, sizeof message, "cron ran (Root");
        for (uint32_t k = random_below(6); k > 0; k--) {
            name(word, 5);
            n += (size_t)snprintf(message + n, sizeof message - n, " %s", word);
        }
        snprintf(message + n, sizeof message - n, ") as planned for the night");
        add(f, 10, message);
    }
    merge(f);
    struct span text = template_of(f, 10, message);
    cr_expect(memmem(text.ptr, text.len, "(<*>)", 5) != NULL, "'%.*s'", (int)text.len, text.ptr);
    fixture_free(f);
}

/* --- promises ------------------------------------------------------------------------------------- */

/* Messages of many kinds: events of a few words with names, numbers, quotes, brackets and noise in them. */
static void random_message(char *out)
{
    static const char *const parts[] = {
        "open", "closed",  "user",    "failed",   "(a b)",       "[1:2]",    "'x y'", "\"q\"",
        "=",    ":",       ",",       "/a/b",     "host.com",    "Jul 7",    "12 KB", "a@b.org",
        "()",   "ff:ee:1", "1 2 3 4", "C:\\x\\y", "class a.b.C", "\xc3\xa9", "<*>",   "(",
        "]",    "%",       "+5",      "~/x",      "INFO",        "for user", "-"};
    static const char *const events[] = {"connection to %s was lost while waiting",
                                         "cannot %s the file again", "worker %s ended", "%s",
                                         "INFO [main] shop.Cart: item %s added"};
    char value[256] = "";
    size_t n = 0, words = random_below(5);
    if (words == 0) {
        name(value, 3 + random_below(5));
    }
    for (size_t i = 0; i < words; i++)
        n += (size_t)snprintf(value + n, sizeof value - n, "%s%s", i && random_below(4) ? " " : "",
                              parts[random_below(sizeof parts / sizeof *parts)]);
    snprintf(out, MESSAGE_MAX, events[random_below(5)], value);
}

static void fill(struct fixture *f, uint64_t seed, size_t count)
{
    char message[MESSAGE_MAX];
    random_state = seed;
    for (size_t i = 0; i < count; i++) {
        random_message(message);
        add(f, 10 + 10 * random_below(2) + random_below(2), message);
    }
}

/* The text of every message of `a` is its text in `b`. */
static void expect_same(const struct fixture *a, const struct fixture *b, uint64_t group_max,
                        const char *what)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct template_input *in = &a->inputs[i];
        size_t lo = 0, hi = b->count;
        while (lo < hi && in->group <= group_max) {
            size_t mid = (lo + hi) / 2;
            if (compare_input(&b->inputs[mid], in) < 0)
                lo = mid + 1;
            else
                hi = mid;
        }
        if (in->group > group_max)
            continue;
        cr_assert(lo < b->count && compare_input(&b->inputs[lo], in) == 0, "%s: message lost", what);
        struct span x = a->texts[a->ids[i]], y = b->texts[b->ids[lo]];
        cr_expect(span_equal(x, y), "%s: '%.*s' or '%.*s'", what, (int)x.len, x.ptr, (int)y.len, y.ptr);
    }
}

Test(template, order_and_duplicates_do_not_matter)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct fixture *a = fixture_new(), *b = fixture_new();
        fill(a, seed, 1500);
        fill(b, seed, 1500);
        for (size_t i = b->count - 1; i > 0; i--) { /* another order, some twice */
            size_t k = random_below((uint32_t)i + 1);
            struct template_input kept = b->inputs[i];
            b->inputs[i] = b->inputs[k];
            b->inputs[k] = kept;
        }
        for (size_t i = 0; i < 800; i++)
            b->inputs[b->count++] = b->inputs[random_below(1500)];
        merge(a);
        merge(b);
        expect_same(a, b, UINT64_MAX, "shuffled");
        fixture_free(a);
        fixture_free(b);
    }
}

Test(template, neighbours_do_not_matter)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct fixture *a = fixture_new(), *b = fixture_new();
        fill(a, seed, 1200);
        fill(b, seed, 1200);
        char message[MESSAGE_MAX];
        for (size_t i = 0; i < 1500; i++) { /* another service, full of news */
            random_message(message);
            add(b, 40, message);
        }
        merge(a);
        merge(b);
        expect_same(a, b, 39, "with a neighbour");
        fixture_free(a);
        fixture_free(b);
    }
}

/* Are the messages a and b one template when these three (or two) are all there is? */
static bool united(const char *a, const char *b, const char *third)
{
    struct fixture *f = fixture_new();
    add(f, 10, a);
    add(f, 10, b);
    if (third)
        add(f, 10, third);
    merge(f);
    bool same = span_equal(template_of(f, 10, a), template_of(f, 10, b));
    fixture_free(f);
    return same;
}

/* Two messages that are two stay two beside a third, unless it is one with both of them. */
Test(template, a_third_message_unites_nothing)
{
    random_state = 11;
    size_t apart = 0;
    for (int i = 0; i < 1500; i++) {
        char text[3][MESSAGE_MAX];
        for (int k = 0; k < 3; k++)
            random_message(text[k]);
        if (united(text[0], text[1], NULL))
            continue;
        apart++;
        if (united(text[0], text[1], text[2]))
            cr_expect(united(text[0], text[2], NULL) && united(text[1], text[2], NULL),
                      "'%s' and '%s' by '%s'", text[0], text[1], text[2]);
    }
    cr_expect_gt(apart, 1000);
}

Test(template, every_message_fits_its_template)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct fixture *f = fixture_new();
        fill(f, seed, 1500);
        merge(f);
        for (size_t i = 0; i < f->count; i++) {
            struct span text = f->texts[f->ids[i]], masked = f->inputs[i].masked;
            cr_assert_leq(f->ids[i], i);
            cr_assert_eq(f->ids[f->ids[i]], f->ids[i]);
            cr_expect(template_fits(text, masked), "'%.*s' does not fit '%.*s'", (int)masked.len, masked.ptr,
                      (int)text.len, text.ptr);
        }
        fixture_free(f);
    }
}

Test(template, fits_says_no_too)
{
    cr_expect(template_fits(span_of("took <*> ms"), span_of("INFO took \x01 ms")));
    cr_expect_not(template_fits(span_of("took <*> ms"), span_of("took \x01 s")));
    cr_expect_not(template_fits(span_of("node <*> joined"), span_of("node \x01 left")));
    cr_expect_not(template_fits(span_of("ready"), span_of("not read")));
}

Test(template, values_are_what_stands_at_the_variables)
{
    struct span values[4];
    size_t n = template_values(span_of("job <*> of <*> is <*>"), span_of("INFO job \x01 of shop is done now"),
                               values, 4);
    cr_assert_eq(n, 3);
    cr_expect(span_equal(values[0], span_of("\x01")));
    cr_expect(span_equal(values[1], span_of("shop")));
    cr_expect(span_equal(values[2], span_of("done now")));
    n = template_values(span_of("state <*> on disk"), span_of("state UP on disk"), values, 4);
    cr_assert_eq(n, 1);
    cr_expect(span_equal(values[0], span_of("UP")));
    cr_expect_eq(template_values(span_of("state <*> on disk"), span_of("state UP on tape"), values, 4), 0);
    cr_expect_eq(template_values(span_of("no variable"), span_of("no variable"), values, 4), 0);
}

/* Kept in saved profiles and tickets: it must not change by accident. */
Test(template, the_id_stays)
{
    uint64_t id = template_id(span_of("took <*> ms"), "shop", 9);
    cr_expect_eq(id, template_id(span_of("took <*> ms"), "shop", 9));
    cr_expect_neq(id, template_id(span_of("took <*> ms"), "shop", 17));
    cr_expect_neq(id, template_id(span_of("took <*> ms"), "cart", 9));
    cr_expect_neq(id, template_id(span_of("took <*> s"), "shop", 9));
}
