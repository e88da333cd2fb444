// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of IPv4 routes beside a naive twin: a flat list of routes in which each rule is written
 * as one reads it in the manual. Random requests, some of them taken back, some without memory.
 */
#include "../../core/fib4.h"
#include "harness.h"

#define OPERATIONS	60000
#define TABLE		77
#define MOST		400

/* A route as the twin knows it. The list holds routes of one prefix in their order. */
struct twin {
	struct rtmgr_key key;
	u32 priority;
	u32 ifindex;		/* also 0, of routes that reject */
	u8 plen;
	u8 tos;
	u8 type;
};

struct world {
	struct rtmgr_tables tables;
	struct rtmgr_table *table;
	struct rtmgr_journal journal;
	struct twin list[MOST];
	unsigned int count;
};

static bool fail_often(size_t size)
{
	return test_once_in(6);
}

static bool same_prefix(const struct twin *a, const struct twin *b)
{
	return rtmgr_key_eq(a->key, b->key) && a->plen == b->plen;
}

static bool competes(const struct twin *a, const struct twin *b)
{
	return same_prefix(a, b) && a->tos == b->tos && a->priority == b->priority;
}

/* Of one prefix: higher TOS first, then lower priority. */
static bool comes_before(const struct twin *a, const struct twin *b)
{
	return a->tos != b->tos ? a->tos > b->tos : a->priority < b->priority;
}

static void twin_put(struct world *w, unsigned int at, const struct twin *t)
{
	check(w->count < MOST);
	memmove(&w->list[at + 1], &w->list[at], (w->count - at) * sizeof(*t));
	w->list[at] = *t;
	w->count++;
}

static void twin_drop(struct world *w, unsigned int at)
{
	w->count--;
	memmove(&w->list[at], &w->list[at + 1], (w->count - at) * sizeof(*w->list));
}

static int twin_insert(struct world *w, const struct twin *t, u16 flags, u16 *told)
{
	int first = -1, same = -1;
	unsigned int i, at;

	for (i = 0; i < w->count; i++) {
		if (!competes(&w->list[i], t))
			continue;
		if (first < 0)
			first = i;
		if (same < 0 && !memcmp(&w->list[i], t, sizeof(*t)))
			same = i;
	}
	if (first >= 0 && (flags & NLM_F_EXCL))
		return -EEXIST;
	if (first >= 0 && (flags & NLM_F_REPLACE)) {
		if (same >= 0)
			return same == first ? 0 : -EEXIST;
		w->list[first] = *t;
		*told = NLM_F_REPLACE;
		return 0;
	}
	if (same >= 0)
		return -EEXIST;
	if (!(flags & NLM_F_CREATE))
		return -ENOENT;

	/* ahead of its equals, or behind them */
	for (at = 0; at < w->count; at++) {
		if (!same_prefix(&w->list[at], t))
			continue;
		if (comes_before(t, &w->list[at]))
			break;
		if (competes(t, &w->list[at]) && !(flags & NLM_F_APPEND))
			break;
	}
	twin_put(w, at, t);
	*told = NLM_F_CREATE;
	*told |= first < 0 ? NLM_F_EXCL : flags & NLM_F_APPEND;
	return 0;
}

static struct twin random_twin(void)
{
	static const u8 types[] = { RTN_UNICAST, RTN_UNICAST, RTN_THROW, RTN_PROHIBIT };
	static const u8 lengths[] = { 0, 8, 24, 32 };
	struct twin t;

	memset(&t, 0, sizeof(t));
	t.plen = lengths[test_below(ARRAY_SIZE(lengths))];
	/* half of them share the address 0 and with it a chain */
	t.key.hi = test_once_in(2) ? 0 : 0x0a000000ULL << 32;
	t.key = rtmgr_key_prefix(t.key, t.plen);
	t.tos = test_below(3) * 4;
	t.priority = test_below(2);
	t.type = types[test_below(ARRAY_SIZE(types))];
	t.ifindex = t.type == RTN_UNICAST ? 1 + test_below(3) : 0;
	return t;
}

