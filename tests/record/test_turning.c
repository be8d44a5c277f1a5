#include "record/line.h"
#include "record/turning.h"

#include "base/civil.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(turning, words)
{
    static const char *const told[] = {
        "Adding resource result, status: 'Pruned', phase: 'Succeeded'",                /* Argo CD */
        "Successfully set ScaleTarget replicas count to ScaledObject minReplicaCount", /* KEDA */
        "Scaled down replica set web-7c9d8bf5c to 0 from 8",
        "Deleting topic", /* Kafka */
        "applied configuration",
        "renewed certificate",
        "feature flag disabled",
        "removing table",
        "switch to replica",
        "rolling back release",
    };
    static const char *const others[] = {
        "",
        "no",
        "request completed",
        "application is running",
        "scalar product",
        "settlement done",
        "Reconciling ScaledObject",
        "connection reset by peer",
        "query failed",
        "lease expired",
        "address in use",
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        cr_expect(turning_is_told(span_of(told[i])), "%s", told[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect(!turning_is_told(span_of(others[i])), "%s", others[i]);
}

/* Each verb that counts, alone and as the last word of a long message: what looks for them skips by letters.
 */
Test(turning, every_verb)
{
    static const char *const told[] = {
        "activated",  "altered",    "applied",   "attaching",  "adding",     "bind",        "changed",
        "configured", "cordoned",   "creating",  "deleted",    "deployment", "deactivated", "destroyed",
        "detached",   "disabling",  "drained",   "drops",      "demoted",    "deregister",  "enabled",
        "eviction",   "failover",   "granted",   "installing", "increased",  "killing",     "migration",
        "modified",   "moving",     "pruned",    "promoted",   "patched",    "purging",     "published",
        "removes",    "restarting", "reload",    "replaced",   "rescaled",   "rolls",       "rotated",
        "reverting",  "revoked",    "renamed",   "renewing",   "recreated",  "rebalancing", "reconfigured",
        "reduced",    "restoring",  "resync",    "scaled",     "setting",    "syncing",     "switching",
        "stopped",    "shrink",     "suspended", "swapping",   "splitting",  "terminated",  "truncating",
        "toggled",    "updating",   "upgraded",  "upserted",   "uninstall",  "unregister",  "unbind",
        "withdrawn",
    };
    static const char *const work[] = {"begin",     "CMD",       "command", "commits", "elected",
                                       "executing", "import",    "join",    "launch",  "loading",
                                       "run",       "scheduled", "Started"};
    char text[200];
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        for (int before = 0; before < 140; before += 6) {
            snprintf(text, sizeof text, "%*s%s", before, "-", told[i]);
            cr_expect(turning_is_told(span_of(text)), "%s", text);
            cr_expect(turning_is_work(span_of(text)), "%s", text);
        }
    for (size_t i = 0; i < sizeof work / sizeof *work; i++) {
        cr_expect(!turning_is_told(span_of(work[i])), "%s", work[i]);
        cr_expect(turning_is_work(span_of(work[i])), "%s", work[i]);
    }
}

/* Work that begins, and what somebody ran, beside them. */
Test(turning, work)
{
    static const char *const told[] = {
        "deploy : TTY=pts/1 ; PWD=/etc/bind ; USER=root ; COMMAND=/usr/sbin/rndc reload int.example", /* sudo
                                                                                                       */
        "(root) CMD (/usr/local/bin/rotate-keys)",                    /* cron */
        "User 'netops' requested 'commit' operation (comment: none)", /* Junos */
        "Starting job nightly-export",
        "removing table",
    };
    static const char *const others[] = {"", "request served", "connection reset by peer", "loadable",
                                         "restful"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        cr_expect(turning_is_work(span_of(told[i])), "%s", told[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect(!turning_is_work(span_of(others[i])), "%s", others[i]);
}

static void parse(const char *text, struct line *ret_line, struct line_reader *reader)
{
    cr_assert(line_parse(reader, span_of(text), ret_line));
}

static void expect_statuses(const struct line *line, const char *text)
{
    cr_expect(span_equal(line->statuses, span_of(text)), "%s\n%.*s", text, (int)line->statuses.len,
              (const char *)line->statuses.ptr);
}

/* Of a change it is told what changed, of a request not; numbers within names do not tell patterns apart. */
Test(turning, objects)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    struct stamp_context context = {.reference_ns = civil_to_ns(&civil)};
    for (unsigned long_way = 0; long_way < 2; long_way++) {
        struct line_reader reader;
        struct line a, b;
        line_reader_init(&reader, &context);
        reader.long_way = long_way;
        parse(
            "{\"level\":\"info\",\"msg\":\"Pruned\",\"application\":\"shop\",\"name\":\"cart-1\",\"took\":7}",
            &a, &reader);
        cr_expect(span_equal(a.stream, span_of("shop")));
        expect_statuses(&a, "name=cart-1");
        parse(
            "{\"level\":\"info\",\"msg\":\"Pruned\",\"application\":\"shop\",\"name\":\"cart-2\",\"took\":8}",
            &b, &reader);
        cr_expect_eq(a.seed, b.seed);
        parse(
            "{\"level\":\"info\",\"msg\":\"Pruned\",\"application\":\"shop\",\"name\":\"pay-gw\",\"took\":8}",
            &b, &reader);
        cr_expect_neq(a.seed, b.seed);
        parse("level=info msg=\"deleting topic\" topic=orders partitions=12", &a, &reader);
        parse("level=info topic=carts msg=\"deleting topic\" partitions=12", &b, &reader);
        expect_statuses(&a, "topic=orders");
        cr_expect_neq(a.seed, b.seed);
        parse("level=info partitions=11 topic=orders msg=\"deleting topic\"", &b, &reader);
        cr_expect_eq(a.seed, b.seed);
        parse("level=info msg=\"read topic\" topic=orders partitions=12", &a, &reader);
        expect_statuses(&a, "");
        cr_expect_eq(a.seed, 0);
        line_reader_done(&reader);
    }
}

/* An event of Kubernetes as kubectl get events -o json writes it, and as exporters do. */
Test(turning, events)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    struct stamp_context context = {.reference_ns = civil_to_ns(&civil)};
    struct line_reader reader;
    struct line line, other;
    line_reader_init(&reader, &context);
    parse("{\"count\":5,\"eventTime\":null,\"firstTimestamp\":\"2026-11-20T10:00:00Z\",\"involvedObject\":{"
          "\"kind\":"
          "\"ScaledObject\",\"name\":\"quote-worker\",\"namespace\":\"shop\"},\"lastTimestamp\":"
          "\"2026-11-20T10:05:00Z\",\"message\":\"Deactivated apps/v1.Deployment shop/quote-worker from 8 to "
          "0\","
          "\"reason\":\"KEDAScaleTargetDeactivated\",\"type\":\"Normal\"}",
          &line, &reader);
    cr_expect(
        span_equal(line.message, span_of("Deactivated apps/v1.Deployment shop/quote-worker from 8 to 0")));
    cr_expect_eq(line.severity, 9);
    expect_statuses(&line, "involvedObject.kind=ScaledObject involvedObject.name=quote-worker "
                           "involvedObject.namespace=shop reason=KEDAScaleTargetDeactivated");
    cr_expect_eq(line.time_ns % (INT64_C(86400) * 1000000000), INT64_C(36300) * 1000000000);
    parse(
        "{\"reason\":\"BackOff\",\"type\":\"Warning\",\"message\":\"Back-off restarting failed container\"}",
        &line, &reader);
    cr_expect_eq(line.severity, 13);
    parse("{\"reason\":\"Unhealthy\",\"type\":\"Warning\",\"message\":\"Back-off restarting failed "
          "container\"}",
          &other, &reader);
    cr_expect_neq(line.seed, other.seed);
    parse("{\"reason\":\"no space left\",\"type\":\"disk\",\"message\":\"write failed\"}", &line, &reader);
    cr_expect(span_equal(line.message, span_of("write failed reason: no space left")));
    cr_expect_eq(line.severity, 0);
    line_reader_done(&reader);
}
