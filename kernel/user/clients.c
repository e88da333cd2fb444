// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients, and what waits for them. A reader that is slow holds up nobody else: what it has no room
 * for waits here, up to a limit. Netlink tells nobody when a peer has room again, so a short timer
 * tries anew.
 */
#include "server.h"

/* Bytes that may wait for one client: of notifications, and of all. */
#define SERVER_QUEUE_NOTIFY	(8u << 20)
#define SERVER_QUEUE_ALL	(64u << 20)
#define SERVER_CLIENTS		1024
/* Parts of a dump before others have their turn. */
#define SERVER_TURN		16
/* Longest pause before a reader that takes nothing is tried again, ms. */
#define SERVER_PATIENCE		64

static struct server_client *server_client(struct netlink_client *client)
{
	return container_of(client, struct server_client, base);
}

/* 0; -EAGAIN: no room; -ECONNREFUSED: nobody is there; another error: it will never go. */
static int server_transmit(struct server *server, u32 portid, const void *data, u32 len)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = portid };

	for (;;) {
		if (sendto(server->fd, data, len, MSG_DONTWAIT, (struct sockaddr *)&to,
			   sizeof(to)) >= 0)
			return 0;
		if (errno == EINTR)
			continue;
		return errno == ENOBUFS || errno == ENOMEM ? -EAGAIN : -errno;
	}
}

static bool server_enqueue(struct server_client *client, const void *data, u32 len)
{
	/* not by rtmgr_shim_alloc(): the kernel's receive buffer is not the module's memory */
	struct waiting *waiting = malloc(sizeof(*waiting) + len);

	if (!waiting)
		return false;
	waiting->len = len;
	memcpy(waiting->data, data, len);
	list_add_tail(&waiting->link, &client->queue);
	client->queued += len;
	return true;
}

static bool server_client_lost(const struct server_client *client)
{
	return !list_empty(&client->lost);
}

/* Something was dropped: its reader is told in its place, once. */
static void server_lose(struct server_client *client)
{
	if (!server_client_lost(client))
		list_add_tail(&client->lost, &client->queue);
}

static void server_deliver(struct sock *sk, struct netlink_client *base, const void *data, u32 len,
			   size_t limit)
{
	struct server_client *client = server_client(base);
	int err = -EAGAIN;

	if (base->gone)
		return;
	/* in order: nothing overtakes what waits */
	if (list_empty(&client->queue))
		err = server_transmit(server_of(sk), base->portid, data, len);
	if (err == -EAGAIN && client->queued + len <= limit && server_enqueue(client, data, len))
		return;
	if (err == -ECONNREFUSED)
		base->gone = true;
	else if (err && !base->no_enobufs)
		server_lose(client);
}

static void server_answer(struct sock *sk, struct netlink_client *client, const void *data, u32 len)
{
	struct server *server = server_of(sk);

	if (client != server->loader)
		server_deliver(sk, client, data, len, SERVER_QUEUE_ALL);
	else if (((const struct nlmsghdr *)data)->nlmsg_type == NLMSG_ERROR)
		server->loaded_errno = ((const struct nlmsgerr *)NLMSG_DATA(data))->error;
}

static void server_notify(struct sock *sk, struct netlink_client *client, const void *data, u32 len)
{
	/* as the kernel: whoever lost some gets none until it knows */
	if (!server_client_lost(server_client(client)))
		server_deliver(sk, client, data, len, SERVER_QUEUE_NOTIFY);
}

static void server_overrun(struct sock *sk, struct netlink_client *client)
{
	(void)sk;
	server_lose(server_client(client));
}

const struct netlink_wire server_wire = {
	.answer = server_answer,
	.notify = server_notify,
	.overrun = server_overrun,
};

static void server_client_free(struct server *server, struct server_client *client)
{
	struct waiting *waiting, *next;

	if (server_client_lost(client))
		list_del_init(&client->lost);
	list_for_each_entry_safe(waiting, next, &client->queue, link)
		free(waiting);
	netlink_client_free(&server->sk, &client->base);
}

