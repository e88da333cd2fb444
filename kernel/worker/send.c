// SPDX-License-Identifier: GPL-2.0-only
/* Messages that put the old state back. See send.h. */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/nexthop.h>
#include <string.h>
#include <sys/socket.h>

#include "ask.h"
#include "send.h"

/* Messages on their way to the kernel. */
static struct {
	int fd;
	uint32_t seq;
	unsigned int sent;
	unsigned int done;	/* of all so far, that the kernel took */
	size_t length;
	union {
		struct nlmsghdr align;
		uint8_t bytes[128 << 10];
	};
} batch;

/* Of routes that are there for a moment only; nobody else's. */
#define CRUTCH_PROTOCOL 250
#define LOOPBACK_IFINDEX 1
#define BATCH_MESSAGES 128
#define BATCH_BYTES (32 << 10)

void send_flush(void)
{
	static uint64_t buffer[(160 << 10) / sizeof(uint64_t)];
	const struct nlmsghdr *nlh;
	unsigned int waiting = batch.sent;
	ssize_t length;
	size_t step;

	if (batch.length && ask_send(GATE_UNDO, batch.bytes, batch.length))
		waiting = 0;
	while (waiting) {
		const uint8_t *at = (const uint8_t *)buffer;

		length = recv(batch.fd, buffer, sizeof(buffer), 0);
		if (length < 0 && errno == EINTR)
			continue;
		/* what they did is looked at in the next round */
		if (length < 0)
			break;
		for (; (nlh = message_next(at, length, &step)); at += step, length -= step) {
			int error = 0;

			if (nlh->nlmsg_type != NLMSG_ERROR ||
			    nlh->nlmsg_len < NLMSG_SPACE(sizeof(error)))
				continue;
			memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
			batch.done += !error;
			if (waiting)
				waiting--;
		}
	}
	batch.length = 0;
	batch.sent = 0;
}

/* Room for a message of so many bytes. */
static struct nlmsghdr *batch_next(unsigned int type, unsigned int flags, size_t length)
{
	struct nlmsghdr *nlh;

	if (batch.sent == BATCH_MESSAGES || batch.length + length > BATCH_BYTES)
		send_flush();
	nlh = (void *)(batch.bytes + batch.length);
	*nlh = (struct nlmsghdr){ NLMSG_LENGTH(length), type, NLM_F_REQUEST | NLM_F_ACK | flags,
				  ++batch.seq, 0 };
	return nlh;
}

static void batch_add(const struct nlmsghdr *nlh)
{
	batch.length += NLMSG_ALIGN(nlh->nlmsg_len);
	batch.sent++;
}

static void put_attribute(struct nlmsghdr *nlh, unsigned int type, const void *data, size_t length)
{
	struct rtattr *attribute = (void *)((uint8_t *)nlh + NLMSG_ALIGN(nlh->nlmsg_len));

	memset(attribute, 0, RTA_SPACE(length));
	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(attribute), data, length);
	nlh->nlmsg_len = NLMSG_ALIGN(nlh->nlmsg_len) + RTA_SPACE(length);
}

/* How long it is still to live. */
static void put_lifetime(struct nlmsghdr *nlh, const struct record *record)
{
	struct ifa_cacheinfo ages = { 0 };
	uint32_t left[2], now = snapshot_clock();
	int i;

	for (i = 0; i < 2; i++) {
		left[i] = record->until[i] > now ? record->until[i] - now : 0;
		if (!record->until[i])
			left[i] = UINT32_MAX;
	}
	ages.ifa_prefered = left[0];
	ages.ifa_valid = left[1];
	if (record->key.kind == KIND_ADDRESS)
		put_attribute(nlh, IFA_CACHEINFO, &ages, sizeof(ages));
	else
		put_attribute(nlh, RTA_EXPIRES, &left[1], sizeof(left[1]));
}

static struct nlmsghdr *put_record(const struct record *record, unsigned int flags)
{
	unsigned int type = kind_type(record->key.kind);
	struct nlmsghdr *nlh = batch_next(type, flags, record->length);

	memcpy(NLMSG_DATA(nlh), record->body, record->length);
	if (record->until[0] || record->until[1])
		put_lifetime(nlh, record);
	batch_add(nlh);
	return nlh;
}

/*
 * An IPv6 address is first added without the search for duplicates, which takes a second or two in
 * which routes that prefer it are refused. It had been there a moment ago.
 */
static void put_address6(const struct record *record)
{
	struct nlmsghdr *nlh = put_record(record, NLM_F_CREATE);
	const struct rtattr *attribute = attribute_find(attributes_of(nlh), IFA_FLAGS, 4);
	uint32_t flags = attribute ? attribute_u32(attribute) | IFA_F_NODAD : IFA_F_NODAD;

	if (!attribute)
		return;
	memcpy(RTA_DATA(attribute), &flags, sizeof(flags));
	put_record(record, NLM_F_REPLACE);
}

