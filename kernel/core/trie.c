// SPDX-License-Identifier: GPL-2.0-only
/* What the writer does with a trie. See trie-node.h for how it is made. */
#include "trie-node.h"

/* Children looked at, at most, to tell what is the shortest prefix below a node. */
#define SHORTEST_WORK	4096

/* The way from the root to an address: slot[0] is the root's, slot[depth] is where it ends. */
struct way {
	int depth;
	struct rtmgr_node __rcu **slot[RTMGR_TRIE_DEPTH];
};

void rtmgr_trie_init(struct rtmgr_trie *trie, u8 width)
{
	RCU_INIT_POINTER(trie->root, NULL);
	trie->width = width;
	trie->nodes = 0;
	trie->bytes = 0;
}

void rtmgr_trie_destroy(struct rtmgr_trie *trie)
{
	/* the last route that was taken out took the last node with it */
	WARN_ON_ONCE(rcu_access_pointer(trie->root) || trie->nodes || trie->bytes);
}

struct rtmgr_node *rtmgr_trie_spare(void)
{
	struct rtmgr_node *node;

	return kvzalloc(struct_size(node, child, 2), GFP_KERNEL_ACCOUNT);
}

void rtmgr_trie_spare_free(struct rtmgr_node *spare)
{
	kvfree(spare);
}

/* What is in slot[depth]: NULL, a route, or a node that the address is not below. */
static struct rtmgr_node *find(struct rtmgr_trie *trie, struct rtmgr_key key, struct way *way)
{
	struct rtmgr_node *child;

	way->depth = 0;
	way->slot[0] = &trie->root;
	for (;;) {
		child = rtmgr_writer_deref(*way->slot[way->depth]);
		if (!child || rtmgr_is_route(child) ||
		    !rtmgr_key_within(key, child->key, child->pos))
			return child;
		way->slot[++way->depth] = &child->child[rtmgr_node_index(child, key)];
	}
}

static struct rtmgr_node *node_at(const struct way *way, int depth)
{
	return rtmgr_writer_deref(*way->slot[depth]);
}

/* A prefix of plen bits is there now: tells the nodes from depth up. */
static void shortest_lower(const struct way *way, int depth, unsigned int plen)
{
	for (; depth >= 0; depth--) {
		struct rtmgr_node *node = node_at(way, depth);

		if (node->shortest <= plen)
			return;
		WRITE_ONCE(node->shortest, plen);
	}
}

/*
 * The shortest prefix below a node. One that leaves n of the node's bits out is below a child whose
 * index ends with n bits 0, so begin where the shortest may be: the rest, the finer half of it most
 * of all, need not be looked at once one is found, and what has been looked at when the work is
 * over tells how short it can be.
 */
static unsigned int shortest_below(const struct rtmgr_node *node)
{
	unsigned int end = rtmgr_node_end(node);
	const struct rtmgr_node *child;
	unsigned int shortest = end;
	int work = SHORTEST_WORK;
	unsigned int zeros;
	u32 i;

	child = rtmgr_writer_deref(node->child[0]);
	if (child)
		shortest = rtmgr_child_shortest(child, shortest);

	for (zeros = node->bits - 1; zeros > 0 && shortest > end - zeros; zeros--) {
		for (i = 1U << zeros; i < rtmgr_node_size(node); i += 2U << zeros) {
			if (!work--)
				return end - zeros;
			child = rtmgr_writer_deref(node->child[i]);
			if (child)
				shortest = rtmgr_child_shortest(child, shortest);
			if (shortest <= end - zeros)
				break;
		}
	}
	return shortest;
}

/* A prefix of plen bits is there no more: tells the nodes from depth up. */
static void shortest_raise(const struct way *way, int depth, unsigned int plen)
{
	for (; depth >= 0; depth--) {
		struct rtmgr_node *node = node_at(way, depth);
		unsigned int shortest;

		/* another one is as short, or this node does not tell them apart */
		if (node->shortest != plen || plen >= rtmgr_node_end(node))
			return;
		shortest = shortest_below(node);
		if (shortest == plen)
			return;
		WRITE_ONCE(node->shortest, shortest);
	}
}

static void resize_up(struct rtmgr_trie *trie, const struct way *way, int depth)
{
	for (; depth >= 0; depth--)
		rtmgr_node_resize(trie, depth ? node_at(way, depth - 1) : NULL, way->slot[depth]);
}

