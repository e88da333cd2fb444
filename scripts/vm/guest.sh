#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Process 1 of the guest, once the host's files are its root: makes it a machine that programs are used to, runs the
# command of /run/results/command as a process of its own (some programs refuse to serve process 1), and ends the guest.
# The exit code that QEMU is told says that the guest came this far: 33.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8

mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run/lock 2> /dev/null
mount -t debugfs debugfs /sys/kernel/debug 2> /dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup 2> /dev/null
ln -sfn /proc/self/fd /dev/fd
hostname rtmgr-vm 2> /dev/null || echo rtmgr-vm > /proc/sys/kernel/hostname
busybox ip link set lo up

# The kernel's own modules, and a modprobe for those who ask for them.
modules=$(cat /run/results/modules)
mkdir -p /lib/modules
mkdir -p "/lib/modules/$(uname -r)"
mount --bind "$modules" "/lib/modules/$(uname -r)"
[ -x /sbin/modprobe ] || ln -s "$(command -v busybox)" /sbin/modprobe

setsid -w bash /run/results/command < /dev/null
echo "$?" > /run/results/status
sync

# 16 << 1 | 1; and should there be no such device, a reboot, which QEMU takes as an end.
printf '\020' | dd of=/dev/port bs=1 seek=$((0x501)) conv=notrunc status=none
busybox reboot -f
