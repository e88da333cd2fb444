/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trie, and beside it what it must say: its routes in an array, sorted as a walk meets them.
 * Everything that is asked of the trie is asked of the array, too, in the plainest way.
 */
#ifndef _RTMGR_TEST_ORACLE_H
#define _RTMGR_TEST_ORACLE_H

#include "harness.h"
#include "../../core/trie-node.h"

struct oracle {
	struct rtmgr_trie trie;
	struct rtmgr_route **route;
	unsigned int count;
	unsigned int room;
	s32 ranks;
	bool inexact;		/* had a node so large that `shortest` is but a bound since */
};

/*
 * Nodes of that many bits, or less, know what is the shortest prefix: core/trie.c, SHORTEST_WORK.
 */
#define ORACLE_EXACT_BITS	13

void oracle_init(struct oracle *oracle, u8 width);
/* Takes out what is left, in random order, and sees that no memory is. */
void oracle_end(struct oracle *oracle);

/* A route that is in no trie. */
struct rtmgr_route *oracle_route(struct oracle *oracle, struct rtmgr_key key, unsigned int plen,
				 u8 tos, u32 priority);

/* Where in the array a position is, or would be. */
unsigned int oracle_find(const struct oracle *oracle, const struct rtmgr_position *position);
/* What stands before place i in the same chain; NULL: it is the head. */
struct rtmgr_route *oracle_prev(const struct oracle *oracle, unsigned int i, struct rtmgr_key key);

/* -ENOMEM: nothing has changed. */
int oracle_link(struct oracle *oracle, struct rtmgr_route *route, struct rtmgr_node **spare);
/* Takes out what is at place i. The caller frees it. */
struct rtmgr_route *oracle_unlink(struct oracle *oracle, unsigned int i);
void oracle_swap(struct oracle *oracle, unsigned int i);

/* Asks both. */
void oracle_chain(const struct oracle *oracle, struct rtmgr_key key);
void oracle_match(const struct oracle *oracle, struct rtmgr_key addr, int max_plen);
/* Seeks, and goes on for some steps. */
void oracle_seek(const struct oracle *oracle, struct rtmgr_key key, unsigned int steps);

/* That all which is said of nodes in trie-node.h is so, and that every route is in its place. */
void oracle_check(const struct oracle *oracle);
/* Children of all nodes, there or not: tells how well they are filled. */
unsigned long oracle_slots(const struct oracle *oracle);

#endif
