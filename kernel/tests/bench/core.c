// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures the core, one run of it: memory, insertion, longest-prefix match, and the encoding of a
 * dump, beside a plain radix tree on the same routes and addresses. Prints one line of JSON: bytes,
 * and rates per second of processor time.
 *
 *	core [--routes N] [--lookups N] [--seed N] [--shape real|hosts|dense]
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "radix.h"
#include "../../core/fib4.h"
#include "../../core/walk.h"
#include "../../message/family.h"

#ifndef __noreturn
#define __noreturn	__attribute__((__noreturn__))
#endif

/* What the message code asks of where it runs. Nothing here gets that far. */
struct rtmgr_net *rtmgr_net_of(const struct sk_buff *request)
{
	return NULL;
}

bool rtmgr_may_write(struct sk_buff *request)
{
	return false;
}

int rtmgr_device_flags(struct net *net, u32 ifindex, unsigned int *flags)
{
	return -ENODEV;
}

/* As large as the kernel lets a part of a dump be. */
#define PART	32768

/* Next hops of a real table: few. */
#define PATHS	256

struct sample {
	struct rtmgr_key key;
	u8 plen;
};

struct result {
	double bytes_per_route;
	double heap_bytes_per_route;
	double inserts;
	double lookups;
};

static u64 random_state;

static u64 random_number(void)
{
	u64 n = random_state += 0x9e3779b97f4a7c15ULL;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ULL;
	n = (n ^ n >> 27) * 0x94d049bb133111ebULL;
	return n ^ n >> 31;
}

static double seconds(void)
{
	struct timespec time;

	/* of one core: what else runs on the machine does not count */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static double heap(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)info.uordblks + info.hblkhd;
}

static void __noreturn give_up(const char *why)
{
	fprintf(stderr, "core: %s\n", why);
	exit(1);
}

/*
 * Lengths as in a full table of the Internet, addresses anywhere; or single addresses; or one /24
 * behind the other.
 */
static struct sample make_sample(const char *shape, u32 i)
{
	static const u8 lengths[] = {
		24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 22, 22, 22, 23, 23, 21, 20, 19, 18,
			17, 16
	};
	struct sample sample = { .plen = 32 };

	if (!strcmp(shape, "dense")) {
		sample.plen = 24;
		sample.key.hi = ((u64)0x01000000 + ((u64)i << 8)) << 32;
		return sample;
	}
	if (strcmp(shape, "hosts"))
		sample.plen = lengths[random_number() % ARRAY_SIZE(lengths)];
	sample.key.hi = (0x01000000 + random_number() % 0xdf000000) << 32;
	sample.key = rtmgr_key_prefix(sample.key, sample.plen);
	return sample;
}

static struct rtmgr_path *draft_of(u32 i)
{
	struct rtmgr_path *draft = rtmgr_path_draft(1);

	if (!draft)
		give_up("no memory");
	draft->family = AF_INET;
	draft->protocol = 186;
	draft->type = RTN_UNICAST;
	draft->nh[0].gateway_family = AF_INET;
	draft->nh[0].gateway4 = cpu_to_be32(0xc6120002 + i % PATHS);
	draft->nh[0].ifindex = 2 + i % 4;
	return draft;
}

/* As a request does it, from the path to the commit. Answers how many were new. */
static u32 insert_all(struct rtmgr_tables *tables, struct rtmgr_table *table,
		      const struct sample *samples, u32 count)
{
	struct rtmgr_journal journal;
	u32 i, added = 0;

	rtmgr_journal_init(&journal);
	for (i = 0; i < count; i++) {
		struct rtmgr_fib4_key key = { .addr = samples[i].key, .plen = samples[i].plen };
		struct rtmgr_fib4_result result = { NULL, 0 };
		int err;

		err =
			rtmgr_fib4_insert(&journal, tables, table, &key, draft_of(i), NLM_F_CREATE |
					  NLM_F_EXCL,
					&result);
		rtmgr_journal_commit(&journal, tables);
		if (!err)
			added++;
		else if (err != -EEXIST)
			give_up("a route was refused");
	}
	return added;
}

