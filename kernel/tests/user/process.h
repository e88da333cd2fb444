/* SPDX-License-Identifier: GPL-2.0-only */
/* rtmgr-user as a process that a test starts, and the routes that a test puts into it. */
#ifndef _RTMGR_TESTS_USER_PROCESS_H
#define _RTMGR_TESTS_USER_PROCESS_H

#include <sys/types.h>
#include "../vm/wire.h"

struct process {
	pid_t pid;
	struct wire_target target;	/* its port is 0 when it did not say one */
	char output[4096];		/* what it printed until then, to stdout and to stderr */
};

extern const char *process_program;

/* Waits until it has said its port, or has ended. arguments end with NULL, and may be NULL. */
struct process process_start(const char *const *arguments);
/* Waits for its end. Its exit code; -1: it died of a signal, or does not end. */
int process_wait(struct process *process);
/* Sends it a signal before. */
int process_end(struct process *process, int signal);

/*
 * All answer 0 or more, or a negative errno. A route is 10.0.0.0/32 and up, by its number; the
 * sequence number of its request is one more.
 */
int change_route(const struct wire *wire, __u16 type, __u32 number);
void append_route(struct wire_datagram *datagram, __u16 type, __u32 number);
/* Many, 500 in a datagram, the last of each acknowledged. */
int fill_routes(const struct wire *wire, __u16 type, __u32 first, __u32 count);
/* IPv4 routes that a dump tells. */
long count_routes(const struct wire *wire);
/* With the smallest receive buffer there is. */
int open_small(struct wire *wire, struct wire_target target);

#endif
