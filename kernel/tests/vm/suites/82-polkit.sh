# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# routelens-helper by way of pkexec, with the real polkit: who may have the module loaded, and what comes of it.
. "$KERNEL/tests/vm/polkit.sh"
agent=$KERNEL/tests/vm/agent
check 'a system bus and polkitd' begin_polkit || exit

says 'without a helper pkexec says that there is none' 'ended 127 .*No such file or directory' asked anna module hello
check 'helper, polkit actions and module are installed' install_system || exit
expect 'the helper is of root and for nobody to write' '755 0 0' stat -c '%a %u %g' $helper
expect 'polkit knows two actions of it' $'org.routelens.module.manage\norg.routelens.routes.write' \
	sh -c 'pkaction | grep routelens'
expect 'which need an administrator, in each kind of session' 3 \
	sh -c 'pkaction --verbose --action-id org.routelens.routes.write | grep -c ": *auth_admin_keep$"'

says 'refused by a rule' '^ended 127 .*Not authorized' asked ben module hello
says 'refused by a rule, the other action' '^ended 127 .*Not authorized' asked ben routes hello
says 'another word is another action, which nobody has' '^ended 127' asked anna module-and-more hello
says 'no agent' '^ended 127 .*No authentication agent found' asked carla module hello
says 'dismissed' '^ended 126 .*Request dismissed' as carla "$agent" 1 dismiss "$drive" --pkexec module hello
says 'the agent is gone before there is an answer' '^ended 127 .*Not authorized' \
	as carla "$agent" 1 vanish "$drive" --pkexec module hello
twice=$(as carla "$agent" 1 "$password" python3 -B "$KERNEL/tests/vm/twice.py" "$KERNEL/tests/helper" 2>&1)
printf '%s\n' "$twice" > "$RESULTS/polkit-twice"
says 'the right password' '^version=1 uid=7003 mode=module ' cat "$RESULTS/polkit-twice"
expect 'one program is asked once, though it starts the helper twice' 2 grep -c 'uid=7003 mode=module .* 0$' "$RESULTS/polkit-twice"
says 'the agent shows what will be done' 'Authentication is required to load the kernel module rtmgr' cat "$RESULTS/polkit-twice"

# One helper from here on. It believes polkit about who has asked, and nobody else.
PKEXEC_UID=0 meet anna module > /run/greeting
expect 'allowed by a rule' "hello ok version=1 uid=7001 mode=module release=$(uname -r)" cat /run/greeting
state() { sed -n "s/^$1:\s*//p" "/proc/$served/status"; }
expect 'one helper runs' 1 wc -w <<< "$served"
expect 'as root' $'0\t0\t0\t0' state Uid
expect 'with CAP_SYS_MODULE only' 0000000000010000 state CapEff
expect 'and no other to come back' 0000000000000000 state CapBnd
expect 'nor by a new program' 1 state NoNewPrivs
expect 'behind a filter of system calls' 2 state Seccomp
check 'without a core dump' grep -qE '^Max core file size +0 +0' "/proc/$served/limits"
says 'its user cannot kill it' '^kill EPERM' talk 'kill KILL'
# its worker, without which nothing is put back, under an id that nobody has
state() { sed -n "s/^$1:\s*//p" "/proc/$worker/status"; }
id=$((0x70000000 + worker))
expect 'one worker runs' 1 wc -w <<< "$worker"
expect 'as nobody' "$id"$'\t'"$id"$'\t'"$id"$'\t'"$id" state Uid
expect 'of no group' "$id"$'\t'"$id"$'\t'"$id"$'\t'"$id" state Gid
expect 'nor a further one' '' eval 'state Groups | tr -d " "'
expect 'without capabilities' "$(printf '%016d\n' 0 0 0 0 0)" eval 'for set in Inh Prm Eff Bnd Amb; do state Cap$set; done'
expect 'behind a filter of its own' 2 state Seccomp
check 'its user cannot kill that one either' eval '! setpriv --reuid anna --regid anna --clear-groups sh -c "kill -KILL $worker"'
check 'and it goes on' test -e "/proc/$worker"
expect 'both are spared when memory is short' $'-900\n-900' cat "/proc/$served/oom_score_adj" "/proc/$worker/oom_score_adj"
says 'the verbs of the other mode are none of its' '^open error=EINVAL reason=bad-request' talk 'open 0'

