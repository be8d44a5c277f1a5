#!/usr/bin/env bash
# How bad single lines are as many programs write them: tests/record/levels.tsv through onset records.
# shellcheck source=tests/record/table.bash
. "$(dirname "$0")/table.bash"

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
read_logs .
told >"$work/got"
awk -F '\t' 'FILENAME == ARGV[1] { sub(/:[0-9]+$/, "", $1); got[$1] = $3; next }
    {
        level = $1 in got ? got[$1] : "no record"
        ok = $2 == "calm" ? level ~ /^(|TRACE|DEBUG|INFO)$/ : level == $2
        printf "%s - %s%s\n", ok ? "ok" : "not ok", $1, ok ? "" : ": expected " $2 ", read " (level == "" ? "none" : level)
    }' "$work/got" "$work/want" | tee "$work/verdict"
! grep -q '^not ok' "$work/verdict"
