// SPDX-License-Identifier: GPL-2.0-only
/*
 * LD_PRELOAD this into a stock ip (iproute2), and its routes are rtmgr's:
 *
 *	RTMGR_PROTOCOL=31	the module: NETLINK_ROUTE sockets become sockets of that protocol
 *	RTMGR_PORT=N		rtmgr-user, which serves on port N of NETLINK_USERSOCK
 *
 * ip asks for links, addresses and rules on the same socket, and rtmgr has none of them. So each
 *socket has a shadow: a true NETLINK_ROUTE socket with the same port id. A request goes to rtmgr
 *when it is about routes, else to the shadow, and what is received next comes from where the last
 *request went.
 *
 * The kernel has done a request when sendmsg() returns. rtmgr-user has not: so its answers are
 *waited for at once and kept, to be received as late as the program likes. A dump is not waited
 *for, it may be long.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../../include/uapi/rtmgr.h"

#define FDS 1024
#define DATAGRAM_MAX 131072
#define FENCE_SEQ 0x52544d00u /* no sequence number that a program would think of */
#define FENCE_MS 20000

#define GROUP_BIT(group) (1u << ((group) - 1))
#define ROUTE_GROUPS (GROUP_BIT(RTNLGRP_IPV4_ROUTE) | GROUP_BIT(RTNLGRP_IPV6_ROUTE))

struct datagram {
	struct datagram *next;
	size_t length;
	unsigned char bytes[];
};

struct handle {
	int fd; /* rtmgr */
	int shadow; /* NETLINK_ROUTE */
	__u32 portid; /* of both */
	bool asked_shadow; /* its answer is not yet received in full */
	bool listens_shadow; /* to groups that are not rtmgr's */
	struct datagram *kept; /* received from rtmgr-user, not yet by the program */
};

static struct handle *handles[FDS];
static int protocol;
static __u32 server; /* port of rtmgr-user; 0: the module */

static struct {
	int (*socket)(int domain, int type, int proto);
	int (*bind)(int fd, const struct sockaddr *addr, socklen_t len);
	int (*connect)(int fd, const struct sockaddr *addr, socklen_t len);
	int (*setsockopt)(int fd, int level, int name, const void *value, socklen_t len);
	ssize_t (*sendmsg)(int fd, const struct msghdr *msg, int flags);
	ssize_t (*sendto)(int fd, const void *buf, size_t len, int flags,
			  const struct sockaddr *addr, socklen_t addr_len);
	ssize_t (*recvmsg)(int fd, struct msghdr *msg, int flags);
	ssize_t (*recvfrom)(int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
			    socklen_t *addr_len);
	int (*poll)(struct pollfd *fds, nfds_t count, int timeout);
	int (*close)(int fd);
} libc;

static __attribute__((constructor)) void find_libc(void)
{
	const char *text;

	libc.socket = dlsym(RTLD_NEXT, "socket");
	libc.bind = dlsym(RTLD_NEXT, "bind");
	libc.connect = dlsym(RTLD_NEXT, "connect");
	libc.setsockopt = dlsym(RTLD_NEXT, "setsockopt");
	libc.sendmsg = dlsym(RTLD_NEXT, "sendmsg");
	libc.sendto = dlsym(RTLD_NEXT, "sendto");
	libc.recvmsg = dlsym(RTLD_NEXT, "recvmsg");
	libc.recvfrom = dlsym(RTLD_NEXT, "recvfrom");
	libc.poll = dlsym(RTLD_NEXT, "poll");
	libc.close = dlsym(RTLD_NEXT, "close");

	text = getenv("RTMGR_PORT");
	if (text && *text) {
		server = strtoul(text, NULL, 0);
		protocol = NETLINK_USERSOCK;
		return;
	}
	text = getenv("RTMGR_PROTOCOL");
	if (text && *text)
		protocol = atoi(text);
}

static struct handle *handle_of(int fd)
{
	return fd >= 0 && fd < FDS ? handles[fd] : NULL;
}

/* ---- making and ending ---- */

static int bind_port(int fd, __u32 portid, __u32 groups)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK,
				    .nl_pid = portid,
				    .nl_groups = groups };

	return libc.bind(fd, (struct sockaddr *)&addr, sizeof(addr));
}

/*
 * Two sockets with one port id. As the kernel does: the process id, and when it is taken something
 * that is none.
 */
