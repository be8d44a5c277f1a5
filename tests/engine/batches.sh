#!/usr/bin/env bash
# JSON that is not one record a line: OTLP and CloudWatch batches, arrays, objects over several lines. The first is the
# example of the OpenTelemetry protocol's repository (examples/logs.json), the others are laid out as the documentation
# of each says.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/engine/check.bash
. tests/engine/check.bash

records() { # FILE: "time severity service body" of its records
    (cd "$work" && "$onset" records --tz UTC "$@" 2>"$work/err") |
        sed 's/^{"time":"*\([^",]*\)"*,"severity":\([0-9]*\),.*"service":"\([^"]*\)".*"body":"\(.*\)","attributes".*/\1 \2 \3 \4/' >"$work/out"
}

gives() { # NAME: the records are standard input
    cat >"$work/want"
    cmp -s "$work/want" "$work/out" && [ ! -s "$work/err" ]
    report $? "$1" "$(diff "$work/want" "$work/out" | head -n 4 | cut -c1-200)"
}

cat >"$work/otlp.json" <<'END'
{
  "resourceLogs": [
    {
      "resource": {
        "attributes": [
          {
            "key": "service.name",
            "value": {
              "stringValue": "my-service"
            }
          }
        ]
      },
      "scopeLogs": [
        {
          "scope": {
            "name": "my.library",
            "version": "1.0.0",
            "attributes": [
              {
                "key": "my.scope.attribute",
                "value": {
                  "stringValue": "some scope attribute"
                }
              }
            ]
          },
          "logRecords": [
            {
              "timeUnixNano": "1544712660300000000",
              "observedTimeUnixNano": "1544712660300000000",
              "severityNumber": 10,
              "severityText": "Information",
              "traceId": "5B8EFFF798038103D269B633813FC60C",
              "spanId": "EEE19B7EC3C1B174",
              "body": {
                "stringValue": "Example log record"
              },
              "attributes": [
                {
                  "key": "string.attribute",
                  "value": {
                    "stringValue": "some string"
                  }
                },
                {
                  "key": "array.attribute",
                  "value": {
                    "arrayValue": {
                      "values": [
                        {
                          "stringValue": "many"
                        },
                        {
                          "stringValue": "values"
                        }
                      ]
                    }
                  }
                },
                {
                  "key": "map.attribute",
                  "value": {
                    "kvlistValue": {
                      "values": [
                        {
                          "key": "some.map.key",
                          "value": {
                            "stringValue": "some value"
                          }
                        }
                      ]
                    }
                  }
                }
              ]
            }
          ]
        }
      ]
    }
  ]
}
END
records otlp.json
gives "OTLP, as the protocol shows it" <<'END'
2018-12-13T14:51:00.300Z 10 my-service Example log record
END

# As a collector writes it: a line of batches, of several services and scopes.
record() { # NANOSECONDS SEVERITY BODY
    printf '{"timeUnixNano":"178611306%s","severityNumber":%s,"body":%s,"traceId":"","spanId":""}' "$1" "$2" "$3"
}
service() {
    printf '{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"h"}},{"key":"service.name","value":{"stringValue":"%s"}}]},' "$1"
}
{
    printf '{"resourceLogs":[%s"scopeLogs":[{"scope":{},"logRecords":[' "$(service cart)"
    printf '%s,%s]},{"scope":{"name":"x"},"logRecords":[' "$(record 5000000001 9 '{"stringValue":"one \"quoted\""}')" "$(record 5000000002 17 '{"stringValue":"two, [three] {four}"}')"
    printf '%s],"schemaUrl":""}]},' "$(record 5000000003 13 '{"kvlistValue":{"values":[{"key":"message","value":{"stringValue":"in a list"}},{"key":"n","value":{"intValue":"5"}}]}}')"
    printf '%s"scopeLogs":[{"logRecords":[%s]}],"schemaUrl":"y"}]}\n' "$(service pay)" "$(record 5000000004 21 '{"stringValue":"five"}')"
    printf '{"resourceLogs":[]}\n{"resourceLogs":[%s"scopeLogs":[{"scope":{},"logRecords":[%s]}]}]}\n' "$(service cart)" "$(record 5000000005 5 '{"stringValue":"six"}')"
} >"$work/collector.json"
cat >"$work/six" <<'END'
2026-08-07T14:31:05.000000001Z 9 cart one \"quoted\"
2026-08-07T14:31:05.000000002Z 17 cart two, [three] {four}
2026-08-07T14:31:05.000000003Z 13 cart in a list
2026-08-07T14:31:05.000000004Z 21 pay five
2026-08-07T14:31:05.000000005Z 5 cart six
END
records collector.json
gives "OTLP, a batch a line" <"$work/six"
gzip -kc "$work/collector.json" >"$work/collector.json.gz"
records collector.json.gz
gives "OTLP, compressed" <"$work/six"
# shellcheck disable=SC2002
cat "$work/collector.json" | records -
gives "OTLP, through a pipe" <"$work/six"
while IFS= read -r -n 1 -d '' byte; do printf '%s' "$byte"; done <"$work/collector.json" | records -
gives "OTLP, byte by byte" <"$work/six"

