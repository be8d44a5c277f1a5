/* What a look at the first bytes may dismiss, and what it must not. The lines are those of real runtimes. */
#include "record/glance.h"

#include <criterion/criterion.h>

#include "record/stamp.h"

Test(glance, keeps_what_may_carry_on)
{
    static const char *const lines[] = {
        "Caused by: java.net.SocketTimeoutException: Read timed out",
        "Suppressed: java.lang.IllegalStateException: closed",
        "Stack trace: follows on the next lines",
        "panic: runtime error: index out of range [5] with length 3",
        "fatal error: all goroutines are asleep - deadlock!",
        "from /usr/lib/ruby/3.1.0/net/http.rb:987",
        "---> System.Net.Sockets.SocketException: refused",
        "--- End of inner exception stack trace ---",
        "Exception in thread \"main\" java.lang.NullPointerException",
        "Unhandled exception. System.NullReferenceException: Object reference not set",
        "Unhandled Exception: System.InvalidOperationException: no",
        "Uncaught TypeError: x is not a function",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "thread 'main' panicked at src/main.rs:3:5:",
        "Fatal Python error: Segmentation fault",
        "File \"/srv/app.py\", line 12, in pay",
        "PHP Fatal error:  Uncaught Error: Call to undefined function",
        "** (RuntimeError) oops, this went wrong",
        "[CIRCULAR REFERENCE: java.io.IOException: closed]",
        "[cause]: Error: connect ECONNREFUSED 127.0.0.1:5432",
        "at com.example.Shop.pay(Shop.java:12)",
        "... 14 common frames omitted",
        "goroutine 1 [running, locked to thread]:",
        "created by main.main in goroutine 1",
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
        "Traceback (most recent call last):",
        "stack backtrace: of the thread that failed",
        "^^^^^^^^^^^^^^^^^^^^^^^",
        "note: run with `RUST_BACKTRACE=1` environment variable",
        "DETAIL:  Key (id)=(5) already exists.",
        "HINT:  No operator matches the given name",
        "QUERY:  SELECT count(*) FROM shop",
        "CONTEXT:  PL/pgSQL function pay(integer) line 3",
        "STATEMENT:  INSERT INTO shop VALUES (5)",
        "Next Exception: closed in /srv/shop/pay.php:3",
        "#0 /srv/shop/pay.php(12): pay()",
        "ValueError: invalid literal for int() with base 10",
        "java.io.IOException: Broken pipe on the way",
        "ActiveRecord::RecordNotFound (Couldn't find Shop)",
        "NoMethodError (undefined method `pay' for nil)",
        "pay.rb:3:in `pay': no money (RuntimeError)",
        "com.example.a.very.long.name.of.a.package.PayException: no",
        "Segmentation fault (core dumped)",
        "Aborted (core dumped)",
        "/srv/shop/src/payments/main.js:12",
        "node:internal/modules/cjs/loader:1080",
        "Killed",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_expect_not(glance_is_text(span_of(lines[i])), "%s", lines[i]);
}

#if defined(__SSE2__)
Test(glance, dismisses_most_text)
{
    static const char *const lines[] = {
        "Accepted publickey for root from 10.0.0.1 port 51234 ssh2",
        "connection closed by peer 10.4.1.7",
        "INFO  [queue.Consumer] token received without changes",
        "Started Session 5 of user root.",
        "order 1234 removed after 19 attempts",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_expect(glance_is_text(span_of(lines[i])), "%s", lines[i]);
}
#endif

static bool is_name(const char *three)
{
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
                                        "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (memcmp(three, names[i], 3) == 0)
            return true;
    return false;
}

Test(glance, stamps_start_with_names_of_months_and_days)
{
    char text[] = "xyz 7 14:31:05", upper[] = "XYZ 7 14:31:05";
    for (unsigned i = 0; i < 26 * 26 * 26; i++) {
        unsigned letters[3] = {i / 676, i / 26 % 26, i % 26};
        for (int k = 0; k < 3; k++) {
            text[k] = (char)('a' + letters[k]);
            upper[k] = (char)('A' + letters[k]);
        }
        cr_expect_eq(stamp_may_start(span_of(text)), is_name(text), "%s", text);
        cr_expect_eq(stamp_may_start(span_of(upper)), is_name(text), "%s", upper);
    }
}

Test(glance, names_are_whole_or_short)
{
    static const char *const whole[] = {
        "January 5 2026", "february 5",  "March 5",   "April 5",    "May 5",      "June 5",     "July 5",
        "August 5",       "September 5", "October 5", "November 5", "December 5", "Monday 5",   "Tuesday 5",
        "Wednesday 5",    "Thursday 5",  "Friday 5",  "Saturday 5", "SUNDAY 5",   "Jun. 5 2026"};
    static const char *const other[] = {"monitor", "marked",    "mayor", "separate",
                                        "decode",  "satisfied", "thumb"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        cr_expect(stamp_may_start(span_of(whole[i])), "%s", whole[i]);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        cr_expect_not(stamp_may_start(span_of(other[i])), "%s", other[i]);
    cr_expect(stamp_may_start(span_of("2026-08-07 14:31:05")));
    cr_expect(stamp_may_start(span_of("[Sun Aug 7")));
}
