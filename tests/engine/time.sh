#!/usr/bin/env bash
# What a time lacks is inferred, what is wrong with it is told: year, zone, clocks that step or are off.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

times() { # the times of the records of a file, one a line
    (cd "$work" && "$onset" records "$@" 2>"$work/err" | sed -E 's/^\{"time":("([^"]*)"|null),.*/\2/')
}

gives() { # NAME, then what is on standard input equals $work/out
    cat >"$work/want"
    cmp -s "$work/want" "$work/out"
    report $? "$1" "$(diff "$work/want" "$work/out" | head -n 4 | tr '\n' ' ')"
}

cat >"$work/syslog" <<'X'
Dec 31 23:59:58 host app[1]: the last of the year
Dec 31 23:59:60 host app[1]: a leap second
Jan  1 00:00:01 host app[1]: the first
X
times --now 2026-01-02T00:00:00Z syslog >"$work/out"
gives "the year turns between two lines, a minute has 61 seconds" <<'X'
2025-12-31T23:59:58Z
2026-01-01T00:00:00Z
2026-01-01T00:00:01Z
X

printf '%s\n' '#Version: 1.0' '#Fields: date time cs-method cs-uri-stem sc-status' '2026-08-07 14:31:05 GET /a 200' >"$work/w3c.log"
printf '%s\n' '#Version: 1.5' '#Time Format: Local' '#Fields: date time action protocol' '2026-08-07 14:31:05 DROP TCP' >"$work/firewall.log"
for file in w3c.log firewall.log; do times --tz +02:00 $file | tail -n 1; done >"$work/out"
gives "W3C's format is in UTC, but that of the Windows firewall" <<'X'
2026-08-07T14:31:05Z
2026-08-07T12:31:05Z
X

# The year of a log without one: from when it was written, unless --now says what day is meant.
touch -d 2019-01-05T00:00:00Z "$work/syslog"
times syslog >"$work/out"
gives "the year is that of the file" <<'X'
2018-12-31T23:59:58Z
2019-01-01T00:00:00Z
2019-01-01T00:00:01Z
X
touch -d 1980-01-01T00:00:00Z "$work/syslog"
times --now 2024-06-01T00:00:00Z syslog | head -n 1 >"$work/out"
gives "--now comes before the file's time" <<'X'
2023-12-31T23:59:58Z
X

# Another source has years, and one line of a clock that was not set yet: no hint.
cat >"$work/app.log" <<'X'
2021-07-01T10:00:00Z up
2099-01-01T00:00:00Z the clock is not set
2021-07-01T10:00:05Z down
X
cat >"$work/old.log" <<'X'
Jul  1 10:00:01 host app[1]: up
X
times --now 2026-01-02T00:00:00Z app.log old.log >"$work/out"
gives "a wrong clock does not set the year of others" <<'X'
2021-07-01T10:00:00Z
2099-01-01T00:00:00Z
2021-07-01T10:00:05Z
2021-07-01T10:00:01Z
X

# The tenth of August or the eighth of October? Nothing in it tells: another source does, else when it was written.
echo '08/10/2026 13:01:05 server: up' >"$work/slashes.log"
echo '2026-10-08T13:01:11Z INFO ready' >"$work/october.log"
echo '2026-08-10T13:01:11Z INFO ready' >"$work/august.log"
for month in october august; do
    times slashes.log $month.log
done >"$work/out"
gives "day and month are in the order that comes near another source" <<'X'
2026-10-08T13:01:11Z
2026-10-08T13:01:05Z
2026-08-10T13:01:11Z
2026-08-10T13:01:05Z
X
touch -d 2026-10-08T20:00:00Z "$work/slashes.log"
times slashes.log >"$work/out"
gives "or near the time the file was written" <<'X'
2026-10-08T13:01:05Z
X

cat >"$work/mixed.log" <<'X'
2026-10-25T02:59:59+02:00 INFO before the clock is put back
2026-10-25T02:00:00+01:00 INFO behind it
2026-10-25T01:00:01Z INFO a part that writes UTC
2026-10-24T23:00:00-0200 INFO and one far west
X
times mixed.log >"$work/out"
gives "offsets may differ line by line" <<'X'
2026-10-25T00:59:59Z
2026-10-25T01:00:00Z
2026-10-25T01:00:01Z
2026-10-25T01:00:00Z
X

cat >"$work/back.log" <<'X'
2026-10-25 02:59:59 INFO before the clock is put back
2026-10-25 02:00:00 INFO behind it
2026-10-25 02:00:01 INFO and on
X
times --tz +02:00 back.log >"$work/out"
gives "a clock may step back" <<'X'
2026-10-25T00:59:59Z
2026-10-25T00:00:00Z
2026-10-25T00:00:01Z
X

