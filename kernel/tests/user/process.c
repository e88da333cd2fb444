// SPDX-License-Identifier: GPL-2.0-only
/* See process.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "process.h"

#define WORDS	16
#define TOGETHER	500

const char *process_program = "build/rtmgr-user";

static void run(const char *const *arguments, int out)
{
	const char *words[WORDS] = { process_program };
	int i;

	for (i = 0; arguments && arguments[i] && i < WORDS - 2; i++)
		words[i + 1] = arguments[i];
	dup2(out, 1);
	dup2(out, 2);
	execv(process_program, (char *const *)words);
	perror(process_program);
	_exit(127);
}

/* Whether a line of its output says the port. */
static bool said_port(struct process *process)
{
	const char *line = strstr(process->output, "port ");

	if (!line || !strchr(line, '\n') || (line != process->output && line[-1] != '\n'))
		return false;
	return sscanf(line, "port %u", &process->target.port) == 1;
}

struct process process_start(const char *const *arguments)
{
	struct process process = { .target.protocol = NETLINK_USERSOCK };
	size_t have = 0;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC)) {
		perror("pipe");
		exit(2);
	}
	fflush(stdout);
	process.pid = fork();
	if (process.pid == 0)
		run(arguments, ends[1]);
	close(ends[1]);
	while (have < sizeof(process.output) - 1) {
		struct pollfd ready = { .fd = ends[0], .events = POLLIN };
		ssize_t got;

		if (poll(&ready, 1, 20000) <= 0)
			break;
		got = read(ends[0], process.output + have, sizeof(process.output) - 1 - have);
		if (got <= 0)
			break;
		have += got;
		if (said_port(&process))
			break;
	}
	close(ends[0]);
	return process;
}

int process_wait(struct process *process)
{
	int status = -1, tries;

	for (tries = 0; tries < 1000; tries++) {
		if (waitpid(process->pid, &status, WNOHANG) == process->pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		usleep(10000);
	}
	kill(process->pid, SIGKILL);
	waitpid(process->pid, &status, 0);
	return -1;
}

int process_end(struct process *process, int signal)
{
	kill(process->pid, signal);
	return process_wait(process);
}

static void route(struct wire_datagram *datagram, __u16 type, __u16 flags, __u32 number)
{
	__be32 address = htonl(0x0a000000 | number);
	struct rtmsg *rtm;

	if (type == RTM_NEWROUTE)
		flags |= NLM_F_CREATE | NLM_F_EXCL;
	rtm = wire_route(datagram, type, flags, number + 1, AF_INET, &address, 32);
	rtm->rtm_type = RTN_BLACKHOLE;
}

int change_route(const struct wire *wire, __u16 type, __u32 number)
{
	static struct wire_datagram datagram;

	datagram.len = 0;
	route(&datagram, type, NLM_F_ACK, number);
	return wire_talk(wire, &datagram, NULL, NULL);
}

void append_route(struct wire_datagram *datagram, __u16 type, __u32 number)
{
	route(datagram, type, 0, number);
}

static void count_one(const struct nlmsghdr *nlh, void *context)
{
	*(long *)context += nlh->nlmsg_type == RTM_NEWROUTE;
}

long count_routes(const struct wire *wire)
{
	static struct wire_datagram datagram;
	long count = 0;
	int err;

	datagram.len = 0;
	wire_route(&datagram, RTM_GETROUTE, NLM_F_DUMP, 7, AF_INET, NULL, 0);
	err = wire_talk(wire, &datagram, count_one, &count);
	return err ? err : count;
}

int open_small(struct wire *wire, struct wire_target target)
{
	int err = wire_open(wire, target, 0), bytes = 4096;

	if (!err)
		setsockopt(wire->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return err;
}

int fill_routes(const struct wire *wire, __u16 type, __u32 first, __u32 count)
{
	static struct wire_datagram datagram;
	__u32 done = 0;
	int err = 0;

	while (done < count && !err) {
		__u32 end = done + TOGETHER < count ? done + TOGETHER : count;

		datagram.len = 0;
		for (; done < end; done++)
			route(&datagram, type, 0, first + done);
		datagram.last->nlmsg_flags |= NLM_F_ACK;
		err = wire_talk(wire, &datagram, NULL, NULL);
	}
	return err;
}
