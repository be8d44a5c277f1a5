#!/usr/bin/env bash
# A simulated week of onset follow, small: every line counted once, outages told, memory flat.
set -u
cd "$(dirname "$0")/../.." || exit 2
if ! command -v python3 >/dev/null; then
    echo "ok - bench/soak # SKIP needs python3"
    exit 0
fi
if ! out=$(bench/soak --onset "${ONSET:-$PWD/build/release/onset}" --small 2>&1); then
    echo "not ok - bench/soak --small"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi
echo "ok - bench/soak --small"
