// SPDX-License-Identifier: GPL-2.0-only
#include "oracle.h"

/* Below that many routes, all of them are looked at for a match. */
#define SCAN_ALL	512

void oracle_init(struct oracle *oracle, u8 width)
{
	memset(oracle, 0, sizeof(*oracle));
	rtmgr_trie_init(&oracle->trie, width);
}

void oracle_end(struct oracle *oracle)
{
	while (oracle->count)
		kfree(oracle_unlink(oracle, test_below(oracle->count)));
	oracle_check(oracle);
	check(!oracle->trie.root && !oracle->trie.nodes && !oracle->trie.bytes);
	rtmgr_trie_destroy(&oracle->trie);
	free(oracle->route);
}

struct rtmgr_route *oracle_route(struct oracle *oracle, struct rtmgr_key key, unsigned int plen,
				 u8 tos, u32 priority)
{
	bool (*hook)(size_t size) = rtmgr_shim_fail_hook;
	struct rtmgr_route *route;

	/* only the trie may want for memory */
	rtmgr_shim_fail_hook = NULL;
	route = kzalloc(sizeof(*route), GFP_KERNEL);
	rtmgr_shim_fail_hook = hook;
	route->key = rtmgr_key_prefix(key, plen);
	route->plen = plen;
	route->tos = tos;
	route->priority = priority;
	route->rank = oracle->ranks++;
	return route;
}

static int order(const struct rtmgr_route *a, const struct rtmgr_position *b)
{
	if (!rtmgr_key_eq(a->key, b->key))
		return rtmgr_key_less(a->key, b->key) ? -1 : 1;
	return rtmgr_chain_cmp(a, b);
}

unsigned int oracle_find(const struct oracle *oracle, const struct rtmgr_position *position)
{
	unsigned int from = 0, to = oracle->count;

	while (from < to) {
		unsigned int middle = (from + to) / 2;

		if (order(oracle->route[middle], position) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* The first place whose address is key or behind it. */
static unsigned int find_key(const struct oracle *oracle, struct rtmgr_key key)
{
	struct rtmgr_position first = { .key = key, .plen = 255, .tos = 255, .rank = S32_MIN };

	return oracle_find(oracle, &first);
}

struct rtmgr_route *oracle_prev(const struct oracle *oracle, unsigned int i, struct rtmgr_key key)
{
	return i && rtmgr_key_eq(oracle->route[i - 1]->key, key) ? oracle->route[i - 1] : NULL;
}

int oracle_link(struct oracle *oracle, struct rtmgr_route *route, struct rtmgr_node **spare)
{
	struct rtmgr_position position = rtmgr_position_of(route);
	unsigned int i = oracle_find(oracle, &position);
	int err;

	err = rtmgr_trie_link(&oracle->trie, route, oracle_prev(oracle, i, route->key), spare);
	if (err)
		return err;
	if (oracle->trie.bytes > sizeof(void *) << ORACLE_EXACT_BITS)
		oracle->inexact = true;
	if (oracle->count == oracle->room) {
		oracle->room = oracle->room * 2 + 64;
		oracle->route = realloc(oracle->route, oracle->room * sizeof(*oracle->route));
	}
	memmove(&oracle->route[i + 1], &oracle->route[i],
		(oracle->count - i) * sizeof(*oracle->route));
	oracle->route[i] = route;
	oracle->count++;
	return 0;
}

struct rtmgr_route *oracle_unlink(struct oracle *oracle, unsigned int i)
{
	struct rtmgr_route *route = oracle->route[i];

	rtmgr_trie_unlink(&oracle->trie, route, oracle_prev(oracle, i, route->key));
	oracle->count--;
	if (!oracle->count)
		oracle->inexact = false;
	memmove(&oracle->route[i], &oracle->route[i + 1],
		(oracle->count - i) * sizeof(*oracle->route));
	return route;
}

void oracle_swap(struct oracle *oracle, unsigned int i)
{
	struct rtmgr_route *old = oracle->route[i];
	struct rtmgr_route *new =
		oracle_route(oracle, old->key, old->plen, old->tos, old->priority);

	new->rank = old->rank;
	rtmgr_trie_swap(&oracle->trie, old, new, oracle_prev(oracle, i, old->key));
	oracle->route[i] = new;
	kfree(old);
}

void oracle_chain(const struct oracle *oracle, struct rtmgr_key key)
{
	struct rtmgr_route *route = rtmgr_trie_chain(&oracle->trie, key);
	unsigned int i = find_key(oracle, key);

	if (i == oracle->count || !rtmgr_key_eq(oracle->route[i]->key, key)) {
		check(!route, "a chain at %016llx%016llx", key.hi, key.lo);
		return;
	}
	for (; i < oracle->count && rtmgr_key_eq(oracle->route[i]->key, key); i++) {
		check(route == oracle->route[i]);
		route = rcu_dereference_raw(route->next);
	}
	check(!route);
}

/* All routes are looked at. */
static struct rtmgr_route *match_by_scan(const struct oracle *oracle, struct rtmgr_key addr,
					 int max_plen)
{
	struct rtmgr_route *best = NULL;
	unsigned int i;

	for (i = 0; i < oracle->count; i++) {
		struct rtmgr_route *route = oracle->route[i];

		if (route->plen <= max_plen && (!best || route->plen > best->plen) &&
		    rtmgr_key_within(addr, route->key, route->plen))
			best = route;
	}
	return best;
}

/* Every length is asked for in the sorted array. */
static struct rtmgr_route *match_by_length(const struct oracle *oracle, struct rtmgr_key addr,
					   int max_plen)
{
	for (; max_plen >= 0; max_plen--) {
		struct rtmgr_position first = {
			.key = rtmgr_key_prefix(addr, max_plen),
			.plen = max_plen,
			.tos = 255,
			.rank = S32_MIN,
		};
		unsigned int i = oracle_find(oracle, &first);

		if (i < oracle->count && oracle->route[i]->plen == max_plen &&
		    rtmgr_key_eq(oracle->route[i]->key, first.key))
			return oracle->route[i];
	}
	return NULL;
}

void oracle_match(const struct oracle *oracle, struct rtmgr_key addr, int max_plen)
{
	struct rtmgr_route *expected, *route;

	if (oracle->count < SCAN_ALL)
		expected = match_by_scan(oracle, addr, max_plen);
	else
		expected = match_by_length(oracle, addr, max_plen);
	rcu_read_lock();
	route = rtmgr_trie_match(&oracle->trie, addr, max_plen);
	rcu_read_unlock();
	check(route == expected, "%016llx%016llx up to %d: %d, not %d", addr.hi, addr.lo, max_plen,
	      route ? route->plen : -1, expected ? expected->plen : -1);
}

void oracle_seek(const struct oracle *oracle, struct rtmgr_key key, unsigned int steps)
{
	static struct rtmgr_cursor cursor;
	unsigned int i = find_key(oracle, key);
	struct rtmgr_route *route;

	rcu_read_lock();
	route = rtmgr_trie_seek(&oracle->trie, &cursor, key);
	for (;;) {
		check(route == (i < oracle->count ? oracle->route[i] : NULL));
		if (!route || !steps--)
			break;
		while (i < oracle->count && rtmgr_key_eq(oracle->route[i]->key, route->key))
			i++;
		route = rtmgr_trie_step(&cursor);
	}
	rcu_read_unlock();
}
