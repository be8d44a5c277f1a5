#!/usr/bin/env bash
# Outages that others recorded (tests/corpus/apart/README.md): how many are named first, among three, among five must not
# fall below what was seen when they were added, less one each.
set -u
cd "$(dirname "$0")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
if ! command -v python3 >/dev/null || ! command -v zstd >/dev/null; then
    echo "skip - outages recorded apart: python3 and zstd are needed"
    exit 0
fi
out=$(python3 corpus/eval --onset "$onset" tests/corpus/apart) || exit 1
failures=0
at_least() { # SPLIT FIRST THREE FIVE
    read -r -a hits <<<"$(sed -n -E "/^hit@1/,\$s/^$1 \([0-9]+\) +([0-9]+ +[0-9]+ +[0-9]+) .*/\1/p" <<<"$out")"
    if [ "${#hits[@]}" -eq 3 ] && [ "${hits[0]}" -ge "$2" ] && [ "${hits[1]}" -ge "$3" ] && [ "${hits[2]}" -ge "$4" ]; then
        echo "ok - outages recorded apart, $1: ${hits[*]}, at least $2 $3 $4"
    else
        echo "not ok - outages recorded apart, $1: ${hits[*]-none}, not $2 $3 $4"
        failures=1
    fi
}
at_least tune 7 10 11
at_least test 1 5 7
exit "$failures"
