#include "input/identity.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UUID "8f14e45f-ceea-467f-a9d1-6c1b2f3e4d5a"

struct row {
    const char *name, *expected;
};

/* Each name in a block of exactly its size, so that a sanitizer sees any step over its ends. */
static void check(void (*identify)(struct span, struct text *), const struct row *rows, size_t count)
{
    struct text text = {0};
    text_puts(&text, "left from before");
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(rows[i].name);
        char *name = malloc(len ? len : 1);
        memcpy(name, rows[i].name, len);
        identify(span_make(name, len), &text);
        cr_expect(span_equal(text_span(&text), span_of(rows[i].expected)), "'%s' gave '%.*s', not '%s'",
                  rows[i].name, (int)text.len, (char *)text.ptr, rows[i].expected);
        free(name);
    }
    text_done(&text);
}

Test(identity, kubernetes)
{
    static const struct row rows[] = {
        {"cart-7d9f8b6c5d-x2x4q", "cart"},
        {"payment-5c6b7d8f9-abcde", "payment"}, /* not the real alphabet, but clearly meant */
        {"cert-manager-webhook-5c6b7d8f9-x2x4q", "cert-manager-webhook"},
        {"auth-v2-7d9f8b6c5d-x2x4q", "auth-v2"},
        {"node-exporter-2kx5p", "node-exporter"},
        {"fluentd-bkwxz", "fluentd"},
        {"kafka-0", "kafka"},
        {"kafka-12", "kafka"},
        {"backup-28745610-x2x4q", "backup"},
        {"kafka-0.kafka-headless.shop.svc.cluster.local", "kafka"},
        {"/var/log/pods/shop_cart-7d9f8b6c5d-x2x4q_uid/cart/0.log", "cart"},
        {"/var/log/pods/shop_cart-7d9f8b6c5d-x2x4q_" UUID "/cart/0.log", "cart"},
        {"/var/log/pods/shop_cart-7d9f8b6c5d-x2x4q_" UUID "/server/0.log.20260807-121314.gz", "cart"},
        {"/var/log/pods/shop_cart-7d9f8b6c5d-x2x4q_" UUID "/app/12.log", "cart"},
        {"/var/log/pods/shop_cart-7d9f8b6c5d-x2x4q_" UUID "/istio-proxy/1.log", "cart.istio-proxy"},
        {"pods/shop_shop-redis-master-0_" UUID "/redis/0.log", "shop-redis-master"},
        {"pods/kube-system_kube-proxy-x2x4q_" UUID "/kube-proxy/0.log", "kube-proxy"},
        {"pods/kube-system_kube-proxy-15e6c_" UUID "/kube-proxy/0.log", "kube-proxy"},
        {"/var/log/containers/cart-7d9f8b6c5d-x2x4q_shop_cart-" ID64 ".log", "cart"},
        {"/var/log/containers/cart-7d9f8b6c5d-x2x4q_shop_istio-proxy-" ID64 ".log", "cart.istio-proxy"},
        {"fluentd-x8w2k_kube-system_fluentd-" ID64 ".log", "fluentd"},
        {"pod/cart-7d9f8b6c5d-x2x4q/cart", "cart"},
        {"pod/cart-7d9f8b6c5d-x2x4q/cart-service", "cart"},
        {"pod/cart-7d9f8b6c5d-x2x4q/cartexporter", "cart.cartexporter"},
        {"pod/cart-7d9f8b6c5d-x2x4q", "cart"},
        {"[pod/cart-7d9f8b6c5d-x2x4q/istio-proxy]", "cart.istio-proxy"},
        {"ts-auth-service.istio-proxy", "ts-auth-service.istio-proxy"},
        {"logs/ts-auth-service.istio-proxy.log.zst", "ts-auth-service.istio-proxy"},
        {"ts-auth-service-7d9f8b6c5d-x2x4q.istio-proxy.log", "ts-auth-service.istio-proxy"},
        {"ts-auth-service.previous.log", "ts-auth-service"},
    };
    check(identity_service, rows, sizeof rows / sizeof *rows);
}

