#!/usr/bin/env bash
# .journal files: the same records and patterns as of what journalctl writes of them. journal/shop.journal.zst was written
# by systemd-journal-remote (252): 668 entries, among them messages of several lines, of bytes that are no UTF-8, of 12 KB,
# two messages in one entry, and four entries without any.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

zstd -dqo "$work/shop.journal" tests/engine/journal/shop.journal.zst || exit 2
cp tests/engine/journal/shop.journal.zst "$work/shop.journal.zst"

records() { # FILE...: $work/out has its records, without where they stand
    (cd "$work" && "$onset" records "$@" 2>"$work/err") | sed 's/"instance":[^,]*,"source":[^,]*,"line":[0-9]*,//' >"$work/out"
    code=${PIPESTATUS[0]}
}

same() { # NAME
    [ -s "$work/want" ] && [ ! -s "$work/err" ] && cmp -s "$work/want" "$work/out"
    report $? "$1" "$(diff "$work/want" "$work/out" | head -n 4 | cut -c1-200)"
}

complains() { # TEXT NAME
    [ "$(wc -l <"$work/err")" -eq 1 ] && grep -qF -e "$1" "$work/err"
    report $? "$2: one line of error that holds '$1'"
}

if ! "$onset" --version | grep -q libsystemd; then
    records shop.journal
    complains "'shop.journal': journal files are not supported by this build: pipe \`journalctl -o export --file 'shop.journal'\`" \
        "without libsystemd"
    [ "$failures" -eq 0 ]
    exit
fi

records shop.journal
cp "$work/out" "$work/want"
[ "$(wc -l <"$work/out")" -eq 664 ]
report $? "an entry with a message is a record"
has() { # NUMBER PATTERN NAME
    [ "$(grep -c "$2" "$work/want")" -eq "$1" ]
    report $? "$3" "$(grep -c "$2" "$work/want") of them"
}
has 600 '^{"time":"2026-08-07T14:30:0[0-9.]*Z","severity":9,"severity_text":"INFO","service":"shop","body":"GET /cart' "time, severity and service"
has 7 '"severity":17,.*"service":"pay","body":"charge failed\\nTraceback.*\[Errno 110\] timed out"' "several lines"
has 7 '"severity":13,.*"service":"latin"' "bytes that are no UTF-8"
has 6 '"service":"backup.service"\|"service":"backup"' "a unit without an identifier"
has 15 '"severity":17,.*"service":"shop","body":"payment failed"' "an object in the message"
has 5 '"service":"twice","body":"the first of two"' "of two messages the first"

records shop.journal.zst
same "compressed"
records - <"$work/shop.journal"
same "on standard input"
# shellcheck disable=SC2002
cat "$work/shop.journal.zst" | records -
same "compressed, through a pipe"
if "$onset" --version | grep -q libarchive; then
    tar -C "$work" -czf "$work/shop.tgz" shop.journal
    records shop.tgz
    same "in a tar"
fi

patterns() { # FILE: $work/out has its patterns as JSON
    (cd "$work" && "$onset" patterns --json "$1" 2>"$work/err") | grep -v '^ *"\(source\|line\|text\)": ' >"$work/out"
}
if command -v journalctl >/dev/null; then
    journalctl --file "$work/shop.journal" -o json --all --no-pager >"$work/shop.json"
    journalctl --file "$work/shop.journal" -o export --no-pager >"$work/shop.export"
    for kind in json export; do
        records shop.$kind
        same "journalctl -o $kind gives the same records"
    done
    patterns shop.journal
    cp "$work/out" "$work/want"
    for kind in json export; do
        patterns shop.$kind
        same "journalctl -o $kind gives the same patterns"
    done
    [ "$("$onset" records "$work/shop.export" | sed 's/.*"line":\([0-9]*\).*/\1/')" = \
        "$("$onset" records "$work/shop.journal" | sed 's/.*"line":\([0-9]*\).*/\1/')" ]
    report $? "lines are numbered as in journalctl -o export"
    # What is for people: there the bytes that are no UTF-8 are not shown, nor is the severity; who has no identifier
    # goes by the name of its program; of two messages the last is shown.
    gist() { # "time service first-line-of-body" of the records in $work/out
        sed -n 's/^{"time":"\([^"]*\)".*"service":\("[^"]*"\),"body":"\(\([^"\\]\|\\[^n]\)*\).*/\1 \2 \3/p' "$work/out" |
            grep -v '"latin"\|"backup\|"rsync"\|"big"\|"twice"'
    }
    records shop.journal
    gist >"$work/want"
    for kind in short-iso-precise short-full with-unit; do
        journalctl --file "$work/shop.journal" -o $kind --utc --no-pager >"$work/short"
        records short
        sed -i 's/\.[0-9]*Z"/Z"/' "$work/out"
        gist >"$work/gist"
        sed 's/\.[0-9]*Z /Z /' "$work/want" | cmp -s - "$work/gist"
        report $? "journalctl -o $kind says the same" "$(sed 's/\.[0-9]*Z /Z /' "$work/want" | diff - "$work/gist" | head -n 6 | cut -c1-200)"
    done
fi

# Damage: what could be read is given, and one line tells.
head -c 300000 "$work/shop.journal" >"$work/cut.journal"
records cut.journal
[ "$code" -eq 2 ]
report $? "a journal that is cut off" "exit code $code"
complains "'cut.journal': " "a journal that is cut off"
head -c 6000 "$work/shop.journal" | head -c 100 >"$work/tiny.journal"
echo "2026-08-07T12:00:00Z INFO beside it" >"$work/beside.log"
records tiny.journal beside.log
complains "'tiny.journal': " "a journal of a hundred bytes"
for at in 300 5000 40000 100000; do
    cp "$work/shop.journal" "$work/odd.journal"
    seq 100000 | head -c 2000 | dd of="$work/odd.journal" bs=1 seek=$at conv=notrunc status=none
    records odd.journal
    [ "$code" -eq 0 ] || [ "$code" -eq 2 ]
    report $? "garbage at $at" "exit code $code"
done

[ "$failures" -eq 0 ]
