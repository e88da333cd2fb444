// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables, paths and the journal beside a model: lists of routes in order. Transactions of random
 * changes, some of them taken back in part or entirely, some without memory, some at the limit of
 * routes.
 */
#include "keys.h"
#include "../../core/journal.h"
#include "../../core/table.h"

#define OPERATIONS	36000
#define TABLES		4
#define MOST		600

struct model {
	struct rtmgr_route *route[TABLES][MOST];
	unsigned int count[TABLES];
};

struct world {
	struct rtmgr_tables tables;
	struct rtmgr_table *table[TABLES];
	struct rtmgr_journal journal;
	struct model model;
	enum keys kind;
	s32 ranks;
	bool starves;
};

/* What must be as it was when all has been taken back. */
struct sums {
	u64 bytes;
	u32 routes;
	u32 paths;
	long live;
};

static bool fail_often(size_t size)
{
	return test_once_in(8);
}

static void starve(struct world *w, bool starves)
{
	w->starves = starves;
	rtmgr_shim_fail_hook = starves ? fail_often : NULL;
}

static int order(const struct rtmgr_route *a, const struct rtmgr_route *b)
{
	struct rtmgr_position position = rtmgr_position_of(b);

	if (!rtmgr_key_eq(a->key, b->key))
		return rtmgr_key_less(a->key, b->key) ? -1 : 1;
	return rtmgr_chain_cmp(a, &position);
}

static unsigned int model_find(const struct model *m, unsigned int t,
			       const struct rtmgr_route *route)
{
	unsigned int i = 0;

	while (i < m->count[t] && order(m->route[t][i], route) < 0)
		i++;
	return i;
}

static struct rtmgr_route *model_prev(const struct model *m, unsigned int t, unsigned int i,
				      struct rtmgr_key key)
{
	return i && rtmgr_key_eq(m->route[t][i - 1]->key, key) ? m->route[t][i - 1] : NULL;
}

static void model_put(struct model *m, unsigned int t, unsigned int i, struct rtmgr_route *route)
{
	memmove(&m->route[t][i + 1], &m->route[t][i], (m->count[t] - i) * sizeof(route));
	m->route[t][i] = route;
	m->count[t]++;
}

static void model_drop(struct model *m, unsigned int t, unsigned int i)
{
	m->count[t]--;
	memmove(&m->route[t][i], &m->route[t][i + 1], (m->count[t] - i) * sizeof(m->route[t][i]));
}

/* Few different ones, so that most are shared. */
static struct rtmgr_path *draft_path(u8 family)
{
	unsigned int hops = test_below(4), i;
	struct rtmgr_path *draft = rtmgr_path_draft(hops);

	if (!draft)
		return NULL;
	draft->family = family;
	draft->protocol = test_below(3);
	draft->type = 1;
	for (i = 0; i < hops; i++)
		draft->nh[i].ifindex = 1 + test_below(3);
	return draft;
}

static bool same_path(const struct rtmgr_path *a, const struct rtmgr_path *b)
{
	size_t from = offsetof(struct rtmgr_path, family);

	return a->nexthops == b->nexthops &&
		!memcmp(&a->family, &b->family, struct_size(a, nh, a->nexthops) - from);
}

static struct rtmgr_route *new_route(struct world *w, unsigned int t)
{
	struct rtmgr_path *draft = draft_path(w->table[t]->family);
	struct rtmgr_path *path, *known;
	struct rtmgr_route *route;

	if (!draft)
		return NULL;
	known = rtmgr_path_lookup(&w->tables, draft);
	check(!known || same_path(known, draft));
	path = rtmgr_path_intern(&w->tables, draft);
	check(known ? path == known : path == draft);
	route = rtmgr_route_new(&w->tables, path);
	if (route)
		route->table = w->table[t]->id;
	return route;
}

