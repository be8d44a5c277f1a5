#!/usr/bin/env bash
# Input as it should not be: each case is reported as far as it can be read, with one clear line where something is
# wrong, and never stops what can be read.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

run() {
    (cd "$work" && "$onset" --now 2026-08-08T00:00:00Z "$@" >"$work/out" 2>"$work/err")
    code=$?
}

quiet() { # NAME: nothing on stderr
    [ ! -s "$work/err" ]
    report $? "$1: nothing on stderr"
}

complains() { # TEXT NAME: one line on stderr, as the program writes them, that holds the text
    [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q "^onset: '" "$work/err" && grep -qF -e "$1" "$work/err"
    report $? "$2: one line of error that holds '$1'"
}

holds() { # TEXT NAME
    grep -qF -e "$1" "$work/out"
    report $? "$2: the report holds '$1'"
}

number() { # KEY: its value in the coverage of the JSON report
    sed -n '/"coverage"/,/}/s/^ *"'"$1"'": *\([0-9]*\).*/\1/p' "$work/out"
}

counts() { # KEY NUMBER NAME
    [ "$(number "$1")" = "$2" ]
    report $? "$3: $1 is $2" "it is $(number "$1")"
}

# Logs of a clock that is ahead: a stamp without a year takes it from what is read together with it.
mkdir "$work/ahead"
echo "2027-03-25T05:55:00Z INFO web started" >"$work/ahead/web.log"
echo "Mar 25 05:55:51 edge-1 proxy[78]: Server web-1 is UP" >"$work/ahead/proxy.log"
run --json ahead
holds '"first": "2027-03-25T05:55:00Z"' "a clock that is ahead"
holds '"last": "2027-03-25T05:55:51Z"' "a clock that is ahead"

# Too little to judge by: 3 with --exit-code, and no claim.
tell() { # FROM TO STEP TEXT: lines of seconds after noon
    awk -v from="$1" -v to="$2" -v step="$3" -v text="$4" 'BEGIN {
        for (s = from; s < to; s += step)
            printf "2026-08-07T%02d:%02d:%02dZ %s %d\n", 12 + s / 3600, s / 60 % 60, s % 60, text, s }'
}
unlike() { # LINES A_SECOND: none of them is like another
    awk -v lines="$1" -v rate="$2" '
        function word(n,   w) { for (w = ""; n > 0; n--) w = w substr("abcdefghijklmnopqrstuvwxyz", 1 + int(26 * rand()), 1); return w }
        BEGIN { srand(3); for (i = 0; i < lines; i++) { s = int(i / rate)
            printf "2026-08-07T%02d:%02d:%02dZ INFO %s %s %s %s\n", 12 + s / 3600, s / 60 % 60, s % 60, word(7), word(6), word(8), word(5) } }'
}
unsure() { # SAYS NAME ARGUMENT...
    local says=$1 name=$2
    shift 2
    run --exit-code --json "$@"
    [ "$code" -eq 3 ]
    report $? "$name: exit code 3" "it is $code"
    holds "$says" "$name"
    ! grep -E '"confidence": (0\.0*[1-9]|0\.[1-9]|1)' "$work/out" >"$work/claims"
    report $? "$name: no claim"
}
{ tell 0 40 1 "INFO served"; tell 40 100 1 "ERROR drawer is stuck"; } >"$work/young.log"
unsure "only 40 s of logs before it" "a log that starts 40 s before" young.log
unsure "only 40 s of logs before it" "a log that starts 40 s before the page" --at 2026-08-07T12:00:50Z young.log
{ tell 0 3600 2 "INFO served"; tell 3600 3700 2 "ERROR drawer is stuck"; } >"$work/alone.log"
unsure "no record lies in the window" "a window behind the logs" --since 2026-08-07T20:00:00Z alone.log
unsure "no record lies in the window" "a page before the logs" --at 2026-08-01T12:00:00Z alone.log
for n in 1 2 3 4 5 6 7 8 9; do echo "drawer $n"; done >"$work/nine.log"
unsure "only 9 records" "nine lines without times" nine.log
unlike 1800 0.5 >"$work/unlike.log"
unsure "said only once" "every line new" unlike.log
unsure "said only once" "every line new, and a page" --at 2026-08-07T12:30:00Z unlike.log
unlike 100000 10 >"$work/hundred.log"
unsure "said only once" "100,000 patterns" hundred.log
: >"$work/nothing.log"
unsure "no records were read" "nothing at all" nothing.log

