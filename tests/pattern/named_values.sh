#!/usr/bin/env bash
# JSON and logfmt: patterns by message and by the values that are names (status, state, exit code ...); the order of keys does
# not matter; a record without a message goes by its keys.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash

# Two lines on standard input: are they one pattern?
same() { # yes|no NAME
    local ids answer=no
    cat >"$work/two.log"
    ids=$("$onset" patterns --annotate "$work/two.log" 2>"$work/err" | cut -f1 | sort -u | wc -l)
    [ "$ids" -eq 1 ] && answer=yes
    [ "$answer" = "$1" ]
    report $? "$2" "one pattern: $answer, not $1"
}

same no 'JSON: another status is another pattern' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","msg":"request done","status":200,"ms":12}
{"time":"2026-03-01T00:00:01Z","level":"info","msg":"request done","status":503,"ms":15}
END
same yes 'JSON: the order of keys does not matter' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","msg":"job ended","state":"DONE","exit_code":3,"ms":12}
{"exit_code":3,"ms":7,"msg":"job ended","level":"info","state":"DONE","time":"2026-03-01T00:00:01Z"}
END
same no 'JSON: another state is another pattern' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","msg":"disk checked","state":"PASSED","disk":3}
{"time":"2026-03-01T00:00:01Z","level":"info","msg":"disk checked","state":"FAILED","disk":4}
END
same no 'JSON: another result, a boolean, is another pattern' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","msg":"probe","healthy":true}
{"time":"2026-03-01T00:00:01Z","level":"info","msg":"probe","healthy":false}
END
same no 'JSON: a status inside an object' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","msg":"call ended","http":{"path":"/a","status":200}}
{"time":"2026-03-01T00:00:01Z","level":"info","msg":"call ended","http":{"path":"/a","status":503}}
END
same yes 'JSON: other values are none' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","msg":"cart saved","user":"kalo","ms":12}
{"time":"2026-03-01T00:00:01Z","level":"info","msg":"cart saved","user":"miren","ms":8}
END
same yes 'JSON without a message: by its keys, in any order' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","path":"/a","took":12,"bytes":7}
{"bytes":9,"time":"2026-03-01T00:00:00Z","path":"/b/c","level":"info","took":3}
END
same no 'JSON without a message: another key is another pattern' <<'END'
{"time":"2026-03-01T00:00:00Z","level":"info","path":"/a","took":12,"bytes":7}
{"time":"2026-03-01T00:00:00Z","level":"info","path":"/a","took":12,"lost":7}
END
same no 'logfmt: another status is another pattern' <<'END'
time=2026-03-01T00:00:00Z level=info msg="request done" status=200 ms=4
time=2026-03-01T00:00:01Z level=info msg="request done" status=503 ms=4
END
same yes 'logfmt: the order of keys does not matter' <<'END'
time=2026-03-01T00:00:00Z level=info msg="job ended" state=DONE exit_code=3
exit_code=3 msg="job ended" time=2026-03-01T00:00:01Z state=DONE level=info
END
same yes 'logfmt without a message: in any order' <<'END'
time=2026-03-01T00:00:00Z level=info check=db state=PASSED took=3
took=4 state=PASSED time=2026-03-01T00:00:01Z check=db level=info
END
same no 'logfmt without a message: another state is another pattern' <<'END'
time=2026-03-01T00:00:00Z level=info check=db state=PASSED took=3
time=2026-03-01T00:00:01Z level=info check=db state=FAILED took=3
END
exit "$((failures > 0))"
