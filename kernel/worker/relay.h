/* SPDX-License-Identifier: GPL-2.0-only */
/* The relay, for what opens it and settles what is pending. Its part in the main loop: routes.h. */
#ifndef ROUTELENS_WORKER_RELAY_H
#define ROUTELENS_WORKER_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

enum {
	RELAY_PROGRAM,	/* our end of what the program sends to */
	RELAY_KERNEL,	/* answers to what the program wants: sent over GATE_CHANGES */
	RELAY_OWN,	/* the same of GATE_UNDO, and dumps; gives up waiting after a while */
	RELAY_FDS,
};

/* Takes these over. No relay is open. */
void relay_start(const int fds[RELAY_FDS], uint32_t portid, uint32_t confirm_ms);
void relay_close(void);
/* Whether there are changes that are not settled. */
bool relay_pending(void);
/* Keeps them, or puts back what was before them. */
void relay_settle(bool keep, struct helper_settled *settled);

#endif
