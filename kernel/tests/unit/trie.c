// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trie beside its oracle: random operations on prefixes of many kinds, with and without memory,
 * and special cases.
 */
#include "keys.h"
#include "oracle.h"

#define OPERATIONS	400000	/* of each kind and width */
#define ROUNDS		8

static bool fail_always(size_t size)
{
	return true;
}

static bool fail_often(size_t size)
{
	return test_once_in(3);
}

struct round {
	struct oracle oracle;
	enum keys kind;
	unsigned int width;
	unsigned int span;
	unsigned int most;	/* routes */
	bool grows;
	bool starves;
};

static void add(struct round *r)
{
	struct prefix p = keys_prefix(r->kind, r->width, r->span);
	struct rtmgr_route *route;
	struct rtmgr_trie before = r->oracle.trie;

	/* a second prefix of an address that is there already */
	if (r->oracle.count && test_once_in(4)) {
		p.key = r->oracle.route[test_below(r->oracle.count)]->key;
		while (p.plen < r->width && !rtmgr_key_eq(p.key, rtmgr_key_prefix(p.key, p.plen)))
			p.plen++;
	}
	route =
		oracle_route(&r->oracle, p.key, p.plen, test_below(8) ? 0 : 4 * test_below(3),
			     test_below(3));
	if (oracle_link(&r->oracle, route, NULL)) {
		check(r->starves);
		check(before.root == r->oracle.trie.root && before.nodes == r->oracle.trie.nodes &&
		      before.bytes == r->oracle.trie.bytes);
		kfree(route);
	}
}

/* What a request that is undone does: with a spare, the way back cannot fail. */
static void remove_and_undo(struct round *r)
{
	unsigned int i = test_below(r->oracle.count);
	struct rtmgr_node *spare;
	struct rtmgr_route *route;

	rtmgr_shim_fail_hook = NULL;
	spare = rtmgr_trie_spare();
	check(spare);
	route = oracle_unlink(&r->oracle, i);
	rtmgr_shim_fail_hook = fail_always;
	check(oracle_link(&r->oracle, route, &spare) == 0);
	rtmgr_shim_fail_hook = r->starves ? fail_often : NULL;
	rtmgr_trie_spare_free(spare);
	check(r->oracle.route[i] == route);
}

static void operate(struct round *r)
{
	unsigned int what = test_below(16);
	struct rtmgr_key addr;

	if (what < 5) {
		if ((r->grows || test_once_in(3)) && r->oracle.count < r->most)
			add(r);
		else if (r->oracle.count)
			kfree(oracle_unlink(&r->oracle, test_below(r->oracle.count)));
		return;
	}
	if (what == 5 && r->oracle.count) {
		oracle_swap(&r->oracle, test_below(r->oracle.count));
		return;
	}
	if (what == 6 && r->oracle.count) {
		remove_and_undo(r);
		return;
	}
	addr = keys_address(r->kind, r->width, r->span);
	if (what == 7)
		oracle_chain(&r->oracle, addr);
	else if (what == 8)
		oracle_seek(&r->oracle, addr, test_below(20));
	else
		oracle_match(&r->oracle, addr, test_below(2) ?
			     r->width : (int)test_below(r->width + 2) - 1);
}

static void test_operations_of(unsigned long argument)
{
	static const unsigned int most[ROUNDS] = { 4, 30, 200, 200, 1000, 5000, 200, 1000 };
	struct round r = {
		.kind = keys_case_kind(argument),
		.width = keys_case_width(argument),
	};
	unsigned long n, round;

	oracle_init(&r.oracle, r.width);
	for (round = 0; round < ROUNDS; round++) {
		r.most = most[round];
		r.span = r.most * 2;
		r.starves = round == 3 || round == 6;
		rtmgr_shim_fail_hook = r.starves ? fail_often : NULL;
		for (n = 0; n < test_operations / ROUNDS; n++) {
			if (n % 500 == 0)
				r.grows = !test_once_in(3);
			operate(&r);
			if (test_once_in(r.oracle.count + 20))
				oracle_check(&r.oracle);
		}
		oracle_check(&r.oracle);
		oracle_seek(&r.oracle, (struct rtmgr_key){ 0, 0 }, UINT_MAX);
	}
	rtmgr_shim_fail_hook = NULL;
	oracle_end(&r.oracle);
}