static int add(struct world *w, unsigned int t)
{
	unsigned int width = w->table[t]->family == AF_INET ? 32 : 128;
	struct prefix p = keys_prefix(w->kind, width, 300);
	struct rtmgr_route *route = new_route(w, t);
	unsigned int i;
	int err;

	if (!route)
		return -ENOMEM;
	route->key = p.key;
	route->plen = p.plen;
	route->priority = test_below(3);
	route->rank = w->ranks++;
	i = model_find(&w->model, t, route);
	err =
		rtmgr_journal_add(&w->journal, &w->tables, w->table[t], route,
				  model_prev(&w->model, t, i, route->key));
	if (err) {
		check(err == -ENOMEM ||
		      (err == -ENOSPC && w->tables.routes == w->tables.max_routes));
		rtmgr_route_free(&w->tables, route);
		return err;
	}
	check(w->tables.routes <= w->tables.max_routes);
	model_put(&w->model, t, i, route);
	return 0;
}

static int drop(struct world *w, unsigned int t, unsigned int i)
{
	struct rtmgr_route *route = w->model.route[t][i];
	int err;

	err = rtmgr_journal_remove(&w->journal, &w->tables, w->table[t], route,
				   model_prev(&w->model, t, i, route->key));
	if (!err)
		model_drop(&w->model, t, i);
	return err;
}

static int put_in_place(struct world *w, unsigned int t, unsigned int i)
{
	struct rtmgr_route *old = w->model.route[t][i];
	struct rtmgr_route *route = new_route(w, t);
	int err;

	if (!route)
		return -ENOMEM;
	route->key = old->key;
	route->plen = old->plen;
	route->priority = old->priority;
	route->rank = old->rank;
	err = rtmgr_journal_replace(&w->journal, &w->tables, w->table[t], old, route,
				    model_prev(&w->model, t, i, old->key));
	if (err)
		rtmgr_route_free(&w->tables, route);
	else
		w->model.route[t][i] = route;
	return err;
}

static void change(struct world *w)
{
	unsigned int t = test_below(TABLES);
	u32 generation = w->tables.generation;
	unsigned int what = test_below(8);
	int err;

	if (what < 4 && w->model.count[t] < MOST)
		err = add(w, t);
	else if (!w->model.count[t])
		return;
	else if (what < 6)
		err = drop(w, t, test_below(w->model.count[t]));
	else
		err = put_in_place(w, t, test_below(w->model.count[t]));
	check(!err || w->starves || err == -ENOSPC);
	check(w->tables.generation != 0 && (w->tables.generation != generation) == !err);
}

static void check_table(const struct world *w, unsigned int t)
{
	static struct rtmgr_cursor cursor;
	const struct rtmgr_key start = { 0, 0 };
	struct rtmgr_route *head, *route;
	unsigned int i = 0;

	rcu_read_lock();
	for (head = rtmgr_trie_seek(&w->table[t]->trie, &cursor, start); head; head =
	     rtmgr_trie_step(&cursor)) {
		for (route = head; route; route = rcu_dereference(route->next), i++)
			check(i < w->model.count[t] && route == w->model.route[t][i], "place %u",
			      i);
	}
	rcu_read_unlock();
	check(i == w->model.count[t], "%u routes, not %u", i, w->model.count[t]);
	check(w->table[t]->routes == i);
}

/* Every path is there once, and is held by as many routes as point to it. */
static u64 check_paths(const struct world *w)
{
	static struct { struct rtmgr_path *path; u32 refs; } seen[MOST * TABLES];
	unsigned int count = 0, t, i, p;
	u64 bytes = 0;

	for (t = 0; t < TABLES; t++) {
		for (i = 0; i < w->model.count[t]; i++) {
			for (p = 0; p < count && seen[p].path != w->model.route[t][i]->path; p++)
				;
			if (p == count) {
				seen[count].refs = 0;
				seen[count++].path = w->model.route[t][i]->path;
			}
			seen[p].refs++;
		}
	}
	for (p = 0; p < count; p++) {
		check(seen[p].path->refs == seen[p].refs, "%u, not %u", seen[p].path->refs,
		      seen[p].refs);
		for (i = 0; i < p; i++)
			check(!same_path(seen[p].path, seen[i].path));
		bytes += struct_size(seen[p].path, nh, seen[p].path->nexthops);
	}
	check(w->tables.path_count == count, "%u, not %u", w->tables.path_count, count);
	return bytes;
}

