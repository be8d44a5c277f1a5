#!/usr/bin/env bash
# Templates of made-up logs of a dozen kinds of systems, whose truth is known because they were made from it: grouping
# accuracy, and the same groups in whatever envelope the lines come. Needs python3; without it nothing is tested.
set -u
cd "$(dirname "$0")/../.." || exit 2
export ONSET="${ONSET:-$PWD/build/release/onset}"
command -v python3 >/dev/null || {
    echo "ok - made logs # skip: no python3"
    exit 0
}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

what="made logs"
figure() { # NAME COLUMN LEAST
    local value
    value=$(awk -v column="$2" '$1 == "mean" { print $column }' "$work/table")
    if awk -v a="$value" -v b="$3" 'BEGIN { exit !(a + 0 >= b) }'; then
        echo "ok - $what: mean $1 is at least $3"
    else
        echo "not ok - $what: mean $1 is $value, less than $3"
        sed 's/^/# /' "$work/table"
    fi
}

bench/templates_made "$work/made" --seed 7 --lines 1500 && bench/templates --onset "$ONSET" "$work/made" >"$work/table"
figure GA 2 0.94
figure FGA 3 0.85

# The same for sentences that nobody here chose: format strings of programs that are installed, if any is.
what="format strings"
bench/templates_strings "$work/strings" --half a --lines 1500 >"$work/left"
if [ -d "$work/strings" ] && bench/templates --onset "$ONSET" "$work/strings" >"$work/table"; then
    figure GA 2 0.85
else
    echo "ok - format strings # skip: none of their programs is installed"
fi
