// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTMGR_MSG_BATCH_BEGIN … RTMGR_MSG_BATCH_END: the changes between them happen entirely or not at
 * all. They are made one after the other, in a journal, while lookups and dumps wait; when one
 * fails, the journal is undone before anybody else looks. Answers are sent when the fate of all is
 * known.
 */
#include "../include/uapi/rtmgr.h"
#include "message.h"

/* A batch as it stands in a datagram. */
struct rtmgr_batch {
	struct nlmsghdr *begin;
	struct nlmsghdr *end;
	/* the one that failed: `begin` when none was looked at, NULL when all went well */
	struct nlmsghdr *failed;
	u32 index; /* of it, counted from behind `begin` */
	int err;
};

static struct nlmsghdr *rtmgr_message_after(struct nlmsghdr *nlh)
{
	return (struct nlmsghdr *)((u8 *)nlh + NLMSG_ALIGN(nlh->nlmsg_len));
}

/* Bytes of the datagram from nlh on; 0 when it lies behind the end. */
static u32 rtmgr_bytes_left(const struct sk_buff *request, const struct nlmsghdr *nlh)
{
	const u8 *end = request->data + request->len;

	return (const u8 *)nlh < end ? end - (const u8 *)nlh : 0;
}

static bool rtmgr_message_is_whole(const struct sk_buff *request, const struct nlmsghdr *nlh)
{
	u32 left = rtmgr_bytes_left(request, nlh);

	return left >= NLMSG_HDRLEN && nlh->nlmsg_len >= NLMSG_HDRLEN && nlh->nlmsg_len <= left;
}

/* The end of a batch; NULL: it is not in this datagram. Checks every length on the way. */
static struct nlmsghdr *rtmgr_batch_find_end(const struct sk_buff *request, struct nlmsghdr *begin)
{
	struct nlmsghdr *nlh = rtmgr_message_after(begin);

	for (; rtmgr_message_is_whole(request, nlh); nlh = rtmgr_message_after(nlh)) {
		if (nlh->nlmsg_type == RTMGR_MSG_BATCH_END)
			return nlh;
	}
	return NULL;
}

static int rtmgr_batch_header(const struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	if (nlmsg_len(nlh) >= sizeof(struct rtmgrmsg))
		return 0;
	NL_SET_ERR_MSG(extack, "Message is shorter than its header");
	return -EINVAL;
}

static int rtmgr_batch_one(struct rtmgr_transaction *txn, struct sk_buff *request,
			   struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	bool change = nlh->nlmsg_type == RTM_NEWROUTE || nlh->nlmsg_type == RTM_DELROUTE;

	if (!change || !(nlh->nlmsg_flags & NLM_F_REQUEST)) {
		NL_SET_ERR_MSG(extack,
			       "A batch holds requests to make or delete routes, nothing else");
		return -EINVAL;
	}
	if (nlmsg_len(nlh) < sizeof(struct rtgenmsg)) {
		NL_SET_ERR_MSG(extack, "Message is shorter than its header");
		return -EINVAL;
	}
	return rtmgr_change_in(txn, request, nlh, extack);
}

/* Makes the changes until one fails. */
static void rtmgr_batch_apply(struct rtmgr_batch *batch, struct rtmgr_transaction *txn,
			      struct sk_buff *request, struct netlink_ext_ack *extack)
{
	struct nlmsghdr *nlh = rtmgr_message_after(batch->begin);

	for (; nlh != batch->end; nlh = rtmgr_message_after(nlh)) {
		batch->err = rtmgr_batch_one(txn, request, nlh, extack);
		if (batch->err) {
			batch->failed = nlh;
			return;
		}
		batch->index++;
		cond_resched();
	}
}

static void rtmgr_batch_run(struct rtmgr_batch *batch, struct rtmgr_net *rn,
			    struct sk_buff *request, struct netlink_ext_ack *extack)
{
	struct rtmgr_transaction txn;
	struct rtmgr_mark start;

