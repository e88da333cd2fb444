// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a request to a route that is in no table yet: what ip6_route_info_create() is in the kernel.
 */

#include "ipv6.h"

int rtmgr_ipv6_check_new(const struct rtmgr_ipv6_request *req, struct netlink_ext_ack *extack)
{
	int err = -EINVAL;

	if (req->cached) {
		NL_SET_ERR_MSG(extack, "Userspace can not set RTF_CACHE");
	} else if (req->type > RTN_MAX) {
		NL_SET_ERR_MSG(extack, "Invalid route type");
	} else if (req->dst_len > 128) {
		NL_SET_ERR_MSG(extack, "Invalid prefix length");
	} else if (req->src_len > 128) {
		NL_SET_ERR_MSG(extack, "Invalid source address length");
	} else if (req->src_len) {
		NL_SET_ERR_MSG(extack,
			       "Specifying source address requires IPV6_SUBTREES to be enabled");
	} else if (req->nh_id) {
		NL_SET_ERR_MSG(extack, "Nexthop id does not exist");
	} else if (req->expires) {
		NL_SET_ERR_MSG(extack, "Routes that expire are not supported");
		err = -EOPNOTSUPP;
	} else {
		err = 0;
	}
	return err;
}

static bool is_multicast(const struct in6_addr *addr)
{
	return addr->s6_addr[0] == 0xff;
}

static bool is_link_local(const struct in6_addr *addr)
{
	return addr->s6_addr[0] == 0xfe && (addr->s6_addr[1] & 0xc0) == 0x80;
}

static bool is_loopback(const struct in6_addr *addr)
{
	return !memchr_inv(addr, 0, sizeof(*addr) - 1) && addr->s6_addr[15] == 1;
}

/*
 * What can be said of a gateway without looking it up. device: its IFF_ flags, when there is one.
 */
static int check_gateway(const struct rtmgr_ipv6_request *req, unsigned int device,
			 struct netlink_ext_ack *extack)
{
	const struct in6_addr *gateway = &req->gateway;

	if (is_loopback(gateway) && req->ifindex) {
		NL_SET_ERR_MSG(extack, "Gateway can not be a local address");
	} else if (rtmgr_ipv6_any(gateway) || is_multicast(gateway)) {
		NL_SET_ERR_MSG(extack, "Invalid gateway address");
	} else if (is_link_local(gateway) && !req->ifindex) {
		NL_SET_ERR_MSG(extack, "Egress device not specified");
	} else if (is_loopback(gateway) || (device & IFF_LOOPBACK)) {
		NL_SET_ERR_MSG(extack,
			       "Egress device can not be loopback device for this route");
	} else {
		return 0;
	}
	return -EINVAL;
}

static int check_device_up(const struct rtmgr_ipv6_request *req, unsigned int device,
			   struct netlink_ext_ack *extack)
{
	if (!req->ifindex || (device & IFF_UP))
		return 0;
	NL_SET_ERR_MSG(extack, "Nexthop device is not up");
	return -ENETDOWN;
}

static int init_hop(struct rtmgr_net *rn, const struct rtmgr_ipv6_request *req,
		    struct rtmgr_nexthop *nh, unsigned int *device, struct netlink_ext_ack *extack)
{
	int err;

	*device = 0;
	if (req->ifindex) {
		err = rtmgr_device_flags(rn->net, req->ifindex, device);
		if (err)
			return err;
	}
	if (req->onlink) {
		if (!req->ifindex) {
			NL_SET_ERR_MSG(extack, "Nexthop device required for onlink");
			return -ENODEV;
		}
		err = check_device_up(req, *device, extack);
		if (err)
			return err;
		nh->flags |= RTNH_F_ONLINK;
	}
	nh->weight = req->weight;
	if (req->flags & RTF_REJECT) {
		/* whatever else was given: there is nowhere to go */
		nh->ifindex = RTMGR_LOOPBACK;
		return 0;
	}
	if (req->flags & RTF_GATEWAY) {
		err = check_gateway(req, *device, extack);
		if (err)
			return err;
		nh->gateway6 = req->gateway;
		nh->gateway_family = AF_INET6;
	} else if (!req->ifindex) {
		return -ENODEV;
	}
	err = check_device_up(req, *device, extack);
	if (err)
		return err;
	if (req->encap) {
		NL_SET_ERR_MSG(extack, "lwt encapsulation type not supported");
		return -EOPNOTSUPP;
	}
	nh->ifindex = req->ifindex;
	return 0;
}

/*
 * A route through the loopback device would send packets round in the kernel: there it becomes one
 * that rejects.
 */
static bool becomes_reject(const struct rtmgr_ipv6_request *req, unsigned int device)
{
	if (req->flags & RTF_REJECT)
		return true;
	return (device & IFF_LOOPBACK) && !is_loopback(&req->dst) && !(req->flags & RTF_LOCAL);
}

static int fill_path(struct rtmgr_net *rn, const struct rtmgr_ipv6_request *req,
		     struct rtmgr_path *path, struct netlink_ext_ack *extack)
{
	unsigned int device;
	int err;

	if (req->metrics) {
		err = rtmgr_metrics_parse(req->metrics, &path->metrics, extack);
		if (err)
			return err;
		path->has_metrics = path->metrics.set != 0;
	}
	path->family = AF_INET6;
	path->protocol = req->protocol == RTPROT_UNSPEC ? RTPROT_BOOT : req->protocol;
	path->scope = RT_SCOPE_UNIVERSE;
	path->type = req->type == RTN_UNSPEC ? RTN_UNICAST : req->type;

	err = init_hop(rn, req, &path->nh[0], &device, extack);
	if (err)
		return err;
	if (becomes_reject(req, device)) {
		/* this takes the place of all flags, the preference among them */
		path->flags = RTF_REJECT | RTF_NONEXTHOP;
		path->pref = ICMPV6_ROUTER_PREF_MEDIUM;
	} else {
		path->flags = req->flags & ~RTF_GATEWAY;
		path->pref = req->pref;
	}
	if (!rtmgr_ipv6_any(&req->prefsrc)) {
		path->prefsrc = rtmgr_key6(&req->prefsrc);
		path->has_prefsrc = true;
	}
	return 0;
}

struct rtmgr_route *rtmgr_ipv6_create(struct rtmgr_net *rn, const struct rtmgr_ipv6_request *req,
				      u32 table, struct netlink_ext_ack *extack)
{
	struct rtmgr_path *path = rtmgr_path_draft(1);
	struct rtmgr_route *route;
	int err;

	if (!path)
		return ERR_PTR(-ENOMEM);
	err = fill_path(rn, req, path, extack);
	if (err) {
		rtmgr_path_draft_free(path);
		return ERR_PTR(err);
	}
	path = rtmgr_path_intern(&rn->tables, path);
	route = rtmgr_route_new(&rn->tables, path);
	if (!route)
		return ERR_PTR(-ENOMEM);
	route->key = rtmgr_key_prefix(rtmgr_key6(&req->dst), req->dst_len);
	route->plen = req->dst_len;
	route->type = path->type;
	route->priority = req->metric;
	route->table = table;
	return route;
}
