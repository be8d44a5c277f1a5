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
