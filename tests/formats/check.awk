# Compare what `onset records` wrote (second file) with what was expected (first file, FILE.want). Prints one line for each
# difference and exits 1 when there are any.
#
# FILE.want: lines "# key: value" (format: its name in the README; from: who wrote the lines; records: how many there are),
# then one line for each record that is looked at, its fields separated by tabs:
#
#     line    time    severity    service    instance    body
#
# time is RFC 3339 in UTC; the body need only begin so, and is all of it where "$$" stands behind. "-" is none; "?" is not looked at.

function unescape(s)
{
    gsub(/\\\\/, "\001", s)
    gsub(/\\"/, "\"", s)
    gsub(/\\t/, "\t", s)
    gsub(/\\n/, "|", s)
    gsub(/\001/, "\\", s)
    return s
}

# The value of a key of the record: a string, or a number or null as it stands. Keys come in a fixed order.
function value(record, key, next_key,    from, to)
{
    from = index(record, "\"" key "\":")
    record = substr(record, from + length(key) + 3)
    to = index(record, ",\"" next_key "\":")
    record = substr(record, 1, to - 1)
    if (record == "null" || record == "\"\"")
        return "-"
    return record ~ /^"/ ? unescape(substr(record, 2, length(record) - 2)) : record
}

function compare(what, want, got)
{
    if (want == "?" || want == got)
        return
    printf "line %s: %s is '%s', expected '%s'\n", at, what, substr(got, 1, 100), want
    bad = 1
}

BEGIN { FS = "\t" }

FNR == NR && /^# / {
    if ($0 ~ /^# records: /)
        records = substr($0, 12)
    next
}

FNR == NR {
    if (NF != 6) {
        printf "'%s' has %d fields, not 6\n", $0, NF
        bad = 1
    }
    rows[++count] = $0
    next
}

{
    seen++
    record[value($0, "line", "body")] = $0
}

END {
    at = "*"
    compare("number of records", records, seen "")
    for (i = 1; i <= count; i++) {
        split(rows[i], want, "\t")
        at = want[1]
        if (!(at in record)) {
            printf "line %s starts no record\n", at
            bad = 1
            continue
        }
        r = record[at]
        compare("time", want[2], value(r, "time", "severity"))
        compare("severity", want[3], value(r, "severity_text", "service"))
        compare("service", want[4], value(r, "service", "instance"))
        compare("instance", want[5], value(r, "instance", "source"))
        body = value(r, "body", "attributes")
        whole = want[6] ~ /\$\$$/
        if (want[6] != "?")
            compare("body", want[6], whole ? body "$$" : substr(body, 1, length(want[6])))
    }
    exit bad
}
