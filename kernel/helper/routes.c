// SPDX-License-Identifier: GPL-2.0-only
/* What the program asks of the mode routes: opening a relay, and settling what is pending. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "frame.h"
#include "relay.h"
#include "routes.h"

#define NAMESPACES "/run/netns"
/* Room for one acknowledgement of each message of the longest datagram; the kernel doubles it. */
#define RECEIVE_BUFFER (32 << 20)
#define SEND_BUFFER (2 << 20)
#define ANSWER_EXTRA 4096
#define CONFIRM_MIN 5
#define CONFIRM_MAX 600

static bool set(int fd, int level, int name, int value)
{
	return !setsockopt(fd, level, name, &value, sizeof(value));
}

/* In a user namespace the forced variants are refused: then it is as much as anybody may have. */
static void set_buffers(int fd)
{
	if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER))
		set(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
	if (!set(fd, SOL_SOCKET, SO_SNDBUFFORCE, SEND_BUFFER))
		set(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
}

/* The longest datagram that these two take. */
static uint32_t send_max(int one, int other)
{
	const int fds[] = { one, other };
	uint32_t most = HELPER_RELAY_MAX;
	size_t i;

	for (i = 0; i < 2; i++) {
		int size = 0;
		socklen_t length = sizeof(size);

		getsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, &length);
		/* an error brings the whole message back, and has words of its own */
		if (size < (int)most + ANSWER_EXTRA)
			most = size > ANSWER_EXTRA ? size - ANSWER_EXTRA : 0;
	}
	return most;
}

/* A socket in the namespace that we are in. */
static int open_netlink(void)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof(any))) {
		close(fd);
		return -1;
	}
	if (fd >= 0) {
		set_buffers(fd);
		set(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
		set(fd, SOL_NETLINK, NETLINK_CAP_ACK, 0);
		set(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
	}
	return fd;
}

/* A namespace by its name alone, whatever the name looks like. -1 with errno. */
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
	if (!strcmp(copy, ".") || !strcmp(copy, ".."))
		return -1;
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

/* Opens sockets there: of fds, those that are none yet are left at -1. 0 or a positive errno. */
static int open_sockets_in(int namespace, int *fds, size_t count)
{
	int home = -1, error = 0;
	size_t i;

	if (namespace >= 0) {
		home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		if (home < 0 || setns(namespace, CLONE_NEWNET))
			error = errno;
	}
	for (i = 0; i < count && !error; i++) {
		fds[i] = open_netlink();
		if (fds[i] < 0)
			error = errno;
	}
	if (namespace >= 0 && home >= 0) {
		/* in the wrong place nothing may be done */
		if (setns(home, CLONE_NEWNET)) {
			complain("no way back from the namespace: %s", strerror(errno));
			_exit(1);
		}
		close(home);
	}
	return error;
}

/* Behind those that the relay keeps: what is handed to the program. */
enum { FD_RELAY = RELAY_FDS, FD_REQUEST, FD_DUMP, FD_EVENTS, FDS };

/* All of them; the last three for a namespace. 0 or a positive errno. */
static int open_all(int namespace, int *fds, struct helper_opened *opened)
{
	int sockets[] = { -1, -1, -1, -1, -1 }, pair[2] = { -1, -1 };
	int error = open_sockets_in(namespace, sockets, namespace >= 0 ? 5 : 2);
	struct sockaddr_nl address;
	struct timeval patience = { .tv_sec = 10 };
	socklen_t size = sizeof(address);
	int i;

	fds[RELAY_KERNEL] = sockets[0];
	fds[RELAY_OWN] = sockets[1];
	fds[FD_REQUEST] = sockets[2];
	fds[FD_DUMP] = sockets[3];
	fds[FD_EVENTS] = sockets[4];
	if (error)
		return error;
	if (getsockname(fds[RELAY_KERNEL], (struct sockaddr *)&address, &size) ||
	    setsockopt(fds[RELAY_OWN], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return errno;
	for (i = 0; i < 2; i++)
		set_buffers(pair[i]);
	fds[RELAY_PROGRAM] = pair[0];
	fds[FD_RELAY] = pair[1];
	opened->portid = address.nl_pid;
	opened->send_max = send_max(pair[1], fds[RELAY_KERNEL]);
	return 0;
}

static void answer_bad(const struct request *req)
{
	answer(req, EINVAL, HELPER_REASON_BAD_REQUEST, NULL, 0, NULL, 0);
}

static void open_for(const struct request *req, uint32_t confirm_ms, int namespace)
{
	struct helper_opened opened = { 0 };
	int fds[FDS] = { -1, -1, -1, -1, -1, -1, -1 };
	int error = open_all(namespace, fds, &opened);
	int first = 0;

	if (error) {
		answer(req, error, HELPER_REASON_KERNEL, NULL, 0, NULL, 0);
	} else {
		relay_start(fds, opened.portid, confirm_ms);
		first = FD_RELAY;
		if (answer(req, 0, HELPER_REASON_NONE, &opened, sizeof(opened), fds + FD_RELAY,
			   namespace >= 0 ? 4 : 1))
			relay_close();
	}
	for (; first < FDS; first++)
		if (fds[first] >= 0)
			close(fds[first]);
}

static void answer_open(const struct request *req)
{
	struct helper_open wanted;
	int namespace = -1;
	size_t length;

	if (req->length < sizeof(wanted)) {
		answer_bad(req);
		return;
	}
	memcpy(&wanted, req->payload, sizeof(wanted));
	length = req->length - sizeof(wanted);
	if (wanted.confirm_seconds &&
	    (wanted.confirm_seconds < CONFIRM_MIN || wanted.confirm_seconds > CONFIRM_MAX)) {
		answer_bad(req);
		return;
	}
	if (relay_pending()) {
		answer(req, EBUSY, HELPER_REASON_PENDING, NULL, 0, NULL, 0);
		return;
	}
	if (length) {
		namespace = open_namespace((const char *)req->payload + sizeof(wanted), length);
		if (namespace < 0) {
			answer(req, errno, HELPER_REASON_NO_NAMESPACE, NULL, 0, NULL, 0);
			return;
		}
	}
	open_for(req, wanted.confirm_seconds * 1000, namespace);
	if (namespace >= 0)
		close(namespace);
}

static void answer_settle(const struct request *req, bool keep)
{
	struct helper_settled settled = { .how = keep ? 0 : 1 };

	if (req->length) {
		answer_bad(req);
		return;
	}
	relay_settle(keep, &settled);
	answer(req, 0, HELPER_REASON_NONE, &settled, sizeof(settled), NULL, 0);
}

int routes_request(const struct request *req)
{
	if (req->type == HELPER_OPEN)
		answer_open(req);
	else
		answer_settle(req, req->type == HELPER_KEEP);
	return 0;
}
