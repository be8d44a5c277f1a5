# shellcheck shell=bash
# Helpers for the shell tests of the command line; sourced. Each check prints one "ok - NAME" or "not ok - NAME" line.
onset=${ONSET:?run by tests/run}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failures=0

# Run the program: output in $work/out, errors in $work/err, exit code in $code.
run() {
    "$onset" "$@" >"$work/out" 2>"$work/err"
    code=$?
}

report() { # PASSED(0|1) NAME [DETAIL]
    if [ "$1" -eq 0 ]; then
        echo "ok - $2"
    else
        echo "not ok - $2: ${3-}"
        [ -e "$work/err" ] && sed 's/^/# stderr: /' "$work/err" | head -n 20
        failures=$((failures + 1))
    fi
}

exits() { # NAME CODE: the last run ended so
    [ "$code" -eq "$2" ]
    report $? "$1" "exit code $code, not $2"
}

holds() { # NAME FILE TEXT: the file holds the text
    grep -qF -e "$3" "$work/$2"
    report $? "$1" "'$3' is not in $2"
}

lacks() { # NAME FILE TEXT
    ! grep -qF -e "$3" "$work/$2"
    report $? "$1" "'$3' is in $2"
}

# A usage error: exit code 2, nothing on stdout, one line on stderr that holds the text.
refuses() { # TEXT ARGUMENT...
    local text=$1
    shift
    run "$@" </dev/null
    [ "$code" -eq 2 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" -eq 1 ] && grep -qF -e "onset: $text" "$work/err"
    report $? "refuses: $*" "exit code $code"
}

finish() {
    [ "$failures" -eq 0 ]
    exit
}
