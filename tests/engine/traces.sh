#!/usr/bin/env bash
# Traces as the runtimes print them: behind a stamped line each is one record with it, and what was thrown and why is
# told. traces/ has what Java 17, Python 3.11, Node 20, Rust, Go 1.19, Ruby 3.1, PHP 8.2, Mono 6.8, GCC's AddressSanitizer
# and libstdc++ wrote of small programs that fail; only folders were renamed. dotnet is as the manual of .NET shows it.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

value() { # NAME: of the attribute in $work/record, as JSON has it
    sed -n 's/.*"exception.'"$1"'":"\(\([^"\\]\|\\.\)*\)".*/\1/p' "$work/record"
}

# The same within an object: as the message, or as the value of NAME beside it.
within() { # TRACE NAME TEXT
    escaped=$(printf '%s' "$3" | sed 's/\\/\\\\/g; s/"/\\"/g; s/\t/\\t/g' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }')
    {
        printf '{"time":"2026-08-07T14:31:05Z","level":"error","%s":"%s"' "$2" "$escaped"
        [ "$2" = message ] || printf ',"message":"request failed"'
        printf '}\n{"time":"2026-08-07T14:31:05Z","level":"info","message":"next"}\n'
    } >"$work/shop.json"
    "$onset" records "$work/shop.json" >"$work/out" 2>"$work/err"
    head -n 1 "$work/out" >"$work/record"
    [ "$(value type)|$(value message)|$(value cause)" = "$type|$message|$cause" ]
    report $? "$1 as $2: what was thrown" "$(value type)|$(value message)|$(value cause)"
}

while IFS='|' read -r name type message cause; do
    {
        echo '2026-08-07 14:31:05,123 ERROR [main] shop - request failed'
        cat "tests/engine/traces/$name.txt"
        echo '2026-08-07 14:31:07,123 INFO [main] shop - next'
    } >"$work/shop.log"
    "$onset" records "$work/shop.log" >"$work/out" 2>"$work/err"
    head -n 1 "$work/out" >"$work/record"
    [ "$(wc -l <"$work/out")" -eq 2 ]
    report $? "$name is one record with the line before" "$(wc -l <"$work/out") records"
    # shellcheck disable=SC1003
    [ "$(sed 's/.*"body":"\(.*\)","attributes".*/\1/' "$work/record" | sed 's/\\\\//g' | grep -o '\\n' | wc -l)" -eq "$(grep -c . "tests/engine/traces/$name.txt")" ]
    report $? "$name: none of its lines is lost"
    [ "$(value type)|$(value message)|$(value cause)" = "$type|$message|$cause" ]
    report $? "$name: what was thrown" "$(value type)|$(value message)|$(value cause)"
    within "$name" message "$(printf 'request failed\n' | cat - "tests/engine/traces/$name.txt")"
    within "$name" stack_trace "$(cat "tests/engine/traces/$name.txt")"
done <<'END'
java_nested|java.lang.RuntimeException|outer|java.io.IOException: inner
java_suppressed|java.lang.IllegalStateException|no answer|java.net.ConnectException: Connection refused
java_circular|java.lang.Exception|one|java.lang.Exception: two
java_npe|java.lang.NullPointerException|Cannot invoke \"String.length()\" because \"<local1>\" is null|
py_chain|ValueError|no such cart|TimeoutError: [Errno 110] timed out
py_handling|ValueError|invalid literal for int() with base 10: 'x'|KeyError: 'cart'
py_group|ExceptionGroup|two failed (2 sub-exceptions)|TimeoutError: [Errno 110] timed out
py_multi|ShopError|first line|
node_throw|Error|no answer|TypeError: inner cause
node_net|Error|connect ECONNREFUSED 127.0.0.1:1|
node_aggregate|AggregateError|both failed|
rust_backtrace|panic|called `Result::unwrap()` on an `Err` value: \"no answer\"|
cpp|std::runtime_error|no answer|
ruby|ShopError|cannot pay|/srv/shop.rb:3:in `Integer': invalid value for Integer(): \"x\" (ArgumentError)
php|RuntimeException|cannot pay in /srv/shop.php:2|PHP Fatal error:  Uncaught InvalidArgumentException: no cart in /srv/shop.php:2
go_panic|panic|runtime error: index out of range [5] with length 3|
go_deadlock|fatal error|all goroutines are asleep - deadlock!|
go_recover|panic|cannot pay: no cart|panic: no cart [recovered]
dotnet|System.InvalidOperationException|cannot pay|System.ArgumentException: no cart
mono|System.InvalidOperationException|cannot pay|System.ArgumentException: no cart
END

# Behind a routine line, without a stamp: the program died, and that is a record of its own, all of it.
for name in ruby php go_panic go_deadlock go_recover mono dotnet rust_backtrace node_throw cpp; do
    {
        echo '2026-08-07 14:31:05,123 INFO [main] shop - request'
        cat "tests/engine/traces/$name.txt"
        echo '2026-08-07 14:31:07,123 INFO [main] shop - next'
    } >"$work/shop.log"
    "$onset" records "$work/shop.log" >"$work/out" 2>"$work/err"
    [ "$(wc -l <"$work/out")" -eq 3 ] && sed -n 2p "$work/out" | grep -q '"time":"2026-08-07T14:31:05.123Z","severity":\(17\|21\),.*"line":[23],.*"assumed":\["time"\]'
    report $? "$name behind a routine line is one record" "$(wc -l <"$work/out") records"
done

# The same in a container, where every line has a stamp.
for name in ruby go_panic mono rust_backtrace py_chain; do
    {
        echo '2026-08-07T14:31:05.100000001Z stderr F INFO shop - request'
        sed '/^$/d; /^exit status/d; s/^/2026-08-07T14:31:05.120000001Z stderr F /' "tests/engine/traces/$name.txt"
        echo '2026-08-07T14:31:07.100000001Z stderr F INFO shop - next'
    } >"$work/shop.log"
    "$onset" records "$work/shop.log" >"$work/out" 2>"$work/err"
    [ "$(wc -l <"$work/out")" -eq 3 ] && sed -n 2p "$work/out" | grep -q '"severity":\(17\|21\),.*"line":2,'
    report $? "$name in a container is one record" "$(wc -l <"$work/out") records"
done

# A report of AddressSanitizer speaks for itself: it is a record of its own, all of it.
{
    echo '2026-08-07 14:31:05,123 INFO [main] shop - request'
    sed 1d tests/engine/traces/asan.txt
    echo '2026-08-07 14:31:07,123 INFO [main] shop - next'
} >"$work/shop.log"
"$onset" records "$work/shop.log" >"$work/out" 2>"$work/err"
[ "$(wc -l <"$work/out")" -eq 3 ] && sed -n 2p "$work/out" | grep -q '"severity":\(17\|21\),.*"body":"==[0-9]*==ERROR: AddressSanitizer: heap-use-after-free.*ABORTING"'
report $? "asan is one record" "$(wc -l <"$work/out") records"

[ "$failures" -eq 0 ]
