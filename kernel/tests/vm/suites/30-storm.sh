# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Several clients at once, and somebody who unloads the module under them.
check 'loads' load || exit
check 'four clients at once' "$client" storm 4 4
check 'and after them a request' "$client" hello
check 'unloads after them' eventually unload

check 'loads again' load || exit
"$client" storm 10 4 > "$RESULTS/storm.out" 2> "$RESULTS/storm.err" &
storm=$!
refused=0 unloaded=0 odd=
while kill -0 "$storm" 2> /dev/null; do
	why=$(unload) && { unloaded=$((unloaded + 1)); load || odd="$odd load"; continue; }
	[ "$why" = EAGAIN ] && refused=$((refused + 1)) || odd="$odd $why"
	sleep 0.02
done
wait "$storm"
status=$?
expect 'the clients end well' '0 ' echo "$status $(cat "$RESULTS/storm.out")"
expect 'unloading either works or says EAGAIN' '' echo "$odd"
check "tried under load ($refused refused, $unloaded unloaded)" test "$((refused + unloaded))" -gt 2
check 'at last it unloads' eventually unload
expect 'no slab cache is left' 0 caches
