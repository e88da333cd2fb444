// SPDX-License-Identifier: GPL-2.0-only
/* RTM_NEWROUTE and RTM_DELROUTE of IPv6, read: what rtm_to_fib6_config() is in the kernel. */

#include "ipv6.h"

const struct nla_policy rtmgr_ipv6_policy[RTA_MAX + 1] = {
	[RTA_UNSPEC]		= { .strict_start_type = RTA_DPORT + 1 },
	[RTA_GATEWAY]		= { .len = sizeof(struct in6_addr) },
	[RTA_PREFSRC]		= { .len = sizeof(struct in6_addr) },
	[RTA_OIF]		= { .type = NLA_U32 },
	[RTA_IIF]		= { .type = NLA_U32 },
	[RTA_PRIORITY]		= { .type = NLA_U32 },
	[RTA_METRICS]		= { .type = NLA_NESTED },
	[RTA_MULTIPATH]		= { .len = sizeof(struct rtnexthop) },
	[RTA_PREF]		= { .type = NLA_U8 },
	[RTA_ENCAP_TYPE]	= { .type = NLA_U16 },
	[RTA_ENCAP]		= { .type = NLA_NESTED },
	[RTA_EXPIRES]		= { .type = NLA_U32 },
	[RTA_UID]		= { .type = NLA_U32 },
	[RTA_MARK]		= { .type = NLA_U32 },
	[RTA_TABLE]		= { .type = NLA_U32 },
	[RTA_IP_PROTO]		= { .type = NLA_U8 },
	[RTA_SPORT]		= { .type = NLA_U16 },
	[RTA_DPORT]		= { .type = NLA_U16 },
	[RTA_NH_ID]		= { .type = NLA_U32 },
};

/* The kernel refuses types that are none, and those whose module is not there: here none is. */
static int check_encap_type(u16 type, struct netlink_ext_ack *extack)
{
	if (type == LWTUNNEL_ENCAP_NONE || type > LWTUNNEL_ENCAP_MAX) {
		NL_SET_ERR_MSG(extack, "Unknown lwt encapsulation type");
		return -EINVAL;
	}
	NL_SET_ERR_MSG(extack, "lwt encapsulation type not supported");
	return -EOPNOTSUPP;
}

static int check_hop(const struct rtmgr_ipv6_request *req, struct rtnexthop *rtnh,
		     struct netlink_ext_ack *extack)
{
	bool gateway = req->flags & RTF_GATEWAY;
	struct nlattr *nla = NULL;

	if (rtnh_attrlen(rtnh) > 0)
		nla = nla_find(rtnh_attrs(rtnh), rtnh_attrlen(rtnh), RTA_GATEWAY);
	if (nla) {
		if (nla_len(nla) < (int)sizeof(struct in6_addr)) {
			NL_SET_ERR_MSG(extack, "Invalid IPv6 address in RTA_GATEWAY");
			return -EINVAL;
		}
		gateway = true;
	}
	if (req->nlh->nlmsg_type == RTM_NEWROUTE && (req->nh_id || !gateway)) {
		NL_SET_ERR_MSG(extack,
			       "Device only routes can not be added for IPv6 using the multipath API.");
		return -EINVAL;
	}
	return 0;
}

static int check_hop_encap(struct rtnexthop *rtnh, struct netlink_ext_ack *extack)
{
	struct nlattr *nla;

	if (rtnh_attrlen(rtnh) <= 0)
		return 0;
	nla = nla_find(rtnh_attrs(rtnh), rtnh_attrlen(rtnh), RTA_ENCAP_TYPE);
	if (!nla)
		return 0;
	if (nla_len(nla) < (int)sizeof(u16)) {
		NL_SET_ERR_MSG(extack, "Invalid RTA_ENCAP_TYPE");
		return -EINVAL;
	}
	check_encap_type(nla_get_u16(nla), extack);
	return -EOPNOTSUPP;
}

/* All hops are looked at before anything is done, as the kernel does since 6.16. */
static int check_multipath(const struct rtmgr_ipv6_request *req, struct netlink_ext_ack *extack)
{
	struct rtnexthop *rtnh = nla_data(req->multipath);
	int remaining = nla_len(req->multipath);
	int err;

	if (!rtnh_ok(rtnh, remaining)) {
		NL_SET_ERR_MSG(extack, "Invalid nexthop configuration - no valid nexthops");
		return -EINVAL;
	}
	for (; rtnh_ok(rtnh, remaining); rtnh = rtnh_next(rtnh, &remaining)) {
		err = check_hop(req, rtnh, extack);
		if (err)
			return err;
	}
	rtnh = nla_data(req->multipath);
	remaining = nla_len(req->multipath);
	for (; rtnh_ok(rtnh, remaining); rtnh = rtnh_next(rtnh, &remaining)) {
		err = check_hop_encap(rtnh, extack);
		if (err)
			return err;
	}
	return 0;
}

static u32 flags_of_type(u8 type)
{
	switch (type) {
	case RTN_UNREACHABLE:
	case RTN_BLACKHOLE:
	case RTN_PROHIBIT:
	case RTN_THROW:
		return RTF_REJECT;
	case RTN_LOCAL:
		return RTF_LOCAL;
	default:
		return 0;
	}
}

/* The bytes that the prefix length asks for; the rest stays 0. */
static int read_prefix(struct in6_addr *addr, const struct nlattr *nla, u8 len)
{
	int bytes = DIV_ROUND_UP(len, 8);

	if (nla_len(nla) < bytes)
		return -EINVAL;
	memcpy(addr, nla_data(nla), min_t(int, bytes, sizeof(*addr)));
	return 0;
}

