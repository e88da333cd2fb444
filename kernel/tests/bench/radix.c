// SPDX-License-Identifier: GPL-2.0-only
#include "radix.h"

bool radix_insert(struct radix *radix, struct rtmgr_route *route)
{
	struct radix_node *node = &radix->root;
	unsigned int i;

	for (i = 0; i < route->plen; i++) {
		struct radix_node **child = &node->child[route->key.hi >> (63 - i) & 1];

		if (!*child) {
			*child = kzalloc(sizeof(**child), GFP_KERNEL);
			if (!*child)
				return false;
			radix->bytes += sizeof(**child);
		}
		node = *child;
	}
	if (!node->route)
		node->route = route;
	return true;
}

struct rtmgr_route *radix_match(const struct radix *radix, struct rtmgr_key addr)
{
	const struct radix_node *node = &radix->root;
	struct rtmgr_route *route = NULL;
	unsigned int i;

	for (i = 0; node; i++) {
		if (node->route)
			route = node->route;
		if (i == 32)
			break;
		node = node->child[addr.hi >> (63 - i) & 1];
	}
	return route;
}

void radix_free(struct radix *radix)
{
	struct radix_node *way[33] = { &radix->root };
	int depth = 0;

	while (depth >= 0) {
		struct radix_node *node = way[depth];
		unsigned int bit = node->child[0] ? 0 : 1;

		if (node->child[bit]) {
			way[++depth] = node->child[bit];
			node->child[bit] = NULL;
			continue;
		}
		if (depth)
			kfree(node);
		depth--;
	}
}
