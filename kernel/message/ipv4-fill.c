// SPDX-License-Identifier: GPL-2.0-only
/*
 * The message that tells of an IPv4 route: what fib_dump_info() is in the kernel. The order of
 * attributes is its.
 */

#include "ipv4.h"

int rtmgr_ipv4_fill_gateway(struct sk_buff *skb, const struct rtmgr_nexthop *nh)
{
	struct rtvia *via;
	struct nlattr *nla;

	switch (nh->gateway_family) {
	case AF_INET:
		return nla_put_in_addr(skb, RTA_GATEWAY, nh->gateway4);
	case AF_INET6:
		nla = nla_reserve(skb, RTA_VIA,
				  offsetof(struct rtvia, rtvia_addr) + sizeof(nh->gateway6));
		if (!nla)
			return -EMSGSIZE;
		via = nla_data(nla);
		via->rtvia_family = AF_INET6;
		memcpy(via->rtvia_addr, &nh->gateway6, sizeof(nh->gateway6));
		return 0;
	default:
		return 0;
	}
}

static int fill_realm(struct sk_buff *skb, const struct rtmgr_nexthop *nh)
{
	return nh->realm ? nla_put_u32(skb, RTA_FLOW, nh->realm) : 0;
}

static int fill_hop(struct sk_buff *skb, const struct rtmgr_nexthop *nh)
{
	struct rtnexthop *rtnh = nla_reserve_nohdr(skb, sizeof(*rtnh));

	if (!rtnh)
		return -EMSGSIZE;
	rtnh->rtnh_flags = nh->flags & RTNH_F_ONLINK;
	rtnh->rtnh_hops = nh->weight;
	rtnh->rtnh_ifindex = nh->ifindex;
	if (rtmgr_ipv4_fill_gateway(skb, nh) || fill_realm(skb, nh))
		return -EMSGSIZE;
	rtnh->rtnh_len = skb_tail_pointer(skb) - (unsigned char *)rtnh;
	return 0;
}

static int fill_multipath(struct sk_buff *skb, const struct rtmgr_path *path)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, RTA_MULTIPATH);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < path->nexthops; i++)
		if (fill_hop(skb, &path->nh[i]))
			return -EMSGSIZE;
	/* the length of an attribute has 16 bits */
	if (skb_tail_pointer(skb) - (unsigned char *)nest > U16_MAX)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_single(struct sk_buff *skb, const struct rtmgr_nexthop *nh)
{
	if (rtmgr_ipv4_fill_gateway(skb, nh))
		return -EMSGSIZE;
	if (nh->ifindex && nla_put_u32(skb, RTA_OIF, nh->ifindex))
		return -EMSGSIZE;
	return fill_realm(skb, nh);
}

static int fill_attributes(struct sk_buff *skb, const struct rtmgr_route *route, u32 table)
{
	const struct rtmgr_path *path = route->path;

	if (nla_put_u32(skb, RTA_TABLE, table))
		return -EMSGSIZE;
	if (route->plen && nla_put_in_addr(skb, RTA_DST, rtmgr_addr4(route->key)))
		return -EMSGSIZE;
	if (route->priority && nla_put_u32(skb, RTA_PRIORITY, route->priority))
		return -EMSGSIZE;
	if (rtmgr_metrics_fill(skb, path))
		return -EMSGSIZE;
	if (path->has_prefsrc && nla_put_in_addr(skb, RTA_PREFSRC, rtmgr_addr4(path->prefsrc)))
		return -EMSGSIZE;
	if (path->nexthops == 1)
		return fill_single(skb, &path->nh[0]);
	return fill_multipath(skb, path);
}

int rtmgr_ipv4_fill_as(struct sk_buff *skb, const struct rtmgr_route *route, u32 table, u8 type,
		       const struct rtmgr_telling *telling)
{
	const struct rtmgr_path *path = route->path;
	struct nlmsghdr *nlh;
	struct rtmsg *rtm;

	nlh = nlmsg_put(skb, telling->portid, telling->seq, telling->type, sizeof(*rtm),
			telling->flags);
	if (!nlh)
		return -EMSGSIZE;
	rtm = nlmsg_data(nlh);
	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = route->plen;
	rtm->rtm_src_len = 0;
	rtm->rtm_tos = route->tos;
	rtm->rtm_table = table < 256 ? table : RT_TABLE_COMPAT;
	rtm->rtm_protocol = path->protocol;
	rtm->rtm_scope = path->scope;
	rtm->rtm_type = type;
	/* of a single next hop the flags are told here, of several each has its own */
	rtm->rtm_flags = path->nexthops == 1 ? path->nh[0].flags & RTNH_F_ONLINK : path->flags;
	if (fill_attributes(skb, route, table)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

int rtmgr_ipv4_fill(struct sk_buff *skb, const struct rtmgr_route *route,
		    const struct rtmgr_telling *telling)
{
	return rtmgr_ipv4_fill_as(skb, route, route->table, route->type, telling);
}

static size_t hop_size(const struct rtmgr_nexthop *nh)
{
	size_t size = NLA_ALIGN(sizeof(struct rtnexthop)) + nla_total_size(sizeof(u32));

	if (nh->gateway_family == AF_INET)
		size += nla_total_size(sizeof(__be32));
	else if (nh->gateway_family == AF_INET6)
		size += nla_total_size(sizeof(struct rtvia) + sizeof(struct in6_addr));
	return size + nla_total_size(sizeof(u32));
}

size_t rtmgr_ipv4_size(const struct rtmgr_route *route)
{
	const struct rtmgr_path *path = route->path;
	size_t size = NLMSG_ALIGN(sizeof(struct rtmsg)) +
		      3 * nla_total_size(sizeof(u32)) +		/* table, destination, priority */
		      nla_total_size(sizeof(__be32)) +		/* preferred source */
		      rtmgr_metrics_size(path);
	size_t hops = 0;
	u32 i;

	for (i = 0; i < path->nexthops; i++)
		hops += hop_size(&path->nh[i]);
	return size + nla_total_size(hops);
}
