#!/usr/bin/env bash
# The recipes that cannot run here: their manifests have the shape that Kubernetes wants, and the shell in them works.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash
root=$PWD
if ! python3 -c 'import yaml' 2>/dev/null; then
    echo "ok - recipes # SKIP needs python3 with yaml"
    exit 0
fi

# Fields of batch/v1 Job, apps/v1 DaemonSet and core/v1 PodSpec as the API reference lists them; anything else is an error.
python3 - src/fleet/kubernetes-*.yaml >"$work/out" 2>"$work/err" <<'EOF'
import re, sys, yaml
NAME = re.compile(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?$')
QUANTITY = re.compile(r'[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi|Ti)?$')
bad = []
def need(ok, what): bad.append(what) if not ok else None
def only(node, allowed, where):
    for key in node: need(key in allowed, f"{where}: no field '{key}'")
def pod(spec, where, policies):
    only(spec, {'restartPolicy', 'containers', 'volumes', 'tolerations', 'terminationGracePeriodSeconds'}, where)
    need(spec.get('restartPolicy', 'Always') in policies, f'{where}: restartPolicy')
    volumes = set()
    for v in spec.get('volumes', []):
        only(v, {'name', 'persistentVolumeClaim', 'hostPath', 'emptyDir'}, f'{where} volume')
        need(NAME.match(v['name']) and len(v) == 2, f'{where}: volume')
        volumes.add(v['name'])
    for c in spec['containers']:
        only(c, {'name', 'image', 'env', 'command', 'args', 'resources', 'volumeMounts', 'securityContext'}, f'{where} container')
        need(NAME.match(c['name']) and isinstance(c['image'], str), f'{where}: name, image')
        for e in c.get('env', []):
            need(('value' in e) != ('valueFrom' in e) and isinstance(e.get('value', ''), str), f'{where}: env {e}')
        for m in c.get('volumeMounts', []):
            need(m['name'] in volumes and m['mountPath'].startswith('/'), f'{where}: mount {m}')
        for kind in c['resources'].values():
            for q in kind.values(): need(QUANTITY.match(q), f'{where}: quantity {q}')
        need(all(isinstance(a, str) for a in c['command'] + c['args']), f'{where}: command')
for path in sys.argv[1:]:
    for d in yaml.safe_load_all(open(path)):
        where = f"{path} {d['kind']}/{d['metadata']['name']}"
        only(d, {'apiVersion', 'kind', 'metadata', 'spec'}, where)
        need(NAME.match(d['metadata']['name']), where)
        spec = d['spec']
        if d['kind'] == 'Job':
            need(d['apiVersion'] == 'batch/v1', where)
            only(spec, {'completionMode', 'completions', 'parallelism', 'backoffLimitPerIndex', 'maxFailedIndexes',
                        'backoffLimit', 'template'}, where)
            need('backoffLimitPerIndex' not in spec or spec.get('completionMode') == 'Indexed', f'{where}: per index')
            pod(spec['template']['spec'], where, ('Never', 'OnFailure'))
            need('backoffLimitPerIndex' not in spec or spec['template']['spec']['restartPolicy'] == 'Never', f'{where}: policy')
        else:
            need(d['apiVersion'] == 'apps/v1' and d['kind'] == 'DaemonSet', where)
            only(spec, {'selector', 'template'}, where)
            labels = spec['template']['metadata']['labels']
            need(spec['selector']['matchLabels'].items() <= labels.items(), f'{where}: selector')
            pod(spec['template']['spec'], where, ('Always',))
for line in bad: print(line, file=sys.stderr)
sys.exit(bool(bad))
EOF
report $? "Kubernetes' manifests have its shape" "$(cat "$work/err")"

# npm install kubernetes-models js-yaml; NODE_PATH=$PWD/node_modules tests/run recipes
if node -e 'require("kubernetes-models/batch/v1"); require("js-yaml")' 2>/dev/null; then
    node tests/engine/kubernetes_schema.js src/fleet/kubernetes-*.yaml >"$work/out" 2>"$work/err"
    report $? "Kubernetes' manifests are valid by its OpenAPI schema" "$(grep -v ': valid$' "$work/out")"
    sed 's/restartPolicy: Never/restartPolicy: Sometimes/; s/completions: 64/completions: many/' src/fleet/kubernetes-job.yaml >"$work/bad.yaml"
    ! node tests/engine/kubernetes_schema.js "$work/bad.yaml" >"$work/out" && grep -q 'completions must be integer' "$work/out"
    report $? "... and one that is not is refused" "$(cat "$work/out")"
else
    echo "ok - Kubernetes' manifests by its OpenAPI schema # SKIP needs node with kubernetes-models and js-yaml in NODE_PATH"
fi

script() { # NAME: the shell of that manifest
    python3 -c 'import sys, yaml
for path in sys.argv[2:]:
    for d in yaml.safe_load_all(open(path)):
        if d["metadata"]["name"] == sys.argv[1]: print(d["spec"]["template"]["spec"]["containers"][0]["args"][0])' \
        "$1" "$root"/src/fleet/kubernetes-*.yaml
}

# The Indexed Job with folders of ours in place of the claims.
mkdir "$work/bin" "$work/profiles"
cp -r corpus/redis-maxmemory/logs "$work/archive"
ln -s "$onset" "$work/bin/onset"
PATH=$work/bin:$PATH
script onset-profile | sed "s|/profiles|$work/profiles|g; s|/archive|$work/archive|g" >"$work/share.sh"
for i in 0 1 3; do SHARES=4 JOB_COMPLETION_INDEX=$i bash "$work/share.sh" || echo "share $i failed" >>"$work/err"; done
script onset-sum | sed "s|/profiles|$work/profiles|g" >"$work/sum.sh"
SHARES=4 WAIT_MINUTES=0 bash "$work/sum.sh" 2>>"$work/err"
"$onset" "$work/profiles/sum.zst" | grep -q 'missing, nothing is known of: share-2'
report $? "the job adds up what is there and tells what is not" "$(cat "$work/err")"
SHARES=4 JOB_COMPLETION_INDEX=2 bash "$work/share.sh"
SHARES=4 WAIT_MINUTES=1 bash "$work/sum.sh"
"$onset" profile "$work/archive" | cmp -s - <("$onset" merge "$work/profiles/sum.zst")
report $? "the sum of its shares is the profile of all"

# One turn of the DaemonSet.
script onset-node | sed "s|/profiles|$work/profiles|g; s|/var/log/pods|$work/archive|g; s|sleep 600 & wait .*|exit 0|" >"$work/node.sh"
NODE=node-7 bash "$work/node.sh"
"$onset" merge "$work/profiles/node.zst" --missing node-7 --missing node-8 | grep -A1 '"type":"part","part":"node-7","missing":false' |
    grep -q '"part":"node-8","missing":true'
report $? "a node's profile is of that node"

# What tasks of Spark do, and what is done with their output: one with few paths, one with more than a command line holds,
# one with none.
script_of() { # NAME END: the script of that name in the README
    sed -n "/^with .$1. being/,/^$2/p" "$root/src/fleet/README.md" | sed -n 's/^    //p' >"$1"
    chmod +x "$1"
}
cd "$work" || exit 2
script_of onset-pipe "Paths must be"
sed -i '/hdfs dfs\|onset merge shard/d' onset-pipe
mkdir many
for i in $(seq 1200); do
    echo "2026-08-07T14:00:00Z INFO job $i began" >"many/$(printf '%0120d' "$i").log"
done
find archive -type f | sort >index
find many -type f | sort >index-many
{
    ./onset-pipe <index
    ./onset-pipe <index-many
    ./onset-pipe </dev/null
} >parts
[ "$(wc -l <parts)" -eq 2 ]
report $? "a task without paths prints nothing" "$(wc -l <parts)"
# shellcheck disable=SC2016 # split expands it
split -l 1 --filter='base64 -d > $FILE.zst' parts shard-
"$onset" profile --at '2026-08-07 14:31' archive many | cmp -s - <("$onset" merge shard-*.zst)
report $? "the tasks of Spark add up"
! echo no-such.log | ./onset-pipe >parts 2>err && [ ! -s parts ] && grep -q no-such.log err
report $? "a task that cannot read its logs fails" "$(cat err)"

# What one task of Hadoop streaming does, with a file system of its own in place of HDFS, and the job as `cat | mapper`:
# NLineInputFormat gives each task some lines of the index, each behind its offset.
cat >bin/hdfs <<'EOF'
#!/bin/bash
[ "$1 $2" = "dfs -cat" ] && shift 2 && cat "$@"
EOF
chmod +x bin/hdfs
script_of onset-task "and the sum as above"
awk '{ print NR * 40 "\t" $0 }' index >offsets
rm -f shard-*
head -n 9 offsets | ./onset-task >output
tail -n +10 offsets | ./onset-task >>output
# shellcheck disable=SC2016
split -l 1 --filter='base64 -d > $FILE.zst' output shard-
xargs -a index -d '\n' "$onset" profile | "$onset" merge - | tail -n 2 | head -n 1 >want
"$onset" merge shard-*.zst | tail -n 2 | head -n 1 >have
[ -s want ] && cmp -s want have && [ "$(wc -l <output)" -eq 2 ]
report $? "the tasks of Hadoop streaming add up" "$(diff want have)"
[ "$failures" -eq 0 ]
