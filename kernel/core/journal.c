// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes that can be taken back. What an undo would need is allocated before the change is made: a
 * record of it, and for a removal the trie node that putting the route back may take.
 */
#include "journal.h"
#include "table.h"

void rtmgr_journal_init(struct rtmgr_journal *journal)
{
	INIT_LIST_HEAD(&journal->changes);
}

struct list_head *rtmgr_journal_mark(struct rtmgr_journal *journal)
{
	return journal->changes.prev;
}

static void rtmgr_count(struct rtmgr_tables *tables, struct rtmgr_table *table, int by)
{
	table->routes += by;
	tables->routes += by;
}

static struct rtmgr_change *rtmgr_change_new(struct rtmgr_table *table, struct rtmgr_route *old,
					     struct rtmgr_route *new, struct rtmgr_route *prev)
{
	struct rtmgr_change *change = kzalloc(sizeof(*change), GFP_KERNEL_ACCOUNT);

	if (!change)
		return NULL;
	change->table = table;
	change->old = old;
	change->new = new;
	change->prev = prev;
	return change;
}

static void rtmgr_change_free(struct rtmgr_change *change)
{
	if (change->spare)
		rtmgr_trie_spare_free(change->spare);
	kfree(change);
}

static void rtmgr_record(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			 struct rtmgr_change *change)
{
	list_add_tail(&change->link, &journal->changes);
	rtmgr_tables_changed(tables);
}

int rtmgr_journal_add(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, struct rtmgr_route *route,
		      struct rtmgr_route *prev)
{
	struct rtmgr_change *change;
	int err;

	if (tables->routes >= tables->max_routes)
		return -ENOSPC;
	change = rtmgr_change_new(table, NULL, route, prev);
	if (!change)
		return -ENOMEM;
	err = rtmgr_trie_link(&table->trie, route, prev, NULL);
	if (err) {
		rtmgr_change_free(change);
		return err;
	}
	rtmgr_count(tables, table, 1);
	rtmgr_record(journal, tables, change);
	return 0;
}

int rtmgr_journal_remove(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			 struct rtmgr_table *table, struct rtmgr_route *route,
			 struct rtmgr_route *prev)
{
	struct rtmgr_change *change = rtmgr_change_new(table, route, NULL, prev);

	if (!change)
		return -ENOMEM;
	change->spare = rtmgr_trie_spare();
	if (!change->spare) {
		rtmgr_change_free(change);
		return -ENOMEM;
	}
	rtmgr_trie_unlink(&table->trie, route, prev);
	rtmgr_count(tables, table, -1);
	rtmgr_record(journal, tables, change);
	return 0;
}

int rtmgr_journal_replace(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			  struct rtmgr_table *table, struct rtmgr_route *old,
			  struct rtmgr_route *new, struct rtmgr_route *prev)
{
	struct rtmgr_change *change = rtmgr_change_new(table, old, new, prev);

	if (!change)
		return -ENOMEM;
	rtmgr_trie_swap(&table->trie, old, new, prev);
	rtmgr_record(journal, tables, change);
	return 0;
}

static void rtmgr_change_undo(struct rtmgr_tables *tables, struct rtmgr_change *change)
{
	struct rtmgr_table *table = change->table;
	int err;

	/* everything newer has been undone: prev stands where it stood, right before the place */
	if (!change->old) {
		rtmgr_trie_unlink(&table->trie, change->new, change->prev);
		rtmgr_count(tables, table, -1);
	} else if (!change->new) {
		/* with a spare this cannot fail */
		err = rtmgr_trie_link(&table->trie, change->old, change->prev, &change->spare);
		WARN_ON_ONCE(err);
		rtmgr_count(tables, table, 1);
	} else {
		rtmgr_trie_swap(&table->trie, change->new, change->old, change->prev);
	}
	rtmgr_tables_changed(tables);
	if (change->new)
		rtmgr_route_free(tables, change->new);
}

void rtmgr_journal_undo(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			struct list_head *mark)
{
	while (journal->changes.prev != mark) {
		struct rtmgr_change *change =
			list_last_entry(&journal->changes, struct rtmgr_change, link);

		list_del(&change->link);
		rtmgr_change_undo(tables, change);
		rtmgr_change_free(change);
		cond_resched();
	}
}

void rtmgr_journal_commit(struct rtmgr_journal *journal, struct rtmgr_tables *tables)
{
	struct rtmgr_change *change, *next;

	list_for_each_entry_safe(change, next, &journal->changes, link) {
		list_del(&change->link);
		if (change->old)
			rtmgr_route_free(tables, change->old);
		rtmgr_change_free(change);
		cond_resched();
	}
}
