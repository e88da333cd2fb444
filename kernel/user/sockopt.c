// SPDX-License-Identifier: GPL-2.0-only
/* RTMGR_MSG_SOCKOPT: what setsockopt(2) is for a socket of the kernel. */
#include "../include/uapi/rtmgr.h"
#include "server.h"

static int sockopt_group(struct sk_buff *request, struct netlink_client *client, u32 group,
			 bool join, struct netlink_ext_ack *extack)
{
	if (group == 0 || group > NETLINK_CLIENT_GROUPS)
		return -EINVAL;
	if (join && group == RTMGR_GRP_MIRROR && !rtmgr_may_write(request)) {
		NL_SET_ERR_MSG(extack,
			       "Only root and the owner may see what others exchange with rtmgr");
		return -EPERM;
	}
	if (join)
		client->groups |= BIT(group - 1);
	else
		client->groups &= ~BIT(group - 1);
	return 0;
}

static int sockopt_set(struct sk_buff *request, u32 option, u32 value,
		       struct netlink_ext_ack *extack)
{
	struct netlink_client *client = NETLINK_CB(request).client;

	switch (option) {
	case NETLINK_ADD_MEMBERSHIP:
	case NETLINK_DROP_MEMBERSHIP:
		return sockopt_group(request, client, value, option == NETLINK_ADD_MEMBERSHIP,
				     extack);
	case NETLINK_EXT_ACK:
		client->ext_ack = value;
		return 0;
	case NETLINK_CAP_ACK:
		client->cap_ack = value;
		return 0;
	case NETLINK_GET_STRICT_CHK:
		client->strict = value;
		return 0;
	case NETLINK_NO_ENOBUFS:
		client->no_enobufs = value;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int sockopt_message(struct sk_buff *request, struct nlmsghdr *nlh,
			   struct netlink_ext_ack *extack)
{
	static const struct nla_policy policy[RTMGR_A_MAX + 1] = {
		[RTMGR_A_OPTION] = { .type = NLA_U32 },
		[RTMGR_A_VALUE] = { .type = NLA_U32 },
	};
	struct nlattr *tb[RTMGR_A_MAX + 1];
	int err;

	if (nlh->nlmsg_type != RTMGR_MSG_SOCKOPT) {
		NL_SET_ERR_MSG(extack, "Socket options stand in datagrams of their own");
		return -EINVAL;
	}
	err = nlmsg_parse_deprecated(nlh, sizeof(struct rtmgrmsg), tb, RTMGR_A_MAX, policy, extack);
	if (err)
		return err;
	if (!tb[RTMGR_A_OPTION] || !tb[RTMGR_A_VALUE]) {
		NL_SET_ERR_MSG(extack, "RTMGR_A_OPTION and RTMGR_A_VALUE are both needed");
		return -EINVAL;
	}
	return sockopt_set(request, nla_get_u32(tb[RTMGR_A_OPTION]), nla_get_u32(tb[RTMGR_A_VALUE]),
			   extack);
}

bool server_sockopt(struct server *server, struct sk_buff *request)
{
	struct nlmsghdr *nlh = nlmsg_hdr(request);

	(void)server;
	if (request->len < NLMSG_HDRLEN || nlh->nlmsg_type != RTMGR_MSG_SOCKOPT)
		return false;
	while (request->len >= NLMSG_HDRLEN) {
		struct netlink_ext_ack extack = {};

		nlh = nlmsg_hdr(request);
		if (nlh->nlmsg_len < NLMSG_HDRLEN || nlh->nlmsg_len > request->len)
			break;
		/* always acknowledged: setsockopt(2) has a result, too */
		netlink_ack(request, nlh, sockopt_message(request, nlh, &extack), &extack);
		skb_pull(request, min_t(u32, NLMSG_ALIGN(nlh->nlmsg_len), request->len));
	}
	return true;
}
