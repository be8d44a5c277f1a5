/* Which lines make a record. In the tables each line carries what it must be, written by hand: R starts a
 * record, E its exception, D a detail, F a frame, - an empty line. The lines of a table are the head of their
 * source too. */
#include "record/join.h"

#include <criterion/criterion.h>
#include <stdio.h>

struct row {
    char kind;
    const char *raw;
};

static struct stamp_context context(void)
{
    return (struct stamp_context){.reference_ns = 1795219200LL * NS_PER_SECOND}; /* 2026-11-21 */
}

static uint64_t writer_of(const struct line *line)
{
    uint64_t hash = 1;
    for (size_t i = 0; i < line->stream.len; i++)
        hash = hash * 31 + line->stream.ptr[i];
    return hash;
}

/* What a scanner does with a line: time and writer are inherited where the line has none. */
struct follow {
    struct join join;
    int64_t time_ns;
    uint64_t writer;
    bool stamped;
};

static char follow_line(struct follow *f, const struct line *line)
{
    if (line->flags & LINE_EMPTY)
        return '-';
    if (line->flags & LINE_STAMPED)
        f->time_ns = line->time_ns;
    if (line->stream.len || line->flags & LINE_STAMPED)
        f->writer = writer_of(line);
    return "REDF"[join_next(&f->join, line, f->writer, f->time_ns, f->stamped)];
}

static struct follow follow_start(bool stamped)
{
    return (struct follow){.join.last_ns = TIME_NONE, .time_ns = stamped ? 0 : TIME_NONE, .stamped = stamped};
}

static void check(const char *what, bool stamped, const struct row *rows, size_t count)
{
    static char head[65536];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(head + n, sizeof head - n, "%s\n", rows[i].raw);
    struct stamp_context about = context();
    struct line_reader reader;
    struct line line;
    line_reader_init(&reader, &about);
    line_reader_learn(&reader, span_make(head, n));
    struct follow follow = follow_start(stamped);
    for (size_t i = 0; i < count; i++) {
        cr_assert(line_parse(&reader, span_of(rows[i].raw), &line), "%s: '%s' is a part", what, rows[i].raw);
        cr_expect(!(line.flags & LINE_STAMPED) || stamped, "%s: '%s' has a time", what, rows[i].raw);
        char kind = follow_line(&follow, &line);
        cr_expect_eq(kind, rows[i].kind, "%s: '%s' is %c, not %c", what, rows[i].raw, kind, rows[i].kind);
        line_reader_recycle(&reader);
    }
    line_reader_done(&reader);
}

#define CHECK(what, stamped, rows) check(what, stamped, rows, sizeof rows / sizeof *rows)

/* --- stamped heads, bare continuations
 * ---------------------------------------------------------------------------- */

static const struct row java[] = {
    {'R', "2026-08-07 14:31:05,120 INFO  [main] com.shop.Orders - accepted order 17"},
    {'R', "2026-08-07 14:31:05,123 ERROR [main] com.shop.Orders - failed order 18"},
    {'E', "java.lang.IllegalStateException: no connection"},
    {'F', "\tat com.shop.Pool.take(Pool.java:88)"},
    {'F', "\tat com.shop.Orders.run(Orders.java:17) ~[shop.jar:1.2]"},
    {'E', "\tSuppressed: java.io.IOException: close failed"},
    {'F', "\t\tat com.shop.Pool.close(Pool.java:99)"},
    {'E', "Caused by: java.net.ConnectException: Connection refused (Connection refused)"},
    {'F', "\tat java.net.Socket.connect(Socket.java:589)"},
    {'F', "\t... 24 more"},
    {'R', "2026-08-07 14:31:05,130 INFO  [main] com.shop.Orders - accepted order 19"},
    {'R', "2026-08-07 14:31:05,131 WARN  [main] com.shop.Orders - retrying order 18"},
};

