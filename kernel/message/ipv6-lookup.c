// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTM_GETROUTE of IPv6: longest-prefix match. What inet6_rtm_getroute() and ip6_pol_route() are in
 * the kernel.
 */

#include "ipv6.h"
#include "lookup.h"

/* What is looked for. */
struct question {
	struct rtmgr_ipv6_answer answer;	/* what of it is given back */
	struct rtmgr_key addr;
	u32 table;		/* 0: those that the default rules name */
	u32 ifindex;		/* the device that a route should have; 0: any */
	bool strict;		/* that it must have */
	bool output;		/* not of a packet that came in */
};

static const struct rtmgr_lookup_rules rules = {
	.policy = rtmgr_ipv6_policy,
	.icmp = IPPROTO_ICMPV6,
	.bits = 128,
	.flags = RTM_F_FIB_MATCH,
	.no_header = "ipv6: Invalid header for route get request",
	.bad_values = "ipv6: Invalid values in header for get route request",
	.bad_flags = "ipv6: Invalid flags for get route request",
	.bad_lengths = "ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6",
	.bad_attribute = "ipv6: Unsupported attribute in get route request",
};

static int read_addr(struct in6_addr *addr, const struct nlattr *nla)
{
	if (!nla)
		return 0;
	if (nla_len(nla) < (int)sizeof(*addr))
		return -EINVAL;
	*addr = nla_get_in6_addr(nla);
	return 0;
}

/* Multicast, link-local and loopback addresses mean something on one link only. */
static bool is_of_link(const struct in6_addr *addr)
{
	const u8 *byte = addr->s6_addr;

	if (byte[0] == 0xff || (byte[0] == 0xfe && (byte[1] & 0xc0) == 0x80))
		return true;
	return !memchr_inv(addr, 0, sizeof(*addr) - 1) && byte[15] == 1;
}

static int read_devices(struct question *q, struct nlattr **tb, struct net *net)
{
	u32 iif = tb[RTA_IIF] ? nla_get_u32(tb[RTA_IIF]) : 0;
	u32 oif = tb[RTA_OIF] ? nla_get_u32(tb[RTA_OIF]) : 0;
	unsigned int flags;
	int err;

	q->strict = is_of_link(&q->answer.dst);
	if (iif) {
		err = rtmgr_device_flags(net, iif, &flags);
		if (err)
			return err;
		/* as the kernel does it: RTA_OIF is not looked at then */
		q->answer.iif = iif;
		q->ifindex = iif;
		q->output = iif == RTMGR_LOOPBACK;
		return 0;
	}
	q->ifindex = oif;
	q->output = true;
	if (oif && rtmgr_ipv6_any(&q->answer.src))
		q->strict = true;
	return 0;
}

static int read_question(struct question *q, struct rtmgr_net *rn, struct sk_buff *skb,
			 struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rtm;
	int err;

	err = rtmgr_lookup_parse(&rules, skb, nlh, tb, extack);
	if (err < 0)
		return err;
	rtm = nlmsg_data(nlh);
	*q = (struct question){ .answer.fib_match = rtm->rtm_flags & RTM_F_FIB_MATCH };
	err = read_addr(&q->answer.src, tb[RTA_SRC]);
	if (err)
		return err;
	err = read_addr(&q->answer.dst, tb[RTA_DST]);
	if (err)
		return err;
	err = rtmgr_lookup_ip_proto(&rules, tb[RTA_IP_PROTO], extack);
	if (err)
		return err;
	q->addr = rtmgr_key6(&q->answer.dst);
	if (tb[RTA_TABLE])
		q->table = nla_get_u32(tb[RTA_TABLE]);
	return read_devices(q, tb, rn->net);
}

/* How well a route suits; negative: not at all. */
static int score(const struct question *q, const struct rtmgr_route *route)
{
	bool device = !q->ifindex || q->ifindex == route->path->nh[0].ifindex;

	if (!device && q->strict)
		return -1;
	/* low is 3, medium 0, high 1: this makes them 1, 2 and 3 */
	return (device ? 2 : 0) | (route->path->pref ^ 2) << 2;
}

