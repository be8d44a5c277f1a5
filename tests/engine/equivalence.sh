#!/usr/bin/env bash
# The same bytes give the same report, byte for byte: as mapped file, pipe, .gz and .zst, with 1, 2 and 4 threads, cut
# into chunks of 4 KiB and up, by every kernel of this machine, with files named in any order.
#
# Formats are told by magic bytes, so files of one name hold plain, gzip or zstd bytes in folders of their own, and the
# program runs inside these folders: names in the reports are equal.
set -u
cd "$(dirname "$0")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
root=$PWD
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failures=0

# All candidates are compared, not only the five that people see. The clock must not decide about missing years.
scan() { # FOLDER ARGUMENT...
    (cd "$1" && shift && "$onset" --format json --top 1000 --now 2026-08-08T00:00:00Z "$@" 2>"$work/err")
}

same() { # NAME: $work/out equals $work/want
    if [ -s "$work/out" ] && cmp -s "$work/want" "$work/out" && [ ! -s "$work/err" ]; then
        return
    fi
    echo "not ok - $1"
    diff "$work/want" "$work/out" | head -n 6 | cut -c1-300 | sed 's/^/# /'
    head -n 3 "$work/err" | sed 's/^/# stderr: /'
    failures=$((failures + 1))
    wrong=$((wrong + 1))
}

done_with() { # NAME
    [ "$wrong" -ne 0 ] || echo "ok - $1"
}

kernels=
for kernel in scalar avx2 avx512 neon; do
    if ONSET_CPU=$kernel "$onset" --version 2>/dev/null | grep -q "^kernel: $kernel"; then
        kernels="$kernels $kernel"
    fi
done
if [ -z "$kernels" ]; then
    echo "not ok - no kernel runs"
    exit 1
fi

