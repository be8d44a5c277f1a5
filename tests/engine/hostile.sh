#!/usr/bin/env bash
# Envelopes as nobody should write them: understood or counted, never lost, the same through a pipe.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

number() { # KEY: its value in the coverage of $work/out
    sed -n '/"coverage"/,/}/s/^ *"'"$1"'": *\([0-9]*\).*/\1/p' "$work/out"
}

# NAME KEY=NUMBER...: of the log on standard input
counts() {
    local name=$1 wrong='' pair
    shift
    cat >"$work/hostile.log"
    "$onset" --json "$work/hostile.log" >"$work/out" 2>"$work/err"
    code=$?
    for pair in "$@"; do
        [ "$(number "${pair%=*}")" = "${pair#*=}" ] || wrong="$wrong ${pair%=*} is $(number "${pair%=*}"), not ${pair#*=};"
    done
    [ $(($(number records) + $(number continuations) + $(number empty))) -eq "$(number lines)" ] || wrong="$wrong lines do not add up;"
    [ "$code" -eq 0 ] && [ -z "$wrong" ]
    report $? "$name" "$wrong"
    "$onset" records "$work/hostile.log" >"$work/records" 2>"$work/err"
    "$onset" records - <"$work/hostile.log" 2>"$work/err" | sed 's/"service":[^,]*,"instance":[^,]*,"source":[^,]*,//' >"$work/piped"
    sed 's/"service":[^,]*,"instance":[^,]*,"source":[^,]*,//' "$work/records" | cmp -s - "$work/piped"
    report $? "$name: through a pipe"
}

says() { # TEXT NAME: a record of the last log holds it
    grep -qF -e "$1" "$work/records"
    report $? "$2" "$(head -n 2 "$work/records" | cut -c1-200)"
}

repeat() { # NUMBER TEXT
    head -c "$1" /dev/zero | sed "s/\x00/$2/g"
}

at='"time":"2026-08-07T14:31:05Z","level":"error"'
after='{"time":"2026-08-07T14:31:06Z","level":"info","msg":"after"}'

printf '{%s,"a":%s1%s,"msg":"deep"}\n%s\n' "$at" "$(repeat 999 '[')" "$(repeat 999 ']')" "$after" | counts "nesting of 999" records=2 broken=0
says '"severity":17' "nesting of 999: the level is told"
says '"body":"deep"' "nesting of 999: what is behind it is read"
printf '{%s,"a":%s1%s,"msg":"deep"}\n%s\n' "$at" "$(repeat 5000 '{"a":')" "$(repeat 5000 '}')" "$after" | counts "nesting of 5,000" records=2 broken=1
printf '{"%s":1,%s,"msg":"long name"}\n%s\n' "$(repeat 65536 k)" "$at" "$after" | counts "a name of 64 KiB" records=2 broken=0
says '"body":"long name"' "a name of 64 KiB: the rest is read"
printf '{%s,"msg":"no end\n%s\n' "$at" "$after" | counts "a string without end" records=2 broken=1
printf '{%s,"msg":"one","msg":"two","level":"debug"}\n%s\n' "$at" "$after" | counts "names that are there twice" records=2 broken=0
says '"body":"one"' "names that are there twice: the first counts"
printf '{"time":"1786113065","level":"50","msg":"numbers"}\n%s\n' "$after" | counts "numbers as text" records=2 broken=0
says '"time":"2026-08-07T14:31:05Z","severity":17' "numbers as text: time and level"
printf '{%s,"msg":"\\ud83d alone \\udd25 \\ud83d\\udd25 \\uZZZZ"}\n%s\n' "$at" "$after" | counts "surrogates" records=2 broken=0
says '� alone � 🔥 \\uZZZZ' "surrogates: alone, in a pair, and no number"
printf 'time=2026-08-07T14:31:05Z level=error msg="no end\ntime=2026-08-07T14:31:06Z level=info msg=after\n' | counts "a pair without end" records=2

