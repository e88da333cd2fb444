// SPDX-License-Identifier: GPL-2.0-only
/* RTM_GETROUTE for one address: the route that would take it. */
#include "message.h"

int rtmgr_lookup(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
		 struct netlink_ext_ack *extack)
{
	const struct rtgenmsg *head = nlmsg_data(nlh);
	struct sk_buff *reply = NULL;
	int err;

	atomic64_inc(&rn->count.lookups);
	/*
	 * a batch that is half done must not be seen: it holds the semaphore, single changes do not

	 */
	down_read(&rn->tables.view);
	rcu_read_lock();
	switch (head->rtgen_family) {
	case AF_INET:
		err = rtmgr_ipv4_getroute(rn, request, nlh, &reply, extack);
		break;
	case AF_INET6:
		err = rtmgr_ipv6_getroute(rn, request, nlh, &reply, extack);
		break;
	default:
		err = -EOPNOTSUPP;
	}
	rcu_read_unlock();
	up_read(&rn->tables.view);
	if (err)
		return err;
	return rtmgr_reply(rn, request, reply);
}
