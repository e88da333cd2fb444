// SPDX-License-Identifier: GPL-2.0-only
/* What the verbs of client.c are made of. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "work.h"

double work_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

struct wire_datagram *work_datagram(void)
{
	struct wire_datagram *datagram = calloc(1, sizeof(*datagram));

	if (!datagram) {
		perror("calloc");
		exit(2);
	}
	return datagram;
}

void work_route(struct wire_datagram *datagram, __u16 type, __u16 flags, __u32 i)
{
	__be32 address = htonl(0x0a000000 + i);

	wire_route(datagram, type, flags, i + 1, AF_INET, &address, 32);
	if (type == RTM_NEWROUTE)
		wire_attr_u32(datagram, RTA_OIF, 1);
}

int work_load(const struct wire *wire, __u32 from, __u32 count)
{
	struct wire_datagram *datagram = work_datagram();
	__u32 i;
	int err = 0;

	for (i = from; i < from + count && !err; i++) {
		bool last = i + 1 == from + count || (i - from) % 300 == 299;
		__u16 flags = NLM_F_CREATE | NLM_F_REPLACE | (last ? NLM_F_ACK : 0);

		work_route(datagram, RTM_NEWROUTE, flags, i);
		if (!last)
			continue;
		err = wire_talk(wire, datagram, NULL, NULL);
		datagram->len = 0;
	}
	free(datagram);
	return err;
}

static void count_routes(const struct nlmsghdr *nlh, void *context)
{
	if (nlh->nlmsg_type == RTM_NEWROUTE)
		++*(__u32 *)context;
}

int work_dump(const struct wire *wire, __u32 *count)
{
	struct wire_datagram *datagram = work_datagram();
	struct rtmsg *rtm = wire_route(datagram, RTM_GETROUTE, NLM_F_DUMP, 7, AF_INET, NULL, 0);
	int err;

	*count = 0;
	rtm->rtm_table = RT_TABLE_UNSPEC;
	err = wire_talk(wire, datagram, count_routes, count);
	free(datagram);
	return err;
}

int work_flush(const struct wire *wire)
{
	struct wire_datagram *datagram = work_datagram();
	__u16 flags = NLM_F_REQUEST | NLM_F_ACK;
	int err;

	wire_begin(datagram, RTMGR_MSG_FLUSH, flags, 1, sizeof(struct rtmgrmsg));
	err = wire_talk(wire, datagram, NULL, NULL);
	free(datagram);
	return err;
}
