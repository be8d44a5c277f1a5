#!/usr/bin/env bash
# Three hosts, each a network namespace with an sshd of its own, and one of them dies half-way: the others are added up,
# the report names the one that is missing, and a second run completes the sum. Needs root, ip and sshd.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/engine/check.bash
root=$PWD
sshd=$(command -v sshd || ls /usr/sbin/sshd 2>/dev/null)
if [ "$(id -u)" -ne 0 ] || [ -z "$sshd" ] || ! command -v ssh-keygen >/dev/null || ! command -v unshare >/dev/null; then
    echo "ok - a fleet # SKIP needs root, sshd, ssh-keygen and unshare"
    exit 0
fi
name=onset$$
if ! ip netns add "${name}1" 2>/dev/null; then
    echo "ok - a fleet # SKIP needs network namespaces"
    exit 0
fi
ip netns del "${name}1"

listeners=()
clean_up() {
    for i in 1 2 3; do
        for pid in $(ip netns pids "$name$i" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
        ip netns del "$name$i" 2>/dev/null
    done
    ip netns del "${name}0" 2>/dev/null
    [ ! -e "$work/privsep" ] || rmdir /run/sshd 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT

# Host 0 is where the sum is made; each of the others has a link to it.
ip netns add "${name}0"
ip netns exec "${name}0" ip link set lo up
[ -d /run/sshd ] || { mkdir -p /run/sshd && : >"$work/privsep"; }
chmod 755 "$work"
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
mkdir "$work/log"
cp "$onset" "$work/onset-there"
for i in 1 2 3; do
    ip netns add "$name$i"
    ip -n "${name}0" link add "v$i" type veth peer name eth0 netns "$name$i"
    ip -n "${name}0" addr add "10.77.$i.1/24" dev "v$i"
    ip -n "${name}0" link set "v$i" up
    ip -n "$name$i" addr add "10.77.$i.2/24" dev eth0
    ip -n "$name$i" link set eth0 up
    ip -n "$name$i" link set lo up
    mkdir "$work/web$i"
    zstd -dqc "$root/corpus/redis-maxmemory/logs/shop-$i.log.zst" >"$work/web$i/shop.log"
    cat >"$work/sshd$i" <<EOF
ListenAddress 10.77.$i.2
HostKey $work/host_key
AuthorizedKeysFile $work/key.pub
StrictModes no
UsePAM no
PidFile none
PasswordAuthentication no
EOF
    # every host has its own $work/log
    ip netns exec "$name$i" unshare -m sh -c "mount --bind '$work/web$i' '$work/log' && exec '$sshd' -D -e -f '$work/sshd$i'" \
        2>"$work/sshd$i.err" &
    listeners+=($!)
done
disown -a
printf '%s\n' "# three of them" 10.77.1.2 10.77.2.2 10.77.3.2 >"$work/hosts"
ssh="ssh -F none -o BatchMode=yes -o ConnectTimeout=3 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i $work/key"
for i in 1 2 3; do
    for try in $(seq 50); do # until it listens
        # shellcheck disable=SC2086 # ssh and its options
        ip netns exec "${name}0" $ssh "10.77.$i.2" true 2>"$work/err" && break
        [ "$try" -lt 50 ] && sleep 0.1
    done
done
if [ "$try" -eq 50 ]; then
    echo "ok - a fleet # SKIP sshd does not answer here: $(head -n 1 "$work/err")"
    exit 0
fi

# On the third host onset gets half-way, and then the host is gone.
cat >"$work/onset-dying" <<EOF
#!/bin/sh
'$work/onset-there' "\$@" | head -c 3000
case "\$*" in *10.77.3.2*) : >'$work/half'; sleep 60 ;; esac
EOF
cat >"$work/onset-on-host" <<EOF
#!/bin/sh
case "\$*" in *10.77.3.2*) exec '$work/onset-dying' "\$@" ;; esac
exec '$work/onset-there' "\$@"
EOF
chmod +x "$work"/onset-*
( # the end of host 3
    for _ in $(seq 600); do
        [ -e "$work/half" ] && break
        sleep 0.1
    done
    for pid in $(ip netns pids "${name}3"); do kill -9 "$pid"; done
) &
fleet() { # ARGUMENT...
    ip netns exec "${name}0" env ONSET="$onset" ONSET_REMOTE="$work/$remote" ONSET_FLEET_SSH="$ssh" \
        "$root/src/fleet/onset-fleet" -o "$work/sum.zst" -r 2 "$@" "$work/hosts" "$work/log" >"$work/out" 2>"$work/err"
    code=$?
}
remote="onset-on-host"
fleet
wait
exits 1 "a host that dies half-way"
grep -q "'10.77.3.2' is missing after 2 tries" "$work/err" && grep -q '2 of 3 hosts are in' "$work/err"
report $? "it is named"
"$onset" --from-profile "$work/sum.zst" | tr -s '\n ' ' ' | grep -q '1 of 3 missing, nothing is known of: 10.77.3.2'
report $? "its report says so"
"$onset" merge "$work"/sum.zst.hosts/10.77.[12].2.zst --missing 10.77.3.2 -o "$work/want.zst" && cmp -s "$work/want.zst" "$work/sum.zst"
report $? "the others are added up"

# The host is back; only it is asked again.
ip netns exec "${name}3" unshare -m sh -c "mount --bind '$work/web3' '$work/log' && exec '$sshd' -D -e -f '$work/sshd3'" \
    2>>"$work/sshd3.err" &
disown -a
: >"$work/web1/shop.log" # would be seen, were it asked
sleep 0.5
remote="onset-there"
fleet -r 5
exits 0 "a host that is back"
"$onset" merge "$work/sum.zst" | grep -c '"type":"part"' | grep -qx 3
report $? "completes the sum" "$(cat "$work/err")"
[ "$("$onset" --json --from-profile "$work/sum.zst" | grep -c '"missing": \[\]')" -eq 1 ]
report $? "nothing is missing"

# The same by hand with GNU parallel, as the recipe has it.
if command -v parallel >/dev/null; then
    zstd -dqcf "$root/corpus/redis-maxmemory/logs/shop-1.log.zst" >"$work/web1/shop.log"
    mkdir "$work/by-hand"
    ip netns exec "${name}0" parallel --will-cite -j 16 --retries 3 --joblog "$work/by-hand/log" --plain \
        "$ssh -C {} $work/onset-there profile -q --host {} $work/log > $work/by-hand/{}.ndjson" :::: <(grep -v '^#' "$work/hosts") \
        </dev/null >/dev/null 2>"$work/err"
    "$onset" merge "$work"/by-hand/*.ndjson | cmp -s - <("$onset" merge "$work/sum.zst")
    report $? "GNU parallel has the same sum" "$(head -n 2 "$work/err")"
fi
[ "$failures" -eq 0 ]
