// SPDX-License-Identifier: GPL-2.0-only
/*
 * routelens-helper: what Routelens needs root for. It is started by pkexec, once for each of its
 * modes, and serves until its standard input ends; protocol.h says what can be asked of it.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <errno.h>
#include <unistd.h>

#include "helper.h"
#include "routes.h"

enum { REQUESTS, ANSWERS, SIGNALS, PARENT, LOG, ROUTES, POLLED = ROUTES + 2 };

static enum mode mode;
static uid_t user;

static void hello(const struct request *req)
{
	struct {
		struct helper_hello hello;
		char release[sizeof(((struct utsname *)0)->release)];
	} said = { .hello = { HELPER_VERSION, user, mode == MODE_MODULE } };
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
	else if (mode == MODE_ROUTES && req->type >= HELPER_OPEN && req->type <= HELPER_REVERT)
		routes_request(req);
	else if (mode != MODE_MODULE || !module_request(req, user))
		answer(req, EINVAL, HELPER_REASON_BAD_REQUEST, NULL, 0, NULL, 0);
}

/*
 * What ends us in good order. All signals are blocked (privilege_begin), so that nothing stops or
 * kills us half-way.
 */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * pkexec becomes us, so our parent is the program. PR_SET_PDEATHSIG would not do: an ordinary
 * user's process may not signal root's, not even by dying. Without this (a parent outside of our
 * pid namespace) there is still the end of standard input.
 */
static int open_parent(void)
{
	pid_t parent = getppid();

	return parent > 0 ? (int)syscall(SYS_pidfd_open, parent, 0) : -1;
}

static int loop(int signals, int parent)
{
	struct request req;
	int more;

	for (;;) {
		bool waiting = frame_waiting();
		struct pollfd fds[POLLED] = {
			[REQUESTS] = { STDIN_FILENO, POLLIN },
			[ANSWERS] = { STDOUT_FILENO, waiting ? POLLOUT : 0 },
			[SIGNALS] = { signals, POLLIN },
			[PARENT] = { parent, POLLIN },
			[LOG] = { waiting ? -1 : kmsg_fd(), POLLIN },
		};

		more = routes_poll(fds + ROUTES, POLLED - ROUTES);
		if (poll(fds, ROUTES + more, routes_timeout()) < 0 && errno != EINTR)
			return 1;
		routes_tick();
		if (fds[SIGNALS].revents || fds[PARENT].revents ||
		    fds[ANSWERS].revents & (POLLERR | POLLHUP | POLLNVAL))
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

int main(int argc, char **argv)
{
	int type = 0, domain = 0, signals, parent, status;
	socklen_t size = sizeof(type);
	struct stat out;

	user = privilege_begin();
	if (argc == 2 && !strcmp(argv[1], "module")) {
		mode = MODE_MODULE;
	} else if (argc == 2 && !strcmp(argv[1], "routes")) {
		mode = MODE_ROUTES;
	} else {
		complain("Routelens starts this, with one word: module or routes");
		return 2;
	}
	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &size) ||
	    getsockopt(STDIN_FILENO, SOL_SOCKET, SO_DOMAIN, &domain, &size) ||
	    type != SOCK_SEQPACKET || domain != AF_UNIX || fstat(STDOUT_FILENO, &out)) {
		complain("standard input is not the socket that Routelens talks through");
		return 2;
	}
	if (mode == MODE_MODULE)
		kmsg_begin();
	signals = open_signals();
	parent = open_parent();
	if (signals < 0) {
		complain("signalfd: %s", strerror(errno));
		return 1;
	}
	privilege_drop(mode);
	status = loop(signals, parent);
	if (mode == MODE_ROUTES)
		routes_end();
	frame_flush();
	return status;
}
