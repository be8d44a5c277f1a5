#include <criterion/criterion.h>

#include "record/trace.h"

struct row {
    const char *text;
    enum joined joined;
    uint8_t kind;
    bool begins, ends, weak;
};

Test(trace, lines_tell_their_language)
{
    static const struct row rows[] = {
        {"\tat com.shop.Pay.pay(Pay.java:88)", JOINED_FRAME, TRACE_JAVA, false, false, false},
        {"   at Shop.Pay.Run() in /src/Pay.cs:line 4", JOINED_FRAME, TRACE_JAVA, false, false, false},
        {"\t... 23 more", JOINED_FRAME, TRACE_JAVA, false, false, false},
        {"Caused by: java.io.IOException: x", JOINED_EXCEPTION, TRACE_JAVA, false, false, false},
        {"java.lang.IllegalStateException: x", JOINED_EXCEPTION, TRACE_JAVA, true, false, false},
        {"Traceback (most recent call last):", JOINED_FRAME, TRACE_PYTHON, true, false, false},
        {"  File \"/app/a.py\", line 4, in run", JOINED_FRAME, TRACE_PYTHON, false, false, false},
        {"    self.step()", JOINED_FRAME, TRACE_PYTHON, false, false, true},
        {"ValueError: x", JOINED_EXCEPTION, TRACE_PYTHON, false, true, false},
        {"requests.ConnectionError: x", JOINED_EXCEPTION, TRACE_PYTHON, false, true, false},
        {"goroutine 21 [running]:", JOINED_FRAME, TRACE_GO, true, false, false},
        {"main.(*Cart).Add(0x0, 0xc0000a6000)", JOINED_FRAME, TRACE_GO, false, false, false},
        {"\t/app/cart.go:55 +0x26", JOINED_FRAME, TRACE_GO, false, false, false},
        {"created by net/http.(*Server).Serve", JOINED_FRAME, TRACE_GO, false, false, false},
        {"panic: x", JOINED_EXCEPTION, TRACE_GO, true, false, false},
        {"DETAIL:  Key (id)=(4) exists.", JOINED_FRAME, TRACE_NONE, false, false, false},
        {"and so on", JOINED_DETAIL, TRACE_NONE, false, false, false},
        {"", JOINED_FRAME, TRACE_NONE, false, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trace_line got = trace_line_of(span_of(rows[i].text), rows[i].joined);
        cr_expect(got.kind == rows[i].kind && got.begins == rows[i].begins && got.ends == rows[i].ends &&
                      got.weak == rows[i].weak,
                  "%s: kind %d", rows[i].text, got.kind);
    }
}
