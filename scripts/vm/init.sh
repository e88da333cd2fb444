#!/bin/busybox sh
# SPDX-License-Identifier: MIT
# The guest's first program, in its initramfs: puts the host's files under a layer of memory, so that the guest sees the
# host's programs and can write wherever it likes without changing a thing, and goes on there with guest.sh.

# what the firmware printed has no end of line, and would be the beginning of the first that is reported
echo

/bin/busybox mkdir -p /proc /sys /dev /host /layer /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev

give_up() {
	echo "vm: $*"
	/bin/busybox reboot -f
}

while read -r module; do
	/bin/busybox insmod "/modules/$module" || give_up "module $module does not load"
done < /modules/order

nine='trans=virtio,version=9p2000.L,msize=1048576'
/bin/busybox mount -t 9p -o "$nine,ro,cache=loose" hostroot /host || give_up "the host's files are not there"
/bin/busybox mount -t tmpfs -o size=75% layer /layer
/bin/busybox mkdir -p /layer/upper /layer/work
/bin/busybox mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /root ||
	give_up "no overlay over the host's files"
/bin/busybox mkdir -p /root/proc /root/sys /root/dev /root/run
for folder in proc sys dev; do
	/bin/busybox mount -o move "/$folder" "/root/$folder"
done
/bin/busybox mount -t tmpfs run /root/run
/bin/busybox mkdir -p /root/run/results
/bin/busybox mount -t 9p -o "$nine,cache=none" results /root/run/results || give_up "nowhere to report to"
exec /bin/busybox switch_root /root /bin/bash "$(/bin/busybox cat /modules/guest)"
