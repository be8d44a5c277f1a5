#!/usr/bin/env bash
# The benchmark of fleets runs, small, and what it adds up is right. No time limits: those belong to a quiet machine.
set -u
cd "$(dirname "$0")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
if ! command -v python3 >/dev/null; then
    echo "ok - bench/fleet # SKIP needs python3"
    exit 0
fi
out=$(bench/fleet --onset "$onset" --small 2>&1)
status=$?
if [ $status -eq 0 ] && grep -q '^shards  *40, ' <<<"$out" && grep -q 'same bytes: yes$' <<<"$out"; then
    echo "ok - bench/fleet --small"
else
    echo "not ok - bench/fleet --small"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi
