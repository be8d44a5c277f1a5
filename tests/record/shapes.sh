#!/usr/bin/env bash
# Every shape of a stamp at every place where one may stand: tests/record/shapes.tsv through onset records.
# shellcheck source=tests/record/table.bash
. "$(dirname "$0")/table.bash"

# Three equal lines make a source: each must be a record of its own. What has no date takes that of the others: so each day
# is read for itself.
awk -F '\t' -v folder="$work/logs" '/^#/ { next }
    $1 == "shape" || $0 == "place" { part = $1; next }
    part == "shape" { shapes[++count] = $1; times[count] = $2; next }
    {
        at = index($0, "%")
        for (i = 1; i <= count; i++) {
            line = substr($0, 1, at - 1) shapes[i] substr($0, at + 1)
            day = substr(times[i], 1, 10)
            file = day "/" ++files ".log"
            if (!made[day]++) system("mkdir -p \"" folder "/" day "\"")
            for (n = 1; n <= 3; n++) {
                print line >(folder "/" file)
                printf "%s:%d\t%s\t%s\n", file, n, times[i], line
            }
            close(folder "/" file)
        }
    }' tests/record/shapes.tsv >"$work/want"
for day in "$work"/logs/*; do
    read_logs "${day##*/}"
done
told >"$work/got"
awk -F '\t' 'FILENAME == ARGV[1] { got[$1] = $2; next }
    {
        line = substr($0, length($1) + length($2) + 3)
        time = $1 in got ? got[$1] : "no record"
        if (time ~ /\./) sub(/\.?0*Z$/, "Z", time)
        if (time != $2) printf "not ok - %s: expected %s, read %s\n", line, $2, time
    }' "$work/got" "$work/want" | tee "$work/verdict"
[ -s "$work/verdict" ] && exit 1
echo "ok - $(wc -l <"$work/want") lines"
