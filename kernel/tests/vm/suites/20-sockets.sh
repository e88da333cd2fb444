# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# An open socket holds the module (docs/decisions/0020-sockets-hold-the-module.md).
users() { awk '$1 == "rtmgr" { print $3 }' /proc/modules; }

check 'loads' load || exit
hold hold
expect 'one user' 1 users
expect 'unloading with an open socket is refused' EAGAIN unload
check 'and all goes on' "$client" add 1
expect 'with the route there' 1 "$client" dump
release
check 'unloads when it is closed' eventually unload

check 'loads again' load || exit
hold hold
kill -9 "$held"
release
check 'unloads when its holder was killed' eventually unload

check 'loads, with many routes' load || exit
check 'many routes' "$client" load 20000
hold stall
check 'a dump holds it, too' test "$(users)" -ge 2
expect 'unloading with a dump under way is refused' EAGAIN unload
check 'others go on beside the dump' "$client" add 30000
expect 'and dump' 20001 "$client" dump
check 'and flush' "$client" flush
kill -9 "$held"
release
expect 'no user when the reader has died' 0 users
check 'unloads when the reader has died' eventually unload
expect 'no slab cache is left' 0 caches
