# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The module comes and goes with routes, while namespaces come and go.
churn() {
	local i
	for ((i = 0; i < 20; i++)); do
		load && "$client" load 300 2> /dev/null && unload || return 1
	done
}

check 'loads and unloads 20 times with routes in it' churn
check 'loads' load || exit
for i in 1 2 3; do
	(for ((j = 0; j < 20; j++)); do unshare -n "$client" load 50 > /dev/null 2>&1; done) &
done
check '30 namespaces beside others' "$client" namespaces 30 100
wait
check 'unloads' eventually unload
