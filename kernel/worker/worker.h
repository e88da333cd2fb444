/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the worker's main program and of its module mode want of each other. */
#ifndef ROUTELENS_WORKER_WORKER_H
#define ROUTELENS_WORKER_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/* rules.c: no system call but those that the mode makes. 0 or a negative errno. */
int rules_begin(bool module);

/* module.c: whether it was a verb of this mode; it is answered then. */
bool module_request(const struct request *req);

/* kmsg.c: the kernel's log, as far as it is about rtmgr. */

struct kmsg_line {
	uint64_t seq;
	uint64_t time;		/* µs of CLOCK_MONOTONIC */
	const char *text;	/* without prefix and newline, not terminated */
	size_t length;
};

/* Takes the log over, as it was opened for us. */
void kmsg_begin(void);
/* What is logged from here on until kmsg_collect(). */
void kmsg_mark(void);
size_t kmsg_collect(char *lines, size_t room);
/* Tells all lines from the last load on as events. 0 or a negative errno. */
int kmsg_follow(void);
/* What to poll for new lines, or -1; and what to do when there are some. */
int kmsg_fd(void);
void kmsg_ready(void);
/* A record of /dev/kmsg in its parts; false: it is none. */
bool kmsg_parse(const char *record, size_t length, struct kmsg_line *line);

#endif
