// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTM_NEWROUTE and RTM_DELROUTE: who may, under which lock, and that a change which fails leaves
 * nothing behind.
 */
#include "message.h"

int rtmgr_change_in(struct rtmgr_transaction *txn, struct sk_buff *request, struct nlmsghdr *nlh,
		    struct netlink_ext_ack *extack)
{
	const struct rtgenmsg *head = nlmsg_data(nlh);
	bool add = nlh->nlmsg_type == RTM_NEWROUTE;

	if (!add && (nlh->nlmsg_flags & NLM_F_BULK)) {
		NL_SET_ERR_MSG(extack, "Bulk delete is not supported");
		return -EOPNOTSUPP;
	}
	switch (head->rtgen_family) {
	case AF_INET:
		return add ? rtmgr_ipv4_newroute(txn, request, nlh, extack) :
			     rtmgr_ipv4_delroute(txn, request, nlh, extack);
	case AF_INET6:
		return add ? rtmgr_ipv6_newroute(txn, request, nlh, extack) :
			     rtmgr_ipv6_delroute(txn, request, nlh, extack);
	default:
		return -EOPNOTSUPP;
	}
}

int rtmgr_change_one(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
		     struct netlink_ext_ack *extack)
{
	struct rtmgr_transaction txn;
	struct rtmgr_mark start;
	int err;

	if (!rtmgr_may_write(request))
		return -EPERM;
	mutex_lock(&rn->tables.lock);
	rtmgr_transaction_init(&txn, rn);
	start = rtmgr_transaction_mark(&txn);
	err = rtmgr_change_in(&txn, request, nlh, extack);
	if (err)
		rtmgr_transaction_undo(&txn, start);
	else
		rtmgr_transaction_commit(&txn);
	mutex_unlock(&rn->tables.lock);
	return err;
}
