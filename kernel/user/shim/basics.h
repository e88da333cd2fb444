/* SPDX-License-Identifier: GPL-2.0-only */
/* Types, byte order, arithmetic and warnings, as the kernel names them. */
#ifndef _RTMGR_USER_BASICS_H
#define _RTMGR_USER_BASICS_H

/* glibc's headers first: those of the kernel then leave out what both define. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>
#include <linux/icmpv6.h>
#include <linux/if.h>
#include <linux/ipv6_route.h>
#include <linux/lwtunnel.h>
#include <linux/netlink.h>
#include <linux/route.h>
#include <linux/rtnetlink.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#define U8_MAX		((u8)~0U)
#define S8_MAX		((s8)(U8_MAX >> 1))
#define S8_MIN		((s8)(-S8_MAX - 1))
#define U16_MAX		((u16)~0U)
#define S16_MAX		((s16)(U16_MAX >> 1))
#define S16_MIN		((s16)(-S16_MAX - 1))
#define U32_MAX		((u32)~0U)
#define S32_MAX		((s32)(U32_MAX >> 1))
#define S32_MIN		((s32)(-S32_MAX - 1))
#define U64_MAX		((u64)~0ULL)
#define S64_MAX		((s64)(U64_MAX >> 1))
#define S64_MIN		((s64)(-S64_MAX - 1))

#define PAGE_SIZE	4096UL

/* What sparse checks in the kernel. */
#define __rcu
#define __user
#define __force
#ifndef __bitwise
#define __bitwise
#endif
#define __acquires(lock)
#define __releases(lock)
#define __must_hold(lock)
#define __acquire(lock)		((void)0)
#define __release(lock)		((void)0)

#define __init
#define __exit
#define __net_init
#define __net_exit
#define __read_mostly
#define __ro_after_init

#undef __packed
#undef __aligned
#define __packed		__attribute__((__packed__))
#define __aligned(x)		__attribute__((__aligned__(x)))
#define __maybe_unused		__attribute__((__unused__))
#define __always_unused		__attribute__((__unused__))
#define __must_check		__attribute__((__warn_unused_result__))
#define __cold			__attribute__((__cold__))
#define __printf(fmt, args)	__attribute__((__format__(__printf__, fmt, args)))
#define noinline		__attribute__((__noinline__))
#define fallthrough		__attribute__((__fallthrough__))
#define ____cacheline_aligned	__aligned(64)

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define prefetch(x)		__builtin_prefetch(x)

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile typeof(x) *)&(x) = (val))
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)

#undef static_assert
#define __static_assert(expr, msg, ...)	_Static_assert(expr, msg)
#define static_assert(expr, ...)	__static_assert(expr, ##__VA_ARGS__, #expr)
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), "BUILD_BUG_ON: " #cond)

#define container_of(ptr, type, member) ({				\
	const typeof(((type *)0)->member) * __mptr = (ptr);		\
	(type *)((char *)(uintptr_t)__mptr - offsetof(type, member)); })

#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define offsetofend(type, member)	(offsetof(type, member) + sizeof_field(type, member))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

#undef min
#undef max
#define min(a, b) ({							\
	typeof(a) __a = (a);						\
	typeof(b) __b = (b);						\
	(void)(&__a == &__b);						\
	__a < __b ? __a : __b; })
#define max(a, b) ({							\
	typeof(a) __a = (a);						\
	typeof(b) __b = (b);						\
	(void)(&__a == &__b);						\
	__a > __b ? __a : __b; })
