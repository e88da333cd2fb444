/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system calls that a program makes, and no others: no exec, no new process, no writing to a
 * file, no executable memory. Others fail with EPERM instead of killing: where one is missing in a
 * list, routes are still put back.
 */
#ifndef ROUTELENS_HELPER_SECCOMP_H
#define ROUTELENS_HELPER_SECCOMP_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

/* Allowed, if the bits of mask in the argument (its lower half) are value. */
struct rule {
	unsigned int call;
	unsigned int argument;
	uint32_t mask;
	uint32_t value;
};

#define ANY(call) { SYS_##call, 0, 0, 0 }
#define OPEN_TO_READ \
	{ SYS_openat, 2, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, O_RDONLY }

#define SECCOMP_RULES_MAX 24

/* Allows these, and what each process needs. 0 or a negative errno. */
int seccomp_begin(const struct rule *rules, size_t count);

#endif
