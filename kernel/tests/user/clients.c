// SPDX-License-Identifier: GPL-2.0-only
/* Many clients of one rtmgr-user, slow ones, and those that go away without a word. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cases.h"

#define CLIENTS		64
#define EACH		50
#define MANY		60000u
/* More notifications than may wait for a member (8 MiB). */
#define FLOOD		240000u

union buffer {
	struct nlmsghdr first;
	__u8 bytes[WIRE_BUFFER];
};

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int begin_dump(const struct wire *wire)
{
	static struct wire_datagram datagram;

	datagram.len = 0;
	wire_route(&datagram, RTM_GETROUTE, NLM_F_DUMP, 77, AF_INET, NULL, 0);
	return wire_send(wire, datagram.bytes, datagram.len);
}

/*
 * All send before anybody reads; then each must find its own answers, in the order of its requests.
 */
enum outcome case_many_clients(void)
{
	struct process process = process_start(NULL);
	static struct wire_datagram datagram;
	static union buffer buffer;
	struct wire wires[CLIENTS];
	int i, k;

	for (i = 0; i < CLIENTS; i++)
		EQUAL(wire_open(&wires[i], process.target, 0), 0);
	for (k = 0; k < EACH; k++) {
		for (i = 0; i < CLIENTS; i++) {
			datagram.len = 0;
			append_route(&datagram, RTM_NEWROUTE, i * EACH + k);
			datagram.last->nlmsg_flags |= NLM_F_ACK;
			CHECK(wire_send(&wires[i], datagram.bytes, datagram.len) > 0);
		}
	}
	for (i = 0; i < CLIENTS; i++) {
		for (k = 0; k < EACH; k++) {
			const struct nlmsgerr *error = NLMSG_DATA(&buffer.first);

			CHECK(wire_receive(&wires[i], buffer.bytes, sizeof(buffer), 10000) > 0);
			EQUAL(buffer.first.nlmsg_type, NLMSG_ERROR);
			EQUAL(buffer.first.nlmsg_pid, wires[i].port);
			EQUAL(buffer.first.nlmsg_seq, i * EACH + k + 1);
			EQUAL(error->error, 0);
		}
		EQUAL(wire_receive(&wires[i], buffer.bytes, sizeof(buffer), 0), -ETIMEDOUT);
	}
	EQUAL(count_routes(&wires[0]), CLIENTS * EACH);
	for (i = 0; i < CLIENTS; i++)
		wire_close(&wires[i]);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}

enum outcome case_forgotten_clients(void)
{
	struct process process = process_start(NULL);
	struct wire first, wire;
	int i, good = 0;

	EQUAL(wire_open(&first, process.target, 0), 0);
	EQUAL(wire_option(&first, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE), 0);
	for (i = 0; i < 1500; i++) {
		if (wire_open(&wire, process.target, 0x50000000u + i))
			break;
		good += wire_option(&wire, NETLINK_EXT_ACK, 1) == 0 &&
			change_route(&wire, RTM_NEWROUTE, i) == 0;
		wire_close(&wire);
	}
	EQUAL(good, 1500);
	/* the member is none of those who made room */
	for (i = 0; i < 1500; i++) {
		union buffer buffer;

		if (wire_receive(&first, buffer.bytes, sizeof(buffer), 5000) < 0 ||
		    buffer.first.nlmsg_type != RTM_NEWROUTE ||
		    buffer.first.nlmsg_seq != (__u32)i + 1)
			break;
	}
	EQUAL(i, 1500);
	wire_close(&first);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}

/* In host order. RTA_DST stands behind RTA_TABLE. */
static __u32 destination(const struct rtmsg *rtm)
{
	const __u8 *first = (const __u8 *)RTM_RTA(rtm);
	const struct rtattr *attr = (const struct rtattr *)(first + RTA_SPACE(4));
	__be32 address;

	memcpy(&address, RTA_DATA(attr), sizeof(address));
	return ntohl(address);
}

enum outcome case_slow_dump(void)
{
	struct process process = process_start(NULL);
	static union buffer buffer;
	struct wire slow, quick;
	long began, count = 0;
	bool over = false;
	__u32 last = 0;
	int i;

