// SPDX-License-Identifier: GPL-2.0-only
/* What a message is about. See key.h. */
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <string.h>
#include <sys/socket.h>

#include "key.h"

bool is_change(unsigned int type)
{
	enum kind kind = kind_of(type);

	return kind != KIND_NONE && type != kind_type(kind) + 2;
}

const struct rtattr *attribute_find(struct attributes attributes, unsigned int type, size_t min)
{
	const struct rtattr *attribute, *found = NULL;

	while ((attribute = attribute_next(&attributes)))
		if ((attribute->rta_type & NLA_TYPE_MASK) == type)
			found = attribute;
	return found && RTA_PAYLOAD(found) >= min ? found : NULL;
}

const struct rtnexthop *hop_next(const struct rtattr *hops, size_t *at)
{
	size_t left = RTA_PAYLOAD(hops);
	const struct rtnexthop *hop = (const void *)((const uint8_t *)RTA_DATA(hops) + *at);

	if (*at > left || left - *at < sizeof(*hop) || hop->rtnh_len < sizeof(*hop) ||
	    hop->rtnh_len > left - *at)
		return NULL;
	*at += RTNH_ALIGN(hop->rtnh_len);
	return hop;
}

struct attributes attributes_of_hop(const struct rtnexthop *hop)
{
	const uint8_t *at = (const uint8_t *)hop + sizeof(*hop);

	return (struct attributes){ at, hop->rtnh_len - sizeof(*hop) };
}

uint32_t attribute_u32(const struct rtattr *attribute)
{
	uint32_t value;

	memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}

bool is_local6(const struct key *key)
{
	return key->kind == KIND_ROUTE && key->family == AF_INET6 && key->number == RT_TABLE_LOCAL;
}

/* As the kernel looks it up. */
void key_address(struct key *key, const struct rtattr *attribute, unsigned int bits)
{
	size_t width = key->family == AF_INET ? 4 : 16;
	size_t i;

	if (!attribute)
		return;
	if (RTA_PAYLOAD(attribute) < width)
		width = RTA_PAYLOAD(attribute);
	memcpy(key->address, RTA_DATA(attribute), width);
	for (i = 0; i < sizeof(key->address); i++) {
		if (bits <= 8 * i)
			key->address[i] = 0;
		else if (bits < 8 * i + 8)
			key->address[i] &= 0xff << (8 * i + 8 - bits);
	}
}

static void key_route(const struct nlmsghdr *nlh, struct key *key)
{
	const struct rtmsg *rtm = NLMSG_DATA(nlh);
	const struct rtattr *table = attribute_find(attributes_of(nlh), RTA_TABLE, 4);

	key->number = table ? attribute_u32(table) : rtm->rtm_table;
	if (!key->number)
		key->number = RT_TABLE_MAIN;
	key->plen = rtm->rtm_dst_len;
	key_address(key, attribute_find(attributes_of(nlh), RTA_DST, 0), rtm->rtm_dst_len);
}

static void key_neighbour(const struct nlmsghdr *nlh, struct key *key)
{
	const struct ndmsg *ndm = NLMSG_DATA(nlh);

	key->number = ndm->ndm_ifindex;
	key->plen = !!(ndm->ndm_flags & NTF_PROXY);
	key_address(key, attribute_find(attributes_of(nlh), NDA_DST, 0), 128);
}

static void key_rule(const struct nlmsghdr *nlh, struct key *key)
{
	const struct rtattr *priority = attribute_find(attributes_of(nlh), FRA_PRIORITY, 4);

	/* a dump leaves it out when it is 0; in a request the kernel chooses */
	key->any = !priority;
	key->number = priority ? attribute_u32(priority) : 0;
}

static bool key_nexthop(const struct nlmsghdr *nlh, struct key *key)
{
	const struct rtattr *id = attribute_find(attributes_of(nlh), NHA_ID, 4);

	key->family = AF_UNSPEC;
	key->number = id ? attribute_u32(id) : 0;
	return key->number != 0;
}

static void key_of_address(const struct nlmsghdr *nlh, struct key *key)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(nlh);
	const struct rtattr *address = attribute_find(attributes_of(nlh), IFA_LOCAL, 0);

	key->number = ifa->ifa_index;
	/* IFA_ADDRESS is the peer's where there is a peer, and always with IPv4 */
	if (!address && key->family == AF_INET6)
		address = attribute_find(attributes_of(nlh), IFA_ADDRESS, 0);
	key->any = !address;
	key_address(key, address, 128);
}

bool key_of(const struct nlmsghdr *nlh, struct key *key)
{
	memset(key, 0, sizeof(*key));
	key->kind = kind_of(nlh->nlmsg_type);
	if (key->kind == KIND_NONE || nlh->nlmsg_len < sizeof(*nlh) + kind_head(key->kind))
		return false;
	key->family = *(const uint8_t *)NLMSG_DATA(nlh);
	switch (key->kind) {
	case KIND_ROUTE:
		key_route(nlh, key);
		return true;
	case KIND_NEIGHBOUR:
		key_neighbour(nlh, key);
		return true;
	case KIND_RULE:
		key_rule(nlh, key);
		return true;
	case KIND_NEXTHOP:
		return key_nexthop(nlh, key);
	default:
		key_of_address(nlh, key);
		return true;
	}
}
