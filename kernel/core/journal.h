/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A journal of changes that are done but not yet final. Everything that can fail happens before a
 * change or in it; to undo a change never fails. One request has a journal, and a batch has one for
 * all its requests: that is what makes both atomic.
 */
#ifndef _RTMGR_JOURNAL_H
#define _RTMGR_JOURNAL_H

#include "route.h"
#include "trie.h"

struct rtmgr_table;
struct rtmgr_tables;

/*
 * One change: old is NULL when a route was added, new is NULL when one was removed, both are there
 * when new took the place of old.
 */
struct rtmgr_change {
	struct list_head link;
	struct rtmgr_table *table;
	struct rtmgr_route *old;
	struct rtmgr_route *new;
	struct rtmgr_route *prev; /* what stood before it in the chain */
	struct rtmgr_node *spare;
};

struct rtmgr_journal {
	struct list_head changes; /* oldest first */
};

void rtmgr_journal_init(struct rtmgr_journal *journal);

/* A point to go back to. */
struct list_head *rtmgr_journal_mark(struct rtmgr_journal *journal);

/*
 * The three changes. The journal takes over the routes: those that are removed when it becomes
 * final, those that are added when it is undone. On an error (-ENOMEM; -ENOSPC: max_routes) nothing
 * has changed and the new route is still the caller's. prev is as for rtmgr_trie_link().
 */
int rtmgr_journal_add(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
		      struct rtmgr_table *table, struct rtmgr_route *route,
		      struct rtmgr_route *prev);
int rtmgr_journal_remove(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			 struct rtmgr_table *table, struct rtmgr_route *route,
			 struct rtmgr_route *prev);
int rtmgr_journal_replace(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			  struct rtmgr_table *table, struct rtmgr_route *old,
			  struct rtmgr_route *new, struct rtmgr_route *prev);

/* Undoes all changes made since the mark, the newest first. */
void rtmgr_journal_undo(struct rtmgr_journal *journal, struct rtmgr_tables *tables,
			struct list_head *mark);

/*
 * Makes all changes final: frees what was removed, once no reader sees it. The journal is empty
 * then.
 */
void rtmgr_journal_commit(struct rtmgr_journal *journal, struct rtmgr_tables *tables);

#endif