/* With an empty journal. */
static void check_all(const struct world *w)
{
	unsigned int t, routes = 0;

	for (t = 0; t < TABLES; t++) {
		check_table(w, t);
		routes += w->model.count[t];
	}
	check(w->tables.routes == routes);
	check(w->tables.bytes == check_paths(w) + routes * sizeof(struct rtmgr_route));
	check(list_empty(&w->journal.changes));
}

static struct sums sums_of(const struct world *w)
{
	struct sums sums = {
		.bytes = w->tables.bytes,
		.routes = w->tables.routes,
		.paths = w->tables.path_count,
		.live = rtmgr_shim_live,
	};
	unsigned int t;

	/* tries need not look as before */
	for (t = 0; t < TABLES; t++)
		sums.live -= w->table[t]->trie.nodes;
	return sums;
}

static void check_sums(const struct world *w, struct sums before)
{
	struct sums now = sums_of(w);

	check(now.bytes == before.bytes && now.routes == before.routes &&
	      now.paths == before.paths);
	check(now.live == before.live, "%ld allocations, not %ld", now.live, before.live);
}

/*
 * Some changes, of which some are taken back, and in the end all or none. Without memory to undo
 * nothing.
 */
static void transact(struct world *w)
{
	static struct model before, middle;
	struct list_head *start = rtmgr_journal_mark(&w->journal);
	struct sums sums = sums_of(w);
	struct list_head *mark;
	unsigned int n, parts;

	before = w->model;
	for (parts = 1 + test_below(3); parts; parts--) {
		mark = rtmgr_journal_mark(&w->journal);
		middle = w->model;
		for (n = test_below(8); n; n--)
			change(w);
		if (test_once_in(3)) {
			rtmgr_journal_undo(&w->journal, &w->tables, mark);
			w->model = middle;
			check_table(w, test_below(TABLES));
		}
	}
	if (test_below(2)) {
		rtmgr_journal_commit(&w->journal, &w->tables);
	} else {
		rtmgr_journal_undo(&w->journal, &w->tables, start);
		w->model = before;
		check_sums(w, sums);
	}
	check_all(w);
}

static void begin(struct world *w, enum keys kind, u32 max_routes)
{
	memset(w, 0, sizeof(*w));
	w->kind = kind;
	check(rtmgr_core_init() == 0);
	check(rtmgr_tables_init(&w->tables, max_routes) == 0);
	rtmgr_journal_init(&w->journal);
	mutex_lock(&w->tables.lock);
	w->table[0] = rtmgr_table_get(&w->tables, AF_INET, RT_TABLE_MAIN);
	w->table[1] = rtmgr_table_get(&w->tables, AF_INET6, RT_TABLE_MAIN);
	w->table[2] = rtmgr_table_get(&w->tables, AF_INET, 1000);
	w->table[3] = rtmgr_table_get(&w->tables, AF_INET6, 1000);
	check(w->table[0] && w->table[1] && w->table[2] && w->table[3]);
}

/* Leaves routes to be freed with the tables. */
static void end(struct world *w)
{
	starve(w, false);
	mutex_unlock(&w->tables.lock);
	rtmgr_tables_destroy(&w->tables);
	check(w->tables.bytes == 0 && w->tables.routes == 0 && w->tables.path_count == 0);
	rtmgr_core_exit();
}

static struct world world;

static void run_transactions(enum keys kind, u32 max_routes, bool starves)
{
	unsigned long n;

	begin(&world, kind, max_routes);
	starve(&world, starves);
	for (n = 0; n < test_operations / 12; n++)
		transact(&world);
	end(&world);
}

static void test_transactions(unsigned long kind)
{
	run_transactions(kind, UINT_MAX, false);
}

static void test_starving(unsigned long kind)
{
	run_transactions(kind, UINT_MAX, true);
}

static void test_limit(unsigned long limit)
{
	run_transactions(KEYS_RANDOM, limit, false);
	check(world.ranks > (int)limit);
}

