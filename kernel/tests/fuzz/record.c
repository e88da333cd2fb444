// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what others send to an rtmgr-user, as seeds for the fuzzer: `make corpus` records what a
 * stock ip sends.
 *
 * usage: record PORT FOLDER
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../vm/wire.h"

static volatile sig_atomic_t over;

static void end(int signal)
{
	(void)signal;
	over = 1;
}

/* FNV-1a: the same request is kept once. */
static unsigned int hash(const __u8 *bytes, size_t len)
{
	unsigned int value = 2166136261u;

	while (len--)
		value = (value ^ *bytes++) * 16777619u;
	return value;
}

static void write_seed(const char *folder, __u8 *bytes, size_t len)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)bytes;
	char name[512];
	FILE *file;

	if (len < NLMSG_HDRLEN || len > 4096 || nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return;
	/* what differs from run to run */
	nlh->nlmsg_seq = 1;
	nlh->nlmsg_pid = 0;
	snprintf(name, sizeof(name), "%s/%08x", folder, hash(bytes, len));
	file = fopen(name, "wb");
	if (!file)
		return;
	fputc(len & 0xff, file);
	fputc(len >> 8, file);
	fwrite(bytes, 1, len, file);
	fclose(file);
}

static void take(struct nlmsghdr *nlh, const char *folder)
{
	struct rtattr *attr = (struct rtattr *)((__u8 *)NLMSG_DATA(nlh) + sizeof(struct rtmgrmsg));
	int left = nlh->nlmsg_len - NLMSG_LENGTH(sizeof(struct rtmgrmsg));
	__u8 direction = RTMGR_FROM_KERNEL;

	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == RTMGR_A_DIRECTION)
			direction = *(__u8 *)RTA_DATA(attr);
		else if (attr->rta_type == RTMGR_A_DATA && direction == RTMGR_TO_KERNEL)
			write_seed(folder, RTA_DATA(attr), RTA_PAYLOAD(attr));
	}
}

int main(int argc, char **argv)
{
	static union {
		struct nlmsghdr first;
		__u8 bytes[WIRE_BUFFER];
	} buffer;
	struct wire wire;
	int err, len;

	if (argc != 3)
		return 2;
	signal(SIGTERM, end);
	err = wire_open(&wire, (struct wire_target){ NETLINK_USERSOCK, atoi(argv[1]) }, 0) ?:
		      wire_option(&wire, NETLINK_ADD_MEMBERSHIP, RTMGR_GRP_MIRROR);
	if (err) {
		fprintf(stderr, "record: %s\n", strerror(-err));
		return 1;
	}
	while (!over) {
		len = wire_receive(&wire, buffer.bytes, sizeof(buffer), 200);
		if (len > 0 && buffer.first.nlmsg_type == RTMGR_MSG_MIRROR)
			take(&buffer.first, argv[2]);
	}
	return 0;
}
