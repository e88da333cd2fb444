// SPDX-License-Identifier: GPL-2.0-only
/* rtmgr-user from its start to its end, its options, and who may write. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cases.h"

#define ROUTE_DUMP_MAGIC	0x45311224u

#define ARGUMENTS(...)	((const char *const[]){ __VA_ARGS__, NULL })

/* Starts one that ends by itself. Answers its exit code. */
static int run_once(struct process *process, const char *const *arguments)
{
	*process = process_start(arguments);
	if (process->target.port)
		kill(process->pid, SIGTERM);
	return process_wait(process);
}

enum outcome case_options(void)
{
	struct process process;

	EQUAL(run_once(&process, ARGUMENTS("--help")), 0);
	CHECK(strstr(process.output, "--port N") && strstr(process.output, "--load FILE"));
	EQUAL(run_once(&process, ARGUMENTS("--version")), 0);
	CHECK(strncmp(process.output, "rtmgr-user ", 11) == 0);
	EQUAL(run_once(&process, ARGUMENTS("--no-such-thing")), 2);
	EQUAL(run_once(&process, ARGUMENTS("--port", "seven")), 2);
	CHECK(strstr(process.output, "seven"));
	EQUAL(run_once(&process, ARGUMENTS("--port", "4294967296")), 2);
	EQUAL(run_once(&process, ARGUMENTS("--max-routes", "-1")), 2);
	EQUAL(run_once(&process, ARGUMENTS("word")), 2);
	return DONE;
}

enum outcome case_port(void)
{
	struct process first, second;
	char port[16];
	struct wire wire;

	snprintf(port, sizeof(port), "%u", 0x40000000u + getpid());
	first = process_start(ARGUMENTS("--port", port));
	EQUAL(first.target.port, 0x40000000u + getpid());
	EQUAL(wire_open(&wire, first.target, 0), 0);
	EQUAL(count_routes(&wire), 0);
	EQUAL(run_once(&second, ARGUMENTS("--port", port)), 1);
	CHECK(strstr(second.output, port));
	/* the first has not suffered */
	EQUAL(change_route(&wire, RTM_NEWROUTE, 1), 0);
	wire_close(&wire);
	EQUAL(process_end(&first, SIGTERM), 0);
	return DONE;
}

enum outcome case_signals(void)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		struct process process = process_start(NULL);
		static struct wire_datagram datagram;
		struct wire wire;

		EQUAL(wire_open(&wire, process.target, 0), 0);
		EQUAL(fill_routes(&wire, RTM_NEWROUTE, 0, 5000), 0);
		/* a dump that nobody reads is under way */
		datagram.len = 0;
		wire_route(&datagram, RTM_GETROUTE, NLM_F_DUMP, 1, AF_INET, NULL, 0);
		CHECK(wire_send(&wire, datagram.bytes, datagram.len) > 0);
		EQUAL(process_end(&process, ends[i]), 0);
		EQUAL(wire_send(&wire, datagram.bytes, datagram.len), -ECONNREFUSED);
		wire_close(&wire);
	}
	return DONE;
}

/* A process between that starts one, tells its port, and waits to be killed. */
static pid_t start_between(__u32 *port)
{
	struct process process;
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = fork();
	if (pid == 0) {
		process = process_start(ARGUMENTS("--with-parent"));
		if (write(ends[1], &process.target.port, sizeof(*port)) < 0)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ends[1]);
	if (read(ends[0], port, sizeof(*port)) != sizeof(*port))
		*port = 0;
	close(ends[0]);
	return pid;
}

enum outcome case_with_parent(void)
{
	struct wire_target target = { .protocol = NETLINK_USERSOCK };
	static struct wire_datagram datagram;
	pid_t parent = start_between(&target.port);
	struct wire wire;
	int tries, err = 0;

	CHECK(target.port != 0);
	EQUAL(wire_open(&wire, target, 0), 0);
	EQUAL(count_routes(&wire), 0);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	wire_begin(&datagram, NLMSG_NOOP, NLM_F_REQUEST, 1, 0);
	for (tries = 0; tries < 500 && err != -ECONNREFUSED; tries++) {
		usleep(10000);
		err = wire_send(&wire, datagram.bytes, datagram.len);
	}
	EQUAL(err, -ECONNREFUSED);
	wire_close(&wire);
	return DONE;
}

/* A file of NEWROUTE messages behind a magic number. */
static int write_file(char *path, __u32 magic, const struct wire_datagram *datagram)
{
	int fd = mkstemp(path), bad;

	if (fd < 0)
		return -errno;
	bad = write(fd, &magic, sizeof(magic)) != sizeof(magic) ||
	      write(fd, datagram->bytes, datagram->len) != (ssize_t)datagram->len;
	close(fd);
	return bad ? -EIO : 0;
}

enum outcome case_load(void)
{
	char path[] = "/tmp/rtmgr-load-XXXXXX";
	static struct wire_datagram datagram;
	struct process process;
	struct wire wire;
	__u32 i;

