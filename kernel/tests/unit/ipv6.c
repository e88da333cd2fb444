// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of IPv6 routes beside a naive twin: a flat list of routes in which each rule is written
 * as one reads it in the manual. Random requests, some of them taken back, some without memory.
 */
#include "../../core/fib6.h"
#include "harness.h"

#define OPERATIONS	60000
#define TABLE		77
#define MOST		400

/* A route as the twin knows it. The list holds routes of one prefix in their order. */
struct twin {
	struct rtmgr_key key;
	u8 plen;
	u32 priority;
	u32 ifindex;
	u8 gateway;		/* last byte of it; 0: none */
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

/*
 * The first of the prefix and priority of t that has a gateway, or that has none; -1: there is
 * none.
 */
static int twin_first(const struct world *w, const struct twin *t, bool gateway)
{
	unsigned int i;

	for (i = 0; i < w->count; i++)
		if (same_prefix(&w->list[i], t) && w->list[i].priority == t->priority &&
		    !w->list[i].gateway == !gateway)
			return i;
	return -1;
}

static int twin_replace(struct world *w, const struct twin *t, u16 *told)
{
	int at = twin_first(w, t, t->gateway);
	bool group;

	if (at < 0)
		at = twin_first(w, t, !t->gateway);
	if (at < 0)
		return -ENOENT;
	group = w->list[at].gateway;
	w->list[at] = *t;
	if (group) {
		struct twin mark = *t;
		int i;

		for (i = w->count - 1; i > at; i--)
			if (same_prefix(&w->list[i], &mark) &&
			    w->list[i].priority == mark.priority && w->list[i].gateway)
				twin_drop(w, i);
	}
	*told = NLM_F_REPLACE;
	return 0;
}

static int twin_insert(struct world *w, const struct twin *t, u16 flags, u16 *told)
{
	bool equal = twin_first(w, t, true) >= 0 || twin_first(w, t, false) >= 0;
	unsigned int i, at = w->count;
	int err;

	if (equal && (flags & NLM_F_EXCL))
		return -EEXIST;
	if (flags & NLM_F_REPLACE) {
		err = twin_replace(w, t, told);
		if (err != -ENOENT || !(flags & NLM_F_CREATE))
			return err;
	} else {
		for (i = 0; i < w->count; i++)
			if (!memcmp(&w->list[i], t, sizeof(*t)))
				return -EEXIST;
	}
	for (i = 0; i < w->count; i++) {
		if (same_prefix(&w->list[i], t) && w->list[i].priority > t->priority) {
			at = i;
			break;
		}
	}
	twin_put(w, at, t);
	*told = NLM_F_CREATE | (flags & NLM_F_APPEND) | (equal ? 0 : NLM_F_EXCL);
	return 0;
}

static struct twin random_twin(void)
{
	static const u8 lengths[] = { 0, 16, 64, 128 };
	struct twin t;

	memset(&t, 0, sizeof(t));
	t.plen = lengths[test_below(ARRAY_SIZE(lengths))];
	/* half of them share the address 0 and with it a chain */
	t.key.hi = test_once_in(2) ? 0 : 0x2001ULL << 48;
	t.key = rtmgr_key_prefix(t.key, t.plen);
	t.priority = 1 + test_below(3);
	t.ifindex = 1 + test_below(2);
	t.gateway = test_below(5);
	return t;
}

/* NULL: out of memory. */
static struct rtmgr_route *make_route(struct world *w, const struct twin *t)
{
	struct rtmgr_path *path = rtmgr_path_draft(1);
	struct rtmgr_route *route;

