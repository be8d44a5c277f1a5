#!/usr/bin/env bash
# Where output goes and what the exit code tells.
# shellcheck source=tests/cli/expect.bash
. "$(dirname "$0")/expect.bash"

# Two hours of a calm service, then something new.
awk 'BEGIN {
    for (s = 0; s < 7200; s += 2)
        printf "2026-08-07T%02d:%02d:%02dZ INFO shop request served path=/cart status=200 ms=%d\n", 12 + s / 3600, s / 60 % 60, s % 60, s % 37
    for (s = 7200; s < 7500; s++)
        printf "2026-08-07T%02d:%02d:%02dZ ERROR shop cannot reach the database: connection refused\n", 12 + s / 3600, s / 60 % 60, s % 60
}' >"$work/shop.log"

run "$work/shop.log"
exits "a scan runs" 0
holds "the report tells what was read" out "3,900 lines"
lacks "no colour in a file" out "$(printf '\033')"
[ ! -s "$work/err" ]
report $? "a quiet run says nothing on stderr"
cp "$work/out" "$work/named"
run --color=always "$work/shop.log"
holds "colour when asked" out "$(printf '\033')"
run --exit-code "$work/shop.log"
exits "found: 1 with --exit-code" 1
run --exit-code --color=never --top 1 "$work/shop.log"
exits "found: 1, however it is shown" 1
run --label shop <"$work/shop.log"
exits "standard input is read without FILE" 0
holds "standard input has its label" out "shop:"
run - <"$work/shop.log"
exits "standard input is read for -" 0

run "$work/shop.log" "$work/missing.log"
exits "a missing file makes 2" 2
holds "a missing file is named" err "onset: cannot open '$work/missing.log'"
holds "the other file is reported" out "3,900 lines"
gzip -c "$work/shop.log" | head -c 2000 >"$work/cut.log.gz"
run "$work/shop.log" "$work/cut.log.gz"
exits "a broken file makes 2" 2
holds "a broken file is named" err "cut.log.gz"
holds "the whole file is still reported" out "What was read"
run -q "$work/shop.log" "$work/cut.log.gz"
exits "quiet keeps the exit code" 2
[ ! -s "$work/err" ]
report $? "quiet drops warnings"

run --exit-code </dev/null
[ "$code" -eq 3 ] || [ "$code" -eq 0 ]
report $? "nothing to read is no discovery" "exit code $code"

# A reader that goes away is no error; a disk that is full is one.
{ "$onset" "$work/shop.log" 2>"$work/err"; echo $? >"$work/code"; } | true
code=$(cat "$work/code")
exits "a closed pipe is a quiet success" 0
[ ! -s "$work/err" ]
report $? "a closed pipe is not mentioned"
if [ -w /dev/full ]; then
    "$onset" "$work/shop.log" >/dev/full 2>"$work/err"
    code=$?
    exits "a full disk is an error" 2
    holds "a full disk is told" err "cannot write the report"
    "$onset" --help >/dev/full 2>"$work/err"
    code=$?
    exits "a full disk is an error for help too" 2
fi
"$onset" "$work/shop.log" >&- 2>"$work/err"
code=$?
exits "a closed standard output is an error" 2

# On a terminal (script makes one).
if script -qec true /dev/null >/dev/null 2>&1; then
    on_terminal() { # COMMAND
        TERM=xterm script -qec "$1" "$work/typescript" </dev/null >"$work/out" 2>"$work/err"
        code=$?
    }
    on_terminal "'$onset'"
    exits "a terminal without FILE is refused" 2
    holds "a terminal without FILE is told why" out "standard input is a terminal"
    on_terminal "'$onset' '$work/shop.log'"
    holds "colour on a terminal" out "$(printf '\033[')"
    on_terminal "NO_COLOR=1 '$onset' '$work/shop.log'"
    lacks "NO_COLOR is honoured" out "$(printf '\033[')"
    on_terminal "TERM=dumb '$onset' '$work/shop.log'"
    lacks "a dumb terminal has no colour" out "$(printf '\033[')"
    on_terminal "COLUMNS=72 '$onset' --color never '$work/shop.log'"
    [ "$(tr -d '\r' <"$work/out" | grep -vE '^   (next|see) ' | wc -L)" -le 72 ]
    report $? "the width of the terminal is kept"
else
    echo "ok - terminal # SKIP no script(1)"
fi
finish