/* Nodes of so many bits that `shortest` is a bound only. */
static void test_large(unsigned long width)
{
	struct rtmgr_key key = { .hi = 0x0a00000000000000ULL };
	struct oracle oracle;
	unsigned int i;

	oracle_init(&oracle, width);
	for (i = 0; i < 20000; i++) {
		oracle_link(&oracle, oracle_route(&oracle, key, 24, 0, 0), NULL);
		key.hi += 1ULL << 40;
	}
	check(oracle.inexact && oracle.trie.nodes == 1, "%u nodes", oracle.trie.nodes);
	for (i = 0; i < 20000; i++) {
		key.hi = 0x0a00000000000000ULL + ((u64)test_below(20000) << 40);
		if (test_below(2))
			oracle_link(&oracle, oracle_route(&oracle, key, test_below(25), 0, 0),
				    NULL);
		else
			kfree(oracle_unlink(&oracle, test_below(2) ? 0 : test_below(oracle.count)));
		oracle_match(&oracle, key, test_below(width + 1));
		if (i % 2000 == 0)
			oracle_check(&oracle);
	}
	while (oracle.count > 50)
		kfree(oracle_unlink(&oracle, test_below(oracle.count)));
	check(oracle_slots(&oracle) < 50 * 10, "%lu slots for 50 routes", oracle_slots(&oracle));
	oracle_end(&oracle);
}

static void test_long_chain(unsigned long width)
{
	struct oracle oracle;
	unsigned int i;

	oracle_init(&oracle, width);
	for (i = 0; i < 3000; i++) {
		struct rtmgr_key key = { 0, 0 };

		if (test_once_in(10))
			key = keys_prefix(KEYS_RANDOM, width, 0).key;
		oracle_link(&oracle,
			    oracle_route(&oracle, rtmgr_key_prefix(key, 16),
					 16 - test_below(2) * !key.hi, 0,
						  test_below(5000)), NULL);
		oracle_match(&oracle, (struct rtmgr_key){ .hi = test_random() >> 40 },
			     test_below(width + 1));
	}
	oracle_chain(&oracle, (struct rtmgr_key){ 0, 0 });
	oracle_check(&oracle);
	oracle_end(&oracle);
}

/*
 * Every length from 0 to all bits, of one address: each is found by the address with one bit
 * changed behind it.
 */
static void test_every_length(unsigned long width)
{
	struct rtmgr_key addr = rtmgr_key_prefix((struct rtmgr_key){ ~0ULL, ~0ULL }, width);
	struct oracle oracle;
	unsigned int plen;

	oracle_init(&oracle, width);
	for (plen = 0; plen <= width; plen++)
		oracle_link(&oracle, oracle_route(&oracle, addr, plen, 0, 0), NULL);
	oracle_check(&oracle);
	for (plen = 0; plen <= width; plen++) {
		struct rtmgr_route *route;
		struct rtmgr_key near = addr;

		oracle_match(&oracle, addr, plen);
		if (plen < 64)
			near.hi ^= 1ULL << (63 - plen);
		else if (plen < 128)
			near.lo ^= 1ULL << (127 - plen);
		near = rtmgr_key_prefix(near, width);
		rcu_read_lock();
		route = rtmgr_trie_match(&oracle.trie, near, width);
		rcu_read_unlock();
		check(route && route->plen == plen);
	}
	oracle_end(&oracle);
}

