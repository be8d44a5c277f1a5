#!/usr/bin/env bash
# What is normal is remembered: nothing counts twice, whatever happens to the files and to the process; many read while
# one learns; and what goes wrong is told in one line and leaves the baseline as it was.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash
root=$PWD
if "$onset" --version | grep -q '^baselines: none'; then
    "$onset" learn --baseline "$work/x.db" README.md 2>"$work/err"
    [ $? -eq 2 ] && grep -q "this build has no SQLite" "$work/err"
    report $? "a build without SQLite says so"
    exit "$failures"
fi

run() { # ARGUMENT...: output, errors and exit code are kept
    "$onset" "$@" >"$work/out" 2>"$work/err"
    code=$?
}

sums=$(dirname "$(readlink -f "$onset")")/tests/profile/plain_store_sums
sql() { # FILE SQL: with the checksums that onset wants
    "$sums" "$@"
}

learn() { # ARGUMENT...
    run learn --now 2026-12-01T00:00:00Z "$@"
}

counted() { # DB: how many lines are counted in it
    "$onset" baseline show --json "$1" | grep -o '"count":[0-9]*' | cut -d: -f2 | awk '{ n += $1 } END { print n + 0 }'
}

# The lines of a day are "INFO request N served" and the like; each line is a record of its own.
lines() { # FROM TO
    awk -v from="$1" -v to="$2" 'BEGIN { split("served queued stored sent", w, " "); for (i = from; i < to; i++)
        printf "2026-11-%02d %02d:%02d:%02d INFO request %d %s\n", 1 + i / 1000 % 28, i % 24, i % 60, i % 60, i, w[i % 4 + 1] }'
}

mkdir "$work/logs"
cd "$work" || exit 2

# Nothing counts twice.
lines 0 1000 >logs/app.log
learn -b a.db logs
[ "$code" -eq 0 ] && grep -q '^learnt 1000 records of 1 new and 0 grown sources, 0 were known: 4 patterns are new$' out
report $? "a log is learnt" "$(cat out)"
learn -b a.db logs
grep -q '^learnt 0 records of 0 new and 0 grown sources, 1 were known' out && [ "$(counted a.db)" -eq 1000 ]
report $? "learnt again it adds nothing" "$(cat out)"
{ lines 1000 1500; printf '2026-11-02 10:00:00 INFO request 15'; } >>logs/app.log
learn -b a.db logs
grep -q '^learnt 500 records of 0 new and 1 grown' out && [ "$(counted a.db)" -eq 1500 ]
report $? "of a log that grew the new lines are learnt, but none that is being written" "$(cat out)"
echo '00 served' >>logs/app.log
mv logs/app.log logs/app.log.1
lines 2000 2100 >logs/app.log
learn -b a.db logs
[ "$(counted a.db)" -eq 1601 ]
report $? "a log that was renamed is known" "$(counted a.db): $(cat out)"
gzip logs/app.log.1
mv logs/app.log.1.gz logs/app.log.2.gz
cp logs/app.log logs/app.log.1 # copytruncate
lines 2100 2200 >>logs/app.log.1
: >logs/app.log
lines 2200 2300 >logs/app.log
learn -b a.db logs
[ "$(counted a.db)" -eq 1801 ]
report $? "so is one that was compressed, and one that was copied and cut" "$(counted a.db): $(cat out)"
{ zcat logs/app.log.2.gz; cat logs/app.log.1 logs/app.log; } >whole.log
[ "$(wc -l <whole.log)" -eq 1801 ]
report $? "all lines, each once"
tar -C logs -cf bundle.tar app.log.1 app.log
learn -b a.db bundle.tar
[ "$(counted a.db)" -eq 1801 ]
report $? "a member of an archive is known" "$(counted a.db): $(cat out)"
"$onset" profile -o part.zst whole.log
learn -b b.db part.zst
learn -b b.db part.zst
[ "$(counted b.db)" -eq 1801 ] && grep -q '1 were known' out
report $? "a profile is learnt once" "$(counted b.db): $(cat out)"

# Line numbers go on where they were.
lines 0 10 >n.log
learn -b n.db n.log
echo '2026-11-03 00:00:00 INFO a line of its own' >>n.log
learn -b n.db n.log
"$onset" baseline show --json n.db | grep 'of its own' | grep -q '"line":11,'
report $? "lines are numbered from the start of the file"

