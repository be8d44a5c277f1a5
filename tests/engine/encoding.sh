#!/usr/bin/env bash
# UTF-16 and byte order marks: the same records as of the UTF-8 text, whatever the route; iconv writes the files.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

records() {
    (cd "$work" && "$onset" records --label x.log "$@" 2>"$work/err") |
        sed 's/"service":[^,]*,"instance":[^,]*,"source":[^,]*,//' >"$work/out"
}

same() { # NAME
    [ -s "$work/want" ] && cmp -s "$work/want" "$work/out" && [ ! -s "$work/err" ]
    report $? "$1" "$(diff "$work/want" "$work/out" | head -n 4 | cut -c1-200)"
}

printf '%s\r\n' '2026-08-07 14:31:05.123 ERROR Zürich: zahl 🔥 abgelehnt' '   at Shop.Zahlen()' \
    '2026-08-07 14:31:06.000 INFO ✓ fertig' >"$work/plain.log"
records plain.log
cp "$work/out" "$work/want"
[ "$(wc -l <"$work/want")" -eq 2 ] && grep -q 'Zürich: zahl 🔥 abgelehnt\\n   at Shop.Zahlen()"' "$work/want"
report $? "the UTF-8 text has two records"

{ printf '\xef\xbb\xbf' && cat "$work/plain.log"; } >"$work/marked.log"
records marked.log
same "UTF-8 with a byte order mark"
mkdir "$work/in"
for encoding in UTF-16LE UTF-16BE; do
    { printf '\xef\xbb\xbf' && cat "$work/plain.log"; } | iconv -f UTF-8 -t $encoding >"$work/in/wide.log"
    records in/wide.log
    same "$encoding"
    records - <"$work/in/wide.log"
    same "$encoding on standard input"
    # shellcheck disable=SC2002
    cat "$work/in/wide.log" | records -
    same "$encoding through a pipe"
    gzip -c "$work/in/wide.log" >"$work/wide.gz"
    records wide.gz
    same "$encoding in gzip"
    if "$onset" --version | grep -q libarchive; then
        tar -C "$work/in" -czf "$work/wide.tgz" wide.log
        records wide.tgz
        same "$encoding in a tar"
    fi
done

# Half a surrogate pair is counted, and the rest is read.
{ printf '\xff\xfe' && iconv -f UTF-8 -t UTF-16LE "$work/plain.log" && printf '\x3d\xd8' &&
    printf '2026-08-07 14:31:07.000 WARN end' | iconv -f UTF-8 -t UTF-16LE; } >"$work/half.log"
"$onset" --json "$work/half.log" >"$work/out" 2>"$work/err"
grep -q '"replaced_characters": 1,' "$work/out" && grep -q '"records": 3,' "$work/out"
report $? "a lone surrogate is counted"

[ "$failures" -eq 0 ]
