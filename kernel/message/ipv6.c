// SPDX-License-Identifier: GPL-2.0-only
/* RTM_NEWROUTE and RTM_DELROUTE of IPv6. */

#include "ipv6.h"

/*
 * The kernel says so only when there is no route of the prefix at all, and the default route's
 * place is always there.
 */
static bool nothing_to_replace(const struct rtmgr_table *table, const struct rtmgr_route *route,
			       u16 flags)
{
	return (flags & NLM_F_REPLACE) && !(flags & NLM_F_CREATE) && route->plen &&
	       !rtmgr_fib6_find(table, route->key, route->plen);
}

/* Takes the route over, also when it fails. */
int rtmgr_ipv6_insert(struct rtmgr_transaction *txn, u16 flags, struct rtmgr_table *table,
		      struct rtmgr_route *route, u16 *told, struct netlink_ext_ack *extack)
{
	if (nothing_to_replace(table, route, flags))
		NL_SET_ERR_MSG(extack, "Can not replace route - no match found");
	return rtmgr_fib6_insert(&txn->journal, &txn->rn->tables, table, route, flags, told);
}

static int add_one(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
		   struct rtmgr_table *table, struct netlink_ext_ack *extack)
{
	struct rtmgr_route *route;
	u16 told;
	int err;

	route = rtmgr_ipv6_create(txn->rn, req, table->id, extack);
	if (IS_ERR(route))
		return PTR_ERR(route);
	err = rtmgr_ipv6_insert(txn, req->nlh->nlmsg_flags, table, route, &told, extack);
	if (err)
		return err;
	return rtmgr_ipv6_notify(txn, req, table, route, true, RTM_NEWROUTE, told);
}

int rtmgr_ipv6_newroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct rtmgr_ipv6_request req;
	struct rtmgr_table *table;
	int err;

	err = rtmgr_ipv6_request_read(&req, request, nlh, extack);
	if (err)
		return err;
	if (!req.metric)
		req.metric = RTMGR_IPV6_METRIC;
	err = rtmgr_ipv6_check_new(&req, extack);
	if (err)
		return err;
	/* as in the kernel a table comes to be by a request that fails later, too */
	table = rtmgr_table_get(&txn->rn->tables, AF_INET6, req.table);
	if (!table)
		return -ENOBUFS;
	if (req.multipath)
		return rtmgr_ipv6_multipath_add(txn, &req, table, extack);
	return add_one(txn, &req, table, extack);
}

/*
 * Whether DELROUTE means this route: all that is given must be so. Its type and its source are not
 * looked at.
 */
static bool is_meant(const struct rtmgr_ipv6_request *req, const struct rtmgr_route *route)
{
	const struct rtmgr_path *path = route->path;

	if (req->metric && req->metric != route->priority)
		return false;
	if (req->protocol && req->protocol != path->protocol)
		return false;
	if (req->ifindex && req->ifindex != path->nh[0].ifindex)
		return false;
	if (req->flags & RTF_GATEWAY)
		return !memcmp(&req->gateway, &path->nh[0].gateway6, sizeof(req->gateway));
	return true;
}

/*
 * Where there is no default route, the kernel keeps an entry that says so. It can't be deleted, but
 * it can be meant, and the answer is another one then.
 */
static int answer_nothing(const struct rtmgr_ipv6_request *req, const struct rtmgr_table *table)
{
	if (req->dst_len || rtmgr_fib6_find(table, rtmgr_key6(&req->dst), 0))
		return -ESRCH;
	if (req->metric && req->metric != U32_MAX)
		return -ESRCH;
	if (req->protocol && req->protocol != RTPROT_KERNEL)
		return -ESRCH;
	if (req->ifindex && req->ifindex != RTMGR_LOOPBACK)
		return -ESRCH;
	if ((req->flags & RTF_GATEWAY) && !rtmgr_ipv6_any(&req->gateway))
		return -ESRCH;
	return -ENOENT;
}

static struct rtmgr_route *find_meant(const struct rtmgr_ipv6_request *req,
				      const struct rtmgr_table *table)
{
	struct rtmgr_route *route;
	struct rtmgr_key key;

	/*
	 * no prefix is longer than an address; the length of a source prefix says nothing, as none
	 * is there
	 */
	if (req->dst_len > 128)
		return NULL;
	key = rtmgr_key_prefix(rtmgr_key6(&req->dst), req->dst_len);
	route = rtmgr_fib6_find(table, key, req->dst_len);
	for (; route; route = rtmgr_fib6_next(route))
		if (is_meant(req, route))
			return route;
	return NULL;
}

/* Whether others stand with a sibling in its group. */
static bool has_siblings(const struct rtmgr_table *table, const struct rtmgr_route *route)
{
	return rtmgr_fib6_is_sibling(route) &&
	       (rtmgr_fib6_first_sibling(table, route) != route || rtmgr_fib6_next_sibling(route));
}

/* all_hops: a request without a gateway means the whole multipath route. */
int rtmgr_ipv6_delete(struct rtmgr_transaction *txn, const struct rtmgr_ipv6_request *req,
		      bool all_hops, struct netlink_ext_ack *extack)
{
	struct rtmgr_tables *tables = &txn->rn->tables;
	struct rtmgr_table *table = rtmgr_table_find(tables, AF_INET6, req->table);
	struct rtmgr_route *route;
	bool group;
	int err;

	if (!table) {
		NL_SET_ERR_MSG(extack, "FIB table does not exist");
		return -ESRCH;
	}
	/* an entry of the cache is meant: there is none, and the kernel does not say so either */
	if (req->cached)
		return 0;
	route = find_meant(req, table);
	if (!route)
		return answer_nothing(req, table);

	/* told while it can still be seen who its siblings are */
	group = all_hops && !(req->flags & RTF_GATEWAY) && has_siblings(table, route);
	err = rtmgr_ipv6_notify(txn, req, table, route, group, RTM_DELROUTE, 0);
	if (err)
		return err;
	if (group)
		return rtmgr_fib6_remove_group(&txn->journal, tables, table, route);
	return rtmgr_fib6_remove(&txn->journal, tables, table, route);
}

int rtmgr_ipv6_delroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct rtmgr_ipv6_request req;
	int err;

	err = rtmgr_ipv6_request_read(&req, request, nlh, extack);
	if (err)
		return err;
	if (req.nh_id) {
		NL_SET_ERR_MSG(extack, "Nexthop id does not exist");
		return -EINVAL;
	}
	if (req.multipath)
		return rtmgr_ipv6_multipath_del(txn, &req, extack);
	return rtmgr_ipv6_delete(txn, &req, true, extack);
}
