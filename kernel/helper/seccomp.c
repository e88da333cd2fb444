// SPDX-License-Identifier: GPL-2.0-only
/* A list of system calls as a filter of the kernel's. See seccomp.h. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "seccomp.h"

#if defined(__x86_64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define THIS_ARCH AUDIT_ARCH_RISCV64
#else
#error "seccomp.c: name the system calls of this architecture"
#endif

static const struct rule always[] = {
	ANY(read), ANY(write), ANY(close), ANY(fstat), ANY(ppoll),
#ifdef SYS_poll
	ANY(poll),
#endif
	ANY(recvfrom), ANY(sendto), ANY(sendmsg), ANY(clock_gettime),
	ANY(getpid), ANY(gettid), ANY(getuid), ANY(getrandom), ANY(futex),
	/* memory, and how a process ends */
	ANY(brk), ANY(munmap), ANY(mremap), ANY(madvise),
	{ SYS_mmap, 2, PROT_EXEC, 0 }, { SYS_mprotect, 2, PROT_EXEC, 0 },
	ANY(rt_sigaction), ANY(rt_sigprocmask), ANY(rt_sigreturn), ANY(restart_syscall),
	ANY(tgkill), ANY(exit), ANY(exit_group),
};

#define PER_RULE 6
#define SIZE(array) (sizeof(array) / sizeof(*(array)))

static struct sock_filter program[3 + PER_RULE * (SIZE(always) + SECCOMP_RULES_MAX) + 1];
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

int seccomp_begin(const struct rule *rules, size_t count)
{
	struct sock_fprog all = { .filter = program };

	if (count > SECCOMP_RULES_MAX)
		return -E2BIG;
	load(offsetof(struct seccomp_data, arch));
	add(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0);
	add(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	allow(always, SIZE(always));
	allow(rules, count);
	add(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	all.len = length;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all, 0, 0) ? -errno : 0;
}
