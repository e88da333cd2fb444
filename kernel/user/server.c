// SPDX-License-Identifier: GPL-2.0-only
/*
 * The socket of rtmgr-user, and the loop that serves it. One thread: it is the "kernel" of its
 * clients.
 */
#include <poll.h>
#include <unistd.h>
#include "server.h"

/* Datagrams before the queues of clients have their turn. */
#define SERVER_READS	64
/* Largest datagram: more than any send buffer holds. */
#define SERVER_DATAGRAM	(64u << 20)

static int server_bind(struct server *server, u32 port)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_pid = port };
	socklen_t length = sizeof(address);

	if (bind(server->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	if (getsockname(server->fd, (struct sockaddr *)&address, &length) < 0)
		return -1;
	server->port = address.nl_pid;
	return 0;
}

static int server_socket(struct server *server, u32 port)
{
	int on = 1, bytes = 4 << 20;

	server->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
	if (server->fd < 0 ||
	    setsockopt(server->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		fprintf(stderr, "rtmgr-user: no NETLINK_USERSOCK socket: %s\n", strerror(errno));
		return 1;
	}
	/* more is better, and less is good enough */
	if (setsockopt(server->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(server->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (setsockopt(server->fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(server->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	if (server_bind(server, port) < 0) {
		fprintf(stderr, "rtmgr-user: port %u cannot be bound: %s\n", port, strerror(errno));
		close(server->fd);
		return 1;
	}
	return 0;
}

int server_open(struct server *server, const struct server_options *options)
{
	memset(server, 0, sizeof(*server));
	INIT_LIST_HEAD(&server->sk.clients);
	server->sk.net = &server->net;
	server->sk.wire = &server_wire;
	server->owner = options->owner;
	server->rn.net = &server->net;
	server->rn.sk = &server->sk;
	server->links_fd = links_open();
	if (server->links_fd < 0) {
		fprintf(stderr, "rtmgr-user: network devices cannot be listed: %s\n",
			strerror(errno));
		return 1;
	}
	if (server_socket(server, options->port))
		goto no_socket;
	if (rtmgr_core_init() || rtmgr_net_init(&server->rn, options->max_routes)) {
		fprintf(stderr, "rtmgr-user: out of memory\n");
		goto no_tables;
	}
	if (options->load) {
		int failed = server_load(server, options->load);

		if (failed < 0)
			goto no_file;
		if (failed > 0)
			fprintf(stderr, "rtmgr-user: %d routes of %s were not taken\n", failed,
				options->load);
	}
	return 0;

no_file:
	server_clients_free(server);
	rtmgr_net_exit(&server->rn);
	rtmgr_core_exit();
no_tables:
	close(server->fd);
no_socket:
	links_close(server->links_fd);
	return 1;
}

void server_close(struct server *server)
{
	server_clients_free(server);
	rtmgr_net_exit(&server->rn);
	rtmgr_core_exit();
	close(server->fd);
	links_close(server->links_fd);
}

/* The user behind a datagram; nobody when the kernel does not say. */
static u32 server_sender_uid(struct msghdr *message)
{
	struct cmsghdr *control;

	for (control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
		struct ucred creds;

		if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&creds, CMSG_DATA(control), sizeof(creds));
		return creds.uid;
	}
	return (u32)-1;
}

static void server_process(struct server *server, struct sk_buff *request, u32 portid)
{
	/* datagrams of the kernel itself, and of nobody, are none of ours */
	struct server_client *client = portid ? server_client_get(server, portid) : NULL;

	if (!client)
		return;
	request->sk = &server->sk;
	NETLINK_CB(request).portid = portid;
	NETLINK_CB(request).client = &client->base;
	if (!server_sockopt(server, request))
		rtmgr_input(request);
}

/* One datagram. False: there is none. */
static bool server_read(struct server *server)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct sockaddr_nl from = {};
	struct iovec part;
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length = recv(server->fd, NULL, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
	struct sk_buff *request;

	if (length < 0)
		return errno == EINTR;
	request = length <= SERVER_DATAGRAM ? alloc_skb(length, GFP_KERNEL) : NULL;
	part.iov_base = request ? request->data : NULL;
	part.iov_len = request ? length : 0;
	length = recvmsg(server->fd, &message, MSG_DONTWAIT);
	if (request && length > 0) {
		skb_put(request, length);
		NETLINK_CB(request).creds.uid = (kuid_t){ server_sender_uid(&message) };
		links_update(server->links_fd);
		server_process(server, request, from.nl_pid);
	}
	kfree_skb(request);
	return true;
}

int server_run(struct server *server, int signals)
{
	struct pollfd polled[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = server->fd, .events = POLLIN },
		{ .fd = server->links_fd, .events = POLLIN },
	};
	int timeout = -1;
	int reads;

	for (;;) {
		if (poll(polled, ARRAY_SIZE(polled), timeout) < 0 && errno != EINTR) {
			fprintf(stderr, "rtmgr-user: poll: %s\n", strerror(errno));
			return 1;
		}
		if (polled[0].revents)
			return 0;
		links_update(server->links_fd);
		for (reads = 0; reads < SERVER_READS && server_read(server); reads++)
			;
		timeout = server_clients_pump(server);
	}
}
