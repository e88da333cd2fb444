/* SPDX-License-Identifier: GPL-2.0-only */
/* What may pass through a relay, and what a message is about. Nothing here has any state. */
#ifndef ROUTELENS_HELPER_CHECK_H
#define ROUTELENS_HELPER_CHECK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are put back: each needs those before it. */
enum kind {
	KIND_NONE,
	KIND_RULE,
	KIND_ADDRESS,
	KIND_NEXTHOP,
	KIND_ROUTE,
	KIND_NEIGHBOUR,
	KINDS,
};

/*
 * What a message changes, as narrow as its header and attributes tell for certain. Of a route: all
 * routes of a prefix in a table, whatever their metric, type of service or source.
 */
struct key {
	uint8_t kind;
	uint8_t family;
	uint8_t plen;		/* of a route; of a neighbour 1 when it is a proxy */
	uint8_t any;		/* rule, address: which one is not told */
	uint32_t number;	/* table, priority, id, or interface */
	uint8_t address[16];
};

/* Attributes one behind the other: of a message, or within one of them. */
struct attributes {
	const uint8_t *at;
	size_t left;
};

/* NULL: there are no more. If something is left then, it is no attribute. */
const struct rtattr *attribute_next(struct attributes *attributes);
/* Those of a message; where it is shorter than its header: none. */
struct attributes attributes_of(const struct nlmsghdr *nlh);
/* The last of a type, as the kernel reads it, or NULL. Shorter than min counts as none. */
const struct rtattr *attribute_find(struct attributes attributes, unsigned int type, size_t min);
uint32_t attribute_u32(const struct rtattr *attribute);

/* KIND_NONE: none of ours. The second tells the length of its header behind nlmsghdr. */
enum kind kind_of(unsigned int type);
size_t kind_head(enum kind kind);
/* RTM_NEW* of the kind; the kernel numbers the others behind it: DEL, GET. */
unsigned int kind_type(enum kind kind);
bool is_change(unsigned int type);

/*
 * The message at the start of what is left of a datagram, or NULL when none fits. Does not look
 * into it. step: bytes to the next.
 */
const struct nlmsghdr *message_next(const void *at, size_t left, size_t *step);
/* Whether this datagram may go to the kernel: NULL, or a sentence that says why not. */
const char *check_datagram(const void *bytes, size_t length);

/* Of a message that passed the check, or that a dump brought. False: it names no single thing. */
bool key_of(const struct nlmsghdr *nlh, struct key *key);
/* Of an RTA_MULTIPATH, the next hop at *at, which moves on; NULL: there is none. */
const struct rtnexthop *hop_next(const struct rtattr *hops, size_t *at);
struct attributes attributes_of_hop(const struct rtnexthop *hop);
/* Routes of IPv6 addresses. */
bool is_local6(const struct key *key);
/* With host bits cleared: an attribute's IPv4 or IPv6 address. */
void key_address(struct key *key, const struct rtattr *attribute, unsigned int bits);

#endif
