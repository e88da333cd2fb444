// SPDX-License-Identifier: GPL-2.0-only
/* What may pass through a relay. See check.h. */
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <sys/socket.h>

#include "check.h"

/* linux/netlink.h of Linux 6.1 has it. */
#ifndef NLM_F_BULK
#define NLM_F_BULK 0x200
#endif

static const struct {
	uint16_t type;
	uint8_t head;
} kinds[KINDS] = {
	[KIND_RULE] = { RTM_NEWRULE, sizeof(struct fib_rule_hdr) },
	[KIND_ADDRESS] = { RTM_NEWADDR, sizeof(struct ifaddrmsg) },
	[KIND_NEXTHOP] = { RTM_NEWNEXTHOP, sizeof(struct nhmsg) },
	[KIND_ROUTE] = { RTM_NEWROUTE, sizeof(struct rtmsg) },
	[KIND_NEIGHBOUR] = { RTM_NEWNEIGH, sizeof(struct ndmsg) },
};

enum kind kind_of(unsigned int type)
{
	enum kind kind;

	for (kind = KIND_RULE; kind < KINDS; kind++)
		if (type >= kinds[kind].type && type <= kinds[kind].type + 2U)
			return kind;
	return KIND_NONE;
}

size_t kind_head(enum kind kind)
{
	return kinds[kind].head;
}

unsigned int kind_type(enum kind kind)
{
	return kinds[kind].type;
}

const struct rtattr *attribute_next(struct attributes *attributes)
{
	const struct rtattr *attribute = (const void *)attributes->at;
	size_t step;

	if (attributes->left < sizeof(*attribute) || attribute->rta_len < sizeof(*attribute) ||
	    attribute->rta_len > attributes->left)
		return NULL;
	/* the last one of a message need not be padded */
	step = RTA_ALIGN(attribute->rta_len);
	if (step > attributes->left)
		step = attributes->left;
	attributes->at += step;
	attributes->left -= step;
	return attribute;
}

struct attributes attributes_of(const struct nlmsghdr *nlh)
{
	size_t head = NLMSG_SPACE(kinds[kind_of(nlh->nlmsg_type)].head);

	if (nlh->nlmsg_len < head)
		return (struct attributes){ NULL, 0 };
	return (struct attributes){ (const uint8_t *)nlh + head, nlh->nlmsg_len - head };
}

const struct nlmsghdr *message_next(const void *at, size_t left, size_t *step)
{
	const struct nlmsghdr *nlh = at;

	if (left < sizeof(*nlh) || nlh->nlmsg_len < sizeof(*nlh) || nlh->nlmsg_len > left)
		return NULL;
	*step = NLMSG_ALIGN(nlh->nlmsg_len);
	if (*step > left)
		*step = left;
	return nlh;
}

static const char *check_message(const struct nlmsghdr *nlh)
{
	enum kind kind = kind_of(nlh->nlmsg_type);
	unsigned int verb = nlh->nlmsg_type - kinds[kind].type;
	struct attributes attributes;
	uint8_t family;

	if (kind == KIND_NONE || verb == 2)
		return "Only changes of routes, rules, neighbours, next hops and addresses pass";
	if (!(nlh->nlmsg_flags & NLM_F_REQUEST))
		return "A message without NLM_F_REQUEST does not pass";
	/* DEL with it empties whole tables of neighbours */
	if (verb == 1 && nlh->nlmsg_flags & NLM_F_BULK)
		return "A deletion in bulk does not pass";
	if (nlh->nlmsg_len < sizeof(*nlh) + kinds[kind].head)
		return "The message is shorter than its header";
	/* of a bridge or of MPLS are other tables, which nobody asked to change */
	family = *(const uint8_t *)NLMSG_DATA(nlh);
	if (family != AF_INET && family != AF_INET6 &&
	    !(kind == KIND_NEXTHOP && family == AF_UNSPEC))
		return "Only the families IPv4 and IPv6 pass";
	/* so that what it is about can be told for certain */
	attributes = attributes_of(nlh);
	while (attribute_next(&attributes))
		;
	return attributes.left ? "The attributes do not fit the message" : NULL;
}

const char *check_datagram(const void *bytes, size_t length)
{
	const char *refusal;
	const uint8_t *at = bytes;
	size_t step;

	if (!length)
		return "The datagram is empty";
	while (length) {
		const struct nlmsghdr *nlh = message_next(at, length, &step);

		if (!nlh)
			return "The datagram has bytes that are no message";
		refusal = check_message(nlh);
		if (refusal)
			return refusal;
		at += step;
		length -= step;
	}
	return NULL;
}