mkdir "$work/plain" "$work/gz" "$work/zst" "$work/frames"
${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -o "$work/generate" tests/engine/generate.c || exit 2
"$work/generate" "$work/plain" 1500000 || exit 2

for log in "$work/plain"/*.log; do
    name=$(basename "$log")
    # two members, two frames: what rotated and appended archives look like
    { head -c 200000 "$log" | gzip -1c && tail -c +200001 "$log" | gzip -1c; } >"$work/gz/$name"
    { head -c 300000 "$log" | zstd -1qc && tail -c +300001 "$log" | zstd -1qc; } >"$work/zst/$name"
    # frames that end anywhere, with skippable ones among them (pzstd, seekable): parts of it are decoded side by side
    head -c 3000 "$log" | zstd -1qc >"$work/frames/$name"
    printf '\x50\x2a\x4d\x18\x04\0\0\0rest' >>"$work/frames/$name"
    tail -c +3001 "$log" | split -b 50001 --filter='zstd -1qc --no-check' - >>"$work/frames/$name"
done

# Each file by every route.
for log in "$work/plain"/*.log; do
    name=$(basename "$log")
    wrong=0
    scan "$work/plain" --threads 1 "$name" >"$work/want"
    if [ ! -s "$work/want" ]; then
        echo "not ok - $name has a report"
        failures=$((failures + 1))
        continue
    fi
    case $name in
    flood.log) ways="64K:1 64K:2 1M:4" ;;
    cri.log | turns.log | compose.log | docker.log | prefix.log) ways="64K:2 150K:2 192K:3 333K:2" ;; # cut.h
    *) ways="4K:2 64K:1 64K:4 1M:2" ;;
    esac
    for way in $ways; do
        scan "$work/plain" --chunk-bytes "${way%:*}" --threads "${way#*:}" "$name" >"$work/out"
        same "$name in chunks of ${way%:*} with ${way#*:} threads"
    done
    for kernel in $kernels; do
        ONSET_CPU=$kernel scan "$work/plain" --threads 1 "$name" >"$work/out"
        same "$name with the kernel $kernel"
    done
    scan "$work/gz" "$name" >"$work/out"
    same "$name as gzip"
    scan "$work/zst" "$name" >"$work/out"
    same "$name as zstd"
    for way in 1:3 64K:2 64K:1; do
        scan "$work/frames" --chunk-bytes "${way%:*}" --threads "${way#*:}" "$name" >"$work/out"
        same "$name as frames, in parts of ${way%:*} with ${way#*:} threads"
    done
    done_with "$name by every route"

    wrong=0
    scan "$work/plain" --label "$name" - <"$log" >"$work/want"
    # shellcheck disable=SC2002
    cat "$log" | scan "$work/plain" --label "$name" - >"$work/out"
    same "$name through a pipe"
    { head -c 70001 "$log" && sleep 0.05 && tail -c +70002 "$log"; } | scan "$work/plain" --label "$name" - >"$work/out"
    same "$name through a pipe that halts"
    scan "$work/zst" --label "$name" - <"$work/zst/$name" >"$work/out"
    same "$name as zstd on standard input"
    gzip -1c "$log" | scan "$work/plain" --label "$name" - >"$work/out"
    same "$name as gzip through a pipe"
    done_with "$name on standard input"
done

# Standard input under the name of the file is the file.
wrong=0
for name in java.log syslog.log cri.log timeless.log; do
    scan "$work/plain" "$name" >"$work/want"
    scan "$work/plain" --label "$name" <"$work/plain/$name" >"$work/out"
    same "$name under its name on standard input"
done
done_with "standard input under the name of the file"

# The recorded outages, folder by folder.
for outage in corpus/*/logs; do
    if ! ls "$outage"/*.zst >/dev/null 2>&1; then
        continue
    fi
    wrong=0
    for kind in plain gz zst; do
        mkdir "$work/logs-$kind"
    done
    for log in "$outage"/*.zst; do
        name=$(basename "$log" .zst)
        zstd -dqc "$log" >"$work/logs-plain/$name"
        gzip -1c "$work/logs-plain/$name" >"$work/logs-gz/$name"
        cp "$log" "$work/logs-zst/$name"
    done
    scan "$work/logs-plain" --threads 1 . >"$work/want"
    scan "$work/logs-plain" --threads 2 --chunk-bytes 64K . >"$work/out"
    same "$outage in chunks"
    ONSET_CPU=scalar scan "$work/logs-plain" . >"$work/out"
    same "$outage with the kernel scalar"
    scan "$work/logs-gz" --threads 4 . >"$work/out"
    same "$outage as gzip"
    scan "$work/logs-zst" --threads 2 . >"$work/out"
    same "$outage as zstd"
    rm -r "$work"/logs-*
    done_with "$outage"
done

# Several files, in any order, walked or named.
cd "$work/plain" || exit 2
wrong=0
set -- *.log
reversed=
for name; do
    reversed="$name $reversed"
done
scan "$work/plain" --threads 1 "$@" >"$work/want"
# shellcheck disable=SC2086
scan "$work/plain" --threads 4 $reversed >"$work/out"
same "files in reverse order"
# shellcheck disable=SC2086
scan "$work/gz" --threads 2 $reversed >"$work/out"
same "gzip files in reverse order"
scan "$work/zst" --threads 4 "$@" "$1" >"$work/out"
same "zstd files, one named twice"
scan "$work/plain" --threads 2 --chunk-bytes 64K "$@" >"$work/out"
same "files in chunks"
scan "$work/plain" --threads 1 . >"$work/walk"
mv "$work/walk" "$work/want"
scan "$work/zst" --threads 4 . >"$work/out"
same "walked folders"
done_with "several files"

# The baseline by another route.
wrong=0
scan "$work/plain" --threads 1 --baseline java.log -b oslo.log crlf.log postgresql.log >"$work/want"
scan "$work/plain" --threads 4 --chunk-bytes 64K postgresql.log crlf.log -b oslo.log --baseline java.log >"$work/out"
same "baselines in reverse order"
scan "$work/gz" --threads 2 -b java.log -b oslo.log crlf.log postgresql.log >"$work/out"
same "baselines as gzip"
done_with "baselines"

cd "$root" || exit 2
[ "$failures" -eq 0 ]
