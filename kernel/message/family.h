/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each address family gives: the meaning of a request, and the message that a route is told
 * by. ipv4.c and ipv6.c.
 */
#ifndef _RTMGR_FAMILY_H
#define _RTMGR_FAMILY_H

#include "transaction.h"

/*
 * RTM_NEWROUTE and RTM_DELROUTE: reads the request, changes the tables through the journal of the
 * transaction, and adds the notifications. The caller holds the writers' lock, has checked the
 * right to write, and takes everything back when the answer is an error: a negative errno, the
 * kernel's own where the kernel has the case, with extack filled in.
 */
int rtmgr_ipv4_newroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack);
int rtmgr_ipv4_delroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack);
int rtmgr_ipv6_newroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack);
int rtmgr_ipv6_delroute(struct rtmgr_transaction *txn, struct sk_buff *request,
			struct nlmsghdr *nlh, struct netlink_ext_ack *extack);

/*
 * RTM_GETROUTE without NLM_F_DUMP: longest-prefix match. In the table of RTA_TABLE when it is
 * given, else in local, main and default, as the kernel goes by its default rules (RULES in
 * rtmgr.h). Makes the answer in *reply (sent by the caller). The caller holds tables.view for
 * reading and rcu_read_lock(): allocate with GFP_ATOMIC.
 */
int rtmgr_ipv4_getroute(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
			struct sk_buff **reply, struct netlink_ext_ack *extack);
int rtmgr_ipv6_getroute(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
			struct sk_buff **reply, struct netlink_ext_ack *extack);

/* How a route is told: type RTM_NEWROUTE or RTM_DELROUTE, and what its nlmsghdr says. */
struct rtmgr_telling {
	u32 portid;
	u32 seq;
	u16 type;
	u16 flags;
};

/*
 * Appends the message that tells of a route. -EMSGSIZE: no room; nothing was appended. Under RCU or
 * as writer.
 */
int rtmgr_ipv4_fill(struct sk_buff *skb, const struct rtmgr_route *route,
		    const struct rtmgr_telling *telling);

/* siblings: with the other next hops of its multipath route, which stand behind it in the chain. */
int rtmgr_ipv6_fill(struct sk_buff *skb, const struct rtmgr_route *route, bool siblings,
		    const struct rtmgr_telling *telling);

/*
 * Whether an IPv6 route takes part in a multipath route with others of its prefix and priority: it
 * has a gateway.
 */
bool rtmgr_ipv6_is_sibling(const struct rtmgr_route *route);

/*
 * What each attribute of a route has to be: rtm_ipv4_policy of the kernel. Dumps of both families
 * are checked by it.
 */
extern const struct nla_policy rtmgr_ipv4_policy[RTA_MAX + 1];

/*
 * RTA_METRICS (metrics.c). Reads the nested attribute nla into metrics; -EINVAL with extack as
 * ip_metrics_convert() has.
 */
int rtmgr_metrics_parse(const struct nlattr *nla, struct rtmgr_metrics *metrics,
			struct netlink_ext_ack *extack);
/* Appends RTA_METRICS when there are any. -EMSGSIZE: no room. */
int rtmgr_metrics_fill(struct sk_buff *skb, const struct rtmgr_path *path);
/* Most bytes that rtmgr_metrics_fill() appends for a path. */
size_t rtmgr_metrics_size(const struct rtmgr_path *path);

#endif
