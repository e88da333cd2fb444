# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Datagrams that are nearly valid, from one process and from several at once.
ip link add index 3 name rtmgr3 type dummy 2> /dev/null
ip link set rtmgr3 up
check 'loads' load max_routes=20000 || exit
counted 'mutated' "$KERNEL/build/tests/debug/mutate" "${RTMGR_MUTATIONS:-200000}" 150
pids=
for i in 1 2 3; do
	"$KERNEL/build/tests/debug/mutate" 20000 20 > "$RESULTS/mutated-beside-$i.log" 2>&1 &
	pids="$pids $!"
done
"$client" storm 10 3 > "$RESULTS/storm-beside.log" 2>&1
for pid in $pids; do wait "$pid"; done
for i in 1 2 3; do
	check "mutated, beside others $i" grep -q '^5 passed' "$RESULTS/mutated-beside-$i.log"
done
check 'a request afterwards' "$client" hello
check 'unloads' eventually unload
