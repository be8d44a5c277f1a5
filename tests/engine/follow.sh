#!/usr/bin/env bash
# onset follow: what it tells, when it ends and with which code, and that no line is lost or read twice.
# How rotation is recognised is tested with numbered lines in tests/input/test_tail.c.
# shellcheck source=tests/engine/check.bash
. "$(dirname "$0")/check.bash"

# Normal lines of two services, one a second, from ten minutes ago until now.
past() {
    local from now
    now=$(date +%s)
    from=$((now - 600))
    rm -rf "$work/logs"
    mkdir "$work/logs"
    for service in web shop; do
        seq "$from" "$now" | awk -v s="$service" '{
            printf "%s INFO %s %s\n", strftime("%Y-%m-%dT%H:%M:%SZ", $1, 1), s,
                NR % 3 == 0 ? "GET /cart/" NR " 200" : NR % 3 == 1 ? "session " NR " renewed" : "order " NR " stored" }' \
            >"$work/logs/$service.log"
    done
}

trouble() { # into both logs, amid normal lines
    for i in 1 2 3; do
        echo "$(date -u +%FT%T.%3NZ) ERROR shop cannot reach the payment service: connection refused, try $i" >>"$work/logs/shop.log"
        echo "$(date -u +%FT%T.%3NZ) ERROR web checkout of cart $i failed: no answer from shop" >>"$work/logs/web.log"
        echo "$(date -u +%FT%T.%3NZ) INFO web session $i renewed" >>"$work/logs/web.log"
    done
}

start() { # WORDS...: onset follow in the background
    "$onset" follow "$@" >"$work/out" 2>"$work/err" &
    pid=$!
}

until_told() { # WORD: waits for it, or for the end of onset
    for _ in $(seq 600); do
        grep -q -- "$1" "$work/out" && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    grep -q -- "$1" "$work/out"
}

ended() { # CODE NAME
    wait "$pid"
    code=$?
    exits "$1" "$2"
}

lines_of() { # the count of the last event
    sed -n 's/.*"lines":\([0-9]*\).*/\1/p' "$work/out" | tail -n 1
}

past
start --json --exit-on-first "$work/logs"
until_told '"watching"'
report $? "it tells that it watches"
trouble
until_told '"candidate"'
report $? "a candidate is told"
ended 1 "--exit-on-first"
grep '"candidate"' "$work/out" | head -n 1 | grep -q '"service":"shop".*cannot reach the payment service'
report $? "the first candidate is the one that came first"
tail -n 1 "$work/out" | grep -q '"event":"end".*"verdict":"found"'
report $? "the end is told"

past
start --json "$work/logs"
until_told '"watching"'
for round in 1 2 3 4 5; do
    trouble
    [ "$round" = 3 ] && mv "$work/logs/web.log" "$work/logs/web.log.1"
done
kill -TERM "$pid"
ended 0 "a signal ends it"
[ "$(lines_of)" -eq "$(cat "$work"/logs/* | wc -l)" ]
report $? "every line was read once" "$(lines_of) of $(cat "$work"/logs/* | wc -l)"

# A reader that has fallen behind, and is told to end: by a signal to one that was suspended.
behind() { # SIGNAL
    start --json --exit-code "$work/logs"
    until_told '"watching"'
    kill -STOP "$pid"
    yes "$(date -u +%FT%TZ) INFO shop order 7 stored on a line that is as long as such lines are" | head -n 400000 >>"$work/logs/shop.log"
    mv "$work/logs/shop.log" "$work/logs/shop.log.1"
    trouble
    kill "-$1" "$pid"
    kill -CONT "$pid"
}

for signal in TERM INT; do
    past
    behind "$signal"
    ended 1 "SIG$signal to a reader that is behind"
    [ "$(lines_of)" -eq "$(cat "$work"/logs/* | wc -l)" ]
    report $? "... it reads what is there" "$(lines_of) of $(cat "$work"/logs/* | wc -l)"
    grep -q '"candidate".*cannot reach the payment service' "$work/out"
    report $? "... and tells what it says"
done

