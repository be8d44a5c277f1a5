#!/usr/bin/env bash
# onset records: every record as one JSON line; onset formats: what was recognised, without content. The lines are ours,
# in the formats of real programs.
set -u
cd "$(dirname "$0")/../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failures=0
code=0

run() {
    (cd "$work" && "$onset" "$1" --now 2026-08-08T00:00:00Z "${@:2}" >"$work/out" 2>"$work/err")
    code=$?
}

report() { # PASSED(0|1) NAME [DETAIL]
    if [ "$1" -eq 0 ]; then
        echo "ok - $2"
        return
    fi
    echo "not ok - $2${3+: $3}"
    head -n 3 "$work/err" | cut -c1-200 | sed 's/^/# stderr: /'
    failures=$((failures + 1))
}

gives() { # NAME: exit code 0, nothing on stderr, and the output is standard input
    cat >"$work/want"
    [ "$code" -eq 0 ] && [ ! -s "$work/err" ] && cmp -s "$work/want" "$work/out"
    report $? "$1" "exit code $code"
    diff "$work/want" "$work/out" | head -n 8 | cut -c1-300 | sed 's/^/# /'
}

holds() { # TEXT NAME
    grep -qF -e "$1" "$work/out"
    report $? "$2" "no '$1'"
}

cat >"$work/shop-2.log" <<'END'
2026-08-07 14:31:05,123 INFO [http-1] shop.web - GET / 200

2026-08-07 14:31:06,000 ERROR [http-2] shop.web - no answer
Traceback (most recent call last):
  File "/srv/shop.py", line 80, in route
TimeoutError: [Errno 110] timed out
2026-08-07 14:31:07,000 WARN [http-1] shop.web - slow "query"
END
run records shop-2.log
gives "a traceback is part of its record" <<'END'
{"time":"2026-08-07T14:31:05.123Z","severity":9,"severity_text":"INFO","service":"shop","instance":"shop-2","source":"shop-2.log","line":1,"body":"INFO [http-1] shop.web - GET / 200","attributes":{"assumed":["zone"]}}
{"time":"2026-08-07T14:31:06Z","severity":17,"severity_text":"ERROR","service":"shop","instance":"shop-2","source":"shop-2.log","line":3,"body":"ERROR [http-2] shop.web - no answer\nTraceback (most recent call last):\n  File \"/srv/shop.py\", line 80, in route\nTimeoutError: [Errno 110] timed out","attributes":{"exception.type":"TimeoutError","exception.message":"[Errno 110] timed out","assumed":["zone"]}}
{"time":"2026-08-07T14:31:07Z","severity":13,"severity_text":"WARN","service":"shop","instance":"shop-2","source":"shop-2.log","line":7,"body":"WARN [http-1] shop.web - slow \"query\"","attributes":{"assumed":["zone"]}}
END
cp "$work/out" "$work/plain"
run records --tz +02:00 shop-2.log
holds '"time":"2026-08-07T12:31:05.123Z"' "--tz is the zone of times without one"
gzip -kc "$work/shop-2.log" >"$work/shop-2.packed"
(cd "$work" && "$onset" records --label shop-2.log - <shop-2.packed | sed 's/"service":[^,]*,"instance":[^,]*,//' >out)
sed 's/"service":[^,]*,"instance":[^,]*,//' "$work/plain" | cmp -s - "$work/out"
report $? "a gzip pipe gives the same records"

cat >"$work/java.log" <<'END'
2026-08-07T14:31:05.000Z ERROR Pay - cannot pay
java.lang.IllegalStateException: no answer
	at com.example.Pay.run(Pay.java:10)
Caused by: java.net.ConnectException: refused
	at java.net.Socket.connect(Socket.java:1)
	... 3 more
END
run records java.log
gives "an exception has its cause" <<'END'
{"time":"2026-08-07T14:31:05Z","severity":17,"severity_text":"ERROR","service":"java","instance":null,"source":"java.log","line":1,"body":"ERROR Pay - cannot pay\njava.lang.IllegalStateException: no answer\n\tat com.example.Pay.run(Pay.java:10)\nCaused by: java.net.ConnectException: refused\n\tat java.net.Socket.connect(Socket.java:1)\n\t... 3 more","attributes":{"exception.type":"java.lang.IllegalStateException","exception.message":"no answer","exception.cause":"java.net.ConnectException: refused"}}
END

