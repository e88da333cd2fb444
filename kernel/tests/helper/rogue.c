// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the place of routelens-worker: a worker that somebody else has taken over, without seccomp. It
 * tries what it must not be able to do, by itself and through routelens-helper, and counts what
 * went as it should. Started by the helper, in namespaces of its own: mounts, network, name.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "../../helper/gate.h"

static int passed, failed;

static void check(bool so, const char *what, long got)
{
	if (so) {
		passed++;
		return;
	}
	failed++;
	printf("rogue: %s (%ld)\n", what, got);
}

static void denied(long result, const char *what)
{
	check(result == -1 && (errno == EPERM || errno == EACCES), what,
	      result == -1 ? errno : result);
}

/* What has to fail with EPERM or EACCES. */
#define DENIED(call) denied((errno = 0, (long)(call)), #call)

static int fds[GATE_FDS_MAX];
static size_t count;

/* The answer's error, or -1 when there is no answer. */
static int ask(uint32_t verb, uint32_t value, const void *bytes, size_t length)
{
	static char text[GATE_TEXT_MAX];
	struct gate_request head = { verb, value };
	struct gate_answer answer;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(fds))];
	} control;
	struct iovec out[] = { { &head, sizeof(head) }, { (void *)bytes, length } };
	struct iovec in[] = { { &answer, sizeof(answer) }, { text, sizeof(text) } };
	struct msghdr msg = { .msg_iov = out, .msg_iovlen = 2 };

	if (sendmsg(GATE_FD, &msg, MSG_NOSIGNAL) < 0)
		return -1;
	msg = (struct msghdr){
		.msg_iov = in, .msg_iovlen = 2,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	if (recvmsg(GATE_FD, &msg, 0) < (ssize_t)sizeof(answer))
		return -1;
	count = 0;
	if (msg.msg_controllen) {
		count = (control.head.cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(&control.head), count * sizeof(int));
	}
	return answer.error;
}

static void expect(int error, uint32_t verb, uint32_t value, const void *bytes, size_t length,
		   const char *what)
{
	int got = ask(verb, value, bytes, length);

	check(got == error, what, got);
}

/* A route that needs nothing: a black hole. */
struct change {
	struct nlmsghdr nlh;
	struct rtmsg rtm;
	struct rtattr to;
	uint8_t address[4];
};

static struct change change(unsigned int type, unsigned int flags)
{
	return (struct change){
		{ sizeof(struct change), type, NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0 },
		{ AF_INET, 32, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, 0, RTN_BLACKHOLE, 0 },
		{ 8, RTA_DST }, { 192, 0, 2, 1 },
	};
}

/* What the kernel answers over this socket: 0, or a negative errno. */
static int verdict(int fd)
{
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr error;
		uint8_t more[4096];
	} answer;
	struct timeval patience = { .tv_sec = 5 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (recv(fd, &answer, sizeof(answer), 0) < 0)
		return 1;
	return answer.nlh.nlmsg_type == NLMSG_ERROR ? answer.error.error : 1;
}

static void changes(void)
{
	static const uint16_t others[] = {
		RTM_NEWLINK, RTM_DELLINK, RTM_SETLINK, RTM_GETLINK, RTM_NEWQDISC, RTM_NEWNSID,
		RTM_NEWADDRLABEL, RTM_NEWNETCONF, RTM_GETADDR, RTM_NEWMDB, NLMSG_NOOP, 0xffff,
	};
	static uint8_t large[GATE_SEND_MAX + 64];
	struct change good = change(RTM_NEWROUTE, NLM_F_CREATE), bad;
	struct gate_answer answer;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		bad = change(others[i], 0);
		expect(EPERM, GATE_SEND, i % 2, &bad, sizeof(bad), "another type passes");
	}
	bad = change(RTM_GETROUTE, NLM_F_DUMP);
	expect(EPERM, GATE_SEND, GATE_UNDO, &bad, sizeof(bad), "a dump passes");
	bad = change(RTM_NEWROUTE, 0);
	bad.rtm.rtm_family = AF_BRIDGE;
	expect(EPERM, GATE_SEND, GATE_UNDO, &bad, sizeof(bad), "a bridge passes");
	bad = good;
	bad.nlh.nlmsg_len += 4;
	expect(EPERM, GATE_SEND, GATE_UNDO, &bad, sizeof(bad), "a wrong length passes");
	expect(EPERM, GATE_SEND, GATE_UNDO, NULL, 0, "nothing passes");
	expect(EBADF, GATE_SEND, GATE_SOCKETS, &good, sizeof(good), "a third socket");
	expect(EBADF, GATE_SEND, 0xffffffff, &good, sizeof(good), "a socket before the first");
	/* too long for it, or for the buffers of a user namespace */
	i = ask(GATE_SEND, GATE_UNDO, large, sizeof(large));
	check(i == EINVAL || (i == (size_t)-1 && errno == EMSGSIZE), "what is too long", i);

	/* half a head, whose other half is that of the last request */
	check(send(GATE_FD, &(uint32_t){ GATE_SEND }, 4, 0) == 4, "sending half a head", errno);
	check(recv(GATE_FD, &answer, sizeof(answer), 0) == sizeof(answer) &&
	      answer.error == EINVAL, "half a head", answer.error);

	check(send(fds[GATE_CHANGES], &good, sizeof(good), 0) == sizeof(good) &&
	      verdict(fds[GATE_CHANGES]) == -EPERM, "it may change routes by itself", errno);
	expect(0, GATE_SEND, GATE_CHANGES, &good, sizeof(good), "a change");
	check(!verdict(fds[GATE_CHANGES]), "a change is refused", errno);
}

