/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of IPv6 routes in a table: where a new one goes, which ones it replaces, and which
 * belong together. The caller is the writer, except where it says reader.
 *
 * What user space calls a multipath route is a group of siblings: routes of one prefix and one
 * priority that have a gateway. Nothing else holds them together, and routes without a gateway may
 * stand between them.
 */
#ifndef _RTMGR_FIB6_H
#define _RTMGR_FIB6_H

#include "journal.h"
#include "table.h"

/* Whether a route takes part in a group: it has a gateway. Reader or writer. */
static inline bool rtmgr_fib6_is_sibling(const struct rtmgr_route *route)
{
	const struct rtmgr_path *path = route->path;

	return path->nexthops && path->nh[0].gateway_family != AF_UNSPEC;
}

/* Whether both lead to the same place: device and gateway are equal. */
bool rtmgr_fib6_same_hop(const struct rtmgr_path *a, const struct rtmgr_path *b);

/* The first route of a prefix, in chain order; NULL: there is none. Reader or writer. */
struct rtmgr_route *rtmgr_fib6_find(const struct rtmgr_table *table, struct rtmgr_key key, u8 plen);

/*
 * The route behind this one in the chain when it is of the same prefix, else NULL. Reader or
 * writer.
 */
struct rtmgr_route *rtmgr_fib6_next(const struct rtmgr_route *route);

/* The next sibling behind a route; NULL: that was the last. Reader or writer. */
struct rtmgr_route *rtmgr_fib6_next_sibling(const struct rtmgr_route *route);

/* The first of a sibling's group. Reader or writer. */
struct rtmgr_route *rtmgr_fib6_first_sibling(const struct rtmgr_table *table,
					     const struct rtmgr_route *route);

/*
 * Adds a route, or puts it in the place of others, as NLM_F_EXCL, NLM_F_REPLACE, NLM_F_CREATE and
 * NLM_F_APPEND in flags say. Key, prefix length, priority, type and path are filled in; rank is
 * given here. Takes the route over, also when it fails; what was changed before the failure is in
 * the journal. *told: the flags that a notification of it has.
 *
 * -EEXIST: NLM_F_EXCL and a route of this priority, or a route with the same next hop. -ENOENT:
 * NLM_F_REPLACE without NLM_F_CREATE, and nothing to replace. Else what the journal answers.
 */
int rtmgr_fib6_insert(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, struct rtmgr_route *route, u16 flags, u16 *told);

/* Removes one route. */
int rtmgr_fib6_remove(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, struct rtmgr_route *route);

/* Removes a sibling and all others of its group. */
int rtmgr_fib6_remove_group(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			    struct rtmgr_table *table, struct rtmgr_route *route);

#endif
