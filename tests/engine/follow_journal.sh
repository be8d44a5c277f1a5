#!/usr/bin/env bash
# onset follow on the systemd journal: entries that come, rotated and removed journal files. The journals are made by
# systemd-journal-remote, and by a systemd-journald of its own in a mount namespace (as root only).
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash
remote=/lib/systemd/systemd-journal-remote journald=/lib/systemd/systemd-journald

if ! "$onset" --version | grep -q libsystemd; then
    "$onset" follow --journal </dev/null >"$work/out" 2>"$work/err"
    [ $? -eq 2 ] && [ "$(wc -l <"$work/err")" -eq 1 ]
    report $? "without libsystemd, or without a journal: one line of error"
    [ "$failures" -eq 0 ]
    exit
fi

until_told() { # WORD FILE: waits for it, or for the end of onset
    for _ in $(seq 300); do
        grep -q -- "$1" "$2" && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    grep -q -- "$1" "$2"
}

entries() { # FROM TO PRIORITY: seconds since the epoch; standard input has "IDENTIFIER MESSAGE" lines, taken in turns
    awk -v from="$1" -v to="$2" -v priority="$3" '
        { line[NR] = $0 }
        END {
            for (t = from; t <= to; t++) {
                split(line[t % NR + 1], word, " ")
                printf "__REALTIME_TIMESTAMP=%d000000\n__MONOTONIC_TIMESTAMP=%d000000\n", t, t - 1500000000
                printf "_BOOT_ID=4b5c0bd3e6ba4d2f8c7d1e6f5a4b3c2d\nPRIORITY=%d\nSYSLOG_IDENTIFIER=%s\n", priority, word[1]
                printf "MESSAGE=%s\n\n", substr(line[t % NR + 1], length(word[1]) + 2)
            }
        }'
}

if [ -x "$remote" ]; then
    mkdir "$work/j"
    now=$(date +%s)
    printf '%s\n' "web GET /cart/4711 200" "shop order 17 stored" "web session 99 renewed" | entries $((now - 900)) $((now - 1)) 6 |
        "$remote" -o "$work/j/system.journal" - 2>/dev/null
    "$onset" follow --json --exit-on-first --for 60s "$work/j" >"$work/out" 2>"$work/err" &
    pid=$!
    until_told '"watching"' "$work/out"
    mv "$work/j/system.journal" "$work/j/system@86f20a7e0f3c4f0b9c5a2d1e7b6a5948-0000000000000001-0005f7a2b3c4d5e6.journal"
    printf '%s\n' "shop cannot charge card: certificate has expired" "web checkout of cart 7 failed: no answer from shop" |
        entries $((now + 1)) $((now + 6)) 3 |
        "$remote" -o "$work/j/system.journal" - 2>/dev/null
    until_told '"candidate"' "$work/out"
    report $? "what begins in a journal that was rotated is told"
    wait "$pid"
    [ $? -eq 1 ]
    report $? "... and ends a gate"
    grep '"candidate"' "$work/out" | grep -q 'certificate has expired'
    report $? "... by its line"
else
    echo "ok - a journal with a past # SKIP needs systemd-journal-remote"
fi

if ! [ -x "$journald" ] || ! command -v logger >/dev/null || ! unshare -m true 2>/dev/null; then
    echo "ok - a live journal # SKIP needs root, systemd-journald and logger"
    [ "$failures" -eq 0 ]
    exit
fi

# Number entries, rotate while they come, remove what is old; each must be read once. Lines are those of the export.
cat >"$work/live" <<'EOF2'
work=$1 onset=$2 journald=$3
for dir in /run/systemd/journal /run/log /var/log/journal; do
    mkdir -p "$work/mount$dir" "$dir" && mount --bind "$work/mount$dir" "$dir" || exit 3
done
"$journald" >/dev/null 2>&1 &
daemon=$!
for _ in $(seq 100); do [ -S /run/systemd/journal/dev-log ] && break; sleep 0.1; done
say() { seq "$1" "$2" | sed 's/^/GET \/cart\//' | logger --socket /run/systemd/journal/dev-log -t web; }
settled() { # the export has the entry
    for _ in $(seq 100); do journalctl -q -o cat -t web -n 1 | grep -qx "GET /cart/$1" && return; sleep 0.1; done
}
say 1 200
settled 200
"$onset" follow --json --learn 0 --for 90s --journal >"$work/live.out" 2>"$work/err" &
pid=$!
for _ in $(seq 100); do grep -q watching "$work/live.out" && break; sleep 0.1; done
for round in 1 2 3 4 5 6 7 8; do
    say $((round * 200 + 1)) $((round * 200 + 200))
    kill -USR2 "$daemon"
done
settled 1800
journalctl -q -o export >"$work/before"
sleep 2 # it looks once a second at least
rm -f /run/log/journal/*/system@* /var/log/journal/*/system@*
say 1801 2000
settled 2000
journalctl -q -o export >"$work/after"
sleep 2
kill -TERM "$pid"
wait "$pid"
kill "$daemon"
wait "$daemon"
EOF2
unshare -m bash "$work/live" "$work" "$onset" "$journald" </dev/null
if [ "$?" -eq 3 ] || ! [ -s "$work/before" ]; then
    echo "ok - a live journal # SKIP systemd-journald does not run here"
else
    # what both hold counts once: entries are paragraphs, told apart by their cursor
    want=$(cat "$work/before" "$work/after" | awk -v RS= '!seen[$1]++ { n += NF ? split($0, lines, "\n") + 1 : 0 } END { print n }')
    have=$(sed -n 's/.*"lines":\([0-9]*\).*/\1/p' "$work/live.out" | tail -n 1)
    [ "$have" -eq "$want" ]
    report $? "every entry of a journal that rotates and is vacuumed is read once" "$have of $want lines"
fi
[ "$failures" -eq 0 ]
