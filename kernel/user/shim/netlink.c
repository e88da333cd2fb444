// SPDX-License-Identifier: GPL-2.0-only
/* Clients, groups and acknowledgements: see netlink.h. */
#include "kernel.h"

struct netlink_client *netlink_client_find(struct sock *sk, u32 portid)
{
	struct netlink_client *client;

	list_for_each_entry(client, &sk->clients, link) {
		if (client->portid != portid)
			continue;
		/* who asks once will ask again */
		list_del(&client->link);
		list_add(&client->link, &sk->clients);
		return client;
	}
	return NULL;
}

struct netlink_client *netlink_client_new(struct sock *sk, u32 portid, size_t size)
{
	struct netlink_client *client = kzalloc(size, GFP_KERNEL);

	if (!client)
		return NULL;
	client->portid = portid;
	client->ext_ack = true;
	list_add(&client->link, &sk->clients);
	sk->count++;
	return client;
}

struct nlmsghdr *nlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, int type, int payload,
			   int flags)
{
	struct nlmsghdr *nlh;

	if (skb_tailroom(skb) < nlmsg_total_size(payload))
		return NULL;
	nlh = skb_put(skb, nlmsg_total_size(payload));
	nlh->nlmsg_type = type;
	nlh->nlmsg_len = nlmsg_msg_size(payload);
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_pid = portid;
	nlh->nlmsg_seq = seq;
	memset((char *)nlmsg_data(nlh) + payload, 0, NLMSG_ALIGN(payload) - payload);
	return nlh;
}

static bool netlink_is_member(const struct netlink_client *client, u32 group)
{
	return !client->gone && group && group <= NETLINK_CLIENT_GROUPS &&
	       (client->groups & BIT(group - 1));
}

int netlink_has_listeners(struct sock *sk, unsigned int group)
{
	struct netlink_client *client;

	list_for_each_entry(client, &sk->clients, link) {
		if (netlink_is_member(client, group))
			return 1;
	}
	return 0;
}

int nlmsg_unicast(struct sock *sk, struct sk_buff *skb, u32 portid)
{
	struct netlink_client *client = netlink_client_find(sk, portid);
	bool there = client && !client->gone;

	if (there)
		sk->wire->answer(sk, client, skb->data, skb->len);
	kfree_skb(skb);
	return there ? 0 : -ECONNREFUSED;
}

int nlmsg_multicast(struct sock *sk, struct sk_buff *skb, u32 portid, unsigned int group,
		    gfp_t flags)
{
	struct netlink_client *client;
	bool heard = false;

	(void)flags;
	list_for_each_entry(client, &sk->clients, link) {
		if (client->portid == portid || !netlink_is_member(client, group))
			continue;
		sk->wire->notify(sk, client, skb->data, skb->len);
		heard = true;
	}
	kfree_skb(skb);
	return heard ? 0 : -ESRCH;
}

int nlmsg_notify(struct sock *sk, struct sk_buff *skb, u32 portid, unsigned int group, int report,
		 gfp_t flags)
{
	int err = 0, answered;

	if (report)
		skb_get(skb);
	if (group) {
		/* who gets it as an answer does not get it as a member */
		err = nlmsg_multicast(sk, skb, report ? portid : 0, group, flags);
		if (err == -ESRCH)
			err = 0;
	}
	if (report) {
		answered = nlmsg_unicast(sk, skb, portid);
		if (!err)
			err = answered;
	}
	return err;
}

int netlink_set_err(struct sock *sk, u32 portid, u32 group, int code)
{
	struct netlink_client *client;

	list_for_each_entry(client, &sk->clients, link) {
		if (client->portid == portid || !netlink_is_member(client, group))
			continue;
		if (code != ENOBUFS || !client->no_enobufs)
			sk->wire->overrun(sk, client);
	}
	return 0;
}

bool netlink_strict_get_check(struct sk_buff *skb)
{
	return NETLINK_CB(skb).client->strict;
}

/* Bytes of the extended attributes of an acknowledgement, at most. */
static size_t netlink_ack_tlv_len(const struct netlink_client *client, int err,
				  const struct netlink_ext_ack *extack)
{
	size_t len = 0;

	if (!extack || !client->ext_ack)
		return 0;
	if (extack->_msg)
		len += nla_total_size(strlen(extack->_msg) + 1);
	if (extack->cookie_len)
		len += nla_total_size(extack->cookie_len);
	if (!err)
		return len;
	if (extack->bad_attr)
		len += nla_total_size(sizeof(u32));
	/* a nest with the largest there is: two limits of 64 bits and a type */
	if (extack->policy)
		len += nla_total_size(0) + 2 * nla_total_size(sizeof(u64)) +
		       nla_total_size(sizeof(u32));
	return len;
}

static void netlink_ack_tlv_fill(struct sk_buff *skb, const struct nlmsghdr *nlh, int err,
				 const struct netlink_ext_ack *extack)
{
	if (extack->_msg)
		WARN_ON(nla_put_string(skb, NLMSGERR_ATTR_MSG, extack->_msg));
	if (extack->cookie_len)
		WARN_ON(nla_put(skb, NLMSGERR_ATTR_COOKIE, extack->cookie_len, extack->cookie));
	if (!err)
		return;
	if (extack->bad_attr)
		WARN_ON(nla_put_u32(skb, NLMSGERR_ATTR_OFFS, (u8 *)extack->bad_attr - (u8 *)nlh));
	if (extack->policy)
		netlink_policy_dump_write_attr(skb, extack->policy, NLMSGERR_ATTR_POLICY);
}

void netlink_ack(struct sk_buff *request, struct nlmsghdr *nlh, int err,
		 const struct netlink_ext_ack *extack)
{
	struct netlink_client *client = NETLINK_CB(request).client;
	bool capped = !err || client->cap_ack;
	size_t echoed = capped ? 0 : nlmsg_len(nlh);
	size_t tlvlen = netlink_ack_tlv_len(client, err, extack);
	u32 flags = (capped ? NLM_F_CAPPED : 0) | (tlvlen ? NLM_F_ACK_TLVS : 0);
	struct nlmsgerr *errmsg;
	struct nlmsghdr *rep;
	struct sk_buff *skb;

	skb = nlmsg_new(sizeof(*errmsg) + NLMSG_ALIGN(echoed) + tlvlen, GFP_KERNEL);
	if (!skb) {
		/* the kernel lets its next recvmsg() fail with ENOBUFS */
		request->sk->wire->overrun(request->sk, client);
		return;
	}
	rep = nlmsg_put(skb, NETLINK_CB(request).portid, nlh->nlmsg_seq, NLMSG_ERROR,
			sizeof(*errmsg), flags);
	errmsg = nlmsg_data(rep);
	errmsg->error = err;
	errmsg->msg = *nlh;
	memcpy(skb_put_zero(skb, NLMSG_ALIGN(echoed)), nlmsg_data(nlh), echoed);
	if (tlvlen)
		netlink_ack_tlv_fill(skb, nlh, err, extack);
	nlmsg_end(skb, rep);
	nlmsg_unicast(request->sk, skb, NETLINK_CB(request).portid);
}
