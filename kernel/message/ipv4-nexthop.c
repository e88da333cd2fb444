// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a next hop can be: what fib_check_nh() is in the kernel, but for the lookup of the
 * gateway (GATEWAY). The scope of a next hop says how far it is: a gateway is on the link, a device
 * of this host leads to what is on the link itself.
 */

#include "ipv4.h"

static int check_gateway4_onlink(struct net *net, const struct rtmgr_nexthop *nh, u8 scope,
				 struct netlink_ext_ack *extack)
{
	unsigned int dev_flags;

	if (scope >= RT_SCOPE_LINK) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid scope");
		return -EINVAL;
	}
	if (rtmgr_device_flags(net, nh->ifindex, &dev_flags)) {
		NL_SET_ERR_MSG(extack, "Nexthop device required for onlink");
		return -ENODEV;
	}
	if (!(dev_flags & IFF_UP)) {
		NL_SET_ERR_MSG(extack, "Nexthop device is not up");
		return -ENETDOWN;
	}
	return 0;
}

static bool is_unicast(__be32 addr)
{
	return !ipv4_is_zeronet(addr) && !ipv4_is_multicast(addr) && !ipv4_is_lbcast(addr);
}

static int check_gateway4(struct net *net, struct rtmgr_nexthop *nh, u8 scope,
			  struct netlink_ext_ack *extack)
{
	unsigned int dev_flags;
	int err;

	if (nh->flags & RTNH_F_ONLINK) {
		err = check_gateway4_onlink(net, nh, scope, extack);
		if (err)
			return err;
	} else if (nh->ifindex) {
		err = rtmgr_device_flags(net, nh->ifindex, &dev_flags);
		if (err) {
			NL_SET_ERR_MSG(extack, "Nexthop device does not exist");
			return err;
		}
		if (!(dev_flags & IFF_UP)) {
			NL_SET_ERR_MSG(extack, "Nexthop device is not up");
			return -ENETDOWN;
		}
	}
	if (!is_unicast(nh->gateway4)) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
		return -EINVAL;
	}
	/* It must be closer than what the route leads to. Only an address of this host would be. */
	if (scope >= RT_SCOPE_LINK) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
		return -ENETUNREACH;
	}
	nh->scope = RT_SCOPE_LINK;
	return 0;
}

static int check_gateway6_device(struct net *net, const struct rtmgr_nexthop *nh,
				 unsigned int *dev_flags, struct netlink_ext_ack *extack)
{
	if (nh->ifindex) {
		int err = rtmgr_device_flags(net, nh->ifindex, dev_flags);

		if (err)
			return err;
	}
	if (!(nh->flags & RTNH_F_ONLINK))
		return 0;
	if (!nh->ifindex) {
		NL_SET_ERR_MSG(extack, "Nexthop device required for onlink");
		return -ENODEV;
	}
	if (!(*dev_flags & IFF_UP)) {
		NL_SET_ERR_MSG(extack, "Nexthop device is not up");
		return -ENETDOWN;
	}
	return 0;
}

static int check_gateway6(struct net *net, struct rtmgr_nexthop *nh, struct netlink_ext_ack *extack)
{
	int type = ipv6_addr_type(&nh->gateway6);
	unsigned int dev_flags = IFF_UP;
	int err;

	err = check_gateway6_device(net, nh, &dev_flags, extack);
	if (err)
		return err;
	if (!(type & (IPV6_ADDR_UNICAST | IPV6_ADDR_MAPPED))) {
		NL_SET_ERR_MSG(extack, "Invalid gateway address");
		return -EINVAL;
	}
	/* such an address means something on one link only */
	if (!nh->ifindex && (type & IPV6_ADDR_LINKLOCAL)) {
		NL_SET_ERR_MSG(extack, "Egress device not specified");
		return -EINVAL;
	}
	if (dev_flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack,
			       "Egress device can not be loopback device for this route");
		return -EINVAL;
	}
	if (!(dev_flags & IFF_UP)) {
		NL_SET_ERR_MSG(extack, "Nexthop device is not up");
		return -ENETDOWN;
	}
	nh->scope = RT_SCOPE_LINK;
	return 0;
}

static int check_device(struct net *net, struct rtmgr_nexthop *nh, struct netlink_ext_ack *extack)
{
	unsigned int dev_flags;
	int err;

	if (nh->flags & (RTNH_F_PERVASIVE | RTNH_F_ONLINK)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
		return -EINVAL;
	}
	err = rtmgr_device_flags(net, nh->ifindex, &dev_flags);
	if (err)
		return err;
	if (!(dev_flags & IFF_UP)) {
		NL_SET_ERR_MSG(extack, "Device for nexthop is not up");
		return -ENETDOWN;
	}
	nh->scope = RT_SCOPE_HOST;
	return 0;
}

int rtmgr_ipv4_check_nexthop(struct net *net, struct rtmgr_nexthop *nh, u8 scope,
			     struct netlink_ext_ack *extack)
{
	switch (nh->gateway_family) {
	case AF_INET:
		return check_gateway4(net, nh, scope, extack);
	case AF_INET6:
		return check_gateway6(net, nh, extack);
	default:
		return check_device(net, nh, extack);
	}
}