cat >"$work/syslog" <<'END'
Aug  7 14:31:05 host-1 sshd[812]: Accepted publickey for eve
Aug  7 14:31:06 host-1 cron[813]: (root) CMD (true)
Aug  7 14:31:07 host-1 sshd[812]: session closed
END
run records syslog
gives "syslog names the writer; year and zone are assumed" <<'END'
{"time":"2026-08-07T14:31:05Z","severity":0,"severity_text":"","service":"sshd","instance":"sshd","source":"syslog","line":1,"body":"Accepted publickey for eve","attributes":{"assumed":["year","zone"]}}
{"time":"2026-08-07T14:31:06Z","severity":0,"severity_text":"","service":"cron","instance":"cron","source":"syslog","line":2,"body":"(root) CMD (true)","attributes":{"assumed":["year","zone"]}}
{"time":"2026-08-07T14:31:07Z","severity":0,"severity_text":"","service":"sshd","instance":"sshd","source":"syslog","line":3,"body":"session closed","attributes":{"assumed":["year","zone"]}}
END

printf 'alpha starts\nbeta starts\n' >"$work/notime.log"
run records notime.log
gives "without times there is no time" <<'END'
{"time":null,"severity":0,"severity_text":"","service":"notime","instance":null,"source":"notime.log","line":1,"body":"alpha starts","attributes":{}}
{"time":null,"severity":0,"severity_text":"","service":"notime","instance":null,"source":"notime.log","line":2,"body":"beta starts","attributes":{}}
END

# CRI: parts of one record on stdout, a record of stderr between them.
mkdir -p "$work/pods/shop_cart-7d9f8b6c5d-x2x4q_0b1c/server"
cat >"$work/pods/shop_cart-7d9f8b6c5d-x2x4q_0b1c/server/0.log" <<'END'
2026-08-07T14:31:05.100000001Z stdout F first
2026-08-07T14:31:05.200000002Z stdout P half a 
2026-08-07T14:31:05.300000003Z stderr F WARN between
2026-08-07T14:31:06.400000004Z stdout F sentence
END
run records pods
sed 's/"severity":.*"service"/"service"/; s/"source":"[^"]*",//' "$work/out" >"$work/short" && mv "$work/short" "$work/out"
gives "parts are joined, at the line of the first" <<'END'
{"time":"2026-08-07T14:31:05.100000001Z","service":"cart","instance":"cart-7d9f8b6c5d-x2x4q","line":1,"body":"first","attributes":{}}
{"time":"2026-08-07T14:31:05.300000003Z","service":"cart","instance":"cart-7d9f8b6c5d-x2x4q","line":3,"body":"WARN between","attributes":{}}
{"time":"2026-08-07T14:31:05.200000002Z","service":"cart","instance":"cart-7d9f8b6c5d-x2x4q","line":2,"body":"half a sentence","attributes":{}}
END

# Writers that take turns: the frame belongs to its own one, and records come in the order of their first lines.
cat >"$work/turns.log" <<'END'
[pod/cart-7d9f8b6c5d-x2x4q/server] 2026-08-07T14:31:05.100000001Z java.io.IOException: gone
[pod/ship-7d9f8b6c5d-abcde/server] 2026-08-07T14:31:05.110000001Z shipped 1
[pod/cart-7d9f8b6c5d-x2x4q/server] 2026-08-07T14:31:05.120000001Z 	at com.example.Cart.run(Cart.java:10)
[pod/ship-7d9f8b6c5d-abcde/server] 2026-08-07T14:31:05.610000001Z shipped 2
END
run records turns.log
sed 's/"severity":.*"service"/"service"/; s/"source":"[^"]*",//; s/"time":[^,]*,//' "$work/out" >"$work/short" && mv "$work/short" "$work/out"
gives "writers are kept apart" <<'END'
{"service":"cart","instance":"cart-7d9f8b6c5d-x2x4q/server","line":1,"body":"java.io.IOException: gone\n\tat com.example.Cart.run(Cart.java:10)","attributes":{"exception.type":"java.io.IOException","exception.message":"gone"}}
{"service":"ship","instance":"ship-7d9f8b6c5d-abcde/server","line":2,"body":"shipped 1","attributes":{}}
{"service":"ship","instance":"ship-7d9f8b6c5d-abcde/server","line":4,"body":"shipped 2","attributes":{}}
END

