#!/usr/bin/env bash
# How bad single lines are as many programs write them: tests/record/levels.tsv through onset records.
set -u
cd "$(dirname "$0")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

mkdir "$work/logs"
awk -F '\t' -v folder="$work/logs" '/^#/ || $1 == "program" { next }
    {
        line = $0
        sub(/^[^\t]*\t[^\t]*\t/, "", line)
        file = folder "/" $1 ".log"
        for (i = 1; i <= 3; i++)
            print line >> file
        close(file)
        printf "%s.log\t%s\n", $1, $2
    }' tests/record/levels.tsv >"$work/want"
if ! (cd "$work/logs" && "$onset" records --now 2026-08-08T00:00:00Z --tz UTC . >"$work/out"); then
    echo "not ok - records of every program"
fi
sed -E 's/^\{"time":.*"severity_text":"([^"]*)","service":.*"source":"(\.\/)?([^"]*)","line":([0-9]+),.*/\3\t\1/' "$work/out" >"$work/got"
awk -F '\t' 'NR == FNR { got[$1] = $2; next }
    {
        level = $1 in got ? got[$1] : "no record"
        ok = $2 == "calm" ? level ~ /^(|TRACE|DEBUG|INFO)$/ : level == $2
        printf "%s - %s%s\n", ok ? "ok" : "not ok", $1, ok ? "" : ": expected " $2 ", read " (level == "" ? "none" : level)
    }' "$work/got" "$work/want" | tee "$work/verdict"
! grep -q '^not ok' "$work/verdict"
