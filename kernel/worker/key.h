/* SPDX-License-Identifier: GPL-2.0-only */
/* What a message is about. Nothing here has any state. */
#ifndef ROUTELENS_WORKER_KEY_H
#define ROUTELENS_WORKER_KEY_H

#include "check.h"

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

/* The last of a type, as the kernel reads it, or NULL. Shorter than min counts as none. */
const struct rtattr *attribute_find(struct attributes attributes, unsigned int type, size_t min);
uint32_t attribute_u32(const struct rtattr *attribute);

bool is_change(unsigned int type);
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