cat >"$work/hostile.log" <<'X'
2026-08-07T14:31:05Z INFO a good one
0000-01-01T00:00:00Z INFO year 0
9999-12-31T23:59:59Z INFO year 9999
2026-13-07T14:31:05Z INFO month 13
2026-08-32T14:31:05Z INFO day 32
2026-08-07T25:31:05Z INFO hour 25
1000000000000000000000000000000 INFO a large number
-1786113065 INFO a negative one
99999999999 INFO the year 5138
X
times --now 2026-08-08T00:00:00Z hostile.log | sort | uniq -c | sed 's/^ *//' >"$work/out"
gives "what cannot be a time is none" <<'X'
9 2026-08-07T14:31:05Z
X

# An hour of web, in UTC, and of its database, which writes local time without a zone: UTC+2.
awk 'BEGIN {
    for (s = 0; s < 3600; s += 2) {
        clock = sprintf("%02d:%02d", s / 60 % 60, s % 60)
        printf "2026-08-07T12:%sZ INFO request %d served\n", clock, s > "'"$work/web.log"'"
        if (s % 10 == 0) printf "2026-08-07 14:%s LOG checkpoint %d complete\n", clock, s > "'"$work/db.log"'"
        if (s == 1800) printf "2026-08-07 14:%s ERROR could not write block 7: No space left on device\n", clock > "'"$work/db.log"'"
        if (s > 1800 && s < 2100) printf "2026-08-07T12:%sZ ERROR no answer of the database\n", clock > "'"$work/web.log"'"
    }
}'
scan() {
    (cd "$work" && "$onset" "$@" --now 2026-08-08T00:00:00Z web.log db.log >"$work/out" 2>"$work/err")
    code=$?
}
note="'db.log' names no zone and tells of the same trouble 2 h ahead of the others: its clock was aligned"
scan --json
exits 0 "local time among UTC"
grep -qF -e "$note" "$work/out"
report $? "the note of an aligned clock is in the JSON report"
grep -q '"first_ns": *1786104000000000000\|"from": *"2026-08-07T12:00:00Z"' "$work/out"
report $? "what was read begins with the others" "$(grep -n '2026-08-07T1' "$work/out" | head -n 3 | tr '\n' ' ')"
scan
tr -s ' \n' '  ' <"$work/out" | grep -qF -e "$note"
report $? "the note is in the text report"
grep -q '^Onset 2026-08-07 12:30:00 UTC' "$work/out"
report $? "the onset is in the time of the others" "$(sed -n 2p "$work/out")"
scan --tz UTC
! grep -q 'names no zone' "$work/out"
report $? "with --tz no clock is doubted"

# Three hosts that write local time without a zone (UTC+2) beside one service that writes UTC; two writers of one file, of
# which one writes UTC; a quiet log that only fits.
mkdir "$work/hosts"
awk -v folder="$work/hosts/" 'BEGIN {
    for (s = 0; s < 3000; s += 2) {
        clock = sprintf("%02d:%02d", s / 60 % 60, s % 60)
        printf "2026-08-07T12:%sZ INFO request %d served\n", clock, s > folder "web.log"
        if (s % 20 == 0) printf "Aug  7 14:%s db1 postgres[812]: checkpoint %d complete\n", clock, s > folder "db1.log"
        if (s % 50 == 0) printf "Aug  7 14:%s db1 node_exporter[90]: ts=2026-08-07T12:%s.000Z caller=node.go:1 level=info msg=scraped n=%d\n", clock, clock, s > folder "db1.log"
        if (s % 30 == 0) printf "Aug  7 14:%s mail1 postfix/smtpd[77]: connect from host-%d\n", clock, s > folder "mail1.log"
        if (s == 1500) printf "Aug  7 14:%s dns1 named[5]: zone corp.internal/IN: loaded serial 2026080701\n", clock > folder "dns1.log"
        if (s > 1500 && s < 1900) printf "2026-08-07T12:%sZ ERROR cannot resolve db.corp.internal\n", clock > folder "web.log"
    }
}'
(cd "$work/hosts" && "$onset" --json --now 2026-08-08T00:00:00Z . >"$work/out" 2>"$work/err")
grep -qF "db1.log' and 2 more name no zone: read as UTC+02:00" "$work/out"
report $? "hosts that agree on their local time are read in it" "$(grep -o "[^\"]*zone[^\"]*" "$work/out" | head -n 4 | tr '\n' ' ')"
grep -q '"from": *"2026-08-07T12:00:00Z"' "$work/out" && ! grep -q '2026-08-07T14:' "$work/out"
report $? "and nothing of them is left behind, nor is what named its zone moved" "$(grep -o '2026-08-07T1[0-9]:[0-9:]*' "$work/out" | sort | uniq -c | sort -rn | head -n 3 | tr '\n' ' ')"

