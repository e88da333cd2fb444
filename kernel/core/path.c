// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths, interned: a hash of all that are in use, by their content. Only writers look into it, so
 * it grows by moving the entries under the writers' lock.
 */
#include "table.h"

#define RTMGR_PATH_BUCKETS_FIRST 64
#define RTMGR_PATH_BUCKETS_MOST 1048576u

static size_t rtmgr_path_size(const struct rtmgr_path *path)
{
	return struct_size(path, nh, path->nexthops);
}

/* What is hashed and compared. */
static const void *rtmgr_path_content(const struct rtmgr_path *path, size_t *bytes)
{
	*bytes = rtmgr_path_size(path) - offsetof(struct rtmgr_path, family);
	return &path->family;
}

static u32 rtmgr_path_hash(const struct rtmgr_path *path)
{
	size_t bytes;
	const void *content = rtmgr_path_content(path, &bytes);

	/* every member is made of whole 32-bit words */
	return jhash2(content, bytes / sizeof(u32), 0);
}

static bool rtmgr_path_equal(const struct rtmgr_path *a, const struct rtmgr_path *b)
{
	size_t bytes;
	const void *content = rtmgr_path_content(a, &bytes);

	/* the count of next hops stands in the content, too, before either ends */
	return a->nexthops == b->nexthops && memcmp(content, &b->family, bytes) == 0;
}

int rtmgr_paths_init(struct rtmgr_tables *tables)
{
	BUILD_BUG_ON(sizeof(struct rtmgr_nexthop) % sizeof(u32));
	BUILD_BUG_ON((offsetof(struct rtmgr_path, nh) - offsetof(struct rtmgr_path, family)) %
		     sizeof(u32));
	tables->paths =
		kvcalloc(RTMGR_PATH_BUCKETS_FIRST, sizeof(*tables->paths), GFP_KERNEL_ACCOUNT);
	if (!tables->paths)
		return -ENOMEM;
	tables->path_buckets = RTMGR_PATH_BUCKETS_FIRST;
	return 0;
}

void rtmgr_paths_exit(struct rtmgr_tables *tables)
{
	WARN_ON_ONCE(tables->path_count);
	kvfree(tables->paths);
	tables->paths = NULL;
}

/* Twice the buckets. Without memory for it the chains are longer, nothing else. */
static void rtmgr_paths_grow(struct rtmgr_tables *tables)
{
	u32 buckets = tables->path_buckets * 2, b;
	struct rtmgr_path *path;
	struct hlist_head *grown;
	struct hlist_node *next;

	if (buckets > RTMGR_PATH_BUCKETS_MOST)
		return;
	grown = kvcalloc(buckets, sizeof(*grown), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!grown)
		return;
	for (b = 0; b < tables->path_buckets; b++) {
		hlist_for_each_entry_safe(path, next, &tables->paths[b], hash_link) {
			hlist_del(&path->hash_link);
			hlist_add_head(&path->hash_link, &grown[path->hash & (buckets - 1)]);
		}
	}
	kvfree(tables->paths);
	tables->paths = grown;
	tables->path_buckets = buckets;
}

static struct rtmgr_path *rtmgr_path_search(const struct rtmgr_tables *tables,
					    const struct rtmgr_path *draft, u32 hash)
{
	struct rtmgr_path *path;

	hlist_for_each_entry(path, &tables->paths[hash & (tables->path_buckets - 1)], hash_link) {
		if (path->hash == hash && rtmgr_path_equal(path, draft))
			return path;
	}
	return NULL;
}

struct rtmgr_path *rtmgr_path_draft(u32 nexthops)
{
	struct rtmgr_path *draft = kvzalloc(struct_size(draft, nh, nexthops), GFP_KERNEL_ACCOUNT);

	if (draft)
		draft->nexthops = nexthops;
	return draft;
}

void rtmgr_path_draft_free(struct rtmgr_path *draft)
{
	kvfree(draft);
}

struct rtmgr_path *rtmgr_path_lookup(const struct rtmgr_tables *tables,
				     const struct rtmgr_path *draft)
{
	return rtmgr_path_search(tables, draft, rtmgr_path_hash(draft));
}

struct rtmgr_path *rtmgr_path_intern(struct rtmgr_tables *tables, struct rtmgr_path *draft)
{
	u32 hash = rtmgr_path_hash(draft);
	struct rtmgr_path *path = rtmgr_path_search(tables, draft, hash);

	if (path) {
		rtmgr_path_draft_free(draft);
	} else {
		if (tables->path_count >= tables->path_buckets)
			rtmgr_paths_grow(tables);
		path = draft;
		path->hash = hash;
		hlist_add_head(&path->hash_link, &tables->paths[hash & (tables->path_buckets - 1)]);
		tables->path_count++;
		tables->bytes += rtmgr_path_size(path);
	}
	path->refs++;
	return path;
}

void rtmgr_path_put(struct rtmgr_tables *tables, struct rtmgr_path *path)
{
	if (--path->refs)
		return;
	hlist_del(&path->hash_link);
	tables->path_count--;
	tables->bytes -= rtmgr_path_size(path);
	kvfree_rcu(path, rcu);
}
