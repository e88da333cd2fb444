/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the trie is compared with: the plainest radix tree there is, a node for each bit on the way
 * to a route, nothing compressed. IPv4 only, routes are not taken out.
 */
#ifndef _RTMGR_BENCH_RADIX_H
#define _RTMGR_BENCH_RADIX_H

#include "../../core/route.h"

struct radix_node {
	struct radix_node *child[2];
	struct rtmgr_route *route;
};

struct radix {
	struct radix_node root;
	u64 bytes;	/* of nodes, without the root */
};

/* The first route of a prefix is kept, others that come later are not. False: out of memory. */
bool radix_insert(struct radix *radix, struct rtmgr_route *route);
struct rtmgr_route *radix_match(const struct radix *radix, struct rtmgr_key addr);
void radix_free(struct radix *radix);

#endif
