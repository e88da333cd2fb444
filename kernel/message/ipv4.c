// SPDX-License-Identifier: GPL-2.0-only
/* RTM_NEWROUTE and RTM_DELROUTE of IPv4. */

#include "ipv4.h"

/* Tells the group of a change, when someone listens. */
static int notify(struct rtmgr_transaction *txn, struct sk_buff *request,
		  const struct nlmsghdr *nlh, const struct rtmgr_route *route, u16 type, u16 flags)
{
	struct rtmgr_telling telling = {
		.portid = NETLINK_CB(request).portid,
		.seq = nlh->nlmsg_seq,
		.type = type,
		.flags = flags,
	};
	struct sk_buff *skb;
	int err;

	if (!rtmgr_notice_wanted(txn, nlh, RTNLGRP_IPV4_ROUTE))
		return 0;
	skb = nlmsg_new(rtmgr_ipv4_size(route), GFP_KERNEL);
	if (!skb)
		return -ENOBUFS;
	err = rtmgr_ipv4_fill(skb, route, &telling);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	return rtmgr_notice_add(txn, skb, telling.portid, nlh, RTNLGRP_IPV4_ROUTE);
}

int rtmgr_ipv4_newroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct rtmgr_tables *tables = &txn->rn->tables;
	struct rtmgr_fib4_result result;
	struct rtmgr_ipv4_request req;
	struct rtmgr_table *table;
	struct rtmgr_path *path;
	int err;

	err = rtmgr_ipv4_read(&req, nlh, extack);
	if (err)
		return err;
	table = rtmgr_table_get(tables, AF_INET, req.table);
	if (!table)
		return -ENOBUFS;
	path = rtmgr_ipv4_path(txn->rn->net, &req, extack);
	if (IS_ERR(path))
		return PTR_ERR(path);
	err = rtmgr_fib4_insert(&txn->journal, tables, table, &req.key, path, nlh->nlmsg_flags,
				&result);
	if (err || !result.route)
		return err;
	return notify(txn, request, nlh, result.route, RTM_NEWROUTE, result.flags);
}

/* What a deletion asks for. */
struct wanted {
	const struct rtmgr_ipv4_request *req;
	struct netlink_ext_ack *extack;
};

static bool match_nexthops(const struct rtmgr_ipv4_request *req, const struct rtmgr_path *path,
			   struct netlink_ext_ack *extack)
{
	const struct rtmgr_nexthop *first = &path->nh[0];

	if (req->oif || req->gateway.family)
		return (!req->realm || req->realm == first->realm) &&
		       (!req->oif || req->oif == first->ifindex) &&
		       (!req->gateway.family || rtmgr_ipv4_gateway_is(first, &req->gateway));
	return !req->multipath || rtmgr_ipv4_multipath_match(req, path, extack);
}

/* What is not given matches anything: see fib_table_delete() and fib_nh_match() of the kernel. */
static bool match(const struct rtmgr_route *route, void *arg)
{
	const struct wanted *wanted = arg;
	const struct rtmgr_ipv4_request *req = wanted->req;
	const struct rtmgr_path *path = route->path;

	if (req->type && route->type != req->type)
		return false;
	if (req->scope != RT_SCOPE_NOWHERE && path->scope != req->scope)
		return false;
	if (req->prefsrc && !(path->has_prefsrc && rtmgr_addr4(path->prefsrc) == req->prefsrc))
		return false;
	if (req->protocol && path->protocol != req->protocol)
		return false;
	if (req->key.priority && route->priority != req->key.priority)
		return false;
	return match_nexthops(req, path, wanted->extack) &&
	       (!req->metrics || rtmgr_metrics_match(req->metrics, path));
}

int rtmgr_ipv4_delroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct rtmgr_tables *tables = &txn->rn->tables;
	struct rtmgr_ipv4_request req;
	struct wanted wanted = { &req, extack };
	struct rtmgr_route *removed;
	struct rtmgr_table *table;
	int err;

	err = rtmgr_ipv4_read(&req, nlh, extack);
	if (err)
		return err;
	/* NEXTHOP */
	if (req.nh_id) {
		NL_SET_ERR_MSG(extack, "Nexthop id does not exist");
		return -EINVAL;
	}
	table = rtmgr_table_find(tables, AF_INET, req.table);
	if (!table) {
		NL_SET_ERR_MSG(extack, "FIB table does not exist");
		return -ESRCH;
	}
	err = rtmgr_fib4_delete(&txn->journal, tables, table, &req.key, match, &wanted, &removed);
	if (err)
		return err;
	return notify(txn, request, nlh, removed, RTM_DELROUTE, 0);
}
