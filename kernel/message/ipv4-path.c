// SPDX-License-Identifier: GPL-2.0-only
/* The path that an IPv4 request describes: what fib_create_info() is in the kernel. */

#include "ipv4.h"

/* The widest scope that a route of a type may have. */
static u8 widest_scope(u8 type)
{
	switch (type) {
	case RTN_LOCAL:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_ANYCAST:
		return RT_SCOPE_LINK;
	case RTN_UNSPEC:
	case RTN_NAT:
	case RTN_XRESOLVE:
		return RT_SCOPE_NOWHERE;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

static int check_request(const struct rtmgr_ipv4_request *req, struct netlink_ext_ack *extack)
{
	if (widest_scope(req->type) > req->scope) {
		NL_SET_ERR_MSG(extack, "Invalid scope");
		return -EINVAL;
	}
	if (req->flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
		return -EINVAL;
	}
	/* NEXTHOP */
	if (req->nh_id) {
		NL_SET_ERR_MSG(extack, "Nexthop id does not exist");
		return -EINVAL;
	}
	return 0;
}

/* The one next hop that the attributes of the request itself describe. */
static int read_single(const struct rtmgr_ipv4_request *req, struct rtmgr_nexthop *nh,
		       struct netlink_ext_ack *extack)
{
	int err = rtmgr_ipv4_refuse_encap(req->encap, extack);

	if (err)
		return err;
	nh->ifindex = req->oif;
	nh->flags = req->flags & ~RTMGR_IPV4_DRIVER_FLAGS;
	nh->realm = req->realm;
	rtmgr_ipv4_gateway_set(nh, &req->gateway);
	return 0;
}

/* A route to an address of this host. */
static int check_host_scope(struct net *net, struct rtmgr_path *path,
			    struct netlink_ext_ack *extack)
{
	struct rtmgr_nexthop *nh = &path->nh[0];
	unsigned int dev_flags;

	if (path->nexthops != 1) {
		NL_SET_ERR_MSG(extack, "Route with host scope can not have multiple nexthops");
		return -EINVAL;
	}
	if (nh->gateway_family) {
		NL_SET_ERR_MSG(extack, "Route with host scope can not have a gateway");
		return -EINVAL;
	}
	nh->scope = RT_SCOPE_NOWHERE;
	/* as in the kernel, the device need not be up */
	return rtmgr_device_flags(net, nh->ifindex, &dev_flags);
}

static int check_path(struct net *net, const struct rtmgr_ipv4_request *req,
		      struct rtmgr_path *path, struct netlink_ext_ack *extack)
{
	u32 i;
	int err;

	if (rtmgr_type_error(req->type)) {
		if (req->gateway.family || req->oif || req->multipath) {
			NL_SET_ERR_MSG(extack,
				       "Gateway, device and multipath can not be specified for this route type");
			return -EINVAL;
		}
		return 0;
	}
	if (req->type == RTN_UNSPEC) {
		NL_SET_ERR_MSG(extack, "Invalid route type");
		return -EINVAL;
	}
	if (req->scope > RT_SCOPE_HOST) {
		NL_SET_ERR_MSG(extack, "Invalid scope");
		return -EINVAL;
	}
	if (req->scope == RT_SCOPE_HOST)
		return check_host_scope(net, path, extack);
	for (i = 0; i < path->nexthops; i++) {
		err = rtmgr_ipv4_check_nexthop(net, &path->nh[i], req->scope, extack);
		if (err)
			return err;
	}
	return 0;
}

static int read_path(const struct rtmgr_ipv4_request *req, struct rtmgr_path *path,
		     struct netlink_ext_ack *extack)
{
	int err;

	if (req->metrics) {
		err = rtmgr_metrics_parse(req->metrics, &path->metrics, extack);
		if (err)
			return err;
	}
	path->family = AF_INET;
	path->protocol = req->protocol;
	path->scope = req->scope;
	path->type = req->type;
	path->has_prefsrc = req->prefsrc != 0;
	path->has_metrics = path->metrics.set != 0;
	path->flags = req->flags & ~RTMGR_IPV4_DRIVER_FLAGS;
	path->prefsrc = rtmgr_key4(req->prefsrc);
	if (req->multipath)
		return rtmgr_ipv4_multipath_read(req, path, extack);
	return read_single(req, &path->nh[0], extack);
}

struct rtmgr_path *rtmgr_ipv4_path(struct net *net, const struct rtmgr_ipv4_request *req,
				   struct netlink_ext_ack *extack)
{
	struct rtmgr_path *path;
	int count = 1, err;

	err = check_request(req, extack);
	if (err)
		return ERR_PTR(err);
	if (req->multipath) {
		count = rtmgr_ipv4_multipath_count(req, extack);
		if (count < 0)
			return ERR_PTR(count);
	}
	path = rtmgr_path_draft(count);
	if (!path)
		return ERR_PTR(-ENOBUFS);
	err = read_path(req, path, extack);
	if (!err)
		err = check_path(net, req, path, extack);
	if (err) {
		rtmgr_path_draft_free(path);
		return ERR_PTR(err);
	}
	return path;
}
