// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTM_GETROUTE of IPv4: which way an address goes. What inet_rtm_getroute() is in the kernel, with
 * as much of the output and input routes behind it as a table can know that has no addresses, no
 * neighbours and no traffic.
 */

#include "ipv4-answer.h"
#include "lookup.h"

static const struct rtmgr_lookup_rules rules = {
	.policy = rtmgr_ipv4_policy,
	.icmp = IPPROTO_ICMP,
	.bits = 32,
	.flags = RTM_F_NOTIFY | RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH,
	.no_header = "ipv4: Invalid header for route get request",
	.bad_values = "ipv4: Invalid values in header for route get request",
	.bad_flags = "ipv4: Unsupported rtm_flags for route get request",
	.bad_lengths = "ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4",
	.bad_attribute = "ipv4: Unsupported attribute in route get request",
};

static kuid_t read_uid(const struct rtmgr_ipv4_question *q, const struct nlattr *nla,
		       struct sk_buff *skb)
{
	if (nla)
		return make_kuid(current_user_ns(), nla_get_u32(nla));
	/* a packet that came in belongs to nobody yet */
	return q->iif ? INVALID_UID : NETLINK_CREDS(skb)->uid;
}

static int read_question(struct rtmgr_ipv4_question *q, struct sk_buff *skb,
			 const struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rtm;
	int err;

	err = rtmgr_lookup_parse(&rules, skb, nlh, tb, extack);
	if (err < 0)
		return err;
	rtm = nlmsg_data(nlh);
	*q = (struct rtmgr_ipv4_question){
		.dst = tb[RTA_DST] ? nla_get_in_addr(tb[RTA_DST]) : 0,
		.src = tb[RTA_SRC] ? nla_get_in_addr(tb[RTA_SRC]) : 0,
		.oif = tb[RTA_OIF] ? nla_get_u32(tb[RTA_OIF]) : 0,
		.iif = tb[RTA_IIF] ? nla_get_u32(tb[RTA_IIF]) : 0,
		.mark = tb[RTA_MARK] ? nla_get_u32(tb[RTA_MARK]) : 0,
		.table = tb[RTA_TABLE] ? nla_get_u32(tb[RTA_TABLE]) : 0,
		.tos = rtm->rtm_tos & RTMGR_IPV4_LOOKUP_TOS,
		.rtm_flags = rtm->rtm_flags,
	};
	q->uid = read_uid(q, tb[RTA_UID], skb);
	return rtmgr_lookup_ip_proto(&rules, tb[RTA_IP_PROTO], extack);
}

/*
 * In the table that was named, or as the kernel does while nobody has made a rule: local and main
 * are one trie then, so that the longest prefix of both wins; RTN_THROW sends on to default.
 */
static int lookup(const struct rtmgr_tables *tables, const struct rtmgr_ipv4_question *q, u32 oif,
		  struct rtmgr_fib4_way *way)
{
	const struct rtmgr_fib4_flow flow = { .daddr = q->dst, .tos = q->tos, .oif = oif };
	const struct rtmgr_table *table, *beside = NULL;
	int err = -EAGAIN;

	table = rtmgr_table_find(tables, AF_INET, q->table ? q->table : RT_TABLE_LOCAL);
	if (!q->table)
		beside = rtmgr_table_find(tables, AF_INET, RT_TABLE_MAIN);
	if (table)
		err = rtmgr_fib4_lookup(table, beside, &flow, way);
	if (err == -EAGAIN && !q->table) {
		table = rtmgr_table_find(tables, AF_INET, RT_TABLE_DEFAULT);
		if (table)
			err = rtmgr_fib4_lookup(table, NULL, &flow, way);
	}
	return err == -EAGAIN ? -ENETUNREACH : err;
}

static bool is_broadcast_source(__be32 src)
{
	return ipv4_is_multicast(src) || ipv4_is_lbcast(src);
}

/* What kind of destination it is goes by its address before it goes by its route. */
static int output_type(struct rtmgr_net *rn, const struct rtmgr_ipv4_question *q,
		       struct rtmgr_ipv4_answer *a)
{
	const struct rtmgr_path *path = a->way.route ? a->way.route->path : NULL;
	__be32 src = q->src ? q->src : path ? rtmgr_addr4(path->prefsrc) : 0;
	unsigned int dev_flags = 0;

	if (a->oif && !rtmgr_device_flags(rn->net, a->oif, &dev_flags) &&
	    ipv4_is_loopback(src) && !(dev_flags & IFF_LOOPBACK))
		return -EINVAL;
	if (dev_flags & IFF_LOOPBACK)
		a->flags |= RTCF_LOCAL;
	if (ipv4_is_lbcast(q->dst)) {
		a->type = RTN_BROADCAST;
		a->way.nexthop = NULL;
	} else if (ipv4_is_multicast(q->dst)) {
		a->type = RTN_MULTICAST;
		/* a default route is not for multicast: its device is, its gateway is not */
		if (a->way.route && a->way.route->plen < 4)
			a->way.nexthop = NULL;
	} else if (q->dst && ipv4_is_zeronet(q->dst)) {
		return -EINVAL;
	}
	if (a->type == RTN_BROADCAST) {
		a->flags |= RTCF_BROADCAST | RTCF_LOCAL;
	} else if (a->type == RTN_MULTICAST) {
		/* every host is a member of all-hosts, and of no other group for sure */
		a->flags &= ~RTCF_LOCAL;
		a->flags |= RTCF_MULTICAST;
		if (q->dst == htonl(INADDR_ALLHOSTS_GROUP))
			a->flags |= RTCF_LOCAL;
	}
	return 0;
}

