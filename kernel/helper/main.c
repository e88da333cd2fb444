// SPDX-License-Identifier: GPL-2.0-only
/*
 * routelens-helper: what Routelens needs root for, and no more. pkexec starts it, once for each of
 * its modes. It starts routelens-worker, which has no rights and talks with the program, and does
 * for that one what gate.h says.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper.h"

/* So long may the worker take from one request to the next when it is to end. */
#ifndef GRACE_MS
#define GRACE_MS 30000
#endif

static enum mode mode;
static uid_t user;

void need(bool so, const char *what)
{
	if (so)
		return;
	complain("%s: %s", what, strerror(errno));
	exit(1);
}

static void send_reply(int gate, struct reply *reply)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(reply->fds))];
	} control = { 0 };
	struct iovec parts[] = {
		{ &reply->head, sizeof(reply->head) },
		{ reply->text, strlen(reply->text) },
	};
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };

	if (reply->count && !reply->head.error) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(reply->count * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(reply->count * sizeof(int));
		memcpy(CMSG_DATA(&control.head), reply->fds, reply->count * sizeof(int));
	}
	sendmsg(gate, &msg, MSG_NOSIGNAL);
	while (reply->count > reply->keep)
		close(reply->fds[--reply->count]);
}

/* One request of the worker's. False: there will be no more. */
static bool serve(int gate)
{
	static struct {
		struct gate_request head;
		uint8_t bytes[GATE_SEND_MAX];
	} req;
	static struct reply reply;
	/* no room for control data: descriptors that come with it are closed by the kernel */
	ssize_t got = recv(gate, &req, sizeof(req), MSG_TRUNC);

	if (got <= 0)
		return got < 0 && errno == EINTR;
	reply = (struct reply){ .head = { EINVAL, GATE_REASON_NONE } };
	if (got >= (ssize_t)sizeof(req.head) && got <= (ssize_t)sizeof(req)) {
		if (mode == MODE_ROUTES)
			network_request(&req.head, req.bytes, got - sizeof(req.head), &reply);
		else if (got == sizeof(req.head))
			module_request(&req.head, user, &reply);
	}
	send_reply(gate, &reply);
	return true;
}

/*
 * Until the worker ends, or does not when it is to. All signals are blocked (privilege_begin), so
 * that nothing stops or kills us half-way; those that say that we are to end, and the end of our
 * parent, are passed on.
 */
static void loop(int gate, int end, int signals, int parent)
{
	for (;;) {
		struct pollfd fds[] = { { gate, POLLIN }, { signals, POLLIN }, { parent, POLLIN } };
		int ready = poll(fds, 3, end < 0 ? GRACE_MS : -1);

		if (!ready)
			return;
		if (ready < 0)
			continue;
		if (fds[1].revents || fds[2].revents) {
			close(end);
			end = -1;
			signals = -1;
			parent = -1;
		}
		if (fds[0].revents && !serve(gate))
			return;
	}
}

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
 * pid namespace) there is still the end of standard input, which the worker sees.
 */
static int open_parent(void)
{
	pid_t parent = getppid();

	return parent > 0 ? (int)syscall(SYS_pidfd_open, parent, 0) : -1;
}

/* The worker lies beside us, perhaps where only we may go: what is run is what is opened here. */
static int open_worker(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(WORKER) - 1);

	need(length > 0, "/proc/self/exe");
	path[length] = '\0';
	strcpy(strrchr(path, '/') + 1, WORKER);
	return open(path, O_PATH | O_CLOEXEC);
}

/* fds: from GATE_FD on; those that are not there are negative. */
static void become_worker(const int *fds, int count, char *word)
{
	char uid[16], *words[] = { WORKER, word, uid, NULL }, *none[] = { NULL };
	int i, high[LOAD_FD + 2], worker = open_worker();

	need(worker >= 0, WORKER);
	snprintf(uid, sizeof(uid), "%u", user);
	/* out of the way of those that they become; all others are closed on exec */
	for (i = 0; i <= count; i++)
		high[i] = fcntl(i < count ? fds[i] : worker, F_DUPFD_CLOEXEC, 32);
	for (i = 0; i < count; i++)
		need(high[i] < 0 || dup2(high[i], GATE_FD + i) >= 0, "dup2");
	privilege_none();
	syscall(SYS_execveat, high[count], "", words, none, AT_EMPTY_PATH);
	need(false, WORKER);
}

int main(int argc, char **argv)
{
	int gate[2], end[2], log[] = { -1, -1 }, signals, parent, status, fd;
	struct pollfd gone;
	pid_t worker;

	user = privilege_begin();
	if (argc == 2 && !strcmp(argv[1], "module")) {
		mode = MODE_MODULE;
	} else if (argc == 2 && !strcmp(argv[1], "routes")) {
		mode = MODE_ROUTES;
	} else {
		complain("Routelens starts this, with one word: module or routes");
		return 2;
	}
	parent = open_parent();
	signals = open_signals();
	need(signals >= 0 && !pipe2(end, O_CLOEXEC) &&
	     !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, gate), "starting");
	network_room(gate[1]);
	for (fd = 0; mode == MODE_MODULE && fd < 2; fd++)
		log[fd] = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	worker = fork();
	need(worker >= 0, "fork");
	if (!worker)
		become_worker((int[]){ gate[1], end[0], log[0], log[1] }, 4, argv[1]);
	/* what is the worker's ends with it */
	for (fd = 0; fd < 2; fd++) {
		if (log[fd] >= 0)
			close(log[fd]);
		close(fd);
		open("/dev/null", O_RDWR);
	}
	close(gate[1]);
	close(end[0]);
	gone = (struct pollfd){ syscall(SYS_pidfd_open, worker, 0), POLLIN };
	privilege_drop(mode);
	loop(gate[0], end[1], signals, parent);
	close(gate[0]);
	poll(&gone, 1, GRACE_MS);
	if (waitpid(worker, &status, WNOHANG) != worker || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}
