// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of rtmgr in a network namespace: its tables, and the kernel's end of the netlink
 * protocol. Each namespace has its own, made when the module is loaded or the namespace is made,
 * whichever comes last.
 */
#include <net/netns/generic.h>
#include "../include/uapi/rtmgr.h"
#include "module.h"

static unsigned int rtmgr_net_id __read_mostly;

struct rtmgr_net *rtmgr_net_in(const struct net *net)
{
	return net_generic(net, rtmgr_net_id);
}

/*
 * Whether the process may join a group; netlink asks before it makes it a member, with
 * setsockopt(2) as with bind(2). Changes are for everyone. The mirror shows what others send, so it
 * is for those who may write.
 */
static int rtmgr_bind(struct net *net, int group)
{
	if (group != RTMGR_GRP_MIRROR)
		return 0;
	if (ns_capable(net->user_ns, CAP_NET_ADMIN) || rtmgr_is_owner(current_uid()))
		return 0;
	return -EPERM;
}

/* Who serves the protocol, and what netlink has to do for it. netlink copies it. */
static struct netlink_kernel_cfg rtmgr_cfg(void)
{
	return (struct netlink_kernel_cfg) {
		/* the highest group there is */
		.groups = RTMGR_GRP_MIRROR,
		/* everyone may listen: without it netlink wants CAP_NET_ADMIN for any group */
		.flags = NL_CFG_F_NONROOT_RECV,
		/*
		 * where a datagram goes that user space sends: called in the sender's own system
		 * call
		 */
		.input = rtmgr_input,
		.bind = rtmgr_bind,
	};
}

/*
 * From here on user space can open sockets of the protocol in this namespace, and send to port 0.
 */
static int rtmgr_socket_create(struct net *net, struct rtmgr_net *rn)
{
	struct netlink_kernel_cfg cfg = rtmgr_cfg();

	rn->sk = netlink_kernel_create(net, NETLINK_RTMGR, &cfg);
	return rn->sk ? 0 : -ENOMEM;
}

static void rtmgr_socket_release(struct rtmgr_net *rn)
{
	netlink_kernel_release(rn->sk);
	rn->sk = NULL;
}

/* The tables first: a request may come in as soon as there is a socket. */
static int __net_init rtmgr_namespace_enter(struct net *net)
{
	struct rtmgr_net *rn = rtmgr_net_in(net);
	int err;

	rn->net = net;
	err = rtmgr_net_init(rn, rtmgr_max_routes());
	if (err)
		goto fail_tables;

	err = rtmgr_socket_create(net, rn);
	if (err)
		goto fail_socket;
	return 0;

fail_socket:
	rtmgr_net_exit(rn);
fail_tables:
	return err;
}

/*
 * No process has a socket here any more: an open one holds the module, and the namespace, too. So
 * nobody is within rtmgr_input() or a dump, and the tables can go at once.
 */
static void __net_exit rtmgr_namespace_leave(struct net *net)
{
	struct rtmgr_net *rn = rtmgr_net_in(net);

	rtmgr_socket_release(rn);
	rtmgr_net_exit(rn);
}

/*
 * With id and size the kernel keeps a struct rtmgr_net for each namespace, and net_generic() finds
 * it.
 */
static struct pernet_operations rtmgr_net_ops = {
	.init = rtmgr_namespace_enter,
	.exit = rtmgr_namespace_leave,
	.id = &rtmgr_net_id,
	.size = sizeof(struct rtmgr_net),
};

int rtmgr_namespaces_init(void)
{
	return register_pernet_subsys(&rtmgr_net_ops);
}

void rtmgr_namespaces_exit(void)
{
	unregister_pernet_subsys(&rtmgr_net_ops);
}
