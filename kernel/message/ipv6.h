/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of IPv6 share: a request once it is read, and what each of them does with it. */
#ifndef _RTMGR_IPV6_H
#define _RTMGR_IPV6_H

#include "../core/fib6.h"
#include "family.h"

/* What RTA_PRIORITY is when none is given (IP6_RT_PRIO_USER). */
#define RTMGR_IPV6_METRIC	1024

/*
 * The loopback device has this index in each namespace. Routes that reject are told as routes
 * through it.
 */
#define RTMGR_LOOPBACK		1

/*
 * NEWROUTE or DELROUTE as it is written, and for each hop of RTA_MULTIPATH a copy with the hop's
 * own values.
 */
struct rtmgr_ipv6_request {
	const struct nlmsghdr *nlh;
	u32 portid;
	u32 table;
	u32 metric;
	u32 ifindex;		/* 0: none */
	u32 flags;		/* RTF_... */
	u8 dst_len;
	u8 src_len;
	u8 type;
	u8 protocol;
	u8 pref;
	u8 weight;		/* rtnh_hops */
	bool onlink;
	bool cached;		/* RTM_F_CLONED: means entries of a cache, which there is none of */
	bool encap;
	bool expires;
	u32 nh_id;
	struct in6_addr dst;
	struct in6_addr gateway;	/* when flags have RTF_GATEWAY */
	struct in6_addr prefsrc;	/* ::, none */
	const struct nlattr *metrics;
	const struct nlattr *multipath;
};

extern const struct nla_policy rtmgr_ipv6_policy[RTA_MAX + 1];

/* ipv6-request.c */
int rtmgr_ipv6_request_read(struct rtmgr_ipv6_request *req, struct sk_buff *skb,
			    struct nlmsghdr *nlh, struct netlink_ext_ack *extack);
/*
 * Puts the values of one hop over those of the request. The hop was looked at by
 * rtmgr_ipv6_request_read().
 */
void rtmgr_ipv6_request_hop(struct rtmgr_ipv6_request *hop, const struct rtmgr_ipv6_request *req,
			    struct rtnexthop *rtnh);

/*
 * ipv6-create.c: checks what can be checked of the request alone, and makes the route that it asks
 * for.
 */
int rtmgr_ipv6_check_new(const struct rtmgr_ipv6_request *req, struct netlink_ext_ack *extack);
struct rtmgr_route *rtmgr_ipv6_create(struct rtmgr_net *rn, const struct rtmgr_ipv6_request *req,
				      u32 table, struct netlink_ext_ack *extack);

/* ipv6.c */
int rtmgr_ipv6_insert(struct rtmgr_transaction *txn, u16 flags, struct rtmgr_table *table,
		      struct rtmgr_route *route, u16 *told, struct netlink_ext_ack *extack);
int rtmgr_ipv6_delete(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
		      bool all_hops, struct netlink_ext_ack *extack);

/* ipv6-multipath.c */
int rtmgr_ipv6_multipath_add(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
			     struct rtmgr_table *table, struct netlink_ext_ack *extack);
int rtmgr_ipv6_multipath_del(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
			     struct netlink_ext_ack *extack);

/* ipv6-fill.c */

/* What a lookup answers besides the route. */
struct rtmgr_ipv6_answer {
	struct in6_addr dst;
	struct in6_addr src;
	u32 iif;		/* RTA_IIF of the question; 0: none */
	bool fib_match;		/* RTM_F_FIB_MATCH: the route, not what it is for dst */
};

/*
 * The message that tells of a route. first: the first of its siblings when it is to be told with
 * them, else NULL; they follow it, those behind it before those that stand before it, as in the
 * kernel's ring. answer: NULL, except for a lookup.
 */
int rtmgr_ipv6_fill_route(struct sk_buff *skb, const struct rtmgr_route *route,
			  const struct rtmgr_route *first, const struct rtmgr_ipv6_answer *answer,
			  const struct rtmgr_telling *telling);
/* Most bytes of that message, without its nlmsghdr. */
size_t rtmgr_ipv6_size(const struct rtmgr_route *route, const struct rtmgr_route *first);

/*
 * Adds the notification of a change when someone wants it. group: with all siblings that stand in
 * the table now.
 */
int rtmgr_ipv6_notify(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
		      const struct rtmgr_table *table, const struct rtmgr_route *route, bool group,
		      u16 type, u16 flags);

static inline bool rtmgr_ipv6_any(const struct in6_addr *addr)
{
	return !memchr_inv(addr, 0, sizeof(*addr));
}

#endif