static const struct row python[] = {
    {'R', "2026-08-07 14:31:05,123 ERROR app: request failed"},
    {'F', "Traceback (most recent call last):"},
    {'F', "  File \"/srv/app.py\", line 17, in handle"},
    {'F', "    return self.call(request)"},
    {'F', "           ^^^^^^^^^^^^^^^^^^"},
    {'E', "KeyError: 'cart'"},
    {'-', ""},
    {'F', "During handling of the above exception, another exception occurred:"},
    {'-', ""},
    {'F', "Traceback (most recent call last):"},
    {'F', "  File \"/srv/app.py\", line 20, in handle"},
    {'F', "    raise ShopError(key)"},
    {'E', "shop.errors.ShopError: no cart"},
    {'R', "2026-08-07 14:31:05,124 INFO app: next request"},
    {'R', "2026-08-07 14:31:05,125 INFO app: next request"},
};

static const struct row go_panic[] = {
    {'R', "2026/08/07 14:31:05 listening on :8080"},
    {'R', "2026/08/07 14:31:06 GET /cart"},
    {'R', "panic: runtime error: invalid memory address or nil pointer dereference"},
    {'E', "\tpanic: again"},
    {'-', ""},
    {'F', "goroutine 41 [running]:"},
    {'F', "main.(*Cart).Add(0x0, 0x11)"},
    {'F', "\t/srv/cart.go:51 +0x1d"},
    {'F', "created by net/http.(*Server).Serve in goroutine 1"},
    {'F', "\t/usr/local/go/src/net/http/server.go:3086 +0x5cb"},
    {'R', "2026/08/07 14:31:09 listening on :8080"},
    {'R', "2026/08/07 14:31:09 GET /cart"},
    {'R', "2026/08/07 14:31:09 GET /cart"},
    {'R', "2026/08/07 14:31:10 GET /cart"},
    {'R', "2026/08/07 14:31:10 GET /cart"},
};

static const struct row node[] = {
    {'R', "2026-08-07T14:31:05.123Z error: cannot read the cart"},
    {'E', "TypeError: Cannot read properties of undefined (reading 'items')"},
    {'F', "    at total (/srv/cart.js:17:22)"},
    {'F', "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"},
    {'R', "2026-08-07T14:31:05.124Z info: next"},
};

static const struct row postgresql[] = {
    {'R', "2026-08-07 14:31:05.100 UTC [311] LOG:  duration: 12.1 ms"},
    {'R', "2026-08-07 14:31:05.123 UTC [311] ERROR:  duplicate key value violates unique constraint \"o\""},
    {'D', "2026-08-07 14:31:05.123 UTC [311] DETAIL:  Key (id)=(17) already exists."},
    {'D', "2026-08-07 14:31:05.123 UTC [311] STATEMENT:  INSERT INTO orders"},
    {'F', "\tVALUES (17,"},
    {'F', "\t18)"},
    {'R', "2026-08-07 14:31:05.124 UTC [312] ERROR:  relation \"cart\" does not exist"},
    {'D', "2026-08-07 14:31:05.124 UTC [312] HINT:  Create it."},
    {'R', "2026-08-07 14:31:05.124 UTC [407] DETAIL:  of an error that another process had"},
    {'R', "2026-08-07 14:31:05.300 UTC [311] LOG:  duration: 12.1 ms"},
    {'R', "2026-08-07 14:31:09.300 UTC [311] DETAIL:  parameters: long after"},
};

static const struct row postgresql_bare[] = {
    {'R', "2026-08-07 14:31:05.123 UTC ERROR:  relation \"cart\" does not exist"},
    {'F', "DETAIL:  it was dropped"},
    {'F', "HINT:  Create it."},
    {'F', "STATEMENT:  SELECT * FROM cart"},
    {'R', "2026-08-07 14:31:05.124 UTC LOG:  checkpoint starting: time"},
    {'R', "2026-08-07 14:31:05.125 UTC LOG:  checkpoint complete"},
    {'R', "2026-08-07 14:31:05.126 UTC LOG:  checkpoint starting: time"},
};