# Enough to judge by, in spite of its form.
sure() { # NAME ARGUMENT...
    local name=$1
    shift
    run --exit-code --json "$@"
    [ "$code" -eq 1 ]
    report $? "$name: found" "it is $code"
    holds "drawer is stuck" "$name"
}
sure "one service only" alone.log
awk 'BEGIN { for (i = 0; i < 500; i++) print "INFO served", i; for (i = 0; i < 50; i++) print "ERROR drawer is stuck", i }' >"$work/timeless.log"
sure "no times" timeless.log
mkdir "$work/normal"
awk 'BEGIN { for (s = 0; s < 600000; s += 10)
    printf "2026-07-%02dT%02d:%02d:%02dZ INFO served %d\n", 20 + s / 86400, s / 3600 % 24, s / 60 % 60, s % 60, s }' >"$work/normal/shop.log"
{ tell 0 30 1 "INFO served"; tell 30 60 2 "ERROR drawer is stuck"; tell 60 61 1 "INFO served"; } >"$work/shop.log"
sure "a baseline that is 10,000 times as long" --baseline normal shop.log
head -n 5 "$work/normal/shop.log" >"$work/five.log"
unsure "only 30 s of logs before it" "a baseline of five lines" --baseline five.log shop.log

# An hour of steady work, one line a second; then, where FAULT is given, a minute in which it also fails.
steady() { # FAULT
    awk -v fault="$1" 'BEGIN {
        split("accepted order;stored blob;cache hit for item;session opened for customer", said, ";")
        for (i = 0; i < 3660; i++) {
            stamp = sprintf("2026-08-07T%02d:%02d:%02dZ", 12 + i / 3600, i / 60 % 60, i % 60)
            print stamp " INFO " said[i * 7919 % 4 + 1] " " i
            if (fault && i >= 3600) {
                print stamp " ERROR cannot open connection: too many clients"
                print stamp " ERROR order " i " failed"
            }
        }
    }'
}
steady "" >"$work/steady.log"
steady 1 >"$work/fault.log"

# Exit codes.
run steady.log
exits 0 "nothing found"
quiet "nothing found"
run --exit-code steady.log
exits 0 "nothing found, with --exit-code"
run fault.log
exits 0 "found"
run --exit-code fault.log
exits 1 "found, with --exit-code"
holds "too many clients" "found"
run --exit-code --at 2026-08-07T13:01:00Z fault.log
exits 1 "found at a time, with --exit-code"
run --exit-code --at 2026-08-01T13:01:00Z fault.log
exits 3 "no record in the window, with --exit-code"
run --at 2026-08-01T13:01:00Z fault.log
exits 0 "no record in the window"

# Nothing to read.
: >"$work/empty.log"
mkdir "$work/empty"
for name in empty.log empty; do
    run --json "$name"
    exits 0 "$name"
    quiet "$name"
    counts lines 0 "$name"
    holds '"verdict": "cannot-judge"' "$name"
    run --exit-code "$name"
    exits 3 "$name, with --exit-code"
done
run --json empty.log steady.log
counts lines 3660 "an empty file beside another"
: | zstd -qc >"$work/empty.zst"
: | gzip -c >"$work/empty.gz"
for name in empty.zst empty.gz; do
    run "$name"
    exits 0 "$name"
    quiet "$name"
