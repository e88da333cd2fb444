// SPDX-License-Identifier: GPL-2.0-only
/*
 * routelens-worker: talks with the program (protocol.h), until its standard input ends. It has no
 * rights: routelens-helper, which has started it, does what takes some (gate.h).
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ask.h"
#include "routes.h"
#include "worker.h"

enum { REQUESTS, ANSWERS, GATE, END, LOG, ROUTES, POLLED = ROUTES + 2 };

static bool is_module;
/* Whom polkit authorised. */
static uint32_t user;

static void hello(const struct request *req)
{
	struct {
		struct helper_hello hello;
		char release[sizeof(((struct utsname *)0)->release)];
	} said = { .hello = { HELPER_VERSION, user, is_module } };
	struct utsname name;

	uname(&name);
	memcpy(said.release, name.release, sizeof(said.release));
	answer(req, 0, HELPER_REASON_NONE, &said, sizeof(said.hello) + strlen(said.release), NULL,
	       0);
}

static void serve(const struct request *req)
{
	if (req->type == HELPER_HELLO && !req->length)
		hello(req);
	else if (!is_module && req->type >= HELPER_OPEN && req->type <= HELPER_REVERT)
		routes_request(req);
	else if (!is_module || !module_request(req))
		answer(req, EINVAL, HELPER_REASON_BAD_REQUEST, NULL, 0, NULL, 0);
}

static int loop(void)
{
	struct request req;
	int more;

	for (;;) {
		bool waiting = frame_waiting();
		struct pollfd fds[POLLED] = {
			[REQUESTS] = { STDIN_FILENO, POLLIN },
			[ANSWERS] = { STDOUT_FILENO, waiting ? POLLOUT : 0 },
			[GATE] = { GATE_FD, 0 },
			[END] = { END_FD, 0 },
			[LOG] = { waiting ? -1 : kmsg_fd(), POLLIN },
		};

		more = routes_poll(fds + ROUTES, POLLED - ROUTES);
		if (poll(fds, ROUTES + more, routes_timeout()) < 0 && errno != EINTR)
			return 1;
		/* nothing can be put back any more */
		if (fds[GATE].revents)
			return 1;
		routes_tick();
		if (fds[END].revents || fds[ANSWERS].revents & (POLLERR | POLLHUP | POLLNVAL))
			return 0;
		if (fds[ANSWERS].revents)
			frame_flush();
		if (fds[LOG].revents)
			kmsg_ready();
		/* before requests: they may close what was polled */
		routes_ready(fds + ROUTES, more);
		if (fds[REQUESTS].revents) {
			more = frame_receive(&req);
			if (more < 0)
				return 0;
			if (more > 0)
				serve(&req);
		}
	}
}

static bool is_packets(int fd)
{
	int type = 0, domain = 0;
	socklen_t size = sizeof(type);

	return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) &&
	       !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) &&
	       type == SOCK_SEQPACKET && domain == AF_UNIX;
}

int main(int argc, char **argv)
{
	struct stat out;
	int status;

	if (argc != 3 || !is_packets(GATE_FD)) {
		complain("this is for routelens-helper to start");
		return 2;
	}
	is_module = !strcmp(argv[1], "module");
	user = strtoul(argv[2], NULL, 10);
	if (!is_packets(STDIN_FILENO) || fstat(STDOUT_FILENO, &out)) {
		complain("standard input is not the socket that Routelens talks through");
		return 2;
	}
	if (is_module)
		kmsg_begin();
	/* it has no name otherwise, as it was run by its descriptor */
	prctl(PR_SET_NAME, WORKER, 0, 0, 0);
	/* exec has made us dumpable again */
	status = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ? -errno : rules_begin(is_module);
	if (status) {
		complain("seccomp: %s", strerror(-status));
		return 1;
	}
	status = loop();
	if (!is_module)
		routes_end();
	frame_flush();
	return status;
}
