/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rtmgr has for each network namespace, and the few things that the message code asks of where
 * it runs. The module (module/) and the user-mode build (user/) each answer them.
 */
#ifndef _RTMGR_NET_H
#define _RTMGR_NET_H

#include "../core/table.h"

#define RTMGR_RELEASE "1.0.0"

/* Counts of struct rtmgr_stats that only grow. Many senders count at once. */
struct rtmgr_counters {
	atomic64_t datagrams;
	atomic64_t messages;
	atomic64_t errors;
	atomic64_t added;
	atomic64_t deleted;
	atomic64_t lookups;
	atomic64_t dumps;
	atomic64_t notifications;
	atomic64_t batches;
	atomic64_t batches_failed;
	atomic64_t mirrored;
};

struct rtmgr_net {
	struct net *net;
	struct sock *sk; /* the kernel's end of the protocol in this namespace */
	struct rtmgr_tables tables;
	struct rtmgr_counters count;
	u64 born; /* ktime_get_ns() */
};

/* Of the socket that a request came to. */
struct rtmgr_net *rtmgr_net_of(const struct sk_buff *request);

/* Whether the sender of a request has CAP_NET_ADMIN in the namespace or is the owner. */
bool rtmgr_may_write(struct sk_buff *request);

/* Flags (IFF_...) of a network device of the namespace; -ENODEV: there is none. */
int rtmgr_device_flags(struct net *net, u32 ifindex, unsigned int *flags);

/* Receives a datagram: what netlink_kernel_cfg.input is given. Answers all that is in it. */
void rtmgr_input(struct sk_buff *request);

/* Makes and ends the tables of a namespace; net and sk are the caller's to set. */
int rtmgr_net_init(struct rtmgr_net *rn, u32 max_routes);
void rtmgr_net_exit(struct rtmgr_net *rn);

#endif