	mutex_lock(&rn->tables.lock);
	rtmgr_transaction_init(&txn, rn);
	start = rtmgr_transaction_mark(&txn);
	down_write(&rn->tables.view);
	rtmgr_batch_apply(batch, &txn, request, extack);
	if (batch->err)
		rtmgr_transaction_undo(&txn, start);
	up_write(&rn->tables.view);
	if (!batch->err)
		rtmgr_transaction_commit(&txn);
	mutex_unlock(&rn->tables.lock);
}

/* Why the whole batch failed, in a sentence for BATCH_END. */
static void rtmgr_batch_reason(const struct rtmgr_batch *batch, const struct netlink_ext_ack *why,
			       char *text, size_t size)
{
	const char *reason = why->_msg ? why->_msg : "see its answer";

	if (batch->failed == batch->begin)
		snprintf(text, size, "Nothing was applied: %s",
			 why->_msg ? why->_msg : "see the answer to its begin");
	else
		snprintf(text, size, "Nothing was applied: message %u (seq %u) failed: %s",
			 batch->index, batch->failed->nlmsg_seq, reason);
}

static void rtmgr_batch_answer_end(const struct rtmgr_batch *batch, struct rtmgr_net *rn,
				   struct sk_buff *request, const struct netlink_ext_ack *why)
{
	struct netlink_ext_ack extack = {};
	u32 where[2] = { batch->index, batch->failed->nlmsg_seq };
	char text[192];

	BUILD_BUG_ON(sizeof(where) > NETLINK_MAX_COOKIE_LEN);
	rtmgr_batch_reason(batch, why, text, sizeof(text));
	extack._msg = text;
	if (batch->failed != batch->begin) {
		memcpy(extack.cookie, where, sizeof(where));
		extack.cookie_len = sizeof(where);
	}
	rtmgr_ack(rn, request, batch->end, batch->err, &extack);
}

/* Answers each message of a batch whose fate is known. */
static void rtmgr_batch_answer(const struct rtmgr_batch *batch, struct rtmgr_net *rn,
			       struct sk_buff *request, const struct netlink_ext_ack *why)
{
	const struct netlink_ext_ack nothing = {};
	struct nlmsghdr *nlh = batch->begin;

	for (; nlh != batch->end; nlh = rtmgr_message_after(nlh)) {
		if (nlh == batch->failed)
			rtmgr_ack(rn, request, nlh, batch->err, why);
		else if (nlh->nlmsg_flags & NLM_F_ACK)
			rtmgr_ack(rn, request, nlh, batch->err ? -ECANCELED : 0, &nothing);
	}
	if (batch->err)
		rtmgr_batch_answer_end(batch, rn, request, why);
	else if (batch->end->nlmsg_flags & NLM_F_ACK)
		rtmgr_ack(rn, request, batch->end, 0, &nothing);
}

/* Counts what receive.c does not come by. */
static void rtmgr_batch_count(const struct rtmgr_batch *batch, struct rtmgr_net *rn)
{
	struct nlmsghdr *nlh = batch->begin;

	for (; nlh != batch->end; nlh = rtmgr_message_after(nlh))
		atomic64_inc(&rn->count.messages);
	if (batch->err)
		atomic64_inc(&rn->count.batches_failed);
	else
		atomic64_inc(&rn->count.batches);
}

u32 rtmgr_batch(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *begin)
{
	struct rtmgr_batch batch = { .begin = begin };
	struct netlink_ext_ack why = {};

	batch.end = rtmgr_batch_find_end(request, begin);
	if (!batch.end) {
		NL_SET_ERR_MSG(&why, "The batch does not end in this datagram");
		atomic64_inc(&rn->count.batches_failed);
		rtmgr_ack(rn, request, begin, -EINVAL, &why);
		return request->len;
	}
	batch.err = rtmgr_may_write(request) ? 0 : -EPERM;
	if (!batch.err)
		batch.err = rtmgr_batch_header(begin, &why);
	if (!batch.err)
		batch.err = rtmgr_batch_header(batch.end, &why);
	if (batch.err)
		batch.failed = begin;
	else
		rtmgr_batch_run(&batch, rn, request, &why);
	rtmgr_batch_count(&batch, rn);
	rtmgr_batch_answer(&batch, rn, request, &why);
	return (u8 *)rtmgr_message_after(batch.end) - request->data;
}
