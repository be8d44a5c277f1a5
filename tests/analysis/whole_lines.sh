#!/usr/bin/env bash
# Rules see what the reader leaves of a line: no stamp, no level, of JSON the message or named values. So lines as programs
# write them, with their heads, must reach the rule that knows them.
set -u
onset=${ONSET:-$PWD/build/release/onset}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failures=0

while IFS= read -r id && IFS= read -r line; do
    printf '%s\n' "$line" >"$work/one.log"
    "$onset" records "$work/one.log" >"$work/record" 2>"$work/err"
    body=$(sed -n 's/.*"body":"\(.*\)","attributes":.*/\1/p' "$work/record" | sed 's/\\"/"/g; s/\\\\/\\/g')
    found=$("$onset" catalogue "$body" | awk 'NR == 2 {print $1}')
    if [ "$found" = "$id" ]; then
        echo "ok - $id"
    else
        echo "not ok - $id: found '$found' for the message '$body'"
        failures=$((failures + 1))
    fi
done <<'LINES'
mongodb/start
{"t":{"$date":"2026-03-01T10:00:01.000+00:00"},"s":"I",  "c":"CONTROL",  "id":4615611, "ctx":"initandlisten","msg":"MongoDB starting","attr":{"pid":1,"port":27017,"dbPath":"/data/db"}}
mongodb/changed
{"t":{"$date":"2026-03-01T10:00:00.000+00:00"},"s":"I",  "c":"INDEX",    "id":20438,   "ctx":"conn812","msg":"Index build: registering","attr":{"namespace":"shop.orders"}}
mongodb/connections
{"t":{"$date":"2026-03-01T10:00:02.000+00:00"},"s":"I",  "c":"NETWORK",  "id":22943,   "ctx":"listener","msg":"Connection accepted","attr":{"remote":"10.0.0.9:41200","connectionId":4}}
mongodb/slow-query
{"t":{"$date":"2026-03-01T10:00:00.000+00:00"},"s":"I",  "c":"COMMAND",  "id":51803,   "ctx":"conn12","msg":"Slow query","attr":{"ns":"shop.orders","durationMillis":4121}}
cockroachdb/changed
{"channel_numeric":1,"channel":"OPS","timestamp":"1772359200.000000000","severity":"INFO","goroutine":812,"file":"util/log/event_log.go","line":32,"event":{"Timestamp":1772359200000000000,"EventType":"node_decommissioning","RequestingNodeID":1}}
cockroachdb/changed
I260301 10:00:00.000000 812 1@util/log/event_log.go:32 [n1] 4 ={"Timestamp":1772359200000000000,"EventType":"set_cluster_setting","Statement":"SET","User":"root"}
etcd/member
{"level":"info","ts":"2026-03-01T10:00:00.000Z","caller":"membership/cluster.go:472","msg":"removed member","cluster-id":"cdf8","removed-remote-peer-id":"8e9e"}
envoy/health-check
{"time":"2026-03-01T10:00:00.000Z","secs_since_last_action":"12","cluster_name":"cart","upstream_url":"10.0.0.7:8080","action":"EJECT","type":"CONSECUTIVE_5XX","num_ejections":1,"enforced":true,"eject_consecutive_event":{}}
temporal/dynamic-config
{"level":"info","ts":"2026-03-01T10:00:00.000Z","msg":"Update namespace succeeded","logging-call-at":"namespace_handler.go:812"}
pulsar/admin
2026-03-01T10:00:00,000+0000 [pulsar-web-41-1] INFO  org.apache.pulsar.broker.admin.impl.NamespacesBase - [admin] Successfully updated retention configuration: namespace=shop/orders, map={}
kafka/configured
[2026-03-01 10:00:00,000] INFO [QuorumController id=1] Replayed ConfigRecord for ConfigResource(type=TOPIC, name='orders') which set configuration retention.ms to 1000 (org.apache.kafka.controller.ConfigurationControlManager)
tidb/placement
[2026/03/01 10:00:00.000 +00:00] [INFO] [server.go:951] ["schedule config is updated"] [new="{}"] [old="{}"]
galera/state-transfer
2026-03-01T10:00:00.000000Z 0 [Note] [MY-000000] [Galera] Member 0.0 (node1) requested state transfer from '*any*'. Selected 1.0 (node2)(SYNCED) as donor.
cassandra/schema
INFO  [MigrationStage:1] 2026-03-01 10:00:00,000 MigrationManager.java:216 - Drop table 'shop/orders'
clickhouse/ddl
2026.03.01 10:00:00.000000 [ 812 ] {5f0c} <Debug> executeQuery: (from 10.0.0.9:41200, user: admin) (query 1, line 1) ALTER TABLE shop.orders MODIFY TTL d + INTERVAL 1 DAY (stage: Complete)
ecto/migration
10:00:00.000 [info] create index orders_user_id_index
mosquitto/reload
1772359200: Reloading config.
ontap/full
Mar  1 10:00:00 array1 [cluster1-01:wafl.vol.full:notice]: Insufficient space on volume vol1@vserver:5f0c to perform operation.
weblogic/deployed
<Mar 1, 2026, 10:00:00,000 AM UTC> <Info> <Deployer> <BEA-149059> <Module shop of application shop is transitioning from STATE_ADMIN to STATE_ACTIVE on server ms1.>
liberty/updated
[3/1/26 10:00:00:000 UTC] 00000026 com.ibm.ws.config.xml.internal.ConfigRefresher               A CWWKG0016I: Starting server configuration update.
drbd/role
Mar  1 10:00:00 db1 kernel: [812.123456] drbd r0: role( Secondary -> Primary ) [peer-request]
gluster/command
[2026-03-01 10:00:00.000000 +0000]  : volume set shop performance.cache-size 1GB : SUCCESS
couchbase/rebalance
[ns_server:info,2026-03-01T10:00:00.000Z,ns_1@10.0.0.4:<0.812.0>:ns_orchestrator:812]Starting rebalance, KeepNodes = ['ns_1@10.0.0.4'], EjectNodes = [], Failed over and being ejected nodes = []
airflow/dag-changed
[2026-03-01T10:00:00.000+0000] {scheduler_job_runner.py:812} INFO - DAG orders is missing and will be deactivated.
slurm/changed
[2026-03-01T10:00:00.000] update_node: node node3 state set to DOWN
postgresql/statement
2026-03-01 10:00:00.123 UTC [812] app@shop LOG:  statement: DROP ROLE app
mysql/stuck
2026-03-01 10:00:00 12 [Note] InnoDB: A long wait (300 seconds) was observed for dict_sys.latch
redis/slow-script
812:M 01 Mar 2026 10:00:00.123 # Lua slow script detected: still in execution after 5000 milliseconds. You can try killing the script using the SCRIPT KILL command. Script name is: abc.
rabbitmq/object-changed
2026-03-01 10:00:00.123456+00:00 [info] <0.812.0> Asked to delete user 'app'
corosync/token-lost
Mar  1 10:00:00 web1 corosync[812]:   [TOTEM ] Token has not been received in 2250 ms
bind/zone-stuck
01-Mar-2026 10:00:00.123 zone example.org/IN: journal rollforward failed: journal out of sync with zone
kafka/topic-changed
[2026-03-01 10:00:00,000] INFO Deletion of topic orders successfully completed (kafka.controller.TopicDeletionManager)
argocd/operation
time="2026-03-01T10:00:00Z" level=info msg="Updating operation state. phase: Running -> Succeeded, message: '' -> 'successfully synced (all tasks run)'" application=argocd/shop
supervisor/state
2026-03-01 10:00:00,123 INFO spawned: 'web' with pid 812
gcp/audit-changed
{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"run.googleapis.com","methodName":"google.cloud.run.v2.Services.UpdateService","resourceName":"x"},"timestamp":"2026-03-01T10:00:00Z","severity":"NOTICE"}
azure/acted
{"time":"2026-03-01T10:00:00Z","resourceId":"/SUBSCRIPTIONS/1","operationName":"Microsoft.Web/sites/slots/slotsswap/action","category":"Administrative","resultType":"Success"}
vault/audit-changed
{"time":"2026-03-01T10:00:00Z","type":"request","auth":{"display_name":"root"},"request":{"id":"1a","operation":"update","mount_type":"system","path":"sys/policies/acl/app"}}
LINES

[ "$failures" -eq 0 ]