	EQUAL(wire_open(&quick, process.target, 0), 0);
	EQUAL(fill_routes(&quick, RTM_NEWROUTE, 0, MANY), 0);
	EQUAL(open_small(&slow, process.target), 0);
	CHECK(begin_dump(&slow) > 0);

	/* it sleeps: others are served at once, and change what it has not read yet */
	began = milliseconds();
	for (i = 0; i < 200; i++)
		EQUAL(change_route(&quick, RTM_DELROUTE, i % 2 ? i : MANY - 1 - i), 0);
	EQUAL(count_routes(&quick), MANY - 200);
	CHECK(milliseconds() - began < 5000);

	while (!over) {
		struct nlmsghdr *nlh = &buffer.first;
		int len = wire_receive(&slow, buffer.bytes, sizeof(buffer), 10000);

		CHECK(len > 0);
		if (len <= 0)
			break;
		for (; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len)) {
			struct rtmsg *rtm = NLMSG_DATA(nlh);
			__u32 address;

			over |= nlh->nlmsg_type == NLMSG_DONE;
			if (nlh->nlmsg_type != RTM_NEWROUTE)
				continue;
			/* in order, so none is told twice */
			address = destination(rtm);
			CHECK(count == 0 || address > last);
			last = address;
			count++;
		}
	}
	/* all that stayed throughout, and at most what went away meanwhile */
	CHECK(count >= (long)MANY - 200 && count <= (long)MANY);
	wire_close(&slow);
	wire_close(&quick);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}

enum outcome case_gone_dump(void)
{
	struct process process = process_start(NULL);
	struct wire wire, other;
	int i;

	EQUAL(wire_open(&wire, process.target, 0), 0);
	EQUAL(fill_routes(&wire, RTM_NEWROUTE, 0, 5000), 0);
	for (i = 0; i < 200; i++) {
		EQUAL(open_small(&other, process.target), 0);
		CHECK(begin_dump(&other) > 0);
		wire_close(&other);
	}
	EQUAL(count_routes(&wire), 5000);
	/* a new socket with the port of one that left a dump behind gets its own answers only */
	EQUAL(wire_open(&other, process.target, 0x51000000), 0);
	CHECK(begin_dump(&other) > 0);
	wire_close(&other);
	EQUAL(count_routes(&wire), 5000);
	EQUAL(wire_open(&other, process.target, 0x51000000), 0);
	EQUAL(change_route(&other, RTM_NEWROUTE, 9000), 0);
	EQUAL(count_routes(&other), 5001);
	wire_close(&other);
	wire_close(&wire);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}

struct heard {
	long before;		/* notifications before the first NLMSG_OVERRUN */
	long all;		/* all of them */
	int overruns;
	bool ordered;
};

/* Reads all there is for a member, until nothing comes for a second. */
static struct heard hear(const struct wire *member)
{
	static union buffer buffer;
	struct heard heard = { .ordered = true };
	__u32 last = 0;
	int len;

	while ((len = wire_receive(member, buffer.bytes, sizeof(buffer), 1000)) > 0) {
		struct nlmsghdr *nlh = &buffer.first;

		for (; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_OVERRUN) {
				heard.overruns++;
			} else if (nlh->nlmsg_type == RTM_NEWROUTE) {
				/* one number for each route: nothing is lost in silence */
				heard.ordered &= nlh->nlmsg_seq > last &&
						 (heard.overruns || !last ||
						  nlh->nlmsg_seq == last + 1);
				last = nlh->nlmsg_seq;
				heard.before += !heard.overruns;
				heard.all++;
			}
		}
	}
	return heard;
}

static struct heard flood(struct process *process, bool no_enobufs)
{
	struct wire writer, member;
	struct heard heard;
	long began;

	EQUAL(wire_open(&writer, process->target, 0), 0);
	EQUAL(wire_open(&member, process->target, 0), 0);
	EQUAL(wire_option(&member, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE), 0);
	if (no_enobufs)
		EQUAL(wire_option(&member, NETLINK_NO_ENOBUFS, 1), 0);
	began = milliseconds();
	EQUAL(fill_routes(&writer, RTM_NEWROUTE, 0, FLOOD), 0);
	CHECK(milliseconds() - began < 20000);
	heard = hear(&member);
	CHECK(heard.ordered);
	CHECK(heard.before > 1000 && heard.before < (long)FLOOD);

