/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the changes are about that are pending: the keys that they named. And what the kernel may
 * have taken away with it, without being told: the secondary addresses with the first of a prefix,
 * routes with their next hop, the address that they prefer, or the last address of an interface.
 */
#ifndef ROUTELENS_WORKER_ABOUT_H
#define ROUTELENS_WORKER_ABOUT_H

#include "snapshot.h"

/* A change that is about to be sent. 0, or a negative errno with a sentence. */
int about_note(const struct nlmsghdr *nlh, const char **why);
/* There was a change of a kind that may do something even if it is refused. */
bool about_doubtful(void);
void about_forget(void);

/* After the last change, and before any of those below. */
void about_find(const struct snapshot *old);
/* Whether a change named it. */
bool about_names(const struct key *key);
/* Whether it is named, or in a place where something may have been taken away. */
bool about_covers(const struct record *record);
/* Whether there may be any such of a kind. */
bool about_needs(enum kind kind);

#endif
