/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses and prefixes as 128 bits, left-aligned: an IPv4 address stands in the topmost 32 bits,
 * the rest is 0. One trie serves both families this way. Bit 0 is the most significant one.
 */
#ifndef _RTMGR_KEY_H
#define _RTMGR_KEY_H

#include "shim.h"

struct rtmgr_key {
	u64 hi;
	u64 lo;
};

static inline struct rtmgr_key rtmgr_key4(__be32 addr)
{
	return (struct rtmgr_key){ .hi = (u64)be32_to_cpu(addr) << 32 };
}

static inline struct rtmgr_key rtmgr_key6(const struct in6_addr *addr)
{
	__be64 half[2];

	memcpy(half, addr, sizeof(half));
	return (struct rtmgr_key){ .hi = be64_to_cpu(half[0]), .lo = be64_to_cpu(half[1]) };
}

static inline __be32 rtmgr_addr4(struct rtmgr_key key)
{
	return cpu_to_be32(key.hi >> 32);
}

static inline struct in6_addr rtmgr_addr6(struct rtmgr_key key)
{
	__be64 half[2] = { cpu_to_be64(key.hi), cpu_to_be64(key.lo) };
	struct in6_addr addr;

	memcpy(&addr, half, sizeof(addr));
	return addr;
}

static inline bool rtmgr_key_eq(struct rtmgr_key a, struct rtmgr_key b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static inline bool rtmgr_key_less(struct rtmgr_key a, struct rtmgr_key b)
{
	return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

/* The first plen bits of key, 0 behind them. */
static inline struct rtmgr_key rtmgr_key_prefix(struct rtmgr_key key, unsigned int plen)
{
	if (plen == 0)
		return (struct rtmgr_key){ 0, 0 };
	if (plen <= 64)
		return (struct rtmgr_key){ .hi = key.hi & (~0ULL << (64 - plen)) };
	if (plen < 128)
		key.lo &= ~0ULL << (128 - plen);
	return key;
}

/* The first plen bits of key, 1 behind them: the last address of a prefix. */
static inline struct rtmgr_key rtmgr_key_last(struct rtmgr_key key, unsigned int plen)
{
	if (plen < 64) {
		key.hi |= ~0ULL >> plen;
		key.lo = ~0ULL;
	} else if (plen < 128) {
		key.lo |= ~0ULL >> (plen - 64);
	}
	return key;
}

/* Whether addr lies within the prefix. */
static inline bool rtmgr_key_within(struct rtmgr_key addr, struct rtmgr_key prefix,
				    unsigned int plen)
{
	return rtmgr_key_eq(rtmgr_key_prefix(addr, plen), prefix);
}

/* How many leading bits two keys share; 128 when they are equal. */
static inline unsigned int rtmgr_key_common(struct rtmgr_key a, struct rtmgr_key b)
{
	if (a.hi != b.hi)
		return __builtin_clzll(a.hi ^ b.hi);
	if (a.lo != b.lo)
		return 64 + __builtin_clzll(a.lo ^ b.lo);
	return 128;
}

/* The count bits that begin at bit pos, as a number. 0 < count <= 32, pos + count <= 128. */
static inline unsigned int rtmgr_key_bits(struct rtmgr_key key, unsigned int pos,
					  unsigned int count)
{
	u64 bits;

	if (pos >= 64)
		bits = key.lo << (pos - 64);
	else
		bits = key.hi << pos | (pos ? key.lo >> (64 - pos) : 0);
	return bits >> (64 - count);
}

#endif
