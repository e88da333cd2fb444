/* SPDX-License-Identifier: GPL-2.0-only */
/* Random requests about routes, in a space so small that they meet each other all the time. */
#ifndef _RTMGR_TESTS_GENERATE_H
#define _RTMGR_TESTS_GENERATE_H

#include "../vm/wire.h"

/* The devices of the namespace, by ifindex. */
struct devices {
	__u32 lo;
	__u32 veth[2];
	__u32 down;	/* there, but not up */
};

struct generator {
	__u64 state;
	int families;	/* AF_INET, AF_INET6 or AF_UNSPEC: both */
	struct devices devices;
};

/* The next request, in place of what the datagram held. Answers the family of it. */
int generate(struct generator *generator, struct wire_datagram *datagram, __u32 seq);

/* A dump for a strict socket: with filters, and sometimes with what no dump may have. */
void generate_dump(struct generator *generator, struct wire_datagram *datagram, int family);

/* A request as a person would write it: a line without its end. */
void describe(const struct nlmsghdr *nlh, char *text, size_t size);

#endif
