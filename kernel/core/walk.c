// SPDX-License-Identifier: GPL-2.0-only
/*
 * See walk.h. A position is enough to go on from; pointers and cursor only make the common case
 * fast.
 */
#include "walk.h"

void rtmgr_walk_begin(struct rtmgr_walk *walk, const struct rtmgr_tables *tables,
		      const struct rtmgr_table *table)
{
	walk->tables = tables;
	walk->table = table;
	walk->begun = false;
	walk->last = NULL;
}

void rtmgr_walk_resume(struct rtmgr_walk *walk)
{
	walk->last = NULL;
}

/* The first route of a chain that stands behind the position; NULL: none. */
static const struct rtmgr_route *rtmgr_behind(const struct rtmgr_route *route,
					      const struct rtmgr_position *at)
{
	while (route && rtmgr_chain_cmp(route, at) <= 0)
		route = rcu_dereference(route->next);
	return route;
}

static const struct rtmgr_route *rtmgr_walk_next4(struct rtmgr_walk *walk, bool fresh)
{
	const struct rtmgr_trie *trie = &walk->table->trie;
	const struct rtmgr_key start = { 0, 0 };
	const struct rtmgr_route *route;

	if (!walk->begun)
		return rtmgr_trie_seek(trie, &walk->cursor, start);
	if (fresh) {
		route = rcu_dereference(walk->last->next);
	} else {
		route = rtmgr_trie_seek(trie, &walk->cursor, walk->at.key);
		if (!route || !rtmgr_key_eq(route->key, walk->at.key))
			return route;
		route = rtmgr_behind(route, &walk->at);
	}
	return route ? route : rtmgr_trie_step(&walk->cursor);
}

/*
 * Where a walk over all prefixes that begin at head's address or behind it, and within its longest
 * one, begins.
 */
static const struct rtmgr_route *rtmgr_innermost(struct rtmgr_walk *walk,
						 const struct rtmgr_route *head)
{
	for (;;) {
		const struct rtmgr_route *next = rtmgr_trie_step(&walk->cursor);

		if (!next || !rtmgr_key_within(next->key, head->key, head->plen))
			return head;
		head = next;
	}
}

static const struct rtmgr_route *rtmgr_walk_next6(struct rtmgr_walk *walk, bool fresh)
{
	const struct rtmgr_trie *trie = &walk->table->trie;
	const struct rtmgr_position *at = &walk->at;
	const struct rtmgr_route *route, *outer;
	struct rtmgr_key last;

	if (!walk->begun) {
		const struct rtmgr_key start = { 0, 0 };

		route = rtmgr_trie_seek(trie, &walk->cursor, start);
		return route ? rtmgr_innermost(walk, route) : NULL;
	}
	/* others of the same prefix */
	if (fresh)
		route = rcu_dereference(walk->last->next);
	else
		route = rtmgr_behind(rtmgr_trie_chain(trie, at->key), at);
	if (route && route->plen == at->plen)
		return route;
	/*
	 * what lies behind this prefix comes next, unless it lies outside of the prefix around it,
	 * too
	 */
	outer = at->plen ? rtmgr_trie_match(trie, at->key, at->plen - 1) : NULL;
	last = rtmgr_key_last(at->key, at->plen);
	if (++last.lo == 0)
		last.hi++;
	/* the very last address has nothing behind it */
	if (last.hi | last.lo) {
		route = rtmgr_trie_seek(trie, &walk->cursor, last);
		if (route && (!outer || rtmgr_key_within(route->key, outer->key, outer->plen)))
			return rtmgr_innermost(walk, route);
	}
	return outer;
}

const struct rtmgr_route *rtmgr_walk_next(struct rtmgr_walk *walk)
{
	/* before the routes are looked at: see rtmgr_tables_changed() */
	u32 generation = smp_load_acquire(&walk->tables->generation);
	bool fresh = walk->last && walk->generation == generation;

	walk->generation = generation;
	return walk->table->family == AF_INET ? rtmgr_walk_next4(walk, fresh) :
						rtmgr_walk_next6(walk, fresh);
}

void rtmgr_walk_take(struct rtmgr_walk *walk, const struct rtmgr_route *route)
{
	walk->begun = true;
	walk->at = rtmgr_position_of(route);
	walk->last = route;
}