/*
 * Whose port is closed without a word stays in the list: the one that has been silent for longest
 * makes room.
 */
static void server_client_evict(struct server *server)
{
	struct netlink_client *client;

	list_for_each_entry_reverse(client, &server->sk.clients, link) {
		if (!client->groups && !client->dumping && client != server->loader &&
		    list_empty(&server_client(client)->queue)) {
			server_client_free(server, server_client(client));
			return;
		}
	}
}

struct server_client *server_client_get(struct server *server, u32 portid)
{
	struct netlink_client *found = netlink_client_find(&server->sk, portid);
	struct server_client *client;

	if (found) {
		/* its port was closed, and somebody else has it now */
		if (!found->gone)
			return server_client(found);
		server_client_free(server, server_client(found));
	}
	if (server->sk.count >= SERVER_CLIENTS)
		server_client_evict(server);
	if (server->sk.count >= SERVER_CLIENTS)
		return NULL;
	found = netlink_client_new(&server->sk, portid, sizeof(*client));
	if (!found)
		return NULL;
	client = server_client(found);
	INIT_LIST_HEAD(&client->queue);
	INIT_LIST_HEAD(&client->lost);
	return client;
}

/* What stands first in the queue goes out, or stays. An errno as of server_transmit(). */
static int server_send_first(struct server *server, struct server_client *client)
{
	const struct nlmsghdr lost = { .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = NLMSG_OVERRUN };
	struct list_head *first = client->queue.next;
	struct waiting *waiting;
	int err;

	if (first == &client->lost) {
		err = server_transmit(server, client->base.portid, &lost, sizeof(lost));
		if (!err)
			list_del_init(&client->lost);
		return err;
	}
	waiting = list_entry(first, struct waiting, link);
	err = server_transmit(server, client->base.portid, waiting->data, waiting->len);
	if (err == -EAGAIN || err == -ECONNREFUSED)
		return err;
	client->queued -= waiting->len;
	list_del(&waiting->link);
	free(waiting);
	if (err)
		server_lose(client);
	return 0;
}

static void server_send_waiting(struct server *server, struct server_client *client, u64 now)
{
	int err = 0;

	while (!err && !list_empty(&client->queue)) {
		err = server_send_first(server, client);
		if (!err)
			client->patience = 0;
	}
	if (err == -EAGAIN) {
		client->patience = min_t(u32, client->patience * 2 + 1, SERVER_PATIENCE);
		client->retry_at = now + client->patience * NSEC_PER_MSEC;
	} else if (err) {
		client->base.gone = true;
	}
}

/* Returns when to do it again; 0: at once, U64_MAX: when there is something new. */
static u64 server_client_pump(struct server *server, struct server_client *client, u64 now)
{
	int parts;

	if (!list_empty(&client->queue) && client->retry_at <= now)
		server_send_waiting(server, client, now);
	for (parts = 0; parts < SERVER_TURN && client->base.dumping; parts++) {
		if (client->base.gone || !list_empty(&client->queue))
			break;
		netlink_dump_more(&server->sk, &client->base);
	}
	if (!list_empty(&client->queue))
		return max(client->retry_at, now + 1);
	return client->base.dumping ? 0 : U64_MAX;
}

int server_clients_pump(struct server *server)
{
	u64 now = ktime_get_ns(), again = U64_MAX;
	struct netlink_client *client, *next;

	list_for_each_entry_safe(client, next, &server->sk.clients, link) {
		u64 at;

		if (client == server->loader)
			continue;
		at = server_client_pump(server, server_client(client), now);
		if (client->gone)
			server_client_free(server, server_client(client));
		else
			again = min(again, at);
	}
	if (again == U64_MAX)
		return -1;
	return again > now ? DIV_ROUND_UP(again - now, NSEC_PER_MSEC) : 0;
}

void server_clients_free(struct server *server)
{
	struct netlink_client *client, *next;

	list_for_each_entry_safe(client, next, &server->sk.clients, link)
		server_client_free(server, server_client(client));
}
