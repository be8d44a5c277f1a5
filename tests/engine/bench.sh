#!/usr/bin/env bash
# The benchmark runs, small, and what it prints has lines and patterns. No time limits: those belong to a quiet machine.
set -u
cd "$(dirname "$0")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
if ! out=$(bench/scan --onset "$onset" --small 2>&1); then
    echo "not ok - bench/scan --small"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi
echo "ok - bench/scan --small"
for text in text java syslog access logfmt cri zap pino; do
    for name in onset-1 onset-2 wc; do
        if echo "$out" | grep -qE "^$text +$name +[1-9][0-9]* "; then
            echo "ok - bench/scan shows what $name counted in $text"
        else
            echo "not ok - bench/scan shows what $name counted in $text"
            echo "# ${out//$'\n'/$'\n'# }"
            exit 1
        fi
    done
done

if ! command -v zstd >/dev/null; then
    echo "ok - bench/archives # SKIP needs zstd"
elif out=$(bench/archives --onset "$onset" --small 2>&1) && [ "$(echo "$out" | grep -cE '^(one.zst|frames.zst|one.gz|folder) +onset-[12] +[1-9]')" -eq 8 ]; then
    echo "ok - bench/archives --small"
else
    echo "not ok - bench/archives --small"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi

if ! command -v python3 >/dev/null; then
    echo "ok - bench/rotations # SKIP needs python3"
elif out=$(bench/rotations --onset "$onset" --rotations 20 --lines 200 2>&1); then
    echo "ok - bench/rotations --rotations 20"
else
    echo "not ok - bench/rotations --rotations 20"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi

if ! command -v python3 >/dev/null || [[ $("$onset" --version) != *SQLite* ]]; then
    echo "ok - bench/baseline # SKIP needs python3 and SQLite"
elif out=$(bench/baseline --onset "$onset" --patterns 500 --services 5 --trials 1 2>&1) && grep -qx 'patterns learnt: 500' <<<"$out"; then
    echo "ok - bench/baseline --patterns 500"
else
    echo "not ok - bench/baseline --patterns 500"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi
