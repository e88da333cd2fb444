/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trie of one table: from an address to the chain of routes that begin there. Compressed along
 * paths (no node with one child) and in levels (a node may decide by many bits at once).
 *
 * One writer at a time; readers need rcu_read_lock() only. Functions for the writer say so.
 */
#ifndef _RTMGR_TRIE_H
#define _RTMGR_TRIE_H

#include "route.h"

struct rtmgr_node;

struct rtmgr_trie {
	/* a node, a route (the head of a chain), or NULL */
	struct rtmgr_node __rcu *root;
	u8 width; /* bits of an address: 32 or 128 */
	u32 nodes; /* without routes */
	u64 bytes; /* memory of the nodes, without routes */
};

void rtmgr_trie_init(struct rtmgr_trie *trie, u8 width);

/* Frees the nodes of a trie that holds no route any more. */
void rtmgr_trie_destroy(struct rtmgr_trie *trie);

/*
 * Memory that linking a route may need. Whoever has a spare can link a route without fail: a
 * removal that may have to be undone takes one first. NULL: out of memory.
 */
struct rtmgr_node *rtmgr_trie_spare(void);
void rtmgr_trie_spare_free(struct rtmgr_node *spare);

/*
 * Writer. Puts a route into the chain of its address, behind prev, or at the head when prev is
 * NULL. The caller has chosen prev so that the chain stays in order. Uses *spare (and sets it to
 * NULL) when it needs a node and *spare is there; spare may be NULL. -ENOMEM: nothing has changed;
 * never with a spare.
 */
int rtmgr_trie_link(struct rtmgr_trie *trie, struct rtmgr_route *route, struct rtmgr_route *prev,
		    struct rtmgr_node **spare);

/*
 * Writer. Takes a route out of its chain; prev is the route before it there, NULL at the head.
 * Readers may still see it.
 */
void rtmgr_trie_unlink(struct rtmgr_trie *trie, struct rtmgr_route *route,
		       struct rtmgr_route *prev);

/*
 * Writer. Puts new in the place of old, at once for every reader. Same address, same prefix length.

 */
void rtmgr_trie_swap(struct rtmgr_trie *trie, struct rtmgr_route *old, struct rtmgr_route *new,
		     struct rtmgr_route *prev);

/* The head of the chain of exactly this address; NULL: there is none. Reader or writer. */
struct rtmgr_route *rtmgr_trie_chain(const struct rtmgr_trie *trie, struct rtmgr_key key);

/*
 * Longest-prefix match: the first route, in chain order, of the longest prefix of at most max_plen
 * bits that holds addr. NULL: none. To go on with shorter ones, ask again with the plen found
 * less 1.
 */
struct rtmgr_route *rtmgr_trie_match(const struct rtmgr_trie *trie, struct rtmgr_key addr,
				     int max_plen);

/* Deepest path: each node decides by at least one bit. */
#define RTMGR_TRIE_DEPTH 129

/*
 * Walks the chains in the order of their addresses. Good within one rcu_read_lock() section only.
 * When the table changed meanwhile, seek again: what it sees may be a little old, but is never
 * freed memory.
 */
struct rtmgr_cursor {
	int depth;
	struct {
		const struct rtmgr_node *node;
		u32 index;
	} at[RTMGR_TRIE_DEPTH];
};

/* The head of the first chain whose address is key or behind it; NULL: none. */
struct rtmgr_route *rtmgr_trie_seek(const struct rtmgr_trie *trie, struct rtmgr_cursor *cursor,
				    struct rtmgr_key key);

/* The head of the next chain; NULL: that was the last. */
struct rtmgr_route *rtmgr_trie_step(struct rtmgr_cursor *cursor);

#endif
