#!/usr/bin/env bash
# The sum of the parts gives the same profile and the same report as the whole, byte for byte: split by file and by
# lines, in any order and grouping, also beyond the cap; and a bad profile is refused with nothing of it taken.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash
root=$PWD
now=2026-12-01T00:00:00Z # missing years must not depend on the clock

scan() { # ARGUMENT...
    "$onset" --json --top 1000 --now "$now" "$@" 2>>"$work/err"
}

run() { # ARGUMENT...: output, errors and exit code are kept
    "$onset" "$@" >"$work/out" 2>"$work/err"
    code=$?
}

# A folder of logs ($work/case/logs) against its parts.
sum_is_whole() { # NAME
    cd "$work/case" || exit 2
    : >"$work/err"
    rm -rf p sums
    mkdir p sums
    scan logs >whole.json
    scan --at 2026-09-15T19:30:00Z logs >whole-at.json
    "$onset" profile --now "$now" -o whole.ndjson logs
    for log in logs/*; do
        "$onset" profile --now "$now" -o "p/$(basename "$log").onset.zst" "$log"
    done
    local parts=(p/*) reversed=() i
    for ((i = ${#parts[@]} - 1; i >= 0; i--)); do reversed+=("${parts[i]}"); done
    "$onset" merge -o sums/all.ndjson "${reversed[@]}"
    cmp -s whole.ndjson sums/all.ndjson
    report $? "$1: the sum of ${#parts[@]} profiles is the profile of all"
    # in groups of three, and sums of sums
    for ((i = 0; i < ${#parts[@]}; i += 3)); do
        "$onset" merge --threads 1 -o "sums/group-$i.zst" "${parts[@]:i:3}"
    done
    "$onset" merge --threads 2 -o sums/groups.ndjson sums/group-*.zst
    cmp -s whole.ndjson sums/groups.ndjson
    report $? "$1: in groups, too"
    scan --from-profile p >out.json
    cmp -s whole.json out.json
    report $? "$1: a folder of profiles has the report of the logs"
    scan --at 2026-09-15T19:30:00Z sums/groups.ndjson >out.json
    cmp -s whole-at.json out.json
    report $? "$1: a profile named as a log has it, with --at"
    # half as logs, half as profiles
    local mixed=() half=$((${#parts[@]} / 2))
    for ((i = 0; i < ${#parts[@]}; i++)); do
        if ((i < half)); then mixed+=("logs/$(basename "${parts[i]}" .onset.zst)"); else mixed+=("${parts[i]}"); fi
    done
    scan "${mixed[@]}" >out.json
    cmp -s whole.json out.json
    report $? "$1: half logs, half profiles"
    [ ! -s "$work/err" ]
    report $? "$1: without a warning"
    cd "$root" || exit 2
}

for outage in corpus/redis-maxmemory corpus/bad-replica; do
    rm -rf "$work/case"
    mkdir "$work/case"
    cp -r "$outage/logs" "$work/case/logs"
    sum_is_whole "$outage"
done

# Cut by lines: rotated files are one source. And logs whose distinct patterns are many times the cap.
${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -o "$work/generate" tests/engine/generate.c || exit 2
mkdir "$work/plain"
"$work/generate" "$work/plain" 4000000 || exit 2
rm -rf "$work/case"
mkdir -p "$work/case/logs"
for name in java syslog klog flood; do
    log=$work/plain/$name.log
    [ -e "$log" ] || continue
    third=$(($(wc -l <"$log") / 3))
    head -n "$third" "$log" >"$work/case/logs/$name.log.2"
    tail -n +$((third + 1)) "$log" | head -n "$third" >"$work/case/logs/$name.log.1"
    tail -n +$((third * 2 + 1)) "$log" >"$work/case/logs/$name.log"
done
sum_is_whole "rotated and beyond the cap"
grep -q '"overflow":[1-9]' "$work/case/whole.ndjson"
report $? "the cap was met"

# A cap of one's own: the parts keep all, the sum has what the whole has.
cd "$work/case" || exit 2
"$onset" profile --now "$now" --series-max 200000 -o p200000.ndjson logs
grep -q '"order_limit":"ffffffffffffffff"' p200000.ndjson
report $? "with a larger cap nothing is left out"
"$onset" merge p200000.ndjson | cmp -s - whole.ndjson
report $? "and it can be cut down to the profile with the usual one"
scan --series-max 500 logs >whole-500.json
scan --series-max 500 --from-profile p >out.json
cmp -s whole-500.json out.json
report $? "the sum is the whole at a small cap, too"
"$onset" merge p200000.ndjson whole.ndjson >out.ndjson 2>"$work/err"
grep -q 'patterns have the same first line in two of the inputs: what is in both counts twice' "$work/err"
report $? "the same log twice is told"
: >"$work/err"

# A saved baseline is the baseline.
cd "$work/case" || exit 2
scan --baseline logs/java.log.2 logs/java.log >whole.json
"$onset" profile -o java.zst logs/java.log.2
scan --baseline java.zst logs/java.log >out.json
cmp -s whole.json out.json
report $? "a saved baseline is the baseline"

# One line of JSON that holds a stack trace is a record and an exception.
cd "$work/case" || exit 2
for i in 1 2 3; do
    printf '{"level":50,"time":179450044135%d,"pid":2433,"hostname":"cart-3","err":{"type":"TypeError","message":"x is not a function","stack":"TypeError: x is not a function\\n    at total (/srv/cart/total.js:41:22)\\n    at next (/srv/cart/route.js:9:3)"},"msg":"request errored"}\n' $i
done >pino.log
"$onset" profile -q -o pino.zst pino.log
run --json pino.zst
[ "$code" -eq 0 ] && [ ! -s "$work/err" ] && grep -q '"records": 3,' "$work/out"
report $? "a profile of traces within lines is read back" "exit $code: $(head -c 300 "$work/err")"

# Hosts.
cd "$work/case" || exit 2
for host in web1 web2; do
    "$onset" profile --host "$host" -o "$host.zst" logs/java.log
done
scan --from-profile web1.zst --from-profile web2.zst --missing web2 --missing web3 >out.json
grep -q '"missing": \[$' out.json && grep -A1 '"missing"' out.json | grep -q '"web3"' && ! grep -A2 '"missing"' out.json | grep -q '"web2"'
report $? "a host that is missing is named, one that is there is not"
"$onset" merge --missing web3 --missing 'web 9' web1.zst web2.zst -o some.zst
"$onset" some.zst >out.txt 2>"$work/err"
tr -s '\n ' ' ' <out.txt | grep -q '2 of 4 missing, nothing is known of: web 9, web3'
report $? "the text report names them" "$(tail -n 3 out.txt)"
"$onset" profile --host web3 -o web3.zst logs/java.log
"$onset" merge some.zst web3.zst | grep -q '"part":"web3","missing":false'
report $? "a host that comes later is not missing"
"$onset" merge web1.zst web2.zst | grep -q '"name":"web2:logs/java.log"'
report $? "hosts stand before the names of files"

# Bad input: one line, exit 2, nothing written.
refused() { # NAME WORDS ARGUMENT...
    local name=$1 words=$2
    shift 2
    rm -f sum.zst
    run "$@" -o sum.zst
    [ "$code" -eq 2 ] && [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q "$words" "$work/err" && [ ! -e sum.zst ] &&
        ! ls -- *.part >/dev/null 2>&1
    report $? "$name is refused" "exit $code: $(head -c 300 "$work/err")"
}
"$onset" profile logs/java.log >good.ndjson
size=$(wc -c <good.ndjson)
head -c $((size / 2)) good.ndjson >half.ndjson
refused "a profile that is cut off" "'half.ndjson': it is cut off behind line" merge good.ndjson half.ndjson
head -n -1 good.ndjson >headless.ndjson
refused "a profile without its last line" "'headless.ndjson': it is cut off" merge headless.ndjson good.ndjson
sed 's/"records":\([0-9]\)/"records":1\1/' good.ndjson >lie.ndjson
refused "a profile with other counts" "'lie.ndjson': its checksum is wrong" merge lie.ndjson
sed '1s/"version":4/"version":9/' good.ndjson >new.ndjson
refused "a profile of another version" "'new.ndjson': a profile of version 9, this onset reads version 4" merge new.ndjson
sed '1s/"merging":[0-9]*/"merging":1/' good.ndjson >merged.ndjson
refused "a profile of another merging" "'merged.ndjson': its patterns were merged by version 1, .*: make it again" merge merged.ndjson
cat good.ndjson good.ndjson >twice.ndjson
refused "two profiles in one file" "'twice.ndjson': something follows its last line" merge twice.ndjson
refused "a log among profiles" "'logs/java.log' is not a saved profile" merge good.ndjson logs/java.log
zstd -qc good.ndjson | head -c 500 >half.zst
refused "a compressed profile that is cut off" "'half.zst'" merge half.zst
refused "nothing to merge" "needs profiles" merge
run --baseline half.ndjson logs/java.log
[ "$code" -eq 2 ] && [ ! -s "$work/out" ]
report $? "a broken baseline stops the run"
run records good.ndjson
[ "$code" -eq 2 ] && grep -q "'good.ndjson' is a saved profile: it has no lines to show" "$work/err"
report $? "onset records refuses a profile"
run half.ndjson logs/java.log
[ "$code" -eq 2 ] && [ -s "$work/out" ]
report $? "a broken profile does not stop a scan of the rest"
"$onset" --json logs/java.log | grep -v inputs_broken >want.json
run --json half.ndjson logs/java.log
grep -v inputs_broken "$work/out" | cmp -s - want.json
report $? "of a broken profile nothing is taken"

# Hosts that say more together than one machine keeps: their sum leaves nothing out, unless it is told to.
for host in a b; do
    awk -v host=$host 'BEGIN {
        for (i = 0; i < 20000; i++) {
            word = ""
            for (n = i; length(word) < 4; n = int(n / 26)) word = word sprintf("%c", 97 + n % 26)
            printf "2026-08-07T14:%02d:%02dZ INFO step %s%s done\n", i / 60 % 60, i % 60, host, word
        }
    }' | "$onset" profile -q --host "$host" --label steps -o "host-$host.zst" -
