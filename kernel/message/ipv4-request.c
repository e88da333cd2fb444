// SPDX-License-Identifier: GPL-2.0-only
/* Reads RTM_NEWROUTE and RTM_DELROUTE of IPv4: what rtm_to_fib_config() is in the kernel. */

#include <linux/lwtunnel.h>

#include "ipv4.h"

const struct nla_policy rtmgr_ipv4_policy[RTA_MAX + 1] = {
	[RTA_UNSPEC]		= { .strict_start_type = RTA_DPORT + 1 },
	[RTA_DST]		= { .type = NLA_U32 },
	[RTA_SRC]		= { .type = NLA_U32 },
	[RTA_IIF]		= { .type = NLA_U32 },
	[RTA_OIF]		= { .type = NLA_U32 },
	[RTA_GATEWAY]		= { .type = NLA_U32 },
	[RTA_PRIORITY]		= { .type = NLA_U32 },
	[RTA_PREFSRC]		= { .type = NLA_U32 },
	[RTA_METRICS]		= { .type = NLA_NESTED },
	[RTA_MULTIPATH]		= { .len = sizeof(struct rtnexthop) },
	[RTA_FLOW]		= { .type = NLA_U32 },
	[RTA_ENCAP_TYPE]	= { .type = NLA_U16 },
	[RTA_ENCAP]		= { .type = NLA_NESTED },
	[RTA_UID]		= { .type = NLA_U32 },
	[RTA_MARK]		= { .type = NLA_U32 },
	[RTA_TABLE]		= { .type = NLA_U32 },
	[RTA_IP_PROTO]		= { .type = NLA_U8 },
	[RTA_SPORT]		= { .type = NLA_U16 },
	[RTA_DPORT]		= { .type = NLA_U16 },
	[RTA_NH_ID]		= { .type = NLA_U32 },
};

int rtmgr_ipv4_read_via(struct rtmgr_ipv4_gateway *gateway, const struct nlattr *nla,
			struct netlink_ext_ack *extack)
{
	const struct rtvia *via = nla_data(nla);
	int bytes = nla_len(nla) - (int)offsetof(struct rtvia, rtvia_addr);

	if (bytes < 0) {
		NL_SET_ERR_MSG(extack, "Invalid attribute length for RTA_VIA");
		return -EINVAL;
	}
	switch (via->rtvia_family) {
	case AF_INET:
		if (bytes != sizeof(gateway->v4)) {
			NL_SET_ERR_MSG(extack, "Invalid IPv4 address in RTA_VIA");
			return -EINVAL;
		}
		memcpy(&gateway->v4, via->rtvia_addr, sizeof(gateway->v4));
		break;
	case AF_INET6:
		if (bytes != sizeof(gateway->v6)) {
			NL_SET_ERR_MSG(extack, "Invalid IPv6 address in RTA_VIA");
			return -EINVAL;
		}
		memcpy(&gateway->v6, via->rtvia_addr, sizeof(gateway->v6));
		break;
	default:
		NL_SET_ERR_MSG(extack, "Unsupported address family in RTA_VIA");
		return -EINVAL;
	}
	gateway->family = via->rtvia_family;
	return 0;
}

static int check_encap_type(u16 type, struct netlink_ext_ack *extack)
{
	if (type == LWTUNNEL_ENCAP_NONE || type > LWTUNNEL_ENCAP_MAX) {
		NL_SET_ERR_MSG(extack, "Unknown lwt encapsulation type");
		return -EINVAL;
	}
	NL_SET_ERR_MSG(extack, "lwt encapsulation type not supported");
	return -EOPNOTSUPP;
}

int rtmgr_ipv4_refuse_encap(const struct nlattr *encap, struct netlink_ext_ack *extack)
{
	if (!encap)
		return 0;
	/* with a type it would not have got this far */
	NL_SET_ERR_MSG(extack, "LWT encap type not specified");
	return -EINVAL;
}

static int check_encap_types(const struct nlattr *multipath, struct netlink_ext_ack *extack)
{
	const struct rtnexthop *rtnh = nla_data(multipath);
	int remaining = nla_len(multipath);
	const struct nlattr *type;

	for (; rtnh_ok(rtnh, remaining); rtnh = rtnh_next(rtnh, &remaining)) {
		if (rtnh_attrlen(rtnh) <= 0)
			continue;
		type = nla_find(rtnh_attrs(rtnh), rtnh_attrlen(rtnh), RTA_ENCAP_TYPE);
		if (!type)
			continue;
		if (nla_len(type) < (int)sizeof(u16)) {
			NL_SET_ERR_MSG(extack, "Invalid RTA_ENCAP_TYPE");
			return -EINVAL;
		}
		check_encap_type(nla_get_u16(type), extack);
		return -EOPNOTSUPP;
	}
	return 0;
}

