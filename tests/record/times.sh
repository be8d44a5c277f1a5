#!/usr/bin/env bash
# The time of single lines as many programs write them: tests/record/times.tsv through onset records.
# shellcheck source=tests/record/table.bash
. "$(dirname "$0")/table.bash"

# The one line of a program comes three times: each must be a record of its own, and not go on the one before.
awk -F '\t' -v folder="$work/logs" '/^#/ || $1 == "test" { next }
    NR == FNR { rows[$1]++; next }
    {
        line = $0
        sub(/^[^\t]*\t[^\t]*\t/, "", line)
        file = folder "/" $1 ".log"
        if (file != last && last != "") close(last)
        last = file
        for (i = rows[$1] == 1 ? 3 : 1; i > 0; i--) {
            print line >> file
            printf "%s.log:%d\t%s\n", $1, ++lines[$1], $2
        }
    }' tests/record/times.tsv tests/record/times.tsv >"$work/want"
read_logs .
told >"$work/got"
awk -F '\t' 'FILENAME == ARGV[1] { got[$1] = $2; next }
    $2 != "-" {
        time = $1 in got ? got[$1] : "no record"
        if (time ~ /\./) sub(/0*Z$/, "Z", time)
        printf "%s - %s%s\n", time == $2 ? "ok" : "not ok", $1, time == $2 ? "" : ": expected " $2 ", read " time
    }' "$work/got" "$work/want" | tee "$work/verdict"
! grep -q '^not ok' "$work/verdict"
