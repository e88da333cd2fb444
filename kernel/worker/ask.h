/* SPDX-License-Identifier: GPL-2.0-only */
/* Asking routelens-helper for what we have no right to: see helper/gate.h. */
#ifndef ROUTELENS_WORKER_ASK_H
#define ROUTELENS_WORKER_ASK_H

#include <assert.h>
#include <stddef.h>

#include "../helper/gate.h"
#include "protocol.h"

static_assert(HELPER_ROUTES_MAX == GATE_ROUTES_MAX, "what the program may ask for");
static_assert(HELPER_RELAY_MAX == GATE_SEND_MAX, "what it may send");

/* What came of it. */
struct asked {
	int error;			/* 0, or a positive errno */
	enum helper_reason reason;
	char text[GATE_TEXT_MAX + 1];	/* ends with a NUL */
	int fds[GATE_FDS_MAX];		/* the caller's to close */
	size_t count;
};

/* Waits for the answer. Where the helper is gone the error is EPIPE. */
void ask(enum gate_verb verb, uint32_t value, const void *bytes, size_t length,
	 struct asked *asked);
/* Sends changes over one of GATE_SOCKETS. 0 or a negative errno. */
int ask_send(uint32_t which, const void *datagram, size_t length);

#endif
