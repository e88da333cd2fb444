// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers into which a writer breaks. The readers' code is compiled here with an rcu_dereference()
 * that lets the writer change the trie before it looks; memory is freed when the reader is done, as
 * RCU does it. So every order in which one reader and one writer can meet may come up, from a seed.
 *
 * Some routes are there all the time. They must be found, all of them and once, whatever else
 * happens.
 */
#include "keys.h"

static void writer_breaks_in(void);
static void free_node_later(void *ptr);

#undef rcu_dereference
#define rcu_dereference(p)	({ writer_breaks_in(); READ_ONCE(p); })
#undef rcu_dereference_raw
#define rcu_dereference_raw(p)	rcu_dereference(p)
#undef kvfree_rcu
#define kvfree_rcu(ptr, field)	free_node_later(ptr)

#include "../../core/trie.c"
#include "../../core/trie-read.c"
#include "../../core/trie-resize.c"

#define OPERATIONS	30000
#define STAY		40
#define COME_AND_GO	120

struct prefixed {
	struct rtmgr_route *route;	/* NULL: not there now */
	struct prefix prefix;
};

static struct rtmgr_trie trie;
static struct prefixed routes[STAY + COME_AND_GO];
static enum keys kind;
static unsigned int width;
static s32 ranks;
static bool reading, writing;
static unsigned long breaks;

static void *later[1 << 20];
static unsigned int later_count;

static void free_later(void *ptr)
{
	check(later_count < ARRAY_SIZE(later));
	later[later_count++] = ptr;
}

/* What a node shares with its rcu_head is the writer's: no reader may miss it. */
static void free_node_later(void *ptr)
{
	struct rtmgr_node *node = ptr;

	memset(&node->rcu, 0xa5, sizeof(node->rcu));
	free_later(node);
}

static void reader_begins(void)
{
	reading = true;
}

static void reader_ends(void)
{
	reading = false;
	while (later_count)
		kfree(later[--later_count]);
}

/* The route behind which another has its place; NULL: it is the first. */
static struct rtmgr_route *place(const struct rtmgr_route *route)
{
	struct rtmgr_position position = rtmgr_position_of(route);
	struct rtmgr_route *prev = NULL, *next;

	next = rtmgr_trie_chain(&trie, route->key);
	while (next && rtmgr_chain_cmp(next, &position) < 0) {
		prev = next;
		next = rtmgr_writer_deref(next->next);
	}
	return prev;
}

static void come(struct prefixed *p)
{
	struct rtmgr_route *route = kzalloc(sizeof(*route), GFP_KERNEL);

	route->key = p->prefix.key;
	route->plen = p->prefix.plen;
	route->rank = ranks++;
	check(rtmgr_trie_link(&trie, route, place(route), NULL) == 0);
	p->route = route;
}

static void go(struct prefixed *p)
{
	rtmgr_trie_unlink(&trie, p->route, place(p->route));
	free_later(p->route);
	p->route = NULL;
}

static void change_one(void)
{
	struct prefixed *p = &routes[STAY + test_below(COME_AND_GO)];
	struct rtmgr_route *new;

	if (!p->route) {
		come(p);
	} else if (test_once_in(8)) {
		/* taken back by a journal: the same route leaves and comes back */
		rtmgr_trie_unlink(&trie, p->route, place(p->route));
		check(rtmgr_trie_link(&trie, p->route, place(p->route), NULL) == 0);
	} else if (test_once_in(8)) {
		new = kzalloc(sizeof(*new), GFP_KERNEL);
		*new = *p->route;
		rtmgr_trie_swap(&trie, p->route, new, place(p->route));
		free_later(p->route);
		p->route = new;
	} else {
		go(p);
	}
}

static void writer_breaks_in(void)
{
	unsigned int n;

	if (!reading || writing || !test_once_in(3))
		return;
	writing = true;
	for (n = test_below(8) ? 1 : test_below(60); n; n--)
		change_one();
	breaks++;
	writing = false;
}

