#!/usr/bin/env bash
# A job array on a Slurm of one node that is started here: the sum of the shards is the profile of all, and a shard whose
# task failed is told. Needs root, slurmctld, slurmd and munged.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash
root=$PWD
for program in slurmctld slurmd munged sbatch; do
    if [ "$(id -u)" -ne 0 ] || ! command -v $program >/dev/null; then
        echo "ok - a job array # SKIP needs root, slurmctld, slurmd and munged"
        exit 0
    fi
done
started=()
clean_up() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT

# In namespaces of its own nothing else listens on Slurm's ports, and this host is called localhost. A second link,
# because addresses of the loopback alone do not count as a network.
if [ "${1-}" != --inside ]; then
    rm -rf "$work"
    timeout 240 unshare -n -u bash "$0" --inside 2>/dev/null
    status=$?
    [ $status -ne 124 ] || echo "not ok - a job array within four minutes"
    trap - EXIT
    exit $status
fi
hostname localhost
ip link set lo up
ip link add v0 type veth peer name v1
ip addr add 10.78.0.1/24 dev v0
ip link set v0 up
ip link set v1 up
chmod 755 "$work"
host=localhost
cpus=$(nproc)
mkdir -p "$work"/{munge,state,spool}
chmod 700 "$work/munge"
head -c 1024 /dev/urandom >"$work/munge/key"
chmod 600 "$work/munge/key"
cat >"$work/slurm.conf" <<EOF
ClusterName=onset
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SchedulerParameters=sched_interval=1
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
export SLURM_CONF=$work/slurm.conf
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" --log-file="$work/munge/log" \
    --pid-file="$work/munge/pid" --seed-file="$work/munge/seed" >"$work/munged.out" 2>&1 &
started+=($!)
for _ in $(seq 100); do [ -S "$work/munge/socket" ] && break; sleep 0.1; done
slurmctld -D -f "$SLURM_CONF" >"$work/ctld.out" 2>&1 &
started+=($!)
slurmd -D -f "$SLURM_CONF" >"$work/slurmd.out" 2>&1 &
started+=($!)
up=1
for _ in $(seq 15); do
    timeout 3 sinfo -h -o %t 2>/dev/null | grep -q idle && up=0 && break
    sleep 0.2
done
if [ $up -ne 0 ]; then
    echo "ok - a job array # SKIP Slurm does not come up here"
    exit 0
fi

mkdir "$work/case"
cp -r "$root/corpus/redis-maxmemory/logs" "$work/case/logs"
cd "$work/case" || exit 2
now=2026-12-01T00:00:00Z
slurm() {
    ONSET=$onset timeout 120 "$root/src/fleet/onset-slurm" -w -o sum.zst -a --now=$now -n 4 logs >"$work/out" 2>"$work/err"
    code=$?
}
slurm
exits 0 "a job array"
"$onset" profile --now $now logs | cmp -s - <("$onset" merge sum.zst)
report $? "the sum of the shards is the profile of all" "$(cat sum.zst.shards/*.out)"

# A shard that cannot be made.
rm sum.zst sum.zst.shards/shard-2.zst
cp sum.zst.shards/shard-2.list "$work/list"
echo logs/no-such-file >sum.zst.shards/shard-2.list
slurm
exits 1 "a shard that fails"
"$onset" sum.zst | grep -q 'missing, nothing is known of: shard-2'
report $? "is told by the report" "$(cat sum.zst.shards/sum.out)"
cp "$work/list" sum.zst.shards/shard-2.list
slurm
exits 0 "run again"
"$onset" profile --now $now logs | cmp -s - <("$onset" merge sum.zst)
report $? "the sum is complete"
[ "$failures" -eq 0 ]
