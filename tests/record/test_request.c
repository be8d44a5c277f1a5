#include "record/request.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* Lines of the documentation of each server, behind the time; what its client says of itself is the quoted
 * field that starts with a product and a version, and the one in front of that. */
static const struct {
    const char *message, *want; /* NULL: as it is */
} rows[] = {
    /* Apache, "Combined Log Format" */
    {"\"GET /apache_pb.gif HTTP/1.0\" 200 2326 \"http://www.example.com/start.html\" \"Mozilla/4.08 [en] "
     "(Win98; I ;Nav)\"",
     "\"GET /apache_pb.gif HTTP/1.0\" 200 2326"},
    /* ingress-nginx, its default log-format-upstream: the service behind it is told behind the user agent */
    {"\"GET /cart HTTP/2.0\" 503 190 \"-\" \"curl/8.4.0\" 31 0.000 [shop-cart-80] [] - - - - 8f0e",
     "\"GET /cart HTTP/2.0\" 503 190 31 0.000 [shop-cart-80] [] - - - - 8f0e"},
    /* Envoy, "Default format string": flags behind the status, the host that was asked behind the user agent
     */
    {"\"POST /api/v1/locations HTTP/2\" 204 - 154 0 226 100 \"10.0.35.28\" \"nsq2http/1.0\" \"cc21\" "
     "\"locations\" \"tcp://10.0.2.1:80\"",
     "\"POST /api/v1/locations HTTP/2\" 204 - 154 0 226 100 \"cc21\" \"locations\" \"tcp://10.0.2.1:80\""},
    /* AWS Application Load Balancer */
    {"app/my-lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 502 - 34 366 \"GET "
     "http://www.example.com:80/ HTTP/1.1\" \"curl/7.46.0\" - - arn:aws:x",
     "app/my-lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 502 - 34 366 \"GET "
     "http://www.example.com:80/ HTTP/1.1\" - - arn:aws:x"},
    /* Apache escapes a quote within a field */
    {"\"GET / HTTP/1.1\" 200 5 \"http://a/?q=\\\"x\\\"\" \"Mozilla/5.0 (\\\"y\\\")\"",
     "\"GET / HTTP/1.1\" 200 5"},
    {"\"GET / HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 (cut off", "\"GET / HTTP/1.1\" 200 5"},
    {"\"GET / HTTP/1.1\" 200 5", NULL},
    {"\"GET / HTTP/1.1\" 400 0 \"-\" \"-\"", NULL},
    /* Istio: why it could not be sent on is quoted and is kept */
    {"\"GET / HTTP/1.1\" 503 UF upstream_reset - \"TLS error: CERTIFICATE_VERIFY_FAILED\" 0 91", NULL},
    {"\"", NULL},
    {"\"curl/8.4.0 cut off", NULL}, /* not the browser behind a request: the request is missing */
    {"no request", NULL},
};

Test(request, without_what_the_client_says_of_itself)
{
    struct arena arena = {0};
    struct scratch scratch;
    scratch_init(&scratch, &arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span got = request_alone(span_of(rows[i].message), (const uint8_t *)rows[i].message, &scratch);
        const char *want = rows[i].want ? rows[i].want : rows[i].message;
        cr_expect(span_equal(got, span_of(want)), "%s: %.*s", want, (int)got.len, got.ptr);
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) /* told from marks, where it is a part */
        for (size_t at = 0; at < 70 && rows[i].message[0] == '"'; at++)
            for (size_t longer = 0; longer < 400; longer += 57) {
                char line[900];
                uint64_t quotes[16] = {0};
                const char *text = line + at;
                snprintf(line, sizeof line, "%*s\"%*s%s\" 7 next", (int)at, "", (int)longer, "",
                         rows[i].message + 1);
                size_t n = longer + strlen(rows[i].message); /* quotes behind it are another line's */
                for (size_t k = 0; line[k]; k++)
                    quotes[k / 64] |= (uint64_t)(line[k] == '"') << k % 64;
                struct span got = request_alone(span_make(text, n), (const uint8_t *)text, &scratch);
                size_t end = request_end((const uint8_t *)line, quotes, at, at + n);
                bool part = (const char *)got.ptr == text && !memchr(text, '\\', n);
                cr_expect_eq(end, part ? at + got.len : 0, "%zu: %s", at, text);
            }
    cr_expect_eq(request_alone(span_make((const uint8_t *)"x", 0), (const uint8_t *)"x", &scratch).len, 0);
    scratch_done(&scratch);
    arena_done(&arena);
}