/* A host route straight to an address, in front of all others; and away with it. */
static void put_host(uint32_t table, bool local, uint32_t ifindex, const struct rtattr *gateway,
		     bool add)
{
	uint8_t family = RTA_PAYLOAD(gateway) == 4 ? AF_INET : AF_INET6;
	const uint32_t first = 1;
	struct rtmsg route = {
		.rtm_family = family,
		.rtm_dst_len = family == AF_INET ? 32 : 128,
		.rtm_protocol = CRUTCH_PROTOCOL,
		.rtm_scope = local ? RT_SCOPE_HOST : RT_SCOPE_LINK,
		.rtm_type = local ? RTN_LOCAL : RTN_UNICAST,
	};
	struct nlmsghdr *nlh;

	nlh = batch_next(RTM_NEWROUTE + !add, add ? NLM_F_CREATE : 0, sizeof(route) + 64);
	nlh->nlmsg_len = NLMSG_LENGTH(sizeof(route));
	memcpy(NLMSG_DATA(nlh), &route, sizeof(route));
	put_attribute(nlh, RTA_DST, RTA_DATA(gateway), RTA_PAYLOAD(gateway));
	put_attribute(nlh, RTA_OIF, &ifindex, sizeof(ifindex));
	put_attribute(nlh, RTA_TABLE, &table, sizeof(table));
	/* IPv4 has 0 for the first */
	if (family == AF_INET6)
		put_attribute(nlh, RTA_PRIORITY, &first, sizeof(first));
	batch_add(nlh);
}

static void put_crutch(uint32_t table, uint32_t ifindex, const struct rtattr *gateway, bool add)
{
	/* the table itself is asked, or main, or all rules, which begin with local */
	put_host(table, false, ifindex, gateway, add);
	if (table != RT_TABLE_MAIN)
		put_host(RT_TABLE_MAIN, false, ifindex, gateway, add);
	if (table != RT_TABLE_LOCAL)
		put_host(RT_TABLE_LOCAL, false, ifindex, gateway, add);
}

void send_crutches(const struct record *record, bool add)
{
	bool route = record->key.kind == KIND_ROUTE;
	const struct rtattr *gateway = record_find(record, route ? RTA_GATEWAY : NHA_GATEWAY, 4);
	const struct rtattr *oif = record_find(record, route ? RTA_OIF : NHA_OIF, 4);
	const struct rtattr *hops = record_find(record, RTA_MULTIPATH, sizeof(struct rtnexthop));
	const struct rtattr *source = record_find(record, RTA_PREFSRC, 4);
	uint32_t table = route ? record->key.number : RT_TABLE_MAIN;
	const struct rtnexthop *hop;
	size_t at = 0;

	if (!route && record->key.kind != KIND_NEXTHOP)
		return;
	if (gateway && oif)
		put_crutch(table, attribute_u32(oif), gateway, add);
	while (route && hops && (hop = hop_next(hops, &at))) {
		gateway = attribute_find(attributes_of_hop(hop), RTA_GATEWAY, 4);
		if (gateway)
			put_crutch(table, hop->rtnh_ifindex, gateway, add);
	}
	if (route && source && record->key.family == AF_INET)
		put_host(RT_TABLE_LOCAL, true, LOOPBACK_IFINDEX, source, add);
}

void send_record(const struct record *record, bool add)
{
	enum kind kind = record->key.kind;
	static const uint16_t flags[KINDS] = {
		[KIND_RULE] = NLM_F_CREATE,
		[KIND_ADDRESS] = NLM_F_CREATE,
		[KIND_NEXTHOP] = NLM_F_CREATE | NLM_F_REPLACE,
		[KIND_ROUTE] = NLM_F_CREATE | NLM_F_APPEND,
		[KIND_NEIGHBOUR] = NLM_F_CREATE | NLM_F_REPLACE,
	};
	struct nlmsghdr *nlh;

	/* cannot be: a message of a dump is no longer than 64 KiB */
	if (record->length > sizeof(batch.bytes) - BATCH_BYTES - 256)
		return;
	if (add && kind == KIND_ADDRESS && record->key.family == AF_INET6) {
		put_address6(record);
	} else if (add) {
		put_record(record, flags[kind]);
	} else if (kind == KIND_NEXTHOP) {
		/* nothing but the id */
		nlh = batch_next(RTM_DELNEXTHOP, 0, sizeof(struct nhmsg));
		memset(NLMSG_DATA(nlh), 0, sizeof(struct nhmsg));
		put_attribute(nlh, NHA_ID, &record->key.number, 4);
		batch_add(nlh);
	} else {
		nlh = batch_next(kind_type(kind) + 1, 0, record->length);
		memcpy(NLMSG_DATA(nlh), record->body, record->length);
		/* its type is not told where the next hop is a black hole */
		if (kind == KIND_ROUTE && record_find(record, RTA_NH_ID, 4))
			((struct rtmsg *)NLMSG_DATA(nlh))->rtm_type = RTN_UNSPEC;
		batch_add(nlh);
	}
}

void send_begin(int fd)
{
	batch.fd = fd;
	batch.done = 0;
}

unsigned int send_done(void)
{
	return batch.done;
}
