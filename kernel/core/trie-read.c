// SPDX-License-Identifier: GPL-2.0-only
/* What readers do with a trie. See trie-node.h for how it is made. */
#include "trie-node.h"

struct rtmgr_route *rtmgr_trie_chain(const struct rtmgr_trie *trie, struct rtmgr_key key)
{
	/* the writer comes here, too */
	const struct rtmgr_node *child = rcu_dereference_raw(trie->root);

	while (child && !rtmgr_is_route(child)) {
		if (!rtmgr_key_within(key, child->key, child->pos))
			return NULL;
		child = rcu_dereference_raw(child->child[rtmgr_node_index(child, key)]);
	}
	if (!child || !rtmgr_key_eq(rtmgr_as_route(child)->key, key))
		return NULL;
	return rtmgr_as_route(child);
}

/* The first route of a chain whose prefix has at most plen bits. */
static struct rtmgr_route *chain_up_to(struct rtmgr_route *route, unsigned int plen)
{
	while (route && route->plen > plen)
		route = rcu_dereference(route->next);
	return route;
}

/*
 * A prefix of at most plen bits at the address "the first plen bits of addr, then 0", in or below a
 * child.
 */
static struct rtmgr_route *match_zeros(const struct rtmgr_node *child, struct rtmgr_key addr,
				       unsigned int plen)
{
	struct rtmgr_key key = rtmgr_key_prefix(addr, plen);

	while (child && !rtmgr_is_route(child)) {
		/* the key of a node has 0 behind its bits, as this one has: no need to cut it */
		if (READ_ONCE(child->shortest) > plen || !rtmgr_key_eq(child->key, key))
			return NULL;
		child = rcu_dereference(child->child[0]);
	}
	if (!child || !rtmgr_key_eq(rtmgr_as_route(child)->key, key))
		return NULL;
	return chain_up_to(rtmgr_as_route(child), plen);
}

/* The place of the last 1 among the bits of a node. */
static inline unsigned int last_one(const struct rtmgr_node *node, u32 index)
{
	return rtmgr_node_end(node) - 1 - __builtin_ctz(index);
}

/*
 * Down along addr first. What is found there is longer than what is found by going back, and what
 * is found by going back a little longer than by going back far.
 */
struct rtmgr_route *rtmgr_trie_match(const struct rtmgr_trie *trie, struct rtmgr_key addr,
				     int max_plen)
{
	/* nodes that may hold a shorter prefix besides the way down */
	const struct rtmgr_node *back[RTMGR_TRIE_DEPTH];
	const struct rtmgr_node *child = rcu_dereference(trie->root);
	struct rtmgr_route *route = NULL;
	unsigned int common;
	int depth = 0;
	u32 index;

	if (max_plen < 0)
		return NULL;
	/* now no way back leads to a prefix longer than that: each begins at a 1 of addr */
	addr = rtmgr_key_prefix(addr, max_plen);

	for (; child; child = rcu_dereference(child->child[index])) {
		common = rtmgr_key_common(addr, rtmgr_child_key(child));
		if (rtmgr_is_route(child)) {
			common = min_t(unsigned int, common, max_plen);
			route = chain_up_to(rtmgr_as_route(child), common);
			break;
		}
		if (common < child->pos) {
			route = match_zeros(child, addr, common);
			break;
		}
		index = rtmgr_node_index(child, addr);
		if (index && READ_ONCE(child->shortest) <= last_one(child, index))
			back[depth++] = child;
	}

	while (!route && depth) {
		child = back[--depth];
		index = rtmgr_node_index(child, addr);
		while (!route && index && READ_ONCE(child->shortest) <= last_one(child, index)) {
			unsigned int plen = last_one(child, index);

			index &= index - 1;
			route = match_zeros(rcu_dereference(child->child[index]), addr, plen);
		}
	}
	return route;
}

static void enter(struct rtmgr_cursor *cursor, const struct rtmgr_node *node, u32 index)
{
	cursor->at[cursor->depth].node = node;
	cursor->at[cursor->depth].index = index;
	cursor->depth++;
}

struct rtmgr_route *rtmgr_trie_step(struct rtmgr_cursor *cursor)
{
	while (cursor->depth) {
		const struct rtmgr_node *node = cursor->at[cursor->depth - 1].node;
		u32 *index = &cursor->at[cursor->depth - 1].index;
		const struct rtmgr_node *child;

		if (*index == rtmgr_node_size(node)) {
			cursor->depth--;
			continue;
		}
		child = rcu_dereference(node->child[(*index)++]);
		if (!child)
			continue;
		if (rtmgr_is_route(child))
			return rtmgr_as_route(child);
		enter(cursor, child, 0);
	}
	return NULL;
}

struct rtmgr_route *rtmgr_trie_seek(const struct rtmgr_trie *trie, struct rtmgr_cursor *cursor,
				    struct rtmgr_key key)
{
	const struct rtmgr_node *child = rcu_dereference(trie->root);
	u32 index;

	cursor->depth = 0;
	while (child) {
		if (rtmgr_is_route(child)) {
			if (!rtmgr_key_less(rtmgr_as_route(child)->key, key))
				return rtmgr_as_route(child);
			break;
		}
		if (!rtmgr_key_within(key, child->key, child->pos)) {
			/* all that is below stands behind key, or all before */
			if (rtmgr_key_less(key, child->key))
				enter(cursor, child, 0);
			break;
		}
		index = rtmgr_node_index(child, key);
		enter(cursor, child, index + 1);
		child = rcu_dereference(child->child[index]);
	}
	return rtmgr_trie_step(cursor);
}