static struct rtmgr_fib4_key key_of(const struct twin *t)
{
	return (struct rtmgr_fib4_key){
		.addr = t->key,
		.plen = t->plen,
		.tos = t->tos,
		.priority = t->priority,
	};
}

static struct rtmgr_path *make_path(const struct twin *t)
{
	struct rtmgr_path *path = rtmgr_path_draft(1);

	if (!path)
		return NULL;
	path->family = AF_INET;
	path->type = t->type;
	path->nh[0].ifindex = t->ifindex;
	return path;
}

static bool is_twin(const struct rtmgr_route *route, const struct twin *t)
{
	return rtmgr_key_eq(route->key, t->key) && route->plen == t->plen &&
	       route->tos == t->tos && route->priority == t->priority && route->type == t->type &&
	       route->path->type == t->type && route->path->nh[0].ifindex == t->ifindex &&
	       route->table == TABLE;
}

/* The routes of one address stand as the twin has them, and their positions grow. */
static unsigned int check_chain(struct world *w, struct rtmgr_key key)
{
	struct rtmgr_route *route = rtmgr_trie_chain(&w->table->trie, key), *last = NULL;
	struct rtmgr_position position;
	unsigned int i, seen = 0;
	int plen;

	for (plen = 32; plen >= 0; plen--) {
		for (i = 0; i < w->count; i++) {
			if (!rtmgr_key_eq(w->list[i].key, key) || w->list[i].plen != plen)
				continue;
			check(route && is_twin(route, &w->list[i]));
			if (last) {
				position = rtmgr_position_of(route);
				check(rtmgr_chain_cmp(last, &position) < 0);
			}
			last = route;
			route = rcu_dereference_protected(route->next, true);
			seen++;
		}
	}
	check(!route);
	return seen;
}

static void check_all(struct world *w)
{
	struct rtmgr_key ten = { .hi = 0x0a000000ULL << 32 };
	unsigned int seen;

	seen = check_chain(w, (struct rtmgr_key){ 0, 0 }) + check_chain(w, ten);
	check(seen == w->count && seen == w->table->routes, "%u seen, %u known, %u counted", seen,
	      w->count, w->table->routes);
}

/* Every route of the list is tried, the longest prefix first. */
static int twin_lookup(const struct world *w, u32 addr, u8 tos, u32 oif, const struct twin **found)
{
	struct rtmgr_key key = { .hi = (u64)addr << 32 };
	unsigned int i;
	int plen;

	for (plen = 32; plen >= 0; plen--) {
		for (i = 0; i < w->count; i++) {
			const struct twin *t = &w->list[i];

			if (t->plen != plen || !rtmgr_key_within(key, t->key, plen))
				continue;
			if (t->tos && t->tos != tos)
				continue;
			if (t->type == RTN_THROW)
				return -EAGAIN;
			if (t->type == RTN_PROHIBIT)
				return -EACCES;
			if (oif && t->ifindex != oif)
				continue;
			*found = t;
			return 0;
		}
	}
	return -EAGAIN;
}

static void check_lookup(struct world *w)
{
	static const u32 addrs[] = { 0, 1, 0x0a000000, 0x0a000001, 0x0a010000, 0xc0a80101 };
	u32 addr = addrs[test_below(ARRAY_SIZE(addrs))], oif = test_below(5);
	struct rtmgr_fib4_flow flow = {
		.daddr = cpu_to_be32(addr),
		.tos = test_below(4) * 4,
		.oif = oif,
	};
	const struct twin *expected = NULL;
	struct rtmgr_fib4_way way;
	int err;

	rcu_read_lock();
	err = rtmgr_fib4_lookup(w->table, NULL, &flow, &way);
	check(err == twin_lookup(w, addr, flow.tos, oif, &expected), "answer %d", err);
	if (!err) {
		check(is_twin(way.route, expected));
		check(way.nexthop == &way.route->path->nh[0]);
	}
	rcu_read_unlock();
}

