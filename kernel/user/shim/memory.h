/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation. All of it, socket buffers included, passes through rtmgr_shim_alloc(), so that a test
 * can let each one fail in turn and see that nothing is left over.
 */
#ifndef _RTMGR_USER_MEMORY_H
#define _RTMGR_USER_MEMORY_H

#include "basics.h"

typedef unsigned int gfp_t;

#define __GFP_ZERO 0x100u
#define __GFP_DIRECT_RECLAIM 0x400u /* may sleep */
#define __GFP_NOWARN 0x2000u
#define __GFP_NORETRY 0x10000u
#define __GFP_RETRY_MAYFAIL 0x4000u
#define __GFP_ACCOUNT 0x400000u
#define GFP_ATOMIC 0x20u
#define GFP_NOWAIT 0x800u
#define GFP_KERNEL (0x0c0u | __GFP_DIRECT_RECLAIM)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)

/*
 * Counts of allocations: those that live, and all there ever were (failed ones included).
 *
 * rtmgr_shim_fail_at: 1 lets the next allocation fail, 2 the one behind it, and so on; 0: none.
 * Falls by 1 with each. rtmgr_shim_fail_hook: when there is one, it is asked for each, and true
 * lets it fail.
 */
extern unsigned long rtmgr_shim_live;
extern unsigned long rtmgr_shim_allocations;
extern unsigned long rtmgr_shim_fail_at;
extern bool (*rtmgr_shim_fail_hook)(size_t size);

void *rtmgr_shim_alloc(size_t size, gfp_t flags) __attribute__((__malloc__));
void kfree(const void *ptr);

#define kvfree(ptr) kfree(ptr)
#define kmalloc(size, flags) rtmgr_shim_alloc(size, flags)
#define kzalloc(size, flags) rtmgr_shim_alloc(size, (flags) | __GFP_ZERO)
#define kmalloc_array(n, size, flags) rtmgr_shim_alloc(size_mul(n, size), flags)
#define kcalloc(n, size, flags) rtmgr_shim_alloc(size_mul(n, size), (flags) | __GFP_ZERO)
#define kvmalloc(size, flags) kmalloc(size, flags)
#define kvzalloc(size, flags) kzalloc(size, flags)
#define kvmalloc_array(n, size, flags) kmalloc_array(n, size, flags)
#define kvcalloc(n, size, flags) kcalloc(n, size, flags)

void *kmemdup(const void *src, size_t len, gfp_t flags);
char *kstrdup(const char *src, gfp_t flags);
/* Bytes that an allocation really takes. */
size_t ksize(const void *ptr);

struct kmem_cache;

#define SLAB_HWCACHE_ALIGN 0x2000u
#define SLAB_PANIC 0x40000u
#define SLAB_ACCOUNT 0x4000000u

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *));
void kmem_cache_destroy(struct kmem_cache *cache);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *ptr);
#define kmem_cache_zalloc(cache, flags) kmem_cache_alloc(cache, (flags) | __GFP_ZERO)

#endif