static double match_all(struct rtmgr_table *table, const struct rtmgr_key *addrs, u32 count,
			u64 *lengths)
{
	double start = seconds();
	u32 i;

	*lengths = 0;
	rcu_read_lock();
	for (i = 0; i < count; i++) {
		struct rtmgr_route *route = rtmgr_trie_match(&table->trie, addrs[i], 32);

		*lengths += route ? route->plen : 0;
	}
	rcu_read_unlock();
	return count / (seconds() - start);
}

static struct result measure_radix(const struct sample *samples, u32 count,
				   const struct rtmgr_key *addrs,
				   u32 lookups, u32 unique, u64 *lengths)
{
	struct rtmgr_route **routes = malloc(count * sizeof(*routes));
	struct radix radix = { .bytes = 0 };
	struct result result;
	double start, before;
	u32 i;

	if (!routes)
		give_up("no memory");
	before = heap();
	start = seconds();
	for (i = 0; i < count; i++) {
		routes[i] = kzalloc(sizeof(*routes[i]), GFP_KERNEL);
		if (!routes[i])
			give_up("no memory");
		routes[i]->key = samples[i].key;
		routes[i]->plen = samples[i].plen;
		if (!radix_insert(&radix, routes[i]))
			give_up("no memory");
	}
	result.inserts = count / (seconds() - start);
	result.bytes_per_route = (double)radix.bytes / unique + sizeof(**routes);
	result.heap_bytes_per_route = (heap() - before) / unique;

	*lengths = 0;
	start = seconds();
	for (i = 0; i < lookups; i++) {
		struct rtmgr_route *route = radix_match(&radix, addrs[i]);

		*lengths += route ? route->plen : 0;
	}
	result.lookups = lookups / (seconds() - start);
	radix_free(&radix);
	for (i = 0; i < count; i++)
		kfree(routes[i]);
	free(routes);
	return result;
}

/* The messages of a dump, in parts. Answers routes a second. */
static double measure_dump(const struct rtmgr_tables *tables, const struct rtmgr_table *table,
			   u64 *bytes)
{
	struct rtmgr_telling telling = {
		.portid = 1,
		.seq = 1,
		.type = RTM_NEWROUTE,
		.flags = NLM_F_MULTI,
	};
	static struct rtmgr_walk walk;
	const struct rtmgr_route *route;
	double start = seconds();
	u32 told = 0;

	*bytes = 0;
	rtmgr_walk_begin(&walk, tables, table);
	do {
		struct sk_buff *skb = alloc_skb(PART, GFP_KERNEL);

		if (!skb)
			give_up("no memory");
		rcu_read_lock();
		rtmgr_walk_resume(&walk);
		while ((route = rtmgr_walk_next(&walk)) &&
		       rtmgr_ipv4_fill(skb, route, &telling) >= 0) {
			rtmgr_walk_take(&walk, route);
			told++;
		}
		rcu_read_unlock();
		*bytes += skb->len;
		kfree_skb(skb);
	} while (route);
	if (told != table->routes)
		give_up("the dump has not all routes");
	return told / (seconds() - start);
}

/* The trie alone, as the radix tree is alone. */
static double measure_trie(const struct sample *samples, u32 count)
{
	struct rtmgr_trie trie;
	struct rtmgr_route **routes = malloc(count * sizeof(*routes));
	double start, rate;
	u32 i;

	if (!routes)
		give_up("no memory");
	rtmgr_trie_init(&trie, 32);
	start = seconds();
	for (i = 0; i < count; i++) {
		struct rtmgr_route *route, *next, *prev = NULL;

		route = kzalloc(sizeof(*route), GFP_KERNEL);
		if (!route)
			give_up("no memory");
		route->key = samples[i].key;
		route->plen = samples[i].plen;
		next = rtmgr_trie_chain(&trie, route->key);
		while (next && next->plen > route->plen) {
			prev = next;
			next = rcu_dereference_protected(next->next, 1);
		}
		if (next && next->plen == route->plen) {
			kfree(route);
			routes[i] = NULL;
			continue;
		}
		if (rtmgr_trie_link(&trie, route, prev, NULL))
			give_up("no memory");
		routes[i] = route;
	}
	rate = count / (seconds() - start);
	for (i = count; i-- > 0;) {
		struct rtmgr_route *prev;

		if (!routes[i])
			continue;
		prev = rtmgr_trie_chain(&trie, routes[i]->key);
		if (prev == routes[i])
			prev = NULL;
		while (prev && rcu_dereference_protected(prev->next, 1) != routes[i])
			prev = rcu_dereference_protected(prev->next, 1);
		rtmgr_trie_unlink(&trie, routes[i], prev);
		kfree(routes[i]);
	}
	rtmgr_trie_destroy(&trie);
	free(routes);
	return rate;
}

