#!/usr/bin/env bash
# What templates promise on real runs: ids do not depend on other services, on order, repetition or threads; a stream of unique
# lines is bounded and named, and hides no new error.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash

make_shop() { # FIRST LAST
    awk -v from="$1" -v to="$2" 'BEGIN {
        split("kalo miren tosa veldor inqua bestu nora phigan", user, " ")
        for (i = from; i < to; i++) {
            stamp = sprintf("2026-03-01T%02d:%02d:%02dZ", i / 3600, i / 60 % 60, i % 60)
            printf "%s INFO cart of customer %s saved in %d ms\n", stamp, user[i % 8 + 1], i * 7 % 90
            printf "%s INFO disk %d state PASSED\n", stamp, i % 4
            if (i % 7 == 0) printf "%s WARN retry %d of 5 for order %d\n", stamp, i % 5, i
        }
    }'
}

# Ids and templates of service shop.
ids() { # FILE...
    "$onset" patterns "$@" 2>"$work/err" | awk '/ shop /' | sed -E 's/^([0-9a-f]{16}) .* shop +/\1 /' | sort
}

make_shop 0 600 >"$work/shop.log"
make_shop 0 600 | sed 's/INFO cart of/ERROR basket of/; s/PASSED/LOST/' >"$work/other.log"
ids "$work/shop.log" >"$work/alone"
[ "$(wc -l <"$work/alone")" -ge 3 ]
report $? "shop has its templates" "$(wc -l <"$work/alone")"
ids "$work/shop.log" "$work/other.log" >"$work/beside"
cmp -s "$work/alone" "$work/beside"
report $? "ids do not change when another service is added"
make_shop 600 900 >"$work/more" && cat "$work/shop.log" "$work/more" >"$work/all"
mv "$work/shop.log" "$work/kept" && mv "$work/all" "$work/shop.log"
ids "$work/shop.log" >"$work/longer"
cmp -s "$work/alone" "$work/longer"
report $? "ids do not change when a log goes on in the same way"
cat "$work/kept" "$work/kept" >"$work/shop.log"
ids "$work/shop.log" >"$work/twice"
cmp -s "$work/alone" "$work/twice"
report $? "ids do not change when lines come twice"
sort -R --random-source="$work/kept" "$work/kept" >"$work/shop.log"
ids "$work/shop.log" >"$work/shuffled"
cmp -s "$work/alone" "$work/shuffled"
report $? "ids do not change with the order of lines"

