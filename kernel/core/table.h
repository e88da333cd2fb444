/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of one network namespace, by family and id, and the paths that their routes share. */
#ifndef _RTMGR_TABLE_H
#define _RTMGR_TABLE_H

#include "route.h"
#include "trie.h"

#define RTMGR_TABLE_BUCKETS 256

enum rtmgr_family { RTMGR_V4, RTMGR_V6, RTMGR_FAMILIES };

struct rtmgr_table {
	struct hlist_node link;
	struct rcu_head rcu;
	u32 id;
	u8 family; /* AF_INET or AF_INET6 */
	u32 routes;
	struct rtmgr_trie trie;
};

/*
 * Locks. `lock` is the writers'. Readers need RCU alone to walk one trie; those whose answer must
 * not show half of a batch hold `view` for reading as well, and a batch holds it for writing while
 * it is half done.
 */
struct rtmgr_tables {
	struct mutex lock;		/* see above */
	struct rw_semaphore view;	/* see above */
	/* the kernel's order: by id & 255; within a bucket the newest table first */
	struct hlist_head table[RTMGR_FAMILIES][RTMGR_TABLE_BUCKETS];
	/* changes with every change of a route; never 0 */
	u32 generation;
	u32 routes;
	u32 max_routes;
	u64 bytes; /* routes and paths; the tries count theirs */
	struct hlist_head *paths; /* hash of paths */
	u32 path_buckets; /* a power of two */
	u32 path_count;
	/* for emptying a trie: too large for the stack; the writer's, or nobody's */
	struct rtmgr_cursor sweep;
};

/*
 * Makes the tables that the kernel always has: local and main of both families. -ENOMEM: nothing is
 * left behind.
 */
int rtmgr_tables_init(struct rtmgr_tables *tables, u32 max_routes);

/* Frees all. Nobody else may hold or find the tables any more. */
void rtmgr_tables_destroy(struct rtmgr_tables *tables);

static inline enum rtmgr_family rtmgr_family_index(u8 family)
{
	return family == AF_INET ? RTMGR_V4 : RTMGR_V6;
}

/* Reader (under RCU) or writer. NULL: there is no such table. */
struct rtmgr_table *rtmgr_table_find(const struct rtmgr_tables *tables, u8 family, u32 id);

/*
 * Writer. Finds or makes it. NULL: out of memory. A table stays, even when it is empty, as the
 * kernel's do.
 */
struct rtmgr_table *rtmgr_table_get(struct rtmgr_tables *tables, u8 family, u32 id);

/*
 * The tables of a family in the order of dumps: the first, and the one behind a table. Under RCU.

 */
struct rtmgr_table *rtmgr_table_first(const struct rtmgr_tables *tables, u8 family);
struct rtmgr_table *rtmgr_table_next(const struct rtmgr_tables *tables,
				     const struct rtmgr_table *table);

/*
 * Paths. A draft is made with room for `nexthops`, cleared; filled; and then interned, which gives
 * it up for the one that is already there when there is one.
 */
struct rtmgr_path *rtmgr_path_draft(u32 nexthops);
void rtmgr_path_draft_free(struct rtmgr_path *draft);
/* Writer. Takes a reference for the caller. Cannot fail. */
struct rtmgr_path *rtmgr_path_intern(struct rtmgr_tables *tables, struct rtmgr_path *draft);
/* Writer. Looks for an equal path without taking a reference; NULL: no route has it. */
struct rtmgr_path *rtmgr_path_lookup(const struct rtmgr_tables *tables,
				     const struct rtmgr_path *draft);
/* Writer. Gives a reference back; the last one frees it once no reader sees it. */
void rtmgr_path_put(struct rtmgr_tables *tables, struct rtmgr_path *path);

/*
 * Writer. A route that is in no trie yet. It takes over the caller's reference to path, also when
 * it fails (NULL: out of memory).
 */
struct rtmgr_route *rtmgr_route_new(struct rtmgr_tables *tables, struct rtmgr_path *path);
/* Writer. A route that is in no trie, and that readers may still see. Gives its path back. */
void rtmgr_route_free(struct rtmgr_tables *tables, struct rtmgr_route *route);

/*
 * Writer. The first chain of a table from an address on; NULL: none. And the removal of its first
 * route, without a way back. Whoever empties a table goes on from the address of the last one: to
 * begin at 0 again would look at all the places that are empty by now.
 */
struct rtmgr_route *rtmgr_table_head(struct rtmgr_tables *tables, const struct rtmgr_table *table,
				     struct rtmgr_key from);
void rtmgr_table_drop(struct rtmgr_tables *tables, struct rtmgr_table *table,
		      struct rtmgr_route *head);

/* Writer. The tables have changed: for those who watch tables.generation. */
void rtmgr_tables_changed(struct rtmgr_tables *tables);

/* The hash of paths: for rtmgr_tables_init() and rtmgr_tables_destroy(). */
int rtmgr_paths_init(struct rtmgr_tables *tables);
void rtmgr_paths_exit(struct rtmgr_tables *tables);

/* The caches of the module: once, before the first table, and after the last. */
int rtmgr_core_init(void);
void rtmgr_core_exit(void);

#endif