static int open_pair(struct handle *h, int type)
{
	__u32 portid = getpid();
	int tries;

	for (tries = 0; tries < 64; tries++) {
		h->fd = libc.socket(AF_NETLINK, type, protocol);
		if (h->fd < 0)
			return -1;
		h->shadow = libc.socket(AF_NETLINK, type, NETLINK_ROUTE);
		if (h->shadow >= 0 && !bind_port(h->fd, portid, 0) &&
		    !bind_port(h->shadow, portid, 0)) {
			h->portid = portid;
			return 0;
		}
		libc.close(h->fd);
		if (h->shadow < 0)
			return -1;
		libc.close(h->shadow);
		portid = 0x80000000u + (__u32)getpid() * 64 + tries;
	}
	errno = EADDRINUSE;
	return -1;
}

int socket(int domain, int type, int proto)
{
	struct handle *h;

	if (domain != AF_NETLINK || proto != NETLINK_ROUTE || !protocol)
		return libc.socket(domain, type, proto);
	h = calloc(1, sizeof(*h));
	if (!h)
		return -1;
	if (open_pair(h, type)) {
		free(h);
		return -1;
	}
	if (h->fd >= FDS) {
		libc.close(h->fd);
		libc.close(h->shadow);
		free(h);
		errno = EMFILE;
		return -1;
	}
	handles[h->fd] = h;
	return h->fd;
}

static void drop_kept(struct handle *h)
{
	struct datagram *first = h->kept;

	h->kept = first->next;
	free(first);
}

int close(int fd)
{
	struct handle *h = handle_of(fd);

	if (h) {
		handles[fd] = NULL;
		libc.close(h->shadow);
		while (h->kept)
			drop_kept(h);
		free(h);
	}
	return libc.close(fd);
}

/* ---- talking with rtmgr-user ---- */

static ssize_t send_to_rtmgr(struct handle *h, const struct iovec *iov, size_t count)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_pid = server };
	struct msghdr msg = {
		.msg_name = &addr,
		.msg_namelen = sizeof(addr),
		.msg_iov = (struct iovec *)iov,
		.msg_iovlen = count,
	};

	return libc.sendmsg(h->fd, &msg, 0);
}

static int keep(struct handle *h, const void *bytes, size_t length)
{
	struct datagram **end = &h->kept;
	struct datagram *datagram = malloc(sizeof(*datagram) + length);

	if (!datagram)
		return -1;
	datagram->next = NULL;
	datagram->length = length;
	memcpy(datagram->bytes, bytes, length);
	while (*end)
		end = &(*end)->next;
	*end = datagram;
	return 0;
}

/* Keeps all that comes until the message with our sequence number is acknowledged. */
static int wait_for(struct handle *h, __u32 seq)
{
	static union {
		struct nlmsghdr first;
		unsigned char bytes[DATAGRAM_MAX];
	} buffer;

	for (;;) {
		struct pollfd readable = { .fd = h->fd, .events = POLLIN };
		const struct nlmsghdr *nlh = &buffer.first;
		ssize_t length;

		if (libc.poll(&readable, 1, FENCE_MS) == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		length = libc.recvfrom(h->fd, buffer.bytes, sizeof(buffer), 0, NULL, NULL);
		if (length < 0)
			return -1;
		if (NLMSG_OK(nlh, (size_t)length) && nlh->nlmsg_type == NLMSG_ERROR &&
		    nlh->nlmsg_seq == seq) {
			const struct nlmsgerr *err = NLMSG_DATA(nlh);

			errno = -err->error;
			return err->error ? -1 : 0;
		}
		if (keep(h, buffer.bytes, length))
			return -1;
	}
}

/* Returns when rtmgr-user has done all that was sent before. */
static int wait_done(struct handle *h)
{
	struct nlmsghdr nlh = {
		.nlmsg_len = sizeof(nlh),
		.nlmsg_type = NLMSG_NOOP,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = FENCE_SEQ,
	};
	struct iovec iov = { &nlh, sizeof(nlh) };

	if (send_to_rtmgr(h, &iov, 1) < 0)
		return -1;
	return wait_for(h, FENCE_SEQ);
}

static int set_option(struct handle *h, __u32 option, __u32 value)
{
	struct {
		struct nlmsghdr nlh;
		struct rtmgrmsg rtm;
		struct nlattr option_attr;
		__u32 option;
		struct nlattr value_attr;
		__u32 value;
	} request = {
		.nlh = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = RTMGR_MSG_SOCKOPT,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
			.nlmsg_seq = FENCE_SEQ + 1,
		},
		.option_attr = { .nla_len = NLA_HDRLEN + 4, .nla_type = RTMGR_A_OPTION },
		.option = option,
		.value_attr = { .nla_len = NLA_HDRLEN + 4, .nla_type = RTMGR_A_VALUE },
		.value = value,
	};
	struct iovec iov = { &request, sizeof(request) };

	if (send_to_rtmgr(h, &iov, 1) < 0)
		return -1;
	return wait_for(h, FENCE_SEQ + 1);
}

