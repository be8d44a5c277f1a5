# shellcheck shell=bash
# Sourced by what reads a table of lines through `onset records`: $onset, $work (goes at the end) and, in it, the folder
# logs for the lines of the table.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir "$work/logs"

# The records of FOLDER within logs, more of them in $work/out.
read_logs() # FOLDER
{
    (cd "$work/logs" && "$onset" records --now 2026-08-08T00:00:00Z --tz UTC "$1" >>"$work/out") ||
        echo "not ok - records of $1"
}

# What the records tell, a line each: FILE:LINE, a tab, the time, a tab, the level.
told()
{
    sed -E 's/^\{"time":("([^"]*)"|null),.*"severity_text":"([^"]*)","service":.*"source":"(\.\/)?([^"]*)","line":([0-9]+),.*/\5:\6\t\2\t\3/' \
        "$work/out"
}
