#!/usr/bin/env bash
# Pods whose lines take turns, as kubectl, stern and docker compose print them: each has its own records, traces included.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

cat >"$work/pay" <<'END'
ERROR pay failed
java.lang.IllegalStateException: no answer
	at com.example.Pay.run(Pay.java:10)
	at com.example.Pay.main(Pay.java:3)
Caused by: java.net.ConnectException: Connection refused
	at java.base/sun.nio.ch.Net.connect0(Native Method)
	... 2 more
INFO done
END
cat >"$work/cart" <<'END'
INFO start
Traceback (most recent call last):
  File "/srv/a.py", line 3, in pay
    pay()
ValueError: no such cart
INFO next
INFO other
INFO last
END
cat >"$work/ship" <<'END'
panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.pay(...)
	/srv/main.go:7
main.main()
	/srv/main.go:3 +0x1b
WARN restarted
END

turns() { # FORMAT STAMPED: a line of each pod in turn; FORMAT is printf's, with pod and container
    local i n=0 pod file name container
    for i in 1 2 3 4 5 6 7 8; do
        for pod in "pay pay-7d9f8b6c5d-x2x4q server" "cart cart-6b8c9d7f5-2kx5p cart" "ship ship-0 main"; do
            read -r file name container <<<"$pod"
            # shellcheck disable=SC2059
            printf "$1" "$name" "$container"
            [ "$2" = no ] || printf '2026-08-07T14:31:05.%09dZ ' $((n++ * 1000003))
            sed -n "${i}p" "$work/$file"
        done
    done
}

# service and number of lines of each record, exception
gist() {
    sed 's/.*"service":"\([^"]*\)".*"body":"\(.*\)","attributes":{\(.*\)}}$/\1 \2 \3/; s/,*"assumed":\[[^]]*\]//' "$work/out" |
        awk '{ n = gsub(/\\n/, "&"); print $1, n + 1, ($0 ~ /"exception/ ? "exception" : "-") }' | sort
}

# A traceback behind a routine line is a record of its own: the death of the program.
stamped="cart 1 -
cart 1 -
cart 1 -
cart 1 -
cart 4 exception
pay 1 -
pay 7 exception
ship 1 -
ship 6 exception"
# Without times the first line of a Java trace is a record: nothing tells that it belongs to the one before.
timeless="cart 1 -
cart 1 -
cart 1 -
cart 5 exception
pay 1 -
pay 1 -
pay 6 exception
ship 1 -
ship 6 exception"

while read -r name format; do
    for times in yes no; do
        turns "$format" $times >"$work/$name.log"
        "$onset" records "$work/$name.log" >"$work/out" 2>"$work/err"
        [ $times = yes ] && want=$stamped || want=$timeless
        [ "$(gist)" = "$want" ]
        report $? "$name, times: $times" "$(diff <(gist) <(echo "$want") | head -n 5 | tr '\n' ';')"
    done
done <<'END'
kubectl [pod/%s/%s]\x20
stern %s %s\x20
stern-all-namespaces shop %s %s\x20
compose %s | %.0s
END

[ "$failures" -eq 0 ]
