// SPDX-License-Identifier: GPL-2.0-only
/* RTMGR_MSG_HELLO, the first lesson, and what rtmgr's own messages have in common. */
#include "../include/uapi/rtmgr.h"
#include "message.h"

static const struct nla_policy rtmgr_own_policy[RTMGR_A_MAX + 1] = {
	[RTMGR_A_TEXT] = { .type = NLA_NUL_STRING, .len = RTMGR_TEXT_MAX },
	[RTMGR_A_TABLE] = { .type = NLA_U32 },
};

int rtmgr_own_parse(const struct nlmsghdr *nlh, struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (nlmsg_len(nlh) < sizeof(struct rtmgrmsg)) {
		NL_SET_ERR_MSG(extack, "Message is shorter than its header");
		return -EINVAL;
	}
	return nlmsg_parse_deprecated(nlh, sizeof(struct rtmgrmsg), tb, RTMGR_A_MAX,
				      rtmgr_own_policy, extack);
}

struct nlmsghdr *rtmgr_reply_begin(struct sk_buff *skb, const struct sk_buff *request,
				   const struct nlmsghdr *nlh)
{
	struct rtmgrmsg *head;
	struct nlmsghdr *rep;

	rep = nlmsg_put(skb, NETLINK_CB(request).portid, nlh->nlmsg_seq, nlh->nlmsg_type,
			sizeof(*head), 0);
	if (!rep)
		return NULL;
	head = nlmsg_data(rep);
	memset(head, 0, sizeof(*head));
	return rep;
}

int rtmgr_reply_filled(struct rtmgr_net *rn, const struct sk_buff *request, struct sk_buff *skb,
		       int err)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return err;
	}
	return rtmgr_reply(rn, request, skb);
}

static size_t rtmgr_hello_size(const struct nlattr *text)
{
	return NLMSG_ALIGN(sizeof(struct rtmgrmsg)) + nla_total_size(sizeof(RTMGR_RELEASE)) +
	       (text ? nla_total_size(nla_len(text)) : 0) +
	       6 * nla_total_size(sizeof(u32)) + /* version, length, seq, pid, portid, uid */
	       2 * nla_total_size(sizeof(u16)) + /* type, flags */
	       nla_total_size(sizeof(u8)); /* writable */
}

static int rtmgr_hello_fill(struct sk_buff *skb, struct sk_buff *request,
			    const struct nlmsghdr *nlh, const struct nlattr *text,
			    const struct net *net)
{
	kuid_t uid = NETLINK_CREDS(request)->uid;
	struct nlmsghdr *rep = rtmgr_reply_begin(skb, request, nlh);

	if (!rep)
		return -EMSGSIZE;
	if (nla_put_u32(skb, RTMGR_A_VERSION, RTMGR_VERSION) ||
	    nla_put_string(skb, RTMGR_A_RELEASE, RTMGR_RELEASE) ||
	    (text && nla_put(skb, RTMGR_A_TEXT, nla_len(text), nla_data(text))) ||
	    nla_put_u32(skb, RTMGR_A_SEEN_LEN, nlh->nlmsg_len) ||
	    nla_put_u16(skb, RTMGR_A_SEEN_TYPE, nlh->nlmsg_type) ||
	    nla_put_u16(skb, RTMGR_A_SEEN_FLAGS, nlh->nlmsg_flags) ||
	    nla_put_u32(skb, RTMGR_A_SEEN_SEQ, nlh->nlmsg_seq) ||
	    nla_put_u32(skb, RTMGR_A_SEEN_PID, nlh->nlmsg_pid) ||
	    nla_put_u32(skb, RTMGR_A_PORTID, NETLINK_CB(request).portid) ||
	    nla_put_u32(skb, RTMGR_A_UID, from_kuid_munged(net->user_ns, uid)) ||
	    nla_put_u8(skb, RTMGR_A_WRITABLE, rtmgr_may_write(request)))
		return -EMSGSIZE;
	nlmsg_end(skb, rep);
	return 0;
}

int rtmgr_hello(struct rtmgr_net *rn, struct sk_buff *request, const struct nlmsghdr *nlh,
		struct netlink_ext_ack *extack)
{
	struct nlattr *tb[RTMGR_A_MAX + 1];
	struct sk_buff *skb;
	int err;

	err = rtmgr_own_parse(nlh, tb, extack);
	if (err)
		return err;
	skb = nlmsg_new(rtmgr_hello_size(tb[RTMGR_A_TEXT]), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	err = rtmgr_hello_fill(skb, request, nlh, tb[RTMGR_A_TEXT], rn->net);
	return rtmgr_reply_filled(rn, request, skb, err);
}
