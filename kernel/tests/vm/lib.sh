# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the suites of the virtual machine are written in. `run` sources it, then the suite.

client=$KERNEL/build/tests/vm/client
module=$KERNEL/build/6.1/rtmgr.ko

# One line of the report for each test: verdict, suite, name, why. The console shows it as one line, too: scripts/test-vm.mjs
# hands no other on.
tell() {
	local why
	why=$(tr '\n\t' '  ' <<< "${3:-}")
	printf '%s\t%s\t%s\t%s\n' "$1" "$suite" "$2" "$why" >> "$RESULTS/report"
	printf 'vm: %s: %s: %s%s\n' "$suite" "$1" "$2" "${3:+: $why}"
}

pass() { tell passed "$1"; }
fail() { tell failed "$1" "$2"; }
skip() { tell skipped "$1" "$2"; }

# check NAME COMMAND...: passes when the command does.
check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name" "$* ended with $?: ${out:0:500}"
		return 1
	fi
}

# expect NAME WANTED COMMAND...: passes when that is what the command prints.
expect() {
	local name=$1 wanted=$2 got
	shift 2
	got=$("$@" 2>/dev/null)
	if [ "$got" = "$wanted" ]; then
		pass "$name"
	else
		fail "$name" "$* printed '${got:0:300}' instead of '${wanted:0:300}'"
	fi
}

# A suite of another kind runs here: its last line has its counts, which become tests of this suite.
counted() {
	local name=$1 log=$RESULTS/$1.log line status i
	shift
	timeout 600 "$@" > "$log" 2>&1
	status=$?
	line=$(tail -n 1 "$log")
	if ! [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
		fail "$name" "ended with $status and no counts: $(tail -n 5 "$log")"
		return
	fi
	for ((i = 1; i <= BASH_REMATCH[1]; i++)); do tell passed "$name $i" > /dev/null; done
	for ((i = 1; i <= BASH_REMATCH[3]; i++)); do tell skipped "$name" > /dev/null; done
	for ((i = 1; i <= BASH_REMATCH[2]; i++)); do fail "$name" "see $name.log"; done
	[ "$status" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || fail "$name" "ended with $status"
	printf 'vm: %s: %s: %s\n' "$suite" "$name" "$line"
	[ "${BASH_REMATCH[2]}" = 0 ] || tail -n 40 "$log"
}

load() { "$client" insert "$module" "$@"; }
unload() { "$client" remove rtmgr; }
loaded() { grep -q '^rtmgr ' /proc/modules; }

# Until a command succeeds; what the kernel frees, it frees a little later.
eventually() {
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		"$@" > /dev/null 2>&1 && return 0
		sleep 0.1
	done
	"$@"
}

# The number of objects that a slab cache has in use; nothing when there is no such cache.
slab() { awk -v name="$1" '$1 == name { print $2 }' /proc/slabinfo; }
caches() { grep -c '^rtmgr' /proc/slabinfo || true; }

# A client that holds something open until release; its number is in $held.
hold() {
	rm -f /run/hold.in /run/hold.out
	mkfifo /run/hold.in
	"$client" "$@" < /run/hold.in > /run/hold.out 2>&1 &
	held=$!
	exec 9> /run/hold.in
	eventually grep -q holding /run/hold.out
}
release() {
	exec 9>&-
	wait "$held" 2> /dev/null
}
