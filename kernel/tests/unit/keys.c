// SPDX-License-Identifier: GPL-2.0-only
#include "keys.h"

static const char *const keys_name[KEYS_KINDS] = {
	[KEYS_RANDOM] = "random",
	[KEYS_REAL] = "real",
	[KEYS_DENSE] = "dense",
	[KEYS_SPARSE] = "sparse",
	[KEYS_NESTED] = "nested",
	[KEYS_HOSTS] = "hosts",
	[KEYS_HIGH_BITS] = "high bits",
	[KEYS_COMB] = "comb",
	[KEYS_SINGLE_BITS] = "single bits",
};

static struct rtmgr_key random_key(void)
{
	return (struct rtmgr_key){ test_random(), test_random() };
}

/* The same key for the same number. */
static struct rtmgr_key numbered_key(u64 n)
{
	n = (n + 1) * 0x9e3779b97f4a7c15ULL;
	n ^= n >> 29;
	return (struct rtmgr_key){ n * 0xbf58476d1ce4e5b9ULL, n * 0x94d049bb133111ebULL };
}

/* A number in the last bits of the first plen. */
static struct rtmgr_key counted_key(unsigned int plen, u64 n)
{
	if (plen <= 64)
		return (struct rtmgr_key){ .hi = n << (64 - plen) };
	return (struct rtmgr_key){ .hi = plen < 128 ? n >> (plen - 64) : 0, .lo =
		n << (128 - plen) };
}

static struct rtmgr_key one_bit(unsigned int bit)
{
	if (bit < 64)
		return (struct rtmgr_key){ .hi = 1ULL << (63 - bit) };
	return (struct rtmgr_key){ .lo = 1ULL << (127 - bit) };
}

static struct rtmgr_key flip(struct rtmgr_key key, struct rtmgr_key by)
{
	return (struct rtmgr_key){ key.hi ^ by.hi, key.lo ^ by.lo };
}

static struct rtmgr_key somewhere_within(struct prefix p, unsigned int width)
{
	struct rtmgr_key rest = rtmgr_key_last((struct rtmgr_key){ 0, 0 }, p.plen);
	struct rtmgr_key any = random_key();

	any.hi &= rest.hi;
	any.lo &= rest.lo;
	return rtmgr_key_prefix(flip(p.key, any), width);
}

static unsigned int real_length(unsigned int width)
{
	static const u8 v4[] = {
		8, 14, 16, 17, 18, 19, 20, 21, 22, 22, 23, 23, 24, 24, 24, 24, 24, 24, 24, 32
	};
	static const u8 v6[] = {
		20, 28, 29, 32, 32, 36, 40, 40, 44, 44, 48, 48, 48, 48, 48, 56, 64, 128
	};

	return width == 32 ? v4[test_below(sizeof(v4))] : v6[test_below(sizeof(v6))];
}

struct prefix keys_prefix(enum keys kind, unsigned int width, unsigned int span)
{
	struct rtmgr_key all = { ~0ULL, ~0ULL };
	struct prefix p = { .plen = width };

	switch (kind) {
	case KEYS_RANDOM:
		p.plen = test_below(width + 1);
		p.key = random_key();
		break;
	case KEYS_REAL:
		p.plen = real_length(width);
		p.key = numbered_key(test_below(span / 16 + 1));
		p.key =
			flip(p.key,
			     rtmgr_key_prefix((struct rtmgr_key){ test_random() >> (width / 4), 0 },
					      width));
		break;
	case KEYS_DENSE:
		p.plen = width - 8 - test_below(4) * test_below(2);
		p.key = counted_key(width - 8, 0x10000 + test_below(span));
		break;
	case KEYS_SPARSE:
		p.plen = width - test_below(3);
		p.key = numbered_key(test_below(span));
		break;
	case KEYS_NESTED:
		p.plen = test_below(width + 1);
		p.key = numbered_key(test_below(span / width + 1));
		break;
	case KEYS_HOSTS:
		p.key = test_below(2) ?
			counted_key(width, test_below(span)) : numbered_key(test_below(span));
		break;
	case KEYS_HIGH_BITS:
		p.plen = width - test_below(8) * test_below(2);
		p.key =
			flip(rtmgr_key_prefix(numbered_key(7), width - 20),
			     counted_key(width, test_below(span)));
		break;
	case KEYS_COMB:
		p.key =
			flip(all,
			     rtmgr_key_last((struct rtmgr_key){ 0, 0 }, test_below(width + 1)));
		if (test_below(2))
			p.key = flip(p.key, one_bit(test_below(width)));
		p.plen = test_below(3) ? width : test_below(width + 1);
		break;
	case KEYS_SINGLE_BITS:
	default:
		p.key = one_bit(test_below(width));
		if (test_below(2))
			p.key = flip(p.key, one_bit(test_below(width)));
		p.plen = test_below(width + 1);
		break;
	}
	p.key = rtmgr_key_prefix(p.key, p.plen);
	return p;
}

struct rtmgr_key keys_address(enum keys kind, unsigned int width, unsigned int span)
{
	struct prefix p = keys_prefix(kind, width, span);

	switch (test_below(4)) {
	case 0:
		return p.key;
	case 1:
		return rtmgr_key_prefix(rtmgr_key_last(p.key, p.plen), width);
	case 2:
		return flip(p.key, one_bit(test_below(width)));
	default:
		return somewhere_within(p, width);
	}
}

size_t keys_cases(struct test_case *cases, const char *name, void (*run)(unsigned long argument))
{
	static const u8 width[] = { 32, 128 };
	static char names[8 * KEYS_KINDS][40];
	static unsigned int named;
	unsigned int kind, i;
	size_t count = 0;

	for (kind = 0; kind < KEYS_KINDS; kind++) {
		for (i = 0; i < ARRAY_SIZE(width); i++) {
			snprintf(names[named], sizeof(names[named]), "%s, IPv%c, %s", name,
				 width[i] == 32 ? '4' : '6', keys_name[kind]);
			cases[count++] = (struct test_case){
				.name = names[named++],
				.run = run,
				.argument = kind << 8 | width[i],
			};
		}
	}
	return count;
}
