/* generate: logs to measure with. The same format, size and seed give the same bytes.
 *
 *      generate FORMAT BYTES [SEED] >FILE          FORMAT: syslog access logfmt cri zap pino java
 *
 * About 300 templates that occur by Zipf's law, some hundred lines a second, one line in twelve a warning or
 * an error. What a template says and how its lines vary is made up; how lines look is what the programs
 * write. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEMPLATES = 300, TEXT_BYTES_MAX = 256, LINE_BYTES_MAX = 4096, START_S = 1786060800 /* 2026-08-07 */ };

struct template
{
    char text[TEXT_BYTES_MAX]; /* % and a letter: a value (put_value) */
    double until;              /* sum of the shares up to this one */
    int level;                 /* 0 debug, 1 info, 2 warning, 3 error */
    int component, tag;
};

struct line {
    char bytes[LINE_BYTES_MAX];
    size_t n;
};

static uint64_t random_state;
static struct template templates[TEMPLATES];
static int64_t now_us;

static uint64_t random_bits(void) /* splitmix64 */
{
    uint64_t x = random_state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static unsigned below(unsigned n)
{
    return (unsigned)((random_bits() >> 32) * n >> 32);
}

#define PICK(list) ((list)[below(sizeof(list) / sizeof *(list))])

static const char *const subjects[] = {
    "connection", "request",  "session", "worker", "queue",    "cache entry", "transaction", "snapshot",
    "replica",    "consumer", "upload",  "lease",  "job",      "index",       "partition",   "token",
    "order",      "payment",  "cart",    "volume", "endpoint", "subscription"};
static const char *const good[] = {"accepted",  "completed", "opened",   "closed",    "refreshed",
                                   "scheduled", "stored",    "removed",  "assigned",  "released",
                                   "received",  "published", "loaded",   "committed", "compacted",
                                   "renewed",   "updated",   "validated"};
static const char *const bad[] = {"failed", "timed out", "was refused", "is late", "lost", "rejected"};
static const char *const tails[] = {
    "from %i:%p",         "for user %u",       "in %d ms",      "id=%x",
    "request %g",         "with %d items",     "at offset %n",  "on node-%s",
    "path /api/v1/%w/%n", "after %d attempts", "size %n bytes", "by policy %w",
    "shard %s of %w",     "region eu-west-%s", "key '%w-%n'",   "version 1.%s.%s",
    "waiting for %w",     "without changes"};
static const char *const words[] = {"orders",  "billing", "search", "images",
                                    "profile", "stock",   "mail",   "audit"};
static const char *const components[] = {"http.Server",    "db.Pool",      "cache.Store",
                                         "queue.Consumer", "auth.Tokens",  "jobs.Runner",
                                         "store.Compact",  "net.Listener", "billing.Charge"};
static const char *const tags[] = {"sshd",    "nginx", "kubelet",      "dockerd",
                                   "systemd", "shopd", "postfix/smtpd"};
static const char *const agents[] = {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                                     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
                                     "like Gecko) Chrome/126.0.0.0 Safari/537.36",
                                     "kube-probe/1.30", "curl/8.7.1"};
static const char *const level_words[] = {"debug", "info", "warn", "error"};
static const char *const level_capitals[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};

static void make_templates(void)
{
    double sum = 0;
    for (int i = 0; i < TEMPLATES; i++) {
        struct template *t = &templates[i];
        unsigned bad_one = below(12) == 0;
        t->level = bad_one ? 2 + (int)below(2) : below(6) == 0 ? 0 : 1;
        t->component = (int)below(sizeof components / sizeof *components);
        t->tag = (int)below(sizeof tags / sizeof *tags);
        size_t n = (size_t)snprintf(t->text, sizeof t->text, "%s %s", PICK(subjects),
                                    bad_one ? PICK(bad) : PICK(good));
        for (unsigned k = 1 + below(3); k > 0 && n < 150; k--)
            n += (size_t)snprintf(t->text + n, sizeof t->text - n, " %s", PICK(tails));
        t->until = sum += 1.0 / (i + 1);
    }
    for (int i = 0; i < TEMPLATES; i++)
        templates[i].until /= sum;
}

static const struct template *next_template(void)
{
    double at = (double)(random_bits() >> 11) / 9007199254740992.0;
    int low = 0, high = TEMPLATES - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (templates[middle].until < at)
            low = middle + 1;
        else
            high = middle;
    }
    return &templates[low];
}

