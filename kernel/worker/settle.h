/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making a kind of things what it was: what is there now is compared with what was there, group by
 * group. A group is what is ordered among itself, such as the routes of one prefix and metric.
 */
#ifndef ROUTELENS_WORKER_SETTLE_H
#define ROUTELENS_WORKER_SETTLE_H

#include "snapshot.h"

enum effort {
	EFFORT_COMPARE,		/* nothing is changed */
	EFFORT_GENTLE,		/* moves and adds what must be, so that no group is ever empty */
	EFFORT_ANEW,		/* makes groups that differ anew, with crutches */
};

/* Of what about.h covers. Adds to differences how much differed before. 0, or a negative errno. */
int settle_kind(const struct snapshot *old, int fd, enum kind kind, enum effort effort,
		size_t *differences);

#endif
