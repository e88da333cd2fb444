// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends datagrams that were valid before a few of their bytes were changed at random, and looks at
 * what comes back: whole messages, zeroes where nothing stands, and nothing of the patterns that
 * the kernel of the strict bench fills fresh memory with.
 *
 * usage: mutate COUNT SECONDS [SEED]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "../alloc/scenarios.h"

#define SLAB_PATTERN	0x5a5a5a5au		/* POISON_INUSE */
#define STACK_PATTERN	0xfefefefeu		/* -ftrivial-auto-var-init=pattern */

static const struct wire_target target = { .protocol = NETLINK_RTMGR };
static struct wire wire, listener;
static __u64 state;
static unsigned long answers, errors, torn, leaked, padding;

static __u32 random_u32(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

static __u32 below(__u32 limit)
{
	return limit ? random_u32() % limit : 0;
}

static bool holds(const __u8 *bytes, size_t len, __u32 pattern)
{
	size_t i;

	for (i = 0; i + 4 <= len; i++) {
		if (memcmp(bytes + i, &pattern, 4) == 0)
			return true;
	}
	return false;
}

/* Bytes that align an attribute are 0, unless it is of a request that is quoted. */
static void check_attributes(const __u8 *at, int len)
{
	const struct rtattr *attr = (const struct rtattr *)at;

	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len)) {
		const __u8 *bytes = (const __u8 *)attr;
		int i;

		for (i = attr->rta_len; i < (int)RTA_ALIGN(attr->rta_len) && i < len; i++)
			padding += bytes[i] != 0;
	}
}

static void check(const __u8 *bytes, int len, bool fresh)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)bytes;

	if (fresh && (holds(bytes, len, SLAB_PATTERN) || holds(bytes, len, STACK_PATTERN)))
		leaked++;
	for (; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len)) {
		answers++;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			errors++;
		else if (nlh->nlmsg_type == RTM_NEWROUTE || nlh->nlmsg_type == RTM_DELROUTE)
			check_attributes((const __u8 *)NLMSG_DATA(nlh) + sizeof(struct rtmsg),
					 NLMSG_PAYLOAD(nlh, sizeof(struct rtmsg)));
		else if (nlh->nlmsg_type >= RTMGR_MSG_BASE && nlh->nlmsg_type != RTMGR_MSG_MIRROR)
			check_attributes((const __u8 *)NLMSG_DATA(nlh) + sizeof(struct rtmgrmsg),
					 NLMSG_PAYLOAD(nlh, sizeof(struct rtmgrmsg)));
	}
	torn += len > 0;
}

static void drain(const struct wire *from, bool fresh)
{
	static __u8 bytes[WIRE_BUFFER * 2];
	ssize_t len;
	int tries = 0;

	for (;;) {
		len = recv(from->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (len > 0)
			check(bytes, len, fresh);
		else if (len < 0 && (errno == EAGAIN || ++tries > 100))
			return;
	}
}

static const __u32 telling[] = {
	0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 64, 127, 128, 129, 254, 255, 256, 0x7fff,
	0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
};

static void change(struct wire_datagram *d)
{
	__u32 at = below(d->len), value = telling[below(ARRAY_SIZE(telling))];
	struct nlmsghdr *nlh = (struct nlmsghdr *)d->bytes;
	size_t len;

	switch (below(9)) {
	case 0:
		d->bytes[at] ^= 1 << below(8);
		break;
	case 1:
		d->bytes[at] = value;
		break;
	case 2:
		memcpy(d->bytes + (at & ~1u), &value, 2);
		break;
	case 3:
		memcpy(d->bytes + (at & ~3u), &value, 4);
		break;
	case 4:
		d->len = at;
		break;
	case 5:
		/* a part of it once more, behind */
		len = below(d->len - at + 1);
		if (d->len + len < 8192) {
			memcpy(d->bytes + d->len, d->bytes + at, len);
			d->len += len;
		}
		break;
	case 6:
		/* the last message takes in what is behind it */
		if (d->len >= NLMSG_HDRLEN)
			nlh->nlmsg_len = d->len;
		break;
	case 7:
		if (d->len >= NLMSG_HDRLEN)
			nlh->nlmsg_flags ^= 1 << below(16);
		break;
	default:
		if (d->len >= NLMSG_HDRLEN)
			nlh->nlmsg_type = (below(2) ? RTM_NEWROUTE : RTMGR_MSG_BASE) + below(9);
	}
}

static int open_all(void)
{
	int err = wire_open(&wire, target, 0);

	err = err ?: wire_open(&listener, target, 0);
	err = err ?: wire_option(&listener, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE);
	err = err ?: wire_option(&listener, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_ROUTE);
	err = err ?: wire_option(&listener, NETLINK_ADD_MEMBERSHIP, RTMGR_GRP_MIRROR);
	return err;
}

static int refresh(void)
{
	static struct wire_datagram d;

	d.len = 0;
	wire_option(&wire, NETLINK_EXT_ACK, below(2));
	wire_option(&wire, NETLINK_CAP_ACK, below(2));
	wire_option(&wire, NETLINK_GET_STRICT_CHK, below(2));
	wire_begin(&d, RTMGR_MSG_FLUSH, NLM_F_REQUEST | NLM_F_ACK, 0xf1, sizeof(struct rtmgrmsg));
	return wire_talk(&wire, &d, NULL, NULL);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 200000, sent = 0;
	time_t until = time(NULL) + (argc > 2 ? atoi(argv[2]) : 60);
	static struct wire_datagram d, base;
	int err, failed, i;

	state = argc > 3 ? strtoull(argv[3], NULL, 0) : (__u64)time(NULL) << 20 | getpid();
	printf("seed %llu\n", (unsigned long long)state);
	err = open_all();
	while (!err && sent < count && time(NULL) < until) {
		__u32 changes = 1 + below(6);

		if (sent % 500 == 0) {
			drain(&wire, false);
			err = refresh();
			drain(&listener, false);
			for (i = 0; !err && i < 5; i++) {
				base.len = 0;
				if (below(4) && scenario_prepare(&base, i) == 0)
					wire_send(&wire, base.bytes, base.len);
			}
			drain(&wire, false);
		}
		d.len = 0;
		scenarios[below(scenario_count)].make(&d);
		while (changes-- && d.len)
			change(&d);
		wire_send(&wire, d.bytes, d.len);
		sent++;
		drain(&wire, true);
		drain(&listener, true);
	}
	printf("%lu datagrams sent, %lu messages came back, %lu of them errors\n", sent, answers,
	       errors);
	if (err)
		printf("ended by %s\n", strerror(-err));
	if (torn || leaked || padding)
		printf("%lu torn datagrams, %lu with fresh memory, %lu bytes of padding not 0\n",
		       torn, leaked, padding);
	failed = !!err + !!torn + !!leaked + !!padding + (errors == 0);
	printf("%d passed, %d failed, 0 skipped\n", 5 - failed, failed);
	return failed != 0;
}