static __attribute__((format(printf, 2, 3))) void put(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    line->n += (size_t)vsnprintf(line->bytes + line->n, sizeof line->bytes - line->n, format, args);
    va_end(args);
}

static void put_hex(struct line *line, int digits)
{
    for (uint64_t bits = random_bits(); digits > 0; digits--, bits >>= 4)
        line->bytes[line->n++] = "0123456789abcdef"[bits & 15];
}

static void put_uuid(struct line *line)
{
    static const int parts[] = {8, 4, 4, 4, 12};
    for (int i = 0; i < 5; i++) {
        if (i)
            put(line, "-");
        put_hex(line, parts[i]);
    }
}

static void put_value(struct line *line, char kind)
{
    switch (kind) {
    case 'i': put(line, "10.%u.%u.%u", below(8), below(256), below(256)); break;
    case 'p': put(line, "%u", 1024 + below(60000)); break;
    case 'u': put(line, "user%u", below(5000)); break;
    case 'd': put(line, "%u", below(200)); break;
    case 'n': put(line, "%u", below(10000000)); break;
    case 's': put(line, "%u", below(9)); break;
    case 'w': put(line, "%s", PICK(words)); break;
    case 'x': put_hex(line, 16); break;
    case 'g': put_uuid(line); break;
    }
}

static void put_text(struct line *line, const struct template *t)
{
    for (const char *p = t->text; *p; p++) {
        if (*p == '%')
            put_value(line, *++p);
        else
            line->bytes[line->n++] = *p;
    }
}

static void put_time(struct line *line, const char *format)
{
    static time_t last;
    static struct tm tm;
    char text[64];
    time_t second = now_us / 1000000;
    if (second != last)
        gmtime_r(&second, &tm);
    last = second;
    strftime(text, sizeof text, format, &tm);
    put(line, "%s", text);
}

static unsigned status_of(const struct template *t)
{
    static const unsigned fine[] = {200, 200, 200, 200, 201, 204, 304, 404};
    return t->level == 3 ? 502 + below(2) : PICK(fine);
}

/* ---- formats ---- */

static void put_syslog(struct line *line, const struct template *t)
{
    put_time(line, "%b %e %H:%M:%S");
    put(line, " web-3 %s[%u]: ", tags[t->tag], 700 + (unsigned)t->tag * 211);
    put_text(line, t);
}

static void put_access(struct line *line, const struct template *t)
{
    put(line, "10.4.%u.%u - - [", below(256), below(256));
    put_time(line, "%d/%b/%Y:%H:%M:%S +0000");
    put(line, "] \"%s /%s/%s/%u HTTP/1.1\" %u %u \"-\" \"%s\"", below(5) ? "GET" : "POST", words[t->tag],
        words[t->component % 8], below(100000), status_of(t), below(90000), PICK(agents));
}

static void put_logfmt(struct line *line, const struct template *t)
{
    put_time(line, "ts=%Y-%m-%dT%H:%M:%S");
    put(line, ".%03uZ level=%s caller=%s.go:%u component=%s msg=\"", (unsigned)(now_us / 1000 % 1000),
        level_words[t->level], words[t->component % 8], 20 + (unsigned)t->tag * 37, components[t->component]);
    put_text(line, t);
    put(line, "\" duration=%u.%03ums", below(900), below(1000));
    if (t->level == 3)
        put(line, " err=\"context deadline exceeded\"");
}

static void put_cri(struct line *line, const struct template *t)
{
    put_time(line, "%Y-%m-%dT%H:%M:%S");
    put(line, ".%06u%03uZ %s F %s [%s] ", (unsigned)(now_us % 1000000), below(1000),
        t->level == 3 ? "stderr" : "stdout", level_capitals[t->level], components[t->component]);
    put_text(line, t);
}