# A batch is longer than a line may be.
{
    printf '{"resourceLogs":[%s"scopeLogs":[{"scope":{},"logRecords":[' "$(service cart)"
    for ((i = 1000; i < 3000; i++)); do
        record "500000$i" 9 "{\"stringValue\":\"item $i is fine, and so are all of the others that came before it in this long batch\"}"
        [ $i -eq 2999 ] || printf ','
    done
    printf ']}]}]}\n'
} >"$work/large.json"
records large.json
[ "$(wc -c <"$work/large.json")" -gt 300000 ] && [ "$(wc -l <"$work/out")" -eq 2000 ] && ! grep -qv ' 9 cart item ' "$work/out"
report $? "OTLP, 2,000 records in a line of more than 256 KiB" "$(wc -l <"$work/out") records"

# shellcheck disable=SC2016
printf '%s' '{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/shop","logStream":"2026/08/07/[$LATEST]abc","subscriptionFilters":["all"],"logEvents":[{"id":"1","timestamp":1786113065123,"message":"{\"level\":\"ERROR\",\"message\":\"no such cart\"}"},{"id":"2","timestamp":1786113066000,"message":"REPORT RequestId: 1 Duration: 3 ms"}]}' >"$work/cloudwatch.json"
records cloudwatch.json
gives "CloudWatch, as a subscription gets it" <<'END'
2026-08-07T14:31:05.123Z 17 shop no such cart
2026-08-07T14:31:06Z 0 shop REPORT RequestId: 1 Duration: 3 ms
END

printf '{"logs":[{"ts":"2026-08-07T14:31:05Z","level":"error","msg":"one"},{"ts":"2026-08-07T14:31:06Z","level":"info","msg":"two"}],"next":"a"}\n' >"$work/hosted.json"
records hosted.json
gives "the answer of a hosted service" <<'END'
2026-08-07T14:31:05Z 17 hosted one
2026-08-07T14:31:06Z 9 hosted two
END

cat >"$work/array.json" <<'END'
[
  {"time": "2026-08-07T14:31:05Z", "level": "error", "service": "a", "msg": "one"},
  {
    "time": "2026-08-07T14:31:06Z",
    "level": "info",
    "service": "b",
    "msg": "two",
    "more": [1, {"x": [2]}]
  },

  {"time": "2026-08-07T14:31:07Z", "level": "warn", "service": "c", "msg": "three"}
]
END
cat >"$work/three" <<'END'
2026-08-07T14:31:05Z 17 a one
2026-08-07T14:31:06Z 9 b two
2026-08-07T14:31:07Z 13 c three
END
records array.json
gives "an array" <"$work/three"
tr -d '\n' <"$work/array.json" >"$work/array1.json"
records array1.json
gives "an array in one line" <"$work/three"
# shellcheck disable=SC2016
sed '1d; $d; s/^  //; s/},$/}/' "$work/array.json" | sed '1{h;d}; $G' >"$work/objects.json"
records objects.json
gives "objects over several lines" <<'END'
2026-08-07T14:31:06Z 9 b two
2026-08-07T14:31:07Z 13 c three
2026-08-07T14:31:05Z 17 a one
END

# Answers of servers: each hit is a record.
printf '%s\n' '{"took":5,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"total":{"value":2,"relation":"eq"},"max_score":1.0,"hits":[{"_index":"logs-1","_id":"a","_score":1.0,"_source":{"@timestamp":"2026-08-07T14:31:05.123Z","log.level":"error","message":"no such cart","service":{"name":"cart"}}},{"_index":"logs-1","_id":"b","_score":1.0,"_source":{"@timestamp":"2026-08-07T14:31:06.000Z","log.level":"info","message":"cart opened","service":{"name":"cart"}}}]}}' >"$work/search.json"
cat >"$work/hits" <<'END'
2026-08-07T14:31:05.123Z 17 cart no such cart
2026-08-07T14:31:06Z 9 cart cart opened
END
records search.json
gives "an answer of Elasticsearch" <"$work/hits"
python3 -m json.tool "$work/search.json" >"$work/pretty.json"
records pretty.json
gives "an answer of Elasticsearch, printed over lines" <"$work/hits"
printf '%s\n' '{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"cart","level":"error"},"values":[["1786113065123456789","no such cart"],["1786113066000000000","out of \"carts\", [all] gone"]]},{"stream":{"app":"pay"},"values":[["1786113067000000000","level=info msg=paid",{"trace_id":"a1"}]]}],"stats":{"summary":{"bytesProcessedPerSecond":1}}}}' >"$work/loki.json"
records loki.json
gives "an answer of Loki" <<'END'
2026-08-07T14:31:05.123456789Z 17 cart no such cart
2026-08-07T14:31:06Z 17 cart out of \"carts\", [all] gone
2026-08-07T14:31:07Z 9 pay level=info msg=paid
END
cat >"$work/filtered.json" <<'END'
{
    "events": [
        {
            "logStreamName": "web/1",
            "timestamp": 1786113065123,
            "message": "2026-08-07T14:31:05Z ERROR no such cart",
            "ingestionTime": 1786113065200,
            "eventId": "1"
        },
        {
            "logStreamName": "web/1",
            "timestamp": 1786113066000,
            "message": "cart opened",
            "ingestionTime": 1786113066200,
            "eventId": "2"
        }
    ],
    "searchedLogStreams": []
}
END
records filtered.json
sed -i 's/ 17 [^ ]* / 17 - /; s/ 0 [^ ]* / 0 - /' "$work/out"
gives "CloudWatch, as filter-log-events answers" <<'END'
2026-08-07T14:31:05.123Z 17 - ERROR no such cart
2026-08-07T14:31:06Z 0 - cart opened
END
(cd "$work" && "$onset" records filtered.json pretty.json) | grep -o '"line":[0-9]*' | tr '\n' ' ' >"$work/out"
starts=$(cd "$work" && { grep -n '^        {$' filtered.json; grep -n '^            {$' pretty.json; } | sed 's/^\([0-9]*\):.*/"line":\1/' | tr '\n' ' ')
[ "$(cat "$work/out")" = "$starts" ]
report $? "records stand on the lines where they begin" "$(cat "$work/out"), expected $starts"
printf '%s\n' '{' '  "time": "2026-08-07T14:31:05Z",' '  "msg": "one"' '}' '' '2026-08-07T14:31:06Z text' '' '2026-08-07T14:31:07Z more' >"$work/behind.json"
(cd "$work" && "$onset" records behind.json) | grep -o '"line":[0-9]*' | tr '\n' ' ' >"$work/out"
[ "$(cat "$work/out")" = '"line":1 "line":6 "line":8 ' ]
report $? "text behind an object keeps its lines" "$(cat "$work/out")"

