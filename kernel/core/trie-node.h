/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of a trie, for trie*.c only.
 *
 * A node looks at `bits` bits of an address, from bit `pos` on, and has a child for each value of
 * them: another node, the head of the chain of one address, or NULL. It has two children at least.
 * All addresses below it share their first `pos` bits, which are its `key`; those that no node
 * above has looked at are skipped that way.
 *
 * A prefix of length plen that holds an address A is found at the address "the first plen bits of
 * A, then 0". So whoever found nothing at a child looks at the children whose index is the same but
 * for some of the last 1 bits, and goes on with 0 there. `shortest` tells when this is in vain: no
 * prefix below the node is shorter. Lengths that reach behind the bits of the node are not told
 * apart, as one never goes back for them: it is at most pos + bits. It may be less than what is
 * true, as to find out takes long in a large node, but never more.
 */
#ifndef _RTMGR_TRIE_NODE_H
#define _RTMGR_TRIE_NODE_H

#include "trie.h"

struct rtmgr_node {
	u8 bits;		/* 0 would be a struct rtmgr_route */
	u8 pos;
	u8 shortest;		/* changes under readers */
	struct rtmgr_key key;
	union {
		/* the writer's; needed no more once the node is out of the trie */
		struct {
			u32 used;	/* children that are not NULL */
			u32 full;	/* children that are nodes without skipped bits */
			struct rtmgr_node *next;	/* made, or made needless, by a resize */
		};
		struct rcu_head rcu;
	};
	struct rtmgr_node __rcu *child[];
};

/* kvmalloc() warns of more than INT_MAX bytes. */
#define RTMGR_NODE_BITS_MAX	26

static inline bool rtmgr_is_route(const struct rtmgr_node *child)
{
	return !child->bits;
}

static inline struct rtmgr_route *rtmgr_as_route(const struct rtmgr_node *child)
{
	return (struct rtmgr_route *)child;
}

static inline struct rtmgr_node *rtmgr_as_child(struct rtmgr_route *route)
{
	return (struct rtmgr_node *)route;
}

static inline unsigned int rtmgr_node_end(const struct rtmgr_node *node)
{
	return node->pos + node->bits;
}

static inline u32 rtmgr_node_size(const struct rtmgr_node *node)
{
	return 1U << node->bits;
}

static inline u32 rtmgr_node_index(const struct rtmgr_node *node, struct rtmgr_key key)
{
	return rtmgr_key_bits(key, node->pos, node->bits);
}

/* The writer holds a lock that this code does not know of. */
#define rtmgr_writer_deref(p)	rcu_dereference_protected(p, 1)

/* Without skipped bits: to look at one bit more in the parent would take this child's place. */
static inline bool rtmgr_node_is_full(const struct rtmgr_node *parent,
				      const struct rtmgr_node *child)
{
	return !rtmgr_is_route(child) && child->pos == rtmgr_node_end(parent);
}

/* The address of a route or node. */
static inline struct rtmgr_key rtmgr_child_key(const struct rtmgr_node *child)
{
	return rtmgr_is_route(child) ? rtmgr_as_route(child)->key : child->key;
}

/* trie-resize.c; all for the writer */
struct rtmgr_node *rtmgr_node_new(struct rtmgr_trie *trie, struct rtmgr_key key, unsigned int pos,
				  unsigned int bits);
void rtmgr_node_init(struct rtmgr_node *node, struct rtmgr_key key, unsigned int pos,
		     unsigned int bits);
/* Into a node that no reader sees yet. */
void rtmgr_node_put(struct rtmgr_node *node, u32 index, struct rtmgr_node *child);
/* Frees a node that readers may still see. */
void rtmgr_node_retire(struct rtmgr_trie *trie, struct rtmgr_node *node);
void rtmgr_node_count(struct rtmgr_trie *trie, const struct rtmgr_node *node);
/* The shortest prefix in or below a child, as far as it is shorter than end. */
unsigned int rtmgr_child_shortest(const struct rtmgr_node *child, unsigned int end);
/*
 * Puts the one child that the node in a slot has left in its place. parent is NULL when the slot is
 * the root's.
 */
void rtmgr_node_collapse(struct rtmgr_trie *trie, struct rtmgr_node *parent,
			 struct rtmgr_node __rcu **slot);
/* Gives the node in a slot the number of bits that suits its children. */
void rtmgr_node_resize(struct rtmgr_trie *trie, struct rtmgr_node *parent,
		       struct rtmgr_node __rcu **slot);

#endif
