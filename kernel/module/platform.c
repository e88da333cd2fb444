// SPDX-License-Identifier: GPL-2.0-only
/* What the message code asks of where it runs (message/net.h), answered by the kernel. */
#include "module.h"

struct rtmgr_net *rtmgr_net_of(const struct sk_buff *request)
{
	return rtmgr_net_in(sock_net(request->sk));
}

/*
 * netlink_net_capable() asks of the process that sends and of the one that opened the socket, so
 * that a privileged program whose output is such a socket cannot be made to write for somebody
 * else. NETLINK_CREDS() has the real user id, which a set-user-ID program does not change.
 */
bool rtmgr_may_write(struct sk_buff *request)
{
	return netlink_net_capable(request, CAP_NET_ADMIN) ||
	       rtmgr_is_owner(NETLINK_CREDS(request)->uid);
}

int rtmgr_device_flags(struct net *net, u32 ifindex, unsigned int *flags)
{
	struct net_device *dev;
	int err = -ENODEV;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(net, ifindex);
	if (dev) {
		/* as user space sees them, IFF_RUNNING and IFF_LOWER_UP included */
		*flags = dev_get_flags(dev);
		err = 0;
	}
	rcu_read_unlock();
	return err;
}