static int insert(struct world *w, bool starves)
{
	static const u16 flags[] = { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_APPEND };
	struct rtmgr_fib4_result result;
	struct twin t = random_twin();
	struct rtmgr_fib4_key key = key_of(&t);
	u16 asked = 0, expected = 0;
	struct rtmgr_path *path;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		asked |= i == 0 ? flags[i] * !test_once_in(4) : flags[i] * test_once_in(4);
	path = make_path(&t);
	if (!path) {
		check(starves);
		return -ENOMEM;
	}
	err = rtmgr_fib4_insert(&w->journal, &w->tables, w->table, &key, path, asked, &result);
	if (err == -ENOMEM || err == -ENOBUFS) {
		check(starves);
		return err;
	}
	check(twin_insert(w, &t, asked, &expected) == err, "flags %#x, answer %d", asked, err);
	if (!err) {
		check(result.flags == expected, "flags %#x, told %#x, expected %#x", asked,
		      result.flags, expected);
		check(!result.route == !expected);
		check(!result.route || is_twin(result.route, &t));
	}
	/* a refused change has changed nothing: the request may go on */
	return 0;
}

/* What a deletion asks for: the type or the device or both. */
static bool match(const struct rtmgr_route *route, void *arg)
{
	const struct twin *t = arg;

	return (!t->type || route->type == t->type) &&
	       (!t->ifindex || route->path->nh[0].ifindex == t->ifindex);
}

static int remove_one(struct world *w, bool starves)
{
	struct rtmgr_route *removed = NULL;
	struct twin t = random_twin();
	struct rtmgr_fib4_key key;
	unsigned int at;
	int err;

	if (w->count && !test_once_in(4))
		t = w->list[test_below(w->count)];
	if (test_once_in(2))
		t.ifindex = 0;
	if (test_once_in(2))
		t.type = 0;
	key = key_of(&t);
	for (at = 0; at < w->count; at++)
		if (same_prefix(&w->list[at], &t) && w->list[at].tos == t.tos &&
		    (!t.type || w->list[at].type == t.type) &&
		    (!t.ifindex || w->list[at].ifindex == t.ifindex))
			break;
	err = rtmgr_fib4_delete(&w->journal, &w->tables, w->table, &key, match, &t, &removed);
	if (err == -ENOMEM) {
		check(starves);
		return err;
	}
	check(err == (at < w->count ? 0 : -ESRCH), "answer %d", err);
	if (!err) {
		/* still readable: a notification is made of it */
		check(is_twin(removed, &w->list[at]));
		twin_drop(w, at);
	}
	return 0;
}

/*
 * One request: a few changes that become final, or are taken back. An error takes back all of them.
 */
static void request(struct world *w, bool starves)
{
	struct list_head *mark = rtmgr_journal_mark(&w->journal);
	static struct twin before[MOST];
	unsigned int count = w->count, changes = 1 + test_below(4);
	bool undo = test_once_in(5);
	int err = 0;

	memcpy(before, w->list, sizeof(before));
	if (starves)
		rtmgr_shim_fail_hook = fail_often;
	while (changes-- && !err)
		err = test_once_in(3) ? remove_one(w, starves) : insert(w, starves);
	rtmgr_shim_fail_hook = NULL;
	if (err || undo) {
		rtmgr_journal_undo(&w->journal, &w->tables, mark);
		memcpy(w->list, before, sizeof(before));
		w->count = count;
	} else {
		rtmgr_journal_commit(&w->journal, &w->tables);
	}
	check(list_empty(&w->journal.changes));
	check_all(w);
	check_lookup(w);
}

