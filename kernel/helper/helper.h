/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the helper's main program and of its module mode want of each other. */
#ifndef ROUTELENS_HELPER_HELPER_H
#define ROUTELENS_HELPER_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"

/* What it is started for: one polkit action each. */
enum mode {
	MODE_MODULE,
	MODE_ROUTES,
};

/* privilege.c */

/*
 * Takes nothing over from whoever started us: no environment, descriptors, limits, signals. Before
 * anything else. Returns the user that polkit authorised, or without polkit the caller.
 */
uid_t privilege_begin(void);
/* Gives up all that the mode does not need, for good: capabilities, and system calls. */
void privilege_drop(enum mode mode);

/* seccomp.c: no system call but those that the mode makes. 0 or a negative errno. */
int seccomp_begin(enum mode mode);

/* module.c: whether it was a verb of this mode; it is answered then. */
bool module_request(const struct request *req, uid_t owner);

/* kmsg.c: the kernel's log, as far as it is about rtmgr. */

struct kmsg_line {
	uint64_t seq;
	uint64_t time;		/* µs of CLOCK_MONOTONIC */
	const char *text;	/* without prefix and newline, not terminated */
	size_t length;
};

/* Opens the log, while we still may. */
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
