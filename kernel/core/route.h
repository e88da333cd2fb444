/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A route, and what routes share: the way that packets would take (struct rtmgr_path). A table of a
 * million routes has a few hundred paths at most, so a route is as small as it can be and a path
 * may be as large as it likes.
 */
#ifndef _RTMGR_ROUTE_H
#define _RTMGR_ROUTE_H

#include "key.h"

/* Longest name of a congestion control algorithm, its end included (TCP_CA_NAME_MAX). */
#define RTMGR_CC_NAME_MAX 16

/* One next hop. Compared and hashed as bytes: whoever makes one clears it first. */
struct rtmgr_nexthop {
	union {
		__be32 gateway4;
		struct in6_addr gateway6;
	};
	u32 ifindex; /* 0: none given */
	u32 realm; /* RTA_FLOW; IPv4 only */
	u8 gateway_family; /* AF_INET, AF_INET6, or AF_UNSPEC: none */
	u8 scope; /* rt_scope_t; IPv4 only, what fib_nh_common.nhc_scope is */
	u8 flags; /* RTNH_F_ONLINK and the like, as a dump tells them */
	u8 weight; /* 1 to 256, less 1: rtnh_hops */
};

/* RTA_METRICS. Which are set is told by a bit each, as a value of 0 can be set, too. */
struct rtmgr_metrics {
	u32 set; /* bit n: RTAX_n */
	u32 value[RTAX_MAX + 1]; /* [RTAX_CC_ALGO] is unused */
	char cc[RTMGR_CC_NAME_MAX]; /* RTAX_CC_ALGO, padded with 0 */
};

/*
 * What routes share. Interned: two routes whose paths are equal in all fields point to the same
 * one, so that comparing pointers compares paths. Never changed once made; readers hold it by RCU
 * through their route.
 *
 * For IPv4 a path is what struct fib_info is. For IPv6 each route, that is each sibling of a
 * multipath route, has a path with one next hop (or none).
 */
struct rtmgr_path {
	struct hlist_node hash_link;
	u32 hash;
	u32 refs; /* routes that point here; changed by writers only */
	struct rcu_head rcu;
	/* from here on compared as bytes: rtmgr_path_size() */
	u8 family;
	u8 protocol; /* rtm_protocol */
	u8 scope; /* rtm_scope */
	u8 type; /* rtm_type */
	u8 pref; /* RTA_PREF; IPv6 only */
	u8 has_prefsrc;
	u8 has_metrics;
	u8 pad;
	u32 flags; /* fib_flags or fib6_flags: what of rtm_flags is kept */
	u32 nexthops; /* count */
	struct rtmgr_key prefsrc;
	struct rtmgr_metrics metrics;
	struct rtmgr_nexthop nh[];
};

/*
 * A route in a trie. The first byte is shared with struct rtmgr_node of trie.c: 0 says that this is
 * a route.
 *
 * Routes of the same address (10.0.0.0/8 and 10.0.0.0/16, say) are a chain in this order: longer
 * prefixes first; then higher TOS; then lower priority; then rank. Rank orders what is equal
 * otherwise by who came first, or was put before: it never changes while the route is there, and a
 * route that replaces another takes over its rank. So (address, prefix length, TOS, priority, rank)
 * is a position in a table that is still good when all around it has changed: dumps resume by it.
 */
struct rtmgr_route {
	u8 bits; /* 0 */
	u8 plen; /* prefix length */
	u8 tos; /* rtm_tos; 0 for IPv6 */
	u8 type; /* rtm_type */
	u32 priority; /* RTA_PRIORITY */
	struct rtmgr_key key; /* the address of the prefix */
	struct rtmgr_route __rcu *next;
	struct rtmgr_path *path;
	struct rcu_head rcu;
	s32 rank;
	u32 table; /* id of its table */
};

/*
 * What a lookup that ends at a route of this type answers: 0, or a negative errno. EAGAIN: go on in
 * the next table.
 */
int rtmgr_type_error(u8 type);

/* Where a route stands in its table's order: see struct rtmgr_route. */
struct rtmgr_position {
	struct rtmgr_key key;
	u32 priority;
	s32 rank;
	u8 plen;
	u8 tos;
};

static inline struct rtmgr_position rtmgr_position_of(const struct rtmgr_route *route)
{
	return (struct rtmgr_position){
		.key = route->key,
		.priority = route->priority,
		.rank = route->rank,
		.plen = route->plen,
		.tos = route->tos,
	};
}

/*
 * Order of routes of one address: less than 0 when route a stands before position b, 0 when it
 * stands right there.
 */
static inline int rtmgr_chain_cmp(const struct rtmgr_route *a, const struct rtmgr_position *b)
{
	if (a->plen != b->plen)
		return a->plen > b->plen ? -1 : 1;
	if (a->tos != b->tos)
		return a->tos > b->tos ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return 0;
}

#endif
