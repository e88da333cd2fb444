// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nodes, and how many bits each looks at. A node is doubled when its children fill the larger one
 * well enough, and halved when they leave it too empty; the thresholds lie apart, so that no
 * sequence of changes makes every one of them copy a large node. To find no memory for it is not an
 * error: the trie is as right with the nodes it has, only slower.
 */
#include "trie-node.h"

/* Per cent of the children that are there, in the node once doubled, and in the node as it is. */
#define INFLATE_FILL		50
#define HALVE_FILL		25
/* The root is passed on every way: give it more memory, to spare it levels. */
#define INFLATE_FILL_ROOT	30
#define HALVE_FILL_ROOT		15

/* Doublings or halvings at a time. What is left is done by the changes that follow. */
#define RESIZE_WORK		10

/* Children between two looks at whether another task waits. */
#define RESIZE_BREATH		1024

void rtmgr_node_init(struct rtmgr_node *node, struct rtmgr_key key, unsigned int pos,
		     unsigned int bits)
{
	node->bits = bits;
	node->pos = pos;
	node->shortest = pos + bits;
	node->key = rtmgr_key_prefix(key, pos);
}

void rtmgr_node_count(struct rtmgr_trie *trie, const struct rtmgr_node *node)
{
	trie->nodes++;
	trie->bytes += struct_size(node, child, rtmgr_node_size(node));
}

static void node_discount(struct rtmgr_trie *trie, const struct rtmgr_node *node)
{
	trie->nodes--;
	trie->bytes -= struct_size(node, child, rtmgr_node_size(node));
}

struct rtmgr_node *rtmgr_node_new(struct rtmgr_trie *trie, struct rtmgr_key key, unsigned int pos,
				  unsigned int bits)
{
	struct rtmgr_node *node;

	node = kvzalloc(struct_size(node, child, 1UL << bits), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!node)
		return NULL;
	rtmgr_node_init(node, key, pos, bits);
	rtmgr_node_count(trie, node);
	return node;
}

void rtmgr_node_retire(struct rtmgr_trie *trie, struct rtmgr_node *node)
{
	node_discount(trie, node);
	kvfree_rcu(node, rcu);
}

unsigned int rtmgr_child_shortest(const struct rtmgr_node *child, unsigned int end)
{
	const struct rtmgr_route *route, *next;

	if (!rtmgr_is_route(child))
		return min_t(unsigned int, child->shortest, end);

	/* a prefix shorter than end has but 0 from end - 1 on; few chains need to be walked */
	route = rtmgr_as_route(child);
	if (!rtmgr_key_eq(route->key, rtmgr_key_prefix(route->key, end - 1)))
		return end;
	while ((next = rtmgr_writer_deref(route->next)))
		route = next;
	return min_t(unsigned int, route->plen, end);
}

void rtmgr_node_put(struct rtmgr_node *node, u32 index, struct rtmgr_node *child)
{
	node->used++;
	node->full += rtmgr_node_is_full(node, child);
	node->shortest = rtmgr_child_shortest(child, node->shortest);
	RCU_INIT_POINTER(node->child[index], child);
}

/* Adds a node to a list that begins in the head's `next`. */
static void list_node(struct rtmgr_node *head, struct rtmgr_node *node)
{
	node->next = head->next;
	head->next = node;
}

/* Gives up a larger or smaller node, and those made for it. No reader has seen them. */
static void drop_new(struct rtmgr_trie *trie, struct rtmgr_node *node)
{
	while (node) {
		struct rtmgr_node *next = node->next;

		node_discount(trie, node);
		kvfree(node);
		node = next;
	}
}

/*
 * Puts a node in the place of another, for which the other and the nodes in its list are needed no
 * more.
 */
static void replace(struct rtmgr_trie *trie, struct rtmgr_node __rcu **slot,
		    struct rtmgr_node *node)
{
	struct rtmgr_node *old = rtmgr_writer_deref(*slot);

	rcu_assign_pointer(*slot, node);
	while (old) {
		struct rtmgr_node *next = old->next;

		rtmgr_node_retire(trie, old);
		old = next;
	}
}

/*
 * Puts half of a child into a doubled node: as a node of its own, or what is left of it without one
 * that has less than two children.
 */
static int put_half(struct rtmgr_trie *trie, struct rtmgr_node *node, u32 index,
		    const struct rtmgr_node *child, bool upper)
{
	struct rtmgr_node *half, *grandchild, *only = NULL;
	u32 size = rtmgr_node_size(child) / 2;
	u32 first = upper ? size : 0;
	struct rtmgr_key key;
	u32 used = 0;
	u32 i;

	for (i = 0; i < size && used < 2; i++) {
		grandchild = rtmgr_writer_deref(child->child[first + i]);
		if (grandchild) {
			only = grandchild;
			used++;
		}
	}
	if (!used)
		return 0;
	if (used == 1) {
		rtmgr_node_put(node, index, only);
		return 0;
	}

	key = rtmgr_child_key(only);
	half = rtmgr_node_new(trie, key, child->pos + 1, child->bits - 1);
	if (!half)
		return -ENOMEM;
	list_node(node, half);
	for (i = 0; i < size; i++) {
		grandchild = rtmgr_writer_deref(child->child[first + i]);
		if (grandchild)
			rtmgr_node_put(half, i, grandchild);
	}
	rtmgr_node_put(node, index, half);
	return 0;
}

