/* SPDX-License-Identifier: GPL-2.0-only */
/* A lookup of IPv4: what was asked, and what comes of it. */
#ifndef _RTMGR_IPV4_ANSWER_H
#define _RTMGR_IPV4_ANSWER_H

#include <linux/in_route.h>

#include "ipv4.h"

/* The loopback device has this index in each namespace. */
#ifndef LOOPBACK_IFINDEX
#define LOOPBACK_IFINDEX	1
#endif

/*
 * The bits of rtm_tos that a lookup goes by (IPTOS_RT_MASK): the old type of service, not all of
 * the DSCP.
 */
#define RTMGR_IPV4_LOOKUP_TOS	0x1c

struct rtmgr_ipv4_question {
	__be32 dst;
	__be32 src;
	u32 oif;
	u32 iif;
	u32 mark;
	u32 table;		/* 0: those that the default rules name */
	u32 rtm_flags;
	kuid_t uid;
	u8 tos;
};

struct rtmgr_ipv4_answer {
	/* route NULL: not from a table; nexthop NULL: its gateway and metrics do not count */
	struct rtmgr_fib4_way way;
	u32 oif;		/* 0: not known */
	u32 flags;		/* RTCF_... */
	u32 table;
	u8 type;
};

/* ipv4-answer.c: what rt_fill_info() is in the kernel. */
int rtmgr_ipv4_fill_answer(struct sk_buff *skb, const struct rtmgr_ipv4_question *q,
			   const struct rtmgr_ipv4_answer *a, const struct rtmgr_telling *telling);

#endif
