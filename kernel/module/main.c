// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtmgr: a routing-table manager on a netlink protocol of its own. What happens when the module
 * comes and when it goes, and its parameters. What it says and understands is in
 * include/uapi/rtmgr.h.
 */
#include "../include/uapi/rtmgr.h"
#include "module.h"

/* (uid_t)-1 is nobody: the kernel gives it to no user. */
#define RTMGR_NO_OWNER	((unsigned int)-1)

static unsigned int owner = RTMGR_NO_OWNER;
module_param(owner, uint, 0444);
MODULE_PARM_DESC(owner, "user id that may write besides CAP_NET_ADMIN (default: nobody)");

static unsigned int max_routes = 4194304;
module_param(max_routes, uint, 0444);
MODULE_PARM_DESC(max_routes, "routes that a network namespace may hold (default: 4194304)");

u32 rtmgr_max_routes(void)
{
	return max_routes;
}

bool rtmgr_is_owner(kuid_t uid)
{
	kuid_t the_owner = make_kuid(&init_user_ns, owner);

	return uid_valid(the_owner) && uid_eq(uid, the_owner);
}

/*
 * In the order in which each step needs the one before it; from the moment of the last one requests
 * may come in.
 */
static int __init rtmgr_init(void)
{
	int err;

	err = rtmgr_core_init();
	if (err)
		goto fail_core;

	err = rtmgr_namespaces_init();
	if (err)
		goto fail_namespaces;

	pr_info("rtmgr: version %s, netlink protocol %d\n", RTMGR_RELEASE, NETLINK_RTMGR);
	return 0;

fail_namespaces:
	/*
	 * a namespace that was set up before another one failed may have left frees that wait for
	 * readers
	 */
	rcu_barrier();
	rtmgr_core_exit();
fail_core:
	return err;
}

/*
 * The steps of rtmgr_init() backwards. No socket of user space is open any more: each holds the
 * module (docs/decisions/0020-sockets-hold-the-module.md).
 */
static void __exit rtmgr_exit(void)
{
	rtmgr_namespaces_exit();
	/*
	 * what call_rcu() still has to free goes to the caches that end below, by functions that
	 * are unloaded then
	 */
	rcu_barrier();
	rtmgr_core_exit();
	pr_info("rtmgr: unloaded\n");
}

module_init(rtmgr_init);
module_exit(rtmgr_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("Routelens developers");
MODULE_DESCRIPTION("Routing-table manager on netlink protocol 31");
MODULE_VERSION(RTMGR_RELEASE);
/*
 * No MODULE_ALIAS_NET_PF_PROTO(): any process could load the module by opening a socket then,
 * unasked and without an owner.
 */
