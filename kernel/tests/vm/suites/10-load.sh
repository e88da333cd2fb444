# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The module comes and goes, with what it says of itself.
objcopy -O binary --only-section=.modinfo "$module" /run/modinfo
modinfo() { tr '\0' '\n' < /run/modinfo | sed -n "s/^$1=//p" | sort; }
release_of() { sed -n 's/^#define RTMGR_RELEASE[^"]*"\(.*\)"$/\1/p' "$KERNEL/message/net.h"; }
sys() { cat "/sys/module/rtmgr/$1"; }

expect 'modinfo: licence' GPL modinfo license
expect 'modinfo: version' "$(release_of)" modinfo version
expect 'modinfo: author' 'Routelens developers' modinfo author
expect 'modinfo: no alias: no socket loads it unasked' '' modinfo alias
check 'modinfo: description' test -n "$(modinfo description)"
check 'modinfo: source version' test -n "$(modinfo srcversion)"
expect 'modinfo: parameters' $'max_routes:uint\nowner:uint' modinfo parmtype

modules_before=$(cut -d' ' -f1 /proc/modules | sort)
expect 'before: no socket of its protocol' EPROTONOSUPPORT "$client" hello
check 'loads' load || exit
expect 'is live in /proc/modules, used by nobody' 'rtmgr 0 Live' \
	sh -c "awk '\$1 == \"rtmgr\" { print \$1, \$3, \$5 }' /proc/modules"
expect 'its version in /sys' "$(release_of)" sys version
expect 'its source version in /sys' "$(modinfo srcversion)" sys srcversion
expect 'owner is nobody by default' 4294967295 sys parameters/owner
expect 'max_routes by default' 4194304 sys parameters/max_routes
check 'parameters cannot be written' test "$(stat -c %a /sys/module/rtmgr/parameters/owner)" = 444
expect 'answers HELLO' "good day" sh -c "'$client' hello | sed -n 's/^text //p'"
expect 'HELLO tells its release' "$(release_of)" sh -c "'$client' hello | sed -n 's/^release //p'"
expect 'root may write' 1 sh -c "'$client' hello | sed -n 's/^writable //p'"
expect 'a second load is refused' EEXIST load
check 'has slab caches' test "$(caches)" -gt 0
check 'says so in the log' sh -c 'dmesg | tail -n 5 | grep "rtmgr: .*protocol 31"'
check 'a route' "$client" add 1
expect 'and its dump' 1 "$client" dump
check 'unloads with a route in it' unload
expect 'no slab cache is left' 0 caches
expect 'no socket of its protocol afterwards' EPROTONOSUPPORT "$client" hello
expect '/proc/modules is as before' "$modules_before" sh -c "cut -d' ' -f1 /proc/modules | sort"

check 'loads with parameters' load owner=65534 max_routes=10 || exit
expect 'owner as given' 65534 sys parameters/owner
expect 'max_routes as given' 10 sys parameters/max_routes
check 'ten routes' "$client" load 10
expect 'and no eleventh' ENOSPC "$client" add 10
check 'one less' "$client" delete 3
check 'one more' "$client" add 10
check 'unloads again' unload
expect 'a parameter that is no number is refused' EINVAL load max_routes=many

again() {
	local i
	for ((i = 0; i < 50; i++)); do
		load && "$client" hello > /dev/null && "$client" load 20 2> /dev/null && unload || return 1
	done
}
check 'loads and unloads 50 times' again
expect 'no slab cache is left after 50 times' 0 caches
