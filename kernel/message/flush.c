// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTMGR_MSG_FLUSH: empties tables. Everything that can fail comes first; taking routes out cannot.
 * A notification that there is no memory for is lost, and its listeners are told, as the kernel
 * does it (rtnl_set_sk_err()).
 */
#include "../include/uapi/rtmgr.h"
#include "message.h"

/* A flush of one request. */
struct rtmgr_flushing {
	struct rtmgr_net *rn;
	const struct nlmsghdr *nlh;
	u32 portid;
	u32 routes; /* deleted so far */
};

static u32 rtmgr_route_group(u8 family)
{
	return family == AF_INET ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE;
}

/* Most bytes that the message of one route takes. */
static size_t rtmgr_route_room(const struct rtmgr_path *path)
{
	/* each attribute at most once: 256 bytes hold all that are not metrics or next hops */
	return 256 + rtmgr_metrics_size(path) +
	       (size_t)path->nexthops * (NLMSG_ALIGN(sizeof(struct rtnexthop)) +
					 2 * nla_total_size(sizeof(struct in6_addr) + sizeof(u32)));
}

static void rtmgr_flush_tell(const struct rtmgr_flushing *flushing, const struct rtmgr_route *route,
			     u8 family)
{
	const struct rtmgr_telling telling = {
		.portid = flushing->portid,
		.seq = flushing->nlh->nlmsg_seq,
		.type = RTM_DELROUTE,
	};
	u32 group = rtmgr_route_group(family);
	struct sk_buff *skb;
	int err;

	if (!nlmsg_report(flushing->nlh) && !netlink_has_listeners(flushing->rn->sk, group))
		return;
	skb = nlmsg_new(rtmgr_route_room(route->path), GFP_KERNEL);
	if (!skb) {
		netlink_set_err(flushing->rn->sk, 0, group, ENOBUFS);
		return;
	}
	if (family == AF_INET)
		err = rtmgr_ipv4_fill(skb, route, &telling);
	else
		err = rtmgr_ipv6_fill(skb, route, false, &telling);
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return;
	}
	rtmgr_notify(flushing->rn, skb, flushing->portid, group, nlmsg_report(flushing->nlh));
}

static void rtmgr_flush_chain(struct rtmgr_flushing *flushing, struct rtmgr_table *table,
			      struct rtmgr_route *route)
{
	struct rtmgr_tables *tables = &flushing->rn->tables;

	while (route) {
		struct rtmgr_route *next =
			rcu_dereference_protected(route->next, lockdep_is_held(&tables->lock));

		rtmgr_table_drop(tables, table, route);
		rtmgr_flush_tell(flushing, route, table->family);
		rtmgr_route_free(tables, route);
		flushing->routes++;
		route = next;
	}
}

static void rtmgr_flush_table(struct rtmgr_flushing *flushing, struct rtmgr_table *table)
{
	struct rtmgr_key from = { 0, 0 };
	struct rtmgr_route *head;

	while ((head = rtmgr_table_head(&flushing->rn->tables, table, from))) {
		from = head->key;
		rtmgr_flush_chain(flushing, table, head);
		cond_resched();
	}
}

/* which: a table's id, or NULL for all. */
static void rtmgr_flush_family(struct rtmgr_flushing *flushing, u8 family, const u32 *which)
{
	struct rtmgr_tables *tables = &flushing->rn->tables;
	struct rtmgr_table *table;

	if (which) {
		table = rtmgr_table_find(tables, family, *which);
		if (table)
			rtmgr_flush_table(flushing, table);
		return;
	}
	for (table = rtmgr_table_first(tables, family); table;
	     table = rtmgr_table_next(tables, table))
		rtmgr_flush_table(flushing, table);
}

static void rtmgr_flush_all(struct rtmgr_flushing *flushing, u8 family, const u32 *which)
{
	struct rtmgr_net *rn = flushing->rn;

	mutex_lock(&rn->tables.lock);
	if (family != AF_INET6)
		rtmgr_flush_family(flushing, AF_INET, which);
	if (family != AF_INET)
		rtmgr_flush_family(flushing, AF_INET6, which);
	mutex_unlock(&rn->tables.lock);
	atomic64_add(flushing->routes, &rn->count.deleted);
}

static struct sk_buff *rtmgr_flush_reply(const struct sk_buff *request, const struct nlmsghdr *nlh,
					 struct nlattr **routes)
{
	size_t room = NLMSG_ALIGN(sizeof(struct rtmgrmsg)) + nla_total_size(sizeof(u32));
	struct sk_buff *skb = nlmsg_new(room, GFP_KERNEL);
	struct nlmsghdr *rep;

	if (!skb)
		return NULL;
	rep = rtmgr_reply_begin(skb, request, nlh);
	*routes = rep ? nla_reserve(skb, RTMGR_A_ROUTES, sizeof(u32)) : NULL;
	if (WARN_ON_ONCE(!*routes)) {
		nlmsg_free(skb);
		return NULL;
	}
	nlmsg_end(skb, rep);
	return skb;
}

int rtmgr_flush(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
		struct netlink_ext_ack *extack)
{
	struct rtmgr_flushing flushing = { .rn = rn,
					   .nlh = nlh,
					   .portid = NETLINK_CB(request).portid };
	const struct rtmgrmsg *head = nlmsg_data(nlh);
	struct nlattr *tb[RTMGR_A_MAX + 1], *routes;
	struct sk_buff *reply;
	u32 table;
	int err;

	if (!rtmgr_may_write(request))
		return -EPERM;
	err = rtmgr_own_parse(nlh, tb, extack);
	if (err)
		return err;
	if (head->rtmgr_family != AF_UNSPEC && head->rtmgr_family != AF_INET &&
	    head->rtmgr_family != AF_INET6) {
		NL_SET_ERR_MSG(extack, "Address family is neither AF_INET, AF_INET6 nor AF_UNSPEC");
		return -EAFNOSUPPORT;
	}
	reply = rtmgr_flush_reply(request, nlh, &routes);
	if (!reply)
		return -ENOMEM;
	if (tb[RTMGR_A_TABLE])
		table = nla_get_u32(tb[RTMGR_A_TABLE]);
	rtmgr_flush_all(&flushing, head->rtmgr_family, tb[RTMGR_A_TABLE] ? &table : NULL);
	memcpy(nla_data(routes), &flushing.routes, sizeof(u32));
	return rtmgr_reply(rn, request, reply);
}
