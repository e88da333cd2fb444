/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of IPv4 share: a request once it is read, and what each of them does with it. */
#ifndef _RTMGR_IPV4_H
#define _RTMGR_IPV4_H

#include "../core/fib4.h"
#include "metrics.h"

struct rtmgr_ipv4_gateway {
	u8 family;		/* AF_INET, AF_INET6, or AF_UNSPEC: none */
	union {
		__be32 v4;
		struct in6_addr v6;
	};
};

/* RTM_NEWROUTE and RTM_DELROUTE: what struct fib_config is in the kernel. 0 and NULL: not given. */
struct rtmgr_ipv4_request {
	struct rtmgr_fib4_key key;
	u32 table;
	u32 flags;		/* rtm_flags */
	u32 oif;
	u32 realm;
	u32 nh_id;
	__be32 prefsrc;
	struct rtmgr_ipv4_gateway gateway;
	u8 protocol;
	u8 scope;
	u8 type;
	const struct nlattr *encap;
	const struct nlattr *metrics;
	const struct nlattr *multipath;
};

/* What RTNH_F_... a driver sets: not part of what a route is, and not for a request to say. */
#define RTMGR_IPV4_DRIVER_FLAGS	(RTNH_F_OFFLOAD | RTNH_F_TRAP)

/* ipv4-request.c */
int rtmgr_ipv4_read(struct rtmgr_ipv4_request *req, const struct nlmsghdr *nlh,
		    struct netlink_ext_ack *extack);
int rtmgr_ipv4_read_via(struct rtmgr_ipv4_gateway *gateway, const struct nlattr *nla,
			struct netlink_ext_ack *extack);
/* ENCAP: no encapsulation can be had. */
int rtmgr_ipv4_refuse_encap(const struct nlattr *encap, struct netlink_ext_ack *extack);

/* ipv4-multipath.c: RTA_MULTIPATH */

/* How many next hops it has; -EINVAL: they do not fill it. */
int rtmgr_ipv4_multipath_count(const struct rtmgr_ipv4_request *req,
			       struct netlink_ext_ack *extack);
/* Reads them into a path that has room for them. */
int rtmgr_ipv4_multipath_read(const struct rtmgr_ipv4_request *req, struct rtmgr_path *path,
			      struct netlink_ext_ack *extack);
/* Whether a route has the next hops that a deletion names. */
bool rtmgr_ipv4_multipath_match(const struct rtmgr_ipv4_request *req,
				const struct rtmgr_path *path, struct netlink_ext_ack *extack);
/* Whether two gateways are one. */
bool rtmgr_ipv4_gateway_is(const struct rtmgr_nexthop *nh,
			   const struct rtmgr_ipv4_gateway *gateway);
void rtmgr_ipv4_gateway_set(struct rtmgr_nexthop *nh, const struct rtmgr_ipv4_gateway *gateway);

/* ipv4-path.c: the path that a request describes, as a draft, or an error in a pointer. */
struct rtmgr_path *rtmgr_ipv4_path(struct net *net, const struct rtmgr_ipv4_request *req,
				   struct netlink_ext_ack *extack);

/* ipv4-nexthop.c: checks a next hop by itself, and finds its scope. */
int rtmgr_ipv4_check_nexthop(struct net *net, struct rtmgr_nexthop *nh, u8 scope,
			     struct netlink_ext_ack *extack);

/* ipv4-fill.c */

/* As rtmgr_ipv4_fill(), but says another table and type. */
int rtmgr_ipv4_fill_as(struct sk_buff *skb, const struct rtmgr_route *route, u32 table, u8 type,
		       const struct rtmgr_telling *telling);
/* RTA_GATEWAY or RTA_VIA */
int rtmgr_ipv4_fill_gateway(struct sk_buff *skb, const struct rtmgr_nexthop *nh);
/* Most bytes of the message that tells of a route, without its nlmsghdr. */
size_t rtmgr_ipv4_size(const struct rtmgr_route *route);

#endif
