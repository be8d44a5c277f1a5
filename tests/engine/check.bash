# shellcheck shell=bash
# What the shell tests of the engine share; sourced. Each check prints one "ok - NAME" or "not ok - NAME" line.
# shellcheck disable=SC2034 # used by the tests
onset=${ONSET:-$PWD/build/release/onset}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failures=0
# shellcheck disable=SC2034 # used by the tests
code=0

report() { # PASSED(0|1) NAME [DETAIL]
    if [ "$1" -eq 0 ]; then
        echo "ok - $2"
        return
    fi
    echo "not ok - $2${3+: $3}"
    head -n 5 "$work/err" | cut -c1-200 | sed 's/^/# stderr: /'
    failures=$((failures + 1))
}

exits() { # CODE NAME
    [ "$code" -eq "$1" ]
    report $? "$2: exit code $1" "it is $code"
}
