/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What receive.c hands a message on to. All answer 0, -EINTR (answered already) or a negative errno
 * with extack.
 */
#ifndef _RTMGR_MESSAGE_H
#define _RTMGR_MESSAGE_H

#include "family.h"

/* RTM_NEWROUTE and RTM_DELROUTE on their own: writes, and tells of it (change.c). */
int rtmgr_change_one(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
		     struct netlink_ext_ack *extack);

/*
 * The same within a transaction of the caller, who has checked the right to write and takes back
 * what fails.
 */
int rtmgr_change_in(struct rtmgr_transaction *txn, struct sk_buff *request, struct nlmsghdr *nlh,
		    struct netlink_ext_ack *extack);

/* RTM_GETROUTE without NLM_F_DUMP (lookup.c). */
int rtmgr_lookup(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
		 struct netlink_ext_ack *extack);

/* RTM_GETROUTE with NLM_F_DUMP (dump.c). */
int rtmgr_dump(struct rtmgr_net *rn, struct sk_buff *request, const struct nlmsghdr *nlh);

/* rtmgr's own (hello.c, stats.c, flush.c). */
int rtmgr_hello(struct rtmgr_net *rn, struct sk_buff *request, const struct nlmsghdr *nlh,
		struct netlink_ext_ack *extack);
int rtmgr_get_stats(struct rtmgr_net *rn, struct sk_buff *request, const struct nlmsghdr *nlh,
		    struct netlink_ext_ack *extack);
int rtmgr_flush(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
		struct netlink_ext_ack *extack);

/*
 * RTMGR_MSG_BATCH_BEGIN at the head of request->data (batch.c): applies and answers everything up
 * to its end. Returns how many bytes of the datagram that was.
 */
u32 rtmgr_batch(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *begin);

/* Acknowledges a message, or answers its error. */
void rtmgr_ack(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh, int err,
	       const struct netlink_ext_ack *extack);

/* Sends the answer to a message, which it takes over. */
int rtmgr_reply(struct rtmgr_net *rn, const struct sk_buff *request, struct sk_buff *skb);

/* Begins the answer of one of rtmgr's own messages: nlmsghdr and rtmgrmsg. NULL: no room. */
struct nlmsghdr *rtmgr_reply_begin(struct sk_buff *skb, const struct sk_buff *request,
				   const struct nlmsghdr *nlh);

/*
 * Sends it when err, which filling it gave, is 0. As its room was measured before, it always is:
 * the kernel's log says so when it is not.
 */
int rtmgr_reply_filled(struct rtmgr_net *rn, const struct sk_buff *request, struct sk_buff *skb,
		       int err);

/*
 * Reads the attributes of one of rtmgr's own messages into tb[RTMGR_A_MAX + 1]; checks that its
 * header is there.
 */
int rtmgr_own_parse(const struct nlmsghdr *nlh, struct nlattr **tb, struct netlink_ext_ack *extack);

#endif