static bool stays(const struct rtmgr_route *route)
{
	unsigned int i;

	for (i = 0; i < STAY; i++)
		if (routes[i].route == route)
			return true;
	return false;
}

static void read_match(void)
{
	struct rtmgr_key addr = keys_address(kind, width, STAY + COME_AND_GO);
	int max_plen = test_below(2) ? width : test_below(width + 1);
	struct rtmgr_route *route;
	int longest = -1;
	unsigned int i;

	for (i = 0; i < STAY; i++) {
		const struct prefix *p = &routes[i].prefix;

		if ((int)p->plen <= max_plen && (int)p->plen > longest &&
		    rtmgr_key_within(addr, p->key, p->plen))
			longest = p->plen;
	}
	reader_begins();
	route = rtmgr_trie_match(&trie, addr, max_plen);
	reading = false;
	check((route ? route->plen : -1) >= longest, "%d, not %d", route ? route->plen : -1,
	      longest);
	if (route)
		check(route->plen <= max_plen && rtmgr_key_within(addr, route->key, route->plen));
	reader_ends();
}

static void read_chain(void)
{
	const struct prefixed *p = &routes[test_below(STAY)];
	struct rtmgr_route *route;

	reader_begins();
	route = rtmgr_trie_chain(&trie, p->prefix.key);
	while (route && route != p->route)
		route = rcu_dereference(route->next);
	check(route);
	reader_ends();
}

static void read_walk(void)
{
	static struct rtmgr_cursor cursor;
	struct rtmgr_key key = keys_prefix(kind, width, STAY + COME_AND_GO).key;
	struct rtmgr_route *head, *route;
	unsigned int expected = 0, seen = 0;
	struct rtmgr_key last = key;
	bool first = true;
	unsigned int i;

	if (test_below(2))
		key = (struct rtmgr_key){ 0, 0 };
	for (i = 0; i < STAY; i++)
		expected += !rtmgr_key_less(routes[i].prefix.key, key);

	reader_begins();
	for (head = rtmgr_trie_seek(&trie, &cursor, key); head; head = rtmgr_trie_step(&cursor)) {
		check(first ? !rtmgr_key_less(head->key, key) : rtmgr_key_less(last, head->key));
		first = false;
		last = head->key;
		for (route = head; route; route = rcu_dereference(route->next)) {
			struct rtmgr_route *next = READ_ONCE(route->next);

			check(rtmgr_key_eq(route->key, last));
			check(!next || next->plen <= route->plen);
			seen += stays(route);
		}
	}
	check(seen == expected, "%u, not %u", seen, expected);
	reader_ends();
}

static void test_readers(unsigned long argument)
{
	unsigned long n;
	unsigned int i;

	kind = keys_case_kind(argument);
	width = keys_case_width(argument);
	breaks = 0;
	rtmgr_trie_init(&trie, width);
	for (i = 0; i < ARRAY_SIZE(routes); i++) {
		routes[i].prefix = keys_prefix(kind, width, STAY + COME_AND_GO);
		if (i < STAY)
			come(&routes[i]);
	}
	for (n = 0; n < test_operations; n++) {
		switch (test_below(8)) {
		case 0:
			read_walk();
			break;
		case 1:
		case 2:
			read_chain();
			break;
		default:
			read_match();
		}
	}
	check(breaks > test_operations / 10, "the writer broke in %lu times only", breaks);
	for (i = 0; i < ARRAY_SIZE(routes); i++)
		if (routes[i].route)
			go(&routes[i]);
	reader_ends();
	rtmgr_trie_destroy(&trie);
}

int main(int argc, char **argv)
{
	static struct test_case cases[2 * KEYS_KINDS];

	keys_cases(cases, "readers", test_readers);
	return test_main(argc, argv, OPERATIONS, cases, ARRAY_SIZE(cases));
}
