/* SPDX-License-Identifier: GPL-2.0-only */
/* Changes that become final together, and the notifications that are sent when they do. */
#ifndef _RTMGR_TRANSACTION_H
#define _RTMGR_TRANSACTION_H

#include "../core/journal.h"
#include "net.h"

struct rtmgr_transaction {
	struct rtmgr_net *rn;
	struct rtmgr_journal journal;
	struct list_head notices; /* oldest first */
};

/* A point to go back to when a request in the middle fails. */
struct rtmgr_mark {
	struct list_head *change;
	struct list_head *notice;
};

/* Writer, for all of them. */
void rtmgr_transaction_init(struct rtmgr_transaction *txn, struct rtmgr_net *rn);
struct rtmgr_mark rtmgr_transaction_mark(struct rtmgr_transaction *txn);
/* Takes back all that happened since the mark. Cannot fail. */
void rtmgr_transaction_undo(struct rtmgr_transaction *txn, struct rtmgr_mark mark);
/* Makes it final and sends the notifications. */
void rtmgr_transaction_commit(struct rtmgr_transaction *txn);

/* Sends a notification, which it takes over, to a group and, with echo, to portid as well. */
void rtmgr_notify(struct rtmgr_net *rn, struct sk_buff *skb, u32 portid, u32 group, bool echo);

/*
 * Whether a notification for `group` (RTNLGRP_...) would reach anyone: someone listens, or the
 * sender of the request nlh asked for NLM_F_ECHO. Nobody needs to build it otherwise.
 */
bool rtmgr_notice_wanted(const struct rtmgr_transaction *txn, const struct nlmsghdr *nlh,
			 u32 group);

/*
 * Keeps a notification until the commit. Takes the skb over, also when it fails (-ENOMEM). portid
 * is the requester's (NETLINK_CB(request).portid).
 */
int rtmgr_notice_add(struct rtmgr_transaction *txn, struct sk_buff *skb, u32 portid,
		     const struct nlmsghdr *nlh, u32 group);

#endif