# No source names a zone, and the page is written with one.
grep -v node_exporter "$work/hosts/db1.log" >"$work/local.log"
(cd "$work" && "$onset" --now 2026-08-08T00:00:00Z --at 2026-08-07T14:30:00+02:00 local.log hosts/mail1.log hosts/dns1.log >"$work/out" 2>"$work/err")
tr -s ' \n' '  ' <"$work/out" | grep -qF "read as UTC+02:00, the zone of --at"
report $? "the zone of --at is that of logs that name none, if they are of that time then" "$(sed -n 1p "$work/out")"
(cd "$work" && "$onset" --now 2026-08-08T00:00:00Z --at 2026-08-07T14:30:00Z local.log hosts/mail1.log hosts/dns1.log >"$work/out" 2>"$work/err")
! grep -q 'no zone: read as UTC+' "$work/out"
report $? "a page within what was read moves nothing"
(cd "$work" && "$onset" --now 2026-08-08T00:00:00Z --at 2026-08-07T12:30:00Z local.log hosts/mail1.log hosts/dns1.log >"$work/out" 2>"$work/err")
tr -s ' \n' '  ' <"$work/out" | grep -qF "read as UTC+02:00, as --at is shortly before their end then"
report $? "a page outside of what was read, by whole hours: they are in local time" "$(sed -n 1p "$work/out")"
(cd "$work" && "$onset" --now 2026-08-08T00:00:00Z --at 2026-08-06T12:30:00Z local.log hosts/mail1.log hosts/dns1.log >"$work/out" 2>"$work/err")
grep -q 'no record lies in the window' "$work/out" && grep -qF -e '--tz +02:00' "$work/out"
report $? "a page of another day: the zone is what would help"

# A log of four hours in local time (UTC+1) that breaks 20 minutes before its end, and a page in UTC: amid lines, but nothing
# is wrong there an hour before. The same page at the end is about what broke, in whatever zone.
awk 'BEGIN {
    for (s = 0; s < 14400; s += 3) {
        clock = sprintf("%02d:%02d:%02d", 10 + s / 3600, s / 60 % 60, s % 60)
        printf "Aug  7 %s shop web[71]: served request %d\n", clock, s
        if (s == 13170) printf "Aug  7 %s shop puppet-agent[9]: zone corp.internal: address of db changed\n", clock
        if (s > 13200) printf "Aug  7 %s shop web[71]: ERROR cannot resolve db.corp.internal\n", clock
    }
}' >"$work/shop.log"
(cd "$work" && "$onset" --now 2026-08-08T00:00:00Z --at 2026-08-07T12:50:00Z shop.log >"$work/out" 2>"$work/err")
tr -s ' \n' '  ' <"$work/out" | grep -qF "read as UTC+01:00, as --at is shortly before their end then" &&
    grep -q 'omething began in the window' "$work/out"
report $? "a page an hour before the trouble of a log that ends soon after: local time" "$(sed -n 1p "$work/out")"
(cd "$work" && "$onset" --now 2026-08-08T00:00:00Z --at 2026-08-07T13:50:00Z shop.log >"$work/out" 2>"$work/err")
! grep -q 'no zone: read as UTC+' "$work/out" && (cd "$work" && "$onset" --now 2026-08-08T00:00:00Z --at 2026-08-07T12:50:00Z --tz UTC shop.log >"$work/out" 2>"$work/err")
! grep -q 'read as UTC+' "$work/out" && grep -q '^Nothing' "$work/out"
report $? "a page about what broke moves nothing, nor does one where the zone is told" "$(sed -n 1p "$work/out")"

# Lines with a time of day alone beside dated ones of half a year ago: they are of the same day.
cat >"$work/compose.log" <<'X'
edge-1     | 10.0.0.9 - - [20/May/2026:12:18:00 +0000] "GET / HTTP/1.1" 200 12
ordering-1 | [12:18:01 INF] Creating Order
edge-1     | 10.0.0.9 - - [20/May/2026:12:18:02 +0000] "GET / HTTP/1.1" 200 12
ordering-1 | [13:40:04 INF] Creating Order
ordering-1 | [23:59:58 INF] Creating Order
X
times --now 2026-11-21T12:00:00Z compose.log >"$work/out"
gives "a time of day is of the day that the others tell" <<'X'
2026-05-20T12:18:00Z
2026-05-20T12:18:01Z
2026-05-20T12:18:02Z
2026-05-20T13:40:04Z
2026-05-20T23:59:58Z
X
exit $((failures > 0))
