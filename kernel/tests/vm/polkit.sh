# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the suites about routelens-helper stand on: a system bus, polkitd with its own rules and three people, all of the
# real thing, started by hand because the guest has no init system; and what the package installs.
#
# anna may do all, ben nothing, carla when an administrator says so (in the guest: whoever knows root's password).
people=(anna:7001 ben:7002 carla:7003)
password='let me in'
# Where everybody may go, wherever this tree is.
tree=/run/routelens
mkdir -p $tree
mountpoint -q $tree || mount --bind "$KERNEL/.." $tree
KERNEL=$tree/kernel
client=$KERNEL/build/tests/vm/client
drive=$KERNEL/tests/helper/drive
helper=/usr/libexec/routelens/routelens-helper
policy=/usr/share/polkit-1/actions/org.routelens.policy
place=/lib/modules/$(uname -r)/updates/dkms/rtmgr.ko

begin_polkit() {
	local person
	mkdir -p /run/dbus
	[ ! -S /run/dbus/system_bus_socket ] || return 0
	for person in "${people[@]}"; do
		printf '%s:x:%s:%s::/run/home-%s:/bin/sh\n' "${person%:*}" "${person#*:}" "${person#*:}" "${person%:*}" >> /etc/passwd
		printf '%s:x:%s:\n' "${person%:*}" "${person#*:}" >> /etc/group
		install -d -m 0700 -o "${person#*:}" -g "${person#*:}" "/run/home-${person%:*}"
	done
	# a new file: the old one is not for the eyes of whoever runs the virtual machine
	# shellcheck disable=SC2016
	printf 'root:$6$routelens$%s:19000:0:99999:7:::\n' \
		XBXBSRis27t1l6chEseOSr6mqsHGm15CZsMh/M/kOjqP9ElzE5BCg38m0x2lFSw6AN9Cp7EZIGXdMxBg7.D/81 > /etc/shadow.new
	for person in "${people[@]}"; do printf '%s:*:19000:0:99999:7:::\n' "${person%:*}"; done >> /etc/shadow.new
	chmod 0600 /etc/shadow.new
	mv -f /etc/shadow.new /etc/shadow
	# nor are the rules of this host
	mount -t tmpfs -o mode=0755 rules /etc/polkit-1/rules.d
	mount -t tmpfs -o mode=0755 rules /usr/share/polkit-1/rules.d
	cat > /etc/polkit-1/rules.d/10-people.rules <<- 'RULES'
		polkit.addAdminRule(function () { return ['unix-user:0']; });
		polkit.addRule(function (action, subject) {
			if (action.id.indexOf('org.routelens.') !== 0) return undefined;
			if (subject.user === 'anna') return polkit.Result.YES;
			if (subject.user === 'ben') return polkit.Result.NO;
			return undefined; // carla: as the policy says
		});
	RULES
	dbus-daemon --system --fork --nopidfile 2> "$RESULTS/dbus.log"
	/usr/lib/polkit-1/polkitd --no-debug > "$RESULTS/polkitd.log" 2>&1 &
	eventually dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
		string:org.freedesktop.PolicyKit1
}

# As the package does it, with the module of this tree.
install_system() {
	# the guest's modules are the cache's, which may be of whoever runs the tests
	chown root:root "/lib/modules/$(uname -r)"
	chmod go-w "/lib/modules/$(uname -r)"
	"$KERNEL/../packaging/system/install-system" --helper "$KERNEL/build/routelens-helper" \
		--policy "$KERNEL/../packaging/polkit/org.routelens.policy" --module "$module" --kernel "$(uname -r)" "$@"
}
uninstall_system() { "$KERNEL/../packaging/system/uninstall-system" --quiet; }

# With a person's rights and environment.
as() {
	setpriv --reuid "$1" --regid "$1" --clear-groups \
		env -i "HOME=/run/home-$1" "USER=$1" "PATH=$PATH" LANG=C.UTF-8 timeout 120 "${@:2}"
}

# A helper for these commands, started by this person through pkexec: `asked anna module status unload`.
asked() { timeout 120 setpriv --reuid "$1" --regid "$1" --clear-groups "$drive" --pkexec "${@:2}" 2>&1; }

# The same that stays, as in the program: `meet anna module`, then any number of `talk 'load 100' status`, then `part`.
# The driver's number is in $program, the helper's in $served, its worker's in $worker.
meet() {
	rm -f /run/talk.in /run/talk.out
	mkfifo /run/talk.in /run/talk.out
	setpriv --reuid "$1" --regid "$1" --clear-groups "$drive" --pkexec "${@:2}" < /run/talk.in > /run/talk.out 2>&1 &
	program=$!
	exec 7> /run/talk.in 6< /run/talk.out
	talk hello | grep '^hello ok' || return
	served=$(helpers) worker=$(workers)
}
talk() {
	local line
	printf '%s\n' "$@" 'echo .' >&7
	while read -r -t 60 line <&6 && [ "$line" != . ]; do printf '%s\n' "$line"; done
}
part() {
	exec 7>&- 6<&-
	wait "$program" 2> /dev/null
	eventually no_helper
}

# says NAME PATTERN COMMAND...: passes when what the command prints matches; its exit status is not asked.
says() {
	local name=$1 wanted=$2 got
	shift 2
	got=$("$@" 2>&1)
	if grep -qE -- "$wanted" <<< "$got"; then pass "$name"; else fail "$name" "no '$wanted' in: ${got:0:600}"; fi
}

# The helper's processes and their workers, none of which may stay.
helpers() { grep -lsx 'routelens-helpe' /proc/[0-9]*/comm | cut -d/ -f3; }
workers() { grep -lsx 'routelens-worke' /proc/[0-9]*/comm | cut -d/ -f3; }
no_helper() { [ -z "$(helpers)$(workers)" ]; }
