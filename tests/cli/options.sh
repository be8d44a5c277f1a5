#!/usr/bin/env bash
# The words of the command line: what is refused and how, and what is made from the option table.
# shellcheck source=tests/cli/expect.bash
. "$(dirname "$0")/expect.bash"
echo 'one line' >"$work/a.log"

refuses "unknown option '--formt', did you mean '--format'?" --formt json
refuses "unknown option '--exit', did you mean '--exit-code'?" --exit
refuses "unknown option '--baselien', did you mean '--baseline'?" --baselien=x
refuses "unknown option '--zzzz', see 'onset --help'" --zzzz
refuses "unknown option '-x', see 'onset --help'" -qx
refuses "option '--top' needs a value" --top
refuses "option '-n' needs a value" -en
refuses "option '--json' takes no value" --json=1
refuses "empty value for '--label'" --label=
refuses "'xml' is not one of text|json for '--format'" --format xml
refuses "'tex' is not one of text|json for '--format'" --format=tex
refuses "'-1' is not a number from 0 to 1000 for '--top'" --top=-1
refuses "'5x' is not a number" --top 5x
refuses "'99999' is not a number from 0 to 1024 for '--threads'" -j99999
refuses "'10x' is not a time like 30s, 10m or 2h for '--for'" -f --for 10x
refuses "'-5m' is not a time" -f --learn=-5m
refuses "'--for' is for 'onset follow'" --for 10m
refuses "'onset follow' judges what comes" follow --at now
refuses "'4Q' is not a size" --chunk-bytes 4Q
refuses "'0' is not a size" --chunk-bytes 0
refuses "'--at' and '--since' exclude each other" --since=-1h --at=-1h
refuses "'--at' and '--until' exclude each other" --at now --until now
refuses "'--since' is not before '--until'" --since=-1h --until=-2h
refuses "standard input ('-') is named more than once" - -
refuses "standard input ('-') is named more than once" --baseline - -
refuses "empty file name" ""
refuses "cannot open '--json'" -- --json
refuses "cannot open '$work/none.log'" "$work/none.log"
refuses "cannot open '$work/none.log'" scan "$work/none.log"
refuses "cannot open '$work/none'" --baseline "$work/none" "$work/a.log"

run --at "half past nine" "$work/a.log"
exits "a bad time is refused" 2
holds "a bad time is named" err "half past nine"
holds "a bad time names its option" err "'--at'"
run --tz Mars/Phobos "$work/a.log"
exits "a bad zone is refused" 2
holds "a bad zone is named" err "Mars/Phobos"
run "$(printf 'bad\033[31m.log')"
lacks "an error passes no escape on" err "$(printf '\033')"

# Every way to write an option means the same.
for words in "--format json" "--format=json" "--json" "-q --json" "-qe --format text --json" "--top 3 --json" \
    "--top=3 --json" "-n3 --json" "-n 3 --json" "-en 3 --json" "scan --json" "--json scan"; do
    # shellcheck disable=SC2086
    if [ "$words" = "--json scan" ]; then
        (cd "$work" && cp a.log scan && "$onset" $words >out 2>err </dev/null)
    else
        run $words "$work/a.log"
    fi
    [ "$(head -c1 "$work/out")" = "{" ]
    report $? "understands: $words" "no JSON"
done

run -h
exits "short help" 0
holds "short help shows usage" out "Usage: onset"
run --help --nonsense
exits "help wins over what follows" 0
holds "help tells the exit codes" out "Exit codes:"
[ "$(awk '{ if (length($0) > 80 && $0 !~ /\| onset|--baseline/) n++ } END { print n + 0 }' "$work/out")" -eq 0 ]
report $? "help fits 80 columns"
run --version
exits "version" 0
holds "version has a number" out "onset 0."
LD_TRACE_LOADED_OBJECTS=1 run
lacks "libraries of rare inputs are not loaded at the start" out "libarchive"

# The table: its visible options are in help, man page, completions and README; the hidden ones are not.
table=$(dirname "$0")/../../src/cli/options.def
run --man
mv "$work/out" "$work/man"
run --help
mv "$work/out" "$work/help"
for shell in bash zsh fish; do
    run --completions "$shell"
    exits "completions for $shell" 0
    mv "$work/out" "$work/$shell"
done
cp "$(dirname "$0")/../../README.md" "$work/readme"
visible=$(tr '\n' ' ' <"$table" | grep -oE 'OPTION\([A-Z_]+, [^,]+, "[a-z-]+", [^,]+, [^,]+, true' |
    sed 's/^OPTION([A-Z_]*, [^,]*, "\([a-z-]*\)".*/\1/')
hidden=$(tr '\n' ' ' <"$table" | grep -oE 'OPTION\([A-Z_]+, [^,]+, "[a-z-]+", [^,]+, [^,]+, false' |
    sed 's/^OPTION([A-Z_]*, [^,]*, "\([a-z-]*\)".*/\1/')
[ "$(echo "$visible" | wc -l)" -gt 15 ] && [ "$(echo "$hidden" | wc -l)" -eq 2 ]
report $? "the table can be read"
for name in $visible; do
    missing=
    for file in help bash zsh readme; do
        grep -qE -e "--$name([^a-z-]|$)" "$work/$file" || missing="$missing $file"
    done
    grep -qE -e "-l $name " "$work/fish" || missing="$missing fish"
    grep -qF -e "\\-\\-${name//-/\\-}" "$work/man" || missing="$missing man"
    [ -z "$missing" ]
    report $? "--$name is everywhere" "not in$missing"
done
for name in $hidden; do
    lacks "--$name is hidden" help "--$name"
done
bash -n "$work/bash"
report $? "the bash completions are bash"
words=$(bash -c '. "$1"; COMP_WORDS=(onset --format ""); COMP_CWORD=2; _onset; echo "${COMPREPLY[*]}"' - "$work/bash")
[ "$words" = "text json" ]
report $? "bash completes values" "'$words'"
words=$(bash -c '. "$1"; COMP_WORDS=(onset --exit-c); COMP_CWORD=1; _onset; echo "${COMPREPLY[*]}"' - "$work/bash")
[ "$words" = "--exit-code" ]
report $? "bash completes options" "'$words'"
finish