static bool inflate(struct rtmgr_trie *trie, struct rtmgr_node __rcu **slot)
{
	struct rtmgr_node *old = rtmgr_writer_deref(*slot);
	struct rtmgr_node *node, *child;
	u32 size = rtmgr_node_size(old);
	u32 i;

	node = rtmgr_node_new(trie, old->key, old->pos, old->bits + 1);
	if (!node)
		return false;
	old->next = NULL;

	for (i = 0; i < size; i++) {
		if (i % RESIZE_BREATH == RESIZE_BREATH - 1)
			cond_resched();
		child = rtmgr_writer_deref(old->child[i]);
		if (!child)
			continue;
		if (!rtmgr_node_is_full(old, child)) {
			rtmgr_node_put(node, rtmgr_node_index(node, rtmgr_child_key(child)), child);
			continue;
		}
		if (child->bits == 1) {
			rtmgr_node_put(node, 2 * i, rtmgr_writer_deref(child->child[0]));
			rtmgr_node_put(node, 2 * i + 1, rtmgr_writer_deref(child->child[1]));
		} else if (put_half(trie, node, 2 * i, child, false) ||
			   put_half(trie, node, 2 * i + 1, child, true)) {
			drop_new(trie, node);
			return false;
		}
		list_node(old, child);
	}
	replace(trie, slot, node);
	return true;
}

static bool halve(struct rtmgr_trie *trie, struct rtmgr_node __rcu **slot)
{
	struct rtmgr_node *old = rtmgr_writer_deref(*slot);
	struct rtmgr_node *node, *pair, *lower, *upper;
	u32 size = rtmgr_node_size(old) / 2;
	u32 i;

	node = rtmgr_node_new(trie, old->key, old->pos, old->bits - 1);
	if (!node)
		return false;
	old->next = NULL;

	for (i = 0; i < size; i++) {
		if (i % RESIZE_BREATH == RESIZE_BREATH - 1)
			cond_resched();
		lower = rtmgr_writer_deref(old->child[2 * i]);
		upper = rtmgr_writer_deref(old->child[2 * i + 1]);
		if (!lower || !upper) {
			if (lower || upper)
				rtmgr_node_put(node, i, lower ?: upper);
			continue;
		}
		pair = rtmgr_node_new(trie, rtmgr_child_key(lower), rtmgr_node_end(node), 1);
		if (!pair) {
			drop_new(trie, node);
			return false;
		}
		list_node(node, pair);
		rtmgr_node_put(pair, 0, lower);
		rtmgr_node_put(pair, 1, upper);
		rtmgr_node_put(node, i, pair);
	}
	replace(trie, slot, node);
	return true;
}

static bool should_inflate(const struct rtmgr_trie *trie, const struct rtmgr_node *node, bool root)
{
	u64 fill = root ? INFLATE_FILL_ROOT : INFLATE_FILL;

	/* without a full child, no way would become shorter */
	return node->full && node->bits < RTMGR_NODE_BITS_MAX &&
	       rtmgr_node_end(node) < trie->width &&
	       ((u64)node->used + node->full) * 50 >= fill * rtmgr_node_size(node);
}

static bool should_halve(const struct rtmgr_node *node, bool root)
{
	u64 fill = root ? HALVE_FILL_ROOT : HALVE_FILL;

	return node->bits > 1 && (u64)node->used * 100 < fill * rtmgr_node_size(node);
}

void rtmgr_node_collapse(struct rtmgr_trie *trie, struct rtmgr_node *parent,
			 struct rtmgr_node __rcu **slot)
{
	struct rtmgr_node *node = rtmgr_writer_deref(*slot);
	u32 i = 0;

	while (!rcu_access_pointer(node->child[i]))
		i++;
	/* the child skips the bits that the node looked at */
	if (parent)
		parent->full -= rtmgr_node_is_full(parent, node);
	rcu_assign_pointer(*slot, rtmgr_writer_deref(node->child[i]));
	rtmgr_node_retire(trie, node);
}

void rtmgr_node_resize(struct rtmgr_trie *trie, struct rtmgr_node *parent,
		       struct rtmgr_node __rcu **slot)
{
	int work = RESIZE_WORK;

	while (work && should_inflate(trie, rtmgr_writer_deref(*slot), !parent)) {
		if (!inflate(trie, slot))
			return;
		work--;
	}
	if (work < RESIZE_WORK)
		return;
	while (work && should_halve(rtmgr_writer_deref(*slot), !parent)) {
		if (!halve(trie, slot))
			break;
		work--;
	}
	/* the last two children became a pair */
	if (rtmgr_writer_deref(*slot)->used == 1)
		rtmgr_node_collapse(trie, parent, slot);
}