/* ---- options and groups ---- */

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	struct handle *h = handle_of(fd);
	bool membership, route;
	__u32 number = 0;

	if (!h)
		return libc.setsockopt(fd, level, name, value, len);
	if (level != SOL_NETLINK) {
		libc.setsockopt(h->shadow, level, name, value, len);
		return libc.setsockopt(fd, level, name, value, len);
	}

	memcpy(&number, value, len < sizeof(number) ? len : sizeof(number));
	membership = name == NETLINK_ADD_MEMBERSHIP || name == NETLINK_DROP_MEMBERSHIP;
	route = number == RTNLGRP_IPV4_ROUTE || number == RTNLGRP_IPV6_ROUTE ||
		number == RTMGR_GRP_MIRROR;
	if (membership && !route) {
		h->listens_shadow |= name == NETLINK_ADD_MEMBERSHIP;
		return libc.setsockopt(h->shadow, level, name, value, len);
	}
	if (!membership)
		libc.setsockopt(h->shadow, level, name, value, len);
	if (server)
		return set_option(h, name, number);
	return libc.setsockopt(fd, level, name, value, len);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	const struct sockaddr_nl *nl = (const struct sockaddr_nl *)addr;
	struct handle *h = handle_of(fd);
	__u32 theirs;

	if (!h)
		return libc.bind(fd, addr, len);
	if (len < sizeof(*nl) || (nl->nl_pid && nl->nl_pid != h->portid)) {
		errno = EINVAL;
		return -1;
	}
	theirs = nl->nl_groups & ~ROUTE_GROUPS;
	h->listens_shadow |= theirs != 0;
	if (theirs && bind_port(h->shadow, h->portid, theirs))
		return -1;
	if (!server)
		return bind_port(fd, h->portid, nl->nl_groups & ROUTE_GROUPS);
	if ((nl->nl_groups & GROUP_BIT(RTNLGRP_IPV4_ROUTE)) &&
	    set_option(h, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE))
		return -1;
	if ((nl->nl_groups & GROUP_BIT(RTNLGRP_IPV6_ROUTE)) &&
	    set_option(h, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_ROUTE))
		return -1;
	return 0;
}

/* To the kernel's end, which is where everything goes anyway. */
int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	return handle_of(fd) ? 0 : libc.connect(fd, addr, len);
}

/* ---- sending ---- */

static bool is_rtmgrs(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_type == RTM_NEWROUTE || nlh->nlmsg_type == RTM_DELROUTE ||
	       nlh->nlmsg_type == RTM_GETROUTE || nlh->nlmsg_type >= RTMGR_MSG_BASE;
}

static ssize_t send_request(struct handle *h, const struct iovec *iov, size_t count)
{
	const struct nlmsghdr *nlh = count ? iov[0].iov_base : NULL;
	ssize_t sent;

	if (!nlh || iov[0].iov_len < sizeof(*nlh) || !is_rtmgrs(nlh)) {
		struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
		struct msghdr msg = {
			.msg_name = &kernel,
			.msg_namelen = sizeof(kernel),
			.msg_iov = (struct iovec *)iov,
			.msg_iovlen = count,
		};

		h->asked_shadow = true;
		return libc.sendmsg(h->shadow, &msg, 0);
	}

	sent = send_to_rtmgr(h, iov, count);
	if (sent < 0 || !server ||
	    (nlh->nlmsg_type == RTM_GETROUTE && (nlh->nlmsg_flags & NLM_F_DUMP)))
		return sent;
	return wait_done(h) ? -1 : sent;
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct handle *h = handle_of(fd);

	return h ? send_request(h, msg->msg_iov, msg->msg_iovlen) : libc.sendmsg(fd, msg, flags);
}

ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
	       socklen_t addr_len)
{
	struct iovec iov = { (void *)buf, len };
	struct handle *h = handle_of(fd);

	return h ? send_request(h, &iov, 1) : libc.sendto(fd, buf, len, flags, addr, addr_len);
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	return sendto(fd, buf, len, flags, NULL, 0);
}

