/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages that put the old state back, several to a datagram. */
#ifndef ROUTELENS_WORKER_SEND_H
#define ROUTELENS_WORKER_SEND_H

#include "snapshot.h"

/* Over a NETLINK_ROUTE socket that nobody else uses. */
void send_begin(int fd);
/* Adds what a record tells, or deletes it. */
void send_record(const struct record *record, bool add);
/*
 * The kernel takes a gateway only if it is on a link at that moment, and keeps it when it is not
 * any more; and likewise an address to prefer. For those that are no more a way is made, for the
 * moment in which the record is added.
 */
void send_crutches(const struct record *record, bool add);
/* Waits until the kernel has done all of them. */
void send_flush(void);
/* How many it took since the beginning. */
unsigned int send_done(void);

#endif