Test(identity, docker_units_and_tags)
{
    static const struct row rows[] = {
        {"/var/lib/docker/containers/" ID64 "/" ID64 "-json.log", "0123456789ab"},
        {"bundle/containers/checkout/" ID64 "-json.log.1", "checkout"},
        {"bundle/containers/track-api-4/0123456789ab-json.log", "track-api"},
        {"docker-logs/0123456789ab-json.log", "0123456789ab"},
        {"cart-service-1", "cart-service"},
        {"shop_cart_1", "shop_cart"},
        {"shop_cart.1.k5x0a1b2c3d4e5f6g7h8i9j0k", "shop_cart"},
        {"cart-" UUID, "cart"},
        {"cart-0123456789ab", "cart"},
        {"nginx.service", "nginx"},
        {"postgresql@14-main.service", "postgresql"},
        {"docker-" ID64 ".scope", "docker"},
        {"sshd[123]", "sshd"},
        {"sshd[123]:", "sshd"},
        {"kernel:", "kernel"},
        {"postfix/smtpd[99]", "postfix/smtpd"},
        {"[x]", "[x]"},
    };
    check(identity_service, rows, sizeof rows / sizeof *rows);
}

Test(identity, writers)
{
    static const struct row rows[] = {
        {"postfix/smtpd", "postfix/smtpd"},
        {"cart-7d9f8b6c5d-x2x4q/istio-proxy", "cart.istio-proxy"},
        {"cart-7d9f8b6c5d-x2x4q/app", "cart"},
        {"kafka-0/kafka", "kafka"},
        {"recs-5ab5cb1-vf6g9/api", "recs"},
        {"player-web-54e5f24-pofmn/web", "player-web"},
        {"ads-5c6b7-xk2m9/istio-proxy", "ads.istio-proxy"},
        {"Service Control Manager @ DC01.corp.local", "Service Control Manager"},
        {"kiosk/app/2ab4c6d8e0f1a3b5", "kiosk"},
        {"web/nginx/1d0aa7b2c3e4f596", "web.nginx"},
        {"ecs/checkout/0123456789abcdef0123456789abcdef", "checkout"},
        {"nginx.service", "nginx"},
        {"redis-1", "redis"},
        {"sshd", "sshd"},
        {"/usr/sbin/cron", "cron"},
        {"a/", "a"},
        {"/", "/"},
        {"", ""},
    };
    check(identity_writer, rows, sizeof rows / sizeof *rows);
}

Test(identity, files)
{
    static const struct row rows[] = {
        {"logs/cart.log.1.gz", "cart"},
        {"logs/cart.log.0001.gz", "cart"},
        {"logs/node-0001.log", "node"},
        {"name.log.2026-08-07.gz", "name"},
        {"name-20260807.log", "name"},
        {"name.1", "name"},
        {"name.2.gz", "name"},
        {"name_2026-08-07.txt", "name"},
        {"name.log-20260807.zst", "name"},
        {"name-2016-11-04T18-30-00.000.log.gz", "name"},
        {"name.2026-08-07.0.log", "name"},
        {"name-1786113060.log", "name"},
        {"Xorg.0.log.old", "Xorg"},
        {"catalina.2026-08-07.log", "catalina"},
        {"catalina.out", "catalina"},
        {"myprog.web-1.joe.log.INFO.20260807-121314.4711", "myprog"},
        {"/var/log/nginx/access.log", "nginx"},
        {"/var/log/nginx/error.log.1", "nginx"},
        {"nginx-access.log", "nginx"},
        {"nginx_error.log", "nginx"},
        {"/var/log/httpd/ssl_access_log-20260807", "httpd"},
        {"/var/log/apache2/other_vhosts_access.log", "apache2"},
        {"/var/log/syslog.1", "syslog"},
        {"/var/log/messages-20260807.gz", "messages"},
        {"/var/log/auth.log", "auth"},
        {"/var/log/cart/current", "cart"},
        {"/var/log/cart-01/stdout.log", "cart"},
        {"/srv/cart/log/main/current", "cart"},
        {"/var/log/cart/@400000005d1c2b3a.s", "cart"},
        {"/var/log/shop/2026-08-07.log", "shop"},
        {"W3SVC1/u_ex260807.log", "W3SVC1"},
        {"build-1234/logs/output.log.zst", "build"}, /* the next run is the same service */
        {"case/baseline/output.log.zst", "case"},
        {"/var/log/output.log", "output"},
        {"/home/joe/app.log", "app"}, /* a person is no service */
        {"access.log", "access"},
        {"user.info.log", "user"},
        {"./cart.log", "cart"},
        {"cart/", "cart"},
        {" cart.log ", "cart"},
    };
    check(identity_service, rows, sizeof rows / sizeof *rows);
}

Test(identity, hosts)
{
    static const struct row rows[] = {
        {"web-01", "web"},
        {"web01", "web"},
        {"web-01.prod.example.com", "web.prod.example.com"},
        {"10.0.0.12", "10.0.0.12"},
        {"10.0.0.12.log", "10.0.0.12"},
        {"ip-10-0-1-23", "ip-10-0-1-23"},
        {"ip-10-0-1-23.ec2.internal", "ip-10-0-1-23.ec2.internal"},
        {"node-10-0-1-23", "node"},
    };
    check(identity_service, rows, sizeof rows / sizeof *rows);
}

