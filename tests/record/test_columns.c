#include "record/columns.h"

#include <criterion/criterion.h>

static uint8_t learn(const char *const *messages, size_t count)
{
    struct columns_count counted = {0};
    for (size_t i = 0; i < count; i++)
        columns_count(&counted, span_of(messages[i]));
    return columns_level(&counted);
}
#define LEARN(...)                                                                                           \
    learn((const char *[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *))

Test(columns, levels)
{
    cr_expect_eq(LEARN("info\tMetrics\t{}", "error\tqueue.go:128\tExporting failed", "info\tserver\tready"),
                 1);
    cr_expect_eq(LEARN("[74] LOG C-0x1: login", "[74] WARNING C-0x1: pooler error", "[74] LOG got SIGINT"),
                 2);
    cr_expect_eq(LEARN("4F D req.c: begin", "50 I req.c: ready", "51 E req.c: gone"), 2);
    cr_expect_eq(LEARN("FOO node rbd err lost", "FOO node rbd info ready", "FOO node rbd err gone"), 4);
    /* the words of the header tell all: no need of a column */
    cr_expect_eq(LEARN("ERROR no answer", "INFO ready", "WARN slow"), 0);
    /* an everyday word or a letter that never changes is no level; nor is one that some lines miss */
    cr_expect_eq(LEARN("system is up", "system is down", "system is up"), 0);
    cr_expect_eq(LEARN("drive D is full", "drive D is mounted", "drive D is gone"), 0);
    cr_expect_eq(LEARN("info one", "and two", "info three"), 0);
    cr_expect_eq(LEARN("info one"), 0, "one line proves nothing");
    cr_expect_eq(columns_severity(3, span_of("1702 14638 E Audio: gone")), 17);
    cr_expect_eq(columns_severity(2, span_of("[74] WARNING C-0x1")), 13);
    cr_expect_eq(columns_severity(4, span_of("two words")), 0);
    cr_expect_eq(columns_severity(1, span_of("warn2 words")), 0, "masking hides words with a digit");
}

/* The field that names the status, and what the line of such a log then says; the field names are W3C's. */
static struct span request_of(const char *fields, const char *line, struct scratch *scratch)
{
    struct columns columns = {0};
    cr_assert(columns_named(span_of(fields), &columns));
    return columns_request(&columns, span_of(line), scratch);
}

Test(columns, w3c)
{
    struct columns columns = {0};
    cr_expect_not(columns_named(span_of("#Fields: date time cs-uri"), &columns));
    cr_expect_not(columns_named(span_of("Fields: sc-status"), &columns));
    cr_assert(columns_named(span_of("#Fields: date time s-ip cs-method sc-status sc-substatus"), &columns));
    cr_expect_eq(columns.status, 5);
    cr_expect_eq(columns_status(5, span_of("2026-08-07 14:31:05 10.0.0.1 GET 503 0 64")), 503);
    cr_expect_eq(columns_status(4, span_of("\"2026-08-07\" \"14:31:05\" \"a b\" \"404\"")), 404);
    cr_expect_eq(columns_status(5, span_of("2026-08-07 14:31:05 10.0.0.1 GET - 0 64")), 0);
    cr_expect_eq(columns_status(9, span_of("2026-08-07 14:31:05")), 0);
    cr_expect_eq(columns_status(5, span_of("")), 0);
}

Test(columns, request_of_w3c)
{
    static const char fields[] =
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
        "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
    struct arena arena = {0};
    struct scratch scratch;
    scratch_init(&scratch, &arena);
    struct span text = request_of(fields,
                                  "2026-08-07 14:31:05 10.0.0.1 POST /api/cart id=7 443 - 10.0.0.9 "
                                  "Mozilla/5.0+(X11;+Linux+x86_64) - 500 19 5 1203",
                                  &scratch);
    cr_expect(span_equal(text, span_of("\"POST /api/cart\" 500")));
    cr_expect_eq(request_of(fields, "2026-08-07 14:31:05 10.0.0.1 POST /api/cart", &scratch).len, 0);
    cr_expect_eq(request_of(fields, "#Software: x", &scratch).len, 0);
    cr_expect_eq(request_of("#Fields: date time sc-status", "2026-08-07 14:31:05 200", &scratch).len, 0);
    scratch_done(&scratch);
    arena_done(&arena);
}

static uint8_t find_status(const char *const *lines, size_t count)
{
    struct columns_requests requests = {0};
    for (size_t i = 0; i < count; i++)
        columns_count_request(&requests, span_of(lines[i]));
    return columns_status_found(&requests);
}
#define FIND(...)                                                                                            \
    find_status((const char *[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *))

Test(columns, status_far_from_its_request)
{
    cr_expect_eq(
        FIND("t lb 10.0.0.7:28 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 \"GET / HTTP/1.1\" \"curl\"",
             "t lb 10.0.0.7:29 - -1 -1 -1 503 - 34 366 \"GET / HTTP/1.1\" \"curl\""),
        8);
    cr_expect_eq(FIND("t 418 200 \"GET / HTTP/1.1\"", "t 777 503 \"GET / HTTP/1.1\""), 3,
                 "a size is no status");
    cr_expect_eq(FIND("h \"GET / HTTP/1.1\" 200 404", "h \"GET / HTTP/1.1\" 503 404"), 0,
                 "the words tell it");
    cr_expect_eq(FIND("\"GET / HTTP/1.1\" status: 200 len: 12", "\"GET / HTTP/1.1\" status: 404 len: 12"), 0);
    cr_expect_eq(FIND("t 200 \"GET / HTTP/1.1\""), 0, "one line proves nothing");
    cr_expect_eq(FIND("t 200 \"GET\"", "t 503 \"GET\""), 0);
    cr_expect_eq(FIND("", "\" HTTP/"), 0);
    static const char gin[] = "[GIN] a - b | 200 | 1.2ms | 10.0.0.5 | GET      \"/a\"";
    cr_expect_eq(FIND(gin, gin, gin), 6);
    cr_expect_eq(FIND(gin, gin), 0); /* too few to tell a status from a number */
    cr_expect_eq(FIND("GET /a 200 1 ms", "POST /b 500 2 ms", "GET /c 404 3 ms"), 3);
    cr_expect_eq(FIND("GET /a took 200 ms", "GET /a took 201 ms", "GET /a took 733 ms"), 0);
}

Test(columns, csvlog)
{
    struct scratch scratch = {0};
    struct arena arena = {0};
    struct csvlog csvlog;
    scratch.overflow = &arena;
    cr_assert(columns_csvlog(
        span_of(
            "2026-08-07 14:31:05.032 CET,\"app\",\"shop\",49,\"[local]\",6b0.31,1,\"INSERT\",2026-08-07 "
            "14:31:05 CET,"
            "3/8,727,ERROR,23505,\"duplicate key, \"\"orders_pkey\"\"\",\"Key (id)=(1)\",,,,,,,,,\"psql\""),
        &scratch, &csvlog));
    cr_expect_eq(csvlog.severity, 17);
    cr_expect(span_equal(csvlog.state, span_of("23505")));
    cr_expect(span_equal(csvlog.message, span_of("duplicate key, \"orders_pkey\"")));
    static const char *const others[] = {"",
                                         ",",
                                         "a,b,c,d,e,f,g,h,i,j,k,ERROR",
                                         "a,b,c,d,e,f,g,h,i,j,k,ERROR,1,x",
                                         "a,b,c,d,e,f,g,h,i,j,k,later,00000,x",
                                         "\"a,b"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_not(columns_csvlog(span_of(others[i]), &scratch, &csvlog), "'%s'", others[i]);
    scratch_done(&scratch);
    arena_done(&arena);
}