# What is no JSON stays, and what is broken is told.
{ cat "$work/objects.json"; printf '%s\n' '[2026-08-07 14:31:08] plain text' 'and more {of "it' '{"time":"2026-08-07T14:31:09Z","msg":"four"}'; } >"$work/mixed.json"
records mixed.json
[ "$(wc -l <"$work/out")" -eq 5 ] && grep -q 'plain text\\nand more {of \\"it$' "$work/out" && grep -q ' four$' "$work/out"
report $? "text between objects" "$(cut -c1-200 "$work/out" | tail -n 3)"
head -c 330 "$work/collector.json" >"$work/cut.json"
"$onset" --json "$work/cut.json" >"$work/out" 2>"$work/err"
grep -q '"broken": 1,' "$work/out" && grep -q '"lines": 2,' "$work/out"
report $? "a batch that is cut off amid its second record"
printf '{\n"a":"%s' "$(head -c 3000000 /dev/zero | tr '\0' x)" >"$work/endless.json"
"$onset" --json "$work/endless.json" >"$work/out" 2>"$work/err"
grep -q '"broken": 1,' "$work/out" && grep -q '"overlong": 1,' "$work/out"
report $? "an object without end"
printf '{\n"a":%s' "$(head -c 300000 /dev/zero | tr '\0' '[')" >"$work/deep.json"
"$onset" --json "$work/deep.json" >"$work/out" 2>"$work/err"
grep -q '"broken": 1,' "$work/out"
report $? "brackets without end"

# kubectl get events -o json: items behind the version of the API, nowhere else.
cat >"$work/events.json" <<'END'
{
    "apiVersion": "v1",
    "items": [
        {
            "apiVersion": "v1",
            "count": 3,
            "eventTime": null,
            "firstTimestamp": "2026-08-07T14:31:05Z",
            "involvedObject": {
                "kind": "Pod",
                "name": "web-7c9d8bf5c-l546l",
                "namespace": "shop"
            },
            "kind": "Event",
            "lastTimestamp": "2026-08-07T14:32:05Z",
            "message": "Back-off restarting failed container web",
            "reason": "BackOff",
            "type": "Warning"
        },
        {
            "apiVersion": "v1",
            "firstTimestamp": "2026-08-07T14:31:06Z",
            "involvedObject": {
                "kind": "Deployment",
                "name": "web"
            },
            "kind": "Event",
            "lastTimestamp": "2026-08-07T14:31:06Z",
            "message": "Scaled down replica set web-7c9d8bf5c to 0 from 2",
            "reason": "ScalingReplicaSet",
            "type": "Normal"
        }
    ],
    "kind": "List"
}
END
records events.json
gives "a list of kubectl" <<'END'
2026-08-07T14:32:05Z 13 events Back-off restarting failed container web
2026-08-07T14:31:06Z 9 events Scaled down replica set web-7c9d8bf5c to 0 from 2
END

# One record a line is left alone.
printf '%s\n' '{"time":"2026-08-07T14:31:09Z","msg":"four","events":[{"n":1},{"n":2}]}' '{"time":"2026-08-07T14:31:09Z","events":1,"records":[{"n":1}]}' '{"time":"2026-08-07T14:31:09Z","items":[{"n":1},{"n":2}]}' >"$work/plain.json"
records plain.json
[ "$(wc -l <"$work/out")" -eq 3 ]
report $? "arrays within a record stay there"

[ "$failures" -eq 0 ]