	/* it reads again, so it hears again */
	EQUAL(change_route(&writer, RTM_NEWROUTE, FLOOD + 1), 0);
	EQUAL(change_route(&writer, RTM_NEWROUTE, FLOOD + 2), 0);
	EQUAL(hear(&member).all, 2);
	EQUAL(count_routes(&writer), FLOOD + 2);
	wire_close(&member);
	wire_close(&writer);
	return heard;
}

enum outcome case_overrun(void)
{
	struct process process = process_start(NULL);
	struct heard heard = flood(&process, false);

	CHECK(heard.overruns >= 1);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}

enum outcome case_no_enobufs(void)
{
	struct process process = process_start(NULL);
	struct heard heard = flood(&process, true);

	EQUAL(heard.overruns, 0);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}

enum outcome case_gone_member(void)
{
	struct process process = process_start(NULL);
	static union buffer buffer;
	struct wire writer, member;

	EQUAL(wire_open(&writer, process.target, 0), 0);
	EQUAL(wire_open(&member, process.target, 0x52000000), 0);
	EQUAL(wire_option(&member, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE), 0);
	EQUAL(change_route(&writer, RTM_NEWROUTE, 1), 0);
	CHECK(wire_receive(&member, buffer.bytes, sizeof(buffer), 5000) > 0);
	wire_close(&member);
	EQUAL(change_route(&writer, RTM_NEWROUTE, 2), 0);
	/* who has its port now has joined nothing */
	EQUAL(wire_open(&member, process.target, 0x52000000), 0);
	EQUAL(change_route(&writer, RTM_NEWROUTE, 3), 0);
	EQUAL(wire_receive(&member, buffer.bytes, sizeof(buffer), 200), -ETIMEDOUT);
	EQUAL(change_route(&member, RTM_NEWROUTE, 4), 0);
	/* and one that leaves the group hears no more */
	EQUAL(wire_option(&member, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE), 0);
	EQUAL(wire_option(&member, NETLINK_DROP_MEMBERSHIP, RTNLGRP_IPV4_ROUTE), 0);
	EQUAL(change_route(&writer, RTM_NEWROUTE, 5), 0);
	EQUAL(wire_receive(&member, buffer.bytes, sizeof(buffer), 200), -ETIMEDOUT);
	EQUAL(wire_option(&member, NETLINK_ADD_MEMBERSHIP, 33), -EINVAL);
	EQUAL(wire_option(&member, NETLINK_LISTEN_ALL_NSID, 1), -ENOPROTOOPT);
	wire_close(&member);
	wire_close(&writer);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}

enum outcome case_garbage(void)
{
	struct process process = process_start(NULL);
	__u64 state = 0x9e3779b97f4a7c15ull;
	static __u8 bytes[4096];
	struct wire wire;
	int i;

	EQUAL(wire_open(&wire, process.target, 0), 0);
	/* newer kernels do not let an empty one through */
	wire_send(&wire, bytes, 0);
	for (i = 0; i < 3000; i++) {
		static union buffer buffer;
		size_t len, k;

		state = state * 6364136223846793005ull + 1442695040888963407ull;
		len = state >> 33 & (i % 4 ? 63 : 4095);
		for (k = 0; k < len; k++)
			bytes[k] = (state >> (k % 7 * 8)) ^ (k * 31);
		/* now and then a header that could be one */
		if (i % 2 && len >= NLMSG_HDRLEN) {
			struct nlmsghdr *nlh = (struct nlmsghdr *)bytes;

			nlh->nlmsg_len = i % 3 ? len : len + 4;
			nlh->nlmsg_type = i % 5 ? RTM_NEWROUTE + i % 3 : RTMGR_MSG_BASE + i % 8;
		}
		wire_send(&wire, bytes, len);
		while (wire_receive(&wire, buffer.bytes, sizeof(buffer), 0) > 0)
			;
	}
	wire_close(&wire);
	EQUAL(wire_open(&wire, process.target, 0), 0);
	EQUAL(change_route(&wire, RTM_NEWROUTE, 1), 0);
	wire_close(&wire);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}
