/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of routelens-helper want of each other. */
#ifndef ROUTELENS_HELPER_HELPER_H
#define ROUTELENS_HELPER_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "gate.h"

/* What it is started for: one polkit action each. */
enum mode {
	MODE_MODULE,
	MODE_ROUTES,
};

/* Words for people. */
#define complain(format, ...) dprintf(2, "routelens-helper: " format "\n", ##__VA_ARGS__)

/* main.c: ends it, with words, where something that it needs is not so. Nothing is pending. */
void need(bool so, const char *what);

/* privilege.c */

/*
 * Takes nothing over from whoever started us: no environment, descriptors, limits, signals. Before
 * anything else. Returns the user that polkit authorised, or without polkit the caller.
 */
uid_t privilege_begin(void);
/* Gives up all that the mode does not need, for good: capabilities, and system calls. */
void privilege_drop(enum mode mode);
/* Does without its capabilities for a while, or has them again. */
void privilege_use(bool so);
/* Gives up everything, and who we are: from now on another program may run here. */
void privilege_none(void);

/* rules.c: no system call but those that the mode makes. 0 or a negative errno. */
int rules_begin(enum mode mode);

/* What an answer brings beside struct gate_answer. */
struct reply {
	struct gate_answer head;
	char text[GATE_TEXT_MAX];	/* "": none */
	int fds[GATE_FDS_MAX];		/* to be closed behind keep */
	size_t count;
	size_t keep;
};

/* module.c and network.c: what a request of their mode asks for. */
void module_request(const struct gate_request *req, uid_t owner, struct reply *reply);
void network_request(const struct gate_request *req, const void *bytes, size_t length,
		     struct reply *reply);
/* Room for datagrams of GATE_SEND_MAX, or as much as there may be. */
void network_room(int fd);

#endif
