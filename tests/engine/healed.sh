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
exit $((failures > 0))
