// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system calls that the helper makes, and no others: no exec, no new process, no writing to a
 * file, no executable memory, no socket but netlink's and pairs. Others fail with EPERM instead of
 * killing: where one is missing here, routes are still put back.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/nsfs.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "helper.h"

#if defined(__x86_64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define THIS_ARCH AUDIT_ARCH_RISCV64
#else
#error "seccomp.c: name the system calls of this architecture"
#endif

/* Allowed, if the bits of mask in the argument (its lower half) are value. */
struct rule {
	unsigned int call;
	unsigned int argument;
	uint32_t mask;
	uint32_t value;
};

#define ANY(call) { SYS_##call, 0, 0, 0 }

static const struct rule common[] = {
	ANY(read), ANY(write), ANY(close), ANY(fstat), ANY(lseek), ANY(ppoll),
#ifdef SYS_poll
	ANY(poll),
#endif
	ANY(newfstatat), ANY(statx), ANY(recvfrom), ANY(sendto), ANY(sendmsg), ANY(clock_gettime),
	ANY(uname), ANY(getpid), ANY(gettid), ANY(getuid), ANY(getrandom), ANY(futex),
	{ SYS_openat, 2, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, O_RDONLY },
	/* memory, and how a process ends */
	ANY(brk), ANY(munmap), ANY(mremap), ANY(madvise),
	{ SYS_mmap, 2, PROT_EXEC, 0 }, { SYS_mprotect, 2, PROT_EXEC, 0 },
	ANY(rt_sigaction), ANY(rt_sigprocmask), ANY(rt_sigreturn), ANY(restart_syscall),
	ANY(tgkill), ANY(exit), ANY(exit_group),
};

static const struct rule module[] = {
	ANY(finit_module), ANY(delete_module),
};

static const struct rule routes[] = {
	{ SYS_socket, 0, ~0U, AF_NETLINK }, { SYS_socketpair, 0, ~0U, AF_UNIX },
	ANY(bind), ANY(getsockname), ANY(setsockopt), ANY(getsockopt), ANY(recvmsg),
	{ SYS_setns, 1, ~0U, CLONE_NEWNET }, ANY(fstatfs), ANY(sysinfo),
	{ SYS_ioctl, 1, ~0U, NS_GET_NSTYPE },
};

#define PER_RULE 6
#define SIZE(array) (sizeof(array) / sizeof(*(array)))

static struct sock_filter program[3 + PER_RULE * (SIZE(common) + SIZE(routes)) + 1];
static unsigned short length;

static void add(unsigned short code, uint32_t k, unsigned char then, unsigned char otherwise)
{
	program[length++] = (struct sock_filter){ code, then, otherwise, k };
}

static void load(size_t offset)
{
	add(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void allow(const struct rule *rules, size_t count)
{
	const struct rule *rule;

	for (rule = rules; rule < rules + count; rule++) {
		load(offsetof(struct seccomp_data, nr));
		add(BPF_JMP | BPF_JEQ | BPF_K, rule->call, 0, 4);
		load(offsetof(struct seccomp_data, args) + 8 * rule->argument);
		add(BPF_ALU | BPF_AND | BPF_K, rule->mask, 0, 0);
		add(BPF_JMP | BPF_JEQ | BPF_K, rule->value, 0, 1);
		add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	}
}

int seccomp_begin(enum mode mode)
{
	struct sock_fprog all = { .filter = program };

	load(offsetof(struct seccomp_data, arch));
	add(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0);
	add(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	allow(common, SIZE(common));
	if (mode == MODE_MODULE)
		allow(module, SIZE(module));
	else
		allow(routes, SIZE(routes));
	add(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	all.len = length;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all, 0, 0) ? -errno : 0;
}