#define min_t(type, a, b) ({ type __a = (a); type __b = (b); __a < __b ? __a : __b; })
#define max_t(type, a, b) ({ type __a = (a); type __b = (b); __a > __b ? __a : __b; })
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi)	min_t(type, max_t(type, v, lo), hi)
#define clamp_val(v, lo, hi)	clamp_t(typeof(v), v, lo, hi)
#define swap(a, b) do { typeof(a) __tmp = (a); (a) = (b); (b) = __tmp; } while (0)

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(h, l)		((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define BITS_PER_LONG		__LONG_WIDTH__
#define ALIGN(x, a)		(((x) + ((typeof(x))(a) - 1)) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((typeof(x))(a) - 1)) == 0)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define roundup(x, y)		((((x) + ((y) - 1)) / (y)) * (y))

#define check_add_overflow(a, b, d)	__builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d)	__builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d)	__builtin_mul_overflow(a, b, d)

/* Saturate: an allocation of that many bytes fails. */
static inline size_t size_mul(size_t a, size_t b)
{
	size_t product;

	return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t sum;

	return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

#define array_size(a, b)	size_mul(a, b)
#define flex_array_size(p, member, count)	size_mul(count, sizeof(*(p)->member))
#define struct_size(p, member, count)	\
	size_add(sizeof(*(p)), flex_array_size(p, member, count))

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static inline unsigned long __fls(unsigned long x)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(x);
}

static inline unsigned long __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

#define hweight32(x)		((unsigned int)__builtin_popcount(x))
#define hweight64(x)		((unsigned long)__builtin_popcountll(x))
#define ilog2(n)		(fls64(n) - 1)
#define is_power_of_2(n)	((n) != 0 && ((n) & ((n) - 1)) == 0)

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return 1UL << fls64(n - 1);
}

static inline u32 rol32(u32 word, unsigned int shift)
{
	return (word << (shift & 31)) | (word >> ((-shift) & 31));
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return (word >> (shift & 31)) | (word << ((-shift) & 31));
}

#define cpu_to_be16(x)		((__be16)htobe16(x))
#define cpu_to_be32(x)		((__be32)htobe32(x))
#define cpu_to_be64(x)		((__be64)htobe64(x))
#define be16_to_cpu(x)		((u16)be16toh(x))
#define be32_to_cpu(x)		((u32)be32toh(x))
#define be64_to_cpu(x)		((u64)be64toh(x))

#define MAX_ERRNO		4095
#define IS_ERR_VALUE(x)		unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE(ptr);
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return unlikely(!ptr) || IS_ERR_VALUE(ptr);
}

static inline void *ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

static inline int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

/*
 * Warnings so far: a test wants none. And whether the first one ends the program, which is what a
 * fuzzer wants.
 */
extern unsigned long rtmgr_shim_warnings;
extern bool rtmgr_shim_abort_on_warning;
/* Whether pr_info(), pr_debug() and what is rate-limited in the kernel are printed. */
extern bool rtmgr_shim_verbose;

void rtmgr_shim_warn(const char *file, int line, const char *what);
void rtmgr_shim_bug(const char *file, int line, const char *what) __attribute__((__noreturn__));

#define WARN_ON(cond) ({						\
	bool __warn = !!(cond);						\
	if (unlikely(__warn))						\
		rtmgr_shim_warn(__FILE__, __LINE__, #cond);		\
	unlikely(__warn); })
#define WARN_ON_ONCE(cond) ({						\
	static bool __warned;						\
	bool __warn_once = !!(cond);					\
	if (unlikely(__warn_once) && !__warned) {			\
		__warned = true;					\
		rtmgr_shim_warn(__FILE__, __LINE__, #cond);		\
	}								\
	unlikely(__warn_once); })
#define WARN_ONCE(cond, fmt, ...)	WARN_ON_ONCE(cond)
#define WARN(cond, fmt, ...)	WARN_ON(cond)
#define BUG()			rtmgr_shim_bug(__FILE__, __LINE__, "BUG")
#define BUG_ON(cond) do { if (unlikely(cond)) rtmgr_shim_bug(__FILE__, __LINE__, #cond); } while (0)

#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME		"rtmgr"
#endif
#ifndef pr_fmt
#define pr_fmt(fmt)		fmt
#endif
#define pr_err(fmt, ...)	fprintf(stderr, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	fprintf(stderr, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...)	fprintf(stderr, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once		pr_warn
#define __pr_verbose(fmt, ...)	\
	((void)(rtmgr_shim_verbose && fprintf(stderr, pr_fmt(fmt), ##__VA_ARGS__)))
#define pr_info			__pr_verbose
#define pr_debug		__pr_verbose
#define pr_warn_ratelimited	__pr_verbose
#define pr_info_ratelimited	__pr_verbose
#define pr_err_ratelimited	__pr_verbose

ssize_t strscpy(char *dst, const char *src, size_t size);
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
void *memchr_inv(const void *start, int c, size_t bytes);

#define NSEC_PER_MSEC	1000000L

/* CLOCK_MONOTONIC */
u64 ktime_get_ns(void);
u32 get_random_u32(void);

#endif