/* Names that only look as if something could go. */
Test(identity, real_names_stay)
{
    static const char *const names[] = {"auth-svc",
                                        "s3",
                                        "redis-cart",
                                        "db2",
                                        "mysql8",
                                        "auth-v2",
                                        "ts-travel2-service",
                                        "my-https",
                                        "apache-httpd",
                                        "user-info",
                                        "fan-out",
                                        "neutron-l3-agent",
                                        "nova-api",
                                        "web-proxy",
                                        "data-processor",
                                        "ts-auth-service",
                                        "log-shipper",
                                        "k8s",
                                        "x",
                                        "1",
                                        "..",
                                        ".log",
                                        ".gz",
                                        "/",
                                        "-",
                                        "_1",
                                        "-0",
                                        "0123456789ab",
                                        "api-gateway",
                                        "report-20260807-daily",
                                        "mail-relay-store",
                                        "customer-accounts-store"};
    struct row rows[sizeof names / sizeof *names];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        rows[i] = (struct row){names[i], names[i]};
    check(identity_service, rows, sizeof names / sizeof *names);
}

Test(identity, streams)
{
    static const struct row rows[] = {
        {"app.log", "app.log"},
        {"app.log.1", "app.log"},
        {"app.log.0001.gz", "app.log"}, /* newsyslog, cronolog and others may pad, or count on for ever */
        {"access_log.1000", "access_log"},
        {"node-0001.log", "node-0001.log"},
        {"rank.0003", "rank.0003"}, /* a file of each process of MPI */
        {"app.log.1234567890123", "app.log.1234567890123"},
        {"j/system@0005f7a2b3c4d5e6-9a1b2c3d4e5f6071.journal~", "j/system.journal"},
        {"j/user-1000@86f20a7e0f3c4f0b9c5a2d1e7b6a5948-0000000000001234-0005f7a2b3c4d5e6.journal",
         "j/user-1000.journal"},
        {"j/system@0005f7a2b3c4d5e6-9a1b2c3d4e5f6071.journal~.gz", "j/system.journal"},
        {"j/user-1000.journal", "j/user-1000.journal"},
        {"j/me@home.journal", "j/me@home.journal"},
        {"@.journal", "@.journal"},
        {"app.log.2.gz", "app.log"},
        {"app.log-20260807.zst", "app.log"},
        {"app.log.2026-08-07.gz", "app.log"},
        {"app-20260807.log", "app.log"},
        {"app.2026-08-07.0.log", "app.log"},
        {"app.1.log", "app.log"},
        {"app.log.old", "app.log"},
        {"a.b/app.log.1/x.txt.xz", "a.b/app.log.1/x.txt"},
        {"/var/log/syslog.7.gz", "/var/log/syslog"},
        {"name.1", "name"},
        {"cart-7d9f8b6c5d-x2x4q.log", "cart-7d9f8b6c5d-x2x4q.log"},
        {"kafka-0", "kafka-0"},
        {"web-01.log", "web-01.log"},
        {"pods/shop_cart_uid/cart/0.log.20260807-121314.gz", "pods/shop_cart_uid/cart/0.log"},
        {"2026-08-07.log", "2026-08-07.log"},
        {"0.log", "0.log"},
        {"10.0.0.12", "10.0.0.12"},
        {".gz", ".gz"},
        {"", ""},
    };
    check(identity_stream, rows, sizeof rows / sizeof *rows);
}

/* Any bytes: something is left of something. */
Test(identity, never_empty)
{
    static const char letters[] = "ab0123459-_./.[]@:  \tlogZT";
    uint32_t noise = 1;
    struct text text = {0};
    for (int round = 0; round < 50000; round++) {
        size_t len = 1 + (size_t)round % 24;
        char *name = malloc(len);
        for (size_t i = 0; i < len; i++) {
            noise = noise * 1664525u + 1013904223u;
            name[i] =
                (noise >> 16) % 40 == 0 ? (char)(noise >> 24) : letters[(noise >> 16) % (sizeof letters - 1)];
        }
        identity_service(span_make(name, len), &text);
        cr_assert(text.len > 0 && text.len <= len, "'%.*s'", (int)len, name);
        identity_stream(span_make(name, len), &text);
        cr_assert(text.len > 0 && text.len <= len, "'%.*s'", (int)len, name);
        free(name);
    }
    identity_service(span_of(""), &text);
    cr_assert_eq(text.len, 0);
    text_done(&text);
}
