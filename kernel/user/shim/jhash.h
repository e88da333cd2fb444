/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bob Jenkins' lookup3 hash (https://burtleburtle.net/bob/c/lookup3.c), with the kernel's names and
 * results.
 */
#ifndef _RTMGR_USER_JHASH_H
#define _RTMGR_USER_JHASH_H

#include "basics.h"

#define JHASH_INITVAL		0xdeadbeef
#define jhash_size(n)		((u32)1 << (n))
#define jhash_mask(n)		(jhash_size(n) - 1)

struct __jhash {
	u32 a, b, c;
};

static inline struct __jhash __jhash_mix(struct __jhash h)
{
	h.a -= h.c;
	h.a ^= rol32(h.c, 4);
	h.c += h.b;
	h.b -= h.a;
	h.b ^= rol32(h.a, 6);
	h.a += h.c;
	h.c -= h.b;
	h.c ^= rol32(h.b, 8);
	h.b += h.a;
	h.a -= h.c;
	h.a ^= rol32(h.c, 16);
	h.c += h.b;
	h.b -= h.a;
	h.b ^= rol32(h.a, 19);
	h.a += h.c;
	h.c -= h.b;
	h.c ^= rol32(h.b, 4);
	h.b += h.a;
	return h;
}

static inline u32 __jhash_final(struct __jhash h)
{
	h.c = (h.c ^ h.b) - rol32(h.b, 14);
	h.a = (h.a ^ h.c) - rol32(h.c, 11);
	h.b = (h.b ^ h.a) - rol32(h.a, 25);
	h.c = (h.c ^ h.b) - rol32(h.b, 16);
	h.a = (h.a ^ h.c) - rol32(h.c, 4);
	h.b = (h.b ^ h.a) - rol32(h.a, 14);
	return (h.c ^ h.b) - rol32(h.b, 24);
}

static inline u32 jhash(const void *key, u32 length, u32 initval)
{
	u32 start = JHASH_INITVAL + length + initval;
	struct __jhash h = { start, start, start };
	const u8 *k = key;
	u32 word[3];

	for (; length > 12; length -= 12, k += 12) {
		memcpy(word, k, 12);
		h.a += word[0];
		h.b += word[1];
		h.c += word[2];
		h = __jhash_mix(h);
	}
	if (!length)
		return h.c;
	memset(word, 0, sizeof(word));
	memcpy(word, k, length);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	/* the last bytes count as a little-endian word on every machine */
	word[0] = __builtin_bswap32(word[0]);
	word[1] = __builtin_bswap32(word[1]);
	word[2] = __builtin_bswap32(word[2]);
#endif
	h.a += word[0];
	h.b += word[1];
	h.c += word[2];
	return __jhash_final(h);
}

static inline u32 jhash2(const u32 *k, u32 length, u32 initval)
{
	u32 start = JHASH_INITVAL + (length << 2) + initval;
	struct __jhash h = { start, start, start };

	for (; length > 3; length -= 3, k += 3) {
		h.a += k[0];
		h.b += k[1];
		h.c += k[2];
		h = __jhash_mix(h);
	}
	if (!length)
		return h.c;
	h.a += k[0];
	h.b += length > 1 ? k[1] : 0;
	h.c += length > 2 ? k[2] : 0;
	return __jhash_final(h);
}

static inline u32 __jhash_nwords(u32 a, u32 b, u32 c, u32 initval)
{
	return __jhash_final((struct __jhash){ a + initval, b + initval, c + initval });
}

static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval)
{
	return __jhash_nwords(a, b, c, initval + JHASH_INITVAL + (3 << 2));
}

static inline u32 jhash_2words(u32 a, u32 b, u32 initval)
{
	return __jhash_nwords(a, b, 0, initval + JHASH_INITVAL + (2 << 2));
}

static inline u32 jhash_1word(u32 a, u32 initval)
{
	return __jhash_nwords(a, 0, 0, initval + JHASH_INITVAL + (1 << 2));
}

#endif
