#include "record/envelope.h"

#include <criterion/criterion.h>

struct row {
    const char *text;
    const char *stream; /* NULL: no envelope */
    const char *inside;
};

typedef bool envelope_function(struct span text, struct envelope *ret);

static void check(const char *name, envelope_function *function, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct envelope envelope;
        bool found = function(span_of(rows[i].text), &envelope);
        cr_expect_eq(found, rows[i].stream != NULL, "%s: '%s'", name, rows[i].text);
        if (!found || !rows[i].stream)
            continue;
        cr_expect(span_equal(envelope.stream, span_of(rows[i].stream)), "%s: stream of '%s': '%.*s'", name,
                  rows[i].text, (int)envelope.stream.len, (const char *)envelope.stream.ptr);
        cr_expect(span_equal(envelope.inside, span_of(rows[i].inside)), "%s: inside of '%s': '%.*s'", name,
                  rows[i].text, (int)envelope.inside.len, (const char *)envelope.inside.ptr);
    }
}

#define CHECK(function, rows) check(#function, function, rows, sizeof rows / sizeof *rows)

Test(envelope, kubectl)
{
    static const struct row rows[] = {
        {"[pod/cart-0/main] text", "cart-0/main", "text"},
        {"[pod/cart-0/main]", "cart-0/main", ""},
        {"[pod/cart-0/main]  text", "cart-0/main", " text"},
        {"[pod/] text", NULL, NULL},
        {"[pod/cart-0", NULL, NULL},
        {"[job/cart-0/main] text", NULL, NULL},
        {"", NULL, NULL},
    };
    CHECK(envelope_kubectl, rows);
}

Test(envelope, compose)
{
    static const struct row rows[] = {
        {"web-1  | text", "web-1", "text"},
        {"web-1  |", "web-1", ""},
        {"web-1 |  text", "web-1", " text"},
        {"web-1| text", NULL, NULL},
        {"INFO | text", NULL, NULL},
        {"a b | text", NULL, NULL},
        {"| text", NULL, NULL},
        {"web-1 ", NULL, NULL},
    };
    CHECK(envelope_compose, rows);
}

Test(envelope, stern)
{
    static const struct row rows[] = {
        {"cart-0 main text here", "cart-0 main", "text here"},
        {"cart-0 main", "cart-0 main", ""},
        {"+ cart-0 \xe2\x80\xba main", "cart-0 \xe2\x80\xba main", ""},
        {"shop cart-0 main text here", "cart-0 main", "text here"},
        {"shop cart-7d9f8b6c5d-x2x4q main", "cart-7d9f8b6c5d-x2x4q main", ""},
        {"the shop cart-0 main text", NULL, NULL},
        {"cart main text", NULL, NULL},
        {"Cart-0 main text", NULL, NULL},
        {"cart-0", NULL, NULL},
        {"pre-flight check passed", NULL, NULL},
        {"cart-0 info text", NULL, NULL},
        {"cart-hjklm main text", "cart-hjklm main", "text"},
        {"cart-0 ", NULL, NULL},
    };
    CHECK(envelope_stern, rows);
}

static bool syslog_old(struct span text, struct envelope *ret)
{
    return envelope_syslog(text, ret, NULL);
}

