// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode `routes`: netlink sockets here or in a namespace, and changes over them. The kernel asks
 * for CAP_NET_ADMIN of who sends and of who has opened the socket: the worker, who has the first
 * ones, is not the one, and of those that go on to the program nobody is the other.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "check.h"
#include "helper.h"

#define NAMESPACES "/run/netns"
/* Room for one acknowledgement of each message of the longest datagram; the kernel doubles it. */
#define RECEIVE_BUFFER (32 << 20)
#define SEND_BUFFER (2 << 20)

static int sockets[GATE_SOCKETS] = { -1, -1 };

/* In a user namespace the forced variant is refused: then it is as much as anybody may have. */
static void set_buffer(int fd, int forced, int ordinary, int size)
{
	if (setsockopt(fd, SOL_SOCKET, forced, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, ordinary, &size, sizeof(size));
}

void network_room(int fd)
{
	set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BUFFER);
	set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, SEND_BUFFER);
}

/* A namespace by its name alone: what has no slash and is one leads nowhere else. -1 with errno. */
static int open_namespace(const char *name, size_t length)
{
	char copy[256];
	struct statfs about;
	int folder, fd;

	errno = ENOENT;
	if (length >= sizeof(copy) || memchr(name, '/', length) || memchr(name, '\0', length))
		return -1;
	memcpy(copy, name, length);
	copy[length] = '\0';
	folder = open(NAMESPACES, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -1;
	fd = openat(folder, copy, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	close(folder);
	if (fd >= 0 && (fstatfs(fd, &about) || about.f_type != NSFS_MAGIC ||
			ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

/* In the namespace that we are in. 0 or a negative errno, here and below. */
static int open_netlink(struct reply *reply, size_t count)
{
	while (reply->count < count) {
		int fd;

		privilege_use(reply->count < GATE_SOCKETS);
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
		privilege_use(true);
		if (fd < 0)
			return -errno;
		network_room(fd);
		reply->fds[reply->count++] = fd;
	}
	return 0;
}

static int open_netlink_in(int namespace, struct reply *reply)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int error = home < 0 || setns(namespace, CLONE_NEWNET) ? -errno : 0;

	if (!error)
		error = open_netlink(reply, GATE_SOCKETS_NAMED);
	/* in the wrong place nothing may be done */
	if (home >= 0 && setns(home, CLONE_NEWNET))
		_exit(1);
	close(home);
	return error;
}

static int open_pair(struct reply *reply)
{
	int *pair = reply->fds + reply->count;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	network_room(pair[0]);
	network_room(pair[1]);
	reply->count += 2;
	return 0;
}

static void close_sockets(void)
{
	int i;

	for (i = 0; i < GATE_SOCKETS; i++) {
		if (sockets[i] >= 0)
			close(sockets[i]);
		sockets[i] = -1;
	}
}

static int open_sockets(const char *name, size_t length, struct reply *reply)
{
	int namespace, error;

	close_sockets();
	if (!length) {
		error = open_netlink(reply, GATE_SOCKETS);
	} else {
		namespace = open_namespace(name, length);
		if (namespace < 0) {
			reply->head.reason = GATE_REASON_NO_NAMESPACE;
			return -errno;
		}
		error = open_netlink_in(namespace, reply);
		close(namespace);
	}
	if (!error)
		error = open_pair(reply);
	if (error) {
		reply->head.reason = GATE_REASON_KERNEL;
		return error;
	}
	reply->keep = GATE_SOCKETS;
	memcpy(sockets, reply->fds, sizeof(sockets));
	return 0;
}

static int send_checked(uint32_t which, const void *bytes, size_t length)
{
	if (which >= GATE_SOCKETS || sockets[which] < 0)
		return -EBADF;
	if (check_datagram(bytes, length))
		return -EPERM;
	/* what the kernel does happens within this */
	return send(sockets[which], bytes, length, 0) < 0 ? -errno : 0;
}

void network_request(const struct gate_request *req, const void *bytes, size_t length,
		     struct reply *reply)
{
	if (req->verb == GATE_OPEN) {
		reply->head.error = -open_sockets(bytes, length, reply);
	} else if (req->verb == GATE_SEND) {
		reply->head.error = -send_checked(req->value, bytes, length);
	} else if (req->verb == GATE_CLOSE && !length) {
		close_sockets();
		reply->head.error = 0;
	}
}