says 'status: not loaded, and may be' 'loaded=no .*installed=none .*path=.*/updates/dkms/rtmgr.ko$' talk status
said=$(talk log 'load 5000' 'event log 5' status load)
says 'loads, with what the kernel logged' '^load ok rtmgr: .*protocol 31' echo "$said"
says 'the line is followed, too' '^event log rtmgr: ' echo "$said"
says 'status: live, of the one who was asked' 'loaded=live refcount=0 owner=7001 max_routes=5000 ' echo "$said"
says 'loaded already' '^load error=EEXIST reason=kernel' echo "$said"
check 'the unprivileged user writes over protocol 31' as anna "$client" add 1
expect 'another user does not' EPERM as ben "$client" add 2
expect 'but reads' 1 as ben "$client" dump
check 'root does' "$client" add 3
hold hold
says 'busy: a socket is open' '^unload error=EAGAIN reason=kernel' talk unload
says 'and counted' 'refcount=1 ' talk status
release
says 'unloads' '^unload ok' talk unload
says 'unloaded already' '^unload error=ENOENT reason=kernel' talk unload

# under traffic: anna's clients keep coming back, and unloading works or is refused as busy, nothing else
check 'loads for the storm' test "$(talk load)" = 'load ok rtmgr: version 1.0.0, netlink protocol 31'
as anna "$client" storm 4 4 > "$RESULTS/polkit-storm" 2>&1 &
storm=$!
while kill -0 $storm 2> /dev/null; do talk unload load 'sleep 0.02'; done > "$RESULTS/polkit-unload"
wait $storm
expect 'the clients end well' 0 echo $?
count() { grep -cE "$1" "$RESULTS/polkit-unload"; }
tried=$(count '^unload') unloaded=$(count '^unload ok') busy=$(count '^unload error=EAGAIN reason=kernel')
expect 'unloading under traffic works or is refused as busy' "$tried" echo $((unloaded + busy))
check "both happen ($unloaded and $busy times)" test "$unloaded" -gt 0 -a "$busy" -gt 0
expect 'loading works, or is refused because it is loaded' "$tried" count '^load (ok|error=EEXIST reason=kernel)'
says 'after the storm it goes' '^unload ok' talk unload
expect 'no slab cache is left' 0 caches

# what stands at the module's place has to be root's
unsafe() {
	says "refuses $1" '^load error=[A-Z]+ reason=unsafe-file$' talk load
	! loaded || fail "$1 is not loaded" 'it is'
}
folder=$(dirname "$place")
chmod o+w "$place" && unsafe 'a module that others may write'
chmod 0644 "$place" && chown anna "$place" && unsafe 'a module of somebody else'
chown root "$place" && chmod g+w "$folder" && unsafe 'a folder that a group may write'
chmod 0755 "$folder" && chown anna "$folder" && unsafe 'a folder of somebody else'
chown root "$folder" && mv "$place" "$place.away" && ln -s rtmgr.ko.away "$place" && unsafe 'a link to a good module'
rm "$place" && mkfifo "$place" && unsafe 'a pipe'
rm "$place"
said=$(talk load status)
says 'there is no module' '^load error=ENOENT reason=not-installed' echo "$said"
says 'status says so' 'installed=not-installed ' echo "$said"
echo 'no module' > "$place"
says 'no module at all' '^load error=ENOEXEC reason=kernel' talk load
LC_ALL=C sed 's/ SMP preempt / UPS preempt /' "$place.away" > "$place"
says 'a module for another kernel' '^load error=ENOEXEC reason=kernel .*version magic' talk load
mv -f "$place.away" "$place"
says 'the good one again' '^load ok' talk load
says 'and away' '^unload ok' talk unload

kill -9 "$program"
check 'it ends when its program is killed' eventually no_helper
part
check 'all of it is removed' uninstall_system
expect 'and nothing of it is left' '' ls -d /usr/libexec/routelens $policy "$place"
check 'nor known to polkit' eventually sh -c '! pkaction | grep -q routelens'