static void put_zap(struct line *line, const struct template *t)
{
    put(line,
        "{\"level\":\"%s\",\"ts\":%lld.%06u,\"logger\":\"%s\",\"caller\":\"%s/handler.go:%u\",\"msg\":\"",
        level_words[t->level], (long long)(now_us / 1000000), (unsigned)(now_us % 1000000),
        components[t->component], words[t->component % 8], 20 + (unsigned)t->tag * 37);
    put_text(line, t);
    put(line, "\",\"request_id\":\"");
    put_uuid(line);
    put(line,
        "\",\"method\":\"GET\",\"path\":\"/api/v1/%s/"
        "%u\",\"status\":%u,\"duration\":0.%06u,\"remote\":\"10.2.%u.%u:%u\","
        "\"trace_id\":\"",
        words[t->tag], below(100000), status_of(t), below(1000000), below(256), below(256),
        1024 + below(60000));
    put_hex(line, 16);
    put_hex(line, 16);
    put(line, "\"}");
}

static void put_pino(struct line *line, const struct template *t)
{
    put(line, "{\"level\":%d,\"time\":%lld,\"pid\":17,\"hostname\":\"shop-7c9d8b5f6-x2x4q\",\"reqId\":\"",
        20 + 10 * t->level, (long long)(now_us / 1000));
    put_uuid(line);
    put(line,
        "\",\"req\":{\"method\":\"GET\",\"url\":\"/%s/"
        "%u?page=%u\",\"headers\":{\"host\":\"shop.example\",\"user-agent\":\"%s\","
        "\"accept\":\"*/*\"},\"remoteAddress\":\"10.2.%u.%u\",\"remotePort\":%u},\"res\":{\"statusCode\":%u},"
        "\"responseTime\":%u,\"msg\":\"",
        words[t->tag], below(100000), below(30), PICK(agents), below(256), below(256), 1024 + below(60000),
        status_of(t), below(900));
    put_text(line, t);
    put(line, "\"}");
}

static void put_java(struct line *line, const struct template *t)
{
    put_time(line, "%Y-%m-%d %H:%M:%S");
    put(line, ",%03u %s [worker-%u] com.example.%s - ", (unsigned)(now_us / 1000 % 1000),
        level_capitals[t->level], below(16), components[t->component]);
    put_text(line, t);
    if (t->level < 3 || below(4))
        return;
    put(line, "\njava.io.IOException: %s refused\n", words[t->tag]);
    for (unsigned i = 6 + below(12); i > 0; i--)
        put(line, "\tat com.example.%s.call%u(%s.java:%u)\n", components[t->component], i, words[i % 8],
            30 + i * 7);
    put(line, "Caused by: java.net.SocketTimeoutException: Read timed out\n\t... 14 more");
}

static const struct {
    const char *name;
    void (*put)(struct line *line, const struct template *t);
} formats[] = {{"syslog", put_syslog}, {"access", put_access}, {"logfmt", put_logfmt}, {"cri", put_cri},
               {"zap", put_zap},       {"pino", put_pino},     {"java", put_java}};

int main(int argc, char **argv)
{
    size_t format = 0, formats_count = sizeof formats / sizeof *formats;
    while (argc > 1 && format < formats_count && strcmp(argv[1], formats[format].name) != 0)
        format++;
    if (argc < 3 || format == formats_count) {
        fprintf(stderr, "usage: generate syslog|access|logfmt|cri|zap|pino|java BYTES [SEED]\n");
        return 2;
    }
    uint64_t bytes = strtoull(argv[2], NULL, 10), written = 0;
    random_state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    make_templates();
    now_us = (int64_t)START_S * 1000000;
    while (written < bytes) {
        struct line line = {.n = 0};
        now_us += below(6000);
        formats[format].put(&line, next_template());
        line.bytes[line.n++] = '\n';
        written += line.n;
        if (fwrite(line.bytes, 1, line.n, stdout) != line.n) {
            perror("generate");
            return 2;
        }
    }
    return fflush(stdout) == 0 ? 0 : 2;
}