/* What is seen of a request while its attributes are gone through. */
struct seen {
	struct rtmgr_ipv4_request *req;
	__be32 dst;
	bool gateway;
	bool via;
};

static int read_attribute(struct seen *seen, const struct nlattr *nla,
			  struct netlink_ext_ack *extack)
{
	struct rtmgr_ipv4_request *req = seen->req;

	switch (nla_type(nla)) {
	case RTA_DST:
		seen->dst = nla_get_be32(nla);
		break;
	case RTA_OIF:
		req->oif = nla_get_u32(nla);
		break;
	case RTA_GATEWAY:
		seen->gateway = true;
		req->gateway.v4 = nla_get_be32(nla);
		if (req->gateway.v4)
			req->gateway.family = AF_INET;
		break;
	case RTA_VIA:
		seen->via = true;
		return rtmgr_ipv4_read_via(&req->gateway, nla, extack);
	case RTA_PRIORITY:
		req->key.priority = nla_get_u32(nla);
		break;
	case RTA_PREFSRC:
		req->prefsrc = nla_get_be32(nla);
		break;
	case RTA_METRICS:
		req->metrics = nla;
		break;
	case RTA_MULTIPATH:
		req->multipath = nla;
		return check_encap_types(nla, extack);
	case RTA_FLOW:
		req->realm = nla_get_u32(nla);
		break;
	case RTA_TABLE:
		req->table = nla_get_u32(nla);
		break;
	case RTA_ENCAP:
		req->encap = nla;
		break;
	case RTA_ENCAP_TYPE:
		return check_encap_type(nla_get_u16(nla), extack);
	case RTA_NH_ID:
		req->nh_id = nla_get_u32(nla);
		break;
	}
	return 0;
}

static int check_together(const struct seen *seen, struct netlink_ext_ack *extack)
{
	const struct rtmgr_ipv4_request *req = seen->req;
	u8 plen = req->key.plen;

	if (plen > 32) {
		NL_SET_ERR_MSG(extack, "Invalid prefix length");
		return -EINVAL;
	}
	if (plen < 32 && be32_to_cpu(seen->dst) << plen) {
		NL_SET_ERR_MSG(extack, "Invalid prefix for given prefix length");
		return -EINVAL;
	}
	if (req->nh_id && (req->oif || req->gateway.family || req->encap || req->multipath)) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop specification and nexthop id are mutually exclusive");
		return -EINVAL;
	}
	if (seen->gateway && seen->via) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop configuration can not contain both GATEWAY and VIA");
		return -EINVAL;
	}
	return 0;
}

int rtmgr_ipv4_read(struct rtmgr_ipv4_request *req, const struct nlmsghdr *nlh,
		    struct netlink_ext_ack *extack)
{
	struct seen seen = { .req = req };
	const struct rtmsg *rtm;
	const struct nlattr *nla;
	int remaining, err;

	err = nlmsg_validate_deprecated(nlh, sizeof(*rtm), RTA_MAX, rtmgr_ipv4_policy, extack);
	if (err < 0)
		return err;

	rtm = nlmsg_data(nlh);
	/* the two lowest bits are the congestion notification's */
	if (rtm->rtm_tos & 3) {
		NL_SET_ERR_MSG(extack, "Invalid dsfield (tos): ECN bits must be 0");
		return -EINVAL;
	}
	*req = (struct rtmgr_ipv4_request){
		.key.plen = rtm->rtm_dst_len,
		.key.tos = rtm->rtm_tos,
		.table = rtm->rtm_table,
		.flags = rtm->rtm_flags,
		.protocol = rtm->rtm_protocol,
		.scope = rtm->rtm_scope,
		.type = rtm->rtm_type,
	};
	if (req->type > RTN_MAX) {
		NL_SET_ERR_MSG(extack, "Invalid route type");
		return -EINVAL;
	}
	nlmsg_for_each_attr(nla, nlh, sizeof(*rtm), remaining) {
		err = read_attribute(&seen, nla, extack);
		if (err)
			return err;
	}
	err = check_together(&seen, extack);
	if (err)
		return err;
	req->key.addr = rtmgr_key4(seen.dst);
	if (!req->table)
		req->table = RT_TABLE_MAIN;
	return 0;
}