# The journal: bytes, none, numbers that are no bytes; lengths that lie.
entry() { # SECOND FIELD...
    printf '{"__REALTIME_TIMESTAMP":"178611306%s000000","PRIORITY":"3","SYSLOG_IDENTIFIER":"shop",%s}\n' "$1" "$2"
}
{ entry 5 '"MESSAGE":[99,97,102,195,169]' && entry 6 '"MESSAGE":null' && entry 7 '"MESSAGE":[300,-1,"x"]' && entry 8 '"MESSAGE":[1,2'; } |
    counts "a message of bytes" records=3 empty=1 broken=1
says '"body":"café"' "a message of bytes: is text"
export_entry() { # SECOND
    printf '__REALTIME_TIMESTAMP=178611306%s000000\nPRIORITY=3\nSYSLOG_IDENTIFIER=shop\n' "$1"
}
{ export_entry 5 && printf 'MESSAGE\n\x04\0\0\0\0\0\0\0good\n\n' && export_entry 6 && printf 'MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xffhuge\n\n' &&
    export_entry 7 && printf 'MESSAGE\n\x02\0\0\0\0\0\0\0short\n\n' && export_entry 8 && printf 'MESSAGE=last\n\n'; } |
    counts "lengths that lie" records=2 broken=2
says '"body":"good"' "lengths that lie: before"
says '"body":"last"' "lengths that lie: behind"
{ export_entry 5 && printf 'MESSAGE=good\n\n' && export_entry 6 && printf 'MESSAGE\n\x40\0\0\0\0\0\0\0cut'; } | counts "a field that is cut off" broken=1

# Parts that never end.
{ printf '2026-08-07T14:31:05Z stdout F first\n2026-08-07T14:31:06Z stdout P never\n2026-08-07T14:31:06Z stderr P nor this\n' &&
    printf '2026-08-07T14:31:07Z stdout F last\n'; } | counts "parts without an end" records=3 partial=1 stamped=3
says '"line":2,"body":"neverlast"' "parts without an end: what follows is taken for the end"
says '"line":3,"body":"nor this"' "parts without an end: come out at the end"
# A part waits while 64 KiB of other text go by, then it comes out, and its end stands for itself. A part that is as long
# as that itself does not count.
lines() { # COUNT: 128 bytes each, on stdout
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "2026-08-07T14:31:06Z stdout F %097d\n", i }'
}
{ echo '2026-08-07T14:31:05Z stderr P begun-' && lines 510 && echo '2026-08-07T14:31:07Z stderr F ended'; } |
    counts "a part waits for 65,280 bytes" records=511 partial=0
says '"line":1,"body":"begun-ended"' "a part waits for 65,280 bytes: joined"
{ echo '2026-08-07T14:31:05Z stderr P begun-' && lines 520 && echo '2026-08-07T14:31:07Z stderr F ended'; } |
    counts "a part does not wait for 66,560 bytes" records=522 partial=1
says '"line":1,"body":"begun-"' "a part does not wait for 66,560 bytes: the beginning"
says '"line":522,"body":"ended"' "a part does not wait for 66,560 bytes: the end"
{ for i in 1 2 3; do printf '2026-08-07T14:31:05Z stdout P %0100000d\n' "$i"; done && echo '2026-08-07T14:31:07Z stdout F ended'; } |
    counts "parts as long as that" records=1 partial=0

# The same holds for a line and what carries it on, where writers take turns.
pods() { # COUNT: lines of another pod, 128 bytes each
    echo '[pod/a/app] 2026-08-07T14:31:05Z ERROR cannot pay' &&
        awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "[pod/b/app] 2026-08-07T14:31:05Z INFO %089d\n", i }' &&
        printf '[pod/a/app] \tat com.shop.Cart.pay(Cart.java:4)\n'
}
pods 510 | counts "a frame behind 65,280 bytes of another pod" records=511 continuations=1
pods 520 | counts "a frame behind 66,560 bytes of another pod" records=522 continuations=0

[ "$failures" -eq 0 ]