static void world_init(struct world *w, u32 max_routes)
{
	memset(w, 0, sizeof(*w));
	check(!rtmgr_core_init());
	check(!rtmgr_tables_init(&w->tables, max_routes));
	mutex_lock(&w->tables.lock);
	w->table = rtmgr_table_get(&w->tables, AF_INET, TABLE);
	check(w->table);
	rtmgr_journal_init(&w->journal);
}

static void world_exit(struct world *w)
{
	unsigned long live;

	mutex_unlock(&w->tables.lock);
	rtmgr_tables_destroy(&w->tables);
	rcu_barrier();
	rtmgr_core_exit();
	live = rtmgr_shim_live;
	check(!live, "%lu allocations are left", live);
}

static void test_random_requests(unsigned long starves)
{
	static struct world w;
	unsigned long i;

	world_init(&w, MOST);
	for (i = 0; i < test_operations; i++)
		request(&w, starves);
	world_exit(&w);
}

static int put(struct world *w, const struct twin *t, u16 flags, struct rtmgr_fib4_result *result)
{
	struct rtmgr_fib4_key key = key_of(t);

	return rtmgr_fib4_insert(&w->journal, &w->tables, w->table, &key, make_path(t), flags,
				 result);
}

/* Ranks order equals, a replacement inherits one, and their end is an error rather than a wrap. */
static void test_ranks(unsigned long unused)
{
	struct twin t = { .type = RTN_UNICAST, .ifindex = 1 };
	struct rtmgr_fib4_result result;
	static struct world w;

	world_init(&w, MOST);
	check(!put(&w, &t, NLM_F_CREATE, &result) && result.route->rank == 0);
	t.ifindex = 2;
	check(!put(&w, &t, NLM_F_CREATE | NLM_F_APPEND, &result) && result.route->rank == 1);
	t.ifindex = 3;
	check(!put(&w, &t, NLM_F_CREATE, &result) && result.route->rank == -1);
	t.ifindex = 4;
	check(!put(&w, &t, NLM_F_REPLACE, &result) && result.route->rank == -1);

	result.route->rank = S32_MIN;
	t.ifindex = 5;
	check(put(&w, &t, NLM_F_CREATE, &result) == -ENOSPC);
	rtmgr_trie_chain(&w.table->trie, t.key)->rank = -1;
	check(!put(&w, &t, NLM_F_CREATE, &result) && result.route->rank == -2);
	t.ifindex = 6;
	check(!put(&w, &t, NLM_F_CREATE | NLM_F_APPEND, &result) && result.route->rank == 2);
	result.route->rank = S32_MAX;
	t.ifindex = 7;
	check(put(&w, &t, NLM_F_CREATE | NLM_F_APPEND, &result) == -ENOSPC);
	rtmgr_journal_commit(&w.journal, &w.tables);
	world_exit(&w);
}

static void test_max_routes(unsigned long unused)
{
	struct twin t = { .type = RTN_UNICAST, .ifindex = 1 };
	struct rtmgr_fib4_result result;
	static struct world w;

	world_init(&w, 2);
	check(!put(&w, &t, NLM_F_CREATE, &result));
	t.tos = 4;
	check(!put(&w, &t, NLM_F_CREATE, &result));
	t.tos = 8;
	check(put(&w, &t, NLM_F_CREATE, &result) == -ENOSPC);
	/* a replacement needs no room */
	t.tos = 4;
	t.ifindex = 2;
	check(!put(&w, &t, NLM_F_CREATE | NLM_F_REPLACE, &result));
	rtmgr_journal_commit(&w.journal, &w.tables);
	check(w.table->routes == 2);
	world_exit(&w);
}