	if (!path)
		return NULL;
	path->family = AF_INET6;
	path->type = RTN_UNICAST;
	path->nh[0].ifindex = t->ifindex;
	if (t->gateway) {
		path->nh[0].gateway_family = AF_INET6;
		path->nh[0].gateway6.s6_addr[15] = t->gateway;
	}
	route = rtmgr_route_new(&w->tables, rtmgr_path_intern(&w->tables, path));
	if (!route)
		return NULL;
	route->key = t->key;
	route->plen = t->plen;
	route->priority = t->priority;
	route->type = RTN_UNICAST;
	route->table = TABLE;
	return route;
}

static bool is_twin(const struct rtmgr_route *route, const struct twin *t)
{
	const struct rtmgr_nexthop *nh = &route->path->nh[0];

	return rtmgr_key_eq(route->key, t->key) && route->plen == t->plen &&
	       route->priority == t->priority && nh->ifindex == t->ifindex &&
	       nh->gateway6.s6_addr[15] == t->gateway &&
	       rtmgr_fib6_is_sibling(route) == !!t->gateway;
}

/*
 * The route that a place in the list is about. By its place: a replacement may well make a route
 * that is there already, so that two look alike.
 */
static struct rtmgr_route *find(struct world *w, unsigned int at)
{
	const struct twin *t = &w->list[at];
	struct rtmgr_route *route = rtmgr_fib6_find(w->table, t->key, t->plen);
	unsigned int i;

	for (i = 0; i < at && route; i++)
		if (same_prefix(&w->list[i], t))
			route = rtmgr_fib6_next(route);
	check(route && is_twin(route, t));
	return route;
}

/* The routes of one prefix stand as the twin has them, and their ranks grow. */
static void check_prefix(struct world *w, struct rtmgr_key key, u8 plen, unsigned int *seen)
{
	struct rtmgr_route *route = rtmgr_fib6_find(w->table, key, plen), *last = NULL;
	struct rtmgr_position position;
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		if (!rtmgr_key_eq(w->list[i].key, key) || w->list[i].plen != plen)
			continue;
		check(route && is_twin(route, &w->list[i]));
		if (last) {
			position = rtmgr_position_of(route);
			check(rtmgr_chain_cmp(last, &position) < 0);
		}
		last = route;
		route = rtmgr_fib6_next(route);
		(*seen)++;
	}
	check(!route);
}

static void check_all(struct world *w)
{
	unsigned int seen = 0;

	check_prefix(w, (struct rtmgr_key){ 0, 0 }, 0, &seen);
	check_prefix(w, (struct rtmgr_key){ 0, 0 }, 16, &seen);
	check_prefix(w, (struct rtmgr_key){ 0, 0 }, 64, &seen);
	check_prefix(w, (struct rtmgr_key){ 0, 0 }, 128, &seen);
	check_prefix(w, (struct rtmgr_key){ 0x2001ULL << 48, 0 }, 16, &seen);
	check_prefix(w, (struct rtmgr_key){ 0x2001ULL << 48, 0 }, 64, &seen);
	check_prefix(w, (struct rtmgr_key){ 0x2001ULL << 48, 0 }, 128, &seen);
	check(seen == w->count && seen == w->table->routes, "%u seen, %u known, %u counted", seen,
	      w->count, w->table->routes);
}

/* Groups are what the twin calls routes of one prefix and priority with a gateway. */
static void check_group(struct world *w, const struct twin *t)
{
	int at = twin_first(w, t, true);
	struct rtmgr_route *first, *route;
	unsigned int i;

	if (at < 0)
		return;
	first = rtmgr_fib6_first_sibling(w->table, find(w, at));
	check(first && is_twin(first, &w->list[at]));
	route = first;
	for (i = at + 1; i < w->count; i++) {
		if (!same_prefix(&w->list[i], t) || w->list[i].priority != t->priority ||
		    !w->list[i].gateway)
			continue;
		check(rtmgr_fib6_first_sibling(w->table, find(w, i)) == first);
		route = rtmgr_fib6_next_sibling(route);
		check(route && is_twin(route, &w->list[i]));
	}
	check(!rtmgr_fib6_next_sibling(route));
}

static int insert(struct world *w, bool starves)
{
	static const u16 flags[] = { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_APPEND };
	struct twin t = random_twin();
	struct rtmgr_route *route;
	u16 asked = 0, told = 0, expected = 0;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		asked |= test_once_in(i ? 4 : 2) ? flags[i] : 0;
	route = make_route(w, &t);
	if (!route) {
		check(starves);
		return -ENOMEM;
	}
	err = rtmgr_fib6_insert(&w->journal, &w->tables, w->table, route, asked, &told);
	if (err == -ENOMEM) {
		check(starves);
		return err;
	}
	check(twin_insert(w, &t, asked, &expected) == err, "flags %#x, answer %d", asked, err);
	check(err || told == expected, "flags %#x, told %#x, expected %#x", asked, told, expected);
	check_group(w, &t);
	/* a refused change has changed nothing: the request may go on */
	return 0;
}

