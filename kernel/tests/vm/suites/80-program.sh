# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Routelens itself on the module: its command line, which is the same main process as the window's.
cli=$KERNEL/../dist/main/cli.cjs
program() { timeout 60 node "$cli" "$@" --target rtmgr-kernel; }

[ -e "$cli" ] || {
	skip 'the program' 'it is not built: npm run build'
	exit
}

refused() { ! program "$@" 2> "$RESULTS/program.err" && grep -q "$wanted" "$RESULTS/program.err"; }
wanted='The kernel module is not loaded'
check 'says that the module is not loaded' refused hello
check 'loads' load || exit
check 'greets' grep -q '"good morning"' <(program hello good morning)
printf 'ip route add 198.18.1.0/24 via 192.0.2.1 dev lo\nip -6 route add unreachable 2001:db8:7::/48\n' > "$RESULTS/two"
expect 'a batch' '2 of 2 applied as one batch' program batch "$RESULTS/two"
wanted='line 1: .*already exists'
check 'the same again is refused, and its line named' refused batch "$RESULTS/two"
expect 'both are read' 2 eval 'program routes | wc -l'
expect 'and counted' 2 eval "program stats | awk '\$1 == \"routes\" { print \$2 }'"
expect 'a flush' 'deleted  2' program flush
expect 'leaves none' 0 eval 'program routes | wc -l'
check 'unloads' eventually unload
