// SPDX-License-Identifier: GPL-2.0-only
/*
 * The message that tells of an IPv6 route: what rt6_fill_node() is in the kernel. The order of
 * attributes is its.
 */

#include "ipv6.h"

bool rtmgr_ipv6_is_sibling(const struct rtmgr_route *route)
{
	return rtmgr_fib6_is_sibling(route);
}

static int fill_gateway(struct sk_buff *skb, const struct rtmgr_nexthop *nh)
{
	if (nh->gateway_family == AF_UNSPEC)
		return 0;
	return nla_put_in6_addr(skb, RTA_GATEWAY, &nh->gateway6);
}

static int fill_hop(struct sk_buff *skb, const struct rtmgr_nexthop *nh)
{
	struct rtnexthop *rtnh = nla_reserve_nohdr(skb, sizeof(*rtnh));

	if (!rtnh)
		return -EMSGSIZE;
	rtnh->rtnh_flags = nh->flags;
	rtnh->rtnh_hops = nh->weight;
	rtnh->rtnh_ifindex = nh->ifindex;
	if (fill_gateway(skb, nh))
		return -EMSGSIZE;
	rtnh->rtnh_len = skb_tail_pointer(skb) - (unsigned char *)rtnh;
	return 0;
}

/* The hops of a group: of this route, of those behind it, and of those before it. */
static int fill_hops(struct sk_buff *skb, const struct rtmgr_route *route,
		     const struct rtmgr_route *behind, const struct rtmgr_route *before)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, RTA_MULTIPATH);

	if (!nest || fill_hop(skb, &route->path->nh[0]))
		return -EMSGSIZE;
	for (; behind; behind = rtmgr_fib6_next_sibling(behind))
		if (fill_hop(skb, &behind->path->nh[0]))
			return -EMSGSIZE;
	for (; before && before->rank < route->rank; before = rtmgr_fib6_next_sibling(before))
		if (fill_hop(skb, &before->path->nh[0]))
			return -EMSGSIZE;
	/* the length of an attribute has 16 bits */
	if (skb_tail_pointer(skb) - (unsigned char *)nest > U16_MAX)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_way(struct sk_buff *skb, struct rtmsg *rtm, const struct rtmgr_route *route,
		    const struct rtmgr_route *first)
{
	const struct rtmgr_route *behind = first ? rtmgr_fib6_next_sibling(route) : NULL;
	const struct rtmgr_route *before = first && first->rank < route->rank ? first : NULL;
	const struct rtmgr_nexthop *nh = &route->path->nh[0];

	if (behind || before)
		return fill_hops(skb, route, behind, before);
	if (fill_gateway(skb, nh))
		return -EMSGSIZE;
	rtm->rtm_flags |= nh->flags;
	if (nh->ifindex && nla_put_u32(skb, RTA_OIF, nh->ifindex))
		return -EMSGSIZE;
	return 0;
}

/*
 * The way for one address. A local one is reached over the loopback device, whatever its route
 * says.
 */
static int fill_way_of_answer(struct sk_buff *skb, const struct rtmgr_path *path)
{
	const struct rtmgr_nexthop *nh = &path->nh[0];
	u32 ifindex = path->flags & RTF_LOCAL ? RTMGR_LOOPBACK : nh->ifindex;

	if (fill_gateway(skb, nh))
		return -EMSGSIZE;
	if (ifindex && nla_put_u32(skb, RTA_OIF, ifindex))
		return -EMSGSIZE;
	return 0;
}

static int fill_prefix(struct sk_buff *skb, struct rtmsg *rtm, const struct rtmgr_route *route,
		       const struct rtmgr_ipv6_answer *answer)
{
	struct in6_addr addr;

	if (answer && !answer->fib_match) {
		rtm->rtm_dst_len = 128;
		rtm->rtm_src_len = 128;
		if (nla_put_in6_addr(skb, RTA_DST, &answer->dst) ||
		    nla_put_in6_addr(skb, RTA_SRC, &answer->src))
			return -EMSGSIZE;
	} else if (route->plen) {
		rtm->rtm_dst_len = route->plen;
		addr = rtmgr_addr6(route->key);
		if (nla_put_in6_addr(skb, RTA_DST, &addr))
			return -EMSGSIZE;
	}
	if (answer && answer->iif && nla_put_u32(skb, RTA_IIF, answer->iif))
		return -EMSGSIZE;
	return 0;
}