static void print(const char *name, struct result result)
{
	printf("\"%s\":{\"bytesPerRoute\":%.1f,\"heapBytesPerRoute\":%.1f,", name,
	       result.bytes_per_route, result.heap_bytes_per_route);
	printf("\"inserts\":%.0f,\"lookups\":%.0f", result.inserts, result.lookups);
}

int main(int argc, char **argv)
{
	const char *shape = "real";
	u32 count = 1000000, lookups = 2000000, i, unique;
	u64 lengths, radix_lengths, dump_bytes;
	static struct rtmgr_tables tables;
	struct result ours, radix;
	struct rtmgr_table *table;
	struct rtmgr_key *addrs;
	struct sample *samples;
	double start, before, trie, dump;
	int arg;

	random_state = 1;
	for (arg = 1; arg + 1 < argc; arg += 2) {
		if (!strcmp(argv[arg], "--routes"))
			count = strtoul(argv[arg + 1], NULL, 0);
		else if (!strcmp(argv[arg], "--lookups"))
			lookups = strtoul(argv[arg + 1], NULL, 0);
		else if (!strcmp(argv[arg], "--seed"))
			random_state = strtoull(argv[arg + 1], NULL, 0);
		else if (!strcmp(argv[arg], "--shape"))
			shape = argv[arg + 1];
		else
			break;
	}
	if (arg != argc || !count) {
		fprintf(stderr,
			"core [--routes N] [--lookups N] [--seed N] [--shape real|hosts|dense]\n");
		return 2;
	}

	samples = malloc(count * sizeof(*samples));
	addrs = malloc(lookups * sizeof(*addrs));
	if (!samples || !addrs)
		give_up("no memory");
	for (i = 0; i < count; i++)
		samples[i] = make_sample(shape, i);
	/* any address of any of the routes */
	for (i = 0; i < lookups; i++) {
		const struct sample *sample = &samples[random_number() % count];

		addrs[i].lo = 0;
		addrs[i].hi = sample->key.hi | (random_number() << 32 & ~0ULL >> sample->plen);
	}

	trie = measure_trie(samples, count);
	before = heap();
	if (rtmgr_core_init() || rtmgr_tables_init(&tables, UINT_MAX))
		give_up("no memory");
	mutex_lock(&tables.lock);
	table = rtmgr_table_get(&tables, AF_INET, RT_TABLE_MAIN);
	start = seconds();
	unique = insert_all(&tables, table, samples, count);
	ours.inserts = count / (seconds() - start);
	mutex_unlock(&tables.lock);
	ours.bytes_per_route = (double)(tables.bytes + table->trie.bytes) / unique;
	ours.heap_bytes_per_route = (heap() - before) / unique;
	ours.lookups = match_all(table, addrs, lookups, &lengths);
	dump = measure_dump(&tables, table, &dump_bytes);

	radix = measure_radix(samples, count, addrs, lookups, unique, &radix_lengths);
	if (lengths != radix_lengths)
		give_up("the trie and the radix tree do not agree");

	printf("{\"routes\":%u,\"shape\":\"%s\",", unique, shape);
	print("ours", ours);
	printf(",\"trieInserts\":%.0f,\"dump\":%.0f,\"dumpBytes\":%llu},", trie, dump, dump_bytes);
	print("radix", radix);
	printf("}}\n");
	rtmgr_tables_destroy(&tables);
	rtmgr_core_exit();
	free(samples);
	free(addrs);
	return 0;
}
