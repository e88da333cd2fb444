/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies of what crosses the socket, for the members of RTMGR_GRP_MIRROR. Free of cost while there
 * are none.
 */
#ifndef _RTMGR_MIRROR_H
#define _RTMGR_MIRROR_H

#include "net.h"

/* A datagram that came in, before anything in it is looked at. */
void rtmgr_mirror_in(struct rtmgr_net *rn, const struct sk_buff *request);

/* One that goes to a single port. */
void rtmgr_mirror_out(struct rtmgr_net *rn, const void *data, u32 length, u32 portid);

/* One that goes to a group. */
void rtmgr_mirror_group(struct rtmgr_net *rn, const struct sk_buff *skb, u32 group);

/* An acknowledgement: netlink_ack() makes the real one and does not show it. */
void rtmgr_mirror_ack(struct rtmgr_net *rn, const struct sk_buff *request,
		      const struct nlmsghdr *nlh, int err, const struct netlink_ext_ack *extack);

#endif
