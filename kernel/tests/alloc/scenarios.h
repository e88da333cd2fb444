/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests whose allocations are failed one by one, and what is there before them. */
#ifndef _RTMGR_TESTS_SCENARIOS_H
#define _RTMGR_TESTS_SCENARIOS_H

#include "../vm/wire.h"

struct scenario {
	const char *name;
	/* Appends the requests to an empty datagram. */
	void (*make)(struct wire_datagram *datagram);
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

/* The n-th request that prepares the tables: -1, there are no more. */
int scenario_prepare(struct wire_datagram *datagram, int n);

#endif