/* Ids whose order in dumps is that of the kernel: by id & 255, and there the newest first. */
static void test_order_of_tables(unsigned long family)
{
	static const u32 made[] = { 1000, 3, 256 + 254, 512 + 254, 2, 1000 + 256 };
	static const u32 expected[] = { 2, 3, 1000 + 256, 1000, 512 + 254, 256 + 254, 254, 255 };
	struct rtmgr_table *table;
	unsigned int i;

	check(rtmgr_core_init() == 0);
	check(rtmgr_tables_init(&world.tables, 10) == 0);
	mutex_lock(&world.tables.lock);
	check(!rtmgr_table_find(&world.tables, family, 1000));
	for (i = 0; i < ARRAY_SIZE(made); i++)
		check(rtmgr_table_get(&world.tables, family, made[i]));
	mutex_unlock(&world.tables.lock);
	rcu_read_lock();
	table = rtmgr_table_first(&world.tables, family);
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		check(table && table->id == expected[i] && table->family == family, "%u", table ?
		      table->id : 0);
		check(rtmgr_table_find(&world.tables, family, table->id) == table);
		table = rtmgr_table_next(&world.tables, table);
	}
	check(!table);
	rcu_read_unlock();
	rtmgr_tables_destroy(&world.tables);
	rtmgr_core_exit();
}

/* More paths than the first hash has buckets, by far. */
static void test_many_paths(unsigned long count)
{
	struct rtmgr_path *draft, *path;
	unsigned int round, i;

	check(rtmgr_core_init() == 0);
	check(rtmgr_tables_init(&world.tables, 10) == 0);
	mutex_lock(&world.tables.lock);
	for (round = 1; round <= 2; round++) {
		for (i = 0; i < count; i++) {
			draft = rtmgr_path_draft(1);
			draft->nh[0].realm = i;
			path = rtmgr_path_intern(&world.tables, draft);
			check(path->refs == round && path->nh[0].realm == i);
		}
		check(world.tables.path_count == count);
	}
	check(world.tables.path_buckets >= count);
	for (i = 0; i < 2 * count; i++) {
		draft = rtmgr_path_draft(1);
		draft->nh[0].realm = i / 2;
		rtmgr_path_put(&world.tables, rtmgr_path_lookup(&world.tables, draft));
		check(!!rtmgr_path_lookup(&world.tables, draft) != i % 2);
		rtmgr_path_draft_free(draft);
	}
	check(world.tables.path_count == 0 && world.tables.bytes == 0);
	mutex_unlock(&world.tables.lock);
	rtmgr_tables_destroy(&world.tables);
	rtmgr_core_exit();
}

/* Each allocation of making the tables fails once. */
static void test_init_without_memory(unsigned long most)
{
	unsigned int n, failed = 0;

	check(rtmgr_core_init() == 0);
	for (n = 1; n <= most; n++) {
		int err;

		rtmgr_shim_fail_at = n;
		err = rtmgr_tables_init(&world.tables, 10);
		if (!rtmgr_shim_fail_at)
			check(err == -ENOMEM);
		failed += !!err;
		rtmgr_shim_fail_at = 0;
		if (!err)
			rtmgr_tables_destroy(&world.tables);
	}
	check(failed > 0 && failed < most);
	rtmgr_core_exit();
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		{ "transactions, random", test_transactions, KEYS_RANDOM },
		{ "transactions, real", test_transactions, KEYS_REAL },
		{ "transactions, nested", test_transactions, KEYS_NESTED },
		{ "transactions, dense", test_transactions, KEYS_DENSE },
		{ "transactions, single bits", test_transactions, KEYS_SINGLE_BITS },
		{ "transactions without memory now and then, random", test_starving, KEYS_RANDOM },
		{ "transactions without memory now and then, nested", test_starving, KEYS_NESTED },
		{ "transactions at the limit of 1 route", test_limit, 1 },
		{ "transactions at the limit of 50 routes", test_limit, 50 },
		{ "order of tables, IPv4", test_order_of_tables, AF_INET },
		{ "order of tables, IPv6", test_order_of_tables, AF_INET6 },
		{ "many paths", test_many_paths, 5000 },
		{ "tables without memory", test_init_without_memory, 20 },
	};

	return test_main(argc, argv, OPERATIONS, cases, ARRAY_SIZE(cases));
}
