# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The guest's own tables through routelens-helper, with the real polkit: changes that stay, changes on trial, and
# whatever may befall the program while they are.
. "$KERNEL/tests/vm/polkit.sh"
check 'a system bus and polkitd' begin_polkit || exit
check 'helper, polkit actions and module are installed' install_system || exit

ip link add v0 type veth peer name v1
echo 0 | tee /proc/sys/net/ipv6/conf/v[01]/accept_dad > /dev/null
ip addr add 192.0.2.1/24 dev v0
ip addr add 2001:db8::1/64 dev v0
ip link set v1 up
ip link set v0 up
ip route add 198.51.100.0/24 via 192.0.2.9
ip route append 198.51.100.0/24 via 192.0.2.10 metric 9
ip -6 route add 2001:db8:7::/48 via 2001:db8::2
ip nexthop add id 5 via 192.0.2.7 dev v0
ip route add 198.51.102.0/24 nhid 5
ip rule add from 203.0.113.0/24 lookup 77 priority 700
ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:01 dev v0 nud permanent
sleep 1

tables() {
	ip route show table all
	ip -6 route show table all
	ip rule
	ip -6 rule
	ip nexthop
	ip neigh show nud permanent
	ip -br addr show
}
tables > /run/before
as_before() { tables > /run/now && diff /run/before /run/now; }
is_there() { ip route show "$1" | grep -q .; }


expect 'an unprivileged user changes nothing without it' 2 \
	sh -c 'setpriv --reuid anna --regid anna --clear-groups ip route add 198.18.0.0/24 dev v0; echo $?'
meet anna routes > /run/greeting
says 'allowed: the helper greets' '^hello ok version=1 uid=7001 mode=routes' cat /run/greeting
expect 'with CAP_NET_ADMIN, and CAP_SYS_ADMIN for namespaces' $'CapEff:\t0000000000201000' grep CapEff "/proc/$served/status"
expect 'and no others' $'CapBnd:\t0000000000000000' grep CapBnd "/proc/$served/status"

said=$(talk 'open 0' 'route add 198.18.1.0/24 via 192.0.2.9' 'route add 198.18.1.0/24 via 192.0.2.9' \
	'route add 198.18.2.0/24 via 203.0.113.1' 'route add 2001:db8:9::/48 via 2001:db8::9' 'rule add 900 table 9')
says 'opens the tables of this machine' '^open ok portid=[1-9]' echo "$said"
expect 'writes to them' '198.18.1.0/24 via 192.0.2.9 dev v0 proto static ' ip route show 198.18.1.0/24
expect 'IPv6, too' '2001:db8:9::/48 via 2001:db8::9 dev v0 proto static metric 1024 pref medium' ip -6 route show 2001:db8:9::/48
says 'what is there is refused' '^route add EEXIST' echo "$said"
says "in the kernel's own words" '^route add ENETUNREACH Nexthop has invalid gateway' echo "$said"
talk 'route delete 198.18.1.0/24' 'route delete 2001:db8:9::/48' 'rule delete 900 table 9' > /dev/null
check 'and takes back' as_before
link=20000000110005000700000000000000
says 'a link is not to be deleted' '^relay 7 EPERM' talk "relay ${link}0000000002000000$(printf '%016d' 0)"
says 'nor is anything dumped' '^relay 8 EPERM' talk "relay 1c0000001a0001030800000000000000$(printf '%024d' 0)"
check 'the link is there' ip link show v0
says 'the module is none of its business' '^load error=EINVAL reason=bad-request' talk load

# On trial: what is not kept is put back.
several=('route delete 198.51.100.0/24' 'route add 198.18.1.0/24 via 192.0.2.9' 'rule delete 700 from 203.0.113.0/24 table 77'
	'nexthop delete 5' 'neighbour delete 192.0.2.77 dev v0' 'address delete 192.0.2.1/24 dev v0'
	'route replace 2001:db8:7::/48 via 2001:db8::3')