past
mkfifo "$work/pipe"
"$onset" follow --json --learn 1s --exit-code "$work/logs" - <"$work/pipe" >"$work/out" 2>"$work/err" &
pid=$!
exec 3>"$work/pipe"
until_told '"watching"'
kill -STOP "$pid"
head -n 500 "$work/logs/web.log" >&3
lines=$(cat "$work"/logs/* | wc -l)
kill -TERM "$pid"
kill -CONT "$pid"
ended 0 "a signal while a pipe is full"
exec 3>&-
[ "$(lines_of)" -eq $((lines + 500)) ]
report $? "... it is read" "$(lines_of) of $((lines + 500))"

past
start --json "$work/logs/w*.log" "$work/logs/later.log"
until_told '"watching"'
cp "$work/logs/shop.log" "$work/logs/later.log"
mv "$work/logs/web.log" "$work/logs/web-2.log"
kill -TERM "$pid"
ended 0 "a pattern, and a file that comes later"
[ "$(lines_of)" -eq "$(cat "$work"/logs/web-2.log "$work"/logs/later.log | wc -l)" ]
report $? "... are read" "$(lines_of)"
"$onset" follow --for 1s "$work/none/*.log" >"$work/out" 2>"$work/err"
code=$?
exits 2 "a pattern without its folder"

chmod 755 "$work"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && cp "$onset" "$work/onset" 2>/dev/null; then
    past
    chmod 600 "$work/logs/shop.log"
    setpriv --reuid=65534 --regid=65534 --clear-groups "$work/onset" follow --json --for 2s "$work/logs" \
        >"$work/out" 2>"$work/err"
    code=$?
    exits 0 "a file that may not be read, beside another"
    [ "$(cat "$work/err")" = "onset: cannot open '$work/logs/shop.log': Permission denied" ]
    report $? "... is named once" "$(cat "$work/err")"
    [ "$(lines_of)" -eq "$(wc -l <"$work/logs/web.log")" ]
    report $? "... and the other one is read" "$(lines_of)"
fi

past
start --exit-on-first --for 2s "$work/logs"
until_told "watching"
echo "$(date -u +%FT%TZ) INFO web session 7 renewed" >>"$work/logs/web.log"
ended 0 "a gate that nothing passes"

past
start "$work/logs/web.log" "$work/logs/shop.log"
until_told "watching"
for _ in 1 2 3; do
    trouble
    mv "$work/logs/shop.log" "$work/logs/shop.log.1"
    until_told "something began" || break
done
kill -TERM "$pid"
ended 0 "a signal ends what is told as text"
grep -q "^Something began" "$work/out"
report $? "the whole report stands at the end"
grep -q "^1  .*cannot reach the payment\|line .*cannot reach the payment" "$work/out"
report $? "... with its first hypothesis"

past
(cat "$work/logs/web.log"; sleep 1) | "$onset" follow --json >"$work/out" 2>"$work/err"
code=$?
exits 0 "a pipe that ends"
[ "$(lines_of)" -eq "$(wc -l <"$work/logs/web.log")" ]
report $? "every line of a pipe was read"
head -n 20 "$work/logs/web.log" | "$onset" -f --exit-code --json >"$work/out" 2>"$work/err"
code=$?
exits 3 "a pipe that ends before enough is known"

past
{
    timeout 60 "$onset" follow "$work/logs" 2>"$work/err"
    echo $? >"$work/code"
} | head -n 1 >"$work/out" &
pid=$!
until_told "watching"
for _ in $(seq 60); do # until it has something more to tell
    trouble
    sleep 1
    [ -s "$work/code" ] && break
done
code=$(cat "$work/code")
exits 0 "a reader that has gone ends it"

past
gzip -c "$work/logs/web.log" >"$work/logs/web.log.2.gz"
start --json --for 1s "$work/logs"
ended 0 "compressed files beside"
[ "$(lines_of)" -eq $(($(cat "$work"/logs/*.log | wc -l) + $(wc -l <"$work/logs/web.log"))) ]
report $? "... are part of the past" "$(lines_of)"
[ "$failures" -eq 0 ]
