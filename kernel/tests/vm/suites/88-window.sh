# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The window of a person without rights, once through: e2e/guest-window.mjs, in Chromium, with everything real.
. "$KERNEL/tests/vm/polkit.sh"
for needed in "$KERNEL/../dist/main/chromium.cjs" "$KERNEL/../node_modules/playwright" "$(command -v chromium)" \
	"$(command -v Xvfb)"; do
	[ -e "$needed" ] || {
		skip 'the window' "${needed:-chromium or Xvfb} is missing"
		exit
	}
done
check 'a system bus and polkitd' begin_polkit || exit
check 'helper, polkit actions and module are installed' install_system || exit
ip link add v0 type veth peer name v1
ip addr add 192.0.2.1/24 dev v0
ip link set v1 up
ip link set v0 up

# a number that is free here: the host's own displays are seen in /tmp, too
mkdir -p -m 1777 /tmp/.X11-unix
: > /run/display
setpriv --reuid anna --regid anna --clear-groups Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp \
	3> /run/display > "$RESULTS/xvfb.log" 2>&1 &
display=$!
eventually grep -q . /run/display
setpriv --reuid anna --regid anna --clear-groups env -i HOME=/run/home-anna USER=anna "PATH=$PATH" LANG=C.UTF-8 DISPLAY=:$(cat /run/display) \
	timeout 400 node "$KERNEL/../e2e/guest-window.mjs" > "$RESULTS/window.out" 2> "$RESULTS/window.err"
status=$?
while read -r verdict name; do
	if [ "$verdict" = ok ]; then pass "$name"; else fail "${name%%:*}" "${name#*: } $(tail -n 5 "$RESULTS/window.err")"; fi
done < "$RESULTS/window.out"
expect 'all of its steps' '7 0' echo "$(grep -c '^ok ' "$RESULTS/window.out") $status"
check 'no helper has stayed' eventually no_helper
# Chromium notices by its pipe that the program has gone
eventually eval '! pgrep -u anna chromium'
kill "$display"
check 'the module goes' eventually unload
ip link del v0
check 'all of it is removed' uninstall_system
