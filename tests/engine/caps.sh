#!/usr/bin/env bash
# Where the caps bite (series, shares of families, streams) the profile and the report are still the same bytes: any thread
# count, chunk size, order of files, kernel, grouping of parts. No old pattern becomes new by a cap, and no error is hidden.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash
now=2026-12-01T00:00:00Z
most=300 # series; a quarter as many streams

# Pods that say the same, dumps behind one, two and three equal words, a syslog of many programs, and a few errors.
make_logs() { # FOLDER SEED
    mkdir -p "$1" && awk -v folder="$1" -v seed="$2" 'BEGIN {
        srand(seed)
        split("queue cache ledger cart disk lease token index shard quota", noun, " ")
        for (i = 0; i < 60000; i++) {
            stamp = sprintf("2026-08-07T%02d:%02d:%02dZ", 10 + i / 18000, i / 300 % 60, i / 5 % 60)
            word = ""
            for (k = 0; k < 7; k++) word = word sprintf("%c", 97 + int(rand() * 26))
            pod = int(rand() * 120)
            file = folder "/pod-" pod ".log"
            if (i % 3 == 0) print stamp " INFO " noun[i % 10 + 1] " is ready" >file
            else if (i % 3 == 1) print stamp " INFO dump " word " of " word "x" >file
            else if (i % 6 == 2) print stamp " WARN query of table " word " took long" >file
            else print "Aug  7 " substr(stamp, 12, 8) " box prog" word "[7]: started by " noun[i % 10 + 1] >(folder "/syslog")
            if (i > 50000 && i % 500 == 0) print stamp " ERROR cannot open the " noun[i / 500 % 10 + 1] >file
        }
    }'
}

profile() { # ARGUMENT...
    (cd "$work/logs" && "$onset" profile -q --now $now --series-max $most "$@" 2>>"$work/err")
}

scan() { # ARGUMENT...
    (cd "$work/logs" && "$onset" --json --top 1000 --now $now --series-max $most "$@" 2>>"$work/err")
}

make_logs "$work/logs" 3
cd "$work" || exit 2
: >err
mapfile -t files < <(cd logs && printf '%s\n' *)
profile --threads 1 "${files[@]}" >want.ndjson
scan --threads 1 "${files[@]}" >want.json
grep -q '"overflow":[1-9]' want.ndjson && ! head -n 1 want.ndjson | grep -q '"order_limit":"ffff'
report $? "the cap of series is met"
! head -n 1 want.ndjson | grep -q '"stream_limit":"ffff' && grep -q '"rest":true' want.ndjson
report $? "the cap of streams is met"
[ "$(grep -c '"type":"series".*dump' want.ndjson)" -gt 0 ] && grep -q '"type":"series".*is ready' want.ndjson
report $? "what is said every day stays beside dumps"
[ "$(grep -o 'cannot open the [a-z]*' want.ndjson | sort -u | wc -l)" -ge 8 ]
report $? "every error is kept" "$(grep -o 'cannot open the [a-z]*' want.ndjson | sort | uniq -c)"

wrong=
for threads in 1 2 3 7; do
    for chunk in 4K 64K 1M; do
        profile --threads $threads --chunk-bytes $chunk "${files[@]}" | cmp -s want.ndjson - || wrong="$wrong profile:$threads:$chunk"
        scan --threads $threads --chunk-bytes $chunk "${files[@]}" | cmp -s want.json - || wrong="$wrong scan:$threads:$chunk"
    done
done
[ -z "$wrong" ]
report $? "any number of threads and size of chunks" "$wrong"
wrong=
for kernel in scalar avx2 avx512 neon; do
    ONSET_CPU=$kernel "$onset" --version 2>/dev/null | grep -q "^kernel: $kernel" || continue
    ONSET_CPU=$kernel profile --threads 2 "${files[@]}" | cmp -s want.ndjson - || wrong="$wrong $kernel"
done
[ -z "$wrong" ]
report $? "any kernel" "$wrong"
mapfile -t files < <(cd logs && printf '%s\n' * | sort -R --random-source=../want.json)
profile --threads 3 "${files[@]}" | cmp -s want.ndjson -
report $? "files named in any order"

# Any grouping of parts, whose own caps have left out other things.
wrong=
for parts in 2 5; do
    rm -rf sums && mkdir sums
    for ((i = 0; i < ${#files[@]}; i++)); do
        echo "${files[i]}" >>"sums/part-$((i % parts)).list"
    done
    for list in sums/*.list; do
        mapfile -t some <"$list"
        profile "${some[@]}" >"${list%.list}.ndjson"
    done
    "$onset" merge -q --series-max $most sums/*.ndjson >sums/sum 2>>err && cmp -s want.ndjson sums/sum || wrong="$wrong $parts parts"
    scan --from-profile ../sums/sum | cmp -s want.json - || wrong="$wrong report of $parts parts"
done
[ -z "$wrong" ]
report $? "any grouping of parts" "$wrong"

# The next day is as this one, but for one error: it alone is new, however much the caps left out of both.
mkdir day && for file in logs/*; do sed 's/2026-08-07/2026-08-08/; s/^Aug  7/Aug  8/' "$file" >"day/${file#logs/}"; done
for i in 1 2 3 4 5 6 7 8 9; do echo "2026-08-08T12:50:0${i}Z ERROR flux inverted on coil $i"; done >>day/pod-7.log
"$onset" --json --top 1000 --now $now --series-max $most --baseline logs day >out.json 2>>err
grep -m1 '"template"' out.json | grep -q 'flux inverted'
report $? "a new error is found beside them" "$(grep '"template"' out.json | head -n 3)"
[ "$(grep -A 1 '"kind": "novelty"' out.json | grep -c '"bits": [1-9]')" -eq 1 ]
report $? "that a cap left an old pattern out of the past is no evidence" "$(grep -A 2 '"kind": "novelty"' out.json | head -n 9)"
[ ! -s err ]
report $? "without a warning" "$(head -n 3 err)"
exit "$failures"