# Judged by it.
learn -b q.db "$root/corpus/quiet/logs"
[ "$code" -eq 0 ]
report $? "a quiet hour is learnt" "$(cat err)"
run --json -b q.db "$root/corpus/redis-maxmemory/logs"
"$onset" --json -b "$root/corpus/quiet/logs" "$root/corpus/redis-maxmemory/logs" >want
[ "$(grep -m1 '"title"' out)" = "$(grep -m1 '"title"' want)" ] && grep -q '"verdict": "found"' out
report $? "an outage is judged as by the logs themselves"
learn -b q.db "$root/corpus/redis-maxmemory/logs"
[ "$code" -eq 1 ] && grep -q 'something began in these logs, so nothing was learnt' err
report $? "an outage is not learnt" "$code $(cat err)"
before=$(counted q.db)
learn --force -b q.db "$root/corpus/redis-maxmemory/logs"
[ "$code" -eq 0 ] && [ "$(counted q.db)" -gt "$before" ]
report $? "but with --force"

# What was merged when it was learnt is kept, and changes nothing.
for logs in quiet redis-maxmemory; do
    "$onset" --json -b q.db "$root/corpus/$logs/logs" >with
    if [ -x "$sums" ]; then
        [ "$(sqlite3 q.db 'select count(*) > 0 from merged' 2>/dev/null)" != 0 ] && cp q.db bare.db && sql bare.db 'delete from merged'
        "$onset" --json -b bare.db "$root/corpus/$logs/logs" | sed 's/bare\.db/q.db/' | cmp -s - with
        report $? "a report is the same without it ($logs)"
    fi
done

# Accept: this one is normal.
lines 0 4000 >night.log
{ lines 0 3000; for i in 1 2 3 4 5 6 7 8; do echo "2026-11-04 10:00:0$i ERROR flux inverted on coil $i"; done; lines 3000 4000; } >odd.log
learn -b c.db night.log
run --json -b c.db --at 2026-11-04T10:00:00Z odd.log
grep -q 'flux inverted' out
report $? "an error that is new is a candidate"
run baseline accept c.db '2026-11-04 10:00:01 ERROR flux inverted on coil 1' --service odd
[ "$code" -eq 0 ]
report $? "its line is accepted" "$(cat err)"
run --json -b c.db --at 2026-11-04T10:00:00Z odd.log
! grep -q 'flux inverted' out
report $? "accepted it is none"
run baseline show c.db --service odd
grep -q '(accepted) .*flux inverted' out
report $? "show tells so"
id=$("$onset" baseline show c.db --service night | awk 'NR == 2 { print $1 }')
run baseline accept c.db "$id"
[ "$code" -eq 0 ] && "$onset" baseline show c.db --service night | grep -q "^$id .*(accepted)"
report $? "a pattern is accepted by its id" "$(cat err)"
run baseline forget c.db "$id"
[ "$code" -eq 0 ] && ! "$onset" baseline show c.db | grep -q "^$id"
report $? "and forgotten"
run baseline forget c.db --service odd
[ "$code" -eq 0 ] && [ "$("$onset" baseline show c.db --service odd | wc -l)" -eq 0 ]
report $? "a service is forgotten"
run baseline accept c.db 0000000000000001
[ "$code" -eq 2 ] && grep -q 'knows no such pattern (what a report shows is accepted by its line' err
report $? "no such pattern"
run baseline accept c.db '2026-11-04 10:00:01 ERROR flux inverted on coil 1'
[ "$code" -eq 2 ] && grep -q 'say so with --service' err
report $? "a line without a service"

# Export: a profile that can be judged by and learnt.
run baseline export a.db -o a.zst
learn -b again.db a.zst
[ "$code" -eq 0 ] && [ "$(counted again.db)" -eq 1801 ]
report $? "what is exported can be learnt elsewhere" "$(cat err)"

