/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of a namespace as messages that would make it anew. Each record is what a dump told of
 * one thing, without what the kernel alone decides (whether a link is up, counters, ages), so that
 * two records are of the same bytes if the same request made them.
 */
#ifndef ROUTELENS_WORKER_SNAPSHOT_H
#define ROUTELENS_WORKER_SNAPSHOT_H

#include "key.h"

/* More is refused: a million routes need about a hundred MiB. */
#ifndef SNAPSHOT_MAX
#define SNAPSHOT_MAX (256u << 20)
#endif

struct record {
	struct key key;
	uint32_t order[2];	/* within a key, order matters only among those of the same order */
	uint32_t until[2];	/* preferred, valid: seconds of snapshot_clock(); 0: for ever */
	uint32_t same;		/* how much of the body is compared */
	uint32_t length;	/* of the body */
	uint8_t body[];		/* the kind's header and attributes, as RTM_NEW* takes them */
};

/* One behind the other in the order of the dump; a record begins at a multiple of 8. */
struct snapshot {
	uint8_t *bytes;
	size_t used;
	size_t room;
};

/* Seconds that go on while the machine sleeps. Never 0. */
uint32_t snapshot_clock(void);

/* A negative errno, or 0. */
int snapshot_open(struct snapshot *snapshot, size_t room);
void snapshot_close(struct snapshot *snapshot);
/* Appends what a message of a dump tells. -EFBIG: no room. What is of no concern is left out. */
int snapshot_add(struct snapshot *snapshot, const struct nlmsghdr *nlh, uint32_t now);
/*
 * Appends all of a kind, IPv4 before IPv6, by dumps over a socket of our own. exact: -EAGAIN when
 * the kernel's tables change all the time, else what they were about is good enough.
 */
int snapshot_take(struct snapshot *snapshot, int fd, enum kind kind, bool exact);
/* The one behind, or the first behind NULL; NULL: there is none. */
const struct record *snapshot_next(const struct snapshot *snapshot, const struct record *record);

/* Of a record's attributes. */
const struct rtattr *record_find(const struct record *record, unsigned int type, size_t min);
struct attributes record_attributes(const struct record *record);
/* Whether they are the same; exact: and live as long, if they do not live for ever. */
bool record_same(const struct record *a, const struct record *b, bool exact);

#endif
