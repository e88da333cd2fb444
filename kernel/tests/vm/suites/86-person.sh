# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Routelens itself as a person without rights has it: the same main process as the window's, from a terminal, with the
# helper, polkit and the module as they are installed.
. "$KERNEL/tests/vm/polkit.sh"
cli=$KERNEL/../dist/main/cli.cjs
[ -e "$cli" ] || {
	skip 'the program of a person' 'it is not built: npm run build'
	exit
}
program() { as "$1" node "$cli" "${@:2}"; }
check 'a system bus and polkitd' begin_polkit || exit

check 'helper, polkit actions and module are installed' install_system || exit
mv $helper $helper.away
says 'says that the helper is missing, and what brings it' 'The helper is not installed.*npm run install-system' \
	program anna module load
mv $helper.away $helper
says 'refused: in words' 'polkit did not allow it' program ben module load
says 'dismissed: in words' 'The question was dismissed. Nothing was changed' \
	as carla "$KERNEL/tests/vm/agent" 1 dismiss node "$cli" module load
check 'so that nothing is loaded' eval '! loaded'

said=$(program anna module load --max-routes 1000 2>&1)
check 'loads it' loaded
says 'tells whom polkit authorised' 'polkit +Authorised user 7001 for org.routelens.module.manage' echo "$said"
says 'and what became of it' 'kernel +The module is live' echo "$said"
expect 'owned by the person' 7001 cat /sys/module/rtmgr/parameters/owner
printf 'ip route add 198.18.1.0/24 via 192.0.2.1 dev lo\nip -6 route add unreachable 2001:db8:7::/48\n' > /run/two
expect 'the person writes over protocol 31' '2 of 2 applied as one batch' program anna batch /run/two --target rtmgr-kernel
says 'and is told what it counts, which opens no target' '^routes +2$' program anna module status
says 'by table and family' '^table +main, IPv4: 1$' program anna module status
says 'so is another one, who may only read' '^table +main, IPv6: 1$' program ben module status
expect 'and it holds nothing afterwards' 0 cat /sys/module/rtmgr/refcnt
says 'another one does not' 'This target is read-only' program ben batch /run/two --target rtmgr-kernel
hold hold
says 'busy: in words' 'The module was not unloaded. Somebody has a socket of protocol 31 open' program anna module unload
says 'and who uses it' "^used by +.*$held" program anna module status
check 'and it stays' loaded
release
check 'unloads it' program anna module unload
check 'it is gone' eval '! loaded'

# tables of the kernel's own: in a terminal they are read, and written by root only
ip netns add blue
ip -n blue link set lo up
ip -n blue route add 198.18.1.0/24 dev lo
printf 'ip route add blackhole 198.18.2.0/24\n' > /run/own
says 'reads a namespace, by way of polkit' '^198.18.1.0/24 dev lo' program anna routes --target netns:blue
says 'and stays locked in a terminal' 'Editing is locked' program anna batch /run/own --target system
expect 'untouched' '' ip route show 198.18.0.0/15
check 'no helper has stayed' eventually no_helper
ip netns del blue
check 'all of it is removed' uninstall_system