# Any split into profiles.
for parts in 2 5; do
    rm -rf "$work/split" && mkdir "$work/split"
    for part in $(seq "$parts"); do
        mkdir "$work/split/$part"
        awk -v part="$part" -v parts="$parts" 'int(NR * 7.3) % parts + 1 == part' "$work/kept" >"$work/split/$part/shop.log"
        (cd "$work/split/$part" && "$onset" profile -o "../$part.profile" shop.log)
    done
    "$onset" merge -o "$work/split/sum" "$work"/split/*.profile && ids "$work/split/sum" >"$work/summed"
    cmp -s "$work/alone" "$work/summed"
    report $? "ids do not change with a split into $parts profiles" "$(diff "$work/alone" "$work/summed" | head -3)"
done

# Every line of real logs fits the template that it is given: what the template says stands in it, in that order.
for log in postgresql redis pgbouncer dnsmasq haproxy shop-1 flagd rabbitmq; do
    zstd -dcq corpus/broker-alarm/logs/$log.log.zst 2>/dev/null | head -n 4000
done >"$work/real.log"
"$onset" patterns --annotate "$work/real.log" | cut -f2- | paste - "$work/real.log" | awk -F '\t' '{
    line = substr($0, length($1) + 2)
    gsub(/[ \t]+/, " ", line)
    n = split($1, piece, /<\*>/)
    for (k = 1; k <= n; k++) {
        at = index(line, piece[k])
        if (piece[k] != "" && at == 0) { print $1 " | " line; next }
        line = substr(line, at + length(piece[k]))
    }
}' >"$work/misfits"
[ "$(wc -l <"$work/real.log")" -gt 5000 ] && [ ! -s "$work/misfits" ]
report $? "real lines fit their templates" "$(head -n 2 "$work/misfits" | cut -c1-300)"

# Ids that were noted live on when a place of their template opens: for explain, and for what was accepted.
night() { # FIRST LAST
    make_shop "$1" "$2" | grep -v WARN
}
coils() { # NAME...
    local i=0 name
    for name; do
        printf '2026-03-02T00:10:%02dZ ERROR flux inverted on coil %s\n' $((i++)) "$name"
    done
}
mkdir "$work/few" "$work/many"
night 0 3000 >"$work/night.log"
{ night 0 600 | sed 's/-01T/-02T/'; coils alpha; } >"$work/few/shop.log"
{ night 0 600 | sed 's/-01T/-02T/'; coils alpha beta gamma delta kappa lambda omega; } >"$work/many/shop.log"
id() { # FOLDER
    "$onset" patterns "$1" 2>/dev/null | awk '/flux inverted/ { print $1 }'
}
few=$(id "$work/few") many=$(id "$work/many")
[ -n "$few" ] && [ -n "$many" ] && [ "$few" != "$many" ]
report $? "a place opens in these logs" "$few $many"
"$onset" explain "$few" "$work/many" >"$work/explained" 2>"$work/err" && grep -q "$many" "$work/explained"
report $? "explain finds the template by the id it had before" "$(cat "$work/err")"
if "$onset" --version | grep -qi sqlite; then
    mv "$work/night.log" "$work/shop.log"
    "$onset" learn --baseline "$work/a.db" "$work/shop.log" >"$work/out" 2>"$work/err"
    "$onset" --json --baseline "$work/a.db" "$work/many" >"$work/out" 2>"$work/err"
    grep -q 'flux inverted' "$work/out"
    report $? "an error that is not accepted is told"
    "$onset" baseline accept "$work/a.db" "$(coils alpha)" --service shop >"$work/out" 2>"$work/err"
    "$onset" --json --baseline "$work/a.db" "$work/many" >"$work/out" 2>"$work/err"
    ! grep -q '"title".*flux inverted' "$work/out" && grep -q '"verdict"' "$work/out"
    report $? "what was accepted stays so when a place of it opens" "$(grep -m1 title "$work/out")"
    row=$("$onset" baseline show "$work/a.db" --service shop | awk '/flux inverted/ { print $1 }')
    "$onset" baseline forget "$work/a.db" "$row" >"$work/out" 2>"$work/err"
    "$onset" learn --force --baseline "$work/a.db" "$work/few" >"$work/out" 2>"$work/err"
    row=$("$onset" baseline show "$work/a.db" --service shop | awk '/flux inverted/ { print $1 }')
    "$onset" baseline accept "$work/a.db" "$row" >"$work/out" 2>"$work/err"
    report $? "it is accepted by the id of its row" "$(cat "$work/err")"
    "$onset" --json --baseline "$work/a.db" "$work/many" >"$work/out" 2>"$work/err"
    ! grep -q '"title".*flux inverted' "$work/out" && grep -q '"verdict"' "$work/out"
    report $? "and stays so, too" "$(grep -m1 title "$work/out")"
fi

awk 'BEGIN {
    srand(5)
    for (i = 0; i < 45000; i++) {
        stamp = sprintf("2026-03-01T%02d:%02d:%02dZ", i / 36000, i / 600 % 60, i / 10 % 60)
        text = ""
        for (w = 0; w < 3 + i % 9; w++) {
            text = text " "
            for (k = 0; k < 4 + w % 3; k++) text = text sprintf("%c", 97 + int(rand() * 26))
        }
        print stamp " INFO query" text
        if (i >= 40000 && i % 50 == 0) print stamp " ERROR cannot open the ledger"
    }
}' >"$work/mint.log"
"$onset" "$work/mint.log" >"$work/out" 2>"$work/err"
tr -s '\n ' ' ' <"$work/out" >"$work/flat"
grep -q "mint mints patterns: its 45100 records make [0-9]* that are kept, [0-9]* of them like 'query'" "$work/flat"
report $? "a service that mints patterns is named" "$(grep -o 'mints.*' "$work/flat")"
grep -q 'cannot open the ledger' "$work/out"
report $? "its new error is not hidden"
exit "$((failures > 0))"
