// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTA_MULTIPATH of IPv4: what fib_get_nhs() and the second half of fib_nh_match() are in the
 * kernel.
 */

#include "ipv4.h"

void rtmgr_ipv4_gateway_set(struct rtmgr_nexthop *nh, const struct rtmgr_ipv4_gateway *gateway)
{
	nh->gateway_family = gateway->family;
	if (gateway->family == AF_INET)
		nh->gateway4 = gateway->v4;
	else if (gateway->family == AF_INET6)
		nh->gateway6 = gateway->v6;
}

bool rtmgr_ipv4_gateway_is(const struct rtmgr_nexthop *nh, const struct rtmgr_ipv4_gateway *gateway)
{
	if (nh->gateway_family != gateway->family)
		return false;
	if (gateway->family == AF_INET)
		return nh->gateway4 == gateway->v4;
	return gateway->family != AF_INET6 ||
	       memcmp(&nh->gateway6, &gateway->v6, sizeof(gateway->v6)) == 0;
}

/* What the attributes of one next hop say. */
struct hop {
	struct rtmgr_ipv4_gateway gateway;
	const struct nlattr *gateway_nla;
	const struct nlattr *via_nla;
	const struct nlattr *encap;
	const struct nlattr *flow_nla;
	u32 realm;
};

static int read_gateway(struct hop *hop, struct netlink_ext_ack *extack)
{
	if (hop->gateway_nla && hop->via_nla) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop configuration can not contain both GATEWAY and VIA");
		return -EINVAL;
	}
	if (hop->via_nla)
		return rtmgr_ipv4_read_via(&hop->gateway, hop->via_nla, extack);
	if (!hop->gateway_nla)
		return 0;
	if (nla_len(hop->gateway_nla) < (int)sizeof(__be32)) {
		NL_SET_ERR_MSG(extack, "Invalid IPv4 address in RTA_GATEWAY");
		return -EINVAL;
	}
	hop->gateway.v4 = nla_get_in_addr(hop->gateway_nla);
	if (hop->gateway.v4)
		hop->gateway.family = AF_INET;
	return 0;
}

static int read_realm(struct hop *hop, struct netlink_ext_ack *extack)
{
	if (!hop->flow_nla)
		return 0;
	if (nla_len(hop->flow_nla) < (int)sizeof(u32)) {
		NL_SET_ERR_MSG(extack, "Invalid RTA_FLOW");
		return -EINVAL;
	}
	hop->realm = nla_get_u32(hop->flow_nla);
	return 0;
}

static void find_attributes(struct hop *hop, const struct rtnexthop *rtnh)
{
	int bytes = rtnh_attrlen(rtnh);
	const struct nlattr *attrs;

	memset(hop, 0, sizeof(*hop));
	if (bytes <= 0)
		return;
	attrs = rtnh_attrs(rtnh);
	hop->gateway_nla = nla_find(attrs, bytes, RTA_GATEWAY);
	hop->via_nla = nla_find(attrs, bytes, RTA_VIA);
	hop->encap = nla_find(attrs, bytes, RTA_ENCAP);
	hop->flow_nla = nla_find(attrs, bytes, RTA_FLOW);
}

int rtmgr_ipv4_multipath_count(const struct rtmgr_ipv4_request *req, struct netlink_ext_ack *extack)
{
	const struct rtnexthop *rtnh = nla_data(req->multipath);
	int remaining = nla_len(req->multipath);
	int count = 0;

	for (; rtnh_ok(rtnh, remaining); rtnh = rtnh_next(rtnh, &remaining))
		count++;
	if (remaining > 0) {
		NL_SET_ERR_MSG(extack,
			       "Invalid nexthop configuration - extra data after nexthops");
		return -EINVAL;
	}
	/* what tells of them is an attribute as long as this one, padded; its length has 16 bits */
	if (nla_total_size(nla_len(req->multipath)) > U16_MAX) {
		NL_SET_ERR_MSG(extack, "Too many nexthops");
		return -EINVAL;
	}
	return count ?: -EINVAL;
}

