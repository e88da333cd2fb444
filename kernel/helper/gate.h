/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What routelens-worker, which has no rights, may ask of routelens-helper, which has those of its
 * mode. Over a socket of packets: a request, then its answer, and nothing else until then. All that
 * is asked is checked here; the worker is believed in nothing.
 *
 *	request   gate_request, then what stands above the verb
 *	answer    gate_answer, then a text where one is told, and descriptors where they are told
 */
#ifndef ROUTELENS_HELPER_GATE_H
#define ROUTELENS_HELPER_GATE_H

#include <stdint.h>

#define WORKER "routelens-worker"

/* The descriptors that the worker is born with, behind the standard ones (its caller's). */
enum {
	/* its end of the socket */
	GATE_FD = 3,
	/* a pipe that ends when the worker is to end in good order */
	END_FD,
	/* the kernel's log, twice, in the mode module; not there if it can't be read */
	FOLLOW_FD,
	LOAD_FD,
};

/* The longest datagram for the kernel. */
#define GATE_SEND_MAX (1024 * 1024)
#define GATE_TEXT_MAX 4096
/* The most routes that the module may be told to hold: some 2 GiB of them. */
#define GATE_ROUTES_MAX (16u << 20)

enum gate_verb {
	/* the mode module: each tells the path of the module */
	GATE_FIND = 1,
	/* value: up to GATE_ROUTES_MAX, or 0 for its own. Its owner is not for the worker to say */
	GATE_LOAD,
	GATE_UNLOAD,

	/*
	 * The mode routes. OPEN takes the name of a namespace, or none for this machine, and tells
	 * descriptors: GATE_SOCKETS for netlink, or for a namespace GATE_SOCKETS_NAMED; then the
	 * two ends of a socket of packets between the worker and the program. What was open is
	 * closed.
	 */
	GATE_OPEN,
	/* value: over which of GATE_SOCKETS; a datagram of changes */
	GATE_SEND,
	GATE_CLOSE,
};

enum { GATE_CHANGES, GATE_UNDO, GATE_SOCKETS, GATE_SOCKETS_NAMED = GATE_SOCKETS + 3 };

#define GATE_FDS_MAX (GATE_SOCKETS_NAMED + 2)

struct gate_request {
	uint32_t verb;
	uint32_t value;
};

/* Why, where an errno says too little. */
enum gate_reason {
	GATE_REASON_NONE,
	GATE_REASON_NOT_INSTALLED,	/* there is no module at its place for this kernel */
	GATE_REASON_UNSAFE_FILE,	/* it, or a folder above it, is somebody else's to write */
	GATE_REASON_KERNEL,		/* the kernel refused */
	GATE_REASON_NO_NAMESPACE,	/* none of this name, or not a network namespace */
};

struct gate_answer {
	uint32_t error;		/* 0, or a positive errno */
	uint32_t reason;	/* enum gate_reason */
};

#endif
