/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walks a table in the order of the kernel's dumps, in as many steps as it takes: between two steps
 * anything may change. A route that stays is neither skipped nor met twice.
 *
 * IPv4 goes by address, longer prefixes of an address first. IPv6 goes as a walk over the kernel's
 * tree does that leaves a node after all below it: prefixes within a prefix come before it.
 */
#ifndef _RTMGR_WALK_H
#define _RTMGR_WALK_H

#include "table.h"

struct rtmgr_walk {
	const struct rtmgr_tables *tables;
	const struct rtmgr_table *table;
	bool begun; /* `at` is the route that was taken last */
	struct rtmgr_position at;
	/* of the present rcu_read_lock() section: */
	const struct rtmgr_route *last; /* the route at `at`; NULL: to be looked for */
	u32 generation; /* of the tables when it was found */
	struct rtmgr_cursor cursor;
};

/* Begins at the first route of a table. */
void rtmgr_walk_begin(struct rtmgr_walk *walk, const struct rtmgr_tables *tables,
		      const struct rtmgr_table *table);

/* Has to be called first in each rcu_read_lock() section. */
void rtmgr_walk_resume(struct rtmgr_walk *walk);

/*
 * The route behind the one taken last; NULL: there are no more. Take it, or resume, before asking
 * again.
 */
const struct rtmgr_route *rtmgr_walk_next(struct rtmgr_walk *walk);

/* Goes on behind this route. */
void rtmgr_walk_take(struct rtmgr_walk *walk, const struct rtmgr_route *route);

#endif