/*
 * The best of the routes of a prefix: of those with the lowest metric when one of them suits, else
 * of all the others, whatever their metric. That is the kernel's find_rr_leaf().
 */
static const struct rtmgr_route *best_of_prefix(const struct question *q,
						const struct rtmgr_route *first)
{
	const struct rtmgr_route *best = NULL, *route;
	int best_score = -1, points;
	bool others = false;

	for (route = first; route; route = rtmgr_fib6_next(route)) {
		if (!others && route->priority != first->priority) {
			if (best)
				break;
			others = true;
		}
		points = score(q, route);
		if (points > best_score) {
			best_score = points;
			best = route;
		}
	}
	return best;
}

/*
 * The kernel takes the hop of a multipath route that a hash of the addresses says. Here it is the
 * first one.
 */
static const struct rtmgr_route *choose_hop(const struct question *q,
					    const struct rtmgr_table *table,
					    const struct rtmgr_route *route)
{
	const struct rtmgr_route *first;

	if (!rtmgr_fib6_is_sibling(route))
		return route;
	if (q->output && q->ifindex && q->ifindex == route->path->nh[0].ifindex)
		return route;
	first = rtmgr_fib6_first_sibling(table, route);
	return first && score(q, first) >= 0 ? first : route;
}

static const struct rtmgr_route *lookup_table(const struct question *q,
					      const struct rtmgr_table *table)
{
	const struct rtmgr_route *first, *best;
	int plen = 128;

	while (plen >= 0) {
		first = rtmgr_trie_match(&table->trie, q->addr, plen);
		if (!first)
			return NULL;
		best = best_of_prefix(q, first);
		if (best)
			return choose_hop(q, table, best);
		plen = first->plen - 1;
	}
	return NULL;
}

/* What sending over a route would answer. */
static int error_of(const struct rtmgr_route *route)
{
	if (!(route->path->flags & RTF_REJECT))
		return 0;
	return rtmgr_type_error(route->type);
}

/* The route to answer with. RTN_THROW sends on to the next table. */
static const struct rtmgr_route *lookup(const struct question *q, const struct rtmgr_tables *tables,
					const struct rtmgr_table **found)
{
	static const u32 usual[] = { RT_TABLE_LOCAL, RT_TABLE_MAIN, RT_TABLE_DEFAULT };
	const u32 *ids = q->table ? &q->table : usual;
	size_t count = q->table ? 1 : ARRAY_SIZE(usual);
	const struct rtmgr_route *route;
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		*found = rtmgr_table_find(tables, AF_INET6, ids[i]);
		route = *found ? lookup_table(q, *found) : NULL;
		if (!route)
			continue;
		err = error_of(route);
		if (err != -EAGAIN)
			return err ? ERR_PTR(err) : route;
	}
	return ERR_PTR(-ENETUNREACH);
}

int rtmgr_ipv6_getroute(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
			struct sk_buff **reply, struct netlink_ext_ack *extack)
{
	struct rtmgr_telling telling = {
		.portid = NETLINK_CB(request).portid,
		.seq = nlh->nlmsg_seq,
		.type = RTM_NEWROUTE,
	};
	const struct rtmgr_route *route, *first = NULL;
	const struct rtmgr_table *table;
	struct question q;
	struct sk_buff *skb;
	size_t size;
	int err;

	err = read_question(&q, rn, request, nlh, extack);
	if (err)
		return err;
	route = lookup(&q, &rn->tables, &table);
	if (IS_ERR(route))
		return PTR_ERR(route);
	if (q.answer.fib_match && rtmgr_fib6_is_sibling(route))
		first = rtmgr_fib6_first_sibling(table, route);
	/* while it is filled in a writer may add hops */
	size = max_t(size_t, NLMSG_GOODSIZE, 2 * rtmgr_ipv6_size(route, first));
	skb = alloc_skb(size, GFP_ATOMIC);
	if (!skb)
		return -ENOBUFS;
	err = rtmgr_ipv6_fill_route(skb, route, first, &q.answer, &telling);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	*reply = skb;
	return 0;
}
