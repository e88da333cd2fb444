// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients, and what waits for them. A reader that is slow holds up nobody else: what it has no room for waits here, up to
 * a limit. Netlink tells nobody when a peer has room again, so a short timer tries anew.
 */
#include "server.h"

/* Bytes that may wait for one client: of notifications, and of all. */
#define SERVER_QUEUE_NOTIFY	(8u << 20)
#define SERVER_QUEUE_ALL	(64u << 20)
#define SERVER_CLIENTS		1024
/* Parts of a dump before others have their turn. */
#define SERVER_TURN		16

static struct server_client *server_client(struct netlink_client *client)
{
	return container_of(client, struct server_client, base);
}

/* 0, -EAGAIN: no room, or -ECONNREFUSED: nobody is there. */
static int server_transmit(struct server *server, u32 portid, const void *data, u32 len)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = portid };

	for (;;) {
		if (sendto(server->fd, data, len, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to)) >= 0)
			return 0;
		if (errno == EINTR)
			continue;
		return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ? -EAGAIN : -ECONNREFUSED;
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

static void server_deliver(struct sock *sk, struct netlink_client *base, const void *data, u32 len, size_t limit)
{
	struct server_client *client = server_client(base);
	int err = -EAGAIN;

	if (base->gone)
		return;
	/* in order: nothing overtakes what waits, nor the news that something was lost */
	if (list_empty(&client->queue) && !client->overrun)
		err = server_transmit(server_of(sk), base->portid, data, len);
	if (err == -ECONNREFUSED)
		base->gone = true;
	if (err != -EAGAIN)
		return;
	if (client->queued + len > limit || !server_enqueue(client, data, len))
		client->overrun = true;
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
	server_deliver(sk, client, data, len, SERVER_QUEUE_NOTIFY);
}

static void server_overrun(struct sock *sk, struct netlink_client *client)
{
	(void)sk;
	server_client(client)->overrun = true;
}

const struct netlink_wire server_wire = {
	.answer = server_answer,
	.notify = server_notify,
	.overrun = server_overrun,
};

static void server_client_free(struct server *server, struct server_client *client)
{
	struct waiting *waiting, *next;

	list_for_each_entry_safe(waiting, next, &client->queue, link)
		free(waiting);
	netlink_client_free(&server->sk, &client->base);
}

/* Whose port is closed without a word stays in the list: the one that has been silent for longest makes room. */
static void server_client_evict(struct server *server)
{
	struct netlink_client *client;

	list_for_each_entry_reverse(client, &server->sk.clients, link) {
		if (!client->groups && !client->dumping && list_empty(&server_client(client)->queue) &&
		    client != server->loader) {
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
	return client;
}

static void server_send_waiting(struct server *server, struct server_client *client)
{
	const struct nlmsghdr lost = { .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = NLMSG_OVERRUN };
	struct waiting *waiting, *next;
	int err = 0;

	list_for_each_entry_safe(waiting, next, &client->queue, link) {
		err = server_transmit(server, client->base.portid, waiting->data, waiting->len);
		if (err)
			break;
		client->queued -= waiting->len;
		list_del(&waiting->link);
		free(waiting);
	}
	if (!err && client->overrun) {
		err = server_transmit(server, client->base.portid, &lost, sizeof(lost));
		if (!err)
			client->overrun = false;
	}
	if (err == -ECONNREFUSED)
		client->base.gone = true;
}

static bool server_client_waits(const struct server_client *client)
{
	return !list_empty(&client->queue) || client->overrun;
}

static void server_client_pump(struct server *server, struct server_client *client)
{
	int parts;

	server_send_waiting(server, client);
	for (parts = 0; parts < SERVER_TURN && client->base.dumping; parts++) {
		if (client->base.gone || server_client_waits(client))
			return;
		netlink_dump_more(&server->sk, &client->base);
	}
}

bool server_clients_pump(struct server *server)
{
	struct netlink_client *client, *next;
	bool waits = false;

	list_for_each_entry_safe(client, next, &server->sk.clients, link) {
		if (client == server->loader)
			continue;
		server_client_pump(server, server_client(client));
		if (client->gone)
			server_client_free(server, server_client(client));
		else
			waits |= client->dumping || server_client_waits(server_client(client));
	}
	return waits;
}

void server_clients_free(struct server *server)
{
	struct netlink_client *client, *next;

	list_for_each_entry_safe(client, next, &server->sk.clients, link)
		server_client_free(server, server_client(client));
}
