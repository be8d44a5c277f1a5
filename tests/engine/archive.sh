#!/usr/bin/env bash
# The same bytes in a folder and in archives of every kind: the same report, apart from names. Broken archives give what
# could be read; names in archives are only names.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

run() {
    (cd "$work" && "$onset" --json --top 1000 --now 2026-08-08T00:00:00Z "$@" >"$work/out" 2>"$work/err")
    code=$?
}

complains() { # TEXT NAME: one line on stderr that holds the text
    [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q "^onset: '" "$work/err" && grep -qF -e "$1" "$work/err"
    report $? "$2: one line of error that holds '$1'"
}

number() { # KEY: its value in the coverage
    sed -n '/"coverage"/,/}/s/^ *"'"$1"'": *\([0-9]*\).*/\1/p' "$work/out"
}

counts() { # KEY NUMBER NAME
    [ "$(number "$1")" = "$2" ]
    report $? "$3: $1 is $2" "it is $(number "$1")"
}

same() { # NAME: $work/out is $work/want but for the archives in front of names
    sed 's/\(bundle\.[a-z0-9.]*\|(standard input)\|\/dev\/fd\/[0-9]*\)!//g' "$work/out" >"$work/bare"
    [ -s "$work/want" ] && cmp -s "$work/want" "$work/bare"
    report $? "$1" "$(diff "$work/want" "$work/bare" | head -n 4 | cut -c1-200)"
}

${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -o "$work/generate" tests/engine/generate.c || exit 2
mkdir -p "$work/logs/var/log/old" "$work/logs/bin"
"$work/generate" "$work/logs/var/log" 300000 || exit 2
rm "$work/logs/var/log/flood.log" # thousands of messages, of which a cap keeps some by the hash of their names
split() { # LOG: its first 1,000 lines go to standard output, and out of it
    head -n 1000 "$work/logs/var/log/$1"
    tail -n +1001 "$work/logs/var/log/$1" >"$work/rest"
    mv "$work/rest" "$work/logs/var/log/$1"
}
split java.log >"$work/logs/var/log/old/java.log.1"
split oslo.log | gzip -c >"$work/logs/var/log/old/oslo.log.2.gz"
split cri.log | zstd -qc >"$work/logs/var/log/old/cri.log.1.zst"
head -c 3000000 "$onset" >"$work/logs/bin/program"
: >"$work/logs/var/log/empty.log"
ln -s java.log "$work/logs/var/log/link.log"
tar -C "$work" -cf "$work/bundle.tar" logs/bin logs/var

if ! "$onset" --version | grep -q libarchive; then
    run bundle.tar logs/var/log/java.log
    exits 2 "without libarchive"
    complains "'bundle.tar': tar archives are not supported by this build" "without libarchive"
    [ "$failures" -eq 0 ]
    exit
fi

# The program is left out, as in a folder: a line of warning, no error.
run logs
cp "$work/out" "$work/want"
counts sources_binary 1 "a folder"
lines=$(number lines)
binary="program' is not text: left out"
bundles=bundle.tar
gzip -c "$work/bundle.tar" >"$work/bundle.tar.gz" && bundles="$bundles bundle.tar.gz"
zstd -qc "$work/bundle.tar" >"$work/bundle.tar.zst" && bundles="$bundles bundle.tar.zst"
for tool in xz bzip2 lz4; do
    if command -v "$tool" >/dev/null && $tool -c <"$work/bundle.tar" >"$work/bundle.$tool"; then
        bundles="$bundles bundle.$tool"
    fi
done
for bundle in $bundles; do
    run "$bundle"
    exits 0 "$bundle"
    complains "'$bundle!logs/bin/$binary" "$bundle"
    same "$bundle is the folder"
    run --threads 1 - <"$work/$bundle"
    same "$bundle on standard input is the folder"
    # shellcheck disable=SC2002
    cat "$work/$bundle" | run -
    exits 0 "$bundle through a pipe"
done
run <(cat "$work/bundle.tar.gz")
same "a named pipe is the folder"
run logs/var/log/java.log
java=$(number lines)
run <(cat "$work/logs/var/log/java.log")
counts lines "$java" "a log through a named pipe"
if command -v zip >/dev/null; then
    (cd "$work" && zip -qry bundle.zip logs)
    run bundle.zip
    same "bundle.zip is the folder"
fi

# The commands that look see the same sources as a scan: members in the order of their archive, formats by name.
look() { # COMMAND... of which the output, without the names of archives and sorted, goes to standard output
    (cd "$work" && "$onset" "${@:1:1}" --now 2026-08-08T00:00:00Z "${@:2}" 2>"$work/err") | grep -v empty.log |
        sed 's/\(bundle\.[a-z0-9.]*\|(standard input)\|\/dev\/fd\/[0-9]*\)!//g' | LC_ALL=C LC_ALL=C sort
}
for command in "records" "formats" "patterns --annotate"; do
    # shellcheck disable=SC2086
    look $command logs >"$work/want"
    for bundle in bundle.tar bundle.tar.gz; do
        # shellcheck disable=SC2086
        look $command "$bundle" >"$work/out"
        same "$command of $bundle is that of the folder"
        complains "'$bundle!logs/bin/$binary" "$command of $bundle"
    done
    # shellcheck disable=SC2086,SC2002
    cat "$work/bundle.tar.gz" | look $command - >"$work/out"
    same "$command of a bundle through a pipe is that of the folder"
done
# A part that is not read to its end does not stop the others.
gzip -c "$work/logs/var/log/java.log" | head -c 4000 >"$work/logs/cut.log.gz"
tar -C "$work/logs" -cf "$work/broken.tar" cut.log.gz var/log/java.log
look records broken.tar >"$work/out"
complains "'broken.tar!cut.log.gz': truncated gzip stream" "a broken member"
[ "$(grep -c '"source":"broken.tar!var/log/java.log"' "$work/out")" = "$(look records logs/var/log/java.log | wc -l)" ]
report $? "the member behind a broken one is read"
rm "$work/logs/cut.log.gz"

# Threads, order, and how a file beside it is cut, do not show.
head -n 500 "$work/logs/var/log/json.log" >"$work/beside.log"
run --threads 1 beside.log bundle.tar.gz bundle.tar
cp "$work/out" "$work/want"
counts sources_binary 2 "two archives"
run --threads 4 --chunk-bytes 64K bundle.tar bundle.tar.gz beside.log
cmp -s "$work/want" "$work/out"
report $? "archives in any order, with any number of threads"

# Years: what one member tells holds for one that has none.
mkdir "$work/years"
echo "Mar  4 10:00:00 host app[1]: started" >"$work/years/a.log"
echo "2019-03-04T10:00:01Z INFO started" >"$work/years/b.log"
tar -C "$work" -czf "$work/years.tgz" years
run years.tgz
grep -q '"first": "2019-03-04T10:00:00Z"' "$work/out"
report $? "a year is told by another member"

# Cut off: what came before is read, the others go on.
size=$(wc -c <"$work/bundle.tar.gz")
head -c $((size * 2 / 3)) "$work/bundle.tar.gz" >"$work/cut.tar.gz"
head -c $(($(wc -c <"$work/bundle.tar") * 2 / 3)) "$work/bundle.tar" >"$work/cut.tar"
for bundle in cut.tar.gz cut.tar; do
    run "$bundle" beside.log
    exits 2 "$bundle"
    grep -v "$binary" "$work/err" >"$work/errors"
    [ "$(wc -l <"$work/errors")" -eq 1 ] && grep -q "^onset: 'cut.tar.*truncated" "$work/errors"
    report $? "$bundle: one line of error"
    counts inputs_broken 1 "$bundle"
    [ "$(number lines)" -gt 1000 ] && [ "$(number lines)" -lt "$lines" ]
    report $? "$bundle: what was read is counted" "$(number lines) lines"
done

# A name that leads out of the archive.
mkdir "$work/deep" "$work/deep/er"
cp "$work/beside.log" "$work/deep/outside.log"
cp "$work/beside.log" "$work/deep/absolute.log"
tar -C "$work/deep/er" -P -cf "$work/out.tar" ../outside.log "$work/deep/absolute.log"
rm "$work/deep/outside.log" "$work/deep/absolute.log"
find "$work" | sort >"$work.before"
run out.tar
find "$work" | sort >"$work.after"
exits 0 "names that lead out"
counts lines $((2 * $(wc -l <"$work/beside.log"))) "names that lead out"
grep -q '"source": "out.tar!../outside.log"' "$work/out" || grep -q "\"source\": \"out.tar!$work/deep" "$work/out"
report $? "names that lead out are only names"
cmp -s "$work.before" "$work.after"
report $? "nothing is written"
rm -f "$work.before" "$work.after"

[ "$failures" -eq 0 ]
