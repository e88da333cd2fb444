// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks over a table, beside what they must give: all routes, sorted. And walks with changes
 * between their steps: routes that stay, or that others take the place of, are met once and in
 * order, whatever comes and goes around them.
 */
#include "keys.h"
#include "../../core/journal.h"
#include "../../core/walk.h"

#define OPERATIONS	1500	/* walks of each kind and family */
#define STAY		60
#define COME_AND_GO	100
#define ALL		(STAY + COME_AND_GO)

struct world {
	struct rtmgr_tables tables;
	struct rtmgr_table *table;
	/* by rank, which tells them apart; NULL: not there now */
	struct rtmgr_route *route[ALL];
	struct prefix prefix[ALL];
	u32 priority[ALL];
	bool met[ALL];
};

static struct world world;

/* IPv4: by address. IPv6: what is within a prefix before the prefix, else by address. */
static int order(u8 family, const struct rtmgr_position *a, const struct rtmgr_position *b)
{
	struct rtmgr_route route = {
		.key = a->key, .plen = a->plen, .tos = a->tos, .priority = a->priority, .rank =
			a->rank,
	};

	if (family == AF_INET6 && a->plen > b->plen && rtmgr_key_within(a->key, b->key, b->plen))
		return -1;
	if (family == AF_INET6 && b->plen > a->plen && rtmgr_key_within(b->key, a->key, a->plen))
		return 1;
	if (!rtmgr_key_eq(a->key, b->key))
		return rtmgr_key_less(a->key, b->key) ? -1 : 1;
	return rtmgr_chain_cmp(&route, b);
}

static struct rtmgr_route *prev_of(const struct rtmgr_position *position)
{
	struct rtmgr_route *route, *prev = NULL;

	route = rtmgr_trie_chain(&world.table->trie, position->key);
	while (route && rtmgr_chain_cmp(route, position) < 0) {
		prev = route;
		route = rcu_dereference_protected(route->next, 1);
	}
	return prev;
}

static struct rtmgr_route *new_route(unsigned int i)
{
	struct rtmgr_path *path = rtmgr_path_intern(&world.tables, rtmgr_path_draft(0));
	struct rtmgr_route *route = rtmgr_route_new(&world.tables, path);

	route->key = world.prefix[i].key;
	route->plen = world.prefix[i].plen;
	route->priority = world.priority[i];
	route->rank = i;
	return route;
}

/* One route comes, or goes, or another takes its place; or all that happens, and is taken back. */
static void change(unsigned int i)
{
	struct rtmgr_route *old = world.route[i], *new = NULL;
	struct rtmgr_position position;
	struct rtmgr_journal journal;
	struct list_head *mark;
	int err;

	rtmgr_journal_init(&journal);
	mark = rtmgr_journal_mark(&journal);
	mutex_lock(&world.tables.lock);
	if (!old || i < STAY || test_once_in(4))
		new = new_route(i);
	position = rtmgr_position_of(old ? old : new);
	if (!old)
		err =
			rtmgr_journal_add(&journal, &world.tables, world.table, new,
					  prev_of(&position));
	else if (new)
		err =
			rtmgr_journal_replace(&journal, &world.tables, world.table, old, new,
					      prev_of(&position));
	else
		err =
			rtmgr_journal_remove(&journal, &world.tables, world.table, old,
					     prev_of(&position));
	check(err == 0);
	if (test_once_in(6)) {
		rtmgr_journal_undo(&journal, &world.tables, mark);
	} else {
		rtmgr_journal_commit(&journal, &world.tables);
		world.route[i] = new;
	}
	mutex_unlock(&world.tables.lock);
}

