// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of a network namespace: found by family and id, made when a first route needs them,
 * never taken away.
 */
#include "table.h"

static struct kmem_cache *rtmgr_route_cache;

static struct hlist_head *rtmgr_bucket(struct rtmgr_tables *tables, u8 family, u32 id)
{
	return &tables->table[rtmgr_family_index(family)][id & (RTMGR_TABLE_BUCKETS - 1)];
}

struct rtmgr_table *rtmgr_table_find(const struct rtmgr_tables *tables, u8 family, u32 id)
{
	const struct hlist_head *bucket = rtmgr_bucket((struct rtmgr_tables *)tables, family, id);
	struct rtmgr_table *table;

	hlist_for_each_entry_rcu(table, bucket, link, lockdep_is_held(&tables->lock)) {
		if (table->id == id)
			return table;
	}
	return NULL;
}

struct rtmgr_table *rtmgr_table_get(struct rtmgr_tables *tables, u8 family, u32 id)
{
	struct rtmgr_table *table = rtmgr_table_find(tables, family, id);

	if (table)
		return table;
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->id = id;
	table->family = family;
	rtmgr_trie_init(&table->trie, family == AF_INET ? 32 : 128);
	hlist_add_head_rcu(&table->link, rtmgr_bucket(tables, family, id));
	return table;
}

/* The first table in this bucket or one behind it. */
static struct rtmgr_table *rtmgr_table_from(const struct rtmgr_tables *tables, u8 family,
					    unsigned int bucket)
{
	const struct hlist_head *heads = tables->table[rtmgr_family_index(family)];

	for (; bucket < RTMGR_TABLE_BUCKETS; bucket++) {
		struct hlist_node *first = rcu_dereference_check(hlist_first_rcu(&heads[bucket]),
								 lockdep_is_held(&tables->lock));

		if (first)
			return hlist_entry(first, struct rtmgr_table, link);
	}
	return NULL;
}

struct rtmgr_table *rtmgr_table_first(const struct rtmgr_tables *tables, u8 family)
{
	return rtmgr_table_from(tables, family, 0);
}

struct rtmgr_table *rtmgr_table_next(const struct rtmgr_tables *tables,
				     const struct rtmgr_table *table)
{
	struct hlist_node *next =
		rcu_dereference_check(hlist_next_rcu(&table->link), lockdep_is_held(&tables->lock));

	if (next)
		return hlist_entry(next, struct rtmgr_table, link);
	return rtmgr_table_from(tables, table->family, (table->id & (RTMGR_TABLE_BUCKETS - 1)) + 1);
}

void rtmgr_tables_changed(struct rtmgr_tables *tables)
{
	u32 next = tables->generation + 1;

	/* 0 says "not asked yet" in nl_dump_check_consistent() */
	smp_store_release(&tables->generation, next ? next : 1);
}

struct rtmgr_route *rtmgr_table_head(struct rtmgr_tables *tables, const struct rtmgr_table *table,
				     struct rtmgr_key from)
{
	struct rtmgr_route *head;

	/* for the lock alone: as writer nothing is freed under us */
	rcu_read_lock();
	head = rtmgr_trie_seek(&table->trie, &tables->sweep, from);
	rcu_read_unlock();
	return head;
}

void rtmgr_table_drop(struct rtmgr_tables *tables, struct rtmgr_table *table,
		      struct rtmgr_route *head)
{
	rtmgr_trie_unlink(&table->trie, head, NULL);
	table->routes--;
	tables->routes--;
	rtmgr_tables_changed(tables);
}

/* Nobody else sees the tables any more. */
static void rtmgr_table_free(struct rtmgr_tables *tables, struct rtmgr_table *table)
{
	struct rtmgr_key from = { 0, 0 };
	struct rtmgr_route *head, *next;

	hlist_del(&table->link);
	while ((head = rtmgr_table_head(tables, table, from))) {
		from = head->key;
		for (; head; head = next) {
			next = rcu_dereference_protected(head->next,
							 lockdep_is_held(&tables->lock));
			rtmgr_table_drop(tables, table, head);
			rtmgr_route_free(tables, head);
		}
		cond_resched();
	}
	rtmgr_trie_destroy(&table->trie);
	kfree(table);
}

int rtmgr_tables_init(struct rtmgr_tables *tables, u32 max_routes)
{
	static const u8 families[] = { AF_INET, AF_INET6 };
	static const u32 ids[] = { RT_TABLE_MAIN, RT_TABLE_LOCAL };
	unsigned int f, i;
	int err;

	memset(tables, 0, sizeof(*tables));
	mutex_init(&tables->lock);
	init_rwsem(&tables->view);
	tables->generation = 1;
	tables->max_routes = max_routes;
	err = rtmgr_paths_init(tables);
	if (err)
		return err;
	mutex_lock(&tables->lock);
	for (f = 0; f < ARRAY_SIZE(families); f++) {
		for (i = 0; i < ARRAY_SIZE(ids); i++) {
			if (!rtmgr_table_get(tables, families[f], ids[i]))
				err = -ENOMEM;
		}
	}
	mutex_unlock(&tables->lock);
	if (err)
		rtmgr_tables_destroy(tables);
	return err;
}

void rtmgr_tables_destroy(struct rtmgr_tables *tables)
{
	struct rtmgr_table *table;
	struct hlist_node *next;
	unsigned int f, b;

	mutex_lock(&tables->lock);
	for (f = 0; f < RTMGR_FAMILIES; f++) {
		for (b = 0; b < RTMGR_TABLE_BUCKETS; b++) {
			hlist_for_each_entry_safe(table, next, &tables->table[f][b], link)
				rtmgr_table_free(tables, table);
		}
	}
	rtmgr_paths_exit(tables);
	mutex_unlock(&tables->lock);
	mutex_destroy(&tables->lock);
}

struct rtmgr_route *rtmgr_route_new(struct rtmgr_tables *tables, struct rtmgr_path *path)
{
	struct rtmgr_route *route = kmem_cache_zalloc(rtmgr_route_cache, GFP_KERNEL);

	if (!route) {
		rtmgr_path_put(tables, path);
		return NULL;
	}
	route->path = path;
	tables->bytes += sizeof(*route);
	return route;
}

static void rtmgr_route_free_rcu(struct rcu_head *head)
{
	kmem_cache_free(rtmgr_route_cache, container_of(head, struct rtmgr_route, rcu));
}

void rtmgr_route_free(struct rtmgr_tables *tables, struct rtmgr_route *route)
{
	tables->bytes -= sizeof(*route);
	rtmgr_path_put(tables, route->path);
	call_rcu(&route->rcu, rtmgr_route_free_rcu);
}

int rtmgr_core_init(void)
{
	rtmgr_route_cache =
		kmem_cache_create("rtmgr_route", sizeof(struct rtmgr_route), 0, SLAB_ACCOUNT, NULL);
	return rtmgr_route_cache ? 0 : -ENOMEM;
}

void rtmgr_core_exit(void)
{
	/* routes that are on their way out go back to the cache before it is closed */
	rcu_barrier();
	kmem_cache_destroy(rtmgr_route_cache);
}
