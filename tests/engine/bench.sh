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

# Every generated line has a time, of named values a level too; each is a record but for the traces of java.
build=${ONSET_BUILD:-$PWD/build/release}
case $build in
*asan) flags=-fsanitize=address,undefined ;;
*tsan) flags=-fsanitize=thread ;;
*) flags= ;;
esac
out=$(CFLAGS=$flags bench/records --lib "$build/libonset.a" --small --kernels "scalar avx2" 2>&1)
# shellcheck disable=SC2181
if [ $? -ne 0 ] || ! echo "$out" | awk '
    NF == 10 && $1 != "kernel" {
        rows++
        counts = $3 " " $4 " " $5 " " $6 " " $8
        if ($1 in seen && seen[$1] != counts || $3 < 1 || $5 > $3 || $9 <= 0) wrong = 1
        if ($1 != "java" && ($4 != $3 || $5 != $3) || $1 ~ /zap|pino|logfmt/ && $6 != $3) wrong = 1
        seen[$1] = counts
    }
    END { exit wrong || rows != 14 }'; then
    echo "not ok - bench/records --small"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi
echo "ok - bench/records --small"

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

if ! command -v python3 >/dev/null || ! command -v zstd >/dev/null; then
    echo "ok - bench/quiet # SKIP needs python3 and zstd"
elif out=$(bench/quiet corpus/code-bug --onset "$onset" --seconds 60 2>&1) && grep -qE '^all +60 s its own log +1 ' <<<"$out"; then
    echo "ok - bench/quiet"
else
    echo "not ok - bench/quiet"
    echo "# ${out//$'\n'/$'\n'# }"
    exit 1
fi