/* ---- receiving ---- */

/* As recvmsg() would have it, out of what is kept. */
static ssize_t receive_kept(struct handle *h, struct msghdr *msg, int flags)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t length = h->kept->length;
	size_t done = 0;
	size_t i;

	for (i = 0; i < msg->msg_iovlen && done < length; i++) {
		size_t part = msg->msg_iov[i].iov_len;

		if (part > length - done)
			part = length - done;
		memcpy(msg->msg_iov[i].iov_base, h->kept->bytes + done, part);
		done += part;
	}
	if (msg->msg_name && msg->msg_namelen >= sizeof(kernel))
		memcpy(msg->msg_name, &kernel, sizeof(kernel));
	msg->msg_namelen = sizeof(kernel);
	msg->msg_controllen = 0;
	msg->msg_flags = done < length ? MSG_TRUNC : 0;
	if (!(flags & MSG_PEEK))
		drop_kept(h);
	return flags & MSG_TRUNC ? (ssize_t)length : (ssize_t)done;
}

/* Whether a datagram is the last of an answer. libnetlink receives into one buffer. */
static bool ends_answer(const struct msghdr *msg, ssize_t length)
{
	const struct nlmsghdr *nlh = msg->msg_iov[0].iov_base;
	int left = length;

	if (msg->msg_flags & MSG_TRUNC)
		return true;
	for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left)) {
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR ||
		    !(nlh->nlmsg_flags & NLM_F_MULTI))
			return true;
	}
	return false;
}

/* Where to receive next when nothing is kept: rtmgr, or the shadow. */
static int source_of(struct handle *h, int flags)
{
	struct pollfd both[2] = {
		{ .fd = h->fd, .events = POLLIN },
		{ .fd = h->shadow, .events = POLLIN },
	};

	if (h->asked_shadow)
		return h->shadow;
	if (!h->listens_shadow)
		return h->fd;
	libc.poll(both, 2, flags & MSG_DONTWAIT ? 0 : -1);
	return both[1].revents && !both[0].revents ? h->shadow : h->fd;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct handle *h = handle_of(fd);
	ssize_t length;
	int source;

	if (!h)
		return libc.recvmsg(fd, msg, flags);
	if (h->kept && !h->asked_shadow)
		return receive_kept(h, msg, flags);

	source = source_of(h, flags);
	length = libc.recvmsg(source, msg, flags);
	if (length < 0)
		return length;
	if (source == h->shadow) {
		if (!(flags & MSG_PEEK) && ends_answer(msg, length))
			h->asked_shadow = false;
	} else if (server && msg->msg_name && msg->msg_namelen >= sizeof(struct sockaddr_nl)) {
		((struct sockaddr_nl *)msg->msg_name)->nl_pid = 0;
	}
	return length;
}

ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
		 socklen_t *addr_len)
{
	struct iovec iov = { buf, len };
	struct msghdr msg = {
		.msg_name = addr,
		.msg_namelen = addr && addr_len ? *addr_len : 0,
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t length;

	if (!handle_of(fd))
		return libc.recvfrom(fd, buf, len, flags, addr, addr_len);
	length = recvmsg(fd, &msg, flags);
	if (length >= 0 && addr_len)
		*addr_len = msg.msg_namelen;
	return length;
}

ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	return recvfrom(fd, buf, len, flags, NULL, NULL);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int ready = 0;
	nfds_t i;

	for (i = 0; i < count; i++) {
		struct handle *h = handle_of(fds[i].fd);

		fds[i].revents = 0;
		if (h && h->kept && !h->asked_shadow && (fds[i].events & POLLIN)) {
			fds[i].revents = POLLIN;
			ready++;
		} else if (h && h->asked_shadow) {
			fds[i].fd = h->shadow;
		}
	}
	if (!ready)
		ready = libc.poll(fds, count, timeout);
	for (i = 0; i < count; i++) {
		int fd;

		for (fd = 0; fd < FDS; fd++) {
			if (handles[fd] && handles[fd]->shadow == fds[i].fd)
				fds[i].fd = fd;
		}
	}
	return ready;
}
