// SPDX-License-Identifier: GPL-2.0-only
/* What the program asks of the mode routes: opening a relay, and settling what is pending. */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "frame.h"
#include "ask.h"
#include "relay.h"
#include "routes.h"

#define ANSWER_EXTRA 4096
#define CONFIRM_MIN 5
#define CONFIRM_MAX 600

static bool set(int fd, int level, int name, int value)
{
	return !setsockopt(fd, level, name, &value, sizeof(value));
}

/* The longest datagram that all of these take. */
static uint32_t send_max(const int *fds, size_t count)
{
	uint32_t most = HELPER_RELAY_MAX;
	size_t i;

	for (i = 0; i < count; i++) {
		int size = 0;
		socklen_t length = sizeof(size);

		getsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, &length);
		/* an error brings the whole message back, and has words of its own */
		if (size < (int)most + ANSWER_EXTRA)
			most = size > ANSWER_EXTRA ? size - ANSWER_EXTRA : 0;
	}
	return most;
}

/* What the helper has opened is made ready. 0 or a positive errno. */
static int prepare(const int *fds, size_t count, struct helper_opened *opened)
{
	const int *pair = fds + count - 2;
	struct sockaddr_nl any = { .nl_family = AF_NETLINK }, address;
	struct timeval patience = { .tv_sec = 10 };
	socklen_t size = sizeof(address);
	size_t i;

	for (i = 0; i < count - 2; i++) {
		if (bind(fds[i], (struct sockaddr *)&any, sizeof(any)))
			return errno;
		set(fds[i], SOL_NETLINK, NETLINK_EXT_ACK, 1);
		set(fds[i], SOL_NETLINK, NETLINK_CAP_ACK, 0);
		set(fds[i], SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
	}
	if (getsockname(fds[GATE_CHANGES], (struct sockaddr *)&address, &size) ||
	    setsockopt(fds[GATE_UNDO], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		return errno;
	opened->portid = address.nl_pid;
	opened->send_max = send_max((int[]){ pair[1], fds[GATE_CHANGES], GATE_FD }, 3);
	return 0;
}

static void answer_bad(const struct request *req)
{
	answer(req, EINVAL, HELPER_REASON_BAD_REQUEST, NULL, 0, NULL, 0);
}

static void open_for(const struct request *req, uint32_t confirm_ms, size_t length)
{
	static struct asked got;
	const char *name = (const char *)req->payload + sizeof(struct helper_open);
	struct helper_opened opened = { 0 };
	int kept[RELAY_FDS], handed[GATE_FDS_MAX], error;
	size_t i, first = 0, count;

	relay_close();
	ask(GATE_OPEN, 0, name, length, &got);
	count = got.count;
	if (!got.error && count != (length ? GATE_SOCKETS_NAMED : GATE_SOCKETS) + 2)
		got.error = EPROTO;
	error = got.error ?: prepare(got.fds, count, &opened);
	if (error) {
		answer(req, error, got.error ? got.reason : HELPER_REASON_KERNEL, NULL, 0, NULL, 0);
	} else {
		kept[RELAY_PROGRAM] = got.fds[count - 2];
		kept[RELAY_KERNEL] = got.fds[GATE_CHANGES];
		kept[RELAY_OWN] = got.fds[GATE_UNDO];
		relay_start(kept, opened.portid, confirm_ms);
		/* its end of the pair, then what is read with in a namespace */
		first = GATE_SOCKETS;
		handed[0] = got.fds[count - 1];
		memcpy(handed + 1, got.fds + first, (count - 2 - first) * sizeof(int));
		if (answer(req, 0, HELPER_REASON_NONE, &opened, sizeof(opened), handed,
			   count - 1 - first))
			relay_close();
	}
	for (i = first; i < count; i++)
		if (error || i != count - 2)
			close(got.fds[i]);
}

static void answer_open(const struct request *req)
{
	struct helper_open wanted;
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
	open_for(req, wanted.confirm_seconds * 1000, length);
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