Test(envelope, syslog)
{
    static const struct row rows[] = {
        {"box sshd[1]: text", "sshd", "text"},
        {"box kernel: text", "kernel", "text"},
        {"sshd[1]: text", "sshd", "text"},
        {"box postfix/smtpd[1]: text", "postfix/smtpd", "text"},
        {"box sshd(pam_unix)[1]: text", "sshd(pam_unix)", "text"},
        {"box no tag here", "", "no tag here"},
        {"box sshd[1:", "", "sshd[1:"},
        {"box app:", "app", ""},
        /* Cisco: the router that speaks stands in front, with or without "service sequence-numbers" */
        {"sw2 4880: *Aug  7 14:31:05.123: %SYS-5-CONFIG_I: Configured", "sw2",
         "*Aug  7 14:31:05.123: %SYS-5-CONFIG_I: Configured"},
        {"sw2 40122: %SYS-5-CONFIG_I: x", "sw2", "%SYS-5-CONFIG_I: x"}, /* 40000 is a level of log4j */
        {"fw1 %ASA-4-106023: Deny tcp", "fw1", "%ASA-4-106023: Deny tcp"},
        {"INFO main: text", NULL, NULL},
        {"", NULL, NULL},
    };
    CHECK(syslog_old, rows);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Property: whatever went before, the memo answers as the plain reader does. */
Test(envelope, syslog_memo_never_changes_an_answer)
{
    static const char *const samples[] = {
        "combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0",
        "combo kernel: Linux version 2.6",
        "authorMacBook-Pro kernel[0]: ARPT: 620701.011328: AirPort_Brcm43xx::syncPowerState",
        "web-3 postfix/smtpd[4711]: connect from unknown[10.0.0.1]",
        "LabSZ sshd[24200]: Invalid user webmaster",
        "host ERROR: nothing of the kind is a tag",
        "WARN  host app[1]: text that goes on for a while"};
    static const char bytes[] = "sshd[]:  \t0123456789-/(ERO";
    struct syslog_memo memo = {0};
    uint64_t state = 7;
    size_t tagged = 0;
    for (size_t i = 0; i < 200000; i++) {
        char line[128];
        const char *sample = samples[i % (sizeof samples / sizeof *samples)];
        size_t len = strlen(sample);
        memcpy(line, sample, len);
        for (uint64_t change = next_random(&state) % 4; change > 0; change--)
            line[next_random(&state) % 36] = bytes[next_random(&state) % (sizeof bytes - 1)];
        if (next_random(&state) % 8 == 0)
            len = next_random(&state) % len;
        struct envelope plain = {.stream = {0}}, cached = {.stream = {0}};
        struct span text = span_make(line, len);
        bool found = envelope_syslog(text, &plain, NULL);
        cr_assert_eq(found, envelope_syslog_cached(&memo, text, &cached), "%.*s", (int)len, line);
        if (!found)
            continue;
        tagged += plain.stream.len > 0;
        cr_assert(plain.stream.ptr == cached.stream.ptr && plain.stream.len == cached.stream.len &&
                      plain.inside.ptr == cached.inside.ptr && plain.inside.len == cached.inside.len,
                  "%.*s", (int)len, line);
    }
    cr_assert_gt(tagged, 50000);
}

Test(envelope, syslog_5424)
{
    static const struct row rows[] = {
        {"box api 7 - - text", "api", "text"},
        {"box api 7 - [a b=\"c\"] text", "api", "text"},
        {"box - - - - text", "", "text"},
        {"box api 7 - - \xef\xbb\xbftext", "api", "text"},
        {"box api 7 - [open text", "api", "[open text"},
        {"box api 7", NULL, NULL},
        {"", NULL, NULL},
    };
    CHECK(envelope_syslog_5424, rows);
}

Test(envelope, cri)
{
    static const struct {
        const char *text;
        bool found, partial, error_stream;
        const char *inside;
    } rows[] = {
        {"stdout F text", true, false, false, "text"},  {"stderr P text", true, true, true, "text"},
        {"stdout F", true, false, false, ""},           {"stdout F  text", true, false, false, " text"},
        {"stdout P:x text", true, true, false, "text"}, {"stdout X text", false, false, false, ""},
        {"stdout Full text", false, false, false, ""},  {"stdout", false, false, false, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct envelope_cri cri;
        bool found = envelope_cri(span_of(rows[i].text), &cri);
        cr_expect_eq(found, rows[i].found, "'%s'", rows[i].text);
        if (found && rows[i].found)
            cr_expect(cri.partial == rows[i].partial && cri.error_stream == rows[i].error_stream &&
                          span_equal(cri.inside, span_of(rows[i].inside)),
                      "'%s'", rows[i].text);
    }
}