static void begin(enum keys kind, unsigned int width)
{
	unsigned int i;

	memset(&world, 0, sizeof(world));
	check(rtmgr_core_init() == 0);
	check(rtmgr_tables_init(&world.tables, UINT_MAX) == 0);
	mutex_lock(&world.tables.lock);
	world.table =
		rtmgr_table_get(&world.tables, width == 32 ? AF_INET : AF_INET6, RT_TABLE_MAIN);
	mutex_unlock(&world.tables.lock);
	for (i = 0; i < ALL; i++) {
		world.prefix[i] = keys_prefix(kind, width, ALL);
		world.priority[i] = test_below(3);
		/* several of one prefix, some of which stay and some do not */
		if (i && test_once_in(3))
			world.prefix[i] = world.prefix[test_below(i)];
	}
	/* from end to end */
	world.prefix[0] = (struct prefix){ .plen = 0 };
	world.prefix[1] = (struct prefix){ .plen = width };
	world.prefix[2].plen = width;
	world.prefix[2].key = rtmgr_key_prefix((struct rtmgr_key){ ~0ULL, ~0ULL }, width);
	for (i = 0; i < STAY; i++) {
		while (!world.route[i])
			change(i);
	}
}

static void end(void)
{
	rtmgr_tables_destroy(&world.tables);
	rtmgr_core_exit();
}

/*
 * In parts of `part` routes at most, as a dump in several messages does it; between them up to
 * `changes` changes.
 */
static unsigned int walk_in_parts(unsigned int part, unsigned int changes)
{
	static struct rtmgr_walk walk;
	const struct rtmgr_route *route;
	struct rtmgr_position last;
	unsigned int met = 0;
	bool more = true;

	memset(world.met, 0, sizeof(world.met));
	rtmgr_walk_begin(&walk, &world.tables, world.table);
	while (more) {
		unsigned int left = test_below(part + 1);
		unsigned int n;

		rcu_read_lock();
		rtmgr_walk_resume(&walk);
		while ((route = rtmgr_walk_next(&walk)) && left) {
			struct rtmgr_position at = rtmgr_position_of(route);

			check(!met || order(world.table->family, &last, &at) < 0);
			check(!world.met[route->rank]);
			world.met[route->rank] = true;
			last = at;
			met++;
			left--;
			rtmgr_walk_take(&walk, route);
		}
		rcu_read_unlock();
		more = route;
		for (n = test_below(changes + 1); n && more; n--)
			change(test_below(ALL));
	}
	return met;
}

static void test_walk(unsigned long argument)
{
	unsigned int i, met, there;
	unsigned long n;

	begin(keys_case_kind(argument), keys_case_width(argument));
	for (n = 0; n < test_operations; n++) {
		/* nothing changes: all that is there, and nothing else */
		met = walk_in_parts(test_below(2) ? UINT_MAX - 1 : 20, 0);
		there = 0;
		for (i = 0; i < ALL; i++) {
			check(world.met[i] == !!world.route[i]);
			there += !!world.route[i];
		}
		check(met == there && there == world.table->routes);

		walk_in_parts(1 + test_below(10), 1 + test_below(20));
		for (i = 0; i < STAY; i++)
			check(world.met[i], "%u of %016llx/%u", i, world.prefix[i].key.hi,
			      world.prefix[i].plen);
	}
	end();
}

/* Nothing there; and a default route alone. */
static void test_small(unsigned long family)
{
	begin(KEYS_RANDOM, family == AF_INET ? 32 : 128);
	end();
	memset(&world, 0, sizeof(world));
	check(rtmgr_core_init() == 0);
	check(rtmgr_tables_init(&world.tables, UINT_MAX) == 0);
	mutex_lock(&world.tables.lock);
	world.table = rtmgr_table_get(&world.tables, family, RT_TABLE_MAIN);
	mutex_unlock(&world.tables.lock);
	check(walk_in_parts(10, 0) == 0);
	while (!world.route[0])
		change(0);
	check(walk_in_parts(10, 0) == 1);
	end();
}

int main(int argc, char **argv)
{
	static struct test_case cases[2 + 2 * KEYS_KINDS] = {
		{ "small tables, IPv4", test_small, AF_INET },
		{ "small tables, IPv6", test_small, AF_INET6 },
	};

	keys_cases(&cases[2], "walk", test_walk);
	return test_main(argc, argv, OPERATIONS, cases, ARRAY_SIZE(cases));
}
