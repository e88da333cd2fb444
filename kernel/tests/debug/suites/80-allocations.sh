# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
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

counted 'loading' "$KERNEL/build/tests/debug/fail-nth" "$module"
check 'is not loaded after all of them' eventually sh -c '! grep -q "^rtmgr " /proc/modules'
expect 'and left no slab cache' 0 caches
check 'loads all the same' load || exit
check 'and answers' "$client" hello
check 'unloads in the end' eventually unload
