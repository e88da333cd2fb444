/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtmgr without a socket: its message code with one client in memory. For fuzzing and for failing
 * allocations.
 */
#ifndef _RTMGR_TESTS_STATION_H
#define _RTMGR_TESTS_STATION_H

#include "../../message/net.h"
#include "../../user/shim/netlink.h"

struct station {
	struct net net;
	struct sock sk;
	struct rtmgr_net rn;
	struct netlink_client *client;
	/* what it was told since station_forget(), message behind message */
	u8 *said;
	size_t len;
	size_t room;
};

/* -ENOMEM: nothing is left behind. */
int station_open(struct station *station);
void station_close(struct station *station);
/* Gives it a datagram, and reads a dump that comes of it to its end. uid 0 may write. */
void station_send(struct station *station, const void *bytes, size_t len, u32 uid);
void station_forget(struct station *station);

#endif
