/* SPDX-License-Identifier: GPL-2.0-only */
/* One of the two that are compared: the kernel's own tables, or rtmgr. */
#ifndef _RTMGR_TESTS_SIDE_H
#define _RTMGR_TESTS_SIDE_H

#include "../vm/wire.h"

/* Messages one behind the other, made comparable. */
struct messages {
	size_t len;
	size_t count;
	size_t room;
	__u8 *bytes;
};

struct side {
	const char *name;
	struct wire wire;		/* asks */
	struct wire strict;		/* asks for dumps, with NETLINK_GET_STRICT_CHK */
	struct wire listener;		/* groups RTNLGRP_IPV4_ROUTE and RTNLGRP_IPV6_ROUTE */
	int error;			/* of the last request */
	char text[160];			/* its extended acknowledgement; empty: none */
	__u32 offset;			/* of the attribute at fault; 0: none */
	struct messages answers;	/* other messages that answered it */
	struct messages notices;	/* what the listener heard of it */
	struct messages dump;
};

/* 0 or a negative errno. */
int side_open(struct side *side, const char *name, struct wire_target target);
/* Sends a request, reads all that comes of it. */
int side_ask(struct side *side, const struct wire_datagram *request);
/* All routes of a family that the kernel did not make by itself. */
int side_dump(struct side *side, int family);
/* Those that a request asks a strict socket for; its error is the answer. */
int side_dump_some(struct side *side, struct wire_datagram *request);
/* Deletes all. */
int side_clear(struct side *side);

#endif