done
: | (cd "$work" && "$onset" >"$work/out" 2>"$work/err")
code=$?
exits 0 "empty standard input"
quiet "empty standard input"

# Not text.
head -c 300000 "$onset" >"$work/binary.log"
run --json binary.log steady.log
exits 0 "a binary file"
complains "'binary.log'" "a binary file"
counts lines 3660 "a binary file"
counts sources_binary 1 "a binary file"

# No newline at the end.
printf '2026-08-07T13:01:01Z FATAL the last words' | cat "$work/steady.log" - >"$work/cut.log"
run --json --top 50 --at 2026-08-07T13:02:00Z cut.log
exits 0 "no final newline"
counts lines 3661 "no final newline"
holds "FATAL the last words" "no final newline"

# A CRI record whose parts add up to more than a line may hold: the buffers of the kernel end before it does.
part=$(head -c 16000 /dev/zero | tr '\0' x)
{
    echo "2026-08-07T11:59:59.000000000Z stdout F before"
    for _ in $(seq 40); do
        echo "2026-08-07T12:00:00.000000000Z stdout P $part"
    done
    echo "2026-08-07T12:00:00.000000000Z stdout F end"
    echo "2026-08-07T12:00:01.000000000Z stdout F behind"
} >"$work/parts.log"
run --json parts.log
exits 0 "a record of 640 KB in parts"
counts records 3 "a record of 640 KB in parts"

# One line of 100 MB between others: counted, and not kept in memory. The limit is on what is allocated (RLIMIT_DATA), so
# that mapped files and shared libraries do not count; sanitizers need more than it allows.
limit=65536
if grep -q __asan_init "$onset" || grep -q __tsan_init "$onset"; then
    limit=unlimited
fi
{
    cat "$work/steady.log"
    head -c 104857600 /dev/zero | tr '\0' x
    echo
    echo "2026-08-07T13:01:01Z ERROR behind the long line"
} >"$work/long.log"
limited() {
    (ulimit -d "$limit" && cd "$work" && exec "$onset" --json --threads 2 "$@" >"$work/out" 2>"$work/err")
    code=$?
}
limited long.log
exits 0 "a line of 100 MB"
quiet "a line of 100 MB"
counts lines 3662 "a line of 100 MB"
counts overlong 1 "a line of 100 MB"
limited <"$work/long.log"
counts overlong 1 "a line of 100 MB on standard input"
# shellcheck disable=SC2002
cat "$work/long.log" | limited
counts lines 3662 "a line of 100 MB through a pipe"
counts overlong 1 "a line of 100 MB through a pipe"
zstd -1 -qc "$work/long.log" >"$work/long.zst"
limited long.zst
exits 0 "a line of 100 MB in an archive"
counts lines 3662 "a line of 100 MB in an archive"
rm "$work/long.log" "$work/long.zst"
head -c 30000000 /dev/zero | tr '\0' x >"$work/only.log"
limited only.log
exits 0 "nothing but a long line"
counts overlong 1 "nothing but a long line"
rm "$work/only.log"

# NUL bytes: a hole as copytruncate leaves it, and some in the text.
{
    head -c 100000 /dev/zero
    cat "$work/steady.log"
    printf '2026-08-07T13:01:01Z ERROR nul \0 inside\n'
} >"$work/nul.log"
run --json --top 50 --at 2026-08-07T13:02:00Z nul.log
exits 0 "NUL bytes"
quiet "NUL bytes"
counts lines 3661 "NUL bytes"
holds "ERROR nul" "NUL bytes"
[ "$(tr -d '\0' <"$work/out" | cksum)" = "$(cksum <"$work/out")" ]
report $? "NUL bytes: none in the report"
run --at 2026-08-07T13:02:00Z nul.log
holds "ERROR nul" "NUL bytes in the text report"
[ "$(tr -d '\0' <"$work/out" | cksum)" = "$(cksum <"$work/out")" ]
report $? "NUL bytes: none in the text report"

