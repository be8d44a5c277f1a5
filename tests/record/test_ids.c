#include "record/ids.h"

#include <criterion/criterion.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN  "00f067aa0ba902b7"
#define UUID  "8f14e45f-ceea-467f-a9d1-6c1b2f3e4d5a"

/* As OpenTelemetry's agents for Java, Python and .NET, Spring, zap, Serilog, Datadog, OpenStack and Rails
 * write. */
Test(ids, find)
{
    static const struct {
        const char *text, *trace, *span, *request;
    } rows[] = {
        {"{\"msg\":\"x\",\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\"}", TRACE, SPAN, ""},
        {"{\"traceId\":\"" TRACE "\",\"spanId\":\"" SPAN "\",\"requestId\":\"" UUID "\"}", TRACE, SPAN, UUID},
        {"{\"@tr\":\"x\",\"TraceId\":\"" TRACE "\",\"SpanId\":\"" SPAN "\"}", TRACE, SPAN, ""},
        {"{\"log\":\"{\\\"trace_id\\\":\\\"" TRACE "\\\"}\\n\"}", TRACE, "", ""},
        {"level=info trace_id=" TRACE " span_id=" SPAN " msg=ok", TRACE, SPAN, ""},
        {"INFO [shop,traceId=" TRACE ",spanId=" SPAN "] ok", TRACE, SPAN, ""},
        {"INFO [app.py:8] [trace_id=" TRACE " span_id=" SPAN " resource.service.name=shop] ok", TRACE, SPAN,
         ""},
        {"otelTraceID=" TRACE " otelSpanID=" SPAN, TRACE, SPAN, ""},
        {"[dd.service=shop dd.trace_id=2685466446458546787 dd.span_id=8721736573284]", "2685466446458546787",
         "8721736573284", ""},
        {"GET / traceparent: 00-" TRACE "-" SPAN "-01", TRACE, SPAN, ""},
        {"GET / X-Request-ID: " UUID, "", "", UUID},
        {"request_id=" UUID " done", "", "", UUID},
        {"REPORT RequestId: " UUID "\tDuration: 3 ms", "", "", UUID},
        {"nova.api [req-" UUID " admin demo] ok", "", "", "req-" UUID},
        {"correlationId='c0ffee12'", "", "", "c0ffee12"},
        {"{\"traceId\":\"00000000000000000000000000000000\",\"spanId\":\"\"}", "", "", ""},
        {"no trace id here, the request identity is unknown", "", "", ""},
        {"trace_id", "", "", ""},
        {"trace_id=", "", "", ""},
        {"subtraceid=12345678", "", "", ""},
        {"traceparent: 00-4bf9-01", "", "", ""},
        {"", "", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ids ids;
        ids_find(span_of(rows[i].text), &ids);
        const char *want[] = {rows[i].trace, rows[i].span, rows[i].request};
        for (int k = 0; k < ID_KINDS; k++)
            cr_expect(span_equal(ids.of[k], span_of(want[k])), "%s: kind %d is '%.*s'", rows[i].text, k,
                      (int)ids.of[k].len, (char *)ids.of[k].ptr);
    }
}
