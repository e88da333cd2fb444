// SPDX-License-Identifier: GPL-2.0-only
/* Walks a whole trie and sees that it is made as trie-node.h says. */
#include "oracle.h"

struct structure {
	const struct oracle *oracle;
	unsigned int next;	/* place in the array that comes next */
	u32 nodes;
	u64 bytes;
	unsigned long slots;
};

/* These answer the length of the shortest prefix in or below them. */
static unsigned int check_chain(struct structure *s, const struct rtmgr_route *route)
{
	const struct rtmgr_route *head = route;
	unsigned int shortest = 0;

	for (; route; route = rcu_dereference_raw(route->next)) {
		check(route->bits == 0);
		check(rtmgr_key_eq(route->key, head->key));
		check(s->next < s->oracle->count && s->oracle->route[s->next] == route, "place %u",
		      s->next);
		s->next++;
		shortest = route->plen;
	}
	return shortest;
}

static unsigned int check_child(struct structure *s, const struct rtmgr_node *child,
				unsigned int pos, int depth)
{
	unsigned int shortest = 255;
	u32 used = 0, full = 0;
	u32 i;

	if (rtmgr_is_route(child))
		return check_chain(s, rtmgr_as_route(child));

	check(depth + 1 < RTMGR_TRIE_DEPTH);
	check(child->pos >= pos && child->bits <= RTMGR_NODE_BITS_MAX);
	check(rtmgr_node_end(child) <= s->oracle->trie.width);
	check(rtmgr_key_eq(child->key, rtmgr_key_prefix(child->key, child->pos)));
	s->nodes++;
	s->slots += rtmgr_node_size(child);
	s->bytes += struct_size(child, child, rtmgr_node_size(child));

	for (i = 0; i < rtmgr_node_size(child); i++) {
		const struct rtmgr_node *grandchild = rcu_dereference_raw(child->child[i]);

		if (!grandchild)
			continue;
		used++;
		full += rtmgr_node_is_full(child, grandchild);
		check(rtmgr_key_within(rtmgr_child_key(grandchild), child->key, child->pos));
		check(rtmgr_node_index(child, rtmgr_child_key(grandchild)) == i);
		shortest =
			min(shortest, check_child(s, grandchild, rtmgr_node_end(child), depth + 1));
	}
	check(used >= 2, "a node with %u children", used);
	check(child->used == used && child->full == full);

	shortest = min(shortest, rtmgr_node_end(child));
	check(child->shortest <= shortest);
	if (!s->oracle->inexact)
		check(child->shortest == shortest, "%u, not %u", child->shortest, shortest);
	return shortest;
}

static void walk_structure(struct structure *s)
{
	const struct rtmgr_node *root = rcu_dereference_raw(s->oracle->trie.root);

	if (root)
		check_child(s, root, 0, 0);
}

void oracle_check(const struct oracle *oracle)
{
	struct structure s = { .oracle = oracle };

	walk_structure(&s);
	check(s.next == oracle->count, "%u routes, not %u", s.next, oracle->count);
	check(s.nodes == oracle->trie.nodes, "%u nodes, not %u", s.nodes, oracle->trie.nodes);
	check(s.bytes == oracle->trie.bytes);
}

unsigned long oracle_slots(const struct oracle *oracle)
{
	struct structure s = { .oracle = oracle };

	walk_structure(&s);
	return s.slots;
}