/* The way of a packet that this host sends. */
static int output(struct rtmgr_net *rn, const struct rtmgr_ipv4_question *q,
		  struct rtmgr_ipv4_answer *a)
{
	unsigned int dev_flags;
	int err;

	if (q->src && (is_broadcast_source(q->src) || ipv4_is_zeronet(q->src)))
		return -EINVAL;
	if (q->oif) {
		err = rtmgr_device_flags(rn->net, q->oif, &dev_flags);
		if (err)
			return err;
		if (!(dev_flags & IFF_UP))
			return -ENETUNREACH;
		if (ipv4_is_local_multicast(q->dst) || ipv4_is_lbcast(q->dst)) {
			a->oif = q->oif;
			return output_type(rn, q, a);
		}
	}
	if (!q->dst) {
		a->type = RTN_LOCAL;
		a->oif = LOOPBACK_IFINDEX;
		a->flags = RTCF_LOCAL;
		return output_type(rn, q, a);
	}
	err = lookup(&rn->tables, q, q->oif, &a->way);
	if (err) {
		/* with no way from the tables it is taken to be on the link that was asked for */
		if (!q->oif)
			return err;
		a->type = RTN_UNICAST;
		a->oif = q->oif;
	} else if (a->way.route->type == RTN_LOCAL) {
		a->type = RTN_LOCAL;
		a->oif = LOOPBACK_IFINDEX;
		a->flags = RTCF_LOCAL;
	} else {
		a->type = a->way.route->type;
		a->oif = a->way.nexthop->ifindex;
	}
	return output_type(rn, q, a);
}

/* To this host itself: what it answers has neither gateway nor metrics. */
static int input_local(struct rtmgr_ipv4_answer *a, u8 type)
{
	a->type = type;
	a->oif = LOOPBACK_IFINDEX;
	a->flags = RTCF_LOCAL | (type == RTN_BROADCAST ? RTCF_BROADCAST : 0);
	a->way.nexthop = NULL;
	return 0;
}

/*
 * The way of a packet that came in by a device: as a router would have it, with no check where its
 * source is.
 */
static int input(struct rtmgr_net *rn, const struct rtmgr_ipv4_question *q,
		 struct rtmgr_ipv4_answer *a)
{
	unsigned int dev_flags;
	int err;

	err = rtmgr_device_flags(rn->net, q->iif, &dev_flags);
	if (err)
		return err;
	if (ipv4_is_multicast(q->dst) || is_broadcast_source(q->src))
		return -EINVAL;
	if (ipv4_is_lbcast(q->dst) || (!q->src && !q->dst))
		return input_local(a, RTN_BROADCAST);
	if (ipv4_is_zeronet(q->src) || ipv4_is_zeronet(q->dst) ||
	    ipv4_is_loopback(q->src) || ipv4_is_loopback(q->dst))
		return -EINVAL;
	err = lookup(&rn->tables, q, 0, &a->way);
	if (err)
		return err;
	switch (a->way.route->type) {
	case RTN_BROADCAST:
	case RTN_LOCAL:
		return input_local(a, a->way.route->type);
	case RTN_UNICAST:
		a->type = RTN_UNICAST;
		a->oif = a->way.nexthop->ifindex;
		return 0;
	default:
		return -EINVAL;
	}
}

static u32 answered_table(const struct rtmgr_ipv4_question *q, const struct rtmgr_ipv4_answer *a)
{
	/* without the flag the kernel says main, whichever it was */
	if (!(q->rtm_flags & RTM_F_LOOKUP_TABLE) && !q->table)
		return RT_TABLE_MAIN;
	return a->way.route ? a->way.route->table : RT_TABLE_UNSPEC;
}

static int fill(struct sk_buff *skb, const struct rtmgr_ipv4_question *q,
		const struct rtmgr_ipv4_answer *a, const struct rtmgr_telling *telling)
{
	if (q->rtm_flags & RTM_F_FIB_MATCH)
		return rtmgr_ipv4_fill_as(skb, a->way.route, a->table, a->type, telling);
	return rtmgr_ipv4_fill_answer(skb, q, a, telling);
}

int rtmgr_ipv4_getroute(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
			struct sk_buff **reply, struct netlink_ext_ack *extack)
{
	const struct rtmgr_telling telling = {
		.portid = NETLINK_CB(request).portid,
		.seq = nlh->nlmsg_seq,
		.type = RTM_NEWROUTE,
	};
	struct rtmgr_ipv4_answer a = { .type = RTN_UNSPEC };
	size_t size = NLMSG_GOODSIZE;
	struct rtmgr_ipv4_question q;
	struct sk_buff *skb;
	int err;

	err = read_question(&q, request, nlh, extack);
	if (err)
		return err;
	err = q.iif ? input(rn, &q, &a) : output(rn, &q, &a);
	if (err)
		return err;
	a.table = answered_table(&q, &a);
	if (q.rtm_flags & RTM_F_FIB_MATCH) {
		if (!a.way.route)
			return -EHOSTUNREACH;
		size = max_t(size_t, size, nlmsg_total_size(rtmgr_ipv4_size(a.way.route)));
	}
	skb = alloc_skb(size, GFP_ATOMIC);
	if (!skb)
		return -ENOBUFS;
	err = fill(skb, &q, &a, &telling);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	*reply = skb;
	return 0;
}