/* Puts a route and what stands in its way below a new node, at the end of the way. */
static int link_beside(struct rtmgr_trie *trie, const struct way *way, struct rtmgr_route *route,
		       struct rtmgr_node *other, struct rtmgr_node **spare)
{
	unsigned int pos = rtmgr_key_common(route->key, rtmgr_child_key(other));
	struct rtmgr_node *node, *parent;

	if (spare && *spare) {
		node = *spare;
		*spare = NULL;
		rtmgr_node_init(node, route->key, pos, 1);
		rtmgr_node_count(trie, node);
	} else {
		node = rtmgr_node_new(trie, route->key, pos, 1);
		if (!node)
			return -ENOMEM;
	}
	rtmgr_node_put(node, rtmgr_node_index(node, route->key), rtmgr_as_child(route));
	rtmgr_node_put(node, rtmgr_node_index(node, rtmgr_child_key(other)), other);

	/* other is a route or skips bits: it did not count as full */
	if (way->depth) {
		parent = node_at(way, way->depth - 1);
		parent->full += rtmgr_node_is_full(parent, node);
	}
	rcu_assign_pointer(*way->slot[way->depth], node);
	return 0;
}

int rtmgr_trie_link(struct rtmgr_trie *trie, struct rtmgr_route *route, struct rtmgr_route *prev,
		    struct rtmgr_node **spare)
{
	struct rtmgr_node *child;
	struct way way;
	int err;

	if (prev) {
		struct rtmgr_route *next = rtmgr_writer_deref(prev->next);

		RCU_INIT_POINTER(route->next, next);
		rcu_assign_pointer(prev->next, route);
		if (!next && route->plen < prev->plen) {
			find(trie, route->key, &way);
			shortest_lower(&way, way.depth - 1, route->plen);
		}
		return 0;
	}

	child = find(trie, route->key, &way);
	if (child && rtmgr_is_route(child) &&
	    rtmgr_key_eq(rtmgr_as_route(child)->key, route->key)) {
		/* the head's prefix is the longest: no node needs to be told */
		RCU_INIT_POINTER(route->next, rtmgr_as_route(child));
		rcu_assign_pointer(*way.slot[way.depth], rtmgr_as_child(route));
		return 0;
	}

	RCU_INIT_POINTER(route->next, NULL);
	if (child) {
		err = link_beside(trie, &way, route, child, spare);
		if (err)
			return err;
	} else {
		rcu_assign_pointer(*way.slot[way.depth], rtmgr_as_child(route));
		if (way.depth)
			node_at(&way, way.depth - 1)->used++;
	}
	shortest_lower(&way, way.depth - 1, route->plen);
	/* a new node is at the end of the way, and as small as can be */
	resize_up(trie, &way, way.depth - 1);
	return 0;
}

void rtmgr_trie_unlink(struct rtmgr_trie *trie, struct rtmgr_route *route, struct rtmgr_route *prev)
{
	struct rtmgr_route *next = rtmgr_writer_deref(route->next);
	struct rtmgr_node *node;
	struct way way;
	int last;

	if (prev) {
		rcu_assign_pointer(prev->next, next);
		if (!next && prev->plen > route->plen) {
			find(trie, route->key, &way);
			shortest_raise(&way, way.depth - 1, route->plen);
		}
		return;
	}

	if (WARN_ON_ONCE(find(trie, route->key, &way) != rtmgr_as_child(route)))
		return;
	rcu_assign_pointer(*way.slot[way.depth], rtmgr_as_child(next));
	if (next || !way.depth)
		return;

	last = way.depth - 1;
	node = node_at(&way, last);
	node->used--;
	if (node->used == 1) {
		rtmgr_node_collapse(trie, last ? node_at(&way, last - 1) : NULL, way.slot[last]);
		last--;
	}
	shortest_raise(&way, last, route->plen);
	resize_up(trie, &way, last);
}

void rtmgr_trie_swap(struct rtmgr_trie *trie, struct rtmgr_route *old, struct rtmgr_route *new,
		     struct rtmgr_route *prev)
{
	struct way way;

	RCU_INIT_POINTER(new->next, rtmgr_writer_deref(old->next));
	if (prev) {
		rcu_assign_pointer(prev->next, new);
		return;
	}
	if (WARN_ON_ONCE(find(trie, old->key, &way) != rtmgr_as_child(old)))
		return;
	rcu_assign_pointer(*way.slot[way.depth], rtmgr_as_child(new));
}
