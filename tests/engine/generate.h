/* Logs made from a seed, one kind per format: equal arguments give equal bytes on every machine. Each kind
 * has normal work, errors that go on all the time, and two thirds in something that was never said before. */
#ifndef TESTS_ENGINE_GENERATE_H
#define TESTS_ENGINE_GENERATE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct generator {
    FILE *out;
    uint64_t random;
    int64_t ns;   /* the clock of the log */
    size_t bytes; /* written so far */
    size_t goal;
    const char *line_end;
    unsigned open[8]; /* of writers that take turns: what is still to come of their records */
};

static inline uint64_t random_next(uint64_t *state) /* splitmix64 */
{
    uint64_t x = *state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static inline unsigned below(struct generator *g, unsigned n)
{
    return (unsigned)(random_next(&g->random) % n);
}

static inline bool late(const struct generator *g)
{
    return g->bytes > g->goal * 2 / 3;
}

__attribute__((format(printf, 2, 3))) static inline void put(struct generator *g, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vfprintf(g->out, format, args);
    va_end(args);
    g->bytes += n > 0 ? (size_t)n : 0;
}

static inline void end_line(struct generator *g)
{
    put(g, "%s", g->line_end);
}

/* Time goes on: often not at all, mostly by milliseconds, now and then by seconds, seldom back. */
static inline void tick(struct generator *g)
{
    unsigned step = below(g, 100);
    if (step < 20)
        return;
    if (step < 70)
        g->ns += (int64_t)below(g, 90) * 1000000;
    else if (step < 98)
        g->ns += (int64_t)below(g, 900) * 1000000 + 100000000;
    else if (step < 99)
        g->ns += (int64_t)below(g, 9) * 1000000000;
    else
        g->ns -= (int64_t)below(g, 50) * 1000000;
}

static inline void stamp(struct generator *g, const char *format, const char *fraction_format, int64_t unit)
{
    time_t second = (time_t)(g->ns / 1000000000);
    struct tm tm;
    char text[64];
    gmtime_r(&second, &tm);
    strftime(text, sizeof text, format, &tm);
    put(g, "%s", text);
    if (unit)
        put(g, fraction_format, (long)(g->ns % 1000000000 / unit));
}

static inline bool chance(struct generator *g, unsigned percent)
{
    return below(g, 100) < percent;
}

/* Now and then a word that was never there: first lines of patterns are found all over the file. */
static inline void rare_word(struct generator *g)
{
    if (chance(g, 4))
        put(g, " %c%c%c%c", 'a' + below(g, 26), 'a' + below(g, 26), 'a' + below(g, 26), 'a' + below(g, 26));
}

static inline const char *work_said(struct generator *g)
{
    static const char *const said[] = {
        "accepted order %u for customer c-%u", "cache hit for item %u of cart %u",
        "GET /api/v1/items/%u took %u ms",     "session %u opened from 10.0.0.%u",
        "queue depth %u, %u consumers",        "Name     : worker %u of %u",
        "stored blob %08x in %u parts",        "heartbeat %u ok, lag %u"};
    return said[below(g, 8)];
}

static inline const char *fault_said(struct generator *g)
{
    static const char *const chronic[] = {"retrying request %u after %u ms", "slow query %u took %u ms",
                                          "customer %u not found in shard %u"};
    static const char *const fresh[] = {
        "cannot open connection %u: pool of %u is exhausted", "connection %u to db-%u:5432 refused",
        "deadlock detected in batch %u of %u", "upstream %u timed out after %u ms"};
    return late(g) && below(g, 2) ? fresh[below(g, 4)] : chronic[below(g, 3)];
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
static inline void say(struct generator *g, bool fault)
{
    const char *said = fault ? fault_said(g) : work_said(g);
    unsigned a = below(g, 100000), b = below(g, 250);
    put(g, said, a, b);
    rare_word(g);
}
#pragma GCC diagnostic pop

static inline void java_trace(struct generator *g, void (*header)(struct generator *))
{
    unsigned frames = 1 + below(g, 12);
    header(g);
    put(g, "java.lang.IllegalStateException: %s %u", late(g) ? "pool closed" : "no such cart",
        below(g, 1000));
    end_line(g);
    for (unsigned i = 0; i < frames; i++) {
        header(g);
        put(g, "\tat com.shop.%s.run(%s.java:%u)", i & 1 ? "Cart" : "Pool", i & 1 ? "Cart" : "Pool",
            below(g, 500));
        end_line(g);
    }
    if (chance(g, 60)) {
        header(g);
        put(g, "Caused by: java.net.%s: db-%u", late(g) ? "ConnectException" : "SocketTimeoutException",
            below(g, 9));
        end_line(g);
        header(g);
        put(g, "\t... %u more", frames);
        end_line(g);
    }
}

static inline void no_header(struct generator *g)
{
    (void)g;
}

static inline void kind_java(struct generator *g)
{
    bool fault = chance(g, 8);
    stamp(g, "%Y-%m-%d %H:%M:%S", ",%03ld", 1000000);
    put(g, " %-5s [worker-%u] com.shop.Orders - ", fault ? "ERROR" : "INFO", below(g, 8));
    say(g, fault);
    end_line(g);
    if (fault && chance(g, 50))
        java_trace(g, no_header);
    if (chance(g, 2)) { /* a dump: times inside it are not times of the log */
        put(g, "HTTP/1.1 503 Service Unavailable%sDate: Sat, 29 Sep 2018 07:05:05 GMT%s", g->line_end,
            g->line_end);
        put(g, "{\"time\":\"2019-01-02T03:04:05Z\",\"body\":%u}%s%s", below(g, 100), g->line_end,
            g->line_end);
    }
}

static inline void oslo_header(struct generator *g)
{
    stamp(g, "%Y-%m-%d %H:%M:%S", ".%03ld", 1000000);
    put(g, " 2931 ERROR nova.api.wsgi [req-5f2d - - -] ");
}

static inline void kind_oslo(struct generator *g)
{
    if (!chance(g, 6)) {
        stamp(g, "%Y-%m-%d %H:%M:%S", ".%03ld", 1000000);
        put(g, " 2931 INFO nova.compute.manager [req-%08x - - -] ", below(g, 1u << 30));
        say(g, chance(g, 5));
        end_line(g);
        return;
    }
    oslo_header(g);
    put(g, "Traceback (most recent call last):");
    end_line(g);
    for (unsigned i = 0, frames = 1 + below(g, 6); i < frames; i++) {
        oslo_header(g);
        put(g, "  File \"/srv/nova/api.py\", line %u, in handle", below(g, 900));
        end_line(g);
        oslo_header(g);
        put(g, "    return self.call(%u)", below(g, 9));
        end_line(g);
        if (chance(g, 10))
            tick(g);
    }
    oslo_header(g);
    put(g, "%s: instance %u", late(g) ? "DBConnectionError" : "HTTPNotFound", below(g, 1000));
    rare_word(g);
    end_line(g);
    if (chance(g, 50)) {
        oslo_header(g);
        end_line(g);
    }
}

static inline void kind_syslog(struct generator *g)
{
    static const char *const tags[] = {"sshd", "kernel", "cron", "postfix/smtpd", "systemd", "app"};
    const char *tag = tags[below(g, 6)];
    stamp(g, "%b %e %H:%M:%S", "", 0);
    put(g, " host1 %s", tag);
    put(g, strcmp(tag, "kernel") == 0 ? ": " : "[%u]: ", 100 + below(g, 900));
    switch (below(g, 12)) {
    case 0: put(g, "Traceback (most recent call last):"); break;
    case 1: put(g, "  File \"/srv/app.py\", line %u, in run", below(g, 99)); break;
    case 2: put(g, "ValueError: bad value %u", below(g, 99)), rare_word(g); break;
    case 3: put(g, "\tat com.shop.Cart.run(Cart.java:%u)", below(g, 99)); break;
    default: say(g, chance(g, 10));
    }
    end_line(g);
    if (chance(g, 3)) {
        put(g, "%s", below(g, 2) ? "a line that no one stamped" : "FATAL: unstamped trouble");
        rare_word(g);
        end_line(g);
    }
}

static inline void kind_access(struct generator *g)
{
    static const unsigned status[] = {200, 200, 200, 200, 304, 404, 301, 200};
    put(g, "10.1.%u.%u - - [", below(g, 4), below(g, 250));
    stamp(g, "%d/%b/%Y:%H:%M:%S +0000", "", 0);
    put(g, "] \"GET /item/%u?q=%u HTTP/1.1\" %u %u \"-\" \"curl/8.%u\" 0.%03u", below(g, 5000), below(g, 100),
        late(g) && chance(g, 30) ? 502 : status[below(g, 8)], below(g, 90000), below(g, 9), below(g, 999));
    end_line(g);
}

static inline void kind_json(struct generator *g)
{
    bool fault = chance(g, 8);
    put(g, "{\"ts\":\"");
    stamp(g, "%Y-%m-%dT%H:%M:%S", ".%06ldZ", 1000);
    put(g, "\",\"level\":\"%s\",\"service\":\"%s\",\"msg\":\"", fault ? "error" : "info",
        below(g, 3) ? "cart" : "checkout");
    say(g, fault);
    put(g, "\",\"status\":%u", late(g) && chance(g, 20) ? 502 : 200);
    if (fault && chance(g, 40))
        put(g, ",\"stack\":\"main.run\\n\\t/srv/main.go:%u\"", below(g, 500));
    put(g, chance(g, 1) ? "" : "}"); /* cut off now and then */
    end_line(g);
}

static inline void kind_logfmt(struct generator *g)
{
    bool fault = chance(g, 8);
    put(g, "time=");
    stamp(g, "%Y-%m-%dT%H:%M:%SZ", "", 0);
    put(g, " level=%s component=%s msg=\"", fault ? "error" : "info", below(g, 2) ? "ingest" : "store");
    say(g, fault);
    put(g, "\" status=%u", late(g) && chance(g, 20) ? 503 : 200);
    end_line(g);
}

static inline void runtime_stamp(struct generator *g)
{
    stamp(g, "%Y-%m-%dT%H:%M:%S", ".%09ldZ ", 1);
}

static inline void cri_header(struct generator *g)
{
    runtime_stamp(g);
    put(g, "stderr F ");
}

static inline void kind_cri(struct generator *g)
{
    bool fault = chance(g, 8);
    for (unsigned parts = chance(g, 10) ? 1 + below(g, 4) : 0; parts; parts--) {
        runtime_stamp(g);
        put(g, "%s P part of %u bytes, ", fault ? "stderr" : "stdout", below(g, 100));
        end_line(g);
        tick(g);
    }
    runtime_stamp(g);
    put(g, "%s F ", fault ? "stderr" : "stdout");
    say(g, fault);
    end_line(g);
    if (fault && chance(g, 50))
        java_trace(g, cri_header);
}

/* CRI around objects of several services and traces, whose parts on two channels take turns. Now and then one
 * channel is silent for long, with a part open. */
static inline void kind_turns(struct generator *g)
{
    bool alone = g->bytes / 150000 % 2;
    unsigned channel = alone ? 0 : below(g, 2);
    bool more = chance(g, channel ? 30 : 5);
    runtime_stamp(g);
    put(g, "%s %c ", channel ? "stderr" : "stdout", more ? 'P' : 'F');
    if (g->open[channel]) { /* the rest of a trace */
        g->open[channel]--;
        put(g, "\tat com.shop.Cart.run(Cart.java:%u)", below(g, 500));
    } else if (chance(g, 20)) {
        put(g, "java.lang.IllegalStateException: %s", late(g) ? "pool closed" : "no such cart");
        g->open[channel] = 1 + below(g, 6);
    } else if (chance(g, 30)) {
        put(g, "{\"level\":\"%s\",\"service\":\"s%u\",\"msg\":\"", channel ? "error" : "info", below(g, 5));
        say(g, channel);
        put(g, "\"}");
    } else {
        say(g, channel);
    }
    end_line(g);
}

static inline void kind_docker(struct generator *g)
{
    bool fault = chance(g, 8);
    put(g, "{\"log\":\"");
    say(g, fault);
    put(g, "\\n\",\"stream\":\"%s\",\"time\":\"", fault ? "stderr" : "stdout");
    stamp(g, "%Y-%m-%dT%H:%M:%S", ".%09ldZ", 1);
    put(g, "\"}");
    end_line(g);
}

static inline void kind_kubectl(struct generator *g) /* kubectl logs --timestamps */
{
    bool fault = chance(g, 8);
    runtime_stamp(g);
    put(g, "%s ", fault ? "ERROR" : "INFO");
    say(g, fault);
    end_line(g);
    if (fault && chance(g, 50))
        java_trace(g, runtime_stamp);
}

static inline void kind_prefix(struct generator *g) /* kubectl logs --prefix: several writers interleaved */
{
    bool fault = chance(g, 8);
    unsigned pod = below(g, 4);
    put(g, "[pod/cart-6f9c8d7b5-x%ub2c/app] ", pod);
    stamp(g, "%Y-%m-%dT%H:%M:%SZ ", "", 0);
    say(g, fault);
    end_line(g);
    if (fault && chance(g, 50)) {
        put(g, "[pod/cart-6f9c8d7b5-x%ub2c/app] panic: %s", pod, late(g) ? "nil pool" : "index out of range");
        end_line(g);
        put(g, "[pod/cart-6f9c8d7b5-x%ub2c/app] goroutine %u [running]:", pod, below(g, 99));
        end_line(g);
    }
}

static inline void kind_compose(struct generator *g) /* traces of eight writers, line by line in turns */
{
    unsigned writer = g->bytes / 200000 % 3 ? below(g, 8) : below(g, 2);
    put(g, "shop-%u  | ", writer);
    if (g->open[writer] > 1) {
        g->open[writer]--;
        put(g, "\tat com.shop.Cart.run(Cart.java:%u)", below(g, 500));
    } else if (g->open[writer] == 1) {
        g->open[writer] = 0;
        put(g, "Caused by: java.net.%s: db", late(g) ? "ConnectException" : "SocketTimeoutException");
    } else {
        bool fault = chance(g, 8);
        stamp(g, "%Y-%m-%d %H:%M:%S", ",%03ld", 1000000);
        put(g, " %-5s ", fault ? "ERROR" : "INFO");
        say(g, fault);
        g->open[writer] = fault ? below(g, 9) : 0;
    }
    end_line(g);
}

static inline void kind_journal(struct generator *g) /* journalctl -o export */
{
    bool fault = chance(g, 8);
    put(g, "__CURSOR=s=%x;i=%x\n__REALTIME_TIMESTAMP=%lld\n", below(g, 1u << 30), below(g, 1u << 30),
        (long long)(g->ns / 1000));
    put(g, "PRIORITY=%d\nSYSLOG_IDENTIFIER=%s\nMESSAGE=", fault ? 3 : 6, below(g, 2) ? "app" : "proxy");
    say(g, fault);
    put(g, "\n\n");
}

static inline void kind_postgresql(struct generator *g)
{
    bool fault = chance(g, 10);
    stamp(g, "%Y-%m-%d %H:%M:%S", ".%03ld UTC", 1000000);
    put(g, " [%u] %s:  ", 100 + below(g, 20), fault ? "ERROR" : "LOG");
    say(g, fault);
    end_line(g);
    if (fault) {
        stamp(g, "%Y-%m-%d %H:%M:%S", ".%03ld UTC", 1000000);
        put(g, " [%u] DETAIL:  Key (id)=(%u) already exists.", 100 + below(g, 20), below(g, 99));
        end_line(g);
        stamp(g, "%Y-%m-%d %H:%M:%S", ".%03ld UTC", 1000000);
        put(g, " [%u] STATEMENT:  SELECT *%s\t  FROM orders%s\t WHERE id = %u", 100 + below(g, 20),
            g->line_end, g->line_end, below(g, 99));
        end_line(g);
    }
}

static inline void kind_timeless(struct generator *g)
{
    bool fault = chance(g, 8);
    put(g, "%s: ", fault ? "error" : "note");
    say(g, fault);
    end_line(g);
    if (fault && chance(g, 50))
        java_trace(g, no_header);
}

static inline void kind_colour(struct generator *g)
{
    bool fault = chance(g, 8);
    put(g, "\033[90m");
    stamp(g, "%Y-%m-%dT%H:%M:%SZ", "", 0);
    put(g, "\033[0m \033[%um%s\033[0m ", fault ? 31 : 32, fault ? "ERR" : "INF");
    say(g, fault);
    end_line(g);
    if (fault && chance(g, 50))
        java_trace(g, no_header);
}

static inline void kind_overlong(struct generator *g)
{
    kind_java(g);
    if (!chance(g, 1) || !chance(g, 20))
        return;
    static const size_t sizes[] = {256 * 1024 - 60, 256 * 1024, 256 * 1024 + 1, 300000, 1100000};
    bool stamped = chance(g, 50);
    if (stamped)
        stamp(g, "%Y-%m-%d %H:%M:%S,000 ERROR [dump] com.shop.Dump - ", "", 0);
    size_t size = sizes[below(g, 5)];
    for (size_t i = 0; i < size; i++)
        put(g, "%c", i % 11 ? (char)('a' + i % 11) : ' ');
    end_line(g);
}

static inline void kind_flood(struct generator *g) /* more patterns than a profile keeps */
{
    char word[16];
    for (size_t i = 0; i < sizeof word - 1; i++)
        word[i] = (char)('a' + below(g, 26));
    word[sizeof word - 1] = 0;
    stamp(g, "%Y-%m-%dT%H:%M:%SZ", "", 0);
    put(g, " %s %s", chance(g, 10) ? "ERROR" : "INFO", chance(g, 95) ? word : "steady");
    end_line(g);
}

static inline void kind_ragged(struct generator *g) /* whatever a log should not be */
{
    switch (below(g, 8)) {
    case 0: end_line(g); return;
    case 1: put(g, "   \t"); break;
    case 2: put(g, "\xff\xfe broken \xc3( text %u", below(g, 9)); break;
    case 3: put(g, "%c%c%c", 0, 0, 0); break;
    case 4: put(g, "no stamp, code %u", below(g, 99)); break;
    case 5: put(g, "  indented %u", below(g, 99)); break;
    default: kind_java(g); return;
    }
    end_line(g);
}

static const struct {
    const char *name;
    void (*kind)(struct generator *);
    const char *line_end;
} generate_kinds[] = {
    {"java", kind_java, "\n"},         {"oslo", kind_oslo, "\n"},
    {"syslog", kind_syslog, "\n"},     {"access", kind_access, "\n"},
    {"json", kind_json, "\n"},         {"logfmt", kind_logfmt, "\n"},
    {"cri", kind_cri, "\n"},           {"docker", kind_docker, "\n"},
    {"kubectl", kind_kubectl, "\n"},   {"prefix", kind_prefix, "\n"},
    {"journal", kind_journal, "\n"},   {"postgresql", kind_postgresql, "\n"},
    {"timeless", kind_timeless, "\n"}, {"colour", kind_colour, "\n"},
    {"crlf", kind_java, "\r\n"},       {"ragged", kind_ragged, "\n"},
    {"overlong", kind_overlong, "\n"}, {"flood", kind_flood, "\n"},
    {"turns", kind_turns, "\n"},       {"compose", kind_compose, "\n"},
};
#define GENERATE_KINDS (sizeof generate_kinds / sizeof *generate_kinds)

/* About `bytes` of kind `index`; the last line may lack its newline. */
static inline void generate(FILE *out, size_t index, uint64_t seed, size_t bytes)
{
    struct generator g = {.out = out,
                          .random = seed * 64 + index,
                          .ns = 1786113000LL * 1000000000, /* 2026-08-07 14:30 */
                          .goal = bytes,
                          .line_end = generate_kinds[index].line_end};
    while (g.bytes < bytes) {
        tick(&g);
        generate_kinds[index].kind(&g);
    }
    if (seed % 2)
        put(&g, "the end, without a newline");
}

#endif
