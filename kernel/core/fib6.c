// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of IPv6 routes in a table: what fib6_add_rt2node() and fib6_del_route() are in the
 * kernel.
 */

#include "fib6.h"

/*
 * Readers are under RCU, writers hold the lock of the tables: both may look, and this file serves
 * both.
 */
static struct rtmgr_route *chain_next(const struct rtmgr_route *route)
{
	return rcu_dereference_raw(route->next);
}

static bool same_prefix(const struct rtmgr_route *a, const struct rtmgr_route *b)
{
	/* they stand in one chain, so the address is the same */
	return a->plen == b->plen;
}

static bool same_group(const struct rtmgr_route *a, const struct rtmgr_route *b)
{
	return same_prefix(a, b) && a->priority == b->priority;
}

bool rtmgr_fib6_same_hop(const struct rtmgr_path *a, const struct rtmgr_path *b)
{
	/* a route without a gateway has the gateway ::, which is no address of one */
	return a->nh[0].ifindex == b->nh[0].ifindex &&
	       !memcmp(&a->nh[0].gateway6, &b->nh[0].gateway6, sizeof(struct in6_addr));
}

struct rtmgr_route *rtmgr_fib6_find(const struct rtmgr_table *table, struct rtmgr_key key, u8 plen)
{
	struct rtmgr_route *route = rtmgr_trie_chain(&table->trie, key);

	while (route && route->plen > plen)
		route = chain_next(route);
	return route && route->plen == plen ? route : NULL;
}

struct rtmgr_route *rtmgr_fib6_next(const struct rtmgr_route *route)
{
	struct rtmgr_route *next = chain_next(route);

	return next && same_prefix(next, route) ? next : NULL;
}

struct rtmgr_route *rtmgr_fib6_next_sibling(const struct rtmgr_route *route)
{
	struct rtmgr_route *next = chain_next(route);

	for (; next && same_group(next, route); next = chain_next(next))
		if (rtmgr_fib6_is_sibling(next))
			return next;
	return NULL;
}

struct rtmgr_route *rtmgr_fib6_first_sibling(const struct rtmgr_table *table,
					     const struct rtmgr_route *route)
{
	struct rtmgr_route *first = rtmgr_fib6_find(table, route->key, route->plen);

	while (first && (first->priority != route->priority || !rtmgr_fib6_is_sibling(first)))
		first = rtmgr_fib6_next(first);
	return first;
}

/* Where a route goes. */
struct place {
	struct rtmgr_route *prev;	/* what stands before it; NULL: it is the head */
	struct rtmgr_route *old;	/* what it replaces; NULL: nothing */
	s32 rank;
	u16 told;
};

static int find_place(const struct rtmgr_table *table, const struct rtmgr_route *route, u16 flags,
		      struct place *place)
{
	struct rtmgr_route *fallback = NULL, *fallback_prev = NULL;
	struct rtmgr_route *prev = NULL, *last = NULL, *cur;
	bool sibling = rtmgr_fib6_is_sibling(route);

	*place = (struct place){ .told = NLM_F_EXCL | (flags & NLM_F_APPEND) };

	cur = rtmgr_trie_chain(&table->trie, route->key);
	for (; cur; prev = cur, cur = chain_next(cur)) {
		if (cur->plen != route->plen) {
			if (cur->plen < route->plen)
				break;
			continue;
		}
		if (cur->priority != route->priority) {
			if (cur->priority > route->priority)
				break;
			continue;
		}
		if (flags & NLM_F_EXCL)
			return -EEXIST;
		place->told &= ~NLM_F_EXCL;
		if (flags & NLM_F_REPLACE) {
			/* one with a gateway rather replaces one with, one without one without */
			if (rtmgr_fib6_is_sibling(cur) == sibling) {
				place->old = cur;
				break;
			}
			if (!fallback) {
				fallback = cur;
				fallback_prev = prev;
			}
		} else if (rtmgr_fib6_same_hop(cur->path, route->path)) {
			return -EEXIST;
		}
		last = cur;
	}
	if (fallback && !place->old) {
		place->old = fallback;
		prev = fallback_prev;
	}
	place->prev = prev;
	if (place->old) {
		place->rank = place->old->rank;
	} else if (last) {
		/* two thousand million additions to one prefix that was never empty */
		if (last->rank == S32_MAX)
			return -ENOSPC;
		place->rank = last->rank + 1;
	}
	return 0;
}

/* Removes all siblings of a group that stand behind a route of its priority. */
static int remove_behind(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			 struct rtmgr_table *table, struct rtmgr_route *route)
{
	struct rtmgr_route *prev = route, *cur = chain_next(route), *next;
	int err;

	for (; cur && same_group(cur, route); cur = next) {
		next = chain_next(cur);
		if (!rtmgr_fib6_is_sibling(cur)) {
			prev = cur;
			continue;
		}
		err = rtmgr_journal_remove(journal, tables, table, cur, prev);
		if (err)
			return err;
	}
	return 0;
}

static int replace(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		   struct rtmgr_table *table, struct rtmgr_route *route, struct place *place)
{
	bool group = rtmgr_fib6_is_sibling(place->old);
	int err;

	err = rtmgr_journal_replace(journal, tables, table, place->old, route, place->prev);
	if (err) {
		rtmgr_route_free(tables, route);
		return err;
	}
	place->told = NLM_F_REPLACE;
	/* the first of a group stands for all of it */
	return group ? remove_behind(journal, tables, table, route) : 0;
}

int rtmgr_fib6_insert(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, struct rtmgr_route *route, u16 flags, u16 *told)
{
	struct place place;
	int err;

	err = find_place(table, route, flags, &place);
	if (!err && !place.old && (flags & NLM_F_REPLACE) && !(flags & NLM_F_CREATE))
		err = -ENOENT;
	if (err)
		goto free_route;
	route->rank = place.rank;

	if (place.old) {
		err = replace(journal, tables, table, route, &place);
		*told = place.told;
		return err;
	}
	err = rtmgr_journal_add(journal, tables, table, route, place.prev);
	if (err)
		goto free_route;
	*told = place.told | NLM_F_CREATE;
	return 0;

free_route:
	rtmgr_route_free(tables, route);
	return err;
}

/* What stands before a route in its chain; NULL: it is the head. */
static struct rtmgr_route *chain_prev(const struct rtmgr_table *table,
				      const struct rtmgr_route *route)
{
	struct rtmgr_route *prev = NULL, *cur;

	cur = rtmgr_trie_chain(&table->trie, route->key);
	for (; cur && cur != route; cur = chain_next(cur))
		prev = cur;
	return prev;
}

int rtmgr_fib6_remove(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, struct rtmgr_route *route)
{
	return rtmgr_journal_remove(journal, tables, table, route, chain_prev(table, route));
}

int rtmgr_fib6_remove_group(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			    struct rtmgr_table *table, struct rtmgr_route *route)
{
	struct rtmgr_route *first = rtmgr_fib6_first_sibling(table, route);
	int err;

	err = remove_behind(journal, tables, table, first);
	if (err)
		return err;
	return rtmgr_fib6_remove(journal, tables, table, first);
}
