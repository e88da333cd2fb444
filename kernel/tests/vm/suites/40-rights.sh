# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Who may do what.
as() { setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"; }

check 'loads without an owner' load || exit
check 'root writes' "$client" add 1
expect 'a user may not add' EPERM as 65534 "$client" add 2
expect 'nor delete' EPERM as 65534 "$client" delete 1
expect 'nor flush' EPERM as 65534 "$client" flush
expect 'but dump' 1 as 65534 "$client" dump
check 'and greet' as 65534 "$client" hello
expect 'and is told so' 0 sh -c "setpriv --reuid 65534 --clear-groups '$client' hello | sed -n 's/^writable //p'"
expect 'with its user id' 65534 sh -c "setpriv --reuid 65534 --clear-groups '$client' hello | sed -n 's/^uid //p'"
check 'and read statistics' as 65534 "$client" stats
check 'and listen to IPv4 changes' as 65534 "$client" join 7
check 'and to IPv6 changes' as 65534 "$client" join 11
check 'also by bind(2)' as 65534 "$client" bind 7
expect 'but not to the mirror' EPERM as 65534 "$client" join 30
expect 'nor by bind(2)' EPERM as 65534 "$client" bind 30
check 'root listens to the mirror' "$client" join 30
check 'also by bind(2)' "$client" bind 30
expect 'without CAP_NET_ADMIN root may not write' EPERM setpriv --bounding-set -net_admin --inh-caps -net_admin "$client" add 3
expect 'root of a user namespace may not write outside of it' EPERM \
	as 65534 unshare -Ur "$client" add 3
check 'but in its own network namespace' \
	as 65534 unshare -Urn sh -c "ip link set lo up && '$client' add 3"
check 'and listens to its mirror there' as 65534 unshare -Urn "$client" join 30
expect 'which changed nothing here' 1 "$client" dump
check 'unloads' eventually unload

check 'loads with an owner' load owner=65534 || exit
check 'the owner adds' as 65534 "$client" add 2
expect 'and is told that it may' 1 sh -c "setpriv --reuid 65534 --clear-groups '$client' hello | sed -n 's/^writable //p'"
check 'the owner deletes' as 65534 "$client" delete 2
check 'the owner flushes' as 65534 "$client" flush
check 'the owner listens to the mirror' as 65534 "$client" join 30
check 'also by bind(2)' as 65534 "$client" bind 30
expect 'another user does not write' EPERM as 65533 "$client" add 3
expect 'nor listen to the mirror' EPERM as 65533 "$client" join 30
check 'root still writes' "$client" add 3
check 'unloads again' eventually unload