static const struct row mysql[] = {
    {'R', "2026-08-07T14:31:05.123456Z 8 [ERROR] [MY-012592] [InnoDB] Operating system error number 28"},
    {'R', "2026-08-07T14:31:05.123460Z 8 [Note] [MY-010136] [Server] transactions deadlock detected"},
    {'D', "*** (1) TRANSACTION:"},
    {'D', "TRANSACTION 2845, ACTIVE 3 sec starting index read"},
    {'D', "UPDATE cart SET n = 2 WHERE id = 7"},
    {'R', "2026-08-07T14:31:05.123470Z 0 [System] [MY-010931] [Server] ready for connections"},
    {'R', "2026-08-07T14:31:05.123480Z 0 [System] [MY-010931] [Server] ready for connections"},
    {'R', "2026-08-07T14:31:05.123490Z 0 [System] [MY-010931] [Server] ready for connections"},
};

static const struct row dotnet[] = {
    {'R', "2026-08-07 14:31:05.123 +00:00 [ERR] Unhandled request"},
    {'E', "System.InvalidOperationException: Sequence contains no elements"},
    {'E', " ---> System.TimeoutException: the pool is empty"},
    {'F', "   at Shop.Pool.Take() in /src/Pool.cs:line 12"},
    {'F', "   --- End of inner exception stack trace ---"},
    {'F', "   at Shop.Cart.Total() in /src/Cart.cs:line 17"},
    {'R', "2026-08-07 14:31:05.124 +00:00 [INF] next"},
};

/* What speaks of a failure, or has a level, is heard by itself although it has no stamp. */
static const struct row unstamped_trouble[] = {
    {'R', "2026-08-07 14:31:05 INFO started"},
    {'D', "a banner of the library"},
    {'R', "FATAL: cannot bind port 80"},
    {'R', "2026-08-07 14:31:06 INFO started"},
    {'R', "ERROR out of sockets"},
    {'R', "2026-08-07 14:31:07 INFO started"},
    {'R', "2026-08-07 14:31:07 INFO started"},
};

/* A dump inside a message: its times are not times of the log. */
static const struct row dump[] = {
    {'R', "2026-08-07 14:31:05,100 WARN [http] proxy - upstream answered:"},
    {'D', "HTTP/1.1 503 Service Unavailable"},
    {'D', "Date: Sat, 29 Sep 2018 07:05:05 GMT"},
    {'D', "Expires: 2018-09-29T07:05:05Z"},
    {'-', ""},
    {'D', "{\"time\":\"2018-09-29T07:05:05Z\",\"answer\":\"try later\"}"},
    {'R', "2026-08-07 14:31:05,200 INFO [http] proxy - next"},
    {'R', "2026-08-07 14:31:05,201 INFO [http] proxy - next"},
    {'R', "2026-08-07 14:31:05,202 INFO [http] proxy - next"},
    {'R', "2026-08-07 14:31:05,203 INFO [http] proxy - next"},
    {'R', "2026-08-07 14:31:05,204 INFO [http] proxy - next"},
    {'R', "2026-08-07 14:31:05,205 INFO [http] proxy - next"},
    {'R', "2026-08-07 14:31:05,206 INFO [http] proxy - next"},
};

/* --- every line stamped
 * ------------------------------------------------------------------------------------------- */

static const struct row oslo[] = {
    {'R', "2026-08-07 14:31:05.120 2931 INFO nova.api [req-5f2d - - -] GET /servers"},
    {'R', "2026-08-07 14:31:05.123 2931 ERROR nova.api [req-5f2d - - -] Traceback (most recent call last):"},
    {'F', "2026-08-07 14:31:05.123 2931 ERROR nova.api [req-5f2d - - -]   File \"/srv/api.py\", line 1, in "
          "handle"},
    {'F', "2026-08-07 14:31:05.123 2931 ERROR nova.api [req-5f2d - - -]     return self.call()"},
    {'E', "2026-08-07 14:31:05.123 2931 ERROR nova.api [req-5f2d - - -] DBConnectionError: (2003, \"cannot "
          "connect\")"},
    {'F', "2026-08-07 14:31:05.123 2931 ERROR nova.api [req-5f2d - - -] "},
    {'R', "2026-08-07 14:31:05.124 2931 ERROR nova.api [req-77aa - - -] the next request failed"},
    {'R', "2026-08-07 14:31:05.125 2931 INFO nova.api [req-77aa - - -] Name     : value"},
    {'R', "2026-08-07 14:31:05.126 2931 INFO nova.api [req-77aa - - -] ValueError: not in a traceback"},
};

