# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the suites of the strict bench have on top of those of the virtual machine.

[ -z "${RTMGR_MODULE:-}" ] || module=$RTMGR_MODULE

# The lines of a log (stdin) in which the kernel says that something is wrong with it. User-mode Linux has a splat of its
# own: its page fault code walks a list without RCU (force_flush_all), which is said with a trace behind it.
trouble() {
	awk '
		/WARNING: suspicious RCU usage/ { held = $0; left = 40; next }
		held != "" && /force_flush_all/ { held = ""; own = 40; next }
		held != "" && --left == 0 { print held; held = "" }
		own > 0 { own--; next }
		held == "" { print }
		END { if (held != "") print held }
	' | grep -E 'WARNING|BUG|Oops|KASAN|UBSAN|ODEBUG|DEBUG_LOCKS|possible (circular|recursive|irq)|inconsistent lock state|Invalid wait context|suspicious RCU|lock held when returning|kmemleak: unreferenced|kmemleak: .*disabled|still has objects|corruption|refcount_t|ref_tracker|unregister_netdevice: waiting|soft lockup|general protection|use-after-free|double-free|Kernel panic|segfault|hung task|blocked for more than|Unable to allocate' || true
}

# The reports of kmemleak (stdin) without one of 6.1's own: when an allocation behind it fails, sysfs_slab_add() forgets the
# name that it gave the cache's kobject, whoever asked for the cache.
not_the_kernels_own() {
	awk '
		function tell() { if (report != "" && !(report ~ /kobject_set_name_vargs/ && report ~ /sysfs_slab_add/)) printf "%s", report }
		/^unreferenced object/ { tell(); report = "kmemleak: " $0 "\n"; next }
		/^    \[/ { report = report $0 "\n" }
		END { tell() }
	'
}

# Memory that nobody points to any more. kmemleak wants objects older than five seconds, and is sure the second time.
leaks() {
	sleep 6
	echo scan > /sys/kernel/debug/kmemleak
	sleep 1
	echo scan > /sys/kernel/debug/kmemleak
	not_the_kernels_own < /sys/kernel/debug/kmemleak
	echo clear > /sys/kernel/debug/kmemleak
}
