/* Lines as the programs write them (their documentation shows them so). */
#include "base/civil.h"
#include "record/line.h"

#include <criterion/criterion.h>

static const struct expected {
    const char *text, *message;
} rows[] = {
    /* Envoy: format of JSON with the keys of Istio */
    {"{\"start_time\":\"2026-11-13T15:31:09.285Z\",\"method\":\"POST\",\"path\":\"/v1/entries?id=7\","
     "\"protocol\":\"HTTP/1.1\",\"response_code\":503,\"response_flags\":\"UF,URX\","
     "\"response_code_details\":\"upstream_reset_before_response_started{connection_failure}\","
     "\"upstream_transport_failure_reason\":\"TLS_error:|268435581:SSL "
     "routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end\",\"bytes_received\":0,"
     "\"bytes_sent\":91,\"duration\":12,\"x_forwarded_for\":null,\"user_agent\":\"curl/8.4\","
     "\"request_id\":\"a87e1576-3dce-a5c7-6250-884310757d8d\",\"authority\":\"ledger:8080\","
     "\"upstream_host\":\"10.5.0.47:20000\",\"upstream_cluster\":\"ledger.default\"}",
     "\"POST /v1/entries HTTP/1.1\" 503 UF,URX "
     "response_code_details=upstream_reset_before_response_started{connection_failure} "
     "upstream_transport_failure_reason=TLS_error:|268435581:SSL "
     "routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end upstream_cluster=ledger.default"},
    {"{\"response_flags\":\"-\",\"response_code\":200,\"path\":\"/cart\",\"method\":\"GET\"}",
     "\"GET /cart\" 200 -"},
    /* Traefik */
    {"{\"ClientAddr\":\"10.0.0.1:5021\",\"DownstreamStatus\":502,\"Duration\":1021,\"OriginStatus\":0,"
     "\"RequestMethod\":\"GET\",\"RequestPath\":\"/cart\",\"RequestProtocol\":\"HTTP/"
     "1.1\",\"level\":\"info\","
     "\"msg\":\"\",\"time\":\"2026-11-20T10:00:00Z\"}",
     "\"GET /cart HTTP/1.1\" 502 - OriginStatus=0"},
    /* Google Cloud's load balancer */
    {"{\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":\"https://shop.example.com/x?y=1\","
     "\"status\":502,\"userAgent\":\"curl/8\",\"remoteIp\":\"192.0.2.1\"},\"severity\":\"WARNING\"}",
     "\"GET https://shop.example.com/x\" 502 -"},
    /* the audit log of Kubernetes */
    {"{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\",\"auditID\":\"c1a9\","
     "\"stage\":\"ResponseComplete\",\"requestURI\":\"/api/v1/namespaces/shop/pods/"
     "web-0\",\"verb\":\"delete\","
     "\"user\":{\"username\":\"system:admin\"},\"sourceIPs\":[\"192.0.2.1\"],\"responseStatus\":{"
     "\"metadata\":{},"
     "\"code\":404,\"reason\":\"NotFound\"}}",
     "\"delete /api/v1/namespaces/shop/pods/web-0\" 404 - responseStatus.reason=NotFound"},
    /* CloudTrail */
    {"{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\"},\"eventSource\":\"ec2.amazonaws."
     "com\","
     "\"eventName\":\"RevokeSecurityGroupIngress\",\"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":\"192.0.2."
     "1\","
     "\"errorCode\":\"AccessDenied\",\"errorMessage\":\"not authorized\",\"readOnly\":false}",
     "eventName=RevokeSecurityGroupIngress errorCode=AccessDenied errorMessage=not authorized "
     "awsRegion=eu-west-1 eventSource=ec2.amazonaws.com eventVersion readOnly sourceIPAddress userIdentity"},
    /* Heroku's router */
    {"at=error code=H12 desc=\"Request timeout\" method=GET path=\"/cart?x=2\" host=shop.example.com "
     "request_id=8601b555 fwd=\"192.0.2.1\" dyno=web.1 connect=0ms service=30000ms status=503 bytes=0",
     "\"GET /cart\" 503 - code=H12 desc=Request timeout"},
    /* what was done to a cloud */
    {"{\"protoPayload\":{\"serviceName\":\"run.googleapis.com\",\"methodName\":\"google.cloud.secretmanager."
     "v1."
     "SecretManagerService.DisableSecretVersion\"}}",
     "protoPayload.methodName=google.cloud.secretmanager.v1.SecretManagerService.DisableSecretVersion "
     "protoPayload.serviceName=run.googleapis.com"},
    {"{\"operationName\":\"MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/"
     "WRITE\",\"category\":\"Administrative\"}",
     "operationName=MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE category=Administrative"},
    /* what a setting was and is: Cloudflare's and GitLab's audits; a task's state is no setting */
    {"{\"action\":{\"type\":\"change_setting\",\"result\":true},\"metadata\":{\"name\":\"ssl\"},\"newValue\":"
     "\"strict\",\"oldValue\":\"flexible\"}",
     "action.type=change_setting action.result=true newValue: flexible -> strict metadata.name=ssl"},
    {"{\"severity\":\"INFO\",\"author_id\":3,\"entity_type\":\"Project\",\"change\":\"visibility\",\"from\":"
     "\"Private\",\"to\":\"Public\",\"author_name\":\"J Doe\"}",
     "entity_type=Project to: Private -> Public author_name=J Doe change=visibility author_id"},
    {"{\"action\":\"scaled\",\"old_size\":2,\"new_size\":5}", "action=scaled new_size: 2 -> 5"},
    {"{\"action\":\"task\",\"newState\":\"DONE\",\"oldState\":\"RUNNING\"}",
     "action=task newState=DONE oldState=RUNNING"},
    {"{\"newRate\":7,\"newCap\":4,\"action\":\"set\",\"oldRate\":6,\"oldCap\":3}",
     "action=set newCap: 3 -> 4 newRate oldRate"},
    {"{\"kind\":\"mail\",\"from\":\"a\",\"to\":\"b\"}", "kind=mail from=a to=b"},
    /* no request */
    {"{\"user\":\"bob\",\"action\":\"login\",\"success\":false,\"reason\":\"bad password\",\"took\":12,"
     "\"realm\":\"shop\",\"group\":null}",
     "action=login success=false reason=bad password realm=shop took user"},
    {"{\"error\":\"line one\\nline two\",\"action\":\"save\"}", "action=save error=line one"},
    {"{\"error\":\"alone\",\"took\":3}", "error: alone"},
};

Test(telling, records_without_a_message)
{
    struct civil civil = {.year = 2026, .month = 11, .day = 21};
    struct stamp_context context = {.reference_ns = civil_to_ns(&civil)};
    for (unsigned long_way = 0; long_way < 2; long_way++) {
        struct line_reader reader;
        struct line line;
        line_reader_init(&reader, &context);
        reader.long_way = long_way;
        for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) { /* twice: as a line like one before */
            const struct expected *row = &rows[i / 2];
            cr_assert(line_parse(&reader, span_of(row->text), &line));
            cr_expect(span_equal(line.message, span_of(row->message)), "%s\n%.*s", row->message,
                      (int)line.message.len, (const char *)line.message.ptr);
            cr_expect_eq(line.statuses.len, 0);
        }
        line_reader_done(&reader);
    }
}
