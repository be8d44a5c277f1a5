#!/usr/bin/env bash
# explain: all that is known of one candidate or pattern. catalogue: which rules there are, and which match a line.
# shellcheck source=tests/cli/expect.bash
. "$(dirname "$0")/expect.bash"

# Two replicas and a tool; at 14:00 the tool changes something, and one replica fails from then on.
mkdir "$work/logs"
for n in 1 2; do
    awk -v n=$n 'BEGIN {
        for (s = n; s < (n == 1 ? 7500 : 7200); s += 2)
            printf "2026-08-07T%02d:%02d:%02dZ INFO shop request served ms=%d\n", 12 + s / 3600, s / 60 % 60, s % 60, s % 37
        for (s = 7204; n == 2 && s < 7500; s += 5)
            printf "2026-08-07T%02d:%02d:%02dZ ERROR shop drawer %d is stuck\n", 12 + s / 3600, s / 60 % 60, s % 60, s
    }' >"$work/logs/shop-$n.log"
done
{
    for m in 10 20 30 40 50; do echo "2026-08-07T13:$m:00Z INFO agent checked 4 drawers"; done
    echo "2026-08-07T14:00:00Z INFO agent switched to the small key of ledger seven"
    echo "2026-08-07T14:04:50Z INFO agent checked 4 drawers"
} >"$work/logs/agent.log"

run --at 2026-08-07T14:01:00Z --json "$work/logs"
id=$(sed -n 's/.*"id": "\([0-9a-f]\{16\}\)".*/\1/p' "$work/out" | head -n 1)
template=$(sed -n 's/.*"template": "\(.*\)",$/\1/p' "$work/out" | head -n 1)

run explain 1 --at 2026-08-07T14:01:00Z "$work/logs"
exits "explain a rank" 0
holds "explain tells the id" out "$id"
holds "explain tells the template" out "$template"
holds "explain tells the rank" out "candidate 1 of"
holds "explain has what speaks for it" out "For it"
holds "explain has the sum" out "bits  in all"
cp "$work/out" "$work/first"
run explain "${id:0:8}" --at 2026-08-07T14:01:00Z "$work/logs"
cmp -s "$work/out" "$work/first"
report $? "an id, or how it begins, tells the same as its rank"

run patterns --json "$work/logs"
id_of() { # TEMPLATE
    awk -v text="$1" '/"id":/ {gsub(/[",]/, ""); id = $2} index($0, "\"template\"") && index($0, text) {print id; exit}' "$work/out"
}
stuck=$(id_of "is stuck") served=$(id_of "request served") key=$(id_of "small key")
run explain "$stuck" --at 2026-08-07T14:01:00Z "$work/logs"
holds "explain has the line and the ones around it" out " > 2026-08-07T14:00:04Z ERROR shop drawer 7204 is stuck"
holds "the line before" out "2026-08-07T13:59:58Z INFO shop request served"
holds "the line after" out "2026-08-07T14:00:09Z ERROR shop drawer 7209 is stuck"
holds "counts by minute: 12 from 14:01 on" out "14:01:00  12  "
holds "where it was" out "60 of      3659 records  $work/logs/shop-2"
holds "and where it was not" out "0 of      3750 records  $work/logs/shop-1"
holds "what else was new" out "switched to the small key"
run explain "$key" --at 2026-08-07T14:01:00Z "$work/logs"
holds "what came after it" out "+4.000 s"
run explain "$served" --at 2026-08-07T14:01:00Z "$work/logs"
exits "a pattern that is no candidate" 0
holds "what it is, then" out "known: it was there before the time that is judged"

run explain "$stuck" --json --at 2026-08-07T14:01:00Z "$work/logs"
holds "as JSON" out '"schema": "onset-explain/1"'
if command -v python3 >"$work/python" 2>&1; then
    python3 - "$work/out" <<'PY'
import json, sys
x = json.load(open(sys.argv[1]))
assert x["count"] == 60 and sum(x["minutes"]) == 60, x["count"]
assert [line["line"] for line in x["context"]] == list(range(x["first"]["line"] - 5, x["first"]["line"] + 6))
assert {s["count"] for s in x["sources"]} == {0, 60}
assert x["candidate"] and abs(sum(e["bits"] for e in x["candidate"]["evidence"]) - x["candidate"]["bits"]) < 0.1
PY
    report $? "the JSON adds up"
fi

tar -cf "$work/bundle.tar" -C "$work" logs
run explain "$stuck" --json --at 2026-08-07T14:01:00Z "$work/bundle.tar"
if grep -q "libarchive" "$work/err"; then
    echo "ok - members of an archive # skip: built without libarchive"
else
    holds "members of an archive are read again" out "drawer 7209 is stuck"
fi
gzip -c "$work/logs/shop-2.log" >"$work/shop.log.gz"
run explain 1 --at 2026-08-07T14:01:00Z "$work/shop.log.gz"
holds "compressed sources are read again" out "drawer 7209 is stuck"
run explain 1 --at 2026-08-07T14:01:00Z <"$work/logs/shop-2.log"
exits "standard input is explained" 0
holds "without the lines around" out "cannot be read again"

run explain 99 --at 2026-08-07T14:01:00Z "$work/logs"
exits "a rank that is not there" 2
holds "is told in one line" err "onset: there is no candidate 99"
run explain 0123456789abcdef "$work/logs"
exits "an id that is not there" 2
holds "is told in one line, too" err "no pattern of these logs has the id"
refuses "'onset explain' needs a rank or an id" explain

run catalogue
exits "the catalogue is listed" 0
[ "$(wc -l <"$work/out")" -gt 250 ]
report $? "a rule a line"
run catalogue 'FATAL:  sorry, too many clients already'
holds "the rule of a line" out "postgresql/too-many-clients"
[ "$(wc -l <"$work/out")" -le 4 ]
report $? "and only what matches"
run catalogue --json 'FATAL:  sorry, too many clients already'
holds "as JSON" out '"schema": "onset-catalogue/1"'
run catalogue --exit-code 'the cat sat on the mat'
exits "no rule: 1 with --exit-code" 1

# A user's rule makes a line harmless: it never ranks.
mkdir "$work/rules"
cat >"$work/rules/own.yaml" <<'YAML'
- id: shop/stuck
  layer: app
  role: benign
  pattern: 'drawer \d+ is stuck'
  title: Drawers do that
  hint: nothing
  match: ['drawer 7 is stuck']
  nomatch: ['drawer 7 is burnt']
YAML
run catalogue --patterns "$work/rules" 'drawer 12 is stuck'
holds "a user's rule is listed" out "shop/stuck"
run --json --top 20 --at 2026-08-07T14:01:00Z "$work/logs"
holds "without the rule the line ranks" out "is stuck"
run --json --top 20 --at 2026-08-07T14:01:00Z --patterns "$work/rules" "$work/logs"
lacks "with it, it does not" out "is stuck"
finish
