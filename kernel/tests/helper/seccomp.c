// SPDX-License-Identifier: GPL-2.0-only
/*
 * What seccomp leaves of each mode of both programs: system calls that must fail with EPERM,
 * whoever makes them, and some that must not. A child for each mode, as there is no way back.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../helper/helper.h"

/* rules_begin() of both, under other names (build.mk) */
int helper_rules_begin(enum mode mode);
int worker_rules_begin(bool is_module);

static int passed, failed;

static void told(const char *mode, const char *name, long result, bool allowed)
{
	/* what is allowed may fail, but not so */
	bool refused = result == -1 && errno == EPERM;

	if (refused != allowed) {
		passed++;
		return;
	}
	failed++;
	printf("seccomp: %s: %s is %s\n", mode, name, refused ? "refused" : "not refused");
}

#define REFUSED(call) told(mode, #call, (errno = 0, (long)(call)), false)
#define ALLOWED(call) told(mode, #call, (errno = 0, (long)(call)), true)

static void each(const char *mode)
{
	char *const nothing[] = { NULL };

	REFUSED(execve("/bin/true", nothing, nothing));
	REFUSED(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_clone3, NULL, 0));
	REFUSED(kill(getpid(), 0));
	REFUSED(ptrace(PTRACE_TRACEME, 0, 0, 0));
	REFUSED(open("/dev/null", O_WRONLY));
	REFUSED(open("/dev/null", O_RDWR));
	REFUSED(open("/dev/null/x", O_RDONLY | O_CREAT, 0600));
	REFUSED(open("/dev/null", O_RDONLY | O_TRUNC));
	REFUSED(syscall(SYS_openat2, AT_FDCWD, "/dev/null", NULL, 0));
	REFUSED(socket(AF_INET, SOCK_DGRAM, 0));
	REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
	REFUSED(socket(AF_PACKET, SOCK_RAW, 0));
	REFUSED(syscall(SYS_mmap, 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	REFUSED(syscall(SYS_mprotect, 0, 0, PROT_EXEC));
	REFUSED(setns(-1, CLONE_NEWNS));
	REFUSED(setns(-1, CLONE_NEWUSER));
	REFUSED(setns(-1, 0));
	REFUSED(unshare(0));
	REFUSED(unlink("/nothing"));
	REFUSED(chmod("/nothing", 0));
	REFUSED(syscall(SYS_mount, NULL, NULL, NULL, 0, NULL));
	REFUSED(syscall(SYS_init_module, NULL, 0, NULL));
	REFUSED(syscall(SYS_bpf, 0, NULL, 0));
	REFUSED(syscall(SYS_io_uring_setup, 0, NULL));
	REFUSED(syscall(SYS_process_vm_writev, getpid(), NULL, 0, NULL, 0, 0));
	REFUSED(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
#ifdef __x86_64__
	/* the same number in the x32 table */
	REFUSED(syscall(0x40000000 | SYS_getpid));
#endif
	ALLOWED(syscall(SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	ALLOWED(getpid());
	ALLOWED(write(-1, "", 1));
}

static void helper_module(const char *mode)
{
	int pair[2];

	each(mode);
	/* without CAP_SYS_MODULE it is the kernel that says EPERM */
	if (prctl(PR_CAPBSET_READ, CAP_SYS_MODULE, 0, 0, 0) == 1 && !getuid()) {
		ALLOWED(syscall(SYS_finit_module, -1, "", 0));
		ALLOWED(syscall(SYS_delete_module, "", O_NONBLOCK));
	}
	ALLOWED(open("/dev/null", O_RDONLY | O_CLOEXEC));
	ALLOWED(waitpid(-1, NULL, 0));
	REFUSED(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
	REFUSED(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	REFUSED(setns(-1, CLONE_NEWNET));
}

static void helper_routes(const char *mode)
{
	int pair[2];

	each(mode);
	ALLOWED(open("/dev/null", O_RDONLY | O_CLOEXEC));
	ALLOWED(waitpid(-1, NULL, 0));
	ALLOWED(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
	ALLOWED(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	ALLOWED(setns(-1, CLONE_NEWNET));
	REFUSED(socketpair(AF_INET, SOCK_STREAM, 0, pair));
	REFUSED(ioctl(-1, 0x5412, ""));		/* TIOCSTI */
	REFUSED(syscall(SYS_finit_module, -1, "", 0));
	REFUSED(syscall(SYS_delete_module, "", O_NONBLOCK));
}

static void worker(const char *mode)
{
	int pair[2];

	each(mode);
	ALLOWED(recvmsg(-1, NULL, 0));
	REFUSED(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
	REFUSED(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	REFUSED(setns(-1, CLONE_NEWNET));
	REFUSED(ioctl(-1, 0x5412, ""));
	REFUSED(syscall(SYS_finit_module, -1, "", 0));
	REFUSED(syscall(SYS_delete_module, "", O_NONBLOCK));
	REFUSED(waitpid(-1, NULL, 0));
	REFUSED(setuid(0));
}

static void worker_module(const char *mode)
{
	worker(mode);
	ALLOWED(open("/dev/null", O_RDONLY | O_CLOEXEC));
	REFUSED(bind(-1, NULL, 0));
}

static void worker_routes(const char *mode)
{
	worker(mode);
	ALLOWED(bind(-1, NULL, 0));
	REFUSED(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static void in_child(int begun(int), int mode, const char *name, void (*run)(const char *))
{
	int status, counts[2], line[2];
	pid_t child;

	if (pipe(line))
		exit(1);
	child = fork();
	if (!child) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || begun(mode))
			_exit(1);
		passed = 0;
		failed = 0;
		run(name);
		fflush(stdout);
		counts[0] = passed;
		counts[1] = failed;
		_exit(write(line[1], counts, sizeof(counts)) != sizeof(counts));
	}
	if (waitpid(child, &status, 0) != child || status ||
	    read(line[0], counts, sizeof(counts)) != sizeof(counts)) {
		printf("seccomp: %s: its process ended with %#x\n", name, status);
		failed++;
		return;
	}
	passed += counts[0];
	failed += counts[1];
}

static int helper_begin(int mode)
{
	return helper_rules_begin(mode);
}

static int worker_begin(int is_module)
{
	return worker_rules_begin(is_module);
}

int main(void)
{
	setbuf(stdout, NULL);
	in_child(helper_begin, MODE_MODULE, "helper module", helper_module);
	in_child(helper_begin, MODE_ROUTES, "helper routes", helper_routes);
	in_child(worker_begin, true, "worker module", worker_module);
	in_child(worker_begin, false, "worker routes", worker_routes);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
