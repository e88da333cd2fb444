/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Routelens and its helper say to each other: on the helper's side it is routelens-worker that
 * talks, and asks routelens-helper for what takes rights.
 *
 * The helper's standard input is an AF_UNIX SOCK_SEQPACKET socket: each packet is one request, and
 * descriptors that belong to an answer come back over it (SCM_RIGHTS, one byte of data). Standard
 * output is a stream of frames: answers, with the tag of their request, and events, whose tag is 0.
 * When standard input ends, the helper puts back what was not kept, and ends.
 *
 * All numbers are in host byte order. Texts are UTF-8 without a final NUL; where several follow
 * each other, each ends with a NUL. A frame that is shorter or longer than it says ends the helper.
 *
 *	request   helper_head, then what stands above the verb
 *	answer    helper_head (type = verb | HELPER_ANSWER), helper_result, then what stands there
 *	event     helper_head (type = HELPER_EVENT_*, tag = 0), then what stands above it
 */
#ifndef ROUTELENS_WORKER_PROTOCOL_H
#define ROUTELENS_WORKER_PROTOCOL_H

#include <stdint.h>

#define HELPER_VERSION 1
/* The longest request, and the longest frame to the program. */
#define HELPER_REQUEST_MAX 4096
#define HELPER_FRAME_MAX (64 * 1024)
/* The longest datagram through a relay. */
#define HELPER_RELAY_MAX (1024 * 1024)
/* The most routes that the module may be told to hold. */
#define HELPER_ROUTES_MAX (16u << 20)

struct helper_head {
	uint32_t len;		/* of the whole frame in bytes, this head included */
	uint32_t type;
	uint32_t tag;		/* chosen by the program, given back in the answer; not 0 */
};

struct helper_result {
	uint32_t error;		/* 0, or a positive errno */
	uint32_t reason;	/* enum helper_reason */
	uint32_t fds;		/* how many descriptors wait at the other end of standard input */
};

enum helper_verb {
	/* in both modes */

	/* → struct helper_hello, uname's release */
	HELPER_HELLO = 1,

	/* routelens-helper module */

	/* → struct helper_status, the texts version, srcversion, path of the installed module */
	HELPER_MODULE_STATUS = 16,
	/* struct helper_load → lines that the kernel logged meanwhile, each ended by \n */
	HELPER_MODULE_LOAD,
	/* → the same */
	HELPER_MODULE_UNLOAD,
	/* follow the kernel's log: lines come as HELPER_EVENT_LOG, from the last load on */
	HELPER_LOG,

	/* routelens-helper routes */

	/*
	 * struct helper_open, name of a namespace under /run/netns or nothing for this machine
	 * → struct helper_opened; descriptors: the relay, and for a namespace three more,
	 * NETLINK_ROUTE sockets in it to read with (request, dump, events).
	 * An open relay is closed first.
	 */
	HELPER_OPEN = 32,
	/* what is pending stays → struct helper_settled */
	HELPER_KEEP,
	/* what is pending is put back now → struct helper_settled */
	HELPER_REVERT,
};

#define HELPER_ANSWER 0x8000u

enum helper_event {
	/* uint64_t time (µs of CLOCK_MONOTONIC), the line without prefix and newline */
	HELPER_EVENT_LOG = 0x4001,
	/* struct helper_pending: after each change while the timer runs */
	HELPER_EVENT_PENDING,
	/* struct helper_settled: the timer has put the old state back */
	HELPER_EVENT_SETTLED,
};

/* Why something was refused, where an errno says too little. */
enum helper_reason {
	HELPER_REASON_NONE,
	HELPER_REASON_BAD_REQUEST,	/* malformed, or a verb of the other mode */
	HELPER_REASON_NOT_INSTALLED,	/* there is no module at its place for this kernel */
	HELPER_REASON_UNSAFE_FILE,	/* it, or a folder above it, is somebody else's to write */
	HELPER_REASON_KERNEL,	/* the kernel refused: see error and the lines */
	HELPER_REASON_NO_NAMESPACE,	/* no namespace of this name, or not a network namespace */
	HELPER_REASON_PENDING,	/* first keep or revert what is pending */
};

struct helper_hello {
	uint32_t version;	/* HELPER_VERSION */
	uint32_t uid;		/* whom polkit authorised; without polkit the caller's own */
	uint32_t module;	/* 1: the mode is module; 0: routes */
};

/* What /sys/module/rtmgr says. */
struct helper_status {
	uint32_t loaded;	/* 0: no; 1: live; 2: coming; 3: going */
	uint32_t refcount;
	uint32_t owner;		/* this and the next: UINT32_MAX when unset or unknown */
	uint32_t max_routes;
	uint32_t core_bytes;
	uint32_t installed_reason;	/* enum helper_reason: NONE when it may be loaded */
};

struct helper_load {
	/* up to HELPER_ROUTES_MAX, or 0 for its own default. owner is always the authorised uid */
	uint32_t max_routes;
};

struct helper_open {
	/* 0: changes stand at once; else 5 to 600: they are put back unless kept in time */
	uint32_t confirm_seconds;
};

struct helper_opened {
	uint32_t portid;	/* nl_pid of the relay's netlink socket: answers carry it */
	uint32_t send_max;	/* the longest datagram it takes, bytes */
};

struct helper_pending {
	uint32_t changes;	/* messages that have been applied and are not settled */
	uint32_t left_ms;	/* until they are put back; each change starts the time anew */
};

struct helper_settled {
	uint32_t how;		/* 0: kept; 1: put back when asked; 2: when the time was over */
	uint32_t changes;	/* how many had been pending */
	uint32_t restored;	/* messages that put the old state back */
	uint32_t failed;	/* of them refused by the kernel */
};

#endif