static void routes(void)
{
	static const char *const names[] = { "../../proc/1/ns/net", ".", "..", "a/b", "nobody" };
	int error;
	struct change good = change(RTM_NEWROUTE, NLM_F_CREATE);
	size_t i;

	expect(EBADF, GATE_SEND, GATE_CHANGES, &good, sizeof(good), "before it is open");
	expect(0, GATE_OPEN, 0, NULL, 0, "opening");
	check(count == GATE_SOCKETS + 2, "descriptors", count);
	changes();
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		error = ask(GATE_OPEN, 0, names[i], strlen(names[i]));
		check(error == ENOENT || error == EINVAL, names[i], error);
	}
	check(!count, "descriptors of what is not open", count);
	expect(0, GATE_OPEN, 0, NULL, 0, "opening again");
	expect(0, GATE_CLOSE, 0, NULL, 0, "closing");
	expect(EBADF, GATE_SEND, GATE_CHANGES, &good, sizeof(good), "after it was closed");
	for (i = GATE_FIND; i <= GATE_UNLOAD; i++)
		expect(EINVAL, i, 0, NULL, 0, "a verb of the other mode");
}

static void module(void)
{
	struct change good = change(RTM_NEWROUTE, NLM_F_CREATE);

	expect(EINVAL, GATE_OPEN, 0, NULL, 0, "a verb of the other mode");
	expect(EINVAL, GATE_SEND, 0, &good, sizeof(good), "a verb of the other mode");
	expect(EINVAL, GATE_LOAD, 0, "owner=0", 8, "a parameter of a module");
	expect(EINVAL, GATE_UNLOAD, 0, "ext4", 5, "another module");
	expect(EINVAL, GATE_LOAD, GATE_ROUTES_MAX + 1, NULL, 0, "more routes than it may have");
	/* a kernel without loadable modules has no such calls */
	if (!access("/proc/modules", F_OK)) {
		DENIED(syscall(SYS_delete_module, "rtmgr", O_NONBLOCK));
		DENIED(syscall(SYS_finit_module, GATE_FD, "", 0));
	}
}

/* What it can do by itself. */
static void alone(void)
{
	char path[64];

	DENIED(socket(AF_PACKET, SOCK_RAW, 0));
	DENIED(mount("none", "/tmp", "tmpfs", 0, NULL));
	DENIED(sethostname("rogue", 5));
	DENIED(unshare(CLONE_NEWNET));
	if (!getuid())
		return;
	/* under an id that nobody else has; in a user namespace of one id it is root's */
	check(getuid() == 0x70000000u + getpid() && getgid() == getuid(), "its id", getuid());
	check(!getgroups(0, NULL), "its groups", getgroups(0, NULL));
	DENIED(setuid(0));
	DENIED(setgid(0));
	DENIED(kill(getppid(), SIGKILL));
	DENIED(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	DENIED(open("/etc/shadow", O_RDONLY));
	snprintf(path, sizeof(path), "/proc/%d/mem", getppid());
	DENIED(open(path, O_RDWR));
	snprintf(path, sizeof(path), "/proc/%d/fd/3", getppid());
	DENIED(open(path, O_RDONLY));
}

int main(int argc, char **argv, char **environment)
{
	struct stat status;
	int fd, open_ones = 0;

#ifdef LINGER
	/* it does not end, with or without the helper's ear */
	if (!strcmp(argv[1], "module"))
		close(GATE_FD);
	for (;;)
		pause();
#endif
	setbuf(stdout, NULL);
	check(argc == 3 && !*environment, "its arguments", argc);
	alone();
	if (!strcmp(argv[1], "routes"))
		routes();
	else
		module();
	for (fd = LOAD_FD + 1; fd < 32; fd++)
		open_ones += !fstat(fd, &status);
	/* those of GATE_OPEN alone, which came last */
	check(!strcmp(argv[1], "routes") || !open_ones, "descriptors of the helper's", open_ones);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