/* The attributes of the request itself may say the first next hop once more, but nothing else. */
static int check_first(const struct rtmgr_ipv4_request *req, const struct rtmgr_nexthop *nh,
		       struct netlink_ext_ack *extack)
{
	if (req->oif && nh->ifindex != req->oif) {
		NL_SET_ERR_MSG(extack, "Nexthop device index does not match RTA_OIF");
		return -EINVAL;
	}
	if (req->gateway.family && !rtmgr_ipv4_gateway_is(nh, &req->gateway)) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop gateway does not match RTA_GATEWAY or RTA_VIA");
		return -EINVAL;
	}
	if (req->realm && nh->realm != req->realm) {
		NL_SET_ERR_MSG(extack, "Nexthop class id does not match RTA_FLOW");
		return -EINVAL;
	}
	return 0;
}

int rtmgr_ipv4_multipath_read(const struct rtmgr_ipv4_request *req, struct rtmgr_path *path,
			      struct netlink_ext_ack *extack)
{
	const struct rtnexthop *rtnh = nla_data(req->multipath);
	int remaining = nla_len(req->multipath);
	struct hop hop;
	u32 i;
	int err;

	for (i = 0; i < path->nexthops; i++, rtnh = rtnh_next(rtnh, &remaining)) {
		struct rtmgr_nexthop *nh = &path->nh[i];

		if (rtnh->rtnh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) {
			NL_SET_ERR_MSG(extack,
				       "Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
			return -EINVAL;
		}
		find_attributes(&hop, rtnh);
		err = read_gateway(&hop, extack);
		if (!err)
			err = read_realm(&hop, extack);
		if (!err)
			err = rtmgr_ipv4_refuse_encap(hop.encap, extack);
		if (err)
			return err;
		nh->ifindex = rtnh->rtnh_ifindex;
		nh->flags = rtnh->rtnh_flags & ~RTMGR_IPV4_DRIVER_FLAGS;
		nh->weight = rtnh->rtnh_hops;
		nh->realm = hop.realm;
		rtmgr_ipv4_gateway_set(nh, &hop.gateway);
	}
	return check_first(req, &path->nh[0], extack);
}

/* A malformed next hop matches none, and says so only by its sentence: the kernel answers ESRCH. */
static bool match_hop(const struct rtnexthop *rtnh, const struct rtmgr_nexthop *nh,
		      struct netlink_ext_ack *extack)
{
	struct hop hop;

	if (rtnh->rtnh_ifindex && rtnh->rtnh_ifindex != (int)nh->ifindex)
		return false;
	find_attributes(&hop, rtnh);
	if (read_gateway(&hop, extack))
		return false;
	/* RTA_GATEWAY of 0 is looked for, too; RTA_VIA does not mind that there is none */
	if (hop.gateway_nla &&
	    (nh->gateway_family != AF_INET || nh->gateway4 != hop.gateway.v4))
		return false;
	if (hop.via_nla && nh->gateway_family != AF_UNSPEC &&
	    !rtmgr_ipv4_gateway_is(nh, &hop.gateway))
		return false;
	if (read_realm(&hop, extack))
		return false;
	return !hop.flow_nla || hop.realm == nh->realm;
}

bool rtmgr_ipv4_multipath_match(const struct rtmgr_ipv4_request *req,
				const struct rtmgr_path *path, struct netlink_ext_ack *extack)
{
	const struct rtnexthop *rtnh = nla_data(req->multipath);
	int remaining = nla_len(req->multipath);
	u32 i;

	/* what the request names behind the last next hop of the route is not looked at */
	for (i = 0; i < path->nexthops; i++, rtnh = rtnh_next(rtnh, &remaining))
		if (!rtnh_ok(rtnh, remaining) || !match_hop(rtnh, &path->nh[i], extack))
			return false;
	return true;
}