# Age.
sed 's/^2026-11/2026-02/; s/request/old request/' whole.log >old.log
learn -b age.db old.log
learn -b age.db whole.log
learn -b age.db --retain 90d whole.log
grep -q '4 aged out' out && [ "$(counted age.db)" -eq 1801 ]
report $? "what is older than --retain is forgotten" "$(cat out) $(counted age.db)"
if command -v sqlite3 >/dev/null; then
    [ "$(sqlite3 age.db 'select group_concat(name) from source')" = "$(sqlite3 age.db 'select group_concat(name) from source
        where id in (select source from pattern_source)')" ] && ! sqlite3 age.db 'select name from source' | grep -q old
    report $? "... with the names of its sources" "$(sqlite3 age.db 'select name from source')"
fi

# Killed at any point, a hundred times; then to the end. Each learning takes in one more file.
mkdir kill
for i in $(seq 0 99); do lines $((i * 200)) $((i * 200 + 200)) >"kill/app-$i.log.1"; done
killed=0
start=${EPOCHREALTIME/./}
learn --force -b slow.db kill/app-0.log.1
took=$((${EPOCHREALTIME/./} - start)) # microseconds; kills come from at once to a little behind the end
for i in $(seq 0 99); do
    "$onset" learn --force -b kill.db "kill/app-$i.log.1" kill/app-$((i / 2)).log.1 >/dev/null 2>&1 &
    pid=$!
    delay=$((i % 10 ? took * (RANDOM % 1200) / 1000 : 0))
    sleep "$(printf "%d.%06d" $((delay / 1000000)) $((delay % 1000000)))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    [ $? -eq 137 ] && killed=$((killed + 1))
done
[ "$killed" -gt 0 ]
report $? "processes were killed amid learning ($killed of 100)"
half=$(counted kill.db 2>/dev/null || echo 0)
[ $((half % 200)) -eq 0 ]
report $? "of what was killed all is there or nothing ($half lines)"
learn --force -b kill.db kill
[ "$code" -eq 0 ] && [ "$(counted kill.db)" -eq 20000 ]
report $? "killed at random points nothing is lost and nothing counts twice" "$(counted kill.db) $(cat err)"
if command -v sqlite3 >/dev/null; then
    [ "$(sqlite3 kill.db 'pragma integrity_check')" = ok ]
    report $? "the file is sound"
fi

# Readers while one learns; a second one that learns has to wait, and gives up.
mkfifo fifo
"$onset" learn --force -b a.db fifo >held.out 2>held.err &
holder=$!
exec 9>fifo
lines 5000 5100 >&9
readers=0
for i in 1 2 3 4; do
    "$onset" -b a.db whole.log >/dev/null 2>&1 && readers=$((readers + 1))
done
[ "$readers" -eq 4 ]
report $? "many read while one learns"
lines 6000 6100 >late.log
learn -b a.db late.log
[ "$code" -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "'a.db' is being written by another process" err
report $? "a second one that learns is told" "$code $(cat err)"
exec 9>&-
wait $holder && [ "$(counted a.db)" -eq 1901 ]
report $? "the first one has learnt" "$(cat held.err held.out)"

# What is no baseline, or none of ours.
refused() { # NAME WORDS ARGUMENT...
    local name=$1 words=$2
    shift 2
    run "$@"
    [ "$code" -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "$words" err
    report $? "$name" "$code $(cat err)"
}
refused "no such baseline" "no such baseline, 'onset learn' makes one" baseline show none.db
echo "this is no baseline" >text.db
refused "a text file is no baseline" "'text.db'" learn -b text.db whole.log
[ "$(cat text.db)" = "this is no baseline" ]
report $? "and is left as it is"
if command -v sqlite3 >/dev/null && [ -x "$sums" ]; then
    sqlite3 other.db 'create table x(y)'
    refused "a file of another program" "'other.db' is an SQLite file of another program" learn -b other.db whole.log
    cp b.db new.db
    sql new.db 'pragma user_version=9'
    refused "a later version" "'new.db' is a baseline of version 9, this onset knows version 2" -b new.db whole.log
    # Version 1 had no checksums in its pages, and no table of what was merged.
    cp a.db two.db
    sql two.db 'drop table merged'
    { sqlite3 two.db .dump; echo 'pragma application_id=0x6F6E7374; pragma user_version=1; pragma journal_mode=wal;'; } | sqlite3 one.db >/dev/null
    refused "the version before" "is a baseline of version 1, .*: run 'onset learn' on it once" -b one.db whole.log
    learn -b one.db logs
    [ "$code" -eq 0 ] && [ "$(counted one.db)" -eq "$(counted a.db)" ] && [ "$(sqlite3 one.db 'pragma integrity_check')" = ok ] &&
        "$onset" -b one.db whole.log >out 2>err
    report $? "what it holds is taken over" "$code $(cat err)"
    cp b.db mask.db
    sql mask.db "update meta set value = 99 where name = 'masking'"
    refused "another masking" "masked by version 99" -b mask.db whole.log
    # What a baseline holds does not hang on how patterns are merged: learning takes it over, judging asks for that.
    cp a.db merge.db
    sql merge.db "update meta set value = 1 where name = 'merging'"
    refused "another merging" "merged by version 1, .*: run 'onset learn' on it once" -b merge.db whole.log
    refused "... to whoever looks" "merged by version 1" baseline show merge.db
    learn -b merge.db logs
    [ "$code" -eq 0 ] && [ "$(counted merge.db)" -eq "$(counted a.db)" ] && "$onset" -b merge.db whole.log >out 2>err
    report $? "what is learnt is taken over" "$code $(cat err)"
    sql merge.db "update meta set value = 99 where name = 'merging'"
    refused "a merging of a newer onset" "merged by version 99, .*: use the onset that wrote it last" -b merge.db whole.log
    refused "... is not taken over" "merged by version 99" learn -b merge.db logs
fi
cp b.db flip.db # one bit: the table of services has another column
printf 'nime' | dd of=flip.db bs=1 seek="$(grep -abo 'name text not null unique' b.db | head -n 1 | cut -d : -f 1)" conv=notrunc 2>/dev/null
refused "a bit that flipped in a table's definition" "'flip.db' is damaged" baseline show flip.db
refused "... told by a scan, too" "'flip.db' is damaged" -b flip.db whole.log
cp b.db torn.db
printf 'XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX' | dd of=torn.db bs=1 seek=4096 conv=notrunc 2>/dev/null
head -c 9000 torn.db >short.db
cp b.db flip.db
printf 'X' | dd of=flip.db bs=1 conv=notrunc 2>/dev/null
run -b flip.db whole.log
[ "$code" -eq 2 ] && grep -q "the baseline cannot be used" err
report $? "a baseline that does not look like one" "$code $(cat err)"
refused "a folder is no baseline" "cannot open 'kill': Is a directory" learn -b kill whole.log
refused "a log is no baseline" "'whole.log' is no baseline" baseline show whole.log
refused "a file that is cut off" "'short.db'" learn -b short.db late.log
refused "a baseline among the logs" "is a baseline, not a log" b.db
refused "learning without a baseline" "needs one '--baseline'" learn whole.log
refused "a wrong number of days" "'soon' is not a number of days" learn -b b.db --retain soon whole.log

# A full disk, a file that cannot be written.
awk 'BEGIN { for (i = 0; i < 3000; i++) { s = ""; for (n = i; n > 0; n = int(n / 26)) s = s sprintf("%c", 97 + n % 26);
    printf "2026-11-05 00:00:00 INFO word%s happened\n", s } }' >many.log
cp b.db full.db
want=$(counted full.db)
( ulimit -f 200; trap '' XFSZ; "$onset" learn --force -b full.db many.log >/dev/null 2>err )
[ $? -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "as it was before" err && [ "$(counted full.db)" -eq "$want" ]
report $? "where there is no room nothing is learnt and nothing lost" "$(cat err)"
learn --force -b full.db many.log
[ "$code" -eq 0 ] && [ "$(counted full.db)" -gt "$want" ]
report $? "and with room again it is learnt" "$(cat err)"
if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=400k tmpfs small 2>/dev/null; then
    cp b.db small/x.db
    learn --force -b small/x.db many.log
    [ "$code" -eq 2 ] && grep -q "the disk is full, and it is as it was before" err && [ "$(counted small/x.db)" -eq "$want" ]
    report $? "a disk that fills while learning" "$code $(cat err)"
    umount small
fi
chmod 755 "$work"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && cp "$onset" "$work/onset" 2>/dev/null; then
    as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
    mkdir ro
    cp b.db ro/x.db
    chmod 644 ro/x.db many.log whole.log
    as_nobody ./onset learn -b ro/x.db many.log >out 2>err
    [ $? -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q 'read-only' err
    report $? "a baseline that cannot be written" "$(cat err)"
    as_nobody ./onset learn -b ro/new.db many.log >out 2>err
    [ $? -eq 2 ] && [ "$(cat err)" = "onset: cannot open 'ro/new.db': Permission denied" ]
    report $? "a baseline that cannot be made" "$(cat err)"
    as_nobody ./onset -b ro/x.db whole.log >out 2>err
    report $? "but it can be judged by" "$(cat err)"
fi

# The units.
if command -v systemd-analyze >/dev/null; then
    cp "$onset" "$work/onset" 2>/dev/null
    mkdir -p "$work/prefix/bin" && cp "$onset" "$work/prefix/bin/onset"
    sed "s|@PREFIX@|$work/prefix|" "$root/src/cli/units/onset-learn.service" >onset-learn.service
    cp "$root/src/cli/units/onset-learn.timer" .
    systemd-analyze verify --man=no ./onset-learn.service ./onset-learn.timer >out 2>err && ! grep -q onset-learn err
    report $? "systemd takes the units"
fi

cd "$root" || exit 2
[ "$failures" -eq 0 ]