	for (i = 0; i < 300; i++)
		append_route(&datagram, RTM_NEWROUTE, i);
	/* one that is there already is no failure, one that no request could make is */
	append_route(&datagram, RTM_NEWROUTE, 7);
	append_route(&datagram, RTM_NEWROUTE, 1000);
	((struct rtmsg *)NLMSG_DATA(datagram.last))->rtm_dst_len = 33;
	EQUAL(write_file(path, ROUTE_DUMP_MAGIC, &datagram), 0);

	process = process_start(ARGUMENTS("--load", path));
	CHECK(process.target.port != 0);
	CHECK(strstr(process.output, "1 routes of"));
	EQUAL(wire_open(&wire, process.target, 0), 0);
	EQUAL(count_routes(&wire), 300);
	EQUAL(change_route(&wire, RTM_NEWROUTE, 299), -EEXIST);
	wire_close(&wire);
	EQUAL(process_end(&process, SIGTERM), 0);
	unlink(path);
	return DONE;
}

enum outcome case_load_wrong(void)
{
	char path[] = "/tmp/rtmgr-load-XXXXXX", cut[] = "/tmp/rtmgr-load-XXXXXX";
	static struct wire_datagram datagram;
	struct process process;

	append_route(&datagram, RTM_NEWROUTE, 1);
	EQUAL(run_once(&process, ARGUMENTS("--load", "/nonexistent/file")), 1);
	CHECK(strstr(process.output, "/nonexistent/file"));
	EQUAL(write_file(path, 0x12345678, &datagram), 0);
	EQUAL(run_once(&process, ARGUMENTS("--load", path)), 1);
	CHECK(strstr(process.output, "ip route save"));
	/* a file that ends in the middle of a message: what is whole is taken */
	append_route(&datagram, RTM_NEWROUTE, 2);
	datagram.len -= 5;
	EQUAL(write_file(cut, ROUTE_DUMP_MAGIC, &datagram), 0);
	process = process_start(ARGUMENTS("--load", cut));
	CHECK(process.target.port != 0);
	EQUAL(process_end(&process, SIGTERM), 0);
	unlink(path);
	unlink(cut);
	return DONE;
}

/*
 * What NEWROUTE is answered with when that user asks, or 1: this process cannot become it.
 * *count: what it reads.
 */
static int write_as(struct wire_target target, uid_t uid, __u32 number, long *count)
{
	int ends[2];
	long told[2] = { 1, -1 };
	pid_t pid;

	if (pipe(ends))
		return 1;
	pid = fork();
	if (pid == 0) {
		struct wire wire;

		if ((uid == geteuid() || setresuid(uid, uid, uid) == 0) &&
		    wire_open(&wire, target, 0) == 0) {
			told[0] = change_route(&wire, RTM_NEWROUTE, number);
			told[1] = count_routes(&wire);
		}
		_exit(write(ends[1], told, sizeof(told)) < 0);
	}
	close(ends[1]);
	if (read(ends[0], told, sizeof(told)) != sizeof(told))
		told[0] = 1;
	close(ends[0]);
	waitpid(pid, NULL, 0);
	*count = told[1];
	return told[0];
}

enum outcome case_rights(void)
{
	struct process process = process_start(ARGUMENTS("--owner", "54321"));
	uid_t stranger = geteuid() ? geteuid() : 54322;
	long count;
	int owner, root;

	EQUAL(write_as(process.target, stranger, 1, &count), -EPERM);
	EQUAL(count, 0);
	owner = write_as(process.target, 54321, 2, &count);
	root = write_as(process.target, 0, 3, &count);
	if (geteuid() == 0) {
		EQUAL(owner, 0);
		EQUAL(root, 0);
		EQUAL(count, 2);
	}
	EQUAL(process_end(&process, SIGTERM), 0);

	/* without --owner it is who starts it */
	process = process_start(NULL);
	EQUAL(write_as(process.target, geteuid(), 1, &count), 0);
	EQUAL(process_end(&process, SIGTERM), 0);
	/* only root can become another user */
	return geteuid() == 0 ? DONE : SKIPPED;
}

enum outcome case_max_routes(void)
{
	struct process process = process_start(ARGUMENTS("--max-routes", "10"));
	struct wire wire;

	EQUAL(wire_open(&wire, process.target, 0), 0);
	EQUAL(fill_routes(&wire, RTM_NEWROUTE, 0, 10), 0);
	EQUAL(change_route(&wire, RTM_NEWROUTE, 10), -ENOSPC);
	EQUAL(count_routes(&wire), 10);
	EQUAL(change_route(&wire, RTM_DELROUTE, 3), 0);
	EQUAL(change_route(&wire, RTM_NEWROUTE, 10), 0);
	EQUAL(change_route(&wire, RTM_NEWROUTE, 11), -ENOSPC);
	wire_close(&wire);
	EQUAL(process_end(&process, SIGTERM), 0);
	return DONE;
}
