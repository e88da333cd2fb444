// SPDX-License-Identifier: GPL-2.0-only
/* See transaction.h. */
#include "mirror.h"
#include "transaction.h"

/* A notification that waits for the commit. */
struct rtmgr_notice {
	struct list_head link;
	struct sk_buff *skb;
	u32 portid; /* of who asked for the change */
	u32 group;
	bool echo; /* to that one, too */
};

void rtmgr_transaction_init(struct rtmgr_transaction *txn, struct rtmgr_net *rn)
{
	txn->rn = rn;
	rtmgr_journal_init(&txn->journal);
	INIT_LIST_HEAD(&txn->notices);
}

struct rtmgr_mark rtmgr_transaction_mark(struct rtmgr_transaction *txn)
{
	return (struct rtmgr_mark){
		.change = rtmgr_journal_mark(&txn->journal),
		.notice = txn->notices.prev,
	};
}

static void rtmgr_notice_free(struct rtmgr_notice *notice)
{
	list_del(&notice->link);
	kfree(notice);
}

void rtmgr_transaction_undo(struct rtmgr_transaction *txn, struct rtmgr_mark mark)
{
	while (txn->notices.prev != mark.notice) {
		struct rtmgr_notice *notice =
			list_last_entry(&txn->notices, struct rtmgr_notice, link);

		nlmsg_free(notice->skb);
		rtmgr_notice_free(notice);
	}
	rtmgr_journal_undo(&txn->journal, &txn->rn->tables, mark.change);
}

void rtmgr_notify(struct rtmgr_net *rn, struct sk_buff *skb, u32 portid, u32 group, bool echo)
{
	if (netlink_has_listeners(rn->sk, group)) {
		atomic64_inc(&rn->count.notifications);
		rtmgr_mirror_group(rn, skb, group);
	}
	if (echo)
		rtmgr_mirror_out(rn, skb->data, skb->len, portid);
	/*
	 * when it cannot be delivered netlink tells the listeners that they lost something
	 * (ENOBUFS)
	 */
	nlmsg_notify(rn->sk, skb, portid, group, echo, GFP_KERNEL);
}

void rtmgr_transaction_commit(struct rtmgr_transaction *txn)
{
	struct rtmgr_counters *count = &txn->rn->count;
	struct rtmgr_notice *notice, *next;
	struct rtmgr_change *change;

	list_for_each_entry(change, &txn->journal.changes, link) {
		if (change->new)
			atomic64_inc(&count->added);
		if (change->old)
			atomic64_inc(&count->deleted);
	}
	rtmgr_journal_commit(&txn->journal, &txn->rn->tables);
	list_for_each_entry_safe(notice, next, &txn->notices, link) {
		rtmgr_notify(txn->rn, notice->skb, notice->portid, notice->group, notice->echo);
		rtmgr_notice_free(notice);
		cond_resched();
	}
}

bool rtmgr_notice_wanted(const struct rtmgr_transaction *txn, const struct nlmsghdr *nlh, u32 group)
{
	return nlmsg_report(nlh) || netlink_has_listeners(txn->rn->sk, group);
}

int rtmgr_notice_add(struct rtmgr_transaction *txn, struct sk_buff *skb, u32 portid,
		     const struct nlmsghdr *nlh, u32 group)
{
	struct rtmgr_notice *notice = kmalloc(sizeof(*notice), GFP_KERNEL_ACCOUNT);

	if (!notice) {
		nlmsg_free(skb);
		return -ENOMEM;
	}
	notice->skb = skb;
	notice->portid = portid;
	notice->group = group;
	notice->echo = nlmsg_report(nlh);
	list_add_tail(&notice->link, &txn->notices);
	return 0;
}
