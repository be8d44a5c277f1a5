#!/usr/bin/env bash
# Trouble that was short and is long over is told, and is no alarm; while it may still come back, or when somebody asks, it is one.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

# A web server that answers twice a second for half an hour; from minute 20 on nothing behind it answers for 14.5 s.
awk 'BEGIN {
    for (i = 0; i < 3600; i++) {
        s = int(i / 2)
        t = sprintf("2026-08-07T14:%02d:%02d.%03dZ", s / 60, s % 60, i % 2 * 500)
        print t " INFO web: GET /cart answered in " (i * 7 % 40) " ms"
        if (s >= 1200 && s < 1215) {
            print t " ERROR web: no answer from 10.0.0.7:8080 for GET /cart"
            print t " ERROR shop: order " i " was not placed"
        }
    }
}' >"$work/web.log"

verdict() { # ARGUMENTS...
    "$onset" "$@" "$work/web.log" 2>"$work/err" | head -n 2 | tr '\n' ' '
}

said=$(verdict)
[[ $said == *"trouble of 14 s at 2026-08-07T14:20:00Z healed"* ]]
report $? "what was over ten minutes ago is told, and is no alarm" "$said"
"$onset" --exit-code "$work/web.log" >/dev/null 2>&1
report $? "... nor does it fail a runbook"
said=$(verdict --until 2026-08-07T14:22:00Z)
[[ $said == *"Something began"* ]]
report $? "it is one two minutes after it" "$said"
said=$(verdict --at 2026-08-07T14:20:30Z)
[[ $said == *"Something began"* ]]
report $? "... and when somebody asks" "$said"
said=$(verdict --at 2026-08-07T14:21:00Z)
[[ $said == *"Something began"* ]]
report $? "... and before it was over for a minute" "$said"
said=$(verdict --at 2026-08-07T14:22:30Z)
[[ $said == *"othing was wrong any more: trouble of 14 s at 2026-08-07T14:20:00Z healed; --at its time asks about it"* ]]
report $? "what had been over for two minutes when somebody noticed something is not that" "$said"
sed 's/^\(2026-08-07T14:29:5.*\) INFO web: GET.*/&\n\1 ERROR web: no answer from 10.0.0.7:8080 for GET \/cart/' "$work/web.log" >"$work/again.log"
said=$("$onset" --until 2026-08-07T14:29:00Z "$work/again.log" 2>"$work/err" | head -n 1)
[[ $said == *"trouble of "*" healed"* ]]
report $? "what comes back after --until has healed until then" "$said"
said=$("$onset" "$work/again.log" 2>"$work/err" | head -n 1)
[[ $said == *"Something began"* ]]
report $? "... and is an outage where that is known" "$said"
said=$("$onset" "$work/web.log" 2>"$work/err" | sed -n '/^How it spread/,/^$/p')
[[ $said == *"trigger "*"no answer from"*"Over: "* ]]
report $? "how it went is told" "$said"

# A rollout of three services, pod after pod, over four minutes: probes fail while pods start, and nobody else is troubled.
mkdir "$work/pods"
awk -v dir="$work/pods" 'BEGIN {
    split("web shop cart", names)
    for (i = 0; i < 3600; i++) {
        s = int(i / 2)
        t = sprintf("2026-08-07T14:%02d:%02d.%03dZ", s / 60, s % 60, i % 2 * 500)
        for (k = 1; k <= 3; k++) {
            print t " INFO " names[k] ": GET /cart answered in " (i * 7 % 40) " ms" >(dir "/" names[k] ".log")
            if (s >= 1200 && s < 1440 && (s + k) % 40 < 6 && i % 2)
                print t " WARN " names[k] ": readiness probe failed status=503" >(dir "/" names[k] ".log")
        }
    }
}'
rollout() { # ARGUMENTS...
    "$onset" "$@" "$work/pods" 2>"$work/err" | head -n 2 | tr '\n' ' '
}
said=$(rollout)
[[ $said == *"trouble of "*" healed"* ]]
report $? "probes that fail while pods start, and end by themselves, are no alarm" "$said"
sed -i 's/ WARN / INFO /' "$work/pods"/*.log
said=$(rollout --at 2026-08-07T14:25:00Z)
[[ $said == *"Nothing in the window looks like a failure"* ]]
report $? "... nor, where nothing was a warning, when somebody asks" "$said"
sed -i 's/INFO \(.*\): readiness probe failed/ERROR \1: order lost/' "$work/pods"/*.log
said=$(rollout)
[[ $said == *"Something began"* ]]
report $? "errors for as long are one" "$said"
exit $((failures > 0))