/* The traceback follows its own message, as LOG.exception writes it: one record. */
static const struct row oslo_exception[] = {
    {'R', "2026-08-07 14:31:05.122 2931 ERROR nova.api [req-5f2d - - -] unexpected error in handle"},
    {'F', "2026-08-07 14:31:05.122 2931 ERROR nova.api [req-5f2d - - -] Traceback (most recent call last):"},
    {'F', "2026-08-07 14:31:05.122 2931 ERROR nova.api [req-5f2d - - -]   File \"/srv/api.py\", line 1, in "
          "handle"},
    {'E', "2026-08-07 14:31:05.122 2931 ERROR nova.api [req-5f2d - - -] KeyError: 'uuid'"},
    {'R', "2026-08-07 14:31:06.122 2931 ERROR nova.api [req-5f2d - - -]   late, a record of its own"},
};

/* kubectl logs --timestamps: the runtime stamped each line of the trace. */
static const struct row kubectl[] = {
    {'R', "2026-08-07T14:31:05.120000001Z INFO accepted order 17"},
    {'R', "2026-08-07T14:31:05.123000001Z ERROR failed order 18"},
    {'E', "2026-08-07T14:31:05.123000002Z java.lang.IllegalStateException: no connection"},
    {'F', "2026-08-07T14:31:05.123000003Z \tat com.shop.Pool.take(Pool.java:88)"},
    {'F', "2026-08-07T14:31:05.123000004Z \tat com.shop.Orders.run(Orders.java:17)"},
    {'E', "2026-08-07T14:31:05.123000005Z Caused by: java.net.ConnectException: Connection refused"},
    {'F', "2026-08-07T14:31:05.123000006Z \t... 24 more"},
    {'R', "2026-08-07T14:31:05.124000001Z INFO accepted order 19"},
    {'R', "2026-08-07T14:31:06.500000001Z java.lang.IllegalStateException: long after"},
};

/* A line of another program never carries on a record. */
static const struct row syslog[] = {
    {'R', "Aug  7 14:31:05 box app[7]: Traceback (most recent call last):"},
    {'F', "Aug  7 14:31:05 box app[7]:   File \"/srv/app.py\", line 17, in run"},
    {'E', "Aug  7 14:31:05 box app[7]: ValueError: bad cart"},
    {'R', "Aug  7 14:31:05 box cron[9]: OSError: no crontab"},
    {'R', "Aug  7 14:31:05 box kernel: eth0 is down"},
    {'R', "Aug  7 14:31:05 box sshd[11]:   indented, but said by another program"},
    {'R', "Aug  7 14:31:05 box app[7]: Traceback (most recent call last):"},
    {'R', "Aug  7 14:31:05 box cron[9]: job done"},
    {'R', "Aug  7 14:31:05 box app[7]: named: behind what another program said"},
};

/* --- no times at all
 * ---------------------------------------------------------------------------------------------- */

static const struct row timeless[] = {
    {'R', "starting the shop"},
    {'R', "ERROR failed order 18"},
    {'R', "java.lang.IllegalStateException: no connection"},
    {'F', "\tat com.shop.Pool.take(Pool.java:88)"},
    {'E', "Caused by: java.net.ConnectException: Connection refused"},
    {'F', "\t... 24 more"},
    {'R', "accepted order 19"},
    {'F', "Traceback (most recent call last):"},
    {'F', "  File \"/srv/app.py\", line 17, in handle"},
    {'E', "KeyError: 'cart'"},
    {'R', "accepted order 20"},
    {'R', "panic: runtime error: index out of range [5] with length 3"},
    {'F', "goroutine 1 [running]:"},
    {'F', "main.(*Cart).Add(0x0, 0x11)"},
    {'F', "\t/srv/cart.go:33 +0x1b"},
    {'F', "created by main.main in goroutine 1"},
    {'F', "\t/srv/cart.go:12"},
    {'R', "http.ListenAndServe failed (again)"},
};