done
"$onset" merge host-a.zst host-b.zst -o hosts.zst
zstd -dqc hosts.zst | head -n 1 | grep -q '"series":40000'
report $? "a sum of hosts keeps all of their patterns" "$(zstd -dqc hosts.zst | head -n 1 | cut -c1-200)"
[ "$("$onset" --from-profile hosts.zst --json | grep -o '"overflow_lines": [0-9]*')" = '"overflow_lines": 0' ]
report $? "... and is judged with all of them"
# all begin with the same two words: a quarter of the cap for each host (quota.h)
"$onset" merge --series-max 32768 host-a.zst host-b.zst | head -n 1 | grep -q '"series":16384'
report $? "... or with as many as it is told to"

# What is written appears whole or not at all.
echo precious >kept
( ulimit -f 1; trap '' XFSZ; "$onset" profile -o kept logs/java.log 2>"$work/err" )
[ $? -eq 2 ] && [ "$(cat kept)" = precious ] && ! ls -- *.part >/dev/null 2>&1
report $? "a full disk leaves the old file as it was"
run profile -o no/such/folder logs/java.log
[ "$code" -eq 2 ] && grep -q "cannot write 'no/such/folder'" "$work/err"
report $? "a folder that is not there"
run profile -o /dev/full logs/java.log
[ "$code" -eq 2 ] && grep -q "cannot write '/dev/full': No space" "$work/err"
report $? "a full device"

cd "$root" || exit 2
[ "$failures" -eq 0 ]
