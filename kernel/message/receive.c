// SPDX-License-Identifier: GPL-2.0-only
/*
 * A datagram comes in: its messages are taken one by one, each is processed and each is answered.
 * What netlink_rcv_skb() does, but that a batch is one step of it.
 */
#include "../include/uapi/rtmgr.h"
#include "message.h"
#include "mirror.h"

void rtmgr_ack(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh, int err,
	       const struct netlink_ext_ack *extack)
{
	if (err)
		atomic64_inc(&rn->count.errors);
	rtmgr_mirror_ack(rn, request, nlh, err, extack);
	netlink_ack(request, nlh, err, extack);
}

int rtmgr_reply(struct rtmgr_net *rn, const struct sk_buff *request, struct sk_buff *skb)
{
	rtmgr_mirror_out(rn, skb->data, skb->len, NETLINK_CB(request).portid);
	return nlmsg_unicast(rn->sk, skb, NETLINK_CB(request).portid);
}

/* As rtnetlink_rcv_msg() goes about a message of the route family. */
static int rtmgr_route_message(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
			       struct netlink_ext_ack *extack)
{
	/* too short to be of a family: rtnetlink takes it for nothing to do */
	if (nlmsg_len(nlh) < sizeof(struct rtgenmsg))
		return 0;
	if (nlh->nlmsg_type != RTM_GETROUTE)
		return rtmgr_change_one(rn, request, nlh, extack);
	if (nlh->nlmsg_flags & NLM_F_DUMP)
		return rtmgr_dump(rn, request, nlh);
	return rtmgr_lookup(rn, request, nlh, extack);
}

static int rtmgr_message(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh,
			 struct netlink_ext_ack *extack)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
	case RTM_GETROUTE:
		return rtmgr_route_message(rn, request, nlh, extack);
	case RTMGR_MSG_HELLO:
		return rtmgr_hello(rn, request, nlh, extack);
	case RTMGR_MSG_GETSTATS:
		return rtmgr_get_stats(rn, request, nlh, extack);
	case RTMGR_MSG_FLUSH:
		return rtmgr_flush(rn, request, nlh, extack);
	case RTMGR_MSG_BATCH_END:
		NL_SET_ERR_MSG(extack, "End of a batch that has not begun");
		return -EINVAL;
	case RTMGR_MSG_SOCKOPT:
		NL_SET_ERR_MSG(extack, "Socket options are set by setsockopt(2) here");
		return -EOPNOTSUPP;
	default:
		return -EOPNOTSUPP;
	}
}

/* Processes one message and answers it. */
static void rtmgr_process(struct rtmgr_net *rn, struct sk_buff *request, struct nlmsghdr *nlh)
{
	struct netlink_ext_ack extack = {};
	int err = 0;

	/* only requests are for us, and control messages of netlink itself ask for nothing */
	if ((nlh->nlmsg_flags & NLM_F_REQUEST) && nlh->nlmsg_type >= NLMSG_MIN_TYPE)
		err = rtmgr_message(rn, request, nlh, &extack);
	if (err == -EINTR)
		return;
	if (err || (nlh->nlmsg_flags & NLM_F_ACK))
		rtmgr_ack(rn, request, nlh, err, &extack);
}

void rtmgr_input(struct sk_buff *request)
{
	struct rtmgr_net *rn = rtmgr_net_of(request);

	atomic64_inc(&rn->count.datagrams);
	rtmgr_mirror_in(rn, request);
	while (request->len >= nlmsg_total_size(0)) {
		struct nlmsghdr *nlh = nlmsg_hdr(request);
		u32 done;

		if (nlh->nlmsg_len < NLMSG_HDRLEN || request->len < nlh->nlmsg_len)
			return;
		atomic64_inc(&rn->count.messages);
		if (nlh->nlmsg_type == RTMGR_MSG_BATCH_BEGIN &&
		    (nlh->nlmsg_flags & NLM_F_REQUEST)) {
			done = rtmgr_batch(rn, request, nlh);
		} else {
			rtmgr_process(rn, request, nlh);
			done = NLMSG_ALIGN(nlh->nlmsg_len);
		}
		skb_pull(request, min_t(u32, done, request->len));
		cond_resched();
	}
}

int rtmgr_net_init(struct rtmgr_net *rn, u32 max_routes)
{
	memset(&rn->count, 0, sizeof(rn->count));
	rn->born = ktime_get_ns();
	return rtmgr_tables_init(&rn->tables, max_routes);
}

void rtmgr_net_exit(struct rtmgr_net *rn)
{
	rtmgr_tables_destroy(&rn->tables);
}
