#!/usr/bin/env bash
# A thousand rotations of each kind at 100,000 lines a second: each line is counted once.
set -u
cd "$(dirname "$0")/../../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
out=$(bench/rotations --onset "$onset" 2>&1)
code=$?
for way in rename copy link; do
    line=$(grep "^$way: rotations 1000, lines written \([0-9]*\), counted \1," <<<"$out") || code=1
    echo "${line:+ok - $line}"
done
[ "$code" -eq 0 ] || echo "not ok - bench/rotations: ${out//$'\n'/$'\n'# }"
exit "$code"
