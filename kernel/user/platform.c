// SPDX-License-Identifier: GPL-2.0-only
/* What the message code asks of where it runs: see message/net.h. Devices are in links.c. */
#include <unistd.h>
#include "server.h"

struct rtmgr_net *rtmgr_net_of(const struct sk_buff *request)
{
	return &server_of(request->sk)->rn;
}

bool rtmgr_may_write(struct sk_buff *request)
{
	u32 uid = NETLINK_CREDS(request)->uid.val;

	return uid == 0 || uid == server_of(request->sk)->owner;
}

kuid_t current_uid(void)
{
	return (kuid_t){ getuid() };
}
