// SPDX-License-Identifier: GPL-2.0-only
/* RTMGR_MSG_GETSTATS: what the tables of a namespace hold, and what has happened to them. */
#include "../include/uapi/rtmgr.h"
#include "message.h"

static u64 rtmgr_table_bytes(const struct rtmgr_table *table)
{
	return READ_ONCE(table->trie.bytes) +
	       (u64)READ_ONCE(table->routes) * sizeof(struct rtmgr_route);
}

/* Calls for each table of both families, in the order of dumps. Under RCU. */
static const struct rtmgr_table *rtmgr_table_after(const struct rtmgr_tables *tables,
						   const struct rtmgr_table *table)
{
	const struct rtmgr_table *next;

	if (!table)
		return rtmgr_table_first(tables, AF_INET);
	next = rtmgr_table_next(tables, table);
	if (!next && table->family == AF_INET)
		next = rtmgr_table_first(tables, AF_INET6);
	return next;
}

static void rtmgr_stats_collect(struct rtmgr_net *rn, struct rtmgr_stats *stats)
{
	struct rtmgr_counters *count = &rn->count;
	const struct rtmgr_tables *tables = &rn->tables;
	const struct rtmgr_table *table = NULL;

	memset(stats, 0, sizeof(*stats));
	stats->routes = READ_ONCE(tables->routes);
	stats->max_routes = tables->max_routes;
	stats->nexthop_sets = READ_ONCE(tables->path_count);
	stats->bytes = READ_ONCE(tables->bytes);
	while ((table = rtmgr_table_after(tables, table)))
		stats->bytes += READ_ONCE(table->trie.bytes);
	stats->datagrams = atomic64_read(&count->datagrams);
	stats->messages = atomic64_read(&count->messages);
	stats->errors = atomic64_read(&count->errors);
	stats->added = atomic64_read(&count->added);
	stats->deleted = atomic64_read(&count->deleted);
	stats->lookups = atomic64_read(&count->lookups);
	stats->dumps = atomic64_read(&count->dumps);
	stats->notifications = atomic64_read(&count->notifications);
	stats->batches = atomic64_read(&count->batches);
	stats->batches_failed = atomic64_read(&count->batches_failed);
	stats->mirrored = atomic64_read(&count->mirrored);
	stats->uptime_ns = ktime_get_ns() - rn->born;
}

static int rtmgr_table_stats(struct sk_buff *skb, const struct rtmgr_table *table)
{
	struct nlattr *nest = nla_nest_start(skb, RTMGR_A_TABLE_STATS);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(skb, RTMGR_A_FAMILY, table->family) ||
	    nla_put_u32(skb, RTMGR_A_TABLE, table->id) ||
	    nla_put_u32(skb, RTMGR_A_ROUTES, READ_ONCE(table->routes)) ||
	    nla_put_u32(skb, RTMGR_A_NODES, READ_ONCE(table->trie.nodes)) ||
	    nla_put_u64_64bit(skb, RTMGR_A_BYTES, rtmgr_table_bytes(table), RTMGR_A_PAD)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static size_t rtmgr_stats_size(const struct rtmgr_tables *tables)
{
	size_t one = nla_total_size(0) + nla_total_size(sizeof(u8)) +
		     3 * nla_total_size(sizeof(u32)) + nla_total_size_64bit(sizeof(u64));
	const struct rtmgr_table *table = NULL;
	unsigned int count = 0;

	rcu_read_lock();
	while (count < RTMGR_TABLE_STATS_MAX && (table = rtmgr_table_after(tables, table)))
		count++;
	rcu_read_unlock();
	return NLMSG_ALIGN(sizeof(struct rtmgrmsg)) +
	       nla_total_size_64bit(sizeof(struct rtmgr_stats)) + count * one;
}

static int rtmgr_stats_fill(struct sk_buff *skb, struct rtmgr_net *rn,
			    const struct sk_buff *request, const struct nlmsghdr *nlh)
{
	struct nlmsghdr *rep = rtmgr_reply_begin(skb, request, nlh);
	const struct rtmgr_table *table = NULL;
	struct rtmgr_stats stats;
	unsigned int count = 0;

	if (!rep)
		return -EMSGSIZE;
	rtmgr_stats_collect(rn, &stats);
	if (nla_put_64bit(skb, RTMGR_A_STATS, sizeof(stats), &stats, RTMGR_A_PAD))
		return -EMSGSIZE;
	/* a table that was made since the room was measured finds none */
	while (count++ < RTMGR_TABLE_STATS_MAX && (table = rtmgr_table_after(&rn->tables, table))) {
		if (rtmgr_table_stats(skb, table))
			break;
	}
	nlmsg_end(skb, rep);
	return 0;
}

int rtmgr_get_stats(struct rtmgr_net *rn, struct sk_buff *request, const struct nlmsghdr *nlh,
		    struct netlink_ext_ack *extack)
{
	struct nlattr *tb[RTMGR_A_MAX + 1];
	struct sk_buff *skb;
	int err;

	err = rtmgr_own_parse(nlh, tb, extack);
	if (err)
		return err;
	skb = nlmsg_new(rtmgr_stats_size(&rn->tables), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	rcu_read_lock();
	err = rtmgr_stats_fill(skb, rn, request, nlh);
	rcu_read_unlock();
	return rtmgr_reply_filled(rn, request, skb, err);
}
