// SPDX-License-Identifier: GPL-2.0-only
/* See skbuff.h. */
#include "kernel.h"

struct sk_buff *alloc_skb(unsigned int size, gfp_t flags)
{
	/*
	 * the kernel rounds up to its allocation sizes, and dumps use what that gives: 64 is what
	 * it aligns to
	 */
	struct sk_buff *skb = kmalloc(sizeof(*skb) + ALIGN(size, 64), flags);

	if (!skb)
		return NULL;
	memset(skb, 0, sizeof(*skb));
	skb->users = 1;
	skb->data = skb->head;
	skb->tail = skb->head;
	skb->end = skb->head + ALIGN(size, 64);
	return skb;
}

void kfree_skb(struct sk_buff *skb)
{
	if (skb && --skb->users == 0)
		kfree(skb);
}

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	void *at = skb->tail;

	if ((unsigned int)skb_tailroom(skb) < len) {
		fprintf(stderr, "skb_put: %u bytes do not fit\n", len);
		abort();
	}
	skb->tail += len;
	skb->len += len;
	return at;
}