said=$(talk 'open 60' "${several[@]}")
says 'on trial: opens' '^open ok' echo "$said"
expect 'all of it is applied' 7 grep -cE ' (add|delete|replace) ok' <<< "$said"
check 'and stands in the tables' eval '! as_before'
says 'the helper counts' '^event pending changes=[1-9][0-9]* left_ms=(60000|[1-5][0-9]{4})$' talk 'event pending 5'
said=$(talk revert)
says 'puts back when asked' '^revert ok how=reverted changes=7 restored=[1-9][0-9]* failed=0' echo "$said"
check 'and all is as before' as_before

said=$(talk 'route add 198.18.1.0/24 via 192.0.2.9' keep)
says 'keeps when asked' '^keep ok how=kept changes=1 ' echo "$said"
talk 'open 60' > /dev/null
check 'what was kept stays' is_there 198.18.1.0/24
ip route del 198.18.1.0/24

talk 'open 5' 'route add 198.18.1.0/24 via 192.0.2.9' > /dev/null
kill -STOP "$program"
check 'what is not kept is there at first' is_there 198.18.1.0/24
check 'and is put back in time, though the program hangs' eventually as_before
kill -CONT "$program"
says 'which is told to it afterwards' '^event settled how=expired changes=1 restored=1 failed=0' talk 'event settled 9'
talk 'open 60' "${several[@]}" close > /dev/null
check 'the relay is closed' eventually as_before
part
check 'no helper has stayed' no_helper

# The program is no more. None of these waits for the timer.
befalls() {
	meet anna routes > /dev/null
	talk 'open 600' "${@:2}" > /dev/null
	check "$1: something has changed" eval '! as_before'
	case $1 in
	killed) kill -9 "$program" ;;
	'standard input closed') talk end > /dev/null ;;
	'killed while it changes things')
		for ((i = 0; i < 2000; i++)); do printf '%s\n' 'route replace 198.18.7.0/24 via 192.0.2.9' 'route delete 198.18.7.0/24'; done >&7 2> /dev/null &
		writer=$!
		sleep 0.7
		kill -9 "$program"
		wait $writer 2> /dev/null
		;;
	'the helper is asked to end') kill -TERM "$served" ;;
	esac
	check "$1: all is as before" eventually as_before
	part
	check "$1: the helper has ended" no_helper
}
befalls killed "${several[@]}"
befalls 'killed while it changes things' "${several[@]}"
befalls 'standard input closed' "${several[@]}"
befalls 'the helper is asked to end' "${several[@]}"

# Namespaces by name.
ip netns add blue
ip -n blue link set lo up
touch /run/netns/file
ln -s /proc/1/ns/net /run/netns/link
meet anna routes > /dev/null
said=$(talk 'open 0 blue' 'route add 198.18.3.0/24 dev lo' 'count route 4' 'open 0 nowhere' 'open 0 ../../proc/1/ns/net' 'open 0 .' \
	'open 0 file')
says 'opens a namespace' '^open ok' echo "$said"
expect 'a route is in it' '198.18.3.0/24 dev lo proto static scope link ' ip -n blue route
check 'and not outside' eval '! is_there 198.18.3.0/24'
says 'whose tables an unprivileged program reads there' '^count [1-9]' echo "$said"
expect 'no other name opens anything' 4 grep -c '^open error=E[A-Z]* reason=no-namespace' <<< "$said"
said=$(talk 'open 5 blue' 'route delete 198.18.3.0/24' 'event settled 9')
says 'on trial in a namespace, too' '^event settled how=expired changes=1 restored=1 failed=0' echo "$said"
expect 'with the route back' '198.18.3.0/24 dev lo proto static scope link ' ip -n blue route
part
check 'this machine is as before' as_before
rm -f /run/netns/file /run/netns/link
ip netns del blue
ip link del v0
ip nexthop flush > /dev/null 2>&1
ip rule del priority 700
check 'all of it is removed' uninstall_system