Test(join, tables)
{
    CHECK("java", true, java);
    CHECK("python", true, python);
    CHECK("node", true, node);
    CHECK("postgresql", true, postgresql);
    CHECK("postgresql without pid", true, postgresql_bare);
    CHECK("mysql", true, mysql);
    CHECK("dotnet", true, dotnet);
    CHECK("unstamped trouble", true, unstamped_trouble);
    CHECK("dump", true, dump);
    CHECK("oslo", true, oslo);
    CHECK("oslo exception", true, oslo_exception);
    CHECK("kubectl", true, kubectl);
    CHECK("syslog", true, syslog);
    CHECK("go", true, go_panic);
    CHECK("timeless", false, timeless);
}

/* A record ends at JOIN_LINES_MAX lines, and what follows goes on as a new one. */
Test(join, long_records_are_cut)
{
    struct follow follow = follow_start(true);
    struct line head = {.message = span_of("failed"), .time_ns = 5, .flags = LINE_STAMPED};
    struct line frame = {.message = span_of("at a.b.C"), .time_ns = TIME_NONE, .flags = LINE_INDENTED};
    cr_expect_eq(follow_line(&follow, &head), 'R');
    size_t records = 0;
    for (size_t i = 1; i < 5 * JOIN_LINES_MAX; i++)
        records += follow_line(&follow, &frame) == 'R';
    cr_expect_eq(records, 4);
}

/* --- boundaries
 * --------------------------------------------------------------------------------------------------- */

static uint64_t random_state;

static unsigned below(unsigned n)
{
    uint64_t x = random_state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (unsigned)((x ^ x >> 31) % n);
}

static struct line random_line(int64_t *now)
{
    static const char *const headers[] = {
        "", "ERROR nova.api [req-1] ", "ERROR nova.api [req-2] ", "WARN ", "INFO  ", "[   main] ", "2931: "};
    static const char *const bodies[] = {
        "Traceback (most recent call last):",
        "  File \"a.py\", line 1, in f",
        "    return f()",
        "ValueError: bad",
        "Invalid: bad",
        "During handling of the above exception, another exception occurred:",
        "During handling request",
        "The above exception was the direct cause",
        "Caused by: java.io.IOException: x",
        "at a.b.C(C.java:1)",
        "\tat a.b.C(C.java:1)",
        "... 2 more",
        "accepted order",
        "DETAIL:  Key exists",
        "Name     : value",
        "ends here.",
        "",
        "x"};
    static const int64_t steps[] = {0, 0, 0, 1000000, JOIN_GAP_NS, JOIN_GAP_NS + 1, -5000000, 7000000000};
    static char texts[256][256];
    static unsigned next;
    static const char *const streams[] = {"", "", "", "cron", "app"};
    char *text = texts[next++ % 256];
    int n = snprintf(text, sizeof *texts, "%s%s", headers[below(7)], bodies[below(18)]);
    struct line line = {.raw = span_make(text, (size_t)n), .message = span_trim(span_make(text, (size_t)n))};
    line.stream = span_of(streams[below(5)]);
    line.time_ns = TIME_NONE;
    if (below(6)) {
        *now += steps[below(8)];
        line.time_ns = *now;
        line.flags = LINE_STAMPED;
    } else {
        line.stream = span_of("");
    }
    if (n && (text[0] == ' ' || text[0] == '\t'))
        line.flags |= LINE_INDENTED;
    if (line.message.len == 0)
        line.flags |= LINE_EMPTY;
    if (below(3) == 0)
        line.flags |= LINE_ENVELOPE;
    return line;
}

