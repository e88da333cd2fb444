# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What runs on rtmgr-user outside runs on the module here: a stock ip, random requests beside the kernel's own tables,
# and the same bytes from the module and from rtmgr-user.
# kinds of devices and congestion control are modules of the kernel
echo /sbin/modprobe > /proc/sys/kernel/modprobe
check 'loads' load || exit
cd "$KERNEL" || exit
# Not in the strict bench: user-mode Linux pads 64-bit attributes, as rtmgr-user on x86 need not.
[ -n "${RTMGR_MODULE:-}" ] || counted parity unshare -n build/tests/vm/parity build/rtmgr-user
counted ip tests/ip/run --protocol 31 --short
counted differential unshare -n build/tests/differential --protocol 31 --operations 10000
check 'unloads' eventually unload
expect 'no slab cache is left' 0 caches
