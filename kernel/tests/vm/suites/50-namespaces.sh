# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Each network namespace has tables of its own, and takes them with it.
routes_are() { [ "$(slab rtmgr_route)" -le "$1" ]; }

check 'loads' load || exit
check 'routes of this namespace' "$client" load 50
before=$(slab rtmgr_route)
check '100 namespaces with 500 routes each, one behind the other' "$client" namespaces 100 500
expect 'this one is as it was' 50 "$client" dump
check "their routes are freed ($before before)" eventually routes_are $((before + 600))
unshare -n sleep 1000 &
sleeper=$!
sleep 0.3
check 'unloads while a namespace is there' eventually unload
check 'loads while a namespace is there' load || exit
expect 'which has it, too' 0 nsenter -t "$sleeper" -n "$client" dump
kill "$sleeper"
wait "$sleeper" 2> /dev/null
check 'unloads' eventually unload
expect 'no slab cache is left' 0 caches
