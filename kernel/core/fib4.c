// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of an IPv4 table: see fib4.h. What fib_trie.c of the kernel does with its aliases,
 * routes do here.
 */
#include "fib4.h"

static struct rtmgr_route *fib4_next(const struct rtmgr_tables *tables,
				     const struct rtmgr_route *route)
{
	return rcu_dereference_protected(route->next, lockdep_is_held(&tables->lock));
}

static bool fib4_competes(const struct rtmgr_route *route, const struct rtmgr_fib4_key *key)
{
	return route->plen == key->plen && route->tos == key->tos &&
	       route->priority == key->priority;
}

/* Where a route stands, or would stand, among those of its address. */
struct fib4_place {
	struct rtmgr_route *before;	/* the last that comes before all that compete, or NULL */
	struct rtmgr_route *first;	/* of those that compete, or NULL */
	struct rtmgr_route *last;
};

static struct fib4_place fib4_find_place(const struct rtmgr_tables *tables,
					 const struct rtmgr_table *table,
					 const struct rtmgr_fib4_key *key)
{
	const struct rtmgr_position ahead_of_all = {
		.key = key->addr,
		.plen = key->plen,
		.tos = key->tos,
		.priority = key->priority,
		.rank = S32_MIN,
	};
	struct rtmgr_route *route = rtmgr_trie_chain(&table->trie, key->addr);
	struct fib4_place place = { NULL, NULL, NULL };

	for (; route && rtmgr_chain_cmp(route, &ahead_of_all) < 0; route = fib4_next(tables, route))
		place.before = route;
	for (; route && fib4_competes(route, key); route = fib4_next(tables, route)) {
		if (!place.first)
			place.first = route;
		place.last = route;
	}
	return place;
}

/* The first of those that compete which takes the path that the draft describes. */
static struct rtmgr_route *fib4_find_same(const struct rtmgr_tables *tables,
					  const struct fib4_place *place,
					  const struct rtmgr_path *draft)
{
	const struct rtmgr_path *path = rtmgr_path_lookup(tables, draft);
	struct rtmgr_route *route = place->first;

	if (!path)
		return NULL;
	while (route->path != path) {
		if (route == place->last)
			return NULL;
		route = fib4_next(tables, route);
	}
	return route;
}

/* A route for the key whose path is what the draft says. Takes the draft over. */
static struct rtmgr_route *fib4_route(struct rtmgr_tables *tables, const struct rtmgr_table *table,
				      const struct rtmgr_fib4_key *key, struct rtmgr_path *draft,
				      s32 rank)
{
	u8 type = draft->type;
	struct rtmgr_route *route;

	route = rtmgr_route_new(tables, rtmgr_path_intern(tables, draft));
	if (!route)
		return NULL;
	route->key = key->addr;
	route->plen = key->plen;
	route->tos = key->tos;
	route->priority = key->priority;
	route->type = type;
	route->rank = rank;
	route->table = table->id;
	return route;
}

static int fib4_replace(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			struct rtmgr_table *table, const struct rtmgr_fib4_key *key,
			struct rtmgr_path *draft, const struct fib4_place *place,
			struct rtmgr_fib4_result *result)
{
	struct rtmgr_route *route = fib4_find_same(tables, place, draft);
	int err;

	/*
	 * It is the first of its kind that is replaced. The wanted route may be there, but only as
	 * that one.
	 */
	if (route) {
		rtmgr_path_draft_free(draft);
		return route == place->first ? 0 : -EEXIST;
	}

	route = fib4_route(tables, table, key, draft, place->first->rank);
	if (!route)
		return -ENOBUFS;
	err = rtmgr_journal_replace(journal, tables, table, place->first, route, place->before);
	if (err) {
		rtmgr_route_free(tables, route);
		return err;
	}
	result->route = route;
	result->flags = NLM_F_REPLACE;
	return 0;
}

int rtmgr_fib4_insert(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, const struct rtmgr_fib4_key *key,
		      struct rtmgr_path *draft, u16 flags, struct rtmgr_fib4_result *result)
{
	struct rtmgr_route *route, *prev;
	struct fib4_place place;
	s32 rank = 0;
	int err;

