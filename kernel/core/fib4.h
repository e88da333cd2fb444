/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of an IPv4 table: where a route goes among those of its prefix, when it takes the place
 * of another, which one a deletion takes, and which one an address takes.
 */
#ifndef _RTMGR_FIB4_H
#define _RTMGR_FIB4_H

#include "journal.h"
#include "table.h"

/* What makes routes compete: they answer for the same packets with the same precedence. */
struct rtmgr_fib4_key {
	struct rtmgr_key addr;
	u8 plen;
	u8 tos;
	u32 priority;		/* not looked at by a deletion */
};

struct rtmgr_fib4_result {
	struct rtmgr_route *route;	/* NULL: it was there already, and nothing was to do */
	u16 flags;			/* NLM_F_...: what a notification says of the change */
};

/*
 * Writer. Adds a route, or puts it in the place of one, as the flags of the request (NLM_F_CREATE,
 * EXCL, REPLACE, APPEND) want it. Takes the draft over, also when it fails: EEXIST, ENOENT (there
 * is nothing to replace), ENOSPC, ENOBUFS, ENOMEM.
 */
int rtmgr_fib4_insert(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, const struct rtmgr_fib4_key *key,
		      struct rtmgr_path *draft, u16 flags, struct rtmgr_fib4_result *result);

typedef bool (*rtmgr_fib4_match_t)(const struct rtmgr_route *route, void *arg);

/*
 * Writer. Removes the first route of this prefix and TOS that match() accepts, and tells which. It
 * is the journal's from then on, and stays readable until that becomes final. ESRCH: there is none.
 */
int rtmgr_fib4_delete(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, const struct rtmgr_fib4_key *key,
		      rtmgr_fib4_match_t match, void *arg, struct rtmgr_route **removed);

/* What an address asks for. */
struct rtmgr_fib4_flow {
	__be32 daddr;
	u8 tos;
	u32 oif;		/* 0: any */
};

/* What it gets. */
struct rtmgr_fib4_way {
	const struct rtmgr_route *route;
	const struct rtmgr_nexthop *nexthop;
};

/*
 * Reader. Longest-prefix match in a table, or in two as if they were one (beside may be NULL),
 * where `table` comes first among routes of the same prefix; a route that does not fit the flow
 * gives way to the next one, and to shorter prefixes. EAGAIN: there is none, or its type says so.
 * Other errors are those of the route's type.
 */
int rtmgr_fib4_lookup(const struct rtmgr_table *table, const struct rtmgr_table *beside,
		      const struct rtmgr_fib4_flow *flow, struct rtmgr_fib4_way *way);

#endif
