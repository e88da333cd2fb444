// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps, part by part: netlink_dump() of af_netlink.c, driven by whoever has room for the next
 * part.
 */
#include "kernel.h"

/*
 * Bytes of a part. The kernel measures them by the largest buffer that its reader ever offered, up
 * to 32 KiB; nobody tells us, and 16 KiB is what rtnetlink(7)'s readers are told to have.
 */
#define RTMGR_DUMP_PART (16384 - 320)
/* When a single route is larger: the kernel's limit. */
#define RTMGR_DUMP_PART_MOST (32768 - 320)

static void netlink_dump_end(struct netlink_client *client)
{
	if (!client->dumping)
		return;
	client->dumping = false;
	if (client->cb.done)
		client->cb.done(&client->cb);
	kfree_skb(client->cb.skb);
}

void netlink_client_free(struct sock *sk, struct netlink_client *client)
{
	netlink_dump_end(client);
	list_del(&client->link);
	sk->count--;
	kfree(client);
}

static void netlink_dump_done(struct netlink_client *client, struct sk_buff *skb,
			      const struct netlink_ext_ack *extack)
{
	struct netlink_callback *cb = &client->cb;
	struct nlmsghdr *nlh;

	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, NLMSG_DONE,
			sizeof(int), NLM_F_MULTI | cb->answer_flags);
	nl_dump_check_consistent(cb, nlh);
	memcpy(nlmsg_data(nlh), &client->dump_done_errno, sizeof(int));
	if (extack->_msg && client->ext_ack) {
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
		if (!nla_put_string(skb, NLMSGERR_ATTR_MSG, extack->_msg))
			nlmsg_end(skb, nlh);
	}
}

/* One part. -ENOBUFS: no memory for it. */
static int netlink_dump(struct sock *sk, struct netlink_client *client, size_t size)
{
	struct netlink_ext_ack extack = {};
	struct netlink_callback *cb = &client->cb;
	struct sk_buff *skb = alloc_skb(size, GFP_KERNEL);
	bool more;

	if (!skb)
		return -ENOBUFS;
	if (client->dump_done_errno > 0) {
		cb->extack = &extack;
		client->dump_done_errno = cb->dump(skb, cb);
		cb->extack = NULL;
	}
	if (client->dump_done_errno == -EMSGSIZE && size < RTMGR_DUMP_PART_MOST) {
		kfree_skb(skb);
		client->dump_done_errno = INT_MAX;
		return netlink_dump(sk, client, RTMGR_DUMP_PART_MOST);
	}
	more = client->dump_done_errno > 0 || skb_tailroom(skb) < nlmsg_total_size(sizeof(int));
	if (!more)
		netlink_dump_done(client, skb, &extack);
	sk->wire->answer(sk, client, skb->data, skb->len);
	kfree_skb(skb);
	if (!more)
		netlink_dump_end(client);
	return 0;
}

void netlink_dump_more(struct sock *sk, struct netlink_client *client)
{
	if (client->dumping && netlink_dump(sk, client, RTMGR_DUMP_PART)) {
		/* as the kernel: its reader gets ENOBUFS, and asks again or not */
		sk->wire->overrun(sk, client);
		netlink_dump_end(client);
	}
}

int netlink_dump_start(struct sock *sk, struct sk_buff *request, const struct nlmsghdr *nlh,
		       struct netlink_dump_control *control)
{
	struct netlink_client *client = NETLINK_CB(request).client;
	struct netlink_callback *cb = &client->cb;
	int err;

	if (client->gone)
		return -ECONNREFUSED;
	if (client->dumping)
		return -EBUSY;
	memset(cb, 0, sizeof(*cb));
	cb->dump = control->dump;
	cb->done = control->done;
	cb->nlh = nlh;
	cb->data = control->data;
	cb->min_dump_alloc = control->min_dump_alloc;
	cb->skb = request;
	cb->strict_check = client->strict;
	err = control->start ? control->start(cb) : 0;
	if (err)
		return err;
	skb_get(request);
	client->dumping = true;
	client->dump_done_errno = INT_MAX;
	err = netlink_dump(sk, client, RTMGR_DUMP_PART);
	if (err) {
		netlink_dump_end(client);
		return err;
	}
	return -EINTR;
}
