# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Each allocation of each kind of request fails in turn, and those of loading the module.
faults() {
	local kind
	for kind in failslab fail_page_alloc; do
		# by default only allocations that may not wait fail
		echo N > "/sys/kernel/debug/$kind/ignore-gfp-wait"
		echo 0 > "/sys/kernel/debug/$kind/verbose"
	done
	echo N > /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 > /sys/kernel/debug/fail_page_alloc/min-order
}

faults
ip link add index 3 name rtmgr3 type dummy 2> /dev/null
ip link set rtmgr3 up
check 'loads' load || exit
counted 'requests' "$KERNEL/build/tests/debug/fail-nth"
check 'a request afterwards' "$client" hello
check 'unloads' eventually unload

# Loading: the n-th allocation of insmod fails. Either it loads and works, or there is nothing of it.
insert_failing() { bash -c 'echo "$1" > /proc/self/make-it-fail 2> /dev/null; echo "$1" > "/proc/self/task/$$/fail-nth"; exec "${@:2}"' - "$1" "$client" insert "$module"; }
refused=0 odd=
for ((n = 1; n <= 600; n += 1)); do
	insert_failing "$n" > /dev/null 2>&1 && { loaded && unload > /dev/null 2>&1; continue; }
	refused=$((refused + 1))
	! loaded || { odd="$odd $n"; eventually unload; }
	[ "$(caches)" = 0 ] || odd="$odd $n(cache)"
done
expect "loading fails cleanly ($refused of 600 times)" '' echo "$odd"
check 'some of them were refused' test "$refused" -gt 3
check 'loads after all of them' load || exit
check 'and answers' "$client" hello
check 'unloads in the end' eventually unload
