// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTA_MULTIPATH of IPv6. Each hop is a route of its own, so that a request is as many changes as it
 * has hops. When one of them fails the caller takes all back.
 */

#include "ipv6.h"

/* Routes that are made but in no table yet, linked by next. */
struct hops {
	struct rtmgr_route *first;
	struct rtmgr_route *last;
};

static struct rtmgr_route *hop_next(const struct rtmgr_route *route)
{
	/* nobody else sees it yet */
	return rcu_dereference_protected(route->next, true);
}

static struct rtmgr_route *hop_take(struct hops *hops)
{
	struct rtmgr_route *route = hops->first;

	if (route) {
		hops->first = hop_next(route);
		RCU_INIT_POINTER(route->next, NULL);
	}
	return route;
}

static int hop_append(struct hops *hops, struct rtmgr_route *route)
{
	const struct rtmgr_route *other;

	for (other = hops->first; other; other = hop_next(other))
		if (rtmgr_fib6_same_hop(other->path, route->path))
			return -EEXIST;
	if (hops->last)
		RCU_INIT_POINTER(hops->last->next, route);
	else
		hops->first = route;
	hops->last = route;
	return 0;
}

static void hops_free(struct hops *hops, struct rtmgr_tables *tables)
{
	struct rtmgr_route *route;

	while ((route = hop_take(hops)))
		rtmgr_route_free(tables, route);
}

/*
 * Makes all routes before the first one is inserted: most errors are found here, while nothing has
 * changed.
 */
static int make_hops(struct hops *hops, struct rtmgr_net *rn, const struct rtmgr_ipv6_request *req,
		     u32 table, struct netlink_ext_ack *extack)
{
	struct rtnexthop *rtnh = nla_data(req->multipath);
	int remaining = nla_len(req->multipath);
	struct rtmgr_ipv6_request hop;
	struct rtmgr_route *route;
	int err;

	for (; rtnh_ok(rtnh, remaining); rtnh = rtnh_next(rtnh, &remaining)) {
		rtmgr_ipv6_request_hop(&hop, req, rtnh);
		route = rtmgr_ipv6_create(rn, &hop, table, extack);
		if (IS_ERR(route))
			return PTR_ERR(route);
		err = hop_append(hops, route);
		if (err) {
			rtmgr_route_free(&rn->tables, route);
			return err;
		}
	}
	return 0;
}

/*
 * What holds for the request holds for its first hop. The others are added to it: the first one has
 * been refused when there was something, and has taken the place of all when it replaces.
 */
static int insert_hops(struct hops *hops, struct rtmgr_transaction *txn, u16 flags,
		       struct rtmgr_table *table, struct rtmgr_route **last,
		       struct netlink_ext_ack *extack)
{
	struct rtmgr_route *route;
	u16 told;
	int err;

	while ((route = hop_take(hops))) {
		err = rtmgr_ipv6_insert(txn, flags, table, route, &told, extack);
		if (err)
			return err;
		flags &= ~(NLM_F_EXCL | NLM_F_REPLACE);
		flags |= NLM_F_CREATE;
		*last = route;
	}
	return 0;
}

int rtmgr_ipv6_multipath_add(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
			     struct rtmgr_table *table, struct netlink_ext_ack *extack)
{
	u16 flags = req->nlh->nlmsg_flags;
	struct rtmgr_route *first, *last = NULL;
	struct hops hops = {};
	u16 told;
	int err;

	err = make_hops(&hops, txn->rn, req, table->id, extack);
	if (err)
		goto free_hops;
	first = hops.first;
	err = insert_hops(&hops, txn, flags, table, &last, extack);
	if (err)
		goto free_hops;

	/*
	 * one message for all; what was appended to a group is told with the group, from its first
	 * hop on
	 */
	told = (flags & NLM_F_REPLACE ? NLM_F_REPLACE : NLM_F_CREATE) | (flags & NLM_F_APPEND);
	if ((flags & NLM_F_APPEND) && rtmgr_fib6_is_sibling(last))
		first = rtmgr_fib6_first_sibling(table, last);
	return rtmgr_ipv6_notify(txn, req, table, first, true, RTM_NEWROUTE, told);

free_hops:
	hops_free(&hops, &txn->rn->tables);
	return err;
}

/* Goes on behind a hop that is not there, for the error of the last one is the answer. */
int rtmgr_ipv6_multipath_del(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
			     struct netlink_ext_ack *extack)
{
	struct rtnexthop *rtnh = nla_data(req->multipath);
	int remaining = nla_len(req->multipath);
	struct rtmgr_ipv6_request hop;
	int err, last_err = 0;

	for (; rtnh_ok(rtnh, remaining); rtnh = rtnh_next(rtnh, &remaining)) {
		rtmgr_ipv6_request_hop(&hop, req, rtnh);
		err = rtmgr_ipv6_delete(txn, &hop, false, extack);
		if (err)
			last_err = err;
	}
	return last_err;
}
