#include "analysis/about.h"

#include <criterion/criterion.h>

Test(about, pairs_at_the_end)
{
    static const struct {
        const char *message, *about;
    } rows[] = {
        {"Adding resource result, status: 'Pruned' application=argocd/pay kind=DNSEndpoint name=pay-gw",
         "application argocd/pay, kind DNSEndpoint, name pay-gw"},
        {"CA rotated to new root under provider: provider=vault", "provider vault"},
        {"\"Successfully rescaled\" HPA=\"shop/web\" currentReplicas=3 desiredReplicas=4", "HPA shop/web"},
        {"\"Event occurred\" object=\"pricing/quotes\" kind=\"Deployment\" type=\"Normal\" "
         "message=\"Scaled up replica set quotes-9f74b74d6 to 1 from 0\"",
         "object pricing/quotes, kind Deployment, type Normal"},
        {"a \"quoted\" remark", NULL},
        {"a=b c=d e=f g=h i=j", "a b, c d, e f, g h"},
        {"p=30538 u=deploy | RUNNING HANDLER", NULL},
        {"size=12", NULL},
        {"=x", NULL},
        {"x=", NULL},
        {"", NULL},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *about = about_message(span_of(rows[i].message), &arena);
        if (rows[i].about)
            cr_expect_str_eq(about ? about : "nothing", rows[i].about);
        else
            cr_expect_null(about, "%s", about);
    }
    arena_done(&arena);
}

/* What a call could not reach, in the words of real programs. */
Test(about, addresses)
{
    static const struct {
        const char *message, *about;
    } rows[] = {
        {"Lost connection to Redis: Connection refused (ECONNREFUSED) redis-master:6379",
         "redis-master:6379"},
        {"error=\"dial tcp 10.20.8.13:9443: connect: connection refused\"", "10.20.8.13:9443"},
        {"GET http://inventory.prod.svc.cluster.local:8080/items/7461 failed after 5000 ms: connect timeout",
         "inventory.prod.svc.cluster.local:8080"},
        {"UnknownHostException: ordersdb.int.acme.example", "ordersdb.int.acme.example"},
        {"getaddrinfo ENOTFOUND pay-gw.int.acme.io", "pay-gw.int.acme.io"},
        {"dial tcp: lookup pay-gw.shopfront.io on 10.96.0.10:53: no such host", "pay-gw.shopfront.io"},
        {"dial tcp [2001:db8::7]:443: i/o timeout", "[2001:db8::7]:443"},
        {"proxy.go:41: no answer at 12:30:07", NULL},
        {"java.net.SocketTimeoutException: Read timed out", NULL},
        {"at org.apache.hadoop.Client.call(Client.java:1457)", NULL},
        {"took 12.5: too long", NULL},
        {"", NULL},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *about = about_address(span_of(rows[i].message), &arena);
        if (rows[i].about)
            cr_expect_str_eq(about ? about : "nothing", rows[i].about);
        else
            cr_expect_null(about, "%s", about);
    }
    arena_done(&arena);
}
