#!/usr/bin/env bash
# Every format of the README, told by `onset records` alone: lines that real programs wrote, against what each FILE.want
# says of them (see check.awk). The README's table is made from the same files.
set -u
cd "$(dirname "$0")" || exit 2
onset=${ONSET:-$PWD/../../build/release/onset}
failures=0
while IFS= read -r want; do
    file=${want%.want}
    got=$("$onset" records --tz UTC --now 2026-11-22T00:00:00Z "$file" 2>&1)
    if told=$(awk -f check.awk "$want" - <<<"$got"); then
        echo "ok - $file"
    else
        echo "not ok - $file"
        echo "# ${told//$'\n'/$'\n'# }"
        failures=$((failures + 1))
    fi
done < <(find . -name '*.want' | sed 's,^\./,,' | LC_ALL=C sort)

if ./matrix | cmp -s - <(sed -n '/^<!-- formats: begin -->$/,/^<!-- formats: end -->$/p' ../../README.md); then
    echo "ok - the table of formats in README.md"
else
    echo "not ok - the table of formats in README.md: tests/formats/matrix --update writes it anew"
    failures=$((failures + 1))
fi
[ "$failures" -eq 0 ]