static int fill_attributes(struct sk_buff *skb, struct rtmsg *rtm, const struct rtmgr_route *route,
			   const struct rtmgr_route *first, const struct rtmgr_ipv6_answer *answer)
{
	const struct rtmgr_path *path = route->path;
	struct rta_cacheinfo cacheinfo = {};
	struct in6_addr addr;
	int err;

	if (nla_put_u32(skb, RTA_TABLE, route->table))
		return -EMSGSIZE;
	if (fill_prefix(skb, rtm, route, answer))
		return -EMSGSIZE;
	if (path->has_prefsrc) {
		addr = rtmgr_addr6(path->prefsrc);
		if (nla_put_in6_addr(skb, RTA_PREFSRC, &addr))
			return -EMSGSIZE;
	}
	if (rtmgr_metrics_fill(skb, path))
		return -EMSGSIZE;
	if (nla_put_u32(skb, RTA_PRIORITY, route->priority))
		return -EMSGSIZE;
	if (answer && !answer->fib_match)
		err = fill_way_of_answer(skb, path);
	else
		err = fill_way(skb, rtm, route, first);
	if (err)
		return err;
	if (nla_put(skb, RTA_CACHEINFO, sizeof(cacheinfo), &cacheinfo))
		return -EMSGSIZE;
	return nla_put_u8(skb, RTA_PREF, path->pref);
}

int rtmgr_ipv6_fill_route(struct sk_buff *skb, const struct rtmgr_route *route,
			  const struct rtmgr_route *first, const struct rtmgr_ipv6_answer *answer,
			  const struct rtmgr_telling *telling)
{
	struct nlmsghdr *nlh;
	struct rtmsg *rtm;

	nlh = nlmsg_put(skb, telling->portid, telling->seq, telling->type, sizeof(*rtm),
			telling->flags);
	if (!nlh)
		return -EMSGSIZE;
	rtm = nlmsg_data(nlh);
	*rtm = (struct rtmsg){
		.rtm_family = AF_INET6,
		.rtm_table = route->table < 256 ? route->table : RT_TABLE_COMPAT,
		.rtm_protocol = route->path->protocol,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = route->type,
	};
	if (fill_attributes(skb, rtm, route, first, answer)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

int rtmgr_ipv6_fill(struct sk_buff *skb, const struct rtmgr_route *route, bool siblings,
		    const struct rtmgr_telling *telling)
{
	bool group = siblings && rtmgr_fib6_is_sibling(route);

	return rtmgr_ipv6_fill_route(skb, route, group ? route : NULL, NULL, telling);
}

size_t rtmgr_ipv6_size(const struct rtmgr_route *route, const struct rtmgr_route *first)
{
	size_t hop = NLA_ALIGN(sizeof(struct rtnexthop)) + nla_total_size(sizeof(struct in6_addr));
	size_t hops = nla_total_size(0);

	/* more than an attribute can hold is not told, see fill_hops() */
	for (; first && hops <= U16_MAX; first = rtmgr_fib6_next_sibling(first))
		hops += hop;
	return NLMSG_ALIGN(sizeof(struct rtmsg)) +
	       nla_total_size(sizeof(struct in6_addr)) +	/* RTA_DST */
	       nla_total_size(sizeof(struct in6_addr)) +	/* RTA_PREFSRC */
	       nla_total_size(sizeof(struct in6_addr)) +	/* RTA_GATEWAY */
	       nla_total_size(sizeof(u32)) +			/* RTA_TABLE */
	       nla_total_size(sizeof(u32)) +			/* RTA_OIF */
	       nla_total_size(sizeof(u32)) +			/* RTA_PRIORITY */
	       rtmgr_metrics_size(route->path) +
	       nla_total_size(sizeof(struct rta_cacheinfo)) +
	       nla_total_size(sizeof(u8)) +			/* RTA_PREF */
	       hops;
}

int rtmgr_ipv6_notify(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
		      const struct rtmgr_table *table, const struct rtmgr_route *route, bool group,
		      u16 type, u16 flags)
{
	struct rtmgr_telling telling = {
		.portid = req->portid,
		.seq = req->nlh->nlmsg_seq,
		.type = type,
		.flags = flags,
	};
	const struct rtmgr_route *first = NULL;
	struct sk_buff *skb;
	int err;

	if (!rtmgr_notice_wanted(txn, req->nlh, RTNLGRP_IPV6_ROUTE))
		return 0;
	if (group && rtmgr_fib6_is_sibling(route))
		first = rtmgr_fib6_first_sibling(table, route);
	skb = nlmsg_new(rtmgr_ipv6_size(route, first), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	err = rtmgr_ipv6_fill_route(skb, route, first, NULL, &telling);
	/* a group that is larger than an attribute can be is told without the others */
	if (err && first)
		err = rtmgr_ipv6_fill_route(skb, route, NULL, NULL, &telling);
	if (err) {
		WARN_ON_ONCE(1);
		kfree_skb(skb);
		return err;
	}
	return rtmgr_notice_add(txn, skb, req->portid, req->nlh, RTNLGRP_IPV6_ROUTE);
}