# Two programs in one stream without names: whose frame it is cannot be known, but a stranger's own line is never a part of it.
cat >"$work/mixed.log" <<'END'
2026-08-07 14:31:04,100 INFO  [main] shop.Cart - started
2026-08-07 14:31:05,100 ERROR [main] shop.Cart - failed
java.lang.IllegalStateException: boom
	at shop.Cart.add(Cart.java:12)
{"level":"info","ts":"2026-08-07T14:31:05.200Z","msg":"in JSON"}
	at shop.Cart.main(Cart.java:1)
2026-08-07 14:31:05,300 ERROR [w-2] shop.Pay - failed too
java.lang.RuntimeException: bang
2026/08/07 14:31:05 [error] 7#7: *1 of nginx
	at shop.Pay.a(Pay.java:1)
time="2026-08-07T14:31:06Z" level=info msg="in pairs"
10.0.0.1 - - [07/Aug/2026:14:31:06 +0000] "GET / HTTP/1.1" 200 5
E0807 14:31:06.123456 1 server.go:1] of klog
END
run records mixed.log
sed -E 's/.*"line":([0-9]+),"body":"(([^\\"]|\\")*).*/\1 \2/' "$work/out" >"$work/short" && mv "$work/short" "$work/out"
gives "a stranger's line is a record" <<'END'
1 INFO  [main] shop.Cart - started
2 ERROR [main] shop.Cart - failed
5 in JSON
7 ERROR [w-2] shop.Pay - failed too
9 [error] 7#7: *1 of nginx
11 in pairs
12 \"GET / HTTP/1.1\" 200 5
13 1 server.go:1] of klog
END

