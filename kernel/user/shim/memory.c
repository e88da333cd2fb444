// SPDX-License-Identifier: GPL-2.0-only
/* Allocation with failures on demand, and what is freed once no RCU reader can see it. */
#include <malloc.h>

#include "kernel.h"

unsigned long rtmgr_shim_live;
unsigned long rtmgr_shim_allocations;
unsigned long rtmgr_shim_fail_at;
bool (*rtmgr_shim_fail_hook)(size_t size);

unsigned int rtmgr_shim_rcu_depth;
struct rcu_head *rtmgr_shim_rcu_pending;

struct kmem_cache {
	unsigned int size;
};

static bool rtmgr_shim_fails(size_t size)
{
	rtmgr_shim_allocations++;
	if (unlikely(rtmgr_shim_fail_at) && --rtmgr_shim_fail_at == 0)
		return true;
	return unlikely(rtmgr_shim_fail_hook) && rtmgr_shim_fail_hook(size);
}

void *rtmgr_shim_alloc(size_t size, gfp_t flags)
{
	void *ptr;

	might_sleep_if(flags & __GFP_DIRECT_RECLAIM);
	/* more than the kernel ever gives: what the size of a product that overflowed asks for */
	if (rtmgr_shim_fails(size) || size > PTRDIFF_MAX)
		return NULL;
	ptr = flags & __GFP_ZERO ? calloc(1, size ? size : 1) : malloc(size ? size : 1);
	if (ptr)
		rtmgr_shim_live++;
	return ptr;
}

void kfree(const void *ptr)
{
	if (!ptr)
		return;
	rtmgr_shim_live--;
	free((void *)ptr);
}

void *kmemdup(const void *src, size_t len, gfp_t flags)
{
	void *ptr = kmalloc(len, flags);

	if (ptr)
		memcpy(ptr, src, len);
	return ptr;
}

char *kstrdup(const char *src, gfp_t flags)
{
	return src ? kmemdup(src, strlen(src) + 1, flags) : NULL;
}

size_t ksize(const void *ptr)
{
	return malloc_usable_size((void *)ptr);
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *cache;

	BUG_ON(ctor || align > _Alignof(max_align_t));
	(void)name;
	(void)flags;
	cache = kzalloc(sizeof(*cache), GFP_KERNEL);
	if (cache)
		cache->size = size;
	return cache;
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	kfree(cache);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	return rtmgr_shim_alloc(cache->size, flags);
}

void kmem_cache_free(struct kmem_cache *cache, void *ptr)
{
	(void)cache;
	kfree(ptr);
}

static void rtmgr_shim_rcu_call(struct rcu_head *head)
{
	uintptr_t func = (uintptr_t)head->func;

	if (func < PAGE_SIZE)
		kfree((char *)head - func);
	else
		head->func(head);
}

void rtmgr_shim_rcu_run(void)
{
	struct rcu_head *head = NULL;

	/* it was gathered newest first; the kernel calls back the oldest first */
	while (rtmgr_shim_rcu_pending) {
		struct rcu_head *next = rtmgr_shim_rcu_pending->next;

		rtmgr_shim_rcu_pending->next = head;
		head = rtmgr_shim_rcu_pending;
		rtmgr_shim_rcu_pending = next;
	}
	while (head) {
		struct rcu_head *next = head->next;

		rtmgr_shim_rcu_call(head);
		head = next;
	}
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	if (!rtmgr_shim_rcu_depth) {
		rtmgr_shim_rcu_call(head);
		return;
	}
	head->next = rtmgr_shim_rcu_pending;
	rtmgr_shim_rcu_pending = head;
}
