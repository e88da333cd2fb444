// SPDX-License-Identifier: GPL-2.0-only
/* Reads RTM_GETROUTE without NLM_F_DUMP: what *_valid_getroute_req() are in the kernel. */
#include "lookup.h"

static int refuse(struct netlink_ext_ack *extack, const char *why)
{
	if (extack)
		extack->_msg = why;
	return -EINVAL;
}

static bool attribute_allowed(int type)
{
	switch (type) {
	case RTA_IIF:
	case RTA_OIF:
	case RTA_SRC:
	case RTA_DST:
	case RTA_IP_PROTO:
	case RTA_SPORT:
	case RTA_DPORT:
	case RTA_MARK:
	case RTA_UID:
	case RTA_TABLE:		/* RULES */
		return true;
	default:
		return false;
	}
}

static int check_header(const struct rtmgr_lookup_rules *rules, const struct rtmsg *rtm,
			struct netlink_ext_ack *extack)
{
	if ((rtm->rtm_src_len && rtm->rtm_src_len != rules->bits) ||
	    (rtm->rtm_dst_len && rtm->rtm_dst_len != rules->bits) ||
	    rtm->rtm_table || rtm->rtm_protocol || rtm->rtm_scope || rtm->rtm_type)
		return refuse(extack, rules->bad_values);
	if (rtm->rtm_flags & ~rules->flags)
		return refuse(extack, rules->bad_flags);
	return 0;
}

int rtmgr_lookup_parse(const struct rtmgr_lookup_rules *rules, struct sk_buff *skb,
		       const struct nlmsghdr *nlh, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	const struct rtmsg *rtm;
	int i, err;

	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(*rtm)))
		return refuse(extack, rules->no_header);
	if (!netlink_strict_get_check(skb))
		return nlmsg_parse_deprecated(nlh, sizeof(*rtm), tb, RTA_MAX, rules->policy,
					      extack);

	rtm = nlmsg_data(nlh);
	err = check_header(rules, rtm, extack);
	if (err)
		return err;
	err = nlmsg_parse_deprecated_strict(nlh, sizeof(*rtm), tb, RTA_MAX, rules->policy, extack);
	if (err)
		return err;
	if ((tb[RTA_SRC] && !rtm->rtm_src_len) || (tb[RTA_DST] && !rtm->rtm_dst_len))
		return refuse(extack, rules->bad_lengths);
	for (i = 0; i <= RTA_MAX; i++) {
		if (tb[i] && !attribute_allowed(i))
			return refuse(extack, rules->bad_attribute);
	}
	return 0;
}

int rtmgr_lookup_ip_proto(const struct rtmgr_lookup_rules *rules, const struct nlattr *nla,
			  struct netlink_ext_ack *extack)
{
	u8 proto;

	if (!nla)
		return 0;
	proto = nla_get_u8(nla);
	if (proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == rules->icmp)
		return 0;
	NL_SET_ERR_MSG(extack, "Unsupported ip proto");
	return -EOPNOTSUPP;
}
