// SPDX-License-Identifier: GPL-2.0-only
/* See mirror.h. A copy that cannot be made is lost, and its readers are told: ENOBUFS. */
#include "../include/uapi/rtmgr.h"
#include "mirror.h"

/* Where a datagram goes or comes from. */
struct rtmgr_course {
	u8 direction;
	u32 portid;
	u32 group; /* 0: unicast */
};

static bool rtmgr_mirror_on(const struct rtmgr_net *rn)
{
	return netlink_has_listeners(rn->sk, RTMGR_GRP_MIRROR);
}

static int rtmgr_mirror_fill(struct sk_buff *skb, const void *data, u32 length,
			     const struct rtmgr_course *course)
{
	struct rtmgrmsg *head;
	struct nlmsghdr *nlh;

	nlh = nlmsg_put(skb, 0, 0, RTMGR_MSG_MIRROR, sizeof(*head), 0);
	if (!nlh)
		return -EMSGSIZE;
	head = nlmsg_data(nlh);
	memset(head, 0, sizeof(*head));
	if (nla_put_u8(skb, RTMGR_A_DIRECTION, course->direction) ||
	    nla_put_u32(skb, RTMGR_A_PORTID, course->portid) ||
	    (course->group && nla_put_u32(skb, RTMGR_A_GROUP, course->group)) ||
	    nla_put_u64_64bit(skb, RTMGR_A_TIME, ktime_get_ns(), RTMGR_A_PAD) ||
	    nla_put_u32(skb, RTMGR_A_LENGTH, length) ||
	    nla_put(skb, RTMGR_A_DATA, min_t(u32, length, RTMGR_MIRROR_MAX), data))
		return -EMSGSIZE;
	nlmsg_end(skb, nlh);
	return 0;
}

static void rtmgr_mirror(struct rtmgr_net *rn, const void *data, u32 length,
			 const struct rtmgr_course *course)
{
	size_t room = NLMSG_ALIGN(sizeof(struct rtmgrmsg)) + nla_total_size(sizeof(u8)) +
		      3 * nla_total_size(sizeof(u32)) + nla_total_size_64bit(sizeof(u64)) +
		      nla_total_size(min_t(u32, length, RTMGR_MIRROR_MAX));
	struct sk_buff *skb = nlmsg_new(room, GFP_KERNEL);

	if (!skb) {
		netlink_set_err(rn->sk, 0, RTMGR_GRP_MIRROR, ENOBUFS);
		return;
	}
	if (WARN_ON_ONCE(rtmgr_mirror_fill(skb, data, length, course))) {
		nlmsg_free(skb);
		return;
	}
	atomic64_inc(&rn->count.mirrored);
	nlmsg_multicast(rn->sk, skb, 0, RTMGR_GRP_MIRROR, GFP_KERNEL);
}

void rtmgr_mirror_in(struct rtmgr_net *rn, const struct sk_buff *request)
{
	const struct rtmgr_course course = {
		.direction = RTMGR_TO_KERNEL,
		.portid = NETLINK_CB(request).portid,
	};

	if (rtmgr_mirror_on(rn))
		rtmgr_mirror(rn, request->data, request->len, &course);
}

void rtmgr_mirror_out(struct rtmgr_net *rn, const void *data, u32 length, u32 portid)
{
	const struct rtmgr_course course = { .direction = RTMGR_FROM_KERNEL, .portid = portid };

	if (rtmgr_mirror_on(rn))
		rtmgr_mirror(rn, data, length, &course);
}

void rtmgr_mirror_group(struct rtmgr_net *rn, const struct sk_buff *skb, u32 group)
{
	const struct rtmgr_course course = { .direction = RTMGR_FROM_KERNEL, .group = group };

	if (rtmgr_mirror_on(rn))
		rtmgr_mirror(rn, skb->data, skb->len, &course);
}

static int rtmgr_ack_extra(struct sk_buff *skb, const struct nlmsghdr *nlh, int err,
			   const struct netlink_ext_ack *extack)
{
	if (extack->_msg && nla_put_string(skb, NLMSGERR_ATTR_MSG, extack->_msg))
		return -EMSGSIZE;
	if (extack->cookie_len &&
	    nla_put(skb, NLMSGERR_ATTR_COOKIE, extack->cookie_len, extack->cookie))
		return -EMSGSIZE;
	if (err && extack->bad_attr &&
	    nla_put_u32(skb, NLMSGERR_ATTR_OFFS, (const u8 *)extack->bad_attr - (const u8 *)nlh))
		return -EMSGSIZE;
	return 0;
}

/* The acknowledgement as it is without NETLINK_CAP_ACK and with NETLINK_EXT_ACK. */
static struct sk_buff *rtmgr_ack_copy(const struct sk_buff *request, const struct nlmsghdr *nlh,
				      int err, const struct netlink_ext_ack *extack)
{
	size_t echoed = err ? nlmsg_len(nlh) : 0;
	u16 flags = err ? 0 : NLM_F_CAPPED;
	struct nlmsgerr *error;
	struct nlmsghdr *rep;
	struct sk_buff *skb;

	if (extack->_msg || extack->cookie_len || (err && extack->bad_attr))
		flags |= NLM_F_ACK_TLVS;
	skb = nlmsg_new(sizeof(*error) + echoed + 3 * NLA_HDRLEN +
				NLA_ALIGN(NETLINK_MAX_COOKIE_LEN) + sizeof(u32) +
				(extack->_msg ? NLA_ALIGN(strlen(extack->_msg) + 1) : 0) +
				NLMSG_ALIGNTO,
			GFP_KERNEL);
	if (!skb)
		return NULL;
	rep = nlmsg_put(skb, NETLINK_CB(request).portid, nlh->nlmsg_seq, NLMSG_ERROR,
			sizeof(*error), flags);
	if (!rep)
		goto no_room;
	error = nlmsg_data(rep);
	error->error = err;
	error->msg = *nlh;
	memcpy(skb_put_zero(skb, NLMSG_ALIGN(echoed)), nlmsg_data(nlh), echoed);
	if (rtmgr_ack_extra(skb, nlh, err, extack))
		goto no_room;
	nlmsg_end(skb, rep);
	return skb;

no_room:
	nlmsg_free(skb);
	return NULL;
}

void rtmgr_mirror_ack(struct rtmgr_net *rn, const struct sk_buff *request,
		      const struct nlmsghdr *nlh, int err, const struct netlink_ext_ack *extack)
{
	struct sk_buff *copy;

	if (!rtmgr_mirror_on(rn))
		return;
	copy = rtmgr_ack_copy(request, nlh, err, extack);
	if (!copy) {
		netlink_set_err(rn->sk, 0, RTMGR_GRP_MIRROR, ENOBUFS);
		return;
	}
	rtmgr_mirror_out(rn, copy->data, copy->len, NETLINK_CB(request).portid);
	nlmsg_free(copy);
}
