/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtmgr-user: the message code of rtmgr behind a NETLINK_USERSOCK socket. Clients send to its port
 * id; what the kernel does for a socket of its own (options, groups, dumps, buffers that fill up)
 * is done here for each of them.
 */
#ifndef _RTMGR_USER_SERVER_H
#define _RTMGR_USER_SERVER_H

#include "../message/net.h"
#include "shim/netlink.h"

struct server_options {
	u32 port;		/* 0: the kernel's choice */
	u32 owner;
	u32 max_routes;
	const char *load;	/* a file, or NULL */
};

struct server {
	struct net net;
	struct sock sk;
	struct rtmgr_net rn;
	int fd;
	int links_fd;
	u32 port;
	u32 owner;
	/* stands for the file that is being loaded; answers to it go nowhere */
	struct netlink_client *loader;
	int loaded_errno;
};

/* A datagram that waits until its reader has room. */
struct waiting {
	struct list_head link;
	u32 len;
	u8 data[];
};

struct server_client {
	struct netlink_client base;	/* first */
	struct list_head queue;
	size_t queued;			/* bytes */
	/* stands in the queue where something was dropped, as NLMSG_OVERRUN: without memory */
	struct list_head lost;
	u64 retry_at;			/* not before: ktime_get_ns() */
	u32 patience;			/* ms; grows while its reader takes nothing */
};

static inline struct server *server_of(struct sock *sk)
{
	return container_of(sk, struct server, sk);
}

/* server.c. 0, or an exit code after a sentence on stderr. */
int server_open(struct server *server, const struct server_options *options);
int server_run(struct server *server, int signals);
void server_close(struct server *server);

/* clients.c */
extern const struct netlink_wire server_wire;
struct server_client *server_client_get(struct server *server, u32 portid);
/*
 * Sends what waits, and parts of dumps. Returns in how many ms to call it again; -1: when something
 * happens.
 */
int server_clients_pump(struct server *server);
void server_clients_free(struct server *server);

/* sockopt.c: a datagram of RTMGR_MSG_SOCKOPT. False: it is none. */
bool server_sockopt(struct server *server, struct sk_buff *request);

/* links.c */
int links_open(void);
/* Takes in what has changed; never waits. */
void links_update(int fd);
void links_close(int fd);

/* load.c: routes that failed, or -1 after a sentence on stderr. */
int server_load(struct server *server, const char *file);

#endif
