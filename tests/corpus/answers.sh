#!/usr/bin/env bash
# Does the program name what started each recorded outage of corpus/? Every case gives a report; in pool-drain the true
# trigger is first, with --at and without. How well the others are answered is compared with expected.txt: a worse rank
# fails, a better one is told. Before a trigger, and in a control, nothing began: "found" is a false alarm, and one that
# is not in alarms.txt fails.
#
#   tests/corpus/answers.sh [--update]     --update: write both files anew and show what changed
#
# expected.txt: CASE RANK_WITH_AT RANK_WITHOUT, "-" for an outage whose trigger is not among the first 20. For a control
# both are its verdict.
set -u
cd "$(dirname "$0")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
expected=tests/corpus/expected.txt
alarms=tests/corpus/alarms.txt
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failures=0

report() { # PASSED(0|1) NAME [DETAIL]
    if [ "$1" -eq 0 ]; then
        echo "ok - $2"
    else
        echo "not ok - $2: ${3-}"
        failures=$((failures + 1))
    fi
}

# The string value of the first such key; "culprit" and the answers of "accept" hold one key a line.
value_of() { # FILE KEY
    sed -n 's/^ *"'"$2"'": "\(.*\)",\{0,1\}$/\1/p' "$1" | head -n 1
}

# What is right: FILE<TAB>REGEX, the culprit first, then what is accepted beside it.
answers_of() { # TRUTH
    awk '
        /^ "(culprit|accept)":/ { inside = 1 }
        /^ "(near|symptoms)":/ { inside = 0 }
        inside && /^ *"file":/ { file = $0; sub(/^ *"file": "/, "", file); sub(/",?$/, "", file) }
        inside && /^ *"line_regex":/ {
            regex = $0; sub(/^ *"line_regex": "/, "", regex); sub(/",?$/, "", regex)
            gsub(/\\"/, "\"", regex); gsub(/\\\\/, "\\", regex)
            printf "%s\t%s\n", file, regex
        }' "$1"
}

# The first line of each candidate in the report $work/out, best first: SOURCE<TAB>TEXT.
firsts() {
    awk '
        /^ *"candidates": \[/ { inside = 1 }
        /^ *"changes": \[/ { inside = 0 }
        inside && /^ *"first": \{/ { first = 1 }
        first && /^ *"source": / { source = $0; sub(/^ *"source": "/, "", source); sub(/",?$/, "", source) }
        first && /^ *"text": / {
            text = $0; sub(/^ *"text": "/, "", text); sub(/",?$/, "", text)
            gsub(/\\"/, "\"", text); gsub(/\\\\/, "\\", text)
            printf "%s\t%s\n", source, text
            first = 0
        }' "$work/out"
}

judge() { # CASE ARGUMENT...
    local case=$1
    shift
    "$onset" --json --top 20 "$@" "corpus/$case/logs" >"$work/out" 2>"$work/err"
}

verdict() {
    value_of "$work/out" verdict
}

# Where the first right answer stands, or "-".
rank_of() { # CASE
    local source text file regex rank=0
    answers_of "corpus/$1/truth.json" >"$work/answers"
    while IFS=$'\t' read -r source text; do
        rank=$((rank + 1))
        while IFS=$'\t' read -r file regex; do
            if [[ $source == */$file || $source == */$file.* ]] && grep -qP -e "$regex" <<<"$text"; then
                echo "$rank"
                return
            fi
        done <"$work/answers"
    done < <(firsts)
    echo -
}

answers() { # CASE: the line of expected.txt; a case that gives no report says "broken"
    local case=$1 truth=corpus/$1/truth.json line=$1 at
    at=$(value_of "$truth" incident_at)
    for mode in --at --auto; do
        if [ "$mode" = --at ] && [ "$(value_of "$truth" layer)" != none ]; then judge "$case" --at "$at"; else judge "$case"; fi
        if [ -z "$(verdict)" ] || [ -s "$work/err" ]; then
            line="$line broken"
        elif [ "$(value_of "$truth" layer)" = none ]; then
            line="$line $(verdict)"
        else
            line="$line $(rank_of "$case")"
        fi
    done
    echo "$line"
}

for truth in corpus/*/truth.json; do
    case=${truth%/truth.json}
    answers "${case#corpus/}"
done >"$work/now"

# Where there is nothing to find, and it is found all the same: a control, or what came before a trigger.
while read -r case _ auto; do
    truth=corpus/$case/truth.json
    if [ "$(value_of "$truth" layer)" != none ]; then
        judge "$case" --until "@$(($(date -u -d "$(value_of "$truth" time)" +%s) - 1))"
        auto=$(verdict)
    fi
    [ "$auto" != found ] || echo "$case"
done <"$work/now" >"$work/alarms"

if [ "${1-}" = --update ]; then
    diff -u "$expected" "$work/now"
    cp "$work/now" "$expected"
    diff -u "$alarms" "$work/alarms"
    cp "$work/alarms" "$alarms"
    exit
fi

# "-" is behind every rank
worse() { # NOW BEFORE
    [ "${1/#-/999}" -gt "${2/#-/999}" ]
}

while read -r case at auto; do
    [[ "$at$auto" != *broken* ]]
    report $? "$case: gives a report" "none, or warnings: $(head -n 1 "$work/err")"
    if [ "$(value_of "corpus/$case/truth.json" layer)" = none ]; then
        continue
    fi
    [[ "$at$auto" != *broken* ]] || continue
    if [ "$case" = pool-drain ]; then
        [ "$at $auto" = "1 1" ]
        report $? "pool-drain: the trigger is first" "rank $at with --at, $auto without"
    fi
    read -r _ at_before auto_before < <(grep "^$case " "$expected")
    if [ -z "${at_before-}" ]; then
        report 1 "$case: is in expected.txt" "run '$0 --update'"
        continue
    fi
    ! worse "$at" "$at_before" && ! worse "$auto" "$auto_before"
    report $? "$case: no worse than recorded" "rank $at with --at, $auto without; were $at_before, $auto_before"
    if worse "$at_before" "$at" || worse "$auto_before" "$auto"; then
        echo "# $case: better, rank $at with --at, $auto without; were $at_before, $auto_before; run '$0 --update'"
    fi
done <"$work/now"

while read -r case _; do
    if ! grep -qx "$case" "$work/alarms"; then
        report 0 "$case: no false alarm"
        ! grep -qx "$case" "$alarms" || echo "# $case: better, no false alarm any more; run '$0 --update'"
    else
        grep -qx "$case" "$alarms"
        report $? "$case: no false alarm" "it says that something began where nothing did"
    fi
done <"$work/now"

[ "$failures" -eq 0 ]