static void test_empty(unsigned long width)
{
	struct oracle oracle;

	oracle_init(&oracle, width);
	oracle_check(&oracle);
	oracle_chain(&oracle, (struct rtmgr_key){ 0, 0 });
	oracle_match(&oracle, (struct rtmgr_key){ 1, 0 }, width);
	oracle_match(&oracle, (struct rtmgr_key){ 1, 0 }, -1);
	oracle_seek(&oracle, (struct rtmgr_key){ 0, 0 }, 1);
	/* the default route alone */
	oracle_link(&oracle, oracle_route(&oracle, (struct rtmgr_key){ 0, 0 }, 0, 0, 0), NULL);
	oracle_match(&oracle, (struct rtmgr_key){ ~0ULL, 0 }, width);
	oracle_match(&oracle, (struct rtmgr_key){ ~0ULL, 0 }, 0);
	oracle_match(&oracle, (struct rtmgr_key){ ~0ULL, 0 }, -1);
	oracle_seek(&oracle, (struct rtmgr_key){ 0, 0 }, 1);
	oracle_seek(&oracle, (struct rtmgr_key){ 1ULL << 32, 0 }, 1);
	check(oracle.trie.nodes == 0);
	oracle_end(&oracle);
}

static unsigned int large_allocations;

static bool count_large(size_t size)
{
	large_allocations += size > 512;
	return false;
}

/*
 * One route that comes and goes does not make a large node be copied each time, however many there
 * are.
 */
static void test_hysteresis(unsigned long width)
{
	struct oracle oracle;
	unsigned int i, again;

	oracle_init(&oracle, width);
	large_allocations = 0;
	rtmgr_shim_fail_hook = count_large;
	for (i = 0; i < 4000; i++) {
		struct rtmgr_key key = { .hi = (test_random() >> 32 << 32) };

		for (again = 0; again < 10; again++) {
			struct rtmgr_position position;
			struct rtmgr_route *route = oracle_route(&oracle, key, 32, 0, 0);

			position = rtmgr_position_of(route);
			oracle_link(&oracle, route, NULL);
			if (again < 9)
				kfree(oracle_unlink(&oracle, oracle_find(&oracle, &position)));
		}
	}
	rtmgr_shim_fail_hook = NULL;
	check(large_allocations > 0 && large_allocations < 100, "%u", large_allocations);
	oracle_end(&oracle);
}

/* Memory is in proportion to the routes, when they come and when they go. */
static void test_memory(unsigned long argument)
{
	unsigned int width = keys_case_width(argument);
	enum keys kind = keys_case_kind(argument);
	struct oracle oracle;
	unsigned int i;

	oracle_init(&oracle, width);
	for (i = 0; i < 20000; i++) {
		struct prefix p = keys_prefix(kind, width, 50000);

		oracle_link(&oracle, oracle_route(&oracle, p.key, p.plen, 0, 0), NULL);
	}
	check(oracle.trie.bytes < 64 * 20000, "%llu", (unsigned long long)oracle.trie.bytes);
	while (oracle.count > 1000)
		kfree(oracle_unlink(&oracle, test_below(oracle.count)));
	check(oracle.trie.bytes < 110 * 1000, "%llu", (unsigned long long)oracle.trie.bytes);
	oracle_check(&oracle);
	oracle_end(&oracle);
}

static const struct test_case special[] = {
	{ "empty, IPv4", test_empty, 32 },
	{ "empty, IPv6", test_empty, 128 },
	{ "every length, IPv4", test_every_length, 32 },
	{ "every length, IPv6", test_every_length, 128 },
	{ "long chain, IPv4", test_long_chain, 32 },
	{ "long chain, IPv6", test_long_chain, 128 },
	{ "large nodes, IPv4", test_large, 32 },
	{ "large nodes, IPv6", test_large, 128 },
	{ "hysteresis, IPv4", test_hysteresis, 32 },
	{ "hysteresis, IPv6", test_hysteresis, 128 },
};

int main(int argc, char **argv)
{
	static struct test_case cases[ARRAY_SIZE(special) + 4 * KEYS_KINDS];
	size_t count = ARRAY_SIZE(special);

	memcpy(cases, special, sizeof(special));
	count += keys_cases(&cases[count], "operations", test_operations_of);
	count += keys_cases(&cases[count], "memory", test_memory);
	return test_main(argc, argv, OPERATIONS, cases, count);
}