# Times of programs that write two, or write it far behind.
cat >"$work/alb.log" <<'END'
https 2026-08-07T14:31:09.500000Z app/shop/50dc6c495c0c9188 192.0.2.1:2817 10.0.0.1:80 0.000 4.048 0.000 200 200 0 57 "GET https://shop.example:443/ HTTP/1.1" "curl/8.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:x "Root=1-5" "shop.example" "arn:aws:y" 1 2026-08-07T14:31:05.452000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"
END
cat >"$work/cef.log" <<'END'
CEF:0|Example|Gate|1.0|544|Admin was here|1|EXcategory=System EXhost=gate with a rather long name that goes on and on EXmethod=web EXadmin=Somebody With A Long Name src=192.0.2.1 EXmodel=a model of which the name is long EXversion=1.2.3.4.5.6 EXzone=outside EXrisk=medium EXutcTime=2026-08-07T14:31:05.452Z msg=Somebody was here
END
cat >"$work/pm2.log" <<'END'
11:47:34 1|app  | 2026-08-06 11:47:33: App: POST /login (403) (1ms)
11:47:35 1|app  | 2026-08-06 11:47:34: App: POST /login (200) (1ms)
11:47:36 1|app  | no time of its own
END
cat >"$work/spelled.log" <<'END'
#033[32m[Nest] 6  - #033[39m08/06/2026, 8:47:38 PM #033[33m   WARN#033[39m no such user
\x1b[32m[Nest] 6  - \x1b[39m08/06/2026, 8:47:39 PM \x1b[33m   WARN\x1b[39m no such user
END
run records alb.log cef.log pm2.log spelled.log
sed 's/^{\("time":[^,]*\),.*\("source":[^,]*\),\("line":[^,]*\),.*/\1 \2 \3/' "$work/out" >"$work/short" && mv "$work/short" "$work/out"
gives "the time that is meant" <<'END'
"time":"2026-08-07T14:31:05.452Z" "source":"alb.log" "line":1
"time":"2026-08-07T14:31:05.452Z" "source":"cef.log" "line":1
"time":"2026-08-06T11:47:33Z" "source":"pm2.log" "line":1
"time":"2026-08-06T11:47:34Z" "source":"pm2.log" "line":2
"time":"2026-08-07T11:47:36Z" "source":"pm2.log" "line":3
"time":"2026-08-06T20:47:38Z" "source":"spelled.log" "line":1
"time":"2026-08-06T20:47:39Z" "source":"spelled.log" "line":2
END

# Caps: 2 MiB without a newline, 70 KiB of body; both are said or shown, and what follows is read.
{
    echo '2026-08-07T14:31:05Z one'
    printf '2026-08-07T14:31:06Z %s' two
    head -c 2000000 /dev/zero | tr '\0' x
    printf '\n2026-08-07T14:31:07Z three\n'
} >"$work/long.log"
run records long.log
[ "$code" -eq 0 ] && [ "$(wc -l <"$work/out")" -eq 3 ] && [ "$(wc -c <"$work/out")" -lt 67000 ]
report $? "an overlong line is one record of bounded size"
holds '"attributes":{"truncated":true}}' "what is cut is said"
holds '"line":3,"body":"three"' "the line behind an overlong one is read"

run records shop-2.log notime.log java.log
[ "$(sed 's/.*"source":"\([^"]*\)".*/\1/' "$work/out" | uniq | tr '\n' ' ')" = "java.log notime.log shop-2.log " ]
report $? "files come in the order of their names"
run records none.log shop-2.log
[ "$code" -eq 2 ] && cmp -s "$work/out" "$work/plain" && grep -q "cannot open 'none.log'" "$work/err"
report $? "a missing file does not stop the others"

# As many records as a scan counts, in every format that the generator writes.
mkdir "$work/many"
${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -o "$work/generate" tests/engine/generate.c || exit 2
"$work/generate" "$work/many" 300000 || exit 2
"$onset" formats --json "$work/many" >"$work/formats" 2>"$work/err"
for log in "$work/many"/*.log; do
    scanned=$("$onset" --json "$log" | sed -n '/"coverage"/,/}/s/^ *"records": *\([0-9]*\).*/\1/p')
    written=$("$onset" records "$log" | wc -l)
    told=$(grep -F -A 20 "\"source\": \"$log\"" "$work/formats" | sed -n 's/^ *"records": *\([0-9]*\).*/\1/p' | head -n 1)
    [ "${scanned:-0}" -gt 0 ] && [ "$written" = "$scanned" ] && [ "$told" = "$scanned" ]
    report $? "$(basename "$log"): $scanned records" "written $written, told $told"
done
"$onset" records "$work/many" 2>"$work/err" | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$work/err" ]
report $? "a closed pipe is a quiet end"

head -c 4096 /dev/urandom >"$work/random.bin"
run formats shop-2.log syslog notime.log java.log random.bin
sed 's/  */ /g' "$work/out" >"$work/short" && mv "$work/short" "$work/out"
: >"$work/err" # names the binary file
gives "formats is a table" <<'END'
FORMAT STAMPED SEQUENTIAL ZONE YEAR TIMED LINES RECORDS CONTINUED NOT READ SOURCE
plain no no written written 16.7% 6 1 5 0 java.log
plain no no - - 0.0% 2 2 0 0 notime.log
binary no no - - 0.0% 0 0 0 0 random.bin
plain yes no assumed written 50.0% 7 3 3 0 shop-2.log
syslog yes no assumed assumed 100.0% 3 3 0 0 syslog
END
run formats --json shop-2.log syslog java.log
grep -qiE 'shop\.web|timed out|eve|cron|Pay' "$work/out"
[ $? -eq 1 ] && grep -qF '"schema": "onset-formats/1"' "$work/out" && grep -qF '"zone": "assumed"' "$work/out"
report $? "formats tells no content"

[ "$failures" -eq 0 ]