/* From each boundary on, a follower that knows nothing of what came before sees what the first one sees. */
Test(join, a_boundary_needs_no_past)
{
    enum { LINES = 120 };
    size_t boundaries = 0, close_boundaries = 0;
    for (uint64_t seed = 1; seed <= 6000; seed++) {
        struct line lines[LINES];
        char kinds[LINES];
        int64_t now = 1786113000LL * NS_PER_SECOND;
        struct follow whole = follow_start(true);
        random_state = seed;
        for (size_t i = 0; i < LINES; i++) {
            lines[i] = random_line(&now);
            kinds[i] = follow_line(&whole, &lines[i]);
        }
        for (size_t b = 1; b < LINES; b++) {
            if (!join_boundary(&lines[b - 1], &lines[b]))
                continue;
            int64_t gap = lines[b].time_ns - lines[b - 1].time_ns;
            boundaries++;
            close_boundaries += gap >= 0 && gap <= JOIN_GAP_NS;
            cr_assert_eq(kinds[b], 'R', "seed %u: a boundary inside a record: '%.*s' behind '%.*s'",
                         (unsigned)seed, (int)lines[b].raw.len, (const char *)lines[b].raw.ptr,
                         (int)lines[b - 1].raw.len, (const char *)lines[b - 1].raw.ptr);
            struct follow late = follow_start(true);
            for (size_t i = b; i < LINES && i < b + 30; i++) {
                char kind = follow_line(&late, &lines[i]);
                cr_assert_eq(kind, kinds[i], "seed %u: from line %zu, line %zu '%.*s' is %c, not %c",
                             (unsigned)seed, b, i, (int)lines[i].raw.len, (const char *)lines[i].raw.ptr,
                             kind, kinds[i]);
            }
        }
    }
    cr_expect_gt(boundaries, 100000);
    cr_expect_gt(close_boundaries, 10000);
}

/* Without boundaries a large file is read by one thread: ordinary lines give one nearly everywhere. */
Test(join, ordinary_lines_are_boundaries)
{
    static const char *const sources[][4] = {
        {"2026-08-07 14:31:05,120 INFO  [main] com.shop.Orders - accepted order 17",
         "2026-08-07 14:31:05,121 INFO  [main] com.shop.Orders - accepted order 18",
         "2026-08-07 14:31:05,122 WARN  [pool] com.shop.Orders - retrying order 18",
         "2026-08-07 14:31:05,122 INFO  [main] com.shop.Orders - accepted order 20"},
        {"2026-08-07T14:31:05.120000001Z INFO accepted order 17",
         "2026-08-07T14:31:05.121000001Z INFO accepted order 18",
         "2026-08-07T14:31:05.122000001Z INFO accepted order 19",
         "2026-08-07T14:31:05.123000001Z INFO rejected order 20"},
        {"Aug  7 14:31:05 box app[7]: accepted order 17", "Aug  7 14:31:05 box app[7]: accepted order 18",
         "Aug  7 14:31:05 box cron[9]: job done", "Aug  7 14:31:05 box app[7]: accepted order 19"},
        {"2026-08-07 14:31:05.120 2931 INFO nova.api [req-5f2d - - -] GET /servers",
         "2026-08-07 14:31:05.121 2931 INFO nova.api [req-5f2d - - -] GET /images",
         "2026-08-07 14:31:05.122 2931 INFO nova.api [req-77aa - - -] Name     : value",
         "2026-08-07 14:31:05.123 2931 ERROR nova.api [req-77aa - - -] the request failed"},
    };
    for (size_t s = 0; s < sizeof sources / sizeof *sources; s++) {
        char head[1024];
        int n = snprintf(head, sizeof head, "%s\n%s\n%s\n%s\n", sources[s][0], sources[s][1], sources[s][2],
                         sources[s][3]);
        struct stamp_context about = context();
        struct line_reader reader;
        struct line before, line;
        line_reader_init(&reader, &about);
        line_reader_learn(&reader, span_make(head, (size_t)n));
        for (size_t i = 1; i < 4; i++) {
            line_parse(&reader, span_of(sources[s][i - 1]), &before);
            line_parse(&reader, span_of(sources[s][i]), &line);
            cr_expect(join_boundary(&before, &line), "no boundary before '%s'", sources[s][i]);
        }
        line_reader_done(&reader);
    }
}