/* The next hop of a multipath route that leaves by the device asked for, and a route without it. */
static void test_device(unsigned long unused)
{
	struct rtmgr_fib4_flow flow = { .daddr = cpu_to_be32(0x0a000001), .oif = 3 };
	struct rtmgr_fib4_key key = { .addr.hi = 0x0a000000ULL << 32, .plen = 8 };
	struct rtmgr_path *path = rtmgr_path_draft(2);
	struct rtmgr_fib4_result result;
	struct rtmgr_fib4_way way;
	static struct world w;

	world_init(&w, MOST);
	path->family = AF_INET;
	path->type = RTN_UNICAST;
	path->nh[0].ifindex = 2;
	path->nh[1].ifindex = 3;
	check(!rtmgr_fib4_insert(&w.journal, &w.tables, w.table, &key, path, NLM_F_CREATE,
				 &result));
	rtmgr_journal_commit(&w.journal, &w.tables);
	rcu_read_lock();
	check(!rtmgr_fib4_lookup(w.table, NULL, &flow, &way));
	check(way.nexthop == &way.route->path->nh[1]);
	flow.oif = 0;
	check(!rtmgr_fib4_lookup(w.table, NULL, &flow, &way));
	check(way.nexthop == &way.route->path->nh[0]);
	flow.oif = 4;
	check(rtmgr_fib4_lookup(w.table, NULL, &flow, &way) == -EAGAIN);
	rcu_read_unlock();
	world_exit(&w);
}

/* Two tables as one: the longest prefix of both wins, and the first table among equals. */
static void test_beside(unsigned long unused)
{
	struct rtmgr_fib4_flow flow = { .daddr = cpu_to_be32(0x0a000001) };
	struct twin t = { .key.hi = 0x0a000000ULL << 32, .plen = 8, .type = RTN_UNICAST };
	struct rtmgr_table *beside, *first;
	struct rtmgr_fib4_result result;
	struct rtmgr_fib4_way way;
	static struct world w;

	world_init(&w, MOST);
	first = w.table;
	beside = rtmgr_table_get(&w.tables, AF_INET, TABLE + 1);
	rcu_read_lock();
	check(rtmgr_fib4_lookup(first, beside, &flow, &way) == -EAGAIN);
	rcu_read_unlock();

	t.ifindex = 1;
	check(!put(&w, &t, NLM_F_CREATE, &result));
	w.table = beside;
	t.ifindex = 2;
	check(!put(&w, &t, NLM_F_CREATE, &result));
	rcu_read_lock();
	check(!rtmgr_fib4_lookup(first, beside, &flow, &way) && way.nexthop->ifindex == 1);
	check(!rtmgr_fib4_lookup(beside, first, &flow, &way) && way.nexthop->ifindex == 2);
	/* who does not fit in one of them gets a chance in the other */
	flow.oif = 2;
	check(!rtmgr_fib4_lookup(first, beside, &flow, &way) && way.nexthop->ifindex == 2);
	flow.oif = 0;
	rcu_read_unlock();

	t.plen = 24;
	t.ifindex = 3;
	check(!put(&w, &t, NLM_F_CREATE, &result));
	rcu_read_lock();
	check(!rtmgr_fib4_lookup(first, beside, &flow, &way) && way.nexthop->ifindex == 3);
	rcu_read_unlock();

	/* a throw ends the search in both */
	t.plen = 32;
	t.key.hi = 0x0a000001ULL << 32;
	t.type = RTN_THROW;
	check(!put(&w, &t, NLM_F_CREATE, &result));
	rcu_read_lock();
	check(rtmgr_fib4_lookup(first, beside, &flow, &way) == -EAGAIN);
	rcu_read_unlock();
	rtmgr_journal_commit(&w.journal, &w.tables);
	world_exit(&w);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		{ "random requests beside a naive twin", test_random_requests, false },
		{ "the same, when memory is short", test_random_requests, true },
		{ "ranks, and where they end", test_ranks, 0 },
		{ "max_routes", test_max_routes, 0 },
		{ "next hops by their device", test_device, 0 },
		{ "two tables as one", test_beside, 0 },
	};

	return test_main(argc, argv, OPERATIONS, cases, ARRAY_SIZE(cases));
}
