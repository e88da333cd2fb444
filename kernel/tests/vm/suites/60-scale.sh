# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A million routes.
stat_of() { "$client" stats | sed -n "s/^$1 //p"; }

check 'loads' load || exit
count=1000000
took=$( { time -p "$client" load "$count" > /dev/null 2>&1; } 2>&1 | sed -n 's/^real //p')
expect "$count routes in $took s (emulated)" "$count" stat_of routes
check "in $(stat_of bytes) bytes, at most 128 for each" test "$(stat_of bytes)" -le $((count * 128))
expect 'a dump has them all' "$count" "$client" dump
check 'flushes them' "$client" flush
expect 'all of them' 0 stat_of routes
expect 'nothing in a dump' 0 "$client" dump
check 'unloads' eventually unload
expect 'no slab cache is left' 0 caches