# Invalid UTF-8.
{
    cat "$work/steady.log"
    printf '2026-08-07T13:01:01Z ERROR bytes \xff\xfe\xc3( \xed\xa0\x80 \xf5\x80\x80\x80 end\n'
} >"$work/utf8.log"
for format in json text; do
    run --format $format --top 50 --at 2026-08-07T13:02:00Z utf8.log
    exits 0 "invalid UTF-8 ($format)"
    holds "ERROR bytes" "invalid UTF-8 ($format)"
    iconv -f UTF-8 -t UTF-8 "$work/out" >/dev/null 2>&1
    report $? "invalid UTF-8: the report ($format) is valid"
done

# CRLF: the report is that of the same lines with LF.
mkdir "$work/lf" "$work/crlf"
cp "$work/fault.log" "$work/lf/app.log"
sed 's/$/\r/' "$work/fault.log" >"$work/crlf/app.log"
for kind in lf crlf; do
    (cd "$work/$kind" && "$onset" --json app.log) | grep -v '"bytes":\|"offset":' >"$work/$kind.json"
done
[ -s "$work/lf.json" ] && cmp -s "$work/lf.json" "$work/crlf.json"
report $? "CRLF is read as LF" "$(diff "$work/lf.json" "$work/crlf.json" | head -n 3)"

