#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Process 1 of the strict bench. The root is the host's, read-only; a layer of memory goes on top, so that nothing that
# happens here reaches the host, but what is written into the folder that RTMGR_RESULTS names.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
end() {
	sync
	mount -t proc proc /proc 2> /dev/null
	echo o > /proc/sysrq-trigger
	# shellcheck disable=SC2093
	exec /sbin/halt -f -p 2> /dev/null
}
trap end EXIT

mount -t proc proc /proc
results=$(tr ' ' '\n' < /proc/cmdline | sed -n 's/^rtmgr_results=//p')
mount -t tmpfs -o size=1g layer /mnt
mkdir -p /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root || exit 1
new=/mnt/root
mkdir -p $new/proc $new/sys $new/dev $new/run $new/host
mount -t proc proc $new/proc
mount -t sysfs sysfs $new/sys
mount -t debugfs debugfs $new/sys/kernel/debug
mount -t devtmpfs devtmpfs $new/dev
mkdir -p $new/dev/pts $new/dev/shm
mount -t devpts devpts $new/dev/pts
mount -t tmpfs shm $new/dev/shm
mount -t tmpfs run $new/run
mount -t tmpfs tmp $new/tmp
mkdir -p $new/run/results $new/run/netns
mount -t hostfs -o "$results" results $new/run/results || exit 1
cd $new || exit 1
mount --make-rprivate /
pivot_root . host || exit 1
cd / || exit 1
ln -sfn /proc/self/fd /dev/fd
ip link set lo up
setsid -w bash /run/results/command < /dev/null
echo "$?" > /run/results/status