static int read_exclusive(struct rtmgr_ipv6_request *req, struct nlattr **tb,
			  struct netlink_ext_ack *extack)
{
	if (tb[RTA_NH_ID]) {
		if (tb[RTA_GATEWAY] || tb[RTA_OIF] || tb[RTA_MULTIPATH] || tb[RTA_ENCAP]) {
			NL_SET_ERR_MSG(extack,
				       "Nexthop specification and nexthop id are mutually exclusive");
			return -EINVAL;
		}
		req->nh_id = nla_get_u32(tb[RTA_NH_ID]);
	}
	if (tb[RTA_GATEWAY]) {
		req->gateway = nla_get_in6_addr(tb[RTA_GATEWAY]);
		req->flags |= RTF_GATEWAY;
	}
	if (tb[RTA_VIA]) {
		NL_SET_ERR_MSG(extack, "IPv6 does not support RTA_VIA attribute");
		return -EINVAL;
	}
	return 0;
}

static void read_values(struct rtmgr_ipv6_request *req, struct nlattr **tb)
{
	if (tb[RTA_PREFSRC])
		req->prefsrc = nla_get_in6_addr(tb[RTA_PREFSRC]);
	if (tb[RTA_OIF])
		req->ifindex = nla_get_u32(tb[RTA_OIF]);
	if (tb[RTA_PRIORITY])
		req->metric = nla_get_u32(tb[RTA_PRIORITY]);
	if (tb[RTA_TABLE])
		req->table = nla_get_u32(tb[RTA_TABLE]);
	req->metrics = tb[RTA_METRICS];
	req->multipath = tb[RTA_MULTIPATH];
	req->encap = tb[RTA_ENCAP];
	req->expires = tb[RTA_EXPIRES];
}

static void read_pref(struct rtmgr_ipv6_request *req, struct nlattr **tb)
{
	u8 pref = tb[RTA_PREF] ? nla_get_u8(tb[RTA_PREF]) : ICMPV6_ROUTER_PREF_MEDIUM;

	if (pref != ICMPV6_ROUTER_PREF_LOW && pref != ICMPV6_ROUTER_PREF_HIGH)
		pref = ICMPV6_ROUTER_PREF_MEDIUM;
	req->pref = pref;
}

static int read_attributes(struct rtmgr_ipv6_request *req, struct nlattr **tb,
			   struct netlink_ext_ack *extack)
{
	struct in6_addr src;
	int err;

	err = read_exclusive(req, tb, extack);
	if (err)
		return err;
	if (tb[RTA_DST]) {
		err = read_prefix(&req->dst, tb[RTA_DST], req->dst_len);
		if (err)
			return err;
	}
	if (tb[RTA_SRC]) {
		err = read_prefix(&src, tb[RTA_SRC], req->src_len);
		if (err)
			return err;
	}
	read_values(req, tb);
	if (req->multipath) {
		err = check_multipath(req, extack);
		if (err)
			return err;
	}
	read_pref(req, tb);
	if (tb[RTA_ENCAP_TYPE])
		return check_encap_type(nla_get_u16(tb[RTA_ENCAP_TYPE]), extack);
	return 0;
}

int rtmgr_ipv6_request_read(struct rtmgr_ipv6_request *req, struct sk_buff *skb,
			    struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rtm;
	int err;

	err = nlmsg_parse_deprecated(nlh, sizeof(*rtm), tb, RTA_MAX, rtmgr_ipv6_policy, extack);
	if (err < 0)
		return err;
	rtm = nlmsg_data(nlh);
	if (rtm->rtm_tos) {
		NL_SET_ERR_MSG(extack, "Invalid dsfield (tos): option not available for IPv6");
		return -EINVAL;
	}

	*req = (struct rtmgr_ipv6_request){
		.nlh = nlh,
		.portid = NETLINK_CB(skb).portid,
		.table = rtm->rtm_table,
		.flags = RTF_UP | flags_of_type(rtm->rtm_type),
		.dst_len = rtm->rtm_dst_len,
		.src_len = rtm->rtm_src_len,
		.type = rtm->rtm_type,
		.protocol = rtm->rtm_protocol,
		.onlink = rtm->rtm_flags & RTNH_F_ONLINK,
		.cached = rtm->rtm_flags & RTM_F_CLONED,
	};
	err = read_attributes(req, tb, extack);
	if (err)
		return err;
	if (req->table == RT_TABLE_UNSPEC)
		req->table = RT_TABLE_MAIN;
	return 0;
}

void rtmgr_ipv6_request_hop(struct rtmgr_ipv6_request *hop, const struct rtmgr_ipv6_request *req,
			    struct rtnexthop *rtnh)
{
	struct nlattr *nla;

	*hop = *req;
	if (rtnh->rtnh_ifindex)
		hop->ifindex = rtnh->rtnh_ifindex;
	hop->weight = rtnh->rtnh_hops;
	if (rtnh->rtnh_flags & RTNH_F_ONLINK)
		hop->onlink = true;
	if (rtnh_attrlen(rtnh) <= 0)
		return;
	nla = nla_find(rtnh_attrs(rtnh), rtnh_attrlen(rtnh), RTA_GATEWAY);
	if (nla) {
		hop->gateway = nla_get_in6_addr(nla);
		hop->flags |= RTF_GATEWAY;
	}
	hop->encap = nla_find(rtnh_attrs(rtnh), rtnh_attrlen(rtnh), RTA_ENCAP);
}