	result->route = NULL;
	result->flags = 0;
	place = fib4_find_place(tables, table, key);
	prev = place.before;

	if (!place.first) {
		result->flags = NLM_F_EXCL;
	} else {
		err = -EEXIST;
		if (flags & NLM_F_EXCL)
			goto drop;
		if (flags & NLM_F_REPLACE)
			return fib4_replace(journal, tables, table, key, draft, &place, result);
		if (fib4_find_same(tables, &place, draft))
			goto drop;
		err = -ENOSPC;
		if (flags & NLM_F_APPEND) {
			result->flags = NLM_F_APPEND;
			prev = place.last;
			if (place.last->rank == S32_MAX)
				goto drop;
			rank = place.last->rank + 1;
		} else {
			if (place.first->rank == S32_MIN)
				goto drop;
			rank = place.first->rank - 1;
		}
	}

	err = -ENOENT;
	if (!(flags & NLM_F_CREATE))
		goto drop;
	result->flags |= NLM_F_CREATE;

	route = fib4_route(tables, table, key, draft, rank);
	if (!route)
		return -ENOBUFS;
	err = rtmgr_journal_add(journal, tables, table, route, prev);
	if (err) {
		rtmgr_route_free(tables, route);
		return err;
	}
	result->route = route;
	return 0;

drop:
	rtmgr_path_draft_free(draft);
	return err;
}

int rtmgr_fib4_delete(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, const struct rtmgr_fib4_key *key,
		      rtmgr_fib4_match_t match, void *arg, struct rtmgr_route **removed)
{
	struct rtmgr_route *route, *prev = NULL;
	int err;

	route = rtmgr_trie_chain(&table->trie, key->addr);
	for (; route; route = fib4_next(tables, route)) {
		if (route->plen == key->plen && route->tos == key->tos && match(route, arg))
			break;
		prev = route;
	}
	if (!route)
		return -ESRCH;
	err = rtmgr_journal_remove(journal, tables, table, route, prev);
	if (!err)
		*removed = route;
	return err;
}

/* The first next hop that leaves by the wanted device. */
static const struct rtmgr_nexthop *fib4_usable(const struct rtmgr_path *path, u32 oif)
{
	u32 i;

	for (i = 0; i < path->nexthops; i++)
		if (!oif || path->nh[i].ifindex == oif)
			return &path->nh[i];
	return NULL;
}

/* The first route of one prefix that fits the flow: 0, or the error of its type. 1: none does. */
static int fib4_fitting(const struct rtmgr_route *route, int plen,
			const struct rtmgr_fib4_flow *flow, struct rtmgr_fib4_way *way)
{
	int err;

	for (; route && route->plen == plen; route = rcu_dereference(route->next)) {
		if (route->tos && route->tos != flow->tos)
			continue;
		err = rtmgr_type_error(route->type);
		if (err)
			return err;
		way->nexthop = fib4_usable(route->path, flow->oif);
		if (way->nexthop) {
			way->route = route;
			return 0;
		}
	}
	return 1;
}

int rtmgr_fib4_lookup(const struct rtmgr_table *table, const struct rtmgr_table *beside,
		      const struct rtmgr_fib4_flow *flow, struct rtmgr_fib4_way *way)
{
	struct rtmgr_key addr = rtmgr_key4(flow->daddr);
	const struct rtmgr_route *first, *second = NULL;
	int plen = 32, err;

	while (plen >= 0) {
		first = rtmgr_trie_match(&table->trie, addr, plen);
		if (beside)
			second = rtmgr_trie_match(&beside->trie, addr, plen);
		if (!first && !second)
			return -EAGAIN;
		plen = max(first ? (int)first->plen : 0, second ? (int)second->plen : 0);
		err = fib4_fitting(first, plen, flow, way);
		if (err > 0)
			err = fib4_fitting(second, plen, flow, way);
		if (err <= 0)
			return err;
		plen--;
	}
	return -EAGAIN;
}
