/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the module share with each other; what they give the message code is in
 * message/net.h.
 */
#ifndef _RTMGR_MODULE_H
#define _RTMGR_MODULE_H

#include "../message/net.h"

/* What the tables of each network namespace hold at most: the parameter max_routes. */
u32 rtmgr_max_routes(void);

/* Whether a user is the one whom the parameter `owner` names. */
bool rtmgr_is_owner(kuid_t uid);

/*
 * For every network namespace, those that are there and those to come: its tables and its end of
 * the protocol.
 */
int rtmgr_namespaces_init(void);
void rtmgr_namespaces_exit(void);

/* Of a namespace that has been set up. */
struct rtmgr_net *rtmgr_net_in(const struct net *net);

#endif