# Archives that end too early: what could be read is reported.
${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -o "$work/generate" tests/engine/generate.c || exit 2
mkdir "$work/logs"
"$work/generate" "$work/logs" 2000000 || exit 2
# A file of many frames: one that is broken is told with its place in the text, those behind it are read.
for i in 0 1 2 3 4 5; do
    seq $((i * 1000)) $((i * 1000 + 999)) | sed 's/^/2026-08-07T14:30:00Z INFO request /' | zstd -qc >"$work/frame-$i"
done
bytes=$(cat "$work"/frame-[0123] | zstd -dqc | wc -c)
printf '\xff\xff\xff\xff' | dd of="$work/frame-3" bs=1 seek=60 conv=notrunc 2>/dev/null
cat "$work"/frame-? >"$work/frames.zst"
for threads in 1 2 3; do
    run --json --chunk-bytes 1K --threads "$threads" frames.zst
    complains "'frames.zst': invalid zstd stream (checksum) after $bytes bytes" "a broken frame, $threads threads"
    [ "$(number lines)" -ge 5990 ] && [ "$(number lines)" -le 6000 ]
    report $? "... what is in other frames is read" "$(number lines) lines"
    [ "$threads" -eq 1 ] && cp "$work/out" "$work/want"
    cmp -s "$work/want" "$work/out"
    report $? "... and the report is the same"
done
# However a frame is broken (in a block, its size, its magic; what stands between two of them), all routes read the same.
routes() { # NAME
    local way
    run --json --threads 1 frames.zst
    cp "$work/out" "$work/want"
    cp "$work/err" "$work/told"
    for way in 1K:1 1K:3 20K:2; do
        run --json --chunk-bytes "${way%:*}" --threads "${way#*:}" frames.zst
        cmp -s "$work/want" "$work/out" && cmp -s "$work/told" "$work/err"
        report $? "$1: the same by parts of ${way%:*}, ${way#*:} threads" "$(diff "$work/want" "$work/out" | head -3; cat "$work/err")"
    done
    bodies() { sed 's/.*"line":/"line":/'; }
    "$onset" records "$work/frames.zst" 2>/dev/null | bodies >"$work/want.records"
    "$onset" records - < <(cat "$work/frames.zst") 2>"$work/piped" | bodies >"$work/piped.records"
    cmp -s "$work/want.records" "$work/piped.records" &&
        [ "$(sed "s/'[^']*'/'frames.zst'/" "$work/piped")" = "$(cat "$work/told")" ]
    report $? "... and on a pipe" "$(diff "$work/want.records" "$work/piped.records" | head -3; cat "$work/piped" "$work/told")"
    # a size that is too large, but may be, takes what is behind it for a block that is cut off
    { grep -q 'request 5999"' "$work/want.records" || grep -q truncated "$work/told"; } && grep -q 'request 1000"' "$work/want.records"
    report $? "... with what is behind it" "$(tail -n 1 "$work/want.records")"
}
zstd -dqc "$work/frame-4" | zstd -qc >"$work/good"
for bytes in '0 \0' '5 \377' '60 \377\377\377\377' '8 \007' '7 \0' '9 \377'; do
    cp "$work/good" "$work/frame-4"
    printf '%b' "${bytes#* }" | dd of="$work/frame-4" bs=1 seek="${bytes%% *}" conv=notrunc 2>/dev/null
    cat "$work"/frame-[012456] "$work"/frame-5 >"$work/frames.zst" 2>/dev/null
    routes "byte ${bytes%% *} of a frame"
done
cat "$work"/frame-[012] - "$work/frame-5" <<<'this is no frame' >"$work/frames.zst"
routes "text between frames"
head -c $(($(cat "$work"/frame-[0124] | wc -c) - 20)) <(cat "$work"/frame-[0124]) >"$work/frames.zst"
run --json --chunk-bytes 1K --threads 2 frames.zst
complains "'frames.zst': truncated zstd stream after" "the last frame is cut off"
rm "$work"/frame*

for kind in zst gz; do
    case $kind in
    zst) zstd -qc "$work/logs/java.log" ;;
    gz) gzip -c "$work/logs/java.log" ;;
    esac >"$work/whole.$kind"
    size=$(wc -c <"$work/whole.$kind")
    head -c $((size * 2 / 3)) "$work/whole.$kind" >"$work/cut.$kind"
    run --json "cut.$kind" steady.log
    exits 2 "truncated .$kind"
    complains "'cut.$kind'" "truncated .$kind"
    counts inputs_broken 1 "truncated .$kind"
    [ "$(number lines)" -gt 5000 ]
    report $? "truncated .$kind: what was read is counted" "$(number lines) lines"
    run --exit-code "cut.$kind"
    exits 2 "truncated .$kind, with --exit-code"
    (cd "$work" && "$onset" --json <"cut.$kind" >"$work/out" 2>"$work/err")
    code=$?
    exits 2 "truncated .$kind on standard input"
    [ "$(number lines)" -gt 1000 ]
    report $? "truncated .$kind on standard input: what was read is counted" "$(number lines) lines"
    head -c 7 "$work/whole.$kind" >"$work/stump.$kind"
    run "stump.$kind"
    exits 2 "the stump of a .$kind"
    complains "'stump.$kind'" "the stump of a .$kind"
    { head -c 30000 "$work/whole.$kind" && head -c 5000 /dev/zero | tr '\0' Z; } >"$work/damaged.$kind"
    run --json "damaged.$kind"
    exits 2 "damaged .$kind"
    complains "'damaged.$kind'" "damaged .$kind"
    counts inputs_broken 1 "damaged .$kind"
done

# What cannot be opened. The rest goes on. (A mode of 000 does not stop root.)
ln -s "$work/nowhere" "$work/dangling.log"
run --json dangling.log steady.log
exits 2 "a name that cannot be opened"
grep -q "^onset: .*'dangling.log'" "$work/err" && [ "$(wc -l <"$work/err")" -eq 1 ]
report $? "a name that cannot be opened: one line of error"
counts lines 3660 "a name that cannot be opened"
run none.log steady.log
exits 2 "a name that does not exist"
run --exit-code none.log fault.log
exits 2 "a name that does not exist, with --exit-code"
mkdir "$work/folder"
ln -s "$work/nowhere" "$work/folder/dangling.log"
cp "$work/steady.log" "$work/folder/a.log"
run --json folder
exits 0 "a dangling link in a folder"
counts lines 3660 "a dangling link in a folder"