static int remove_group(struct world *w, struct rtmgr_route *route, const struct twin *t)
{
	int at, err = rtmgr_fib6_remove_group(&w->journal, &w->tables, w->table, route);

	if (err)
		return err;
	while ((at = twin_first(w, t, true)) >= 0)
		twin_drop(w, at);
	return 0;
}

static int remove_some(struct world *w, bool starves)
{
	struct rtmgr_route *route;
	unsigned int at;
	struct twin t;
	int err;

	if (!w->count)
		return 0;
	at = test_below(w->count);
	t = w->list[at];
	route = find(w, at);
	if (t.gateway && test_once_in(3)) {
		err = remove_group(w, route, &t);
	} else {
		err = rtmgr_fib6_remove(&w->journal, &w->tables, w->table, route);
		if (!err)
			twin_drop(w, at);
	}
	if (err) {
		/* some may be gone, until it is undone */
		check(err == -ENOMEM && starves);
		return err;
	}
	check_group(w, &t);
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
		err = test_once_in(3) ? remove_some(w, starves) : insert(w, starves);
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
}

static void world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	check(!rtmgr_core_init());
	check(!rtmgr_tables_init(&w->tables, MOST));
	mutex_lock(&w->tables.lock);
	w->table = rtmgr_table_get(&w->tables, AF_INET6, TABLE);
	check(w->table);
	rtmgr_journal_init(&w->journal);
}

static void world_exit(struct world *w)
{
	mutex_unlock(&w->tables.lock);
	rtmgr_tables_destroy(&w->tables);
	rcu_barrier();
	rtmgr_core_exit();
}

static void test_random_requests(unsigned long starves)
{
	static struct world w;
	unsigned long i;

	world_init(&w);
	for (i = 0; i < test_operations; i++)
		request(&w, starves);
	world_exit(&w);
}

/* The examples of the kernel's own behaviour that people ask about. */
static void test_interleaved(unsigned long unused)
{
	static struct world w;
	struct twin t = { .priority = 10, .ifindex = 1 };
	static const u8 gateways[] = { 1, 0, 2 };
	struct rtmgr_route *route;
	unsigned int i;
	u16 told;

	world_init(&w);
	for (i = 0; i < ARRAY_SIZE(gateways); i++) {
		t.gateway = gateways[i];
		check(!rtmgr_fib6_insert(&w.journal, &w.tables, w.table, make_route(&w, &t),
					 NLM_F_CREATE, &told));
	}
	/* the route without a gateway stands between two siblings, and is none */
	route = rtmgr_fib6_find(w.table, t.key, 0);
	check(route->path->nh[0].gateway6.s6_addr[15] == 1);
	check(!rtmgr_fib6_is_sibling(rtmgr_fib6_next(route)));
	check(rtmgr_fib6_next_sibling(route)->path->nh[0].gateway6.s6_addr[15] == 2);

	/*
	 * a replacement without a gateway takes the place of the one without, and leaves the
	 * siblings
	 */
	t.gateway = 0;
	t.ifindex = 2;
	check(!rtmgr_fib6_insert(&w.journal, &w.tables, w.table, make_route(&w, &t), NLM_F_REPLACE,
				 &told));
	check(told == NLM_F_REPLACE && w.table->routes == 3);
	/* one with a gateway takes the place of all siblings */
	t.gateway = 9;
	check(!rtmgr_fib6_insert(&w.journal, &w.tables, w.table, make_route(&w, &t), NLM_F_REPLACE,
				 &told));
	check(w.table->routes == 2);
	route = rtmgr_fib6_find(w.table, t.key, 0);
	check(route->path->nh[0].gateway6.s6_addr[15] == 9 && route->rank == 0);
	rtmgr_journal_commit(&w.journal, &w.tables);
	world_exit(&w);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		{ "random requests beside a naive twin", test_random_requests, false },
		{ "random requests without memory now and then", test_random_requests, true },
		{ "siblings, and what stands between them", test_interleaved, 0 },
	};

	return test_main(argc, argv, OPERATIONS, cases, ARRAY_SIZE(cases));
}