# Times that nobody can read.
for words in nonsense 25:99 2026-13-41 '' 'yesterday at tea'; do
    run --at "$words" steady.log
    exits 2 "--at '$words'"
    [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" -eq 1 ]
    report $? "--at '$words': one line, no report"
done
run --at nonsense steady.log
for form in "RFC 3339" "2026-08-07 14:31" "14:31" "-1h"; do
    grep -qF -e "$form" "$work/err"
    report $? "--at nonsense: shows the form $form"
done

# No times at all: the order of lines stands in, and the report says so.
run --json logs/timeless.log
exits 0 "no times"
quiet "no times"
holds '"by_order": true' "no times"
run logs/timeless.log
grep -q "order of lines stands in for" "$work/out"
report $? "no times: the report says that order stands in"

# A baseline that does not exist would make everything look new.
run --baseline none steady.log
exits 2 "no such baseline"
[ ! -s "$work/out" ] && grep -qF "'none'" "$work/err" && [ "$(wc -l <"$work/err")" -eq 1 ]
report $? "no such baseline: one line, no report"

# A reader that goes away is no error.
for format in json text; do
    (cd "$work" && "$onset" --format $format --top 1000 logs 2>"$work/err"; echo $? >"$work/code") | head -c1 >"$work/out"
    code=$(cat "$work/code")
    exits 0 "closed pipe ($format)"
    quiet "closed pipe ($format)"
done
(cd "$work" && "$onset" --exit-code fault.log 2>"$work/err"; echo $? >"$work/code") | true
quiet "pipe that is closed at once"
(cd "$work" && "$onset" fault.log 2>"$work/err" >/dev/full)
code=$?
exits 2 "a full disk"
grep -q "^onset: cannot write" "$work/err"
report $? "a full disk: is told"

# Terminal escapes in log text are never passed on: colours, titles, cursor, C1 bytes in both encodings, backspaces.
{
    cat "$work/steady.log"
    for i in 1 2 3 4 5 6 7 8; do
        printf '2026-08-07T13:01:0%dZ ERROR \033[31mred\033[0m \033]0;title\007 \033[2J\033[1;1H \033Pq\033\\ \033(0 end\n' $i
        printf '2026-08-07T13:01:0%dZ FATAL bell \a back \b\b\b feed \f vt \v del \177 c1 \302\233 31m raw \233 31m end\n' $i
        printf '2026-08-07T13:01:0%dZ ERROR right \342\200\256 to left \033' $i
        echo
    done
} >"$work/escape.log"
for color in never always; do
    run --color $color --top 50 --at 2026-08-07T13:02:00Z escape.log
    holds "ERROR" "escapes (--color $color)"
    # colours of our own are SGR: ESC [ digits and semicolons m
    sed 's/\x1b\[[0-9;]*m//g' "$work/out" >"$work/bare"
    [ "$(LC_ALL=C tr -d '\001-\010\013-\037\177' <"$work/bare" | cksum)" = "$(cksum <"$work/bare")" ]
    report $? "escapes (--color $color): no control bytes"
    ! LC_ALL=C grep -q -a "$(printf '\302[\200-\237]')" "$work/bare"
    report $? "escapes (--color $color): no C1 characters"
    ! grep -qF "$(printf '\342\200\256')" "$work/bare"
    report $? "escapes (--color $color): no bidirectional override"
    iconv -f UTF-8 -t UTF-8 "$work/bare" >/dev/null 2>&1
    report $? "escapes (--color $color): valid UTF-8"
done
run --color never --at 2026-08-07T13:02:00Z escape.log
! grep -q "$(printf '\033')" "$work/out"
report $? "escapes (--color never): none"
run --json --top 50 --at 2026-08-07T13:02:00Z escape.log
[ "$(LC_ALL=C tr -d '\001-\010\013-\037\177' <"$work/out" | cksum)" = "$(cksum <"$work/out")" ]
report $? "escapes: no control bytes in JSON"

[ "$failures" -eq 0 ]
